"""The parts that messages, modals and the Home view are made of, and Slack's limits.

No `mrkdwn` is ever made. Text goes into `rich_text`, where nothing is parsed, and a mention is an element with an id
that looks like one; so nothing that a user, a document or a model wrote can become a link, a mention or a style.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.blocks.words import dead, fallback, harmless, inert, pieces, shortened, stripped, visible

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as Slack takes it: `text` for notifications and screen readers, and the blocks, of which the first
    has no `block_id`."""

    text: str
    blocks: tuple[Block, ...]


Run = list[Block]  # elements inside one line of rich text

BLOCKS = 50  # of a message
VIEW_BLOCKS = 100  # of a modal or of the Home view
VIEW_BYTES = 200_000  # of a view; Slack takes 250 kB, its names and ids included
CHARACTERS = 10_000  # of a message's blocks as JSON; Slack refuses at some 13,000 and does not say where
OBJECT = 3_000  # of a text object
LINE = 600  # of words that are no quotation, where nothing else is said
LABEL = 75  # of a button, an option
HEADER = 150

_NOTICE = 1_500  # of a line of ours between two mentions
_PIECES = 12  # of words that are no quotation; more of them only make a message long

_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")


# --- inside a line ----------------------------------------------------------------------------------------------------


def text(
    words: str,
    *,
    bold: bool = False,
    italic: bool = False,
    strike: bool = False,
    code: bool = False,
    quote: bool = False,
    limit: int = LINE,
) -> Run:
    """Words in one style, at most `limit` characters of them. Of a `quote` nothing is taken away, and what is invisible
    is shown as U+FFFD: whoever shows one keeps it short."""
    styles = {"bold": bold, "italic": italic, "strike": strike, "code": code}
    style = {"style": {name: True for name, on in styles.items() if on}} if any(styles.values()) else {}
    parts = pieces(visible(words) if quote else shortened(stripped(words), limit))
    if len(parts) > _PIECES and not quote:
        parts = [dead("".join(parts))]
    return [{"type": "text", "text": part} | style for part in parts]


def user(id_: str) -> Run:
    """A person by mention; by name where the id is none of Slack's."""
    return [{"type": "user", "user_id": id_}] if _USER.fullmatch(id_) else text(id_)


def channel(id_: str) -> Run:
    """A conversation by mention; direct messages have none and give nothing."""
    return [{"type": "channel", "channel_id": id_}] if _CHANNEL.fullmatch(id_) else []


def with_mentions(line: str, allowed: Sequence[str]) -> Run:
    """A line of ours in which `<@id>` names a person and `<#id>` a conversation, for the ids in `allowed` alone."""
    run: Run = []
    at = 0
    for match in re.finditer(r"<([@#])(\w+)>", line):
        sign, id_ = match.groups()
        mention = (user if sign == "@" else channel)(id_) if id_ in allowed else []
        if mention and len(run) < 2 * _PIECES:
            run += [*text(line[at : match.start()], limit=_NOTICE), *mention]
            at = match.end()
    return [*run, *text(line[at:], limit=_NOTICE)]


# --- lines and blocks -------------------------------------------------------------------------------------------------


def line(*runs: Run) -> Block:
    return {"type": "rich_text_section", "elements": [element for run in runs for element in run]}


def quoted(*runs: Run) -> Block:
    return {"type": "rich_text_quote", "elements": [element for run in runs for element in run]}


def bullets(items: Iterable[Run]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": [line(item) for item in items if item]}


def rich(*lines: Block) -> Block:
    """Lines, quotations and lists as one block; empty ones are left out.

    Lines that follow each other are one section with line ends in it, since not every client begins a section on a
    line of its own.
    """
    parts: list[Block] = []
    for part in lines:
        if not part["elements"]:
            continue
        if parts and part["type"] == parts[-1]["type"] == "rich_text_section":
            parts[-1] = line(parts[-1]["elements"], text("\n"), part["elements"])
        else:
            parts.append(part)
    return {"type": "rich_text", "elements": parts or [line(text("–"))]}


def said(words: str, *, bold: bool = False, italic: bool = False, limit: int = LINE) -> Block:
    """A block of one line."""
    return rich(line(text(words, bold=bold, italic=italic, limit=limit)))


def header(words: str) -> Block:
    return {"type": "header", "text": plain(words, HEADER)}


def context(lines: Iterable[str]) -> list[Block]:
    """Small print, each line by itself; nothing where there is none."""
    words = "\n".join(shortened(each, OBJECT // 4) for each in map(inert, lines) if each)
    return [{"type": "context", "elements": [plain_lines(words)]}] if words else []


def plain(words: str, limit: int = OBJECT) -> Block:
    """A `plain_text` object of one line; a dash where nothing is left, as Slack refuses empty ones."""
    return plain_lines(shortened(inert(words), limit) or "–")


def plain_lines(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": False}


def button(action: str, label: str, value: str, *, style: str = "", confirm: Block | None = None) -> Block:
    """A button; `value` is the id of what it is about."""
    made: Block = {"type": "button", "action_id": action, "text": plain(label, LABEL), "value": value}
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    return made


def confirm(title: str, words: str, yes: str) -> Block:
    """The question that Slack asks before a button counts."""
    return {
        "title": plain(title, 100),
        "text": plain(words, 300),
        "confirm": plain(yes, 30),
        "deny": plain("Cancel", 30),
    }


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


# --- limits -----------------------------------------------------------------------------------------------------------


def size(blocks: Sequence[Block]) -> int:
    """How many characters the blocks are as JSON, which is never less than what they show."""
    return len(json.dumps(blocks, ensure_ascii=False))


def weight(blocks: Sequence[Block]) -> int:
    """How many bytes the blocks are on their way to Slack, where characters of other scripts are escaped."""
    return len(json.dumps(blocks))


def fits(blocks: Sequence[Block]) -> bool:
    return len(blocks) <= BLOCKS and size(blocks) <= CHARACTERS


def fitted(
    head: Sequence[Block],
    items: Sequence[Block],
    tail: Sequence[Block] = (),
    *,
    beyond: int = 0,
    more: str = "… and {:,} more",
) -> tuple[Block, ...]:
    """Head, as many of the items as a message holds, a line that counts the others, and the tail. `beyond` is how many
    items there are besides those handed in."""
    for kept in range(len(items), -1, -1):
        left = len(items) - kept + beyond
        blocks = (*head, *items[:kept], *([said(more.format(left), italic=True)] if left else []), *tail)
        if fits(blocks):
            break
    return blocks


# --- without blocks ---------------------------------------------------------------------------------------------------


def rendered(blocks: Sequence[Block]) -> Rendered:
    """The blocks with all they say as `text`, as far as it goes."""
    return Rendered(fallback([line for block in blocks for line in _spoken(block)], keep=0), tuple(blocks))


def _spoken(block: Block) -> Iterable[str]:
    if block["type"] == "rich_text":
        for part in block["elements"]:
            if part["type"] == "rich_text_list":
                yield from (f"• {' '.join(_lines(item['elements']))}" for item in part["elements"])
            else:
                yield from _lines(part["elements"])
    elif block["type"] == "header":
        yield harmless(block["text"]["text"])
    elif block["type"] == "context":
        yield from (harmless(each) for element in block["elements"] for each in element["text"].split("\n"))


def _lines(run: Run) -> Iterable[str]:
    """Elements as they are read aloud: neighbouring texts are made harmless together, mentions are ours and stay."""
    parts: list[str] = []
    for kind, elements in groupby(run, key=lambda element: element["type"]):
        if kind == "text":
            parts.append(_harmless_lines("".join(element["text"] for element in elements)))
        else:
            parts += [f"<@{e['user_id']}>" if kind == "user" else f"<#{e['channel_id']}>" for e in elements]
    return "".join(parts).split("\n")


def _harmless_lines(words: str) -> str:
    """Harmless line by line, with the spaces at both ends that keep it apart from a mention."""
    edges = [" " if edge.isspace() and edge != "\n" else "" for edge in (words[0], words[-1])]
    return "\n".join(map(harmless, words.split("\n"))).join(edges)
