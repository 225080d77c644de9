"""Generations: built, verified, staged, promoted, discarded, gone back from, damaged, read."""

from __future__ import annotations

import hashlib
import json
import math
import re
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge import index
from knowledge.embedding import Encoder
from knowledge.index import Generation, IndexBusy, IndexDamaged, NothingIndexed, Source, embedded_text, lexical_tokens
from knowledge.model import Agreement, AgreementType, Clause, ClauseKind, Document, Page, Passage, Person, Version

TODAY = date(2026, 11, 22)
ORION = (
    "Publication. Prior notice shall be given at least 45 days before publication.\nGoverning law. Belgian law governs."
)
ACME = "Publication. The University submits manuscripts 60 days before submission.\nGoverning law. English law governs."
HELIX = "Datenschutz. Übermittlung an Dritte ist untersagt – auch später.\nLaufzeit. Fünf Jahre ab 1.2.2026, § 8.4.2."


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    found = Encoder(cache=tmp_path_factory.mktemp("encoder"))
    found.export()
    return found


def source(key: str, text: str, number: int = 1, start: date | None = None, end: date | None = None) -> Source:
    """An agreement of one file in which every line is a clause."""
    file = f"{key}.txt"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    clauses = tuple(
        Clause(n, None, ClauseKind.CLAUSE, str(n + 1), (m[0].split(".")[0],), m[0], 1, m.start(), m.end(), m.end())
        for n, m in enumerate(re.finditer(r".+", text))
    )
    return Source(
        Agreement(key, key.upper(), AgreementType.OTHER, (file,), effective=start),
        Version(key, number, file, sha256, start, end),
        Document(file, "txt", sha256, text, (Page(1, 0, len(text)),), ()),
        clauses,
        tuple(Passage(clause.position, clause.start, clause.end) for clause in clauses),
        "/agreements",
    )


def generation_of(data: Path, sources: Sequence[Source], encoder: Encoder, people: Iterable[Person] = ()) -> Generation:
    with index.building(data):
        built = index.build(data, sources, [("/agreements", person) for person in people], encoder)
        index.verify(data, built)
        index.stage(data, built)
        index.promote(data, built.name)
    return Generation.open(data)


def staged_of(data: Path, sources: Sequence[Source], encoder: Encoder) -> str:
    with index.building(data):
        built = index.build(data, sources, [], encoder)
        index.verify(data, built)
        index.stage(data, built)
    return built.name


def everything(generation: Generation) -> frozenset[str]:
    return frozenset(generation.agreements)


def test_what_is_read_is_what_was_written(tmp_path: Path, encoder: Encoder) -> None:
    written = [source("orion", ORION), source("helix", HELIX)]
    ann = Person("ann", "Ann Ünal", "ann@example.org", ("uni",), frozenset({"pi"}), frozenset({"admin"}))
    generation = generation_of(tmp_path, written, encoder, [ann])
    assert generation.people == {"ann": ann}
    assert generation.agreements == {s.agreement.id: s.agreement for s in written}
    assert [v.agreement for v in generation.versions] == ["helix", "orion"]
    for version, expected in enumerate((written[1], written[0])):
        assert generation.text(version) == expected.document.text
        assert generation.clauses(version) == expected.clauses
        assert generation.source(version) == expected
    assert [generation.passage_text(row) for row in range(generation.size)] == [*HELIX.split("\n"), *ORION.split("\n")]
    assert generation.encoder == encoder.name


def test_meaning_and_words_find_the_clause(tmp_path: Path, encoder: Encoder) -> None:
    generation = generation_of(
        tmp_path, [source("orion", ORION), source("acme", ACME), source("helix", HELIX)], encoder
    )
    rows = generation.rows(everything(generation), TODAY)
    dense = generation.dense(encoder.query("Which country's law applies to ACME's contract with England?"), rows)
    assert generation.passage_text(int(rows[dense.argmax()])) == ACME.split("\n")[1]
    lexical = generation.lexical(lexical_tokens("ÜBERMITTLUNG an dritte, später"), rows)
    assert generation.passage_text(int(rows[lexical.argmax()])) == HELIX.split("\n", maxsplit=1)[0]
    assert generation.lexical(lexical_tokens("§ 8.4.2"), rows).argmax() == rows.tolist().index(3)
    assert generation.lexical(["nowhere", "", "a" * 90], rows).max() == 0


def test_words_are_scored_over_the_given_rows_alone(tmp_path: Path, encoder: Encoder) -> None:
    generation = generation_of(
        tmp_path, [source("orion", ORION), source("acme", ACME), source("helix", HELIX)], encoder
    )
    rows = generation.rows(frozenset({"orion", "helix"}), TODAY)
    texts = [
        Counter(lexical_tokens(embedded_text(generation.clauses(v)[c], generation.passage_text(r))))
        for r, v, c in zip(rows, generation.row_version[rows], generation.row_clause[rows], strict=True)
    ]
    mean = sum(t.total() for t in texts) / len(texts)
    word = lexical_tokens("publication")[0]
    df = sum(word in t for t in texts)
    idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
    expected = [idf * t[word] * 2.2 / (t[word] + 1.2 * (0.25 + 0.75 * t.total() / mean)) for t in texts]
    assert generation.lexical([word], rows) == pytest.approx(expected, rel=1e-5)
    assert generation.document_frequency(word, rows) == df == 1


def test_what_is_hidden_changes_not_one_bit_of_a_score(tmp_path: Path, encoder: Encoder) -> None:
    few = generation_of(tmp_path / "few", [source("a", ORION), source("c", HELIX)], encoder)
    hidden = [source("aa", ACME * 3), source("b", HELIX + ACME), source("d", ORION)]
    many = generation_of(tmp_path / "many", [source("a", ORION), source("c", HELIX), *hidden], encoder)
    allowed, vector, words = frozenset("ac"), encoder.query("publication law"), lexical_tokens("law publication fünf")
    scores = [
        (g.dense(vector, rows).tobytes(), g.lexical(words, rows).tobytes())
        for g in (few, many)
        for rows in [g.rows(allowed, TODAY)]
    ]
    assert scores[0] == scores[1]


def test_the_version_in_force_on_the_day_answers(tmp_path: Path, encoder: Encoder) -> None:
    old = source("orion", ORION, 1, date(2024, 1, 1), date(2026, 5, 1))
    new = source("orion", ORION.replace("45", "30"), 2, date(2026, 5, 1))
    generation = generation_of(tmp_path, [old, new], encoder)

    def texts(on: date | None) -> str:
        return " ".join(generation.passage_text(int(row)) for row in generation.rows(frozenset({"orion"}), on))

    assert "45 days" in texts(date(2026, 4, 30))
    assert "30 days" in texts(date(2026, 5, 1))
    assert "30 days" in texts(None)
    assert "45 days" not in texts(None)
    assert texts(date(2023, 12, 31)) == ""
    assert generation.rows(frozenset({"acme"}), TODAY).size == 0
    assert generation.dense(encoder.query("law"), generation.rows(frozenset(), TODAY)).size == 0
    assert generation.lexical(["law"], generation.rows(frozenset(), TODAY)).size == 0


def test_an_index_of_nothing_is_sound(tmp_path: Path, encoder: Encoder) -> None:
    generation = generation_of(tmp_path, [], encoder)
    assert generation.rows(frozenset({"orion"}), TODAY).size == 0
    assert index.status(tmp_path).passages == 0


def test_where_nothing_is_indexed_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NothingIndexed, match="clausewise index FOLDER"):
        Generation.open(tmp_path)
    with pytest.raises(NothingIndexed):
        index.status(tmp_path)


def test_a_running_reader_takes_up_what_is_promoted_and_keeps_what_it_holds(tmp_path: Path, encoder: Encoder) -> None:
    first = generation_of(tmp_path, [source("orion", ORION)], encoder)
    assert first.is_current()
    for text in (ACME, HELIX, ORION):
        generation_of(tmp_path, [source("acme", text)], encoder)
    assert not first.is_current()
    assert not first.folder.exists()
    assert first.text(0) == ORION
    assert first.dense(encoder.query("law"), first.rows(frozenset({"orion"}), TODAY)).size == 2


def test_going_back_and_forth_again(tmp_path: Path, encoder: Encoder) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    with pytest.raises(NothingIndexed, match="no earlier index"):
        index.rollback(tmp_path)
    generation_of(tmp_path, [source("acme", ACME)], encoder)
    index.rollback(tmp_path)
    assert everything(Generation.open(tmp_path)) == {"orion"}
    index.rollback(tmp_path)
    assert everything(Generation.open(tmp_path)) == {"acme"}


# --- staged -----------------------------------------------------------------------------------------------------------


def test_a_staged_generation_disturbs_no_reader_until_it_is_promoted(tmp_path: Path, encoder: Encoder) -> None:
    reader = generation_of(tmp_path, [source("orion", ORION)], encoder)
    name = staged_of(tmp_path, [source("acme", ACME)], encoder)
    assert reader.is_current()
    assert everything(Generation.open(tmp_path)) == {"orion"}
    assert everything(Generation.open_staged(tmp_path)) == {"acme"}
    assert (index.active(tmp_path), index.staged(tmp_path)) == (reader.name, name)
    with index.building(tmp_path):
        index.promote(tmp_path, name)
    assert not reader.is_current()
    assert everything(Generation.open(tmp_path)) == {"acme"}
    assert index.staged(tmp_path) == ""
    assert index.rollback(tmp_path) == reader.name


def test_in_force_before_and_staged_stay_on_disk_and_a_new_one_takes_the_staged_ones_place(
    tmp_path: Path, encoder: Encoder
) -> None:
    for text in (ORION, ACME, HELIX):
        generation_of(tmp_path, [source("orion", text)], encoder)
    first = staged_of(tmp_path, [source("helix", HELIX)], encoder)
    second = staged_of(tmp_path, [source("acme", ACME)], encoder)
    names = {path.name for path in (tmp_path / "generations").iterdir()}
    status = index.status(tmp_path)
    assert names == {status.previous, status.name, status.staged}
    assert (status.staged, first in names) == (second, False)
    with index.building(tmp_path):
        assert index.discard(tmp_path) == second
    assert {path.name for path in (tmp_path / "generations").iterdir()} == {status.previous, status.name}


def test_a_staged_generation_outlives_a_build_that_fails_and_one_that_is_killed(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    name = staged_of(tmp_path, [source("acme", ACME)], encoder)
    with index.building(tmp_path):
        index.build(tmp_path, [source("helix", HELIX)], [], encoder)  # and no more: killed

    def no_space(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(index, "_write_text", no_space)
    with index.building(tmp_path), pytest.raises(OSError, match="no space"):
        index.build(tmp_path, [source("helix", HELIX)], [], encoder)
    assert everything(Generation.open_staged(tmp_path)) == {"acme"}
    with index.building(tmp_path):
        index.promote(tmp_path, name)
    assert everything(Generation.open(tmp_path)) == {"acme"}


def test_going_back_and_erasing_the_one_before_leave_the_staged_one(tmp_path: Path, encoder: Encoder) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    generation_of(tmp_path, [source("helix", HELIX)], encoder)
    name = staged_of(tmp_path, [source("acme", ACME)], encoder)
    vectors = index.embedding_cache(tmp_path, encoder.name)
    hashes = Generation.open_staged(tmp_path).passage_hashes()
    index.rollback(tmp_path)
    index.forget_previous(tmp_path)
    assert index.staged(tmp_path) == name
    assert len(vectors.read(hashes)) == len(set(hashes))
    assert hashlib.sha256(ACME.encode()).hexdigest() in index.kept_files(tmp_path)
    with index.building(tmp_path):
        index.discard(tmp_path)
        index.forget_vectors(tmp_path)
    assert vectors.read(hashes) == {}
    assert index.kept_files(tmp_path) == {hashlib.sha256(ORION.encode()).hexdigest()}


def test_what_is_not_staged_can_be_neither_promoted_nor_discarded(tmp_path: Path, encoder: Encoder) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    for act in (index.promote, index.discard):
        with pytest.raises(NothingIndexed, match="no index is staged: run `clausewise index FOLDER --stage`"):
            act(tmp_path, "g000001")
    name = staged_of(tmp_path, [source("acme", ACME)], encoder)
    for act in (index.promote, index.discard):
        with pytest.raises(NothingIndexed, match=f"g000001 is not staged any more; {name} is"):
            act(tmp_path, "g000001")
    assert (index.active(tmp_path), index.staged(tmp_path)) == ("g000001", name)


def test_a_staged_generation_that_is_no_longer_what_was_verified_is_not_promoted(
    tmp_path: Path, encoder: Encoder
) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    name = staged_of(tmp_path, [source("acme", ACME)], encoder)
    _flip(tmp_path / "generations" / name / "vectors.npy", 0.5)
    with pytest.raises(IndexDamaged, match=r"vectors\.npy is not what was written"):
        index.promote(tmp_path, name)
    assert everything(Generation.open(tmp_path)) == {"orion"}


def test_a_pointer_of_an_earlier_release_which_knows_nothing_staged_is_read(tmp_path: Path, encoder: Encoder) -> None:
    name = generation_of(tmp_path, [source("orion", ORION)], encoder).name
    (tmp_path / "active").write_text(json.dumps({"active": name, "previous": ""}))
    assert everything(Generation.open(tmp_path)) == {"orion"}
    assert index.status(tmp_path).staged == ""
    staged_of(tmp_path, [source("acme", ACME)], encoder)
    assert index.active(tmp_path) == name


def test_only_two_generations_and_no_rubbish_stay_on_disk_and_nobody_else_may_read_them(
    tmp_path: Path, encoder: Encoder
) -> None:
    rubbish = tmp_path / "generations" / "g000009"
    rubbish.parent.mkdir(mode=0o700)
    rubbish.mkdir()
    (rubbish / "vectors.npy").write_text("killed")
    for text in (ORION, ACME, HELIX):
        generation_of(tmp_path, [source("orion", text)], encoder)
    names = sorted(path.name for path in (tmp_path / "generations").iterdir())
    status = index.status(tmp_path)
    assert names == [status.previous, status.name]
    assert all(path.stat().st_mode & 0o77 == 0 for path in tmp_path.rglob("*"))


def test_one_process_builds_at_a_time(tmp_path: Path) -> None:
    with index.building(tmp_path), pytest.raises(IndexBusy, match="another process"), index.building(tmp_path):
        pass
    with index.building(tmp_path):
        pass


def test_readers_read_while_a_third_builds(tmp_path: Path, encoder: Encoder) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    stop, seen, failed = threading.Event(), Counter[str](), []

    def read() -> None:
        while not stop.is_set():
            try:
                generation = Generation.open(tmp_path)
                seen[generation.text(0)] += 1
                generation.close()
            except Exception as error:
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    generation_of(tmp_path, [source("orion", ACME)], encoder)
    generation_of(tmp_path, [source("orion", HELIX)], encoder)
    stop.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert set(seen) <= {ORION, ACME, HELIX}


# --- damage -----------------------------------------------------------------------------------------------------------


def _flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 0x10
    path.write_bytes(content)


def test_any_changed_byte_and_any_cut_is_noticed_when_opening(tmp_path: Path, encoder: Encoder) -> None:
    folder = generation_of(tmp_path, [source("orion", ORION)], encoder).folder
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    assert len(files) >= 9
    for path in files:
        content = path.read_bytes()
        for at in (0, 0.3, 0.5, 0.77, 1):
            _flip(path, at)
            with pytest.raises(IndexDamaged, match=folder.name):
                Generation.open(tmp_path)
            path.write_bytes(content)
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(IndexDamaged, match=folder.name):
            Generation.open(tmp_path)
        path.unlink()
        with pytest.raises(IndexDamaged):
            Generation.open(tmp_path)
        path.write_bytes(content)
    Generation.open(tmp_path)


def test_a_damaged_index_falls_back_to_the_one_before_and_says_so(
    tmp_path: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    before = generation_of(tmp_path, [source("orion", ORION)], encoder).name
    now = generation_of(tmp_path, [source("acme", ACME)], encoder)
    _flip(now.folder / "vectors.npy", 0.5)
    assert Generation.open(tmp_path).name == before
    assert "vectors.npy is not what was written" in caplog.text
    assert "vectors.npy" in index.status(tmp_path).damage


def test_a_damaged_pointer_is_an_error_with_a_remedy(tmp_path: Path, encoder: Encoder) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    staged = '{"active": "g000001", "previous": "", "staged": "../.."}'
    for content in ("", "{}", "[]", '{"active": "../..", "previous": ""}', '{"active": 3, "previous": ""}', staged):
        (tmp_path / "active").write_text(content)
        with pytest.raises(IndexDamaged, match="index again"):
            Generation.open(tmp_path)


def _built(tmp_path: Path, encoder: Encoder) -> index.Built:
    with index.building(tmp_path):
        return index.build(tmp_path, [source("orion", ORION), source("helix", HELIX)], [], encoder)


def _reseal(built: index.Built) -> None:
    manifest = json.loads(json.loads((built.folder / "manifest.json").read_text())["manifest"])
    facts = {key: manifest[key] for key in ("name", "encoder", "reader", "rows", "clauses")}
    (built.folder / "manifest.json").unlink()
    index._seal(built.folder, facts)


def test_vectors_that_are_not_chromas_fail_verification(tmp_path: Path, encoder: Encoder) -> None:
    built = _built(tmp_path, encoder)
    vectors = np.load(built.folder / "vectors.npy")
    np.save(built.folder / "vectors.npy", vectors[::-1])
    _reseal(built)
    with pytest.raises(IndexDamaged, match=r"vectors.npy and Chroma disagree"):
        index.verify(tmp_path, built)


def test_a_passage_missing_from_chroma_fails_verification(tmp_path: Path, encoder: Encoder) -> None:
    built = _built(tmp_path, encoder)
    with index._chroma(built.folder / "chroma") as client:
        collection = index._collection(client, built.name)
        collection.delete(ids=collection.get(limit=1)["ids"])
    with pytest.raises(IndexDamaged, match="Chroma holds 3 passages, not 4"):
        index.verify(tmp_path, built)


def test_a_text_that_is_not_the_indexed_one_fails_verification(tmp_path: Path, encoder: Encoder) -> None:
    import sqlite3

    built = _built(tmp_path, encoder)
    with sqlite3.connect(built.folder / "text.sqlite") as connection:
        connection.execute("UPDATE versions SET text = replace(text, '45', '54')")
    connection.close()
    _reseal(built)
    with pytest.raises(IndexDamaged, match="the text of row"):
        index.verify(tmp_path, built)


def test_chroma_of_another_build_fails_verification(tmp_path: Path, encoder: Encoder) -> None:
    built = _built(tmp_path, encoder)
    with index._chroma(built.folder / "chroma") as client:
        index._collection(client, built.name).modify(metadata={"generation": "g000777"})
    with pytest.raises(IndexDamaged, match="of another build"):
        index.verify(tmp_path, built)


# --- adding and taking away -------------------------------------------------------------------------------------------


def test_what_is_only_added_keeps_chromas_files_and_is_verified(tmp_path: Path, encoder: Encoder) -> None:
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    generation = generation_of(tmp_path, [source("orion", ORION), source("acme", ACME)], encoder)
    assert generation.size == 4
    assert index.status(tmp_path).damage == ""


def test_what_was_taken_away_is_gone_from_every_file(tmp_path: Path, encoder: Encoder) -> None:
    first = generation_of(tmp_path, [source("orion", ORION), source("helix", HELIX)], encoder)
    with index._chroma(first.folder / "chroma") as client:
        held = index._collection(client, first.name).get(ids=first.passage_ids()[:1], include=["embeddings"])
    in_chroma = np.asarray(held["embeddings"][0], np.float32).tobytes()
    needles = [first.vectors[0].tobytes(), "Übermittlung".encode(), b"helix", b"Datenschutz"]
    found = [any(n in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()) for n in needles]
    assert all(found)
    generation_of(tmp_path, [source("orion", ORION)], encoder)
    index.forget_previous(tmp_path)
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert not any(needle in content for needle in (*needles, in_chroma)), path
    assert everything(Generation.open(tmp_path)) == {"orion"}
    with pytest.raises(NothingIndexed):
        index.rollback(tmp_path)


def test_the_text_of_a_passage_names_its_headings_once_and_briefly() -> None:
    def clause(*heading: str) -> Clause:
        return Clause(0, None, ClauseKind.CLAUSE, "1", heading, "", 1, 0, 0, 0)

    assert embedded_text(clause("General", "Law", "Venue"), "The courts of X.") == "Law > Venue: The courts of X."
    assert embedded_text(clause("Law", "Venue"), "VENUE. The courts of X.") == "Law: VENUE. The courts of X."
    assert embedded_text(clause(), "The courts of X.") == "The courts of X."
    assert len(embedded_text(clause("A" * 500, "B" * 500), "X.")) <= index.HEADING_CHARACTERS + len(": X.")
