"""German: formal, with periods said in its own grammar and not translated word by word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from knowledge.languages.german_phrases import PHRASES, PLAIN_WORDS
from knowledge.languages.voice import Voice, is_deadline, unique, unnamed_start
from knowledge.rules import Anchor, Bound, DayType, Duration, Relation, TimeRule, Unit

_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_UNITS = {  # one, several, several in the dative
    Unit.HOUR: ("Stunde", "Stunden", "Stunden"),
    Unit.DAY: ("Tag", "Tage", "Tagen"),
    Unit.WEEK: ("Woche", "Wochen", "Wochen"),
    Unit.MONTH: ("Monat", "Monate", "Monaten"),
    Unit.YEAR: ("Jahr", "Jahre", "Jahren"),
}
_DAY_TYPES = {DayType.CALENDAR: "Kalender", DayType.BUSINESS: "Arbeits", DayType.UNSTATED: ""}
_ANCHORS = {  # alone, and in the dative after "vor", "nach" and "ab"
    Anchor.PUBLICATION: ("Veröffentlichung", "der Veröffentlichung"),
    Anchor.SUBMISSION: ("Einreichung", "der Einreichung"),
    Anchor.RECEIPT: ("Erhalt", "Erhalt"),
    Anchor.REQUEST: ("Antrag", "dem Antrag"),
    Anchor.OBJECTION: ("Widerspruch", "dem Widerspruch"),
    Anchor.NOTICE: ("Mitteilung", "der Mitteilung"),
    Anchor.PROJECT_END: ("Projektende", "dem Projektende"),
    Anchor.TERMINATION: ("Beendigung oder Ablauf", "Beendigung oder Ablauf"),
    Anchor.EFFECTIVE: ("Inkrafttreten", "dem Inkrafttreten"),
    Anchor.EXECUTION: ("Unterzeichnung", "der Unterzeichnung"),
    Anchor.PERIOD_END: ("Ende des Berichtszeitraums", "dem Ende des Berichtszeitraums"),
    Anchor.DISCLOSURE: ("Offenlegung", "der Offenlegung"),
    Anchor.RELEASE: ("Freigabe", "der Freigabe"),
    Anchor.OTHER: ("sonstiger Zeitpunkt", ""),
}
_TEXTS = {
    "en": ("Englisch", "englische Text"),
    "de": ("Deutsch", "deutsche Text"),
    "fr": ("Französisch", "französische Text"),
    "nl": ("Niederländisch", "niederländische Text"),
    "es": ("Spanisch", "spanische Text"),
    "it": ("Italienisch", "italienische Text"),
    "ja": ("Japanisch", "japanische Text"),
}


class GermanVoice(Voice):
    language = "de"
    phrases = PHRASES
    plain_words = PLAIN_WORDS
    texts = _TEXTS

    def day(self, day: date) -> str:
        return f"{_WEEKDAYS[day.weekday()]}, {self.plain_day(day)}"

    def plain_day(self, day: date) -> str:
        return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"

    def all_of(self, items: Iterable[str]) -> str:
        return _listed(unique(items), "und")

    def one_of(self, items: Iterable[str]) -> str:
        return _listed(unique(items), "oder")

    def days_ahead(self, count: int) -> str:
        return "in 1 Tag" if count == 1 else f"in {count} Tagen"

    def duration(self, duration: Duration) -> str:
        return _counted(duration, dative=False)

    def period(self, rule: TimeRule, sentence: str) -> str:
        length = _counted(rule.duration, dative=False)
        bound = {Bound.AT_LEAST: "mindestens ", Bound.AT_MOST: "höchstens ", Bound.EXACT: ""}[rule.bound]
        deadline = is_deadline(rule, sentence)
        within = f"innerhalb von {_counted(rule.duration, dative=True)}"
        if words := unnamed_start(rule, sentence):
            by = within if rule.relation is Relation.AFTER else f"spätestens {length} vorher"
            return f"{by if deadline else bound + length} (“{words}”)"
        anchor = _ANCHORS[rule.anchor][1]
        if rule.relation is Relation.NOTICE:
            return f"{bound}{length} im Voraus, durch Mitteilung"
        if rule.relation is Relation.BEFORE:
            return f"{'spätestens ' if deadline else bound}{length} vor {anchor}"
        if deadline:
            return f"{within} nach {anchor}" if rule.relation is Relation.AFTER else within
        if rule.relation is Relation.NONE:
            return f"{bound}{length}"
        return f"{bound}{length} {'nach' if rule.bound is Bound.AT_LEAST else 'ab'} {anchor}"

    def anchor(self, rule: TimeRule) -> str:
        return _ANCHORS[Anchor.NOTICE if rule.relation is Relation.NOTICE else rule.anchor][0]


def _counted(duration: Duration, *, dative: bool) -> str:
    one, several, in_dative = _UNITS[duration.unit]
    word = one if duration.count == 1 else in_dative if dative else several
    kind = _DAY_TYPES[duration.day_type]
    return f"{duration.count} {kind + word.lower() if kind else word}"


def _listed(items: list[str], word: str) -> str:
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"
