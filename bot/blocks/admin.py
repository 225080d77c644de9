"""For admins: the state of everything, what an indexing did, what can be registered, gaps, access, alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bot.blocks.parts import (
    Block,
    Rendered,
    Run,
    actions,
    bullets,
    button,
    channel,
    confirm,
    context,
    fitted,
    header,
    line,
    quoted,
    rendered,
    rich,
    said,
    text,
    user,
    with_mentions,
)
from bot.blocks.words import shortened, whole_words
from jobs.messages import (
    AccessView,
    Alert,
    ClauseChange,
    Gaps,
    Indexed,
    LostClause,
    Panel,
    Progress,
    Readership,
    RegistrationOffer,
)
from knowledge.dates import format_day

_NAMES = 40  # names in one line
_READERS = 15


def _item(*runs: Run) -> Block:
    return rich(bullets([[element for run in runs for element in run]]))


def _named(name: str, words: str) -> Run:
    return [*text(f"{name}: ", bold=True), *text(words)]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


# --- the panel --------------------------------------------------------------------------------------------------------


def panel(message: Panel) -> Rendered:
    index = (
        f"{message.generation}, {message.agreements} agreements, {message.clauses:,} clauses, of {message.indexed_on}"
        if message.generation
        else "nothing is indexed yet"
    )
    facts = [
        _named("Index", index),
        _named("Before it", message.previous or "none to go back to"),
        *([_named("Waiting to be promoted", message.staged)] if message.staged else []),
        _named("Folder", message.folder),
        _named("Messages not yet posted", str(message.waiting)),
        _named("Open hand-overs", str(message.unanswered)),
        _named("Questions without an answer that helped", str(message.gaps)),
    ]
    problems = [_item(with_mentions(problem, message.mentions)) for problem in message.problems]
    title = [said("To be mended", bold=True)] if problems else []
    head = [header("How everything is"), *_stopped(message), rich(bullets(facts)), *title]
    return rendered(fitted(head, problems, _panel_buttons(message)))


def _stopped(message: Panel) -> Iterator[Block]:
    if message.halted:
        yield rich(
            line(_named("Sending has stopped", message.halted)), line(text("Everything is kept until you resume."))
        )
    if message.paused:
        yield said("Paused: questions are kept and answered when you resume.", bold=True)


def _panel_buttons(message: Panel) -> list[Block]:
    index = [button("admin.reindex", "Index again", "index")]
    if message.staged:
        index += staged_buttons(message.staged)
    if message.previous:
        sure = confirm("Go back?", f"Questions will be answered from {message.previous} again.", "Go back")
        index.append(button("admin.rollback", "Go back", message.previous, style="danger", confirm=sure))
    stopped = message.paused or message.halted
    switch = (
        button("admin.resume", "Resume", "resume", style="primary")
        if stopped
        else button("admin.pause", "Pause", "pause")
    )
    views = (
        ("admin.gaps", "Gaps"),
        ("admin.access", "Access"),
        ("admin.channel", "Channels"),
        ("admin.scopes", "Scopes"),
    )
    return [actions(*index, switch), actions(*(button(id_, name, name.lower()) for id_, name in views))]


def staged_buttons(staged: str, *, lost: int = 0) -> list[Block]:
    """What can be done with an index that waits; it cannot be promoted while it loses a clause."""
    promote = [button("admin.promote", "Promote", staged, style="primary")] if not lost else []
    return [*promote, button("admin.discard", "Discard", staged)]


# --- indexing ---------------------------------------------------------------------------------------------------------


def progress(message: Progress) -> Rendered:
    done = min(1.0, message.done / message.total) if message.total > 0 else 0.0
    bar = "▰" * round(done * 20) + "▱" * (20 - round(done * 20))
    count = f" {message.done:,} of {message.total:,}" if message.total > 0 else ""
    return rendered([rich(line(text("Indexing: ", bold=True), text(f"{message.stage}{count}")), line(text(bar)))])


def indexed(message: Indexed) -> Rendered:
    """What changed, what was lost first; whoever promotes sees the clauses that read differently now."""
    counts = (
        ("Added", message.added),
        ("Changed", message.changed),
        ("Removed", message.removed),
        ("Unchanged", message.unchanged),
    )
    facts = [_named(f"{name} {len(names)}", _listed(names)) for name, names in counts if names]
    summary = f"{message.clauses:,} clauses in {message.seconds:.1f} s"
    head = [header(_verdict(message)), rich(line(text(summary)), bullets(facts))]
    buttons = staged_buttons(message.staged, lost=len(message.lost)) if message.staged else []
    items = [*map(_lost, message.lost), *_refused(message), *map(_change, message.changes)]
    return rendered(fitted(head, items, [actions(*buttons)] if buttons else [], beyond=message.more_changes))


def _verdict(message: Indexed) -> str:
    if message.lost:
        return f"Not promoted: {len(message.lost)} of {message.golden} golden questions lost a clause"
    if message.promoted:
        return "Indexed and in force"
    if message.staged:
        checked = f"; all {message.golden} golden questions keep their clauses" if message.golden else ""
        return f"Ready to be promoted{checked}"
    return "Indexed: nothing had changed"


def _lost(lost: LostClause) -> Block:
    now = f"it cites {_listed(lost.cited)}" if lost.cited else "it cites nothing"
    return rich(
        line(text("Golden question", bold=True)),
        quoted(text(lost.question)),
        line(
            text("Expected: "),
            text(lost.expected, bold=True),
            text(f"; with the new index {now}."),
        ),
    )


def _refused(message: Indexed) -> Iterator[Block]:
    for file, reason in message.refused:
        yield _item(text("Refused ", bold=True), text(f"{file}: {reason}"))
    for notice in message.notices:
        yield _item(text(notice, italic=True))


def _change(change: ClauseChange) -> Block:
    name = text(f"{change.agreement} {change.clause}".strip(), bold=True)
    heading = text(f" {change.heading}" if change.heading else "")
    return rich(line(name, heading, text(f" {change.change}", italic=True)), *_difference(change))


_TEXT = 1_200  # characters of a changed clause, before and after
_ALIKE = 0.6  # of the words, blanks included
_SAME = 60  # characters of unchanged text left on each side of a change


def _difference(change: ClauseChange) -> Iterator[Block]:
    """Word by word what went, struck through, and what came, bold; texts that share little one after the other."""
    before, after = (re.findall(r"\s+|\S+", shortened(words, _TEXT)) for words in (change.before, change.after))
    compared = SequenceMatcher(None, before, after, autojunk=False)
    if compared.ratio() < _ALIKE:
        yield quoted(text("".join(before), strike=True, quote=True))
        yield quoted(text("".join(after), bold=True, quote=True))
        return
    runs: list[Run] = []
    for what, a, b, c, d in compared.get_opcodes():
        went, came = "".join(before[a:b]), "".join(after[c:d])
        if what == "equal":
            runs.append(text(_middle_left_out(went), quote=True))
        else:
            runs += [text(went, strike=True, quote=True), text(came, bold=True, quote=True)]
    yield quoted(*runs)


def _middle_left_out(words: str) -> str:
    if len(words) <= 3 * _SAME:
        return words
    start, end = whole_words(words, _SAME), words.find(" ", len(words) - _SAME)
    end = end if end > 0 else len(words) - _SAME
    return f"{words[:start]} … ({end - start:,} characters) …{words[end:]}"


def registration_offer(message: RegistrationOffer) -> Rendered:
    if message.problem:
        return rendered(
            [
                rich(
                    line(
                        text(message.name, bold=True),
                        text(f" cannot be registered: {message.problem}"),
                    )
                )
            ]
        )
    title = f" (“{message.title}”)" if message.title else ""
    words = " is not among the agreements yet. Who may read it, and from when does it apply?"
    return rendered(
        [
            rich(line(text(message.name, bold=True), text(f"{title}{words}"))),
            actions(button("register.open", "Register …", message.file, style="primary")),
        ]
    )


# --- what is missing, who may read ------------------------------------------------------------------------------------


def gaps(message: Gaps) -> Rendered:
    if not message.rows:
        return rendered([said("No gaps: every question found a clause, and nobody said that an answer did not help.")])
    names = {"abstain": "no clause found", "unhelpful": "did not help"}
    items = [
        rich(
            line(text(format_day(row.on), bold=True), text(f" · {names.get(row.outcome, row.outcome)}")),
            quoted(text(row.asked)),
            line(text(row.reason, italic=True)),
        )
        for row in message.rows
    ]
    return rendered(fitted([header("Gaps")], items, beyond=message.more))


def access_view(message: AccessView) -> Rendered:
    agreements = [_readership(each) for each in message.agreements]
    channels = [_item(channel(id_) or text(id_, bold=True), text(": "), text(words)) for id_, words in message.channels]
    problems = [_item(text(problem)) for problem in message.problems]
    sections = (("To be mended", problems), ("Who may read", agreements), ("What is said aloud where", channels))
    items = [block for title, blocks in sections if blocks for block in (said(title, bold=True), *blocks)]
    return rendered(fitted([header("Access")], items))


def _readership(each: Readership) -> Block:
    shown = each.readers[:_READERS]
    rows: list[Run] = [[*user(who), *text(f" ({why})", italic=True)] for who, why in shown]
    if more := len(each.readers) - len(shown):
        rows.append(text(f"… and {more} more", italic=True))
    rows += [text(problem, bold=True) for problem in each.problems]
    nobody = "" if each.readers else ": admins only"
    return rich(line(text(each.agreement, bold=True), text(nobody)), bullets(rows))


def alert(message: Alert, command: str) -> Rendered:
    what, remedy = (with_mentions(words, message.mentions) for words in (message.what, message.remedy))
    return rendered(
        [
            rich(line(text("Needs an admin: ", bold=True), what), line(remedy)),
            *context([f"{command} admin shows the state of everything."]),
        ]
    )
