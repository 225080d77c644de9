"""A question -> ranked passages, inside what the asker may read and what was in force on the day.

Which agreement is meant comes first (`mentions`): with the right document known, the same encoder finds far more than
in a pile of contracts that all speak of the same things. Then dense and lexical evidence together, over the allowed
rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.embedding import Encoder
from knowledge.index import Generation
from knowledge.mentions import Mention, meant
from knowledge.model import Turn

LEXICAL = 0.15  # weight of the words themselves beside the meaning
KEEP = 400  # hits handed on


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage: `version` is its document's place in `Generation.versions`, `clause` the position of its clause there,
    `start..end` its place in that text. `score` grows with how well it fits."""

    version: int
    clause: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """`hits`, best first. `agreements` are the ids the question means; empty unless `named`. `support` in 0..1 is the
    calibrated belief that a hit answers the question. `rest` is the question without the names in it."""

    hits: tuple[Hit, ...]
    agreements: tuple[str, ...]
    named: bool
    support: float
    rest: str


def search(
    generation: Generation,
    encoder: Encoder,
    question: str,
    *,
    allowed: frozenset[str],
    on: date | None,
    agreement: str | None = None,
    file: str | None = None,
    history: Sequence[Turn] = (),
) -> Found:
    """Passages for a question, best first. `agreement` (id or short name) or `file` restricts it; else the question's
    own words decide which agreements are meant, then the thread, then everything allowed is searched."""
    scope, mention, named = _scope(generation, question, allowed, on, agreement, file, history)
    rows = generation.rows(scope, on)
    if file is not None:
        wanted = np.array([v.file == file for v in generation.versions], bool)
        rows = rows[wanted[generation.row_version[rows]]]
    if not len(rows):
        return Found((), (), named, 0.0, mention.rest)
    question_vector = encoder.query(mention.rest)
    dense = generation.dense(question_vector, rows)
    words = generation.lexical(generation.lexical_tokens(mention.rest), rows)
    scores = dense + LEXICAL * words / (words + 10.0)
    order = np.argsort(-scores, kind="stable")[:KEEP]
    best = rows[order]
    places = (generation.row_version, generation.row_clause, generation.row_start, generation.row_end)
    hits = tuple(map(Hit, *(place[best].tolist() for place in places), scores[order].tolist()))
    of_best = dense[generation.row_version[rows] == generation.row_version[rows[int(np.argmax(dense))]]]
    meant_ids = tuple(a for a in mention.agreements if a in scope) if named else ()
    return Found(hits, meant_ids, named, encoder.belief(question_vector, np.sort(of_best)[::-1]), mention.rest)


def named_in(generation: Generation, text: str, *, allowed: frozenset[str], on: date) -> tuple[str, ...]:
    """The ids of the agreements in `allowed` that a text names by its own words."""
    return tuple(a for a in _mention(generation, text, allowed, on).agreements if a in allowed)


def _scope(
    generation: Generation,
    question: str,
    allowed: frozenset[str],
    on: date | None,
    agreement: str | None,
    file: str | None,
    history: Sequence[Turn],
) -> tuple[frozenset[str], Mention, bool]:
    """The agreements to search, what the question names, and whether it is known which are meant."""
    if agreement is not None or file is not None:
        only = frozenset(
            v.agreement
            for v in generation.versions
            if v.agreement in allowed
            and (file is None or v.file == file)
            and (agreement is None or agreement.casefold() in _names(generation, v.agreement))
        )
        mention = _mention(generation, question, only, on)
        return only, Mention(tuple(sorted(only)), mention.rest), True
    mention = _mention(generation, question, allowed, on)
    if mention.agreements:
        return frozenset(mention.agreements), mention, True
    before = tuple(a for turn in reversed(history) for a in turn.agreements if a in allowed)
    if before:
        last = tuple(
            dict.fromkeys(a for a in next(t for t in reversed(history) if t.agreements).agreements if a in allowed)
        )
        return frozenset(last or before), Mention(last or before, mention.rest), True
    return allowed, mention, False


def _names(generation: Generation, agreement: str) -> set[str]:
    return {agreement.casefold(), generation.agreements[agreement].short_name.casefold()}


def _mention(generation: Generation, question: str, allowed: frozenset[str], on: date | None) -> Mention:
    of = {v.agreement: i for i, v in enumerate(generation.versions) if on is None or v.in_force(on)}
    present = [a for key, a in sorted(generation.agreements.items()) if key in allowed and key in of]
    return meant(question, present, [of[a.id] for a in present], generation.names)
