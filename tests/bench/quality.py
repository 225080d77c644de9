"""Does it find the clause? Clausewise, three stock pipelines and the plain ways, same model, same texts, same scoring.

Every system searches the 60 documents at once. `asked` is the question as the data set words it (naming the agreement
where that is unique, else told the document); `told` is the bare question with the document given. What is compared is
`score.py --core`: equal numbers of characters returned, whatever the size of the pieces.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from material import HERE, SCRATCH, Material, clausewise, indexed, read_lines, run, save, say, table, write_lines

RESULTS = 40  # more than 4,000 characters' worth of any system's pieces
COLUMNS = ("R@1000", "R@4000", "hit@4000", "P@1", "wrong@1", "DRM@8")
VIEWS = (
    ("asked", "corpus", "the question names the agreement; everything is searched"),
    ("asked", "in_doc", "the agreement's name is not unique; told the document"),
    ("asked", "all", "both of these"),
    ("told", "all", "told the document, bare question"),
)


@dataclass(frozen=True)
class Peer:
    """A script in `peers/`, the environment it runs in (its requirements are `peers/<environment>.txt`), and the
    names under which it reports."""

    script: str
    environment: str
    names: tuple[str, ...]

    def python(self) -> Path:
        """The interpreter of its environment, made when absent or when its requirements have changed."""
        requirements = HERE / "peers" / f"{self.environment}.txt"
        folder = SCRATCH / self.environment
        python, stamp = folder / "venv" / "bin" / "python", folder / "installed.txt"
        if not stamp.exists() or stamp.read_text() != requirements.read_text():
            say(f"  making the environment of {self.environment} (some minutes, some 1.5 GB)")
            run([sys.executable, "-m", "venv", folder / "venv"])
            run([python, "-m", "pip", "install", "--quiet", "-r", requirements])
            shutil.copyfile(requirements, stamp)
        return python

    def measure(self, folder: Path, queries: Path, out: Path) -> dict[str, Any]:
        """Index `folder`, answer `queries` into `out`/<name>.jsonl; its times (see `peers/harness.py`)."""
        shutil.rmtree(out, ignore_errors=True)
        run([self.python(), HERE / "peers" / self.script, folder, queries, out, "-k", str(RESULTS)])
        return dict(json.loads((out / "times.json").read_text()))


STOCK = Peer("langchain_stock.py", "langchain", ("LangChain",))
PEERS = (
    STOCK,
    Peer("llamaindex.py", "llamaindex", ("LlamaIndex",)),
    Peer("haystack_stock.py", "haystack", ("Haystack",)),
    Peer("plain.py", "langchain", ("dense, 500 characters", "BM25", "dense + BM25")),
)


def measure(material: Material, only: str = "") -> None:
    """Measure and print. `only` is part of a system's name; the others' last results are then shown as they were."""
    folder, out = material.folder(), SCRATCH / "quality"
    queries = write_lines(out / "queries.jsonl", _questions(material))
    if only.lower() in "clausewise":
        _measure_ours(folder, queries, out / "ours")
    for peer in PEERS:
        if only.lower() in " ".join(peer.names).lower():
            say(f"quality: {', '.join(peer.names)}")
            peer.measure(folder, queries, out / peer.environment / Path(peer.script).stem)
    found = {path.stem: path for path in out.glob("**/*.jsonl") if path.name != "queries.jsonl"}
    order = ["Clausewise", *(name for peer in PEERS for name in peer.names)]
    _report(material, {name: found[name] for name in order if name in found})


def _questions(material: Material) -> list[dict[str, str]]:
    """The answerable core questions, each in both wordings; the wording stands before the id."""
    rows = []
    for query in material.queries:
        if query["core"] and query["answerable"]:
            place = {"doc_id": query["doc_id"]}
            asked = {"id": f"asked:{query['id']}", "query": query["query"]}
            rows.append({**asked, **place} if query["scope"] == "in_doc" else asked)
            rows.append({"id": f"told:{query['id']}", "query": query["question"], **place})
    return rows


def _measure_ours(folder: Path, queries: Path, out: Path) -> None:
    say("quality: Clausewise")
    out.mkdir(parents=True, exist_ok=True)
    data = indexed(folder)
    clausewise("search", "--queries", queries, "--out", out / "Clausewise.jsonl", "-k", str(RESULTS), data=data)


def _report(material: Material, found: dict[str, Path]) -> None:
    parts, figures = [], {}
    for wording, scope, meaning in VIEWS:
        scores = {name: _scored(material, path, wording, scope) for name, path in found.items()}
        rows = [(name, *(row[column] for column in COLUMNS)) for name, row in scores.items()]
        parts.append(f"{wording}, {scope}: {meaning}\n" + table(("percent", *COLUMNS), rows))
        figures[f"{wording}, {scope}"] = scores
    save("quality", "\n\n".join(parts), {"quality": figures})


def _scored(material: Material, results: Path, wording: str, scope: str) -> dict[str, float]:
    prefix = f"{wording}:"
    rows = [{**row, "id": row["id"][len(prefix) :]} for row in read_lines(results) if row["id"].startswith(prefix)]
    return material.score(write_lines(SCRATCH / "scored" / f"{results.stem}.jsonl", rows), scope)
