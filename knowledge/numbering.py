"""Reading clause labels: where a clause may begin, and how sure the spelling alone makes us.

Nothing is decided here. A label such as "(i)" may be a letter or a Roman one, "4.2" may be a clause or the tail of
"as set out in Section 4.2"; every reading is offered with a weight, and `knowledge/outline.py` chooses the readings
that make the best sequence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from knowledge.model import BlockKind, Document


class MarkKind(StrEnum):
    NUMBER = "number"
    HEADING = "heading"
    DEFINITION = "definition"
    SCHEDULE = "schedule"
    RECITALS = "recitals"  # the heading above recitals
    WHEREAS = "whereas"
    AGREED = "agreed"  # "now, therefore, the Parties agree": the body begins
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Label:
    """One reading of a label: its `style` ("1.", "dec", "(a)", "Article"), its values, and how it is cited."""

    style: str
    path: tuple[int, ...]
    cited: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a clause may begin. `end` is where its label ends; `weight` is the gain of believing it."""

    kind: MarkKind
    start: int
    end: int
    weight: float
    labels: tuple[Label, ...]


_LABEL = re.compile(
    r"""(?:(?<!\S)|(?<=[\d.)]))(?:
      (?P<word>(?i:article|section|clause|paragraph|part|chapter|sec\.|art\.)|§{1,2})[ \xa0]{0,3}
        (?P<value>\d{1,3}(?:\.\d{1,3}){0,5}|[IVXLC]{1,7}|[A-Z])(?P<tail>[.:)]?)
    | (?P<schedule>(?i:schedule|annex|annexure|appendix|exhibit|attachment|addendum))[ \xa0]{1,3}(?i:no\.?[ ])?
        (?P<which>\d{1,3}(?:[.-]\d{1,2})?|[A-Z](?:-?\d{1,2})?|[IVXLC]{1,6})(?=[\s.:,)–—-]|$)
    | 第(?P<jo>[0-9０-９]{1,3})条(?:の?(?P<ko>[0-9０-９]{1,2}))?
    | (?P<dec>(?:\d{1,3}|[A-Z])(?:\.\d{1,3}){1,6})\.?
    | (?P<num>\d{1,3})(?P<close>[.)])
    | \([ ]?(?P<par>[a-z]{1,2}|[A-Z]{1,2}|[ivxl]{1,6}|[IVXL]{1,6}|\d{1,2})[ ]?\)
    | (?P<let>[a-zA-Z]|[ivxl]{2,6}|[IVXL]{2,6})(?P<letclose>[.)])
    | (?P<bare>\d{1,2})(?=[ \t]+["“]?[A-Z])
    )(?=[\s"“”'‘(\[*_（]|[A-Z][a-z ]|$)""",
    re.VERBOSE,
)
QUOTED = r"[\"“”„«'‘](?:\*\*)?(?P<q>[^\"“”»\n]{1,80}?)(?:\*\*)?[,.:]?[\"“”»'’]"
_MEANS = (
    r"(?:\s?\([^)]{1,80}\))?,?(?:\s+(?:or|and)\s+[\"“][^\"”]{1,80}[\"”])*(?:,[^,.;]{1,80},)?\s+(?:(?:shall|will|is|are|also)\s+)?"
    r"(?:means?\b|ha(?:s|ve)\s+the\s+(?:same\s+)?meanings?\b|have\s+such\s+meaning|refers?\s+(?:collectively\s+)?to\b"
    r"|defined\b|includes?\b|deemed\b)"
)
DEFINITION = re.compile(
    rf"(?:\*\*|[*•-]\s)?(?:{QUOTED}{_MEANS}|\*\*(?P<b>[^*\n]{{1,80}})\*\*:?(?=\s)"
    r"|(?P<p>(?:[A-Z][\w/-]*\s){0,4}[A-Z][\w/()-]*)\s(?:means|shall\s+mean|has\s+the\s+meaning)\b)"
)
_SEGMENT = re.compile(r"\S+(?:[ \t\xa0]{1,2}\S+)*")
_RECITALS = re.compile(r"(?:RECITALS?|BACKGROUND|W\s?I\s?T\s?N\s?E\s?S\s?S\s?E\s?T\s?H|WHEREAS)\s?:?", re.IGNORECASE)
_WHEREAS = re.compile(r"WHEREAS\b[,:]?(?=\s)|Whereas\b[,:]?(?=\s)")
_AGREED = re.compile(
    r"(?:NOW,?\s+THEREFORE|Now,?\s+therefore|IT\s+IS\s+(?:HEREBY\s+)?AGREED|It\s+is\s+(?:hereby\s+)?agreed|THEREFORE,"
    r"|(?:THE\s+)?PARTIES\s+(?:HERETO\s+)?(?:HEREBY\s+)?AGREE|AGREED\s+TERMS|OPERATIVE\s+PROVISIONS)"
)
_SIGNATURE = re.compile(
    r"IN\s+WITNESS\s+(?:WHEREOF|OF)|In\s+[Ww]itness\s+[Ww]hereof|AS\s+WITNESS|SIGNED\s+(?:by|for|BY|FOR)\b|EXECUTED\s+(?:as|AS|by)\b"
    r"|\[?(?i:signature\s+pages?\s+(?:to\s+)?follows?)"
)
_NO_CLAUSE_AFTER = re.compile(
    r"\s*(?:[,;%)]|(?:million|billion|percent|per\s|days?\b|months?\b|years?\b|hours?\b|of\s+(?:this|the|such)\b|hereof|hereto|above"
    r"|below|and\b|or\b|through\b|thereof|shall\b|to\s+(?:this|the)\b|attached\b|is\b|are\b|may\b|will\b|does\b|with\s+respect)"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s)"
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_BASE = {"word": 3.5, "schedule": 3.0, "jo": 4.0, "dec": 3.0, "num": 2.5, "par": 2.5, "let": 1.5, "bare": 0.8}
_TITLE = 300
"""Characters at the head of a file in which "Exhibit 10.2" is the filing's name and no schedule."""
_LEADER = re.compile(r"(?:\.\s?){4,}\s*[ivxl\d]*\s*$|\t\s*\d{1,3}\s*$|\s{3,}\d{1,3}\s*$|…+\s*\d*\s*$")
_CONTENTS = re.compile(
    r"(?:TABLE\s+OF\s+CONTENTS|Table\s+of\s+Contents|(?<=\n)\s*(?:CONTENTS|Contents|INDEX)(?=\s*\n))"
)


def marks(document: Document) -> list[Mark]:
    """Every place of the document where a clause may begin, in reading order."""
    quiet = _Quiet(document)
    found = [*_labelled(document.text, quiet), *_spoken(document.text, quiet), *_headings(document, quiet)]
    found.sort(key=lambda m: (m.start, m.end))
    found = [m for m in found if m.kind is not MarkKind.SCHEDULE or not _names_filing(m)]
    return _without_lists(_without_contents(document.text, _without_shadows(document.text, found)))


class _Quiet:
    """The stretches in which no clause begins: furniture, and tables, whose rows are clauses already."""

    def __init__(self, document: Document) -> None:
        kinds = (BlockKind.FURNITURE, BlockKind.TABLE_ROW)
        spans = [(b.start, b.end) for b in document.blocks if b.kind in kinds]
        spans += [(row.start, row.end) for table in document.tables for row in table.rows]
        self._spans = sorted(span for span in spans if span[0] < span[1])

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self._spans, (offset, 1 << 60)) - 1
        return index >= 0 and self._spans[index][0] <= offset < self._spans[index][1]


# --- labels -----------------------------------------------------------------------------------------------------------


def _labelled(text: str, quiet: _Quiet) -> Iterator[Mark]:
    last_end = -1
    for match in _LABEL.finditer(text):
        sort = match.lastgroup or ""
        sort = {
            "tail": "word",
            "value": "word",
            "which": "schedule",
            "ko": "jo",
            "close": "num",
            "letclose": "let",
        }.get(sort, sort)
        directly = last_end >= 0 and not text[last_end : match.start()].strip() and match.start() - last_end < 4
        opening = 0.0 if directly else _opening(text, match.start(), sort)
        if opening is None or match.start() in quiet:
            continue
        weight = _BASE[sort] + opening + _following(text, match.end(), sort)
        if weight <= 0:
            continue
        kind = MarkKind.SCHEDULE if sort == "schedule" else MarkKind.NUMBER
        if kind is MarkKind.SCHEDULE and not _heads_schedule(text, match.start(), match.end()):
            continue
        last_end = match.end()
        yield Mark(kind, match.start(), match.end(), weight, _readings(match, sort))


def _opening(text: str, start: int, sort: str) -> float | None:
    """What stands before a label: 0 at the start of a line, less for less, None where no clause can begin."""
    head = start
    while head > 0 and text[head - 1] in " \t\xa0*#>•_":
        head -= 1
    if head == 0:
        return 0.0
    before = text[max(0, head - 400) : head]
    ended = before.rstrip()[-1:] in '.;:!?)"”’]_'
    if before[-1] in "\n\r\f\v\x0b\x0c":
        line = before.rstrip().rpartition("\n")[2]
        blank = "\n" in before[len(before.rstrip()) :].replace("\n", "", 1)
        wrapped = not ended and not blank and 45 < len(line) <= 130
        return (-0.7 if sort == "dec" else -1.5) if wrapped else 0.0
    if sort == "bare":
        return None
    if start - head >= 2:
        return -0.3 if ended else -1.3
    if sort in ("let", "schedule") or before[-1] not in ".;:":
        return None
    return -2.0 if sort == "par" else -1.5


def _following(text: str, end: int, sort: str) -> float:
    """What stands after a label: a capital or an opening quotation mark is what one expects."""
    rest = text[end : end + 60]
    if sort not in ("par", "let") and _NO_CLAUSE_AFTER.match(rest):
        return -4.0
    first = rest.lstrip()[:1]
    if sort == "word" and first == "(":  # "Section 6.2 (Effect of Termination)" is a line of a list of what survives
        return -4.0
    if not first or first.isupper() or first in "\"“‘'[(*_<§" or ord(first) > 0x2E80:
        return 0.0
    if first.isdigit():
        return -1.5
    return {"par": 0.0, "let": -0.2, "dec": -1.2, "jo": 0.0}.get(sort, -2.0)


def _heads_schedule(text: str, start: int, end: int) -> bool:
    """A schedule's head is a line or two of its own: short, or in capitals."""
    line_end = text.find("\n", end)
    line = text[start : line_end if line_end >= 0 else len(text)]
    line = re.split(r"\s{3,}", line)[0]
    return (
        len(line) < 110
        and not line.rstrip().endswith((";", ","))
        and not re.search(r"\b(?:shall|attached|hereto)\b", line[:60])
    )


def _readings(match: re.Match[str], sort: str) -> tuple[Label, ...]:
    if sort == "word":
        return _worded(match["word"], match["value"])
    if sort == "schedule":
        which = match["which"]
        word = match["schedule"].capitalize()
        return (Label(word, (ordinal(which) or 0,), f"{word} {which}"),)
    if sort == "jo":
        path = tuple(int(v) for v in (match["jo"], match["ko"]) if v)
        return (
            Label(
                "dec" if len(path) > 1 else "条",
                path,
                "第" + "条".join(map(str, path)) + ("条" if len(path) == 1 else ""),
            ),
        )
    if sort == "dec":
        parts = match["dec"].split(".")
        style = "dec" if parts[0].isdigit() else "letterdec"
        return (Label(style, tuple(int(p) if p.isdigit() else ord(p) - 64 for p in parts), match["dec"]),)
    if sort in ("num", "bare"):
        value = match[sort]
        return (Label("1" + (match["close"] or ""), (int(value),), value),)
    inner = match[sort]
    return tuple(_lettered(inner, "()" if sort == "par" else match["letclose"]))


def _worded(word: str, value: str) -> tuple[Label, ...]:
    word = {"sec.": "Section", "art.": "Article"}.get(word.lower(), word.capitalize())
    if "." in value:
        return (Label("dec", tuple(int(p) for p in value.split(".")), value),)
    prefix = "§ " if word.startswith("§") else "" if word in ("Section", "Clause", "Paragraph") else f"{word} "
    if value.isdigit():
        return (Label(word, (int(value),), prefix + value),)
    readings = [Label(word, (n,), f"{word} {value}") for n in (roman(value),) if n]
    if len(value) == 1:
        readings.append(Label(word + " A", (ord(value) - 64,), f"{word} {value}"))
    return tuple(readings)


def _lettered(inner: str, shape: str) -> Iterator[Label]:
    wrap = "({})" if shape == "()" else "{}" + shape
    cited = f"({inner})"
    if inner.isdigit():
        yield Label(wrap.format("1"), (int(inner),), cited)
        return
    case = str.upper if inner.isupper() else str.lower
    if (n := roman(inner)) is not None:
        yield Label(wrap.format(case("i")), (n,), cited)
    if len(inner) == 1:
        yield Label(wrap.format(case("a")), (ord(inner.lower()) - 96,), cited)
    elif len(set(inner.lower())) == 1 and len(inner) == 2:  # "(aa)" follows "(z)", or opens a list of doubled letters
        yield Label(wrap.format(case("a")), (ord(inner[0].lower()) - 70,), cited)
        yield Label(wrap.format(case("aa")), (ord(inner[0].lower()) - 96,), cited)


def roman(value: str) -> int | None:
    """The number a well-formed Roman numeral below 400 stands for, else None."""
    text = value.lower()
    if not re.fullmatch(r"c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", text) or not text:
        return None
    values = [_ROMAN[c] for c in text]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def ordinal(value: str) -> int | None:
    """The place of "3", "C" or "IV" in its sequence."""
    head = re.match(r"\d+|[A-Za-z]+", value)
    if head is None:
        return None
    if head.group().isdigit():
        return int(head.group())
    return ord(value[0].upper()) - 64 if len(head.group()) == 1 else roman(head.group())


# --- words and headings -----------------------------------------------------------------------------------------------


def _spoken(text: str, quiet: _Quiet) -> Iterator[Mark]:
    """Definitions, recitals and signatures: told by their words."""
    for segment in _SEGMENT.finditer(text):
        start, end = segment.span()
        first = text[start]
        if first.isdigit() or first == "(" or first.islower() or start in quiet:
            continue
        yield from _opened_by(text, start, end)
        stop = text.find(". ", start, end)
        while stop >= 0:  # several definitions, or the words of agreement, in one long line
            at = stop + 2
            if at < end and text[at] in 'NI"“T':
                yield from (m for m in _opened_by(text, at, end) if m.kind in (MarkKind.AGREED, MarkKind.SIGNATURE))
            stop = text.find(". ", at, end)


def _opened_by(text: str, start: int, end: int) -> Iterator[Mark]:
    if text[start] in "WRBwrb" and (whole := _RECITALS.fullmatch(text, start, end)):
        yield Mark(MarkKind.RECITALS, start, whole.end(), 3.0, ())
    elif text[start] == "W" and (match := _WHEREAS.match(text, start)):
        yield Mark(MarkKind.WHEREAS, start, match.end(), 3.0, ())
    elif match := _AGREED.match(text, start):
        yield Mark(MarkKind.AGREED, start, match.end(), 3.0, ())
    elif match := _SIGNATURE.match(text, start):
        yield Mark(MarkKind.SIGNATURE, start, match.end(), 3.0, ())
    elif match := DEFINITION.match(text, start, min(len(text), start + 400)):
        yield Mark(MarkKind.DEFINITION, start, start, 1.0 if match["p"] else 1.8, ())


def _headings(document: Document, quiet: _Quiet) -> Iterator[Mark]:
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            level = block.level or 1
            yield Mark(MarkKind.HEADING, block.start, block.end, 3.0, (Label(f"H{level}", (level,), ""),))
    stated = {b.start for b in document.blocks if b.kind is BlockKind.HEADING}
    segments = list(_SEGMENT.finditer(document.text))
    for before, segment, following in zip([None, *segments], segments, segments[1:], strict=False):
        start, end = segment.span()
        if end - start > 90 or start in stated or start in quiet:
            continue
        shouting = [s for s in (before, following) if s and _in_capitals(s.group())]
        if shouting and end - start > 40 and _in_capitals(segment.group()):
            continue  # a line of a paragraph that is all in capitals
        weight, level = _heading_weight(document.text, start, end, following.group())
        if weight:
            yield Mark(MarkKind.HEADING, start, end, weight, (Label(f"H{level}", (level,), ""),))


_LIST = "0123456789(§"
_NO_HEADING = re.compile(
    r"[:;,]?.*(?:_{2}|\.{3}|\d{4}|@|www|\$)|.*[.;,?]$|(?i:by|name|title|date|attn|attention|tel|fax|its|page|source|e-?mail|and|or|the|of)\b:?"
    r"|.*\b(?:Inc|Ltd|LLC|L\.L\.C|Corp|GmbH|Limited|INC|LTD|CORP|LIMITED|CORPORATION|Corporation)\b\.?\)?$|[-\d(\[]"
)


def _heading_weight(text: str, start: int, end: int, following: str) -> tuple[float, int]:
    """How much a line looks like a heading, and its level: capitals above title case."""
    line = text[start:end].strip("*_ ")
    letters = sum(c.isalpha() for c in line)
    if (
        letters < 4
        or letters < 0.6 * len(line)
        or not (len(following) >= 60 or following[0] in _LIST)
        or _NO_HEADING.match(line)
    ):
        return 0.0, 0
    whole = (start == 0 or text[start - 1] in "\n\t ") and _alone(text, start, end)
    if line.upper() == line:
        return (1.2 if whole else 0.4), 8
    words = line.rstrip(":").split()
    capital = all(w[0].isupper() or len(w) <= 3 or w in ("with", "from", "upon", "into") for w in words)
    if whole and len(words) <= 9 and words[0][0].isupper() and capital:
        return 0.7, 9
    return 0.0, 0


def _in_capitals(line: str) -> bool:
    return len(line) > 40 and line.upper() == line


def _alone(text: str, start: int, end: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    rest = text[end : end + 200].partition("\n")[0]
    return not line.strip("#* \t\xa0") and not rest.strip("*#_ \t\xa0")


# --- what is no clause ------------------------------------------------------------------------------------------------


def _without_shadows(text: str, found: list[Mark]) -> list[Mark]:
    """Drops a heading that is the text of a label ("ARTICLE I" / "DEFINITIONS"), and definitions that a label opens."""
    kept: list[Mark] = []
    for mark in found:
        previous = kept[-1] if kept else None
        soft = mark.kind in (MarkKind.HEADING, MarkKind.DEFINITION)
        if previous and soft and not text[previous.end : mark.start].strip(" \t\n\r\xa0*_.:-–—"):
            numbered = previous.kind in (MarkKind.NUMBER, MarkKind.SCHEDULE)
            if numbered and previous.weight >= 1:
                continue
        if previous and mark.start == previous.start:
            if mark.kind is MarkKind.HEADING or previous.kind is not MarkKind.HEADING:
                continue
            kept.pop()
        kept.append(mark)
    return kept


def _without_contents(text: str, found: list[Mark]) -> list[Mark]:
    """Drops the entries of a table of contents: lines with leaders, and all from its title to the first repetition."""
    found = [m for m in found if not _LEADER.search(_line_at(text, m.start))]
    title = _CONTENTS.search(text, 0, max(6000, len(text) // 4))
    if title is None:
        return found
    inside = [m for m in found if m.start >= title.end() and m.kind in (MarkKind.NUMBER, MarkKind.HEADING)]
    for first in inside[:3]:
        key = _key(text, first)
        again = next((m for m in inside if m.start > first.start and _key(text, m) == key), None)
        if again and again.start - title.end() < max(12000, len(text) // 5):
            return [m for m in found if not title.start() <= m.start < again.start]
    return found


def _names_filing(mark: Mark) -> bool:
    """Whether "Exhibit 10.2" near the head of a file is the name of the filing and no schedule of the agreement."""
    return mark.start < _TITLE or (mark.start < 5 * _TITLE and "." in mark.labels[0].cited)


def _without_lists(found: list[Mark]) -> list[Mark]:
    """Drops what only lists the schedules ("Schedule 1 Fees / Schedule 2 Services"): heads that come again later."""
    heads = [m for m in found if m.kind is MarkKind.SCHEDULE]
    last = {m.labels[0].cited.lower(): m.start for m in heads}
    listed = {
        a.start
        for a, b in pairwise(heads)
        if b.start - a.start < 200 and last[a.labels[0].cited.lower()] > b.start and a.labels != b.labels
    }
    return [m for m in found if m.start not in listed]


def _key(text: str, mark: Mark) -> object:
    return mark.labels[0].cited.lower() or text[mark.start : mark.end].lower().strip(" :*")


def _line_at(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : min(end if end >= 0 else len(text), start + 200)]
