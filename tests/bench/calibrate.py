"""Does it keep quiet when it should? The risk-coverage curve of abstaining, on questions told their document.

Coverage is the share of answerable questions that were answered, risk the share of unanswerable ones that were
answered all the same. A threshold is chosen on one half of the documents and reported on the other. Names, parties
and dates of the agreement are left out: every agreement has them.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from material import SCRATCH, Material, Query, clausewise, indexed, ours, read_lines, save, say, table, write_lines

ALWAYS_PRESENT = frozenset({"Document Name", "Parties", "Agreement Date"})
RISKS = (0.02, 0.05, 0.10, 0.20, 0.30)
COVERAGES = (0.50, 0.60, 0.70, 0.80, 0.90)


@dataclass(frozen=True)
class Asked:
    """One question and what came of it: `support` as `search` believes (0..1), `answered` as `ask` decided, and
    whether a citation touches the gold."""

    answerable: bool
    choosing: bool  # its document belongs to the half on which thresholds are chosen
    support: float
    answered: bool
    right: bool


@dataclass(frozen=True)
class Rate:
    """`hits` of `of`, with the exact (Clopper-Pearson) one-sided 95 % upper bound."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / max(1, self.of)

    @property
    def upper(self) -> float:
        from scipy.stats import binomtest

        return float(binomtest(self.hits, self.of).proportion_ci(0.90, "exact").high) if self.of else 1.0


def coverage_and_risk(asked: Sequence[Asked], answers: Callable[[Asked], bool]) -> tuple[Rate, Rate]:
    """How many answerable, and how many unanswerable questions are answered."""
    present = [answers(one) for one in asked if one.answerable]
    absent = [answers(one) for one in asked if not one.answerable]
    return Rate(sum(present), len(present)), Rate(sum(absent), len(absent))


def threshold_for_risk(asked: Sequence[Asked], risk: float) -> float:
    """The lowest threshold that answers at most this share of the unanswerable."""
    absent = sorted((one.support for one in asked if not one.answerable), reverse=True)
    allowed = int(risk * len(absent) + 1e-9)
    floor = absent[allowed] if allowed < len(absent) else -1.0
    above = [one.support for one in asked if one.support > floor]
    return min(above, default=2.0)


def threshold_for_coverage(asked: Sequence[Asked], coverage: float) -> float:
    """The highest threshold that answers at least this share of the answerable."""
    present = sorted((one.support for one in asked if one.answerable), reverse=True)
    needed = max(1, math.ceil(coverage * len(present)))
    return present[min(needed, len(present)) - 1] if present else 2.0


def measure(material: Material) -> None:
    """Ask, judge, print."""
    say("abstention: asking")
    data = indexed(material.folder())
    chosen = [q for q in material.queries if q["core"] and q["category"] not in ALWAYS_PRESENT]
    questions = [{"id": q["id"], "question": q["question"], "doc_id": q["doc_id"]} for q in chosen]
    folder = SCRATCH / "abstention"
    path = write_lines(folder / "questions.jsonl", questions)
    clausewise("ask", "--questions", path, "--out", folder / "answers.jsonl", data=data)
    ours("support", path, folder / "support.jsonl", data=data)
    _report(_judged(chosen, folder))


def _judged(queries: Sequence[Query], folder: Path) -> list[Asked]:
    answers = {row["id"]: row for row in read_lines(folder / "answers.jsonl")}
    support = {row["id"]: float(row["support"]) for row in read_lines(folder / "support.jsonl")}
    return [
        Asked(
            answerable=q["answerable"],
            choosing=hashlib.sha256(q["doc_id"].encode()).digest()[0] % 2 == 0,
            support=support[q["id"]],
            answered=answers[q["id"]]["outcome"] == "answer",
            right=_touches(answers[q["id"]]["citations"], q["gold_spans"]),
        )
        for q in queries
    ]


def _touches(citations: Sequence[dict[str, Any]], gold: Sequence[Sequence[int]]) -> bool:
    return any(c["start"] < end and start < c["end"] for c in citations for start, end in gold)


def _report(asked: list[Asked]) -> None:
    chosen_on = [one for one in asked if one.choosing]
    reported_on = [one for one in asked if not one.choosing]
    chosen: list[tuple[str, float]] = [(f"risk <= {r:.0%}", threshold_for_risk(chosen_on, r)) for r in RISKS]
    chosen += [(f"coverage >= {c:.0%}", threshold_for_coverage(chosen_on, c)) for c in COVERAGES]
    rows, figures = [], {}
    for aim, threshold in chosen:
        here, there = (
            coverage_and_risk(half, lambda o, t=threshold: o.support >= t) for half in (chosen_on, reported_on)
        )
        rows.append((aim, f"{threshold:.3f}", *map(_percent, here), *map(_percent, there), f"{there[1].upper:.0%}"))
        figures[aim] = {"threshold": threshold, "coverage": there[0].share, "risk": there[1].share}
    shipped, shipped_figures = _shipped(chosen_on, reported_on)
    counts = ", ".join(
        f"{sum(o.answerable for o in half)} answerable and {sum(not o.answerable for o in half)} unanswerable {name}"
        for half, name in ((chosen_on, "for choosing"), (reported_on, "for reporting"))
    )
    head = ("aim", "threshold", "coverage", "risk", "coverage", "risk", "at most")
    text = (
        f"Told the document, bare question; {counts}.\n\n"
        "By the support that search reports: the threshold is chosen for the aim on one half (first two figures) and\n"
        "reported on the other (last three; 'at most' is the 95 % bound of its risk)\n"
        f"{table(head, rows)}\n\n"
        f"As `clausewise ask` decides ('right': answered, and a citation touches the gold)\n{shipped}"
    )
    save("abstention", text, {"by support": figures, "as shipped": shipped_figures})


def _shipped(chosen_on: list[Asked], reported_on: list[Asked]) -> tuple[str, dict[str, dict[str, float]]]:
    rows, figures = [], {}
    for name, half in (("for choosing", chosen_on), ("for reporting", reported_on), ("both", chosen_on + reported_on)):
        coverage, risk = coverage_and_risk(half, lambda one: one.answered)
        right, _ = coverage_and_risk(half, lambda one: one.answered and one.right)
        rows.append((name, *map(_percent, (coverage, right, risk)), f"{risk.upper:.0%}"))
        figures[name] = {"coverage": coverage.share, "right": right.share, "risk": risk.share, "risk_bound": risk.upper}
    return table(("half", "coverage", "right", "risk", "at most"), rows), figures


def _percent(rate: Rate) -> str:
    return f"{rate.share:.1%}"
