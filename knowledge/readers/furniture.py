"""Running headers, footers and page numbers: lines that belong to the page, not to the agreement."""

from __future__ import annotations

import re
from collections.abc import Sequence

# "Page 3", "Page 3 of 12", "- 3 -", "-3-", "3 / 12", "Seite 3 von 12". A bare number is not enough: see `page_numbers`.
_PAGE = re.compile(
    r"\W{0,3}(?:page|seite|p\.)\s*\d{1,4}(?:\s*(?:of|/|von)\s*\d{1,4})?\W{0,3}"
    r"|[-–—]\s?\d{1,4}\s?[-–—]"
    r"|\d{1,4}\s*(?:of|/)\s*\d{1,4}",
    re.IGNORECASE,
)
# The line that filing services stamp on each page of what they publish: "Source: ACME INC, 10-K, 3/30/2016".
STAMP = re.compile(r"Source: [^\n]{2,100}?, [A-Z0-9][\w /()-]{0,20}, \d{1,2}/\d{1,2}/\d{4}")
_BARE = re.compile(r"(\d{1,3})")
_DIGITS = re.compile(r"\d+")

SHORTEST_PAGE = 500  # characters between two marks of pages; less, and they are a column of a table
_FEWEST = 3


def is_page_mark(line: str) -> bool:
    """Whether this line, alone, is a page number or a stamp."""
    return bool(_PAGE.fullmatch(line) or STAMP.fullmatch(line))


def bare_number(line: str) -> int | None:
    """The number, where the line is nothing else."""
    match = _BARE.fullmatch(line)
    return int(match[1]) if match else None


def shape(line: str) -> str:
    """The line with its numbers blanked, so that headers that differ in the page number alone are equal."""
    return _DIGITS.sub("#", " ".join(line.split()))


def page_numbers(found: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Which of these (offset, number) pairs, in reading order, count pages; their offsets.

    They do when at least three of them climb by one (or a few, where a page shows none), a page's length apart.
    """
    best = [1] * len(found)
    after: list[int | None] = [None] * len(found)
    for i in range(len(found) - 1, -1, -1):
        for j in range(i + 1, min(i + 60, len(found))):
            step = found[j][1] - found[i][1]
            far = found[j][0] - found[i][0] >= SHORTEST_PAGE
            if 1 <= step <= 3 and far and best[j] + 1 > best[i]:
                best[i], after[i] = best[j] + 1, j
    chosen: set[int] = set()
    for i, length in enumerate(best):
        at: int | None = i
        while length >= _FEWEST and at is not None and found[at][0] not in chosen:
            chosen.add(found[at][0])
            at = after[at]
    return frozenset(chosen)
