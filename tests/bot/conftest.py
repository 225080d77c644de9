"""The bot at work in a workspace of its own: a Slack on loopback, the indexed samples, a ledger, everybody of the
samples' catalogue."""

from __future__ import annotations

import itertools
import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import Clausewise
from bot.posts import Slack
from bot.running import Bot, bolt_app, socket_mode
from bot.settings import Settings
from jobs.ledger import Ledger
from knowledge.embedding import Encoder
from knowledge.language_model import LanguageModel
from knowledge.model import Person
from tests.slack import BOT_USER, Channel, SlackStandIn, User

INDEXED_ON = date(2026, 6, 2)


def account(person: str) -> str:
    """The Slack id of a person of the samples' catalogue."""
    return f"U0{person.upper()}"


class Workplace:
    """A stand-in, the bot at work in it, and what both have been told."""

    def __init__(self, slack: SlackStandIn, bot: Bot, ledger: Ledger, clausewise: Clausewise) -> None:
        self.slack = slack
        self.bot = bot
        self.ledger = ledger
        self.clausewise = clausewise
        self.today = INDEXED_ON
        self.ahead = timedelta(0)
        self._numbers = itertools.count(1)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def ask(self, person: str, channel: str, question: str, **more: Any) -> dict[str, Any]:
        """A question by mention, or directly in the conversation with the bot; the message that asked it."""
        direct = channel == "direct"
        where = self.slack.im(account(person)) if direct else channel
        words = question if direct else f"{self.slack.mention} {question}"
        return self.slack.say(account(person), where, words, **more)

    def replies(self, message: Mapping[str, Any], count: int = 1, seconds: float = 30) -> list[dict[str, Any]]:
        """What the bot has said in the thread of a message, once there is so much of it."""
        channel, thread = message["channel"], message.get("thread_ts") or message["ts"]

        def said() -> list[dict[str, Any]]:
            after = [m for m in self.slack.messages(channel, thread, by_bot=True) if m["ts"] > message["ts"]]
            return after if len(after) >= count else []

        return self.slack.wait_for(said, seconds)

    def channel(self, *persons: str, **more: Any) -> str:
        """A new channel with these people and the bot in it; its id."""
        id_ = f"C0NEW{next(self._numbers)}"
        self.slack.add_channel(Channel(id_, id_.lower(), members=[*map(account, persons), BOT_USER], **more))
        return id_

    def direct(
        self, person: str, count: int = 1, seconds: float = 30, after: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """What the bot has said to somebody directly (`after` a question asked elsewhere), once there is so much."""
        about = after["channel"] if after else ""

        def said() -> list[dict[str, Any]]:
            found = self.slack.messages(self.slack.im(account(person)), by_bot=True)
            found = [message for message in found if about in json.dumps(message["blocks"])]
            return found if len(found) >= count else []

        return self.slack.wait_for(said, seconds)

    def settled(self, seconds: float = 30) -> None:
        """Until nothing is left to work or to post."""

        def nothing_left() -> bool:
            with self.ledger.read() as t:
                inbox, outbox = t.inbox.counts(), t.outbox.held()
            waiting = ("pending", "sending", "unknown")
            return not inbox.get("open", 0) + inbox.get("working", 0) + sum(outbox.get(s, 0) for s in waiting)

        self.slack.wait_for(nothing_left, seconds)


@pytest.fixture(scope="session")
def people(sample_people: Mapping[str, Person]) -> list[User]:
    return [User(account(p.id), p.id, p.name, p.email) for p in sample_people.values()]


@pytest.fixture
def channels() -> list[Channel]:
    return _channels()


def _channels() -> list[Channel]:
    members = {
        "C0ORION": ("orion", ["rita", "paul", "liv"]),
        "C0GENERAL": ("general", ["rita", "noor"]),
        "C0BOTH": ("paper", ["rita", "paul"]),
        "C0ADMIN": ("admins", ["ada"]),
    }
    return [Channel(id_, name, members=[*map(account, names), BOT_USER]) for id_, (name, names) in members.items()]


@pytest.fixture(scope="module")
def work(
    tmp_path_factory: pytest.TempPathFactory, sample_data: Path, encoder: Encoder, people: list[User]
) -> Iterator[Workplace]:
    """A workplace shared by the tests of a file, each of which speaks in a channel of its own."""
    ledger = tmp_path_factory.mktemp("ledger") / "ledger.db"
    settings = {"database_url": f"sqlite:///{ledger}", "settle_seconds": 2.0}
    with (
        SlackStandIn([replace(user) for user in people], _channels()) as slack,
        workplace(slack, sample_data, encoder, None, settings) as opened,
    ):
        yield opened


Opens = Callable[..., Any]


@pytest.fixture
def open_workplace(
    tmp_path: Path, sample_data: Path, encoder: Encoder, people: list[User], channels: list[Channel]
) -> Iterator[Opens]:
    """`open_workplace(**)`: a workplace, closed at the end of the test. `data` is a data folder of the test's own where
    it changes the index; `model` a language model; the rest are settings, or `stand_in` arguments."""
    numbers = itertools.count()
    with ExitStack() as stack:

        def opened(
            *,
            data: Path | None = None,
            model: LanguageModel | None = None,
            stand_in: Mapping[str, Any] | None = None,
            **settings: Any,
        ) -> Workplace:
            slack = stack.enter_context(SlackStandIn([replace(user) for user in people], channels, **(stand_in or {})))
            database = f"sqlite:///{tmp_path / f'ledger-{next(numbers)}.db'}"
            return stack.enter_context(
                workplace(
                    slack,
                    data or sample_data,
                    encoder,
                    model,
                    {"database_url": database, "settle_seconds": 2.0} | settings,
                )
            )

        yield opened


@contextmanager
def workplace(
    slack: SlackStandIn, data: Path, encoder: Encoder, model: LanguageModel | None, settings: Mapping[str, Any]
) -> Iterator[Workplace]:
    """The bot at work in a stand-in, in this process."""
    environment = {name.lower(): value for name, value in slack.environment().items()}
    chosen = Settings(_env_file=None, data=data, admin_channel="C0ADMIN", **{**environment, **settings})  # type: ignore[call-arg]  # pydantic-settings takes it beside the fields
    with Ledger.open(chosen.ledger_url) as ledger:
        place: list[Workplace] = []
        clausewise = Clausewise(data, encoder=encoder, language_model=model, today=lambda: place[0].today)
        client = Slack(chosen.slack_bot_token.get_secret_value(), url=chosen.slack_api_url)
        place.append(Workplace(slack, None, ledger, clausewise))  # type: ignore[arg-type]  # it needs the clock below
        bot = Bot(
            chosen,
            clausewise=clausewise,
            slack=client,
            ledger=ledger,
            clock=place[0].now,
            today=clausewise.today,
            new_id=lambda: secrets.token_hex(12),
        )
        place[0].bot = bot
        bot.start()
        try:
            with socket_mode(chosen, bolt_app(chosen, client, bot.receiver)):
                slack.wait_connected(20)
                yield place[0]
        finally:
            bot.stop()


@pytest.fixture
def own_data(tmp_path: Path, sample_data: Path) -> Path:
    """A copy of the indexed samples that a test may change."""
    data = tmp_path / "data"
    shutil.copytree(sample_data, data)
    return data
