"""What an admin set for a conversation, what is wrong in it, and how far back it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from jobs.ledger import rows
from jobs.ledger.tables import channels, inbox

Listens = Literal["mention", "thread", "question"]


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """`listens`: to mentions, in threads it is part of, or to every question. `problem`: what is wrong, "" for nothing.

    `read_back_to` is Slack's time of the newest message that was seen by reading back, "" for none.
    """

    channel: str
    listens: Listens = "mention"
    problem: str = ""
    read_back_to: str = ""


class Channels:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, channel: str) -> ChannelSetting:
        """The setting of a conversation; where nothing was set, it listens to mentions."""
        return self._settings([channel]).get(channel, ChannelSetting(channel))

    def every(self) -> tuple[ChannelSetting, ...]:
        """Every conversation something was set for, by id."""
        return tuple(self._settings().values())

    def set_listens(self, channel: str, listens: Listens) -> None:
        """What is answered there without being asked by name."""
        rows.put(self._connection, channels, channel=channel, listens=listens)

    def set_problem(self, channel: str, problem: str) -> None:
        """What is wrong there; "" where it is set right."""
        rows.put(self._connection, channels, channel=channel, problem=problem)

    def set_read_back_to(self, channel: str, ts: str) -> None:
        """Up to which message it was read back."""
        rows.put(self._connection, channels, channel=channel, read_back_to=ts)

    def active(self, since: datetime) -> tuple[ChannelSetting, ...]:
        """The conversations something came in from since then, by id."""
        heard = select(inbox.c.channel).where(inbox.c.received >= since, inbox.c.channel != "").distinct()
        names = sorted(self._connection.execute(heard).scalars())
        settings = self._settings()
        return tuple(settings.get(name, ChannelSetting(name)) for name in names)

    def _settings(self, names: list[str] | None = None) -> dict[str, ChannelSetting]:
        wanted = select(channels).order_by(channels.c.channel)
        if names is not None:
            wanted = wanted.where(channels.c.channel.in_(names))
        return {
            row["channel"]: ChannelSetting(row["channel"], row["listens"], row["problem"], row["read_back_to"])
            for row in self._connection.execute(wanted).mappings()
        }
