"""What other servers do otherwise than Slack: names for it, so that an app can be tried against each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .world import Json

ODDITIES: Mapping[str, str] = {
    "bare_objects": "conversations and users come with hardly more than their ids",
    "empty_answers": "where there is nothing to say but `ok`, the body is empty",
    "form_only": "JSON is not read",
    "html_404": "a method it does not have is a page with status 404",
    "ignores_time": "`oldest` and `latest` are not looked at",
    "short_pages": "lists of members and conversations have one entry a page",
}
_LISTS = ("conversations.members", "conversations.list", "users.conversations", "users.list")
_MESSAGES = ("conversations.history", "conversations.replies")
_CHANNEL = ("id", "is_im", "is_member", "is_ext_shared", "is_pending_ext_shared")
_USER = ("id", "team_id", "profile", "deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")


def checked(names: Iterable[str]) -> frozenset[str]:
    """Raises `ValueError` for a name that is none of them."""
    chosen = frozenset(names)
    if unknown := sorted(chosen - set(ODDITIES)):
        raise ValueError(f"no such oddity: {', '.join(unknown)}; there are {', '.join(ODDITIES)}")
    return chosen


def heard(oddities: frozenset[str], method: str, values: Json) -> Json:
    """The arguments such a server looks at."""
    if "ignores_time" in oddities and method in _MESSAGES:
        return {name: value for name, value in values.items() if name not in {"oldest", "latest", "inclusive"}}
    if "short_pages" in oddities and method in _LISTS:
        return values | {"limit": 1}
    return values


def told(oddities: frozenset[str], body: Json) -> Json:
    """What is left of an answer."""
    if "bare_objects" not in oddities:
        return body
    kept = {"channel": _CHANNEL, "channels": _CHANNEL, "user": _USER, "members": _USER}
    return {name: _bare(value, kept[name]) if name in kept else value for name, value in body.items()}


def _bare(value: object, names: tuple[str, ...]) -> object:
    if isinstance(value, list):
        return [_bare(each, names) for each in value]
    if isinstance(value, dict):
        return {name: value[name] for name in names if value.get(name)}
    return value
