"""What is measured and how it is shown: the contracts and questions, child processes, tables.

The contracts with their gold labels are not part of this repository (not all of them may be redistributed). `--bench`
or the variable BENCH names their folder: `score.py`, `dev/docs.jsonl`, `dev/queries_mini.jsonl` and `dev/corpus/*.txt`.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
SCRATCH = REPOSITORY / "build" / "bench"
OFFLINE = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

Query = dict[str, Any]


@dataclass(frozen=True)
class Material:
    """The bench folder, read: `documents` of `docs.jsonl` marked mini, `queries` over those documents."""

    bench: Path
    documents: tuple[dict[str, Any], ...]
    queries: tuple[Query, ...]

    @property
    def mini_queries(self) -> Path:
        return self.bench / "dev" / "queries_mini.jsonl"

    def folder(self, count: int | None = None) -> Path:
        """A fresh copy of the first `count` of the documents (all of them: None), evenly drawn by size."""
        by_size = sorted(self.documents, key=lambda document: document["chars"])
        step = len(by_size) / (count or len(by_size))
        chosen = [by_size[int(step * (n + 0.5))] for n in range(count or len(by_size))]
        folder = SCRATCH / f"agreements-{len(chosen)}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for document in chosen:
            name = f"{document['doc_id']}.txt"
            shutil.copyfile(self.bench / "dev" / "corpus" / name, folder / name)
        return folder

    def score(self, results: Path, scope: str) -> dict[str, float]:
        """What `score.py --core` prints for a file of results, in percent, by column."""
        command = [sys.executable, self.bench / "score.py", self.mini_queries, results, "--core", "--scope", scope]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        if " without a result 0 " not in printed[0]:
            say(f"  note: {results.name}: {printed[0]}")
        return dict(zip(printed[1].split(), map(float, printed[2].split()), strict=True))


def material(bench: Path) -> Material:
    """Read the bench folder, or say what is missing."""
    needed = [bench / "score.py", *(bench / "dev" / name for name in ("docs.jsonl", "queries_mini.jsonl", "corpus"))]
    missing = [str(path) for path in needed if not path.exists()]
    if missing:
        raise SystemExit(
            f"The contracts to measure with are not here: {', '.join(missing)} is missing.\n"
            "They are not part of this repository. Name their folder with --bench FOLDER, or BENCH=FOLDER."
        )
    documents = tuple(d for d in read_lines(bench / "dev" / "docs.jsonl") if d["mini"])
    return Material(bench, documents, tuple(read_lines(bench / "dev" / "queries_mini.jsonl")))


def read_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def write_lines(path: Path, rows: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


# --- child processes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """What a child process printed and used: wall and CPU seconds."""

    out: str
    wall: float
    cpu: float


def run(command: Sequence[str | Path], data: Path | None = None) -> Ran:
    """Run a child to its end, with `data` as its CLAUSEWISE_DATA and every other setting at its default.

    A failure ends the bench with the child's words.
    """
    SCRATCH.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAUSEWISE_")} | OFFLINE
    if data:
        environment["CLAUSEWISE_DATA"] = str(data)
    cpu, wall = sum(os.times()[2:4]), time.perf_counter()
    child = subprocess.run(
        list(map(str, command)), check=False, env=environment, capture_output=True, text=True, cwd=SCRATCH
    )
    wall, cpu = time.perf_counter() - wall, sum(os.times()[2:4]) - cpu
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\nended with {child.returncode}:\n{child.stderr[-3000:]}")
    return Ran(child.stdout, wall, cpu)


def clausewise(*arguments: str | Path, data: Path) -> Ran:
    """Run our command line as a user would."""
    return run([Path(sys.executable).with_name("clausewise"), *arguments], data)


def ours(*arguments: str | Path, data: Path) -> dict[str, Any]:
    """Run one of the in-process measurements of `ours.py`; it prints JSON."""
    return dict(json.loads(run([sys.executable, HERE / "ours.py", *arguments], data).out.splitlines()[-1]))


def indexed(folder: Path) -> Path:
    """A data folder in which `folder` is indexed; what is there already costs next to nothing."""
    data = SCRATCH / "data" / folder.name
    clausewise("index", folder, data=data)
    return data


def fresh_data(name: str) -> Path:
    """An empty data folder."""
    folder = SCRATCH / "data" / name
    shutil.rmtree(folder, ignore_errors=True)
    return folder


# --- showing ----------------------------------------------------------------------------------------------------------


def say(text: str) -> None:
    print(text, flush=True)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns of text: the first to the left, the others to the right; numbers with one or two decimals."""
    cells = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return "–" if value is None else str(value)


def machine() -> dict[str, Any]:
    """Where and when: enough to judge the figures, and nothing that names a place."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        cpu = platform.processor()
    packages = ("torch", "sentence-transformers", "onnxruntime", "chromadb", "numpy")
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
    }


def save(name: str, text: str, figures: dict[str, Any]) -> None:
    """Print a part's tables and keep them under results/."""
    where = machine()
    versions = ", ".join(f"{package} {version}" for package, version in where["versions"].items())
    head = (
        f"{where['date']}, {where['cpu']}, {where['cores']} cores (load {where['load']} at the end), "
        f"Python {where['python']}, {versions}"
    )
    say(f"\n{text}\n")
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(f"{head}\n\n{text}\n", "utf-8")
    (folder / f"{name}.json").write_text(json.dumps({"machine": where, **figures}, indent=1) + "\n", "utf-8")
