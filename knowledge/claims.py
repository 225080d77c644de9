"""What a sentence claims, and what a quotation supports: numbers, dates, names, negations and modals.

Both are reduced to facts, plain strings that can be compared: "30", "30 day", "2026-05-01", "may-", "word:lambda".
A claim holds one or more facts, any of which supports it, so that German "muss" is supported by an English "shall".
Rules of thumb everywhere: a claim that is not understood counts as unsupported, since losing a sentence costs little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    """The words of a table, spelt as `str.casefold` leaves them ("dreissig")."""
    return tuple(text.casefold().split())


# --- tables -----------------------------------------------------------------------------------------------------------

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_ORDINAL_TENS = "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth"
_GERMAN_ONES = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
)
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"

_NUMBER_WORDS: dict[str, int] = {
    **{word: n for table in (_ONES, _ORDINALS, _GERMAN_ONES) for n, word in enumerate(_words(table))},
    **{word: 10 * n for table in (_TENS, _ORDINAL_TENS, _GERMAN_TENS) for n, word in enumerate(_words(table), 2)},
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "double": 2,
    "triple": 3,
    "dozen": 12,
    "couple": 2,
    "single": 1,
    "ein": 1,
    "eine": 1,
    "einen": 1,
    "einem": 1,
    "einer": 1,
    "eines": 1,
    "dreissig": 30,
    "einmal": 1,
    "zweimal": 2,
}
_SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "hundredth": 100,
    "thousandth": 10**3,
    "hundert": 100,
    "tausend": 10**3,
    "millionen": 10**6,
    "milliarde": 10**9,
    "milliarden": 10**9,
}
_GERMAN_COMPOUND = re.compile(
    f"({'|'.join(['ein', *_words(_GERMAN_ONES)[2:10]])})und({'|'.join(_words(_GERMAN_TENS))})"
)
_GERMAN_NUMBER = re.compile("hundert|tausend|million|zig$|ssig$|zehn$")
_KANJI = {character: n for n, character in enumerate("〇一二三四五六七八九")}
_KANJI_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4}
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十百千万]+")
_NO_KANJI_NUMBER = re.compile("一般|一切|一部|一方|同一|統一")

_UNITS = {
    form: unit
    for unit, forms in {
        "hour": "hour hours stunde stunden 時間",
        "day": "day days tag tage tagen 日 日間",
        "week": "week weeks woche wochen 週 週間",
        "month": "month months monat monate monaten か月 ヶ月 カ月 ヵ月 箇月",
        "year": "year years jahr jahre jahren 年 年間",
        "percent": "percent % prozent パーセント",
    }.items()
    for form in _words(forms)
}
_BETWEEN_NUMBER_AND_UNIT = frozenset(
    _words("( ) - – [ ] calendar business working clear full consecutive or to and oder bis und")
)

_MONTHS = {
    name: number
    for table in (
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    )
    for number, name in enumerate(table.split(), 1)
} | {"Sept": 9}

_MODALS = {
    form: lemma
    for lemma, forms in {
        "may": "may",
        "might": "might",
        "must": "must",
        "shall": "shall",
        "can": "can",
        "could": "could",
        "will": "will",
        "would": "would",
        "should": "should",
        "ought": "ought",
        "need": "need needs needed",
        "have to": "have-to",
        "require": "require requires required requirement requirements requiring",
        "oblige": "oblige obliges obliged obligated obligation obligations",
        "entitle": "entitle entitles entitled",
        "permit": "permit permits permitted permission",
        "allow": "allow allows allowed",
        "prohibit": "prohibit prohibits prohibited",
        "forbid": "forbid forbids forbidden",
        "agree": "agree agrees agreed",
        "undertake": "undertake undertakes undertaken",
        "free": "free",
        "liable": "liable",
        "duty": "duty duties",
        "right": "right rights",
    }.items()
    for form in _words(forms)
}
_OBLIGATION = ("must", "shall", "require", "oblige", "undertake", "haveto")
_PERMISSION = ("may", "can", "permit", "allow", "entitle", "free")
_GERMAN_MODALS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_words("muss müssen musst müsst verpflichtet erforderlich notwendig"), _OBLIGATION),
    **dict.fromkeys(_words("darf dürfen darfst dürft kann können erlaubt gestattet zulässig berechtigt"), _PERMISSION),
    **dict.fromkeys(_words("soll sollen sollte sollten"), ("should", "shall")),
    **dict.fromkeys(_words("verboten untersagt"), ("prohibit", "forbid")),
    **dict.fromkeys(_words("wird werde"), ("will", "shall")),
}
# "muss nicht" is "need not", not "must not"
_GERMAN_OBLIGATION_DENIED = ("need-", "require-", "oblige-")
_JAPANESE_MODALS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (
        re.compile("なければな(?:らない|りません)|必要があ(?:る|ります)|必要です|義務があ(?:る|ります)"),
        frozenset(f"{m}+" for m in _OBLIGATION),
    ),
    (
        re.compile("(?:ことが)?でき(?:ない|ません)|てはな(?:らない|りません)|てはいけ(?:ない|ません)"),
        frozenset(("may-", "can-", "shall-", "must-", "permit-", "allow-")),
    ),
    (re.compile("(?:ことが)?でき(?:る|ます)|許可され(?:る|ます)"), frozenset(f"{m}+" for m in _PERMISSION)),
    (re.compile("べき"), frozenset(("should+", "shall+"))),
)
_JAPANESE_NEGATION = re.compile("ない|なく|ません|ず(?:に|、)|なし")

_DENIALS = frozenset(("not", "no", "never", "none", "nor", "neither", "nobody", "nothing", "nicht", "kein", "nie"))
_NEGATIONS: dict[str, tuple[str, ...]] = {
    **{
        word: (word,) for word in _words("not no never none nor neither nobody nothing without unless except excluding")
    },
    **dict.fromkeys(_words("nicht nichts"), ("not", "no", "nothing")),
    **dict.fromkeys(_words("kein keine keinen keinem keiner keines"), ("no", "not", "none")),
    "nie": ("never", "not"),
    "niemals": ("never", "not"),
    "ohne": ("without",),
    "ausser": ("except", "unless"),
}
# Words that bound time or number without being numbers; they too have to stand in the quotation.
_BOUNDS = frozenset(
    _words(
        """
        calendar business working today tomorrow yesterday immediately promptly forthwith annual annually yearly
        quarterly monthly weekly daily half quarter fortnight fortnightly decade century € $ £ ¥ § eur usd gbp jpy
        chf exclusive exclusively irrevocable irrevocably perpetual halb halbe doppelt jährlich monatlich
        vierteljährlich unverzüglich heute morgen gestern
        """
    )
)

_FUNCTION_WORDS = frozenset(
    _words(
        """
        a about above after again all also an and any are as at be because been before being below between both but
        by do does each either every for from had has have he her his how i if in into is it its itself more most of
        on or other our out over own same she so some such than that the their them then there these they this those
        through to too under until up upon us was we were what when where whether which while who whom whose why
        with within yes you your only however therefore otherwise during here may must shall can will should no not
        unless except without
        """
    )
)
_GERMAN_FUNCTION_WORDS = frozenset(
    _words(
        """
        aber alle als am an auch auf aus bei bis da das dass dem den der des die dies diese diesem diesen dieser
        dieses durch er es für gilt hat haben ihr ihre ihrem ihren ihrer im in innerhalb ist ja jede jeder jedes mit
        nach nur oder sein seine sich sie sind so über um und unter vom von vor war was wenn wer werden wie wird zu
        zum zur zwischen man sofern nein muss müssen darf dürfen kann können soll sollen nicht kein keine ohne ein
        eine einen einem einer eines mindestens
        """
    )
)
# What a German or Japanese word may stand for in the clause. A noun that is not here makes its sentence go.
_TRANSLATIONS: dict[str, str] = {
    **dict.fromkeys(
        _words("veröffentlichung veröffentlichungen publikation 公表 公開 発表 出版"),
        "publication publications publish",
    ),
    **dict.fromkeys(
        _words("partei parteien partner partnern vertragspartner 当事者 パートナー"), "party parties partner partners"
    ),
    **dict.fromkeys(_words("mitteilung benachrichtigung anzeige 通知"), "notice notify notification"),
    **dict.fromkeys(_words("widerspruch einwand einspruch 異議"), "objection object objections"),
    **dict.fromkeys(_words("zustimmung einwilligung genehmigung 同意 承諾"), "consent approval permission"),
    **dict.fromkeys(_words("vertrag vereinbarung 契約 本契約"), "agreement contract"),
    **dict.fromkeys(_words("ergebnis ergebnisse ergebnissen 結果 成果"), "results result foreground"),
    **dict.fromkeys(_words("einreichung 提出 投稿"), "submission submitted submit"),
    **dict.fromkeys(_words("erhalt eingang zugang 受領"), "receipt received access"),
    **dict.fromkeys(_words("patent patente patentanmeldung 特許 特許出願 出願"), "patent patents application"),
    **dict.fromkeys(_words("lizenz unterlizenz ライセンス"), "licence license sublicence sublicense"),
    **dict.fromkeys(_words("bericht berichte 報告 報告書"), "report reports"),
    **dict.fromkeys(_words("koordinator コーディネーター"), "coordinator"),
    **dict.fromkeys(_words("frist zeitraum 期間 期限"), "period days months term within"),
    **dict.fromkeys(_words("verzögerung aufschub 延期 遅延"), "delay delayed postpone"),
    **dict.fromkeys(_words("ende laufzeit 終了"), "end term termination expiry"),
    **dict.fromkeys(_words("projekt projekts プロジェクト"), "project"),
    **dict.fromkeys(_words("informationen 情報"), "information"),
    **dict.fromkeys(_words("schriftlich 書面"), "writing written"),
    **dict.fromkeys(_words("kalendertag kalendertage kalendertagen 暦日"), "calendar"),
    **dict.fromkeys(_words("以内 以前 以上 以下 場合 前 後 他 日前 日以内"), ""),
}
_FREE_JAPANESE = frozenset(word for word, english in _TRANSLATIONS.items() if not english)

# --- reading ----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"\d{1,4}/\d{1,2}/\d{2,4}|\d+(?:[.,]\d+)*(?:st|nd|rd|th)?(?![^\W_])|[^\W\d_]+(?![^\W_])|[^\W_]+|[^\w\s]"
)
_SPELLINGS = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (r"\bcan(?:not|'t)\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"\bshan't\b", "shall not"),
        (r"n't\b", " not"),
        (r"\b(?:has|have|had|having)\s+to\b", "haveto"),
        (r"\bper\s+cent\b", "percent"),
        (r"\bes sei denn\b", "unless"),
    )
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
    re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:(?:day\s+)?of\s+)?(?P<m>{_MONTH})\b\.?,?(?:\s+(?P<y>\d{{4}})\b)?"
    ),
    re.compile(rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>\d{{4}})\b)?"),
    re.compile(rf"\b(?P<m>{_MONTH})\.?,?\s+(?P<y>\d{{4}})\b"),
)
_JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_JAPANESE_TERM = re.compile("[\u30a1-\u30ff\u4e00-\u9fff]+")
_JAPANESE_UNIT = re.compile(
    f"(\\d)\\s*({'|'.join(sorted((u for u in _UNITS if not u.isascii()), key=len, reverse=True))})"
)
_KANJI_OR_TERM = re.compile("|".join(sorted((w for w in _TRANSLATIONS if _JAPANESE.search(w)), key=len, reverse=True)))
_SENTENCE_END = frozenset(".!?:;")


class _Claim(NamedTuple):
    """`any_of` these facts supports the claim; where it is made by a quotation, `implied` facts are supported too."""

    any_of: frozenset[str]
    implied: frozenset[str] = frozenset()


def _plain(text: str) -> str:
    """`text` with one spelling for what has several: compatibility forms, apostrophes, "cannot", "per cent"."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    return text


def language(text: str) -> str | None:
    """ "ja", "de" or "en"; None for a language without tables: less than a fifth of its words are known small words."""
    if _JAPANESE.search(text):
        return "ja"
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", _plain(text))]
    english = sum(word in _FUNCTION_WORDS for word in words)
    german = sum(word in _GERMAN_FUNCTION_WORDS for word in words)
    if 5 * max(english, german) < len(words) or not words:
        return None
    return "de" if german > english else "en"


def unsupported(sentence: str, quotes: Collection[str], names: Collection[str] = ()) -> tuple[str, ...]:
    """What `sentence` claims and none of `quotes` says, in words fit for a log of kinds; empty if all is supported.

    `names` are words (of parties, of agreements) that are names in whatever case they are written.
    """
    tongue = language(sentence)
    if tongue is None:
        return ("language",)
    known = frozenset(name.casefold() for name in names)
    facts = frozenset[str]().union(*(_evidence(quote) for quote in quotes))
    missing = [min(claim.any_of) for claim in _claims(sentence, known) if not claim.any_of & facts]
    if tongue == "en" and not _in_the_words_of(sentence, quotes):
        missing.append("wording")
    return tuple(missing)


def _evidence(quote: str) -> frozenset[str]:
    facts = {f"word:{form}" for part in _TOKEN.findall(_plain(quote)) for form in _forms(part.casefold())}
    for claim in _claims(quote, frozenset()):
        facts |= claim.any_of | claim.implied
    return frozenset(facts)


def _claims(text: str, names: frozenset[str]) -> Iterator[_Claim]:
    tongue = language(text)
    rest, dates = _cut_dates(_plain(text))
    yield from dates
    if tongue == "ja":
        rest, found = _cut_japanese(rest)
        yield from found
    tokens = _TOKEN.findall(rest)
    words = [token.casefold() for token in tokens]
    yield from _quantities(words)
    for at, word in enumerate(words):
        if word in _MODALS or word in _GERMAN_MODALS:
            yield _modal(words, at)
        if word in _NEGATIONS:
            yield _Claim(frozenset(_NEGATIONS[word]))
        if word in _BOUNDS:
            yield _Claim(frozenset((f"word:{word}",)))
    yield from _names(tokens, names, german=tongue == "de")


def _cut_dates(text: str) -> tuple[str, list[_Claim]]:
    """The text without its dates, and the dates: "2026-05-01", "--05-01" where the year is missing, "2026-05"."""
    found: list[_Claim] = []

    def cut(match: re.Match[str]) -> str:
        parts = match.groupdict()
        name = parts["m"]
        month = f"{int(name) if name.isdigit() else _MONTHS[name]:02}"
        day = f"-{int(parts['d']):02}" if parts.get("d") else ""
        year = parts.get("y")
        implied = {f"month:{month}"} | ({f"--{month}{day}"} if day else set())
        if year:
            implied |= {f"{year}-{month}", str(int(year))}
        found.append(_Claim(frozenset((f"{year or '-'}-{month}{day}",)), frozenset(implied)))
        return " , "

    for pattern in _DATES:
        text = pattern.sub(cut, text)
    return text, found


# --- numbers ----------------------------------------------------------------------------------------------------------


def _quantities(words: Sequence[str]) -> Iterator[_Claim]:
    """Every number, with the unit it counts where one follows: "thirty (30) calendar days" is "30 day", twice."""
    at = 0
    while at < len(words):
        value, length = _number(words, at)
        at += max(length, 1)
        if value:
            unit = _unit(words, at)
            yield _Claim(frozenset((f"{value} {unit}" if unit else value,)), frozenset((value,)))


def _number(words: Sequence[str], at: int) -> tuple[str, int]:
    """The number that begins at `at`, in one spelling, and how many words it takes; ("", 0) if none does."""
    if words[at][0].isdigit():
        value = _digits(words[at])
        following = words[at + 1] if at + 1 < len(words) else ""
        if value.isdigit() and len(value) < 16 and following in _SCALES:
            return str(int(value) * _SCALES[following]), 2
        return (f"{value} {following}", 2) if value and following in _SCALES else (value, 1)
    total = current = length = 0
    while at + length < len(words):
        word = words[at + length]
        n = _word_value(word)
        if n is not None and (length == 0 or n < _room(current)):
            current += n
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, current = total + current, 0
        elif not (length and word in ("-", "and") and _continues(words, at + length + 1, current or total)):
            break
        length += 1
    return (str(total + current), length) if length else ("", 0)


def _continues(words: Sequence[str], at: int, current: int) -> bool:
    """Whether the word at `at` adds to a number begun: "one" in "twenty-one", "twenty" in "hundred and twenty"."""
    n = _word_value(words[at]) if at < len(words) else None
    return n is not None and n < _room(current)


def _room(current: int) -> int:
    """What may be added by another word: less than the power of ten that `current` is full of ("twenty" + < 10)."""
    if current == 0:
        return 100
    power = 1
    while current % (power * 10) == 0:
        power *= 10
    return power


def _word_value(word: str) -> int | None:
    compound = _GERMAN_COMPOUND.fullmatch(word)
    if compound:
        return _NUMBER_WORDS[compound[1]] + _NUMBER_WORDS[compound[2]]
    return _NUMBER_WORDS.get(word)


def _digits(word: str) -> str:
    """Figures in one spelling: "1,000" and "1000", "007" and "7", "5.0" and "5", "2,5" and "2.5", "1st" and "1"."""
    word = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word)
    if not re.fullmatch(r"[\d.,/]+", word):
        return ""
    word = "".join(str(unicodedata.decimal(c)) if c.isdigit() else c for c in word)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word):
        word = word.replace(",", "")
    elif re.fullmatch(r"\d+,\d{1,2}", word):
        word = word.replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d+)?", word):
        return word
    whole, _, fraction = word.partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")


def _unit(words: Sequence[str], at: int) -> str:
    """The unit that the number before `at` counts, past brackets, "calendar", "or" and further numbers; "" if none."""
    while at < len(words):
        if words[at] in _UNITS:
            return _UNITS[words[at]]
        length = 1 if words[at] in _BETWEEN_NUMBER_AND_UNIT else _number(words, at)[1]
        if not length:
            return ""
        at += length
    return ""


# --- modals, names, Japanese ------------------------------------------------------------------------------------------


def _modal(words: Sequence[str], at: int) -> _Claim:
    """The modal at `at` with a sign: "may-" if a "not" or "no" stands within three words of it and no comma between."""
    before = _up_to_a_stop(words[max(0, at - 3) : at][::-1])
    after = _up_to_a_stop(words[at + 1 : at + 3])
    denied = any(word in _DENIALS or word.startswith("kein") for word in (*before, *after))
    word = words[at]
    if word in _MODALS:
        lemmas: tuple[str, ...] = (_MODALS[word],)
    elif denied and _GERMAN_MODALS[word] == _OBLIGATION:
        return _Claim(frozenset(_GERMAN_OBLIGATION_DENIED))
    else:
        lemmas = _GERMAN_MODALS[word] + (("must", "shall") if denied else ())
    return _Claim(frozenset(f"{lemma}{'-' if denied else '+'}" for lemma in lemmas))


def _up_to_a_stop(words: Sequence[str]) -> Sequence[str]:
    for at, word in enumerate(words):
        if not word[0].isalnum() and word not in "()'\"":
            return words[:at]
    return words


def _names(tokens: Sequence[str], names: frozenset[str], *, german: bool) -> Iterator[_Claim]:
    """Capitalised words, words with figures in them, and `names` in any case. German nouns go by their translation."""
    plain = _FUNCTION_WORDS | (_GERMAN_FUNCTION_WORDS if german else frozenset())
    for at, part in enumerate(tokens):
        word = part.casefold()
        begins = at == 0 or tokens[at - 1] in _SENTENCE_END
        unread = german and _GERMAN_NUMBER.search(word) is not None and _word_value(word) is None
        mixed = not part.isalpha() and part.isalnum() and not part.isdigit() and not _digits(word)
        if not (part[0].isupper() or mixed or unread or word in names):
            continue
        if part in _MONTHS and not (begins and word in _MODALS):
            yield _Claim(frozenset((f"month:{_MONTHS[part]:02}",)))
            continue
        small = word in plain and (begins or german) and word not in names
        counted = word in _MODALS or word in _UNITS or word in _SCALES or _word_value(word) is not None
        if not (small or part == "I" or (counted and word not in names)):
            yield _Claim(frozenset(f"word:{form}" for form in _forms(word)))


def _forms(word: str) -> frozenset[str]:
    """The word, its singular, and what it may stand for in English."""
    forms = {word, *_words(_TRANSLATIONS.get(word, ""))}
    if len(word) > 3 and word.endswith("ies"):
        forms.add(word[:-3] + "y")
    elif len(word) > 3 and word.endswith("s"):
        forms.add(word[:-1])
    return frozenset(forms)


def _cut_japanese(text: str) -> tuple[str, list[_Claim]]:
    """Japanese text with its numbers in figures, without its modals and terms, and these as claims.

    A term (a run of kanji or katakana) that the table does not know supports nothing, hence the sentence goes.
    """
    found: list[_Claim] = []
    for pattern, any_of in _JAPANESE_MODALS:
        text, times = pattern.subn(" ", text)
        found += [_Claim(any_of)] * bool(times)
    if _JAPANESE_NEGATION.search(text):
        found.append(_Claim(frozenset(("not", "no"))))
    text = _KANJI_NUMBER.sub(lambda match: _kanji_number(match[0]), _NO_KANJI_NUMBER.sub(" ", text))
    text = re.sub("([0-9A-Za-z.,%]+)", r" \1 ", text)
    text = _JAPANESE_UNIT.sub(lambda match: f"{match[1]} {_UNITS[match[2]]} ", text)
    for term in _JAPANESE_TERM.findall(text):
        left = _KANJI_OR_TERM.sub("", term)
        words = [w for w in _KANJI_OR_TERM.findall(term) if w not in _FREE_JAPANESE]
        found += [_Claim(frozenset(f"word:{form}" for form in _forms(w))) for w in ([left] if left else words)]
    return text, found


def _kanji_number(figures: str) -> str:
    """ "三十" as "30"; figures without tens ("二〇") are read one by one."""
    if not any(character in _KANJI_SCALES for character in figures):
        return "".join(str(_KANJI[character]) for character in figures)
    total = section = digit = 0
    for character in figures:
        if character in _KANJI:
            digit = _KANJI[character]
        elif character == "万":
            total, section, digit = total + (section + digit or 1) * 10**4, 0, 0
        else:
            section, digit = section + (digit or 1) * _KANJI_SCALES[character], 0
    return str(total + section + digit)


# --- wording ----------------------------------------------------------------------------------------------------------

_STEM = 6  # letters that "publish", "publication" and "published" share


def _in_the_words_of(sentence: str, quotes: Collection[str]) -> bool:
    """Whether at least half of the sentence's words of meaning are the quotations' own."""
    own = list(_meaningful(sentence))
    theirs = {word[:_STEM] for quote in quotes for word in _meaningful(quote)}
    return 2 * sum(word[:_STEM] in theirs for word in own) >= len(own)


def _meaningful(text: str) -> Iterator[str]:
    for word in map(str.casefold, _TOKEN.findall(_plain(text))):
        if len(word) > 3 and word.isalpha() and word not in _FUNCTION_WORDS and word not in _MODALS:
            yield word
