"""`clausewise doctor`: looks at everything the bot needs, and says of each thing that is missing what to do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bot.posts import UNKNOWN_METHODS, Identity, Refused, Slack, SlackError
from bot.settings import SLACK_API, missing_for_slack

if TYPE_CHECKING:
    from bot.settings import Settings

CLOCK_MAY_DIFFER = 60  # seconds; Slack refuses signatures that are five minutes off
MANIFEST = Path(__file__).with_name("manifest.json")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and, where it is not well, what to do."""

    what: str
    well: bool
    says: str
    remedy: str = ""


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Everything in turn; what depends on something that is missing is left out."""
    slack = Slack(settings.slack_bot_token.get_secret_value(), url=settings.slack_api_url, timeout=10)
    findings = [*_settings(settings)]
    identity, found = _token(settings, slack)
    findings.append(found)
    if identity:
        findings += [_scopes(identity), *_channels(settings, slack)]
    findings += [_socket(settings, slack), _clock(settings), _index(settings), _ledger(settings), _folder(settings)]
    return tuple(findings)


def _settings(settings: Settings) -> Iterator[Finding]:
    for problem in missing_for_slack(settings, http=not settings.slack_app_token.get_secret_value()):
        yield Finding("settings", False, problem, "")
    if settings.slack_api_url != SLACK_API:
        yield Finding("settings", True, f"every call goes to {settings.slack_api_url}, as SLACK_API_URL says")
    if not settings.admin_channel:
        yield Finding(
            "settings",
            True,
            "no admin channel: agreements are registered from the command line only",
            "set CLAUSEWISE_ADMIN_CHANNEL to the id of a private channel of the admins",
        )


def _token(settings: Settings, slack: Slack) -> tuple[Identity | None, Finding]:
    if not settings.slack_bot_token.get_secret_value():
        return None, Finding("bot token", False, "there is none", "set SLACK_BOT_TOKEN")
    try:
        identity = slack.identity()
    except Refused as refused:
        return None, Finding(
            "bot token", False, f"Slack says {refused.reason}", "copy it again from OAuth & Permissions, and reinstall"
        )
    except SlackError as error:
        says = f"no answer of Slack's from {settings.slack_api_url} ({error.reason})"
        return None, Finding("bot token", False, says, "look at the network, a proxy, and SLACK_API_URL")
    return identity, Finding("bot token", True, f"{identity.user} in {identity.team_name or identity.team}")


def wanted_scopes() -> tuple[str, ...]:
    """The scopes of the manifest."""
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    return tuple(manifest["oauth_config"]["scopes"]["bot"])


def _scopes(identity: Identity) -> Finding:
    if not identity.scopes:
        return Finding("scopes", True, "Slack does not say which are granted")
    missing = [scope for scope in wanted_scopes() if scope not in identity.scopes]
    if missing:
        return Finding(
            "scopes",
            False,
            f"missing: {', '.join(missing)}",
            "add them under OAuth & Permissions, and reinstall the app",
        )
    return Finding("scopes", True, f"all {len(wanted_scopes())} granted")


def _channels(settings: Settings, slack: Slack) -> Iterator[Finding]:
    try:
        conversations = [c for c in slack.conversations() if not c.get("is_im")]
    except SlackError as error:
        yield Finding("channels", False, f"Slack says {error.reason}", "invite the bot again")
        return
    yield Finding("channels", True, f"a member of {len(conversations)}")
    if settings.admin_channel and settings.admin_channel not in {c.get("id") for c in conversations}:
        yield Finding(
            "admin channel",
            False,
            f"the bot is not in {settings.admin_channel}",
            "invite it there: /invite @clausewise",
        )


def _socket(settings: Settings, slack: Slack) -> Finding:
    if not settings.slack_app_token.get_secret_value():
        return Finding("Socket Mode", True, "no SLACK_APP_TOKEN: only `run --http` can be used")
    try:
        slack.open_connection(settings.slack_app_token.get_secret_value())
    except SlackError as error:
        remedy = "switch it on in the app's settings; the app-level token needs connections:write"
        if error.reason in UNKNOWN_METHODS:
            remedy = "this server has none: use `run --http`"
        return Finding("Socket Mode", False, f"Slack says {error.reason}", remedy)
    return Finding("Socket Mode", True, "a connection is granted")


def _clock(settings: Settings) -> Finding:
    """Whether this machine's clock agrees with Slack's."""
    try:
        request = Request(settings.slack_api_url + "api.test", method="GET")  # noqa: S310 - checked when it was set
        with urlopen(request, timeout=10) as reply:  # noqa: S310 - the same
            date = reply.headers["Date"]
    except HTTPError as error:  # whatever it refuses, it says when
        date = error.headers["Date"]
    except (OSError, HTTPException):
        date = None
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return Finding("clock", True, "Slack's could not be asked for")
    apart = abs(time.time() - theirs)
    if apart > CLOCK_MAY_DIFFER:
        return Finding("clock", False, f"{apart:.0f} s off", "set this machine's clock by NTP")
    return Finding("clock", True, "agrees with Slack's")


def _index(settings: Settings) -> Finding:
    from knowledge.index import IndexDamaged, NothingIndexed, status

    try:
        state = status(settings.data)
    except (NothingIndexed, IndexDamaged) as problem:
        return Finding("index", False, str(problem), "run `clausewise index FOLDER`")
    if state.damage:
        return Finding("index", False, state.damage, "run `clausewise index FOLDER`, or `clausewise index --rollback`")
    return Finding("index", True, f"{state.agreements} agreements, {state.clauses} clauses, every file as it was built")


def _ledger(settings: Settings) -> Finding:
    from jobs.ledger import Ledger, LedgerError

    def counts(ledger: Ledger) -> str:
        with ledger.read() as t:
            inbox, outbox, broken = t.inbox.counts(), t.outbox.held(), t.audit.check()
        if broken:
            raise LedgerError(f"the audit chain is broken at row {broken.number}: {broken.why}")
        waiting = sum(n for state, n in outbox.items() if state in ("pending", "sending", "unknown"))
        return f"{inbox.get('open', 0)} rows to work, {waiting} messages to post, audit chain whole"

    return _tried(
        "database", lambda: _with_ledger(settings, counts), "see the message; the data folder has to be writable"
    )


def _with_ledger(settings: Settings, look: Callable[..., str]) -> str:
    from jobs.ledger import Ledger

    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Ledger.open(settings.ledger_url) as ledger:
        return look(ledger)


def _tried(what: str, look: Callable[[], str], remedy: str) -> Finding:
    from jobs.ledger import LedgerError

    try:
        return Finding(what, True, look())
    except (LedgerError, OSError) as error:
        return Finding(what, False, str(error), remedy)


def _folder(settings: Settings) -> Finding:
    from knowledge.catalogue import CatalogueError, documents_in, load

    folder = settings.agreements
    if folder is None:
        return Finding("agreements", True, "CLAUSEWISE_AGREEMENTS is not set: the folder indexed last is used")
    try:
        catalogue = load(folder, documents_in(folder))
    except CatalogueError as error:
        return Finding("agreements", False, error.problems[0], "mend catalogue.yaml")
    warnings = f"; {len(catalogue.warnings)} warnings of the catalogue" if catalogue.warnings else ""
    return Finding("agreements", True, f"{len(catalogue.agreements)} in {folder}{warnings}")
