"""The words around the quotations: the line a hurried reader sees first, and the fixed sentences.

Every statement here is cut from a quotation or is a phrase of ours that claims nothing about the agreement. Numbers are
written once ("45 calendar days" for "forty-five (45) calendar days"); the quotation below shows them as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from knowledge.answering.evidence import Evidence
from knowledge.answering.judging import QUOTED, by_default
from knowledge.answering.questions import Ask, Kind
from knowledge.answering.texts import clause_label
from knowledge.model import Citation, Span
from knowledge.rules import Bound, Modality, Relation, TimeRule

NOT_ADVICE = "This is information, not legal advice"
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


def period(rule: TimeRule, sentence: str) -> str:
    """A period as the sentence has it, its number written once: "at least 45 calendar days before the publication"."""
    start, end = rule.duration.span.start, rule.duration.span.end
    before = sentence[rule.span.start : start]
    written = sentence[start:end]
    possessive = "’" if written.endswith(("'", "’")) else ""
    return folded(f"{before}{rule.duration}{possessive}{sentence[end : rule.span.end]}")


def short_period(rule: TimeRule) -> str:
    """A period for a table: "at least 45 calendar days", "at most 3 months"."""
    bound = str(rule.bound) if rule.bound is not Bound.EXACT else ""
    return f"{bound} {rule.duration}".strip()


_FOR_WHAT = re.compile(r"\b((?:each|any|every|an?|the)\s+(?:[\w-]+\s+){0,2}[\w-]+)[\s,]*$", re.IGNORECASE)


def periods(ask: Ask, evidence: Evidence) -> str:
    """All periods of a sentence that bear on the question. Where there are several, each with what it is for."""
    rules = evidence.times(ask)
    if len(rules) == 1:
        return period(rules[0], evidence.text)
    parts = []
    at = 0
    for rule in rules:
        m = _FOR_WHAT.search(evidence.text[at : rule.span.start])
        label = f"{folded(m[1])}: " if m else ""
        parts.append(label + period(rule, evidence.text))
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
        line += f", {folded(evidence.text[span.start : span.end])}"
    return f"{line} (only where nothing else was agreed)" if by_default(evidence.text) else line


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
        parts.append(period(evidence.facts.times[0], evidence.text))
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
    kinds = {m.modality: m.span for m in evidence.facts.modals}
    if Modality.CONSENT in kinds and (
        Modality.MUST_NOT in kinds or text[kinds[Modality.CONSENT].start :].lower().startswith("without")
    ):
        words = _slice(text, kinds[Modality.CONSENT])
        return (
            f"only with consent: {quoted(clipped(unnumbered(text)))}"
            if not words
            else f"not {words}: {quoted(clipped(unnumbered(text)))}"
        )
    if Modality.MUST_NOT in kinds:
        return f"not allowed by these words: {quoted(clipped(unnumbered(text)))}"
    return quoted(clipped(unnumbered(text)))


def _slice(text: str, span: Span) -> str:
    words = folded(text[span.start : span.end])
    return words if words.lower().startswith("without") else ""


def _compared(ask: Ask, evidence: Evidence) -> str:
    """The asked length held against the longest one the text allows: "no, for a maximum of 3 months after receipt"."""
    limits = [t for t in evidence.facts.times if t.bound is Bound.AT_MOST]
    if ask.length is None or not limits or not ask.speaks_of("delay", "objection"):
        return ""
    longest = max(limits, key=lambda t: t.duration.days)
    verdict = "no, not for " + str(ask.length) if ask.length.days > longest.duration.days else "up to that"
    condition = next((c for c in evidence.facts.conditions if c.start >= longest.span.end), None)
    only = f", and only {folded(evidence.text[condition.start : condition.end])}" if condition else ""
    return f"{verdict}: {period(longest, evidence.text)}{only}"


def anchor_words(rule: TimeRule) -> str:
    """What a period is measured against, for the side-by-side table: "publication", "receipt"."""
    if rule.relation is Relation.NOTICE:
        return "notice"
    return str(rule.anchor)


# --- the whole answer -------------------------------------------------------------------------------------------------


def place(citation: Citation) -> str:
    """Where a quotation stands: "ORION-CA (v1, 3f9a1c), 8.4.2.1, p. 7"."""
    parts = [f"{citation.agreement} ({citation.version})"]
    parts += [clause_label(citation.clause)] if citation.clause else []
    parts += [f"“{folded(citation.heading[-1])}”"] if citation.heading and not citation.clause else []
    parts.append(f"p. {citation.page}")
    return ", ".join(parts)


def shown(citation: Citation) -> str:
    """A quotation with its place, and what became of it."""
    line = f"{place(citation)}: {quoted(citation.quote)}"
    if citation.amended_by:
        line += f" (as amended by {citation.amended_by})"
    if citation.superseded_by:
        line = (
            f"No longer in force, replaced by {citation.superseded_by}: {place(citation)}: ~~{quoted(citation.quote)}~~"
        )
    return line


def closing(contact: str) -> str:
    """The one sentence that says what this is not, and whom to ask."""
    return f"{NOT_ADVICE}; ask {contact}."


def listed(names: Iterable[str], word: str = "and") -> str:
    """ "A", "A and B", "A, B and C"."""
    items = list(dict.fromkeys(names))
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
