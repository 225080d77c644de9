"""German questions in English: the forms that English has otherwise; the words are cut apart in `german_grammar`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.languages.german_grammar import pieces
from knowledge.languages.reading import (
    UNITS,
    Piece,
    Reading,
    Role,
    Vocabulary,
    counts_as,
    meaning,
    put_together,
    question,
)


def read(text: str, known: Vocabulary) -> Reading:
    """A German question in English."""
    text = " ".join(text.split())
    found = pieces(text, known)
    return put_together(found, _meaning(text, known) or _counts_as(text, known) or question(_mended(found)))


def _mended(found: Sequence[Piece]) -> list[Piece]:
    """The pieces with what German says otherwise: "ein" that counts nothing, "sich widersprechen", "wem gehört"."""
    things = {p.english for p in found if p.role is Role.THING}
    each_other = any(p.source.casefold() == "sich" for p in found) and "publication" not in things
    mended: list[Piece] = []
    for piece, following in zip(found, [*found, None][1:], strict=True):
        one = bool(mended) and mended[-1].english == "1"
        if piece.role is Role.ASK:
            mended.append(replace(piece, english=_asked(piece.english, found)))
        elif piece.english == "object" and each_other:
            mended.append(replace(piece, english="contradict each other: which prevails"))
        elif piece.english in UNITS and one:
            mended.append(replace(piece, english=piece.english.rstrip("s")))
        elif piece.english != "1" or (following and following.english in UNITS):
            mended.append(piece)
    return mended


def _asked(words: str, found: Sequence[Piece]) -> str:
    """A question word as English has it beside the other words of the question."""
    said = " ".join(p.english for p in found if p.role in {Role.VERB, Role.THING})
    if words == "to whom" and any(p.english == "own" for p in found):
        return "who"
    if words == "by when" and not any(p.english == "must" or p.source == "können" for p in found):
        return "until when"
    if words == "what" and "permission" in said:
        return "do I need"
    return "how long" if words == "what" and "maximum" in said and "delay" in said else words


LONGEST = 300  # characters in which the forms below are looked for; a longer text is more than one question

_TERM = r"(?P<term>[\"“„«][^\"“”„«»]+[\"“”«»]|[^?,]+?)"
_IN = r"(?:bei|in|im|laut|nach|gemäß|unter|für|aus|von)"
_WHERE = rf"(?:,? {_IN}(?: d\w+)? (?P<where>[^?]+?))?"
_WHERE_ELSE = _WHERE.replace("where", "elsewhere")
_IS = r"(?:ist|wird|sind|werden)"
_TO_BE_UNDERSTOOD = r"(?: (?:zu verstehen|verstanden|gemeint))?"
_TERMS = (
    r"field of use|background|ergebnisse?|results?|anwendungs\w+|einsatz\w+|vertrauliche informationen|foreground"
    r"|sideground|net sales|nettoum\w+|zugangsrechte?|access rights|verwertung|veröffentlichung(?:en)?"
    r"|kommerzielle nutzung|geschäftstage?|moratorium|embargo"
)
_MEANINGS = tuple(
    re.compile(rf"{pattern}\s*[?.]*$", re.IGNORECASE)
    for pattern in (
        rf"was (?:bedeute(?:n|t)|hei(?:ß|ss)t|heißen|meint|meinen|bezeichnet)(?: denn| eigentlich)? {_TERM}{_WHERE}",
        rf"was (?:{_IS}|versteht man|verstehen wir) {_IN} (?P<where>\S+) unter {_TERM}{_TO_BE_UNDERSTOOD}",
        rf"was (?:{_IS}|versteht man|verstehen wir)(?: denn)? unter {_TERM}"
        rf"{_TO_BE_UNDERSTOOD}{_WHERE}{_TO_BE_UNDERSTOOD}",
        rf"was {_IS} mit {_TERM}{_WHERE} gemeint{_WHERE_ELSE}",
        rf"wie {_IS} {_IN} (?P<where>\S+) {_TERM} (?:definiert|verstanden|festgelegt)",
        rf"wie (?:{_IS}|lautet)(?: der begriff)? {_TERM}{_WHERE} (?:definiert|verstanden|festgelegt){_WHERE_ELSE}",
        rf"(?:definition|bedeutung|begriffsbestimmung)(?: des begriffs)? (?:von|des|der|für|vom) {_TERM}{_WHERE}",
        rf"(?:bitte )?(?:definieren?|erklären?|erläutern?)(?: sie)?(?: mir)?(?: bitte)? {_TERM}{_WHERE}",
        rf"was (?:gilt|zählt)(?: alles)? als {_TERM}{_WHERE}",
        rf"was (?:ist|sind)(?: eine?| die| das| der)? (?P<term>{_TERMS}){_WHERE}",
    )
)


def _meaning(text: str, known: Vocabulary) -> str:
    """ "Was bedeutet X bei ORION?" as "what does X mean in ORION?"."""
    found = next((m for pattern in _MEANINGS for m in [pattern.search(text)] if m), None)
    if found is None or len(text) > LONGEST:
        return ""
    where = found["where"] or found.groupdict().get("elsewhere") or ""
    return meaning(_term(found["term"], known), _names(where, known))


def _names(words: str, known: Vocabulary) -> list[str]:
    return [p.english for p in pieces(words, known) if p.role is Role.NAME]


def _term(words: str, known: Vocabulary) -> str:
    """A term in English: what is written in English already as it is, German words by the glossary."""
    bare = re.sub(r"(?i)^(?:(?:der|die|das|den|dem|des|eine?[mnrs]?|begriff|ausdruck|wort)\s+)+", "", words.strip())
    bare = bare.strip("\"“”„«»' ")
    found = [p for p in pieces(bare, known) if p.role not in {Role.SMALL, Role.BREAK}]
    if any(p.role is Role.UNKNOWN for p in found) or not found:
        return bare if bare.isascii() else ""
    return " ".join(p.english for p in found)


_ALSO = r"(?: (?:auch|schon|bereits|eigentlich|überhaupt))*"
_OF_A_KIND = (
    r"(?:(?:wirksam|förmlich|schriftlich|gültig|formell|offiziell|kommerziell|gewerblich|vertraulich)e?[rn]? )?"
)
_CATEGORY = (
    r"(?:(?:eine?[rnms]?|die|der|das|unserem?) )*(?:den begriff (?:der )?|die definition (?:von|der) )?"
    rf"(?P<category>[\"“„]?{_OF_A_KIND}[A-ZÄÖÜ][\w-]+[\"“”]?)"
)
_REGARDED = (
    r"(?: (?:(?:an)?gesehen|betrachtet|gewertet|behandelt|eingestuft|anerkannt|gezählt|gelten|zu \w+|anzusehen))?"
)
_A_WAY = r"k?eine? \w+ (?:Weg|Form|Art|Mittel|Möglichkeit) (?:für|der|von)"
_COUNTS = tuple(
    re.compile(rf"{pattern}[\s?.]*$")
    for pattern in (
        r"(?i:zählt|gilt|zählen|gelten|fällt|fallen|reicht|reichen|genügt|genügen|taugt|geht|gehört|gehören)"
        rf"{_ALSO} (?P<thing>[^?]+?){_ALSO} (?:als|unter|zu[rm]?) {_CATEGORY}{_WHERE}(?: aus)?",
        rf"(?i:wird|werden|ist|sind|würde|wäre) (?P<thing>[^?]+?){_ALSO} als {_CATEGORY}{_WHERE}{_REGARDED}",
        rf"(?i:ist|wäre) (?P<thing>[^?]+?){_ALSO} {_A_WAY} {_CATEGORY}{_WHERE}",
        rf"(?i:handelt es sich bei) (?P<thing>[^?]+?) um {_CATEGORY}{_WHERE}",
        rf"(?i:ist|sind|wäre|wären|stellt|stellen) (?P<thing>[^?]+?){_ALSO} (?P<category>eine? {_OF_A_KIND}[A-ZÄÖÜ]\w+"
        rf"|Background|Ergebnis\w*|vertraulich|Software|Publikation\w*|Veröffentlichung\w*){_WHERE}(?: dar)?",
        rf"(?i:kann|darf) (?P<thing>[^?]+?) als {_CATEGORY}{_WHERE} (?:gelten|dienen|angesehen werden|zählen)",
    )
)
_SAYS_WHAT = {Role.THING, Role.NAME, Role.VERB, Role.REPLY, Role.LINK, Role.UNKNOWN}


def _counts_as(text: str, known: Vocabulary) -> str:
    """ "Gilt ein Poster als Veröffentlichung?" as "does a poster count as publication?"."""
    text = re.sub(r"(?i)^(?:und|aber|oder) ", "", text)
    for m in (pattern.match(text) for pattern in _COUNTS if len(text) <= LONGEST):
        if m is None:
            continue
        category = [p.english for p in pieces(m["category"], known) if p.role in {Role.THING, Role.VERB}]
        thing = [p.english for p in _mended(pieces(m["thing"], known)) if p.role in _SAYS_WHAT]
        if counted := counts_as(thing, " ".join(category), _names(m["where"] or "", known)):
            return counted
    return ""
