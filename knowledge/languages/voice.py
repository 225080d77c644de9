"""What a language has to be able to say: phrases by name, and dates, lists and periods by its own grammar."""

from __future__ import annotations

import string
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from knowledge.rules import Anchor, Bound, Duration, Relation, TimeRule


@cache
def slots(template: str) -> frozenset[str]:
    """The names of the slots of a phrase."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


class Voice(ABC):
    """Our own words in one language. `phrases` are by name, the same names and slots in every language; `plain_words`
    explain terms of the field, by the English term; `texts` name a language, and a text in it, by ISO 639-1 code."""

    language: str
    phrases: Mapping[str, str]
    plain_words: Mapping[str, str]
    texts: Mapping[str, tuple[str, str]]

    def say(self, name: str, /, **values: object) -> str:
        """A phrase with its slots filled. Raises `KeyError` where there is none of that name, and `ValueError` where
        `values` are not exactly its slots."""
        template = self.phrases[name]
        if slots(template) != values.keys():
            raise ValueError(f"the phrase {name!r} has the slots {sorted(slots(template))}, not {sorted(values)}")
        return template.format(**values)

    @abstractmethod
    def day(self, day: date) -> str:
        """A date with its weekday."""

    @abstractmethod
    def plain_day(self, day: date) -> str:
        """A date without its weekday."""

    @abstractmethod
    def all_of(self, items: Iterable[str]) -> str:
        """A list whose members all count, each named once: "A, B and C"."""

    @abstractmethod
    def one_of(self, items: Iterable[str]) -> str:
        """A list of which one member counts: "A, B or C"."""

    @abstractmethod
    def days_ahead(self, count: int) -> str:
        """How far away a day is: "in 3 days"."""

    @abstractmethod
    def duration(self, duration: Duration) -> str:
        """A length of time: "45 calendar days"."""

    @abstractmethod
    def period(self, rule: TimeRule, sentence: str) -> str:
        """A period with what bounds it and what it counts from; `sentence` is what it was read off."""

    @abstractmethod
    def anchor(self, rule: TimeRule) -> str:
        """What a period counts from or to, in one or two words."""


def unique(items: Iterable[str]) -> list[str]:
    """The items in order, each once, the empty ones left out."""
    return [item for item in dict.fromkeys(items) if item]


def is_deadline(rule: TimeRule, sentence: str) -> bool:
    """Whether an upper bound says by when something is done ("within", "no later than") and not how long it lasts."""
    words = sentence[rule.span.start : rule.duration.span.start].casefold()
    return rule.bound is Bound.AT_MOST and any(word in words for word in ("within", "later than", "latest"))


def unnamed_start(rule: TimeRule, sentence: str) -> str:
    """The words that say what a period counts from where they are none of the usual ones; else nothing."""
    words = " ".join(sentence[rule.span.start : rule.span.end].split())
    named = rule.anchor is not Anchor.OTHER and "Executive" not in words  # a board of that name executes nothing
    return "" if named or rule.relation not in {Relation.BEFORE, Relation.AFTER} else words
