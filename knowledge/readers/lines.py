"""Lines found on a page, put together to paragraphs: for PDF and OCR, which know only where letters stand."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median, median_low

from knowledge.readers import furniture
from knowledge.readers.draft import ENDED, MARKER

_MARGIN_LINES = 3  # how many lines at the top and at the bottom of a page may be furniture
_LISTED = re.compile(r"[;,]$|[;,] (?:and|or)$")  # how an item of a list ends, and no heading
_SAME_HEIGHT = 15.0  # points by which a scan may be shifted
_ROMAN = re.compile(r"[ivxl]{1,7}")  # the pages before the first
_CONTENTS = re.compile(r"(?:\. ?){4,}\d{1,4}$")  # a line of a table of contents
_HYPHENATED = re.compile(r"([^\W\d_]+)-$")
# Prefixes that keep their hyphen, whatever line they end.
_KEEP = frozenset(
    "all anti co cross de ex half inter mid multi non post pre quasi re self semi sub third vice well".split()
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, in points from the page's top left corner. `size` is the height of its letters."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; `heading` where their letters say so."""

    lines: tuple[Line, ...]
    heading: bool = False

    @property
    def top(self) -> float:
        return self.lines[0].top


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without running headers, footers and page numbers."""
    repeated = _repeated(pages)
    numbers = _numbers(pages)
    kept = []
    for page, lines in enumerate(pages):
        edges = _edges(lines)
        gone = {
            at
            for at in edges
            if furniture.is_page_mark(lines[at].text)
            or abs(lines[at].top - repeated.get(_core(lines[at].text), math.inf)) <= _SAME_HEIGHT
            or (page, at) in numbers
        }
        kept.append([line for at, line in enumerate(lines) if at not in gone])
    return kept


def _core(text: str) -> str:
    """What of a header or footer comes again on each page: OCR misses spaces and page numbers here and there."""
    return re.sub(r"[\W\d_]+", "", text).lower()


def _edges(lines: Sequence[Line]) -> list[int]:
    count = len(lines)
    return sorted({*range(min(_MARGIN_LINES, count)), *range(max(0, count - _MARGIN_LINES), count)})


def _repeated(pages: Sequence[Sequence[Line]]) -> dict[str, float]:
    """What stands at the edge of page after page, numbers aside, and at what height."""
    seen: defaultdict[str, list[float]] = defaultdict(list)
    for lines in pages:
        for at in _edges(lines):
            # A numbered heading that begins a page ("Article 4") is like another, but is no furniture.
            if _core(lines[at].text) and not (MARKER.match(lines[at].text) and re.search(r"\d", lines[at].text)):
                seen[_core(lines[at].text)].append(lines[at].top)
    enough = max(2, len(pages) // 3)
    heights = {text: median_low(tops) for text, tops in seen.items()}
    return {
        text: height
        for text, height in heights.items()
        if sum(abs(top - height) <= _SAME_HEIGHT for top in seen[text]) >= enough
    }


def _numbers(pages: Sequence[Sequence[Line]]) -> set[tuple[int, int]]:
    """The bare numbers at the edge of pages that follow the count of pages."""
    found = [
        (page, at, number)
        for page, lines in enumerate(pages)
        for at in (_edges(lines)[:1] + _edges(lines)[-1:])
        if (number := furniture.bare_number(lines[at].text)) is not None
    ]
    romans = {
        (page, at)
        for page, lines in enumerate(pages)
        for at in (_edges(lines)[:1] + _edges(lines)[-1:])
        if len(lines) > 1 and _ROMAN.fullmatch(lines[at].text)
    }
    offsets = Counter(number - page for page, _, number in found)
    return romans | {
        (page, at)
        for page, at, number in found
        if offsets[number - page] >= 2 or (number == page + 1 and len(pages[page]) > 1)
    }


def paragraphs(lines: Sequence[Line], body: float) -> list[Paragraph]:
    """The paragraphs of one page, whose text is usually `body` points high."""
    if not lines:
        return []
    right = sorted(line.x1 for line in lines)[len(lines) * 9 // 10]
    gaps = [b.top - a.bottom for a, b in pairwise(lines) if b.top > a.bottom - a.size]
    usual = min(median(gaps), 1.3 * body) if gaps else 0.0
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _goes_on(groups[-1], line, right, usual, body):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Paragraph(tuple(group), _is_heading(group, body)) for group in groups]


def _looks_apart(group: Sequence[Line], line: Line, usual: float, body: float) -> bool:
    """Whether room or type sets the line apart from the one before."""
    before = group[-1]
    gap = line.top - before.bottom
    if gap > usual + 0.45 * body or gap < -before.size or abs(before.size - line.size) > 0.15 * body:
        return True
    if before.bold != line.bold and (len(before.text) < 80 or before.bold):
        return True
    capitals = before.text.isupper() and not line.text.isupper()
    return len(group) == 1 and len(before.text) < 80 and capitals  # a heading in capitals


def _goes_on(group: Sequence[Line], line: Line, right: float, usual: float, body: float) -> bool:
    """Whether the line is the rest of the paragraph that the group is."""
    before = group[-1]
    if _looks_apart(group, line, usual, body) or _CONTENTS.search(before.text):
        return False
    ended = bool(ENDED.search(before.text))
    if MARKER.match(line.text) and (ended or before.bold or line.x0 < group[0].x0 - body):
        return False
    # The next word would have fitted: somebody ended the line on purpose.
    first = line.text.split(" ", 1)[0]
    letter = (before.x1 - before.x0) / max(1, len(before.text))
    if before.x1 + (len(first) + 1) * letter < right - 2 * letter:
        nearly = before.x1 - group[0].x0 > 0.85 * (right - group[0].x0)
        return not ended and (line.text[:1].islower() or nearly)
    # A new paragraph may be told by its first line alone, which is indented.
    indented = line.x0 > before.x0 + 0.8 * body and len(group) > 1
    return not (indented and ended)


def _is_heading(group: Sequence[Line], body: float) -> bool:
    text = " ".join(line.text for line in group)
    if len(group) > 2 or len(text) > 120 or not re.search(r"[^\W\d_]{2}", text) or _LISTED.search(text):
        return False
    return all(line.bold for line in group) or all(line.size >= 1.15 * body for line in group)


def body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size that most letters have."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


class Words:
    """The words of a document, to judge by whether a hyphen at a line's end belongs to its word."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._seen: set[str] = set()
        for line in lines:
            # The last word of a line is left out where it is cut in two.
            text = re.sub(r"\S+-$", "", line.text.lower())
            self._seen.update(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))

    def joined(self, before: str, after: str) -> str:
        """Two lines of one paragraph as one."""
        drop, joint = self.joint(before, after)
        return before[: len(before) - drop] + joint + after

    def joint(self, before: str, after: str) -> tuple[int, str]:
        """How many characters to drop from the first line, and what to put between the two."""
        cut = _HYPHENATED.search(before)
        rest = re.match(r"[^\W\d_]+", after)
        if before.endswith(("/", "–")) and not before.endswith((" /", " –")):
            return 0, ""
        if cut is None or rest is None:
            return 0, " "
        head, tail = cut[1].lower(), rest[0].lower()
        same = after[0].islower() or (cut[1].isupper() and rest[0].isupper())
        if head + tail in self._seen:
            return (1, "") if same else (0, "")
        if f"{head}-{tail}" in self._seen or head in _KEEP or not same:
            return 0, ""
        whole = head in self._seen and tail in self._seen and len(tail) > 3
        return (0, "") if whole else (1, "")

    def text(self, lines: Sequence[Line]) -> str:
        """The lines of a paragraph as one line."""
        text = lines[0].text
        for line in lines[1:]:
            text = self.joined(text, line.text)
        return text


def crosses(before: str, after: Paragraph, full: bool) -> bool:
    """Whether the first paragraph of a page is the rest of the last one of the page before, which ended `full` or
    short of the right margin."""
    if not before or after.heading or ENDED.search(before):
        return False
    first = after.lines[0].text
    if MARKER.match(first):
        return False
    return first[:1].islower() or full or before.endswith(",")


def scaled(line: Line, factor: float) -> Line:
    """The line in other units."""
    return replace(
        line,
        x0=line.x0 * factor,
        x1=line.x1 * factor,
        top=line.top * factor,
        bottom=line.bottom * factor,
        size=line.size * factor,
    )
