"""What became of clauses: reworded, renumbered, moved, added, removed; and what the catalogue says replaces what."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.differences import amendments, difference
from jobs.messages import ClauseChange
from knowledge.model import Agreement, AgreementType, Amends, Clause, ClauseKind

ORION = Agreement("ORION-CA", "ORION", AgreementType.CA, ("a.txt",))
NOTICE = "Notice of a planned publication shall be given to the other Parties 45 days before it."
SHORTER = NOTICE.replace("45", "30")
LAW = "This Agreement is governed by the laws of Belgium."
COURTS = "The courts of Brussels decide all disputes."


def clauses(*rows: tuple[str, str] | tuple[str, str, str]) -> list[Clause]:
    """A clause for each row: its number, its words after the number, its heading."""
    found: list[Clause] = []
    at = 0
    for position, (number, words, *heading) in enumerate(rows):
        label = number.rpartition(".")[2] if number.startswith("8.4.(") else number
        text = f"{label} {words}".strip()
        kind = ClauseKind.CLAUSE
        end = at + len(text)
        found.append(Clause(position, None, kind, number, tuple(heading), text, 1, at, end, end))
        at = end + 1
    return found


def told(old: list[Clause], new: list[Clause]) -> list[tuple[str, str, str, str]]:
    return [(c.change, c.clause, c.before, c.after) for c in difference(ORION, old, new).clauses]


TWO = (("1", NOTICE), ("2", LAW))
CASES = {
    "nothing": (TWO, TWO, (0, 0, 0, 0), []),
    "a word": (TWO, (("1", SHORTER), ("2", LAW)), (0, 1, 0, 0), [("changed", "1", f"1 {NOTICE}", f"1 {SHORTER}")]),
    "white space alone": (TWO, (("1", NOTICE.replace(" ", "\n", 1)), ("2", LAW)), (0, 0, 0, 0), []),
    "a heading above it alone": (TWO, (("1", NOTICE, "Results"), ("2", LAW)), (0, 0, 0, 0), []),
    "one more": (TWO, (*TWO, ("3", COURTS)), (1, 0, 0, 0), [("added", "3", "", f"3 {COURTS}")]),
    "one less": (TWO, TWO[1:], (0, 0, 1, 0), [("removed", "1", f"1 {NOTICE}", "")]),
    "one put in before": (
        TWO,
        (("1", COURTS), ("2", NOTICE), ("3", LAW)),
        (1, 0, 0, 2),
        [("added", "1", "", f"1 {COURTS}")],
    ),
    "moved and reworded, another in its place": (
        TWO,
        (("1", COURTS), ("2", SHORTER), ("3", LAW)),
        (1, 1, 0, 1),
        [("added", "1", "", f"1 {COURTS}"), ("changed", "2", f"1 {NOTICE}", f"2 {SHORTER}")],
    ),
    "wholly new words under the old number": (
        TWO,
        (("1", COURTS), ("2", LAW)),
        (0, 1, 0, 0),
        [("changed", "1", f"1 {NOTICE}", f"1 {COURTS}")],
    ),
    "reordered, every word kept": (TWO, (("2", LAW), ("1", NOTICE)), (0, 0, 0, 0), []),
    "the same words twice, then once": (
        (("1", LAW), ("2", LAW)),
        (("1", LAW),),
        (0, 0, 1, 0),
        [("removed", "2", f"2 {LAW}", "")],
    ),
    "a number of another kind": ((("Article IV", LAW),), (("Section 9.1", LAW),), (0, 0, 0, 1), []),
    "an item of a list": ((("8.4.(a)", LAW),), (("8.4.(b)", LAW),), (0, 0, 0, 1), []),
    "without numbers": ((("", NOTICE),), (("", SHORTER),), (0, 1, 0, 0), [("changed", "", NOTICE, SHORTER)]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_clause_is_known_by_its_words_and_then_by_its_number(case: str) -> None:
    old, new, counts, expected = CASES[case]
    found = difference(ORION, clauses(*old), clauses(*new))
    assert (found.added, found.changed, found.removed, found.renumbered) == counts
    assert told(clauses(*old), clauses(*new)) == expected


def test_a_change_names_the_agreement_as_citations_do_and_the_headings() -> None:
    (change,) = difference(ORION, [], clauses(("8.4", NOTICE, "Results", "Dissemination"))).clauses
    assert change == ClauseChange("ORION", "added", "8.4", "Results › Dissemination", "", f"8.4 {NOTICE}")


def test_where_very_much_changed_clauses_are_known_by_their_numbers() -> None:
    old = clauses(*((str(n), f"Old words {n}, each time others than before.") for n in range(200)))
    new = clauses(*((str(n), f"New words {n}, each time others than before.") for n in range(100, 300)))
    found = difference(ORION, old, new)
    assert (found.added, found.changed, found.removed) == (100, 100, 100)


TEXTS = (NOTICE, SHORTER, LAW, COURTS, "Reserved.")
ROWS = st.lists(st.tuples(st.sampled_from(("1", "2", "2.1", "(a)", "")), st.sampled_from(TEXTS)), max_size=7)


@given(ROWS, ROWS)
def test_what_is_told_leads_from_the_old_texts_to_the_new_ones(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    found = difference(ORION, clauses(*old), clauses(*new))
    texts = Counter(words for _, words in old)
    for change in found.clauses:
        texts.subtract(words for words in TEXTS if change.before.endswith(words))
        texts.update(words for words in TEXTS if change.after.endswith(words))
    assert {words: count for words, count in texts.items() if count} == Counter(words for _, words in new)
    assert found.added + found.changed + found.removed == len(found.clauses)


@given(ROWS)
def test_what_did_not_change_is_not_told(rows: list[tuple[str, str]]) -> None:
    assert difference(ORION, clauses(*rows), clauses(*rows)).clauses == ()


AM2 = Agreement(
    "ORION-AM2",
    "ORION-AM2",
    AgreementType.AMENDMENT,
    ("b.txt",),
    amends=(Amends("ORION-CA", "8.4.2.1", "§1", date(2026, 9, 1)),),
)
LATER = replace(AM2, amends=(Amends("ORION-CA", "8.4.2.1", "§1", date(2026, 10, 1)),))
FROM_SEPTEMBER = "ORION-AM2 §1 replaces ORION 8.4.2.1 from 2026-09-01 on"
FROM_OCTOBER = "ORION-AM2 §1 replaces ORION 8.4.2.1 from 2026-10-01 on"


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ((ORION,), (ORION, AM2), (FROM_SEPTEMBER,)),
        ((ORION, AM2), (ORION, AM2), ()),
        ((ORION, AM2), (ORION, replace(AM2, amends=())), (FROM_SEPTEMBER.replace("replaces", "no longer replaces"),)),
        ((ORION, AM2), (ORION, LATER), (FROM_OCTOBER, FROM_SEPTEMBER.replace("replaces", "no longer replaces"))),
    ],
)
def test_an_entry_under_amends_is_told_as_a_line(
    old: tuple[Agreement, ...], new: tuple[Agreement, ...], lines: tuple[str, ...]
) -> None:
    assert amendments(old, new) == lines
