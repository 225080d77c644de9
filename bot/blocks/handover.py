"""A question handed over to a person, and what the person answers."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from bot.blocks.answer import quotation
from bot.blocks.parts import Rendered, actions, button, context, fitted, line, quoted, rendered, rich, said, text, user
from jobs.messages import HandOverAnswered, HandOverRequest
from knowledge.dates import format_day
from knowledge.languages import say

ANSWER = 3_000  # characters of a person's answer; the modal takes no more
_ASKED = 800
_QUOTE = 400


def request(message: HandOverRequest) -> Rendered:
    """The card of the liaison or the backup: the question, until when, the clauses looked at, a button to answer."""
    lead = line(user(message.asker), text(" asks"), text(f" about {message.agreement}" if message.agreement else ""))
    question = quoted(text(message.asked, limit=_ASKED))
    if message.answered_by:
        answer = quoted(text(message.answer, limit=ANSWER))
        return rendered([rich(lead, question, line(user(message.answered_by), text(" answered:", bold=True)), answer)])
    due = deadline(message.due, message.timezone)
    until = (
        line(text("Not answered in time by "), user(message.escalated_from), text(f"; please answer by {due}."))
        if message.escalated_from
        else line(text(f"Please answer by {due}; after that somebody else is asked."))
    )
    looked = [said("Clauses looked at", bold=True)] if message.looked_at else []
    return rendered(
        fitted(
            [rich(lead, question, until), *looked],
            [quotation(citation, "en", _QUOTE) for citation in message.looked_at],
            [actions(button("handover.answer", "Answer", message.handover, style="primary"))],
            more="… and {} more clauses",
        )
    )


def answered(message: HandOverAnswered) -> Rendered:
    """For the asker; who says it stands before it, and after it that it is no agreement's text."""
    language = message.language
    before, _, after = say(language, "person_answers", name=_WHO).partition(_WHO)
    about = f" ({message.agreement})" if message.agreement else ""
    return rendered(
        [
            rich(
                line(user(message.asker), text(f" · {say(language, 'question')}{about}", italic=True)),
                quoted(text(message.asked, italic=True, limit=_ASKED)),
                line(text(before, bold=True), user(message.by), text(after, bold=True)),
                line(text(message.answer, limit=ANSWER)),
            ),
            *context([say(language, "not_agreement_text")]),
        ]
    )


_WHO = "{who}"  # stands for the mention, which is no text


def deadline(due: datetime, timezone: str) -> str:
    """An instant as it is written in a time zone; in UTC where the zone is unknown."""
    zone = ZoneInfo(timezone) if timezone in available_timezones() else ZoneInfo("UTC")
    local = due.astimezone(zone)
    return f"{format_day(local.date())}, {local:%H:%M} ({zone.key})"
