"""Our side, in process: what a command line cannot time by itself. Each command prints one line of JSON.

python ours.py index FOLDER                    into the data folder of CLAUSEWISE_DATA
python ours.py encode                          the pieces indexed there, with nothing around it
python ours.py warm QUESTIONS.jsonl            answers in one process, beside embedding and a bare Chroma query
python ours.py support QUESTIONS.jsonl OUT     how far `search` believes each question can be answered
"""

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from material import read_lines, write_lines

from bot.app import Clausewise, build
from bot.settings import load
from knowledge.embedding import FEW

NEAREST = 10  # asked of the bare Chroma


def index(clausewise: Clausewise, folder: str) -> dict[str, Any]:
    """Index a folder. Loading torch and the model, and the export (made once per installation), come before."""
    from jobs.reindex import reindex

    began = time.perf_counter()
    _load_for_indexing(clausewise)
    loaded = time.perf_counter()
    reindex(Path(folder), clausewise.data, encoder=clausewise.encoder, today=clausewise.today())
    return {"load_s": loaded - began, "index_s": time.perf_counter() - loaded, "pieces": clausewise.generation.size}


def encode(clausewise: Clausewise) -> dict[str, Any]:
    """Encode every different piece of the index once more, past the cache."""
    pieces = sorted(set(_pieces(clausewise)))
    _load_for_indexing(clausewise)
    began = time.perf_counter()
    clausewise.encoder.passages(pieces)
    return {"encode_s": time.perf_counter() - began, "pieces": len(pieces)}


def warm(clausewise: Clausewise, questions: str) -> dict[str, Any]:
    """Answer each question; beside it embed it and ask a bare Chroma that holds the same vectors. They take turns."""
    import chromadb

    vectors, encoder = clausewise.generation.vectors, clausewise.encoder
    asked = [row["question"] for row in read_lines(Path(questions))]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        collection = chromadb.PersistentClient(folder).create_collection("bare", embedding_function=None)
        for start in range(0, len(vectors), 5_000):
            part = vectors[start : start + 5_000]
            collection.add(ids=[str(start + n) for n in range(len(part))], embeddings=part)

        def bare(question: str) -> None:
            collection.query(query_embeddings=[encoder.query(question)], n_results=NEAREST, include=["distances"])

        ways: tuple[Callable[[str], object], ...] = (clausewise.ask, bare)
        for question in asked[:5]:
            for way in ways:
                way(question)
        times = [[_milliseconds(way, question) for way in ways] for question in asked]
    answering, querying = zip(*times, strict=True)
    return {"answer_ms": _percentiles(answering), "bare_ms": _percentiles(querying), "questions": len(times)}


def support(clausewise: Clausewise, questions: str, out: str) -> dict[str, Any]:
    """Search for each question in its document and keep `Found.support`."""
    files = {Path(version.file).stem: version.file for version in clausewise.generation.versions}
    rows = [
        {"id": row["id"], "support": float(clausewise.search(row["question"], file=files[row["doc_id"]]).support)}
        for row in read_lines(Path(questions))
    ]
    write_lines(Path(out), rows)
    return {"questions": len(rows)}


def _load_for_indexing(clausewise: Clausewise) -> None:
    clausewise.encoder.export()
    clausewise.encoder.passages(["warm"] * (FEW + 1))


def _pieces(clausewise: Clausewise) -> list[str]:
    """What was embedded, as it was embedded."""
    from knowledge.index import embedded_text

    generation = clausewise.generation
    return [
        embedded_text(generation.clauses(int(version))[clause], generation.text(int(version))[start:end])
        for version, clause, start, end in zip(
            *(generation.row_version, generation.row_clause, generation.row_start, generation.row_end), strict=True
        )
    ]


def _milliseconds(way: Callable[[str], object], question: str) -> float:
    began = time.perf_counter()
    way(question)
    return 1000 * (time.perf_counter() - began)


def _percentiles(values: tuple[float, ...]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {"p50": cuts[9], "p95": cuts[18]}


if __name__ == "__main__":
    commands: dict[str, Callable[..., dict[str, Any]]] = {f.__name__: f for f in (index, encode, warm, support)}
    figures = commands[sys.argv[1]](build(load()), *sys.argv[2:])
    print(json.dumps({**figures, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
