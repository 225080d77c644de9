"""What is said in Slack, as values: the outbox keeps them, `bot/blocks` renders them when they are sent.

People are Slack user ids here ("U024BE7LH") and are shown by mention; agreements are short names. Instants are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from knowledge.model import Answer, Citation

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `question` is its id in the ledger. `asked` repeats the question where the reader does not see it:
    where the answer goes elsewhere than it was asked (`asked_in`, a conversation). `common` says that only what
    everybody in the conversation may read was looked at."""

    question: str
    answer: Answer
    language: str = "en"
    asked: str = ""
    asked_in: str = ""
    common: bool = False
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class AnsweredPrivately:
    """The line in a shared conversation; the same whether there was an answer or none."""

    asker: str
    kind: Literal["answered_privately"] = "answered_privately"


@dataclass(frozen=True, slots=True)
class Notice:
    """A short message of ours in plain sentences. `mentions` are the ids that may be named in them: of users as <@id>,
    of conversations as <#id>."""

    lines: tuple[str, ...]
    heading: str = ""
    mentions: tuple[str, ...] = ()
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked and how. `command` is the slash command of this workspace."""

    command: str
    admin: bool = False
    liaison_of: tuple[str, ...] = ()
    kind: Literal["help"] = "help"


@dataclass(frozen=True, slots=True)
class Access:
    """One agreement somebody may read, and why ("group orion", "party THG", "named in person", "admin")."""

    agreement: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot takes somebody for. An uncatalogued person has no name, no role and no agreement."""

    user: str
    name: str = ""
    parties: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    agreements: tuple[Access, ...] = ()
    kind: Literal["me"] = "me"


@dataclass(frozen=True, slots=True)
class Who:
    """Who does what for an agreement: rows of (role, names)."""

    agreement: str
    title: str
    rows: tuple[tuple[str, str], ...]
    kind: Literal["who"] = "who"


# --- a person answers -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandOverRequest:
    """A question for the liaison (or, `escalated`, for the backup). `answered_by` is set once somebody has answered:
    the card then shows the answer and no button."""

    handover: str
    asker: str
    asked: str
    agreement: str
    due: datetime
    timezone: str = "UTC"
    looked_at: tuple[Citation, ...] = ()
    escalated_from: str = ""
    answered_by: str = ""
    answer: str = ""
    kind: Literal["handover_request"] = "handover_request"


@dataclass(frozen=True, slots=True)
class HandOverAnswered:
    """A person's answer to the asker; not text of an agreement, and shown as what it is."""

    handover: str
    asker: str
    asked: str
    answer: str
    by: str
    agreement: str = ""
    language: str = "en"
    kind: Literal["handover_answered"] = "handover_answered"


# --- for admins -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Panel:
    """The state of everything, for `/ip admin`. `problems` are lines that each say what to do."""

    generation: str
    previous: str
    staged: str
    agreements: int
    clauses: int
    indexed_on: str
    folder: str
    paused: bool
    halted: str
    waiting: int  # messages not yet posted
    unanswered: int  # hand-overs open
    gaps: int
    problems: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()  # the ids that `problems` may name as <@id> or <#id>
    kind: Literal["panel"] = "panel"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing is."""

    stage: str
    done: int
    total: int
    kind: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that is "added", "changed" or "removed"; the text before and after, as far as there is one."""

    agreement: str
    change: Literal["added", "changed", "removed"]
    clause: str
    heading: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class LostClause:
    """A golden question whose expected clause the new index does not cite any more."""

    question: str
    expected: str
    cited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an indexing did. `staged` names the new index while it waits to be promoted; "" where nothing changed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    changes: tuple[ClauseChange, ...] = ()
    more_changes: int = 0
    lost: tuple[LostClause, ...] = ()
    golden: int = 0  # golden questions asked
    notices: tuple[str, ...] = ()
    clauses: int = 0
    seconds: float = 0.0
    staged: str = ""
    promoted: bool = False
    kind: Literal["indexed"] = "indexed"


@dataclass(frozen=True, slots=True)
class RegistrationOffer:
    """A file dropped into the admin channel, to be registered; `file` is Slack's id, `problem` why it cannot be."""

    file: str
    name: str
    title: str = ""
    problem: str = ""
    kind: Literal["registration_offer"] = "registration_offer"


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that found no clause ("abstain"), or an answer that did not help, with the reason given."""

    asked: str
    on: date
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gaps:
    rows: tuple[Gap, ...]
    more: int = 0
    kind: Literal["gaps"] = "gaps"


@dataclass(frozen=True, slots=True)
class Readership:
    """Who can read one agreement, each with why."""

    agreement: str
    readers: tuple[tuple[str, str], ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessView:
    """Who can read what; channels with what may be spoken aloud there; what is broken."""

    agreements: tuple[Readership, ...]
    channels: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    kind: Literal["access_view"] = "access_view"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something an admin has to know: what happened, and what to do. `mentions` as in a notice."""

    what: str
    remedy: str
    mentions: tuple[str, ...] = ()
    kind: Literal["alert"] = "alert"


Message = (
    Answered
    | AnsweredPrivately
    | Notice
    | Help
    | Me
    | Who
    | HandOverRequest
    | HandOverAnswered
    | Panel
    | Progress
    | Indexed
    | RegistrationOffer
    | Gaps
    | AccessView
    | Alert
)


@cache
def _adapter() -> TypeAdapter[Any]:
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    return TypeAdapter(Annotated[Message, Field(discriminator="kind")])


def to_json(message: Message) -> str:
    """A message as the outbox keeps it."""
    return _adapter().dump_json(message).decode()


def from_json(text: str) -> Message:
    """The message that `to_json` wrote. Raises `ValueError` for anything else."""
    message: Message = _adapter().validate_json(text)
    return message
