"""What became of an agreement's clauses between two readings of it, and of what the catalogue says replaces what.

A clause whose words are the same is the same clause, whatever its number. One with other words is the new wording of
the clause most like it, or else of the one that bore its number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jobs.messages import ClauseChange
from knowledge.model import Agreement, Clause

ALIKE = 0.5  # of the words of two clauses, in common, that make one of them the other's new wording
SAME_NAME, SAME_NUMBER = 0.3, 0.2  # what the same number with the same headings, or alone, counts beside that share
COMPARED = 20_000  # pairs of clauses whose words are compared; of more, those alone that bear the same number
_LABEL_WORDS = 3  # at the head of a clause: "Article", "IV", "-"


@dataclass(frozen=True, slots=True)
class Difference:
    """How many clauses of a changed agreement were added, changed in wording, removed, and only renumbered.

    `clauses` are the first three, clause by clause: added and changed ones in reading order, then the removed ones.
    """

    agreement: str
    added: int
    changed: int
    removed: int
    renumbered: int = 0
    clauses: tuple[ClauseChange, ...] = ()


def difference(agreement: Agreement, old: Sequence[Clause], new: Sequence[Clause]) -> Difference:
    """What became of the clauses `old` of an agreement, which now are `new`."""
    gone, come = _without_equal(old, new, _number_and_words), _without_equal(new, old, _number_and_words)
    other_number = len(come)
    gone, come = _without_equal(gone, come, _words), _without_equal(come, gone, _words)
    before = _rewordings(gone, come)
    shown = [_change(agreement, gone[before[at]] if at in before else None, after) for at, after in enumerate(come)]
    reworded = set(before.values())
    removed = [clause for at, clause in enumerate(gone) if at not in reworded]
    return Difference(
        agreement.id,
        added=len(come) - len(before),
        changed=len(before),
        removed=len(removed),
        renumbered=other_number - len(come),
        clauses=(*shown, *(_change(agreement, clause, None) for clause in removed)),
    )


def _change(agreement: Agreement, before: Clause | None, after: Clause | None) -> ClauseChange:
    clause = after or before
    assert clause is not None  # noqa: S101 - one of the two is given
    return ClauseChange(
        agreement.short_name,
        "changed" if before and after else "added" if after else "removed",
        clause.number,
        " › ".join(clause.heading),
        before.text if before else "",
        after.text if after else "",
    )


def _without_equal(
    clauses: Sequence[Clause], others: Sequence[Clause], key: Callable[[Clause], Hashable]
) -> list[Clause]:
    """The clauses, less one for each of the others that has the same key."""
    left = Counter(map(key, others))
    rest: list[Clause] = []
    for clause in clauses:
        if left[key(clause)]:
            left[key(clause)] -= 1
        else:
            rest.append(clause)
    return rest


def _rewordings(gone: Sequence[Clause], come: Sequence[Clause]) -> dict[int, int]:
    """Which clause of `come` (its place) is which of `gone` in new words.

    The most alike find each other first, so that a clause which was moved and reworded is not taken for the one that
    now stands in its place; what is left belongs together where the number is the same.
    """
    before, after = ([Counter(_words(clause).split()) for clause in part] for part in (gone, come))
    few = len(gone) * len(come) <= COMPARED
    pairs: list[tuple[float, int, int]] = []
    for new, clause in enumerate(come):
        for old, other in enumerate(gone):
            name = _same_name(clause, other)
            alike = _alike(before[old], after[new]) if few else 0.0
            if name or alike >= ALIKE:
                pairs.append((-alike - name, new, old))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, new, old in sorted(pairs):
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    return found


def _same_name(clause: Clause, other: Clause) -> float:
    if clause.number != other.number:
        return 0.0
    return SAME_NAME if clause.heading == other.heading else SAME_NUMBER if clause.number else 0.0


def _alike(words: Counter[str], others: Counter[str]) -> float:
    """The share of the words of two clauses that they have in common, from 0 to 1."""
    return 2 * (words & others).total() / max(words.total() + others.total(), 1)


def _number_and_words(clause: Clause) -> tuple[str, str]:
    return clause.number, _words(clause)


def _words(clause: Clause) -> str:
    """A clause's text without the number at its head, on one line."""
    words = clause.text.split()
    number = re.findall(r"[^\W_]+", clause.number.casefold())
    for at, word in enumerate(words[:_LABEL_WORDS]):
        pieces = re.findall(r"[^\W_]+", word.casefold())
        if not number or not set(pieces) <= set(number):
            break
        if number[-1] in pieces:
            return " ".join(words[at + 1 :])
    return " ".join(words)


# --- amendments -------------------------------------------------------------------------------------------------------


def amendments(old: Iterable[Agreement], new: Iterable[Agreement]) -> tuple[str, ...]:
    """A line for each clause that the catalogue newly says is replaced, and for each that no longer is."""
    was, is_now = _replaced(old), _replaced(new)
    come = sorted(f"{by} replaces {clause} from {day} on" for by, clause, day in is_now - was)
    gone = sorted(f"{by} no longer replaces {clause} from {day} on" for by, clause, day in was - is_now)
    return (*come, *gone)


def _replaced(agreements: Iterable[Agreement]) -> set[tuple[str, str, date]]:
    """The clauses that replace others, those others, and from when."""
    known = {agreement.id: agreement for agreement in agreements}
    names = {key: agreement.short_name for key, agreement in known.items()}
    return {
        (
            f"{agreement.short_name} {entry.by_clause}",
            f"{names.get(entry.agreement, entry.agreement)} {entry.clause}",
            entry.effective,
        )
        for agreement in known.values()
        for entry in agreement.amends
    }
