"""Writing to the catalogue: what is added can be read, all the rest stays byte for byte, and nothing is ever lost."""

from __future__ import annotations

import difflib
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import catalogue_writing
from knowledge.catalogue import FILE, Catalogue, CatalogueError, documents_in, load
from knowledge.catalogue_writing import add_agreement, add_person, set_field
from knowledge.model import Agreement, AgreementType, Amends, Party, Person, Readers

SAMPLES = Path(__file__).parents[2] / "knowledge" / "samples"
STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NEW = Agreement(
    id="NEW-MTA",
    short_name="New MTA",
    type=AgreementType.MTA,
    files=("new.pdf",),
    title="Transfer: of “Materials”, part #2",
    projects=("NEW", "yes"),
    parties=(Party("acme", "ACME, Inc.", "Provider", joined=date(2026, 1, 1), also=("ACME",)), Party("uni", "Uni")),
    effective=date(2026, 1, 1),
    expiry=date(2027, 12, 31),
    readers=Readers(groups=frozenset({"bio", "all: of us"}), parties=frozenset({"acme"})),
    local_only=True,
    governing_law="null",
    language="de",
    holidays="BE",
    timezone="Europe/Brussels",
    events=(("project end", date(2027, 1, 1)),),
)
MAIN = """\
# the head
agreements:
  # the first of all
  - id: 'A'   # a short one
    type:  other
    files:
        - "a.pdf"      # signed
    parties:
    - {id: x, name: X}
    readers: {groups: [g]}
"""
PEOPLE = """\
# people follow
people:
  - {id: ada, roles: [admin]}   # the office
"""


def folder_with(folder: Path, text: str | bytes, *files: str) -> Path:
    for file in ("a.pdf", "b.pdf", "new.pdf", *files):
        (folder / file).write_text("text")
    (folder / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def loaded(folder: Path) -> Catalogue:
    return load(folder, documents_in(folder))


def listed(folder: Path) -> tuple[Agreement, ...]:
    return tuple(agreement for agreement in loaded(folder).agreements if agreement.listed)


def added(before: str, after: str) -> list[str]:
    """The lines of `after` that `before` does not have; nothing may be missing."""
    lines = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    assert not [line for line in lines if line.startswith(("-", "?"))]
    return [line[2:] for line in lines if line.startswith("+")]


# --- adding -----------------------------------------------------------------------------------------------------------


def test_an_agreement_is_added_below_the_others_and_nothing_else_changes(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MAIN + PEOPLE)
    add_agreement(folder, NEW)
    assert listed(folder)[-1] == NEW
    text = (folder / FILE).read_text(encoding="utf-8")
    assert "".join(added(MAIN + PEOPLE, text)) == (
        "\n"
        "  - id: NEW-MTA\n"
        "    short_name: New MTA\n"
        '    title: "Transfer: of “Materials”, part #2"\n'
        "    type: mta\n"
        "    files: [new.pdf]\n"
        '    projects: [NEW, "yes"]\n'
        "    parties:\n"
        '      - {id: acme, name: "ACME, Inc.", role: Provider, joined: 2026-01-01, also: [ACME]}\n'
        "      - {id: uni, name: Uni}\n"
        "    effective: 2026-01-01\n"
        "    expiry: 2027-12-31\n"
        '    readers: {groups: ["all: of us", bio], parties: [acme]}\n'
        "    local_only: true\n"
        '    governing_law: "null"\n'
        "    language: de\n"
        "    holidays: BE\n"
        "    timezone: Europe/Brussels\n"
        "    events: {project end: 2027-01-01}\n"
    )
    assert text.index("NEW-MTA") < text.index("# people follow")


def test_the_sample_catalogue_takes_every_sample_agreement_back(tmp_path: Path) -> None:
    samples = load(SAMPLES, documents_in(SAMPLES))
    for file in documents_in(SAMPLES):
        (tmp_path / file).write_text("text")
    for person in samples.people:
        add_person(tmp_path, replace(person, parties=()))
    for agreement in sorted(samples.agreements, key=lambda one: one.id == "ORION-GA"):  # it names ORION-CA
        add_agreement(tmp_path, agreement)
    assert set(loaded(tmp_path).agreements) == set(samples.agreements)
    assert {person.id for person in loaded(tmp_path).people} == {person.id for person in samples.people}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("# nothing yet\n", id="only a comment"),
        pytest.param("# nothing yet", id="a comment without a line end"),
        pytest.param("agreements:\n", id="an empty section"),
        pytest.param("agreements: # none yet\npeople: []\n", id="an empty section with a comment"),
        pytest.param("agreements: ~\n", id="a section that says null"),
        pytest.param("agreements: []\n", id="an empty list"),
        pytest.param("agreements: [ # none yet\n  ]\n", id="an empty list over two lines"),
        pytest.param(PEOPLE, id="a catalogue of people"),
        pytest.param("  people:\n  - {id: ada}", id="one that is indented, without a line end"),
        pytest.param(MAIN, id="one agreement"),
        pytest.param(MAIN.rstrip("\n"), id="one agreement without a line end"),
        pytest.param(MAIN + PEOPLE, id="agreements and people"),
        pytest.param(PEOPLE + MAIN, id="people before agreements"),
        pytest.param(MAIN + "      # more about the readers\n\n\n# end\n", id="comments after the last entry"),
        pytest.param("agreements:\n- id: A\n  type: other\n  files: [a.pdf]\npeople: []\n", id="a list not indented"),
        pytest.param("agreements:\n    -   type: ca\n        id: A\n        files: [a.pdf]\n", id="a wide list"),
        pytest.param("agreements:\n -\n  id: A\n  type: ca\n  files: [a.pdf]\n", id="a dash on its own line"),
        pytest.param("agreements: [{id: A, type: ca, files: [a.pdf]},]\n", id="a list in brackets"),
        pytest.param('{"agreements": [{"id": "A", "type": "ca", "files": ["a.pdf"]}], "people": []}', id="JSON"),
        pytest.param("{people: []}", id="braces without agreements"),
        pytest.param("{}", id="empty braces"),
        pytest.param("{agreements: }", id="braces with nothing in them"),
        pytest.param("---\n" + MAIN + "...\n", id="document markers"),
        pytest.param("agreements:\n  - {id: A, type: ca, files: [a.pdf], title: b}\n", id="an entry in braces"),
        pytest.param(
            "agreements:\n  - id: A\n    type: ca\n    files: [a.pdf]\n    title: >-\n      b\n\n", id="folded"
        ),
        pytest.param("agreements:\n  - id: A\n    type: ca\n    files: [a.pdf]\n    title: |\n      b", id="literal"),
        pytest.param(
            "agreements:\n  - id: A\n    type: ca\n    files: [a.pdf]\n    title:\npeople:\n", id="a null last"
        ),
        pytest.param((MAIN + PEOPLE).replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param("\ufeff" + MAIN + PEOPLE, id="a byte order mark"),
        pytest.param(None, id="no file"),
    ],
)
def test_an_agreement_and_a_person_can_be_added_whatever_the_layout(tmp_path: Path, text: str | None) -> None:
    folder = folder_with(tmp_path, text or "")
    if text is None:
        (folder / FILE).unlink()
    before = loaded(folder)
    person = Person("noor", "Noor P.", "noor@uni.example", ("acme",), frozenset({"bio"}), slack=("U024BE7LH",))
    add_agreement(folder, NEW)
    add_person(folder, person)
    after = loaded(folder)
    assert listed(folder) == (*(one for one in before.agreements if one.listed), NEW)
    assert after.people == (*before.people, person)
    data = (folder / FILE).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == (text or "").startswith("\ufeff")
    assert data.count(b"\n") == data.count(b"\r\n") or b"\r\n" not in data
    if text is not None and text != "agreements: ~\n":
        assert subsequence((text or "").encode(), data)


def subsequence(short: bytes, long: bytes) -> bool:
    """Whether `long` is `short` with something put in."""
    rest = iter(long)
    return all(one in rest for one in short)


def test_a_new_catalogue_says_what_it_is_and_is_no_more_open_than_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "agreements"
    folder.mkdir()
    folder.chmod(0o750)
    (folder / "new.pdf").write_text("text")
    add_agreement(folder, NEW)
    assert (folder / FILE).read_text(encoding="utf-8").startswith("# The catalogue of this folder")
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o640


def test_entries_that_stand_close_together_are_joined_by_one_that_does_too(tmp_path: Path) -> None:
    close = MAIN + "  - id: B\n    type: other\n    files: [b.pdf]\n"
    folder = folder_with(tmp_path, close)
    add_agreement(folder, replace(NEW, title=""))
    assert "[b.pdf]\n  - id: NEW-MTA\n" in (folder / FILE).read_text(encoding="utf-8")


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreement", "told"),
    [
        (replace(NEW, id="a"), "'a' is already the name of an agreement"),
        (replace(NEW, files=("none.pdf",)), "'none.pdf' is no readable file below this folder"),
        (replace(NEW, liaison="zoe"), "liaison: 'zoe' is no person of this catalogue"),
        (replace(NEW, timezone="Brussels"), "no time zone is called 'Brussels'"),
        (replace(NEW, title="two\nlines"), "title: holds a line break"),
        (replace(NEW, prevails_over=("B",)), "prevails_over: 'B' is no agreement of this catalogue"),
    ],
)
def test_what_would_not_be_read_is_refused_and_the_file_stays(tmp_path: Path, agreement: Agreement, told: str) -> None:
    folder = folder_with(tmp_path, MAIN + PEOPLE)
    with pytest.raises(CatalogueError, match=FILE) as caught:
        add_agreement(folder, agreement)
    assert any(told in problem for problem in caught.value.problems)
    assert not any(problem.split(":")[1].strip().isdigit() for problem in caught.value.problems)
    assert (folder / FILE).read_text(encoding="utf-8") == MAIN + PEOPLE
    assert sorted(path.name for path in folder.iterdir()) == ["a.pdf", "b.pdf", FILE, "new.pdf"]


def test_a_catalogue_with_a_mistake_is_not_added_to(tmp_path: Path) -> None:
    broken = MAIN.replace("type:  other", "type: contract")
    folder = folder_with(tmp_path, broken)
    with pytest.raises(CatalogueError, match=r"catalogue\.yaml:5: agreement A, type: 'contract' is no type"):
        add_agreement(folder, NEW)
    assert (folder / FILE).read_text(encoding="utf-8") == broken


def test_a_change_by_somebody_else_in_the_meantime_is_kept_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_with(tmp_path, MAIN)
    really = catalogue_writing._checked

    def meanwhile(data: bytes, files: tuple[str, ...]) -> Catalogue:
        (folder / FILE).write_text(MAIN + "# an afterthought\n")
        return really(data, files)

    monkeypatch.setattr(catalogue_writing, "_checked", meanwhile)
    with pytest.raises(CatalogueError, match="was changed by somebody else just now; look at it and try again"):
        add_agreement(folder, NEW)
    assert (folder / FILE).read_text(encoding="utf-8") == MAIN + "# an afterthought\n"


def test_a_disk_that_fails_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_with(tmp_path, MAIN)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("knowledge.catalogue_writing.os.fsync", full)
    with pytest.raises(CatalogueError, match=r"cannot be written \(No space left on device\); nothing was changed"):
        add_agreement(folder, NEW)
    assert (folder / FILE).read_text(encoding="utf-8") == MAIN
    assert sorted(path.name for path in folder.iterdir()) == ["a.pdf", "b.pdf", FILE, "new.pdf"]


def test_mode_and_link_are_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    folder = folder_with(tmp_path / "kept", MAIN)
    (folder / FILE).rename(tmp_path / "elsewhere.yaml")
    (tmp_path / "elsewhere.yaml").chmod(0o604)
    (folder / FILE).symlink_to(tmp_path / "elsewhere.yaml")
    add_agreement(folder, NEW)
    assert (folder / FILE).is_symlink()
    assert stat.S_IMODE((tmp_path / "elsewhere.yaml").stat().st_mode) == 0o604
    assert listed(folder)[-1] == NEW


def test_writers_at_once_lose_none_of_what_they_write(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, PEOPLE)
    threads = [threading.Thread(target=add_person, args=(folder, Person(f"p{number}"))) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {person.id for person in loaded(folder).people} == {"ada", *(f"p{number}" for number in range(12))}


# --- setting a field --------------------------------------------------------------------------------------------------

FULL = """\
agreements:
  - id: A          # the first
    type: other    # for now
    files: [a.pdf]
    parties:
      # in the order of signing
      - {id: x, name: X}
      - {id: y, name: Y}
    readers:
      groups: [g]  # the team
    liaison: ada   # until spring
  - {id: B, type: ca, files: [b.pdf], backup: ada}
people:
  - {id: ada, roles: [admin]}
"""


@pytest.mark.parametrize(
    ("agreement", "field", "value", "old", "new"),
    [
        ("A", "type", AgreementType.CA, "type: other    #", "type: ca    #"),
        ("A", "liaison", "", "    liaison: ada   # until spring\n", ""),
        ("A", "effective", date(2026, 5, 1), "    readers:\n", "    effective: 2026-05-01\n    readers:\n"),
        ("A", "title", "An “A”", "    type: other", '    title: "An “A”"\n    type: other'),
        ("A", "readers", Readers(everyone=True), "groups: [g]  #", "everyone  #"),
        ("A", "readers", Readers(frozenset({"ada"})), "groups: [g]  #", "people: [ada]  #"),
        ("A", "parties", (Party("z", "Z"),), "- {id: x, name: X}\n      - {id: y, name: Y}", "- {id: z, name: Z}"),
        ("A", "timezone", "Europe/Paris", "# until spring\n", "# until spring\n    timezone: Europe/Paris\n"),
        ("A", "local_only", True, "    liaison: ada", "    local_only: true\n    liaison: ada"),
        ("A", "holidays", "", "", ""),
        ("B", "liaison", "ada", "[b.pdf], backup", "[b.pdf], liaison: ada, backup"),
        ("B", "backup", "", ", backup: ada}", "}"),
        ("B", "parties", (Party("z", "Z"),), "[b.pdf], ", "[b.pdf], parties: [{id: z, name: Z}], "),
        ("B", "short_name", "Bee", "{id: B, ", "{id: B, short_name: Bee, "),
    ],
)
def test_one_field_is_set_and_the_rest_stays_as_it_was(
    tmp_path: Path, agreement: str, field: str, value: object, old: str, new: str
) -> None:
    folder = folder_with(tmp_path, FULL)
    set_field(folder, agreement, field, value)
    assert (folder / FILE).read_text(encoding="utf-8") == FULL.replace(old, new, 1)
    (found,) = (one for one in listed(folder) if one.id == agreement)
    assert getattr(found, field) == value


@pytest.mark.parametrize(
    ("agreement", "field", "value", "told"),
    [
        ("C", "title", "T", "'C' is no agreement of this catalogue"),
        ("A", "colour", "blue", "'colour' is no field that can be set"),
        ("A", "id", "Z", "'id' is no field that can be set"),
        ("A", "liaison", "zoe", "'zoe' is no person of this catalogue"),
        ("A", "parties", (), "id: 'x' is no party"),
        ("A", "files", (), "an agreement has at least one file"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    tmp_path: Path, agreement: str, field: str, value: object, told: str
) -> None:
    text = FULL.replace("groups: [g]", "parties: [x]") if field == "parties" else FULL
    folder = folder_with(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        set_field(folder, agreement, field, value)
    assert told.removeprefix("id: ") in str(caught.value)
    assert (folder / FILE).read_text(encoding="utf-8") == text


def test_a_term_that_would_end_before_it_begins_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, FULL)
    set_field(folder, "A", "effective", date(2026, 5, 1))
    with pytest.raises(CatalogueError, match="an agreement expires after it takes effect"):
        set_field(folder, "A", "expiry", date(2026, 4, 1))


# --- any catalogue ----------------------------------------------------------------------------------------------------

line = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and text.isprintable()
)
dates = st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))
lists = st.lists(line, max_size=3).map(tuple)
parties = st.lists(
    st.builds(Party, line, line, st.just("") | line, joined=dates, also=lists), max_size=3, unique_by=lambda one: one.id
).map(tuple)


@st.composite
def agreements(draw: st.DrawFn, number: int) -> Agreement:
    first, last = sorted(draw(st.tuples(dates, dates)), key=lambda day: day or date.min)
    named = draw(parties)
    return Agreement(
        id=f"N{number}",
        short_name=draw(st.just(f"N{number}") | line.map(lambda text: f"{number} {text}")),
        type=draw(st.sampled_from(AgreementType)),
        files=(f"{number}.pdf",),
        title=draw(st.just("") | line),
        projects=draw(lists),
        parties=named,
        effective=first,
        expiry=last,
        amends=tuple(draw(st.lists(st.builds(Amends, st.just("A"), line, line, st.dates()), max_size=2))),
        readers=draw(
            st.builds(
                Readers,
                groups=st.frozensets(line, max_size=2),
                parties=st.frozensets(st.sampled_from([one.id for one in named]), max_size=2)
                if named
                else st.just(frozenset()),
                everyone=st.booleans(),
            )
        ),
        local_only=draw(st.booleans()),
        committee=draw(st.just("") | line),
        governing_law=draw(st.just("") | line),
        language=draw(st.sampled_from(["en", "de"])),
        events=tuple(draw(st.dictionaries(line, st.dates(), max_size=2)).items()),
    )


comments = st.sampled_from(["", "# a note\n", "\n", "   # deep\n\n", "# two\n  # lines\n"])


@st.composite
def layouts(draw: st.DrawFn) -> bytes:
    """A catalogue with one agreement A and one person, laid out in any way somebody might."""
    indent, wide = " " * draw(st.integers(0, 4)), " " * draw(st.integers(1, 3))
    inner = indent + " " + wide
    fields = draw(
        st.permutations(["type: other", "files: [a.pdf]", "title: 'A: \"x\"'", "parties: [{id: x, name: X}]"])
    )
    entry = draw(
        st.sampled_from(
            [
                f"{indent}-{wide}id: A\n" + "".join(f"{inner}{one}{draw(comments)}\n" for one in fields),
                f"{indent}-{wide}{{id: A, {', '.join(fields)}}}\n",
            ]
        )
    )
    entry = entry.replace("]# ", "] # ").replace("r# ", "r # ").replace("'# ", "' # ")
    people = f"people:\n{draw(comments)}{indent}- {{id: ada}}\n"
    main = f"agreements:\n{draw(comments)}{entry}{draw(comments)}"
    text = draw(comments) + draw(st.sampled_from([main, main + people, people + main]))
    if draw(st.booleans()):
        text = text.rstrip("\n")
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode()


@STEADY
@given(layouts(), st.data())
def test_what_is_added_is_read_back_and_every_other_byte_stays(
    tmp_path_factory: pytest.TempPathFactory, before: bytes, data: st.DataObject
) -> None:
    folder = folder_with(tmp_path_factory.mktemp("any"), before, "1.pdf", "2.pdf")
    known = listed(folder)
    new = [data.draw(agreements(1)), data.draw(agreements(2))]
    for agreement in new:
        add_agreement(folder, agreement)
    assert normalised(listed(folder)) == normalised((*known, *new))
    text = (folder / FILE).read_bytes()
    at = next(
        place for place in range(len(before) + 1) if text.startswith(before[:place]) and text.endswith(before[place:])
    )
    assert before[:at] + text[at : len(text) - len(before) + at] + before[at:] == text


def normalised(found: tuple[Agreement, ...]) -> object:
    return catalogue_writing._spelt(found)


@STEADY
@given(st.builds(Person, st.just("noor"), line, groups=st.frozensets(line), roles=st.frozensets(line)), layouts())
def test_a_person_is_read_back_as_they_were_added(
    tmp_path_factory: pytest.TempPathFactory, person: Person, before: bytes
) -> None:
    folder = folder_with(tmp_path_factory.mktemp("any"), before)
    add_person(folder, person)
    assert catalogue_writing._spelt(loaded(folder).people[-1]) == catalogue_writing._spelt(person)


FIELDS: dict[str, Callable[[Agreement], object]] = {
    name: (lambda one, name=name: getattr(one, name))  # type: ignore[misc]
    for name in ("title", "type", "projects", "parties", "effective", "readers", "committee", "local_only", "events")
}


@STEADY
@given(layouts(), agreements(1), st.sampled_from(sorted(FIELDS)))
def test_whatever_field_is_set_only_that_field_changes(
    tmp_path_factory: pytest.TempPathFactory, before: bytes, other: Agreement, field: str
) -> None:
    folder = folder_with(tmp_path_factory.mktemp("any"), before)
    (known,) = listed(folder)
    if field == "readers":
        other = replace(other, readers=replace(other.readers, parties=frozenset()))
    set_field(folder, "A", field, FIELDS[field](other))
    assert normalised(listed(folder)) == normalised((replace(known, **{field: FIELDS[field](other)}),))  # type: ignore[arg-type]
