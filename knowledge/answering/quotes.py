"""Cutting quotations: where one begins and ends, which words in it decide, and what must be read beside it.

A quotation is always a slice of the stored text. It is made longer where the deciding sentence leans on its neighbours
("that period", "if:" and its items, "However, ...") and never runs into words that speak to the reader's software.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from knowledge.answering.evidence import Evidence
from knowledge.answering.questions import Ask, Kind
from knowledge.answering.texts import Text, bare_number, plain_term, read_clause, speaks_to_software
from knowledge.model import Citation, Clause, ClauseKind, Span

LONGEST = 1500  # characters of one quotation; a list of grounds fits, a chapter does not

_LEANS_BACK = re.compile(
    r"^(?:it|this|that|these|those|they|such|the latter|in (?:this|that|such a) case|for these)\b|\bstated above\b"
    r"|\bwithin (?:that|this|such|the said) (?:period|time)"
    r"|\bthat (?:period|time limit)\b|\bsuch (?:period|delay|request|notice)\b",
    re.IGNORECASE,
)
_QUALIFIES = re.compile(
    r"^(?:however|notwithstanding|except|unless|but|provided|nevertheless|save|this (?:does not|limit|licence|right"
    r"|period|section|clause) (?:does not|shall not|applies|extends)"
    r"|it cannot|the absence|after \d|in (?:no|such|this|that) (?:event|case)|the (?:objection|request|delay|report"
    r"|notice|approval|consent)\b|such (?:approval|consent|delay)"
    r"|these? )",
    re.IGNORECASE,
)


def quotation(ask: Ask, evidence: Sequence[Evidence], text: Text) -> Span:
    """Where the quotation for some evidence of one clause begins and ends, in document offsets."""
    clause = evidence[0].clause
    start = min(e.start for e in evidence)
    end = max(e.end for e in evidence)
    spoken = read_clause(clause)
    for at, stop, _ in reversed(spoken):
        if (
            clause.start + stop <= start
            and _LEANS_BACK.search(text.whole[start:end])
            and end - clause.start - at < LONGEST
        ):
            if _clean(text.whole[clause.start + at : start]):
                start = clause.start + at
            break
    for at, stop, _ in spoken:
        following = clause.text[at:stop]
        near = clause.start + at >= end and not text.whole[end : clause.start + at].strip()
        item = re.match(r"\([a-z0-9]{1,4}\)\s", following) and _has_items(text.whole[start:end])
        if near and (item or _QUALIFIES.match(following)) and clause.start + stop - start < LONGEST:
            end = clause.start + stop
    whole_clause = ask.kind is Kind.METHOD or _has_items(text.whole[start:end])
    if whole_clause and clause.tree_end - start < LONGEST and _clean(text.whole[end : clause.tree_end]):
        end = max(end, _trimmed_end(text.whole, clause.tree_end))
    return Span(start, _closing_mark(text.whole, start, end, clause.tree_end))


def _closing_mark(whole: str, start: int, end: int, limit: int) -> int:
    """Where the quotation marks opened inside start..end are closed, if that is near."""
    words = whole[start:end]
    if words.count("“") > words.count("”") or (words.count("“") == 0 and words.count('"') % 2 == 1):
        ends = [at for mark in ("”", '"') if 0 <= (at := whole.find(mark, end)) < min(limit, start + LONGEST)]
        return min(ends) + 1 if ends and _clean(whole[start : min(ends) + 1]) else end
    return end


def _has_items(words: str) -> bool:
    return words.rstrip().endswith((":", ",", ";", " and", " or", " if"))


def _clean(words: str) -> bool:
    return not speaks_to_software(words)


def _trimmed_end(whole: str, end: int) -> int:
    while end > 0 and whole[end - 1].isspace():
        end -= 1
    return end


def cite(
    source: Text,
    clause: Clause,
    span: Span,
    marked: Iterable[Span] = (),
    *,
    amended_by: str = "",
    superseded_by: str = "",
) -> Citation:
    """A citation cut from the stored text. `marked` are document spans; what lies outside the quotation is left out."""
    inside = sorted(
        {Span(m.start - span.start, m.end - span.start) for m in marked if span.start <= m.start and m.end <= span.end}
    )
    return Citation(
        agreement=source.agreement.short_name,
        version=source.version.label,
        clause=clause.number,
        heading=clause.heading,
        page=clause.page,
        file=source.version.file,
        start=span.start,
        end=span.end,
        quote=source.whole[span.start : span.end],
        marked=tuple(inside),
        amended_by=amended_by,
        superseded_by=superseded_by,
    )


def deciding(ask: Ask, evidence: Evidence) -> tuple[Span, ...]:
    """The words of a sentence on which the answer rests, in document offsets."""
    facts = evidence.facts
    spans: list[Span] = []
    if ask.kind in {Kind.TIME, Kind.MAY, Kind.MUST, Kind.SILENCE, Kind.GENERAL}:
        spans += [t.span for t in evidence.times(ask)] if ask.kind is Kind.TIME or ask.length else []
        spans += [d.span for d in facts.dates] if ask.kind is Kind.TIME else []
    if ask.kind in {Kind.RECIPIENT, Kind.TIME}:
        spans += list(facts.recipients)
    if ask.kind is Kind.SILENCE and facts.silence:
        spans.append(facts.silence)
    if ask.kind in {Kind.MAY, Kind.MUST, Kind.GENERAL} and not spans:
        spans += [m.span for m in facts.modals]
    if ask.kind is Kind.AMOUNT:
        spans += [a.span for a in facts.amounts]
    if ask.kind in {Kind.MEANING, Kind.COVERS, Kind.PREVAILS, Kind.GROUNDS, Kind.METHOD} or (
        ask.kind is Kind.WORDING and not spans
    ):
        spans += [Span(m.start(), m.end()) for topic in ask.topics for m in topic.said.finditer(evidence.text)]
    return tuple(Span(evidence.start + s.start, evidence.start + s.end) for s in sorted(set(spans)))


# --- what must be read beside it --------------------------------------------------------------------------------------

_REFERENCE = re.compile(
    r"\b(?:Sections?|Clauses?|Articles?|Paragraphs?)\s+(?P<number>\d+(?:\.\d+)*(?:\([a-z]\))*)", re.IGNORECASE
)
_EVERYDAY = frozenset(
    {
        "party",
        "parties",
        "agreement",
        "project",
        "the effective date",
        "effective date",
        "consortium agreement",
        "research",
        "results",
    }
)
_EXCEPTION = re.compile(
    r"\b(?:notwithstanding|absence of (?:an?|any) objection|does not (?:apply|extend)|is not such an"
    r"|nothing in this (?:section|clause|article|agreement)"
    r"|except (?:in|as|that|where)|unless they are already|without obtaining)\b",
    re.IGNORECASE,
)


def referred(evidence: Evidence, text: Text) -> tuple[Clause, ...]:
    """The clauses that a sentence refers to by number, in its own agreement."""
    numbers = {bare_number(m["number"]) for m in _REFERENCE.finditer(evidence.text)}
    return tuple(
        c
        for c in text.clauses
        if c.number and bare_number(c.number) in numbers and c.position != evidence.clause.position
    )


_WRITING = re.compile(r"\bwriting\b[^.]{0,60}\b(?:includes?|means|covers)\b", re.IGNORECASE)


_PARTS = r"(?:Schedule|Annex|Attachment|Appendix|Exhibit)\s+(?:\d+|[A-Z])"


def parts_named(words: str) -> tuple[str, ...]:
    """The schedules, annexes and the like that some words refer to ("Appendix B"), in order."""
    return tuple(dict.fromkeys(re.findall(rf"\b{_PARTS}\b", words)))


def part(label: str, text: Text) -> tuple[Clause, ...]:
    """The clauses of a schedule, annex and the like; none where the indexed text does not hold it."""
    words = r"\s+".join(map(re.escape, label.split()))
    begins = re.compile(rf"^\s*{words}\b", re.IGNORECASE | re.MULTILINE)
    heads = [c for c in text.clauses if any(begins.search(h) for h in (c.number, *c.heading, c.text))]
    inside = {c.position for c in heads}
    for clause in text.clauses:
        if clause.parent in inside:
            inside.add(clause.position)
    return tuple(c for c in text.clauses if c.position in inside)


def meaning_of_writing(text: Text) -> tuple[tuple[Clause, Span], ...]:
    """What the agreement itself says "in writing" takes in: it bears on notices without naming a way to serve them."""
    return tuple(
        (clause, Span(clause.start + at, clause.start + stop))
        for clause in text.clauses
        for at, stop, _ in read_clause(clause)
        if _WRITING.search(clause.text[at:stop])
    )[:1]


_TONGUES = {
    "english": "en",
    "german": "de",
    "french": "fr",
    "dutch": "nl",
    "spanish": "es",
    "italian": "it",
    "japanese": "ja",
}
_TONGUE = r"\b(?P<{}>" + "|".join(_TONGUES) + r")\b"
_GOVERNS = re.compile(
    rf"{_TONGUE.format('first')}(?: language| text| version)*(?: of [^.;]{{0,60}}?)? (?:shall |will )?"
    r"(?:be (?:the )?)?(?:govern|prevail|control|is (?:the )?(?:authoritative|authentic|binding|governing|official))"
    rf"|\blanguage\b[^.;]{{0,80}}\b(?:is|shall be|will be) {_TONGUE.format('second')}"
    rf"|\b(?:made|drawn up|drafted|written|executed|concluded) in (?:the )?{_TONGUE.format('third')}",
    re.IGNORECASE,
)


def governing_language(text: Text) -> tuple[str, Clause] | None:
    """The language whose text governs, by ISO 639-1 code, and the clause that says so; None where none does."""
    spoken_of = text.saying("governing language", _GOVERNS)
    for clause in text.clauses:
        if clause.position in spoken_of and (m := _GOVERNS.search(clause.text)):
            return _TONGUES[next(filter(None, m.groups())).casefold()], clause
    return None


def exceptions(ask: Ask, evidence: Evidence, text: Text) -> tuple[tuple[Clause, Span], ...]:
    """Up to two sentences near by that take something back: in the same chapter, on the same topic."""
    chapter = _ancestors(text.clauses, evidence.clause)[:2]
    found: list[tuple[int, Clause, Span]] = []
    for clause in text.clauses:
        if clause.position == evidence.clause.position or not set(_ancestors(text.clauses, clause)[:2]) & set(chapter):
            continue
        spoken = read_clause(clause)
        for at, stop, _ in spoken:
            sentence = clause.text[at:stop]
            if _EXCEPTION.search(sentence) and any(t.said.search(clause.text) for t in ask.topics if t.weight >= 1):
                first = spoken[0][0] if stop - spoken[0][0] < 500 else at
                found.append(
                    (
                        abs(clause.position - evidence.clause.position),
                        clause,
                        Span(clause.start + first, clause.start + stop),
                    )
                )
    found.sort(key=lambda item: item[0])
    kept: dict[int, tuple[Clause, Span]] = {}
    for _, clause, span in found:
        before = kept.get(clause.position)
        kept[clause.position] = (
            clause,
            Span(min(span.start, before[1].start), max(span.end, before[1].end)) if before else span,
        )
    return tuple(list(kept.values())[:2])


def _ancestors(clauses: Sequence[Clause], clause: Clause) -> list[int]:
    """Positions from the outermost clause around `clause` down to itself."""
    path = [clause.position]
    while clause.parent is not None:
        clause = clauses[clause.parent]
        path.append(clause.position)
    return path[::-1]


def definitions(text: Text) -> dict[str, Clause]:
    """The agreement's defined terms, without article and in lower case, with the clause that defines each."""
    return {plain_term(c.defines): c for c in text.clauses if c.defines}


def plain_defined(term: str) -> str:
    """A defined term as the text writes it, without its article."""
    return re.sub(r"(?i)^the ", "", term)


def terms_used(words: str, text: Text, limit: int = 2) -> tuple[Clause, ...]:
    """Definitions of the capitalised terms in a quotation, the rarest terms first; everyday ones are left out."""
    found = []
    for term, clause in definitions(text).items():
        if term in _EVERYDAY or len(clause.text) > 700 or clause.kind not in {ClauseKind.DEFINITION, ClauseKind.CLAUSE}:
            continue
        written = r"\s+".join(re.escape(w) for w in plain_defined(clause.defines).split())
        if re.search(rf"\b{written}\b", words):
            found.append(clause)
    found.sort(key=lambda c: (text.whole.count(plain_defined(c.defines)), c.position))
    return tuple(found[:limit])
