"""The catalogue: every mistake is named with its line, nothing hostile gets through, and nobody reads by accident."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import index
from knowledge.catalogue import (
    Catalogue,
    CatalogueError,
    amendments,
    documents_in,
    files_in,
    load,
    person_of,
    prevails,
    readable,
)
from knowledge.model import Agreement, AgreementType, Amends, Party, Person, Readers

SAMPLES = Path(__file__).parents[2] / "knowledge" / "samples"
TODAY = date(2026, 6, 2)
DAY = timedelta(days=1)
STEADY = settings(deadline=None)  # a busy machine is no failure

GOOD = """\
agreements:
  - id: ORION-CA
    title: Consortium Agreement ORION
    type: ca
    files: [orion/ca.pdf]
    projects: [ORION]
    parties:
      - {id: acme-eu, name: ACME Europe, role: partner, joined: 2024-04-01, also: [ACME]}
      - {id: delta, name: Delta SpA, left: 2026-02-01}
      - {id: nova, name: Nova GmbH, joined: 2026-03-01}
    effective: 2024-04-01
    expiry: 2027-03-31
    readers: {groups: [orion], parties: [acme-eu, delta, nova], people: [vera]}
    local_only: true
    liaison: mara
    backup: vera
    language: en
    holidays: BE
    timezone: Europe/Brussels
    events: {project_end: 2027-03-31}
  - id: ORION-AM2
    short_name: Amendment 2
    type: amendment
    files: [am2.docx]
    amends:
      - {agreement: ORION-CA, clause: 8.10, by_clause: 1, effective: 2026-09-01}
    prevails_over: [ORION-CA]
    readers: everyone
people:
  - {id: mara, name: Mara Lind, email: Mara.Lind@uni.example, groups: [orion], roles: [liaison]}
  - {id: vera, parties: [acme-eu]}
  - {id: ada, roles: [admin]}
"""
FILES = ("orion/ca.pdf", "am2.docx")


def loaded(folder: Path, text: str, files: tuple[str, ...] = FILES) -> Catalogue:
    (folder / "catalogue.yaml").write_text(text, encoding="utf-8")
    return load(folder, files)


def problems(folder: Path, text: str, files: tuple[str, ...] = FILES) -> tuple[str, ...]:
    with pytest.raises(CatalogueError) as caught:
        loaded(folder, text, files)
    assert all("\n" not in problem and problem.startswith("catalogue.yaml:") for problem in caught.value.problems)
    return caught.value.problems


# --- what a good catalogue gives --------------------------------------------------------------------------------------


def test_every_field_arrives_where_it_belongs(tmp_path: Path) -> None:
    orion, amendment = loaded(tmp_path, GOOD).agreements
    assert orion == Agreement(
        id="ORION-CA",
        short_name="ORION-CA",
        type=AgreementType.CA,
        files=("orion/ca.pdf",),
        title="Consortium Agreement ORION",
        projects=("ORION",),
        parties=(
            Party("acme-eu", "ACME Europe", "partner", joined=date(2024, 4, 1), also=("ACME",)),
            Party("delta", "Delta SpA", left=date(2026, 2, 1)),
            Party("nova", "Nova GmbH", joined=date(2026, 3, 1)),
        ),
        effective=date(2024, 4, 1),
        expiry=date(2027, 3, 31),
        readers=Readers(frozenset({"vera"}), frozenset({"orion"}), frozenset({"acme-eu", "delta", "nova"})),
        local_only=True,
        liaison="mara",
        backup="vera",
        holidays="BE",
        timezone="Europe/Brussels",
        events=(("project_end", date(2027, 3, 31)),),
    )
    assert amendment.short_name == "Amendment 2"
    assert amendment.readers == Readers(everyone=True)


def test_a_clause_number_keeps_its_last_zero(tmp_path: Path) -> None:
    amendment = loaded(tmp_path, GOOD).agreements[1]
    assert amendment.amends == (Amends("ORION-CA", "8.10", "1", date(2026, 9, 1)),)


def test_people_arrive_with_parties_groups_and_roles(tmp_path: Path) -> None:
    mara, vera, ada = loaded(tmp_path, GOOD).people
    assert mara == Person(
        "mara", "Mara Lind", "Mara.Lind@uni.example", (), frozenset({"orion"}), frozenset({"liaison"})
    )
    assert vera.parties == ("acme-eu",)
    assert ada.is_admin


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("U024BE7LH", ("U024BE7LH",)),
        ("[U024BE7LH]", ("U024BE7LH",)),
        ("[U024BE7LH, W12ABC34D, T0123:U024BE7LH]", ("U024BE7LH", "W12ABC34D", "T0123:U024BE7LH")),
        ("[]", ()),
        ("~", ()),
    ],
)
def test_a_person_has_as_many_slack_users_as_are_written(tmp_path: Path, written: str, read: tuple[str, ...]) -> None:
    ada = loaded(tmp_path, GOOD.replace("{id: ada,", f"{{id: ada, slack: {written},")).people[2]
    assert ada == Person("ada", roles=frozenset({"admin"}), slack=read)


def test_a_person_indexed_before_there_was_slack_is_still_read() -> None:
    kept = '{"id": "ada", "name": "", "email": "", "parties": [], "groups": [], "roles": ["admin"]}'
    assert index._adapter(Person).validate_json(kept) == Person("ada", roles=frozenset({"admin"}))
    known = Person("ada", slack=("U024BE7LH",))
    assert index._adapter(Person).validate_json(index._to_json(Person, known)) == known


def test_norway_and_yes_are_texts_and_an_empty_field_is_unknown(tmp_path: Path) -> None:
    text = GOOD.replace("holidays: BE", "holidays: NO").replace("title: Consortium Agreement ORION", "title: yes")
    text = text.replace("expiry: 2027-03-31", "expiry:\n    governing_law: ~")
    orion = loaded(tmp_path, text).agreements[0]
    assert (orion.holidays, orion.title, orion.expiry, orion.governing_law) == ("NO", "yes", None, "")


def test_a_file_name_may_spell_its_accents_in_either_way(tmp_path: Path) -> None:
    composed, decomposed = "contrat-\u00e9t\u00e9.pdf", "contrat-e\u0301te\u0301.pdf"
    found = loaded(tmp_path, GOOD.replace("am2.docx", composed), ("orion/ca.pdf", decomposed))
    assert found.agreements[1].files == (decomposed,)
    assert len(found.agreements) == 2


def test_the_sample_catalogue_is_without_a_mistake() -> None:
    import re

    text = (SAMPLES / "catalogue.yaml").read_text(encoding="utf-8")
    files = [name.strip() for line in re.findall(r"files: \[(.*)\]", text) for name in line.split(",")]
    found = load(SAMPLES, files)
    assert {"ORION-CA", "ORION-AM2", "LAMBDA-RCA", "ACME-SRA"} <= {agreement.id for agreement in found.agreements}
    assert not found.warnings


# --- what is wrong is named -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "bad", "line", "told"),
    [
        (
            "type: ca\n",
            "type: consortium\n",
            4,
            "agreement ORION-CA, type: 'consortium' is no type of agreement; known",
        ),
        ("    type: ca\n", "", 2, "agreement ORION-CA, type: is missing; add `type:`"),
        ("effective: 2024-04-01", "efective: 2024-04-01", 11, "'efective' is no field; did you mean effective?"),
        ("local_only: true", "colour: blue", 14, "'colour' is no field; known are id, short_name"),
        ("effective: 2024-04-01", "effective: soon", 11, "effective: 'soon' is no date; write it as 2026-09-30"),
        ("effective: 2024-04-01", "effective: 2024-06-31", 11, "'2024-06-31' is no date; write it as 2026-09-30"),
        ("effective: 2024-04-01", "effective: 20240401", 11, "'20240401' is no date"),
        (
            "expiry: 2027-03-31",
            "expiry: 2020-03-31",
            12,
            "expiry: 2020-03-31 is before `effective`, 2024-04-01; correct",
        ),
        ("left: 2026-02-01", "joined: 2026-03-01, left: 2026-02-01", 9, "parties delta, left: 2026-02-01 is before"),
        ("id: delta, name: Delta SpA", "id: delta", 9, "parties delta, name: is missing; add `name:`"),
        ("{id: delta, name: Delta SpA", "{id: acme-eu, name: Delta", 9, "'acme-eu' is already the id of a party"),
        ("projects: [ORION]", "projects: ORION", 6, "projects: is no list; write `- ` before each entry"),
        ("title: Consortium", "title: [Consortium]  #", 3, "title: holds more than one value; write a single one"),
        ("title: Consortium Agreement ORION", 'title: ""', 3, "title: is empty; fill it in, or leave the field out"),
        (
            "title: Consortium Agreement ORION",
            'title: "a\\nb"',
            3,
            "title: holds a line break or an invisible character",
        ),
        (
            "title: Consortium Agreement ORION",
            f"title: {'x' * 501}",
            3,
            "title: is longer than 500 characters; shorten",
        ),
        ("title: Cons", "type: ca\n    title: Cons", 5, "agreement ORION-CA, type: is given twice; keep one"),
        ("local_only: true", "local_only: yes", 14, "local_only: 'yes' is neither true nor false; write one of them"),
        ("liaison: mara", "liaison: maria", 15, "'maria' is no person of this catalogue; did you mean mara?"),
        ("backup: vera", "backup: zoe", 16, "'zoe' is no person of this catalogue; correct it, or add what it names"),
        (
            "people: [vera]",
            "people: [vero]",
            13,
            "readers, people: 'vero' is no person of this catalogue; did you mean vera",
        ),
        ("[acme-eu, delta, nova]", "[acme]", 13, "readers, parties: 'acme' is no party of this agreement"),
        ("readers: everyone", "readers: all", 28, "readers: 'all' is not understood; write everyone, or people"),
        ("readers: {groups", "readers: {group", 13, "readers: 'group' is no field; did you mean groups?"),
        ("language: en", "language: English", 17, "'English' is no language; write its two letters, such as en"),
        ("holidays: BE", "holidays: Wallonia", 18, "no holiday calendar is called 'Wallonia': write the country"),
        ("Europe/Brussels", "Brussels", 19, "timezone: no time zone is called 'Brussels': write a name such as"),
        ("project_end: 2027-03-31", "project_end: March", 20, "events, project_end: 'March' is no date"),
        (
            "agreement: ORION-CA",
            "agreement: ORION",
            26,
            "amends, agreement: 'ORION' is no agreement of this catalogue; did",
        ),
        ("by_clause: 1, ", "", 26, "amends, by_clause: is missing; add `by_clause:`"),
        (", effective: 2026-09-01", "", 26, "amends, effective: is missing; add `effective:`"),
        (
            "prevails_over: [ORION-CA]",
            "prevails_over: [GA]",
            27,
            "prevails_over: 'GA' is no agreement of this catalogue",
        ),
        ("prevails_over: [ORION-CA]", "prevails_over: [ORION-AM2]", 27, "leads back to itself (ORION-AM2 > ORION-AM2)"),
        ("id: ORION-AM2", "id: orion-ca", 21, "'orion-ca' is already the name of an agreement on line 2; give it once"),
        ("short_name: Amendment 2", "short_name: Orion-CA", 22, "is already the name of an agreement on line 2"),
        (
            "[am2.docx]",
            "[orion/ca.pdf]",
            24,
            "'orion/ca.pdf' is already the file of an agreement on line 5; give it once",
        ),
        ("[am2.docx]", "[am3.docx]", 24, "'am3.docx' is no readable file below this folder; did you mean am2.docx?"),
        ("[am2.docx]", "[../am2.docx]", 24, "'../am2.docx' is no readable file below this folder"),
        ("[am2.docx]", "[]", 24, "files: is missing; add `files: [name of the document]`"),
        ("id: vera, parties: [acme-eu]", "id: vera, parties: [acme]", 31, "'acme' is no party of any agreement; did"),
        ("{id: vera", "{id: MARA", 31, "'mara' is already the id of a person on line 30; give it once"),
        (
            "{id: ada",
            "{email: mara.lind@uni.example, id: ada",
            32,
            "is already the e-mail address of a person on line 30",
        ),
        ("email: Mara.Lind@uni.example", "email: Mara Lind", 30, "'Mara Lind' is no e-mail address; write name@"),
        ("{id: ada", "{slack: u024be7lh, id: ada", 32, "person ada, slack: 'u024be7lh' is no Slack user id; copy"),
        ("{id: ada", "{slack: '@ada', id: ada", 32, "slack: '@ada' is no Slack user id; copy the member id from"),
        ("{id: ada", "{slack: [C024BE7LH], id: ada", 32, "slack: 'C024BE7LH' is no Slack user id"),
        ("{id: ada", "{slack: 'T0123:', id: ada", 32, "slack: 'T0123:' is no Slack user id"),
        ("{id: ada", "{slack: {a: U024BE7LH}, id: ada", 32, "person ada, slack: is no list; write"),
        ("{id: ada", "{slack: [U024BE7LH, U024BE7LH], id: ada", 32, "'U024BE7LH' is already the Slack user id of a"),
        (
            "{id: vera, parties: [acme-eu]}\n  - {id: ada",
            "{id: vera, slack: U024BE7LH}\n  - {slack: [U024BE7LH], id: ada",
            32,
            "person ada, slack: 'U024BE7LH' is already the Slack user id of a person on line 31; give it once",
        ),
        ("{id: ada, roles", "{roles", 32, "person, id: is missing; add `id:`"),
        ("{id: ada, roles: [admin]}", "ada", 32, "person: is no mapping; write it as `field: value` lines"),
    ],
)
def test_a_mistake_is_told_with_its_line_its_field_and_what_to_do(
    tmp_path: Path, good: str, bad: str, line: int, told: str
) -> None:
    assert good in GOOD
    found = problems(tmp_path, GOOD.replace(good, bad, 1))
    assert any(problem.startswith(f"catalogue.yaml:{line}: ") and told in problem for problem in found), found


def test_all_mistakes_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    text = GOOD.replace("type: ca\n", "type: x\n").replace("liaison: mara", "liaison: x").replace("clause: 8.10, ", "")
    found = problems(tmp_path, text.replace("roles: [admin]", "role: [admin]"))
    assert [problem.split(":")[1] for problem in found] == ["4", "15", "26", "32"]


def test_a_mistake_in_one_agreement_does_not_make_references_to_it_wrong(tmp_path: Path) -> None:
    assert len(problems(tmp_path, GOOD.replace("type: ca\n", "type: x\n"))) == 1


def test_a_circle_of_precedence_is_told_with_its_members(tmp_path: Path) -> None:
    text = GOOD.replace("    local_only: true\n", "    prevails_over: [ORION-AM2]\n")
    (found,) = problems(tmp_path, text)
    assert "prevails_over: leads back to itself (ORION-" in found
    assert "take one of them out" in found


def test_after_a_hundred_mistakes_the_rest_is_counted(tmp_path: Path) -> None:
    found = problems(tmp_path, "agreements:\n" + "- {id: a, files: [b.pdf]}\n" * 60)
    assert len(found) == 101
    assert found[-1].startswith("catalogue.yaml: and ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agreements: [", "catalogue.yaml:1: is not valid YAML here: "),
        ("a: 1\n---\nb: 2\n", "catalogue.yaml:2: is not valid YAML here: but found another document"),
        ("- ORION", "catalogue.yaml:1: catalogue: is no mapping; write it as"),
        ("agreement: []", "catalogue.yaml:1: catalogue: 'agreement' is no field; did you mean agreements?"),
        ("a: \x07", "catalogue.yaml: holds a character that YAML does not allow; retype the line"),
        ("a: &x 1\nb: *x", "catalogue.yaml:1: is not valid YAML here: anchors and aliases (& and *) are not read"),
        ("b: *x", "catalogue.yaml:1: is not valid YAML here: anchors and aliases"),
        ("&x a: 1", "catalogue.yaml:1: is not valid YAML here: anchors and aliases"),
        ("a: !!python/object/apply:os.abort []", "catalogue.yaml:1: is not valid YAML here: tags (!) are not read"),
        ("a: !!str 1", "tags (!) are not read"),
        ("[" * 900_000, "is nested deeper than a catalogue ever is"),
        ("#" * 1_000_001, "catalogue.yaml: is larger than 1,000,000 bytes; split the folder"),
    ],
)
def test_what_is_no_plain_catalogue_is_refused_in_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    (found,) = problems(tmp_path, text)
    assert told in found


def test_a_file_that_is_not_utf_8_is_named_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_bytes(b"agreements:\n  - id: Caf\xe9\n")
    with pytest.raises(CatalogueError, match=r"catalogue\.yaml:2: is not UTF-8 text; save it as UTF-8"):
        load(tmp_path, [])


def test_a_catalogue_under_the_other_ending_is_not_overlooked(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yml").write_text(GOOD)
    with pytest.raises(CatalogueError, match=r"rename it to catalogue\.yaml"):
        load(tmp_path, FILES)


def test_a_folder_in_the_place_of_the_catalogue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").mkdir()
    with pytest.raises(CatalogueError, match="cannot be opened"):
        load(tmp_path, FILES)


@STEADY
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_the_catalogue_holds_there_is_a_catalogue_or_a_list_of_problems(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    (folder / "catalogue.yaml").write_bytes(data)
    with suppress(CatalogueError):
        assert all(not agreement.listed for agreement in load(folder, FILES).agreements)


@STEADY
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 12), st.text(alphabet="{}[]:-,#&*!'\"\n x1", max_size=6))
def test_a_damaged_catalogue_never_crashes_and_is_never_half_read(
    tmp_path_factory: pytest.TempPathFactory, at: int, length: int, text: str
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    with suppress(CatalogueError):
        found = loaded(folder, GOOD[:at] + text + GOOD[at + length :])
        assert all(one.id != "?" and one.files != ("?",) for one in found.agreements)


# --- files nobody listed ----------------------------------------------------------------------------------------------


def test_an_unlisted_file_is_for_admins_only_and_the_admin_is_told(tmp_path: Path) -> None:
    found = loaded(tmp_path, GOOD, (*FILES, "drafts/secret.pdf"))
    assert found.agreements[-1] == Agreement(
        "secret", "secret", AgreementType.OTHER, ("drafts/secret.pdf",), listed=False
    )
    mara, _, ada = found.people
    assert "secret" not in readable(mara, found.agreements, TODAY)
    assert "secret" in readable(ada, found.agreements, TODAY)
    assert "catalogue.yaml: drafts/secret.pdf belongs to no agreement, so only admins may read it; list it" in (
        found.warnings
    )


def test_files_with_one_name_in_two_folders_are_called_by_their_path(tmp_path: Path) -> None:
    found = load(tmp_path, ["b/nda.pdf", "a/NDA.docx", "c/mta.pdf"])
    assert [agreement.id for agreement in found.agreements] == ["a/NDA.docx", "b/nda.pdf", "mta"]


def test_an_unlisted_file_does_not_take_the_name_of_a_listed_agreement(tmp_path: Path) -> None:
    found = loaded(tmp_path, GOOD, (*FILES, "old/orion-ca.pdf"))
    assert found.agreements[-1].id == "old/orion-ca.pdf"


def test_a_folder_without_a_catalogue_is_for_the_command_lines_own_user(tmp_path: Path) -> None:
    found = load(tmp_path, ["nda.pdf", "mta.pdf"])
    assert not any(agreement.listed for agreement in found.agreements)
    assert not found.warnings
    assert readable(None, found.agreements, TODAY) == {"nda", "mta"}
    assert not readable(Person("mara", groups=frozenset({"orion"})), found.agreements, TODAY)


# --- what is probably not meant ---------------------------------------------------------------------------------------


def test_doubtful_entries_are_allowed_and_told(tmp_path: Path) -> None:
    found = loaded(tmp_path, GOOD).warnings
    assert found == (
        "catalogue.yaml: agreement ORION-AM2: has other `readers` than ORION-CA, "
        "so some will read clauses there that no longer hold",
        "catalogue.yaml: agreement ORION-AM2: has no `holidays`, so business days and rolled dates cannot be computed",
        "catalogue.yaml: agreement ORION-AM2: has no `timezone`, so it is open at which midnight its days end",
    )


def test_an_amendment_that_amends_nothing_and_an_agreement_without_readers_are_told(tmp_path: Path) -> None:
    text = "agreements: [{id: A, type: amendment, files: [am2.docx], holidays: BE, timezone: Europe/Brussels}]"
    found = loaded(tmp_path, text, ("am2.docx",)).warnings
    assert found == (
        "catalogue.yaml: agreement A: has no `readers`, so only admins may read it",
        "catalogue.yaml: agreement A: is an amendment that says nothing under `amends`, "
        "so the old clauses stay in force",
    )


# --- who may read -----------------------------------------------------------------------------------------------------


NOBODY = Readers()


def agreement(name: str = "A", readers: Readers = NOBODY, parties: tuple[Party, ...] = ()) -> Agreement:
    return Agreement(name, name, AgreementType.OTHER, (f"{name}.pdf",), readers=readers, parties=parties)


@pytest.mark.parametrize(
    ("person", "readers", "may"),
    [
        pytest.param(None, Readers(), True, id="the command line's own user reads everything"),
        pytest.param(Person("ada", roles=frozenset({"admin"})), Readers(), True, id="an admin reads everything"),
        pytest.param(Person("mara"), Readers(), False, id="nobody reads what names no readers"),
        pytest.param(Person("mara"), Readers(people=frozenset({"mara"})), True, id="a person who is named"),
        pytest.param(Person("mara"), Readers(people=frozenset({"Mara"})), False, id="not by a name like theirs"),
        pytest.param(Person("m", groups=frozenset({"x"})), Readers(groups=frozenset({"x", "y"})), True, id="a group"),
        pytest.param(Person("m", groups=frozenset({"z"})), Readers(groups=frozenset({"x", "y"})), False, id="no group"),
        pytest.param(Person("x"), Readers(groups=frozenset({"x"})), False, id="a person is not a group"),
        pytest.param(Person("m", parties=("acme",)), Readers(groups=frozenset({"acme"})), False, id="nor a party one"),
        pytest.param(Person("m", parties=("acme",)), Readers(parties=frozenset({"acme"})), True, id="a party's person"),
        pytest.param(Person("m", parties=("acme",)), Readers(), False, id="a party is no reader by itself"),
        pytest.param(Person("m", parties=("beta",)), Readers(parties=frozenset({"beta"})), False, id="no party of it"),
        pytest.param(Person("m"), Readers(everyone=True), True, id="everyone"),
        pytest.param(Person("m", roles=frozenset({"liaison"})), Readers(), False, id="a liaison is no admin"),
    ],
)
def test_who_is_named_reads_and_nobody_else(person: Person | None, readers: Readers, may: bool) -> None:
    one = agreement("A", readers, (Party("acme", "ACME"),))
    assert readable(person, [one], TODAY) == ({"A"} if may else set())


@pytest.mark.parametrize(
    ("on", "may"),
    [
        (date(2024, 3, 31), False),
        (date(2024, 4, 1), True),
        (date(2026, 1, 31), True),
        (date(2026, 2, 1), False),
        (TODAY, False),
    ],
)
def test_a_party_reads_from_the_day_it_joined_up_to_the_day_it_left(on: date, may: bool) -> None:
    member = Party("delta", "Delta", joined=date(2024, 4, 1), left=date(2026, 2, 1))
    one = agreement("A", Readers(parties=frozenset({"delta"})), (member,))
    assert readable(Person("m", parties=("delta",)), [one], on) == ({"A"} if may else set())


@pytest.mark.parametrize(
    "person",
    [
        Person(""),
        Person(" ", roles=frozenset({"admin"})),
        Person("m", roles="admin"),  # type: ignore[arg-type]  # what a careless caller might hand in
        Person("m", groups="orion"),  # type: ignore[arg-type]  # ditto
        Person("m", parties="acme"),  # type: ignore[arg-type]  # ditto
        Person("m", parties=("",)),
        Person("m", groups=frozenset({None})),  # type: ignore[arg-type]  # ditto
        Person(None, roles=frozenset({"admin"})),  # type: ignore[arg-type]  # ditto
    ],
)
def test_a_malformed_person_reads_nothing(person: Person) -> None:
    assert readable(person, [agreement("A", Readers(everyone=True))], TODAY) == frozenset()


def test_an_amendment_is_not_read_by_way_of_what_it_amends() -> None:
    main = agreement("A", Readers(groups=frozenset({"x"})))
    side_letter = replace(agreement("B"), amends=(Amends("A", "1", "1", date(2026, 1, 1)),))
    assert readable(Person("m", groups=frozenset({"x"})), [main, side_letter], TODAY) == {"A"}


names = st.sampled_from(["a", "b", "c"])
sets = st.frozensets(names)
people = st.builds(Person, id=names, parties=st.lists(names, max_size=2).map(tuple), groups=sets)
read_by = st.builds(Readers, people=sets, groups=sets, parties=sets, everyone=st.booleans())


@STEADY
@given(people, st.lists(st.tuples(names, read_by), max_size=4))
def test_access_to_one_agreement_never_depends_on_another(person: Person, entries: list[tuple[str, Readers]]) -> None:
    all_of_them = [
        agreement(f"{place}", readers, (Party(party, party),)) for place, (party, readers) in enumerate(entries)
    ]
    together = readable(person, all_of_them, TODAY)
    one_by_one = {found for one in all_of_them for found in readable(person, [one], TODAY)}
    assert together == one_by_one


@STEADY
@given(people, read_by)
def test_taking_readers_away_never_lets_anybody_in(person: Person, readers: Readers) -> None:
    parties = tuple(Party(name, name) for name in "abc")
    fewer = replace(readers, people=frozenset(), everyone=False)
    assert readable(person, [agreement("A", fewer, parties)], TODAY) <= readable(
        person, [agreement("A", readers, parties)], TODAY
    )


# --- people, amendments, precedence -----------------------------------------------------------------------------------


def test_a_person_is_found_by_id_or_e_mail_in_any_capitals() -> None:
    mara, other = Person("mara", email="Mara.Lind@uni.example"), Person("vera")
    assert person_of([mara, other], " MARA ") == mara
    assert person_of([mara, other], "mara.lind@UNI.example") == mara
    assert person_of([mara, other], "mara.lind") is None
    assert person_of([mara, other], "") is None
    assert person_of([mara, Person("x", email="mara")], "mara") is None


def amending(name: str, clause: str, effective: date) -> Agreement:
    return replace(agreement(name), amends=(Amends("CA", clause, "1", effective),))


def test_an_amendment_counts_from_its_day_and_the_latest_comes_last() -> None:
    second, first = amending("AM2", "8.4.2.1", date(2026, 9, 1)), amending("AM1", "8.4.2.1", date(2025, 1, 1))

    def in_force(on: date) -> list[str]:
        return [by.id for by, _ in amendments([second, first, agreement("CA")], "CA", "8.4.2.1", on)]

    assert in_force(date(2024, 12, 31)) == []
    assert in_force(date(2026, 8, 31)) == ["AM1"]
    assert in_force(date(2026, 9, 1)) == ["AM1", "AM2"]
    assert amendments([second], "GA", "8.4.2.1", date(2027, 1, 1)) == ()


@pytest.mark.parametrize(
    ("replaced", "asked", "found"),
    [
        ("8.4.2.1", "8.4.2.1", True),
        ("8.4.2.1", "§ 8.4.2.1", True),
        ("Clause 8.4.2.1", "8.4.2.1.", True),
        ("8.4", "8.4.2.1", True),
        ("8.4", "8.4(a)", True),
        ("8.4.2.1", "8.4", False),
        ("8.4", "8.41", False),
        ("8.1", "8.10", False),
        ("Article IV", "Article IV", True),
        ("Schedule 2", "2", False),
        ("Schedule 2", "Schedule 2, row 7", False),
        ("", "8.4", False),
        ("8.4", "", False),
    ],
)
def test_an_amended_clause_is_recognised_by_its_number_and_takes_its_sub_clauses_along(
    replaced: str, asked: str, found: bool
) -> None:
    one = amending("AM", replaced, date(2026, 1, 1))
    assert bool(amendments([one], "CA", asked, TODAY)) == found


def test_precedence_reaches_through_others() -> None:
    chain = [
        replace(agreement("GA"), prevails_over=("CA",)),
        replace(agreement("CA"), prevails_over=("SIDE", "ANNEX")),
        agreement("SIDE"),
    ]
    assert prevails(chain) == {"GA": {"CA", "SIDE", "ANNEX"}, "CA": {"SIDE", "ANNEX"}, "SIDE": frozenset()}


def test_a_circle_of_precedence_does_not_hang() -> None:
    circle = [replace(agreement("A"), prevails_over=("B",)), replace(agreement("B"), prevails_over=("A",))]
    assert prevails(circle) == {"A": {"A", "B"}, "B": {"A", "B"}}


# --- the folder -------------------------------------------------------------------------------------------------------


def fill(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("text")


def test_a_folder_is_listed_with_what_can_be_read_and_what_can_not(tmp_path: Path) -> None:
    fill(tmp_path, "b.PDF", "a.txt", "sub/c.docx", "macro.docm", "sub/photo.jpg", "noending")
    fill(
        tmp_path, "catalogue.yaml", "golden.yaml", "README.md", "sub/readme.MD", ".hidden.txt", ".git/x.txt", "~$c.docx"
    )
    found = files_in(tmp_path)
    assert found.documents == ("a.txt", "b.PDF", "sub/c.docx")
    assert found.others == ("macro.docm", "noending", "sub/photo.jpg")
    assert documents_in(tmp_path) == found.documents


def test_links_out_of_the_folder_are_left_out(tmp_path: Path) -> None:
    fill(tmp_path, "outside/secret.txt", "in/a.txt", "in/.secret.txt")
    inside = tmp_path / "in"
    (inside / "out.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "round").symlink_to(inside)
    (inside / "hidden.txt").symlink_to(inside / ".secret.txt")
    (inside / "nowhere.txt").symlink_to(inside / "missing.txt")
    (inside / "same.txt").symlink_to("a.txt")
    assert files_in(inside).documents == ("a.txt", "same.txt")
    assert files_in(inside).others == ()


def test_a_name_that_cannot_be_written_down_is_reported_and_not_read(tmp_path: Path) -> None:
    fill(tmp_path, "two\nlines.txt")
    Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt")).write_text("text")
    found = files_in(tmp_path)
    assert found.documents == ()
    assert len(found.others) == 2


def test_a_pipe_is_no_document(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert files_in(tmp_path).documents == ()
