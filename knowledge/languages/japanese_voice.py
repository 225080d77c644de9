"""Japanese: polite, with periods said in its own grammar and not translated word by word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from knowledge.languages.japanese_phrases import PHRASES, PLAIN_WORDS
from knowledge.languages.voice import Voice, is_deadline, unique, unnamed_start
from knowledge.rules import Anchor, Bound, DayType, Duration, Relation, TimeRule, Unit

_WEEKDAYS = "月火水木金土日"
_UNITS = {Unit.HOUR: "時間", Unit.DAY: "日", Unit.WEEK: "週間", Unit.MONTH: "か月", Unit.YEAR: "年"}
_DAY_TYPES = {DayType.CALENDAR: "暦日", DayType.BUSINESS: "営業日", DayType.UNSTATED: "日"}
_ANCHORS = {
    Anchor.PUBLICATION: "公表",
    Anchor.SUBMISSION: "投稿",
    Anchor.RECEIPT: "受領",
    Anchor.REQUEST: "請求",
    Anchor.OBJECTION: "異議",
    Anchor.NOTICE: "通知",
    Anchor.PROJECT_END: "プロジェクト終了",
    Anchor.TERMINATION: "契約の終了または満了",
    Anchor.EFFECTIVE: "発効日",
    Anchor.EXECUTION: "署名",
    Anchor.PERIOD_END: "報告対象期間の終了",
    Anchor.DISCLOSURE: "開示",
    Anchor.RELEASE: "公開",
    Anchor.OTHER: "その他の時点",
}
_TEXTS = {
    "en": ("英語", "英語版"),
    "de": ("ドイツ語", "ドイツ語版"),
    "fr": ("フランス語", "フランス語版"),
    "nl": ("オランダ語", "オランダ語版"),
    "es": ("スペイン語", "スペイン語版"),
    "it": ("イタリア語", "イタリア語版"),
    "ja": ("日本語", "日本語版"),
}


class JapaneseVoice(Voice):
    language = "ja"
    phrases = PHRASES
    plain_words = PLAIN_WORDS
    texts = _TEXTS

    def day(self, day: date) -> str:
        return f"{self.plain_day(day)}（{_WEEKDAYS[day.weekday()]}）"

    def plain_day(self, day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日"

    def all_of(self, items: Iterable[str]) -> str:
        return "、".join(unique(items))

    def one_of(self, items: Iterable[str]) -> str:
        return "または".join(unique(items))

    def days_ahead(self, count: int) -> str:
        return f"{count}日後"

    def duration(self, duration: Duration) -> str:
        unit = _DAY_TYPES[duration.day_type] if duration.unit is Unit.DAY else _UNITS[duration.unit]
        return f"{duration.count}{unit}"

    def period(self, rule: TimeRule, sentence: str) -> str:
        length = self.duration(rule.duration)
        bound = {Bound.AT_LEAST: "少なくとも", Bound.AT_MOST: "最長", Bound.EXACT: ""}[rule.bound]
        deadline = is_deadline(rule, sentence)
        if words := unnamed_start(rule, sentence):
            by = f"{length}以内" if rule.relation is Relation.AFTER else f"遅くとも{length}前"
            return f"{by if deadline else bound + length}（“{words}”）"
        anchor = _ANCHORS[rule.anchor]
        if rule.relation is Relation.NOTICE:
            return f"{bound}{length}前の通知"
        if rule.relation is Relation.BEFORE:
            return f"遅くとも{anchor}の{length}前" if deadline else f"{anchor}の{bound}{length}前"
        if deadline:
            return f"{anchor}後{length}以内" if rule.relation is Relation.AFTER else f"{length}以内"
        if rule.relation is Relation.NONE:
            return f"{bound}{length}"
        return f"{anchor}から{bound}{length}{_lasting(rule.duration) if rule.bound is Bound.EXACT else ''}"

    def anchor(self, rule: TimeRule) -> str:
        return _ANCHORS[Anchor.NOTICE if rule.relation is Relation.NOTICE else rule.anchor]


def _lasting(duration: Duration) -> str:
    """What makes a number of days, months or years a stretch of time; hours and weeks have it in their names."""
    return "間" if duration.unit in {Unit.DAY, Unit.MONTH, Unit.YEAR} else ""
