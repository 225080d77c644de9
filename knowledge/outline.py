"""Choosing the outline: which marks are clauses, and what hangs under what.

A label counts when it carries on a sequence: "8.5" after "8.4.2", "(c)" after "(b)", "(a)" below anything. A beam
search keeps the few best stacks of open levels through the document; a label in the middle of a sentence loses because
believing it would break the sequence around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.numbering import Label, Mark, MarkKind

BEAM = 10
"""Stacks kept after each mark. Twice as many changed nothing on 380 agreements."""


@dataclass(frozen=True, slots=True)
class Node:
    """A mark that was believed. `depth` counts from 1; its parent is the last node before it of a smaller depth."""

    mark: Mark
    label: Label | None
    depth: int


# A level of the stack: its style, its path of values, and the last child of the sibling before it as (style, value), so
# that sections may run on through articles and headings.
_Carry = tuple[str, int] | None
_Level = tuple[str, tuple[int, ...], tuple[str, int] | None]
_Stack = tuple[_Level, ...]
_Move = tuple[_Stack, int, Label | None, float]  # the stack after it, the depth, the reading, the gain

_STYLES_BY_RANK = (
    (1.0, ("Article", "Part", "Chapter", "条")),
    (1.5, ("I.",)),
    (2.0, ("Section", "§", "§§", "Clause")),
    (2.2, ("A.",)),
    (2.5, ("1.", "1")),
    (3.0, ("dec", "letterdec")),
    (3.5, ("1)",)),
    (4.0, ("a.", "(a)", "a)")),
    (4.3, ("(1)",)),
    (4.5, ("(i)", "i.", "i)")),
    (4.7, ("(A)", "(I)")),
    (5.0, ("(aa)",)),
)
_RANK = {style: rank for rank, styles in _STYLES_BY_RANK for style in styles}
_NUMERIC = frozenset({"Article", "Section", "Clause", "§", "条", "1.", "1", "1)", "dec", "Paragraph", "I.", "Part"})
_BARRIER = "schedule"


def outline(marks: Sequence[Mark]) -> list[Node]:
    """The best reading of `marks`: those that are clauses, in order, with their depth."""
    beam: dict[_Stack, tuple[float, _Path]] = {(): (0.0, None)}
    for index, mark in enumerate(marks):
        following: dict[_Stack, tuple[float, _Path]] = dict(beam)
        for stack, (score, path) in beam.items():
            for new, depth, label, gain in _moves(stack, mark.kind, mark.labels):
                total = score + gain + mark.weight
                if new not in following or total > following[new][0]:
                    following[new] = (total, (path, index, label, depth))
        if len(following) > BEAM:
            best = sorted(following.items(), key=lambda item: -item[1][0])[:BEAM]
            following = dict(best)
        beam = following
    path = max(beam.values(), key=lambda found: found[0])[1]
    nodes = []
    while path is not None:
        path, index, label, depth = path
        nodes.append(Node(marks[index], label, depth))
    return nodes[::-1]


_Path = tuple["_Path", int, Label | None, int] | None


@lru_cache(maxsize=4096)
def _moves(stack: _Stack, kind: MarkKind, labels: tuple[Label, ...]) -> tuple[_Move, ...]:
    return tuple(_MOVES[kind](stack, labels))


def _numbered(stack: _Stack, labels: tuple[Label, ...]) -> Iterator[_Move]:
    for label in labels:
        moves = _decimal if len(label.path) > 1 else _single
        for new, gain in moves(stack, label.style, label.path):
            yield new, len(new), label, gain


def _step(distance: int, value: int) -> float:
    """The gain of a sibling `distance` further on: 1 is what one expects; gaps are clauses left out or not seen."""
    if distance == 1:
        return 0.3
    if distance == 0:
        return -3.0
    if distance < 0:
        return -4.5 if value <= 1 else -6.5
    return max(-6.0, -0.8 - 0.7 * (distance - 1))


def _carried(stack: _Stack, at: int) -> _Carry:
    """What to remember of the levels that a new level at `at` closes: the first of their numbers."""
    closed = [level for level in stack[at:] if level[0] in _NUMERIC]
    if at < len(stack) and stack[at][0] in _NUMERIC:
        children = closed[1:]
        return (children[0][0], children[0][1][0]) if children else stack[at][2]
    return (closed[0][0], closed[0][1][0]) if closed else (stack[at][2] if at < len(stack) else None)


def _single(stack: _Stack, style: str, path: tuple[int, ...]) -> Iterator[tuple[_Stack, float]]:
    value, past_schedule = path[0], 0.0
    for at in range(len(stack) - 1, -1, -1):
        if stack[at][0] == _BARRIER:
            past_schedule = -3.0
        if stack[at][0] == style:
            carry = _carried(stack, at)
            yield (*stack[:at], (style, path, carry)), _step(value - stack[at][1][-1], value) + past_schedule
            if value == 1 and at < len(stack) - 1:  # "8." > "(a)" > "1.": the same style again, further down
                yield (*stack, (style, path, None)), -2.2
            if past_schedule == 0:
                return
            break
    yield from _first(stack, style, path)


def _first(stack: _Stack, style: str, path: tuple[int, ...]) -> Iterator[tuple[_Stack, float]]:
    """A style that is not open yet starts a list, under the innermost level or further out."""
    value = path[0]
    begins = 0.0 if value == 1 else (-3.0 if value == 2 else -5.0)
    base, known = _root_number(stack)
    recitals = next((i for i, level in enumerate(stack) if level[0] == "recitals"), len(stack))
    for at in range(len(stack), -1, -1):
        above = stack[at - 1] if at else None
        if any(level[0] == style for level in stack[:at]):
            continue
        gain = begins
        if above and above[2] == (style, value - 1):
            gain = max(gain, -0.2)
        if above and _RANK.get(above[0], 0.0) >= _RANK.get(style, 3.0):
            gain -= 0.8
        if (
            at == base < len(stack) and stack[at][0] == "dec" and style in _NUMERIC and value == known + 1
        ):  # "4" after "3.2": the chapters are bare
            gain = 0.2
        elif at == recitals < len(stack) and style in _NUMERIC:  # the body begins, and nobody said "agreed"
            gain -= 0.1
        elif at > recitals + 1 and style in _NUMERIC:
            gain -= 1.5
        elif at < len(stack):
            gain -= 0.9 + 0.1 * (len(stack) - at)
        yield (*stack[:at], (style, path, None)), gain
        if above and above[0] == _BARRIER:
            return


def _root_number(stack: _Stack) -> tuple[int, int]:
    """Where the outermost number of the body or schedule stands in the stack, and its value; 0 where none is open."""
    base = max((i + 1 for i, level in enumerate(stack) if level[0] == _BARRIER), default=0)
    for at in range(base, len(stack)):
        if stack[at][0] in _NUMERIC:
            return at, stack[at][1][0]
    return base, 0


def _decimal(stack: _Stack, style: str, path: tuple[int, ...]) -> Iterator[tuple[_Stack, float]]:
    new: _Level = (style, path, None)
    for at in range(len(stack) - 1, -1, -1):
        other, known, carry = stack[at]
        if other == _BARRIER:
            break
        if other not in _NUMERIC and other != style:
            continue
        if len(known) == len(path) and known[:-1] == path[:-1]:
            yield (*stack[:at], new), _step(path[-1] - known[-1], path[-1])
            return
        if len(known) < len(path) and path[: len(known)] == known:
            yield (*stack[: at + 1], new), _below(stack, at, path)
            return
        if carry and carry[0] == "dec":
            break
    yield from _orphan(stack, new)


def _below(stack: _Stack, at: int, path: tuple[int, ...]) -> float:
    """The gain of `path` under its ancestor at `at`: next to the child that was open there, or the first one."""
    known = stack[at][1]
    last = next((level[1][len(known)] for level in stack[at + 1 :] if len(level[1]) > len(known)), None)
    rest = path[len(known) :]
    jump = -0.6 * (len(rest) - 1) - 0.9 * sum(v > 1 for v in rest[1:])
    if last is None:
        return jump + (0.3 if rest[0] <= 1 else -0.5 - 0.4 * rest[0])
    return jump + (_step(rest[0] - last, 2) if rest[0] != last else -1.0)


def _orphan(stack: _Stack, new: _Level) -> Iterator[tuple[_Stack, float]]:
    """ "4.1" where no "4" is open: plausible after "3.x", as the first of all, or under a heading after "3.x"."""
    path = new[1]
    base = max((i + 1 for i, level in enumerate(stack) if level[0] == _BARRIER), default=0)
    known = _root_number(stack)[1]
    carried = next((level[2][1] for level in stack[base:] if level[2] and level[2][0] in ("dec", "1.", "1")), 0)
    distance = path[0] - max(known, carried)
    gain = {1: -0.2, 0: -0.8}.get(distance, -1.5 - 0.5 * distance if distance > 0 else -5.5)
    gain -= 0.8 * sum(v > 1 for v in path[1:])
    headings = base
    while headings < len(stack) and stack[headings][0][0] == "H":
        headings += 1
        yield (*stack[:headings], new), gain
    yield (*stack[:base], new), gain - (0.5 if headings > base else 0.0)


def _heading(stack: _Stack, labels: tuple[Label, ...]) -> Iterator[_Move]:
    level = labels[0].path[0]
    base = max((i + 1 for i, open_ in enumerate(stack) if open_[0] == _BARRIER), default=0)
    for at in range(base, len(stack) + 1):
        if any(open_[0][0] == "H" and open_[1][0] >= level for open_ in stack[:at]):
            break
        if at < len(stack) and stack[at][0][0] == "H" and stack[at][1][0] < level and at == base:
            continue  # below the heading that contains it, not beside it
        if any(open_[0] in ("definition", "recitals") for open_ in stack[:at]):
            break
        new: _Level = (labels[0].style, labels[0].path, _carried(stack, at))
        yield (*stack[:at], new), at + 1, labels[0], -0.1 * (at - base)


def _definition(stack: _Stack, _: tuple[Label, ...]) -> Iterator[_Move]:
    recitals = next((i for i, level in enumerate(stack) if level[0] == "recitals"), None)
    stack = stack if recitals is None else stack[:recitals]
    new: _Level = ("definition", (0,), None)
    for at in range(len(stack) - 1, -1, -1):
        if stack[at][0] == "definition":
            yield (*stack[:at], new), at + 1, None, 0.1
            break
    else:
        yield (*stack, new), len(stack) + 1, None, 0.0
    for at in range(max(0, len(stack) - 3), len(stack)):
        if all(level[0] != "definition" for level in stack[:at]):
            yield (*stack[:at], new), at + 1, None, -0.3 * (len(stack) - at)


def _schedule(stack: _Stack, labels: tuple[Label, ...]) -> Iterator[_Move]:
    for label in labels:
        new: _Level = (_BARRIER, (_code(label.cited), *label.path), None)
        if not stack or stack[0][:2] != new[:2]:  # the same head once more is a running header
            yield (new,), 1, label, 0.0


def _code(word: str) -> int:
    """A stable number for a schedule's name, so that stacks stay comparable."""
    return int.from_bytes(word.lower().encode(), "big")


def _closing(stack: _Stack, _: tuple[Label, ...]) -> Iterator[_Move]:
    """Signatures and "the Parties agree": leaves at the root of the body or of a schedule, which end all lists."""
    base = stack[: 1 if stack and stack[0][0] == _BARRIER else 0]
    yield base, len(base) + 1, None, 0.0


def _signature(stack: _Stack, _: tuple[Label, ...]) -> Iterator[_Move]:
    base = stack[: 1 if stack and stack[0][0] == _BARRIER else 0]
    yield base, len(base) + 1, None, 0.0
    yield stack, len(stack) + 1, None, -2.5  # a page of signatures in the middle of the numbers


def _recitals(stack: _Stack, _: tuple[Label, ...]) -> Iterator[_Move]:
    base = stack[: 1 if stack and stack[0][0] == _BARRIER else 0]
    gain = 0.0 if len(stack) == len(base) or stack[len(base)][0] == "recitals" else -4.0
    yield (*base, ("recitals", (0,), None)), len(base) + 1, None, gain


def _whereas(stack: _Stack, _: tuple[Label, ...]) -> Iterator[_Move]:
    at = next((i for i, level in enumerate(stack) if level[0] == "recitals"), None)
    depth = (at + 2) if at is not None else len(stack[: 1 if stack and stack[0][0] == _BARRIER else 0]) + 1
    yield stack[: depth - 1], depth, None, 0.0 if at is not None or len(stack) == depth - 1 else -3.0


_MOVES = {
    MarkKind.NUMBER: _numbered,
    MarkKind.HEADING: _heading,
    MarkKind.DEFINITION: _definition,
    MarkKind.SCHEDULE: _schedule,
    MarkKind.AGREED: _closing,
    MarkKind.SIGNATURE: _signature,
    MarkKind.RECITALS: _recitals,
    MarkKind.WHEREAS: _whereas,
}


def parents(nodes: Sequence[Node]) -> list[int | None]:
    """For each node the index of the node around it."""
    open_: list[int] = []
    found: list[int | None] = []
    for index, node in enumerate(nodes):
        while open_ and nodes[open_[-1]].depth >= node.depth:
            open_.pop()
        found.append(open_[-1] if open_ else None)
        open_.append(index)
    return found
