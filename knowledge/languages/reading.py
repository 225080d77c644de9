"""Pieces of a question -> an English question that says the same, as far as its words are known.

`german` and `japanese` cut a question into pieces: known words of the field with their English, question words, small
words, names. Here the pieces are put in English order. What no piece covers is kept in mind: a question of which too
little is known is not answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a reader's agreements are called, in small letters: `codes` are short names and projects ("orion-ca",
    "orion"), `names` the words of the parties' names. `said` tells whether a word stands in one of those agreements."""

    codes: frozenset[str]
    names: frozenset[str]
    said: Callable[[str], bool]

    def is_code(self, word: str) -> bool:
        """Whether a word names an agreement."""
        return word.casefold() in self.codes

    def is_name(self, word: str) -> bool:
        """Whether a word is part of a party's name."""
        return word.casefold() in self.names

    def is_said(self, word: str) -> bool:
        """Whether a word is one of the agreements' own."""
        return len(word) > 3 and self.said(word.casefold())


class Role(StrEnum):
    """What a piece does in its clause."""

    BREAK = "ends a clause"
    OPENER = "and, if, before: begins a clause"
    ASK = "how long, who, by when"
    MODAL = "must, may, is"
    SUBJECT = "I, we, they"
    NOT = "not, no, without"
    NOBODY = "nobody"
    VERB = "what is done"
    REPLY = "to answer, an answer"
    THING = "what it is done to"
    LINK = "before, after, for, by"
    NAME = "a name, a number, a date: as it stands"
    SMALL = "says nothing by itself"
    UNKNOWN = "not understood"
    UNKNOWN_ACT = "something that is done, not understood"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a question (`source`) with its English; `english` of a name is as written."""

    role: Role
    english: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`english` is the question in English. `understood`, `unknown` (things) and `unknown_acts` are words of the
    question as written."""

    english: str
    understood: tuple[str, ...]
    unknown: tuple[str, ...]
    unknown_acts: tuple[str, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether enough is understood to answer. A thing that is not understood may be what is asked about, so it
        weighs twice as much as something done."""
        missing = 2 * len(self.unknown) + len(self.unknown_acts)
        return len(self.understood) >= missing and bool(self.english)


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
UNITS = frozenset("day days week weeks month months year years hour hours".split())
# What a thing can be said to be, so that a question whether it is asks for a definition or the rules for notices.
CATEGORIES = frozenset(
    (
        *("publication", "background", "results", "Confidential Information", "confidential", "material"),
        *("dissemination", "business day", "software code", "exploitation", "improvement", "invention", "notice"),
        *("formal notice", "export", "commercial use", "commercial exploitation"),
    )
)


def entries(tables: Iterable[tuple[str, Role]]) -> Iterator[tuple[str, Piece]]:
    """The entries of a glossary's tables, each with its piece, in their order. A line's entries stand before " = "."""
    for table, role in tables:
        for line in filter(None, table.replace("|\n    ", "|").splitlines()):
            words, english = line.split(" = ", 1)
            yield from ((entry.strip(), Piece(role, english, "")) for entry in words.split("|"))


_TELLING = {Role.VERB, Role.THING, Role.REPLY}


def put_together(pieces: Sequence[Piece], english: str) -> Reading:
    """The reading of a question whose English is known."""
    understood = dict.fromkeys(p.source for p in pieces if p.role in _TELLING)
    unknown = dict.fromkeys(p.source for p in pieces if p.role is Role.UNKNOWN)
    acts = dict.fromkeys(p.source for p in pieces if p.role is Role.UNKNOWN_ACT)
    names = dict.fromkeys(_names(pieces))
    if names and not understood and not unknown and not acts:
        english = f"and for {' and '.join(names)}?"
    elif not english and not unknown and not acts:
        english = "?"  # a greeting: it asks nothing, and that is understood
    return Reading(english, tuple(understood), tuple(unknown), tuple(acts))


def _names(pieces: Iterable[Piece]) -> Iterator[str]:
    """The names among the pieces; those that stand side by side are one."""
    for named, group in groupby(pieces, lambda piece: piece.role is Role.NAME):
        if named:
            yield " ".join(piece.english for piece in group)


def question(pieces: Iterable[Piece]) -> str:
    """The pieces as an English question."""
    said = [words for words in map(_clause, clauses(pieces)) if words]
    text = ", ".join(said)
    text = re.sub(r"^what(?: and)?, if\b", "what if", text)
    if len(said) == 1 and text.startswith(("if ", "nobody ")):
        text = f"what {'' if text.startswith('if ') else 'if '}{text}"
    return f"{text}?" if text else ""


def clauses(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces clause by clause; an opener begins one."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.role is Role.BREAK or (piece.role is Role.OPENER and found[-1]):
            found.append([])
        if piece.role not in {Role.BREAK, Role.SMALL}:
            found[-1].append(piece)
    return [clause for clause in found if clause]


@dataclass(slots=True)
class _Clause:
    """The words of one clause by what they do, in the order in which English has them."""

    opener: list[str]
    ask: list[str]
    modal: list[str]
    subject: list[str]
    nobody: list[str]
    denied: list[str]
    verbs: list[str]
    rest: list[str]

    def __str__(self) -> str:
        words = (self.opener, self.ask, self.modal, self.subject, self.nobody, self.denied, self.verbs, self.rest)
        return " ".join(word for part in words for word in part if word)


def _clause(pieces: Sequence[Piece]) -> str:
    """The English of one clause."""
    of = {role: [p.english for p in pieces if p.role is role] for role in Role}
    silence = _silence(pieces, of[Role.VERB])
    clause = _Clause(
        opener=of[Role.OPENER],
        ask=of[Role.ASK],
        modal=of[Role.MODAL][:1] if not silence else [],
        subject=of[Role.SUBJECT][:1] if not silence else [],
        nobody=of[Role.NOBODY] if not silence else [silence],
        denied=of[Role.NOT] if not silence else [],
        verbs=of[Role.VERB] if not silence else [],
        rest=[p.english for p in pieces if p.role in _REST],
    )
    if silence:
        return str(clause)
    if clause.modal and not clause.subject:
        clause.subject, clause.rest = _first_thing(pieces)
    if of[Role.REPLY]:
        how_long = any("how" in words or "when" in words for words in clause.ask)
        clause.verbs = [*clause.verbs, "time to respond" if how_long else "respond"]
    for settle in (_as_this_field_says, _with_an_object, _with_an_auxiliary):
        settle(clause)
    return str(clause)


_REST = {Role.THING, Role.LINK, Role.NAME, Role.UNKNOWN}


def _silence(pieces: Sequence[Piece], verbs: Sequence[str]) -> str:
    """That nobody answers or objects, where a clause says so."""
    roles = {p.role for p in pieces}
    if not roles & {Role.NOT, Role.NOBODY}:
        return ""
    if Role.REPLY in roles:
        return "nobody replies"
    objects = "object" in verbs or any(p.english == "objection" for p in pieces)
    return "nobody objects" if objects and not roles & {Role.ASK, Role.MODAL} else ""


def _first_thing(pieces: Sequence[Piece]) -> tuple[list[str], list[str]]:
    """What stands right behind the modal, as the subject, and the rest."""
    words = list(pieces)
    at = next(i for i, p in enumerate(words) if p.role is Role.MODAL) + 1
    end = at
    if at < len(words) and words[at].role in {Role.NAME, Role.THING}:
        end += 1
        while end < len(words) and words[at].role is Role.NAME and words[end].role is Role.NAME:
            end += 1
        if words[end - 1].source.endswith("-") and end < len(words):  # "HELIX-Daten": one word
            end += 1
    subject = [p.english for p in words[at:end]]
    return subject, [p.english for p in (*words[:at], *words[end:]) if p.role in _REST]


def _as_this_field_says(clause: _Clause) -> None:
    """What a literal reading would hide: the words that the topics of the field are known by."""
    if clause.ask == ["on what conditions"] and ("object" in clause.verbs or "objection" in clause.rest):
        clause.ask = ["on which grounds"]
    things = [*clause.subject, *clause.rest]
    if clause.ask in (["who"], ["to whom"]) and ("ownership" in things or "own" in clause.verbs):
        clause.ask, clause.modal, clause.subject = ["who owns"], [], []
        clause.verbs = [verb for verb in clause.verbs if verb != "own"]
        clause.rest = [word for word in things if word != "ownership"]
    if "royalties" in things and clause.ask and clause.ask[0].startswith(("how much", "how high")):
        clause.verbs = [verb for verb in clause.verbs if verb != "pay"]
    if clause.ask == ["from when"] and "quorum" in clause.rest:
        clause.ask = ["what"]
    if clause.ask == ["when"] and "time limit" in clause.rest:  # "when is the time limit of the report?"
        clause.modal = ["is"]
        clause.rest = [*(word for word in clause.rest if word != "time limit"), "due"]
    if "background" in things and {"use", "license"} & set(clause.verbs):
        clause.rest.append("access rights")
    if "firmware" in things and {"share", "send", "receive", "publish"} & set(clause.verbs):
        clause.verbs = ["export", *clause.verbs]
    if (clause.denied or clause.nobody) and "sales" in clause.rest:
        clause.denied, clause.nobody = [], []
        clause.rest[clause.rest.index("sales")] = "no sales"
    if clause.denied and any("until" in words for words in clause.ask) and "publish" in clause.verbs:
        clause.rest.append("moratorium")


def _with_an_object(clause: _Clause) -> None:
    """ "An wen muss das gehen?" speaks of something that only the thread knows."""
    if clause.ask and clause.modal and not (clause.verbs or clause.rest or clause.subject):
        clause.verbs = ["it go" if clause.ask == ["to whom"] else "it"]


def _with_an_auxiliary(clause: _Clause) -> None:
    """ "Does" and "is the", which English needs in a question."""
    started = clause.modal or clause.subject or clause.opener or clause.nobody
    lasting = bool(clause.ask) and clause.ask[-1] in {"how long", "until when"}
    acting = any("when" in words for words in clause.ask) or (clause.verbs and clause.rest and not clause.ask)
    if not started and (acting or lasting):
        clause.modal = ["is the"] if lasting and not clause.verbs else ["does"]
        clause.subject, clause.rest = clause.rest[:1], clause.rest[1:]
    elif clause.modal == ["is"] and clause.ask:
        clause.modal = [] if clause.ask[-1].endswith(" is") else ["is the"]


def meaning(term: str, names: Sequence[str]) -> str:
    """The question what a term means, in the agreements of these names; nothing where there is no term."""
    where = f" in {' and '.join(dict.fromkeys(names))}" if names else ""
    return f'what does "{term}" mean{where}?' if term else ""


def counts_as(thing: Sequence[str], category: str, names: Sequence[str]) -> str:
    """The question whether something falls under a category; nothing where nobody would ask that."""
    if category not in CATEGORIES or not thing:
        return ""
    kind = {"confidential": "Confidential Information", "software code": "software"}.get(category, category)
    under = f" under {' and '.join(dict.fromkeys(names))}" if names else ""
    return f"does {' '.join(thing)} count as {kind}{under}?"
