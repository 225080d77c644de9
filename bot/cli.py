"""`clausewise`: index a folder of agreements, search it, ask it.

Only the standard library, typer and rich are imported here; what is heavy is imported by the command that needs it.
"""

from __future__ import annotations

import difflib
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from bot.app import Clausewise
    from bot.settings import Settings
    from bot.terminal import Result
    from jobs.reindex import Changes
    from knowledge.model import Answer, Person, Turn

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Answers about research agreements that quote the clause they rest on.",
)

REMEMBERED = 20  # turns of a chat that are taken into account


class Mistake(Exception):  # noqa: N818 - the caller's, not the program's
    """Something the caller can mend; the message says how."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The command. What the caller can mend is one line on stderr and exit status 1."""
    try:
        app(args=arguments, prog_name="clausewise")
    except Exception as error:
        if not isinstance(error, _told()):
            raise
        for line in str(error).splitlines():
            print(f"clausewise: {line}", file=sys.stderr)  # noqa: T201 - the message itself
        sys.exit(1)


def _told() -> tuple[type[Exception], ...]:
    """The errors whose message is for the caller."""
    from bot.settings import SettingsError
    from jobs.golden import GoldenLost
    from jobs.reindex import FolderClash
    from knowledge.catalogue import CatalogueError
    from knowledge.index import IndexBusy, IndexDamaged, NothingIndexed
    from knowledge.language_model import ModelUnavailable

    return (
        *(Mistake, SettingsError, CatalogueError, FolderClash, GoldenLost),
        *(NothingIndexed, IndexDamaged, IndexBusy, ModelUnavailable),
    )


# --- options that several commands share ------------------------------------------------------------------------------

AsPerson = Annotated[
    str | None, typer.Option("--as", metavar="PERSON", help="See what this person (id or e-mail) may read.")
]
OnDate = Annotated[
    datetime | None, typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="The text in force on that day.")
]
OneAgreement = Annotated[
    str | None, typer.Option("--agreement", metavar="ID", help="Look only in this agreement (id or short name).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", dir_okay=False, help="Where the answers in bulk go (JSON lines).")
]


# --- commands ---------------------------------------------------------------------------------------------------------


@app.command()
def index(
    folder: Annotated[
        Path | None, typer.Argument(exists=True, file_okay=False, help="The folder of agreements (and catalogue.yaml).")
    ] = None,
    *,
    stage: Annotated[bool, typer.Option("--stage", help="Build the new index, and let the old one answer.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changed, clause by clause.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Say what is indexed and staged, and check it.")] = False,
    promote: Annotated[bool, typer.Option("--promote", help="Let the staged index answer.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Erase the staged index.")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the index before.")] = False,
) -> None:
    """Read a folder of agreements; what was indexed from it before is replaced.

    The golden questions of its golden.yaml are asked first: where a clause they expect is lost, the old index stays.
    """
    if [folder is not None, status, promote, discard, rollback].count(True) != 1:
        raise typer.BadParameter("give a folder, or one of --status, --promote, --discard, --rollback")
    if (stage and not folder) or (diff and not (folder or status)):
        raise typer.BadParameter("--stage goes with a folder, --diff with a folder or --status")
    from bot.settings import load

    settings = load()
    if folder:
        _index_folder(settings, folder, stage=stage, diff=diff)
    elif status:
        _index_status(settings, diff=diff)
    else:
        print(_move_index(settings.data, promote=promote, discard=discard))  # noqa: T201 - the reply


def _index_status(settings: Settings, *, diff: bool) -> None:
    """What is in force and what is staged; exit status 1 where the former is damaged."""
    from bot.terminal import show_staged, show_status
    from jobs.reindex import staged_changes
    from knowledge.index import status

    state = status(settings.data)
    console = Console(highlight=False)
    show_status(console, state)
    if state.staged:
        show_staged(console, staged_changes(settings.data), diff=diff)
    if state.damage:
        raise typer.Exit(1)


def _move_index(data: Path, *, promote: bool, discard: bool) -> str:
    """Promote or discard what is staged, or else go back to the index before. Returns the reply."""
    from jobs import reindex
    from knowledge.index import rollback

    if promote:
        return f"{reindex.promote(data)} answers from now on; `clausewise index --rollback` goes back."
    if discard:
        return f"{reindex.discard(data)} is erased; the index in force stays."
    return f"The index before answers again: {rollback(data)}."


def _index_folder(settings: Settings, folder: Path, *, stage: bool, diff: bool) -> None:
    """Index with a progress bar; exit status 1 where nothing of the folder could be read or a golden question lost."""
    from bot.app import encoder, local_today
    from bot.terminal import progress, show_changes
    from jobs.reindex import reindex

    started = time.monotonic()
    with progress() as report:
        changes = reindex(
            folder,
            settings.data,
            encoder=encoder(settings),
            today=local_today(),
            report=report,
            ocr=settings.ocr,
            promote=not stage,
        )
    show_changes(Console(highlight=False), changes, time.monotonic() - started, diff=diff)
    if not (changes.added or changes.changed or changes.unchanged):
        raise Mistake(f"nothing in {folder} could be indexed")
    if changes.golden.lost:
        raise Mistake(_golden_lost(changes))


def _golden_lost(changes: Changes) -> str:
    golden = f"{changes.golden.questions_lost} of {changes.golden.asked} golden questions lost a clause"
    remedy = "put right the agreement, the catalogue or golden.yaml, and index again"
    if not changes.staged:
        return f"{golden} in the index in force; {remedy}"
    return f"{golden}, so the index in force stays; {remedy} (`clausewise index --discard` erases {changes.staged})"


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    *,
    count: Annotated[int, typer.Option("-k", min=1, help="How many clauses.")] = 5,
    person: AsPerson = None,
    on: OnDate = None,
    agreement: OneAgreement = None,
    as_json: AsJson = False,
    queries: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help='JSON lines: {"id", "query", "doc_id"?}.')
    ] = None,
    out: OutFile = None,
) -> None:
    """Find clauses, best first."""
    _one_or_many(query, queries, out)
    clausewise = _clausewise()
    asked: dict[str, Any] = {"person": person, "on": on.date() if on else None, "agreement": agreement}
    if queries and out:
        rows = (
            {
                "id": line["id"],
                "results": [_result_value(r) for r in _found(clausewise, line["query"], count, asked | _doc(line))],
            }
            for line in _read_lines(queries, "query")
        )
        _write_lines(out, rows)
        return
    results = _found(clausewise, str(query), count, asked)
    if as_json:
        _print_json({"results": [_result_value(result) for result in results]})
    else:
        from bot.terminal import show_results

        show_results(Console(highlight=False, soft_wrap=True), results)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in your own words.")] = None,
    *,
    person: AsPerson = None,
    on: OnDate = None,
    agreement: OneAgreement = None,
    as_json: AsJson = False,
    questions: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help='JSON lines: {"id", "question", "as"?, "on"?, "agreement"?, "doc_id"?, "history"?}.',
        ),
    ] = None,
    out: OutFile = None,
) -> None:
    """Answer a question from the agreements, quoting the clauses."""
    _one_or_many(question, questions, out)
    clausewise = _clausewise()
    asked: dict[str, Any] = {"person": person, "on": on.date() if on else None, "agreement": agreement}
    if questions and out:
        lines = [(line["id"], line["question"], asked | _of_line(line)) for line in _read_lines(questions, "question")]
        _write_lines(
            out, ({"id": id_, **_answer_value(_answer(clausewise, text, **given))} for id_, text, given in lines)
        )
        return
    answer = _answer(clausewise, str(question), **asked)
    if as_json:
        _print_json(_answer_value(answer))
    else:
        _show(answer)


@app.command()
def chat(person: AsPerson = None, on: OnDate = None, agreement: OneAgreement = None) -> None:
    """Ask one question after another; each may lean on the ones before."""
    clausewise = _clausewise()
    _person(clausewise, person)
    console = Console(highlight=False, stderr=True)
    console.print("Ask about your agreements. An empty line or Ctrl-D ends the conversation.", style="dim")
    history: list[Turn] = []
    while question := _next_question(console):
        answer = _answer(
            clausewise, question, person=person, on=on.date() if on else None, agreement=agreement, history=history
        )
        _show(answer)
        history = [*history, _turn(clausewise, question, answer)][-REMEMBERED:]
    console.print("Goodbye.", style="dim")


@app.command()
def run(
    *,
    http: Annotated[bool, typer.Option("--http", help="Take Slack's events by HTTP, not by Socket Mode.")] = False,
    host: Annotated[str, typer.Option(help="With --http: where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="With --http: on which port.")] = 3000,
) -> None:
    """Run the Slack bot until Ctrl-C."""
    from bot.settings import SettingsError, load, missing_for_slack

    settings = load()
    if missing := missing_for_slack(settings, http=http):
        raise SettingsError(missing)
    from bot.running import CannotStart, run_bot
    from jobs.ledger import LedgerError

    try:
        run_bot(settings, address=(host, port) if http else None)
    except (CannotStart, LedgerError) as error:
        raise Mistake(str(error)) from None


@app.command()
def doctor() -> None:
    """Check everything that the bot needs, and say what to do about what is missing."""
    from bot.doctor import examine
    from bot.settings import load
    from bot.terminal import show_examined

    findings = examine(load())
    show_examined(Console(highlight=False), findings)
    if any(not finding.well for finding in findings):
        raise typer.Exit(1)


def _next_question(console: Console) -> str:
    try:
        return console.input("\n> " if console.is_terminal else "").strip()
    except (EOFError, KeyboardInterrupt):
        console.print()
        return ""


# --- one question -----------------------------------------------------------------------------------------------------


def _clausewise() -> Clausewise:
    from bot.app import build
    from bot.settings import load

    clausewise = build(load())
    _ = clausewise.generation  # says at once, and not at the first question, if there is none
    return clausewise


def _answer(
    clausewise: Clausewise,
    question: str,
    *,
    person: str | None = None,
    on: date | None = None,
    agreement: str | None = None,
    doc_id: str | None = None,
    history: Sequence[Turn] = (),
) -> Answer:
    asker = _person(clausewise, person)
    day = on or clausewise.today()
    return clausewise.ask(
        question,
        asker=asker,
        on=day,
        agreement=_agreement_id(clausewise, agreement, clausewise.allowed(asker, day)),
        file=_file(clausewise, doc_id),
        history=history,
    )


def _found(clausewise: Clausewise, query: str, count: int, asked: Mapping[str, Any]) -> list[Result]:
    from bot.terminal import Result

    asker = _person(clausewise, asked["person"])
    day = asked["on"] or clausewise.today()
    generation = clausewise.generation
    found = clausewise.search(
        query,
        asker=asker,
        on=day,
        agreement=_agreement_id(clausewise, asked["agreement"], clausewise.allowed(asker, day)),
        file=_file(clausewise, asked.get("doc_id")),
    )
    results = []
    for hit in found.hits[:count]:
        version = generation.versions[hit.version]
        clause = generation.clauses(hit.version)[hit.clause]
        page = next((p.number for p in reversed(generation.pages(hit.version)) if p.start <= hit.start), clause.page)
        text = generation.text(hit.version)[hit.start : hit.end]
        results.append(
            Result(
                version.file,
                version.agreement,
                clause.number,
                page,
                hit.start,
                hit.end,
                round(float(hit.score), 6),
                text,
            )
        )
    return results


def _person(clausewise: Clausewise, wanted: str | None) -> Person | None:
    """The person with that id or e-mail; None is the command line's own user."""
    if wanted is None:
        return None
    from knowledge.catalogue import person_of

    people = clausewise.generation.people
    person = person_of(people.values(), wanted)
    if person is None:
        raise Mistake(f"nobody is called {wanted!r} in the catalogue{_nearest(wanted, people)}")
    return person


def _agreement_id(clausewise: Clausewise, wanted: str | None, allowed: frozenset[str]) -> str | None:
    """The id of a readable agreement by id or short name. One that may not be read is, to the asker, not there."""
    if wanted is None:
        return None
    readable = {id_: a for id_, a in clausewise.generation.agreements.items() if id_ in allowed}
    for id_, agreement in readable.items():
        if wanted.casefold() in (id_.casefold(), agreement.short_name.casefold()):
            return id_
    raise Mistake(f"there is no agreement {wanted!r} here{_nearest(wanted, readable)}")


def _nearest(wanted: str, known: Iterable[str]) -> str:
    """ "; nearest: ..." of the names known, or what to do where there are none."""
    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(wanted.casefold(), names, n=3, cutoff=0.3) or sorted(names)[:3]
    return f"; nearest: {', '.join(names[name] for name in found)}" if found else ""


def _file(clausewise: Clausewise, doc_id: str | None) -> str | None:
    """The indexed file whose name without ending is `doc_id`; without one, the name itself, which finds nothing."""
    if doc_id is None:
        return None
    stems = {Path(version.file).stem: version.file for version in clausewise.generation.versions}
    return stems.get(doc_id, doc_id)


def _turn(clausewise: Clausewise, question: str, answer: Answer) -> Turn:
    from knowledge.model import Turn

    ids = {agreement.short_name: id_ for id_, agreement in clausewise.generation.agreements.items()}
    spoken_of = dict.fromkeys(ids.get(citation.agreement, citation.agreement) for citation in answer.citations)
    return Turn(question, tuple(spoken_of))


# --- in bulk ----------------------------------------------------------------------------------------------------------


def _one_or_many(one: str | None, many: Path | None, out: Path | None) -> None:
    if (one is None) == (many is None):
        raise typer.BadParameter("give either one on the command line or a file of them")
    if (many is None) != (out is None):
        raise typer.BadParameter("a file of them needs --out FILE, and --out needs a file of them")


def _read_lines(file: Path, key: str) -> list[dict[str, Any]]:
    """Every line, checked before the first is worked on."""
    found = []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except ValueError:
                raise Mistake(f"{file}, line {number}: not JSON") from None
            if not isinstance(value, dict) or "id" not in value or not isinstance(value.get(key), str):
                raise Mistake(f'{file}, line {number}: needs "id" and "{key}"')
            found.append(value)
    return found


def _doc(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"doc_id": line["doc_id"]} if line.get("doc_id") else {}


def _of_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """What one line of questions says beside its question."""
    given: dict[str, Any] = _doc(line)
    if line.get("as"):
        given["person"] = str(line["as"])
    if line.get("on"):
        try:
            given["on"] = date.fromisoformat(str(line["on"]))
        except ValueError:
            raise Mistake(f'question {line["id"]}: "on" is a day like 2026-06-02') from None
    if line.get("agreement"):
        given["agreement"] = str(line["agreement"])
    if line.get("history"):
        given["history"] = [_earlier(turn) for turn in line["history"]]
    return given


def _earlier(turn: object) -> Turn:
    """A turn of a thread: the question alone, or {"question", "agreements"?}."""
    from knowledge.model import Turn

    if isinstance(turn, str):
        return Turn(turn)
    if isinstance(turn, dict) and isinstance(turn.get("question"), str):
        return Turn(turn["question"], tuple(map(str, turn.get("agreements", ()))))
    raise Mistake('"history" is a list of questions, or of {"question", "agreements"}')


def _write_lines(out: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with out.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


# --- printing ---------------------------------------------------------------------------------------------------------


def _show(answer: Answer) -> None:
    from bot.terminal import show_answer

    show_answer(Console(highlight=False), answer)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - what was asked for


def _answer_value(answer: Answer) -> dict[str, object]:
    from bot.terminal import answer_value

    return answer_value(answer)


def _result_value(result: Result) -> dict[str, object]:
    from bot.terminal import result_value

    return result_value(result)
