"""Findings -> an Answer: the first line, agreements side by side, quotations, what belongs beside them, whom to ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.answering import quotes, wording
from knowledge.answering.evidence import Evidence
from knowledge.answering.headlines import Finding, computed, conflict, label, lines, open_option
from knowledge.answering.questions import Ask, Kind
from knowledge.answering.texts import Text, covers, only_heading, plain_term, read_clause, stems
from knowledge.languages.voice import Voice
from knowledge.model import Agreement, Answer, Citation, Conflict, Outcome, Person, Span
from knowledge.rules import Modality


@dataclass(slots=True)
class Draft:
    """An answer being put together."""

    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    related: list[Citation] = field(default_factory=list)
    tongues: list[str] = field(default_factory=list)
    refer_to: str = ""

    def add(self, citation: Citation) -> None:
        """Keep a citation unless its words are already inside another one."""
        for other in self.citations:
            same = (other.file, other.version) == (citation.file, citation.version)
            if same and other.start <= citation.start and citation.end <= other.end:
                return
        self.citations.append(citation)


def _cite(draft: Draft, ask: Ask, finding: Finding) -> None:
    for together in _neighbours(finding.evidence):
        evidence = together[0]
        text = finding.texts[evidence.version.file]
        span = quotes.quotation(ask, together, text)
        marked = [m for e in together for m in quotes.deciding(ask, e)]
        draft.add(quotes.cite(text, evidence.clause, span, marked, amended_by=evidence.amendment))
        old = evidence.replaces
        if (
            old is not None and old.text.split() != evidence.text.split()
        ):  # the amendment may repeat a sentence as it was
            before = finding.texts[old.version.file]
            span = quotes.quotation(ask, [old], before)
            draft.add(
                quotes.cite(before, old.clause, span, quotes.deciding(ask, old), superseded_by=evidence.amendment)
            )
            _transition(draft, text)


_APART = 250  # characters between two sentences of a clause that are quoted as one


def _neighbours(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """The evidence in groups that one quotation can hold; the deciding sentence's group first."""
    groups: list[list[Evidence]] = []
    for item in evidence:
        for group in groups:
            near = any(0 <= max(item.start - e.end, e.start - item.end) <= _APART for e in group)
            if near and (item.version, item.clause.position) == (group[0].version, group[0].clause.position):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


_TRANSITION = re.compile(
    r"\b(?:before that date|continues? to apply|given before|remains? applicable|transition)", re.IGNORECASE
)


def _transition(draft: Draft, text: Text) -> None:
    """The amendment's own words on what was already running when it took effect."""
    for clause in text.clauses:
        for start, end, _ in read_clause(clause):
            sentence = clause.text[start:end]
            if _TRANSITION.search(sentence) and not only_heading(
                sentence, clause.heading[-1] if clause.heading else ""
            ):
                draft.add(quotes.cite(text, clause, Span(clause.start + start, clause.start + end)))


def _beside(draft: Draft, ask: Ask, finding: Finding, terms: int) -> None:
    """Clauses referred to, exceptions and definitions, where they bear on the answer and were still in force."""
    best = finding.best.replaces or finding.best  # an amendment leaves the rest of the agreement as it was
    text = finding.texts[best.version.file]
    if ask.kind in {Kind.TIME, Kind.SILENCE} and not best.facts.times:
        for clause in filter(finding.in_force, quotes.referred(best, text)[:2]):
            draft.add(quotes.cite(text, clause, Span(clause.start, min(clause.end, clause.start + quotes.LONGEST))))
    if ask.kind in {Kind.SILENCE, Kind.MAY}:
        _exceptions(draft, ask, finding, best, text)
    if ask.kind is Kind.METHOD:
        for clause, span in quotes.meaning_of_writing(text):
            draft.add(quotes.cite(text, clause, span))
        _unnamed_channel(draft, ask)
    if ask.kind not in {Kind.WORDING, Kind.METHOD}:
        for clause in filter(finding.in_force, quotes.terms_used(finding.best.text, text, terms)):
            if clause.position != best.clause.position:
                draft.add(quotes.cite(text, clause, Span(clause.start, clause.start + len(clause.text.rstrip()))))


def _exceptions(draft: Draft, ask: Ask, finding: Finding, best: Evidence, text: Text) -> None:
    for clause, span in quotes.exceptions(ask, best, text):
        if finding.in_force(clause):
            quote = wording.quoted(wording.clipped(text.whole[span.start : span.end], 400))
            draft.add(quotes.cite(text, clause, span))
            place = f"{finding.agreement.short_name} {clause.number}"
            draft.notes.append(ask.voice.say("but_see", place=place, quote=quote))


_CHANNEL = re.compile(
    r"\b(?:slack|teams|whats ?app|signal|sms|text message|fax|phone(?: call)?|telephone|zoom|chat|direct message|dm"
    r"|e-?mail|post|courier|letter|hand)\b",
    re.IGNORECASE,
)


def _unnamed_channel(draft: Draft, ask: Ask) -> None:
    """That the quoted clauses do not name the way of sending that was asked about."""
    quoted = " ".join(citation.quote for citation in draft.citations)
    for channel in dict.fromkeys(m[0] for m in _CHANNEL.finditer(ask.text)):
        if not re.search(rf"\b{re.escape(channel).replace('mail', '-?mail')}", quoted, re.IGNORECASE):
            draft.notes.append(ask.voice.say("channel_unnamed", channel=wording.quoted(channel)))


def _attached(draft: Draft, ask: Ask, finding: Finding) -> None:
    """The schedule that the deciding words rest on: quoted where it says more, or said to be missing."""
    text = finding.texts[finding.best.version.file]
    for named in quotes.parts_named(finding.best.text):
        if f"{named} of the" in finding.best.text:  # another agreement's
            continue
        clauses = quotes.part(named, text)
        if not clauses:
            draft.notes.append(ask.voice.say("part_missing", part=named, agreement=finding.agreement.short_name))
            continue
        wanted = stems(f"{ask.term} {finding.best.clause.defines}") if ask.kind is Kind.MEANING else frozenset()
        for clause in clauses:
            for start, end, _ in read_clause(clause):
                sentence = clause.text[start:end]
                if (
                    wanted
                    and wanted <= stems(sentence)
                    and not only_heading(sentence, clause.heading[-1] if clause.heading else "")
                ):
                    draft.add(quotes.cite(text, clause, Span(clause.start + start, clause.start + end)))


def person_name(person: str, people: Mapping[str, Person]) -> str:
    found = people.get(person)
    return found.name if found and found.name else person


def contact(agreements: Sequence[Agreement], people: Mapping[str, Person], spoken: Voice) -> str:
    """The liaison of the agreements, by name; the agreements' liaison in general where none is known."""
    by_person: dict[str, list[str]] = {}
    for agreement in agreements:
        if agreement.liaison:
            by_person.setdefault(person_name(agreement.liaison, people), []).append(agreement.short_name)
    if not by_person:
        return spoken.say("your_contracts_office")
    if len(by_person) > 3:
        return spoken.say("liaison_in_question")
    return spoken.one_of(
        spoken.say("liaison", name=name, agreements=spoken.all_of(names)) for name, names in by_person.items()
    )


def officer(word: str, people: Mapping[str, Person]) -> str:
    """Somebody whose role has that word in it ("export"), by name; "" where nobody has."""
    return next(
        (p.name or p.id for _, p in sorted(people.items()) if any(word in role.casefold() for role in p.roles)), ""
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One question of those answered together, and what the agreements say on it."""

    ask: Ask
    findings: tuple[Finding, ...]


def answered(parts: Sequence[Part], *, people: Mapping[str, Person], looked_in: tuple[str, ...]) -> Answer:
    """The answer that some findings give. The first line is what a hurried reader needs; the quotations follow."""
    draft = Draft()
    conflicts: list[Conflict] = []
    findings = [finding for part in parts for finding in part.findings]
    spoken = parts[0].ask.voice
    whom = contact([f.agreement for f in findings], people, spoken)
    for part in parts:
        differing = conflict(part.ask, part.findings) if part.ask.kind is Kind.TIME and len(part.findings) > 1 else None
        conflicts += [differing[0]] if differing else []
        first, *rest = lines(part.ask, part.findings, differing[1] if differing else "")
        headed = len(parts) > 1
        draft.lines += [spoken.say("part_of_answer", subject=label(part.ask), line=first) if headed else first, *rest]
        for finding in part.findings:
            _cite(draft, part.ask, finding)
            draft.notes += computed(part.ask, finding)
            _attached(draft, part.ask, finding)
    for part in parts:
        for finding in part.findings:
            _beside(draft, part.ask, finding, terms=2 if len(findings) == 1 else 1 if len(findings) == 2 else 0)
            _coming(draft, finding, spoken)
        _plain_words(draft, part.ask)
        _leave_open(draft, part.ask, part.findings, whom)
    draft.tongues = tongues(spoken, ((finding.agreement, finding.texts.values()) for finding in findings))
    return Answer(
        outcome=Outcome.ANSWER,
        text=written(draft, whom, spoken),
        citations=tuple(draft.citations),
        conflicts=tuple(conflicts),
        related=tuple(draft.related),
        refer_to=draft.refer_to,
        looked_in=looked_in,
        as_of=parts[0].ask.on,
        language=spoken.language,
    )


def tongues(spoken: Voice, quoted: Iterable[tuple[Agreement, Iterable[Text]]]) -> list[str]:
    """Beside an answer in another language than the agreements': which text governs, and that ours does not."""
    notes: list[str] = []
    unsaid: dict[str, list[str]] = {}
    if spoken.language == "en":
        return notes
    for agreement, texts in quoted:
        own = [text for text in texts if text.agreement.id == agreement.id]
        found = next((f for text in own for f in [quotes.governing_language(text)] if f), None)
        code = found[0] if found else agreement.language
        if spoken.language in {"en", code}:
            continue
        name, text_of = spoken.texts.get(code, (code, code))
        if found:
            notes.append(spoken.say("text_governs", text=text_of, place=f"{agreement.short_name} {found[1].number}"))
        else:
            unsaid.setdefault(name, []).append(agreement.short_name)
    notes += [
        spoken.say("quoted_as_written", agreements=spoken.all_of(names), tongue=name) for name, names in unsaid.items()
    ]
    return list(dict.fromkeys(notes))


def written(draft: Draft, whom: str, spoken: Voice) -> str:
    """The text of an answer: its lines, its notes, its quotations and their language, and the closing sentence."""
    return wording.paragraphs(
        (
            "\n".join(draft.lines),
            "\n".join(dict.fromkeys(draft.notes)),
            "\n".join(wording.shown(citation, spoken) for citation in draft.citations),
            "\n".join(dict.fromkeys(draft.tongues)),
            wording.closing(spoken, whom),
        )
    )


def _coming(draft: Draft, finding: Finding, spoken: Voice) -> None:
    """A change to a cited clause that takes effect later: said, with its text among the related ones."""
    for change in finding.coming:
        if any(covers(change.amends.clause, e.clause.number) for e in finding.evidence if not e.replaces):
            place = f"{finding.agreement.short_name} {change.amends.clause}"
            day = spoken.day(change.amends.effective)
            draft.notes.append(spoken.say("changes_later", place=place, amendment=change.by.short_name, day=day))


def _plain_words(draft: Draft, ask: Ask) -> None:
    if ask.kind is Kind.MEANING and (plain := ask.voice.plain_words.get(plain_term(ask.term))):
        draft.notes.append(ask.voice.say("plain_words", words=plain))


def _leave_open(draft: Draft, ask: Ask, findings: Sequence[Finding], whom: str) -> None:
    """Where the words do not settle the question, say so, and who decides."""
    best = findings[0].best
    if ask.sooner:
        draft.notes.append(ask.voice.say("waiver", contact=whom))
        draft.refer_to = whom
    if any(open_option(f.best, ask.voice) for f in findings):
        draft.refer_to = whom
    if ask.kind is not Kind.MAY:
        return
    asked = next((t for t in ask.topics if t.name == "commercial"), None)
    found = asked.asked.search(ask.text) if asked else None
    if found and re.search(r"(?i)commerc", best.text) and not re.match(r"(?i)commerc", found[0]):
        spoken_of = wording.quoted(_word_around(ask.text, found.start()))
        purpose = spoken_of if ask.voice is wording.ENGLISH else ask.voice.say("this_purpose")
        draft.notes.append(ask.voice.say("purpose_open", purpose=purpose, contact=whom))
        draft.refer_to = whom
        return
    if not any(m.modality in {Modality.CONSENT, Modality.MUST_NOT} for m in best.facts.modals) and not ask.length:
        draft.notes.append(ask.voice.say("left_open", contact=whom))
        draft.refer_to = whom


def _word_around(text: str, at: int) -> str:
    start = text.rfind(" ", 0, at) + 1
    end = text.find(" ", at)
    return text[start : end if end > 0 else len(text)].strip(" ?.,!")
