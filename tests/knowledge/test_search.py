"""Finding passages inside what the asker may read."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.embedding import Encoder
from knowledge.index import Generation
from knowledge.model import Turn
from knowledge.search import Found, search

DAY = date(2026, 6, 2)


def find(generation: Generation, encoder: Encoder, question: str, **more: object) -> Found:
    settings: dict[str, object] = {"allowed": frozenset(generation.agreements), "on": DAY, **more}
    return search(generation, encoder, question, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "agreement", "clause"),
    [
        ("Which law governs ORION-CA?", "ORION-CA", "11.7"),
        ("How long may LAMBDA-RCA delay a paper for patents?", "LAMBDA-RCA", "5.2.1"),
        ("May the BIO material go to another laboratory?", "BIO-MTA", "2"),
        ("Can NOVA grant sublicences?", "NOVA-LIC", "4.1"),
    ],
)
def test_the_clause_is_among_the_first_five(
    sample_generation: Generation, encoder: Encoder, question: str, agreement: str, clause: str
) -> None:
    found = find(sample_generation, encoder, question)
    assert found.named
    assert agreement in found.agreements
    assert clause in [sample_generation.clauses(h.version)[h.clause].number for h in found.hits[:5]]


def test_hits_fall_in_score_and_lie_inside_their_clauses(sample_generation: Generation, encoder: Encoder) -> None:
    hits = find(sample_generation, encoder, "Who pays for patents?").hits
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    for hit in hits:
        clause = sample_generation.clauses(hit.version)[hit.clause]
        assert clause.start <= hit.start < hit.end <= clause.end


def test_nothing_outside_what_is_allowed_is_found_or_meant(sample_generation: Generation, encoder: Encoder) -> None:
    allowed = frozenset({"ORION-CA", "BIO-MTA"})
    found = find(sample_generation, encoder, "What royalty does NOVA pay?", allowed=allowed)
    assert {sample_generation.versions[h.version].agreement for h in found.hits} <= allowed
    assert not found.named
    assert find(sample_generation, encoder, "What royalty does NOVA pay?", allowed=frozenset()).hits == ()


def test_an_agreement_or_a_file_restricts_the_search(sample_generation: Generation, encoder: Encoder) -> None:
    for restriction in ({"agreement": "bio-mta"}, {"file": "BIO-MTA.txt"}):
        found = find(sample_generation, encoder, "Who owns results?", **restriction)
        assert {sample_generation.versions[h.version].agreement for h in found.hits} == {"BIO-MTA"}


def test_a_thread_keeps_its_agreement_until_another_is_named(sample_generation: Generation, encoder: Encoder) -> None:
    history = (Turn("What does LAMBDA say on notices?", ("LAMBDA-RCA",)),)
    kept = find(sample_generation, encoder, "and what if nobody replies?", history=history)
    assert kept.agreements == ("LAMBDA-RCA",)
    changed = find(sample_generation, encoder, "and for ACME-SRA?", history=history)
    assert changed.agreements == ("ACME-SRA",)
