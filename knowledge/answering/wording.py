"""The words around the quotations: the line a hurried reader sees first, and the fixed sentences.

Every statement here is cut from a quotation or is a phrase of ours that claims nothing about the agreement. Numbers are
written once ("45 calendar days" for "forty-five (45) calendar days"); the quotation below shows them as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.answering.evidence import Evidence
from knowledge.answering.judging import QUOTED, by_default
from knowledge.answering.questions import Ask, Kind
from knowledge.answering.texts import clause_label
from knowledge.languages import voice
from knowledge.languages.voice import Voice
from knowledge.model import Citation, Span
from knowledge.rules import Bound, Modality

ENGLISH = voice("en")
LINE = 300  # characters after which a sentence is too long for a first line


def folded(words: str) -> str:
    """The words with runs of white space, such as line ends, made one space."""
    return " ".join(words.split())


def clipped(words: str, length: int = LINE) -> str:
    """The words, cut at a word's end and marked with an ellipsis where they are too long for a line."""
    words = folded(words)
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0].rstrip(",;:") + " …"


_NUMBER = re.compile(
    r"^(?:(?:article|section|clause)\s+)?[§\s]*(?:[A-Z]?\d+(?:\.\d+)*\.?|\([a-z0-9]{1,3}\))\s+(?=[A-Z\"“(])",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"^[A-Z][A-Z ,&-]{2,60}\.\s+")


def unnumbered(sentence: str) -> str:
    """A sentence without the clause number and the caption in capitals it may begin with."""
    return _CAPTION.sub("", _NUMBER.sub("", folded(sentence)))


def quoted(words: str) -> str:
    return f"“{folded(words)}”"


def lifted(spoken: Voice, words: str) -> str:
    """Words of the text inside a line of ours: an English line takes them in, any other marks them as a quotation."""
    return folded(words) if spoken is ENGLISH else quoted(words)


def name(evidence: Evidence) -> str:
    """Agreement and clause as one says them: "ORION-CA 8.4.2.1"."""
    number = evidence.replaces.clause.number if evidence.replaces else evidence.clause.number
    return f"{evidence.agreement.short_name} {clause_label(number)}".strip()


def names(evidence: Sequence[Evidence]) -> str:
    """Several clauses of one agreement: "ORION-GA 17.2, 17.3"."""
    each = [name(item) for item in evidence]
    short = evidence[0].agreement.short_name
    return f"{short} {', '.join(dict.fromkeys(n.removeprefix(short).strip() for n in each))}".strip()


# --- periods ----------------------------------------------------------------------------------------------------------


_FOR_WHAT = re.compile(r"\b((?:each|any|every|an?|the)\s+(?:[\w-]+\s+){0,2}[\w-]+)[\s,]*$", re.IGNORECASE)


def periods(ask: Ask, evidence: Evidence) -> str:
    """All periods of a sentence that bear on the question. Where there are several, each with what it is for."""
    rules = evidence.times(ask)
    if len(rules) == 1:
        return ask.voice.period(rules[0], evidence.text)
    parts = []
    at = 0
    for rule in rules:
        m = _FOR_WHAT.search(evidence.text[at : rule.span.start])
        said = ask.voice.period(rule, evidence.text)
        parts.append(ask.voice.say("for_each", what=lifted(ask.voice, m[1]), period=said) if m else said)
        at = rule.span.end
    return "; ".join(parts)


# --- the first line, by kind of question ------------------------------------------------------------------------------


def statement(ask: Ask, evidence: Evidence) -> str:
    """What one sentence answers, in as few words as can be read off it."""
    said = quoted(clipped(unnumbered(evidence.text), 400 if ask.kind is Kind.PREVAILS else LINE))
    if ask.kind is Kind.TIME:
        said = _time(ask, evidence)
    elif ask.kind is Kind.SILENCE:
        said = _silence(evidence)
    elif ask.kind is Kind.RECIPIENT:
        said = _recipients(ask, evidence)
    elif ask.kind is Kind.WORDING:
        said = _wording(evidence)
    elif ask.kind is Kind.MAY:
        said = _permission(ask, evidence)
    return said


def _time(ask: Ask, evidence: Evidence) -> str:
    if not evidence.facts.times:
        return quoted(clipped(unnumbered(evidence.text)))
    line = periods(ask, evidence)
    if ask.speaks_of("notice") and evidence.facts.recipients:
        span = evidence.facts.recipients[0]
        recipient = lifted(ask.voice, evidence.text[span.start : span.end])
        line = ask.voice.say("addressed", period=line, recipient=recipient)
    return ask.voice.say("by_default", line=line) if by_default(evidence.text) else line


def _silence(evidence: Evidence) -> str:
    silence = evidence.facts.silence
    if silence is None:
        return quoted(clipped(unnumbered(evidence.text)))
    return quoted(evidence.text[silence.start : silence.end])


def _recipients(ask: Ask, evidence: Evidence) -> str:
    parts = []
    for span in evidence.facts.recipients:
        lead = evidence.text[: span.start].rstrip()
        written = "in writing " if lead.endswith("in writing") else ""
        parts.append(quoted(written + evidence.text[span.start : span.end]))
    if evidence.facts.times and re.search(r"(?i)\b(?:how (?:fast|quickly|soon|long)|when|deadline)\b", ask.text):
        parts.append(ask.voice.period(evidence.facts.times[0], evidence.text))
    return "; ".join(parts)


def _wording(evidence: Evidence) -> str:
    found = [folded(m[0]) for m in QUOTED.finditer(evidence.text)] or [
        folded(m[0]) for m in QUOTED.finditer(evidence.clause.text)
    ]
    return " ".join(found) if found else quoted(clipped(unnumbered(evidence.text)))


def _permission(ask: Ask, evidence: Evidence) -> str:
    compared = _compared(ask, evidence)
    if compared:
        return compared
    text = evidence.text
    quote = quoted(clipped(unnumbered(text)))
    kinds = {m.modality: m.span for m in evidence.facts.modals}
    if Modality.CONSENT in kinds and (
        Modality.MUST_NOT in kinds or text[kinds[Modality.CONSENT].start :].lower().startswith("without")
    ):
        words = _slice(text, kinds[Modality.CONSENT])
        if not words:
            return ask.voice.say("only_with_consent", quote=quote)
        return ask.voice.say("not_without", words=lifted(ask.voice, words), quote=quote)
    if Modality.MUST_NOT in kinds:
        return ask.voice.say("not_allowed", quote=quote)
    return quote


def _slice(text: str, span: Span) -> str:
    words = folded(text[span.start : span.end])
    return words if words.lower().startswith("without") else ""


def _compared(ask: Ask, evidence: Evidence) -> str:
    """The asked length held against the longest one the text allows: "no, for a maximum of 3 months after receipt"."""
    limits = [t for t in evidence.facts.times if t.bound is Bound.AT_MOST]
    if ask.length is None or not limits or not ask.speaks_of("delay", "objection"):
        return ""
    longest = max(limits, key=lambda t: t.duration.days)
    said = ask.voice.period(longest, evidence.text)
    line = ask.voice.say("long_enough", longest=said)
    if ask.length.days > longest.duration.days:
        line = ask.voice.say("too_long", asked=ask.voice.duration(ask.length), longest=said)
    condition = next((c for c in evidence.facts.conditions if c.start >= longest.span.end), None)
    if condition is None:
        return line
    words = lifted(ask.voice, evidence.text[condition.start : condition.end])
    return ask.voice.say("only_if", line=line, condition=words)


# --- the whole answer -------------------------------------------------------------------------------------------------


def place(citation: Citation, spoken: Voice = ENGLISH) -> str:
    """Where a quotation stands: "ORION-CA (v1, 3f9a1c), 8.4.2.1, p. 7"."""
    parts = [f"{citation.agreement} ({citation.version})"]
    parts += [clause_label(citation.clause)] if citation.clause else []
    parts += [f"“{folded(citation.heading[-1])}”"] if citation.heading and not citation.clause else []
    parts.append(spoken.say("page", page=citation.page))
    return ", ".join(parts)


def shown(citation: Citation, spoken: Voice = ENGLISH) -> str:
    """A quotation with its place, and what became of it."""
    where, quote = place(citation, spoken), quoted(citation.quote)
    if citation.superseded_by:
        return spoken.say("replaced", amendment=citation.superseded_by, quotation=f"{where}: ~~{quote}~~")
    line = f"{where}: {quote}"
    return spoken.say("as_amended", line=line, amendment=citation.amended_by) if citation.amended_by else line


def closing(spoken: Voice, contact: str) -> str:
    """The one sentence that says what this is not, and whom to ask."""
    return spoken.say("closing", contact=contact)


def paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
