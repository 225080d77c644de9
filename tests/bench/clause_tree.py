"""Prints for how many agreements the clause tree is right at its top two levels.

Usage: python tests/bench/clause_tree.py FOLDER... [--sections FILE.jsonl] [--quiet]

The checks know nothing of how the tree was made; they read numbers off the clauses and look into the plain text:
- the outermost numbers of the body run on without a gap or a repeat; a gap is forgiven when the plain text has no line
  that begins with the missing number ("[Reserved]", or left out by the drafters);
- second-level numbers run on under their parents in the same way;
- what the agreement itself refers to ("Section 7.3", "Article IV") is there as a clause, four times out of five;
- the preamble is short, no clause holds most of the document, and there are neither too few nor too many clauses.
With --sections (doc_id, clause, gold_spans) the share of known sections found under their number is printed as well.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from knowledge.clauses import parse
from knowledge.documents import read
from knowledge.model import Clause, ClauseKind, Document

_REFERENCE = re.compile(
    r"\b(?:[Ss]ections?|[Cc]lauses?|[Aa]rticles?|[Pp]aragraphs?|§)\s+(\d{1,2}(?:\.\d{1,2})?|[IVX]{1,5})(?![\d.]*\d|\w)"
)
_ELSEWHERE = re.compile(r"\s*(?:\([a-z0-9]+\)\s*)*of\s+(?:the|that|such|its|[A-Z])(?!\s*(?:present\s)?Agreement)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Is the clause tree right at the top two levels?")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--sections", type=Path)
    parser.add_argument("--quiet", action="store_true", help="print the files with faults only")
    given = parser.parse_args()
    trees: dict[str, tuple[Clause, ...]] = {}
    faults: Counter[str] = Counter()
    right, characters, seconds = 0, 0, 0.0
    for path in (p for folder in given.folders for p in sorted(folder.glob("*.txt"))):
        document = read(path.parent, path.name)
        began = time.perf_counter()
        trees[path.stem] = parse(document)
        seconds += time.perf_counter() - began
        characters += len(document.text)
        wrong = list(_faults(document, trees[path.stem]))
        faults.update({fault.split(":")[0] for fault in wrong})
        right += not wrong
        if wrong or not given.quiet:
            print(f"{path.stem:45} {len(trees[path.stem]):5} clauses  {'; '.join(wrong) or 'right'}")
    print(f"\nright at the top two levels: {right} of {len(trees)} ({right / max(1, len(trees)):.1%})")
    print(f"parsed {characters / 1e6:.1f} MB in {seconds:.1f} s")
    for fault, count in faults.most_common():
        print(f"{count:5} {fault}")
    if given.sections:
        _print_sections(given.sections, trees)


def _faults(document: Document, clauses: tuple[Clause, ...]) -> Iterator[str]:
    body = [
        c for c in clauses if not _in_schedule(clauses, c) and c.kind not in (ClauseKind.RECITAL, ClauseKind.PREAMBLE)
    ]
    yield from _sequence_faults(document.text, body)
    yield from _reference_faults(document.text, clauses)
    yield from _size_faults(document.text, clauses, body)


def _in_schedule(clauses: tuple[Clause, ...], clause: Clause) -> bool:
    while clause.kind is not ClauseKind.SCHEDULE and clause.parent is not None:
        clause = clauses[clause.parent]
    return clause.kind is ClauseKind.SCHEDULE


def _sequence_faults(text: str, body: list[Clause]) -> Iterator[str]:
    outer = [n for c in body if (n := _outermost(c.number)) is not None]
    if outer:
        yield from _gaps(text, "top", "", outer)
    inner: dict[tuple[int | None, str], list[int]] = {}
    for clause in body:
        if match := re.fullmatch(r"(\d+)\.(\d+)", clause.number):
            inner.setdefault((None, match[1]), []).append(int(match[2]))
    for (_, above), values in inner.items():
        yield from _gaps(text, "second", above + ".", values)


def _outermost(number: str) -> int | None:
    if re.fullmatch(r"\d{1,3}", number):
        return int(number)
    match = re.fullmatch(r"Article (\d+|[IVXL]+)", number)
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else _roman(match[1])


def _roman(text: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10, "L": 50}[c] for c in text]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _gaps(text: str, level: str, prefix: str, values: list[int]) -> Iterator[str]:
    missing = [n for n in range(1, max(values)) if n not in values and _begins_a_line(text, f"{prefix}{n}")]
    if missing:
        yield f"{level}-level gap: {prefix}{missing[0]} (of {len(missing)})"
    repeated = [n for n, count in Counter(values).items() if count > 1]
    if repeated:
        yield f"{level}-level repeat: {prefix}{repeated[0]} (of {len(repeated)})"
    if values != sorted(values):
        yield f"{level}-level disorder: {prefix or 'body'}"


def _begins_a_line(text: str, number: str) -> bool:
    return (
        re.search(
            rf"(?:^|\n|\s{{3}})[ \t]*(?:Section |Article |ARTICLE |SECTION )?{re.escape(number)}[.)]?\s+[A-Z“\"]", text
        )
        is not None
    )


def _reference_faults(text: str, clauses: tuple[Clause, ...]) -> Iterator[str]:
    there = (
        {c.number for c in clauses}
        | {c.number.rpartition(" ")[2] for c in clauses}
        | {re.sub(r"\.0", ".", c.number) for c in clauses}
    )
    there |= {str(n) for c in clauses if (n := _outermost(c.number)) is not None}
    there |= {n.partition(".")[0] for n in there} | {n.partition("(")[0] for n in there}
    cited = {re.sub(r"\.0", ".", m[1]) for m in _REFERENCE.finditer(text) if not _ELSEWHERE.match(text, m.end())}
    cited = {str(_roman(n)) if re.fullmatch("[IVX]+", n) else n for n in cited}
    absent = sorted(cited - there)
    if len(cited) >= 4 and len(absent) > 0.2 * len(cited):
        yield f"references: {len(absent)} of {len(cited)} lead nowhere ({', '.join(absent[:4])})"


def _size_faults(text: str, clauses: tuple[Clause, ...], body: list[Clause]) -> Iterator[str]:
    before = sum(len(c.text) for c in clauses if c.kind is ClauseKind.PREAMBLE)
    if before > max(3000, 0.25 * len(text)):
        yield f"preamble: {before / len(text):.0%}"
    longest = max((len(c.text) for c in clauses), default=0)
    if len(text) > 8000 and longest > max(6000, 0.2 * len(text)):
        yield f"unsplit: one clause of {longest} characters"
    top = [c for c in clauses if c.parent is None]
    if len(text) > 6000 and len(body) < 4:
        yield f"few: {len(body)} clauses in {len(text)} characters"
    if len(top) > max(20, len(text) / 250):
        yield f"many: {len(top)} clauses at the top"


def _print_sections(file: Path, trees: dict[str, tuple[Clause, ...]]) -> None:
    known = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    known = [row for row in known if row["doc_id"] in trees]
    found = 0
    for row in known:
        number = row["clause"].strip(". ")
        hits = [c for c in trees[row["doc_id"]] if any(c.start < b and a < c.tree_end for a, b in row["gold_spans"])]
        named = [c for c in hits if _same(c, number, row["heading"])]
        found += bool(named)
        if not named:
            print(f"  not found: {row['id']} {number!r} {row['heading']!r}, there: {[c.number for c in hits][:6]}")
    print(f"known sections found under their number: {found} of {len(known)}")


def _same(clause: Clause, number: str, heading: str) -> bool:
    if number and clause.number.rpartition(", ")[2].strip(".") == number:
        return True
    return not re.search(r"\d", number) and any(h.lower() in heading.lower() for h in clause.heading[-1:])


if __name__ == "__main__":
    main()
