"""Markdown (CommonMark with tables): the text as it is meant to be read, without the marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from knowledge.documents import Limits
from knowledge.model import BlockKind
from knowledge.readers.decoding import decoded
from knowledge.readers.draft import ENDED, MARKER, Draft

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(slots=True)
class _Listing:
    number: int | None  # the next item's, None for bullets


@dataclass(slots=True)
class _Reading:
    draft: Draft
    lists: list[_Listing] = field(default_factory=list)
    label: str = ""
    level: int | None = None
    rows: list[list[str]] | None = None  # of the table we are in
    headers: int = 0


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The document as JSON values."""
    from markdown_it import MarkdownIt

    text = _FRONT_MATTER.sub("", decoded(data), count=1)
    # People indent sub-clauses by four spaces and do not mean program code by it.
    parser = MarkdownIt("commonmark").enable("table").disable("code")
    reading = _Reading(Draft(limits.characters))
    for token in parser.parse(text):
        _take(reading, token)
    return reading.draft.finished()


def _take(reading: _Reading, token: Token) -> None:
    kind = token.type
    if kind == "inline":
        _inline(reading, token.children or ())
    elif kind == "heading_open":
        reading.level = int(token.tag[1])
    elif kind == "heading_close":
        reading.level = None
    elif kind == "fence":
        reading.draft.block(BlockKind.PARAGRAPH, token.content)
    elif kind == "html_block":
        from knowledge.readers import html

        html.write(reading.draft, token.content)
    elif kind in ("table_open", "tr_open", "thead_close", "table_close"):
        _table(reading, kind)
    else:
        _list(reading, token)


def _list(reading: _Reading, token: Token) -> None:
    if token.type == "ordered_list_open":
        start = token.attrGet("start")
        reading.lists.append(_Listing(1 if start is None else int(start)))
    elif token.type == "bullet_list_open":
        reading.lists.append(_Listing(None))
    elif token.type in ("ordered_list_close", "bullet_list_close"):
        reading.lists.pop()
    elif token.type == "list_item_open":
        listing = reading.lists[-1]
        if listing.number is None:
            reading.label = "• "
        else:
            reading.label = f"{listing.number}{token.markup} "
            listing.number += 1


def _table(reading: _Reading, kind: str) -> None:
    if kind == "table_open":
        reading.rows, reading.headers = [], 0
    elif reading.rows is None:
        return
    elif kind == "tr_open":
        reading.rows.append([])
    elif kind == "thead_close":
        reading.headers = len(reading.rows) if any(map(any, reading.rows)) else 0
    else:
        reading.draft.table(reading.rows, reading.headers)
        reading.rows = None


def _inline(reading: _Reading, children: Sequence[Token]) -> None:
    text = _text(children)
    if reading.rows is not None:
        reading.rows[-1].append(text)
        return
    for paragraph in _paragraphs(text):
        if reading.level is not None:
            reading.draft.block(BlockKind.HEADING, paragraph, reading.level)
        elif reading.lists:
            reading.draft.block(BlockKind.LIST_ITEM, reading.label + paragraph, len(reading.lists))
        else:
            reading.draft.block(BlockKind.PARAGRAPH, paragraph)
        reading.label = ""


def _text(children: Sequence[Token]) -> str:
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append("\r")
        elif child.type == "hardbreak" or (child.type == "html_inline" and child.content.lower().startswith("<br")):
            parts.append("\n")
        elif child.type == "image":
            parts.append(_text(child.children or ()))
    return "".join(parts)


def _paragraphs(text: str) -> list[str]:
    """Lines that were only wrapped go together; one that begins with a number is a paragraph of its own."""
    found: list[str] = []
    for line in text.split("\r"):
        if found and not (MARKER.match(line) and ENDED.search(found[-1])):
            found[-1] += " " + line
        else:
            found.append(line)
    return found
