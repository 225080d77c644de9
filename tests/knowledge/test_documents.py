"""Reading documents: what honest files come out as, and what becomes of hostile ones."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.documents import SUFFIXES, Limits, Reader, UnreadableDocument, read
from knowledge.model import BlockKind, Document


def _helper() -> ModuleType:
    path = Path(__file__).with_name("hostile_files.py")
    spec = importlib.util.spec_from_file_location("hostile_files", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make = _helper()
ROOT = Path(__file__).resolve().parents[2]


def _read(folder: Path, name: str, data: bytes | str, **options: object) -> Document:
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(folder, name, **options)  # type: ignore[arg-type] # options are passed through as they are


def _refusal(folder: Path, name: str, data: bytes | str, **options: object) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        _read(folder, name, data, **options)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)
    return caught.value.reason


def _blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def _texts(document: Document) -> list[str]:
    return [text for _, text in _blocks(document)]


def _check(document: Document) -> None:
    """What holds of every document: blocks, rows and pages fit the text and each other."""
    ends = 0
    for block in document.blocks:
        assert block.start >= ends
        ends = block.end
        assert document.text[block.start : block.end].strip() == document.text[block.start : block.end] != ""
        assert document.page_at(block.start) == block.page
    for table in document.tables:
        for row in table.rows:
            shown = document.text[row.start : row.end]
            assert all(cell in shown for cell in row.cells)
    starts = [page.start for page in document.pages]
    assert starts == sorted(starts)
    assert document.pages[-1].end == len(document.text)


# --- plain text -------------------------------------------------------------------------------------------------------


def test_offsets_in_plain_text_are_indices_into_the_decoded_file(tmp_path: Path) -> None:
    text = "AGREEMENT\n\n  1. Notice is due “45 days” before – naïvely.\n\tSee § 3.\n\n\n"
    document = _read(tmp_path, "a.txt", text)
    assert document.text == text
    assert _texts(document)[0] == "AGREEMENT"
    assert text[document.blocks[1].start :].startswith("1. Notice")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1, max_size=200))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_kept_character_for_character(reader: Reader, shared: Path, text: str) -> None:
    (shared / "any.txt").write_bytes(text.encode())
    if not text.encode().strip():
        return
    document = reader.read("any.txt")
    assert document.text == (shared / "any.txt").open(encoding="utf-8").read()
    _check(document)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def reader(shared: Path):  # type: ignore[no-untyped-def] # pytest reads it, nobody calls it
    with Reader(shared) as opened:
        yield opened


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfNotice", "\ufeffNotice"),
        ("Kündigung mit Frist".encode("utf-16"), "Kündigung mit Frist"),
        (("Die Kündigung bedarf der Schriftform. Für Änderungen gilt § 4 über Verträge. " * 5).encode("cp1252"), None),
        (b"one\r\ntwo\r\n", "one\ntwo\n"),
    ],
)
def test_text_in_other_encodings_is_decoded(tmp_path: Path, data: bytes, text: str | None) -> None:
    document = _read(tmp_path, "a.txt", data)
    assert document.text == (text if text is not None else data.decode("cp1252"))


def test_hard_wrapped_lines_are_one_paragraph_and_numbered_ones_are_not(tmp_path: Path) -> None:
    text = (
        "3.1 The Receiving Party shall keep all Confidential Information secret and\n"
        "shall not disclose it to anybody except as set out and permitted in Section\n"
        "4.2 of this Agreement, or with the prior written consent of the Discloser.\n"
        "(a) This does not hold for what was known to the Receiving Party before the\n"
        "disclosure, as its records show; or\n"
        "(b) for what is public.\n"
        "ARTICLE IV\n"
    )
    starts = [text[:8] for text in _texts(_read(tmp_path, "a.txt", text))]
    assert starts == ["3.1 The ", "(a) This", "(b) for ", "ARTICLE "]


def test_one_paragraph_a_line_stays_one_block_a_line(tmp_path: Path) -> None:
    lines = [f"{number}. " + "The Provider warrants nothing at all about the Material. " * 5 for number in range(1, 9)]
    document = _read(tmp_path, "a.txt", "\n".join(lines))
    assert _texts(document) == [line.strip() for line in lines]


def test_page_numbers_stamps_and_running_headers_of_plain_text_are_furniture(tmp_path: Path) -> None:
    body = "The Licensee shall pay a royalty on Net Sales within thirty days of each quarter. " * 8
    pages = [
        f"{body}\n\n{number}\n\nSource: ACME INC, 10-K, 3/30/2016\n\nLicence Agreement\n\n" for number in range(1, 6)
    ]
    document = _read(tmp_path, "a.txt", "".join(pages) + "Page 6 of 6\n\n1\n\n2\n\n3\n")
    found = [text for kind, text in _blocks(document) if kind == "furniture"]
    assert found == [
        x for n in range(1, 6) for x in (str(n), "Source: ACME INC, 10-K, 3/30/2016", "Licence Agreement")
    ] + ["Page 6 of 6"]


def test_a_stamp_in_the_middle_of_a_line_is_cut_out_of_its_paragraph(tmp_path: Path) -> None:
    text = "as defined in Article 10.4   3   Source: ACME INC., 10-Q, 11/1/2019   of this Agreement"
    assert _blocks(_read(tmp_path, "a.txt", text)) == [
        ("paragraph", "as defined in Article 10.4"),
        ("furniture", "3   Source: ACME INC., 10-Q, 11/1/2019"),
        ("paragraph", "of this Agreement"),
    ]


def test_form_feeds_divide_pages(tmp_path: Path) -> None:
    document = _read(tmp_path, "a.txt", "first page\n\fsecond page\n\f")
    assert [(page.number, page.start, page.end) for page in document.pages] == [(1, 0, 12), (2, 12, 25)]
    assert [block.page for block in document.blocks] == [1, 2]


# --- Markdown and HTML ------------------------------------------------------------------------------------------------


def test_markdown_is_read_as_it_is_meant_to_be_seen(tmp_path: Path) -> None:
    document = _read(
        tmp_path,
        "a.md",
        "---\ntitle: x\n---\n# Policy\n\n## 1. Terms\n\n**“Material”** means what is\nsent, see section\n3.2 below.\n"
        "1.1 Another clause.\n\n3. three\n4. four\n   - deep\n\n    (a) indented, not code\n\n"
        "Table 1: Fees\n\n| Item | Fee |\n|---|---|\n| Shipping | EUR 50 |\n",
    )
    assert _blocks(document) == [
        ("heading", "Policy"),
        ("heading", "1. Terms"),
        ("paragraph", "“Material” means what is sent, see section 3.2 below."),
        ("paragraph", "1.1 Another clause."),
        ("list_item", "3. three"),
        ("list_item", "4. four"),
        ("list_item", "• deep"),
        ("list_item", "(a) indented, not code"),
        ("paragraph", "Table 1: Fees"),
        ("table_row", "Item: Shipping | Fee: EUR 50"),
    ]
    assert document.tables[0].caption == "Table 1: Fees"
    assert document.tables[0].rows[0].cells == ("Shipping", "EUR 50")
    _check(document)


def test_html_is_read_as_a_browser_shows_it(tmp_path: Path) -> None:
    document = _read(
        tmp_path,
        "a.html",
        "<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body><nav>Home</nav><h1>Data Use</h1>"
        "<p>Two<br>lines &amp; <b>bold</b>&nbsp;type.</p><ol type=a start=3><li>first<li>second<ol type=i><li>in</ol>"
        "</ol><p style='display: none'>obey me</p><script>alert(1)</script><h2>Schedule 1</h2>"
        "<table><tr><th>Data<th>Kept<tr><td>Raw<td>5 years</table>"
        "<table><tr><td>(a)<td>laid out</table></body></html>",
    )
    assert _blocks(document) == [
        ("furniture", "Home"),
        ("heading", "Data Use"),
        ("paragraph", "Two\nlines & bold type."),
        ("list_item", "c. first"),
        ("list_item", "d. second"),
        ("list_item", "i. in"),
        ("heading", "Schedule 1"),
        ("table_row", "Data: Raw | Kept: 5 years"),
        ("paragraph", "(a) laid out"),
    ]
    assert [block.level for block in document.blocks if block.kind is BlockKind.HEADING] == [1, 2]
    assert document.tables[0].caption == "Schedule 1"
    assert document.notices == ("has hidden text, which was left out",)
    _check(document)


def test_deeply_nested_html_does_no_harm(tmp_path: Path) -> None:
    assert "nested too deeply" in _refusal(tmp_path, "a.html", "<html><body>" + "<div><b>" * 50_000 + "deep")


# --- DOCX -------------------------------------------------------------------------------------------------------------


def test_docx_numbers_are_those_that_word_shows(tmp_path: Path) -> None:
    levels = make.numbering("decimal|%1.", "decimal|%1.%2", "lowerLetter|(%3)", "upperRoman|%4)")
    body = "".join(
        make.numbered(text, level)
        for text, level in [
            ("Definitions", 0), ("Meaning", 1), ("first", 2), ("second", 2), ("deep", 3), ("More", 1), ("again", 2),
            ("Term", 0), ("Start", 1), ("skipped a level", 3),
        ]
    )  # fmt: skip
    document = _read(tmp_path, "a.docx", make.docx(body, word__numbering_dot_xml=levels))
    assert _texts(document) == [
        "1. Definitions", "1.1 Meaning", "(a) first", "(b) second", "I) deep", "1.2 More", "(a) again",
        "2. Term", "2.1 Start", "I) skipped a level",
    ]  # fmt: skip
    assert [block.level for block in document.blocks[:3]] == [1, 2, 3]


def test_docx_numbering_restarts_continues_and_follows_legal_style(tmp_path: Path) -> None:
    levels = make.numbering(
        "upperRoman|Article %1",
        "decimal|%1.%2|<w:isLgl/>",
        'decimal|[%3]|<w:lvlRestart w:val="0"/>',
        nums='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>',
    )
    body = (
        make.numbered("one", 0) + make.numbered("legal", 1) + make.numbered("never restarted", 2)
        + make.numbered("two", 0) + make.numbered("on", 2) + make.numbered("seven", 0, 2) + make.numbered("eight", 0)
    )  # fmt: skip
    document = _read(tmp_path, "a.docx", make.docx(body, word__numbering_dot_xml=levels))
    assert _texts(document) == [
        "Article I one", "1.1 legal", "[1] never restarted", "Article II two", "[2] on", "Article VII seven",
        "Article VIII eight",
    ]  # fmt: skip


def test_docx_numbers_linked_to_heading_styles_are_shown(tmp_path: Path) -> None:
    styles = (
        f'<w:styles {make.W}><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="H2"><w:name '
        'w:val="Heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        "</w:styles>"
    )
    levels = make.numbering('decimal|%1.|<w:pStyle w:val="H1"/>', 'decimal|%1.%2|<w:pStyle w:val="H2"/>')
    body = (
        make.paragraph("Term", '<w:pStyle w:val="H1"/>') + make.paragraph("Start", '<w:pStyle w:val="H2"/>')
        + make.paragraph("unnumbered", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )  # fmt: skip
    document = _read(tmp_path, "a.docx", make.docx(body, word__numbering_dot_xml=levels, word__styles_dot_xml=styles))
    assert [(block.kind, block.level) for block in document.blocks] == [
        (BlockKind.HEADING, 1), (BlockKind.HEADING, 2), (BlockKind.HEADING, 1),
    ]  # fmt: skip
    assert _texts(document) == ["1. Term", "1.1 Start", "unnumbered"]


def test_tracked_changes_are_read_as_accepted_and_reported(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t xml:space='preserve'>within </w:t></w:r><w:del><w:r><w:delText>30</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>45</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> days</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t xml:space='preserve'>joined </w:t></w:r></w:p>"
        "<w:p><w:r><w:t>paragraph</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r></w:p>"
    )
    document = _read(tmp_path, "a.docx", make.docx(body))
    assert _texts(document) == ["within 45 days", "joined paragraph"]
    assert [notice.split(":")[0] for notice in document.notices] == [
        "has tracked changes", "has hidden text, which was left out",
    ]  # fmt: skip


def test_docx_tables_become_rows_that_name_their_columns(tmp_path: Path) -> None:
    rows = [("Milestone", "Amount", "Due"), ("Start", "EUR 10,000", "month 1"), ("Report", "EUR 20,000", "month 9")]
    table = "".join(
        "<w:tr>" + "".join(f"<w:tc>{make.paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    )
    document = _read(tmp_path, "a.docx", make.docx(make.paragraph("Schedule 2: Payments") + f"<w:tbl>{table}</w:tbl>"))
    assert document.tables[0].caption == "Schedule 2: Payments"
    assert document.tables[0].header == ("Milestone", "Amount", "Due")
    assert [row.number for row in document.tables[0].rows] == [1, 2]
    assert _texts(document)[1] == "Milestone: Start | Amount: EUR 10,000 | Due: month 1"
    _check(document)


def test_tables_nested_many_times_over_do_no_harm(tmp_path: Path) -> None:
    body = make.paragraph("innermost")
    for _ in range(40):
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc><w:tc>{make.paragraph('b')}</w:tc></w:tr></w:tbl>"
    assert "innermost" in _read(tmp_path, "a.docx", make.docx(body)).text


# --- ODT --------------------------------------------------------------------------------------------------------------


def test_odt_lists_headings_and_tables_are_read(tmp_path: Path) -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="1" '
        'text:display-levels="2"/></text:list-style>'
    )
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    body = (
        '<text:h text:outline-level="1">Rules</text:h><text:list text:style-name="L">'
        + item.format(
            "First", "<text:list>" + item.format("inner<text:s/>text", "") + item.format("next", "") + "</text:list>"
        )
        + item.format("Second", "")
        + "</text:list><text:p>a note<text:note><text:note-body><text:p>unread</text:p></text:note-body></text:note>"
        "</text:p>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Role</text:p></table:table-cell>"
        "<table:table-cell><text:p>Name</text:p></table:table-cell></table:table-row></table:table-header-rows>"
        "<table:table-row><table:table-cell><text:p>Chair</text:p></table:table-cell><table:table-cell><text:p>Ada</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    document = _read(tmp_path, "a.odt", make.odt(body, styles=styles))
    assert _blocks(document) == [
        ("heading", "Rules"),
        ("list_item", "1. First"),
        ("list_item", "1.1 inner text"),
        ("list_item", "1.2 next"),
        ("list_item", "2. Second"),
        ("paragraph", "a note"),
        ("table_row", "Role: Chair | Name: Ada"),
    ]
    assert document.notices == ("has 1 footnote, left out of the text",)
    _check(document)


# --- PDF --------------------------------------------------------------------------------------------------------------

CLAUSE = [
    "4.1 The Recipient shall give the Provider prior written notice of any planned publica-",
    "tion at least forty-five (45) days before it is submitted, and the Provider may object",
    "within thirty (30) days on a non-exclusive list of grounds, as set out in Section",
    "4.2 of this Agreement. Any publication that was objected to is delayed until the",
]
REST = [
    "objection is settled between the Parties.",
    "(a) the objection must be reasoned; and",
    "(b) it must be in writing.",
]


def test_pdf_paragraphs_go_on_over_pages_and_furniture_is_dropped(tmp_path: Path) -> None:
    pages = [["AGREEMENT 7/2024", *CLAUSE], ["AGREEMENT 7/2024", *REST], ["AGREEMENT 7/2024", "5. Term", "Forever."]]
    document = _read(tmp_path, "a.pdf", make.pdf(pages, footer="Page {page} of {pages}"))
    texts = _texts(document)
    assert "Page" not in document.text
    assert "AGREEMENT" not in document.text
    assert texts[0].startswith("4.1 The Recipient")
    assert "planned publication at least" in texts[0]
    assert "as set out in Section 4.2 of" in texts[0]
    assert texts[0].endswith("delayed until the objection is settled between the Parties.")
    assert texts[1:3] == ["(a) the objection must be reasoned; and", "(b) it must be in writing."]
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.page_at(document.text.index("objection is settled")) == 2
    assert document.page_at(document.text.index("5. Term")) == 3
    _check(document)


def test_what_was_typed_into_a_pdf_form_is_read_beside_its_label(tmp_path: Path) -> None:
    from reportlab.pdfgen import canvas

    sheet = canvas.Canvas(str(tmp_path / "a.pdf"))
    sheet.drawString(72, 700, "Name of the Recipient:")
    sheet.acroForm.textfield(value="Valmont University", x=210, y=697, height=16, width=200)
    sheet.drawString(72, 600, "The Recipient keeps the Material safe.")
    sheet.save()
    assert _texts(read(tmp_path, "a.pdf")) == [
        "Name of the Recipient: Valmont University",
        "The Recipient keeps the Material safe.",
    ]


def test_type_that_changes_within_a_word_does_not_cut_it(tmp_path: Path) -> None:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    text = "“<b>Affiliate</b>” means <i>any</i> company; see note<super>3</super>."
    SimpleDocTemplate(str(tmp_path / "a.pdf")).build([Paragraph(text, getSampleStyleSheet()["Normal"])])
    assert read(tmp_path, "a.pdf").text.startswith("“Affiliate” means any company; see note3")


def test_ruled_tables_of_a_pdf_become_rows_and_go_on_overleaf(tmp_path: Path) -> None:
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    rows = [["No.", "Deliverable", "Due"], *([f"D{n}", f"Report {n}", f"month {3 * n}"] for n in range(1, 61))]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    heading = Paragraph("Schedule 2 Deliverables", getSampleStyleSheet()["Heading2"])
    SimpleDocTemplate(str(tmp_path / "a.pdf")).build([heading, Table(rows, repeatRows=1, style=grid)])
    document = read(tmp_path, "a.pdf")
    (table,) = document.tables
    assert table.caption == "Schedule 2 Deliverables"
    assert table.header == ("No.", "Deliverable", "Due")
    assert [row.cells[0] for row in table.rows] == [f"D{n}" for n in range(1, 61)]
    assert (
        document.text[table.rows[-1].start : table.rows[-1].end] == "No.: D60 | Deliverable: Report 60 | Due: month 180"
    )
    assert table.rows[-1].page > 1
    _check(document)


def test_a_scanned_pdf_is_read_by_ocr_and_says_so(tmp_path: Path) -> None:
    scan = make.scan_of(make.pdf([[*CLAUSE[1:], *REST]], size=11))
    reason = _refusal(tmp_path, "a.pdf", scan, ocr=False)
    assert "OCR is turned off" in reason
    document = _read(tmp_path, "a.pdf", scan, cache=tmp_path / "cache")
    assert document.notices == ("page 1 was read by OCR: check quotations against the original",)
    assert [text[:4] for text in _texts(document)] == ["tion", "(a) ", "(b) "]
    begun = time.monotonic()
    assert read(tmp_path, "a.pdf", cache=tmp_path / "cache") == document
    assert time.monotonic() - begun < 0.5


def test_a_table_on_a_scanned_page_is_told_by_where_its_columns_begin() -> None:
    from knowledge.readers.grid import found_in
    from knowledge.readers.lines import Line

    def row(top: float, *pieces: tuple[float, str]) -> list[Line]:
        return [Line(text, x, x + 6 * len(text), top, top + 12, 9) for x, text in pieces]

    lines, grids = found_in(
        [
            row(10, (70, "The milestones are these:")),
            row(30, (70, "No"), (110, "Milestone"), (300, "Due")),
            row(45, (70, "1"), (110, "First report, with"), (300, "month 3")),
            row(58, (110, "an annex")),
            row(75, (70, "2"), (110, "Final report"), (301, "month 9")),
            row(95, (70, "Each of them is accepted by the Committee.")),
        ]
    )
    assert [line.text for line in lines] == ["The milestones are these:", "Each of them is accepted by the Committee."]
    assert grids[0].rows == (
        ("No", "Milestone", "Due"),
        ("1", "First report, with an annex", "month 3"),
        ("2", "Final report", "month 9"),
    )


# --- hostile files ----------------------------------------------------------------------------------------------------


def test_every_hostile_file_is_refused_in_time_and_the_others_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    expected = make.hostile_corpus(folder, tmp_path)
    (folder / "good.txt").write_text("1. Honest text.")
    (folder / "good.docx").write_bytes(make.docx(make.paragraph("honest")))
    with Reader(folder) as reader:
        for name, words in expected.items():
            begun = time.monotonic()
            outcome = _outcome(reader, name)
            assert make.CANARY not in outcome
            assert outcome.startswith(f"{name}: "), outcome
            assert words in outcome
            assert time.monotonic() - begun <= 12, name  # ten seconds, and two for a busy machine
            assert reader.read("good.txt").text == "1. Honest text."
        assert reader.read("good.docx").text == "honest"


def _outcome(reader: Reader, name: str) -> str:
    """What the file says, or why it was refused."""
    try:
        return reader.read(name).text
    except UnreadableDocument as error:
        return str(error)


@pytest.mark.parametrize("file", ["../secret.txt", "/etc/hostname.txt", "sub/../../secret.txt", "away/x.txt"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.txt").write_text("secret")
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "away").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnreadableDocument, match="outside the folder"):
        read(folder, file)


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    for name, words in {
        "pipe.txt": "is not a file",
        "folder.txt": "is not a file",
        "none.txt": "does not exist",
    }.items():
        with pytest.raises(UnreadableDocument, match=words):
            read(tmp_path, name)


def test_limits_hold(tmp_path: Path) -> None:
    long = make.pdf([["text"]] * 5)
    assert "5 pages" in _refusal(tmp_path, "a.pdf", long, limits=Limits(pages=4))
    assert "characters" in _refusal(tmp_path, "a.txt", "word " * 100, limits=Limits(characters=100))
    assert "characters" in _refusal(tmp_path, "a.md", "word " * 100, limits=Limits(characters=100))
    assert "larger than" in _refusal(tmp_path, "b.txt", "word " * 100, limits=Limits(size=100))
    entries = make.docx(make.paragraph("x"), **{f"n{n}": "x" for n in range(20)})
    assert "entries" in _refusal(tmp_path, "a.docx", entries, limits=Limits(entries=10))
    unpacked = make.docx(make.paragraph("x" * 2_000_000))
    assert "unpack" in _refusal(tmp_path, "b.docx", unpacked, limits=Limits(unpacked=1_000_000))
    assert "scan" in _refusal(tmp_path, "s.pdf", make.scan_of(make.pdf([["a"]] * 2), 30), limits=Limits(ocr_pages=1))


def test_a_file_that_takes_too_long_or_too_much_memory_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "slow.md").write_text("word " * 200_000 + "*a _b " * 20_000)
    (tmp_path / "good.txt").write_text("fine")
    with Reader(tmp_path, limits=Limits(seconds=0.3)) as reader, pytest.raises(UnreadableDocument, match="took"):
        reader.read("slow.md")
    (tmp_path / "big.docx").write_bytes(make.docx("<w:p><w:r/></w:p>" * 2_000_000))
    with Reader(tmp_path, limits=Limits(memory=200 << 20, ratio=10_000)) as reader:
        with pytest.raises(UnreadableDocument, match=r"memory|crash|damaged"):
            reader.read("big.docx")
        assert reader.read("good.txt").text == "fine"


def test_a_child_that_is_killed_is_a_refusal_and_the_next_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    with Reader(tmp_path) as reader:
        reader.read("a.txt")
        children = subprocess.run(
            ["pgrep", "-P", str(os.getpid()), "-f", "knowledge.readers"], capture_output=True, check=False
        )
        for pid in children.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        (tmp_path / "a.txt").write_text("other")
        with pytest.raises(UnreadableDocument, match="SIGKILL"):
            reader.read("a.txt")
        assert reader.read("a.txt").text == "other"


def test_the_child_sees_no_secret_of_the_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEWISE_SECRET", make.CANARY)
    (tmp_path / "a.txt").write_text("text")
    with Reader(tmp_path) as reader:
        reader.read("a.txt")
        children = subprocess.run(
            ["pgrep", "-P", str(os.getpid()), "-f", "knowledge.readers"], capture_output=True, check=False
        )
        pids = children.stdout.split()
        assert pids
        for pid in pids:
            assert make.CANARY.encode() not in Path(f"/proc/{int(pid)}/environ").read_bytes()


# --- the cache, and what reading costs --------------------------------------------------------------------------------


def test_the_cache_is_private_used_and_rebuilt_when_damaged(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = _read(tmp_path, "a.txt", "one\n\ntwo", cache=cache)
    (entry,) = cache.iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    whole = entry.read_bytes()
    for damaged in (b"", whole[:40], whole.replace(b"one", b"two", 1), b"\xff" * 100):
        entry.write_bytes(damaged)
        assert read(tmp_path, "a.txt", cache=cache) == first
        assert entry.read_bytes() == whole
    _, _, body = whole.partition(b"\n")
    assert json.loads(body)["text"] == "one\n\ntwo"
    assert [path.name for path in cache.iterdir()] == [entry.name]


def test_the_same_bytes_are_cached_apart_for_each_ending(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert _read(tmp_path, "a.md", "# Title", cache=cache).text == "Title"
    assert _read(tmp_path, "a.txt", "# Title", cache=cache).text == "# Title"
    assert len(list(cache.iterdir())) == 2


def test_importing_is_instant_and_loads_no_parser() -> None:
    code = "import sys, knowledge.documents; print(sorted({'lxml','pdfplumber','rapidocr','numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_hundreds_of_files_take_seconds(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.txt").write_text(f"Agreement {number}\n\n" + "1. The Party shall pay. " * 500)
    begun = time.monotonic()
    with Reader(tmp_path) as reader:
        for number in range(300):
            reader.read(f"{number}.txt")
    assert time.monotonic() - begun < 15


def test_other_kinds_of_file_are_refused(tmp_path: Path) -> None:
    assert ".docm" not in SUFFIXES
    assert "none of the kinds" in _refusal(tmp_path, "a.docm", make.docx(make.paragraph("x")))
    assert "old Word" in _refusal(tmp_path, "a.txt", b"\xd0\xcf\x11\xe0 x")
    assert "rename it to .html" in _refusal(tmp_path, "b.txt", "<!DOCTYPE html><html><p>x</p></html>")
    assert "no HTML" in _refusal(tmp_path, "b.html", "just words")
    assert "is not a PDF" in _refusal(tmp_path, "b.pdf", "just words")
    assert "is empty" in _refusal(tmp_path, "c.txt", " \n")
