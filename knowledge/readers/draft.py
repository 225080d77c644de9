"""What every reader writes into: text, and where in it pages, blocks and tables lie."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from knowledge.model import Block, BlockKind, Page, Table, TableRow


class Refused(Exception):  # noqa: N818 - it names the outcome: the file is refused, nothing of ours failed
    """This file is not read, and `str()` of this says why, to follow "<file>: "."""


# Characters that nobody sees but software obeys: soft hyphens, zero-width spaces, marks that reverse the reading
# direction, tags, controls, halves of surrogate pairs. (Zero-width joiners stay: Persian and Hindi need them.)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_NEWLINE = re.compile(r" ?\n ?")
_CAPTION = re.compile(r"(?:table|schedule|annex|appendix|attachment|exhibit)\b", re.IGNORECASE)
_LONGEST_CAPTION = 160

# What begins a numbered or bulleted paragraph: "3.", "3.2", "(a)", "iv)", "§ 4", "Article IV", "•".
MARKER = re.compile(
    r"(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlIVXL]{1,6}|[A-Z]\.\d{1,2}(?:\.\d{1,2})*)[.)](?=\s|$)"
    r"|\d{1,3}(?:\.\d{1,3})+\.?(?=\s)"
    r"|§{1,2}\s?\d|[•·▪◦‣–—*-]\s"
    r"|(?:ARTICLE|Article|SECTION|Section|CLAUSE|Clause|SCHEDULE|Schedule|ANNEX|Annex|APPENDIX|Appendix|ATTACHMENT"
    r"|Attachment|EXHIBIT|Exhibit)\s+(?:\d|[IVXLA-Z]{1,5}\b))"
)
# How a line ends after which a number begins a paragraph, and is not the rest of "as set out in Section".
ENDED = re.compile(r"[.;:!?][\"'”’)\]]?$|[,;]? (?:and|or)$")
_ONLY_MARKER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlIVXL]{1,6})[.):]?|[•·▪◦‣–—o*-]")


def tidy(text: str) -> str:
    """The text as it is seen: no invisible characters, single spaces, no spaces around line ends."""
    return _AROUND_NEWLINE.sub("\n", _SPACES.sub(" ", _INVISIBLE.sub("", text))).strip()


class Draft:
    """A document being written, block by block, in reading order."""

    def __init__(self, characters: int) -> None:
        self._most = characters
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[tuple[int, int]] = [(1, 0)]
        self._blocks: list[Block] = []
        self._tables: list[Table] = []
        self._heading = ""
        self.notices: list[str] = []

    @property
    def page(self) -> int:
        return self._pages[-1][0]

    @property
    def last(self) -> Block | None:
        return self._blocks[-1] if self._blocks else None

    @property
    def last_text(self) -> str:
        """The text of the last block."""
        return self._parts[-1] if self._parts else ""

    def turn_to(self, page: int) -> None:
        """What follows stands on this page."""
        if page != self.page:
            self._pages.append((page, self._length))

    def block(self, kind: BlockKind, text: str, level: int | None = None) -> None:
        """Add a block, tidied; nothing, where nothing is left to see."""
        text = tidy(text)
        if not text:
            return
        start = self._write(text, self._gap(kind))
        self._blocks.append(Block(kind, start, self._length, self.page, level))
        if kind is BlockKind.HEADING:
            self._heading = text

    def carry_on(self, text: str, page: int, *, joint: str = " ", drop: int = 0) -> None:
        """Go on with the last block's paragraph on another page, after dropping its last `drop` characters."""
        last = self._blocks[-1]
        if drop:
            self._parts[-1] = self._parts[-1][:-drop]
            self._length -= drop
        head = self._parts.pop() + joint
        self._length += len(joint)
        self.turn_to(page)
        self._parts.append(head + text)
        self._length += len(text)
        self._check()
        self._blocks[-1] = Block(last.kind, last.start, self._length, last.page, last.level)

    def table(self, rows: Sequence[Sequence[str]], headers: int = 0) -> None:
        """Add a table whose first `headers` rows (0 or 1, more are merged) name its columns.

        A row stands in the text as "Column: value | Column: value", so that it can be understood when quoted alone;
        without column names, as "value | value". What only looks like a table (one column, or a list whose numbers
        are in a column of their own) is written as paragraphs.
        """
        cells = [[tidy(cell).replace("\n", " ") for cell in row] for row in rows]
        filled = [row for row in cells if any(row)]
        if not headers and all(_is_paragraph(row) for row in filled):
            for row in filled:
                self.block(BlockKind.PARAGRAPH, " ".join(cell for cell in row if cell))
            return
        caption = self._caption()
        header = _merged(cells[:headers])
        found = []
        body = [row for row in cells[headers:] if any(row)]
        for number, row in enumerate(body, start=1):
            start = self._write(_line(header, row), "\n" if number > 1 else self._gap(BlockKind.TABLE_ROW))
            self._blocks.append(Block(BlockKind.TABLE_ROW, start, self._length, self.page))
            found.append(TableRow(number, tuple(row), start, self._length, self.page))
        if found:
            self._tables.append(Table(caption, tuple(header), tuple(found)))

    def append_row(self, row: Sequence[str]) -> bool:
        """Add a row to the last table, if it ended the text and is as wide (a table that goes on overleaf)."""
        cells = [tidy(cell).replace("\n", " ") for cell in row]
        table = self._tables[-1] if self._tables else None
        if table is None or table.rows[-1].end != self._length or len(table.rows[-1].cells) != len(cells):
            return False
        if any(cells) and tuple(cells) != table.header:
            start = self._write(_line(table.header, cells), "\n")
            self._blocks.append(Block(BlockKind.TABLE_ROW, start, self._length, self.page))
            more = TableRow(table.rows[-1].number + 1, tuple(cells), start, self._length, self.page)
            self._tables[-1] = Table(table.caption, table.header, (*table.rows, more))
        return True

    def finished(self) -> dict[str, Any]:
        """The draft as JSON values, to be sent to the parent."""
        if not any(block.kind is not BlockKind.FURNITURE for block in self._blocks):
            raise Refused("has no text to read")
        return portable("".join(self._parts), self._page_list(), self._blocks, self._tables, self.notices)

    def _page_list(self) -> list[Page]:
        ends = [start for _, start in self._pages[1:]] + [self._length]
        return [Page(number, start, end) for (number, start), end in zip(self._pages, ends, strict=True)]

    def _gap(self, kind: BlockKind) -> str:
        if not self._blocks:
            return ""
        return "\n" if kind is BlockKind.LIST_ITEM and self._blocks[-1].kind is kind else "\n\n"

    def _write(self, text: str, gap: str) -> int:
        # The gap is a part of its own: the last part is always the last block's text.
        if gap:
            self._parts.append(gap)
        self._parts.append(text)
        self._length += len(gap) + len(text)
        self._check()
        return self._length - len(text)

    def _check(self) -> None:
        if self._length > self._most:
            raise Refused(f"has more than {self._most:,} characters of text")

    def _caption(self) -> str:
        if self.last and _CAPTION.match(self.last_text) and len(self.last_text) <= _LONGEST_CAPTION:
            return self.last_text
        return self._heading


def portable(
    text: str, pages: Sequence[Page], blocks: Sequence[Block], tables: Sequence[Table], notices: Sequence[str]
) -> dict[str, Any]:
    """A document's parts as JSON values; `knowledge.documents` builds the `Document` from them."""
    return {
        "text": text,
        "pages": [[p.number, p.start, p.end] for p in pages],
        "blocks": [[b.kind.value, b.start, b.end, b.page, b.level] for b in blocks],
        "tables": [
            [t.caption, list(t.header), [[r.number, list(r.cells), r.start, r.end, r.page] for r in t.rows]]
            for t in tables
        ],
        "notices": list(notices),
    }


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table that marks no header reads like one: three columns or more, all short words."""
    if len(rows) < 2 or len(rows[0]) < 3:
        return False
    first = [cell.strip() for cell in rows[0]]
    return len(set(first)) == len(first) and all(cell and len(cell) <= 60 and not _has_value(cell) for cell in first)


def _has_value(cell: str) -> bool:
    return bool(re.search(r"\d{2}|[€$£%]\s?\d|^\d", cell)) or cell.endswith(":")


def _is_paragraph(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    return len(filled) <= 1 or (len(filled) == 2 and bool(_ONLY_MARKER.fullmatch(filled[0])))


def _merged(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    return [" ".join(dict.fromkeys(cell for cell in column if cell)) for column in zip(*rows, strict=False)]


def _line(header: Sequence[str], row: Sequence[str]) -> str:
    names = [*header, *[""] * (len(row) - len(header))]
    return " | ".join(
        f"{name.rstrip(':')}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell
    )
