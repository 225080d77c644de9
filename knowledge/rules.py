"""What a sentence of an agreement rules, read off its words: durations, anchors, modality, silence, amounts, dates.

Pure text in, facts out. Nothing is guessed: a number whose words and digits disagree is not read, an option nobody
filled in is not read, and an anchor the words do not name is `Anchor.OTHER`. Every fact carries the span of the words
it was read from, so that a reader can be shown them and nothing has to be believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from knowledge.model import Span


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class DayType(StrEnum):
    CALENDAR = "calendar"
    BUSINESS = "business"
    UNSTATED = ""


class Bound(StrEnum):
    AT_LEAST = "at least"
    AT_MOST = "at most"
    EXACT = ""


class Relation(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    NOTICE = "notice"  # "thirty days' written notice": before an act the words leave to the context
    NONE = ""


class Anchor(StrEnum):
    """What a period counts from or to."""

    PUBLICATION = "publication"
    SUBMISSION = "submission"
    RECEIPT = "receipt"
    REQUEST = "request"
    OBJECTION = "objection"
    NOTICE = "notice"
    PROJECT_END = "end of project"
    TERMINATION = "termination or expiry"
    EFFECTIVE = "effective date"
    EXECUTION = "execution"
    PERIOD_END = "end of the reporting period"
    DISCLOSURE = "disclosure"
    RELEASE = "release"
    OTHER = "other"


class Modality(StrEnum):
    MUST = "must"
    MUST_NOT = "must not"
    MAY = "may"
    CONSENT = "only with consent"
    NOT = "does not"  # a plain negation: neither a ban nor a right by itself


@dataclass(frozen=True, slots=True)
class Duration:
    """`count` of `unit`; `span` is where the words stand."""

    count: int
    unit: Unit
    day_type: DayType
    span: Span

    @property
    def days(self) -> float:
        """A length for comparing two durations, never for computing a date: a month is 30.4 days here."""
        per_unit = {Unit.HOUR: 1 / 24, Unit.DAY: 1.0, Unit.WEEK: 7.0, Unit.MONTH: 30.4, Unit.YEAR: 365.0}
        return self.count * per_unit[self.unit] * (1.4 if self.day_type is DayType.BUSINESS else 1.0)

    def __str__(self) -> str:
        kind = f"{self.day_type} " if self.day_type else ""
        return f"{self.count} {kind}{self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class TimeRule:
    """A duration with what bounds it and what it counts from. `span` runs from the bound to the end of the anchor."""

    duration: Duration
    bound: Bound
    relation: Relation
    anchor: Anchor
    span: Span


@dataclass(frozen=True, slots=True)
class Modal:
    """A duty, a ban, a right or a need for consent; `span` covers the words that make it one."""

    modality: Modality
    span: Span


@dataclass(frozen=True, slots=True)
class Amount:
    """Money, a percentage or a multiple, as written."""

    span: Span


@dataclass(frozen=True, slots=True)
class Dated:
    """A calendar date."""

    day: date
    span: Span


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything read off one sentence, in reading order; spans count from the start of that sentence.

    `silence` are the words that say what follows when nobody answers ("the publication is permitted"), `recipients`
    those that say to whom something goes ("to the other Parties"), `conditions` those under which the sentence holds
    ("if, in its reasonable opinion, ...").
    """

    times: tuple[TimeRule, ...] = ()
    modals: tuple[Modal, ...] = ()
    silence: Span | None = None
    amounts: tuple[Amount, ...] = ()
    dates: tuple[Dated, ...] = ()
    recipients: tuple[Span, ...] = ()
    conditions: tuple[Span, ...] = ()


@lru_cache(maxsize=20_000)
def read(text: str, unfilled: tuple[Span, ...] = ()) -> Facts:
    """The facts of one sentence. Nothing is read from within `unfilled` (spans inside `text`)."""
    closed = _close(text, unfilled)
    return Facts(
        times=tuple(_times(closed)),
        modals=tuple(_modals(closed)),
        silence=_silence(closed),
        amounts=tuple(Amount(Span(*m.span())) for m in _AMOUNT.finditer(closed)),
        dates=tuple(_dates(closed)),
        recipients=tuple(Span(*m.span(m.lastindex or 0)) for m in _RECIPIENT.finditer(closed)),
        conditions=tuple(Span(*m.span()) for m in _CONDITION.finditer(closed)),
    )


_FILLER = "█"
# A number inside square brackets is a template's option, and a row of dots or underscores a blank, filled or not.
_BLANK = re.compile(r"\[[^\]]{0,80}\]|_{2,}|…+|\.{4,}")


def _close(text: str, unfilled: Iterable[Span]) -> str:
    spans = [*unfilled, *(Span(*m.span()) for m in _BLANK.finditer(text))]
    for span in spans:
        end = min(span.end, len(text))
        text = text[: span.start] + _FILLER * max(0, end - span.start) + text[end:]
    return text


# --- numbers and durations --------------------------------------------------------------------------------------------

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split()
)
_ONES += ["eighteen", "nineteen"]
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: n for n, word in enumerate(_ONES, start=1)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_NUMBER_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_WORDS = rf"(?:(?:one|two|three)\s+hundred(?:\s+(?:and\s+)?)?)?(?:(?:{_NUMBER_WORD})(?:[\s-]+(?:{_NUMBER_WORD}))?)?"


def number(words: str) -> int | None:
    """The value of English number words up to 399 ("one hundred and eighty", "forty-five"), else None."""
    total = 0
    parts = [w for w in re.split(r"[\s-]+", words.lower()) if w and w != "and"]
    for part in parts:
        if part == "hundred":
            total = max(total, 1) * 100
        elif part in _VALUES:
            total += _VALUES[part]
        else:
            return None
    return total or None


_DURATION = re.compile(
    rf"(?<![\w.,/-])(?:(?P<words>(?:an?\s+)?{_WORDS})[\s-]*(?:\(\s*(?P<paren>\d{{1,4}})\s*\)|(?P<bare>))"
    r"|(?P<digits>\d{1,4})(?:\s*\(\s*(?P<parenwords>[A-Za-z -]+)\s*\))?|\(\s*(?P<only>\d{1,4})\s*\))"
    r"[\s-]*(?P<type>(?:full\s+|whole\s+|consecutive\s+|clear\s+)*(?:calendar|business|working|banking)\s+)?"
    r"(?:full\s+|consecutive\s+|clear\s+)?(?P<unit>hour|day|week|month|year)s?\b(?!\s+old)['’]?",
    re.IGNORECASE,
)


def _durations(text: str) -> Iterable[Duration]:
    for m in _DURATION.finditer(text):
        count = _count(m)
        if count is None:
            continue
        kind = (m["type"] or "").split()
        day_type = DayType.UNSTATED
        if kind:
            day_type = DayType.CALENDAR if kind[-1].lower() == "calendar" else DayType.BUSINESS
        if m["type"] and m["unit"].lower() != "day":  # "a calendar month" says nothing about days
            day_type = DayType.UNSTATED
        lead = len(m[0]) - len(m[0].lstrip())
        yield Duration(count, Unit(m["unit"].lower()), day_type, Span(m.start() + lead, m.end()))


def _count(m: re.Match[str]) -> int | None:
    words = (m["words"] or m["parenwords"] or "").strip()
    digits = m["paren"] or m["digits"] or m["only"]
    if words.lower() in {"a", "an"}:
        spelled: int | None = 1
    else:
        spelled = number(re.sub(r"(?i)^an?\s+", "", words)) if words else None
    if digits is None:
        return spelled
    if spelled is not None and spelled != int(digits):
        return None  # "sixty (90) days": nobody can say which was meant
    return int(digits) or None


# --- periods and what they count from ---------------------------------------------------------------------------------

_AT_LEAST = (
    r"(?:at\s+least|not?\s+(?:less|fewer)\s+than|a\s+minimum\s+(?:period\s+)?of|not?\s+earlier\s+than|minimum\s+of)"
)
_AT_MOST = (
    r"(?:not?\s+(?:more|longer|later)\s+than|(?:not\s+(?:to\s+)?)?exceed(?:ing|s)?|up\s+to"
    r"|a\s+maximum\s+(?:period\s+)?of|"
    r"maximum(?:\s+of)?|at\s+(?:the\s+)?(?:most|latest)|within|in\s+no\s+event\s+later\s+than)"
)
_BOUND = re.compile(
    rf"(?:(?P<least>{_AT_LEAST})|(?P<most>(?:for\s+)?{_AT_MOST})"
    rf"|(?P<exact>for(?:\s+a)?(?:\s+(?:further\s+)?period\s+of)?))"
    r"\s+(?:(?:the|a|an|any|such|further|additional|another|period|initial|of)\s+)*$",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"\s*(?:\([^)]{0,40}\)\s*)?,?\s*(?:(?P<notice>(?:(?:prior|advance|previous)\s+)?(?:written\s+)?notice\b)"
    r"|(?:in\s+writing\s+)?"
    r"(?:(?P<before>before|prior\s+to|in\s+advance\s+of|ahead\s+of|preceding)|"
    r"(?P<after>after|following|of|from|since|as\s+of|counted\s+from|starting\s+(?:from|on)|beginning\s+(?:from"
    r"|on)))\s+)",
    re.IGNORECASE,
)
_ANCHOR_END = re.compile(
    r"[,;:()█]|\.(?!\d)|\s(?:if|unless|provided|in\s+which|shall|must|will|may|can|which|that|whether|in\s+order|"
    r"and(?!\s+(?:\d|January|June|July|September|December|March))|or(?!\s+\d)|to\s+(?:the|each|all|any|a)"
    r"|at\s+the\s+latest)\b",
    re.IGNORECASE,
)
_ANCHORS: tuple[tuple[Anchor, re.Pattern[str]], ...] = tuple(
    (anchor, re.compile(pattern, re.IGNORECASE))
    for anchor, pattern in (
        (Anchor.SUBMISSION, r"submi(?:ssion|t)"),
        (Anchor.PUBLICATION, r"publi(?:cation|sh)|disseminat|presentation\b"),
        (Anchor.RECEIPT, r"\brecei"),
        (Anchor.OBJECTION, r"objecti|objects\b"),
        (Anchor.REQUEST, r"\brequest"),
        (
            Anchor.PROJECT_END,
            r"(?:end|completion|close|conclusion)\s+of\s+the\s+(?:\w+\s+)?(?:project|research|study|programme"
            r"|program)\b"
            r"|project\s+end",
        ),
        (Anchor.TERMINATION, r"terminat|expir|end\s+of\s+(?:the\s+term|this\s+agreement|the\s+agreement)"),
        (Anchor.EFFECTIVE, r"effective\s+date|entry\s+into\s+force|commencement\s+date"),
        (Anchor.EXECUTION, r"\bexecut|\bsign"),
        (
            Anchor.PERIOD_END,
            r"(?:half[\s-]+year|quarter|calendar\s+year|fiscal\s+year|reporting\s+period|accounting\s+period)|"
            r"(?:31|30)\s+(?:december|june|march|september)|(?:december|june|march|september)\s+(?:31|30)",
        ),
        (Anchor.DISCLOSURE, r"disclos"),
        (Anchor.RELEASE, r"\breleas"),
        (Anchor.NOTICE, r"\bnoti(?:ce|f)"),
    )
)
_ANCHOR_LENGTH = 140


def anchor_of(words: str) -> Anchor:
    """What a phrase such as "the date of the proposed submission for Publication" counts from: its first keyword."""
    found = [(m.start(), anchor) for anchor, pattern in _ANCHORS if (m := pattern.search(words))]
    return min(found, default=(0, Anchor.OTHER), key=lambda pair: pair[0])[1]


def _times(text: str) -> Iterable[TimeRule]:
    for duration in _durations(text):
        before = text[: duration.span.start]
        bound_match = _BOUND.search(before[-60:])
        start = duration.span.start
        bound = Bound.EXACT
        if bound_match:
            start -= len(before[-60:]) - bound_match.start()
            bound = Bound.AT_LEAST if bound_match["least"] else Bound.AT_MOST if bound_match["most"] else Bound.EXACT
        relation, anchor, end = _counted_from(text, duration.span.end)
        yield TimeRule(duration, bound, relation, anchor, Span(start, end))


def _counted_from(text: str, at: int) -> tuple[Relation, Anchor, int]:
    m = _RELATION.match(text, at)
    if not m:
        return Relation.NONE, Anchor.OTHER, at
    if m["notice"]:
        return Relation.NOTICE, Anchor.NOTICE, m.end("notice")
    tail = text[m.end() : m.end() + _ANCHOR_LENGTH]
    stop = _ANCHOR_END.search(tail)
    words = tail[: stop.start()] if stop else tail.rsplit(" ", 1)[0] if len(tail) == _ANCHOR_LENGTH else tail
    if not words.strip():
        return Relation.NONE, Anchor.OTHER, at
    relation = Relation.BEFORE if m["before"] else Relation.AFTER
    return relation, anchor_of(words), m.end() + len(words.rstrip())


# --- duties, bans, rights ---------------------------------------------------------------------------------------------

_ASSENT = (
    r"(?:(?:express|explicit|specific|prior|advance|written|previous|mutual|formal)[\s,]+(?:and\s+)?)*"
    r"(?:consent|approval|permission|authori[sz]ation|licen[cs]e|agreement)\b"
)
_MODALS = re.compile(
    rf"(?P<consent>(?:without|only\s+(?:with|upon|after|if)|subject\s+to|except\s+with|unless\s+with|upon|obtain(?:s"
    rf"|ed|ing)?|"
    rf"requires?|need(?:s)?)\s+(?:first\s+)?(?:(?:the|a|an|any|its|their|[\w ]{{0,30}}?['’]s?)\s+)*{_ASSENT}"
    r"(?:\s+(?:of|from|by)\s+(?:the\s+|an?\s+|each\s+|all\s+|any\s+)?(?:other\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*)?)"
    r"|(?P<ban>\b(?:shall|must|will|may|can|should)\s+not\b|\bcannot\b|\b(?:is|are|be)\s+not\s+(?:permitted|allowed"
    r"|entitled)\b"
    r"|\b(?:is|are)\s+(?:prohibited|forbidden|excluded)\b|\bno\s+(?:Party|Recipient|Licensee|User|commercial\s+\w+"
    r"|one|person)\s+(?:(?:shall|may|will)\b|\w+s\b)"
    r"|\b(?:is|are)\s+not\s+(?!(?:limited|restricted|less|more|later|earlier)\b)\w+(?:ed|en|n)\b"
    r"|\bneither\b[^.;]{0,60}?\b(?:shall|may|will)\b|\bundertakes?\s+not\s+to\b|\bagrees?\s+not\s+to\b|\brefrain)"
    r"|(?P<may>\bmay\b|\b(?:is|are|be)\s+(?:entitled|permitted|allowed|free|at\s+liberty)(?:\s+to)?\b|\bha(?:s"
    r"|ve)\s+the\s+right\b"
    r"|\bha(?:s|ve)\s+(?:the|an?)\s+(?:[\w,-]+\s+){0,5}right\s+to\b|\bretains?\s+the\s+right\b"
    r"|\bgrants?\b(?=\s+(?:the|each|to|an?|any|Spo|Lic|Jun|Rec)\b)|\bhereby\s+grants?\b"
    r"|\b(?:is|are)\s+granted\b|\bmay\s+also\b|\b(?:use|purposes?)\s+only\b|\bonly\s+for\b|\bfreely\b)"
    r"|(?P<negation>\b(?:does|do)\s+not\b)"
    r"|(?P<must>\bshall\b|\bmust\b|\bwill\b|\bundertakes?\b|\bagrees?\s+to\b|\b(?:is|are)\s+(?:required|obliged)\b"
    r"|\bha(?:s|ve)\s+to\b)",
    re.IGNORECASE,
)
_KINDS = {
    "consent": Modality.CONSENT,
    "ban": Modality.MUST_NOT,
    "may": Modality.MAY,
    "must": Modality.MUST,
    "negation": Modality.NOT,
}


def _modals(text: str) -> Iterable[Modal]:
    for m in _MODALS.finditer(text):
        if (m["must"] or m["may"]) and _part_of_date(text, m):
            continue
        yield Modal(_KINDS[m.lastgroup or "must"], Span(*m.span()))


def _part_of_date(text: str, m: re.Match[str]) -> bool:
    """The month of May, and a last will, are no modal verbs."""
    return m[0] in {"May", "MAY"} and bool(
        re.match(r"\s+\d|,", text[m.end() :]) or re.search(r"\d\s*$", text[: m.start()])
    )


_NOBODY = (
    r"(?:\bno\s+(?:\w+\s+){0,2}?(?:objection|response|reply|answer|comment|notice|communication|request)s?\b"
    r"|\b(?:does|do|has|have|is|are)\s+not\s+(?:\w+\s+){0,2}?(?:object|respond|repl|answer|comment|receiv|notif|react"
    r"|raise|made|given)\w*"
    r"|\bfail(?:s|ure|ed)?\s+(?:\w+\s+){0,3}?to\s+(?:object|respond|reply|answer|comment|notify|react)"
    r"|\bin\s+the\s+absence\s+of\s+(?:any\s+|an\s+)?(?:\w+\s+){0,2}?(?:objection|response|reply|comment|notice)"
    r"|\b(?:none|nothing)\s+(?:is|was|has\s+been)\s+(?:\w+\s+)?(?:received|made|raised|given|heard|sent)"
    r"|\bsilence\b)"
)
_THEN = (
    r"(?:permitted|may\s+(?:then\s+)?(?:proceed|publish|submit|go\s+ahead)|deemed|considered|free\s+to"
    r"|shall\s+proceed|accepted|"
    r"approved|lapse[sd]?|shall\s+be\s+construed|does\s+not\s+constitute|constitutes?)"
)
SILENCE = re.compile(rf"{_NOBODY}(?P<rest>[^.;]*?{_THEN}[^.;]*)", re.IGNORECASE)


def _silence(text: str) -> Span | None:
    m = SILENCE.search(text)
    if not m:
        return None
    # The consequence follows the last comma before its verb; without one it is the whole rest.
    verb = re.search(_THEN, m["rest"], re.IGNORECASE)
    comma = m["rest"].rfind(",", 0, verb.start() if verb else None)
    start = m.start("rest") + comma + 1
    words = text[start : m.end()]
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))


_RECIPIENT = re.compile(
    r"\b(?:giv\w*|sen[dt]\w*|submit\w*|made|notif\w*|provid\w*|address\w*|deliver\w*|furnish\w*|forward\w*|disclos\w*|"
    r"report\w*|writing|notice|copy|copies)\b[^.;:]{0,140}?\s(to\s+(?:the|each|all|any|every|both|its|IC"
    r"|UK)\b[^.;:,█]{2,160}?)"
    r"(?=[.;:,█]|\s(?:within|at\s+least|not\s+later|no\s+later|before|prior|after|and\s+shall|shall|must"
    r"|in\s+accordance|if|when|"
    r"under|pursuant|not\s+less|\d+\s))"
    r"|\b(?:tells?|informs?|notif(?:y|ies)|asks?)\s+((?:the|each|every)\s+(?:other\s+)?[A-Z]\w+(?:\s+[A-Z]\w+)*)"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|provided\s+(?:that|always)|only\s+if|to\s+the\s+extent|except|save\s+(?:that|as|for)"
    r"|subject\s+to|"
    r"notwithstanding|without\s+prejudice)\b[^.;]*",
    re.IGNORECASE,
)

# --- amounts and dates ------------------------------------------------------------------------------------------------

_AMOUNT = re.compile(
    r"(?:(?:EUR|USD|US\s?\$|GBP|CHF|JPY|€|\$|£|¥)\s?\d(?:[\d.,']*\d)?(?:\s(?:million|billion|thousand))?"
    r"|\d[\d.,']*\s?(?:EUR|USD|GBP|CHF|JPY|€|£|euros?|dollars?|pounds)\b"
    r"|\b\d+(?:[.,]\d+)?\s?(?:%|per\s?cent\b|percent\b)|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|fifteen|twenty|fifty)\s+(?:and\s+(?:a|one)\s+half\s+)?per\s?cent\b"
    r"|\b(?:[a-z]+\s+)?(?:\w+)?\s?\(\d+(?:\.\d+)?\s?%\)"
    r"|(?:EUR|USD|GBP|CHF|€|\$|£)\s?\d\b|\b(?:once|twice|three\s+times)\s+(?:the|its|that|a)\b[^,.;]*)",
    re.IGNORECASE,
)
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = (
    r"(?P<{}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH.format('m1')},?\s+(?P<y1>(?:19|20)\d\d)\b"
    rf"|\b{_MONTH.format('m2')}\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)\b"
    r"|\b(?P<y3>(?:19|20)\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)\b",
    re.IGNORECASE,
)


def month_number(name: str) -> int:
    """1 to 12 for an English month's name or its first letters."""
    return next(n for n, month in enumerate(_MONTHS, start=1) if month.startswith(name.lower().rstrip(".")[:3]))


def _dates(text: str) -> Iterable[Dated]:
    for m in _DATE.finditer(text):
        year, day = int(m["y1"] or m["y2"] or m["y3"]), int(m["d1"] or m["d2"] or m["d3"])
        month = int(m["m3"]) if m["m3"] else month_number(m["m1"] or m["m2"])
        try:
            yield Dated(date(year, month, day), Span(*m.span()))
        except ValueError:
            continue  # "31 June 2026" is no date
