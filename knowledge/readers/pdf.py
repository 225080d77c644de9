"""PDF: text where there is text, OCR where there are only pictures of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Any

from knowledge.documents import Limits
from knowledge.model import BlockKind
from knowledge.readers.child import Progress
from knowledge.readers.draft import Draft, Refused, looks_like_header, tidy
from knowledge.readers.grid import Grid
from knowledge.readers.lines import Line, Paragraph, Words, body_size, crosses, paragraphs, without_furniture

_FEW_LETTERS = 40  # a page with fewer letters than this, and a picture, is a scan
_MANY_CURVES = 300  # letters drawn as shapes, without being letters
_LARGE_PICTURE = 0.3  # of the page's area
_SPACE = 0.12  # of the letters' size: the least room between two words
_UNDECODED = re.compile(r"\(cid:\d+\)")
_LIGATURES = {
    ord(letter): text for letter, text in zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)
}


@dataclass(slots=True)
class _Page:
    lines: list[Line]
    tables: list[Grid] = field(default_factory=list)
    scanned: bool = False


def read(data: bytes, limits: Limits, progress: Progress) -> dict[str, Any]:
    """The document as JSON values."""
    if b"%PDF-" not in data[:1024]:
        raise Refused("is not a PDF, whatever its name says")
    count = _page_count(data)
    if count > limits.pages:
        raise Refused(f"has {count:,} pages; more than {limits.pages:,} are not read")
    if b"%%EOF" not in data[-4096:]:
        raise Refused("is truncated: the end of the PDF is missing")
    pages = _text_pages(data, limits, progress)
    notice = _read_scans(data, pages, limits, progress)
    draft = Draft(limits.characters)
    draft.notices += [notice] if notice else []
    _write(draft, pages)
    return draft.finished()


def _page_count(data: bytes) -> int:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Refused("is encrypted; save it without a password") from None
        raise Refused("is a damaged or truncated PDF") from None


# --- pages with text --------------------------------------------------------------------------------------------------


def _text_pages(data: bytes, limits: Limits, progress: Progress) -> list[_Page]:
    import pdfplumber

    found, characters = [], 0
    with pdfplumber.open(BytesIO(data)) as document:
        for page in document.pages:
            progress.page()
            found.append(_text_page(page))
            characters += sum(len(line.text) for line in found[-1].lines)
            if characters > limits.characters:
                raise Refused(f"has more than {limits.characters:,} characters of text")
            page.close()
    return found


def _text_page(page: Any) -> _Page:
    page = _printed_once(page)
    letters = sum(not char["text"].isspace() for char in page.chars)
    undecoded = sum(bool(_UNDECODED.match(char["text"])) for char in page.chars)
    drawn = len(page.curves) > _MANY_CURVES or _has_large_picture(page)
    if (letters < _FEW_LETTERS and drawn) or undecoded > letters / 3:
        return _Page([], scanned=True)
    tables = list(_tables(page))
    words = page.extract_words(x_tolerance_ratio=_SPACE, y_tolerance=2, extra_attrs=["fontname", "size"])
    words += _filled_in(page)
    outside = [word for word in words if not any(_inside(word, table) for table in tables)]
    return _Page(_lines(outside), tables)


def _filled_in(page: Any) -> list[dict[str, Any]]:
    """What somebody typed into the page's form, as words: it is not among the page's letters."""
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    found = []
    for field_ in page.annots:
        value = resolve1(field_["data"].get("V"))
        if isinstance(value, bytes) and (text := decode_text(value).strip()):
            size = min(10.0, 0.8 * float(field_["height"]))
            place = {key: float(field_[key]) for key in ("x0", "x1", "top", "bottom")}
            found.append({"text": text, "size": size, "fontname": "", **place})
    return found


def _printed_once(page: Any) -> Any:
    """The page without the second printing of letters that are bold only by being printed twice, a hair apart."""
    seen: set[tuple[str, int, int]] = set()
    twice: set[int] = set()
    for char in page.chars:
        x, y = round(char["x0"]), round(char["top"])
        near = {(char["text"], x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        if seen & near:
            twice.add(id(char))
        seen.add((char["text"], x, y))
    return page.filter(lambda item: id(item) not in twice) if twice else page


def _has_large_picture(page: Any) -> bool:
    area = float(page.width) * float(page.height)
    covered = sum(abs(image["x1"] - image["x0"]) * abs(image["bottom"] - image["top"]) for image in page.images)
    return bool(covered > _LARGE_PICTURE * area)


def _inside(word: dict[str, Any], table: Grid) -> bool:
    middle = float(word["top"] + word["bottom"]) / 2
    return table.top <= middle <= table.bottom


def _lines(words: Sequence[dict[str, Any]]) -> list[Line]:
    """Words on one line, together; a raised note number overlaps with its line."""
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if rows and _overlap(max(rows[-1], key=lambda known: float(known["size"])), word) > 0.5:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(sorted(row, key=lambda word: word["x0"])) for row in rows]


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """How much of the height of the lower of the two words they share."""
    shared = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return float(shared / max(0.1, min(one["bottom"] - one["top"], other["bottom"] - other["top"])))


def _line(row: Sequence[dict[str, Any]]) -> Line:
    letters = sum(len(word["text"]) for word in row)
    bold = sum(len(word["text"]) for word in row if _is_bold(word["fontname"]))
    return Line(
        text=tidy(_UNDECODED.sub("", _spaced(row)).translate(_LIGATURES)),
        x0=row[0]["x0"],
        x1=max(word["x1"] for word in row),
        top=min(word["top"] for word in row),
        bottom=max(word["bottom"] for word in row),
        size=max((word["size"], len(word["text"])) for word in row)[0],
        bold=bold > 0.8 * letters,
    )


def _spaced(row: Sequence[dict[str, Any]]) -> str:
    """The words with spaces where there is room for one: a word is also cut where its type changes."""
    text = row[0]["text"]
    for before, word in pairwise(row):
        text += (" " if word["x0"] - before["x1"] > _SPACE * word["size"] else "") + word["text"]
    return str(text)


def _is_bold(font: str) -> bool:
    return bool(re.search(r"bold|black|heavy|semibold|demi", font, re.IGNORECASE))


def _tables(page: Any) -> Iterator[Grid]:
    if len(page.rects) + len(page.lines) + len(page.curves) < 3:
        return
    for table in page.find_tables():
        rows = [
            tuple((cell or "").translate(_LIGATURES) for cell in row) for row in table.extract(x_tolerance_ratio=_SPACE)
        ]
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        if len(filled) < 2 or max(sum(bool(cell.strip()) for cell in row) for row in filled) < 2:
            continue  # a frame around text
        _, top, _, bottom = table.bbox
        bold = _bold_rows(page, table)
        yield Grid(top, bottom, tuple(filled), bool(bold) and bold[0] and not any(bold[1:]))


def _bold_rows(page: Any, table: Any) -> list[bool]:
    found = []
    for row in table.rows:
        chars = [char for char in page.crop(row.bbox, strict=False).chars if not char["text"].isspace()]
        if chars:
            found.append(all(_is_bold(char["fontname"]) for char in chars))
    return found


# --- scanned pages ----------------------------------------------------------------------------------------------------


def _read_scans(data: bytes, pages: list[_Page], limits: Limits, progress: Progress) -> str:
    """Fill the scanned pages with what OCR reads on them; the notice that says so, or that it was not done."""
    scans = [number for number, page in enumerate(pages, start=1) if page.scanned]
    if not scans:
        return ""
    if not progress.ocr:
        if len(scans) == len(pages):
            raise Refused("is a scan, and reading scans by OCR is turned off")
        return f"{_ranges(scans)} not read: a scan, and reading scans by OCR is turned off"
    if len(scans) > limits.ocr_pages:
        raise Refused(f"has {len(scans):,} scanned pages; more than {limits.ocr_pages:,} are not read by OCR")
    progress.scan()
    try:
        from knowledge.readers.ocr import PageReader, respaced

        reader = PageReader()
    except ImportError:
        raise Refused("is a scan, and rapidocr, which reads scans, is not installed") from None
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for number in scans:
            progress.scan()
            pages[number - 1].lines, pages[number - 1].tables = reader.read(document[number - 1])
    lines = respaced([line for number in scans for line in pages[number - 1].lines])
    for number in scans:
        count = len(pages[number - 1].lines)
        pages[number - 1].lines, lines = lines[:count], lines[count:]
    return f"{_ranges(scans)} read by OCR: check quotations against the original"


def _ranges(numbers: Sequence[int]) -> str:
    """ "page 3 was", "pages 1-4 and 7 were"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    written = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    if len(numbers) == 1:
        return f"page {written[0]} was"
    listed = written[0] if len(written) == 1 else f"{', '.join(written[:-1])} and {written[-1]}"
    return f"pages {listed} were"


# --- the text ---------------------------------------------------------------------------------------------------------


def _write(draft: Draft, pages: Sequence[_Page]) -> None:
    kept = without_furniture([page.lines for page in pages])
    words = Words(line for lines in kept for line in lines)
    body = body_size(kept)
    full = False
    for number, (page, lines) in enumerate(zip(pages, kept, strict=True), start=1):
        found: list[Paragraph | Grid] = sorted([*paragraphs(lines, body), *page.tables], key=lambda part: part.top)
        for at, part in enumerate(found):
            if isinstance(part, Grid):
                draft.turn_to(number)
                _write_table(draft, part, first=at == 0 and number > 1)
            else:
                _write_paragraph(draft, part, words, number, full=full, first=at == 0)
        draft.turn_to(number)
        if lines:
            right = max(line.x1 for line in lines)
            full = lines[-1].x1 > right - 6 * body


def _write_paragraph(draft: Draft, paragraph: Paragraph, words: Words, number: int, *, full: bool, first: bool) -> None:
    text = words.text(paragraph.lines)
    last = draft.last
    if first and number > 1 and last and last.kind is BlockKind.PARAGRAPH and crosses(draft.last_text, paragraph, full):
        drop, joint = words.joint(draft.last_text, text)
        draft.carry_on(text, number, joint=joint, drop=drop)
        return
    draft.turn_to(number)
    draft.block(BlockKind.HEADING if paragraph.heading else BlockKind.PARAGRAPH, text)


def _write_table(draft: Draft, table: Grid, *, first: bool) -> None:
    if first and draft.append_row(table.rows[0]):
        for row in table.rows[1:]:
            draft.append_row(row)
        return
    headers = 1 if table.bold or looks_like_header(table.rows) else 0
    draft.table(table.rows, headers)
