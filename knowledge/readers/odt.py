"""ODT, read from its XML: the text as Writer shows it, the numbers of headings and lists included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from knowledge.documents import Limits
from knowledge.model import BlockKind
from knowledge.readers import numbers
from knowledge.readers.draft import Draft, Refused, looks_like_header, tidy
from knowledge.readers.package import Package

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE, _STYLE = (f"{{{_NS}{name}:1.0}}" for name in ("office", "text", "table", "style"))
_KIND = "an OpenDocument text (.odt)"
_MIMETYPE = b"application/vnd.oasis.opendocument.text"
_LEVELS = 10
_MOST_REPEATED = 64  # columns or spaces that one element may stand for

_LEFT_OUT = frozenset(
    {
        *(f"{_TEXT}{name}" for name in ("note", "tracked-changes", "hidden-text", "hidden-paragraph", "ruby-text")),
        f"{_OFFICE}annotation",
        f"{_OFFICE}forms",
    }
)
_WRAPPERS = frozenset({f"{_TEXT}section", f"{_TEXT}index-body", f"{_TABLE}table-header-rows", f"{_TABLE}table-rows"})
_FORMATS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": numbers.letter,
    "A": lambda value: numbers.letter(value).upper(),
    "i": numbers.roman,
    "I": lambda value: numbers.roman(value).upper(),
}


@dataclass(frozen=True, slots=True)
class _Level:
    format: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    shown: int = 1  # how many levels the number shows: 2 for "1.2"
    bullet: bool = False


@dataclass(slots=True)
class _Counter:
    """One running list, or the headings."""

    levels: dict[int, _Level]
    values: list[int] = field(default_factory=lambda: [0] * (_LEVELS + 1))

    def next(self, depth: int, start: int | None = None) -> str:
        """The next number at this depth (from 1), followed by a space; "" for none."""
        level = self.levels.get(depth, _Level())
        value = self.values[depth]
        self.values[depth] = start if start is not None else (value + 1 if value else level.start)
        self.values[depth + 1 :] = [0] * (_LEVELS - depth)
        if level.bullet:
            return "• "
        if level.format not in _FORMATS:
            return ""
        shown = [self._written(at) for at in range(max(1, depth - level.shown + 1), depth + 1)]
        return f"{level.prefix}{'.'.join(part for part in shown if part)}{level.suffix}".strip() + " "

    def _written(self, depth: int) -> str:
        level = self.levels.get(depth, _Level())
        write = _FORMATS.get(level.format)
        return write(self.values[depth] or level.start) if write else ""


@dataclass(slots=True)
class _Reading:
    draft: Draft
    styles: dict[str, dict[int, _Level]]
    paragraph_styles: dict[str, tuple[str, str]]  # name -> (list style, parent)
    headings: _Counter
    lists: dict[str, _Counter] = field(default_factory=dict)


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The document as JSON values."""
    package = Package(data, limits, _KIND)
    if (package.part("mimetype") or _MIMETYPE).strip() != _MIMETYPE:
        raise Refused(f"is not {_KIND}, whatever its name says")
    if b"encryption-data" in (package.part("META-INF/manifest.xml") or b""):
        raise Refused("is encrypted; save it without a password")
    root = package.xml("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
    if root is None or body is None:
        raise Refused(f"is not {_KIND}, whatever its name says")
    roots = [found for found in (package.xml("styles.xml"), root) if found is not None]
    reading = _Reading(
        Draft(limits.characters), _list_styles(roots), _paragraph_styles(roots), _Counter(_outline(roots))
    )
    _write(reading, body)
    if body.find(f"{_TEXT}tracked-changes") is not None:
        reading.draft.notices.append("has tracked changes: read with insertions accepted and deletions left out")
    if notes := sum(1 for _ in body.iter(f"{_TEXT}note")):
        reading.draft.notices.append(f"has {notes} footnote{'s' if notes > 1 else ''}, left out of the text")
    return reading.draft.finished()


# --- styles -----------------------------------------------------------------------------------------------------------


def _list_styles(roots: list[etree._Element]) -> dict[str, dict[int, _Level]]:
    return {
        style.get(f"{_STYLE}name", ""): _levels(style) for root in roots for style in root.iter(f"{_TEXT}list-style")
    }


def _outline(roots: list[etree._Element]) -> dict[int, _Level]:
    for root in roots:
        for style in root.iter(f"{_TEXT}outline-style"):
            return _levels(style)
    return {}


def _levels(style: etree._Element) -> dict[int, _Level]:
    found = {}
    for level in style:
        at = _integer(level.get(f"{_TEXT}level"), 0)
        if 1 <= at <= _LEVELS:
            found[at] = _Level(
                format=level.get(f"{_STYLE}num-format", ""),
                prefix=level.get(f"{_STYLE}num-prefix", ""),
                suffix=level.get(f"{_STYLE}num-suffix", ""),
                start=_integer(level.get(f"{_TEXT}start-value"), 1),
                shown=_integer(level.get(f"{_TEXT}display-levels"), 1),
                bullet=level.tag == f"{_TEXT}list-level-style-bullet",
            )
    return found


def _paragraph_styles(roots: list[etree._Element]) -> dict[str, tuple[str, str]]:
    return {
        style.get(f"{_STYLE}name", ""): (
            style.get(f"{_STYLE}list-style-name", ""),
            style.get(f"{_STYLE}parent-style-name", ""),
        )
        for root in roots
        for style in root.iter(f"{_STYLE}style")
        if style.get(f"{_STYLE}family") == "paragraph"
    }


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else otherwise


# --- the text ---------------------------------------------------------------------------------------------------------


def _write(reading: _Reading, parent: etree._Element) -> None:
    for element in parent:
        if element.tag == f"{_TEXT}h":
            _heading(reading, element)
        elif element.tag == f"{_TEXT}p":
            reading.draft.block(BlockKind.PARAGRAPH, _text(element))
        elif element.tag == f"{_TEXT}list":
            _list(reading, element)
        elif element.tag == f"{_TABLE}table":
            _table(reading, element)
        elif element.tag in _WRAPPERS and element.get(f"{_TEXT}display") != "none":
            _write(reading, element)


def _heading(reading: _Reading, element: etree._Element, label: str | None = None) -> None:
    level = min(_integer(element.get(f"{_TEXT}outline-level"), 1) or 1, _LEVELS)
    if label is None:
        start = None
        if element.get(f"{_TEXT}restart-numbering") == "true":
            start = _integer(element.get(f"{_TEXT}start-value"), 1)
        listed = element.get(f"{_TEXT}is-list-header") == "true"
        label = "" if listed else reading.headings.next(level, start)
    text = _text(element)
    reading.draft.block(BlockKind.HEADING, label + text if text.strip() else "", level)


def _list(reading: _Reading, element: etree._Element) -> None:
    """A list at the outermost level. It goes on counting where it says so; otherwise it starts anew."""
    style = element.get(f"{_TEXT}style-name", "") or _style_of_first(reading, element)
    before = reading.lists.get(element.get(f"{_TEXT}continue-list", ""))
    if before is None and element.get(f"{_TEXT}continue-numbering") == "true":
        before = reading.lists.get(f"style {style}")
    counter = before or _Counter(reading.styles.get(style, {}))
    identity = element.get("{http://www.w3.org/XML/1998/namespace}id", "")
    reading.lists[f"style {style}"] = counter
    if identity:
        reading.lists[identity] = counter
    _items(reading, element, counter, 1)


def _style_of_first(reading: _Reading, element: etree._Element) -> str:
    """The list style that the list's first paragraph's style (or an ancestor of it) names."""
    first = next(element.iter(f"{_TEXT}p", f"{_TEXT}h"), None)
    name = first.get(f"{_TEXT}style-name", "") if first is not None else ""
    for _ in range(50):
        style, parent = reading.paragraph_styles.get(name, ("", ""))
        if style or not parent:
            return style
        name = parent
    return ""


def _items(reading: _Reading, element: etree._Element, counter: _Counter, depth: int) -> None:
    for item in element:
        if item.tag not in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
            continue
        start = item.get(f"{_TEXT}start-value")
        numbered = item.tag == f"{_TEXT}list-item"
        # An item that begins with a deeper list has no number of its own.
        label = ""
        for at, child in enumerate(child for child in item if isinstance(child.tag, str)):
            if child.tag == f"{_TEXT}list":
                style = child.get(f"{_TEXT}style-name", "")
                if style in reading.styles and counter.levels is not reading.styles[style]:
                    counter.levels = {**counter.levels, depth + 1: reading.styles[style].get(depth + 1, _Level())}
                _items(reading, child, counter, min(depth + 1, _LEVELS))
                continue
            if at == 0 and numbered:
                label = counter.next(depth, _integer(start, 1) if start else None)
            if child.tag == f"{_TEXT}h":
                _heading(reading, child, label)
            elif child.tag == f"{_TEXT}p":
                text = _text(child)
                reading.draft.block(BlockKind.LIST_ITEM, label + text if text.strip() else "", depth)
            label = ""


def _text(element: etree._Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(_integer(child.get(f"{_TEXT}c"), 1), _MOST_REPEATED))
        elif child.tag == f"{_TEXT}tab":
            parts.append(" ")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            parts.append(_text(child))
        parts.append(child.tail or "")
    # Line ends in the XML are spaces to Writer; ours come from `line-break` alone.
    return "".join(parts)


def _table(reading: _Reading, table: etree._Element) -> None:
    marked = sum(1 for header in table.findall(f"{_TABLE}table-header-rows") for _ in header.iter(f"{_TABLE}table-row"))
    rows = [list(_cells(row)) for row in _rows(table)]
    if not marked and looks_like_header(rows):
        marked = 1
    reading.draft.table(rows, marked if marked < len(rows) else 0)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if element.tag == f"{_TABLE}table-row":
            yield element
        elif element.tag in _WRAPPERS or element.tag == f"{_TABLE}table-row-group":
            yield from _rows(element)


def _cells(row: etree._Element) -> Iterator[str]:
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = tidy(" ".join(_text(part) for part in cell.iter(f"{_TEXT}p", f"{_TEXT}h")))
        yield text
        repeated = _integer(cell.get(f"{_TABLE}number-columns-repeated"), 1)
        yield from [text] * (min(repeated, _MOST_REPEATED) - 1)
