"""The ledger on SQLite and on PostgreSQL: the same tables, the same claims, the same words when something is wrong."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.ledger import (
    Change,
    ChannelSetting,
    Claimed,
    Feedback,
    HandOver,
    Incoming,
    Ledger,
    LedgerBusy,
    LedgerError,
    OutboxRow,
    Outgoing,
    Question,
    database,
    sqlite_url,
)
from jobs.ledger.tables import instant_text
from jobs.messages import Notice

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
LEASE = 2 * MINUTE
PACE = SECOND
RunSql = Callable[..., list[tuple[Any, ...]]]


def incoming(key: str, conversation: str = "C1", **more: Any) -> Incoming:
    return Incoming(
        key, "question", conversation, more.pop("payload", {"text": "x"}), more.pop("received", NOW), **more
    )


def outgoing(name: str, to: str = "C1", thread: str = "", updates: str = "") -> Outgoing:
    return Outgoing(name, to, Notice((name,)), thread=thread, updates=updates)


def receive(ledger: Ledger, *rows: Incoming) -> list[bool]:
    with ledger.begin() as t:
        return [t.inbox.receive(row) for row in rows]


def take(ledger: Ledger, now: datetime = NOW, worker: str = "w") -> Claimed | None:
    with ledger.begin() as t:
        return t.inbox.take(now, worker, LEASE)


def taken(ledger: Ledger, now: datetime = NOW, worker: str = "w") -> str:
    claimed = take(ledger, now, worker)
    return claimed.incoming.key if claimed else ""


def put(ledger: Ledger, *rows: Outgoing, now: datetime = NOW) -> None:
    with ledger.begin() as t:
        for row in rows:
            assert t.outbox.put(row, f"key of {row.name}", now)


def claim(ledger: Ledger, now: datetime = NOW) -> OutboxRow:
    with ledger.begin() as t:
        row = t.outbox.claim(now, PACE)
    assert row is not None
    return row


def claimed(ledger: Ledger, now: datetime = NOW) -> str:
    with ledger.begin() as t:
        row = t.outbox.claim(now, PACE)
    return row.name if row else ""


def send(ledger: Ledger, row: OutboxRow, now: datetime = NOW, change: Change | None = None) -> None:
    """What happens to a claimed row where all goes well, or ends in `change`."""
    with ledger.begin() as t:
        posting = t.outbox.posting(row, row.outgoing.to, now)
        assert posting is not None
        assert t.outbox.move(posting, change or Change("sent", channel=row.outgoing.to, ts=f"{row.id}.0"), now)


# --- transactions -----------------------------------------------------------------------------------------------------


def test_a_transaction_that_raises_leaves_nothing_behind(ledger: Ledger) -> None:
    def write(value: str) -> None:
        with ledger.begin() as t:
            t.facts.put("paused", "yes")
            int(value)

    with pytest.raises(ValueError, match="invalid literal"):
        write("no number")
    with ledger.read() as t:
        assert t.facts.get("paused") is None


def test_a_reading_transaction_cannot_write(ledger: Ledger) -> None:
    with pytest.raises(LedgerError), ledger.read() as t:
        t.facts.put("paused", "yes")
    with ledger.read() as t:
        assert t.facts.get("paused") is None


def test_a_reading_transaction_sees_one_moment(ledger: Ledger) -> None:
    with ledger.begin() as t:
        t.facts.put("paused", "no")
    with ledger.read() as reading:
        assert reading.facts.get("paused") == "no"
        with ledger.begin() as t:
            t.facts.put("paused", "yes")
        assert reading.facts.get("paused") == "no"
    with ledger.read() as t:
        assert t.facts.get("paused") == "yes"


def test_text_that_no_database_keeps_is_kept_with_a_stand_in(ledger: Ledger) -> None:
    odd = "a\0b\ud800c\N{GRINNING FACE}"
    with ledger.begin() as t:
        t.inbox.receive(incoming("E1", payload={"text": odd}))
        t.facts.put("odd", odd)
    got = take(ledger)
    assert got is not None
    assert got.incoming.payload == {"text": odd}
    with ledger.read() as t:
        assert t.facts.get("odd") == "a\N{REPLACEMENT CHARACTER}b?c\N{GRINNING FACE}"


@given(st.lists(st.datetimes(timezones=st.just(timezone(timedelta(hours=-5)))), min_size=2, max_size=2))
def test_instants_sort_as_text(pair: Sequence[datetime]) -> None:
    first, second = pair
    assert (first < second) == (instant_text(first) < instant_text(second))
    assert datetime.fromisoformat(instant_text(first)) == first


def test_an_instant_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="time zone"):
        Incoming("E1", "question", "C1", {}, naive)
    with pytest.raises(ValueError, match="time zone"):
        instant_text(naive)


# --- the inbox --------------------------------------------------------------------------------------------------------


def test_what_comes_twice_is_kept_once(ledger: Ledger) -> None:
    assert receive(ledger, incoming("E1"), incoming("E1"), incoming("E2")) == [True, False, True]
    with ledger.read() as t:
        assert t.inbox.known(["E1", "E3", *(f"no{n}" for n in range(1200)), "E2"]) == {"E1", "E2"}


def test_a_row_comes_back_as_it_went_in(ledger: Ledger) -> None:
    row = incoming("E1", "C1/17.0", payload={"text": "é", "n": [1, None]}, user="U1", channel="C1", ts="17.0")
    receive(ledger, row)
    assert take(ledger) == Claimed(row, 1, "w/1")


def test_a_conversation_is_worked_on_one_row_at_a_time_in_order(ledger: Ledger) -> None:
    receive(ledger, incoming("A1", "A"), incoming("A2", "A"), incoming("B1", "B"), incoming("A3", "A"))
    first = take(ledger)
    assert first is not None
    assert first.incoming.key == "A1"
    assert [taken(ledger), taken(ledger)] == ["B1", ""]
    with ledger.begin() as t:
        assert t.inbox.finish(first, "answer", NOW)
    assert [taken(ledger), taken(ledger)] == ["A2", ""]


def test_rows_of_no_conversation_wait_for_nobody(ledger: Ledger) -> None:
    receive(ledger, incoming("H1", ""), incoming("H2", ""))
    assert [taken(ledger), taken(ledger)] == ["H1", "H2"]


def test_a_row_put_back_keeps_its_place(ledger: Ledger) -> None:
    receive(ledger, incoming("A1", "A"), incoming("A2", "A"))
    first = take(ledger)
    assert first is not None
    with ledger.begin() as t:
        assert t.inbox.put_back(first, NOW + MINUTE, "busy")
    assert taken(ledger) == ""
    again = take(ledger, NOW + MINUTE)
    assert again is not None
    assert (again.incoming.key, again.attempts) == ("A1", 2)


def test_a_row_set_aside_lets_its_conversation_go_on_until_it_is_released(ledger: Ledger) -> None:
    receive(ledger, incoming("A1", "A"), incoming("A2", "A"))
    first = take(ledger)
    assert first is not None
    with ledger.begin() as t:
        assert t.inbox.hold(first, "paused")
    second = take(ledger)
    assert second is not None
    assert second.incoming.key == "A2"
    with ledger.begin() as t:
        assert t.inbox.counts() == {"waiting": 1, "working": 1}
        assert t.inbox.release_waiting() == 1
    assert taken(ledger) == ""  # A2 is still in work
    with ledger.begin() as t:
        assert t.inbox.finish(second, "answer", NOW)
    assert taken(ledger) == "A1"


def test_a_row_whose_worker_died_is_taken_again_and_the_old_claim_is_worth_nothing(ledger: Ledger) -> None:
    receive(ledger, incoming("A1", "A"))
    dead = take(ledger, NOW, "dead")
    assert dead is not None
    assert taken(ledger, NOW + LEASE - SECOND) == ""
    alive = take(ledger, NOW + LEASE, "alive")
    assert alive is not None
    with ledger.begin() as t:
        assert not t.inbox.finish(dead, "late", NOW)
        assert not t.inbox.put_back(dead, NOW, "late")
        assert not t.inbox.hold(dead, "late")
        assert t.inbox.finish(alive, "answer", NOW)
        assert not t.inbox.finish(alive, "twice", NOW)


def test_at_the_start_the_rows_of_other_workers_are_open_again(ledger: Ledger) -> None:
    receive(ledger, incoming("A1", "A"), incoming("B1", "B"))
    assert [taken(ledger, worker="before"), taken(ledger, worker="me")] == ["A1", "B1"]
    with ledger.begin() as t:
        assert t.inbox.release("me") == 1
    assert taken(ledger, worker="me") == "A1"


def test_what_was_done_long_ago_loses_its_payload_and_keeps_its_key(ledger: Ledger) -> None:
    receive(ledger, incoming("A1", "A"), incoming("B1", "B"))
    first = take(ledger)
    assert first is not None
    with ledger.begin() as t:
        t.inbox.finish(first, "answer", NOW)
        assert t.inbox.forget_before(NOW) == 0
        assert t.inbox.forget_before(NOW + SECOND) == 1
        assert t.inbox.forget_before(NOW + SECOND) == 0
    assert receive(ledger, incoming("A1", "A")) == [False]
    assert taken(ledger) == "B1"


def test_eight_threads_receiving_the_same_events_keep_each_once(ledger: Ledger) -> None:
    def deliver(_: int) -> list[bool]:
        return [receive(ledger, incoming(f"E{n}"))[0] for n in range(20)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(deliver, range(8)))
    assert [sum(column) for column in zip(*results, strict=True)] == [1] * 20


def test_eight_workers_share_the_rows_and_never_a_conversation(ledger: Ledger) -> None:
    keys = [f"{conversation}{n}" for n in range(8) for conversation in "ABCDE"]
    receive(ledger, *(incoming(key, key[0]) for key in keys))
    in_work: Counter[str] = Counter()
    done: list[str] = []
    together: list[str] = []
    counting = threading.Lock()

    def work(name: str) -> None:
        while len(done) < len(keys):
            row = take(ledger, worker=name)
            if row is None:
                continue
            with counting:
                in_work[row.incoming.conversation] += 1
                if in_work[row.incoming.conversation] > 1:
                    together.append(row.incoming.key)
            with ledger.begin() as t:
                assert t.inbox.finish(row, "answer", NOW)
                with counting:  # before the commit, after which the next row may be taken
                    in_work[row.incoming.conversation] -= 1
                    done.append(row.incoming.key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, "12345678"))
    assert together == []
    assert sorted(done) == sorted(keys)
    for conversation in "ABCDE":
        assert [key for key in done if key[0] == conversation] == [f"{conversation}{n}" for n in range(8)]


# --- the outbox's rows ------------------------------------------------------------------------------------------------


def test_a_name_is_put_once_and_comes_back_as_it_went_in(ledger: Ledger) -> None:
    said = Outgoing("answer/1", "C1", Notice(("é",), "H"), "17.0", "U1", frozenset(("ORION", "ACME")), "")
    with ledger.begin() as t:
        assert t.outbox.put(said, "k1", NOW)
        assert not t.outbox.put(said, "k2", NOW)
        row = t.outbox.get("answer/1")
    assert row is not None
    assert (row.outgoing, row.key, row.state, row.attempts) == (said, "k1", "pending", 0)


def test_a_thread_is_served_in_order_and_a_destination_one_at_a_time(ledger: Ledger) -> None:
    put(ledger, outgoing("a1", "A", "1"), outgoing("a2", "A", "1"), outgoing("a3", "A", "2"), outgoing("b1", "B"))
    first = claim(ledger)
    assert first.name == "a1"
    assert [claimed(ledger), claimed(ledger)] == ["b1", ""]
    send(ledger, first)
    assert claimed(ledger) == ""  # within the pace
    second = claim(ledger, NOW + PACE)
    assert second.name == "a2"
    send(ledger, second, NOW + PACE)
    assert claimed(ledger, NOW + 2 * PACE) == "a3"


def test_a_message_that_must_wait_holds_up_its_thread_and_no_other(ledger: Ledger) -> None:
    put(ledger, outgoing("a1", "A", "1"), outgoing("a2", "A", "1"), outgoing("a3", "A", "2"))
    with ledger.begin() as t:
        row = t.outbox.claim(NOW, PACE)
        assert row is not None
        assert t.outbox.move(row, Change("pending", "later", not_before=NOW + MINUTE), NOW)
    assert claimed(ledger) == "a3"  # nothing was posted, so the pace does not count


def test_what_is_unknown_holds_up_nobody(ledger: Ledger) -> None:
    put(ledger, outgoing("a1", "A", "1"), outgoing("a2", "A", "1"))
    send(ledger, claim(ledger), change=Change("unknown", "timeout", settle_until=NOW + MINUTE))
    assert claimed(ledger, NOW + PACE) == "a2"


def test_a_destination_that_slack_slowed_down_is_left_alone_until_then(ledger: Ledger) -> None:
    put(ledger, outgoing("a1", "A"), outgoing("b1", "B"))
    with ledger.begin() as t:
        t.outbox.slow_down("A", NOW + MINUTE)
    assert [claimed(ledger), claimed(ledger)] == ["b1", ""]
    assert claimed(ledger, NOW + MINUTE) == "a1"


def test_an_update_waits_for_its_message_and_knows_where_it_stands(ledger: Ledger) -> None:
    put(ledger, outgoing("m", "A"), outgoing("u1", "A", updates="m"), outgoing("u2", "A", updates="m"))
    put(ledger, outgoing("lost", "B", updates="nobody"))
    first = claim(ledger)
    assert [claimed(ledger), claimed(ledger)] == ["lost", ""]
    send(ledger, first, change=Change("unknown", "timeout", settle_until=NOW))
    assert claimed(ledger, NOW + PACE) == ""
    with ledger.begin() as t:
        row = t.outbox.due_unknown(NOW, again=MINUTE)
        assert row is not None
        assert t.outbox.move(row, Change("sent", ts="17.5"), NOW)
    update = claim(ledger, NOW + PACE)
    assert (update.name, update.channel, update.ts) == ("u1", "A", "17.5")
    with ledger.read() as t:
        found = t.outbox.find("A", "17.5")
    assert found is not None
    assert found.name == "m"


def test_a_clock_set_back_does_not_stop_a_destination(ledger: Ledger) -> None:
    put(ledger, outgoing("a1", "A"), outgoing("a2", "A"), now=NOW - DAY)
    send(ledger, claim(ledger))
    assert claimed(ledger, NOW - DAY) == "a2"


def test_of_two_that_decide_about_one_row_the_first_is_heard(ledger: Ledger) -> None:
    put(ledger, outgoing("a1"))
    row = claim(ledger)
    with ledger.begin() as t:
        posting = t.outbox.posting(row, "C1", NOW)
        assert posting is not None
        assert (posting.tried, posting.first_try, posting.posts) == (NOW, NOW, 1)
        assert t.outbox.move(row, Change("unknown", "died", settle_until=NOW), NOW)
        assert not t.outbox.move(posting, Change("sent", ts="1.0"), NOW)
        assert t.outbox.posting(row, "C1", NOW) is None
        stale = t.outbox.get("a1")
        assert stale is not None
        assert t.outbox.move(stale, Change("pending", not_before=NOW), NOW)
    again = claim(ledger, NOW + PACE)
    assert (again.attempts, again.tried, again.first_try) == (2, None, NOW)
    with ledger.begin() as t:
        assert not t.outbox.move(row, Change("refused", "late"), NOW)


def test_an_unknown_row_is_given_to_one_who_looks_at_a_time(ledger: Ledger) -> None:
    put(ledger, outgoing("a1"))
    send(ledger, claim(ledger), change=Change("unknown", "timeout", settle_until=NOW + MINUTE))
    with ledger.begin() as t:
        assert t.outbox.due_unknown(NOW, again=MINUTE) is None
        assert t.outbox.due_unknown(NOW + MINUTE, again=MINUTE) is not None
        assert t.outbox.due_unknown(NOW + MINUTE, again=MINUTE) is None
        assert t.outbox.due_unknown(NOW + 2 * MINUTE, again=MINUTE) is not None


def test_a_destination_is_broken_until_something_arrives_there(ledger: Ledger) -> None:
    put(ledger, outgoing("a1", "A"), outgoing("a2", "A"), outgoing("b1", "B"))
    send(ledger, claim(ledger), change=Change("refused", "is_archived"))
    send(ledger, claim(ledger))
    with ledger.begin() as t:
        assert t.outbox.broken(NOW) == (("A", "is_archived"),)
        assert t.outbox.broken(NOW + SECOND) == ()
        assert t.outbox.held() == {"pending": 1, "refused": 1, "sent": 1}
    send(ledger, claim(ledger, NOW + PACE), NOW + PACE)
    with ledger.read() as t:
        assert t.outbox.broken(NOW) == ()


def test_what_was_said_long_ago_is_forgotten_and_that_it_was_said_stays(ledger: Ledger) -> None:
    put(ledger, outgoing("a1", "A"), outgoing("b1", "B"))
    send(ledger, claim(ledger))
    with ledger.begin() as t:
        assert t.outbox.forget_before(NOW + DAY) == 1
        assert t.outbox.forget_before(NOW + DAY) == 0
        said, unsaid = t.outbox.get("a1"), t.outbox.get("b1")
    assert said is not None
    assert unsaid is not None
    assert said.outgoing.message == Notice(())
    assert unsaid.outgoing.message == Notice(("b1",))


def test_a_message_another_release_wrote_is_replaced_by_words_that_say_so(ledger: Ledger, run_sql: RunSql) -> None:
    put(ledger, outgoing("a1"))
    run_sql('UPDATE outbox SET message = \'{"kind": "of another time"}\'')
    message = claim(ledger).outgoing.message
    assert isinstance(message, Notice)
    assert "another release" in message.lines[0]


def test_eight_senders_never_share_a_destination_and_keep_the_order(ledger: Ledger) -> None:
    names = [f"{to}{n}" for n in range(8) for to in "ABCD"]
    put(ledger, *(outgoing(name, name[0]) for name in names))
    sending: Counter[str] = Counter()
    together: list[str] = []
    done: list[str] = []
    counting = threading.Lock()

    def work(_: int) -> None:
        while len(done) < len(names):
            with ledger.begin() as t:
                row = t.outbox.claim(NOW, timedelta(0))
            if row is None:
                continue
            with counting:
                sending[row.outgoing.to] += 1
                if sending[row.outgoing.to] > 1:
                    together.append(row.name)
            with ledger.begin() as t:
                assert t.outbox.move(row, Change("sent", channel=row.outgoing.to, ts="1.0"), NOW)
                with counting:
                    sending[row.outgoing.to] -= 1
                    done.append(row.name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert together == []
    for to in "ABCD":
        assert [name for name in done if name[0] == to] == [f"{to}{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("build", "rule"),
    [
        (lambda: Incoming("", "question", "C", {}, NOW), "has a key"),
        (lambda: Outgoing("", "C1", Notice(())), "has a name"),
        (lambda: Outgoing("n", "", Notice(())), "goes somewhere"),
        (lambda: Outgoing("n", "C1", Notice(()), updates="n"), "replace itself"),
        (lambda: Change("unknown"), "time to settle"),
        (lambda: Change("sent", settle_until=NOW), "time to settle"),
        (lambda: Change("sending"), "claiming"),
    ],
)
def test_a_value_that_makes_no_sense_cannot_be_built(build: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        build()


# --- questions, hand-overs, channels, facts ---------------------------------------------------------------------------


def question(id_: str, outcome: str = "answer", asked_at: datetime = NOW, **more: Any) -> Question:
    more = {"user": "U1", "channel": "C1", "thread": "1.0", "ts": "1.0", "text": f"{id_}?"} | more
    return Question(id=id_, outcome=outcome, asked_at=asked_at, **more)


def test_a_question_comes_back_as_it_went_in_and_in_its_thread(ledger: Ledger) -> None:
    full = question("Q1", agreements=("A",), clauses=("A 1",), private=True, language="de", answered_at=NOW + SECOND)
    later = question("Q0", asked_at=NOW + MINUTE, thread="2.0")
    with ledger.begin() as t:
        assert t.questions.add(full)
        assert t.questions.add(later)
        assert not t.questions.add(full)
        assert t.questions.get("Q1") == full
        assert t.questions.get("Q9") is None
        assert t.questions.in_thread("C1", "1.0") == (full,)
        assert t.questions.in_conversation("C1", NOW) == (full, later)
        assert t.questions.in_conversation("C1", NOW + SECOND) == (later,)


def test_gaps_are_what_found_no_clause_or_did_not_help_newest_first(ledger: Ledger) -> None:
    with ledger.begin() as t:
        for n, outcome in enumerate(("abstain", "answer", "answer", "abstain", "answer")):
            t.questions.add(question(f"Q{n}", outcome, NOW + n * MINUTE))
        t.questions.judge(Feedback("Q1", "U1", "unhelpful", NOW, "the wrong clause"))
        t.questions.judge(Feedback("Q1", "U2", "helpful", NOW + SECOND))
        t.questions.judge(Feedback("Q2", "U1", "unhelpful", NOW, "a slip"))
        t.questions.judge(Feedback("Q2", "U1", "helpful", NOW + SECOND))
        assert t.questions.feedback("Q2") == (Feedback("Q2", "U1", "helpful", NOW + SECOND),)
        gaps = [(found.id, reason) for found, reason in t.questions.gaps(NOW, 10)]
        assert gaps == [("Q3", ""), ("Q1", "the wrong clause"), ("Q0", "")]
        assert [found.id for found, _ in t.questions.gaps(NOW + SECOND, 1)] == ["Q3"]


def handover(id_: str = "H1", **more: Any) -> HandOver:
    values = {"question": "Q1", "asker": "U1", "channel": "C1", "thread": "1.0", "to": "L", "backup": "B"}
    return HandOver(id=id_, agreement="A", due_at=NOW + DAY, asked_at=NOW, **(values | more))


def test_a_hand_over_goes_to_the_liaison_then_to_the_backup_and_is_answered_once(ledger: Ledger) -> None:
    with ledger.begin() as t:
        assert t.handovers.add(handover())
        assert not t.handovers.add(handover())
        assert t.handovers.of_question("Q1") == t.handovers.get("H1") == handover()
        assert [h.id for h in t.handovers.waiting_for("L")] == ["H1"]
        assert t.handovers.waiting_for("B") == ()
        assert t.handovers.open_due(NOW + DAY - SECOND) == ()
        assert [h.id for h in t.handovers.open_due(NOW + DAY)] == ["H1"]
        assert not t.handovers.escalate("H1", NOW + 2 * DAY, NOW)  # not due yet
        assert t.handovers.escalate("H1", NOW + 2 * DAY, NOW + DAY)
        assert not t.handovers.escalate("H1", NOW + 2 * DAY, NOW + DAY)  # another process was quicker
        assert [h.state for h in t.handovers.waiting_for("B")] == ["escalated"]
        assert t.handovers.count_open() == 1
        assert t.handovers.answer("H1", "B", "yes", NOW + DAY)
        assert not t.handovers.answer("H1", "L", "no", NOW + DAY)
        assert t.handovers.open_due(NOW + 3 * DAY) == t.handovers.waiting_for("B") == ()
        assert t.handovers.count_open() == 0
        done = t.handovers.get("H1")
    assert done is not None
    assert (done.state, done.answered_by, done.text, done.answered_at) == ("answered", "B", "yes", NOW + DAY)


def test_of_eight_who_answer_at_once_one_is_first(ledger: Ledger) -> None:
    with ledger.begin() as t:
        t.handovers.add(handover())
    together = threading.Barrier(8)

    def answer(by: int) -> bool:
        together.wait()
        with ledger.begin() as t:
            return t.handovers.answer("H1", f"U{by}", "yes", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(answer, range(8))) == 1


def test_a_channel_keeps_each_setting_apart(ledger: Ledger) -> None:
    receive(ledger, incoming("E1", channel="C2"), incoming("E2", channel="C1", received=NOW - DAY), incoming("E3"))
    with ledger.begin() as t:
        assert t.channels.get("C1") == ChannelSetting("C1", "mention", "", "")
        t.channels.set_listens("C1", "question")
        t.channels.set_problem("C1", "is_archived")
        t.channels.set_read_back_to("C2", "17.0")
        t.channels.set_problem("C1", "")
        assert t.channels.every() == (
            ChannelSetting("C1", "question"),
            ChannelSetting("C2", "mention", "", "17.0"),
        )
        assert t.channels.active(NOW) == (ChannelSetting("C2", "mention", "", "17.0"),)


def test_a_channel_listens_only_in_ways_there_are(ledger: Ledger) -> None:
    with pytest.raises(LedgerError), ledger.begin() as t:
        t.channels.set_listens("C1", "everything")  # type: ignore[arg-type] # that is the point


def test_facts_are_set_counted_and_dropped(ledger: Ledger) -> None:
    with ledger.begin() as t:
        t.facts.put("a_b", "1")
        t.facts.put("a_b", "2")
        t.facts.put("axb", "3")
        t.facts.add("counted", 2)
        t.facts.add("counted", 3)
        assert (t.facts.get("a_b"), t.facts.get("counted"), t.facts.get("none")) == ("2", "5", None)
        assert t.facts.starting("a_") == {"a_b": "2"}
        assert t.facts.drop("a_b")
        assert not t.facts.drop("a_b")


# --- the audit --------------------------------------------------------------------------------------------------------


def record(ledger: Ledger, count: int, start: int = 0) -> None:
    with ledger.begin() as t:
        for n in range(start, start + count):
            t.audit.append(f"U{n}", "asked", f"Q{n}", {"agreements": ["A"], "n": n}, NOW + n * SECOND)


def head(ledger: Ledger) -> str:
    with ledger.read() as t:
        return t.audit.head()


def broken(ledger: Ledger, expected: str = "") -> int | None:
    with ledger.read() as t:
        found = t.audit.check(expected)
    return found.number if found else None


def test_a_chain_nobody_touched_is_whole_and_contains_every_earlier_head(ledger: Ledger) -> None:
    heads = [head(ledger)]
    for n in range(4):
        record(ledger, 1, n)
        heads.append(head(ledger))
    assert [broken(ledger, noted) for noted in heads] == [None] * 5
    with ledger.read() as t:
        (row,) = t.audit.rows("Q2")
        assert (row.number, row.actor, row.detail, row.at) == (3, "U2", {"agreements": ["A"], "n": 2}, NOW + 2 * SECOND)
        assert [row.subject for row in t.audit.newest(2)] == ["Q3", "Q2"]


@pytest.mark.parametrize(
    ("tampering", "first_broken"),
    [
        (("UPDATE audit SET actor = 'U9' WHERE number = 3",), 3),
        (("UPDATE audit SET action = 'read' WHERE number = 3",), 3),
        (("UPDATE audit SET subject = 'Q9' WHERE number = 1",), 1),
        (("UPDATE audit SET detail = '{}' WHERE number = 5",), 5),
        (("UPDATE audit SET at = replace(at, '2026', '2025') WHERE number = 2",), 2),
        (("UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 4",), 4),
        (("DELETE FROM audit WHERE number = 3",), 3),
        (("DELETE FROM audit WHERE number = 1",), 1),
        (("DELETE FROM audit WHERE number = 3", "UPDATE audit SET number = number - 1 WHERE number > 3"), 3),
        (
            (
                "UPDATE audit SET number = 99 WHERE number = 2",
                "UPDATE audit SET number = 2 WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 99",
            ),
            2,
        ),
        (("DELETE FROM audit WHERE number > 3",), 4),
        (("DELETE FROM audit",), 1),
        (("DELETE FROM facts WHERE name = 'audit_head'",), 6),
    ],
)
def test_every_change_of_the_chain_is_found(
    ledger: Ledger, run_sql: RunSql, tampering: tuple[str, ...], first_broken: int
) -> None:
    record(ledger, 5)
    run_sql(*tampering)
    assert broken(ledger) == first_broken


def test_a_chain_cut_off_together_with_its_head_is_found_by_a_head_noted_elsewhere(
    ledger: Ledger, run_sql: RunSql
) -> None:
    record(ledger, 5)
    noted = head(ledger)
    ((third,),) = run_sql("SELECT hash FROM audit WHERE number = 3")
    cut = f"UPDATE facts SET value = '3-{third}' WHERE name = 'audit_head'"  # noqa: S608 - a hash of ours
    run_sql("DELETE FROM audit WHERE number > 3", cut)
    assert broken(ledger) is None  # as the rule says, a chain alone cannot know
    assert broken(ledger, noted) == 4
    record(ledger, 4, start=9)  # and going on from there does not help
    assert broken(ledger) is None
    assert broken(ledger, noted) == 5


def test_a_chain_computed_anew_is_found_by_a_head_noted_elsewhere(ledger: Ledger, run_sql: RunSql) -> None:
    record(ledger, 3)
    noted = head(ledger)
    run_sql("DELETE FROM audit", "DELETE FROM facts")
    record(ledger, 2)
    with ledger.begin() as t:
        t.audit.append("U2", "asked", "something else", {}, NOW)
    assert broken(ledger) is None
    assert broken(ledger, noted) == 3


def test_what_is_no_head_is_refused(ledger: Ledger) -> None:
    for wrong in ("5", "x-" + "0" * 64, "5-00"):
        with pytest.raises(ValueError, match="head"), ledger.read() as t:
            t.audit.check(wrong)


def test_the_hash_is_what_the_description_says(ledger: Ledger, run_sql: RunSql) -> None:
    record(ledger, 1)
    content = {
        "action": "asked",
        "actor": "U0",
        "at": "2026-11-23T09:30:00.000000+00:00",
        "detail": '{"agreements":["A"],"n":0}',
        "number": 1,
        "subject": "Q0",
    }
    written = "0" * 64 + "\n" + json.dumps(content, separators=(",", ":"))
    assert run_sql("SELECT hash FROM audit") == [(hashlib.sha256(written.encode()).hexdigest(),)]


def test_eight_threads_append_to_one_chain(ledger: Ledger) -> None:
    def append(thread: int) -> None:
        for n in range(10):
            record(ledger, 1, thread * 10 + n)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(8)))
    assert broken(ledger) is None
    assert head(ledger).startswith("80-")


# --- opening ----------------------------------------------------------------------------------------------------------


def test_the_newest_migration_is_the_one_the_code_names_and_leads_to_its_tables(
    ledger: Ledger, database_url: str
) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine

    from jobs.ledger.tables import metadata

    config = Config()
    config.set_main_option("script_location", str(ROOT / "jobs/migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [database.REVISION]
    engine = create_engine(database_url.replace("postgresql:", "postgresql+pg8000:"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_alembic_is_imported_only_where_there_is_something_to_migrate(database_url: str) -> None:
    code = (
        "import sys; from jobs.ledger import Ledger; Ledger.open(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )
    said = [subprocess.check_output([sys.executable, "-c", code, database_url], cwd=ROOT, text=True) for _ in "12"]
    assert said == ["True\n", "False\n"]


def test_processes_that_open_a_new_database_at_once_migrate_it_once(database_url: str, run_sql: RunSql) -> None:
    code = (
        "import sys; from jobs.ledger import Ledger; sys.stdin.readline(); ledger = Ledger.open(sys.argv[1])\n"
        "with ledger.begin() as t: t.facts.add('opened', 1)"
    )
    command = [sys.executable, "-c", code, database_url]
    processes = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * 4
    assert run_sql("SELECT value FROM facts WHERE name = 'opened'") == [("4",)]
    assert run_sql("SELECT version_num FROM alembic_version") == [(database.REVISION,)]


def test_a_database_of_a_newer_release_is_left_alone(database_url: str, run_sql: RunSql) -> None:
    Ledger.open(database_url).close()
    run_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match=r"newer Clausewise .*9999.*install that release"):
        Ledger.open(database_url)
    assert run_sql("SELECT version_num FROM alembic_version") == [("9999",)]


def test_what_was_written_is_there_after_opening_again(database_url: str) -> None:
    with Ledger.open(database_url) as first, first.begin() as t:
        t.facts.put("kept", "yes")
    with Ledger.open(database_url) as second, second.read() as t:
        assert t.facts.get("kept") == "yes"


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    path = tmp_path / "a %20 ?folder" / "ledger.db"
    path.parent.mkdir()
    path.touch(0o644)
    with Ledger.open(sqlite_url(path)) as ledger:
        receive(ledger, incoming("E1"))
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    assert modes == {"ledger.db": "0o600", "ledger.db-wal": "0o600", "ledger.db-shm": "0o600"}


def test_opening_a_file_again_takes_no_lock_away_from_who_has_it_open(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    look = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT name FROM facts').fetchall())"
    with Ledger.open(sqlite_url(path)) as first, Ledger.open(sqlite_url(path)):
        # Another program that comes and goes must not take itself for the last one, and remove the log.
        subprocess.run([sys.executable, "-c", look, path], check=True, capture_output=True)
        with first.begin() as t:
            t.facts.put("kept", "yes")
        said = subprocess.check_output([sys.executable, "-c", look, path], text=True)
    assert said == "[('kept',)]\n"


def test_sqlite_is_as_safe_as_it_can_be(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger, ledger.begin() as t:
        ask = t.facts._connection.exec_driver_sql
        found = {name: ask(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        *("", "ledger.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://u:secret@host/name"),
        *("postgresql://u:secret@host", "postgresql+psycopg://u:secret@host/name"),
    ],
)
def test_a_url_that_is_none_of_ours_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(LedgerError, match="named as sqlite:////path") as refusal:
        Ledger.open(url)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda path: path.write_bytes(b"this is no database, and long enough to see" * 30), "no SQLite database"),
        (lambda path: path.mkdir(0o755), "cannot be opened: look at its folder"),
    ],
)
def test_a_file_that_is_no_database_is_named(tmp_path: Path, prepare: Callable[[Path], object], said: str) -> None:
    path = tmp_path / "ledger.db"
    prepare(path)
    with pytest.raises(LedgerError, match=said):
        Ledger.open(f"sqlite:///{path}")


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"none/ledger\.db cannot be opened for writing: No such file"):
        Ledger.open(f"sqlite:///{tmp_path}/none/ledger.db")


def test_a_database_locked_by_somebody_else_is_busy_and_works_again_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusy, match="try again"):
            receive(ledger, incoming("E1"))
        with ledger.read() as t:
            assert t.inbox.known(["E1"]) == set()  # reading goes on
        other.execute("ROLLBACK")
        other.close()
        assert receive(ledger, incoming("E1")) == [True]


def test_a_transaction_inside_another_gives_up_instead_of_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger, ledger.begin(), pytest.raises(LedgerBusy):
        receive(ledger, incoming("E1"))


def test_a_full_disk_is_named_and_what_was_there_stays(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        receive(ledger, incoming("E1"))
        with ledger.begin() as t:
            connection = t.facts._connection
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(LedgerError, match="full: make room") as refusal:
            receive(ledger, incoming("E2", payload={"text": "secret" * 50_000}))
        assert not isinstance(refusal.value, LedgerBusy)
        assert receive(ledger, incoming("E1"), incoming("E3")) == [False, True]
        with ledger.read() as t:
            assert t.inbox.known(["E2", "E3"]) == {"E3"}
            assert t.facts._connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(f"sqlite:///{path}") as ledger:
        receive(ledger, *(incoming(f"E{n}", payload={"text": "x" * 500}) for n in range(200)))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="damaged: restore it"), Ledger.open(f"sqlite:///{path}") as ledger:
        receive(ledger, incoming("E1"))


def test_errors_repeat_nothing_that_is_stored(ledger: Ledger, run_sql: RunSql) -> None:
    run_sql("ALTER TABLE questions DROP COLUMN text")
    with pytest.raises(LedgerError) as refusal, ledger.begin() as t:
        t.questions.add(question("Q1", text="the secret question"))
    shown = f"{refusal.value} {refusal.value.__cause__} {refusal.value.__suppress_context__}"
    assert "secret" not in shown
    assert shown.endswith("None True")


def test_a_postgresql_that_is_not_there_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LedgerBusy, match="cannot be reached") as refusal:
        Ledger.open("postgresql://clausewise:secret@127.0.0.1:1/name")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("only-for-tests", "another"), "does not let this user in"),
        (("/postgres?", "/nothing?"), "no database of this name"),
        (("?", "?sslmode=sometimes"), "sslmode in the database's URL is one of"),
        (("?", "?sslmode=require"), "cannot be reached"),  # this server does not encrypt
    ],
)
def test_what_is_wrong_with_a_postgresql_url_is_said(postgresql: Any, change: tuple[str, str], said: str) -> None:
    url = f"{postgresql.emptied()}?".replace(*change)
    with pytest.raises(LedgerError, match=said):
        Ledger.open(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+pg8000"])
def test_every_way_to_write_a_postgresql_url_is_understood(postgresql: Any, scheme: str) -> None:
    url = postgresql.emptied().replace("postgresql", scheme, 1)
    with Ledger.open(f"{url}?sslmode=prefer") as ledger:
        assert receive(ledger, incoming("E1")) == [True]


def test_a_connection_that_is_cut_is_busy_and_the_next_transaction_works(postgresql: Any) -> None:
    url = postgresql.emptied()
    with Ledger.open(url) as ledger:

        def write_while_it_is_cut() -> None:
            with ledger.begin() as t:
                t.inbox.receive(incoming("E1"))
                with contextlib.closing(postgresql.connect()) as other:
                    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'postgres'"
                    other.cursor().execute(f"SELECT pg_terminate_backend(pid) {others}")
                t.inbox.receive(incoming("E2"))

        with pytest.raises(LedgerBusy):
            write_while_it_is_cut()
        assert receive(ledger, incoming("E1")) == [True]


def test_two_that_wait_for_each_other_are_told_apart_by_one_being_busy(postgresql: Any) -> None:
    with Ledger.open(postgresql.emptied()) as ledger:
        with ledger.begin() as t:
            t.facts.put("a", "0")
            t.facts.put("b", "0")
        both = threading.Barrier(2)

        def cross(first: str, second: str) -> str:
            try:
                with ledger.begin() as t:
                    t.facts.put(first, "1")
                    both.wait()
                    t.facts.put(second, "1")
            except LedgerBusy:
                return "busy"
            return "done"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(cross, "ab", "ba")) == ["busy", "done"]
