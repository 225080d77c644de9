"""Which agreements a question means: by id, short name, project or party, else by what the documents say of themselves.

Only agreements the asker may read are compared, and every weight comes from those alone.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Agreement, Span

OPENING = 4_000  # characters in which a contract says what it is and between whom
SIGNATURES = 1_500  # characters after "in witness whereof" in which the parties sign
TITLE = 600
LOWER = 0.3  # weight of a word written without a capital: it is more often part of what is asked
ENOUGH = 0.7  # of the rarity of a word that one document alone has: with less in capitals, nobody is named
PLENTY = 4.0  # the same for questions written without capitals
CLOSE = 0.97  # agreements that score within this share of the best are all meant

_WORD = re.compile(r"[^\W_]+")
_SIGNED = re.compile(r"in witness whereof", re.IGNORECASE)
_TITLE_ENDS = re.compile(r"\bTHIS\b|\bThis\b|\bdated\b|\bby and between\b|\bmade\b|\bentered\b", re.ASCII)
_SMALL = frozenset(
    "the a an of and or in on to for by with between among this that is are was be its it as at from under".split()
)
# A document whose own title says this of itself is not what is meant, unless the question says so too.
_DERIVED = frozenset("amendment amended addendum supplement supplemental variation form draft template".split())
_GLUE = frozenset(
    "consider regarding concerning per according agreement agreements contract contracts license licence project deal "
    "our my inc ltd llc corp co company limited plc gmbh corporation incorporated lp nv bv ag sa sas together dated no "
    "number".split()
) | (_SMALL - {"is", "are", "was", "be", "it", "its", "that"})


@dataclass(frozen=True, slots=True)
class Mention:
    """What a question names. `agreements` are ids, best first; empty when it names none. `rest` is the question
    without the names, for finding what it asks about."""

    agreements: tuple[str, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a document can be known by: phrases of up to three words from its opening and signatures, the words of its
    title, and all its words."""

    opening: frozenset[str]
    title: frozenset[str]
    anywhere: frozenset[str]


OPENED, ANYWHERE = 0, 1
Keys = NDArray[np.uint64]
Entries = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Names:
    """What many documents can be known by, turned round: phrase -> documents. Arrays, so that a file can be mapped.

    `keys`: uint64[n], rising, a hash of each phrase. `offsets`: int32[n + 1] into `entries`: int32, a document's place
    times two, plus `ANYWHERE` where the phrase does not stand in its opening. `titles`: the title words of each.
    """

    keys: Keys
    offsets: Entries
    entries: Entries
    titles: tuple[frozenset[str], ...]

    def documents(self, phrase: str) -> Entries:
        """The entries of a phrase."""
        key = _key(phrase)
        at = int(np.searchsorted(self.keys, key))
        if at == len(self.keys) or self.keys[at] != key:
            return self.entries[:0]
        return self.entries[self.offsets[at] : self.offsets[at + 1]]


def names(profiles: Sequence[Profile]) -> Names:
    """The profiles of documents, in the order of their places, ready to be looked up."""
    found: dict[int, list[int]] = {}
    for place, known in enumerate(profiles):
        for phrase in known.opening:
            found.setdefault(int(_key(phrase)), []).append(2 * place + OPENED)
        for word in known.anywhere - known.opening:
            found.setdefault(int(_key(word)), []).append(2 * place + ANYWHERE)
    keys = sorted(found)
    offsets = np.cumsum([0, *(len(found[k]) for k in keys)], dtype=np.int32)
    entries = np.array([e for k in keys for e in found[k]], np.int32)
    return Names(np.array(keys, np.uint64), offsets, entries, tuple(p.title for p in profiles))


def _key(phrase: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(phrase.encode(), digest_size=8).digest(), "big"))


def meant(question: str, agreements: Sequence[Agreement], documents: Sequence[int], known: Names) -> Mention:
    """The agreements a question names; `documents` are the places in `known` of the agreements' texts, in order."""
    named, spans = _named(question, agreements)
    if named:
        return Mention(named, without(question, spans))
    asked = _weighted(question)
    scores = _scores(asked, documents, known)
    if not scores:
        return Mention((), question)
    best = max(scores)
    one_word = math.log(1 + len(documents)) ** 2
    capitals = {phrase: weight for phrase, weight in asked.items() if weight > LOWER}
    if best < ENOUGH * one_word or (
        best < PLENTY * one_word and max(_scores(capitals, documents, known), default=0.0) < ENOUGH * one_word
    ):
        return Mention((), question)
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    chosen = [i for i in order if scores[i] >= CLOSE * best]
    if len(chosen) > max(3, len(agreements) // 4):  # said of nearly all of them, it names none
        return Mention((), question)
    spans = _spans_of(question, known, documents[chosen[0]])
    return Mention(tuple(agreements[i].id for i in chosen), without(question, spans))


# --- by name ----------------------------------------------------------------------------------------------------------


def _named(question: str, agreements: Iterable[Agreement]) -> tuple[tuple[str, ...], list[Span]]:
    """By id or short name: that one. By project, by the first part of a short name ("ORION"), or else by party: all."""
    said = _Said(question)
    exact: dict[str, Span] = {}
    loose: dict[str, Span] = {}
    party: dict[str, Span] = {}
    for agreement in agreements:
        if span := said.first(agreement.id, agreement.short_name):
            exact[agreement.id] = span
        elif span := said.first(*agreement.projects, *_stem(agreement)):
            loose[agreement.id] = span
        elif span := said.first(*(p.name for p in agreement.parties)):
            party[agreement.id] = span
    # "ORION-CA and ACME": ORION-CA exactly, and whatever "ACME" names, but not ORION-GA
    found = exact | {a: s for a, s in loose.items() if not any(s.overlaps(e) for e in exact.values())}
    found = found or party
    return tuple(sorted(found, key=lambda a: found[a].start)), list(found.values())


def _stem(agreement: Agreement) -> tuple[str, ...]:
    stem = re.split(r"[-\s]", agreement.short_name)[0]
    return (stem,) if agreement.listed and len(stem) > 2 else ()


class _Said:
    """A question's words with their places, to look names up in."""

    def __init__(self, question: str) -> None:
        self._words = [(m.group().casefold(), m.start(), m.end()) for m in _WORD.finditer(question)]
        self._known = {word for word, _, _ in self._words}

    def first(self, *names: str) -> Span | None:
        """Where the first of these names that occurs stands."""
        for name in names:
            words = _name_words(name)
            if words and words[0] in self._known and (span := self._find(words)):
                return span
        return None

    def _find(self, words: tuple[str, ...]) -> Span | None:
        for i in range(len(self._words) - len(words) + 1):
            part = self._words[i : i + len(words)]
            if tuple(word for word, _, _ in part) == words:
                return Span(part[0][1], part[-1][2])
        return None


@lru_cache(maxsize=10_000)
def _name_words(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(name))


# --- by what the document says of itself ------------------------------------------------------------------------------


def profile(text: str) -> Profile:
    """What a document can be known by."""
    signed = " . ".join(text[m.start() : m.start() + SIGNATURES] for m in list(_SIGNED.finditer(text))[:3])
    return Profile(
        frozenset(_phrases(_words(text[:OPENING] + " . " + signed))),
        frozenset(_title_words(text)),
        frozenset(_words(text)),
    )


def _words(text: str) -> list[str]:
    return [w for w in (m.group().casefold() for m in _WORD.finditer(text)) if w not in _SMALL]


def _phrases(words: Sequence[str]) -> set[str]:
    return {" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}


def _title_words(text: str) -> list[str]:
    start = text[:TITLE]
    end = _TITLE_ENDS.search(start, 10)
    return _words(start[: end.start()] if end else start[:200])


def _weighted(question: str) -> dict[str, float]:
    """The phrases of a question with how much they look like a name: capitals inside a sentence do."""
    words: list[tuple[str, float]] = []
    first = True
    for match in re.finditer(r"[^\W_]+|[.;:?!]", question):
        word = match.group()
        if word in ".;:?!":
            first = word != "."
            continue
        # "Dr X" is nobody's name, "BT" may be
        long = len(word) > 2 or (len(word) == 2 and word.isupper()) or word.isdigit()
        capital = long and (word[0].isupper() or word[0].isdigit()) and (not first or word.isupper())
        if word.casefold() not in _SMALL:
            words.append((word.casefold(), 1.0 if capital else LOWER))
        first = False
    found: dict[str, float] = {}
    for n in (1, 2, 3):
        for i in range(len(words) - n + 1):
            part = words[i : i + n]
            key = " ".join(w for w, _ in part)
            found[key] = max(found.get(key, 0.0), min(v for _, v in part))
    return found


def _scores(asked: dict[str, float], documents: Sequence[int], known: Names) -> list[float]:
    """Rarity of what a question and a document share, squared so that one rare name outweighs many common words."""
    place = {document: i for i, document in enumerate(documents)}
    scores = [0.0] * len(documents)
    for phrase, weight in asked.items():
        entries = [divmod(e, 2) for e in known.documents(phrase).tolist()]
        opened = [place[d] for d, where in entries if where == OPENED and d in place]
        beside = [place[d] for d, where in entries if where == ANYWHERE and d in place]
        if opened:
            rarity = math.log(1 + len(documents) / len(opened))
            for i in opened:
                scores[i] += weight * rarity**2 * (1.0 if " " not in phrase else 0.5)
                scores[i] += 0.5 * weight * rarity if phrase in known.titles[documents[i]] else 0.0
        if beside:
            rarity = math.log(1 + len(documents) / (len(opened) + len(beside)))
            for i in beside:
                scores[i] += 0.3 * weight * rarity**2
    return [s - _otherwise(asked, known.titles[d]) for s, d in zip(scores, documents, strict=True)]


def _otherwise(asked: dict[str, float], title: frozenset[str]) -> float:
    """How much a document's title says that the question does not, and the other way round for what derives."""
    more = sum(10.0 if w in _DERIVED else 1.0 for w in title if w not in asked and not w.isdigit() and len(w) > 1)
    less = sum(10.0 * weight for w, weight in asked.items() if w in _DERIVED and w not in title)
    return more + less


# --- the rest of the question -----------------------------------------------------------------------------------------


def _spans_of(question: str, known: Names, document: int) -> list[Span]:
    """Where a question names a document: capitalised words of its opening."""
    found = []
    for match in _WORD.finditer(question):
        word = match.group()
        if not (word[0].isupper() or word[0].isdigit()) or _opens_sentence(question, match.start()):
            continue
        if word.casefold() not in _GLUE and 2 * document + OPENED in known.documents(word.casefold()):
            found.append(Span(match.start(), match.end()))
    return found


def _opens_sentence(question: str, at: int) -> bool:
    before = question[:at].rstrip()
    return not before or before[-1] in ".;:?!"


_PART = re.compile(r"[^;:?!]+[;:?!]*")
_TOKEN = re.compile(r"[^\W_]+(?:['’]s)?|[^\w\s]")


def without(question: str, called: Sequence[Span]) -> str:
    """The question without the names and the small words around them; as it is, if too little would be left."""
    parts = [Span(m.start(), m.end()) for m in _PART.finditer(question)]
    told = [p for p in parts if _mostly(question, p, called)]
    kept = [p for p in parts if p not in told] if len(told) < len(parts) else parts
    rest = " ".join(_pruned(question, part, called) for part in kept).strip(" ,;:")
    return rest if len([w for w in _words(rest) if len(w) > 2]) >= 2 else question


def _mostly(question: str, part: Span, called: Sequence[Span]) -> bool:
    """Whether a part of a question does little else than name."""
    words = [m for m in _WORD.finditer(question, part.start, part.end) if m.group().casefold() not in _GLUE]
    names_ = [m for m in words if any(Span(m.start(), m.end()).overlaps(c) for c in called)]
    return bool(names_) and len(names_) * 2 >= len(words)


def _pruned(question: str, part: Span, called: Sequence[Span]) -> str:
    tokens = [Span(m.start(), m.end()) for m in _TOKEN.finditer(question, part.start, part.end)]
    drop = [any(t.overlaps(c) for c in called) for t in tokens]
    for order in (range(len(tokens)), range(len(tokens) - 1, -1, -1)):
        beside = False
        for i in order:
            word = question[tokens[i].start : tokens[i].end].casefold()
            beside = drop[i] or (beside and (word in _GLUE or word in ",&./-()"))
            drop[i] = beside
    pieces = [
        question[t.start : (tokens[i + 1].start if i + 1 < len(tokens) else part.end)]
        for i, t in enumerate(tokens)
        if not drop[i]
    ]
    return "".join(pieces).strip(" ,;:")
