"""Plain text: the text is the file's own, character for character; only blocks and pages are found in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from knowledge.documents import Limits
from knowledge.model import Block, BlockKind, Page
from knowledge.readers import furniture
from knowledge.readers.decoding import decoded
from knowledge.readers.draft import ENDED, MARKER, Refused, portable

_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_LINE = re.compile(r"[^\n\f]+")
# A stamp in the middle of a line, with the page number that stands before it.
_NUMBER = r"[-–\s]{0,3}\d{1,3}[-–\s]{1,6}"
_STAMP = re.compile(rf"(?:(?<=\s\s){_NUMBER})?" + furniture.STAMP.pattern)
_STAMP_LINE = re.compile(rf"(?:{_NUMBER})?" + furniture.STAMP.pattern)
_WIDEST = 120  # hard-wrapped text is no wider than this


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without the white space around it."""

    start: int
    end: int
    text: str
    width: int  # with what indents it
    gap: bool  # whether a blank line or a new page comes before it


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The document as JSON values."""
    text = decoded(data)
    if _HTML.match(text):
        raise Refused("is a web page, not plain text; if it is meant to be read, rename it to .html")
    if len(text) > limits.characters:
        raise Refused(f"has more than {limits.characters:,} characters of text")
    pages = _pages(text)
    if len(pages) > limits.pages:
        raise Refused(f"has more than {limits.pages:,} pages")
    lines = list(_lines(text))
    marks = _furniture(lines)
    return portable(text, pages, list(_blocks(lines, marks, pages)), (), ())


def _pages(text: str) -> list[Page]:
    """Form feeds divide pages; one at the very end opens none."""
    cuts = [0, *(m.end() for m in re.finditer("\f", text) if text[m.end() :].strip())] if "\f" in text else [0]
    ends = [*cuts[1:], len(text)]
    return [Page(number, start, end) for number, (start, end) in enumerate(zip(cuts, ends, strict=True), start=1)]


def _lines(text: str) -> Iterator[_Line]:
    last = 0
    for match in _LINE.finditer(text):
        raw = match[0]
        if not raw.strip(" \t\r\v\ufeff\u00a0\u3000"):
            continue
        gap = "\f" in text[last : match.start()] or text.count("\n", last, match.start()) > 1
        for start, end in _without_stamps(raw):
            piece = raw[start:end]
            stripped = piece.strip(" \t\r\v\ufeff\u00a0\u3000")
            if stripped:
                at = match.start() + start + piece.index(stripped)
                yield _Line(at, at + len(stripped), stripped, len(raw.rstrip()), gap)
                gap = False
        last = match.end()


def _without_stamps(raw: str) -> Iterator[tuple[int, int]]:
    """The stretches of a line before, in and after stamps."""
    at = 0
    for match in _STAMP.finditer(raw):
        yield at, match.start()
        yield match.start(), match.end()
        at = match.end()
    yield at, len(raw)


def _furniture(lines: Sequence[_Line]) -> frozenset[int]:
    """The offsets of the lines that are furniture: page marks, and lines that come again and again beside them."""
    numbers = [(line.start, n) for line in lines if (n := furniture.bare_number(line.text)) is not None]
    counted = furniture.page_numbers(numbers)
    marks = {line.start for line in lines if line.start in counted or _is_mark(line.text)}
    again: defaultdict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.start not in marks and 6 <= len(line.text) <= _WIDEST and re.search(r"[A-Za-z]{3}", line.text):
            # "EXHIBIT 1", "EXHIBIT 2" head what follows; "Filed 4/18, page 4", "Filed 4/18, page 5" head pages.
            again[line.text if MARKER.match(line.text) else furniture.shape(line.text)].append(at)
    for places in again.values():
        beside = sum(_beside(lines, at, marks) for at in places)
        length = lines[places[-1]].start - lines[places[0]].start
        if len(places) >= 3 and beside >= 0.7 * len(places) and length >= furniture.SHORTEST_PAGE * (len(places) - 1):
            marks.update(lines[at].start for at in places)
    return frozenset(marks)


def _is_mark(text: str) -> bool:
    return furniture.is_page_mark(text) or bool(_STAMP_LINE.fullmatch(text))


def _beside(lines: Sequence[_Line], at: int, marks: set[int]) -> bool:
    """Whether the line before or after is furniture already."""
    return any(lines[near].start in marks for near in (at - 1, at + 1) if 0 <= near < len(lines))


def _blocks(lines: Sequence[_Line], marks: frozenset[int], pages: Sequence[Page]) -> Iterator[Block]:
    """One block for each paragraph: lines that were wrapped belong together, all others stand alone."""
    width = _wrap_width(lines)
    page = 0
    group: list[_Line] = []
    for line in lines:
        if group and not (line.start not in marks and _goes_on(group[-1], line, width)):
            page = _page_at(pages, page, group[0].start)
            yield Block(BlockKind.PARAGRAPH, group[0].start, group[-1].end, pages[page].number)
            group = []
        if line.start in marks:
            page = _page_at(pages, page, line.start)
            yield Block(BlockKind.FURNITURE, line.start, line.end, pages[page].number)
        else:
            group.append(line)
    if group:
        page = _page_at(pages, page, group[0].start)
        yield Block(BlockKind.PARAGRAPH, group[0].start, group[-1].end, pages[page].number)


def _page_at(pages: Sequence[Page], page: int, offset: int) -> int:
    while page + 1 < len(pages) and pages[page + 1].start <= offset:
        page += 1
    return page


def _wrap_width(lines: Sequence[_Line]) -> int:
    """The column at which this file's lines were wrapped, or 0 where paragraphs are lines of their own."""
    touching = sorted(before.width for before, line in pairwise(lines) if not line.gap and before.width > 30)
    if len(touching) < 3:
        return 0
    usual = touching[len(touching) * 9 // 10]
    return usual if usual <= _WIDEST else 0


def _goes_on(before: _Line, line: _Line, width: int) -> bool:
    """Whether `line` is the rest of the paragraph `before` is in: its first word had no room on the line before, or
    the line before is a long one that ends in the middle of a sentence."""
    if line.gap or not width or before.width > _WIDEST:
        return False
    ended = bool(ENDED.search(before.text))
    marker = bool(MARKER.match(line.text))
    if marker and ended:
        return False
    room = width - before.width
    first = len(line.text.split(" ", 1)[0])
    return room <= first + 1 or (not ended and not marker and room < 0.4 * width)
