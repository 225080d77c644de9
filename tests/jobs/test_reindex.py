"""A folder becomes the index in force: what changed, versions, other folders, what is staged, golden questions, what is
erased, and kills at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jobs.differences import Difference
from jobs.golden import GoldenError, GoldenLost, GoldenResult
from jobs.messages import ClauseChange, LostClause
from jobs.reindex import SHOWN, Changes, FolderClash, discard, promote, reindex, staged_changes, summary
from knowledge import index
from knowledge.catalogue import CatalogueError
from knowledge.embedding import Encoder
from knowledge.index import Generation, IndexBusy, IndexDamaged, NothingIndexed

ROOT = Path(__file__).parents[2]
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
ORION = """ORION CONSORTIUM AGREEMENT

1. Ownership

Results are owned by the Party that generates them.

2. Publication

Prior notice of any planned publication shall be given at least 45 days before the publication.

3. Governing law

This Agreement is governed by the laws of Belgium, "Königreich" included.
"""
ACME = """ACME RESEARCH AGREEMENT

1. Publication

The University sends manuscripts to the Sponsor 60 days before submission.

2. Term

This Agreement ends after three years.
"""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    found = Encoder(cache=tmp_path_factory.mktemp("encoder"))
    found.export()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "agreements"
    found.mkdir()
    (found / "orion.txt").write_text(ORION)
    (found / "acme.txt").write_text(ACME)
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def passages(data: Path, on: date | None = None) -> str:
    generation = Generation.open(data)
    rows = generation.rows(frozenset(generation.agreements), on)
    return "\n".join(generation.passage_text(int(row)) for row in rows)


def test_a_folder_without_a_catalogue_is_indexed_as_it_is(folder: Path, data: Path, encoder: Encoder) -> None:
    told: list[tuple[str, int, int]] = []
    changes = reindex(
        folder, data, encoder=encoder, today=MONDAY, report=lambda stage, done, total: told.append((stage, done, total))
    )
    assert changes.added == ("acme", "orion")
    assert (changes.changed, changes.unchanged, changes.removed, changes.refused) == ((), (), (), ())
    assert changes.embedded == changes.passages > 4
    assert changes.clauses > 4
    assert {stage for stage, _, _ in told} == {"reading", "embedding", "verifying"}
    assert "Königreich" in passages(data, MONDAY)


def test_a_changed_clause_costs_one_clause_and_the_old_text_answers_for_the_days_before(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "orion.txt").write_text(ORION.replace("45 days", "30 days"))
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert (changes.changed, changes.unchanged) == (("orion",), ("acme",))
    assert changes.embedded == 1
    after = "Prior notice of any planned publication shall be given at least 30 days before the publication."
    before = after.replace("30", "45")
    told = ClauseChange(
        "orion", "changed", "2", "Publication", f"2. Publication\n\n{before}", f"2. Publication\n\n{after}"
    )
    assert changes.differences == (Difference("orion", added=0, changed=1, removed=0, clauses=(told,)),)
    assert "45 days" in passages(data, MONDAY)
    assert "30 days" not in passages(data, MONDAY)
    assert "30 days" in passages(data, TUESDAY)
    assert "45 days" not in passages(data, TUESDAY)
    generation = Generation.open(data)
    assert [(v.number, v.valid_from, v.valid_until) for v in generation.versions if v.agreement == "orion"] == [
        (1, None, TUESDAY),
        (2, TUESDAY, None),
    ]


def test_where_nothing_changed_the_index_in_force_stays(folder: Path, data: Path, encoder: Encoder) -> None:
    first = reindex(folder, data, encoder=encoder, today=MONDAY)
    again = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert again.unchanged == ("acme", "orion")
    assert (again.generation, again.embedded) == ("", 0)
    assert (again.clauses, again.passages) == (first.clauses, first.passages)
    assert index.active(data) == first.generation


def test_a_change_undone_the_same_day_leaves_no_version_that_was_never_in_force(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    for days in ("31 days", "32 days"):
        (folder / "orion.txt").write_text(ORION.replace("45 days", days))
        reindex(folder, data, encoder=encoder, today=TUESDAY)
    versions = [v for v in Generation.open(data).versions if v.agreement == "orion"]
    assert [(v.number, v.valid_from, v.valid_until) for v in versions] == [(1, None, TUESDAY), (3, TUESDAY, None)]


def test_a_file_that_is_gone_takes_its_agreement_and_its_text_with_it(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    generation = Generation.open(data)
    row = next(r for r in range(generation.size) if "60 days" in generation.passage_text(r))
    needles = (b"60 days before submission", generation.vectors[row].tobytes())
    assert all(any(n in p.read_bytes() for p in data.rglob("*") if p.is_file()) for n in needles)
    (folder / "acme.txt").unlink()
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert (changes.removed, changes.unchanged) == (("acme",), ("orion",))
    assert "60 days" not in passages(data, MONDAY)
    (folder / "orion.txt").write_text(ORION + "\n4. Term\n\nThree years.\n")
    reindex(folder, data, encoder=encoder, today=WEDNESDAY)
    left = [p for p in data.rglob("*") if p.is_file() and any(needle in p.read_bytes() for needle in needles)]
    assert left == []


def test_a_file_that_cannot_be_read_is_refused_and_keeps_what_was_read_of_it_before(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    changes = reindex(folder, data, encoder=encoder, today=MONDAY)
    assert [file for file, _ in changes.refused] == ["broken.pdf"]
    assert changes.added == ("acme", "orion")
    (folder / "orion.txt").write_bytes(b"")
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert [file for file, _ in changes.refused] == ["broken.pdf", "orion.txt"]
    assert "Königreich" in passages(data, TUESDAY)


def test_a_catalogue_that_is_wrong_leaves_the_index_in_force(folder: Path, data: Path, encoder: Encoder) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    before = passages(data)
    (folder / "catalogue.yaml").write_text("agreements: 7\n")
    with pytest.raises(CatalogueError):
        reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert passages(data) == before


def test_another_folder_is_added_and_a_shared_id_is_refused_by_both_names(
    folder: Path, data: Path, encoder: Encoder, tmp_path: Path
) -> None:
    other = tmp_path / "more"
    other.mkdir()
    (other / "helix.txt").write_text(ACME.replace("ACME", "HELIX"))
    reindex(folder, data, encoder=encoder, today=MONDAY)
    changes = reindex(other, data, encoder=encoder, today=MONDAY)
    assert changes.added == ("helix",)
    assert changes.removed == ()
    assert set(Generation.open(data).agreements) == {"acme", "helix", "orion"}
    (other / "orion.txt").write_text(ACME)
    with pytest.raises(FolderClash, match=f"orion is in {other} and in {folder}"):
        reindex(other, data, encoder=encoder, today=MONDAY)


def test_a_folder_that_was_moved_keeps_its_history(folder: Path, data: Path, encoder: Encoder, tmp_path: Path) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    moved = folder.rename(tmp_path / "moved")
    (moved / "orion.txt").write_text(ORION.replace("45 days", "30 days"))
    changes = reindex(moved, data, encoder=encoder, today=TUESDAY)
    assert changes.changed == ("orion",)
    assert "45 days" in passages(data, MONDAY)


def test_a_damaged_index_is_built_again_though_nothing_changed(folder: Path, data: Path, encoder: Encoder) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "orion.txt").write_text(ORION.replace("45 days", "30 days"))
    reindex(folder, data, encoder=encoder, today=TUESDAY)
    path = data / "generations" / index.active(data) / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-1])
    assert reindex(folder, data, encoder=encoder, today=TUESDAY).generation
    assert index.status(data).damage == ""
    assert "30 days" in passages(data, TUESDAY)


def test_an_index_of_another_release_is_built_anew_and_that_is_said(
    folder: Path, data: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(index, "FORMAT", 0)
        earlier.setattr(index, "verify", lambda *_: None)  # a fresh process would check it as today's release does
        reindex(folder, data, encoder=encoder, today=MONDAY)
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert "written by another release" in changes.notices[0]
    assert "45 days" in passages(data, TUESDAY)


# --- staged -----------------------------------------------------------------------------------------------------------


def test_a_staged_index_waits_and_the_one_in_force_answers(folder: Path, data: Path, encoder: Encoder) -> None:
    first = reindex(folder, data, encoder=encoder, today=MONDAY)
    assert (first.promoted, first.staged) == (True, "")
    reader = Generation.open(data)
    (folder / "orion.txt").write_text(ORION.replace("45 days", "30 days"))
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY, promote=False)
    assert (changes.promoted, changes.staged, changes.generation) == (False, "g000002", "g000002")
    assert reader.is_current()
    assert "45 days" in passages(data, TUESDAY)
    assert index.status(data).staged == "g000002"
    assert promote(data) == promote(data, "g000002") == "g000002"
    assert not reader.is_current()
    assert "30 days" in passages(data, TUESDAY)
    assert (index.staged(data), index.status(data).previous) == ("", first.generation)
    index.rollback(data)
    assert "45 days" in passages(data, TUESDAY)


def test_what_is_staged_is_compared_again_from_disk_as_it_was_when_it_was_built(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "acme.txt").unlink()
    (folder / "helix.txt").write_text(ACME.replace("ACME", "HELIX"))
    (folder / "orion.txt").write_text(ORION.replace("45 days", "30 days") + "\n4. Term\n\nThree years.\n")
    (folder / "golden.yaml").write_text("- {question: How long does HELIX last?, cites: [helix 2]}\n")
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY, promote=False)
    assert (changes.added, changes.changed, changes.removed) == (("helix",), ("orion",), ("acme",))
    assert [(d.added, d.changed, d.removed) for d in changes.differences] == [(1, 1, 0)]
    again = staged_changes(data)
    assert again == replace(changes, embedded=0)


def test_what_is_staged_first_is_compared_with_nothing(folder: Path, data: Path, encoder: Encoder) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY, promote=False)
    with pytest.raises(NothingIndexed, match="g000001 is staged: run `clausewise index --promote`"):
        index.status(data)
    assert staged_changes(data).added == ("acme", "orion")
    promote(data, "g000001")
    assert index.status(data).damage == ""


def test_what_is_discarded_is_gone_with_its_text_its_vectors_and_the_caches(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "orion.txt").write_text(ORION.replace("45 days before the publication", "77 days ahead"))
    reindex(folder, data, encoder=encoder, today=TUESDAY, promote=False)
    waiting = Generation.open_staged(data)
    row = next(r for r in range(waiting.size) if "77 days" in waiting.passage_text(r))
    needles = (b"77 days ahead", waiting.vectors[row].tobytes())
    waiting.close()
    assert all(any(n in p.read_bytes() for p in data.rglob("*") if p.is_file()) for n in needles)
    assert discard(data) == "g000002"
    assert [p for p in data.rglob("*") if p.is_file() and any(needle in p.read_bytes() for needle in needles)] == []
    assert "45 days" in passages(data, TUESDAY)
    with pytest.raises(NothingIndexed, match="no index is staged"):
        discard(data)


def test_what_is_staged_keeps_its_text_and_vectors_through_another_indexing_that_changes_nothing(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "orion.txt").write_text(ORION.replace("45 days", "30 days"))
    reindex(folder, data, encoder=encoder, today=TUESDAY, promote=False)
    (folder / "orion.txt").write_text(ORION)
    again = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert (again.generation, again.staged) == ("", "")
    assert again.notices == ("g000002, staged earlier, still waits to be promoted",)
    (folder / "orion.txt").write_text(ORION.replace("45 days", "30 days"))
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert changes.embedded == 0
    assert changes.notices == ("g000002, staged earlier, gave way to g000003",)
    assert not (data / "generations" / "g000002").exists()


def test_only_the_staged_index_that_was_looked_at_is_promoted_or_discarded(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY, promote=False)
    reindex(folder, data, encoder=encoder, today=TUESDAY, promote=False)
    for act in (promote, discard):
        with pytest.raises(NothingIndexed, match="g000001 is not staged any more; g000002 is"):
            act(data, "g000001")
    assert index.staged(data) == "g000002"


def test_a_staged_index_that_was_damaged_is_not_promoted(folder: Path, data: Path, encoder: Encoder) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "orion.txt").write_text(ORION.replace("45 days", "30 days"))
    reindex(folder, data, encoder=encoder, today=TUESDAY, promote=False)
    path = data / "generations" / "g000002" / "text.sqlite"
    path.write_bytes(path.read_bytes().replace(b"30 days", b"99 days"))
    with pytest.raises(IndexDamaged, match=r"text\.sqlite is not what was written; index again"):
        promote(data)
    assert "45 days" in passages(data, TUESDAY)
    assert discard(data) == "g000002"


def test_nothing_is_promoted_or_discarded_while_another_process_builds(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY, promote=False)
    with index.building(data):
        for act in (promote, discard, index.rollback, index.forget_previous):
            with pytest.raises(IndexBusy):
                act(data)


# --- golden questions -------------------------------------------------------------------------------------------------

QUESTION = "How long before publication must ORION partners give notice?"
GOLDEN = f"- {{question: '{QUESTION}', cites: [orion 2]}}\n"
WITHOUT = ORION[: ORION.index("2. Publication")] + ORION[ORION.index("3. Governing law") :]


def test_golden_questions_are_asked_of_the_new_index_before_it_is_promoted(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    (folder / "golden.yaml").write_text(GOLDEN)
    told: list[tuple[str, int, int]] = []
    changes = reindex(
        folder, data, encoder=encoder, today=MONDAY, report=lambda stage, done, total: told.append((stage, done, total))
    )
    assert changes.promoted
    assert changes.golden == GoldenResult(1)
    assert changes.refused == ()
    assert told[-2:] == [("asking", 0, 1), ("asking", 1, 1)]


def test_a_lost_clause_leaves_the_old_index_in_force_and_names_the_question(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    (folder / "golden.yaml").write_text(GOLDEN)
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "orion.txt").write_text(WITHOUT)
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert (changes.promoted, changes.staged) == (False, "g000002")
    assert changes.golden.lost == (LostClause(QUESTION, "orion 2"),)
    assert staged_changes(data).golden == changes.golden
    assert "45 days" in passages(data, TUESDAY)
    with pytest.raises(GoldenLost, match="How long before publication must ORION partners give notice"):
        promote(data)
    assert index.active(data) == "g000001"
    (folder / "golden.yaml").unlink()
    assert reindex(folder, data, encoder=encoder, today=TUESDAY).promoted
    assert "45 days" not in passages(data, TUESDAY)


def test_where_nothing_changed_the_questions_are_asked_of_the_index_in_force(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "golden.yaml").write_text(GOLDEN.replace("orion 2", "orion 3"))
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert (changes.generation, changes.staged, changes.golden.questions_lost) == ("", "", 1)
    assert index.active(data) == "g000001"


def test_a_golden_file_that_is_wrong_leaves_the_index_in_force(folder: Path, data: Path, encoder: Encoder) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "orion.txt").write_text(WITHOUT)
    (folder / "golden.yaml").write_text(GOLDEN.replace("orion 2", "orio 2"))
    with pytest.raises(GoldenError, match="'orio' is no agreement of this index; did you mean orion"):
        reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert (index.active(data), index.staged(data)) == ("g000001", "")


def test_another_folders_golden_questions_are_asked_too(
    folder: Path, data: Path, encoder: Encoder, tmp_path: Path
) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    (folder / "golden.yaml").write_text(GOLDEN.replace("orion 2", "orion 3"))
    other = tmp_path / "more"
    other.mkdir()
    (other / "helix.txt").write_text(ACME.replace("ACME", "HELIX"))
    changes = reindex(other, data, encoder=encoder, today=TUESDAY)
    assert (changes.promoted, changes.golden.asked, changes.golden.questions_lost) == (False, 1, 1)
    (folder / "golden.yaml").write_text("- 7\n")
    changes = reindex(other, data, encoder=encoder, today=TUESDAY)
    assert changes.promoted
    assert f"the golden questions of {folder} were not asked: golden.yaml:1: question 1" in changes.notices[-2]


# --- what is told -----------------------------------------------------------------------------------------------------


def test_what_the_catalogue_newly_replaces_is_told_though_no_text_changed(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    catalogue = (
        "agreements:\n- {id: ORION, type: ca, files: [orion.txt]}\n- {id: ACME, type: sra, files: [acme.txt]%s}\n"
    )
    (folder / "catalogue.yaml").write_text(catalogue % "")
    assert reindex(folder, data, encoder=encoder, today=MONDAY).amendments == ()
    entry = ", amends: [{agreement: ORION, clause: 2, by_clause: 1, effective: 2026-12-01}]"
    (folder / "catalogue.yaml").write_text(catalogue % entry)
    changes = reindex(folder, data, encoder=encoder, today=TUESDAY)
    assert changes.amendments == ("ACME 1 replaces ORION 2 from 2026-12-01 on",)
    assert changes.differences == (Difference("ACME", 0, 0, 0),)
    assert summary(changes, 1.0).notices[0] == changes.amendments[0]


def test_a_message_shows_the_first_changes_and_counts_the_rest() -> None:
    told = tuple(ClauseChange("A", "added", str(n), after="words") for n in range(SHOWN + 2))
    lost = LostClause(QUESTION, "orion 2")
    changes = Changes(
        changed=("A",),
        refused=(("b.pdf", "broken"),),
        differences=(Difference("A", len(told), 0, 0, clauses=told),),
        notices=("a note",),
        clauses=50,
        generation="g000002",
        golden=GoldenResult(3, (lost,)),
        staged="g000002",
    )
    message = summary(changes, 2.5)
    assert (len(message.changes), message.more_changes) == (SHOWN, 2)
    assert (message.golden, message.lost, message.staged, message.promoted) == (3, (lost,), "g000002", False)
    assert (message.refused, message.notices, message.seconds) == ((("b.pdf", "broken"),), ("a note",), 2.5)
    few = replace(changes, differences=(Difference("A", 1, 0, 0, clauses=told[:1]),))
    assert (len(summary(few, 1).changes), summary(few, 1).more_changes) == (1, 0)


# --- kills ------------------------------------------------------------------------------------------------------------

_CHILD = """
import sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from jobs.reindex import promote, reindex
from knowledge.embedding import Encoder
folder, data, cache = map(Path, sys.argv[2:5])
at_once = sys.argv[5] == "at once"
reindex(folder, data, encoder=Encoder(cache=cache), today=date(2026, 11, 24), promote=at_once,
        report=lambda stage, done, total: print(stage, done, flush=True))
if not at_once:
    print("staged", flush=True)
    promote(data)
print("promoted", flush=True)
"""


def _killed(folder: Path, data: Path, encoder: Encoder, stage: str, later: float, how: str) -> None:
    """Index in a process of its own and kill it and its children `later` seconds after it tells of `stage`."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(ROOT), str(folder), str(data), str(encoder._cache), how],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(stage):
            break
    else:
        raise AssertionError(f"the child ended before {stage!r}")
    time.sleep(later)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


def _kills(folder: Path, data: Path, encoder: Encoder, moments: list[tuple[str, float]]) -> None:
    """Killed at each moment, what answers is the old text or the new one, whole; so is what is staged."""
    (folder / "golden.yaml").write_text(GOLDEN)
    reindex(folder, data, encoder=encoder, today=MONDAY)
    days = 45
    for n, (stage, later) in enumerate(moments):
        (folder / "orion.txt").write_text(ORION.replace("45 days", f"{100 + n} days"))
        _killed(folder, data, encoder, stage, later, "in two steps" if stage == "staged" or n % 2 else "at once")
        text = passages(data)
        assert (f"{days} days" in text) != (f"{100 + n} days" in text), (stage, later)
        assert text.count("Königreich") == text.count("Sponsor") == 1
        days = 100 + n if f"{100 + n} days" in text else days
        assert index.status(data).damage == ""
        if waiting := index.staged(data):
            Generation(data / "generations" / waiting, thorough=True).close()
            assert staged_changes(data).golden == GoldenResult(1)
    if index.staged(data):
        promote(data)
        assert index.status(data).damage == ""
    changes = reindex(folder, data, encoder=encoder, today=WEDNESDAY)
    assert isinstance(changes, Changes)
    assert f"{100 + len(moments) - 1} days" in passages(data)
    assert len(list((data / "generations").iterdir())) <= 2


def test_killed_at_any_stage_the_index_is_the_old_or_the_new_and_the_next_run_is_whole(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    building = [("reading 0", 0.0), ("embedding", 0.2), ("verifying 0", 0.0), ("verifying 0", 1.5)]
    _kills(folder, data, encoder, [*building, ("asking 0", 0.0), ("asking 1", 0.0), ("staged", 0.0), ("staged", 0.01)])


@pytest.mark.slow
def test_killed_two_hundred_times(folder: Path, data: Path, encoder: Encoder) -> None:
    stages = ("reading 0", "embedding", "verifying 0", "verifying 6", "asking 0", "asking 1", "staged", "staged")
    paces = (0.05, 0.05, 0.05, 0.05, 0.01, 0.001, 0.001, 0.003)  # from asking to promoting takes some 0.1 s
    _kills(folder, data, encoder, [(stages[n % 8], (n // 8) * paces[n % 8]) for n in range(200)])
