"""How a German question is cut into pieces: endings, compounds, split verbs, numbers and dates.

Words are kept as stems; "ge" and "zu" inside a verb, verbs split over the clause ("teile ... mit") and compounds
("Veröffentlichungsfrist") are taken apart here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from knowledge.languages import german_words
from knowledge.languages.reading import MONTHS, Piece, Role, Vocabulary, entries

_WORD = re.compile(
    r"(?P<date>\d{1,2}\.\s?(?:\d{1,2}\.\s?(?:19|20)\d\d|[A-ZÄa-zä]{3,9}\.?\s(?:19|20)\d\d))"
    r"|(?P<word>[^\W\d_]+(?:[-/&'’.]?[^\W_]+)*)|(?P<number>\d+(?:[.,]\d+)*(?:\s?%)?)"
    r"|(?P<quoted>[\"“„«»”][^\"“„«»”]*[\"“”«»])"
    r"|(?P<stop>[,;:.!?–—()])"
)
LONGEST = 60  # letters of a word that is taken apart

_ENDINGS = frozenset(
    (
        *" e en n s es er ern em ens nen ne ns r m".split(" "),
        *"st t et te ten tet tes ter tem test end ende enden ender".split(),
        *"bar bare baren bares ung ungen ungs lich liche lichen licher liches isch ische ischen".split(),
        *"innen in se sen".split(),
    )
)
_PREFIXES = (
    "zurueck hinaus heraus weiter bekannt bereit statt hoch frei fest teil her hin los mit nach vor ein auf aus bei ab"
    " an zu".split()
)
_LINKING = ("", "s", "es", "n", "en", "e", "er")
_MONTHS = {name: n for n, name in enumerate("januar februar maerz april mai juni juli".split(), start=1)}
_MONTHS |= {name: n for n, name in enumerate("august september oktober november dezember".split(), start=8)}
_MONTHS |= {name: n for n, name in enumerate("jan feb mrz apr mai jun jul aug sep okt nov dez".split(), start=1)}
_MONTHS |= {"jaenner": 1, "sept": 9}
_ONES = (
    "null ein zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf dreizehn vierzehn fuenfzehn"
    " sechzehn siebzehn achtzehn neunzehn"
).split()
_TENS = {"zwanzig": 20, "dreissig": 30, "vierzig": 40, "fuenfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80}
_TENS |= {"neunzig": 90}
_NUMBER = re.compile(
    rf"(?P<hundred>(?:ein)?hundert)?(?:(?P<one>{'|'.join(sorted(_ONES, key=len, reverse=True))})?"
    rf"(?:und(?=\w))?(?P<ten>{'|'.join(_TENS)})?)?"
)


def plain(word: str) -> str:
    """A word in small letters, with umlauts as they are typed where there are none."""
    return word.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


@dataclass(frozen=True, slots=True)
class _Glossary:
    """The entries: words that have one form, stems, and phrases, the longest first."""

    words: dict[str, Piece] = field(default_factory=dict)
    stems: dict[str, Piece] = field(default_factory=dict)
    phrases: list[tuple[tuple[str, ...], Piece]] = field(default_factory=list)


_INFLECTED = {Role.THING, Role.VERB, Role.REPLY}


@cache
def _glossary() -> _Glossary:
    found = _Glossary()
    for entry, piece in entries(german_words.TABLES):
        parts = tuple(plain(part) for part in entry.split())
        if len(parts) > 1:
            found.phrases.append((parts, piece))
        elif piece.role in _INFLECTED and not parts[0].endswith("."):
            found.stems.setdefault(parts[0].rstrip("*"), piece)
        else:
            found.words.setdefault(parts[0].rstrip("."), piece)
    found.phrases.sort(key=lambda phrase: -len(phrase[0]))
    return found


def pieces(text: str, known: Vocabulary) -> list[Piece]:
    """The pieces of a text, in its order; verbs that are split over a clause are put together."""
    found: list[Piece] = []
    clause: list[str] = []
    for m in _WORD.finditer(text):
        if m["word"]:
            clause.append(m["word"])
        else:
            found += _clause(clause, known)
            found.append(Piece(Role.BREAK, "", m[0]) if m["stop"] else _literal(m, known))
            clause = []
    return found + _clause(clause, known)


def _literal(m: re.Match[str], known: Vocabulary) -> Piece:
    """A date, a number or something in quotation marks."""
    if m["date"]:
        return Piece(Role.NAME, _date(m[0]), m[0])
    if m["quoted"]:
        inside = m[0].strip("\"“„«»”' ")
        told = [p.english for p in pieces(inside, known) if p.role in {Role.THING, Role.VERB}] if inside else []
        english = " ".join(told) if told and not inside.isascii() else inside
        return Piece(Role.THING, f'"{english}"', m[0])
    return Piece(Role.NAME, m[0], m[0])


def _date(words: str) -> str:
    numbers = re.findall(r"\d+", words)
    if len(numbers) == 3:
        return f"{int(numbers[0])} {MONTHS[min(12, max(1, int(numbers[1]))) - 1]} {numbers[2]}"
    name = re.sub(r"[\d.\s]", "", words)
    month = _MONTHS.get(plain(name))
    return f"{numbers[0]} {MONTHS[month - 1]} {numbers[1]}" if month else words


def _clause(words: Sequence[str], known: Vocabulary) -> list[Piece]:
    words = _joined_verbs(words)
    found: list[Piece] = []
    at = 0
    while at < len(words):
        piece, taken = _longest(words, at, known)
        found += piece
        at += taken
    return found


def _joined_verbs(words: Sequence[str]) -> list[str]:
    """ "teile ich es den Partnern mit" as "mitteile ich es den Partnern"."""
    if len(words) < 2 or plain(words[-1]) not in _PREFIXES:
        return list(words)
    for at, word in enumerate(words[:-1]):
        joined = words[-1] + word
        piece = _known(joined)
        if piece and piece.role in {Role.VERB, Role.REPLY, Role.NOT} and word[:1].islower() | (at == 0):
            return [*words[:at], joined, *words[at + 1 : -1]]
    return list(words)


def _longest(words: Sequence[str], at: int, known: Vocabulary) -> tuple[list[Piece], int]:
    """The pieces of the longest phrase that begins at a place, or of the word there, and how many words they take."""
    for entry, piece in _glossary().phrases:
        part = words[at : at + len(entry)]
        if len(part) == len(entry) and all(map(_is, part, entry)):
            return [replace(piece, source=" ".join(part))], len(entry)
    return _word(words[at], known), 1


def _is(word: str, stem: str) -> bool:
    """Whether a word of a phrase is a form of its entry; "." at the entry's end allows none, "*" any."""
    word = plain(word)
    if stem.endswith("*"):
        return word.startswith(stem[:-1])
    bare = stem.rstrip(".")
    return word == bare or (len(bare) > 3 and word.startswith(bare) and word[len(bare) :] in _ENDINGS and stem == bare)


def _word(word: str, known: Vocabulary) -> list[Piece]:
    """The pieces of one word: its entry, a name, nothing by itself, the parts of a compound, or not understood."""
    entry = _known(word)
    if named := _named(word, known, unknown=entry is None):
        return [Piece(Role.NAME, named, word)]
    if entry is not None:
        return [replace(entry, source=word, english=word if entry.english == "*" else entry.english)]
    if _is_small(plain(word)):
        return [Piece(Role.SMALL, "", word)]
    if known.is_name(word):
        return [Piece(Role.NAME, word, word)]
    if len(parts := [part for part in re.split(r"[-/]", word) if part]) > 1:
        found = [piece for part in parts for piece in _word(part, known)]
        return [replace(piece, source=f"{piece.source}-") for piece in found[:-1]] + found[-1:]
    return [_made_up(word, known)]


def _named(word: str, known: Vocabulary, *, unknown: bool) -> str:
    """A number, a month, the name of an agreement, or what is written like one: with digits, or, where it is `unknown`,
    in capitals."""
    value = number(word)
    if value is not None:
        return str(value)
    if word[0].isupper() and len(word) > 2 and plain(word) in _MONTHS:
        return MONTHS[_MONTHS[plain(word)] - 1]
    code = known.is_code(word) or any(c.isdigit() for c in word)
    return word if code or (unknown and word.isupper()) else ""


def _made_up(word: str, known: Vocabulary) -> Piece:
    """A word that is no entry: a compound of entries, a word of the agreements, or not understood."""
    if parts := _compound(plain(word)):
        return Piece(Role.THING, " ".join(parts), word)
    if known.is_said(word):
        return Piece(Role.THING, word.casefold(), word)
    return Piece(Role.UNKNOWN if word[0].isupper() else Role.UNKNOWN_ACT, word, word)


_SMALL_PLAIN = frozenset(map(plain, german_words.SMALL))


def _is_small(word: str) -> bool:
    """Whether a word says nothing by itself; the longer ones in any form."""
    if word in _SMALL_PLAIN:
        return True
    return any(word[:end] in _SMALL_PLAIN and word[end:] in _ENDINGS for end in range(6, len(word)))


def _known(word: str) -> Piece | None:
    """The entry of a word: itself, its stem, or its stem without "ge" or "zu" inside."""
    glossary = _glossary()
    bare = plain(word)
    if bare in glossary.words or bare in _SMALL_PLAIN:
        return glossary.words.get(bare)
    for form in _forms(bare):
        for end in range(len(form), 2, -1):
            if form[end:] in _ENDINGS and form[:end] in glossary.stems:
                return glossary.stems[form[:end]]
    return None


def _forms(word: str) -> Iterator[str]:
    yield word
    if word.startswith("ge"):
        yield word[2:]
    for prefix in _PREFIXES:
        if word.startswith((f"{prefix}zu", f"{prefix}ge")) and len(word) > len(prefix) + 4:
            yield prefix + word[len(prefix) + 2 :]


def _compound(word: str) -> list[str]:
    """The English of the parts of a compound, as few as possible; nothing where a part is not known."""
    stems = _glossary().stems
    best: dict[int, list[str]] = {0: []}  # by the place up to which the word is taken apart
    if len(word) > LONGEST:
        return []
    for start in range(len(word)):
        for end in range(start + 3, len(word) + 1) if start in best else ():
            piece = stems.get(word[start:end])
            for at in _goes_on(word, end) if piece else ():
                said = [*best[start], piece.english.replace("*", "") if piece else ""]
                if at not in best or len(said) < len(best[at]):
                    best[at] = said
    return best.get(len(word), [])


def _goes_on(word: str, end: int) -> Iterator[int]:
    """Where a compound may go on after a part that ends at a place; its own end included."""
    if word[end:] in _ENDINGS:
        yield len(word)
    if len(word) - end > 3:
        yield from (end + len(link) for link in _LINKING if word.startswith(link, end))


def number(word: str) -> int | None:
    """The value of German number words up to 199 ("dreißig", "fünfundvierzig"), else None."""
    bare = plain(word)
    if bare in {"eine", "einem", "einen", "einer", "eins"}:
        return 1
    m = _NUMBER.fullmatch(bare)
    if m is None or not bare:
        return None
    rest = _ONES.index(m["one"]) if m["one"] else 0
    return (100 if m["hundred"] else 0) + (_TENS[m["ten"]] if m["ten"] else 0) + rest
