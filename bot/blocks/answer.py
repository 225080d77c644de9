"""An answer: its first line, its own words, what it quotes, what it rests on and what it is not.

A quotation is shown as it is stored, character for character; only whole stretches are left out, with their length
said, and then a button shows them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bot.blocks.labels import phrase
from bot.blocks.parts import (
    OBJECT,
    Block,
    Rendered,
    Run,
    actions,
    bullets,
    button,
    channel,
    context,
    fits,
    line,
    quoted,
    rich,
    said,
    text,
)
from bot.blocks.words import fallback, folded, harmless, shortened, whole_words
from jobs.messages import Answered
from knowledge.answering.wording import place, shown
from knowledge.languages import say, voice
from knowledge.model import Answer, Citation, Conflict

# --- an answer taken apart --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """The lines of an answer's text apart from the quotations, and the quotations that stand in it."""

    first: str
    body: tuple[str, ...]
    quotations: tuple[Citation, ...]
    closing: str


def taken(answer: Answer, language: str) -> Taken:
    """The first line is the answer, the last one says what it is not, and a line that shows a citation is no line."""
    first, *rest = [each.rstrip() for each in answer.text.strip().split("\n") if each.strip()]
    citations = (*answer.citations, *answer.related)
    voices = {voice(spoken) for spoken in ("en", answer.language, language)}
    showing = {shown(citation, spoken): citation for citation in citations for spoken in voices}
    in_text = {showing[each] for each in rest if each in showing}
    *body, closing = [each for each in rest if each not in showing] or [""]
    related = tuple(citation for citation in answer.related if citation in in_text)
    return Taken(first, tuple(body), (*answer.citations, *related), closing)


# --- a quotation ------------------------------------------------------------------------------------------------------


def quotation(citation: Citation, language: str, limit: int, *, marks: bool = True) -> Block:
    """Where it stands, the words in up to `limit` characters around the deciding ones, and what became of them.

    The deciding words are bold, unless `marks` are not wanted: each costs some hundred characters of a message.
    """
    where = shortened(folded(place(citation, voice(language))), _PLACE)
    name = folded(citation.agreement) if where.startswith(folded(citation.agreement)) else ""
    notes = [text(folded(note), italic=True, limit=_PLACE) for note in _notes(citation, language)]
    return rich(
        line(text(name, bold=True), text(where[len(name) :])),
        quoted(*_words(citation, language, limit, marks and not citation.superseded_by)),
        *map(line, notes),
    )


_PLACE = 300


def _notes(citation: Citation, language: str) -> Iterator[str]:
    if citation.amended_by:
        yield say(language, "as_amended", line="", amendment=citation.amended_by).strip()
    if citation.superseded_by:
        yield say(language, "replaced", amendment=citation.superseded_by, quotation="").rstrip(" :：")


def _words(citation: Citation, language: str, limit: int, marks: bool) -> Iterator[Run]:
    start, end = _window(citation, limit)
    deciding = citation.marked if marks else ()
    if start:
        yield text(phrase(language, "before").format(start), italic=True)
    edges = {start, end, *(edge for mark in deciding for edge in (mark.start, mark.end) if start < edge < end)}
    for a, b in pairwise(sorted(edges)):
        bold = any(mark.start <= a and b <= mark.end for mark in deciding)
        yield text(citation.quote[a:b], bold=bold, strike=bool(citation.superseded_by), quote=True)
    if end < len(citation.quote):
        yield text(" " + phrase(language, "more").format(len(citation.quote) - end), italic=True)


def _window(citation: Citation, limit: int) -> tuple[int, int]:
    """The stretch that is shown: all of it, or the beginning, or where the beginning lacks them the deciding words."""
    quote = citation.quote
    if len(quote) <= limit:
        return 0, len(quote)
    start = 0
    if limit and citation.marked and (mark := min(citation.marked, key=lambda m: m.start)).end > limit:
        start = whole_words(quote, max(0, min(mark.start - limit // 3, len(quote) - limit)))
    return start, whole_words(quote, start + limit)


# --- the answer's own words -------------------------------------------------------------------------------------------

_NAMED = re.compile(r"- ([^:]{1,80}: )?(.*)", re.DOTALL)


def _body(lines: Sequence[str], conflicts: Sequence[Conflict], language: str) -> Iterator[Block]:
    """Lines as lines and items as items; an item that states a conflict's rule says what it is counted from, and
    whether it is the strictest; rules that no line states follow under their subject."""
    rows = [(conflict, row) for conflict in conflicts for row in conflict.rows]
    items: list[Run] = []
    for each in lines:
        if match := _NAMED.fullmatch(each):
            name, rest = match[1] or "", match[2]
            found = [r for r in rows if name.startswith(r[1][0]) and r[1][1] in rest]
            rows = [row for row in rows if row not in found]
            items.append(
                [*text(name, bold=True), *text(rest, limit=_BODY), *(_mark(*found[0], language) if found else [])]
            )
            continue
        if items:
            yield bullets(items)
            items = []
        yield line(text(each, limit=_BODY))
    yield bullets(items)
    for conflict in conflicts:
        left = [row for c, row in rows if c is conflict]
        if left:
            yield line(text(conflict.subject, bold=True))
            yield bullets([*text(f"{r[0]}: ", bold=True), *text(r[1]), *_mark(conflict, r, language)] for r in left)


def _mark(conflict: Conflict, row: tuple[str, str, str], language: str) -> Run:
    name, _, anchor = row
    strictest = dict(conflict.stricter).get(anchor) == name
    words = phrase(language, "strictest" if strictest else "counted_from").format(anchor)
    return text(f" · {words}", bold=strictest, italic=not strictest)


# --- the message ------------------------------------------------------------------------------------------------------


class _Room(NamedTuple):
    """Characters for each part: `body` is for all its lines together, `quote` for each quotation. `marks`: whether
    deciding words are bold. At least `least` quotations have to be shown."""

    asked: int
    first: int
    body: int
    quote: int
    marks: bool
    least: int


_ALL = 1_000
_BODY = 4_000
_ROOMS = (
    _Room(600, 1_000, _BODY, 900, True, _ALL),
    _Room(600, 1_000, _BODY, 900, False, _ALL),
    _Room(400, 800, 3_000, 500, False, _ALL),
    _Room(400, 800, 2_000, 300, False, _ALL),
    _Room(300, 600, 2_000, 500, False, 3),
    _Room(300, 500, 1_500, 200, False, 1),
    _Room(120, 300, 600, 60, False, 1),
    _Room(60, 160, 0, 0, False, 0),
)


def answered(message: Answered) -> Rendered:
    """The answer in the roomiest form that a message holds."""
    parts = taken(message.answer, message.language)
    for room in _ROOMS:
        blocks, shown_ = _in(room, message, parts)
        if shown_ >= min(room.least, len(parts.quotations)) and fits(blocks):
            break
    return Rendered(_text(parts, message.language), tuple(blocks))


def _in(room: _Room, message: Answered, parts: Taken) -> tuple[list[Block], int]:
    """The blocks in such a room, and how many quotations they hold: as many from the front as fit."""
    language = message.language
    head = _head(message, parts, room)
    quotations = [quotation(c, language, room.quote, marks=room.marks) for c in parts.quotations]
    for count in range(len(quotations), -1, -1):
        left = parts.quotations[count:]
        folds = bool(left) or _folds(parts, room)
        blocks = [head, *quotations[:count], *_left_out(left, language), *_tail(message, parts, folds=folds)]
        if fits(blocks):
            break
    return blocks, count


def _folds(parts: Taken, room: _Room) -> bool:
    """Whether anything of the answer is left out in such a room."""
    return (
        len(parts.first) > room.first
        or len("\n".join(parts.body)) > room.body
        or any(len(c.quote) > room.quote for c in parts.quotations)
    )


def _left_out(citations: Sequence[Citation], language: str) -> Iterator[Block]:
    """The quotations a message has no room for: how many, and where they stand."""
    if citations:
        places = "; ".join(dict.fromkeys(folded(place(citation, voice(language))) for citation in citations))
        more = phrase(language, "more_quotations").format(len(citations))
        yield said(f"{more} {shortened(places, 2 * _PLACE)}", italic=True, limit=OBJECT)


def _head(message: Answered, parts: Taken, room: _Room) -> Block:
    language = message.language
    more = phrase(language, "more")
    body = shortened("\n".join(parts.body), room.body, more).split("\n") if parts.body else []
    return rich(
        *_asked(message, room, more),
        line(text(shortened(parts.first, room.first, more), bold=True, limit=OBJECT)),
        *_body([each for each in body if each], message.answer.conflicts if room.body else (), language),
    )


def _asked(message: Answered, room: _Room, more: str) -> Iterator[Block]:
    """The question, where the reader does not see it above the answer."""
    if message.asked:
        where = channel(message.asked_in)
        lead = say(message.language, "asked_in" if where else "question")
        yield line(text(f"{lead} " if where else lead, italic=True), where)
        yield quoted(text(shortened(folded(message.asked), room.asked, more), italic=True, limit=OBJECT))


def _tail(message: Answered, parts: Taken, *, folds: bool) -> list[Block]:
    language = message.language
    buttons = [button("answer.full", say(language, "full_text"), message.question)] if folds else []
    return [
        *context([*_sources(message.answer, language), *_scope(message), parts.closing]),
        actions(
            *buttons,
            button("ask.unhelpful", say(language, "unhelpful"), message.question),
            button("ask.person", say(language, "ask_a_person"), message.question),
        ),
    ]


def _sources(answer: Answer, language: str) -> Iterable[str]:
    files = dict.fromkeys(f"{c.agreement} ({c.version}): {c.file}" for c in answer.citations)
    if files:
        yield f"{say(language, 'sources')}: {'; '.join(files)}"


def _scope(message: Answered) -> Iterable[str]:
    day = message.answer.as_of
    as_of = say(message.language, "as_of", day=voice(message.language).plain_day(day)) if day else ""
    common = say(message.language, "common_scope") if message.common else ""
    yield " · ".join(filter(None, (as_of, common)))


def _text(parts: Taken, language: str) -> str:
    places = dict.fromkeys(place(citation, voice(language)) for citation in parts.quotations)
    return fallback([harmless(each) for each in (parts.first, *places, parts.closing)])
