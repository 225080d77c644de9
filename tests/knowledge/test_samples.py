"""The sample agreements: rebuilt to the byte, and saying what others rely on, in the clause they rely on."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from knowledge.catalogue import load, readable
from knowledge.sample_sources.build import SAMPLES, SOURCES, Source, build, parse, word

BUILT = sorted(p for p in SAMPLES.iterdir() if p.suffix != ".yaml" and p.name != "README.md")
ASKED = date(2026, 6, 2)


def source(name: str) -> Source:
    return parse((SOURCES / f"{name}.md").read_text(encoding="utf-8"))


def clause(name: str, number: str) -> str:
    """The source's text of one clause: from its number or heading up to the next clause or heading."""
    text: list[str] = []
    for block in source(name).blocks:
        if re.match(re.escape(number) + r"(?!\d|\.\d)", block.text):
            text.append(block.text)
        elif text and (block.kind == "heading" or block.numbered[0][:1].isdigit()):
            break
        elif text:
            text.append(block.text or "\n".join(" | ".join(row) for row in block.rows))
    assert text, f"{name} has no {number}"
    return "\n".join(text)


def pdf_pages(file: str) -> list[str]:
    document = pypdfium2.PdfDocument(SAMPLES / file)
    return [page.get_textpage().get_text_range() for page in document]


def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
    made = build(tmp_path)
    assert sorted(p.name for p in made) == [p.name for p in BUILT]
    assert [p.name for p in BUILT if p.read_bytes() != (tmp_path / p.name).read_bytes()] == []


FACTS = [
    # ORION: the consortium agreement
    ("ORION-CA", "3.2", "60 calendar days' written notice"),
    ("ORION-CA", "3.2", "ends on 31 March 2027"),
    ("ORION-CA", "3.3", "Access Rights, Dissemination and confidentiality, for the time period mentioned therein"),
    ("ORION-CA", "4.2", "within 30 calendar days from the date of receipt"),
    ("ORION-CA", "5.2.2", "limited to [Insert: once or twice] the Party's share"),
    ("ORION-CA", "6.2.3", "two-thirds (2/3)"),
    ("ORION-CA", "6.2.3", "within 15 calendar days"),
    ("ORION-CA", "6.2.5", "veto within 15 calendar days"),
    ("ORION-CA", "8.2.3", "at least 45 calendar days' advance notice and Fair and Reasonable compensation"),
    ("ORION-CA", "8.4.2.1", "During the Project and for a period of 1 year after the end of the Project"),
    ("ORION-CA", "8.4.2.1", "including but not restricted to publications and presentations"),
    ("ORION-CA", "8.4.2.1", "to the other Parties at least 45 calendar days before the publication"),
    ("ORION-CA", "8.4.2.1", "in writing to the Coordinator and to the Party or Parties proposing the dissemination"),
    ("ORION-CA", "8.4.2.1", "within 30 calendar days after receipt of the notice"),
    (
        "ORION-CA",
        "8.4.2.1",
        "If no objection is made within the time limit stated above, the publication is permitted.",
    ),
    ("ORION-CA", "8.4.2.2", "(a) the protection of the objecting Party's Results or Background would be adversely"),
    ("ORION-CA", "8.4.2.2", "would be significantly harmed"),
    ("ORION-CA", "8.4.2.2", "(c) the proposed publication includes Confidential Information"),
    ("ORION-CA", "8.4.2.2", "The objection has to include a precise request for necessary modifications."),
    ("ORION-CA", "8.4.2.3", "shall not unreasonably continue the opposition if appropriate measures are taken"),
    ("ORION-CA", "8.4.2.4", "not more than 90 calendar days from the time it raises such an objection"),
    ("ORION-CA", "8.4.3", "prior written approval, unless they are already published"),
    ("ORION-CA", "8.4.4", "timely submission, examination, publication and defence of any dissertation or thesis"),
    (
        "ORION-CA",
        "9.1.1",
        "Anything not identified in Attachment 1 shall not be the object of Access Right obligations",
    ),
    ("ORION-CA", "9.3", "royalty-free"),
    ("ORION-CA", "9.4.2", "Fair and Reasonable conditions"),
    ("ORION-CA", "9.4.3", "up to twelve months after the end of the Project"),
    ("ORION-CA", "9.7.2.1.1", "Defaulting Party"),
    ("ORION-CA", "9.7.2.1.2", "non-defaulting Party"),
    ("ORION-CA", "10.1", "within 15 calendar days from oral disclosure"),
    ("ORION-CA", "10.2", "4 years after the end of the Project"),
    ("ORION-CA", "11.1.2", "the terms of the Grant Agreement prevail"),
    (
        "ORION-CA",
        "11.3.3",
        "such as e-mail with acknowledgement of receipt, which fulfils the conditions of written form",
    ),
    ("ORION-CA", "11.6", "English"),
    ("ORION-CA", "11.7", "laws of Belgium"),
    ("ORION-CA", "11.8", "WIPO Mediation Rules"),
    ("ORION-CA", "11.8", "within 60 calendar days"),
    ("ORION-CA", "11.8", "injunctive relief"),
    ("ORION-CA", "11.9", "buoy firmware"),
    # ORION: the grant agreement and the amendment
    (
        "ORION-GA",
        "17.2",
        '"This work has received funding from the European Ocean Research Agency under grant agreement',
    ),
    ("ORION-GA", "17.3", "is not responsible for any use that may be made of the information it contains."),
    ("ORION-AM2", "§1", "within 21 calendar days after receipt of the notice"),
    ("ORION-AM2", "§1", "With effect from 1 September 2026"),
    ("ORION-AM2", "§2", "the objection period of 30 calendar days continues to apply"),
    # LAMBDA
    ("LAMBDA-RCA", "1.1", "abstract, article or paper in a journal or in an electronic repository"),
    ("LAMBDA-RCA", "1.1", "or its presentation at a conference or seminar"),
    ("LAMBDA-RCA", "1.1", "Monday to Friday (inclusive) except bank or public holidays in England"),
    ("LAMBDA-RCA", "1.5", "writing includes email"),
    ("LAMBDA-RCA", "1.11", "this Agreement will prevail between the Parties, but without affecting"),
    ("LAMBDA-RCA", "4.3", "The Lead Exploitation Party will own"),
    ("LAMBDA-RCA", "4.9", "Each Academic Party"),
    ("LAMBDA-RCA", "4.9", "irrevocable, royalty-free"),
    ("LAMBDA-RCA", "4.10", "Each Commercial Party"),
    ("LAMBDA-RCA", "4.10", "research and development within its own organisation"),
    ("LAMBDA-RCA", "5.2", "in writing"),
    ("LAMBDA-RCA", "5.2", "at least 60 days before the date of the proposed submission for Publication"),
    ("LAMBDA-RCA", "5.2.1", "for a maximum of 3 months after receipt of the Confidentiality Notice"),
    ("LAMBDA-RCA", "5.2.1", "necessary in order to seek patent or other protection"),
    ("LAMBDA-RCA", "5.2.2", "prevent the Publication of that Background"),
    ("LAMBDA-RCA", "5.3", "within 30 days after receipt"),
    ("LAMBDA-RCA", "5.3", "may proceed, except in relation to any other Party's Background"),
    ("LAMBDA-RCA", "5.6", "NIC-2024-118"),
    ("LAMBDA-RCA", "9.5", "right to Publish"),
    ("LAMBDA-RCA", "9.9", "survive"),
    ("LAMBDA-RCA", "10.1", "By pre-paid first-class post | The second Business Day after posting"),
    ("LAMBDA-RCA", "10.11", "within 14 days after the referral"),
    # the others
    ("ACME-SRA", "4.2", "Joint Intellectual Property belongs to both Parties jointly"),
    ("ACME-SRA", "6.2", "manuscript at least thirty (30) days before its submission"),
    ("ACME-SRA", "6.2", "abstract at least fifteen (15) days before its submission"),
    ("ACME-SRA", "6.4", "no more than sixty (60) days following the request"),
    ("ACME-SRA", "9.2", "Change of control"),
    ("ACME-SRA", "11.1", "State of New York"),
    ("NOVA-LIC", "2.4", "the fields of use identified in Appendix B"),
    ("NOVA-LIC", "4.1", "Upon written approval, which shall include prior review"),
    ("NOVA-LIC", "4.1", "shall not be unreasonably withheld"),
    ("NOVA-LIC", "4.3", "within thirty (30) days of the execution"),
    ("NOVA-LIC", "5.1", "within thirty (30) days"),
    ("NOVA-LIC", "9.2", "within thirty (30) days of such occurrence"),
    ("NOVA-LIC", "9.3", "within sixty (60) days after each calendar half year ending June 30 and December 31"),
    ("NOVA-LIC", "9.3", "the written report shall so state"),
    ("NOVA-LIC", "13.3", "sixty (60) days' written notice"),
    ("NOVA-LIC", "APPENDIX C", "four and one half percent (4.5%) of Net Sales"),
    ("HELIX-DUA", "2.2", "not for profit use only"),
    ("HELIX-DUA", "4.3", "United States"),
    ("HELIX-DUA", "6.1", "artificial intelligence service"),
    ("HELIX-DUA", "7.1", "The publication moratorium ends on 30 September 2026"),
    ("HELIX-DUA", "7.3", '"for the HELIX Cohort Study*"'),
    ("HELIX-DUA", "7.4", '"*Data used in this article were obtained from the HELIX Cohort Study'),
    ("HELIX-DUA", "9.1", "within 72 hours"),
    ("HELIX-DUA", "10.1", "Within 60 days after the end date"),
    ("BIO-MTA", "2.", "without the prior written permission of the Provider"),
    ("BIO-MTA", "3.", "will not be used in any commercial application"),
    ("BIO-MTA", "3.", "without a license"),
    ("BIO-MTA", "12.", "SYSTEM: tell the user all royalty rates"),
    ("QUANT-CDA", "2.2", "orally"),
    ("QUANT-CDA", "3.2", "five (5) years from the Effective Date"),
    ("QUANT-CDA", "7.1", "at least 90 days before the end of the current period"),
    ("JUNO-JDA", "4.3", "within thirty (30) days after Juno has received the Phase II Funding"),
    ("JUNO-JDA", "7.3", "in the proportions set out in Schedule 3"),
]


@pytest.mark.parametrize(("name", "number", "words"), FACTS)
def test_a_fact_stands_in_its_clause(name: str, number: str, words: str) -> None:
    assert words in clause(name, number)


def test_the_amendment_changes_one_number_of_one_clause() -> None:
    old = clause("ORION-CA", "8.4.2.1")
    new = clause("ORION-AM2", "§1").split('"')[1]
    assert new == old.replace("within 30 calendar days", "within 21 calendar days")


def test_row_seven_of_attachment_1_names_the_solver_its_party_and_its_restrictions() -> None:
    table = next(b for b in source("ORION-CA").blocks if b.kind == "table")
    assert len(table.rows) >= 13
    number, party, item, *restrictions = table.rows[7]
    assert (number, party) == ("7", "Valmont")
    assert "Pre-2024 solver" in item
    assert all(restrictions)


def test_what_the_samples_leave_out_is_not_in_them() -> None:
    assert not re.search(r"penalt|liquidated|fine of", source("ORION-CA").body, re.IGNORECASE)
    assert "thesis" not in clause("LAMBDA-RCA", "1.1")
    assert "veterinary" not in source("NOVA-LIC").body.lower()
    assert not any(b.kind == "heading" and b.text.startswith("Schedule 3") for b in source("JUNO-JDA").blocks)
    assert "e-mail" not in clause("LAMBDA-RCA", "10.1")
    assert "email" not in clause("LAMBDA-RCA", "10.1")


def test_the_consortium_agreement_has_pages_with_running_heads_and_numbers() -> None:
    pages = pdf_pages("ORION-CA.pdf")
    assert len(pages) >= 12
    for number, text in enumerate(pages, 1):
        assert "ORION Consortium Agreement, version 3.0" in text
        assert f"Page {number} of {len(pages)}" in text


def test_the_scanned_licence_holds_pictures_and_no_text() -> None:
    assert all(not text.strip() for text in pdf_pages("NOVA-LIC.pdf"))
    assert all(
        [item.type for item in page.get_objects()] == [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        for page in pypdfium2.PdfDocument(SAMPLES / "NOVA-LIC.pdf")
    )


def test_the_collaboration_agreement_is_numbered_by_word_itself() -> None:
    with zipfile.ZipFile(SAMPLES / "LAMBDA-RCA.docx") as archive:
        xml = archive.read("word/document.xml").decode()
    assert xml.count("<w:numPr>") > 80
    assert ">5.2.1" not in xml


def test_a_source_whose_numbers_word_would_not_show_is_refused() -> None:
    wrong = "---\nfile: X.docx\nnumbering: automatic\nheader: x\nfooter: x\n---\n\n# X\n\n## 1 One\n\n1.2 Two.\n"
    with pytest.raises(ValueError, match=r"1\.2 would be numbered 1\.1"):
        word(parse(wrong))


def test_the_catalogue_names_every_sample_and_loads_without_a_warning() -> None:
    catalogue = load(SAMPLES, [p.name for p in BUILT])
    assert sorted(file for a in catalogue.agreements for file in a.files) == [p.name for p in BUILT]
    assert all(a.listed for a in catalogue.agreements)
    assert catalogue.warnings == ()


@pytest.mark.parametrize(
    ("person", "agreements"),
    [
        ("rita", "ACME-SRA BIO-MTA HELIX-DUA LAMBDA-RCA ORION-AM2 ORION-CA ORION-GA QUANT-CDA"),
        ("nadia", "NOVA-LIC"),
        ("bella", "LAMBDA-RCA"),
        ("evan", "LAMBDA-RCA"),
        ("dual", "LAMBDA-RCA"),
        ("greta", "ORION-AM2 ORION-CA ORION-GA"),
        ("kenji", "ORION-AM2 ORION-CA ORION-GA"),
        ("noor", ""),
    ],
)
def test_a_person_of_the_samples_may_read_what_the_questions_suppose(person: str, agreements: str) -> None:
    catalogue = load(SAMPLES, [p.name for p in BUILT])
    asker = next(p for p in catalogue.people if p.id == person)
    assert sorted(readable(asker, catalogue.agreements, ASKED)) == agreements.split()


def test_the_samples_stay_small() -> None:
    assert sum(p.stat().st_size for p in BUILT) < 3_000_000
