"""The folder's `catalogue.yaml`: which agreements there are, who the people are, and who may read what.

The file is the admin's, and still untrusted: at most a megabyte, plain YAML without tags and anchors, every scalar read
as the text it is (so that clause 8.10 stays 8.10), every field checked, and all that is wrong told at once.
`knowledge/samples/catalogue.yaml` shows every field.

Who may read
* Nobody, unless the catalogue says so. A file that no agreement names is for admins; so is an agreement without
  `readers`. The command line's own user has the files anyway and may read everything.
* A party's people read while it is a party: from the day it `joined`, up to, but not on, the day it `left`. Afterwards
  it has the copy it signed; what is amended later is not its business. Whoever shall go on reading is named in person.
* An amendment has readers of its own. They are not taken over from what it amends, for a side letter may be
  confidential; but who reads only the old text gets a superseded answer, so `load` warns where the two differ.
"""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from knowledge.dates import check_calendar, zone
from knowledge.documents import SUFFIXES
from knowledge.model import Agreement, AgreementType, Amends, Party, Person, Readers

FILE = "catalogue.yaml"
GOLDEN = "golden.yaml"  # lies beside it; `jobs/golden.py` reads it
_LARGEST = 1_000_000  # bytes; some 1,000 agreements
_DEEPEST = 12
_LONGEST = 500  # characters of one value
_MOST = 100  # problems told at once
_ENOUGH = 1000  # problems found, after which the rest is not looked for
_NULL = "tag:yaml.org,2002:null"
_SLACK_USER = re.compile(r"(?:[TE][A-Z0-9]{2,20}:)?[UW][A-Z0-9]{2,20}", re.ASCII)


class CatalogueError(ValueError):
    """The catalogue cannot be used. `problems` has one line for each thing that is wrong, in the file's order."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What `load` read. `warnings` are lines for the admin about what is allowed but probably not meant."""

    agreements: tuple[Agreement, ...]
    people: tuple[Person, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, sorted: those that can be read, and the others, for the caller to report."""

    documents: tuple[str, ...]
    others: tuple[str, ...]


def load(folder: Path, files: Iterable[str]) -> Catalogue:
    """Read the catalogue of `folder`, whose readable files are `files` (paths below it, forward slashes).

    Files that no agreement names follow as agreements of their own with `listed=False`; without a catalogue, that is
    all of them. Raises `CatalogueError`.
    """
    return read(contents(folder) or b"", files)


def read(data: bytes, files: Iterable[str]) -> Catalogue:
    """What `load` gives for a catalogue that holds these bytes. Raises `CatalogueError`."""
    found = tuple(files)
    problems = Problems()
    root = Section(compose(text_of(data)), "catalogue", ("agreements", "people"), problems)
    sections = [Section(node, "agreement", _AGREEMENT, problems) for node in root.items("agreements")]
    persons = [Section(node, "person", _PERSON, problems) for node in root.items("people")]
    known = _Known(found, sections, persons)
    agreements = tuple(_agreement(section, known) for section in sections)
    people = tuple(_person(section, known) for section in persons)
    _check_cycles(agreements, sections)
    if problems:
        raise CatalogueError(problems.lines())
    unlisted = _unlisted(found, agreements)
    return Catalogue((*agreements, *unlisted), people, _warnings(agreements, unlisted if root.node else ()))


# --- reading YAML -----------------------------------------------------------------------------------------------------


class _PlainComposer(Composer):
    """Composes nodes without anchors, aliases and tags: a catalogue needs none, and aliases can unfold without end."""

    def compose_node(self, parent: object, index: object) -> object:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent) or event.anchor:
            raise ComposerError(
                None, None, "anchors and aliases (& and *) are not read: write it out", event.start_mark
            )
        if getattr(event, "tag", None):
            raise ComposerError(None, None, "tags (!) are not read: leave it out", event.start_mark)
        return super().compose_node(parent, index)


def contents(folder: Path, file: str = FILE) -> bytes | None:
    """The file's bytes, or None where there is no such file. Raises `CatalogueError`."""
    try:
        with (folder / file).open("rb") as stream:
            return stream.read(_LARGEST + 1)
    except FileNotFoundError:
        if (other := folder / file.replace(".yaml", ".yml")).exists():
            raise CatalogueError((f"{other.name}: is not read under this name; rename it to {file}",)) from None
        return None
    except OSError as error:
        raise CatalogueError((f"{file}: cannot be opened ({error.strerror}); make it a readable file",)) from error


def text_of(data: bytes, file: str = FILE) -> str:
    """The file's text, without a byte order mark. Raises `CatalogueError`."""
    if len(data) > _LARGEST:
        raise CatalogueError((f"{file}: is larger than {_LARGEST:,} bytes; split the folder",))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CatalogueError((f"{file}:{line}: is not UTF-8 text; save it as UTF-8",)) from error


def compose(text: str, file: str = FILE) -> Node | None:
    """The YAML nodes of the file with their places in the text; None where it says nothing. Raises
    `CatalogueError`."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _PlainComposer
    yaml.max_depth = _DEEPEST
    try:
        composed: Node | None = yaml.compose(text)
    except MaxDepthExceededError as error:
        raise CatalogueError((f"{file}: is nested deeper than a catalogue ever is; see the sample",)) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = (error.problem or error.context or "cannot be parsed").split("\n")[0]
        raise CatalogueError((f"{file}:{line}: is not valid YAML here: {what}",)) from error
    except YAMLError as error:
        raise CatalogueError((f"{file}: holds a character that YAML does not allow; retype the line",)) from error
    return composed


class Problems:
    """What is wrong with a file, so far, and on which line."""

    def __init__(self, file: str = FILE) -> None:
        self._file = file
        self._found: list[tuple[int, str]] = []

    def add(self, node: Node, text: str) -> None:
        line: int = node.start_mark.line + 1
        self._found.append((line, f"{self._file}:{line}: {text}"))
        if len(self._found) >= _ENOUGH:  # whatever this file is, reading on helps nobody
            raise CatalogueError(self.lines())

    def lines(self) -> tuple[str, ...]:
        told = list(dict.fromkeys(text for _, text in sorted(self._found)))
        more = [f"{self._file}: and {len(told) - _MOST} more"] if len(told) > _MOST else []
        return (*told[:_MOST], *more)

    def __len__(self) -> int:
        return len(self._found)


def _clipped(value: str) -> str:
    """At most 60 characters on one line, for a message."""
    short = value if len(value) <= 60 else value[:57] + "..."
    return "".join(character if character.isprintable() else "?" for character in short)


def _shown(value: str) -> str:
    return repr(_clipped(value))


def _plain(value: object) -> str:
    """A scalar as text, with accents spelt in one way."""
    return unicodedata.normalize("NFC", str(value)).strip()


def text_problem(value: str) -> str:
    """Why a text cannot be a value of the catalogue, or ""."""
    if len(value) > _LONGEST:
        return f"is longer than {_LONGEST} characters; shorten it"
    if not value.isprintable():
        return "holds a line break or an invisible character; retype it on one line"
    return ""


def _similar(value: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(value, known, 1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


class Section:
    """A mapping of the file, read field by field. A value that is wrong is told to `problems` and read as empty."""

    def __init__(self, node: Node | None, name: str, fields: tuple[str, ...], problems: Problems) -> None:
        self.node, self.name, self.problems = node, name, problems
        self.nodes: dict[str, Node] = {}
        if isinstance(node, MappingNode):
            self.name = f"{name} {_clipped(_id_of(node))}".rstrip()
            for key, value in node.value:
                self._take(key, value, fields)
        elif node is not None:
            problems.add(node, f"{name}: is no mapping; write it as `field: value` lines")

    def _take(self, key: Node, value: Node, fields: tuple[str, ...]) -> None:
        field = str(key.value) if isinstance(key, ScalarNode) else ""
        if not field or not field.isprintable() or (fields and field not in fields):
            hint = _similar(field, fields) or (f"; known are {', '.join(fields)}" if fields else "; name it")
            self.problems.add(key, f"{self.name}: {_shown(field)} is no field{hint}")
        elif field in self.nodes:
            self.problems.add(key, f"{self.name}, {field}: is given twice; keep one")
        elif value.tag != _NULL:
            self.nodes[field] = value

    def problem(self, field: str, text: str, node: Node | None = None) -> None:
        at = node or self.nodes.get(field) or self.node
        if at is not None:
            self.problems.add(at, f"{self.name}, {field}: {text}")

    def scalar(self, field: str, node: Node) -> str:
        """The text of a value, or "" with a problem told."""
        if not isinstance(node, ScalarNode):
            self.problem(field, "holds more than one value; write a single one", node)
            return ""
        value = _plain(node.value)
        problem = "" if value else "is empty; fill it in, or leave the field out"
        if problem := problem or text_problem(value):
            self.problem(field, problem, node)
            return ""
        return value

    def text(self, field: str, *, required: bool = False) -> str:
        if field in self.nodes:
            return self.scalar(field, self.nodes[field])
        if required:
            self.problem(field, f"is missing; add `{field}:`")
        return ""

    def day(self, field: str, *, required: bool = False) -> date | None:
        value = self.text(field, required=required)
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
                return date.fromisoformat(value)
        except ValueError:
            pass  # 31 June: told below like every other value that is no date
        if value:
            self.problem(field, f"{_shown(value)} is no date; write it as 2026-09-30")
        return None

    def flag(self, field: str) -> bool:
        value = self.text(field)
        if value and value not in ("true", "false"):
            self.problem(field, f"{_shown(value)} is neither true nor false; write one of them")
        return value == "true"

    def checked(self, field: str, check: Callable[[str], object], *, required: bool = False) -> str:
        """A text that `check` accepts; where it does not, it raises `ValueError` with the remedy."""
        value = self.text(field, required=required)
        try:
            if value:
                check(value)
        except ValueError as error:
            self.problem(field, str(error))
            return ""
        return value

    def refer(self, field: str, value: str, known: Collection[str], what: str, node: Node) -> None:
        """That `value` is one of `known`."""
        if value and value not in known:
            # Comparing with thousands of names is slow, and who made that many mistakes made one many times.
            similar = _similar(value, known) if len(self.problems) < _MOST else ""
            hint = similar or "; correct it, or add what it names"
            self.problem(field, f"{_shown(value)} is no {what}{hint}", node)

    def reference(self, field: str, known: Collection[str], what: str, *, required: bool = False) -> str:
        value = self.text(field, required=required)
        if value:
            self.refer(field, value, known, what, self.nodes[field])
        return value

    def items(self, field: str) -> list[Node]:
        node = self.nodes.get(field)
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.problem(field, "is no list; write `- ` before each entry, or [one, two]")
            return []
        return list(node.value)

    def one_or_more(self, field: str) -> list[Node]:
        """Like `items`, where a single value may also stand by itself."""
        node = self.nodes.get(field)
        return [node] if isinstance(node, ScalarNode) else self.items(field)

    def texts(self, field: str) -> tuple[str, ...]:
        return tuple(value for node in self.items(field) if (value := self.scalar(field, node)))

    def references(self, field: str, known: Collection[str], what: str) -> tuple[str, ...]:
        pairs = [(node, self.scalar(field, node)) for node in self.items(field)]
        for node, value in pairs:
            self.refer(field, value, known, what, node)
        return tuple(value for _, value in pairs)

    def section(self, field: str, fields: tuple[str, ...]) -> Section:
        """The mapping under `field`; without `fields` its keys are free."""
        return Section(self.nodes.get(field), f"{self.name}, {field}", fields, self.problems)

    def sections(self, field: str, fields: tuple[str, ...]) -> list[Section]:
        return [Section(node, f"{self.name}, {field}", fields, self.problems) for node in self.items(field)]


# --- from YAML to agreements and people -------------------------------------------------------------------------------

_AGREEMENT = (
    *("id", "short_name", "title", "type", "files", "projects", "parties", "effective", "expiry", "amends"),
    *("prevails_over", "prevails_clause", "readers", "local_only", "committee", "liaison", "backup", "governing_law"),
    *("language", "holidays", "timezone", "events"),
)
_PERSON = ("id", "name", "email", "slack", "parties", "groups", "roles")
_PARTY = ("id", "name", "role", "joined", "left", "also")
_AMENDS = ("agreement", "clause", "by_clause", "effective")
_READERS = ("people", "groups", "parties", "everyone")


class _Known:
    """What the entries of a catalogue may refer to, and what they have claimed for themselves so far."""

    def __init__(self, files: Iterable[str], agreements: list[Section], people: list[Section]) -> None:
        # File systems spell accents in two ways; the catalogue's spelling need not be theirs.
        self.files = {unicodedata.normalize("NFC", file): file for file in files}
        # Every id is taken down first, so that an entry with a mistake in it can still be referred to.
        self.agreements = frozenset(_id_of(section.node) for section in agreements)
        self.people = frozenset(_id_of(section.node) for section in people)
        self.parties = frozenset(party for agreement in agreements for party in _party_ids(agreement))
        self._claimed: dict[tuple[str, str], Node] = {}

    def claim(self, section: Section, field: str, value: str, kind: str, node: Node | None = None) -> None:
        """That no other entry has `value` as its `kind` of name."""
        at = node or section.nodes.get(field)
        if at is None or not value:
            return
        first = self._claimed.setdefault((kind, value), at)
        if first is not at:
            line = first.start_mark.line + 1
            section.problem(field, f"{_shown(value)} is already the {kind} on line {line}; give it once", at)


def _id_of(node: Node | None) -> str:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next(
        (_plain(value.value) for key, value in pairs if key.value == "id" and isinstance(value, ScalarNode)), ""
    )


def _party_ids(agreement: Section) -> list[str]:
    node = agreement.nodes.get("parties")
    return list(map(_id_of, node.value if isinstance(node, SequenceNode) else []))


# Where something is wrong, what is built here has "?" in it. `load` then raises, so nobody ever sees it.


def _agreement(section: Section, known: _Known) -> Agreement:
    identity = section.text("id", required=True) or "?"
    short_name = section.text("short_name") or identity
    known.claim(section, "id", identity.casefold(), "name of an agreement")
    if short_name.casefold() != identity.casefold():
        known.claim(section, "short_name", short_name.casefold(), "name of an agreement")
    effective, expiry = _in_order(section, "effective", "expiry")
    return Agreement(
        id=identity,
        short_name=short_name,
        type=AgreementType(section.checked("type", check_type, required=True) or "other"),
        files=_files(section, known) or ("?",),
        title=section.text("title"),
        projects=section.texts("projects"),
        parties=tuple(_party(party, known, identity) for party in section.sections("parties", _PARTY)),
        effective=effective,
        expiry=expiry,
        amends=tuple(_amends(entry, known) for entry in section.sections("amends", _AMENDS)),
        prevails_over=section.references("prevails_over", known.agreements, "agreement of this catalogue"),
        prevails_clause=section.text("prevails_clause"),
        readers=_readers(section, known),
        local_only=section.flag("local_only"),
        committee=section.text("committee"),
        liaison=section.reference("liaison", known.people, "person of this catalogue"),
        backup=section.reference("backup", known.people, "person of this catalogue"),
        governing_law=section.text("governing_law"),
        language=section.checked("language", check_language) or "en",
        holidays=section.checked("holidays", check_calendar),
        timezone=section.checked("timezone", zone),
        events=_events(section),
    )


def check_type(value: str) -> None:
    """Raise `ValueError` unless `value` is a type of agreement."""
    if value not in set(AgreementType):
        raise ValueError(f"{_shown(value)} is no type of agreement; known are {', '.join(AgreementType)}")


def check_language(value: str) -> None:
    """Raise `ValueError` unless `value` looks like an ISO 639-1 code."""
    if not re.fullmatch(r"[a-z]{2}", value):
        raise ValueError(f"{_shown(value)} is no language; write its two letters, such as en")


def _check_address(value: str) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError(f"{_shown(value)} is no e-mail address; write name@example.org")


def _in_order(section: Section, first: str, last: str) -> tuple[date | None, date | None]:
    start, end = section.day(first), section.day(last)
    if start and end and end < start:
        section.problem(last, f"{end} is before `{first}`, {start}; correct one of them")
        return start, None
    return start, end


def _files(section: Section, known: _Known) -> tuple[str, ...]:
    nodes = section.items("files")
    if not nodes and isinstance(section.nodes.get("files"), SequenceNode | None):
        section.problem("files", "is missing; add `files: [name of the document]`")
    for node in nodes:
        file = section.scalar("files", node)
        section.refer("files", file, known.files, "readable file below this folder", node)
        known.claim(section, "files", file, "file of an agreement", node)
    return tuple(known.files.get(file, file) for file in section.texts("files"))


def _party(section: Section, known: _Known, agreement: str) -> Party:
    identity = section.text("id", required=True) or "?"
    known.claim(section, "id", identity, f"id of a party of {_clipped(agreement)}")
    joined, left = _in_order(section, "joined", "left")
    return Party(
        id=identity,
        name=section.text("name", required=True) or "?",
        role=section.text("role"),
        joined=joined,
        left=left,
        also=section.texts("also"),
    )


def _amends(section: Section, known: _Known) -> Amends:
    return Amends(
        agreement=section.reference("agreement", known.agreements, "agreement of this catalogue", required=True),
        clause=section.text("clause", required=True),
        by_clause=section.text("by_clause", required=True),
        effective=section.day("effective", required=True) or date.max,
    )


def _readers(section: Section, known: _Known) -> Readers:
    node = section.nodes.get("readers")
    if isinstance(node, ScalarNode):
        if node.value != "everyone":
            section.problem(
                "readers", f"{_shown(str(node.value))} is not understood; write everyone, or people, groups, parties"
            )
        return Readers(everyone=node.value == "everyone")
    readers = section.section("readers", _READERS)
    return Readers(
        people=frozenset(readers.references("people", known.people, "person of this catalogue")),
        groups=frozenset(readers.texts("groups")),
        parties=frozenset(readers.references("parties", _party_ids(section), "party of this agreement")),
        everyone=readers.flag("everyone"),
    )


def _events(section: Section) -> tuple[tuple[str, date], ...]:
    events = section.section("events", ())
    return tuple((name, day) for name in events.nodes if (day := events.day(name)))


def _person(section: Section, known: _Known) -> Person:
    person = Person(
        id=section.text("id", required=True),
        name=section.text("name"),
        email=section.checked("email", _check_address),
        parties=section.references("parties", known.parties, "party of any agreement"),
        groups=frozenset(section.texts("groups")),
        roles=frozenset(section.texts("roles")),
        slack=_slack(section, known),
    )
    known.claim(section, "id", person.id.casefold(), "id of a person")
    known.claim(section, "email", person.email.casefold(), "e-mail address of a person")
    return person


def _slack(section: Section, known: _Known) -> tuple[str, ...]:
    """A person's Slack user ids: a list, or one by itself."""
    ids: list[str] = []
    for node in section.one_or_more("slack"):
        user = section.scalar("slack", node)
        if user and not _SLACK_USER.fullmatch(user):
            hint = "copy the member id from the profile, such as U024BE7LH (of another workspace, T0123:U024BE7LH)"
            section.problem("slack", f"{_shown(user)} is no Slack user id; {hint}", node)
        elif user:
            known.claim(section, "slack", user, "Slack user id of a person", node)
            ids.append(user)
    return tuple(ids)


# --- across agreements ------------------------------------------------------------------------------------------------


def _check_cycles(agreements: tuple[Agreement, ...], sections: list[Section]) -> None:
    """That no agreement, by a chain, prevails over itself or amends itself."""
    chains = {
        "prevails_over": {a.id: a.prevails_over for a in agreements},
        "amends": {a.id: tuple(entry.agreement for entry in a.amends) for a in agreements},
    }
    for field, chain in chains.items():
        try:
            TopologicalSorter(chain).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]
            first = next(section for section in sections if _id_of(section.node) in circle)
            first.problem(field, f"leads back to itself ({' > '.join(circle)}); take one of them out")


def _unlisted(files: tuple[str, ...], agreements: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
    """An agreement for each file that none names: called as the file is, or by its path where that is ambiguous."""
    named = {file for agreement in agreements for file in agreement.files}
    rest = sorted(set(files) - named)
    taken = Counter(PurePosixPath(file).stem.casefold() for file in rest)
    taken.update({name.casefold() for agreement in agreements for name in (agreement.id, agreement.short_name)})
    stems = {file: PurePosixPath(file).stem for file in rest}
    names = {file: stem if taken[stem.casefold()] == 1 else file for file, stem in stems.items()}
    return tuple(Agreement(name, name, AgreementType.OTHER, (file,), listed=False) for file, name in names.items())


def _warnings(agreements: tuple[Agreement, ...], unlisted: tuple[Agreement, ...]) -> tuple[str, ...]:
    by_id = {agreement.id: agreement for agreement in agreements}
    found = [f"{FILE}: {a.files[0]} belongs to no agreement, so only admins may read it; list it" for a in unlisted]
    for agreement in agreements:
        found += [f"{FILE}: agreement {agreement.id}: {text}" for text in _doubts(agreement, by_id)]
    return tuple(found)


def _doubts(agreement: Agreement, by_id: Mapping[str, Agreement]) -> Iterable[str]:
    if agreement.readers == Readers():
        yield "has no `readers`, so only admins may read it"
    if agreement.type is AgreementType.AMENDMENT and not agreement.amends:
        yield "is an amendment that says nothing under `amends`, so the old clauses stay in force"
    for amended in dict.fromkeys(entry.agreement for entry in agreement.amends):
        if by_id[amended].readers != agreement.readers:
            yield f"has other `readers` than {amended}, so some will read clauses there that no longer hold"
    if not agreement.holidays:
        yield "has no `holidays`, so business days and rolled dates cannot be computed"
    if not agreement.timezone:
        yield "has no `timezone`, so it is open at which midnight its days end"


# --- asking the catalogue ---------------------------------------------------------------------------------------------


def readable(person: Person | None, agreements: Iterable[Agreement], on: date) -> frozenset[str]:
    """The ids of the agreements that somebody may read on a day. None is the command line's own user: all of them.

    An admin reads everything. A person record that is not what it should be reads nothing.
    """
    if person is None:
        return frozenset(agreement.id for agreement in agreements)
    if not _well_formed(person):
        return frozenset()
    return frozenset(a.id for a in agreements if person.is_admin or (a.listed and _may_read(person, a, on)))


def _well_formed(person: Person) -> bool:
    """Whether the types hold: a group given as the text "orion" would else be the groups o, r, i, o and n."""
    sets = (person.groups, person.roles)
    names = [person.id, *person.parties, *person.groups, *person.roles]
    return (
        all(isinstance(names, frozenset) for names in sets)
        and isinstance(person.parties, tuple)
        and all(isinstance(name, str) and name.strip() for name in names)
    )


def _may_read(person: Person, agreement: Agreement, on: date) -> bool:
    readers = agreement.readers
    belongs = {party.id for party in agreement.parties if _is_party(party, on)}
    return (
        readers.everyone
        or person.id in readers.people
        or not readers.groups.isdisjoint(person.groups)
        or not (readers.parties & belongs).isdisjoint(person.parties)
    )


def _is_party(party: Party, on: date) -> bool:
    return (party.joined is None or party.joined <= on) and (party.left is None or on < party.left)


def person_of(people: Iterable[Person], text: str) -> Person | None:
    """The one person with that id or e-mail address, capitals aside; None where there is none, or more than one."""
    wanted = text.strip().casefold()
    found = [person for person in people if wanted and wanted in (person.id.casefold(), person.email.casefold())]
    return found[0] if len(found) == 1 else None


def amendments(
    agreements: Iterable[Agreement], agreement_id: str, clause: str, on: date
) -> tuple[tuple[Agreement, Amends], ...]:
    """What has replaced a clause by a day: the amending agreement and its entry, the latest last.

    A clause is also replaced with the clause around it (8.4 takes 8.4.2.1 along). Signs and words before the number do
    not count: "8.4.2.1", "§ 8.4.2.1" and "Clause 8.4.2.1." are the same.
    """
    path = _clause_path(clause)
    found = [
        (agreement, entry)
        for agreement in agreements
        for entry in agreement.amends
        if entry.agreement == agreement_id and entry.effective <= on
        if (replaced := _clause_path(entry.clause)) and path[: len(replaced)] == replaced
    ]
    return tuple(sorted(found, key=lambda pair: pair[1].effective))


def _clause_path(clause: str) -> tuple[str, ...]:
    number = re.sub(
        r"^(?:§+|(?:clause|section|article|paragraph|cl|sec|art|para)\b\.?)\s*", "", clause.strip().casefold()
    )
    return tuple(re.findall(r"[^\s.()]+", number))


def prevails(agreements: Iterable[Agreement]) -> dict[str, frozenset[str]]:
    """For each agreement the ids of all that it prevails over, also by way of others."""
    direct = {agreement.id: agreement.prevails_over for agreement in agreements}
    found: dict[str, frozenset[str]] = {}
    for start, first in direct.items():
        reached: set[str] = set()
        waiting = list(first)
        while waiting:
            if (one := waiting.pop()) not in reached:
                reached.add(one)
                waiting += direct.get(one, ())
        found[start] = frozenset(reached)
    return found


# --- the folder -------------------------------------------------------------------------------------------------------


def files_in(folder: Path) -> Listing:
    """What lies below `folder`. Left out are the catalogue, golden.yaml, files called README.md, whatever is hidden or
    an editor's lock file, and links that lead out of the folder; linked folders are not entered."""
    root = folder.resolve()
    documents: list[str] = []
    others: list[str] = []
    for path in _walk(root, others):
        file = path.relative_to(root).as_posix()
        if file.isprintable() and path.suffix.lower() in SUFFIXES:
            documents.append(file)
        else:
            others.append(file)
    return Listing(tuple(sorted(documents)), tuple(sorted(others)))


def _walk(root: Path, others: list[str]) -> Iterable[Path]:
    def closed(error: OSError) -> None:
        others.append(Path(str(error.filename)).relative_to(root).as_posix())

    for place, folders, names in os.walk(root, onerror=closed):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        for path in (Path(place, name) for name in names if not _is_hidden(name)):
            target = path.resolve()
            inside = target.is_relative_to(root) and not any(map(_is_hidden, target.relative_to(root).parts))
            ours = target in (root / FILE, root / GOLDEN) or path.name.casefold() == "readme.md"
            if path.is_file() and inside and not ours:
                yield path


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def documents_in(folder: Path) -> tuple[str, ...]:
    """The readable files below `folder`, sorted; `files_in` also names the others."""
    return files_in(folder).documents
