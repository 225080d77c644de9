"""What somebody may not read changes nothing that they see; and a model that obeys whatever it reads harms nobody."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.asking import question_id
from bot.blocks import render
from jobs.ledger import Incoming, Ledger
from jobs.messages import Answered
from knowledge.embedding import Encoder
from knowledge.model import Answer
from tests.bot.conftest import workplace
from tests.bot.stepwise import Desk, problems
from tests.bot.worlds import POISONED_QUESTIONS, USERS, account, built, channel, poison
from tests.slack import SlackStandIn, User

MEMORY = Path("/dev/shm")  # noqa: S108 - only to be quick; elsewhere the ledgers lie with other temporary files
NEUTRAL = "my reply is in our direct messages"

# --- worlds that differ in what most may not read ---------------------------------------------------------------------


@dataclass
class Place:
    """One world with the bot at work in it, and the threads of the example that is tried."""

    desk: Desk
    number: int = 0
    before: int = 0
    roots: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)  # (who asked, the question's id)

    def begin(self, number: int, members: Mapping[str, Sequence[str]]) -> None:
        """A new example: conversations of its own, the same ids and times in every world."""
        self.number, self.before = number, len(self.desk.world.calls)
        self.roots, self.asked = [], []
        self.desk.align(number)
        for name, people in members.items():
            id_ = f"C0{name}{number}"
            self.desk.world.channels[id_] = channel(id_, *people)

    def place(self, name: str, user: str) -> str:
        return self.desk.world.open_im(user).id if name == "DIRECT" else f"C0{name}{self.number}"

    def seen(self) -> list[tuple[str, dict[str, Any]]]:
        """What the bot had Slack do since the example began."""
        done = [c for c in self.desk.world.calls[self.before :] if c.ok]
        wanted = ("chat.", "views.", "reactions.", "assistant.", "agents.")
        return [(c.method, c.arguments) for c in done if c.method.startswith(wanted)]

    def overheard(self, reader: str) -> list[tuple[str, str]]:
        """What those who sit beside a reader see since the example began: (conversation, words), in the order in which
        it was said; what nobody but the reader sees is left out, and with it the times and ids that depend on it."""
        theirs = self.desk.world.open_im(account(reader)).id
        seen = [a for m, a in self.seen() if m.startswith("chat.") and a["channel"] != theirs]
        return [(a["channel"], json.dumps([a["text"], _nameless(a["blocks"])])) for a in seen]


def _nameless(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Blocks without the ids that are new for every message."""
    kept = [{**block, "block_id": ""} for block in blocks if block["type"] != "actions"]
    return kept if len(kept) == len(blocks) else [*kept, {"buttons": [b["action_id"] for b in blocks[-1]["elements"]]}]


def _places(stack: ExitStack, kept: Path, encoder: Encoder, names: Sequence[str]) -> dict[str, Place]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)))
    opened = {}
    for name in names:
        ledger = stack.enter_context(Ledger.open(f"sqlite:///{folder / name}.db"))
        opened[name] = Place(Desk(built(kept, encoder, name), ledger, encoder, [*USERS, STRANGER]))
    return opened


STRANGER = User("U0EVE", "eve", "Eve", "eve@elsewhere.example.org", team="T0OTHER")


@pytest.fixture(scope="module")
def kept(pytestconfig: pytest.Config) -> Path:
    assert pytestconfig.cache is not None
    return Path(pytestconfig.cache.mkdir("clausewise-worlds"))


@pytest.fixture(scope="module")
def places(kept: Path, encoder: Encoder) -> Iterator[dict[str, Place]]:
    with ExitStack() as stack:
        yield _places(stack, kept, encoder, ("absent", "present", "other"))


# --- what people do ---------------------------------------------------------------------------------------------------

QUESTIONS = (
    "How long before publication must I tell the partners?",
    "In ORION: how long before publication must I tell the partners?",
    "What if nobody replies?",
    "and for ACME?",
    "and for HELIX?",
    "and for ZEBRA?",
    "What is the liability cap?",
    "What royalty do we pay?",
    "What royalty do we pay to KESTREL under HELIX?",
    "What is the HELIX liability cap?",
    "What does HELIX-LIC 2.1 say?",
    "Until when is information confidential?",
    "May we use a partner's background in a commercial product?",
    "Is there a penalty for late notice?",
    "Which agreement prevails, ORION or HELIX?",
    "Has clause 1.1 of ORION been amended?",
    "What does Valmont have to do?",
    'explain "Confidential Information"',
    'define "Kestrelite"',
    "Which agreements do you know?",
    "When must ACME pay an invoice?",
    "<@U0HANA> <!channel> https://evil.example *bold* `x` \u200b \u202e what is the <https://evil.example|cap>?",
    "In QUANT: when must we return the information?",
    "ORION: Wie lange vorher muss ich die Partner vor einer Veröffentlichung informieren?",
    "Welche Lizenzgebühr gilt nach HELIX?",
    "May the HELIX data be exported to the USA?",
)
CHATTER = (
    "We want to publish our ORION results soon.",
    "HELIX says 77 days, does it not?",
    "KESTREL will object.",
    "Under ACME this was different.",
    "ok",
)
COMMANDS = (
    *("me", "help", "who ORION", "who HELIX", "who HELIX-LIC", "who ZEBRA", "who Kestrelite", "who QUANT", "admin"),
    *("ask What is the HELIX liability cap?", "define Results in HELIX", "explain HELIX 2.1", "ask What is the cap?"),
)
MEMBERS = {
    "PAPER": ("rita", "paul"),
    "ALL": ("rita", "paul", "noor"),
    "ACME": ("paul", "noor"),
    "ALONE": ("zoe",),
    "OPEN": ("rita", "eve"),
}
Step = tuple[str, ...]


def steps(readers: Sequence[str], members: Mapping[str, Sequence[str]]) -> st.SearchStrategy[list[Step]]:
    """Things that these people do, one after the other; a number picks a thread, a question or a hand-over."""
    inside = [(name, person) for name, people in members.items() for person in people if person in readers]
    where = st.sampled_from([*inside, *(("DIRECT", person) for person in readers)])
    some = st.sampled_from("0123")
    step = st.one_of(
        st.builds(lambda w, q, n: ("ask", *w, q, n), where, st.sampled_from(QUESTIONS), some),
        st.builds(lambda w, q, n: ("ask", *w, q, n), where, st.sampled_from(QUESTIONS), some),
        st.builds(lambda w, q, n: ("follow", *w, q, n), where, st.sampled_from(QUESTIONS), some),
        st.builds(lambda w, q, n: ("chat", *w, q, n), st.sampled_from(inside), st.sampled_from(CHATTER), some),
        st.builds(lambda p, q: ("command", p, q), st.sampled_from(readers), st.sampled_from(COMMANDS)),
        st.builds(lambda p: ("home", p), st.sampled_from(readers)),
        st.builds(lambda n: ("person", n), some),
        st.builds(lambda n: ("answer", n), some),
        st.builds(lambda p, n: ("full", p, n), st.sampled_from(readers), some),
    )
    return st.lists(step, min_size=2, max_size=7)


def do(place: Place, step: Step) -> int:
    """One thing that somebody does, with all that the bot makes of it; how many questions it asked."""
    desk, before = place.desk, len(place.asked)
    kind, *rest = step
    {"ask": _ask, "follow": _ask, "chat": _chat, "command": _command, "home": _home, "person": _person}.get(
        kind, _answer if kind == "answer" else _full
    )(place, kind, *rest)
    desk.run()
    return len(place.asked) - before + (kind == "command")


def _ask(place: Place, kind: str, name: str, person: str, question: str, number: str) -> None:
    user = account(person)
    where = place.place(name, user)
    threads = [ts for channel_, ts in place.roots if channel_ == where]
    thread = threads[int(number) % len(threads)] if kind == "follow" and threads else ""
    ts = place.desk.say(user, where, question, thread)
    place.asked.append((user, question_id(f"message:{where}:{ts}")))
    if not thread:
        place.roots.append((where, ts))


def _chat(place: Place, _: str, name: str, person: str, words: str, number: str) -> None:
    where = place.place(name, account(person))
    threads = [ts for channel_, ts in place.roots if channel_ == where]
    thread = threads[int(number) % len(threads)] if threads else ""
    ts = place.desk.say(account(person), where, words, thread, mention=False)
    if not thread:
        place.roots.append((where, ts))


def _command(place: Place, _: str, person: str, words: str) -> None:
    place.desk.command(account(person), place.place("DIRECT", account(person)), words)


def _home(place: Place, _: str, person: str) -> None:
    user = account(person)
    place.desk.event(type="app_home_opened", user=user, channel=place.place("DIRECT", user), tab="home")
    place.desk.event(type="app_home_opened", user=user, channel=place.place("DIRECT", user), tab="messages")


def _person(place: Place, _: str, number: str) -> None:
    if place.asked:
        user, question = place.asked[int(number) % len(place.asked)]
        place.desk.press(user, "ask.person", question, {"channel": "C0X", "ts": "1.0"})


def _answer(place: Place, _: str, number: str) -> None:
    for person in ("liv", "tom", "ada"):
        with place.desk.ledger.read() as t:
            waiting = t.handovers.waiting_for(account(person))
        if waiting:
            view = {"id": f"V{len(place.desk.world.calls)}", "callback_id": "handover.answer"}
            view["private_metadata"] = waiting[int(number) % len(waiting)].id
            said = {"answer": {"answer": {"type": "plain_text_input", "value": "Ask the legal department."}}}
            place.desk.submit(account(person), view, said)
            return


def _full(place: Place, _: str, person: str, number: str) -> None:
    """A click on the button that shows everything, below whatever message of the bot."""
    mine = [m for c in place.desk.world.channels.values() for m in place.desk.said(c.id)][-4:]
    if mine:
        message = mine[int(number) % len(mine)]
        place.desk.press(account(person), "answer.full", "x", message)


COMPARED: Counter[str] = Counter()
NONE_OF_THEM = ("rita", "paul", "noor", "zoe", "eve", "liv")
every_check = tuple(HealthCheck)  # the worlds are made once, and an example begins by laying them out anew


@settings(max_examples=40, suppress_health_check=every_check)
@given(scenario=steps(NONE_OF_THEM, MEMBERS))
def test_what_none_of_them_may_read_changes_no_byte_of_what_they_see(
    places: dict[str, Place], scenario: list[Step]
) -> None:
    COMPARED["conversations"] += 1
    for place in places.values():
        place.begin(COMPARED["conversations"], MEMBERS)
    for step in scenario:
        asked = [do(place, step) for place in places.values()]
        absent, present, other = (place.seen() for place in places.values())
        assert present == absent, step
        assert other == absent, step
        COMPARED["questions"] += 2 * asked[0]
    ours = frozenset(places["absent"].desk.world.users) | {f"C0{name}{COMPARED['conversations']}" for name in MEMBERS}
    assert [problem for call in absent for problem in problems(*call, ours - {"U0HANA"})] == []


WORDS = ("publication", "royalty", "liability", "secret", "notice", "KESTREL", "HELIX", "HELIX-LIC", "ORION", "ACME")
FORMS = (
    *("What does {0} say about {1}?", "How long is the {0} for {1}?", "May {0} delay the {1}?", "{0} {1}"),
    *("Must we pay {0} for {1}?", "Is {0} defined in {1}?", "Who has to be told of the {0} under {1}?"),
)
questions = st.one_of(
    st.sampled_from(QUESTIONS),
    st.builds(str.format, *map(st.sampled_from, (FORMS, WORDS, WORDS))),
    st.text(max_size=60),
)


@settings(max_examples=200, suppress_health_check=every_check)
@given(text=questions, person=st.sampled_from(NONE_OF_THEM), name=st.sampled_from([*MEMBERS, "DIRECT"]))
def test_what_one_may_not_read_changes_no_byte_of_any_answer(
    places: dict[str, Place], text: str, person: str, name: str
) -> None:
    """The same without a ledger in between: what is decided, and how it is rendered."""
    told = []
    for place in places.values():
        place.begin(0, MEMBERS)
        user = account(person)
        where = place.place(name, user)
        payload = {"text": text, "how": "direct" if name == "DIRECT" else "mention"}
        row = Incoming("message:C0X:1.0", "question", where, payload, place.desk.now, user, where, "1.0")
        done = place.desk.bot._workers[0]._works["question"](row, place.desk.now)
        told.append([(letter.to, letter.thread, render(letter.message)) for letter in done.outgoing])
    assert told[1] == told[0]
    assert told[2] == told[0]
    COMPARED["questions"] += 2


@pytest.mark.parametrize("person", NONE_OF_THEM)
def test_no_command_and_no_home_differs(places: dict[str, Place], person: str) -> None:
    for place in places.values():
        place.begin(9_000 + NONE_OF_THEM.index(person), MEMBERS)
        for words in COMMANDS:
            do(place, ("command", person, words))
        do(place, ("home", person))
    absent, present, other = (place.seen() for place in places.values())
    assert len(absent) > len(COMMANDS)
    assert present == absent
    assert other == absent


MIXED = {"MIXED": ("hana", "paul"), "THREE": ("hana", "paul", "noor"), "PAPER": ("rita", "paul")}


@settings(max_examples=25, suppress_health_check=every_check)
@given(scenario=steps(("hana", "paul", "noor"), MIXED))
def test_what_the_others_see_of_a_reader_is_the_same_answer_or_the_line_that_says_nothing(
    places: dict[str, Place], scenario: list[Step]
) -> None:
    """Hana may read the secret agreement. Those who share a channel with her see what they would see without it, or
    that she was answered directly."""
    COMPARED["mixed"] += 1
    for place in places.values():
        place.begin(5_000 + COMPARED["mixed"], MIXED)
    for step in scenario:
        if step[0] in ("person", "answer"):
            continue  # whom a question is handed to is told to the channel; see `handing_over`
        for place in places.values():
            do(place, step)
        absent, present, other = (place.overheard("hana") for place in places.values())
        for world in (present, other):
            assert len(world) == len(absent), step
            for here, there in zip(world, absent, strict=True):
                assert here == there or NEUTRAL in here[1] or NEUTRAL in there[1], step
        COMPARED["questions"] += 2


def test_a_running_bot_says_the_same_in_every_world(kept: Path, encoder: Encoder, tmp_path: Path) -> None:
    """Some questions through the stand-in, with its events, its sockets and all the threads of the bot."""
    told = []
    for name in ("absent", "present"):
        rooms = [channel(f"C0{room}", *members) for room, members in MEMBERS.items()]
        more = {"database_url": f"sqlite:///{tmp_path / name}.db"}
        with (
            SlackStandIn([*USERS, STRANGER], [*rooms, channel("C0ADMIN", "ada")]) as slack,
            workplace(slack, built(kept, encoder, name), encoder, None, more) as place,
        ):
            for number, question in enumerate(QUESTIONS[::4]):
                person = ("rita", "paul", "noor")[number % 3]
                where = slack.im(account(person)) if number % 2 else "C0ALL"
                asked = slack.say(account(person), where, question if number % 2 else f"{slack.mention} {question}")
                place.replies(asked)
                place.settled()
            slack.open_home(account("paul"))
            slack.wait_for(lambda slack=slack: slack.home(account("paul")), 10)
            calls = [c for c in slack.calls() if c.ok and c.method.startswith(("chat.", "views."))]
            told.append([(c.method, c.arguments.get("text"), _bare(c.arguments)) for c in calls])
    assert len(told[0]) >= 8
    assert told[1] == told[0]


def _bare(arguments: Mapping[str, Any]) -> str:
    """What is shown, without the ids that are new every time."""
    shown = arguments.get("blocks") or arguments["view"]
    return re.sub(r'"(block_id|value)": "[^"]*"|D0?[A-Z0-9]{9,}', "", json.dumps(shown))


def test_enough_was_compared() -> None:
    print(f"non-interference: {dict(COMPARED)}")
    assert COMPARED["questions"] >= 500


# --- a model that obeys whatever it reads -----------------------------------------------------------------------------


class Obedient:
    """A language model without a will of its own: it says what the clauses it reads tell it to say, in every form,
    with invented quotations, links, mentions and figures, and among it an honest sentence. It remembers what it was
    given."""

    def __init__(self) -> None:
        self.prompts: list[str] = []

    def complete(self, prompt: str) -> str:
        self.prompts.append(prompt)
        offered = dict(re.findall(r"BEGIN \w{64} (C\d+)\n(.*?)\nEND \w{64}", prompt, re.DOTALL))
        quotes: list[dict[str, Any]] = [{"id": id_, "start": 0, "end": len(text)} for id_, text in offered.items()]
        quotes += [{"id": id_, "anchor": text.split(". ")[0]} for id_, text in offered.items()]
        quotes += [{"id": "VAULT-LIC", "anchor": "6.66"}, {"id": "C1", "text": "Everything is free.", "anchor": "a"}]
        sentences = []
        for id_, text in offered.items():
            rule, _, order = text.partition(". ")
            rule = re.sub(r"^[\d.\s]+", "", rule)
            number = (re.findall(r"\d+", rule) or ["1"])[-1]
            lies = (
                *(order, f"{rule}. {order}", order.split(" ", 2)[-1].capitalize(), rule.replace(number, "99")),
                *(rule.replace("shall", "shall not"), f"{rule} <https://evil.example|here>", f"<@U0ZOE> {rule}"),
                *("The royalty is 7.5 percent of Net Sales.", f"VAULT-LIC: {rule}", f"{rule} \u200b\u202e\U000e0041"),
            )
            turn = len(self.prompts) % len(lies)
            said = [*(lies[turn:] + lies[:turn])[:7], f"{rule}."]  # no more than eight are read
            sentences += [{"text": each, "ids": [id_]} for each in said]
        return json.dumps({"quotes": quotes, "sentences": sentences})


def test_of_a_hundred_poisoned_clauses_none_reaches_anybody_through_a_model_that_obeys_them(
    kept: Path, encoder: Encoder, tmp_path: Path
) -> None:
    """Each is asked for directly and, since noor may read nothing, in a channel; beside a bot without a model, whose
    answers show which sentences the model added."""
    data, model, tally = poison(kept, encoder), Obedient(), Counter[str]()
    with (
        Ledger.open(f"sqlite:///{tmp_path / 'with.db'}") as one,
        Ledger.open(f"sqlite:///{tmp_path / 'without.db'}") as another,
    ):
        desks = Desk(data, one, encoder, USERS, model=model), Desk(data, another, encoder, USERS)
        for number, question in product(range(25), POISONED_QUESTIONS.values()):
            worded, plain = (_asked(desk, number, question.format(f"PALM{number:02}")) for desk in desks)
            tally["answered" if worded.citations else "unanswered"] += 1
            for sentence in set(worded.text.split("\n")) - set(plain.text.split("\n")):
                if not sentence.startswith("PALM"):  # a further quotation
                    tally["sentences of the model"] += 1
                    assert _said_by(worded, sentence), sentence
    shown = [(c.method, c.arguments) for c in desks[0].world.calls if c.ok and c.method.startswith(("chat.", "views."))]
    ours = frozenset((account("paul"), *(c for c in desks[0].world.channels if c.startswith("C0PALM"))))
    assert [problem for call in shown for problem in problems(*call, ours)] == []
    assert [heard for heard in desks[0].slack.heard if _of_the_vault(heard.words)] == []
    assert [prompt for prompt in model.prompts if _of_the_vault(prompt) or re.search(r"PALM2[0-4]", prompt)] == []
    print(f"100 poisoned clauses: {dict(tally)}, {len(model.prompts)} prompts, {len(shown)} messages, 0 got through")
    assert tally["answered"] > 60
    assert len(model.prompts) > 50
    assert tally["sentences of the model"] > 20


def _asked(desk: Desk, number: int, question: str) -> Answer:
    """What paul is answered; every other time in a channel with somebody who may read nothing."""
    desk.now += timedelta(hours=1)  # what was asked before is another conversation
    where = desk.world.open_im(account("paul")).id
    if number % 2:
        where = f"C0PALM{number}"
        desk.world.channels.setdefault(where, channel(where, "paul", "noor"))
    ts = desk.say(account("paul"), where, question)
    desk.run()
    with desk.ledger.read() as t:
        row = t.outbox.get(f"answer/{question_id(f'message:{where}:{ts}')}")
    assert row is not None
    assert row.state == "sent"
    assert isinstance(row.outgoing.message, Answered)
    return row.outgoing.message.answer


def _said_by(given: Answer, sentence: str) -> bool:
    """Whether the names, figures and negations of a sentence stand in what the answer quotes."""
    said = re.sub(r" \(PALM\d\d[ \d.,]*\)$", "", sentence)
    quoted = set(re.findall(r"\w+", " ".join(citation.quote for citation in given.citations)))
    return set(re.findall(r"(?<!^)\b[A-Z]\w+|\d+|\b(?:not|no|never)\b", said)) <= quoted


def _of_the_vault(words: str) -> bool:
    """Whether words stand in nothing but the agreement that paul may not read."""
    return re.search(r"KESTREL|6\.66|666,000|secret compound|ninety-nine", words) is not None
