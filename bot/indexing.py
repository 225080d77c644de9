"""Indexings asked for in Slack: each in a process of its own, so that the bot goes on answering, with its progress in a
message that is changed as it goes on and in the end replaced by the result.

What is wanted stays a fact of the ledger until its result is kept; after a crash it is begun again. Of several
processes that find the same one, one builds, and the first result is kept.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.blocks import render
from bot.posts import Slack, SlackError, Uncertain
from jobs.ledger import Ledger, Outgoing, Transaction
from jobs.messages import Alert, Indexed, Progress
from jobs.reindex import Report
from knowledge.index import IndexBusy, building

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger("clausewise.indexing")

WANTED = "indexing/"  # begins the names of the facts
TOLD_EVERY = timedelta(seconds=1.5)  # between two changes of the progress message
LOOKS_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """An indexing that somebody asked for. `message` names the message that shows it."""

    message: str
    user: str
    folder: str
    promote: bool


def want(t: Transaction, wanted: Wanted, now: datetime) -> None:
    """Have a folder indexed, after what is wanted already."""
    t.facts.put(f"{WANTED}{now.isoformat()}/{wanted.message}", json.dumps(asdict(wanted)))


def all_wanted(t: Transaction) -> dict[str, Wanted]:
    """What is wanted and not done yet, by the name of its fact, oldest first."""
    return {name: Wanted(**json.loads(value)) for name, value in t.facts.starting(WANTED).items()}


# --- in a process of its own ------------------------------------------------------------------------------------------


class IndexingFailed(Exception):  # noqa: N818 - what happened
    """An indexing that came to nothing. The message is for the admin; the index in force stays in force."""


class Stopped(Exception):  # noqa: N818 - what happened
    """The bot ends while it indexes; the indexing is begun again when it starts."""


def in_child(
    settings: Settings, wanted: Wanted, today: date, *, report: Report, stopped: Callable[[], bool]
) -> Indexed:
    """Index in a process of its own. Raises `IndexingFailed` with what it said, `IndexBusy`, `Stopped`."""
    context = multiprocessing.get_context("spawn")  # a fork would take threads' locks along
    here, there = context.Pipe(duplex=False)
    arguments = (there, settings, wanted.folder, today, wanted.promote)
    child = context.Process(target=_index, args=arguments, daemon=True)
    child.start()
    there.close()
    try:
        return _listen(here, report, stopped)
    except EOFError:
        raise IndexingFailed("the process that indexes ended without a result; see the log") from None
    except Stopped:
        child.terminate()
        raise
    finally:
        here.close()
        child.join(timeout=30)


def _listen(child: Connection, report: Report, stopped: Callable[[], bool]) -> Indexed:
    while not stopped():
        if not child.poll(0.2):
            continue
        kind, value = child.recv()
        match kind:
            case "progress":
                report(*value)
            case "done":
                done: Indexed = value
                return done
            case "busy":
                raise IndexBusy(value)
            case _:
                raise IndexingFailed(value)
    raise Stopped


def _index(parent: Connection, settings: Settings, folder: str, today: date, promote: bool) -> None:
    """What runs in the process. It ends when nobody listens any more."""
    from bot.app import encoder
    from jobs.reindex import FolderClash, reindex, summary
    from knowledge.catalogue import CatalogueError
    from knowledge.index import IndexDamaged

    def report(stage: str, done: int, total: int) -> None:
        parent.send(("progress", (stage, done, total)))

    started = time.monotonic()
    said: tuple[str, Any]
    try:
        model = encoder(settings)
        changes = reindex(
            Path(folder), settings.data, encoder=model, today=today, report=report, ocr=settings.ocr, promote=promote
        )
        said = "done", summary(changes, time.monotonic() - started)
    except IndexBusy as error:
        said = "busy", str(error)
    except (CatalogueError, FolderClash, IndexDamaged, OSError) as error:
        said = "failed", str(error)
    parent.send(said)


# --- one after the other ----------------------------------------------------------------------------------------------


class Indexing:
    """Does what is wanted, one at a time."""

    def __init__(
        self,
        *,
        settings: Settings,
        ledger: Ledger,
        slack: Slack,
        clock: Callable[[], datetime],
        today: Callable[[], date],
        new_id: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._slack = slack
        self._clock = clock
        self._today = today
        self._new_id = new_id

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`."""
        while not stop.wait(LOOKS_EVERY):
            try:
                self.work_one(stop.is_set)
            except (IndexBusy, Stopped) as later:
                log.info("indexing waits: %s", type(later).__name__)
            except Exception:
                log.exception("an indexing could not be carried out; it is tried again")
                stop.wait(10)

    def work_one(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Whether an indexing was wanted; it is done when this returns. Raises `IndexBusy` while somebody else indexes
        (on the command line, or another process of the bot), `Stopped`."""
        with self._ledger.read() as t:
            name, wanted = next(iter(all_wanted(t).items()), ("", None))
        if wanted is None:
            return False
        with building(self._settings.data):
            pass  # nobody else is at it
        shown = _Shown(self._ledger, self._slack, self._clock, wanted.message)
        result: Indexed | Alert
        try:
            result = in_child(self._settings, wanted, self._today(), report=shown, stopped=stopped)
        except IndexingFailed as failure:
            result = Alert(
                f"Indexing failed: {failure}", "The index in force stays in force. Mend it, and index again."
            )
        log.info("indexing by=%s result=%s", wanted.user, type(result).__name__)
        self._keep(name, wanted, result, replaces=not shown.in_doubt)
        return True

    def _keep(self, name: str, wanted: Wanted, result: Indexed | Alert, *, replaces: bool) -> None:
        now, detail, agreements = self._clock(), {}, frozenset[str]()
        if isinstance(result, Indexed):
            detail = {"staged": result.staged, "promoted": result.promoted}
            agreements = frozenset((*result.added, *result.changed, *result.unchanged, *result.removed))
        letter = Outgoing(
            name=f"{wanted.message}/result",
            to=wanted.user,
            message=result,
            asker=wanted.user,
            speaks_of=agreements,
            updates=wanted.message if replaces else "",
        )
        with self._ledger.begin() as t:
            if not t.facts.drop(name):
                return  # another process has kept its result
            t.outbox.put(letter, self._new_id(), now)
            t.audit.append(wanted.user, "index.built", wanted.folder, detail, now)


class _Shown:
    """Changes the message of an indexing as it goes on. That need not arrive: the result replaces it. `in_doubt` once a
    change may arrive late, and then not replace but be shown in place of the result."""

    def __init__(self, ledger: Ledger, slack: Slack, clock: Callable[[], datetime], message: str) -> None:
        self._ledger = ledger
        self._slack = slack
        self._clock = clock
        self._message = message
        self._next = clock()
        self.in_doubt = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self.in_doubt or self._clock() < self._next:
            return
        with self._ledger.read() as t:
            row = t.outbox.get(self._message)
        if row is None or not row.ts:
            return
        looks = render(Progress(stage, done, total))
        try:
            self._slack.update(row.channel, row.ts, key=row.key, text=looks.text, blocks=looks.blocks)
        except Uncertain:
            self.in_doubt = True
        except SlackError as error:
            log.info("progress was not shown: %s", error.reason)
        self._next = self._clock() + TOLD_EVERY
