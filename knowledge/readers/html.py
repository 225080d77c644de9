"""HTML: the text as a browser shows it, the numbers of ordered lists included."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from knowledge.documents import Limits
from knowledge.model import BlockKind
from knowledge.readers import numbers
from knowledge.readers.decoding import decoded
from knowledge.readers.draft import Draft, Refused, looks_like_header

_TAG = re.compile(r"<(?:!doctype|html|head|body|h[1-6]|p|div|table|ul|ol|span|a|b|br)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset=["']?([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_UNSEEN = re.compile(r"display:none|visibility:hidden|font-size:0(?:px|pt|em|%)?(?:;|$)|opacity:0(?:;|$)")
_SPACES = re.compile(r"\s+")

_SKIPPED = frozenset(
    {
        *(
            "script",
            "style",
            "head",
            "template",
            "noscript",
            "svg",
            "math",
            "iframe",
            "object",
            "embed",
            "applet",
            "canvas",
        ),
        *(
            "audio",
            "video",
            "select",
            "option",
            "textarea",
            "button",
            "datalist",
        ),
    }
)
_BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
        ),
        *(
            "figure",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "legend",
        ),
        *(
            "li",
            "main",
            "ol",
            "p",
            "pre",
            "section",
            "ul",
            "table",
            "caption",
            "thead",
            "tbody",
            "tfoot",
        ),
        *(
            "tr",
            "td",
            "th",
            "nav",
            "footer",
        ),
    }
)
_PAGE_PARTS = frozenset({"nav", "footer"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TYPES: dict[str, Callable[[int], str]] = {
    "a": numbers.alphabetic,
    "A": lambda value: numbers.alphabetic(value).upper(),
    "i": numbers.roman,
    "I": lambda value: numbers.roman(value).upper(),
}
_STYLES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}


@dataclass(slots=True)
class _Listing:
    """A list that is open: its next number, how it is written, None for bullets."""

    number: int
    step: int
    write: str | None


@dataclass(slots=True)
class _Reading:
    draft: Draft
    parts: list[str] = field(default_factory=list)
    lists: list[_Listing] = field(default_factory=list)
    label: str = ""  # the number of the list item whose text comes next
    level: int | None = None  # of the heading we are in
    page_parts: int = 0
    hidden: bool = False


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The document as JSON values."""
    text = _decoded(data)
    if not _TAG.search(text):
        raise Refused("is not a web page: it has no HTML in it; if it is plain text, rename it to .txt")
    if re.search("<!ENTITY", text, re.IGNORECASE):
        raise Refused("declares entities, as only an attack does")
    draft = Draft(limits.characters)
    if write(draft, text):
        draft.notices.append("has hidden text, which was left out")
    return draft.finished()


def write(draft: Draft, text: str) -> bool:
    """Write what a browser would show of this HTML; whether any of it was hidden."""
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(_DECLARATION.sub("", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return False
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise Refused("is nested too deeply to read")  # what is deeper would be missing, and nobody would know
    reading = _Reading(draft)
    _walk(reading, root)
    _flush(reading)
    return reading.hidden


def _decoded(data: bytes) -> str:
    stated = _CHARSET.search(data[:4096])
    if stated:
        try:
            return decoded(data.decode(stated[1].decode()).encode())
        except (LookupError, UnicodeError):
            pass
    return decoded(data)


def _walk(reading: _Reading, root: etree._Element) -> None:
    """Go through the page without recursion: a page can be nested deeper than Python can call."""
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped = None
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "end":
            if element is not skipped:
                _leave(reading, tag)
            reading.parts.append(_SPACES.sub(" ", element.tail or ""))
        elif tag in _SKIPPED or _is_hidden(reading, element) or (tag == "table" and _is_data(element)):
            if tag == "table" and not _is_hidden(reading, element):
                _flush(reading)
                _table(reading, element)
            walk.skip_subtree()
            skipped = element
        else:
            _enter(reading, element, tag)


def _is_hidden(reading: _Reading, element: etree._Element) -> bool:
    style = _SPACES.sub("", element.get("style", "")).lower()
    if element.get("hidden") is None and not _UNSEEN.search(style):
        return False
    reading.hidden = reading.hidden or any(str(text).strip() for text in element.itertext())
    return True


def _enter(reading: _Reading, element: etree._Element, tag: str) -> None:
    if tag in _BLOCKS:
        _flush(reading)
    if tag in _HEADINGS:
        reading.level = int(tag[1])
    elif tag in _PAGE_PARTS:
        reading.page_parts += 1
    elif tag in ("ol", "ul"):
        reading.lists.append(_listing(element, tag))
    elif tag == "li":
        reading.label = _label(reading, element)
    elif tag == "br":
        reading.parts.append("\n")
    text = element.text or ""
    reading.parts.append(text if tag == "pre" else _SPACES.sub(" ", text))


def _leave(reading: _Reading, tag: str) -> None:
    if tag not in _BLOCKS:
        return
    _flush(reading)
    if tag in _HEADINGS:
        reading.level = None
    elif tag in _PAGE_PARTS:
        reading.page_parts = max(0, reading.page_parts - 1)
    elif tag in ("ol", "ul") and reading.lists:
        reading.lists.pop()
    elif tag == "li":
        reading.label = ""


def _listing(element: etree._Element, tag: str) -> _Listing:
    if tag == "ul":
        return _Listing(0, 0, None)
    items = sum(1 for child in element if child.tag == "li")
    backwards = element.get("reversed") is not None
    start = _integer(element.get("start"), items if backwards else 1)
    style = re.search(r"list-style(?:-type)?:\s*([a-z-]+)", element.get("style", ""))
    write = _STYLES.get(style[1]) if style else None
    if style and style[1] == "none":
        return _Listing(0, 0, "none")
    return _Listing(start, -1 if backwards else 1, write or element.get("type", "1"))


def _label(reading: _Reading, element: etree._Element) -> str:
    if not reading.lists or reading.lists[-1].write is None:
        return "• "
    listing = reading.lists[-1]
    if listing.write == "none":
        return ""
    number = _integer(element.get("value"), listing.number)
    listing.number = number + listing.step
    write = _TYPES.get(listing.write or "", str)
    return f"{write(number) if number > 0 else number}. "


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else otherwise


def _flush(reading: _Reading) -> None:
    """What was gathered becomes a block; two line breaks in a row divide paragraphs."""
    text = "".join(reading.parts)
    reading.parts.clear()
    if not text.strip():
        return
    text, reading.label = reading.label + text.strip(), ""
    for paragraph in re.split(r"\n[^\S\n]*\n\s*", text):
        if reading.page_parts:
            reading.draft.block(BlockKind.FURNITURE, paragraph)
        elif reading.level is not None:
            reading.draft.block(BlockKind.HEADING, paragraph.replace("\n", " "), reading.level)
        elif reading.lists:
            reading.draft.block(BlockKind.LIST_ITEM, paragraph, len(reading.lists))
        else:
            reading.draft.block(BlockKind.PARAGRAPH, paragraph)


# --- tables -----------------------------------------------------------------------------------------------------------


def _is_data(table: etree._Element) -> bool:
    """Whether a table holds data. One that holds headings, lists or tables lays out the page, and is walked through."""
    if table.get("role") == "presentation":
        return False
    return all(found is table for found in table.iter("table", "h1", "h2", "h3", "h4", "ol", "ul"))


def _table(reading: _Reading, table: etree._Element) -> None:
    caption = table.find("caption")
    if caption is not None:
        reading.draft.block(BlockKind.PARAGRAPH, _cell_text(reading, caption))
    rows: list[list[str]] = []
    marked = 0
    for row in table.iter("tr"):
        if _is_hidden(reading, row):
            continue
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        parent = row.getparent()
        head = parent is not None and parent.tag == "thead"
        if (head or (cells and all(cell.tag == "th" for cell in cells))) and marked == len(rows):
            marked += 1
        rows.append([text for cell in cells for text in _spanned(reading, cell)])
    if not marked and looks_like_header(rows):
        marked = 1
    reading.draft.table(rows, marked if marked < len(rows) else 0)


def _spanned(reading: _Reading, cell: etree._Element) -> Iterator[str]:
    yield _cell_text(reading, cell)
    yield from [""] * (min(max(_integer(cell.get("colspan"), 1), 1), 64) - 1)


def _cell_text(reading: _Reading, cell: etree._Element) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "end":
            parts.append(" " if tag in _BLOCKS else "")
            parts.append((element.tail or "") if element is not cell else "")
        elif tag in _SKIPPED or (element is not cell and _is_hidden(reading, element)):
            walk.skip_subtree()
        else:
            parts.append(" " if tag in _BLOCKS or tag == "br" else "")
            parts.append(element.text or "")
    return _SPACES.sub(" ", "".join(parts)).strip()
