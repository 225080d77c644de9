"""What a document is proposed to be: each value with the words it was read from, and nothing where they are unclear."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from knowledge.clauses import parse
from knowledge.documents import Reader
from knowledge.model import AgreementType, Block, BlockKind, Document, Page, Span
from knowledge.proposals import NamedParty, Proposed, Stated, propose

SAMPLES = Path(__file__).parents[2] / "knowledge" / "samples"
LEAD = 'This Agreement is made on 3 May 2026 between Alder University ("Alder") and Beech Ltd ("Beech").\n\n'


def document(text: str, *, furniture: str = "") -> Document:
    blocks, at = [], 0
    for paragraph in text.splitlines(keepends=True):
        if paragraph.strip():
            kind = BlockKind.FURNITURE if furniture and furniture in paragraph else BlockKind.PARAGRAPH
            blocks.append(Block(kind, at, at + len(paragraph.rstrip("\n")), 1))
        at += len(paragraph)
    return Document("a.txt", "txt", "0" * 64, text, (Page(1, 0, len(text)),), tuple(blocks))


def proposed(text: str, *, furniture: str = "") -> Proposed:
    read = document(text, furniture=furniture)
    found = propose(read, parse(read))
    for one in stated(found):
        assert read.text[one.span.start : one.span.end] == one.quote
        assert one.quote == one.quote.strip() != ""
    return found


def stated(found: Proposed) -> list[Stated[object]]:
    single = (found.title, found.type, found.dated, found.effective, found.expiry)
    more = (found.governing_law, found.language, found.amends)
    return [one for one in (*single, *more, *found.parties) if one]


def value(one: Stated[object] | None) -> object:
    return one.value if one else None


# --- the samples ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples() -> dict[str, Proposed]:
    with Reader(SAMPLES, ocr=False) as reader:
        files = [path.name for path in SAMPLES.iterdir() if path.stem.isupper() and path.name != "NOVA-LIC.pdf"]
        read = {file: reader.read(file) for file in files if file != "README.md"}
    return {Path(file).stem: propose(one, parse(one)) for file, one in read.items()}


@pytest.mark.parametrize(
    ("agreement", "title", "kind", "effective", "expiry", "law"),
    [
        ("ORION-CA", "ORION Consortium Agreement", "ca", date(2024, 4, 1), None, "Belgium"),
        ("ORION-GA", "Grant Agreement No 10-4471", "ga", None, None, "Belgium"),
        ("ORION-AM2", "Amendment No 2 to the ORION Consortium Agreement", "amendment", date(2026, 9, 1), None, None),
        ("LAMBDA-RCA", "Research Collaboration Agreement", "rca", date(2024, 10, 1), None, "England"),
        ("ACME-SRA", "Sponsored Research Agreement", "sra", date(2025, 10, 1), date(2027, 9, 30), "New York"),
        ("HELIX-DUA", "HELIX Cohort Data Use Agreement", "dua", date(2025, 1, 15), date(2026, 12, 31), None),
        ("BIO-MTA", "Material Transfer Agreement No. M-3308", "mta", date(2025, 8, 15), date(2026, 8, 14), "Belgium"),
        (
            "QUANT-CDA",
            "Mutual Confidential Disclosure Agreement",
            "cda",
            date(2024, 1, 15),
            date(2026, 12, 31),
            "England",
        ),
        ("JUNO-JDA", "Joint Development Agreement", "jda", date(2025, 3, 1), date(2028, 2, 29), "Germany"),
    ],
)
def test_a_sample_is_proposed_as_its_catalogue_has_it(
    samples: dict[str, Proposed],
    agreement: str,
    title: str,
    kind: str,
    effective: date | None,
    expiry: date | None,
    law: str | None,
) -> None:
    found = samples[agreement]
    assert value(found.title) == title
    assert value(found.type) == kind
    assert value(found.effective) == effective
    assert value(found.expiry) == expiry
    assert value(found.governing_law) == law


def test_the_samples_parties_are_proposed_with_what_the_text_calls_them(samples: dict[str, Proposed]) -> None:
    def parties(agreement: str) -> list[NamedParty]:
        return [party.value for party in samples[agreement].parties]

    assert parties("BIO-MTA") == [
        NamedParty("Bioteca Institute", "Provider", ("Provider",)),
        NamedParty("Valmont University", "Recipient", ("Recipient",)),
    ]
    assert parties("ORION-CA")[:2] == [
        NamedParty("Valmont University", "Coordinator", ("Valmont",)),
        NamedParty("ACME Europe B.V.", "", ("ACME-EU",)),
    ]
    assert [party.name for party in parties("ORION-AM2")] == [
        "Valmont University",
        "ACME Europe B.V.",
        "Technische Hochschule Grünfeld",
        "Kisaragi Institute of Technology",
        "Redwood Marine Labs, Inc.",
        "Nordlys Sensors AS",
    ]
    assert [len(parties(agreement)) for agreement in ("LAMBDA-RCA", "JUNO-JDA", "QUANT-CDA")] == [4, 2, 2]


def test_the_rest_of_what_the_samples_say_of_themselves_is_proposed(samples: dict[str, Proposed]) -> None:
    assert value(samples["ORION-CA"].language) == "en"
    assert value(samples["ORION-CA"].dated) == date(2024, 3, 18)
    assert value(samples["ORION-AM2"].amends) == "ORION Consortium Agreement"


# --- title and type ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "kind"),
    [
        ("CONSORTIUM AGREEMENT\n\n" + LEAD, "Consortium Agreement", "ca"),
        ("EXHIBIT 10.1\n\nLICENSE AGREEMENT\n\n" + LEAD, "License Agreement", "licence"),
        ("Exhibit 10.1  Material Transfer Agreement\n\n" + LEAD, "Material Transfer Agreement", "mta"),
        (
            "Patent License\nAgreement\n" + LEAD.replace("This", "This Patent License"),
            "Patent License Agreement",
            "licence",
        ),
        ('This Data Use Agreement (the "Agreement") is made between A and B.', "Data Use Agreement", "dua"),
        ("ALMA DATA TRANSFER AGREEMENT\n\n" + LEAD, "ALMA Data Transfer Agreement", "dta"),
        ("Non-Disclosure Agreement\n\n" + LEAD, "Non-Disclosure Agreement", "nda"),
        ("Memorandum of Understanding\n\n" + LEAD, "Memorandum of Understanding", "mou"),
        ("Deed of Accession\n\n" + LEAD, "Deed of Accession", "accession"),
        ("Option Agreement\n\n" + LEAD, "Option Agreement", "option"),
        (
            "Amendment No. 1 to the License Agreement\n\n" + LEAD,
            "Amendment No. 1 to the License Agreement",
            "amendment",
        ),
        ("Services Agreement\n\n" + LEAD, "Services Agreement", None),
        ("License and Option Agreement\n\n" + LEAD, "License and Option Agreement", None),
        ("License Agreement\n\n" + LEAD.replace("This", "This Supply"), None, None),
        (LEAD, None, None),
        ("We met on Monday.\n\nThe agreement was read aloud.\n", None, None),
    ],
)
def test_the_title_names_the_agreement_and_its_words_the_type(text: str, title: str | None, kind: str | None) -> None:
    found = proposed(text)
    assert value(found.title) == title
    assert value(found.type) == (AgreementType(kind) if kind else None)


def test_a_running_header_is_no_title() -> None:
    assert proposed("Data Use Agreement\nNotes of a meeting.\n", furniture="Data Use").title is None


@pytest.mark.parametrize(
    ("title", "amends"),
    [
        ("Amendment No. 1 to the Alder License Agreement", "Alder License Agreement"),
        ("Second Amendment to License Agreement", "License Agreement"),
        ("Side Letter to the Grant Agreement No 77", "Grant Agreement No 77"),
        ("Amendment No. 1", None),
        ("License Agreement", None),
    ],
)
def test_an_amendment_names_what_it_amends(title: str, amends: str | None) -> None:
    assert value(proposed(f"{title}\n\n{LEAD}").amends) == amends


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "dated", "effective"),
    [
        ("This Agreement is made on 3 May 2026 between", date(2026, 5, 3), None),
        ("This Agreement, dated as of May 3, 2026, is between", date(2026, 5, 3), None),
        ("THIS AGREEMENT is entered into this 3rd day of May, 2026 by and between", date(2026, 5, 3), None),
        ("Agreement made this 3rd day of May 2026 between", date(2026, 5, 3), None),
        ("Dated 2026-05-03\n\nThis Agreement is between", date(2026, 5, 3), None),
        ('This Agreement is made as of May 3, 2026 (the "Effective Date") between', date(2026, 5, 3), date(2026, 5, 3)),
        (
            "This Agreement is made on 3 May 2026 with effect from 1 June 2026 between",
            date(2026, 5, 3),
            date(2026, 6, 1),
        ),
        ("This Agreement is made on 31 June 2026 between", None, None),
        ("This Agreement is made on ___ May 2026 between", None, None),
        ("This Agreement is made on [3 May 2026] between", None, None),
        ("This Amendment to the Agreement dated 3 May 2026 is between", None, None),
        ("Dated 3 May 2026\n\nThis Agreement is made on 4 May 2026 between", None, None),
        ("This Agreement is made on 3/5/2026 between", None, None),
    ],
)
def test_the_day_of_an_agreement_and_the_day_from_which_it_counts_are_told_apart(
    opening: str, dated: date | None, effective: date | None
) -> None:
    found = proposed(f'Licence Agreement\n\n{opening} Alder University ("Alder") and Beech Ltd ("Beech").\n')
    assert (value(found.dated), value(found.effective)) == (dated, effective)


@pytest.mark.parametrize(
    ("clause", "effective", "expiry"),
    [
        ("This Agreement takes effect on 1 June 2026 and ends on 31 May 2028.", date(2026, 6, 1), date(2028, 5, 31)),
        ("The term of this Agreement shall continue until May 31, 2028.", None, date(2028, 5, 31)),
        ("The Initial Term shall expire on May 31, 2028, unless renewed.", None, date(2028, 5, 31)),
        ("Effective Date: 1 June 2026. End Date: 31 May 2028.", date(2026, 6, 1), date(2028, 5, 31)),
        ('"Effective Date" means 1 June 2026.', date(2026, 6, 1), None),
        ("This Agreement ends on 31 May 2028. The term ends on 30 May 2028.", None, None),
        ("This Agreement ends on [31 May 2028].", None, None),
        ("The offer of the Bank is open until 31 May 2028.", None, None),
        ("This Agreement continues for five years.", None, None),
    ],
)
def test_beginning_and_end_are_read_where_the_agreement_or_its_term_begins_or_ends(
    clause: str, effective: date | None, expiry: date | None
) -> None:
    found = proposed(f"Licence Agreement\n\n{LEAD}1. Term. {clause}\n\n2. Fees. They fall due.\n")
    assert (value(found.effective), value(found.expiry)) == (effective, expiry)


def test_what_is_attached_is_not_read_for_the_agreement() -> None:
    body = "".join(f"{number}. Duty. The Parties shall do thing number {number} in time.\n" for number in range(1, 9))
    attached = "Schedule 1\nLease\n1. Term. This Agreement ends on 31 May 2028.\n"
    assert proposed(f"Licence Agreement\n\n{LEAD}{body}{attached}").expiry is None


# --- parties ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "parties"),
    [
        (
            'This Agreement is between Alder University ("Alder") and Beech Ltd, a company of Wales (the "Sponsor").',
            [NamedParty("Alder University", "", ("Alder",)), NamedParty("Beech Ltd", "Sponsor", ("Sponsor",))],
        ),
        (
            "This Agreement is between Alder University and Beech, Inc.",
            [NamedParty("Alder University"), NamedParty("Beech, Inc.")],
        ),
        (
            "This Agreement is made BETWEEN:\n\n(1) ALDERSON UNIVERSITY, of 1 High Street, Wells; and\n\n"
            "(2) BEECH LIMITED, of 2 Low Street, Bath (“Beech”).",
            [NamedParty("Alderson University"), NamedParty("Beech Limited", "", ("Beech",))],
        ),
        (
            "This Agreement is between Alder LLC, as Owner, Beech AG, of Zug and Bern (“Beech”), and Cedar plc.",
            [NamedParty("Alder LLC", "Owner"), NamedParty("Beech AG", "", ("Beech",)), NamedParty("Cedar plc")],
        ),
        (
            'This Agreement is between Alder Ltd ("Alder") and Beech Ltd ("Beech" and both the "Firms").',
            [NamedParty("Alder Ltd", "", ("Alder",)), NamedParty("Beech Ltd", "", ("Beech",))],
        ),
        (
            "PROVIDER: Alder Institute, Wells\nRECIPIENT: Beech University, Bath",
            [NamedParty("Alder Institute", "Provider"), NamedParty("Beech University", "Recipient")],
        ),
        ("This Agreement is between Alder and Beech Ltd.", []),  # one firm or two
        ("This Agreement is between [NAME OF PARTY] and [NAME OF PARTY].", []),
        ("This Agreement is between the Licensor and the Licensee.", []),
        ("This Agreement is between ______ and Beech Ltd.", []),
    ],
)
def test_parties_are_read_from_the_opening_with_role_and_short_name(opening: str, parties: list[NamedParty]) -> None:
    assert [party.value for party in proposed(f"Licence Agreement\n\n{opening}\n").parties] == parties


def test_a_party_is_quoted_from_its_name_to_the_name_it_is_given() -> None:
    first, second = proposed("Licence Agreement\n\n" + LEAD).parties
    assert first.quote == 'Alder University ("Alder")'
    assert second.quote == 'Beech Ltd ("Beech")'


# --- law and language -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "law"),
    [
        ("This Agreement is governed by the laws of Belgium, without its conflict rules.", "Belgium"),
        ("This Agreement shall be construed in accordance with the laws of the State of New York.", "New York"),
        ("THIS AGREEMENT IS GOVERNED BY THE LAWS OF THE STATE OF NEW YORK APPLICABLE TO CONTRACTS.", "New York"),
        ("This Agreement is governed by the law of England and Wales.", "England and Wales"),
        ("This Agreement is governed by German law.", "Germany"),
        ("The laws of Belgium govern this Agreement.", "Belgium"),
        ("This Agreement is governed by the laws of the Province of Ontario, Canada.", "Ontario, Canada"),
        ("This Agreement is governed by the laws of [State].", None),
        ("This Agreement is governed by the laws of ______.", None),
        ("This Agreement is governed by the laws of the State in which the Site lies.", None),
        ("This Agreement is governed by the laws of Belgium and the laws of France.", None),
        ("This Agreement is governed by the laws of the United States and of the State of Ohio.", None),
        ("Beech is a company organized under the laws of Wales and governed by its board under this Agreement.", None),
    ],
)
def test_the_governing_law_is_one_place_that_a_clause_names(clause: str, law: str | None) -> None:
    assert (
        value(proposed(f"Licence Agreement\n\n{LEAD}1. Law. {clause}\n\n2. Fees. They fall due.\n").governing_law)
        == law
    )


@pytest.mark.parametrize(
    ("clause", "language"),
    [
        ("The German version of this Agreement prevails.", "de"),
        ("This Agreement is drawn up in English, which language governs all documents.", "en"),
        ("This Agreement is executed in English and in French; the French text shall prevail.", None),
        ("Reports under this Agreement are written by the English team.", None),
    ],
)
def test_the_language_is_the_one_a_clause_says_prevails(clause: str, language: str | None) -> None:
    found = proposed(f"Licence Agreement\n\n{LEAD}1. Language. {clause}\n\n2. Fees. They fall due.\n")
    assert value(found.language) == language


# --- whatever the document --------------------------------------------------------------------------------------------


def test_proposals_can_be_kept_and_read_again(samples: dict[str, Proposed]) -> None:
    kept = TypeAdapter(Proposed)
    assert {name: kept.validate_json(kept.dump_json(one)) for name, one in samples.items()} == samples


def test_a_quotation_of_another_length_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="as long as the text it is cut from"):
        Stated("A", Span(0, 3), "AB")


SAID = """This Agreement between and ( ) “ ” " ; , . [ ] ____ dated 3 May 2026 effective until Alder Ltd University
the laws of Belgium governed by term (the Date AMENDMENT No. 1 to PROVIDER: WHEREAS English version prevails"""
words = st.sampled_from([*SAID.split(), "\n", "\n\n"])


@given(st.text(max_size=300) | st.lists(words, max_size=80).map(" ".join))
def test_whatever_the_text_is_each_value_is_quoted_from_it_and_the_same_each_time(text: str) -> None:
    assert proposed(text) == proposed(text)


@given(st.lists(words, max_size=60).map(" ".join))
def test_nothing_is_read_from_blanks_that_nobody_filled_in(text: str) -> None:
    found = proposed("[" + text.replace("[", "").replace("]", "").replace("\n", " ")[:78] + "]")
    assert not stated(found)
