"""Scanned pages: an image of a page -> the lines on it."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from knowledge.readers.grid import Grid, found_in
from knowledge.readers.lines import Line, scaled

_DPI = 200
_POINTS = 72
_MOST_PIXELS = 25_000_000  # a page larger than this is rendered more coarsely
_SAME_SIZE = 0.35  # a box's height says this much, give or take, of the size of its letters
_SURE = 0.5  # below this score, what was recognised is a speck or a line of a form


class PageReader:
    """Reads page images. Loading the recogniser takes a second and most of a gigabyte, so it is done once."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        logging.disable(logging.CRITICAL)
        # With the classifier of upside-down lines on, upright lines come out garbled now and then.
        self._engine: Any = RapidOCR(params={"Global.use_cls": False})

    def read(self, page: Any) -> tuple[list[Line], list[Grid]]:
        """The lines of a pypdfium2 page, top to bottom, in points, and its tables."""
        width, height = page.get_size()
        scale = min(_DPI / _POINTS, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        image = page.render(scale=scale, grayscale=False, rev_byteorder=False).to_numpy()
        found = self._engine(image[:, :, :3])
        if found.boxes is None or found.txts is None:
            return [], []
        pieces = [
            scaled(_piece(box, text), 1 / scale)
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if score >= _SURE and text.strip()
        ]
        return found_in(_rows(_even(pieces)))


def _piece(box: Any, text: str) -> Line:
    xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
    # A box's height includes ascenders and descenders; letters are some two thirds of it.
    return Line(text.strip(), min(xs), max(xs), min(ys), max(ys), (max(ys) - min(ys)) * 0.7)


def _even(lines: list[Line]) -> list[Line]:
    """The lines with one size for all letters that are about as high: boxes vary where letters do not."""
    if not lines:
        return []
    usual = median(line.size for line in lines)
    return [replace(line, size=usual) if abs(line.size - usual) < _SAME_SIZE * usual else line for line in lines]


def _rows(pieces: list[Line]) -> list[list[Line]]:
    """Pieces that stand on one line, together, top to bottom and left to right."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.top + piece.bottom) / 2):
        row = rows[-1] if rows else []
        if row and (piece.top + piece.bottom) / 2 < row[-1].top + 0.7 * (row[-1].bottom - row[-1].top):
            row.append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.x0) for row in rows]


# --- lost spaces ------------------------------------------------------------------------------------------------------

_GLUED = re.compile(r"[A-Z]{14,}|[A-Za-z]*[a-z]{2}[A-Z][A-Za-z]+")
_NUMBER_GLUED = re.compile(
    r"^(\(?(?:\d{1,3}(?:\.\d{1,3})*\.?|[a-z]|[ivx]{1,5})[.)])(?=[A-Z][a-z])|(?<=[a-z]):(?=[A-Z])"
)
# A zero at the end of a number that was taken for a letter, and a speck after a number that was taken for a dot.
_LETTER_O = re.compile(r"(?<=\b\d)[Oo]\b|(?<=\b\d\d)[Oo]\b")
_SPECK = re.compile(r"(?<=\d) [·•] (?=[A-Z])")


def respaced(lines: Sequence[Line]) -> list[Line]:
    """The lines with the spaces that the recogniser swallows in bold type: "2.Section:DisseminationofResults".

    A glued word is only taken apart where all its parts stand elsewhere in the document as words.
    """
    words = {word.lower() for line in lines for word in re.findall(r"[A-Za-z]{2,}", line.text)}
    glued = {match[0].lower() for line in lines for match in _GLUED.finditer(line.text)}
    known = frozenset((words - glued) | {"a", "of", "and", "the", "to", "in", "for"})
    return [replace(line, text=_respaced(line.text, known)) for line in lines]


def _respaced(text: str, known: frozenset[str]) -> str:
    text = _SPECK.sub(" ", _LETTER_O.sub("0", text), count=1)
    text = _NUMBER_GLUED.sub(lambda match: match[0] + " ", text)
    return _GLUED.sub(lambda match: " ".join(_parts(match[0], known) or [match[0]]), text)


def _parts(word: str, known: frozenset[str]) -> list[str] | None:
    """The word as the fewest known words, or None."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        found = [
            [*before, word[start:end]]
            for start in range(max(0, end - 24), end)
            if (before := best[start]) is not None and word[start:end].lower() in known
        ]
        best.append(min(found, key=len) if found else None)
    return best[-1]
