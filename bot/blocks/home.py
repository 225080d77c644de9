"""The Home view: what can be asked, what one may read, what waits; for admins how everything is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.handover import deadline
from bot.blocks.parts import (
    LABEL,
    VIEW_BLOCKS,
    VIEW_BYTES,
    Block,
    Run,
    actions,
    bullets,
    button,
    channel,
    context,
    header,
    line,
    quoted,
    rich,
    said,
    text,
    user,
    weight,
)
from jobs.messages import Access
from knowledge.model import Agreement, AgreementType

_LINES = 25  # agreements, or questions that wait
_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A question that can be asked with one press; `id` is the button's value."""

    id: str
    question: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question handed over: one that this person has to answer, or (`mine`) one they asked. `waits_for` is
    the Slack id of whom it waits for."""

    handover: str
    asked: str
    agreement: str
    due: datetime
    mine: bool
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How everything is, for admins. `problems` are lines that each say what to do."""

    generation: str
    indexed_on: str
    agreements: int
    staged: str = ""
    waiting: int = 0  # messages not yet posted
    halted: str = ""
    paused: bool = False
    unanswered: int = 0  # hand-overs open
    gaps: int = 0
    broken_channels: tuple[str, ...] = ()
    missing_calendars: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody sees in the Home tab. Whom the catalogue does not name has no agreements and no examples."""

    name: str = ""
    agreements: tuple[Access, ...] = ()
    examples: tuple[Example, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    timezone: str = "UTC"
    health: Health | None = None


# --- what can be asked ------------------------------------------------------------------------------------------------

_JOINT = frozenset((AgreementType.CA, AgreementType.RCA, AgreementType.JDA, AgreementType.SRA, AgreementType.GA))
_SECRET = frozenset((AgreementType.NDA, AgreementType.CDA))
_SHARED = frozenset((AgreementType.MTA, AgreementType.DUA, AgreementType.DTA))
_LICENCES = frozenset((AgreementType.LICENCE, AgreementType.OPTION))
_ASKABLE: tuple[tuple[frozenset[AgreementType], str, str], ...] = (
    (_JOINT, "notice", "How long before publication must I tell the {name} partners?"),
    (_SECRET, "secret", "Until when is information under {name} confidential?"),
    (_SHARED, "share", "May I pass what I got under {name} on to a colleague elsewhere?"),
    (_LICENCES, "field", "What may we do under {name}, and in which field?"),
    (_JOINT, "background", "May we use a partner's background in {name}?"),
)


def examples(agreements: Iterable[Agreement]) -> tuple[Example, ...]:
    """Up to four questions that suit these agreements: each kind of question once, about the first that it suits."""
    known = sorted(agreements, key=lambda agreement: agreement.short_name)
    found = []
    for types, kind, question in _ASKABLE:
        suited = next((agreement for agreement in known if agreement.type in types), None)
        if suited:
            asked = (question.format(name=name) for name in (*suited.projects[:1], suited.short_name))
            found += [Example(f"{suited.id}:{kind}", words) for words in asked if len(words) <= LABEL][:1]
    return tuple(found[:_EXAMPLES])


# --- the view ---------------------------------------------------------------------------------------------------------


def view(home: Home, *, command: str = "/ip") -> Block:
    """The view, within Slack's limits; what does not fit is counted."""
    blocks = [*_ask(home, command), *_waiting(home), *_health(home.health), *_readable(home)]
    tail = context(["What I say is information, not legal advice."])
    kept = min(len(blocks), VIEW_BLOCKS - len(tail) - 1)
    while weight(blocks[:kept]) > VIEW_BYTES:
        kept -= 1
    left = len(blocks) - kept
    more = [said(f"… and {left} more", italic=True)] if left else []
    return {"type": "home", "blocks": [*blocks[:kept], *more, *tail]}


def _ask(home: Home, command: str) -> Iterator[Block]:
    yield header(f"Hello {home.name}, ask me what your agreements say" if home.name else "Hello")
    if not home.agreements:
        yield said("There is no agreement that you may read here. An admin can enter you in the catalogue.")
        return
    yield rich(
        line(text("Write to me in Messages, mention me in a channel, or use "), text(f"{command} ask", code=True)),
        line(text("I answer with the clause, word for word, or say that there is none.")),
    )
    yield from (actions(button("home.example", example.question, example.id)) for example in home.examples)


def _waiting(home: Home) -> Iterator[Block]:
    if home.waiting:
        yield header("Waiting")
    for each in home.waiting[:_LINES]:
        yield from _question(each, home.timezone)
    yield from _more(len(home.waiting))


def _question(each: Waiting, timezone: str) -> Iterator[Block]:
    who = (
        [*text("You asked; it waits for "), *user(each.waits_for)]
        if each.mine
        else text("For you to answer", bold=True)
    )
    about = f" · {each.agreement}" if each.agreement else ""
    until = text(f"{about} · until {deadline(each.due, timezone)}", italic=True)
    yield rich(line(who, until), quoted(text(each.asked, limit=400)))
    if not each.mine:
        yield actions(button("handover.answer", "Answer", each.handover, style="primary"))


def _readable(home: Home) -> Iterator[Block]:
    if home.agreements:
        yield header("Your agreements")
        yield rich(bullets(map(_agreement, home.agreements[:_LINES])))
        yield from _more(len(home.agreements))


def _agreement(each: Access) -> Run:
    title = f"  {each.title}" if each.title else ""
    return [*text(each.agreement, bold=True), *text(title), *text(f" ({each.why})", italic=True)]


def _more(number: int) -> Iterator[Block]:
    if number > _LINES:
        yield said(f"… and {number - _LINES} more", italic=True)


# --- how everything is ------------------------------------------------------------------------------------------------


def _health(health: Health | None) -> Iterator[Block]:
    if health is None:
        return
    yield header("How everything is")
    index = (
        f"{health.generation}: {health.agreements} agreements, of {health.indexed_on}"
        if health.generation
        else "nothing is indexed yet"
    )
    facts = [
        ("Index", index + (f"; {health.staged} waits to be promoted" if health.staged else "")),
        ("Answering", "paused" if health.paused else "yes"),
        ("Posting", f"stopped ({health.halted})" if health.halted else f"yes; {health.waiting} messages wait"),
        ("Handed over, not answered", str(health.unanswered)),
        ("Questions without an answer that helped", str(health.gaps)),
        *(
            [("Without a calendar of holidays", ", ".join(health.missing_calendars))]
            if health.missing_calendars
            else []
        ),
    ]
    yield rich(bullets([*text(f"{name}: ", bold=True), *text(words)] for name, words in facts))
    broken = [[*text("Nothing can be posted in "), *(channel(id_) or text(id_))] for id_ in health.broken_channels]
    problems = [*broken, *(text(problem) for problem in health.problems)]
    if problems:
        yield rich(line(text("To be mended", bold=True)), bullets(problems[:_LINES]))
        yield from _more(len(problems))
    views = (("admin.gaps", "Gaps"), ("admin.access", "Access"), ("admin.channel", "Channels"))
    yield actions(*(button(action, name, name.lower()) for action, name in views))
