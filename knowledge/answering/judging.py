"""Whether a sentence answers a question, and how well: its form must be the answer's, its topic the question's.

The weights were set by reading the answers to the samples' questions and to public contracts; they order sentences and
are no probabilities.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from knowledge import rules
from knowledge.answering import topics
from knowledge.answering.questions import Ask, Kind
from knowledge.answering.texts import OWN_CHAPTER, only_heading, plain_term, stems
from knowledge.model import Clause, ClauseKind
from knowledge.rules import Anchor, Bound, Facts, Modality, Relation, TimeRule

NEAR = 0.8  # how much the search's opinion of a clause weighs against what its sentences say


# Said by a sentence and not asked for, these make it an answer to another question.
_DISTINCT = (
    *(
        "objection",
        "delay",
        "thesis",
        "termination",
        "dispute",
        "royalty",
        "insurance",
        "audit",
        "sublicence",
        "survival",
    ),
    *("return or destruction", "names and logos", "breach", "oral disclosure", "assignment", "artificial intelligence"),
)


_TELLING = frozenset({Kind.SILENCE, Kind.GROUNDS, Kind.PREVAILS, Kind.METHOD})  # the form alone says what it is about


_BY_TERM = frozenset({Kind.MEANING, Kind.COVERS, Kind.WORDING, Kind.RECIPIENT})


_IMPLIED = {Kind.SILENCE: frozenset({"objection"}), Kind.GROUNDS: frozenset({"objection", "delay"})}


_PREVAILS = topics.BY_NAME["precedence"].said


_MEANS = re.compile(
    r"\b(?:means?|refers? to|includ(?:es|ing)|is (?:treated|regarded|considered) as|are dissemination"
    r"|within the meaning|shall mean)\b|^[^.]{0,60}:",
    re.IGNORECASE,
)


_DEFAULT = re.compile(r"\bunless (?:otherwise )?agreed\b|\bfailing (?:such )?agreement\b", re.IGNORECASE)


_GATHERS = re.compile(r"\banything not\b|\bnot (?:identified|listed|named)\b", re.IGNORECASE)


def by_default(sentence: str) -> bool:
    """Whether a rule holds only where the parties agreed nothing else."""
    return bool(_DEFAULT.search(sentence))


_GROUNDS = re.compile(
    r"justified|\bgrounds?\b|\breason|:\s*$|\bonly (?:if|where|when)\b|necessary in order|\bbecause\b", re.IGNORECASE
)


_SERVICE = re.compile(
    r"\b(?:hand|courier|post|mail|e-?mail|electronic|fax|recorded delivery|address(?:es|ed)?|personally|in writing"
    r"|method|served|delivered)\b",
    re.IGNORECASE,
)


QUOTED = re.compile(r"[\"“«]([^\"”»]{12,600})[\"”»]")


_CAPPED = re.compile(r"\b(?:exceed|limited to|aggregate|in no event|maximum)\b", re.IGNORECASE)


FORMS = {Kind.SILENCE: rules.SILENCE, Kind.PREVAILS: _PREVAILS, Kind.WORDING: QUOTED}


_MODAL_ORDER = {Modality.CONSENT: 0.8, Modality.MUST_NOT: 0.7, Modality.MAY: 0.6, Modality.NOT: 0.2, Modality.MUST: 0.1}


def direction_fits(ask: Ask, rule: TimeRule) -> bool:
    """Whether a period runs the way the question means: before an act, or after an event, or at most so long."""
    if ask.speaks_of("objection", "delay"):
        return rule.relation is not Relation.BEFORE and rule.relation is not Relation.NOTICE
    if ask.speaks_of("notice"):
        return rule.relation in {Relation.BEFORE, Relation.NOTICE}
    return True


def _kind_score(ask: Ask, clause: Clause, sentence: str, facts: Facts) -> float | None:
    """How well a sentence has the form of the answer; None where it cannot be one."""
    scored = _SCORES.get(ask.kind)
    return scored(ask, clause, sentence, facts) if scored else 0.3 if facts.modals else 0.0


def _silence_score(_ask: Ask, _clause: Clause, _sentence: str, facts: Facts) -> float | None:
    return 1.5 if facts.silence else None


def _grounds_score(_ask: Ask, _clause: Clause, sentence: str, _facts: Facts) -> float | None:
    if not _GROUNDS.search(sentence):
        return None
    return 3.0 if sentence.rstrip().endswith(":") else 1.5


def _recipient_score(_ask: Ask, _clause: Clause, _sentence: str, facts: Facts) -> float | None:
    return 1.0 if facts.recipients else None


def _method_score(_ask: Ask, _clause: Clause, sentence: str, _facts: Facts) -> float | None:
    return 0.4 * min(4, len(_SERVICE.findall(sentence))) or None


def _wording_score(_ask: Ask, clause: Clause, _sentence: str, _facts: Facts) -> float | None:
    return 1.0 if QUOTED.search(clause.text) else None


def _amount_score(_ask: Ask, clause: Clause, sentence: str, facts: Facts) -> float | None:
    if facts.amounts:
        return 1.0
    return 0.9 if _CAPPED.search(sentence) else 0.8 if clause.unfilled else None


def _permission_score(ask: Ask, _clause: Clause, _sentence: str, facts: Facts) -> float | None:
    order = max((_MODAL_ORDER[m.modality] for m in facts.modals), default=None)
    limits = ask.length is not None and any(t.bound is Bound.AT_MOST for t in facts.times)
    return order + 1.4 * limits if order is not None else None


def _meaning_score(ask: Ask, clause: Clause, sentence: str, _facts: Facts) -> float | None:
    return 2.0 * _names(ask.term, clause, sentence) or None


_INSIDE = re.compile(
    r"\b(?:annex(?:es)?|attachments?|schedules?|exhibits?|append(?:ix|ices)|core text|clauses|body)\b", re.IGNORECASE
)


def _precedence_score(ask: Ask, _clause: Clause, sentence: str, _facts: Facts) -> float | None:
    """Whether a sentence ranks documents; one that ranks parts of the same one only if such parts are asked about."""
    if not _PREVAILS.search(sentence):
        return None
    return 1.5 if bool(_INSIDE.search(sentence)) == bool(_INSIDE.search(ask.text)) else 0.9


def _names(term: str, clause: Clause, sentence: str) -> float:
    """How exactly a clause defines a term: 1 for the term itself, less for a longer one ("Licensed Fields of Use")."""
    asked, defined = plain_term(term), plain_term(clause.defines)
    if defined and defined == asked:
        return 1.0
    if defined and re.search(rf"\b{re.escape(asked)}\b", defined):
        return 0.6
    if re.match(rf"[\s\"“'(a-z0-9.)]{{0,8}}(?:the\s+)?{re.escape(asked)}[\s\"”']*:\s", plain_term(sentence)):
        return 0.9
    if re.search(
        rf"[\"“']?\s?\b{re.escape(asked)}\b\s?[\"”']?,?\s+(?:means?|shall mean|is|are|refers? to)\b",
        plain_term(sentence),
    ):
        return 0.8 if "mean" in sentence else 0.3
    return 0.0


def _covers_score(ask: Ask, clause: Clause, sentence: str, _facts: Facts) -> float | None:
    """A definition of the term, or words that name the thing; the nearer, the higher."""
    thing = stems(ask.thing)
    named = len(thing & stems(sentence)) / max(1, len(thing))
    if clause.kind is ClauseKind.ROW:
        return 0.4 + 2 * named if named >= 0.5 else None
    defined = _names(ask.term, clause, sentence)
    if defined or _MEANS.search(sentence) or _GATHERS.search(sentence):
        return 0.6 + defined + named
    return None


_UNTIL = re.compile(r"\b(?:until|without limit of time)\b", re.IGNORECASE)
_PUBLISHING = frozenset({Anchor.PUBLICATION, Anchor.SUBMISSION})


_LASTING = re.compile(
    r"\b(?:until when|how long (?:must|do|does|is|are|will|should|can|may|shall)|how many years)\b", re.IGNORECASE
)


def _time_score(ask: Ask, _clause: Clause, sentence: str, facts: Facts) -> float | None:
    fitting = [t for t in facts.times if direction_fits(ask, t)]
    if not fitting and not facts.dates:
        return 1.2 if _LASTING.search(ask.text) and _UNTIL.search(sentence) else None
    if ask.speaks_of("effective date") and not facts.dates:
        return None  # a length is no beginning
    score = 1.0 if any(t.relation is not Relation.NONE for t in fitting) else 0.6
    within = any(sentence[t.span.start :].casefold().startswith(("within", "no later", "not later")) for t in fitting)
    if ask.speaks_of("delay"):
        score += 0.4 if any(t.bound is Bound.AT_MOST for t in fitting) and not within else 0.0
        score -= 0.0 if topics.BY_NAME["delay"].said_by(sentence) else 0.4  # a length of something else
    elif ask.speaks_of("objection"):
        score += 0.5 if within else 0.0
    elif ask.speaks_of("notice") and ask.speaks_of("publication"):
        score += 0.5 if any(t.anchor in _PUBLISHING for t in fitting) else 0.0
    elif _LASTING.search(ask.text):
        lasting = any(t.bound is Bound.EXACT and t.relation is not Relation.BEFORE for t in fitting)
        score += 1.0 if lasting else -1.0 if within else 0.0
    return score


_SCORES: dict[Kind, Callable[[Ask, Clause, str, Facts], float | None]] = {
    Kind.TIME: _time_score,
    Kind.SILENCE: _silence_score,
    Kind.GROUNDS: _grounds_score,
    Kind.RECIPIENT: _recipient_score,
    Kind.PREVAILS: _precedence_score,
    Kind.METHOD: _method_score,
    Kind.WORDING: _wording_score,
    Kind.AMOUNT: _amount_score,
    Kind.MAY: _permission_score,
    Kind.MEANING: _meaning_score,
    Kind.COVERS: _covers_score,
}


def judge(
    ask: Ask, clause: Clause, around: str, chapter: str, sentence: str, facts: Facts, nearness: float
) -> tuple[float, bool]:
    """The score of one sentence and whether it answers. `around` is the text that says what the clause is about,
    `chapter` the text of the clauses beside it; `nearness` (0..1) is what the search thinks of the clause."""
    heading = clause.heading[-1] if clause.heading else ""
    if only_heading(sentence, heading):
        return 0.0, False
    form = _kind_score(ask, clause, sentence, facts)
    met, score = _topic_score(ask, sentence, heading, around, chapter)
    asked = {topic.name for topic in ask.topics}
    if _DEFAULT.search(sentence):
        score -= 0.4
    score -= 0.35 * len(_distinct(sentence) - asked)
    words = stems(ask.text)
    shared = words & (stems(sentence) | stems(heading))
    score += 0.8 * len(shared) / max(4, len(words))
    near = nearness >= 0.5 and 3 * len(shared) >= len(words)
    known = bool(ask.topics) or near or bool(ask.term) or ask.kind in _TELLING
    return score + NEAR * nearness + (form or 0.0), form is not None and met and known


@lru_cache(maxsize=50_000)
def _distinct(sentence: str) -> frozenset[str]:
    return frozenset(name for name in _DISTINCT if topics.BY_NAME[name].said.search(sentence))


_NEAR_ENOUGH = 1500  # characters around a sentence that may say what it is about


def _topic_score(ask: Ask, sentence: str, heading: str, around: str, chapter: str) -> tuple[bool, float]:
    """Whether every strict topic is met, and one of them by the sentence or its heading; and what the matches weigh."""
    met, score, spoken = True, 0.0, False
    for topic in ask.topics:
        headed = bool(heading and topic.said.search(heading))
        score += 0.5 * topic.weight * headed
        if topic.said_by(sentence):
            score += topic.weight
            spoken |= topic.strict
        elif headed or (len(around) <= _NEAR_ENOUGH and topic.said.search(around)):
            score += 0.5 * topic.weight
            spoken |= headed and topic.strict
        elif OWN_CHAPTER.search(sentence) and topic.said.search(chapter):
            score += 0.7 * topic.weight
            spoken |= topic.strict
        elif topic.strict and ask.kind is not Kind.MEANING:
            met = False
    strict = any(topic.strict for topic in ask.topics)
    return met and (spoken or not strict or ask.kind in _TELLING or ask.kind in _BY_TERM), score
