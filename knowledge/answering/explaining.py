"""A language model's explanation in front of an answer that stands without it.

The model is offered the clauses the answer rests on, and no others. What it says passes the grounding gate or is not
shown; quotations are cut from the stored clauses. Text that may not leave this machine is never offered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.answering import quotes, wording
from knowledge.answering.evidence import Evidence
from knowledge.answering.headlines import Finding
from knowledge.answering.texts import speaks_to_software
from knowledge.language_model import LanguageModel, Quotation, may_leave, worded
from knowledge.model import Answer, Citation, Span


def explained(given: Answer, question: str, findings: Sequence[Finding], model: LanguageModel) -> Answer:
    """`given`, with the model's explanation above it where the gate let one through; else `given` itself. The gate
    reads English, so an answer in another language is left as it is."""
    offered = _offered(findings)
    if not offered or given.language != "en":
        return given
    clauses = {id_: evidence.clause for id_, (_, evidence) in offered.items()}
    said = worded(question, clauses, model, names=_names(findings))
    if said is None:
        return given
    lines = [f"{sentence.text} ({wording.names([offered[i][1] for i in sentence.ids])})" for sentence in said.sentences]
    more = [c for q in said.quotations if (c := _citation(q, *offered[q.id])) and not _within(c, given.citations)]
    body, _, closing = given.text.rpartition("\n\n")
    text = wording.paragraphs(("\n".join(lines), body, "\n".join(map(wording.shown, more)), closing))
    return replace(given, text=text, citations=(*given.citations, *more))


def _offered(findings: Sequence[Finding]) -> dict[str, tuple[Finding, Evidence]]:
    """The clauses of the evidence under ids of their own; none at all where one of them may not leave this machine."""
    if not all(may_leave(f.agreement) and all(may_leave(e.source) for e in f.evidence) for f in findings):
        return {}
    offered: dict[tuple[str, int], tuple[Finding, Evidence]] = {}
    for finding in findings:
        for evidence in finding.evidence:
            if not speaks_to_software(evidence.clause.text):
                offered.setdefault((evidence.version.file, evidence.clause.position), (finding, evidence))
    return {f"C{n}": pair for n, pair in enumerate(offered.values(), start=1)}


def _citation(quotation: Quotation, finding: Finding, evidence: Evidence) -> Citation:
    start = evidence.clause.start
    span = Span(start + quotation.span.start, start + quotation.span.end)
    return quotes.cite(finding.texts[evidence.version.file], evidence.clause, span, amended_by=evidence.amendment)


def _within(citation: Citation, others: Sequence[Citation]) -> bool:
    return any(o.file == citation.file and o.start <= citation.start and citation.end <= o.end for o in others)


def _names(findings: Sequence[Finding]) -> frozenset[str]:
    """The words of the parties' and agreements' names: names in whatever case a model writes them."""
    known = [name for f in findings for p in f.agreement.parties for name in (p.name, *p.also)]
    known += [f.agreement.short_name for f in findings]
    return frozenset(word for name in known for word in re.findall(r"\w{3,}", name))
