"""The bot one step at a time: what comes in, what is worked and what is posted happen when a test says so, and between
two steps the test may change the workspace, the catalogue or the clock. Slack is the stand-in's own workspace, called
without a network; the same steps give the same bytes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Clausewise
from bot.posts import Refused, Slack, SlackError
from bot.running import Bot
from bot.settings import Settings
from jobs.ledger import Ledger
from jobs.reindex import reindex
from knowledge.embedding import Encoder
from knowledge.language_model import LanguageModel
from tests.bot.blocks_judged import malformed, misread, refused
from tests.slack import BOT_USER, Channel, SlackStandIn, User

TODAY = date(2026, 6, 2)
START = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
Fault = SlackError | Mapping[str, Any]
"""What a call meets: an error, or a reply of the test's own."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words of the bot's, where, and who was there to read them when they were posted."""

    channel: str
    by: tuple[str, ...]
    words: str


class Unwired(Slack):
    """Slack as the bot calls it, with the stand-in's methods behind it. `faults`: method -> what its next calls meet;
    `heard`: everything that was posted or changed."""

    def __init__(self, stand_in: SlackStandIn) -> None:
        super().__init__(stand_in.rules.bot_token, url="http://127.0.0.1:9/api/")
        self._stand_in = stand_in
        self.faults: dict[str, list[Fault]] = {}
        self.heard: list[Heard] = []

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        if waiting := self.faults.get(method):
            fault = waiting.pop(0)
            if isinstance(fault, SlackError):
                raise fault
            return {"ok": True, **fault}
        sent = json.loads(json.dumps({k: v for k, v in arguments.items() if v is not None}))
        reply = self._stand_in.server._land(method, sent, self._stand_in.rules.bot_token, None).body
        if not reply["ok"]:
            raise Refused(reply["error"])
        if method.startswith("chat."):
            self.heard.append(self._heard(arguments))
        return json.loads(json.dumps(reply))  # type: ignore[no-any-return]  # it is a mapping

    def _heard(self, arguments: Mapping[str, Any]) -> Heard:
        world = self._stand_in.world
        channel = world.channels[arguments["channel"]]
        listening = (m for m in channel.members if m != world.bot_user and not world.users[m].deleted)
        return Heard(channel.id, tuple(listening), json.dumps([arguments["text"], arguments["blocks"]]))


class AtOnce:
    """A pool of threads that has none: what is given to it is done before it returns."""

    def submit(self, work: Callable[..., object], *arguments: Any) -> Future[object]:
        done: Future[object] = Future()
        try:
            done.set_result(work(*arguments))
        except Exception as error:
            done.set_exception(error)
        return done

    def shutdown(self, **_: Any) -> None:
        pass


class Desk:
    """A workspace and the bot in it, moved by hand."""

    def __init__(
        self,
        data: Path,
        ledger: Ledger,
        encoder: Encoder,
        users: Iterable[User],
        channels: Iterable[Channel] = (),
        *,
        model: LanguageModel | None = None,
        off: Sequence[str] = (),
        **settings: Any,
    ) -> None:
        self.now = START
        self.stand_in = SlackStandIn(users, channels, off=off)
        self.stand_in.world.clock = START.timestamp
        self.stand_in.courier.event = lambda _: None  # type: ignore[method-assign]  # events are handed over by the test
        self.stand_in.world.emit = lambda _: None
        self.stand_in.courier.event = lambda *_, **__: None  # type: ignore[method-assign]  # `event` brings the bot what it gets
        self.world = self.stand_in.world
        self.ledger = ledger
        self.slack = Unwired(self.stand_in)
        self._numbers = itertools.count(1)
        self.settings = Settings(_env_file=None, data=data, admin_channel="C0ADMIN", **settings)  # type: ignore[call-arg]  # pydantic-settings takes it beside the fields
        self.clausewise = Clausewise(data, encoder=encoder, language_model=model, today=lambda: TODAY)
        self.bot = Bot(
            self.settings,
            clausewise=self.clausewise,
            slack=self.slack,
            ledger=ledger,
            clock=lambda: self.now,
            today=lambda: TODAY,
            new_id=lambda: f"{next(self._numbers):024x}",
        )
        self.bot.receiver._at_once = AtOnce()  # type: ignore[assignment]  # it has all that is asked of a pool
        self._events = itertools.count(1)

    def align(self, number: int) -> None:
        """From here on the times and ids are those of every other desk at this number; an hour later than before."""
        self._numbers, self._events = itertools.count(number * 10_000), itertools.count(number * 10_000)
        self.now = START + number * timedelta(hours=1)
        with self.world.lock:
            self.world.random.seed(number)
            self.world._last_ts = int((START.timestamp() + number) * 1_000_000)

    # --- what people do ---

    def event(self, **fields: Any) -> None:
        """An event, as Slack sends it."""
        event_id = f"Ev{next(self._events):08d}"
        self.bot.receiver.receive({"type": "event_callback", "event_id": event_id, "event": fields})

    def say(self, user: str, channel: str, text: str, thread: str = "", *, mention: bool = True) -> str:
        """A message of somebody's, which the bot hears; its ts."""
        words = f"<@{BOT_USER}> {text}" if mention and not channel.startswith("D") else text
        message = self.stand_in.say_quietly(user, channel, words, thread or None)
        kept = {key: message[key] for key in ("user", "text", "ts", "thread_ts", "channel") if key in message}
        kind = self.world.channels[channel].channel_type
        self.event(type="message", channel_type=kind, team=self.world.users[user].team or self.world.team, **kept)
        return str(message["ts"])

    def command(self, user: str, channel: str, text: str) -> None:
        trigger = self.world.new_trigger(user)
        self.bot.receiver.receive(
            {"command": "/ip", "text": text, "user_id": user, "channel_id": channel, "trigger_id": trigger}
        )

    def press(self, user: str, action: str, value: str, message: Mapping[str, Any]) -> None:
        """A click on a button, whether or not whoever clicks could see it."""
        self.bot.receiver.receive(
            {
                "type": "block_actions",
                "user": {"id": user},
                "trigger_id": self.world.new_trigger(user),
                "container": {"channel_id": message["channel"], "message_ts": message["ts"]},
                "message": {"ts": message["ts"], "thread_ts": message.get("thread_ts", "")},
                "actions": [{"action_id": action, "value": value, "action_ts": f"{next(self._events)}.0"}],
            }
        )

    def submit(self, user: str, view: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """A modal is sent off; `values` as Slack's state has them."""
        sent = {**{key: view[key] for key in ("id", "callback_id", "private_metadata")}, "state": {"values": values}}
        self.bot.receiver.receive({"type": "view_submission", "user": {"id": user}, "view": sent})

    def index(self, data: Path) -> None:
        """Another generation is in force."""
        self.clausewise.data, self.clausewise._generation = data, None

    # --- what the bot does ---

    def work(self) -> None:
        """All that has come in is worked; nothing is posted yet."""
        self._until_done(self.bot._workers[0].work_one, timedelta(0))

    def post(self) -> None:
        """All that is to be said is posted, at whatever pace."""
        self._until_done(self.bot._outbox.send_one, timedelta(seconds=1.1))

    def _until_done(self, step: Callable[[], bool], pace: timedelta) -> None:
        for _ in range(200):
            self.now += pace
            if not step():
                self.now += timedelta(seconds=1.1)
                if not step():
                    return
        raise AssertionError("it never ends")

    def run(self, seconds: float = 0) -> None:
        """Everything, as often as needed; `seconds` is how long what was put off may take."""
        self.work()
        self.post()
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            self.now += timedelta(seconds=10)
            self.work()
            self.post()

    # --- what was done ---

    def said(self, channel: str) -> list[dict[str, Any]]:
        """The bot's own messages in a conversation."""
        messages = self.world.channels[channel].messages.values()
        return [m for m in messages if m.get("user") == BOT_USER]


def problems(method: str, arguments: Mapping[str, Any], ours: frozenset[str]) -> Iterator[str]:
    """What is wrong with a message or a view that the bot had Slack show; `ours` are the ids it may mention."""
    if method.startswith("views."):
        blocks = arguments["view"]["blocks"]
        yield from (*malformed(blocks), *misread("", blocks, ours=ours))
    if method in ("chat.postMessage", "chat.update"):
        first, *rest = arguments["blocks"]
        blocks = [{key: value for key, value in first.items() if key != "block_id"}, *rest]
        yield from (*refused(arguments["text"], blocks), *misread(arguments["text"], blocks, ours=ours))
        if method == "chat.postMessage" and (arguments["unfurl_links"] or arguments["unfurl_media"]):
            yield "links are unfurled"


def indexed(
    folder: Path, data: Path, encoder: Encoder, catalogue: str, texts: Mapping[str, str], today: date = TODAY
) -> Path:
    """A folder of agreements written and indexed; the data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "catalogue.yaml").write_text(catalogue, encoding="utf-8")
    reindex(folder, data, encoder=encoder, today=today)
    return data
