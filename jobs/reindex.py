"""A folder and its catalogue -> a new generation, verified, in force; and what changed.

What was indexed from the same folder before is replaced: a changed file becomes a new version, and the old one goes on
answering for the days before; a file that is gone takes its agreement with it. Other folders' agreements stay.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import knowledge
from knowledge import catalogue, index
from knowledge.clauses import parse, passages
from knowledge.documents import Reader, UnreadableDocument
from knowledge.embedding import Encoder
from knowledge.index import Generation, IndexDamaged, NothingIndexed, Source
from knowledge.model import Agreement, Clause, Person, Version

Report = Callable[[str, int, int], None]
"""Told how far things are: a stage ("reading", "embedding", "verifying"), how much of it is done, how much there is."""

ATTEMPTS = 3
_READING = ("documents.py", "readers/*.py", "clauses.py", "numbering.py", "outline.py", "passages.py", "model.py")


class FolderClash(ValueError):  # noqa: N818 - the two folders clash; nothing failed
    """Two folders name the same agreement or person. The message names both."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How many clauses of a changed agreement were added, changed in wording, removed."""

    agreement: str
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What an indexing did. Agreements are named by id and sorted; `refused` holds (file, why it is not read).

    `clauses` and `passages` are those of the whole index, `embedded` the passages whose vector had to be computed.
    `generation` is "" when nothing had changed and the index in force was left as it is.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    notices: tuple[str, ...] = ()
    clauses: int = 0
    passages: int = 0
    embedded: int = 0
    generation: str = ""


def reindex(
    folder: Path, data: Path, *, encoder: Encoder, today: date, report: Report | None = None, ocr: bool = True
) -> Changes:
    """Index `folder` into `data`, replacing what came from it before. Without `ocr`, scanned pages are refused.

    Raises `CatalogueError`, `FolderClash`, `index.IndexBusy`, `index.IndexDamaged` (the new index failed its checks),
    `OSError`. Whatever is raised, the index in force stays in force.
    """
    folder = folder.resolve(strict=True)
    tell = report or _silent
    with index.building(data):
        before, lost = _in_force(data)
        held = _held(before)
        known = held if before and before.reader == reading_code() else []
        found = _read_folder(folder, data, known, tell, ocr=ocr)
        held = _claimed(str(folder), found.catalogue, held)
        sources = [*(s for s in held if s.folder != str(folder)), *_with_history(found, held, today)]
        people = _people(str(folder), found.catalogue.people, before)
        notices = (*lost, *found.notices)
        changes = replace(_compared(held, sources, str(folder)), refused=found.refused, notices=notices)
        if before is not None and _same(before, index.active(data), held, sources, people, encoder):
            return replace(changes, clauses=before.clause_count, passages=before.size)
        encoder.export()
        built = _build_verified(data, sources, people, encoder, tell)
        # Golden questions of the admin's own belong here: the new index answers them before it is promoted.
        index.promote(data, built)
        _forget(data, encoder)
    count = sum(len(source.clauses) for source in sources)
    return replace(changes, clauses=count, passages=built.rows, embedded=built.embedded, generation=built.name)


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


def _in_force(data: Path) -> tuple[Generation | None, tuple[str, ...]]:
    """The generation before, and what the admin must know where it cannot be read (it stays on disk)."""
    try:
        return Generation.open(data), ()
    except NothingIndexed:
        return None, ()
    except IndexDamaged as damage:
        return None, (f"{damage}. This folder was indexed anew; earlier versions and other folders are not in it",)


def _held(before: Generation | None) -> list[Source]:
    return [] if before is None else [before.source(n) for n in range(len(before.versions))]


def _build_verified(
    data: Path, sources: Sequence[Source], people: Sequence[tuple[str, Person]], encoder: Encoder, tell: Report
) -> index.Built:
    """A verified generation, written anew up to twice where verification fails."""

    def embedding(done: int, total: int) -> None:
        tell("embedding", done, total)

    attempt = 0
    while True:
        built = index.build(data, sources, people, encoder, embedding, reader=reading_code(), attempt=attempt)
        tell("verifying", 0, built.rows)
        try:
            index.verify(data, built)
        except IndexDamaged:
            attempt += 1
            if attempt == ATTEMPTS:
                raise
        else:
            tell("verifying", built.rows, built.rows)
            return built


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies in a folder: a fresh source per readable file (its version not yet numbered)."""

    catalogue: catalogue.Catalogue
    sources: tuple[Source, ...]
    refused: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]


def _read_folder(folder: Path, data: Path, held: Sequence[Source], tell: Report, *, ocr: bool) -> _Found:
    """Read what the catalogue lists. `held` is what the index holds, as the code of today reads it."""
    files = catalogue.files_in(folder)
    listed = catalogue.load(folder, files.documents)
    wanted = [(agreement, file) for agreement in listed.agreements for file in agreement.files]
    known = {(s.version.file, s.version.sha256): s for s in held if s.folder == str(folder)}
    sources: list[Source] = []
    refused = [(file, "is none of the kinds we read") for file in files.others]
    notices = list(listed.warnings)
    with Reader(folder, cache=data / "cache" / "documents", ocr=ocr) as reader:
        for done, (agreement, file) in enumerate(wanted):
            tell("reading", done, len(wanted))
            try:
                source = _source(folder, agreement, file, reader, known)
            except UnreadableDocument as error:
                refused.append((error.file, error.reason))
                continue
            sources.append(source)
            notices += [f"{file}: {notice}" for notice in source.document.notices]
    tell("reading", len(wanted), len(wanted))
    return _Found(listed, tuple(sources), tuple(refused), tuple(notices))


def _source(
    folder: Path, agreement: Agreement, file: str, reader: Reader, known: dict[tuple[str, str], Source]
) -> Source:
    """A file, read and cut up; the same bytes, read by the same code, are taken over from the index."""
    kept = known.get((file, _file_hash(folder / file))) if known else None
    if kept is not None:
        return replace(kept, agreement=agreement, version=replace(kept.version, agreement=agreement.id))
    document = reader.read(file)
    clauses = parse(document)
    version = Version(agreement.id, 1, file, document.sha256)
    return Source(agreement, version, document, clauses, passages(document, clauses), str(folder))


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # the reader will say what is wrong with it


def reading_code() -> str:
    """SHA-256 of the code that reads files and cuts them into clauses: what other code read is read again."""
    root = Path(knowledge.__file__).parent
    digest = hashlib.sha256()
    for pattern in _READING:
        for path in sorted(root.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


# --- versions ---------------------------------------------------------------------------------------------------------


def _with_history(found: _Found, held: Sequence[Source], today: date) -> list[Source]:
    """Each file's versions, oldest first. A file that is refused today keeps what was read of it before."""
    refused = {file for file, _ in found.refused}
    fresh = {(source.agreement.id, source.version.file): source for source in found.sources}
    sources: list[Source] = []
    for agreement in found.catalogue.agreements:
        chains = _chains(held, agreement)
        for file in agreement.files:
            chain = chains.get(file) or _renamed(chains, agreement, file)
            new = fresh.get((agreement.id, file))
            if new is not None:
                chain = succession(chain, new, today)
            elif file not in refused:
                chain = []
            sources += [replace(old, agreement=agreement) for old in chain]
    return sources


def _chains(held: Sequence[Source], agreement: Agreement) -> dict[str, list[Source]]:
    """What the index holds of an agreement, by file, oldest first."""
    chains: dict[str, list[Source]] = {}
    for source in sorted(held, key=lambda s: s.version.number):
        if source.agreement.id == agreement.id:
            chains.setdefault(source.version.file, []).append(source)
    return chains


def _renamed(chains: dict[str, list[Source]], agreement: Agreement, file: str) -> list[Source]:
    """The history of this agreement's one file that is gone, if `file` is its one new file."""
    gone = [old for old in chains if old not in agreement.files]
    new = [name for name in agreement.files if name not in chains]
    return chains[gone[0]] if len(gone) == 1 and new == [file] else []


def succession(chain: Sequence[Source], new: Source, today: date) -> list[Source]:
    """The versions, oldest first, after a file was read on a day.

    A first version is in force from the day the agreement takes effect, if the catalogue says when. The same bytes are
    the same version; other bytes are a new one, in force from that day on (or from when the agreement takes effect),
    which ends the version before. What was in force on no day at all is left out.
    """
    effective = new.agreement.effective
    if not chain:
        return [replace(new, version=replace(new.version, number=1, valid_from=effective, valid_until=None))]
    *older, last = [_in_file(source, new.version.file, effective) for source in chain]
    if last.version.sha256 == new.version.sha256:
        return [*older, replace(new, version=last.version)]
    start = max(today, effective or today)
    ended = replace(last, version=replace(last.version, valid_until=start))
    version = replace(new.version, number=last.version.number + 1, valid_from=start, valid_until=None)
    return [*filter(_was_in_force, (*older, ended)), replace(new, version=version)]


def _in_file(source: Source, file: str, effective: date | None) -> Source:
    start = effective if source.version.number == 1 else source.version.valid_from
    return replace(source, version=replace(source.version, file=file, valid_from=start))


def _was_in_force(source: Source) -> bool:
    start, end = source.version.valid_from, source.version.valid_until
    return start is None or end is None or start < end


# --- other folders ----------------------------------------------------------------------------------------------------


def _claimed(folder: str, listed: catalogue.Catalogue, held: Sequence[Source]) -> list[Source]:
    """`held`, with this folder's agreements under its name: a folder that was moved keeps their history.

    Raises `FolderClash` where an agreement of this folder is also in another that still exists.
    """
    named = {agreement.id for agreement in listed.agreements}
    claimed: list[Source] = []
    for source in held:
        if source.agreement.id in named and source.folder != folder:
            if Path(source.folder).exists():
                both = f"{source.agreement.id} is in {folder} and in {source.folder}"
                raise FolderClash(f"{both}; give one of the two another id, or index the other folder without it first")
            claimed.append(replace(source, folder=folder))
        else:
            claimed.append(source)
    return claimed


def _people(folder: str, listed: Sequence[Person], before: Generation | None) -> list[tuple[str, Person]]:
    """Everybody, each with the folder whose catalogue names them. Who is named alike in two is one person."""
    new = {person.id: person for person in listed}
    people = [(folder, person) for person in listed]
    for key, other in (before.people_folders if before else {}).items():
        old = before.people[key] if before else new[key]
        if other == folder or (key in new and not Path(other).exists()):
            continue
        if key in new and new[key] != old:
            raise FolderClash(f"{key} is described differently in {folder} and in {other}; make the two the same")
        people.append((other, old))
    return people


# --- what changed -----------------------------------------------------------------------------------------------------


def _compared(held: Sequence[Source], sources: Sequence[Source], folder: str) -> Changes:
    new = _newest(source for source in sources if source.folder == folder)
    old = _newest(source for source in held if source.folder == folder)
    both = sorted(new.keys() & old.keys())
    changed = [key for key in both if _content(old[key]) != _content(new[key])]
    return Changes(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(changed),
        unchanged=tuple(key for key in both if key not in changed),
        removed=tuple(sorted(old.keys() - new.keys())),
        differences=tuple(_difference(key, old[key], new[key]) for key in changed),
    )


def _content(sources: Iterable[Source]) -> dict[object, object]:
    """What a generation would hold of these versions."""
    return {
        (s.agreement.id, s.version.file, s.version.number): (s.agreement, s.version, s.folder, s.clauses, s.passages)
        for s in sources
    }


def _newest(sources: Iterable[Source]) -> dict[str, list[Source]]:
    """Per agreement, the newest version of each of its files."""
    newest: dict[tuple[str, str], Source] = {}
    for source in sources:
        key = (source.agreement.id, source.version.file)
        if key not in newest or newest[key].version.number < source.version.number:
            newest[key] = source
    found: dict[str, list[Source]] = {}
    for (agreement, _), source in sorted(newest.items()):
        found.setdefault(agreement, []).append(source)
    return found


def _difference(agreement: str, old: Sequence[Source], new: Sequence[Source]) -> Difference:
    """A clause is the same one where its number and its heading path are."""
    was, is_now = _texts(old), _texts(new)
    gone, come = was - is_now, is_now - was
    names_gone, names_come = (Counter(name for name, _ in part.elements()) for part in (gone, come))
    changed = (names_gone & names_come).total()
    return Difference(agreement, names_come.total() - changed, changed, names_gone.total() - changed)


def _texts(sources: Sequence[Source]) -> Counter[tuple[tuple[str, ...], str]]:
    return Counter((_name(clause), " ".join(clause.text.split())) for source in sources for clause in source.clauses)


def _name(clause: Clause) -> tuple[str, ...]:
    return (clause.number, *clause.heading)


def _same(
    before: Generation,
    active: str,
    held: Sequence[Source],
    sources: Sequence[Source],
    people: Sequence[tuple[str, Person]],
    encoder: Encoder,
) -> bool:
    """Whether a new generation would hold just what the one in force holds (`before` may be a stand-in for it)."""
    persons = {key: (before.people_folders[key], person) for key, person in before.people.items()}
    return (
        before.name == active
        and before.encoder == encoder.name
        and before.reader == reading_code()
        and {person.id: (folder, person) for folder, person in people} == persons
        and _content(sources) == _content(held)
    )


def _forget(data: Path, encoder: Encoder) -> None:
    """Erase from the caches what neither generation kept needs any more."""
    index.forget_vectors(data, encoder)
    kept = index.kept_files(data)
    for path in (data / "cache" / "documents").glob("*"):
        if path.name.split("-")[0] not in kept:
            path.unlink(missing_ok=True)
