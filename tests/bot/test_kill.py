"""Sudden deaths of the bot while questions flow and Slack misbehaves: nothing is lost, nothing is said twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.slack import BOT_USER, Channel, SlackStandIn, User
from tests.slack.faults import CALL_FAULTS

COMMAND = str(Path(sys.executable).with_name("clausewise"))
QUESTIONS = (
    "In ORION: how long before publication must I tell the partners?",
    "What is the ORION liability cap?",
    "In LAMBDA: can they delay us for a year?",
    "What royalty do we get from NOVA?",
)
PLACES = (*(f"C0ROOM{n}" for n in range(11)), "direct")  # a channel takes one message a second
RATES = {**dict.fromkeys(CALL_FAULTS, 0.02), "duplicated": 0.1, "withheld": 0.03, "delayed": 0.05, "reordered": 0.05}


@dataclass
class Tally:
    """What was asked, and how often the bot died."""

    kills: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)


def environment(slack: SlackStandIn, data: Path, ledger: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLAUSEWISE_", "SLACK_"))}
    return (
        kept
        | slack.environment()
        | {
            "CLAUSEWISE_DATA": str(data),
            "CLAUSEWISE_DATABASE_URL": f"sqlite:///{ledger}",
            "CLAUSEWISE_ADMIN_CHANNEL": "C0ADMIN",
            "CLAUSEWISE_SETTLE_SECONDS": "4",  # longer than what lands late here takes
            "CLAUSEWISE_READ_BACK_SECONDS": "5",
        }
    )


def killed_again_and_again(kills: int, data: Path, folder: Path, people: list[User], channels: list[Channel]) -> None:
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)  # noqa: S311 # printed, so that a failure can be had again
    tally = Tally()
    rooms = [Channel(p, p.lower(), members=["U0RITA", "U0PAUL", BOT_USER]) for p in PLACES if p != "direct"]
    with SlackStandIn(people, [*channels, *rooms], retry_delays=(0.2, 1.0, 3.0)) as slack:
        slack.chaos(seed, RATES)
        given = environment(slack, data, folder / "ledger.db")
        log = (folder / "log").open("ab")
        while tally.kills < kills:
            with subprocess.Popen([COMMAND, "run"], env=given, cwd=folder, stderr=log) as bot:
                die_at = time.monotonic() + dice.uniform(1.5, 7.0)
                while time.monotonic() < die_at and bot.poll() is None:
                    if dice.random() < 0.4 and len(tally.asked) < 6 * (tally.kills + 1):
                        tally.asked.append(_asked(slack, dice))
                    time.sleep(0.15)
                bot.send_signal(signal.SIGKILL)
            tally.kills += 1
        slack.calm()
        with subprocess.Popen([COMMAND, "run"], env=given, cwd=folder, stderr=log) as bot:
            try:
                patience = 150 + 1.5 * len(tally.asked)  # what waits is posted at Slack's pace
                slack.wait_for(lambda: all(_answers(slack, asked) for asked in tally.asked), patience)
                time.sleep(6)  # whatever would be said twice is said by now
            except TimeoutError:
                pass
            finally:
                bot.terminate()
    answers = Counter(len(_answers(slack, asked)) for asked in tally.asked)
    twice = slack.duplicates()
    print(
        f"seed {seed}: {tally.kills} kills, {len(tally.asked)} questions; "
        f"answered n times: {dict(sorted(answers.items()))}; messages standing twice: {len(twice)}"
    )
    assert set(answers) == {1}, f"seed {seed}: {answers}"
    assert not twice, f"seed {seed}: {twice}"


def _asked(slack: SlackStandIn, dice: random.Random) -> dict[str, Any]:
    place, question = dice.choice(PLACES), dice.choice(QUESTIONS)
    if place == "direct":
        return slack.say("U0RITA", slack.im("U0RITA"), question)
    return slack.say("U0RITA", place, f"{slack.mention} {question}")


def _answers(slack: SlackStandIn, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What the bot said in the thread of a question: the answer, or the line that it was sent privately."""
    return [m for m in slack.messages(asked["channel"], asked["ts"], by_bot=True) if m["ts"] != asked["ts"]]


def test_killed_at_any_moment_the_bot_answers_every_question_once(
    sample_data: Path, tmp_path: Path, people: list[User], channels: list[Channel]
) -> None:
    killed_again_and_again(4, sample_data, tmp_path, people, channels)


@pytest.mark.slow
def test_two_hundred_kills(sample_data: Path, tmp_path: Path, people: list[User], channels: list[Channel]) -> None:
    killed_again_and_again(200, sample_data, tmp_path, people, channels)
