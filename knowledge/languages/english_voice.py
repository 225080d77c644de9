"""English: the language of the agreements' own words, so that periods can be said as the text says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from knowledge import dates
from knowledge.languages.english_phrases import PHRASES, PLAIN_WORDS
from knowledge.languages.voice import Voice, unique
from knowledge.rules import Duration, Relation, TimeRule

_TEXTS = {
    "en": ("English", "English text"),
    "de": ("German", "German text"),
    "fr": ("French", "French text"),
    "nl": ("Dutch", "Dutch text"),
    "es": ("Spanish", "Spanish text"),
    "it": ("Italian", "Italian text"),
    "ja": ("Japanese", "Japanese text"),
}


class EnglishVoice(Voice):
    language = "en"
    phrases = PHRASES
    plain_words = PLAIN_WORDS
    texts = _TEXTS

    def day(self, day: date) -> str:
        return dates.format_day(day)

    def plain_day(self, day: date) -> str:
        return dates.format_day(day).split(" ", 1)[1]

    def all_of(self, items: Iterable[str]) -> str:
        return _listed(unique(items), "and")

    def one_of(self, items: Iterable[str]) -> str:
        return _listed(unique(items), "or")

    def days_ahead(self, count: int) -> str:
        return f"in {count} days"

    def duration(self, duration: Duration) -> str:
        return str(duration)

    def period(self, rule: TimeRule, sentence: str) -> str:
        """The words of the sentence, with the number written once: "at least 45 calendar days before ..."."""
        start, end = rule.duration.span.start, rule.duration.span.end
        possessive = "’" if sentence[start:end].endswith(("'", "’")) else ""
        before, after = sentence[rule.span.start : start], sentence[end : rule.span.end]
        return " ".join(f"{before}{rule.duration}{possessive}{after}".split())

    def anchor(self, rule: TimeRule) -> str:
        return "notice" if rule.relation is Relation.NOTICE else str(rule.anchor)


def _listed(items: list[str], word: str) -> str:
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"
