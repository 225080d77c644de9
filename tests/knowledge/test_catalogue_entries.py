"""An entry in the making: names that are safe and free, a form filled in, and what is wrong with it field by field."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalogue import Catalogue, documents_in, files_in, load
from knowledge.catalogue_entries import Registration, as_parties, drafted, registered, safe_name, suggest_id
from knowledge.catalogue_writing import add_agreement
from knowledge.documents import SUFFIXES
from knowledge.model import Agreement, AgreementType, Party, Person, Readers, Span
from knowledge.proposals import NamedParty, Proposed, Stated

Value = TypeVar("Value")
KNOWN = Agreement(
    "ALDER-CA", "The Alder CA", AgreementType.CA, ("alder.pdf",), parties=(Party("uni", "Alder University"),)
)
CATALOGUE = Catalogue((KNOWN,), (Person("ada"), Person("liv")))
GOOD = Registration(
    id="BEECH-SRA",
    short_name="Beech SRA",
    title="Sponsored Research Agreement",
    type="sra",
    file="beech.pdf",
    parties=(Party("uni", "Alder University"), Party("beech", "Beech Ltd", "Sponsor", also=("Beech",))),
    effective=date(2026, 5, 3),
    expiry=date(2028, 5, 2),
    readers=Readers(frozenset({"liv"}), frozenset({"beech-team"}), frozenset({"beech"})),
    liaison="liv",
    backup="ada",
    holidays="GB-ENG",
    timezone="Europe/London",
    governing_law="England and Wales",
    local_only=True,
)


def stated(value: Value) -> Stated[Value]:
    return Stated(value, Span(0, 1), "x")


# --- what is confirmed ------------------------------------------------------------------------------------------------


def test_a_form_that_is_right_becomes_an_agreement_that_the_catalogue_takes(tmp_path: Path) -> None:
    (tmp_path / "beech.pdf").write_text("text")
    (tmp_path / "catalogue.yaml").write_text("people: [{id: ada}, {id: liv}]\n")
    agreement = registered(GOOD, load(tmp_path, documents_in(tmp_path)))
    assert isinstance(agreement, Agreement)
    add_agreement(tmp_path, agreement)
    assert load(tmp_path, documents_in(tmp_path)).agreements == (agreement,)
    assert (agreement.id, agreement.files, agreement.language) == ("BEECH-SRA", ("beech.pdf",), "en")
    assert (agreement.readers, agreement.parties) == (GOOD.readers, GOOD.parties)


def test_what_the_form_leaves_empty_is_unknown() -> None:
    bare = registered(Registration("B", "", "", "other", "b.pdf"), CATALOGUE)
    assert bare == Agreement("B", "B", AgreementType.OTHER, ("b.pdf",))


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"id": ""}, "id", "An id is needed"),
        ({"id": "alder-ca"}, "id", "alder-ca is the name of ALDER-CA already; choose another."),
        ({"short_name": "the alder ca"}, "short_name", "is the name of ALDER-CA already"),
        ({"id": "B\nC"}, "id", "The name holds a line break"),
        ({"id": " B"}, "id", "begins or ends with a blank"),
        ({"title": "x" * 501}, "title", "The text is longer than 500 characters; shorten it."),
        ({"type": "contract"}, "type", "'contract' is no type of agreement; known are nda"),
        ({"type": ""}, "type", "is no type of agreement"),
        ({"file": "alder.pdf"}, "file", "alder.pdf belongs to The Alder CA already"),
        ({"parties": (Party("b", "B"), Party("b", "C"))}, "parties", "Two parties have the id b"),
        ({"parties": (Party("beech", "B\u202e"),)}, "parties", "A name of beech holds a line break or an invisible"),
        ({"parties": (Party("beech", "B", also=("",)),)}, "parties", "A name of beech is empty"),
        ({"effective": date(2029, 1, 1)}, "expiry", "2028-05-02 is before the effective date, 2029-01-01"),
        ({"readers": Readers(people=frozenset({"zoe"}))}, "readers", "zoe is nobody of the catalogue"),
        ({"readers": Readers(parties=frozenset({"oak"}))}, "readers", "oak is no party of this agreement"),
        ({"readers": Readers(groups=frozenset({" "}))}, "readers", "A group's name is empty"),
        ({"liaison": "zoe"}, "liaison", "zoe is nobody of the catalogue; add the person first."),
        ({"backup": "zoe"}, "backup", "zoe is nobody of the catalogue; add the person first."),
        ({"holidays": "Wales"}, "holidays", "No holiday calendar is called 'Wales'"),
        ({"timezone": "London"}, "timezone", "No time zone is called 'London'"),
        ({"language": "English"}, "language", "'English' is no language"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_in_a_sentence(changed: dict[str, object], field: str, told: str) -> None:
    found = registered(replace(GOOD, **changed), CATALOGUE)  # type: ignore[arg-type]  # fields by name
    assert isinstance(found, tuple)
    sentences = [sentence for where, sentence in found if where == field]
    assert any(told in sentence for sentence in sentences), found
    assert all(sentence.endswith(".") and sentence == sentence.strip() for sentence in sentences)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = registered(replace(GOOD, id="", type="x", liaison="zoe", timezone="x"), CATALOGUE)
    assert isinstance(found, tuple)
    assert [field for field, _ in found] == ["id", "liaison", "type", "timezone"]


def test_a_file_that_no_agreement_names_can_be_registered_under_its_own_name() -> None:
    unlisted = replace(KNOWN, id="beech", short_name="beech", files=("beech.pdf",), listed=False)
    assert isinstance(registered(replace(GOOD, id="beech"), replace(CATALOGUE, agreements=(unlisted,))), Agreement)


# --- what is proposed -------------------------------------------------------------------------------------------------

PROPOSED = Proposed(
    title=stated("ORION Consortium Agreement"),
    type=stated(AgreementType.CA),
    parties=(
        stated(NamedParty("Alder University", "Coordinator", ("Alder",))),
        stated(NamedParty("Beech Ltd", "", ("Beech",))),
    ),
    effective=stated(date(2026, 5, 3)),
    governing_law=stated("Belgium"),
    language=stated("de"),
)


def test_a_form_is_filled_in_with_what_was_proposed_and_nothing_else() -> None:
    found = drafted(PROPOSED, "orion.pdf", {KNOWN.id: KNOWN})
    assert found == Registration(
        id="ORION-CA",
        short_name="ORION-CA",
        title="ORION Consortium Agreement",
        type="ca",
        file="orion.pdf",
        parties=(
            Party("uni", "Alder University", "Coordinator", also=("Alder",)),
            Party("beech", "Beech Ltd", also=("Beech",)),
        ),
        effective=date(2026, 5, 3),
        governing_law="Belgium",
        language="de",
    )
    assert isinstance(registered(found, CATALOGUE), Agreement)


def test_a_document_that_says_nothing_gives_an_empty_form() -> None:
    assert drafted(Proposed(), "note.txt", {}) == Registration("NOTE", "NOTE", "", "", "note.txt")


@pytest.mark.parametrize(
    ("proposed", "file", "taken", "suggested"),
    [
        (PROPOSED, "x.pdf", (), "ORION-CA"),
        (PROPOSED, "x.pdf", ("orion-ca",), "ORION-CA-2"),
        (PROPOSED, "x.pdf", ("ORION-CA", "Orion-CA-2"), "ORION-CA-3"),
        (replace(PROPOSED, title=stated("Consortium Agreement")), "x.pdf", (), "BEECH-CA"),
        (replace(PROPOSED, title=None, type=stated(AgreementType.LICENCE)), "x.pdf", (), "BEECH-LIC"),
        (replace(PROPOSED, title=stated("Amendment to the CA"), parties=()), "Änderung 2.pdf", (), "ANDERUNG-2"),
        (replace(PROPOSED, title=stated("NDA"), type=stated(AgreementType.NDA), parties=()), "oak.pdf", (), "OAK"),
        (Proposed(), "協定.pdf", (), "AGREEMENT"),
        (Proposed(), "x" * 80 + ".pdf", (), "X" * 30),
    ],
)
def test_the_short_id_is_made_of_what_names_the_agreement(
    proposed: Proposed, file: str, taken: Collection[str], suggested: str
) -> None:
    assert suggest_id(proposed, file, taken) == suggested


def test_a_party_that_the_catalogue_knows_keeps_its_id_and_others_get_one_of_their_own() -> None:
    named = [
        NamedParty("ALDER UNIVERSITY"),
        NamedParty("Uni Ltd", "", ("uni",)),
        NamedParty("Beech Ltd", "Sponsor", ("Sponsor",)),
        NamedParty("Österreich AG"),
        NamedParty("Alder University"),
    ]
    assert [party.id for party in as_parties(named, [KNOWN])] == [
        "uni",
        "uni-2",
        "beech",
        "osterreich",
    ]


# --- names of files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "taken", "safe"),
    [
        ("Agreement.PDF", (), "Agreement.pdf"),
        ("../../etc/passwd.txt", (), "passwd.txt"),
        ("C:\\Users\\ada\\final.docx", (), "final.docx"),
        (".hidden.txt", (), "hidden.txt"),
        ("~$lock.docx", (), "lock.docx"),
        (".pdf", (), "document.pdf"),
        ("a\x00b\nc\u202e.txt", (), "abc.txt"),
        ("  two   words .pdf", (), "two words.pdf"),
        ("README.md", (), "readme-document.md"),
        ("Vertra\u0308ge.pdf", (), "Vertr\u00e4ge.pdf"),
        ("a.pdf", ("A.PDF",), "a-2.pdf"),
        ("a.pdf", ("a.pdf", "a-2.pdf"), "a-3.pdf"),
        ("x" * 300 + ".pdf", (), "x" * 96 + ".pdf"),
        ("a.tar.html", (), "a.tar.html"),
        ("--.md", (), "document.md"),
        ("協定" * 60 + ".pdf", (), "協定" * 33 + ".pdf"),
    ],
)
def test_an_uploaded_file_gets_a_name_that_is_safe_and_free(name: str, taken: Collection[str], safe: str) -> None:
    assert safe_name(name, taken) == safe


@pytest.mark.parametrize("name", ["", "noending", "macro.docm", "photo.jpg", "a.pdf/", "pdf"])
def test_a_file_of_another_kind_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="none of the kinds we read"):
        safe_name(name, ())


@given(st.text(max_size=150), st.sampled_from(sorted(SUFFIXES)), st.lists(st.text(max_size=4).map("{}.pdf".format)))
def test_whatever_a_file_is_called_it_lies_in_the_folder_and_can_be_listed(
    tmp_path_factory: pytest.TempPathFactory, stem: str, suffix: str, taken: list[str]
) -> None:
    safe = safe_name(stem + suffix, taken)
    folder = tmp_path_factory.mktemp("any")
    (folder / safe).write_text("text")
    assert files_in(folder).documents == (safe,)
    assert len(safe) <= 100
    assert safe.casefold() not in {name.casefold() for name in taken}
    assert safe_name(safe, ()) == safe
