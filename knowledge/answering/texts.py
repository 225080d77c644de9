"""The text an answer is read from: what was in force on a day, sentence by sentence, and what changed it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from weakref import WeakKeyDictionary

from knowledge import rules
from knowledge.index import Generation
from knowledge.languages.voice import Voice
from knowledge.model import Agreement, Amends, Clause, Span, Version
from knowledge.passages import sentences
from knowledge.rules import Facts

OWN_CHAPTER = re.compile(r"\b(?:of|under|in) this (?:clause|section|article|paragraph)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Text:
    """One file of one agreement, as far as answering needs it. Made once for each file of a generation.

    `around` says for each clause what it is about, `beside` holds the text of the clauses next to one that speaks of
    "this clause" as a whole.
    """

    agreement: Agreement
    version: Version
    clauses: tuple[Clause, ...]
    whole: str
    around: tuple[str, ...]
    beside: tuple[str, ...]
    _said: dict[str, frozenset[int]] = field(default_factory=dict)

    def saying(self, name: str, said: re.Pattern[str]) -> frozenset[int]:
        """The positions of the clauses in which, or above or beside which, a pattern (known by a name) is found."""
        if name not in self._said:
            self._said[name] = frozenset(
                clause.position
                for clause, around, beside in zip(self.clauses, self.around, self.beside, strict=True)
                if said.search(around) or (beside and said.search(beside))
            )
        return self._said[name]


_texts: WeakKeyDictionary[Generation, dict[int, Text]] = WeakKeyDictionary()


def texts_in_force(generation: Generation, agreement: Agreement, on: date) -> tuple[Text, ...]:
    """The texts of an agreement on a day, one for each of its files."""
    known = _texts.setdefault(generation, {})
    return tuple(
        known.get(position) or known.setdefault(position, _text(generation, agreement, position))
        for position, version in enumerate(generation.versions)
        if version.agreement == agreement.id and version.in_force(on)
    )


def _text(generation: Generation, agreement: Agreement, position: int) -> Text:
    clauses = generation.clauses(position)
    return Text(
        agreement,
        generation.versions[position],
        clauses,
        generation.text(position),
        tuple(_around(clauses, clause) for clause in clauses),
        tuple(_chapter(clauses, clause) for clause in clauses),
    )


def _around(clauses: Sequence[Clause], clause: Clause) -> str:
    """What says what a clause is about: its headings, its own text, the lead-in of the clause around it."""
    parent = clauses[clause.parent] if clause.parent is not None and clause.parent < len(clauses) else None
    lead = parent.text if parent is not None and parent.text.rstrip().endswith((":", ",", "if", "that")) else ""
    return " / ".join((*clause.heading, lead, clause.text))


def _chapter(clauses: Sequence[Clause], clause: Clause) -> str:
    """The text of the clauses beside a clause that speaks of "this clause" as a whole; else nothing."""
    if not OWN_CHAPTER.search(clause.text):
        return ""
    return " / ".join(c.text for c in clauses if c.parent == clause.parent and c.position != clause.position)


def inside(clauses: Sequence[Clause], clause: Clause, number: str) -> bool:
    """Whether a clause is `number` of its document or one of its descendants."""
    at: Clause | None = clause
    while at is not None:
        if bare_number(at.number) == bare_number(number):
            return True
        at = clauses[at.parent] if at.parent is not None else None
    return False


@dataclass(frozen=True, slots=True)
class Change:
    """That `amends` was made by `by`; `readable` says whether the asker may know of it."""

    amends: Amends
    by: Agreement
    readable: bool

    def label(self, voice: Voice) -> str:
        """The change as citations name it: "ORION-AM2 §1, effective 1 Sep 2026"."""
        clause = f"{self.by.short_name} {clause_label(self.amends.by_clause)}"
        return voice.say("amendment", clause=clause, day=voice.plain_day(self.amends.effective))


def changes_to(generation: Generation, agreement: Agreement, allowed: frozenset[str]) -> tuple[Change, ...]:
    """Every clause-by-clause change to an agreement, in the order in which they take effect."""
    found = [
        Change(amends, other, other.id in allowed)
        for other in generation.agreements.values()
        for amends in other.amends
        if amends.agreement == agreement.id
    ]
    return tuple(sorted(found, key=lambda change: (change.amends.effective, change.by.id)))


def bare_number(number: str) -> str:
    """A clause number without its ornaments: "§ 1", "Section 1." and "1" are the same."""
    bare = re.sub(r"(?i)\b(?:section|clause|article|paragraph|art\.?|sec\.?)\b|§|\s", "", number)
    return bare.strip(".").casefold()


def covers(number: str, other: str) -> bool:
    """Whether clause `other` is clause `number` or lies inside it ("8.4" and "8.4.2(a)")."""
    outer, inner = bare_number(number), bare_number(other)
    return inner == outer or (inner.startswith(outer) and inner[len(outer) : len(outer) + 1] in {".", "("})


def clause_label(number: str) -> str:
    """How a clause number is cited: "8.4.2.1", "§1"."""
    return re.sub(r"§\s+", "§", number.strip())


# Text that speaks to the reader's software, not to the parties. It is never quoted and never followed.
_TO_SOFTWARE = re.compile(
    r"\b(?:system|assistant|developer)\s*(?:prompt|message|override|instruction)?\s*[:>]"
    r"|\bignore\b[^.]{0,40}\b(?:instructions?|prompts?|rules)"
    r"|\b(?:disregard|forget|override)\b[^.]{0,40}\b(?:instructions?|prompts?|guardrails)|\btell the (?:user|reader"
    r"|person asking)"
    r"|\b(?:you are|act as|as) an? (?:ai|language model|assistant|chatbot)\b|\b(?:ai|language model|chatbot"
    r"|assistant)s?\b[^.]{0,40}\b(?:must|should|shall|are to|is to)"
    r" (?:answer|reply|reveal|tell|output|say|respond|state|report)|\breveal all\b|<\/?(?:system|prompt|instruction)",
    re.IGNORECASE,
)


def speaks_to_software(text: str) -> bool:
    """Whether a sentence tries to instruct a machine that reads it."""
    return bool(_TO_SOFTWARE.search(text))


@lru_cache(maxsize=50_000)
def _read(text: str, unfilled: tuple[Span, ...]) -> tuple[tuple[int, int, Facts], ...]:
    found = []
    for span in sentences(text):
        sentence = text[span.start : span.end]
        if speaks_to_software(sentence):
            continue
        inside = tuple(
            Span(max(0, u.start - span.start), min(u.end, span.end) - span.start) for u in unfilled if u.overlaps(span)
        )
        found.append((span.start, span.end, rules.read(sentence, inside)))
    return tuple(found)


def read_clause(clause: Clause) -> tuple[tuple[int, int, Facts], ...]:
    """The sentences of a clause as (start, end, facts), offsets inside `clause.text`."""
    own = Span(clause.start, clause.end)
    unfilled = tuple(
        Span(max(u.start, own.start) - clause.start, min(u.end, own.end) - clause.start)
        for u in clause.unfilled
        if u.overlaps(own)
    )
    return _read(clause.text, unfilled)


def only_heading(sentence: str, heading: str) -> bool:
    """Whether a "sentence" is a clause's number and heading and says nothing."""
    if not heading or len(sentence) > 2 * len(heading) + 40:
        return False
    bare = (
        re.sub(
            r"(?i)^(?:(?:article|section|clause|annex|schedule|appendix)\s+)?(?:[§\s]*[\w.()]{1,12}\s+)?",
            "",
            " ".join(sentence.split()),
            count=1,
        )
        .strip(" .:")
        .casefold()
    )
    title = " ".join(heading.split()).strip(" .:").casefold()
    whole = " ".join(sentence.split()).strip(" .:").casefold()
    return bool(title) and title in {bare, whole}


def plain_term(term: str) -> str:
    """A term without article, quotation marks and plural, in lower case."""
    bare = re.sub(r"^(?:the|an?)\s+", "", " ".join(term.split()).strip("\"“”'").casefold())
    return re.sub(r"(?<=[^s])s\b", "", bare)


_STOP = frozenset(
    "a about after all also am an and any are as at be been before being but by can could did do does for from get"
    " had has have how i if in "
    "into is it its just like long many may me more much must my need no not of on one or our out over put shall"
    " should so some such than "
    "that the their them then there these they this those to under up us was we were what when which while who whom"
    " whose why will with "
    "would you your agreement agreements clause contract party parties please tell say says said".split()
)


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """Content words, cut to their first letters, so that "sublicences" and "sublicensing" meet."""
    words = re.findall(r"[a-z][a-z'-]+", text.lower())
    return frozenset(w.replace("'s", "").rstrip("s")[:6] for w in words if w not in _STOP and len(w) > 2)
