"""The index: one generation of everything that was read, built beside the old one, verified, staged, then promoted.

    <data>/active                       which generation answers, which was the one before, which is staged
    <data>/generations/g000007/
        manifest.json                   sizes and checksums of the files below, the encoder's name
        chroma/                         every passage's vector, hash and place: the durable store of vectors
        vectors.npy                     the same vectors (verified equal), memory-mapped
        rows.npy                        per passage its version, clause, start, end
        terms.npy, posting_*.npy ...    the lexical half
        names_*.npy, titles.json        what each document can be known by
        text.sqlite                     agreements, people, versions with their texts and clauses; read only
    <data>/cache/                       vectors by text, the encoder's export
    <data>/build.lock                   held by the one process that builds

Ranking reads `vectors.npy` and no Chroma. A question may only be scored over the rows its asker may read. Over those
rows an exact product takes 1.5 ms where Chroma's `where` takes 11 (10,000 rows), and a walk through a nearest-neighbour
graph passes rows the asker may not read, which would let them influence what is found.

A staged generation is whole and waits on disk; questions are answered from it once it is promoted. Chroma is not safe
for two processes on one folder, so a folder is built by one process and closed; the fresh process that verifies it is
the last to open it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import EmbeddingCache, Encoder, Progress, Vectors, embed, text_hash
from knowledge.mentions import Names, names, profile
from knowledge.model import Agreement, Clause, Document, Page, Passage, Person, Version

logger = logging.getLogger(__name__)

Rows = NDArray[np.intp]
Scores = NDArray[np.float32]
T = TypeVar("T")

FORMAT = 2
HEADING_CHARACTERS = 80  # of headings put before a passage: some 15 of the 256 tokens
TERM_BYTES = 32  # a longer word is known by its beginning
K1, B = 1.2, 0.75  # BM25's usual constants
SAMPLE = 200  # rows asked of Chroma and compared with exact ranking
RECALL = 0.95  # of the exact ten nearest, that Chroma must find on average
_ADD = 5_000  # Chroma takes at most 5,461 rows a call
_HNSW = {"space": "cosine", "sync_threshold": _ADD, "batch_size": _ADD}
_VERIFY_SECONDS = 3_600


class IndexDamaged(Exception):  # noqa: N818 - a state of the files, named as the reader of the message would
    """A generation that is not what was built. The message names the file and what to do."""


class NothingIndexed(Exception):  # noqa: N818 - a state, not a fault
    """There is no generation yet, or none of the kind that was asked for."""


class IndexBusy(Exception):  # noqa: N818 - a state, not a fault
    """Another process is building."""


@dataclass(frozen=True, slots=True)
class Source:
    """One version of one agreement's file, read and cut up. `folder` is where it was indexed from.

    An older version is taken over from the generation before; its document then has pages, but no blocks or tables.
    """

    agreement: Agreement
    version: Version
    document: Document
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """A generation on disk that nobody reads yet. `embedded` is how many passages had to be encoded."""

    name: str
    folder: Path
    rows: int
    embedded: int


@dataclass(frozen=True, slots=True)
class Status:
    """What `--status` shows. `damage` is empty when the generation in force is sound; `staged` names the one that waits
    to be promoted, or is empty."""

    name: str
    previous: str
    encoder: str
    agreements: int
    versions: int
    clauses: int
    passages: int
    damage: str = ""
    staged: str = ""


# --- what is embedded, and what words count ---------------------------------------------------------------------------


def embedded_text(clause: Clause, passage: str) -> str:
    """The text a passage is embedded and indexed as: the end of its clause's heading path, then itself.

    The last two headings, without those the passage begins with anyway, at most `HEADING_CHARACTERS` of them.
    """
    opening = passage[: 2 * HEADING_CHARACTERS].casefold()
    headings = [h.strip() for h in clause.heading[-2:] if h.strip() and h.strip().casefold() not in opening]
    path = " > ".join(headings)[-HEADING_CHARACTERS:].lstrip(" >")
    return f"{path}: {passage}" if path else passage


_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")


def lexical_tokens(text: str) -> list[str]:
    """The words of a text as the lexical half counts them: lower case, English endings cut, numbers whole ("8.4.2")."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [_clipped(word) for word in _stemmed(words)]


def _stemmed(words: list[str]) -> list[str]:
    import Stemmer  # type: ignore[import-not-found]  # a compiled module without stubs

    stemmer = Stemmer.Stemmer("english")  # not safe to share between threads, and cheap to make
    return list(stemmer.stemWords(words))


def _clipped(word: str) -> str:
    if len(word) * 4 <= TERM_BYTES:
        return word
    return word.encode("utf-8", "ignore")[:TERM_BYTES].decode("utf-8", "ignore")


# --- building ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def building(data: Path) -> Iterator[None]:
    """The right to build, held by one process at a time, given back by the system when it dies. Raises `IndexBusy`."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(data / "build.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise IndexBusy(f"another process is indexing into {data}; try again when it is done") from None
        yield
    finally:
        os.close(descriptor)


def embedding_cache(data: Path, encoder: str) -> EmbeddingCache:
    """The vectors that the encoder of that name already computed for texts in this data folder."""
    return EmbeddingCache(data / "cache" / "embeddings.sqlite", encoder)


def build(
    data: Path,
    sources: Sequence[Source],
    people: Iterable[tuple[str, Person]],
    encoder: Encoder,
    progress: Progress | None = None,
    *,
    reader: str = "",
    attempt: int = 0,
) -> Built:
    """Write a new generation of all `sources` and `people` (each with the folder it came from); promote nothing.

    To be called inside `building`. What killed builds left behind is cleared first. `reader` says which code cut the
    sources up.

    Where nothing was taken away since the generation in force, its closed Chroma folder is copied and added to. Where
    something was, Chroma is written anew, for what Chroma deletes stays in its files. Where verification failed, a
    second or third `attempt` writes anew in another order and with more neighbours: a graph over many almost equal
    passages can come out with some of them out of reach (seen: 2 of 11,000).
    """
    pointer = _pointer(data)
    _clear(data, keep=set(pointer.names))
    name = _next_name(data, pointer)
    folder = data / "generations" / name
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    ordered = sorted(sources, key=lambda s: (s.agreement.id, s.version.file, s.version.number))
    passages = [_Row(number, s, p) for number, s in enumerate(ordered) for p in s.passages]
    texts = [row.text for row in passages]
    vectors, embedded = embed(encoder, embedding_cache(data, encoder.name), texts, progress)
    before = None if attempt else _in_force(data, pointer)
    _write_chroma(folder / "chroma", name, passages, vectors, before, attempt)
    np.save(folder / "vectors.npy", vectors)
    np.save(folder / "rows.npy", np.array([row.place for row in passages], np.int32).reshape(-1, 4).T.copy())
    _write_postings(folder, texts)
    _write_names(folder, [source.document.text for source in ordered])
    _write_text(folder / "text.sqlite", ordered, people, passages)
    facts = {"name": name, "encoder": encoder.name, "reader": reader}
    _seal(folder, {**facts, "rows": len(passages), "clauses": sum(len(source.clauses) for source in ordered)})
    return Built(name, folder, len(passages), embedded)


class _Row:
    """A passage on its way into the index."""

    __slots__ = ("clause", "id", "passage", "sha256", "source", "text", "version")

    def __init__(self, version: int, source: Source, passage: Passage) -> None:
        self.version = version
        self.source = source
        self.passage = passage
        self.clause = source.clauses[passage.clause]
        self.text = embedded_text(self.clause, source.document.text[passage.start : passage.end])
        self.sha256 = text_hash(self.text)
        v = source.version
        self.id = f"{v.agreement}/v{v.number}/{v.file}#{passage.clause}:{passage.start}-{passage.end}"

    @property
    def place(self) -> tuple[int, int, int, int]:
        return self.version, self.passage.clause, self.passage.start, self.passage.end

    @property
    def metadata(self) -> dict[str, str | int]:
        """What Chroma keeps beside vector and id; the id says the place. Eight fields took as long as the vectors."""
        return {"agreement": self.source.version.agreement, "sha256": self.sha256}


def _in_force(data: Path, pointer: _Pointer) -> Generation | None:
    """The generation in force, or None where there is none that can be read."""
    with contextlib.suppress(IndexDamaged):
        return Generation(data / "generations" / pointer.active) if pointer.active else None
    return None


# --- Chroma -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _chroma(folder: Path) -> Iterator[Any]:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    try:
        yield client
    finally:
        client.close()


def _collection(client: Any, name: str) -> Any:
    return client.get_collection(f"agreements-{name}", embedding_function=None)


def _write_chroma(
    folder: Path, name: str, rows: Sequence[_Row], vectors: Vectors, before: Generation | None, attempt: int
) -> None:
    """With `add` only: updating rows that Chroma has loses some of them."""
    ids, hashes = [row.id for row in rows], [row.sha256 for row in rows]
    match = _unchanged(before, ids, hashes, vectors) if before else None
    if before is not None and match is not None and np.count_nonzero(match >= 0) == before.size > 0:
        shutil.copytree(before.folder / "chroma", folder)
        with _chroma(folder) as client:
            collection = _collection(client, before.name)
            collection.modify(name=f"agreements-{name}", metadata={"generation": name})
            _add(collection, rows, vectors, np.flatnonzero(match < 0))
        return
    folder.mkdir(mode=0o700)
    with _chroma(folder) as client:
        collection = client.create_collection(
            f"agreements-{name}",
            embedding_function=None,
            metadata={"generation": name},
            configuration={"hnsw": {**_HNSW, "max_neighbors": 32 << attempt, "ef_construction": 100 << attempt}},
        )
        _add(collection, rows, vectors, _scattered(ids, attempt))


def _scattered(ids: Sequence[str], salt: int) -> Rows:
    """An order in which like passages, which stand together in a document, do not follow one another."""
    keys = [hashlib.sha256(f"{salt} {key}".encode()).digest() for key in ids]
    return np.array(sorted(range(len(ids)), key=keys.__getitem__), np.intp)


def _add(collection: Any, rows: Sequence[_Row], vectors: Vectors, wanted: Rows) -> None:
    for start in range(0, len(wanted), _ADD):
        part = wanted[start : start + _ADD]
        collection.add(
            ids=[rows[at].id for at in part],
            embeddings=vectors[part],
            metadatas=[rows[at].metadata for at in part],
        )


def _unchanged(before: Generation, ids: Sequence[str], hashes: Sequence[str], vectors: Vectors) -> Rows:
    """For each row, the row of `before` with the same id, text hash and vector, or -1."""
    place = {key: at for at, key in enumerate(zip(before.passage_ids(), before.passage_hashes(), strict=True))}
    match = np.array([place.get(key, -1) for key in zip(ids, hashes, strict=True)], np.intp)
    known = np.flatnonzero(match >= 0)
    if vectors.shape[1:] != before.vectors.shape[1:]:
        return np.full(len(ids), -1, np.intp)
    other = (vectors[known] != before.vectors[match[known]]).any(axis=1)
    match[known[other]] = -1
    return match


def _pages(collection: Any, include: list[str]) -> Iterator[dict[str, Any]]:
    for offset in range(0, collection.count(), _ADD):
        yield collection.get(limit=_ADD, offset=offset, include=include)


# --- the lexical half -------------------------------------------------------------------------------------------------


def _write_postings(folder: Path, texts: Sequence[str]) -> None:
    """Per term, in the order of `terms.npy`: the rows it occurs in (rising) and how often."""
    ids: dict[str, int] = {}
    terms: list[int] = []
    lengths = np.zeros(len(texts), np.int32)
    for row, text in enumerate(texts):
        tokens = lexical_tokens(text)
        lengths[row] = len(tokens)
        terms.extend(ids.setdefault(token, len(ids)) for token in tokens)
    vocabulary = np.array([token.encode() for token in ids], f"S{TERM_BYTES}")
    order = np.argsort(vocabulary)
    rank = np.empty(len(ids), np.int64)
    rank[order] = np.arange(len(ids))
    rows = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    pairs, counts = np.unique(rank[np.array(terms, np.int64)] * max(len(texts), 1) + rows, return_counts=True)
    of_term, of_row = np.divmod(pairs, max(len(texts), 1))
    np.save(folder / "terms.npy", vocabulary[order])
    np.save(folder / "posting_offsets.npy", np.searchsorted(of_term, np.arange(len(ids) + 1)))
    np.save(folder / "posting_rows.npy", of_row.astype(np.int32))
    np.save(folder / "posting_counts.npy", counts.astype(np.int32))
    np.save(folder / "lengths.npy", lengths)


def _write_names(folder: Path, documents: Sequence[str]) -> None:
    known = names([profile(text) for text in documents])
    np.save(folder / "names_keys.npy", known.keys)
    np.save(folder / "names_offsets.npy", known.offsets)
    np.save(folder / "names_entries.npy", known.entries)
    (folder / "titles.json").write_text(json.dumps([sorted(title) for title in known.titles]))


# --- texts, agreements, people ----------------------------------------------------------------------------------------

_SCHEMA = """
CREATE TABLE agreements (id TEXT PRIMARY KEY, folder TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE people (id TEXT PRIMARY KEY, folder TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE versions (
    position INTEGER PRIMARY KEY, version TEXT NOT NULL, format TEXT NOT NULL,
    text TEXT NOT NULL, pages TEXT NOT NULL, clauses TEXT NOT NULL
);
CREATE TABLE passages (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL);
"""


def _write_text(
    path: Path, sources: Sequence[Source], people: Iterable[tuple[str, Person]], rows: Sequence[_Row]
) -> None:
    agreements = {s.agreement.id: (s.agreement.id, s.folder, _to_json(Agreement, s.agreement)) for s in sources}
    persons = {p.id: (p.id, folder, _to_json(Person, p)) for folder, p in people}
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA)
        connection.executemany("INSERT INTO agreements VALUES (?, ?, ?)", agreements.values())
        connection.executemany("INSERT INTO people VALUES (?, ?, ?)", persons.values())
        connection.executemany(
            "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", (_version_row(n, s) for n, s in enumerate(sources))
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?)", ((n, row.id, row.sha256) for n, row in enumerate(rows))
        )


def _version_row(position: int, source: Source) -> tuple[int, str, str, str, str, str]:
    document = source.document
    return (
        position,
        _to_json(Version, source.version),
        document.format,
        document.text,
        json.dumps([(page.number, page.start, page.end) for page in document.pages]),
        _to_json(tuple[Clause, ...], source.clauses),
    )


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _to_json(kind: Any, value: object) -> str:
    found: bytes = _adapter(kind).dump_json(value)
    return found.decode()


# --- the manifest -----------------------------------------------------------------------------------------------------


def _seal(folder: Path, facts: dict[str, object]) -> None:
    """Make the generation private and durable, and write what it must look like from now on."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if path.is_file():
            _fsync(path)
    files = {path.name: _fingerprint(path, thorough=True) for path in sorted(folder.iterdir()) if path.is_file()}
    body = json.dumps({"format": FORMAT, **facts, "files": files}, indent=1)
    write_atomically(folder / "manifest.json", json.dumps({"sha256": _sha256(body), "manifest": body}))


def _fingerprint(path: Path, *, thorough: bool) -> dict[str, object]:
    """Size, a checksum that a question can afford (any one changed byte changes it), and SHA-256 when thorough."""
    content = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)
    even = len(content) - len(content) % 8
    words = content[:even].view(np.uint64)
    rest = int.from_bytes(content[even:].tobytes(), "little")
    quick = f"{int(np.bitwise_xor.reduce(words)) ^ rest:016x}{int(np.add.reduce(words)):016x}"
    found: dict[str, object] = {"size": len(content), "quick": quick}
    return {**found, "sha256": hashlib.sha256(content.data).hexdigest()} if thorough else found


def _manifest(folder: Path, *, thorough: bool = False) -> dict[str, Any]:
    """The manifest, when the files are what it says. IndexDamaged otherwise."""
    try:
        outer = json.loads((folder / "manifest.json").read_bytes())
        manifest: dict[str, Any] = json.loads(outer["manifest"])
        wrong = [] if _sha256(outer["manifest"]) == outer["sha256"] else ["manifest.json"]
        for name, expected in manifest["files"].items():
            found = _fingerprint(folder / name, thorough=thorough)
            wrong += [name] if any(expected[key] != value for key, value in found.items()) else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"the index in {folder} is damaged ({error}); index again or roll back") from None
    if wrong:
        raise IndexDamaged(f"{folder / wrong[0]} is not what was written; index again or roll back")
    if manifest.get("format") != FORMAT:
        raise IndexDamaged(f"the index in {folder} was written by another release; index again")
    return manifest


# --- verifying --------------------------------------------------------------------------------------------------------

_VERIFY = "import sys; sys.path.insert(0, sys.argv[1]); from knowledge import index; index.verify_here(*sys.argv[2:])"


def verify(data: Path, built: Built) -> None:
    """Check a new generation in a fresh process, as a reader would meet it. Raises `IndexDamaged`."""
    active = _pointer(data).active
    before = str(data / "generations" / active) if active else ""
    root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", _VERIFY, root, str(built.folder), before],
        capture_output=True,
        text=True,
        check=False,
        timeout=_VERIFY_SECONDS,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"the verifying process ended with {done.returncode}"])[-1]
        raise IndexDamaged(f"the new index {built.name} failed verification and is not used: {reason}")


def verify_here(folder: str, before: str) -> None:
    """What the fresh process does: manifest, ids, hashes, vectors, and that each passage is found by its own vector.

    Rows that the generation before (`before`, or "") holds with the same id, text hash and vector are checked by these
    alone, save for a sample. Raises `IndexDamaged`.
    """
    generation = Generation(Path(folder), thorough=True)
    ids, hashes = generation.passage_ids(), generation.passage_hashes()
    _check_texts(generation, hashes)
    with _chroma(Path(folder) / "chroma") as client:
        collection = _collection(client, generation.name)
        _check_rows(generation, collection, ids, hashes)
        changed = _changed(generation, before, ids, hashes)
        sample = np.unique(np.linspace(0, len(ids) - 1, min(SAMPLE, len(ids))).astype(np.intp))
        _check_self_query(generation, collection, ids, np.union1d(changed, sample).astype(np.intp))
        _check_neighbours(generation, collection, ids, sample)


def _must(condition: bool, what: str) -> None:
    if not condition:
        raise IndexDamaged(what)


def _check_texts(generation: Generation, hashes: Sequence[str]) -> None:
    for row in range(generation.size):
        clause = generation.clauses(int(generation.row_version[row]))[generation.row_clause[row]]
        found = text_hash(embedded_text(clause, generation.passage_text(row)))
        _must(found == hashes[row], f"the text of row {row} is not the one that was indexed")


def _check_rows(generation: Generation, collection: Any, ids: Sequence[str], hashes: Sequence[str]) -> None:
    _must((collection.metadata or {}).get("generation") == generation.name, "Chroma's collection is of another build")
    _must(collection.count() == len(ids), f"Chroma holds {collection.count()} passages, not {len(ids)}")
    place = {key: at for at, key in enumerate(ids)}
    seen = 0
    for page in _pages(collection, ["embeddings", "metadatas"]):
        _must(all(key in place for key in page["ids"]), "Chroma holds a passage that is not in the manifest")
        rows = [place[key] for key in page["ids"]]
        same = all(m["sha256"] == hashes[row] for row, m in zip(rows, page["metadatas"], strict=True))
        _must(same, "a passage's hash in Chroma is not the manifest's")
        apart = np.abs(generation.vectors[rows] - np.asarray(page["embeddings"], np.float32)).max()
        _must(
            apart < 1e-6, "vectors.npy and Chroma disagree"
        )  # Chroma makes lengths 1 once more: the last bit may differ
        seen += len(set(rows))
    _must(seen == len(ids), "passages are missing from Chroma")


def _changed(generation: Generation, before: str, ids: Sequence[str], hashes: Sequence[str]) -> Rows:
    """The rows that the generation before does not hold just so."""
    with contextlib.suppress(IndexDamaged):
        if before:
            return np.flatnonzero(_unchanged(Generation(Path(before)), ids, hashes, generation.vectors) < 0)
    return np.arange(len(ids), dtype=np.intp)


def _check_self_query(generation: Generation, collection: Any, ids: Sequence[str], rows: Rows) -> None:
    """Each passage's own vector finds it, or one that is as near to it as rounding can tell."""
    place = {key: at for at, key in enumerate(ids)}
    for start in range(0, len(rows), 1_000):
        part = rows[start : start + 1_000]
        found = collection.query(query_embeddings=generation.vectors[part], n_results=1, include=[])["ids"]
        for row, hit in zip(part, found, strict=True):
            same = bool(hit) and generation.vectors[place[hit[0]]] @ generation.vectors[row] > 1 - 1e-6
            _must(same, f"row {row} is not found by its own vector")


def _check_neighbours(generation: Generation, collection: Any, ids: Sequence[str], rows: Rows) -> None:
    """Chroma's ten nearest against the exact ten; a tie with the tenth counts as found."""
    if not len(rows):
        return
    place = {key: at for at, key in enumerate(ids)}
    count = min(10, len(ids))
    found = collection.query(query_embeddings=generation.vectors[rows], n_results=count, include=[])["ids"]
    hits = 0
    for scores, nearest in zip(generation.vectors[rows] @ generation.vectors.T, found, strict=True):
        tenth = np.partition(scores, -count)[-count] - 1e-6
        hits += sum(scores[place[name]] >= tenth for name in nearest)
    recall = hits / (count * len(rows))
    _must(recall >= RECALL, f"Chroma finds {recall:.0%} of the nearest passages, which is less than {RECALL:.0%}")


# --- which generation is in force -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pointer:
    active: str = ""
    previous: str = ""
    staged: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The generations that are kept."""
        return tuple(filter(None, (self.active, self.previous, self.staged)))

    def serves_like(self, other: _Pointer) -> bool:
        """Whether readers are sent to the same generations; what is staged is no concern of theirs."""
        return (self.active, self.previous) == (other.active, other.previous)


def _pointer(data: Path) -> _Pointer:
    try:
        found = json.loads((data / "active").read_bytes())
        pointer = _Pointer(str(found["active"]), str(found["previous"]), str(found.get("staged", "")))
    except FileNotFoundError:
        return _Pointer()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise IndexDamaged(f"{data / 'active'} is damaged; remove it and index again") from None
    for name in pointer.names:
        if not re.fullmatch(r"g\d{6,}", name):
            raise IndexDamaged(f"{data / 'active'} is damaged; remove it and index again")
    return pointer


def _point(data: Path, pointer: _Pointer) -> None:
    write_atomically(data / "active", json.dumps(asdict(pointer)))


def active(data: Path) -> str:
    """The name of the generation in force, or "" where there is none. Raises `IndexDamaged`."""
    return _pointer(data).active


def staged(data: Path) -> str:
    """The name of the generation that waits to be promoted, or "" where there is none. Raises `IndexDamaged`."""
    return _pointer(data).staged


def stage(data: Path, built: Built) -> None:
    """Keep a verified generation to be promoted later; one that was staged before is erased from disk.

    To be called inside `building`.
    """
    pointer = replace(_pointer(data), staged=built.name)
    _point(data, pointer)
    _clear(data, keep=set(pointer.names))


def promote(data: Path, name: str) -> None:
    """Let the staged generation answer from now on; the one before stays, older ones are erased from disk.

    To be called inside `building`, for a build goes out from the generation in force. Raises `NothingIndexed` where
    `name` is not staged, `IndexDamaged` where it is no longer what was verified; then the one in force stays.
    """
    before = _pointer(data)
    _check_staged(before, name)
    _manifest(data / "generations" / name, thorough=True)
    after = _Pointer(name, before.active)
    _point(data, after)
    _clear(data, keep=set(after.names))


def discard(data: Path, name: str = "") -> str:
    """Erase the staged generation (only `name`, if one is given) from disk. Returns its name.

    To be called inside `building`. Raises `NothingIndexed` where it is not staged.
    """
    before = _pointer(data)
    _check_staged(before, name or before.staged)
    after = replace(before, staged="")
    _point(data, after)
    _clear(data, keep=set(after.names))
    return before.staged


def _check_staged(pointer: _Pointer, name: str) -> None:
    if not pointer.staged:
        raise NothingIndexed("no index is staged: run `clausewise index FOLDER --stage`")
    if name != pointer.staged:
        raise NothingIndexed(f"{name} is not staged any more; {pointer.staged} is: look at that one first")


def rollback(data: Path) -> str:
    """Go back to the generation before (again: forth); what is staged stays so. Returns its name.

    Raises `NothingIndexed`, `IndexDamaged`, `IndexBusy` while another process builds.
    """
    with building(data):
        pointer = _pointer(data)
        if not pointer.previous:
            raise NothingIndexed("there is no earlier index to go back to")
        _manifest(data / "generations" / pointer.previous, thorough=True)
        _point(data, replace(pointer, active=pointer.previous, previous=pointer.active))
    return pointer.previous


def forget_previous(data: Path) -> None:
    """Erase the generation before, and every cached vector that the others do not need. No way back.

    Raises `IndexBusy` while another process builds.
    """
    with building(data):
        pointer = replace(_pointer(data), previous="")
        _point(data, pointer)
        _clear(data, keep=set(pointer.names))
        forget_vectors(data)


def forget_vectors(data: Path) -> None:
    """Erase the cached vectors of texts that are in no generation kept, and those of encoders no longer in use.

    To be called inside `building`. In use is the encoder of the generation that was built last.
    """
    kept = sorted(_kept(data), key=lambda generation: int(generation.name[1:]))
    hashes = {key for generation in kept for key in generation.passage_hashes()}
    embedding_cache(data, kept[-1].encoder if kept else "").keep_only(hashes)


def kept_files(data: Path) -> frozenset[str]:
    """The SHA-256 of every file that a generation kept was read from."""
    return frozenset(version.sha256 for generation in _kept(data) for version in generation.versions)


def _kept(data: Path) -> Iterator[Generation]:
    """The generation in force, the one before, the staged one: as far as they can be read."""
    for name in _pointer(data).names:
        with contextlib.suppress(IndexDamaged):
            yield Generation(data / "generations" / name)


def status(data: Path) -> Status:
    """What is in force, checked byte for byte. Raises `NothingIndexed` where no generation is in force."""
    pointer = _pointer(data)
    if not pointer.active:
        raise _nothing_in_force(pointer)
    folder = data / "generations" / pointer.active
    try:
        generation = Generation(folder, thorough=True)
    except IndexDamaged as damage:
        return Status(pointer.active, pointer.previous, "", 0, 0, 0, 0, str(damage), pointer.staged)
    return Status(
        generation.name,
        pointer.previous,
        generation.encoder,
        len(generation.agreements),
        len(generation.versions),
        generation.clause_count,
        generation.size,
        staged=pointer.staged,
    )


def _nothing_in_force(pointer: _Pointer) -> NothingIndexed:
    if pointer.staged:
        return NothingIndexed(f"no index answers yet; {pointer.staged} is staged: run `clausewise index --promote`")
    return NothingIndexed("nothing is indexed yet: run `clausewise index FOLDER`")


def _next_name(data: Path, pointer: _Pointer) -> str:
    names = [*pointer.names, *(path.name for path in (data / "generations").glob("g*"))]
    return f"g{max((int(name[1:]) for name in names), default=0) + 1:06d}"


def _clear(data: Path, keep: set[str]) -> None:
    """Erase every other generation. A process that still reads one keeps it until it lets go: open files survive."""
    for folder in (data / "generations").glob("*"):
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


# --- reading ----------------------------------------------------------------------------------------------------------


class Generation:
    """A whole generation, opened to be read: memory-mapped, safe to share between threads, without Chroma or torch.

    A row is a passage. `row_version`, `row_clause`, `row_start`, `row_end` are int32[size]: the version's place in
    `versions`, the clause's position in `clauses(version)`, and offsets into `text(version)`. Rows of one version
    stand together, in reading order. `names` is what each of `versions` can be known by.
    """

    def __init__(self, folder: Path, *, thorough: bool = False) -> None:
        """Raises `IndexDamaged`. `thorough` compares SHA-256 too, where otherwise quicker checksums do."""
        manifest = _manifest(folder, thorough=thorough)
        self.name: str = manifest["name"]
        self.folder = folder
        self.encoder: str = manifest["encoder"]
        self.reader: str = manifest["reader"]
        self.clause_count: int = manifest["clauses"]
        self.vectors = _array(folder / "vectors.npy")
        self.row_version, self.row_clause, self.row_start, self.row_end = _array(folder / "rows.npy")
        self.size = len(self.row_version)
        self._terms = _array(folder / "terms.npy")
        self._offsets = _array(folder / "posting_offsets.npy")
        self._posting_rows = _array(folder / "posting_rows.npy")
        self._posting_counts = _array(folder / "posting_counts.npy")
        self._lengths = _array(folder / "lengths.npy")
        self.names = Names(
            _array(folder / "names_keys.npy"),
            _array(folder / "names_offsets.npy"),
            _array(folder / "names_entries.npy"),
            tuple(frozenset(title) for title in json.loads((folder / "titles.json").read_bytes())),
        )
        self._lock = threading.Lock()
        self._texts: dict[int, str] = {}
        self._clauses: dict[int, tuple[Clause, ...]] = {}
        self._connection = sqlite3.connect(
            f"{(folder / 'text.sqlite').resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self.agreements: dict[str, Agreement] = {}
        self.people: dict[str, Person] = {}
        self.folders: dict[str, str] = {}
        self.people_folders: dict[str, str] = {}
        self._read_catalogue()
        self.versions: tuple[Version, ...] = tuple(
            _adapter(Version).validate_json(body)
            for (body,) in self._all("SELECT version FROM versions ORDER BY position")
        )
        self._pinned: tuple[Path, _Pointer] | None = None

    @classmethod
    def open(cls, data: Path) -> Self:
        """The generation in force; the one before, with a warning, where that is damaged.

        Raises `NothingIndexed` where there is none, `IndexDamaged` where neither can be read.
        """
        while True:
            pointer = _pointer(data)
            if not pointer.active:
                raise _nothing_in_force(pointer)
            try:
                generation = cls._open_one_of(data, pointer)
            except IndexDamaged:
                if _pointer(data).serves_like(pointer):
                    raise
                continue  # promoted and erased in between: the new pointer says where to look
            generation._pinned = (data, pointer)
            return generation

    @classmethod
    def _open_one_of(cls, data: Path, pointer: _Pointer) -> Self:
        try:
            return cls(data / "generations" / pointer.active)
        except IndexDamaged as damage:
            if not pointer.previous:
                raise
            logger.warning("%s; answering from the index before, %s", damage, pointer.previous)
            return cls(data / "generations" / pointer.previous)

    @classmethod
    def open_staged(cls, data: Path, name: str = "") -> Self:
        """The generation that waits to be promoted. Raises `NothingIndexed` where none does, or another than `name`;
        `IndexDamaged`."""
        pointer = _pointer(data)
        _check_staged(pointer, name or pointer.staged)
        return cls(data / "generations" / pointer.staged)

    def is_current(self) -> bool:
        """Whether opening again would give the same; costs a look at one small file."""
        return self._pinned is not None and _pointer(self._pinned[0]).serves_like(self._pinned[1])

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    # --- texts ---

    def text(self, version: int) -> str:
        """The whole text of a version's document."""
        version = int(version)  # SQLite does not know numpy's integers
        if version not in self._texts:
            self._texts[version] = str(self._one("SELECT text FROM versions WHERE position = ?", version))
        return self._texts[version]

    def clauses(self, version: int) -> tuple[Clause, ...]:
        """The clauses of a version, in reading order."""
        version = int(version)
        if version not in self._clauses:
            body = self._one("SELECT clauses FROM versions WHERE position = ?", version)
            self._clauses[version] = _adapter(tuple[Clause, ...]).validate_json(body)
        return self._clauses[version]

    def pages(self, version: int) -> tuple[Page, ...]:
        """The pages of a version's document."""
        body = self._one("SELECT pages FROM versions WHERE position = ?", int(version))
        return tuple(Page(*page) for page in json.loads(body))

    def passage_text(self, row: int) -> str:
        """The passage itself, as it stands in the document."""
        return self.text(int(self.row_version[row]))[self.row_start[row] : self.row_end[row]]

    def source(self, version: int) -> Source:
        """A version as it was indexed, to be taken over into the next generation."""
        version = int(version)
        known = self.versions[version]
        kind = str(self._one("SELECT format FROM versions WHERE position = ?", version))
        rows = np.flatnonzero(self.row_version == version)
        return Source(
            self.agreements[known.agreement],
            known,
            Document(known.file, kind, known.sha256, self.text(version), self.pages(version), ()),
            self.clauses(version),
            tuple(Passage(int(self.row_clause[r]), int(self.row_start[r]), int(self.row_end[r])) for r in rows),
            self.folders[known.agreement],
        )

    def passage_ids(self) -> list[str]:
        """The id of each row."""
        return [key for (key,) in self._all("SELECT id FROM passages ORDER BY row")]

    def passage_hashes(self) -> list[str]:
        """The SHA-256 of each row's embedded text."""
        return [key for (key,) in self._all("SELECT sha256 FROM passages ORDER BY row")]

    # --- rows ---

    def rows(self, allowed: frozenset[str], on: date | None) -> Rows:
        """The rows of these agreements in the versions in force on a day (None: in the newest version), rising."""
        newest = {(v.agreement, v.file): v.number for v in self.versions}
        wanted = [
            v.agreement in allowed and (newest[v.agreement, v.file] == v.number if on is None else v.in_force(on))
            for v in self.versions
        ]
        return np.flatnonzero(np.array(wanted, bool)[self.row_version])

    def dense(self, vector: Vectors, rows: Rows) -> Scores:
        """The cosine of a vector, float32[dimension], to each of these rows, float32[len(rows)].

        Computed version by version: what stands between them, and may be hidden from the asker, cannot change even
        the last bit.
        """
        scores = np.empty(len(rows), np.float32)
        if not len(rows):
            return scores
        breaks = np.flatnonzero((np.diff(rows) != 1) | (np.diff(self.row_version[rows]) != 0)) + 1
        starts = [0, *breaks.tolist()]
        if len(starts) > 1_000:
            return np.asarray(self.vectors[rows] @ vector, np.float32)
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            np.dot(self.vectors[rows[start] : rows[end - 1] + 1], vector, out=scores[start:end])
        return scores

    def lexical(self, words: Iterable[str], rows: Rows) -> Scores:
        """BM25 of words (from `lexical_tokens`) for each of these rows, float32[len(rows)].

        Document frequencies and the mean length are those of these rows alone.
        """
        scores = np.zeros(len(rows), np.float32)
        place = np.full(self.size, -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        lengths = self._lengths[rows]
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0)) if len(rows) else lengths
        for word in dict.fromkeys(words):
            at, counts = self._postings(word, place)
            idf = np.log(1 + (len(rows) - len(at) + 0.5) / (len(at) + 0.5))
            scores[at] += idf * counts * (K1 + 1) / (counts + norm[at])
        return scores

    @staticmethod
    def lexical_tokens(text: str) -> list[str]:
        """The words of a question as `lexical` wants them."""
        return lexical_tokens(text)

    def document_frequency(self, word: str, rows: Rows) -> int:
        """In how many of these rows a word (from `lexical_tokens`) occurs."""
        place = np.full(self.size, -1, np.int32)
        place[rows] = 0
        return len(self._postings(word, place)[0])

    def _postings(self, word: str, place: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Where a word occurs among the rows that `place` gives a place (others have -1), and how often."""
        key = np.bytes_(word.encode("utf-8", "ignore")[:TERM_BYTES])
        term = int(np.searchsorted(self._terms, key))
        if term == len(self._terms) or self._terms[term] != key:
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        start, end = self._offsets[term], self._offsets[term + 1]
        at = place[self._posting_rows[start:end]]
        return at[at >= 0], self._posting_counts[start:end][at >= 0]

    # --- the connection ---

    def _read_catalogue(self) -> None:
        for key, folder, body in self._all("SELECT id, folder, body FROM agreements ORDER BY id"):
            self.agreements[key] = _adapter(Agreement).validate_json(body)
            self.folders[key] = folder
        for key, folder, body in self._all("SELECT id, folder, body FROM people ORDER BY id"):
            self.people[key] = _adapter(Person).validate_json(body)
            self.people_folders[key] = folder

    def _all(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(question, values).fetchall()

    def _one(self, question: str, *values: object) -> Any:
        return self._all(question, *values)[0][0]


# --- files ------------------------------------------------------------------------------------------------------------


def _array(path: Path) -> NDArray[Any]:
    try:
        found: NDArray[Any] = np.load(path, mmap_mode="r")
    except ValueError:  # an array without elements cannot be mapped
        found = np.load(path)
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: str) -> None:
    """A reader sees the old content or the new, also after a power cut."""
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _fsync(path.parent)
