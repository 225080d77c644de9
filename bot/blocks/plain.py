"""Short messages: the neutral line, notices, help, who somebody is and who does what."""

from __future__ import annotations

from bot.blocks.parts import (
    Rendered,
    Run,
    bullets,
    context,
    fitted,
    line,
    rendered,
    rich,
    said,
    text,
    user,
    with_mentions,
)
from jobs.messages import AnsweredPrivately, Help, Me, Notice, Who


def answered_privately(message: AnsweredPrivately) -> Rendered:
    """Says nothing of what the reply holds, or whether there was anything to find."""
    return rendered([rich(line(user(message.asker), text(", my reply is in our direct messages.")))])


def notice(message: Notice) -> Rendered:
    head = [said(message.heading, bold=True)] if message.heading else []
    items = [rich(line(with_mentions(each, message.mentions))) for each in message.lines if each]
    return rendered(fitted(head, items))


_QUESTIONS = (
    "How long before publication must I tell the ORION partners?",
    "May we use a partner’s background in a commercial product?",
    "Until when is this information confidential?",
)


def help_(message: Help) -> Rendered:
    commands = [
        ("ask QUESTION", "an answer, quoted from the agreements you may read"),
        ("explain CLAUSE", "what a clause rules, for example “ORION-CA 8.4.2.1”"),
        ("define TERM", "what a term means, agreement by agreement"),
        ("who AGREEMENT", "whom to ask about an agreement"),
        ("me", "who I take you for, and what you may read"),
        ("help", "this"),
    ]
    if message.admin:
        commands.append(("admin", "index, hand-overs, gaps, access, channels"))
    liaison = (
        [said(f"You answer questions handed over about {', '.join(message.liaison_of)}.")] if message.liaison_of else []
    )
    return rendered(
        [
            rich(
                line(text("Ask me what your agreements say", bold=True)),
                line(text("Mention me in a channel, write to me directly, or use a command. For example:")),
                bullets(text(question, italic=True) for question in _QUESTIONS),
                line(
                    text("In a thread you can go on asking: “and for ACME?” changes the agreement, not the question.")
                ),
            ),
            rich(bullets(_command(message.command, name, what) for name, what in commands)),
            *liaison,
            *context(
                [
                    "In a channel I say only what everybody there may read; otherwise I answer you directly.",
                    "What I quote is the agreement’s own text, to the character. It is information, not legal advice.",
                ]
            ),
        ]
    )


def _command(command: str, name: str, what: str) -> Run:
    return [*text(f"{command} {name}", code=True), *text(f"  {what}")]


def me(message: Me) -> Rendered:
    who = line(text("You are "), user(message.user), text(f" ({message.name})" if message.name else ""))
    if not message.name:
        unknown = (
            "The catalogue does not name you, so there is no agreement that you may read here. Ask an admin to add you."
        )
        return rendered([rich(who, line(text(unknown)))])
    facts = (("Parties", message.parties), ("Groups", message.groups), ("Roles", message.roles))
    known = bullets([*text(f"{name}: ", bold=True), *text(", ".join(values))] for name, values in facts if values)
    title = "You may read" if message.agreements else "You may read no agreement here."
    items = [
        rich(bullets([[*text(a.agreement, bold=True), *text(f" {a.title} "), *text(f"({a.why})", italic=True)]]))
        for a in message.agreements
    ]
    return rendered(fitted([rich(who, known, line(text(title, bold=True)))], items))


def who(message: Who) -> Rendered:
    head = rich(line(text(message.agreement, bold=True), text(f" {message.title}")))
    rows = [rich(bullets([[*text(f"{role}: ", bold=True), *text(names)]])) for role, names in message.rows]
    return rendered(fitted([head], rows or [said("The catalogue names nobody for it.")]))
