"""`clausewise run`: the bot, joined and at work. Threads wait for work; the ledger holds it.

door (Bolt) -> inbox -> workers -> outbox -> senders -> Slack
                             ticker: escalations, reading back, sweeping, forgetting
"""

from __future__ import annotations

import logging
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot import logs
from bot.administration import Administration
from bot.asking import Asking
from bot.audience import Audience, audience
from bot.commands import Commands, unless_paused
from bot.delivery import Delivery
from bot.directory import Directory
from bot.door import Listening, Receiver
from bot.handing_over import HandingOver
from bot.home import Homes
from bot.indexing import Indexing
from bot.listeners.payload import Door
from bot.modals import Modals
from bot.posts import Identity, Slack, SlackError, TokenRejected
from bot.readback import BORN, ReadBack
from bot.registering import Registering
from bot.work import Work, Worker
from jobs.ledger import Incoming, Ledger, LedgerError, Outgoing
from jobs.messages import Alert, Notice
from jobs.outbox import HALTED, Outbox
from jobs.ticker import Ticker
from knowledge.languages import say

if TYPE_CHECKING:
    from bot.app import Clausewise
    from bot.settings import Settings

log = logging.getLogger("clausewise.run")

WORKERS = 6
SENDERS = 8
FORGET_AFTER = timedelta(days=30)  # finished rows of inbox and outbox; questions stay, for the threads and the gaps
SWEEP_BACK = timedelta(hours=26)


class Bot:
    """Everything that runs. `start` begins, `stop` drains what is in hand; nothing is lost by not calling it."""

    def __init__(
        self,
        settings: Settings,
        *,
        clausewise: Clausewise,
        slack: Slack,
        ledger: Ledger,
        clock: Callable[[], datetime],
        today: Callable[[], date],
        new_id: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._new_id = new_id
        self._ledger = ledger
        self._slack = slack
        self._halted_by = ""
        self._stop = threading.Event()
        self._work = threading.Condition()
        self._post = threading.Condition()
        self._threads: list[threading.Thread] = []
        directory = Directory(slack, clock)

        def hears(channel: str, asker: str) -> Audience:
            return audience(
                slack,
                directory,
                channel,
                clausewise.generation.people,
                cap=settings.members_cap,
                public_aloud=settings.public_aloud,
                asker=asker,
            )

        administration = Administration(
            settings=settings,
            clausewise=clausewise,
            slack=slack,
            directory=directory,
            ledger=ledger,
            hears=hears,
        )
        self._admins = administration.admins
        asking = Asking(
            clausewise=clausewise,
            slack=slack,
            directory=directory,
            ledger=ledger,
            hears=hears,
            one_at_a_time=threading.Semaphore(1),
        )
        handing_over = HandingOver(
            clausewise=clausewise, directory=directory, ledger=ledger, admins=administration.admins, new_id=new_id
        )
        registering = Registering(
            settings=settings, clausewise=clausewise, slack=slack, ledger=ledger, administration=administration
        )
        commands = Commands(
            clausewise=clausewise,
            directory=directory,
            asking=asking,
            administration=administration,
            command=settings.command,
        )
        homes = Homes(
            clausewise=clausewise,
            slack=slack,
            directory=directory,
            ledger=ledger,
            administration=administration,
            asking=asking,
            command=settings.command,
        )
        modals = Modals(
            clausewise=clausewise,
            slack=slack,
            ledger=ledger,
            administration=administration,
            handing_over=handing_over,
            registering=registering,
        )
        door = Door(slack.me, settings.admin_channel, Listening(ledger))
        self.receiver = Receiver(
            ledger=ledger, slack=slack, door=door, modals=modals, clock=clock, woken=self._wake_workers
        )
        buttons: dict[str, Work] = {"ask.person": handing_over.ask, "home.example": homes.example}
        works: dict[str, Work] = {
            "question": unless_paused(asking.work, ledger, administration.is_admin),
            "command": unless_paused(commands.work, ledger, administration.is_admin),
            "action": lambda row, now: buttons.get(str(row.payload.get("action")), administration.work)(row, now),
            "view": modals.work,
            "file": registering.read,
            "home": homes.show,
            "suggest": homes.suggest,
        }
        self._workers = [
            Worker(
                f"{new_id()}",
                ledger,
                works,
                failed=failed,
                finished=self.receiver.done,
                clock=clock,
                new_id=new_id,
                there_is_work=self._work,
                there_is_post=self._wake_senders,
            )
            for _ in range(WORKERS)
        ]
        self._outbox = Outbox(
            ledger,
            Delivery(
                slack=slack,
                ledger=ledger,
                clausewise=clausewise,
                directory=directory,
                hears=hears,
                clock=clock,
                command=settings.command,
            ),
            clock=clock,
            new_key=new_id,
            settle=timedelta(seconds=settings.settle_seconds),
        )
        self._indexing = Indexing(
            settings=settings, ledger=ledger, slack=slack, clock=clock, today=today, new_id=new_id
        )
        readback = ReadBack(slack=slack, ledger=ledger, door=door, clock=clock, woken=self._wake_workers)
        self._ticker = Ticker(
            ledger,
            [
                ("reading back", timedelta(seconds=settings.read_back_seconds), readback.look),
                ("escalations", timedelta(seconds=60), handing_over.escalate),
                ("token", timedelta(seconds=60), self._look_at_token),
                ("sweep", timedelta(hours=1), lambda now: _count(self._outbox.sweep(now - SWEEP_BACK))),
                ("forgetting", timedelta(hours=12), self._forget),
            ],
            clock=clock,
        )
        self._alone = settings.ledger_url.startswith("sqlite")

    # --- life ---

    def start(self) -> None:
        """Take up what was left, and begin."""
        with self._ledger.begin() as t:
            if not t.facts.get(BORN):
                t.facts.put(BORN, self._clock().isoformat())
        if self._alone:  # nobody else can be at work on this ledger: what is claimed belongs to a process that died
            with self._ledger.begin() as t:
                t.inbox.release("")
            recovered = self._outbox.recover(self._clock())
            log.info("started; %d messages of unknown fate are looked for", recovered)
        for number, worker in enumerate(self._workers):
            self._run(f"worker-{number}", lambda worker=worker: worker.run(self._stop))  # type: ignore[misc]  # bound early
        for number in range(SENDERS):
            self._run(f"sender-{number}", lambda every=0.1 if number == 0 else 2.0: self._send(every))  # type: ignore[misc]
        self._run("settling", self._settle)
        self._run("indexing", lambda: self._indexing.run(self._stop))
        self._ticker.start()
        self._run("watching", self._watch)

    def stop(self) -> None:
        """End after what is in hand."""
        self._stop.set()
        self._wake_workers(WORKERS)
        self._wake_senders(SENDERS)
        self._ticker.stop()
        for thread in self._threads:
            thread.join(timeout=10)
        self.receiver.close()

    def _run(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _wake_workers(self, count: int = 1) -> None:
        with self._work:
            self._work.notify(count)

    def _wake_senders(self, count: int = 1) -> None:
        with self._post:
            self._post.notify(count)

    # --- what threads do ---

    def _send(self, every: float) -> None:
        """Send what is due. One sender looks often, for what falls due by itself; it wakes the others when it is."""
        while not self._stop.is_set():
            if self._carefully(self._outbox.send_one):
                self._wake_senders(1)
            else:
                with self._post:
                    self._post.wait(every)

    def _settle(self) -> None:
        while not self._stop.is_set():
            if not self._carefully(self._outbox.settle_one):
                self._stop.wait(1.0)

    def _watch(self) -> None:
        """A scheduler's thread can die without a word; it is looked after from outside."""
        while not self._stop.wait(10):
            self._carefully(lambda: self._ticker.watch(self._clock()))

    def _carefully(self, step: Callable[[], object]) -> object:
        """One step; a database that is busy, or whatever else goes wrong, ends no thread."""
        try:
            return step()
        except LedgerError as error:
            log.warning("the database refused: %s", type(error).__name__)
        except Exception:
            log.exception("a step failed; it is tried again")
        self._stop.wait(0.5)
        return True

    # --- scans ---

    def _look_at_token(self, now: datetime) -> None:
        """While sending is halted: whether the token is good again. Who reads the log is told once, and once it is
        good, the admins are."""
        with self._ledger.read() as t:
            halted = t.facts.get(HALTED)
        if not halted:
            return
        try:
            self._slack.identity()
        except SlackError as error:
            if self._halted_by != error.reason:
                log.error("sending is halted (%s); renew SLACK_BOT_TOKEN. Messages are kept.", error.reason)  # noqa: TRY400
            self._halted_by = error.reason
            return
        self._halted_by = ""
        self._outbox.resume()
        self._tell_admins(
            f"resumed/{now.isoformat()}",
            Alert(
                f"Slack refused the token for a while ({halted}).", "It is good again, and what waited is posted now."
            ),
        )
        self._wake_senders()

    def _tell_admins(self, name: str, alert: Alert) -> None:
        now = self._clock()
        letters = [Outgoing(f"{name}/{admin}", admin, alert, asker=admin) for admin in self._admins()]
        with self._ledger.begin() as t:
            for letter in letters:
                t.outbox.put(letter, self._new_id(), now)

    def _forget(self, now: datetime) -> None:
        with self._ledger.begin() as t:
            t.inbox.forget_before(now - FORGET_AFTER)
            t.outbox.forget_before(now - FORGET_AFTER)


def _count(removed: int) -> None:
    if removed:
        log.error("%d messages stood twice in Slack and were removed once", removed)


def failed(row: Incoming, reference: str) -> tuple[Outgoing, ...]:
    """What whoever asked is told when their row could not be worked, whatever was tried."""
    if row.kind not in ("question", "command", "action", "view", "file"):
        return ()
    asked_here = row.kind in ("question", "file")
    return (
        Outgoing(
            name=f"failed/{row.key}",
            to=row.channel if asked_here else row.user,
            thread=str(row.payload.get("thread") or row.ts) if asked_here else "",
            message=Notice((say("en", "failed", reference=reference),)),
            asker=row.user,
        ),
    )


# --- the command ------------------------------------------------------------------------------------------------------


class CannotStart(Exception):  # noqa: N818 - what it means for whoever started it
    """The bot cannot start. The message says why, and what to do."""


def run_bot(settings: Settings, *, address: tuple[str, int] | None) -> None:
    """Run until told to stop: in Socket Mode, or listening at `address`. Raises `CannotStart`, `LedgerError`,
    `NothingIndexed`, `IndexDamaged`, `ModelUnavailable`."""
    from bot.app import build

    logs.start(content=settings.log_content)
    sys.setswitchinterval(0.001)  # a receipt needs several turns of the interpreter, and Slack waits for it
    slack = Slack(settings.slack_bot_token.get_secret_value(), url=settings.slack_api_url)
    me = _identity(slack, settings)
    clausewise = build(settings)
    _ = clausewise.generation
    clausewise.encoder.query("warm")  # the first question is answered as quickly as the second
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Ledger.open(settings.ledger_url) as ledger:
        bot = Bot(
            settings,
            clausewise=clausewise,
            slack=slack,
            ledger=ledger,
            clock=lambda: datetime.now(UTC),
            today=clausewise.today,
            new_id=lambda: secrets.token_hex(12),
        )
        bolt = bolt_app(settings, slack, bot.receiver)
        bot.start()
        log.info("running as user=%s in team=%s", me.user, me.team)
        try:
            if address:
                from bot.http_events import serve

                serve(bolt, *address)
            else:
                with socket_mode(settings, bolt):
                    until_told_to_stop()
        finally:
            bot.stop()


def _identity(slack: Slack, settings: Settings) -> Identity:
    """Who we are; Slack may be out of reach for a moment when we start."""
    for pause in (1, 2, 4, 8, 0):
        try:
            return slack.identity()
        except TokenRejected as error:
            why = f"Slack refuses SLACK_BOT_TOKEN ({error.reason}): copy it again from OAuth & Permissions"
            raise CannotStart(why) from None
        except SlackError as error:
            reason = error.reason
        time.sleep(pause)
    raise CannotStart(f"Slack cannot be reached at {settings.slack_api_url} ({reason}): see `clausewise doctor`")


# --- Slack's two ways in ----------------------------------------------------------------------------------------------


def bolt_app(settings: Settings, slack: Slack, receiver: Receiver) -> Any:
    """Bolt, with one middleware of ours right behind its check of the signature: what it reads itself it reads without
    care. Its own words are let into the log from errors on: at other levels it writes whole payloads."""
    from slack_bolt import App, BoltResponse
    from slack_bolt.authorization import AuthorizeResult
    from slack_bolt.middleware import Middleware
    from slack_sdk import WebClient

    me = slack.me
    token = settings.slack_bot_token.get_secret_value()
    client = WebClient(token=token, base_url=settings.slack_api_url, retry_handlers=[])

    def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=me.enterprise or None, team_id=me.team, bot_token=token, bot_id=me.bot, bot_user_id=me.user
        )

    class Keep(Middleware):
        def process(self, *, req: Any, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002, ARG002 - Bolt's names
            if req.body.get("type") == "url_verification":
                return next()
            reply = receiver.receive(req.body)
            return BoltResponse(status=reply.status, body=reply.body)  # type: ignore[arg-type]  # a mapping is a dict

    return App(
        signing_secret=settings.slack_signing_secret.get_secret_value() or "socket mode needs none",
        client=client,
        authorize=authorize,
        before_authorize=Keep(),
        token_verification_enabled=False,
        logger=logging.getLogger("slack_bolt.App"),
    )


@contextmanager
def socket_mode(settings: Settings, app: Any) -> Iterator[None]:
    """Events through a WebSocket that the bot opens itself."""
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    token = settings.slack_app_token.get_secret_value()
    client = WebClient(token=token, base_url=settings.slack_api_url)
    # A connection that broke without a word is noticed at the next ping.
    handler = SocketModeHandler(app, token, web_client=client, concurrency=16, ping_interval=2)
    handler.connect()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        handler.close()  # type: ignore[no-untyped-call]


def until_told_to_stop() -> None:
    """Wait for SIGTERM or Ctrl-C."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    while not told.wait(3600):
        pass
