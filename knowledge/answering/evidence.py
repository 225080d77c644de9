"""Which sentences of the agreements answer a question: read, judged, put in order, as amended.

A sentence answers when it says the kind of thing asked (a duration, a recipient, what silence means) about the thing
asked (publication, not meetings). What merely stands near is `related` and is never presented as an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.answering.judging import FORMS, NEAR, direction_fits, judge
from knowledge.answering.questions import Ask, Kind
from knowledge.answering.texts import Change, Text, changes_to, covers, inside, read_clause, stems, texts_in_force
from knowledge.index import Generation
from knowledge.model import Agreement, Clause, ClauseKind, Span, Version
from knowledge.rules import Facts, TimeRule

# By agreement, file and clause position: passages the search found, in document offsets, and how near it thinks, 0..1.
Nearness = Mapping[tuple[str, str, int], Sequence[tuple[Span, float]]]

FIRST = 1.0  # the nearness of what the search puts first
TRUST = 1.6  # what nearness weighs beyond `NEAR` where the search is trusted


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a clause that was in force on the day asked about.

    `start..end` are document offsets, `facts` count from `start`. `fits` says that it answers; otherwise it is near.
    `agreement` is the one whose rule it is, `source` the one whose file it stands in: they differ where an amendment
    replaced the clause; then `replaces` is what stood there before, and `amendment` names the change.
    """

    agreement: Agreement
    source: Agreement
    version: Version
    clause: Clause
    start: int
    end: int
    text: str
    facts: Facts
    score: float
    fits: bool
    replaces: Evidence | None = None
    amendment: str = ""

    def times(self, ask: Ask) -> tuple[TimeRule, ...]:
        """The periods of this sentence that have the direction the question asks for, or all of them."""
        wanted = [t for t in self.facts.times if direction_fits(ask, t)]
        return tuple(wanted or self.facts.times)


def gather(
    ask: Ask,
    generation: Generation,
    texts: Sequence[Text],
    allowed: frozenset[str],
    nearness: Nearness,
    *,
    roles: Iterable[str] = (),
    trusted: bool = False,
) -> dict[str, tuple[Evidence, ...]]:
    """The evidence in each agreement, best first. `nearness` is the search's opinion of passages. Clauses that an
    amendment replaced are answered from the amendment, or left out where the asker may not read it. `roles` are the
    roles of the asker's own party ("Commercial Party"). `trusted` says that the search is sure of what it found in the
    one agreement meant: then its order decides among the sentences, and what it puts first answers."""
    found: dict[str, list[Evidence]] = {}
    wanted = tuple(role.casefold() for role in roles if role)
    for text in texts:
        changes = [c for c in changes_to(generation, text.agreement, allowed) if c.amends.effective <= ask.on]
        for evidence in _judged(ask, text, nearness, wanted, trusted=trusted):
            current = _as_amended(ask, generation, evidence, changes, wanted)
            if current is not None:
                found.setdefault(text.agreement.id, []).append(current)
    return {
        agreement: tuple(sorted(items, key=lambda e: (-e.fits, -e.score, e.start)))
        for agreement, items in found.items()
    }


def _judged(
    ask: Ask, text: Text, nearness: Nearness, roles: tuple[str, ...], within: str = "", *, trusted: bool = False
) -> Iterable[Evidence]:
    worth = _worth_reading(ask, text)
    for clause, around, chapter in zip(text.clauses, text.around, text.beside, strict=True):
        if clause.kind is ClauseKind.SIGNATURE or (within and not inside(text.clauses, clause, within)):
            continue
        hits = nearness.get((text.agreement.id, text.version.file, clause.position), ())
        if not within and not hits and clause.position not in worth:
            continue
        for start, end, facts in read_clause(clause):
            sentence = clause.text[start:end]
            there = Span(clause.start + start, clause.start + end)
            near = max((value for span, value in hits if span.overlaps(there)), default=0.0)
            score, fits = judge(ask, clause, around, chapter, sentence, facts, near)
            score += _for_whom(text.agreement, sentence, roles)
            if trusted and (clause.kind is not ClauseKind.PREAMBLE or ask.kind is Kind.TIME):
                score += TRUST * near
                fits = fits or (near == FIRST and score > TRUST + NEAR)
            yield Evidence(
                text.agreement,
                text.agreement,
                text.version,
                clause,
                clause.start + start,
                clause.start + end,
                sentence,
                facts,
                score,
                fits,
            )


def _for_whom(agreement: Agreement, sentence: str, roles: tuple[str, ...]) -> float:
    """More where a sentence rules for the asker's own kind of party, less where it rules for another kind."""
    if not roles:
        return 0.0
    folded = sentence.casefold()
    if any(role in folded for role in roles):
        return 0.7
    others = {
        role.strip().casefold() for party in agreement.parties for role in party.role.split(",") if " " in role.strip()
    }
    return -0.7 if any(role in folded for role in others - set(roles)) else 0.0


def _worth_reading(ask: Ask, text: Text) -> frozenset[int]:
    """The positions of clauses that may answer, whatever the search thought of them."""
    worth: frozenset[int] = frozenset()
    strict = [topic for topic in ask.topics if topic.strict]
    if strict:
        worth = frozenset.intersection(*(text.saying(topic.name, topic.said) for topic in strict))
    if ask.kind in FORMS:
        formed = text.saying(ask.kind, FORMS[ask.kind])
        worth = worth & formed if strict and ask.kind is not Kind.SILENCE else formed
    if ask.kind in {Kind.MEANING, Kind.COVERS}:
        term = stems(ask.term)
        worth |= {c.position for c, around in zip(text.clauses, text.around, strict=True) if term <= stems(around)}
    return worth


def _as_amended(
    ask: Ask, generation: Generation, evidence: Evidence, changes: Sequence[Change], roles: tuple[str, ...]
) -> Evidence | None:
    """The evidence as the text stood on the day: itself, what replaced it, or nothing where that may not be read."""
    change = next((c for c in reversed(changes) if covers(c.amends.clause, evidence.clause.number)), None)
    if change is None:
        return evidence
    if not change.readable:
        return None
    new = [
        candidate
        for text in texts_in_force(generation, change.by, ask.on)
        for candidate in _judged(ask, text, {}, roles, within=change.amends.by_clause)
        if candidate.fits or not evidence.fits
    ]
    if not new:
        return None
    best = max(new, key=lambda e: (_alike(e.text, evidence.text), e.score))
    return replace(
        best,
        agreement=evidence.agreement,
        score=evidence.score,
        fits=best.fits or evidence.fits,
        replaces=evidence,
        amendment=change.label(ask.voice),
    )


def _alike(one: str, other: str) -> float:
    a, b = stems(one), stems(other)
    return len(a & b) / max(1, len(a | b))
