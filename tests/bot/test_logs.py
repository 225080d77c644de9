"""The log holds ids, outcomes and durations: no secret ever, and no words of questions, clauses or people unless that
is switched on. Canaries are sent through every path, and looked for in everything a real process writes."""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest

from bot.logs import Discreet
from tests.slack import BOT_USER, Channel, SlackStandIn, User, error, garbage, http_500

COMMAND = str(Path(sys.executable).with_name("clausewise"))
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-7-CANARYTOKEN", "xapp-7-CANARYTOKEN", "CANARYSECRET"
ASKED, WRITTEN, CLAUSE = "canaryquestion", "canaryanswer", "planned publication"
NEVER = (BOT_TOKEN, APP_TOKEN, SECRET, "CANARY")
WORDS = (ASKED, WRITTEN, CLAUSE, "45 calendar days")


# --- the formatter ----------------------------------------------------------------------------------------------------


@contextmanager
def written(name: str, *, content: bool) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger whose lines are kept as the bot would write them."""
    out, logger = io.StringIO(), logging.getLogger(name)
    handler = logging.StreamHandler(out)
    handler.setFormatter(Discreet(content=content))
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield logger, out
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def fails(words: str) -> None:
    try:
        int(words)
    except ValueError as cause:
        raise RuntimeError(f"around {words}") from cause


@pytest.mark.parametrize("name", ["clausewise.test", "slack_bolt.App", "uvicorn.error", "sqlalchemy.engine", "root"])
@pytest.mark.parametrize("content", [False, True])
def test_an_exception_shows_where_and_of_which_type_and_its_words_only_where_that_is_switched_on(
    name: str, content: bool
) -> None:
    with written(name, content=content) as (logger, out):
        try:
            fails(f"{ASKED} {BOT_TOKEN}")
        except RuntimeError:
            logger.exception("it failed")
    assert "RuntimeError" in out.getvalue()
    assert "test_logs.py" in out.getvalue()
    assert (ASKED in out.getvalue()) == content
    assert BOT_TOKEN not in out.getvalue()


@pytest.mark.parametrize("content", [False, True])
def test_another_librarys_words_are_shown_only_where_that_is_switched_on(content: bool) -> None:
    with written("slack_sdk.web", content=content) as (logger, out):
        logger.error("cannot send %s with %s", {"text": ASKED}, f"Bearer {BOT_TOKEN}")
    assert (ASKED in out.getvalue()) == content
    assert "test_logs.py" in out.getvalue() or content
    assert "CANARY" not in out.getvalue()


def test_our_own_lines_are_shown_without_secrets() -> None:
    with written("clausewise.test", content=False) as (logger, out):
        logger.info("row=%s token=%s and %s; Bearer %s", "message:C1:1.0", BOT_TOKEN, APP_TOKEN, "abc.def")
    assert "row=message:C1:1.0 token=[secret] and [secret]; Bearer [secret]" in out.getvalue()


def test_words_that_another_handler_has_kept_are_not_shown() -> None:
    with written("clausewise.test", content=False) as (logger, out):
        loud = logging.StreamHandler(io.StringIO())
        loud.setFormatter(logging.Formatter())
        logger.handlers.insert(0, loud)
        try:
            fails(ASKED)
        except RuntimeError:
            logger.exception("it failed")
        finally:
            logger.removeHandler(loud)
    assert ASKED not in out.getvalue()


def test_what_ends_a_thread_or_the_process_is_logged_without_its_words() -> None:
    script = (
        "import logging, threading\n"
        "from bot import logs\n"
        "logs.start(content=False)\n"
        "def fails():\n"
        f"    raise ValueError('{ASKED}')\n"
        "thread = threading.Thread(target=fails); thread.start(); thread.join()\n"
        f"logging.getLogger('clausewise.x').info('%d %d', '{ASKED}')\n"
        "fails()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("ValueError") == 2
    assert ASKED not in done.stderr + done.stdout


# --- a real process ---------------------------------------------------------------------------------------------------


def environment(slack: SlackStandIn, data: Path, folder: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLAUSEWISE_", "SLACK_"))}
    ours = {
        "CLAUSEWISE_DATA": str(data),
        "CLAUSEWISE_DATABASE_URL": f"sqlite:///{folder / 'ledger.db'}",
        "CLAUSEWISE_ADMIN_CHANNEL": "C0ADMIN",
        "CLAUSEWISE_SETTLE_SECONDS": "1",
    }
    return {**kept, **slack.environment(), **ours, **more}


@contextmanager
def running(slack: SlackStandIn, data: Path, folder: Path, *arguments: str) -> Iterator[Path]:
    """`clausewise run`, ended politely; the file it writes to."""
    output = folder / "output"
    with (
        output.open("ab") as out,
        subprocess.Popen(
            [COMMAND, "run", *arguments], env=environment(slack, data, folder), cwd=folder, stderr=out, stdout=out
        ) as bot,
    ):
        try:
            yield output
        finally:
            bot.send_signal(signal.SIGTERM)
            bot.wait(30)


@pytest.fixture
def stand_in(people: list[User]) -> Iterator[SlackStandIn]:
    members = ["U0RITA", "U0PAUL", BOT_USER]
    tokens = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "signing_secret": SECRET}
    channels = [Channel("C0ORION", "orion", members), Channel("C0ADMIN", "admins", ["U0ADA", BOT_USER])]
    with SlackStandIn(people, channels, **tokens) as slack:  # type: ignore[arg-type]  # tokens are text
        yield slack


def test_what_a_bot_writes_through_questions_failures_and_a_persons_answer_holds_no_canary(
    stand_in: SlackStandIn, sample_data: Path, tmp_path: Path
) -> None:
    slack = stand_in
    question = f"In ORION: how long before publication must I tell the partners about {ASKED}?"
    with running(slack, sample_data, tmp_path) as output:
        slack.wait_connected(60)
        asked = slack.say("U0RITA", "C0ORION", f"{slack.mention} {question}")
        answer = slack.wait_for(lambda: slack.posts("C0ORION", asked["ts"]), 30)[0]
        slack.press("U0RITA", answer, "ask.person").wait()
        card = slack.wait_for(lambda: slack.posts(slack.im("U0LIV")), 20)[0]
        slack.press("U0LIV", card, "handover.answer").wait()
        view = slack.wait_for(lambda: slack.views("U0LIV"), 10)[-1]
        slack.submit("U0LIV", view, {"value": WRITTEN}).wait()
        slack.command("U0RITA", slack.im("U0RITA"), "/ip", f"ask {question}").wait()
        slack.event("message", channel="C0ORION", user="U0RITA", ts=[ASKED], text={"x": ASKED})
        slack.event("app_home_opened", user={"id": ASKED}, channel=ASKED)
        slack.courier.send("interactive", {"type": "view_submission", "view": {"state": [ASKED]}, "user": ASKED})
        for fault in (error(f"no {ASKED}"), http_500(lands=True), garbage()):
            slack.fail("chat.postMessage", fault, times=1)
            slack.fail("users.info", fault, times=1)
            again = slack.say("U0PAUL", "C0ORION", f"{slack.mention} {question}")
            with suppress(TimeoutError):
                slack.wait_for(lambda again=again: slack.posts("C0ORION", again["ts"]), 2.5)
        slack.revoke()
        slack.say("U0PAUL", "C0ORION", f"{slack.mention} {question}")
        time.sleep(1.5)
    log = output.read_text()
    print(f"log of {len(log.splitlines())} lines, {sum(log.count(word) for word in (*NEVER, *WORDS))} canaries")
    assert "outcome='answer'" in log
    assert [word for word in (*NEVER, *WORDS) if word in log] == []
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    assert ASKED.encode() in kept, "a ledger without the question proves nothing"
    assert [word for word in NEVER if word.encode() in kept] == []


def test_what_a_bot_writes_of_requests_by_http_holds_no_canary(
    stand_in: SlackStandIn, sample_data: Path, tmp_path: Path, unused_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_port}/slack/events"
    body = f'{{"type": "event_callback", "event": {{"text": "{ASKED}"}}, "token": "{BOT_TOKEN}"}}'.encode()
    good = stand_in.courier.signed(body)
    broken = f'{{"type": "event_callback", "event": "{ASKED}'.encode()
    requests = [
        (body, {**good, "X-Slack-Signature": f"v0={ASKED}"}, 401),
        (body, stand_in.courier.signed(body, secret="another"), 401),
        (body, stand_in.courier.signed(body, at=time.time() - 3600), 401),
        (body, {**good, "X-Slack-Request-Timestamp": ASKED}, 401),
        (body, {}, 401),
        (body + b"\xff", stand_in.courier.signed(body + b"\xff"), 400),
        (broken, stand_in.courier.signed(broken), 400),
    ]
    with running(stand_in, sample_data, tmp_path, "--http", "--port", str(unused_port)) as output:
        stand_in.wait_for(lambda: answered(f"http://127.0.0.1:{unused_port}/health", None, {}) == 200, 60)
        for sent, headers, expected in requests:
            assert answered(url, sent, {"Content-Type": "application/json", **headers}) == expected, headers
    log = output.read_text()
    assert "running as" in log
    assert [word for word in (*NEVER, *WORDS) if word in log] == []


def answered(url: str, body: bytes | None, headers: dict[str, str]) -> int:
    """The status of a request; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as reply:  # noqa: S310 - ours
            return int(reply.status)
    except HTTPError as refused:
        return refused.code
    except OSError:
        return 0


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
