"""Answers, search results and what indexing did, as a terminal shows them, as plain text, and as JSON values.

Documents are untrusted: whatever could steer a terminal is taken out before anything is printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from knowledge.answering.wording import shown
from knowledge.languages import voice

if TYPE_CHECKING:
    from rich.progress import TaskID

    from bot.doctor import Finding
    from jobs.golden import GoldenResult
    from jobs.messages import ClauseChange
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
    quoted = {shown(citation, voice(answer.language)) for citation in answer.citations}
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


def show_changes(console: Console, changes: Changes, seconds: float, *, diff: bool = False) -> None:
    """What an indexing did: agreements by kind of change, what is not read and why, what the golden questions lost, how
    much there is now; with `diff`, every changed clause with its words before and after."""
    _show_counts(console, changes)
    console.print(Text(f"{'refused':<10}{len(changes.refused):>5}"))
    for file, reason in changes.refused:
        console.print(Text(f"  {safe(file)}: {safe(reason)}"), soft_wrap=True)
    _show_findings(console, changes, diff=diff)
    for notice in changes.notices:
        console.print(Text(f"note: {safe(notice)}", style="dim"), soft_wrap=True)
    state = f"; {changes.staged} is staged and does not answer yet" if changes.staged else ""
    state = state if changes.generation else "; nothing had changed"
    console.print(Text(f"{changes.clauses} clauses in {seconds:.1f} s{state}", style="bold"))


def show_staged(console: Console, changes: Changes, *, diff: bool = False) -> None:
    """The index that waits to be promoted: what it would change, and what the golden questions lost in it."""
    next_step = "`clausewise index --discard` erases it"
    if not changes.golden.lost:
        next_step = f"`clausewise index --promote` lets it answer, {next_step}"
    console.print(Text(f"index {changes.staged} is staged; {next_step}"), soft_wrap=True)
    _show_counts(console, changes)
    _show_findings(console, changes, diff=diff)


def _show_counts(console: Console, changes: Changes) -> None:
    difference = {d.agreement: f" (clauses: +{d.added} ~{d.changed} -{d.removed})" for d in changes.differences}
    for kind, ids in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("unchanged", changes.unchanged),
        ("removed", changes.removed),
    ):
        names = ", ".join(id_ + difference.get(id_, "") for id_ in ids)
        console.print(Text(f"{kind:<10}{len(ids):>5}  {safe(names)}".rstrip()), soft_wrap=True)


def _show_findings(console: Console, changes: Changes, *, diff: bool) -> None:
    for line in changes.amendments:
        console.print(Text(f"amends: {safe(line)}"), soft_wrap=True)
    if changes.golden.asked:
        _show_golden(console, changes.golden)
    for difference in changes.differences if diff else ():
        for change in difference.clauses:
            _show_clause(console, change)
        if difference.renumbered:
            line = f"{difference.agreement}: {difference.renumbered} clauses with the same words under another number"
            console.print(Text(safe(line), style="bold"), soft_wrap=True)


def _show_golden(console: Console, golden: GoldenResult) -> None:
    found = f"{golden.questions_lost} lost" if golden.lost else "each cites its clauses"
    console.print(Text(f"{'golden':<10}{golden.asked:>5}  {found}"))
    for lost in golden.lost:
        cited = f"cites {', '.join(lost.cited)}" if lost.cited else "cites nothing"
        line = f"  “{lost.question}” {cited}, not {lost.expected}"
        console.print(Text(safe(line), style="bold red"), soft_wrap=True)


def _show_clause(console: Console, change: ClauseChange) -> None:
    """A clause before and after, each on a line; on a terminal the words that differ are set off."""
    where = ", ".join(filter(None, (f"{change.agreement} {change.clause}".rstrip(), change.heading)))
    console.print(Text(safe(f"{where}: {change.change}"), style="bold"), soft_wrap=True)
    before, after = re.findall(r"\S+", safe(change.before)), re.findall(r"\S+", safe(change.after))
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    gone = [(" ".join(before[a:b]), "red" if kind != "equal" else "") for kind, a, b, _, _ in steps if a < b]
    come = [(" ".join(after[a:b]), "green" if kind != "equal" else "") for kind, _, _, a, b in steps if a < b]
    for sign, words in (("-", gone), ("+", come)):
        if words:
            console.print(Text(f"  {sign} ") + Text(" ").join(Text(*word) for word in words), soft_wrap=True)


def show_status(console: Console, status: Status) -> None:
    """Which generation answers, what it holds, and whether it is sound."""
    before = f"the one before is {status.previous}" if status.previous else "there is none before it to go back to"
    console.print(f"index {status.name}; {before}")
    if status.damage:
        console.print(Text(f"damaged: {safe(status.damage)}"), soft_wrap=True)
        return
    console.print(f"{status.agreements} agreements, {status.versions} versions, {status.clauses} clauses, ", end="")
    console.print(f"{status.passages} passages; every file as it was built")


def show_examined(console: Console, findings: Sequence[Finding]) -> None:
    """What was examined, one line each, and what to do about what is not well."""
    for finding in findings:
        mark, style = ("ok", "green") if finding.well else ("!!", "bold red")
        line = Text.assemble((f"{mark}  ", style), f"{finding.what}: {safe(finding.says)}")
        console.print(line, soft_wrap=True)
        if finding.remedy:
            console.print(Text(f"      {safe(finding.remedy)}", style="dim"), soft_wrap=True)
