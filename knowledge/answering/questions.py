"""What a question asks: the form its answer must have, the topics it speaks of, the day it means.

Pure. A follow-up ("and for ACME?", "what if nobody replies?") is read together with the turns before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from knowledge import rules
from knowledge.answering import topics
from knowledge.answering.topics import Topic
from knowledge.languages import voice
from knowledge.languages.voice import Voice
from knowledge.model import Turn


class Kind(StrEnum):
    """The form of an answer, and with it what a sentence must say in order to be one."""

    SILENCE = "what follows when nobody answers"
    GROUNDS = "on which grounds"
    PREVAILS = "which text prevails"
    METHOD = "whether something is a valid notice"
    COVERS = "whether something falls under a term"
    MEANING = "what a term means"
    WORDING = "which words must be used"
    TIME = "how long, or by when"
    RECIPIENT = "who gets it"
    AMOUNT = "how much"
    MAY = "whether it is allowed"
    MUST = "whether it is required"
    STATUS = "a fact of the world, not of an agreement"
    GENERAL = "anything else"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, understood. `text` is what to search for. `term` is the term whose meaning is asked, or under which
    `thing` may fall. `on` is the day whose text is meant. `length` is a duration the question itself names.
    `sooner` asks for less time than the text gives; `carried`: the topic comes from an earlier turn. `beside` are
    questions answered along with it: the earlier ones of the thread, or the parts of a regime. `named` says that the
    question, or its thread, names the agreements meant. `language` is the one to answer in, by ISO 639-1."""

    text: str
    kind: Kind
    topics: tuple[Topic, ...]
    on: date
    as_of: bool = False
    term: str = ""
    thing: str = ""
    length: rules.Duration | None = None
    sooner: bool = False
    carried: bool = False
    beside: tuple[Ask, ...] = ()
    named: bool = False
    language: str = "en"

    @property
    def voice(self) -> Voice:
        """What the answer's own words are said with."""
        return voice(self.language)

    def speaks_of(self, *names: str) -> bool:
        return any(topic.name in names for topic in self.topics)


def understand(question: str, on: date, history: Sequence[Turn] = (), language: str = "en") -> Ask:
    """The question as asked on the day `on`, after the turns of its thread (oldest first), all of them in English.
    `language` is the one to answer in."""
    ask = replace(_understand(question, on, history), language=language)
    beside = _parts(ask) or _thread(question, ask, history)
    return replace(ask, beside=tuple(replace(other, language=language) for other in beside))


_WHICH_RULE = re.compile(
    r"\bwhich (?:\w+ )?(?:rules?|regimes?|procedures?|terms|one)\b|\bwhat (?:are the )?(?:publication )?rules\b"
    r"|\bwhich (?:agreement|contract) (?:applies|do i follow)",
    re.IGNORECASE,
)


def _parts(ask: Ask) -> tuple[Ask, ...]:
    """A question about "the rule" for publishing is one about the notice, the time to object and the delay."""
    if ask.kind is not Kind.TIME or not ask.speaks_of("publication") or not _WHICH_RULE.search(ask.text):
        return ()
    publication = topics.BY_NAME["publication"]
    return tuple(replace(ask, topics=(publication, topics.BY_NAME[name])) for name in ("objection", "delay"))


def _thread(question: str, ask: Ask, history: Sequence[Turn]) -> tuple[Ask, ...]:
    """The full questions of the thread that "same question for ..." repeats, but for the one `ask` already is."""
    if not ask.carried or ask.sooner or not _leans(" ".join(question.split())):
        return ()
    earlier = [
        _understand(turn.question, ask.on, history[:at]) for at, turn in enumerate(history) if not _leans(turn.question)
    ]
    different = {(e.kind, e.topics): e for e in earlier if (e.kind, e.topics) != (ask.kind, ask.topics)}
    return tuple(different.values())[-2:]


def _understand(question: str, on: date, history: Sequence[Turn] = ()) -> Ask:
    question = " ".join(question.split())
    text, carried = _joined(question, history)
    day, as_of = _day_meant(question, on)
    kind, term, thing = _kind(question)
    if carried and (kind is Kind.GENERAL or _sooner(question)):
        kind, term, thing = _kind(text.removeprefix(question).strip() if _sooner(question) else text)
    found = topics.asked_in(text)
    sooner = any(t.name == "waiver" for t in found)
    lengths = [t.duration for t in rules.read(re.sub(r"(?i)\bhalf an? year\b", "6 months", question)).times]
    return Ask(
        text=text,
        kind=kind,
        topics=_bearing(found, kind),
        on=day,
        as_of=as_of,
        term=term,
        thing=thing,
        length=lengths[0] if len(lengths) == 1 else None,
        sooner=sooner,
        carried=carried,
    )


# --- follow-ups -------------------------------------------------------------------------------------------------------

_AND_FOR = re.compile(
    r"^(?:and|so|ok|okay|then|what about|how about|same(?: question| thing)?|the same|now)\b[\s,:]*"
    r"(?:(?:what|how) about|and|the same|same(?: question| thing)?)?[\s,]*"
    r"(?:for|in|under|with|on|at|to|about|of|if it(?:'s| is))?\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:and|but|so|then|or|also)\b|\b(?:it|that|this|they|them|those|same|then)\b|^(?:what|how) about|^why\b"
    r"|^what if\b|sooner|earlier|faster",
    re.IGNORECASE,
)


def _joined(question: str, history: Sequence[Turn]) -> tuple[str, bool]:
    """The text to understand: the question, with what it leans on from the turns before it."""
    earlier = ""
    for turn in history:
        if not _sooner(turn.question) or not earlier:
            earlier = _after(" ".join(turn.question.split()), earlier)[0]
    return _after(question, earlier)


# Topics that are steps or shades of something: alone they do not say of what.
_WITHOUT_SUBJECT = frozenset(
    (
        "objection",
        "notice",
        "delay",
        "waiver",
        "use",
        "results",
        "data",
        "after the project",
        "exploitation",
        "joint",
        "passing on",
    )
)


def _after(question: str, earlier: str) -> tuple[str, bool]:
    if not earlier:
        return question, False
    own = topics.asked_in(question)
    if _sooner(question) and _leans(question):
        return f"{question} {earlier}", True
    if _leans(question) and not own:
        return f"{earlier} {_AND_FOR.sub('', question).strip(' ?.!')}?", True
    if not {t.name for t in own} - _WITHOUT_SUBJECT and _POINTS_BACK.search(question):
        return f"{question} {earlier}", True
    return question, False


def _sooner(question: str) -> bool:
    return bool(topics.BY_NAME["waiver"].asked.search(question))


def _leans(question: str) -> bool:
    """Whether a question only changes or names something in the one before it: no verb of its own, or "sooner"."""
    rest = _AND_FOR.sub("", question).strip(" ?.!")
    short = len(rest.split()) <= 6
    asks = re.search(
        r"\b(?:what|who|when|how|which|can|may|must|do|does|is|are|did|should|will|where)\b", rest, re.IGNORECASE
    )
    if short and not asks and (_AND_FOR.match(question) or not topics.asked_in(question)):
        return True
    return (
        bool(_sooner(question) and re.match(r"(?:and|but|so|what)\b", question, re.IGNORECASE))
        and len(rest.split()) <= 12
    )


# --- the form of the answer -------------------------------------------------------------------------------------------

_TERM = r"[\"“‘'«]?(?P<term>[\w][\w /&-]*?)[\"”’'»]?"
_MEANING = re.compile(
    rf"(?:what (?:does|do|is)(?: the (?:term|word|expression|phrase))? {_TERM} (?:mean|meant|stand for)\b"
    rf"|what is meant by {_TERM.replace('term', 'term2')}(?: (?:in|under|for|here)\b|[?.]|$)"
    rf"|(?:define|explain|definition of|meaning of|defined as|what counts as"
    rf"|what is considered(?: to be)?)(?: the)?(?: (?:term|word|expression|phrase))? "
    rf"(?:an? )?{_TERM.replace('term', 'term3')}(?: (?:in|under|for|according|mean|here|of the [A-Z])\b|[?.,]|$)"
    rf"|how (?:is|are) (?:the (?:term|word) )?{_TERM.replace('term', 'term4')} (?:defined|understood)\b)",
    re.IGNORECASE,
)
_TERMS_ASKED = (
    r"publications?|background|results?|confidential(?: information)?|foreground|materials?|dissemination"
    r"|business day|commercial(?: use| purposes?)?|software|exploitation|improvements?|invention"
    r"|modifications?|assignment|export"
)
_AMONG = (
    r"(?:be )?(?:count(?:s|ed)?|qualif\w+|regarded|treated|seen|classed|considered|class(?:ify|ified)|deemed)(?: as"
    r"| to be)?"
    r"|fall\w* (?:under|within)|come\w* under|part of|covered by|mean|amount to|constitutes?|a form of|a kind of"
)
_COVERS = re.compile(
    rf"\b(?:(?:is|are|was|were)\s+(?P<thing>(?!there\b|it allowed)[^?]{{2,80}}?)\s+(?:(?:also|really|already|still"
    rf"|actually)\s+)*(?:{_AMONG})?"
    rf"|(?:do|does|would|will|can|could)\s+(?P<thing2>[^?]{{2,80}}?)\s+(?:{_AMONG}|be))\s*"
    rf"(?:an? |the |our |their |the definition of )?[\"“']?(?P<category>{_TERMS_ASKED})\b[\"”']?"
    r"\s*(?:(?:under|in|for|according to|within|by|at|of)\b[^?]{1,60})?\??$",
    re.IGNORECASE,
)
_COUNT_AS = re.compile(
    rf"(?P<thing>[^?,]{{2,80}}?)\s+(?:counts?|qualif\w+|is (?:considered|regarded"
    rf"|treated))\s+(?:as )?(?:an? )?(?P<category>{_TERMS_ASKED})\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"(?:\b(?:is|was|has|have|did|are)\b[^?]*\b(?:patent|application|trade ?mark|ep ?\d|wo ?\d"
    r"|us ?\d)[^?]*\b(?:granted|filed|pending|lapsed|expired|in force|"
    r"published(?=\s*\??$)|published yet|allowed by the|rejected|maintained|paid)\b|\bstatus of\b[^?]*\b(?:patent"
    r"|application|filing)|\b(?:share|stock) price|\bweather\b)",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Kind.SILENCE,
            r"\b(?:nobody|no[- ]?one|none of (?:them|the)|silen(?:ce|t)|ignores?|ignored|say(?:s)? nothing"
            r"|hear(?:s)? (?:nothing|back from no)|"
            r"never (?:answer|repl|hear|respond|react|get|receiv|come)|(?:no|any|without(?: an?"
            r"| any)?) (?:\w+ )?(?:reply|replies|answer|response|objection|reaction|feedback|comments?)\b|"
            r"(?:do(?:es)? not|don'?t|doesn'?t|did(?: not|n'?t)|fails? to|has(?: not|n'?t)|have(?: not|n'?t)"
            r"|hear) (?:\w+ )?"
            r"(?:repl|answer|respond|react|object|get back|write back|say anything|come back|anything))",
        ),
        (
            Kind.GROUNDS,
            r"\bgrounds?\b|\b(?:for|on|with) (?:what|which) (?:reason|basis|argument)|\breasons?\b[^?]*\b(?:object"
            r"|oppos|refus|block|delay|veto|terminat)|"
            r"\bwhy (?:may|can|could|might|would) |\b(?:justif\w*)\b[^?]*\bobjection|\bobjection\b[^?]*\b(?:justif"
            r"|valid|legitimate)|"
            r"\b(?:object|objection|oppose)\b[^?]*\b(?:because of what|based on)|\bwhat (?:entitles|allows|permits"
            r"|lets)\b[^?]*\b(?:object|block|oppose|refuse)",
        ),
        (
            Kind.METHOD,
            topics.BY_NAME["notices"].asked.pattern,
        ),
        (
            Kind.WORDING,
            r"\b(?:what|which|exact|give me the|the) (?:\w+ ){0,3}?(?:sentences?|wording|phrase|statement|disclaimer"
            r"|formula|words)\b(?! (?:mean|of (?:the )?(?:agreement|contract)))"
            r"|\b(?:how|what|whom?) (?:must|should|do|shall|can|need|have)? ?(?:\w+ ){0,4}?(?:acknowledg|credit|thank"
            r"|mention)\w*"
            r"|\backnowledg\w*[^?]*\b(?:text|read|say|contain|include|look like|required|need)|\bauthor ?line\b"
            r"|\bby-?line\b|\bauthor list\b",
        ),
        (
            Kind.RECIPIENT,
            r"\b(?:who(?:m)?|which (?:party|parties|person|body|partners?|office))\b[^?]*\b(?:receiv|get|notif|inform"
            r"|tell|told|sen[dt]|address|deliver|given|copied|served|know|go to|ask|contact)"
            r"|\bto whom\b|\bwhere (?:do|must|should|does|shall) [^?]*\b(?:send|go|submit|address)|\b(?:addressee"
            r"|recipient)s? of\b|\b(?:send|address|go|submit)\w*[^?]*\bto who",
        ),
        (
            Kind.TIME,
            r"\b(?:end|expiry|expiration|effective|due|start|closing|last) (?:date|day)|on (?:what|which) (?:date"
            r"|day)\b|\bhow (?:long|far|early|soon|late|quickly|fast"
            r"|many (?:calendar |business |working )?(?:days|weeks|months|years|hours))\b|\bhow much (?:time|notice"
            r"|advance|warning)\b"
            r"|\b(?:by|until|till|since|from) when\b|\bdeadlines?\b|\bdue\b(?! diligence)|\bwindow\b"
            r"|\btime[- ]?(?:limit|frame|period|span)\b|\b(?:notice|objection|review|waiting|hold|delay|cure"
            r"|retention|embargo|comment|option|audit) periods?\b"
            r"|\bwhen (?:must|do|does|is|are|should|can|will|did|was|has|have|shall|may)\b|\bwhat (?:date|day)\b"
            r"|\bwhat is the (?:maximum|longest|shortest|minimum) (?:delay|period|time|notice)"
            r"|\bwhich (?:\w+ )?rules?\b|\bwhich (?:rule|deadline|period|notice|time|one) (?:applies|counts|do|must"
            r"|should|is|holds"
            r"|governs my)\b|\bhow often\b|\bwhich rules? (?:apply|applies)|\bmaximum (?:delay|hold)|\bmore notice\b",
        ),
        (
            Kind.PREVAILS,
            topics.BY_NAME["precedence"].asked.pattern,
        ),
        (
            Kind.AMOUNT,
            r"\bhow much\b(?! (?:time|notice|advance|warning))|\bhow (?:high|large|big) (?:is|are)\b"
            r"|\bwhat (?:\w+ ){0,3}?(?:rate|percentage|amount|sum|cap|fee|price|royalt(?:y|ies)|limit|share|maximum"
            r"|minimum|interest)\b"
            r"|\bwhat (?:royalt|percent|do we (?:pay|get paid|owe|earn))|\b(?:liability )?cap\b|\broyalty rate\b"
            r"|\bliability limit|\bpercentage\b",
        ),
        (
            Kind.MAY,
            r"^(?:so |and |but |then )?(?:can|may|could|might|am i|are we|are they|is (?:it|he|she|anyone|somebody"
            r"|someone|the [\w ]+?) (?:allowed|permitted|ok|okay|possible|entitled|free|fine))\b"
            r"|\b(?:allowed|permitted|entitled|permission|free|forbidden|prohibited|right) to\b|\bwhat (?:may|can"
            r"|could) (?:we|i|they|\w+|an? [\w ]+?)\b[^?]*\b(?:do|use|with)\b|\bis (?:it )?(?:ok|okay|allowed"
            r"|permitted|forbidden|legal)\b"
            r"|\b(?:can|may|could) (?:i|we|they|our|my|the|an?|\w+ ltd|\w+)\b",
        ),
        (
            Kind.MUST,
            r"\b(?:do|does) (?:i|we|they|he|she|[\w-]+(?: \w+)?) (?:have|need) to\b|\b(?:must|should|shall|need)\b"
            r"|\b(?:required|obliged|mandatory|obligatory|obligation|still due|necessary)\b|\bwhat if\b"
            r"|\bwhat happens\b",
        ),
    )
)


_NO_THING = re.compile(
    r"(?i)\b(?:for|to|of|in|with|under|by|on|from|about|use|using|share|get|request)$|^(?:we|i|they|you|it|he|she"
    r"|there)\b|\b(?:allowed|permitted|able|entitled) to\b|\brights? (?:to|in)\b"
)


def _kind(question: str) -> tuple[Kind, str, str]:
    """The kind, the term asked about, and the thing that may fall under it."""
    kind = _by_pattern(question)
    meaning = _MEANING.search(question)
    if meaning and kind is not Kind.STATUS and len((term := _term(meaning)).split()) <= 5:
        return Kind.MEANING, term, ""
    among = _COVERS.search(question) or _COUNT_AS.search(question)
    if among and kind not in {Kind.STATUS, Kind.METHOD, Kind.TIME, Kind.PREVAILS, Kind.GROUNDS}:
        thing = (among["thing"] or among.groupdict().get("thing2") or "").strip()
        if not _NO_THING.search(thing):
            return Kind.COVERS, among["category"], thing
    return kind, "", ""


def _term(meaning: re.Match[str]) -> str:
    term = next((words for words in meaning.groups() if words), "")
    return re.sub(r"(?i)^(?:the|an?|our|their) ", "", term.strip())


def _by_pattern(question: str) -> Kind:
    def speaks_of(*names: str) -> bool:
        return any(topics.BY_NAME[name].asked.search(question) for name in names)

    kind = next((kind for kind, pattern in _KINDS if pattern.search(question)), Kind.GENERAL)
    if _STATUS.search(question):
        kind = Kind.STATUS
    elif speaks_of("export"):
        kind = Kind.GENERAL
    elif kind in {Kind.SILENCE, Kind.TIME, Kind.GENERAL} and speaks_of("no sales"):
        kind = Kind.MUST
    elif kind in {Kind.MUST, Kind.GENERAL, Kind.RECIPIENT} and speaks_of("byline", "acknowledgement"):
        kind = Kind.WORDING
    elif kind is Kind.TIME and _only_permission(question):
        kind = Kind.MAY
    return kind


def _only_permission(question: str) -> bool:
    """ "Can they delay us for a year?" asks for a length; "can I use it when ..." does not ask when."""
    return bool(re.match(r"(?i)(?:can|may|could|am i|are we)\b", question)) and not re.search(
        r"(?i)how (?:long|many|much)|by when|deadline|window|until when|which rule|delay", question
    )


_ASPECTS = frozenset(
    (
        "objection",
        "delay",
        "notice",
        "moratorium",
        "confidentiality",
        "report",
        "meeting",
        "term",
        "termination",
        "open access",
        "thesis",
        "return or destruction",
        "survival",
    )
)


# Where a question speaks of one of the first, its words for the others mean nothing of their own.
_OVERRULED: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(first), frozenset(others))
    for first, others in (
        (("thesis",), ("delay", "publication", "commercial")),
        (("delay", "objection"), ("commercial",)),
        (("no sales",), ("royalty", "commercial")),
        (("for convenience", "after termination"), ("termination",)),
        (("expiry date", "effective date"), ("term",)),
        (("ownership",), ("assignment",)),
        (("export",), ("passing on", "notice", "use", "material", "results", "commercial")),
        (("penalty", "incident"), ("breach",)),
    )
)
_OVERRULED_BY_KIND = {
    Kind.METHOD: frozenset({"notice", "publication"}),
    Kind.SILENCE: frozenset({"objection", "notice"}),
    Kind.MAY: frozenset({"payment", "costs"}),
}


def _bearing(found: tuple[Topic, ...], kind: Kind) -> tuple[Topic, ...]:
    """The topics that bear on a question: without those whose words it uses for something else, with those implied."""
    names = {topic.name for topic in found}
    if kind is Kind.PREVAILS:
        return tuple(topic for topic in found if topic.name == "precedence")
    drop = {"precedence"} | ({"notices"} if kind is not Kind.METHOD else set())
    for first, others in _OVERRULED:
        drop |= others if names & first else set()
    if kind is not Kind.MAY or names & {"commercial", "use"}:
        drop |= _OVERRULED_BY_KIND.get(kind, frozenset())
    kept = [topic for topic in found if topic.name not in drop]
    if {"delay", "patent"} <= names:  # a patent is the usual reason for a delay, and clauses on delay need not name it
        kept = [replace(topic, strict=topic.strict and topic.name != "patent") for topic in kept]
    if {"ownership", "joint"} <= names:
        kept = [replace(topic, strict=topic.strict or topic.name == "joint") for topic in kept]
    return (*kept, *_implied(names, kind))


def _implied(names: set[str], kind: Kind) -> Iterator[Topic]:
    """What a question means without saying it: objections are to publications, and their usual rule is the notice."""
    if kind is Kind.TIME and "publication" in names and not names & _ASPECTS:
        yield topics.BY_NAME["notice"]
    if ("objection" in names or kind is Kind.SILENCE) and not names - _WITHOUT_SUBJECT:
        yield replace(topics.BY_NAME["publication"], strict=False)


# --- the day meant ----------------------------------------------------------------------------------------------------

_MONTH_NAMES = "january|february|march|april|may|june|july|august|september|october|november|december"
_AS_OF = re.compile(
    rf"\b(?:last|this past) (?P<last>{_MONTH_NAMES}|year|month|week|spring|summer|autumn|fall|winter)\b|\b(?:back in"
    rf"|in) (?P<month>{_MONTH_NAMES})(?: of)? (?P<year>(?:19|20)\d\d)\b"
    r"|\b(?:back in|in|during) (?P<only>(?:19|20)\d\d)\b|\byesterday\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|did|had|as (?:of|at|it stood)|stood|applied|back)\b", re.IGNORECASE)
_AS_OF_DATE = re.compile(r"\b(?:as (?:of|at|on)|as it stood on|in force on|valid on|on|at) $", re.IGNORECASE)
_SEASONS = {"spring": 4, "summer": 7, "autumn": 10, "fall": 10, "winter": 1}


def _day_meant(question: str, on: date) -> tuple[date, bool]:
    """The day whose text is asked for. Only words about the past or "as of" move it; a due date does not."""
    for dated in rules.read(question).dates:
        lead = question[: dated.span.start]
        explicit = re.search(r"(?i)as (?:of|at|it stood on|on) $|in force on $", lead)
        if explicit or (_AS_OF_DATE.search(lead) and _PAST.search(question) and dated.day <= on):
            return dated.day, True
    m = _AS_OF.search(question)
    if not m or not _PAST.search(question):
        return on, False
    if m["last"]:
        return _last(m["last"].lower(), on), True
    if m["month"]:
        return date(int(m["year"]), rules.month_number(m["month"]), 15), True
    if m["only"]:
        year = int(m["only"])
        return (date(year, 7, 1) if year != on.year else on), True
    return on - timedelta(days=1), True


def _last(word: str, on: date) -> date:
    if word == "week":
        return on - timedelta(days=7)
    if word == "month":
        return (on.replace(day=1) - timedelta(days=1)).replace(day=15)
    if word == "year":
        return date(on.year - 1, 7, 1)
    month = _SEASONS.get(word) or rules.month_number(word)
    year = on.year if month < on.month else on.year - 1
    return date(year, month, 15)
