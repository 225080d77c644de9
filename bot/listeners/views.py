"""Modals that were submitted."""

from __future__ import annotations

from datetime import datetime

from bot.listeners.payload import Body, section, text
from jobs.ledger import Incoming

WORK = frozenset(("ask.unhelpful", "handover.answer", "register.save", "admin.channel"))


def read(body: Body, now: datetime) -> tuple[Incoming, ...]:
    """The row a submitted modal makes: its `values` as Slack's state has them, and the ids it was opened with.

    A second click on the same modal makes no second row.
    """
    view, user = section(body, "view"), text(body, "user", "id")
    name = text(view, "callback_id")
    if name not in WORK or not user:
        return ()
    return (
        Incoming(
            key=f"view:{text(view, 'id')}:{user}",
            kind="view",
            conversation=f"view:{user}",
            payload={
                "view": name,
                "about": text(view, "private_metadata")[:3000],
                "values": section(view, "state", "values"),
            },
            received=now,
            user=user,
        ),
    )
