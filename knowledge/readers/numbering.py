"""The automatic numbers of a DOCX, as Word shows them (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from knowledge.readers import numbers
from knowledge.readers.draft import Refused

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BULLET = "•"
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_LONGEST_CHAIN = 50  # of styles based on styles

_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02d}",
    "upperRoman": lambda value: numbers.roman(value).upper(),
    "lowerRoman": numbers.roman,
    "upperLetter": lambda value: numbers.letter(value).upper(),
    "lowerLetter": numbers.letter,
    "ordinal": numbers.ordinal,
    "cardinalText": numbers.cardinal_word,
    "ordinalText": numbers.ordinal_word,
    "decimalEnclosedParen": lambda value: f"({value})",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "numberInDash": lambda value: f"- {value} -",
    "none": lambda _: "",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list as numbering.xml defines it; levels count from 0."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None  # the number of levels above that restart it, 0 for none; by default all
    legal: bool = False  # every number in decimal, whatever its own level says
    style: str = ""


@dataclass(slots=True)
class _Counters:
    """What a list has counted so far; None where a level has not begun."""

    values: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)
    begun: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says, its ancestors included."""

    name: str = ""
    based_on: str = ""
    number: str | None = None
    level: int | None = None
    outline: int | None = None


def value_of(element: etree._Element | None, name: str) -> str | None:
    """The `w:val` of the child with this name, or None."""
    child = element.find(f"{W}{name}") if element is not None else None
    return None if child is None else child.get(f"{W}val")


def integer(text: str | None) -> int | None:
    """The number, or None where there is none or it is beyond what Word would write."""
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else None


def flag(element: etree._Element | None, name: str) -> bool:
    """Whether an on/off property is there and on."""
    child = element.find(f"{W}{name}") if element is not None else None
    return child is not None and child.get(f"{W}val") not in ("0", "false", "off")


class Styles:
    """The paragraph styles of a DOCX."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._default = ""
        for style in root.iterfind(f"{W}style") if root is not None else ():
            if style.get(f"{W}type") != "paragraph":
                continue
            key = style.get(f"{W}styleId", "")
            properties = style.find(f"{W}pPr")
            number = properties.find(f"{W}numPr") if properties is not None else None
            self._styles[key] = Style(
                name=(value_of(style, "name") or "").lower(),
                based_on=value_of(style, "basedOn") or "",
                number=value_of(number, "numId"),
                level=integer(value_of(number, "ilvl")),
                outline=integer(value_of(properties, "outlineLvl")),
            )
            if style.get(f"{W}default") in ("1", "true"):
                self._default = key

    def chain(self, key: str | None) -> Iterator[tuple[str, Style]]:
        """A style and what it is based on, nearest first."""
        key = key or self._default
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(key)
            if style is None:
                return
            yield key, style
            key = style.based_on

    def outline(self, key: str | None) -> int | None:
        """The heading level a style gives, 1 for the outermost, 0 for the document's title, or None."""
        for _, style in self.chain(key):
            if style.name in ("title", "subtitle"):
                return 0
            if match := re.fullmatch(r"heading ([1-9])", style.name):
                return int(match[1])
            if style.outline is not None:
                return style.outline + 1 if 0 <= style.outline < _LEVELS else None
        return None


class Numbering:
    """Counts the numbered paragraphs of one document, in reading order."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, dict[int, Level]] = {}
        self._nums: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        self._counters: dict[str, _Counters] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        links, linked = {}, {}
        for abstract in root.iterfind(f"{W}abstractNum"):
            key = abstract.get(f"{W}abstractNumId", "")
            self._lists[key] = _levels(abstract)
            if link := value_of(abstract, "numStyleLink"):
                links[key] = link
            if link := value_of(abstract, "styleLink"):
                linked[link] = key
        for key, link in links.items():
            self._lists[key] = self._lists.get(linked.get(link, ""), {})
        for num in root.iterfind(f"{W}num"):
            overrides: dict[int, Level] = {}
            starts: dict[int, int] = {}
            for override in num.iterfind(f"{W}lvlOverride"):
                level = integer(override.get(f"{W}ilvl")) or 0
                overrides.update(_levels(override))
                if (start := integer(value_of(override, "startOverride"))) is not None:
                    starts[level] = start
            abstract_key = value_of(num, "abstractNumId") or ""
            self._nums[num.get(f"{W}numId", "")] = (abstract_key, overrides, starts)

    def place(self, properties: etree._Element | None) -> tuple[str, int] | None:
        """The list and the level (from 0) a paragraph is in, by its own properties or its style's; None for none."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        number, level = value_of(own, "numId"), integer(value_of(own, "ilvl"))
        if number is None:
            for key, style in self._styles.chain(value_of(properties, "pStyle")):
                if style.number is not None:
                    number = style.number
                    level = level if level is not None else self._level_of_style(number, key, style.level)
                    break
        if number is None or number not in self._nums:
            return None
        return number, min(max(level or 0, 0), _LEVELS - 1)

    def _level_of_style(self, number: str, key: str, stated: int | None) -> int | None:
        """A list's level names the style it is for; that counts more than what the style states."""
        abstract, overrides, _ = self._nums.get(number, ("", {}, {}))
        levels = {**self._lists.get(abstract, {}), **overrides}
        return next((level for level, found in levels.items() if found.style == key), stated)

    def next(self, place: tuple[str, int]) -> str:
        """The next number in this place, with the space that separates it from the text; "" for none."""
        number, at = place
        abstract, overrides, starts = self._nums[number]
        levels = {**self._lists.get(abstract, {}), **overrides}
        counters = self._counters.setdefault(abstract, _Counters())
        self._count(counters, levels, starts, number, at)
        level = levels.get(at, Level())
        label = _BULLET if level.format == "bullet" else _label(level, levels, counters)
        return f"{label} " if label and level.suffix != "nothing" else label

    @staticmethod
    def _count(counters: _Counters, levels: dict[int, Level], starts: dict[int, int], number: str, at: int) -> None:
        values = counters.values
        first_use = (number, at) not in counters.begun
        counters.begun.add((number, at))
        now = values[at]
        if first_use and at in starts:
            values[at] = starts[at]
        elif now is None:
            values[at] = starts.get(at, levels.get(at, Level()).start)
        else:
            values[at] = now + 1
        for above in range(at):
            if values[above] is None:  # a level that was skipped shows its start, and has then begun
                values[above] = levels.get(above, Level()).start
        for below in range(at + 1, _LEVELS):
            restart = levels.get(below, Level()).restart
            if restart is None or at < restart:
                values[below] = None


def _levels(element: etree._Element) -> dict[int, Level]:
    found = {}
    for level in element.iterfind(f"{W}lvl"):
        at = integer(level.get(f"{W}ilvl"))
        if at is None or not 0 <= at < _LEVELS:
            continue
        start = integer(value_of(level, "start"))
        text = value_of(level, "lvlText") or ""
        if len(text) > 500:
            raise Refused("numbers its paragraphs with texts of unreasonable length")
        found[at] = Level(
            start=1 if start is None else start,
            format=value_of(level, "numFmt") or "decimal",
            text=text,
            suffix=value_of(level, "suff") or "tab",
            restart=integer(value_of(level, "lvlRestart")),
            legal=flag(level, "isLgl"),
            style=value_of(level, "pStyle") or "",
        )
    return found


def _label(level: Level, levels: dict[int, Level], counters: _Counters) -> str:
    def written(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        value = counters.values[at]
        own = levels.get(at, Level())
        if value is None:
            value = own.start
        form = "decimal" if level.legal and own.format != "none" else own.format
        return _FORMATS.get(form, str)(value)

    return _PLACE.sub(written, level.text).strip()
