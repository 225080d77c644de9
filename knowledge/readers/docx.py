"""DOCX, read from its XML: the text as Word shows it, automatic numbers included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from knowledge.documents import Limits
from knowledge.model import BlockKind
from knowledge.readers.draft import Draft, Refused, looks_like_header, tidy
from knowledge.readers.numbering import Numbering, Styles, W, flag, integer, value_of
from knowledge.readers.package import Package

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_KIND = "a Word document (.docx)"
# What is not the agreement's text: deletions, field codes, notes, pictures' fall-backs (their text comes twice).
_LEFT_OUT = frozenset(
    {
        *(f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "footnoteReference", "pPr", "rPr")),
        *(f"{W}{name}" for name in ("endnoteReference", "sdtPr", "sdtEndPr", "tblPr", "rt")),
        f"{_MC}Fallback",
    }
)
_CHARACTERS = {
    f"{W}tab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
    f"{W}ptab": " ",
    f"{W}sym": "•",
}
_WRAPPERS = frozenset({f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"})


@dataclass(slots=True)
class _Reading:
    """What is remembered from paragraph to paragraph."""

    draft: Draft
    styles: Styles
    numbering: Numbering
    carried: str = ""  # text whose paragraph mark was deleted: it belongs to the next paragraph
    hidden: bool = False
    changed: bool = False
    boxes: list[etree._Element] = field(default_factory=list)


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The document as JSON values."""
    package = Package(data, limits, _KIND)
    types = package.part("[Content_Types].xml")
    if types is None or package.part("word/document.xml") is None:
        raise Refused(f"is not {_KIND}, whatever its name says")
    if b"macroEnabled" in types:
        raise Refused("contains macros; save it without them")
    root = package.xml("word/document.xml")
    body = root.find(f"{W}body") if root is not None else None
    if body is None:
        raise Refused(f"is not {_KIND}, whatever its name says")
    styles = Styles(package.xml("word/styles.xml"))
    reading = _Reading(Draft(limits.characters), styles, Numbering(package.xml("word/numbering.xml"), styles))
    _write(reading, body)
    _notices(reading, package)
    return reading.draft.finished()


def _write(reading: _Reading, body: etree._Element) -> None:
    for element in _content(body):
        if element.tag == f"{W}p":
            _paragraph(reading, element)
            while reading.boxes:
                _write(reading, reading.boxes.pop(0))
        elif element.tag == f"{W}tbl":
            _table(reading, element)
    if reading.carried:
        reading.draft.block(BlockKind.PARAGRAPH, reading.carried)
        reading.carried = ""


def _content(element: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in reading order, through whatever is wrapped around them."""
    for child in element:
        if child.tag in _WRAPPERS:
            yield from _content(child)
        else:
            yield child


def _paragraph(reading: _Reading, paragraph: etree._Element) -> None:
    text, merged = _numbered(reading, paragraph)
    if merged:
        reading.carried = text
        return
    properties = paragraph.find(f"{W}pPr")
    level = _heading_level(reading, properties)
    place = reading.numbering.place(properties)
    if level is not None:
        reading.draft.block(BlockKind.HEADING, text, level)
    elif place is not None:
        reading.draft.block(BlockKind.LIST_ITEM, text, place[1] + 1)
    else:
        reading.draft.block(BlockKind.PARAGRAPH, text)


def _heading_level(reading: _Reading, properties: etree._Element | None) -> int | None:
    outline = integer(value_of(properties, "outlineLvl"))
    if outline is not None:
        return outline + 1 if 0 <= outline <= 8 else None
    return reading.styles.outline(value_of(properties, "pStyle"))


def _numbered(reading: _Reading, paragraph: etree._Element) -> tuple[str, bool]:
    """A paragraph's text with its number, and whether its mark is deleted, so that the next paragraph goes on."""
    text = reading.carried + _text(reading, paragraph)
    properties = paragraph.find(f"{W}pPr")
    mark = properties.find(f"{W}rPr") if properties is not None else None
    if mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None):
        reading.changed = True
        return text, True
    reading.carried = ""
    place = reading.numbering.place(properties)
    # Word numbers an empty paragraph too, so it counts; but a number with nothing after it says nothing.
    label = reading.numbering.next(place) if place is not None and not flag(mark, "vanish") else ""
    return (label + text.lstrip() if text.strip() else ""), False


def _text(reading: _Reading, element: etree._Element) -> str:
    parts: list[str] = []
    for child in element:
        tag = child.tag
        if tag in (f"{W}del", f"{W}ins", f"{W}moveFrom", f"{W}moveTo"):
            reading.changed = True
        if tag in (f"{W}t", f"{_M}t"):
            parts.append(child.text or "")
        elif tag in _CHARACTERS:
            parts.append(_CHARACTERS[tag])
        elif tag == f"{W}r" and flag(child.find(f"{W}rPr"), "vanish"):
            reading.hidden = reading.hidden or child.find(f"{W}t") is not None
        elif tag == f"{W}txbxContent":
            reading.boxes.append(child)
        elif tag not in _LEFT_OUT:
            parts.append(_text(reading, child))
    return "".join(parts)


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(reading: _Reading, table: etree._Element) -> None:
    rows: list[list[str]] = []
    marked = 0
    for row in _content(table):
        if row.tag != f"{W}tr":
            continue
        properties = row.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            reading.changed = True
            continue
        if flag(properties, "tblHeader") and marked == len(rows):
            marked += 1
        rows.append([cell for element in _content(row) if element.tag == f"{W}tc" for cell in _cells(reading, element)])
    if not marked and rows and (looks_like_header(rows) or _bold_header(table)):
        marked = 1
    reading.draft.table(rows, marked if marked < len(rows) else 0)


def _cells(reading: _Reading, cell: etree._Element) -> Iterator[str]:
    """The cell's text, and an empty one for each further column it spans, so that columns stay in line."""
    properties = cell.find(f"{W}tcPr")
    merge = properties.find(f"{W}vMerge") if properties is not None else None
    spanned = integer(value_of(properties, "gridSpan")) or 1
    continued = merge is not None and merge.get(f"{W}val") != "restart"
    yield "" if continued else _cell_text(reading, cell)
    yield from [""] * (min(spanned, 64) - 1)


def _cell_text(reading: _Reading, cell: etree._Element) -> str:
    texts = []
    for element in _content(cell):
        if element.tag == f"{W}p":
            text, merged = _numbered(reading, element)
            if merged:
                reading.carried = text
            else:
                texts.append(text)
        elif element.tag == f"{W}tbl":
            rows = [row for row in _content(element) if row.tag == f"{W}tr"]
            texts.extend(_cell_text(reading, c) for row in rows for c in _content(row) if c.tag == f"{W}tc")
    texts.append(reading.carried)
    reading.carried = ""
    return " ".join(text for text in map(tidy, texts) if text)


def _bold_header(table: etree._Element) -> bool:
    """Whether the first row is all bold and the second is not: how a header looks that nobody marked as one."""
    rows = table.findall(f"{W}tr")
    return len(rows) > 1 and _bold(rows[0]) and not _bold(rows[1])


def _bold(row: etree._Element) -> bool:
    runs = [run for run in row.iter(f"{W}r") if "".join(text.text or "" for text in run.iter(f"{W}t")).strip()]
    return bool(runs) and all(flag(run.find(f"{W}rPr"), "b") for run in runs)


# --- notices ----------------------------------------------------------------------------------------------------------


def _notices(reading: _Reading, package: Package) -> None:
    if reading.changed:
        reading.draft.notices.append("has tracked changes: read with insertions accepted and deletions left out")
    if reading.hidden:
        reading.draft.notices.append("has hidden text, which was left out")
    notes = 0
    for part, tag in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
        root = package.xml(part)
        # Notes of a type are the lines that separate notes from the text.
        notes += sum(note.get(f"{W}type") is None for note in root.iterfind(f"{W}{tag}")) if root is not None else 0
    if notes:
        reading.draft.notices.append(f"has {notes} footnote{'s' if notes > 1 else ''}, left out of the text")
