"""The modals, and what was entered in them. The registration of an agreement has a file of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.blocks.answer import quotation, taken
from bot.blocks.fields import Choice, Problems, Values, conversation_field, one_of, radio_field, text_field, typed, view
from bot.blocks.handover import ANSWER
from bot.blocks.parts import (
    OBJECT,
    VIEW_BLOCKS,
    VIEW_BYTES,
    Block,
    bullets,
    context,
    line,
    quoted,
    rich,
    said,
    text,
    weight,
)
from knowledge.languages import say
from knowledge.model import Answer, Citation

_PART = 2_800  # characters of a long quotation in one block

# --- why an answer did not help ---------------------------------------------------------------------------------------

REASONS: tuple[Choice, ...] = (
    ("wrong clause", "It quotes the wrong clause"),
    ("not what I asked", "It is not what I asked"),
    ("not complete", "Something is missing"),
    ("outdated", "It is outdated"),
    ("other", "Something else"),
)
_WORDS = 1_000


def unhelpful(question: str) -> Block:
    """Asks why; `question` is its id."""
    return view(
        "Not helpful",
        [
            radio_field("reason", "What is wrong with the answer?", REASONS),
            text_field("words", "What would have helped?", lines=True, longest=_WORDS),
            *context(["The admins see this in their list of gaps, with your question."]),
        ],
        callback="ask.unhelpful",
        about=question,
        submit="Send",
    )


def read_unhelpful(values: Values) -> str | Problems:
    """The reason in one line: "not complete: the schedule is missing"."""
    reason, words = typed(values, "reason"), typed(values, "words")[:_WORDS]
    if not one_of(reason, REASONS):
        return {"reason": "Please choose one."}
    if reason == "other" and not words:
        return {"words": "Please say in a few words what is wrong."}
    return f"{reason}: {words}" if words else reason


# --- a person answers -------------------------------------------------------------------------------------------------


def handover_answer(handover: str, asked: str) -> Block:
    """The question, and room for an answer; `handover` is its id."""
    return view(
        "Answer",
        [
            rich(line(text("Question", bold=True)), quoted(text(asked, limit=OBJECT))),
            text_field("answer", "Your answer", lines=True, longest=ANSWER, optional=False),
            *context(["It goes to the asker under your name, as a person’s answer and not as text of an agreement."]),
        ],
        callback="handover.answer",
        about=handover,
        submit="Send",
    )


def read_handover_answer(values: Values) -> str | Problems:
    answer = typed(values, "answer")
    if not answer:
        return {"answer": "Please write an answer."}
    if len(answer) > ANSWER:
        return {"answer": f"This is {len(answer):,} characters long; {ANSWER:,} can be sent."}
    return answer


# --- the full text of an answer ---------------------------------------------------------------------------------------


def full_text(answer: Answer, language: str = "en") -> Block:
    """Every line and every quotation in full, as far as a modal goes; what does not fit is counted."""
    parts = taken(answer, language)
    head = [said(parts.first, bold=True, limit=OBJECT)]
    head += [said(each, limit=OBJECT) for each in parts.body[:30]]
    shown = {(c.file, c.start, c.end) for c in parts.quotations}
    related = [c for c in answer.related if (c.file, c.start, c.end) not in shown]
    quotations = [block for c in (*parts.quotations, *related) for block in _whole(c, language)]
    tail = context([parts.closing])
    room = VIEW_BLOCKS - len(head) - len(tail) - 1
    kept = min(len(quotations), room)
    while kept and weight([*head, *quotations[:kept]]) > VIEW_BYTES:
        kept -= 1
    left = len(quotations) - kept
    more = [said(f"… and {left} more parts of quotations, too long for a modal", italic=True)] if left else []
    return view(say(language, "full_text"), [*head, *quotations[:kept], *more, *tail])


def _whole(citation: Citation, language: str) -> Iterable[Block]:
    """A quotation in as many blocks as it needs."""
    first, *rest = [citation.quote[at : at + _PART] for at in range(0, max(1, len(citation.quote)), _PART)]
    if not rest:
        return [quotation(citation, language, _PART)]
    where, *notes = quotation(citation, language, 0)["elements"]
    strike = bool(citation.superseded_by)
    parts = [rich(quoted(text(part, strike=strike, quote=True))) for part in rest]
    notes = [note for note in notes if note["type"] == "rich_text_section"]
    return [rich(where, quoted(text(first, strike=strike, quote=True))), *parts, *([rich(*notes)] if notes else [])]


# --- how a channel is listened to -------------------------------------------------------------------------------------

LISTENS: tuple[Choice, ...] = (
    ("mention", "Only when I am mentioned"),
    ("thread", "Also further questions in threads where I have answered"),
    ("question", "Every message that ends with a question mark"),
)


def channel(conversation: str = "", listens: str = "mention") -> Block:
    """Which channel, and what I answer there."""
    return view(
        "Channel",
        [
            conversation_field("channel", "Channel", initial=conversation),
            radio_field("listens", "When do I answer there?", LISTENS, initial=listens),
        ],
        callback="admin.channel",
        submit="Save",
    )


def read_channel(values: Values) -> tuple[str, str] | Problems:
    """(conversation, how it is listened to)."""
    conversation, listens = typed(values, "channel"), typed(values, "listens")
    problems = {} if conversation else {"channel": "Please choose a channel."}
    if not one_of(listens, LISTENS):
        problems["listens"] = "Please choose one."
    return problems or (conversation, listens)


# --- only to be read --------------------------------------------------------------------------------------------------


def scopes(reasons: Iterable[tuple[str, str]], notes: Sequence[str] = ()) -> Block:
    """What each permission of the app is for, and what else an admin should know."""
    rows = [[*text(scope, code=True), *text(f"  {why}")] for scope, why in reasons]
    return view("Permissions", [rich(line(text("What each is for", bold=True)), bullets(rows)), *map(said, notes)])


def told(title: str, *lines: str) -> Block:
    """A few sentences, for example that something is no longer there."""
    return view(title, [said(each, limit=OBJECT) for each in lines])
