"""What Slack would refuse or misread in blocks, found by reading them as it does; and words that try to be misread."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SlackBlock

Json = Mapping[str, Any]

HOSTILE = (
    *(
        "<!channel>",
        "<!here|all>",
        "<@U0EVIL1>",
        "<#C0EVIL1>",
        "<!subteam^S0EVIL>",
        "<!date^1^{date}^https://evil.example|x>",
    ),
    *(
        "<https://evil.example|here>",
        "https://evil.example/a?b=c",
        "http://1.2.3.4/x",
        "www.evil.example",
        "evil.example",
    ),
    *("mailto:a@evil.example", "a@evil.example", "@channel", "@here", "slack://user?id=U0EVIL1"),
    *(
        "*bold*",
        "_italic_",
        "~struck~",
        "`code`",
        "```block```",
        "> quoted",
        "&lt;!channel&gt;",
        ":skull:",
        "[a](evil.example)",
    ),
    *("\u200b", "\u202e", "\u2066", "\U000e0041", "\ufe0f", "\u00ad", "\u3164", "\x00", "\x1b[31m", "\ud800", "\r"),
    *("\n", " ", "\t", "\\", '"', "a.b", "8.4.2.1", "§ 3", "Ü", "公開", "“", "~~", "- x: y"),
)
words = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=12), max_size=12).map("".join)


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in blocks, with the key it stands at."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from strings(inner, str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from strings(inner, path)
    elif isinstance(value, str):
        yield path, value


def elements(value: object) -> Iterator[Json]:
    """Every object in blocks."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from elements(inner)


LINK = re.compile(
    r"(?i)[a-z][a-z0-9+.-]*:/|\bwww\.\w|mailto:\S*@|<[!@#a-z]\S*>|@(?:channel|here|everyone)\b|\S@\w+\.\w"
)


def misread(text: str, blocks: Sequence[Json], *, ours: frozenset[str] = frozenset()) -> Iterator[str]:
    """Links, mentions and markup that are not ours, and characters that nobody sees."""
    for element in elements(blocks):
        kind = element.get("type")
        if kind in {"mrkdwn", "link", "broadcast", "usergroup", "emoji", "date", "markdown", "image", "video"}:
            yield f"an element of type {kind}"
        if kind in {"user", "channel"} and (named := element.get("user_id") or element["channel_id"]) not in ours:
            yield f"a mention of {named}"
        if "url" in element or element.get("emoji") is True:
            yield f"a link or an emoji in {element}"
    for id_ in ours:
        text = text.replace(f"<@{id_}>", "").replace(f"<#{id_}>", "")
    for key, string in (*strings(blocks), ("message", text)):
        if found := LINK.search(string):
            yield f"{found[0]!r} in {key}"
        if hidden := [c for c in string if c not in "\n\t" and _hidden(c)]:
            yield f"U+{ord(hidden[0]):04X} in {key}"
    if re.search(r"[<>]|&(?!amp;)|(?<!\w)[*_~`]\S", text):
        yield "markup in the text"


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} or character in "\ufe0f\u3164"


def refused(text: str, blocks: Sequence[Json]) -> Iterator[str]:
    """What is over Slack's limits or missing."""
    if not text.strip() or len(text) > 4_000:
        yield f"a text of {len(text)} characters"
    if not 1 <= len(blocks) <= 50:
        yield f"{len(blocks)} blocks"
    if (characters := len(json.dumps(blocks, ensure_ascii=False))) > 10_000:
        yield f"{characters} characters of blocks"
    yield from malformed(blocks)


def malformed(blocks: Sequence[Json]) -> Iterator[str]:
    """What is wrong with single blocks, by the SDK's own checks and by those it lacks."""
    for block, parsed in zip(blocks, SlackBlock.parse_all([dict(b) for b in blocks]), strict=True):
        parsed.validate_json()
        if block["type"] == "rich_text" and not block["elements"]:
            yield "an empty rich text"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)) or any(id_.startswith("cw:") for id_ in ids):
        yield "a block_id twice, or one that is the sender's"
    for element in elements(blocks):
        kind, text = element.get("type"), element.get("text")
        if kind in {"text", "plain_text"} and not text:
            yield f"an empty {kind}"
        if kind == "plain_text" and len(str(text)) > 3_000:
            yield f"{len(str(text))} characters of plain text"
        if str(kind).startswith("rich_text_") and not element["elements"]:
            yield f"an empty {kind}"
        if kind == "button" and not (1 <= len(element["value"]) <= 2_000 and len(element["text"]["text"]) <= 75):
            yield "a button's value or label"
        if kind == "actions":
            actions = [inner["action_id"] for inner in element["elements"]]
            if len(actions) != len(set(actions)) or not 1 <= len(actions) <= 25:
                yield f"actions {actions}"
