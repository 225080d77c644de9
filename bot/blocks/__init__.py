"""Messages, modals and the Home view as Block Kit. Pure: the same value gives the same blocks, and no clock is read.

Everything that others wrote is shown in `rich_text` elements, where Slack parses nothing; see `words.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.blocks import admin, answer, handover, plain
from bot.blocks.parts import Block, Rendered
from jobs import messages
from jobs.messages import Alert, Message

__all__ = ["Block", "Rendered", "render"]

_FORMS: dict[type, Callable[[Any], Rendered]] = {
    messages.Answered: answer.answered,
    messages.AnsweredPrivately: plain.answered_privately,
    messages.Notice: plain.notice,
    messages.Help: plain.help_,
    messages.Me: plain.me,
    messages.Who: plain.who,
    messages.HandOverRequest: handover.request,
    messages.HandOverAnswered: handover.answered,
    messages.Panel: admin.panel,
    messages.Progress: admin.progress,
    messages.Indexed: admin.indexed,
    messages.RegistrationOffer: admin.registration_offer,
    messages.Gaps: admin.gaps,
    messages.AccessView: admin.access_view,
}


def render(message: Message, *, command: str = "/ip") -> Rendered:
    """A message as Slack takes it, within Slack's limits; `command` is the slash command of this workspace.

    No block has a `block_id`: the sender may set one.
    """
    if isinstance(message, Alert):
        return admin.alert(message, command)
    return _FORMS[type(message)](message)
