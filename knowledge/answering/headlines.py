"""The lines a hurried reader sees: what each agreement answers, side by side, and the dates they lead to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge import dates
from knowledge.answering import quotes, wording
from knowledge.answering.evidence import Evidence
from knowledge.answering.judging import by_default
from knowledge.answering.questions import Ask, Kind
from knowledge.answering.texts import Change, Text, covers, read_clause, stems
from knowledge.languages.voice import Voice
from knowledge.model import Agreement, Clause, Conflict
from knowledge.rules import Anchor, DayType, Relation, TimeRule, Unit


@dataclass(frozen=True, slots=True)
class Finding:
    """What one agreement says on a question: the deciding evidence first. `coming` are changes that take effect after
    the day asked about, `made` those that had taken effect."""

    agreement: Agreement
    evidence: tuple[Evidence, ...]
    texts: Mapping[str, Text]  # by file: every text its evidence stands in
    today: date
    coming: tuple[Change, ...] = ()
    made: tuple[Change, ...] = ()

    def in_force(self, clause: Clause) -> bool:
        """Whether a clause of the agreement's own text still stood as it reads on the day asked about."""
        return not any(covers(change.amends.clause, clause.number) for change in self.made)

    @property
    def best(self) -> Evidence:
        return self.evidence[0]


_EVENTS = {
    Anchor.PROJECT_END: ("project_end",),
    Anchor.TERMINATION: ("termination", "end_date"),
    Anchor.EFFECTIVE: ("effective",),
}


_UNITS = {
    Unit.DAY: dates.Unit.DAY,
    Unit.WEEK: dates.Unit.WEEK,
    Unit.MONTH: dates.Unit.MONTH,
    Unit.YEAR: dates.Unit.YEAR,
}


def counted_from(agreement: Agreement, rule: TimeRule, spoken: Voice) -> str:
    """The date a period leads to, where the catalogue knows what it counts from: "31 Mar 2028, ..."; else ""."""
    start = _event(agreement, rule.anchor)
    if (
        start is None
        or rule.relation is not Relation.AFTER
        or rule.duration.unit not in _UNITS
        or rule.duration.day_type is DayType.BUSINESS
    ):
        return ""
    deadline = dates.deadline_after(start, dates.Duration(rule.duration.count, _UNITS[rule.duration.unit]))
    return spoken.say(
        "counted",
        deadline=spoken.day(deadline.strict),
        duration=spoken.duration(rule.duration),
        start=spoken.day(start),
        anchor=spoken.anchor(rule),
    )


def _event(agreement: Agreement, anchor: Anchor) -> date | None:
    events = dict(agreement.events)
    for name in _EVENTS.get(anchor, ()):
        if name in events:
            return events[name]
    if anchor is Anchor.EFFECTIVE:
        return agreement.effective
    return agreement.expiry if anchor is Anchor.TERMINATION else None


def _countdown(day: date, on: date, spoken: Voice) -> str:
    distance = (day - on).days
    if distance < 0:
        return spoken.day(day)
    when = spoken.days_ahead(distance) if distance else spoken.say("today")
    return spoken.say("countdown", day=spoken.day(day), when=when, today=spoken.day(on))


_RECKONED = {Kind.TIME, Kind.MAY, Kind.MUST, Kind.GENERAL}


def computed(ask: Ask, finding: Finding) -> list[str]:
    """The dates that the periods of a finding lead to, each with how it was counted."""
    rules = [
        rule
        for evidence in (finding.evidence if ask.kind in _RECKONED else ())
        for rule in (evidence.times(ask) if ask.kind is Kind.TIME else evidence.facts.times)
    ]
    led = dict.fromkeys(counted_from(finding.agreement, rule, ask.voice) for rule in rules)
    return [ask.voice.say("computed", agreement=finding.agreement.short_name, led=each) for each in led if each]


_JOINED = {Kind.WORDING, Kind.PREVAILS, Kind.AMOUNT}


def headline(ask: Ask, finding: Finding) -> str:
    """What an agreement answers, with its clause: "ORION-CA 8.4.2.1: at least 45 calendar days before ..."."""
    best = finding.best
    name = wording.names(sorted(finding.evidence, key=lambda e: e.start)) if ask.kind in _JOINED else wording.name(best)
    line = f"{name}: {open_option(best, ask.voice) or _statement(ask, finding)}"
    return ask.voice.say("as_amended", line=line, amendment=best.amendment) if best.amendment else line


def open_option(evidence: Evidence, spoken: Voice) -> str:
    """What to say where the deciding number is an option nobody filled in."""
    for span in evidence.clause.unfilled:
        if (
            span.start < evidence.end
            and evidence.start < span.end
            and not evidence.facts.times
            and not evidence.facts.amounts
        ):
            option = evidence.text[max(0, span.start - evidence.start) : span.end - evidence.start]
            return spoken.say("open_option", option=wording.quoted(option))
    return ""


def _statement(ask: Ask, finding: Finding) -> str:
    best = finding.best
    said = wording.statement(ask, best)
    if ask.kind in _JOINED:
        inside = sorted(finding.evidence, key=lambda e: (e.version.file, e.start))
        said = "; ".join(dict.fromkeys(wording.statement(ask, e) for e in inside))
    elif ask.kind is Kind.SILENCE:
        said = _after_silence(ask, finding, said)
    elif ask.kind in {Kind.GROUNDS, Kind.MEANING}:
        said = _in_full(ask, finding)
    elif ask.kind is Kind.COVERS:
        said = _covered(ask, finding)
    elif ask.kind is Kind.TIME and best.facts.dates and not best.facts.times:
        said = ask.voice.say("dated", day=_countdown(best.facts.dates[0].day, finding.today, ask.voice), said=said)
    elif ask.kind is Kind.TIME and ask.sooner:
        said = ask.voice.say("no_shorter", said=said)
    elif ask.kind is Kind.MUST and ask.speaks_of("no sales"):
        said = ask.voice.say("report_due", said=said)
    return said


def _in_full(ask: Ask, finding: Finding) -> str:
    """The whole quotation, where half of it would mislead: a list of grounds, a definition."""
    best = finding.best
    text = finding.texts[best.version.file]
    span = quotes.quotation(ask, [best], text)
    return wording.quoted(wording.clipped(wording.unnumbered(text.whole[span.start : span.end]), 700))


def _after_silence(ask: Ask, finding: Finding, said: str) -> str:
    """`said`, after how long a silence: from the sentence itself, the one before it, or the clause it refers to."""
    best = finding.best
    text = finding.texts[best.version.file]
    own = [(best.text, best.facts)]
    earlier = [
        (best.clause.text[start:end], facts)
        for start, end, facts in read_clause(best.clause)
        if best.clause.start + end <= best.start
    ]
    for sentence, facts in own + earlier[::-1]:
        for rule in facts.times:
            if rule.relation is Relation.AFTER:
                return ask.voice.say("silent_for", period=ask.voice.period(rule, sentence), said=said)
    for clause in quotes.referred(best, text):
        for start, end, facts in read_clause(clause):
            if facts.times:
                periods = ask.voice.one_of(ask.voice.period(t, clause.text[start:end]) for t in facts.times)
                place = f"{finding.agreement.short_name} {clause.number}"
                return ask.voice.say("silent_for_one_of", periods=periods, place=place, said=said)
    return said


def _covered(ask: Ask, finding: Finding) -> str:
    quote = wording.quoted(wording.clipped(wording.unnumbered(finding.best.text), 420))
    named = _named_in(ask, finding)
    if not named:
        return ask.voice.say("names_not", quote=quote)
    return ask.voice.say("names_it", words=wording.quoted(named), quote=quote)


def _named_in(ask: Ask, finding: Finding) -> str:
    """The word of the text that names the thing asked about, or the nearest one the field uses for it."""
    text = " ".join(e.text for e in finding.evidence)
    words = [w for w in re.findall(r"[\w-]{4,}", ask.thing) if stems(w)]
    patterns = [re.compile(rf"\b{re.escape(w.rstrip('s'))}\w*", re.IGNORECASE) for w in words]
    category = ask.term.casefold().rstrip("s")
    patterns += [
        re.compile(rf"{t.said.pattern}\w*", re.IGNORECASE)
        for t in ask.topics
        if t.asked.search(ask.thing) and t.name != category
    ]
    return next((m[0] for pattern in patterns for m in [pattern.search(text)] if m), "")


_SUBJECTS = (
    ("delay", "about_delay"),
    ("objection", "about_objection"),
    ("notice", "about_notice"),
    ("return or destruction", "about_return"),
    ("confidentiality", "about_confidentiality"),
)


def subject(ask: Ask) -> str:
    """What a part of an answer is about, in a few words."""
    named = next((phrase for topic, phrase in _SUBJECTS if ask.speaks_of(topic)), "")
    return ask.voice.say(named if named and ask.kind is not Kind.SILENCE else f"kind_{ask.kind.name.lower()}")


def label(ask: Ask) -> str:
    """`subject`, as it begins a line."""
    words = subject(ask)
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class _Row:
    agreement: str
    rule: TimeRule
    words: str
    default: bool


def conflict(ask: Ask, findings: Sequence[Finding]) -> tuple[Conflict, str] | None:
    """The periods of several agreements side by side, none merged, and a line that names the strictest per anchor."""
    rows = [
        _Row(finding.agreement.short_name, rule, ask.voice.period(rule, evidence.text), by_default(evidence.text))
        for finding in findings
        for evidence in finding.evidence
        for rule in evidence.times(ask)
    ]
    if len({r.agreement for r in rows}) < 2 or len({(str(r.rule.duration), r.rule.anchor) for r in rows}) < 2:
        return None
    strictest: dict[str, _Row] = {}
    for row in rows:
        anchor = ask.voice.anchor(row.rule)
        if not row.default and (
            anchor not in strictest or row.rule.duration.days > strictest[anchor].rule.duration.days
        ):
            strictest[anchor] = row
    side_by_side = Conflict(
        subject=subject(ask),
        rows=tuple((r.agreement, r.words, ask.voice.anchor(r.rule)) for r in rows),
        stricter=tuple((anchor, row.agreement) for anchor, row in strictest.items()),
    )
    parts = "; ".join(f"{row.words} ({row.agreement})" for row in strictest.values())
    names = list(dict.fromkeys(row.agreement for row in rows if not row.default))
    together = ask.voice.say("each_for_itself")
    if ask.named and len(names) > 1:
        together = ask.voice.say("side_by_side", agreements=ask.voice.all_of(names))
    elif len(names) == 1:
        together = ask.voice.say("other_by_default")
    return side_by_side, ask.voice.say("strictest", parts=parts, together=together)


def _further(ask: Ask, finding: Finding) -> list[str]:
    """What the clauses beside the deciding one add: the second duty, the time limit."""
    if ask.kind not in {Kind.GENERAL, Kind.MAY, Kind.MUST}:
        return []
    beside = [
        e
        for e in finding.evidence[1:]
        if e.clause.parent == finding.best.clause.parent and e.clause != finding.best.clause
    ]
    quotes_of = ((wording.name(e), wording.quoted(wording.clipped(wording.unnumbered(e.text)))) for e in beside)
    return [ask.voice.say("also", place=place, quote=quote) for place, quote in quotes_of]


_TOGETHER = {
    Kind.WORDING: "together_wording",
    Kind.MEANING: "together_meaning",
    Kind.COVERS: "together_covers",
}


def lines(ask: Ask, findings: Sequence[Finding], strictest: str) -> list[str]:
    heads = [headline(ask, finding) for finding in findings]
    if len(heads) == 1:
        return [*heads, *_further(ask, findings[0])]
    return [strictest or ask.voice.say(_TOGETHER.get(ask.kind, "together")), *(f"- {head}" for head in heads)]
