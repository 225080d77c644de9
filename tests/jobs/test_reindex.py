"""A folder becomes the index in force: what changed, versions, other folders, erasure, and kills at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from jobs.reindex import Changes, Difference, FolderClash, reindex
from knowledge import index
from knowledge.catalogue import CatalogueError
from knowledge.embedding import Encoder
from knowledge.index import Generation

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
    assert changes.differences == (Difference("orion", added=0, changed=1, removed=0),)
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


# --- kills ------------------------------------------------------------------------------------------------------------

_CHILD = """
import sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from jobs.reindex import reindex
from knowledge.embedding import Encoder
encoder = Encoder(cache=Path(sys.argv[4]))
reindex(Path(sys.argv[2]), Path(sys.argv[3]), encoder=encoder, today=date(2026, 11, 24),
        report=lambda stage, done, total: print(stage, done, flush=True))
print("promoted", flush=True)
"""


def _killed(folder: Path, data: Path, encoder: Encoder, stage: str, later: float) -> None:
    """Index in a process of its own and kill it and its children `later` seconds after it tells of `stage`."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(ROOT), str(folder), str(data), str(encoder._cache)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(stage):
            break
    time.sleep(later)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


def _kills(folder: Path, data: Path, encoder: Encoder, moments: list[tuple[str, float]]) -> None:
    reindex(folder, data, encoder=encoder, today=MONDAY)
    days = 45
    for n, (stage, later) in enumerate(moments):
        (folder / "orion.txt").write_text(ORION.replace("45 days", f"{100 + n} days"))
        _killed(folder, data, encoder, stage, later)
        text = passages(data)
        assert (f"{days} days" in text) != (f"{100 + n} days" in text), (stage, later)
        assert text.count("Königreich") == text.count("Sponsor") == 1
        days = 100 + n if f"{100 + n} days" in text else days
        assert index.status(data).damage == ""
    changes = reindex(folder, data, encoder=encoder, today=WEDNESDAY)
    assert isinstance(changes, Changes)
    assert f"{100 + len(moments) - 1} days" in passages(data)
    assert len(list((data / "generations").iterdir())) <= 2


def test_killed_at_any_stage_the_index_is_the_old_or_the_new_and_the_next_run_is_whole(
    folder: Path, data: Path, encoder: Encoder
) -> None:
    _kills(folder, data, encoder, [("reading 0", 0.0), ("embedding", 0.2), ("verifying 0", 0.0), ("verifying 0", 1.5)])


@pytest.mark.slow
def test_killed_two_hundred_times(folder: Path, data: Path, encoder: Encoder) -> None:
    stages = ("reading 0", "embedding", "verifying 0", "verifying 6")
    _kills(folder, data, encoder, [(stages[n % 4], (n // 4) * 0.04) for n in range(200)])
