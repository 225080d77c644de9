"""Counters written out: 4 as "d", "iv", "4th", "Four"."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CARDINALS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def roman(value: int) -> str:
    """ "iv"; decimal outside 1..3999, where there are no Roman numerals."""
    if not 0 < value < 4000:
        return str(value)
    written = ""
    for step, letters in _ROMAN:
        written += letters * (value // step)
        value %= step
    return written


def letter(value: int) -> str:
    """ "a" to "z", then "aa", "bb", as Word and Writer go on."""
    if value < 1:
        return str(value)
    return "abcdefghijklmnopqrstuvwxyz"[(value - 1) % 26] * ((value - 1) // 26 + 1)


def alphabetic(value: int) -> str:
    """ "a" to "z", then "aa", "ab", as browsers go on."""
    written = ""
    while value > 0:
        value, rest = divmod(value - 1, 26)
        written = chr(ord("a") + rest) + written
    return written or "0"


def ordinal(value: int) -> str:
    """ "1st", "2nd", "11th"."""
    if value % 100 in (11, 12, 13):
        return f"{value}th"
    return str(value) + {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def cardinal_word(value: int) -> str:
    """ "Twenty-one"; decimal from 100 on."""
    return _words(value).capitalize() if 0 <= value < 100 else str(value)


def ordinal_word(value: int) -> str:
    """ "Twenty-first"; "100th" from 100 on."""
    if not 0 <= value < 100:
        return ordinal(value)
    first, dash, last = _words(value).rpartition("-")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return (first + dash + last).capitalize()


def _words(value: int) -> str:
    if value < 20:
        return _CARDINALS[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens - 2] + (f"-{_CARDINALS[ones]}" if ones else "")
