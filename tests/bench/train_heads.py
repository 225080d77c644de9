"""Train the two heads of the encoder: questions and the clauses that answer them come to lie closer together.

    python tests/bench/train_heads.py [--bench DIR] [--unseen-kinds]

Learned from: CUAD v1 (The Atticus Project) and ContractNLI, both CC BY 4.0, the half under `dev/` without the documents
marked `mini`, on which everything is measured; each kind of question is put in the data set's words and in those of
`wordings.json`, which are ours. Written to `knowledge/encoder_heads.safetensors`, 0.6 MB.

A passage has a label for every kind of question its document was annotated for, so one batch teaches all of them: which
passages answer (against those that do not, also in documents that answer nowhere), and in which order. The heads begin
as the identity and are drawn back to it: that is what keeps questions of other kinds as good as they were or better.
`--unseen-kinds` trains without a quarter of the kinds, four times over, and prints how those fare.

With the heads comes the belief that a document answers at all: a logistic function of its best scores and of the
question (some kinds are answered in words near to theirs, some are not). It is fitted on scores that heads trained
without the document gave.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from knowledge import embedding
from knowledge.clauses import parse, passages
from knowledge.documents import Reader
from knowledge.index import embedded_text

HERE = Path(__file__).parent
FOLDS = 5  # for the belief
TIMID = 3e-5  # how strongly what the belief makes of the question itself is drawn back to nothing
BATCH, STEPS, RATE = 1024, 500, 1e-3
BACK = 0.06  # how strongly the heads are drawn back to the identity
HEADINGS = 0.5  # weight of the second lesson: a heading lies close to what stands under it
SHARE = 0.8  # of a passage or of a gold span that must be covered for a label; less than half of either is none


@dataclass
class Lesson:
    """`base` [n, 384] vectors before the heads; `document` [n]; `label` and `known` [n, kinds]; `heading` [n], -1 for
    none; `asked` [m, 384] questions and `kind` [m] which kind each is of; `headings` [h, 384];
    `annotated` [documents, kinds], whether a document was annotated for a kind."""

    base: torch.Tensor
    document: torch.Tensor
    label: torch.Tensor
    known: torch.Tensor
    heading: torch.Tensor
    asked: torch.Tensor
    kind: torch.Tensor
    headings: torch.Tensor
    annotated: torch.Tensor
    kinds: list[str]


def lesson(bench: Path, encoder: embedding.Encoder, *, only: Callable[[dict[str, Any]], bool]) -> Lesson:
    """Read, cut up and encode the documents that `only` wants."""
    documents = [d for d in _lines(bench / "docs.jsonl") if only(d)]
    gold: dict[str, dict[str, list[list[int]]]] = {}
    wordings: dict[str, list[str]] = json.loads((HERE / "wordings.json").read_text())
    for query in _lines(bench / "queries_full.jsonl"):
        gold.setdefault(query["doc_id"], {})[query["category"]] = query["gold_spans"]
        if query["question"] not in wordings[query["category"]]:
            wordings[query["category"]].insert(0, query["question"])
    kinds = list(wordings)
    texts, of, labels, known, above = [], [], [], [], []
    with Reader(bench / "corpus") as reader:
        for number, entry in enumerate(documents):
            document = reader.read(entry["doc_id"] + ".txt")
            clauses = parse(document)
            for p in passages(document, clauses):
                clause = clauses[p.clause]
                wanted = [_label(p.start, p.end, gold[entry["doc_id"]].get(kind)) for kind in kinds]
                texts.append(embedded_text(clause, document.text[p.start : p.end]))
                of.append(number)
                labels.append([float(w == 1) for w in wanted])
                known.append([float(w is not None) for w in wanted])
                above.append(clause.heading[-1].strip() if clause.heading else "")
            print(f"\rreading {number + 1}/{len(documents)}", end="", file=sys.stderr)
    titles = sorted({h for h in above if 3 < len(h) < 70})
    place = {title: i for i, title in enumerate(titles)}
    questions = [(kind, words) for kind, kind_words in enumerate(wordings.values()) for words in kind_words]
    print(f"\n{len(texts)} passages of {len(documents)} documents, {len(questions)} questions of {len(kinds)} kinds")
    return Lesson(
        torch.tensor(encoder.bare(texts, _tell)),
        torch.tensor(of),
        torch.tensor(labels),
        torch.tensor(known),
        torch.tensor([place.get(h, -1) for h in above]),
        torch.tensor(encoder.bare([words for _, words in questions])),
        torch.tensor([kind for kind, _ in questions]),
        torch.tensor(encoder.bare(titles)),
        torch.tensor([[kind in gold[entry["doc_id"]] for kind in kinds] for entry in documents]),
        kinds,
    )


def _label(start: int, end: int, spans: Sequence[Sequence[int]] | None) -> int | None:
    """1 if a passage is (part of) an answer, 0 if not, None where that is not known or in between."""
    if spans is None:
        return None
    shares = [max(0, min(end, b) - max(start, a)) / max(1, min(end - start, b - a)) for a, b in spans]
    best = max(shares, default=0.0)
    return 1 if best >= SHARE else 0 if best < 0.1 else None


class Head(torch.nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.eye(size))
        self.bias = torch.nn.Parameter(torch.zeros(size))

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        return functional.normalize(vectors @ self.weight + self.bias, dim=1)

    def distance(self) -> torch.Tensor:
        return ((self.weight - torch.eye(len(self.weight))) ** 2).sum()


def train(given: Lesson, kinds: Sequence[int], rows: torch.Tensor) -> tuple[Head, Head]:
    """The heads for questions and for passages, from these kinds of question and these passages."""
    torch.manual_seed(0)
    size = given.base.shape[1]
    question, passage = Head(size), Head(size)
    scale, bias = torch.nn.Parameter(torch.tensor(2.8)), torch.nn.Parameter(torch.tensor(-8.0))
    heads = [*question.parameters(), *passage.parameters()]
    optimiser = torch.optim.Adam([{"params": heads, "lr": RATE}, {"params": [scale, bias], "lr": 1e-2}])
    wordings = [torch.nonzero(given.kind == kind)[:, 0] for kind in kinds]
    telling = rows[given.label[rows].any(1)]  # few passages answer anything: every second one in a batch does
    for step in range(STEPS):
        some, any_ = torch.randint(len(telling), (BATCH // 2,)), torch.randint(len(rows), (BATCH // 2,))
        batch = torch.cat([telling[some], rows[any_]])
        asked = torch.stack([given.asked[w[torch.randint(len(w), ())]] for w in wordings])
        cosine = passage(given.base[batch]) @ question(_shaken(asked)).T
        label, known = given.label[batch][:, kinds], given.known[batch][:, kinds]
        loss = _answers(scale.exp() * cosine + bias, label, known) + _order(20 * cosine, label, known)
        loss = loss + HEADINGS * _under(given, batch, question, passage)
        loss = loss + BACK * (question.distance() + passage.distance())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 99:
            print(f"  step {step + 1}: {loss.item():.3f}")
    return question.eval(), passage.eval()


def _shaken(vectors: torch.Tensor) -> torch.Tensor:
    """Questions come in other words: a little noise stands for those nobody wrote down."""
    return vectors + 0.02 * torch.randn_like(vectors)


def _answers(logits: torch.Tensor, label: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Does it answer? An answer missed weighs four times a passage wrongly taken for one."""
    each = functional.binary_cross_entropy_with_logits(logits, label, reduction="none")
    return (each * known * (1 + 3 * label)).sum() / len(logits)


def _order(logits: torch.Tensor, label: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """For each kind, what answers must lie before all that does not."""
    right, wrong = (label * known).T, ((1 - label) * known).T
    others = torch.logsumexp(logits.T.masked_fill(wrong == 0, -1e4), 1, keepdim=True)
    return ((torch.logaddexp(logits.T, others) - logits.T) * right).sum() / right.sum().clamp(min=1)


def _under(given: Lesson, batch: torch.Tensor, question: Head, passage: Head) -> torch.Tensor:
    """A heading, read as a question, finds what stands under it."""
    with_one = batch[given.heading[batch] >= 0]
    titles, right = torch.unique(given.heading[with_one], return_inverse=True)
    logits = 20 * passage(given.base[with_one]) @ question(_shaken(given.headings[titles])).T
    return functional.cross_entropy(logits, right)


# --- how it fares -----------------------------------------------------------------------------------------------------


@torch.no_grad()
def recall(given: Lesson, kinds: Sequence[int], rows: torch.Tensor, heads: tuple[Head, Head] | None) -> float:
    """Of the passages that answer, the share among the first six of their document; over kinds and documents."""
    question, passage = heads or (lambda v: v, lambda v: v)
    vectors, found = passage(given.base[rows]), []
    for kind in kinds:
        scores = vectors @ question(given.asked[given.kind == kind]).T
        for document in given.document[rows].unique():
            here = (given.document[rows] == document) & (given.known[rows, kind] == 1)
            label = given.label[rows][here, kind]
            if label.sum():
                best = scores[here].argsort(0, descending=True)[:6]
                found.append(float(label[best].sum(0).mean() / min(6, label.sum())))
    return float(np.mean(found))


def unseen_kinds(given: Lesson) -> None:
    """Train without a quarter of the kinds, on four fifths of the documents; measure on the other fifth."""
    documents = given.document.unique()
    mine = given.document % 5 != 0
    rows, others = torch.nonzero(mine)[:, 0], torch.nonzero(~mine)[:, 0]
    order = random.Random(1).sample(range(len(given.kinds)), len(given.kinds))  # noqa: S311 - a fixed split
    print(f"recall at 6, {len(documents)} documents, a fifth of them held out, all wordings")
    for quarter in range(4):
        hidden = order[quarter::4]
        seen = [k for k in range(len(given.kinds)) if k not in hidden]
        heads = train(given, seen, rows)
        for name, kinds in (("kinds seen", seen), ("kinds never seen", hidden)):
            before, after = recall(given, kinds, others, None), recall(given, kinds, others, heads)
            print(f"quarter {quarter + 1}, {name:17} before {100 * before:.1f}  after {100 * after:.1f}")


# --- the belief -------------------------------------------------------------------------------------------------------


@torch.no_grad()
def _examples(given: Lesson, rows: torch.Tensor, heads: tuple[Head, Head]) -> tuple[torch.Tensor, ...]:
    """For every document and question: the features of `embedding.features`, the question, and whether it answers."""
    question, passage = heads
    asked = question(given.asked)
    features, questions, answers = [], [], []
    for document in given.document[rows].unique():
        here = rows[given.document[rows] == document]
        scores = (passage(given.base[here]) @ asked.T).T.sort(1, descending=True).values.numpy()
        annotated = given.annotated[document][given.kind]
        features.append(torch.tensor(np.stack([embedding.features(s) for s in scores]))[annotated])
        questions.append(asked[annotated])
        answers.append(given.label[here].any(0)[given.kind][annotated].float())
    return torch.cat(features), torch.cat(questions), torch.cat(answers)


def belief(given: Lesson) -> dict[str, torch.Tensor]:
    """The weights of the belief that a document answers a question."""
    parts = []
    for fold in range(FOLDS):
        inside, outside = (
            torch.nonzero(m)[:, 0] for m in (given.document % FOLDS != fold, given.document % FOLDS == fold)
        )
        parts.append(_examples(given, outside, train(given, range(len(given.kinds)), inside)))
    features, questions, answers = (torch.cat(part) for part in zip(*parts, strict=True))
    weight = torch.zeros(features.shape[1], requires_grad=True)
    offset, steepness = (torch.zeros(questions.shape[1], requires_grad=True) for _ in range(2))
    bias = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.Adam([weight, offset, steepness, bias], lr=0.05)
    for _ in range(1_200):
        logits = features @ weight + questions @ offset + features[:, 0] * (questions @ steepness) + bias
        loss = functional.binary_cross_entropy_with_logits(logits, answers)
        loss = loss + TIMID * ((offset**2).sum() + (steepness**2).sum())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    print(f"belief: {len(answers)} examples, {answers.mean():.0%} answered, loss {loss.item():.3f}, {weight.tolist()}")
    found = {"features": weight, "offset": offset, "steepness": steepness, "bias": bias}
    return {f"belief.{name}": tensor.detach() for name, tensor in found.items()}


def save(question: Head, passage: Head, believed: dict[str, torch.Tensor], base: str, path: Path) -> None:
    from safetensors.torch import save_file

    tensors = {
        f"{side}.{part}": getattr(head, part).detach().half().contiguous()
        for side, head in (("question", question), ("passage", passage))
        for part in ("weight", "bias")
    }
    tensors |= {name: tensor.contiguous() for name, tensor in believed.items()}
    credit = "Trained on CUAD v1 (The Atticus Project) and ContractNLI, both CC BY 4.0"
    save_file(tensors, path, metadata={"base": base, "credit": credit})


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _tell(done: int, total: int) -> None:
    print(f"\rencoding {done}/{total}", end="" if done < total else "\n", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=HERE.parents[2] / "shared" / "bench" / "dev")
    parser.add_argument("--keep", type=Path, help="where to keep what was read and encoded, for another run")
    parser.add_argument("--unseen-kinds", action="store_true")
    arguments = parser.parse_args()
    encoder = embedding.Encoder()
    if arguments.keep and arguments.keep.exists():
        given = torch.load(arguments.keep, weights_only=False)
    else:
        given = lesson(arguments.bench, encoder, only=lambda document: not document["mini"])
        if arguments.keep:
            torch.save(given, arguments.keep)
    if arguments.unseen_kinds:
        unseen_kinds(given)
        return
    question, passage = train(given, range(len(given.kinds)), torch.arange(len(given.base)))
    save(question, passage, belief(given), encoder.base, embedding.HEADS)


if __name__ == "__main__":
    main()
