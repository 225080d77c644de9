"""Builds the sample agreements from their readable sources: `python -m knowledge.sample_sources.build [FOLDER]`.

A source is a small dialect of Markdown: a head of `key: value` lines between two `---`, headings, paragraphs that
begin with their clause number, pipe tables, `**bold**` and `\\newpage`. Rebuilding gives the same bytes: no clock, no
chance, and no compression whose output depends on the machine (archives and text PDFs are stored as they are, scanned
pages are CCITT G4). Needs the development dependencies (reportlab, python-docx, Pillow).
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent
SAMPLES = SOURCES.parent / "samples"  # apart from the sources, so that indexing the samples meets agreements only
_NUMBER = re.compile(r"(\d+(?:\.\d+)+|\d+\.|\([a-z]\)|\(\d+\))\s+")
_HEADING = re.compile(r"(#{1,4}) (.*)")
_STAMP = (2026, 1, 5, 9, 0, 0)  # the date that every built file carries


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a source: `kind` is heading, paragraph, table or page; `level` counts heading marks."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def numbered(self) -> tuple[str, str]:
        """The clause number at the front, or "", and the text after it."""
        match = _NUMBER.match(self.text)
        return (match[1], self.text[match.end() :]) if match else ("", self.text)


@dataclass(frozen=True, slots=True)
class Source:
    """A readable source: its head, its blocks, and the text as it stands below the head."""

    head: dict[str, str]
    blocks: tuple[Block, ...]
    body: str

    @property
    def title(self) -> str:
        """The first heading."""
        return next(b.text for b in self.blocks if b.kind == "heading")


def parse(text: str) -> Source:
    """The source's head and blocks. Raises ValueError where the head is not closed."""
    _, head, body = text.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    chunks = (chunk.strip("\n") for chunk in re.split(r"\n\s*\n", body))
    return Source(fields, tuple(_block(chunk) for chunk in chunks if chunk), body.strip("\n") + "\n")


def _block(chunk: str) -> Block:
    if chunk == "\\newpage":
        return Block("page")
    if heading := _HEADING.match(chunk):
        return Block("heading", heading[2], len(heading[1]))
    if chunk.startswith("|"):
        lines = [line.strip("|").split("|") for line in chunk.splitlines() if not line.startswith("|---")]
        return Block("table", rows=tuple(tuple(cell.strip() for cell in cells) for cells in lines))
    return Block("paragraph", " ".join(chunk.splitlines()))


def _typographic(source: Source) -> Source:
    """With curly quotation marks, as word processors set them; curly apostrophes only where the head asks for them."""

    def curl(text: str) -> str:
        text = re.sub(r'(^|[\s(])"', "\\1\N{LEFT DOUBLE QUOTATION MARK}", text)
        text = text.replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}")
        return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}") if "apostrophes" in source.head else text

    blocks = tuple(
        Block(b.kind, curl(b.text), b.level, tuple(tuple(curl(cell) for cell in row) for row in b.rows))
        for b in source.blocks
    )
    return Source(source.head, blocks, source.body)


# --- text, Markdown, HTML ---------------------------------------------------------------------------------------------


def text(source: Source) -> bytes:
    """Plain text; `width` in the head wraps the lines, 0 leaves a paragraph on one line."""
    width = int(source.head["width"])
    parts = []
    for block in source.blocks:
        if block.kind == "table":
            parts.append(_columns(block.rows))
        elif width:
            number, rest = block.numbered
            hanging = " " * (len(number) + 2) if number else ""
            parts.append(textwrap.fill(f"{number}  {rest}" if number else rest, width, subsequent_indent=hanging))
        else:
            parts.append(block.text)
    return ("\n\n".join(parts) + "\n").encode()


def _columns(rows: tuple[tuple[str, ...], ...]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def markdown(source: Source) -> bytes:
    """The source's own text without its head."""
    return source.body.encode()


_CSS = """body{font:16px/1.5 Georgia,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#1d2733}
h1,h2,h3{font-family:Helvetica,Arial,sans-serif;line-height:1.25}h1{font-size:1.7em}h2{margin-top:2.2em}
header,footer{color:#5b6775;font:13px Helvetica,Arial,sans-serif;border-bottom:1px solid #c9d1d9;padding:.4em 0}
footer{border:0;border-top:1px solid #c9d1d9;margin-top:3em}table{border-collapse:collapse;width:100%;margin:1em 0}
th,td{border:1px solid #c9d1d9;padding:.35em .6em;text-align:left;vertical-align:top}th{background:#eef2f6}"""


def web(source: Source) -> bytes:
    """A page of HTML as an agency would publish it, with navigation that is no part of the agreement."""
    source = _typographic(source)
    title, header, footer = (html.escape(t) for t in (source.title, source.head["header"], source.head["footer"]))
    out = ["<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">', f"<title>{title}</title>"]
    out += [f"<style>{_CSS}</style>", "</head>", "<body>", f"<header>{header}</header>", "<main>"]
    out += [_html_block(block) for block in source.blocks if block.kind != "page"]
    out += ["</main>", f"<footer>{footer}</footer>", "</body>", "</html>"]
    return ("\n".join(out) + "\n").encode()


def _html_block(block: Block) -> str:
    if block.kind == "heading":
        return f"<h{block.level}>{html.escape(block.text, quote=False)}</h{block.level}>"
    if block.kind == "table":
        head, *rows = block.rows
        lines = ["<table>", "<thead>", _html_row("th", head), "</thead>", "<tbody>"]
        return "\n".join([*lines, *(_html_row("td", row) for row in rows), "</tbody>", "</table>"])
    return f"<p>{html.escape(block.text, quote=False)}</p>"


def _html_row(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell, quote=False)}</{tag}>" for cell in cells) + "</tr>"


# --- PDF --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Face:
    """How a PDF looks: fonts, sizes in points, paper."""

    body: str
    bold: str
    size: float
    paper: str = "A4"
    centred: bool = False


_FACES = {
    "european": Face("Times-Roman", "Times-Bold", 10.5),
    "american": Face("Times-Roman", "Times-Bold", 11, "letter", centred=True),
    "scan": Face("Vera", "VeraBd", 9.5, "letter", centred=True),
}


def pdf(source: Source) -> bytes:
    """A PDF with text, running heads, ruled tables and "Page x of y"."""
    from reportlab.lib import pagesizes
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    source = _typographic(source)
    face = _FACES[source.head.get("style", "european")]
    _register(face)
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=getattr(pagesizes, face.paper),
        leftMargin=25 * mm,
        rightMargin=24 * mm,
        topMargin=27 * mm,
        bottomMargin=25 * mm,
        title=source.title,
        author="Fictional sample",
        invariant=1,
        pageCompression=0,
    )
    document.build(_flow(source, face, document.width - 12), canvasmaker=_numbering(source, face))
    return out.getvalue()


def _register(face: Face) -> None:
    """Vera travels inside reportlab, so that a scanned page looks the same whatever fonts a machine has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if face.body == "Vera":
        for name in (face.body, face.bold):
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
        pdfmetrics.registerFontFamily(face.body, face.body, face.bold, face.body, face.bold)


def _styles(face: Face) -> dict[str, Any]:
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
    from reportlab.lib.styles import ParagraphStyle

    lead = face.size * 1.32
    middle = TA_CENTER if face.centred else TA_LEFT
    base = ParagraphStyle("body", fontName=face.body, fontSize=face.size, leading=lead, spaceAfter=lead * 0.5)
    base.alignment = TA_LEFT if face.body == "Vera" else TA_JUSTIFY
    base.bulletFontName, base.bulletFontSize = face.body, face.size
    head = {"fontName": face.bold, "keepWithNext": 1, "spaceAfter": lead * 0.45}

    def heading(name: str, size: float, before: float, alignment: int) -> Any:
        return ParagraphStyle(
            name, base, fontSize=size, leading=size * 1.3, spaceBefore=before, alignment=alignment, **head
        )

    return {
        "body": base,
        "clause": ParagraphStyle("clause", base, leftIndent=48, bulletIndent=0),
        "item": ParagraphStyle("item", base, leftIndent=70, bulletIndent=48),
        "cell": ParagraphStyle(
            "cell", base, fontSize=face.size - 1.5, leading=lead - 1.5, spaceAfter=0, alignment=TA_LEFT
        ),
        "column": ParagraphStyle(
            "column", base, fontName=face.bold, fontSize=face.size - 1.5, leading=lead - 1.5, alignment=TA_LEFT
        ),
        "h1": heading("h1", face.size + 7, 6, TA_CENTER),
        "h2": heading("h2", face.size + 1.5, lead * 1.1, middle),
        "h3": heading("h3", face.size, lead * 0.5, TA_LEFT),
        "h4": heading("h4", face.size, lead * 0.3, TA_LEFT),
    }


def _flow(source: Source, face: Face, width: float) -> list[Any]:
    from reportlab.platypus import PageBreak, Paragraph

    styles = _styles(face)
    flow: list[Any] = []
    for block in source.blocks:
        if block.kind == "page":
            flow.append(PageBreak())
        elif block.kind == "table":
            flow.append(_ruled(block, styles, width))
        elif block.kind == "heading":
            flow.append(Paragraph(_marked(block.text), styles[f"h{block.level}"]))
        else:
            number, rest = block.numbered
            style = "item" if number.startswith("(") else "clause" if number else "body"
            flow.append(Paragraph(_marked(rest), styles[style], bulletText=number or None))
    return flow


def _marked(text: str) -> str:
    """Reportlab's markup: bold, and the defined term at the front of a definition in bold."""
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(text, quote=False))
    return re.sub(r"^(\u201c)([^\u201d]+)(\u201d)(?= means)", r"\1<b>\2</b>\3", text)


def _ruled(block: Block, styles: dict[str, Any], width: float) -> Any:
    from reportlab.lib.colors import Color
    from reportlab.platypus import Paragraph, Table, TableStyle

    head, *rows = block.rows
    cells = [[Paragraph(_marked(c), styles["column"]) for c in head]]
    cells += [[Paragraph(_marked(c), styles["cell"]) for c in row] for row in rows]
    table = Table(cells, _column_widths(block, styles["column"], width), repeatRows=1, spaceAfter=10)
    look = [
        ("GRID", (0, 0), (-1, -1), 0.8, Color(0.2, 0.2, 0.2)),
        ("BACKGROUND", (0, 0), (-1, 0), Color(0.92, 0.93, 0.95)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    table.setStyle(TableStyle(look))
    return table


def _column_widths(block: Block, style: Any, width: float) -> list[float]:
    """No word is broken; what is left of the width goes to the columns that say most."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    columns = list(zip(*block.rows, strict=True))
    words = [max((word for cell in column for word in cell.split()), key=len) for column in columns]
    least = [stringWidth(word, style.fontName, style.fontSize) + 15 for word in words]
    said = [sum(len(cell) for cell in column) ** 0.8 for column in columns]
    spare = width - sum(least)
    return [small + spare * share / sum(said) for small, share in zip(least, said, strict=True)]


def _numbering(source: Source, face: Face) -> Any:
    """A canvas that draws head and foot when it knows how many pages there are."""
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc]  # reportlab carries no types
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.states: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  # the name is reportlab's
            self.states.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self.states, 1):
                self.__dict__.update(state)
                self.furniture(f"Page {number} of {len(self.states)}")
                super().showPage()
            super().save()

        def furniture(self, page: str) -> None:
            wide, high = self._pagesize
            left, right = 25 * mm + 6, wide - 24 * mm - 6  # the text frame has 6 points of padding
            self.setFont(face.body, 8.5)
            self.setLineWidth(0.4)
            self.drawString(left, high - 17 * mm, source.head["header"])
            self.line(left, high - 19 * mm, right, high - 19 * mm)
            self.drawString(left, 14 * mm, source.head["footer"])
            self.drawRightString(right, 14 * mm, page)

    return Numbered


# --- a scanned PDF ----------------------------------------------------------------------------------------------------

_DPI = 180
_TILTS = (0.35, -0.25, 0.5, -0.45, 0.15, -0.6, 0.3, -0.1)  # degrees, page after page


def scan(source: Source) -> bytes:
    """The PDF as an office scanner would give it back: black-and-white pictures, a little askew and dusty, no text."""
    import pypdfium2

    pages = [
        _scanned(page.render(scale=_DPI / 72, grayscale=True).to_pil(), number)
        for number, page in enumerate(pypdfium2.PdfDocument(pdf(source)))
    ]
    out = io.BytesIO()
    stamp = "D:{:04}{:02}{:02}{:02}{:02}{:02}Z".format(*_STAMP)
    pages[0].save(
        out, "PDF", resolution=_DPI, save_all=True, append_images=pages[1:], creationDate=stamp, modDate=stamp
    )
    return out.getvalue()


def _scanned(picture: Any, number: int) -> Any:
    from PIL import Image, ImageDraw, ImageFilter

    wide, high = picture.size
    tilted = picture.rotate(_TILTS[number % len(_TILTS)], Image.Resampling.BICUBIC, fillcolor=255)
    soft = tilted.filter(ImageFilter.GaussianBlur(0.7))
    page = soft.point([255 if level > 158 else 0 for level in range(256)], "1")
    draw = ImageDraw.Draw(page)
    dust = hashlib.shake_256(f"page {number}".encode()).digest(5 * 160)
    for i in range(0, len(dust), 5):
        x, y = int.from_bytes(dust[i : i + 2]) % wide, int.from_bytes(dust[i + 2 : i + 4]) % high
        if page.crop((x - 14, y - 14, x + 14, y + 14)).getextrema()[0]:  # dust on a letter would change the word
            draw.ellipse((x, y, x + dust[i + 4] % 3, y + dust[i + 4] % 2), fill=0)
    for y in (high // 2 - 280, high // 2 + 280):  # the holes of a ring binder
        draw.ellipse((34, y - 21, 76, y + 21), outline=0, width=3)
    return page


# --- DOCX -------------------------------------------------------------------------------------------------------------

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LEVELS = (("%1", "decimal", 0), ("%1.%2", "decimal", 567), ("%1.%2.%3", "decimal", 567), ("(%4)", "lowerLetter", 1134))


def word(source: Source) -> bytes:
    """A DOCX; with `numbering: automatic` in the head its clause numbers are Word's own and stand in no run of text."""
    import datetime as dt

    import docx

    source = _typographic(source)
    document = docx.Document()
    automatic = source.head["numbering"] == "automatic"
    numbers = _Numbers(document) if automatic else None
    _word_page(document, source)
    for block in source.blocks:
        _word_block(document, block, numbers)
    properties = document.core_properties
    properties.title, properties.author = source.title, "Fictional sample"
    properties.created = properties.modified = dt.datetime(*_STAMP, tzinfo=dt.UTC)
    _lighten(document)
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as made:
        return _stored((name, made.read(name)) for name in made.namelist())


def _lighten(document: Any) -> None:
    """Drops what python-docx's template carries and nothing here uses: 0.8 MB of table styles, effects, a thumbnail."""
    from docx.oxml.ns import qn

    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in {"TableNormal", "TableGrid"}:
            styles.remove(style)
    for rels in (document.part.rels, document.part.package.rels):
        for key in [k for k, rel in rels.items() if rel.reltype.endswith(("/stylesWithEffects", "/thumbnail"))]:
            del rels[key]


class _Numbers:
    """Word's automatic numbers, and what they will show: a source whose numbers differ from Word's is refused."""

    def __init__(self, document: Any) -> None:
        from docx.oxml import parse_xml

        levels = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/>'
            f'<w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{left + 680}"/></w:tabs>'
            f'<w:ind w:left="{left + 680}" w:hanging="680"/></w:pPr></w:lvl>'
            for i, (shown, kind, left) in enumerate(_LEVELS)
        )
        root = document.part.numbering_part.element
        abstract = parse_xml(
            f'<w:abstractNum {_W} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        )
        root.insert(0, abstract)
        root.append(parse_xml(f'<w:num {_W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
        self.counts = [0, 0, 0]

    def apply(self, paragraph: Any, number: str) -> None:
        """Gives the paragraph the level of `number`. Raises ValueError where Word would show another number."""
        from docx.oxml import parse_xml

        level = number.count(".")
        self.counts[level:] = [self.counts[level] + 1, *([0] * (2 - level))]
        shown = ".".join(str(count) for count in self.counts[: level + 1])
        if shown != number:
            raise ValueError(f"clause {number} would be numbered {shown} by Word: put the source in order")
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {_W}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
        )


def _word_page(document: Any, source: Source) -> None:
    from docx.oxml import parse_xml
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    section.header.paragraphs[0].text = source.head["header"]
    foot = section.footer.paragraphs[0]
    foot.text = source.head["footer"] + "\tPage "
    foot._p.append(parse_xml(f'<w:fldSimple {_W} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))


def _word_block(document: Any, block: Block, numbers: _Numbers | None) -> None:
    if block.kind == "page":
        document.add_page_break()
    elif block.kind == "table":
        _word_table(document, block)
    elif block.kind == "heading":
        number, _, rest = block.text.partition(" ")
        automatic = numbers is not None and number.isdecimal()
        heading = document.add_heading(rest if automatic else block.text, level=block.level - 1)
        if numbers and automatic:
            numbers.apply(heading, number)
    else:
        number, rest = block.numbered
        automatic = numbers is not None and bool(number)
        paragraph = document.add_paragraph()
        for i, run in enumerate(re.split(r"\*\*(.+?)\*\*", rest if automatic else block.text)):
            if run:
                paragraph.add_run(run).bold = bool(i % 2) or None
        if numbers and automatic:
            numbers.apply(paragraph, number)


def _word_table(document: Any, block: Block) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for i, row in enumerate(block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = i == 0 or None
    document.add_paragraph()


def _stored(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip archive without compression and with one date, so that its bytes depend on its contents alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, _STAMP), data)
    return out.getvalue()


# --- ODT --------------------------------------------------------------------------------------------------------------

_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3"'
)
_ODT = "application/vnd.oasis.opendocument.text"
_ODT_STYLES = """<office:styles>
<style:style style:name="Standard" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/>
<style:text-properties fo:font-family="Liberation Serif" fo:font-size="11pt"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph">
<style:text-properties fo:font-size="17pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph">
<style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0.2cm"/>
<style:text-properties fo:font-size="13pt" fo:font-weight="bold"/></style:style>
</office:styles>"""


def odt(source: Source) -> bytes:
    """An OpenDocument text with a running header and footer."""
    source = _typographic(source)
    header, footer = (html.escape(source.head[key], quote=False) for key in ("header", "footer"))
    styles = (
        f"<office:document-styles {_ODF}>{_ODT_STYLES}<office:automatic-styles>"
        '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" '
        'fo:page-height="29.7cm" fo:margin="2.5cm"/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4">'
        f"<style:header><text:p>{header}</text:p></style:header>"
        f"<style:footer><text:p>{footer}, page <text:page-number/></text:p></style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )
    body = "\n".join(_odt_block(block) for block in source.blocks)
    content = (
        f"<office:document-content {_ODF}><office:body><office:text>\n{body}\n"
        "</office:text></office:body></office:document-content>"
    )
    entries = (("/", _ODT), ("content.xml", "text/xml"), ("styles.xml", "text/xml"))
    listed = "".join(f'<m:file-entry m:full-path="{path}" m:media-type="{kind}"/>' for path, kind in entries)
    space = 'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    manifest = f'<m:manifest {space} m:version="1.3">{listed}</m:manifest>'
    prolog = '<?xml version="1.0" encoding="UTF-8"?>\n'
    files = (("content.xml", content), ("styles.xml", styles), ("META-INF/manifest.xml", manifest))
    return _stored([("mimetype", _ODT.encode()), *((name, (prolog + xml).encode()) for name, xml in files)])


def _odt_block(block: Block) -> str:
    if block.kind == "heading":
        style = f"Heading_20_{block.level}"
        words = html.escape(block.text, quote=False)
        return f'<text:h text:style-name="{style}" text:outline-level="{block.level}">{words}</text:h>'
    if block.kind == "table":
        head, *rows = (
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{html.escape(c, quote=False)}</text:p></table:table-cell>" for c in r)
            + "</table:table-row>"
            for r in block.rows
        )
        columns = f'<table:table-column table:number-columns-repeated="{len(block.rows[0])}"/>'
        top = f"<table:table-header-rows>{head}</table:table-header-rows>"
        return f"<table:table>{columns}{top}{''.join(rows)}</table:table>"
    return f'<text:p text:style-name="Standard">{html.escape(block.text, quote=False)}</text:p>'


# --- all of them ------------------------------------------------------------------------------------------------------

_WRITERS: dict[str, Callable[[Source], bytes]] = {
    ".pdf": pdf,
    ".docx": word,
    ".odt": odt,
    ".html": web,
    ".md": markdown,
    ".txt": text,
}


def build(folder: Path) -> list[Path]:
    """Writes every sample into `folder` and returns the files, in the order of their sources' names."""
    made = []
    for path in sorted(SOURCES.glob("*.md")):
        source = parse(path.read_text(encoding="utf-8"))
        target = folder / source.head["file"]
        write = scan if source.head.get("style") == "scan" else _WRITERS[target.suffix]
        target.write_bytes(write(source))
        made.append(target)
    return made


if __name__ == "__main__":
    for made_file in build(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES):
        sys.stdout.write(f"{made_file.name}: {made_file.stat().st_size:,} bytes\n")
