"""Tables, and finding them on a scanned page, which has no rules to go by: columns are told by where text begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.readers.draft import MARKER
from knowledge.readers.lines import Line

_FEWEST_COLUMNS = 3  # two may as well be numbers in the margin and their clauses
_LEFT_TOLERANCE = 1.5  # in sizes of letters: how far a cell may begin before its column's head
_FAR = 4.0  # likewise: further below than this, what follows is no row


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a page; `bold` where the letters of its first row, and of no other, are bold."""

    top: float
    bottom: float
    rows: tuple[tuple[str, ...], ...]
    bold: bool = False


def found_in(rows: Sequence[Sequence[Line]]) -> tuple[list[Line], list[Grid]]:
    """What of a page, given as pieces of text row by row, is lines, and what is tables."""
    lines: list[Line] = []
    grids: list[Grid] = []
    at = 0
    while at < len(rows):
        grid, after = _grid(rows, at)
        if grid is None:
            lines.append(as_line(rows[at]))
            at += 1
        else:
            grids.append(grid)
            at = after
    return lines, grids


def as_line(row: Sequence[Line]) -> Line:
    """The pieces of a row as one line."""
    return Line(
        " ".join(piece.text for piece in row),
        row[0].x0,
        max(piece.x1 for piece in row),
        min(piece.top for piece in row),
        max(piece.bottom for piece in row),
        max(piece.size for piece in row),
    )


def _grid(rows: Sequence[Sequence[Line]], at: int) -> tuple[Grid | None, int]:
    """The table that begins with this row as its head, and where it ends; None where none does."""
    head = rows[at]
    if len(head) < _FEWEST_COLUMNS or any(after.x0 - before.x1 < before.size for before, after in pairwise(head)):
        return None, at
    if MARKER.match(head[0].text) or any(piece.text.endswith(":") for piece in head):  # a clause; the fields of a form
        return None, at
    starts = [piece.x0 for piece in head]
    found = [[piece.text for piece in head]]
    bottom = max(piece.bottom for piece in head)
    after = at + 1
    while after < len(rows):
        row = rows[after]
        cells = _cells(row, starts)
        if cells is None or row[0].top - bottom > _FAR * row[0].size:
            break
        if cells[0]:
            found.append(cells)
        else:  # a cell of the row before goes on
            found[-1] = [f"{above} {cell}".strip() for above, cell in zip(found[-1], cells, strict=True)]
        bottom = max(piece.bottom for piece in row)
        after += 1
    if len(found) < 2 or max(sum(map(bool, row)) for row in found[1:]) < 2:
        return None, at
    return Grid(min(piece.top for piece in head), bottom, tuple(map(tuple, found)), bold=True), after


def _cells(row: Sequence[Line], starts: Sequence[float]) -> list[str] | None:
    """The row's pieces by column, or None where a piece fits none."""
    cells = [""] * len(starts)
    for piece in row:
        columns = [n for n, start in enumerate(starts) if start <= piece.x0 + _LEFT_TOLERANCE * piece.size]
        if not columns:
            return None
        column = columns[-1]
        if column + 1 < len(starts) and piece.x1 > starts[column + 1] + piece.size:
            return None
        cells[column] = f"{cells[column]} {piece.text}".strip()
    return cells
