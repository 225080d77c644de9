"""*Not helpful*: the reason is kept for the admins' list of gaps."""

from __future__ import annotations

from datetime import datetime

from bot.work import Done
from jobs.ledger import Feedback, Incoming, Outgoing, Transaction
from jobs.messages import Notice

THANKS = "Thank you. The admins see this in their list of gaps."


def unhelpful(incoming: Incoming, question: str, reason: str, now: datetime) -> Done:
    """Keep why the answer to a question did not help; the newest word of a person counts."""

    def record(t: Transaction) -> None:
        t.questions.judge(Feedback(question, incoming.user, "unhelpful", now, reason))

    thanks = Outgoing(f"thanks/{incoming.key}", incoming.user, Notice((THANKS,)), asker=incoming.user)
    return Done("unhelpful", (thanks,), record)
