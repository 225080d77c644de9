"""Answers, search results and what indexing did, as a terminal shows them, as plain text, and as JSON values.

Documents are untrusted: whatever could steer a terminal is taken out before anything is printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from knowledge.answering.wording import shown

if TYPE_CHECKING:
    from rich.progress import TaskID

    from jobs.reindex import Changes
    from knowledge.index import Status
    from knowledge.model import Answer, Citation, Conflict


class Result(NamedTuple):
    """A clause that was found: `start..end` in `file`, and the text there."""

    file: str
    agreement: str
    clause: str
    page: int
    start: int
    end: int
    score: float
    text: str


def safe(text: str) -> str:
    """`text` with a replacement character for each that steers a terminal or that a reader does not see; no shorter
    and no longer, so that spans stay true."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in _STEERING else "\ufffd" for c in text)


_STEERING = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


# --- JSON -------------------------------------------------------------------------------------------------------------


def answer_value(answer: Answer) -> dict[str, object]:
    """An answer as a JSON object."""
    return {
        "outcome": answer.outcome.value,
        "text": answer.text,
        "citations": [_citation_value(citation) for citation in answer.citations],
        "conflicts": [_conflict_value(conflict) for conflict in answer.conflicts],
        "related": [_citation_value(citation) for citation in answer.related],
        "choices": list(answer.choices),
        "refer_to": answer.refer_to,
        "looked_in": list(answer.looked_in),
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
    }


def _citation_value(citation: Citation) -> dict[str, object]:
    return {
        "agreement": citation.agreement,
        "version": citation.version,
        "clause": citation.clause,
        "heading": list(citation.heading),
        "page": citation.page,
        "file": citation.file,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _conflict_value(conflict: Conflict) -> dict[str, object]:
    rows = [{"agreement": name, "rule": rule, "anchor": anchor} for name, rule, anchor in conflict.rows]
    return {"subject": conflict.subject, "rows": rows, "stricter": dict(conflict.stricter)}


def result_value(result: Result) -> dict[str, object]:
    """A search result as a JSON object; its text stays where it is."""
    return {name: value for name, value in result._asdict().items() if name != "text"}


# --- for readers ------------------------------------------------------------------------------------------------------


def show_answer(console: Console, answer: Answer) -> None:
    """The answer in the first line, then the rest, the clauses it rests on, and at the end what it is not.

    Where nobody looks at a terminal, the answer's text alone, which is complete in itself.
    """
    if not console.is_terminal:
        console.print(Text(safe("\n".join([answer.text.rstrip(), *_as_of(answer)]))), soft_wrap=True)
        return
    quoted = set(map(shown, answer.citations))
    first, *rest = [line for line in answer.text.rstrip().split("\n") if line not in quoted]
    *body, closing = rest or [""]
    console.print(Text(safe(first), style="bold"))
    if text := "\n".join(body).strip("\n"):
        console.print(Text(safe(re.sub(r"\n{3,}", "\n\n", text))))
    for citation in answer.citations:
        console.print(_panel(citation))
    for conflict in answer.conflicts:
        console.print(_conflict_table(conflict))
    for line in (*_sources(answer), *_as_of(answer), closing):
        console.print(Text(safe(line), style="dim"))


def place(citation: Citation) -> str:
    """Where a quotation stands, as one would cite it."""
    clause = f"clause {citation.clause}" if citation.clause[:1].isdigit() else citation.clause
    return safe(" · ".join(filter(None, (citation.agreement, clause, f"page {citation.page}", citation.version))))


def _panel(citation: Citation) -> Panel:
    quote = Text(safe(citation.quote), style="strike dim" if citation.superseded_by else "")
    for span in citation.marked:
        quote.stylize("bold yellow", span.start, span.end)
    heading = safe(" › ".join(citation.heading))
    notes = [Text(note, style="italic") for note in _notes(citation)]
    return Panel(
        Group(quote, *notes),
        title=Text(place(citation)),
        title_align="left",
        subtitle=Text(heading),
        subtitle_align="left",
    )


def _notes(citation: Citation) -> Iterable[str]:
    if citation.amended_by:
        yield f"as amended by {safe(citation.amended_by)}"
    if citation.superseded_by:
        yield f"no longer in force: replaced by {safe(citation.superseded_by)}"


def _conflict_table(conflict: Conflict) -> Table:
    table = Table("Agreement", "Rule", "Counted from", "", title=Text(safe(conflict.subject)), title_justify="left")
    strictest = dict(conflict.stricter)
    for name, rule, anchor in conflict.rows:
        mark = "stricter" if strictest.get(anchor) == name else ""
        table.add_row(*(Text(safe(cell)) for cell in (name, rule, anchor, mark)))
    return table


def _sources(answer: Answer) -> Iterable[str]:
    files = dict.fromkeys(f"{c.agreement} ({c.version}): {c.file}" for c in answer.citations)
    if files:
        yield "Sources: " + "; ".join(files)


def _as_of(answer: Answer) -> Iterable[str]:
    if answer.as_of:
        yield f"As of {answer.as_of.day} {answer.as_of:%B %Y}."


def show_results(console: Console, results: Sequence[Result]) -> None:
    """What was found, best first."""
    if not results:
        console.print("No clause found.")
    for rank, result in enumerate(results, 1):
        clause = f"clause {result.clause}" if result.clause[:1].isdigit() else result.clause
        where = " · ".join(filter(None, (result.agreement, clause, f"page {result.page}", result.file)))
        console.print(Text(f"{rank}. {safe(where)}  {result.score:.3f}", style="bold"))
        console.print(Text("   " + " ".join(safe(result.text).split())))


# --- for whoever indexes ----------------------------------------------------------------------------------------------


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr while the context lasts: call it with a stage, how much is done, how much there is."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        stages: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage)
            bars.update(stages[stage], completed=done, total=total)

        yield report


def show_changes(console: Console, changes: Changes, seconds: float) -> None:
    """What an indexing did: agreements by kind of change, what is not read and why, how much there is now."""
    difference = {d.agreement: f" (clauses: +{d.added} ~{d.changed} -{d.removed})" for d in changes.differences}
    for kind, ids in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("unchanged", changes.unchanged),
        ("removed", changes.removed),
    ):
        names = ", ".join(id_ + difference.get(id_, "") for id_ in ids)
        console.print(Text(f"{kind:<10}{len(ids):>5}  {safe(names)}".rstrip()), soft_wrap=True)
    console.print(Text(f"{'refused':<10}{len(changes.refused):>5}"))
    for file, reason in changes.refused:
        console.print(Text(f"  {safe(file)}: {safe(reason)}"), soft_wrap=True)
    for notice in changes.notices:
        console.print(Text(f"note: {safe(notice)}", style="dim"), soft_wrap=True)
    state = "" if changes.generation else "; nothing had changed"
    console.print(Text(f"{changes.clauses} clauses in {seconds:.1f} s{state}", style="bold"))


def show_status(console: Console, status: Status) -> None:
    """Which generation answers, what it holds, and whether it is sound."""
    before = f"the one before is {status.previous}" if status.previous else "there is none before it to go back to"
    console.print(f"index {status.name}; {before}")
    if status.damage:
        console.print(Text(f"damaged: {safe(status.damage)}"), soft_wrap=True)
        return
    console.print(f"{status.agreements} agreements, {status.versions} versions, {status.clauses} clauses, ", end="")
    console.print(f"{status.passages} passages; every file as it was built")
