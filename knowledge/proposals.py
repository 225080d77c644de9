"""What a document says of itself: title, type, parties, dates, law, each with the words it was read from.

A proposal is for a person to confirm. It is read off the words by rules that give the same result each time, and where
the words are missing, blank, unclear or at odds with each other, nothing is proposed: somebody who has to fill in a
field looks it up, somebody who has to confirm one might not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from knowledge.clauses import sentences, unfilled
from knowledge.model import AgreementType, BlockKind, Clause, ClauseKind, Document, Span
from knowledge.rules import month_number

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Stated(Generic[Value_co]):
    """A value and where it stands. `quote` is the document's text at `span`, character for character."""

    value: Value_co
    span: Span
    quote: str

    def __post_init__(self) -> None:
        if self.span.end - self.span.start != len(self.quote):
            raise ValueError("a quotation is as long as the text it is cut from")


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party as the opening of an agreement names it. `also` are the short names it gives it, a role included."""

    name: str
    role: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """What `propose` found; None and () where the document does not say, or not clearly.

    `dated` is the day on which it was made, `effective` the day from which it says that it counts, `expiry` the last
    day of its term as it stands, renewals aside. `language` is the ISO 639-1 code of the text that a clause says
    prevails, `amends` the agreement that an amendment names, in its words.
    """

    title: Stated[str] | None = None
    type: Stated[AgreementType] | None = None
    parties: tuple[Stated[NamedParty], ...] = ()
    dated: Stated[date] | None = None
    effective: Stated[date] | None = None
    expiry: Stated[date] | None = None
    governing_law: Stated[str] | None = None
    language: Stated[str] | None = None
    amends: Stated[str] | None = None


def propose(document: Document, clauses: Sequence[Clause]) -> Proposed:
    """Read what the catalogue wants to know of `document`, whose clauses are `clauses`."""
    text = _Text(document, clauses)
    title = _title(text)
    kind = _type(text, title) if title else None
    return Proposed(
        title=title,
        type=kind,
        parties=_parties(text),
        dated=_dated(text),
        effective=_effective(text),
        expiry=_expiry(text),
        governing_law=_governing_law(text),
        language=_language(text),
        amends=_amends(text, title) if title and kind and kind.value in _AMENDING else None,
    )


# --- the text ---------------------------------------------------------------------------------------------------------

_OPENING = 12_000  # characters in which title, parties and date are looked for: covers and tables of contents are long
_BLOT = "█"
_BRACKETED = re.compile(r"\[[^\]]{0,80}\]")  # an option or a blank, filled or not


class _Text:
    """The document's text as it is read here: of the same length, with blanks nobody filled in and running headers
    blotted out, so that nothing is read from them or across them."""

    def __init__(self, document: Document, clauses: Sequence[Clause]) -> None:
        self.document, self.clauses = document, clauses
        closed = list(document.text)
        blanks = [span for clause in clauses for span in clause.unfilled]
        blanks += unfilled(document.text[:_OPENING])
        blanks += (Span(*found.span()) for found in _BRACKETED.finditer(document.text))
        for span in blanks:
            closed[span.start : span.end] = _BLOT * (span.end - span.start)
        for block in document.blocks:
            if block.kind is BlockKind.FURNITURE:
                closed[block.start : block.end] = " " * (block.end - block.start)
        self.closed = "".join(closed)
        self.opening = self.closed[:_OPENING]

    def stated(self, value: Value, start: int, end: int) -> Stated[Value]:
        """`value`, with the words at `start..end` as its quotation."""
        quote = self.document.text[start:end]
        start, end = start + len(quote) - len(quote.lstrip()), start + len(quote.rstrip())
        return Stated(value, Span(start, end), self.document.text[start:end])

    def sentences(self, words: re.Pattern[str]) -> Iterator[tuple[int, str]]:
        """The sentences of the agreement proper in which `words` occur, each with where it starts."""
        for clause in self.clauses:
            if clause.kind is ClauseKind.SCHEDULE and clause.start > len(self.closed) / 3:
                return  # what is attached may be an agreement of its own
            own = self.closed[clause.start : clause.end]
            if words.search(own):
                for span in sentences(own):
                    if words.search(sentence := own[span.start : span.end]):
                        yield clause.start + span.start, sentence


def _agreed(found: Iterable[Stated[Value]]) -> Stated[Value] | None:
    """The first of them, if they all say the same."""
    every = list(found)
    return every[0] if every and all(one.value == every[0].value for one in every) else None


def _squeezed(words: str) -> str:
    return " ".join(words.split())


# --- title and type ---------------------------------------------------------------------------------------------------

_DEED = (
    r"(?:agreements?|contract|licen[cs]e|amendment|addendum|memorandum|understanding|intent|certification|policy|letter"
    r"|charter|protocol|bylaws|lease|guaranty|undertaking|deed|terms|conditions|variation|accession)"
)
_NO_TITLE_WORD = r"(?!(?:IS|ARE|MADE|DATED|ENTERED|EFFECTIVE|BETWEEN|SHALL|WILL|WITNESSETH|THIS|This)\b)"
_TITLE_WORD = rf"{_NO_TITLE_WORD}(?:\(?[A-Z0-9À-Ý][\w.&/,'’()-]*|of|and|to|for|the|in|on|with|a|or|&|–|-|No\.?)"
_TITLE = re.compile(rf"(?P<title>{_TITLE_WORD}(?:\s+{_TITLE_WORD}){{0,19}})(?=\W|$)")
_SELF_NAMED = re.compile(rf"\b(?:THIS|This)\s+{_TITLE.pattern}")
_SELF_NAMED_ON = re.compile(
    r"\s*(?:\(|,|\"|“|(?:is|are|dated|made|entered|between|by|effective|sets|shall|will)\b)", re.IGNORECASE
)
_NOT_A_TITLE = re.compile(
    r"(?i)\b(?:exhibit|confidential(?!\s+disclosure)|omitted|commission|portions|copy|page|table of contents|source"
    r"|dated|draft|between|whereas|article|section)\b|@|www\.|[:;]$"
)
_ABOVE_TITLE = re.compile(
    r"(?i)\W*(?:(?:ex(?:hibit)?|annex|appendix)\W*\d[\w.()-]*|execution (?:version|copy)|form of)(?![\w])\W*"
)
_LONGEST = 150  # characters of a title
_SHORT_WORDS = frozenset("data use joint grant trial study side deed loan labs fund trust bank group".split())
_SMALL_WORDS = frozenset("of and to for the in on with a or de di du der van von".split())


def _title(text: _Text) -> Stated[str] | None:
    """The line above everything that names a kind of agreement, or what the opening sentence calls itself; the longer
    of the two, and neither where they contradict each other."""
    above, inside = _headline(text), _self_named(text)
    if above is None or inside is None:
        return above or inside
    long, short = sorted((above, inside), key=lambda one: len(one.value), reverse=True)
    return long if set(_words(short.value)) <= set(_words(long.value)) else None


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", title.casefold())


def _headline(text: _Text) -> Stated[str] | None:
    for block in text.document.blocks[:40]:
        if block.kind is BlockKind.FURNITURE or block.start > _OPENING // 4 or block.end - block.start > 2 * _LONGEST:
            continue
        line = text.closed[block.start : block.end]
        skipped = _ABOVE_TITLE.match(line)
        rest = line[skipped.end() :] if skipped else line
        words = rest.strip(" \t\n#*_")
        if _is_title(words):
            start = block.start + len(line) - len(rest) + rest.index(words)
            return text.stated(_spelt(words, text), start, start + len(words))
    return None


def _is_title(words: str) -> bool:
    squeezed = _squeezed(words)
    return (
        4 < len(squeezed) <= _LONGEST
        and bool(re.search(rf"(?i)\b{_DEED}\b", squeezed))
        and not _NOT_A_TITLE.search(squeezed)
        and bool(_TITLE.fullmatch(squeezed))
    )


def _self_named(text: _Text) -> Stated[str] | None:
    for found in _SELF_NAMED.finditer(text.opening):
        words = re.split(r"[,(]|(?<!\bNo)(?<!\bNO)\.\s", found["title"])[0]
        while words and words.split()[-1] in _SMALL_WORDS:
            words = words[: words.rstrip().rindex(words.split()[-1])].rstrip()
        start = found.start("title")
        goes_on = _SELF_NAMED_ON.match(text.opening, start + len(words))
        if goes_on and re.search(rf"(?i)\s{_DEED}\b", words) and _is_title(words):
            return text.stated(_spelt(words, text), start, start + len(words))
    return None


def _spelt(words: str, text: _Text) -> str:
    """A title on one line. Capitals throughout become what the rest of the document makes of the words; a short word
    that stands nowhere else keeps them, for it may be an abbreviation."""
    squeezed = _squeezed(words)
    if any(len(word) > 3 and word != word.upper() for word in squeezed.split()):
        return squeezed
    return " ".join(_lowered(word, text, first=place == 0) for place, word in enumerate(squeezed.split()))


def _lowered(word: str, text: _Text, *, first: bool) -> str:
    if word.lower() in _SMALL_WORDS and not first:
        return word.lower()
    core = re.escape(word.strip(".,()"))
    known = (
        len(core) > 5
        or core.lower() in _SHORT_WORDS
        or re.search(rf"\b{core.capitalize()}\b|\b{core.lower()}\b", text.closed)
    )
    return word.capitalize() if known else word


_TYPES: tuple[tuple[AgreementType, str], ...] = (
    (AgreementType.MOU, r"memorandum\s+of\s+(?:understanding|agreement)"),
    (AgreementType.LOI, r"letter\s+of\s+intent"),
    (AgreementType.CDA, r"(?:confidential|confidentiality)\b.*\bdisclosure|confidentiality\s+agreement"),
    (AgreementType.NDA, r"non-?\s?disclosure"),
    (AgreementType.MTA, r"materials?\s+transfer|transfer\s+of\s+(?:\w+\s+)?(?:materials?|organisms|samples)"),
    (AgreementType.DUA, r"data\s+use"),
    (AgreementType.DTA, r"data\s+transfer|transfer\s+of\s+data"),
    (AgreementType.CRADA, r"cooperative\s+research\s+and\s+development"),
    (AgreementType.SRA, r"sponsored\s+research"),
    (AgreementType.RCA, r"research\s+(?:and\s+development\s+)?collaboration|collaborative\s+research"),
    (AgreementType.JDA, r"joint\s+development"),
    (AgreementType.JV, r"joint\s+venture"),
    (AgreementType.CA, r"consortium\s+agreement"),
    (AgreementType.GA, r"grant\s+agreement"),
    (AgreementType.CTA, r"clinical\s+(?:trial|study)"),
    (AgreementType.IIA, r"inter-?institutional"),
    (AgreementType.OPTION, r"option"),
    (AgreementType.LICENCE, r"(?:sub-?)?licen[cs](?:e|ing)"),
    (AgreementType.POLICY, r"policy"),
)
_CHANGING: tuple[tuple[AgreementType, str], ...] = (  # these say of another agreement's type what happens to it
    (AgreementType.AMENDMENT, r"amendment"),
    (AgreementType.SIDE_LETTER, r"side\s+letter"),
    (AgreementType.VARIATION, r"(?:deed|notice)\s+of\s+variation|variation\s+(?:agreement|no)"),
    (AgreementType.ACCESSION, r"accession"),
)
_AMENDING = frozenset({AgreementType.AMENDMENT, AgreementType.SIDE_LETTER, AgreementType.VARIATION})


def _type(text: _Text, title: Stated[str]) -> Stated[AgreementType] | None:
    """The type that the title's words name, if they name one."""
    for types in (_CHANGING, _TYPES):
        named = [(m, kind) for kind, words in types if (m := re.search(rf"(?i)\b{words}", title.quote))]
        if len(named) == 1:
            found, kind = named[0]
            return text.stated(kind, title.span.start + found.start(), title.span.start + found.end())
        if named:
            return None
    return None


def _amends(text: _Text, title: Stated[str]) -> Stated[str] | None:
    """What the title of an amendment says that it amends."""
    found = re.search(
        r"(?i)\b(?:amendment|letter|variation)\b[^,;]*?\b(?:to|of)\s+(?:the\s+)?(?P<name>\w.*)", title.quote, re.DOTALL
    )
    if not found or not re.search(rf"(?i)\b{_DEED}\b", found["name"]):
        return None
    start = title.span.start + found.start("name")
    return text.stated(_spelt(found["name"], text), start, title.span.end)


# --- dates ------------------------------------------------------------------------------------------------------------

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_TH = r"(?:\s?(?:s\s?t|n\s?d|r\s?d|t\s?h)\b)?"
_DAY = (
    rf"(?:\b\d{{1,2}}{_TH}\)?\s+(?:day\s+)?(?:of\s+)?{_MONTH}\b\s?[.,]?\s*(?:19|20)\d\d\b"
    rf"|\b{_MONTH}\b\.?\s+\d{{1,2}}{_TH}(?:\s?[.,]\s?|\s+)(?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b)"
)


def _day(words: str) -> date | None:
    """The date that `_DAY` matched; None for a day that does not exist."""
    year = re.search(r"(?:19|20)\d\d", words)
    month = re.search(rf"(?i)\b{_MONTH}\b", words)
    numbers = [int(one) for one in re.findall(r"\d+", words)]
    try:
        if month and year:
            day = next(one for one in numbers if one < 100)
            return date(int(year[0]), month_number(month[0]), day)
        return date(*numbers[:3])
    except (ValueError, StopIteration):
        return None


def _days(pattern: re.Pattern[str], text: _Text, start: int, words: str) -> Iterator[Stated[date]]:
    """What `pattern` finds in `words`, which stand at `start`: the date in its group `day`, the match as its quote."""
    for found in pattern.finditer(words):
        if day := _day(found["day"]):
            yield text.stated(day, start + found.start(), start + found.end())


_LEAD = re.compile(
    r"(?:\b(?:This|THIS|(?:The|THE)\s(?i:present))\s+(?i:(?=(?:(?!means)[^.;]){0,100}?(?:agreement|contract|amendment"
    r"|addendum|licen[cs]e|memorandum|lease|letter|undertaking|deed)))|^[ \t]*(?i:agreement\s+(?=made|dated|entered)))"
    r"[^;]{0,900}",
    re.MULTILINE,
)
_MADE = re.compile(
    rf"\b(?:made|entered|dated|executed|concluded|signed)\b(?:(?!terminat|expir|until|commenc)[^.;█]){{0,110}}?(?P<day>{_DAY})",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(?i)\b(?:made|entered|dated|executed|concluded|effective|between|among|signed)\b")
_VERB = re.compile(r"(?i)\b(?:made|entered|dated|executed|concluded|signed)\b")
_DATED = re.compile(
    rf"^[^\w\n]*dated?\b\W{{0,8}}(?:as\s+of\s+|the\s+|this\s+)*(?P<day>{_DAY})[^\w\n]*$", re.IGNORECASE | re.MULTILINE
)


_OTHERS = re.compile(
    r"(?i)\b(?:to|of|under|that certain)\s+(?:the|that|a|an|certain)\s+(?:[\w&-]+\s+){0,8}(?:agreement|contract|lease)"
)


def _dated(text: _Text) -> Stated[date] | None:
    """The day in the sentence that opens the agreement, or on a line of its own above it."""
    lead = _lead(text)
    found = list(_days(_DATED, text, 0, text.opening[: lead[0] if lead else 3000]))
    if lead:
        start, words = lead
        verb = _VERB.search(words)
        made = _MADE.match(words, verb.start()) if verb else None
        if made and not _OTHERS.search(words[: made.start("day")]):
            found += _days(_MADE, text, start + made.start(), made[0])
    return _agreed(found)


def _lead(text: _Text) -> tuple[int, str] | None:
    """The sentence that opens the agreement, and where it starts."""
    leads = (found for found in _LEAD.finditer(text.opening) if _OPENS.search(found[0][:300]))
    return next(((found.start(), found[0]) for found in leads), None)


_EFFECTIVE_NAME = r"(?:effective|commencement|start)\s+date"
_EFFECT = (
    r"(?:effective|with\s+effect|takes?\s+effect|(?:comes?|enters?)\s+into\s+(?:force|effect)|commenc(?:e|es|ing)"
    r"|begins?|beginning|starts?|starting|in\s+force|applies)"
)
_NAMED_EFFECTIVE = re.compile(
    rf"(?P<day>{_DAY})\W{{0,4}}(?:the\s+)?(?:\(|hereinafter)[^.;()]{{0,60}}?\b{_EFFECTIVE_NAME}", re.IGNORECASE
)
_EFFECTIVE = re.compile(
    rf"\b{_EFFECT}(?:\s+date)?(?:\s+(?:as|of|from|on|for\s+all\s+purposes|this|the|and|in\s+all\s+respects))*\s+(?P<day>{_DAY})",
    re.IGNORECASE,
)
_EFFECTIVE_IS = re.compile(
    rf"\b{_EFFECTIVE_NAME}\b\W{{0,8}}(?:(?:means|is|shall\s+be|shall\s+mean|of\s+this\s+agreement)\W+)*(?:the\s+)?(?P<day>{_DAY})",
    re.IGNORECASE,
)
_SAYS_EFFECTIVE = re.compile(rf"(?i)\b(?:{_EFFECTIVE_NAME}|{_EFFECT})\b")
_OURS = re.compile(
    r"(?i)\b(?:this\s+(?:[\w-]+\s+){0,4}?|the\s+)(?:agreement|contract|amendment|addendum)\b|\b(?:initial\s+)?term\b"
    r"|\bcontract\s+period\b"
)
_SUBJECT = 100  # characters between what counts or ends, and the verb that says so


def _effective(text: _Text) -> Stated[date] | None:
    """The day that is called the effective date, or from which the agreement says that it counts."""
    lead = _lead(text)
    found = [*_days(_NAMED_EFFECTIVE, text, 0, text.opening)]
    if lead:
        found += _days(_EFFECTIVE, text, *lead)
    for start, sentence in text.sentences(_SAYS_EFFECTIVE):
        found += _days(_EFFECTIVE_IS, text, start, sentence)
        for one in _days(_EFFECTIVE, text, start, sentence):
            if _ours(sentence[: one.span.start - start]):
                found.append(one)
    return _agreed(found)


def _ours(before: str) -> bool:
    """Whether the words before a verb say that this agreement, or its term, is what begins or ends."""
    return _OURS.search(before[-_SUBJECT:]) is not None


_UNTIL = (
    r"(?:until|till|up\s+to\s+and\s+including|through(?:\s+to)?|thru|expir(?:e|es|ing)|ends?|ending|terminat(?:e|es|ing)|conclud(?:e|es|ing))"
    r"(?:\s+(?:and|on|to|up|including|at|midnight|the\s+close\s+of\s+business))*"
)
_SAYS_UNTIL = re.compile(rf"(?i)\b(?:{_UNTIL}|expir\w+|end|termination)\b")
_UNTIL_DAY = re.compile(rf"\b{_UNTIL}\s+(?P<day>{_DAY})", re.IGNORECASE)
_EXPIRY_IS = re.compile(
    rf"\b(?:expir(?:ation|y)|end|termination)\s+date\b\W{{0,8}}(?:(?:means|is|shall\s+be|shall\s+mean)\W+)*(?P<day>{_DAY})",
    re.IGNORECASE,
)


def _expiry(text: _Text) -> Stated[date] | None:
    """The last day of the term, where the text states it."""
    found: list[Stated[date]] = []
    for start, sentence in text.sentences(_SAYS_UNTIL):
        found += _days(_EXPIRY_IS, text, start, sentence)
        for one in _days(_UNTIL_DAY, text, start, sentence):
            if _ours(sentence[: one.span.start - start]):
                found.append(one)
    return _agreed(found)


# --- parties ----------------------------------------------------------------------------------------------------------

_FORM = (  # of a company
    r"(?:Inc(?:orporated)?|L\.?L\.?C|L\.?L\.?P|L\.?P|Ltd|Limited|LIMITED|INC|LTD|CORP|Corp(?:oration)?|CORPORATION|Co"
    r"|CO|Company|COMPANY|plc|PLC|N\.?A|S\.?A(?:\.?S)?|S\.?p\.?A|S\.?r\.?l|B\.?V|N\.?V|GmbH|GMBH|AG|A/?S|ASA|AB|Oy|Pty"
    r"|LIMITED PARTNERSHIP|Limited Partnership)\b\.?"
)
_BODY = (  # of the other kinds
    r"(?:University|Universität|Université|Hochschule|College|Institute|Institut|Institution|Foundation|Stiftung|Agency"
    r"|Trust|Fund|Funds|Bank|Hospital|Council|Society|Association|Centre|Center|Ministry|Authority|Laborator(?:y|ies)"
    r"|Technologies|Group|Partners|Systems)"
)
_NAME_WORD = (
    r"(?:(?!(?:AND|And|OR|BY|BETWEEN|WHEREAS|THIS|This|Dated|DATED)\b)[A-Z0-9À-ÖØ-Þ][\w.&'’/+-]*|of|OF|for|the|de|di|da|du"
    r"|van|der|von|für|la|le|&)"
)
_NAME_ENDS = (  # with its form, or where something else begins
    rf"(?:(?:,?\s+(?:\([A-Z][\w ]{{1,20}}\)\s+)?{_FORM})+(?!\s*[A-Z&])"
    r"|(?=\s*(?:[,;(*]|$|\n\s*\n|\b(?!(?:of|for|the|de|di|van|von)\b)[a-z]|\b(?:AND|And|WHEREAS)\b)))"
)
_NAME = re.compile(rf"(?:The\s+|THE\s+)?(?=[A-Z0-9À-ÖØ-Þ]){_NAME_WORD}(?:\s+{_NAME_WORD}){{0,9}}?{_NAME_ENDS}")
_LIKE_A_PARTY = re.compile(rf"(?:{_FORM}\W*$|\b(?i:{_BODY})\b)")
_BETWEEN = re.compile(
    r"\b(?:by\s+and\s+)?(?:between|among(?:st)?)\b(?:\s+and\s+(?:among|between))?(?:\s+the\s+following)?[:,*\s]*",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(r"[\s*]*(?:\(?(?:\d{1,2}|[ivx]{1,4}|[a-f])[.)]\s*)?(?:the\s+)?[\s*]*")
_NEXT_PARTY = re.compile(
    r"[,;.*\s]*[\s*](?:and|AND|And)\s+(?:between\s+)?(?=[\s*]*(?:\(?\w{1,3}[.)]\s*)?(?:the\s+)?[A-Z0-9])"
    r"|[*\s]*[;,]\s*(?=[*\s]*(?:\(?\w{1,3}[.)]\s*)?(?:the\s+)?[A-Z0-9])"
    r"|[*\s]*\n\s*\n\s*(?=(?:\(?\w{1,3}[.)]\s*)?[A-Z0-9])"
)
_PARTIES_END = re.compile(
    r"\b(?:W\s?I\s?T\s?N|[Cc]ollectively|jointly|[Tt]ogether\s+the|each\s+(?:a|of)|individually|pursuant|with\s+respect"
    r"|as\s+follows|agree\w*|in\s+connection|relating\s+to|amend\w*|that\s+certain|by\s+and\s+(?:among|between))\b"
    r"|\b(?i:whereas|recitals?|background|dated|this|now,)(?!\w)"
    r"|\.\s+(?=[A-Z][\w-]*\s+(?:and|are|is|shall|will|may)\b)|\n#|█|\n\s*\n\s*\d+\.?\s"
)
_ALIAS = re.compile(r"[\"“”]\s*(?P<alias>[^\"“”\n]{1,60}?)[,.]?\s*[\"“”]")
_ROLE = (
    r"(?:(?:sub-?)?licen[sc](?:or|ee)|provider|recipient|sponsor|coordinator|company|customer|supplier|distributor"
    r"|university|institution|institute|contractor|consultant|client|seller|buyer|purchaser|vendor|reseller|manufacturer"
    r"|developer|agency|funder|beneficiary|discloser|receiver|owner|servicer|franchisor|franchisee|lessor|lessee|agent"
    r"|producer|promoter|collaborator|investigator|publisher|foundation|bank|adviser|advisor|trust|fund|hospital"
    r"|operator)"
)
_STATED_ROLE = re.compile(rf",\s+(?:as|the)\s+(?:the\s+)?(?P<role>{_ROLE})(?=\s*(?:,|\(|$|hereinafter))", re.IGNORECASE)
_DESCRIBED_SO_FAR = re.compile(rf"[\"“”)][\s*,;.]*$|,\s+(?:as|the)\s+(?i:{_ROLE})$")  # with a short name or a role
_LABELLED = re.compile(rf"^[#* \t]*(?P<role>{_ROLE})[* \t]*:[* \t]+(?P<rest>[^\n]+)", re.IGNORECASE | re.MULTILINE)
_DESCRIBED = 700  # characters between a party's name and the short name it is given


def _parties(text: _Text) -> tuple[Stated[NamedParty], ...]:
    """The parties in the order of the opening; none where it cannot be told where one ends and the next begins."""
    for found in _BETWEEN.finditer(text.opening):
        before = text.opening[max(0, found.start() - 400) : found.start()]
        if re.search(rf"(?i)\b{_DEED}\b", before) or not before.rpartition("\n")[2].strip("#* \t"):
            parties = _listed(text, found.end())
            if len(parties) > 1:
                return parties
    labelled = [party for found in _LABELLED.finditer(text.opening) if (party := _labelled(text, found))]
    return tuple(labelled) if len(labelled) > 1 else ()


def _listed(text: _Text, at: int) -> tuple[Stated[NamedParty], ...]:
    """The parties that are named one after the other from `at` on."""
    parties: list[Stated[NamedParty]] = []
    while True:
        name = _name(text.opening, at)
        if name is None:
            return ()
        rest = text.opening[name.end() : name.end() + _DESCRIBED]
        stop = _PARTIES_END.search(rest)
        rest = rest[: stop.start()] if stop else rest
        boundary = _boundary(rest)
        if boundary is None:
            return (*parties, _party(text, name, rest))
        if not boundary.start() and not _LIKE_A_PARTY.search(name[0]):
            return ()  # "Smith and Jones Ltd" may be one party or two
        parties.append(_party(text, name, rest[: boundary.start()]))
        at = name.end() + boundary.end()


def _name(words: str, at: int) -> re.Match[str] | None:
    """The name of a party that begins at `at`, behind a number, an article or an asterisk."""
    begun = _BEFORE_NAME.match(words, at)
    name = _NAME.match(words, begun.end() if begun else at)
    return name if name and _may_be_name(_squeezed(name[0])) else None


def _may_be_name(name: str) -> bool:
    return (
        2 < len(name) <= 90
        and not re.search(r"(?i)\b(?:agreement|exhibit|whereas|parties|date|section|article)\b", name)
        and not re.fullmatch(rf"(?i)(?:the\s+)?{_ROLE}", name)
        and any(letter.isalpha() for letter in name)
    )


def _boundary(rest: str) -> re.Match[str] | None:
    """Where the description of a party ends and the next party begins: there something stands that is named like a
    party, and the description is over."""
    for found in _NEXT_PARTY.finditer(rest):
        following = _name(rest, found.end())
        if following is None:
            continue
        described, after_name = rest[: found.start()], rest[following.end() :]
        firmly = found[0].strip(" *\n").lower() not in ("", ",")
        called = re.match(r"[^;]{0,250}?[\"“”]", after_name)
        over = not described.strip() or ";" in found[0] or _DESCRIBED_SO_FAR.search(described)
        if _LIKE_A_PARTY.search(following[0]) and not following[0][0].isdigit():
            if over or (firmly and re.match(r"[\s*]*(?:,|\(|an?\s|having|with|of\s|$)", after_name)):
                return found
        elif firmly and over and called:
            return found
    return None


def _party(text: _Text, name: re.Match[str], described: str) -> Stated[NamedParty]:
    aliases = [found for found in _ALIAS.finditer(described) if _is_alias(found["alias"], described[: found.start()])]
    stated = _STATED_ROLE.search(described)
    also = tuple(dict.fromkeys(_squeezed(found["alias"]) for found in aliases))
    roles = [alias for alias in also if re.fullmatch(rf"(?i)(?:the\s+)?{_ROLE}", alias)]
    role = stated["role"] if stated else re.sub(r"(?i)^the\s+", "", roles[0]) if roles else ""
    end = name.end() + max((found.end() for found in (*aliases, stated) if found), default=0)
    end += text.opening.startswith(")", end)
    return text.stated(NamedParty(_organisation(name[0], text), role, also), name.start(), end)


def _is_alias(alias: str, before: str) -> bool:
    """Whether a quoted name is the party's own, and not that of several parties or of the agreement."""
    several = re.search(r"(?i)\b(?:together|collectively|each|both)\b[^)]*$", before)
    other = re.search(r"(?i)\b(?:part(?:y|ies)|agreement|date|amendment|affiliates?)\b", alias)
    return not several and not other and alias[0].isalnum()


_FORMS = {"LTD": "Ltd", "LTD.": "Ltd.", "INC": "Inc", "INC.": "Inc.", "CORP.": "Corp.", "PLC": "plc", "GMBH": "GmbH"}


def _organisation(name: str, text: _Text) -> str:
    """A name on one line, without the full stop of its sentence; capitals throughout as for a title."""
    squeezed = _squeezed(name).strip(" ,")
    if not re.search(r"(?i)\b(?:Inc|Ltd|Corp|Co|\w)\.$", squeezed):
        squeezed = squeezed.rstrip(".")
    if squeezed != squeezed.upper():
        return squeezed
    form = re.search(rf"(?:,?\s+{_FORM})+$", squeezed)
    if not form or not form.start():
        return _spelt(squeezed, text)
    written = [_FORMS.get(one, one if len(one) < 5 else one.capitalize()) for one in form[0].split(" ")]
    return _spelt(squeezed[: form.start()], text) + " ".join(written)


def _labelled(text: _Text, found: re.Match[str]) -> Stated[NamedParty] | None:
    """A party on a line of its own: `PROVIDER: Bioteca Institute, Leuven, Belgium ("Provider")`."""
    name = _NAME.match(text.opening, found.start("rest"))
    if not name or not _may_be_name(name[0]):
        return None
    party = _party(text, name, text.opening[name.end() : found.end()])
    value = NamedParty(party.value.name, found["role"].capitalize(), party.value.also)
    return Stated(value, party.span, party.quote)


# --- law and language -------------------------------------------------------------------------------------------------

_GOVERNED = re.compile(r"(?i)\b(?:govern|constru|interpret|enforce|controlled\s+by|determined\s+in\s+accordance)")
_CAPITALISED = (
    r"(?!(?i:the|applicable|without|excluding|except|exclusive|as|in|for|regardless|notwithstanding|which|other|and|or|but"
    r"|to|with|law|laws|section|this|United\s+Nations|(?:state|province|country|territory)(?!\s+of))\b)[A-ZÀ-Þ][\w'’-]*"
)
_STATE_OF = (
    r"(?i:(?:Federal\s+|People['’]s\s+)?(?:State|Commonwealth|Province|Republic|Kingdom|Canton)\s+of\s+(?:the\s+)?)?"
)
_PLACE = (
    rf"(?P<place>{_STATE_OF}(?P<name>England\s+and\s+Wales|ENGLAND\s+AND\s+WALES|{_CAPITALISED}(?:\s+{_CAPITALISED}){{0,3}}"
    r"(?:,\s*(?:Canada|Australia|CANADA|AUSTRALIA)\b)?))"
)
_LAWS_OF = re.compile(rf"\b(?i:laws?\s+(?:of|in)\s+(?:the\s+)?(?:internal\s+)?){_PLACE}")
_NATIONAL = {
    "english": "England", "scots": "Scotland", "irish": "Ireland", "belgian": "Belgium", "german": "Germany",
    "french": "France", "dutch": "the Netherlands", "swiss": "Switzerland", "austrian": "Austria", "italian": "Italy",
    "spanish": "Spain", "portuguese": "Portugal", "danish": "Denmark", "swedish": "Sweden", "norwegian": "Norway",
    "finnish": "Finland", "polish": "Poland", "japanese": "Japan", "israeli": "Israel", "indian": "India",
}  # fmt: skip
_NATIONAL_LAW = re.compile(rf"(?i)\b(?P<people>{'|'.join(_NATIONAL)})\s+laws?\b")
_OUR_LAW = re.compile(
    r"(?i)\b(?:agreement|contract|amendment|hereunder|hereof|herein|hereby|terms|disputes?|controvers|rights\s+and\s+obligations)"
)


_AND_MORE = re.compile(r"\s+(?:of\s+America\s+)?and\s+(?:of\s+)?(?:the\s+)?[A-Z]")


def _governing_law(text: _Text) -> Stated[str] | None:
    """Whose law governs the agreement; none where more than one does."""
    return _agreed(
        law
        for start, sentence in text.sentences(_GOVERNED)
        if _OUR_LAW.search(sentence)
        for law in _laws(text, start, sentence)
    )


def _laws(text: _Text, start: int, sentence: str) -> Iterator[Stated[str]]:
    for found in _LAWS_OF.finditer(sentence):
        if _is_chosen(sentence, found):
            yield text.stated(_place(found["name"]), start + found.start(), start + found.end())
    for found in _NATIONAL_LAW.finditer(sentence):
        if _is_chosen(sentence, found):
            yield text.stated(_NATIONAL[found["people"].lower()], start + found.start(), start + found.end())


def _is_chosen(sentence: str, law: re.Match[str]) -> bool:
    """Whether the law is one that governs, alone, and not one under which a party exists or that is set aside."""
    before = sentence[max(0, law.start() - 200) : law.start()]
    if re.search(r"(?i)\b(?:organi[sz]ed|existing|incorporated|established|formed|conflicts?)\b[^,;]{0,60}$", before):
        return False
    governs = re.compile(r"(?i)\s*(?:shall\s+|will\s+)?(?:govern|apply)").match(sentence, law.end())
    return bool(governs or _GOVERNED.search(before)) and not _AND_MORE.match(sentence, law.end())


def _place(name: str) -> str:
    squeezed = _squeezed(name)
    if squeezed != squeezed.upper():
        return squeezed
    return " ".join(word.lower() if word in ("AND", "OF", "THE") else word.title() for word in squeezed.split())


_LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "dutch": "nl", "italian": "it", "spanish": "es",
    "portuguese": "pt", "danish": "da", "swedish": "sv", "norwegian": "no", "finnish": "fi", "polish": "pl",
    "czech": "cs", "greek": "el", "japanese": "ja", "chinese": "zh", "korean": "ko",
}  # fmt: skip
_PREVAILS = re.compile(
    rf"\b(?P<language>{'|'.join(_LANGUAGES)})\b(?:[\s-]+language)?\s+(?:version|text|original|wording)\b[^.;]{{0,80}}?"
    r"\b(?:prevail|control|govern|binding|authoritative|decisive|official)"
    rf"|\b(?:drawn\s+up|written|executed|made|concluded|prepared|drafted)\s+in\s+(?:the\s+)?(?P<only>{'|'.join(_LANGUAGES)})\b",
    re.IGNORECASE,
)


def _language(text: _Text) -> Stated[str] | None:
    """The language of the text that prevails, or in which a clause says that the agreement is drawn up."""
    found = [
        text.stated(_LANGUAGES[(one["language"] or one["only"]).lower()], start + one.start(), start + one.end())
        for start, sentence in text.sentences(_PREVAILS)
        if _OURS.search(sentence)
        for one in _PREVAILS.finditer(sentence)
    ]
    return _agreed(found)
