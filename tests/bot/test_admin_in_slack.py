"""`/ip admin`: the panel, indexing with what comes of it, pausing, gaps, access, channels, a token that is revoked."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.indexing import all_wanted
from knowledge import index
from knowledge.embedding import Encoder
from tests.bot.acting import heard, index_first, panel, press, said_to, shown, small_folder, submit
from tests.bot.conftest import Workplace, workplace
from tests.slack import BOT_USER, Channel, SlackStandIn, User, drop_after, rate_limited

GOLDEN = """
- question: Until when must we destroy the HELIX data?
  as: rita
  cites: [HELIX-DUA 8.1]
"""


def pressable(message: Mapping[str, Any]) -> list[str]:
    return [e["action_id"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]


# --- the index --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def indexed(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, people: list[User]
) -> Iterator[tuple[Workplace, Path]]:
    """A workplace with an index of its own, and the folder it is made of."""
    root = tmp_path_factory.mktemp("indexed")
    folder, data = small_folder(root / "agreements"), root / "data"
    index_first(folder, data, encoder)
    settings = {"database_url": f"sqlite:///{root / 'ledger.db'}", "settle_seconds": 2.0}
    channels = [Channel("C0ADMIN", "admins", members=["U0ADA", BOT_USER])]
    with (
        SlackStandIn([replace(user) for user in people], channels) as slack,
        workplace(slack, data, encoder, None, settings) as opened,
    ):
        yield opened, folder


def change(folder: Path, name: str, before: str, after: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), "utf-8")


def index_again(work: Workplace) -> dict[str, Any]:
    """What an indexing shows in the end."""
    before = {m["ts"] for m in said_to(work, "ada")}
    press(work, panel(work), "admin.reindex")
    verdicts = ("Ready to be promoted", "Not promoted", "nothing had changed", "Indexing failed")

    def result() -> list[dict[str, Any]]:
        new = [m for m in said_to(work, "ada") if m["ts"] not in before]
        return [m for m in new if any(verdict in m["text"] + shown(m) for verdict in verdicts)]

    return work.slack.wait_for(result, 60)[-1]  # type: ignore[no-any-return]  # the stand-in's


def test_an_indexing_shows_how_far_it_is_and_then_what_changed_and_is_promoted_by_a_button(
    indexed: tuple[Workplace, Path],
) -> None:
    work, folder = indexed
    change(folder, "BIO-MTA.txt", "within 60 days after filing", "within 45 days after filing")
    (folder / "broken.docx").write_text("no archive")
    result = index_again(work)
    updates = [c.arguments["text"] for c in work.slack.calls("chat.update") if c.arguments["ts"] == result["ts"]]
    assert [u for u in updates if "Indexing: " in u]
    assert "Indexing: " not in updates[-1]
    for words in ("Changed 1: ", "BIO-MTA", "Unchanged 1: ", "HELIX-DUA", "broken", "is not a Word document"):
        assert words in shown(result)
    assert '{"type": "text", "text": "60", "style": {"strike": true}}' in shown(result)
    assert '{"type": "text", "text": "45", "style": {"bold": true}}' in shown(result)

    staged = index.staged(work.clausewise.data)
    assert staged
    press(work, result, "admin.promote")
    assert staged in heard(work, "ada", "The new index answers now")["text"]
    assert index.status(work.clausewise.data).name == staged
    press(work, result, "admin.promote")
    heard(work, "ada", f"{staged} answers already")


def test_going_back_happens_once_however_often_the_button_is_pressed(indexed: tuple[Workplace, Path]) -> None:
    work, _ = indexed
    status = index.status(work.clausewise.data)
    at = panel(work)
    press(work, at, "admin.rollback")
    press(work, at, "admin.rollback")
    heard(work, "ada", f"{status.previous} answers already")
    assert index.status(work.clausewise.data).name == status.previous


def test_an_index_that_loses_a_golden_question_is_not_promoted_and_the_question_is_named(
    indexed: tuple[Workplace, Path],
) -> None:
    work, folder = indexed
    in_force = index.status(work.clausewise.data).name
    (folder / "golden.yaml").write_text(GOLDEN, "utf-8")
    work.slack.fail("chat.update", drop_after(), times=1)
    result = index_again(work)
    work.slack.calm()
    # What Slack may still change was left behind, so that it cannot take the place of the result.
    assert result["ts"] not in [c.arguments["ts"] for c in work.slack.calls("chat.update")]
    assert "Not promoted: 1 of 1 golden questions" in result["text"]
    assert "Until when must we destroy the HELIX data?" in shown(result)
    assert "HELIX-DUA 8.1" in shown(result)
    assert "admin.promote" not in pressable(result)
    staged = index.staged(work.clausewise.data)
    press(work, panel(work), "admin.promote")  # the panel knows only that one waits
    refusal = heard(work, "ada", "is not promoted, and the index in force stays")
    assert "Until when must we destroy the HELIX data?" in shown(refusal)
    assert index.status(work.clausewise.data).name == in_force
    press(work, result, "admin.discard")
    heard(work, "ada", f"The staged index {staged} is gone")
    assert index.staged(work.clausewise.data) == ""
    (folder / "golden.yaml").unlink()


def test_a_catalogue_that_cannot_be_read_is_said_and_changes_nothing(indexed: tuple[Workplace, Path]) -> None:
    work, folder = indexed
    good = (folder / "catalogue.yaml").read_text("utf-8")
    (folder / "catalogue.yaml").write_text(good.replace("liaison: dora", "liaison: nobody-at-all"), "utf-8")
    try:
        result = index_again(work)
    finally:
        (folder / "catalogue.yaml").write_text(good, "utf-8")
    assert "nobody-at-all" in shown(result)
    assert "The index in force stays in force" in shown(result)


def test_what_is_indexed_while_the_bot_ends_is_indexed_when_it_starts_again(
    tmp_path: Path, encoder: Encoder, people: list[User]
) -> None:
    folder, data = small_folder(tmp_path / "agreements"), tmp_path / "data"
    index_first(folder, data, encoder)
    change(folder, "BIO-MTA.txt", "12 vials", "13 vials")
    settings = {"database_url": f"sqlite:///{tmp_path / 'ledger.db'}", "settle_seconds": 2.0}
    with SlackStandIn([replace(user) for user in people], [Channel("C0ADMIN", "admins", members=["U0ADA"])]) as slack:
        with workplace(slack, data, encoder, None, settings) as work:
            press(work, panel(work), "admin.reindex")
            heard(work, "ada", "Indexing: ")
            with work.ledger.read() as t:
                assert len(all_wanted(t)) == 1
        assert not index.staged(data)
        with workplace(slack, data, encoder, None, settings) as work:
            result = heard(work, "ada", "Ready to be promoted", seconds=60)
            assert "BIO-MTA" in shown(result)
            work.settled()
            with work.ledger.read() as t:
                assert not all_wanted(t)
                assert len(t.audit.rows(str(folder))) == 1
            assert len(said_to(work, "ada", "Ready to be promoted")) == 1
    assert not slack.duplicates()


# --- pausing ----------------------------------------------------------------------------------------------------------

NOTICE = "In ORION: how long before publication must I tell the partners?"


def test_what_is_asked_while_the_bot_is_paused_is_answered_once_when_it_goes_on(work: Workplace) -> None:
    press(work, panel(work), "admin.pause")
    heard(work, "ada", "Paused: questions are kept")
    channel = work.channel("rita", "paul")
    asked = work.ask("rita", channel, NOTICE)
    work.slack.command("U0PAUL", channel, "/ip", f"ask {NOTICE}")
    (told,) = work.replies(asked)
    assert told["text"] == "Answering is paused. Your question is kept and will be answered afterwards."
    heard(work, "paul", "Answering is paused.")
    stopped = panel(work)
    assert "Paused" in stopped["text"]
    press(work, stopped, "admin.resume")
    assert "45 calendar days" in work.replies(asked, 2)[1]["text"]
    heard(work, "paul", "45 calendar days")
    work.settled()
    assert len(work.replies(asked, 2)) == 2
    assert len(said_to(work, "paul", "45 calendar days")) == 1


# --- what admins look at ----------------------------------------------------------------------------------------------


def test_questions_that_found_no_clause_are_in_the_list_of_gaps(work: Workplace) -> None:
    question = "What is the ORION penalty for late publication notice?"
    work.replies(work.ask("rita", work.channel("rita", "paul"), question))
    press(work, panel(work), "admin.gaps")
    gaps = heard(work, "ada", question)
    assert "no clause found" in shown(gaps)


def test_the_view_of_access_says_who_reads_what_and_why_and_what_is_said_aloud_where(work: Workplace) -> None:
    shared, mixed = work.channel("rita", "paul"), work.channel("rita", "paul", "kenji")
    work.slack.add_user(User("U0GUEST", "guest", "Gustav Guest", "g@elsewhere.example.org", is_restricted=True))
    work.slack.join("U0GUEST", mixed)
    work.slack.deactivate("U0TOM")
    press(work, panel(work), "admin.access")
    seen = shown(heard(work, "ada", "Who may read")) + shown(heard(work, "ada", "What is said aloud where"))
    work.slack.change_user("U0TOM", deleted=False)
    for words in ("Rita Okafor", "(group orion)", "Ada Lemaire", "(admin)", "Imogen Hale", "(party Lambda Ltd)"):
        assert words in seen
    for agreement in work.clausewise.generation.agreements.values():
        assert f'"text": "{agreement.short_name}"' in seen
    assert " more" not in seen
    assert "Tom Verbeke (" in seen
    assert "has no active Slack account" in seen
    rows = seen.split('{"type": "channel", "channel_id": ')
    (of_shared,) = [row for row in rows if row.startswith(f'"{shared}"')]
    assert "aloud: ACME-SRA, ORION-AM2, ORION-CA, ORION-GA; I answer when I am mentioned" in of_shared
    (of_mixed,) = [row for row in rows if row.startswith(f'"{mixed}"')]
    assert "aloud: nothing (not in the catalogue: guest)" in of_mixed


def test_an_agreement_without_a_calendar_or_a_liaison_is_named_in_the_panel(
    open_workplace: Any, tmp_path: Path, encoder: Encoder
) -> None:
    folder = small_folder(tmp_path / "agreements")
    change(folder, "catalogue.yaml", "    holidays: BE\n", "")
    change(folder, "catalogue.yaml", "    liaison: dora\n", "")
    index_first(folder, tmp_path / "data", encoder)
    seen = shown(panel(open_workplace(data=tmp_path / "data")))
    assert "HELIX-DUA has no holiday calendar, so working days cannot be counted" in seen
    assert "HELIX-DUA has no liaison, so questions about it go to the admins" in seen


def test_the_scopes_are_explained_with_what_uninstalling_removes_and_how_secrets_are_renewed(work: Workplace) -> None:
    press(work, panel(work), "admin.scopes")
    view = opened(work, "Permissions")
    words = "".join(texts(view["blocks"]))
    assert "Uninstalling the app" in words
    assert "To rotate the bot token" in words
    asked_for = json.loads((Path(__file__).parent.parent.parent / "bot" / "manifest.json").read_text())
    for scope in asked_for["oauth_config"]["scopes"]["bot"]:
        assert scope in words


def opened(work: Workplace, title: str) -> dict[str, Any]:
    """Ada's modal of that title, closed again."""

    def found() -> list[dict[str, Any]]:
        return [view for view in work.slack.views("U0ADA") if view["title"]["text"] == title]

    view: dict[str, Any] = work.slack.wait_for(found)[-1]
    work.slack.close_view("U0ADA", view)
    return view


def texts(value: object) -> list[str]:
    """Every text in some blocks, in order."""
    if isinstance(value, Mapping):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in texts(inner)]
    return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []


# --- channels ---------------------------------------------------------------------------------------------------------


def listen(work: Workplace, channel: str, mode: str) -> None:
    press(work, panel(work), "admin.channel")
    view = opened(work, "Channel")
    option = {"type": "radio_buttons", "selected_option": {"value": mode}}
    values = {
        "channel": {"value": {"type": "conversations_select", "selected_conversation": channel}},
        "listens": {"value": option},
    }
    submit(work, "U0ADA", view, values)


@pytest.mark.parametrize(
    ("mode", "in_thread", "in_channel"),
    [("mention", False, False), ("thread", True, False), ("question", True, True)],
)
def test_a_channel_is_listened_to_as_an_admin_chooses(
    work: Workplace, mode: str, in_thread: bool, in_channel: bool
) -> None:
    channel = work.channel("rita", "paul")
    listen(work, channel, mode)
    confirmed = heard(work, "ada", channel)
    assert "I answer" in confirmed["text"]
    asked = work.ask("rita", channel, NOTICE)
    work.replies(asked)
    further = work.slack.say("U0RITA", channel, "And what if nobody in ORION replies?", asked["ts"])
    fresh = work.slack.say("U0PAUL", channel, "How long may ORION partners delay a publication?")
    chat = work.slack.say("U0PAUL", channel, "Shall we have lunch?")
    work.replies(work.ask("rita", channel, "In ORION, who owns results?"))
    work.settled()
    assert (len(work.slack.messages(channel, asked["ts"], by_bot=True)) == 2) == in_thread
    assert bool(work.slack.messages(channel, fresh["ts"], by_bot=True)) == in_channel
    assert not work.slack.messages(channel, chat["ts"], by_bot=True)
    assert further["thread_ts"] == asked["ts"]


def test_a_channel_the_bot_is_not_in_is_not_listened_to(work: Workplace) -> None:
    work.slack.add_channel(Channel("C0FOREIGN", "foreign", members=["U0RITA"]))
    for channel in ("C0FOREIGN", "../../etc"):
        before = len(said_to(work, "ada", "I am not in that channel"))
        listen(work, channel, "question")
        heard(work, "ada", "I am not in that channel", before + 1)
        with work.ledger.read() as t:
            assert t.channels.get(channel).listens == "mention"


def test_an_answer_for_a_channel_that_is_gone_goes_to_its_asker_and_the_panel_names_the_channel(
    work: Workplace,
) -> None:
    channel = work.channel("rita", "paul")
    work.slack.fail("chat.postMessage", rate_limited(2), times=1)
    before = len(work.slack.calls("chat.postMessage"))
    work.ask("paul", channel, NOTICE)
    work.slack.wait_for(lambda: len(work.slack.calls("chat.postMessage")) > before, 20)
    work.slack.archive(channel)
    answer = heard(work, "paul", channel)
    assert "45 calendar days" in answer["text"]
    assert NOTICE in shown(answer)
    at = panel(work)
    assert f'"channel_id": "{channel}"' in shown(at)
    assert "it is archived: what was asked there is answered directly." in shown(at)


# --- the token --------------------------------------------------------------------------------------------------------


def test_while_the_token_is_revoked_everything_is_kept_and_then_posted_once(
    work: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    channels = [work.channel("rita", "paul") for _ in range(3)]
    work.replies(work.ask("rita", channels[0], NOTICE))
    work.settled()
    work.slack.revoke()
    asked = [work.ask("rita", channel, NOTICE) for channel in channels]
    with work.ledger.read() as t:
        before = {state: t.outbox.held().get(state, 0) for state in ("sent", "refused")}
    work.slack.wait_for(lambda: halted(work), 20)
    with caplog.at_level(logging.ERROR, "clausewise.run"):
        work.bot._ticker.tick()
        work.ahead += timedelta(seconds=90)
        work.bot._ticker.tick()
    assert any("renew SLACK_BOT_TOKEN" in record.message for record in caplog.records)
    with work.ledger.read() as t:
        assert {state: t.outbox.held().get(state, 0) for state in before} == before
    work.slack.restore()
    work.ahead += timedelta(seconds=90)
    work.bot._ticker.tick()
    for message in asked:
        assert "45 calendar days" in work.replies(message)[0]["text"]
    work.settled()
    assert not halted(work)
    assert [len(work.replies(message)) for message in asked] == [1, 1, 1]
    assert not work.slack.duplicates()


def halted(work: Workplace) -> str:
    with work.ledger.read() as t:
        return t.facts.get("halted") or ""
