"""The Japanese of the field, and how a Japanese question is cut into pieces.

No tokeniser: at each place the longest entry of the glossary is taken. Hiragana that no entry covers are endings and
say nothing; kanji and katakana that none covers are words that were not understood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from knowledge.languages import japanese_words
from knowledge.languages.reading import (
    MONTHS,
    Piece,
    Reading,
    Role,
    Vocabulary,
    counts_as,
    entries,
    meaning,
    put_together,
    question,
)


def read(text: str, known: Vocabulary) -> Reading:
    """A Japanese question in English."""
    text = unicodedata.normalize("NFKC", text).strip()
    found = pieces(text, known)
    return put_together(found, _meaning(text, known) or _counts_as(text, known) or question(_in_order(found)))


# --- words ------------------------------------------------------------------------------------------------------------

_DIGITS = "〇一二三四五六七八九"
_NUMBER = r"(?:\d+|[一二三四五六七八九十百]+)"
_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)年(?:(?P<month>\d{1,2})月)?(?:(?P<day>\d{1,2})日)?"
    r"|(?P<last>昨年|去年|前年)の?(?:(?P<lastmonth>\d{1,2})月)?|(?P<m>\d{1,2})月(?P<d>\d{1,2})日|(?P<past>先月|先週|昨日)"
)
_LENGTH = re.compile(
    rf"(?P<number>{_NUMBER}|半)(?P<unit>営業日|暦日|日間|日|週間|週|[かヶカヵケ箇]月間?|年間|年半?|時間)(?P<before>前)?"
)
_UNITS = (
    ("営業日", "business day"),
    ("暦日", "calendar day"),
    ("日", "day"),
    ("週", "week"),
    ("月", "month"),
    ("年", "year"),
    ("時", "hour"),
)
_QUOTED = re.compile(r"[「『\"“](?P<inside>[^」』\"”]+)[」』\"”]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-/.&_][A-Za-z0-9]+)*|\d[\d.,/%A-Za-z-]*")
_KATAKANA = re.compile(r"[ァ-ヺー・]+")
_STOP = re.compile(r"[、。,.?!;:()\n]+")


@cache
def _glossary() -> tuple[dict[str, Piece], int]:
    """The entries, in small letters, and the length of the longest."""
    found: dict[str, Piece] = {}
    for entry, piece in entries(japanese_words.TABLES):
        found.setdefault(unicodedata.normalize("NFKC", entry).casefold(), piece)
    return found, max(map(len, found))


_POTENTIAL = frozenset("使え 送れ 渡せ 譲れ 売れ 払え 支払え 書け 断れ 拒め 延ばせ 持ち出せ 移せ".split())


def pieces(text: str, known: Vocabulary) -> list[Piece]:
    """The pieces of a text, in its order. Kanji that are not understood go together as far as they stand together."""
    found: list[Piece] = []
    at = run = 0  # `run` is where the last piece that was not understood ended
    while at < len(text):
        start = at
        piece, at = _next(text, at, known)
        if piece.role is Role.UNKNOWN and run == start and found and _kanji(piece.source):
            joined = found[-1].source + piece.source
            found[-1] = replace(piece, english=joined, source=joined)
        elif piece.role is not Role.SMALL:
            found.append(piece)
        if piece.role is Role.UNKNOWN:
            run = at
        if piece.role is Role.VERB and (piece.source.endswith("でき") or piece.source in _POTENTIAL):
            found.append(Piece(Role.MODAL, "may", ""))
    found = [p for p in found if p.role is not Role.UNKNOWN or p.source not in japanese_words.SMALL]
    return [replace(p, role=Role.UNKNOWN_ACT) if _is_act(p, text) else p for p in found]


def _is_act(piece: Piece, text: str) -> bool:
    """Whether a word that was not understood is a verb, by the ending behind it."""
    return piece.role is Role.UNKNOWN and bool(
        re.search(rf"{re.escape(piece.source)}(?:[しすさせ]|[るりれられっいきみびんえけげ])", text)
    )


def _kanji(text: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fff々]+", text))


def _next(text: str, at: int, known: Vocabulary) -> tuple[Piece, int]:
    """The piece that begins at a place, and where the next one does."""
    for pattern, made in ((_DATE, _date), (_LENGTH, _length), (_QUOTED, _quoted)):
        if m := pattern.match(text, at):
            return Piece(Role.THING if made is _quoted else Role.NAME, made(m, known), m[0]), m.end()
    if m := _STOP.match(text, at):
        return Piece(Role.BREAK, "", m[0]), m.end()
    if m := _KATAKANA.match(text, at):
        return _katakana(text, m, known)
    entry = _entry(text, at)
    latin = _LATIN.match(text, at)
    if latin and (entry is None or (entry[1] <= latin.end() and known.is_code(latin[0]))):
        return Piece(Role.NAME, latin[0], latin[0]), latin.end()
    if entry or not _kanji(text[at]):
        return entry or (Piece(Role.SMALL, "", text[at]), at + 1)
    return Piece(Role.UNKNOWN, text[at], text[at]), at + 1


def _entry(text: str, at: int) -> tuple[Piece, int] | None:
    """The longest entry of the glossary at a place."""
    known, longest = _glossary()
    for end in range(min(len(text), at + longest), at, -1):
        piece = known.get(text[at:end].casefold())
        if piece is not None:
            return replace(piece, source=text[at:end]), end
    return None


def _katakana(text: str, m: re.Match[str], known: Vocabulary) -> tuple[Piece, int]:
    """A word in katakana: entries that cover it whole, the sound of a name, or unknown."""
    entry = _entry(text, m.start())
    if entry and (entry[1] >= m.end() or _covered(m[0][entry[1] - m.start() :])):
        return entry
    name = next((code for code in sorted(known.codes | known.names) if _sound(code) == _sound_of_kana(m[0])), "")
    if name:
        return Piece(Role.NAME, name.upper() if name in known.codes else name.capitalize(), m[0]), m.end()
    return Piece(Role.UNKNOWN, m[0], m[0]), m.end()


def _covered(word: str) -> bool:
    """Whether entries of the glossary make up the rest of a word in katakana."""
    if not word.strip("・"):
        return True
    entry = _entry(word, 0) or (_entry(word, 1) if word[0] == "・" else None)
    return bool(entry) and _covered(word[entry[1] :]) if entry else False


def _date(m: re.Match[str], _: Vocabulary) -> str:
    if m["past"]:
        return {"先月": "last month", "先週": "last week", "昨日": "yesterday"}[m["past"]]
    if m["last"]:
        return f"last {_month(m['lastmonth'])}" if m["lastmonth"] else "last year"
    if m["m"]:
        return f"{int(m['d'])} {_month(m['m'])}"
    if m["day"]:
        return f"{int(m['day'])} {_month(m['month'])} {m['year']}"
    return f"in {_month(m['month'])} {m['year']}" if m["month"] else f"in {m['year']}"


def _month(number: str) -> str:
    return MONTHS[min(12, max(1, int(number))) - 1]


def _length(m: re.Match[str], _: Vocabulary) -> str:
    """ "三か月" as "3 months"."""
    unit = next(english for japanese, english in _UNITS if japanese in m["unit"])
    count = 6 if m["number"] == "半" else _count(m["number"])
    if m["number"] == "半":
        unit = "month"
    if m["unit"] == "年半":
        count, unit = 12 * count + 6, "month"
    return f"{count} {unit}{'' if count == 1 else 's'}{' before' if m['before'] else ''}"


def _count(words: str) -> int:
    if words.isdigit():
        return int(words)
    total = digit = 0
    for sign in words:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS.index(sign)
    return total + digit


def _quoted(m: re.Match[str], known: Vocabulary) -> str:
    return f'"{_english(m["inside"], known)}"'


def _english(words: str, known: Vocabulary) -> str:
    """A term in English: as it is where it is written so, else by the glossary; "" where that does not know it."""
    words = words.strip(' 「」『』"“”')
    if words.isascii():
        return words
    found = pieces(words, known)
    return "" if any(p.role is Role.UNKNOWN for p in found) else " ".join(p.english for p in found)


# --- names in katakana ------------------------------------------------------------------------------------------------

_SOUNDS = str.maketrans({"l": "r", "v": "b", "c": "k", "q": "k", "f": "h", "x": "k"})


def _sound(name: str) -> str:
    """The consonants of a Latin name, as far as katakana keep them: "lambda" is "rmd"."""
    bare = re.sub(r"[^a-z]", "", name.casefold()).replace("ph", "h").replace("ck", "k")
    return _consonants(bare.translate(_SOUNDS))


def _sound_of_kana(kana: str) -> str:
    romaji = "".join(unicodedata.name(sign, "").removeprefix("KATAKANA LETTER ").casefold() + " " for sign in kana)
    romaji = re.sub(r"small (?:tu|a|i|u|e|o)\b|katakana\S*|middle dot|-hiragana\S*.*?mark", "", romaji)
    return _consonants(romaji.replace(" ", "").replace("tu", "t").translate(_SOUNDS))


def _consonants(word: str) -> str:
    kept = re.sub(r"[aeiouwy]", "", word)
    kept = re.sub(r"n(?=[mbpd])|m(?=[bd])", "m", kept)
    return re.sub(r"(.)\1+", r"\1", kept)


# --- order ------------------------------------------------------------------------------------------------------------

_DOERS = {"partners", "parties", "company", "sponsor", "third parties", "others", "Coordinator", "they"}


def _in_order(found: Iterable[Piece]) -> list[Piece]:
    """The pieces in the order of English: what stands behind its clause or its noun in Japanese goes before it."""
    ordered: list[Piece] = []
    start = 0  # of the clause
    for piece in found:
        if piece.role is Role.OPENER:
            denied = [Piece(Role.NOT, "not", "")] if piece.english == "if not" else []
            ordered = [*ordered[:start], replace(piece, english="if"), *ordered[start:], *denied]
        elif piece.role is Role.LINK or piece.english.endswith(" before"):
            ordered = _before_its_noun(ordered, piece, start)
        else:
            ordered.append(piece)
        if piece.role in {Role.BREAK, Role.OPENER}:
            ordered += [Piece(Role.BREAK, "", "")] if piece.role is Role.OPENER else []
            start = len(ordered)
    return list(_with_subjects(ordered))


def _before_its_noun(ordered: Sequence[Piece], link: Piece, start: int) -> list[Piece]:
    at = len(ordered)
    if at > start and ordered[-1].role is Role.VERB:
        return [*ordered[:-1], Piece(Role.THING, f"{link.english} {ordered[-1].english}", ordered[-1].source)]
    while at > start and ordered[at - 1].role in {Role.THING, Role.NAME}:
        at -= 1
    return [*ordered[:at], link, *ordered[at:]]


def _with_subjects(ordered: Sequence[Piece]) -> Iterator[Piece]:
    """ "We" where a clause says what must or may be done and not who."""
    clause: list[Piece] = []
    for piece in [*ordered, Piece(Role.BREAK, "", "")]:
        if piece.role is not Role.BREAK:
            clause.append(piece)
            continue
        asks_who = any(p.role is Role.ASK and p.english == "who" for p in clause)
        acts = any(p.role is Role.MODAL and p.english in {"must", "may"} for p in clause)
        doer = next((p for p in clause if p.role is Role.THING and p.english in _DOERS), None)
        if acts and not asks_who and not any(p.role is Role.SUBJECT for p in clause):
            first = clause.index(doer) if doer else -1
            if doer and first <= 1:
                clause[first] = replace(doer, role=Role.SUBJECT)
            else:
                clause.insert(0, Piece(Role.SUBJECT, "we", ""))
        yield from clause
        yield piece
        clause = []


# --- forms of questions that are said quite differently in English ----------------------------------------------------

LONGEST = 200  # characters in which the forms below are looked for; a longer text is more than one question

_WHERE = r"(?:(?P<where>[^、。?]*?)(?:における|において|での|では|で|の中の|上の|契約の|のもとで)、?)?"
_NAMED = r"(?:という(?:用語|言葉|語|表現))?"
_MEANINGS = tuple(
    re.compile(rf"^{_WHERE}(?P<term>[^、。?]+?){pattern}")
    for pattern in (
        rf"{_NAMED}(?:とは|って)(?:何|なん|どう|どの|いったい|\?|$|。)",
        rf"(?:{_NAMED}|の用語)の(?:定義|意味)(?:は|を|$|\?)",
        rf"{_NAMED}(?:は|って)(?:何を(?:意味|指)|どういう意味|どのような意味|どう定義|どのように定義|どういうこと)",
        r"を(?:定義|説明)し",
    )
)


def _meaning(text: str, known: Vocabulary) -> str:
    """「Xとは何ですか」 as "what does X mean?"."""
    for m in (pattern.search(text) for pattern in _MEANINGS if len(text) <= LONGEST):
        if m and (term := _english(re.sub(r"^[A-Za-z-]+の(?=\S)", "", m["term"]), known)):
            return meaning(term, [name for name in _names(text[: m.end("term")], known) if name not in term])
    return ""


def _names(text: str, known: Vocabulary) -> list[str]:
    return [p.english for p in pieces(text, known) if p.role is Role.NAME]


_COUNTS = tuple(
    re.compile(rf"^{_WHERE}(?P<thing>[^。?]+?)(?:は|も|って|が|を)(?P<category>[^、。?はがもを]+?){pattern}")
    for pattern in (
        r"(?:に(?:あた|当た|該当|含まれ|なり|入り|分類|属)|として(?:扱|認め|みな|有効|数え|十分)"
        r"|と(?:みな|見な|して扱|して認|言え|考え|なり|認め)|とされ)",
        r"(?:です|でしょう|なのでしょう|な)か",
    )
)
_SAYS_WHAT = {Role.THING, Role.NAME, Role.VERB, Role.UNKNOWN, Role.LINK}


def _counts_as(text: str, known: Vocabulary) -> str:
    """「ポスターは公表にあたりますか」 as "does poster count as publication?"."""
    for m in (pattern.search(text) for pattern in _COUNTS if len(text) <= LONGEST):
        if m is None:
            continue
        category = " ".join(p.english for p in pieces(m["category"], known) if p.role is Role.THING)
        thing = [p for p in pieces(m["thing"], known) if p.role in _SAYS_WHAT and not known.is_code(p.source)]
        names = [name for name in _names(text, known) if known.is_code(name)]
        if counted := counts_as([p.english for p in thing], category, names):
            return counted
    return ""
