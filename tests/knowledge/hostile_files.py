"""Builders of small documents, honest and hostile, for `test_documents.py`."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table", "style")
)


def docx(body: str, *, head: str = "", **parts: str | bytes) -> bytes:
    """A DOCX with this body; further parts by name, "/" written "__" and "." written "_dot_"."""
    document = f'<?xml version="1.0"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>'
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": document, **named})


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def numbered(text: str, level: int, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def numbering(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    """numbering.xml with one list; each level is "format|text" and optionally "|more XML"."""
    written = []
    for at, level in enumerate(levels):
        form, text, more = (level + "|").split("|")[:3]
        written.append(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
        )
    return f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{"".join(written)}</w:abstractNum>{nums}</w:numbering>'


def odt(body: str, *, styles: str = "", head: str = "", **parts: str) -> bytes:
    content = (
        f'<?xml version="1.0"?>{head}<office:document-content {ODF}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **named})


def archive(parts: dict[str, str] | dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return buffer.getvalue()


def pdf(pages: list[list[str]], *, encrypt: str | None = None, footer: str = "", size: int = 10) -> bytes:
    """A PDF with these lines on these pages; `footer` may hold {page} and {pages}."""
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=(595, 842), encrypt=encrypt, invariant=True)
    for number, lines in enumerate(pages, start=1):
        sheet.setFont("Helvetica", size)
        for at, line in enumerate(lines):
            sheet.drawString(72, 760 - at * 1.3 * size, line)
        if footer:
            sheet.drawString(250, 30, footer.format(page=number, pages=len(pages)))
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def pdf_from_objects(objects: list[bytes]) -> bytes:
    """A PDF from raw objects; the first is the catalogue."""
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def pdf_bomb() -> bytes:
    """A small PDF whose one page unpacks to hundreds of megabytes of drawing instructions."""
    import zlib

    packer = zlib.compressobj(9)
    chunk = b"BT (a) Tj ET\n" * 80_000
    packed = b"".join(packer.compress(chunk) for _ in range(300)) + packer.flush()
    return pdf_from_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream",
        ]
    )


def scan_of(pdf_bytes: bytes, dpi: int = 150) -> bytes:
    """The same pages as pictures only."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=(595, 842), invariant=True)
    with pypdfium2.PdfDocument(pdf_bytes) as document:
        for page in document:
            picture = io.BytesIO()
            page.render(scale=dpi / 72, grayscale=True).to_pil().save(picture, "JPEG", quality=80)
            picture.seek(0)
            sheet.drawImage(ImageReader(picture), 0, 0, 595, 842)
            sheet.showPage()
    sheet.save()
    return buffer.getvalue()


CANARY = "canary-7391-do-not-read"


def hostile_corpus(folder: Path, outside: Path) -> dict[str, str]:
    """Write hostile files into the folder; the names, each with words that its refusal must hold."""
    secret = outside / "secret.txt"
    secret.write_text(CANARY)
    xxe = f'<!DOCTYPE x [<!ENTITY c SYSTEM "file://{secret}">]>'
    laughs = (
        "<!DOCTYPE x [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12)) + "]>"
    )
    text = pdf([["1.1 The Recipient shall keep the Material safe."] * 20])
    files: dict[str, tuple[bytes, str]] = {
        "encrypted.pdf": (pdf([["secret"]], encrypt="open sesame"), "encrypted"),
        "truncated.pdf": (text[: len(text) // 2], "truncated"),
        "bomb.pdf": (pdf_bomb(), ""),
        "empty.pdf": (b"", "empty"),
        "encrypted.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "encrypted"),
        "macro.docx": (docx(paragraph("x"), word__vbaProject_dot_bin=b"\x00"), "macros"),
        "bomb.docx": (docx(paragraph("x" * 80_000_000)), "packed more than"),
        "xxe.docx": (docx(paragraph("&c;"), head=xxe), "entities"),
        "laughs.odt": (odt("<text:p>&e11;</text:p>", head=laughs), "entities"),
        "xxe.html": (f"{xxe}<html><body><p>&c;</p><p>nothing to see</p></body></html>".encode(), "entities"),
        "really-a-pdf.txt": (text, "PDF"),
        "binary.txt": (os.urandom(4000) + b"\x00", "binary"),
        "text.docx": (b"this is no archive", "is not a Word document"),
    }
    for name, (data, _) in files.items():
        (folder / name).write_bytes(data)
    (folder / "link.txt").symlink_to(secret)
    return {**{name: words for name, (_, words) in files.items()}, "link.txt": "outside"}
