"""In which language a question is asked, what it says in English, and what to say where that is not understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.answering import composing, wording
from knowledge.index import Generation
from knowledge.languages import SPOKEN, voice
from knowledge.languages.detecting import language_of
from knowledge.languages.reading import Vocabulary
from knowledge.languages.to_english import apart, read
from knowledge.model import Agreement, Answer, Outcome, Turn
from knowledge.search import named_in


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked (`written`, names standing apart) and in English (`question`), with its thread in
    English. `language` is the one it was asked in. `understood` says whether enough of it is known to be answered;
    `known` and `unknown` are its words."""

    written: str
    question: str
    language: str
    history: tuple[Turn, ...] = ()
    understood: bool = True
    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The language to answer in."""
        return self.language if self.language in SPOKEN else "en"


def in_english(question: str, history: Sequence[Turn], generation: Generation, allowed: frozenset[str]) -> Asked:
    """A question and its thread in English. Only words of the agreements in `allowed` are taken for their names."""
    said = [turn.question for turn in history]
    language = language_of(question, said)
    languages = [language_of(words, said[:at]) for at, words in enumerate(said)]
    if language == "en" and set(languages) <= {"en"}:
        return Asked(question, question, "en", tuple(history))
    known = vocabulary(generation, allowed)
    turns = tuple(
        replace(turn, question=read(turn.question, spoken, known).english)
        for turn, spoken in zip(history, languages, strict=True)
    )
    if language == "en" and _only_names(question, known):
        return Asked(question, question, languages[-1], turns)  # a choice that was offered, as it stood
    if language == "en":
        return Asked(question, question, "en", turns)
    if language not in SPOKEN:
        return Asked(question, question, language, turns, understood=False)
    reading = read(question, language, known)
    written = apart(question)
    if not reading.clear:
        return Asked(written, written, language, turns, False, reading.understood, reading.unknown)
    left_out = (*reading.unknown, *reading.unknown_acts)
    return Asked(written, reading.english, language, turns, True, reading.understood, left_out)


def vocabulary(generation: Generation, allowed: frozenset[str]) -> Vocabulary:
    """What the agreements in `allowed` are called, and whether one of them has a word."""
    agreements = [a for key, a in generation.agreements.items() if key in allowed]

    def said(word: str) -> bool:
        entries = generation.names.documents(word).tolist()
        return any(generation.versions[entry // 2].agreement in allowed for entry in entries)

    codes = frozenset(code.casefold() for agreement in agreements for code in _codes(agreement))
    names = (name for a in agreements for p in a.parties for name in (p.name, *p.also))
    words = (word.casefold() for name in names for word in re.findall(r"[^\W\d_]{3,}", name))
    return Vocabulary(codes, frozenset(words), said)


def _only_names(question: str, known: Vocabulary) -> bool:
    return all(len(w) < 3 or known.is_name(w) or known.is_code(w) for w in re.findall(r"[^\W_]+", question))


def _codes(agreement: Agreement) -> tuple[str, ...]:
    stem = re.split(r"[-\s]", agreement.short_name)[0]
    return (agreement.id, agreement.short_name, *([stem] if len(stem) > 2 else []), *agreement.projects)


def not_understood(asked: Asked, generation: Generation, allowed: frozenset[str], on: date) -> Answer:
    """What to say to a question of which too little is understood: so much, and whom to ask."""
    spoken = voice(asked.spoken)
    about = [generation.agreements[a] for a in named_in(generation, asked.written, allowed=allowed, on=on)]
    whom = composing.contact(about, generation.people, spoken)
    if asked.language in SPOKEN:
        words = spoken.all_of(spoken.say("word", word=word) for word in asked.known)
        parts = [
            spoken.say("not_understood", contact=whom),
            spoken.say("understood_only", words=words) if words else "",
        ]
    else:
        from knowledge.languages.elsewhere import ONLY_SPOKEN

        parts = [ONLY_SPOKEN.get(asked.language, ""), spoken.say("only_spoken", contact=whom)]
    text = wording.paragraphs((*parts, wording.closing(spoken, whom)))
    return Answer(Outcome.ABSTAIN, text, refer_to=whom, as_of=on, language=asked.spoken)


def with_gaps(given: Answer, asked: Asked) -> Answer:
    """An answer, with the words of the question that were left out because they were not understood."""
    if not asked.unknown or given.outcome not in {Outcome.ANSWER, Outcome.REFER}:
        return given
    spoken = voice(asked.spoken)
    words = spoken.all_of(spoken.say("word", word=word) for word in asked.unknown)
    body, _, closing = given.text.rpartition("\n\n")
    return replace(given, text=wording.paragraphs((body, spoken.say("left_out", words=words), closing)))
