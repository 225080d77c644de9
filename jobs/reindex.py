"""A folder and its catalogue -> a new generation, verified, asked the golden questions, in force; and what changed.

What was indexed from the same folder before is replaced: a changed file becomes a new version, and the old one goes on
answering for the days before; a file that is gone takes its agreement with it. Other folders' agreements stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import knowledge
from jobs import golden
from jobs.differences import Difference, amendments, difference
from jobs.golden import GoldenError, GoldenLost, GoldenQuestion, GoldenResult
from jobs.messages import Indexed
from knowledge import catalogue, index
from knowledge.clauses import parse, passages
from knowledge.documents import Reader, UnreadableDocument
from knowledge.embedding import Encoder
from knowledge.index import Generation, IndexDamaged, NothingIndexed, Source
from knowledge.model import Agreement, Clause, Person, Version

Report = Callable[[str, int, int], None]
"""Told how far things are: a stage ("reading", "embedding", "verifying", "asking" the golden questions where there are
any), how much of it is done, how much there is."""

ATTEMPTS = 3
SHOWN = 40  # clause changes in one message
_READING = ("documents.py", "readers/*.py", "clauses.py", "numbering.py", "outline.py", "passages.py", "model.py")


class FolderClash(ValueError):  # noqa: N818 - the two folders clash; nothing failed
    """Two folders name the same agreement or person. The message names both."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an indexing did. Agreements are named by id and sorted; `refused` holds (file, why it is not read).

    `amendments` are lines on the clauses that the catalogue newly says are replaced, or no longer are. `clauses` and
    `passages` are those of the whole index, `embedded` the passages whose vector had to be computed. `golden` is what
    the golden questions found in the new index, or in the one in force where nothing had changed.

    `generation` is "" when nothing had changed and the index in force was left as it is. Otherwise the new one is
    either `promoted` or waits: `staged` is then its name.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    amendments: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    clauses: int = 0
    passages: int = 0
    embedded: int = 0
    generation: str = ""
    golden: GoldenResult = field(default_factory=GoldenResult)
    staged: str = ""
    promoted: bool = False


def reindex(
    folder: Path,
    data: Path,
    *,
    encoder: Encoder,
    today: date,
    report: Report | None = None,
    ocr: bool = True,
    promote: bool = True,
) -> Changes:
    """Index `folder` into `data`, replacing what came from it before. Without `ocr`, scanned pages are refused.

    Without `promote`, or where a golden question lost its clause, the new index is staged and the one in force stays.
    Raises `CatalogueError` (`GoldenError` among them), `FolderClash`, `index.IndexBusy`, `index.IndexDamaged` (the new
    index failed its checks), `OSError`. Whatever is raised, the index in force stays in force.
    """
    folder = folder.resolve(strict=True)
    tell = report or _silent
    with index.building(data):
        earlier = index.staged(data)
        before, lost = _in_force(data)
        held = _held(before)
        known = held if before and before.reader == reading_code() else []
        found = _read_folder(folder, data, known, tell, ocr=ocr)
        held = _claimed(str(folder), found.catalogue, held)
        sources = [*(s for s in held if s.folder != str(folder)), *_with_history(found, held, today)]
        people = _people(str(folder), found.catalogue.people, before)
        questions, unasked = _golden_questions(str(folder), sources, people)
        changes = replace(
            _compared(held, sources, str(folder)), refused=found.refused, notices=(*lost, *found.notices, *unasked)
        )
        if before is not None and _same(before, index.active(data), held, sources, people, encoder):
            result = golden.ask_all(before, encoder, questions, today, tell)
            changes = replace(changes, clauses=before.clause_count, passages=before.size, golden=result)
            return _noted(changes, earlier, "still waits to be promoted")
        encoder.export()
        built = _build_verified(data, sources, people, encoder, tell)
        with closing(Generation(built.folder)) as new:
            result = golden.ask_all(new, encoder, questions, today, tell)
            changes = replace(changes, clauses=new.clause_count, passages=new.size, golden=result)
        golden.keep(result, built.folder)
        index.stage(data, built)
        promoted = promote and not result.lost
        if promoted:
            index.promote(data, built.name)
        _forget(data)
    changes = replace(changes, embedded=built.embedded, generation=built.name, promoted=promoted)
    return _noted(replace(changes, staged="" if promoted else built.name), earlier, f"gave way to {built.name}")


def promote(data: Path, name: str = "") -> str:
    """Let the staged index (only `name`, if one is given) answer from now on. Returns its name. To ask for the one that
    answers already changes nothing, so that it can be asked for again after a crash.

    Raises `GoldenLost` where a golden question lost its clause in it, `index.NothingIndexed` where it is not staged,
    `index.IndexBusy`, `index.IndexDamaged`. Whatever is raised, the index in force stays in force.
    """
    with index.building(data):
        if name and name == index.active(data):
            return name
        with closing(Generation.open_staged(data, name)) as waiting:
            name = waiting.name
            result = golden.kept(waiting.folder)
        if result.lost:
            raise GoldenLost(_why_not(name, result))
        index.promote(data, name)
        _forget(data)
    return name


def discard(data: Path, name: str = "") -> str:
    """Erase the staged index (only `name`, if one is given) from disk, and what the caches hold for it. Returns its
    name. Raises `index.NothingIndexed` where it is not staged, `index.IndexBusy`."""
    with index.building(data):
        gone = index.discard(data, name)
        _forget(data)
    return gone


def staged_changes(data: Path) -> Changes:
    """What the staged index would change, computed from the two on disk: files refused and notices are not in it.

    Raises `index.NothingIndexed` where none is staged, `index.IndexDamaged`.
    """
    with closing(Generation.open_staged(data)) as waiting:
        try:
            before = Generation.open(data)
        except NothingIndexed:
            before = None
        new = _held(waiting)
        folders = {source.agreement.id: source.folder for source in new}  # one that was moved is the same one
        old = [replace(s, folder=folders.get(s.agreement.id, s.folder)) for s in _held(before)]
        return replace(
            _compared(old, new),
            clauses=waiting.clause_count,
            passages=waiting.size,
            generation=waiting.name,
            golden=golden.kept(waiting.folder),
            staged=waiting.name,
        )


def summary(changes: Changes, seconds: float) -> Indexed:
    """What an indexing did, as a message; at most `SHOWN` clauses are shown with their texts."""
    clauses = [change for difference in changes.differences for change in difference.clauses]
    return Indexed(
        added=changes.added,
        changed=changes.changed,
        unchanged=changes.unchanged,
        removed=changes.removed,
        refused=changes.refused,
        changes=tuple(clauses[:SHOWN]),
        more_changes=max(len(clauses) - SHOWN, 0),
        lost=changes.golden.lost,
        golden=changes.golden.asked,
        notices=(*changes.amendments, *changes.notices),
        clauses=changes.clauses,
        seconds=seconds,
        staged=changes.staged,
        promoted=changes.promoted,
    )


def _noted(changes: Changes, staged: str, what: str) -> Changes:
    """The changes, with a notice of what became of the index that was staged before, if there was one."""
    notices = (*changes.notices, f"{staged}, staged earlier, {what}") if staged else changes.notices
    return replace(changes, notices=notices)


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


# --- golden questions -------------------------------------------------------------------------------------------------


def _golden_questions(
    folder: str, sources: Sequence[Source], people: Sequence[tuple[str, Person]]
) -> tuple[list[GoldenQuestion], tuple[str, ...]]:
    """The golden questions of every folder in the index, and what the admin must know where others' cannot be read.

    Raises `GoldenError` for those of `folder` itself.
    """
    agreements = [source.agreement for source in sources]
    persons = [person for _, person in people]
    questions = list(golden.load(Path(folder), agreements, persons))
    notices: list[str] = []
    for other in sorted({source.folder for source in sources} - {folder}):
        try:
            questions += golden.load(Path(other), agreements, persons)
        except GoldenError as error:
            notices.append(f"the golden questions of {other} were not asked: {error.problems[0]}")
    return questions, tuple(notices)


def _why_not(name: str, result: GoldenResult) -> str:
    lost = [f"“{lost.question}” does not cite {lost.expected}" for lost in result.lost]
    remedy = "put right the agreement, its entry in the catalogue, or golden.yaml, and index again"
    return "\n".join([f"{name} is not promoted, and the index in force stays: {remedy}", *lost])


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


def _compared(held: Sequence[Source], sources: Sequence[Source], folder: str = "") -> Changes:
    """What is different in `sources`, of one folder or of all."""
    new = _newest(source for source in sources if folder in ("", source.folder))
    old = _newest(source for source in held if folder in ("", source.folder))
    both = sorted(new.keys() & old.keys())
    changed = [key for key in both if _content(old[key]) != _content(new[key])]
    return Changes(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(changed),
        unchanged=tuple(key for key in both if key not in changed),
        removed=tuple(sorted(old.keys() - new.keys())),
        differences=tuple(difference(new[key][0].agreement, _clauses(old[key]), _clauses(new[key])) for key in changed),
        amendments=amendments(_agreements(old), _agreements(new)),
    )


def _clauses(sources: Sequence[Source]) -> list[Clause]:
    return [clause for source in sources for clause in source.clauses]


def _agreements(sources: dict[str, list[Source]]) -> list[Agreement]:
    return [versions[0].agreement for versions in sources.values()]


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


def _forget(data: Path) -> None:
    """Erase from the caches what no generation kept needs any more."""
    index.forget_vectors(data)
    kept = index.kept_files(data)
    for path in (data / "cache" / "documents").glob("*"):
        if path.name.split("-")[0] not in kept:
            path.unlink(missing_ok=True)
