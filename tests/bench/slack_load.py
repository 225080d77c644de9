"""Twenty questions a second for a minute over forty conversations: how soon Slack has its receipt, and what comes of
each question. The bot is a process of its own, Slack the stand-in of the tests, on loopback.

The receipt of Bolt's own echo of the same events, in the same run, is the peer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.slack import BOT_USER, Channel, SlackStandIn, User

RESULTS = Path(__file__).with_name("results") / "load.txt"
QUESTIONS = (
    "In ORION: how long before publication must I tell the partners?",
    "What is the ORION liability cap?",
    "In LAMBDA: can they delay us for a year?",
    "What sentence must I put in the acknowledgements?",
    "HELIX: when does the publication moratorium end?",
    "May I use BIO material in a company project?",
    "What royalty do we get from NOVA?",
    "What does Background mean in LAMBDA?",
)
ECHO = """
import os
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
url = os.environ["SLACK_API_URL"]
app = App(client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=url))

@app.event("app_mention")
def mention(event, say):
    say(text=event["text"], thread_ts=event["ts"])

@app.event("message")
def message(event):
    pass

token = os.environ["SLACK_APP_TOKEN"]
SocketModeHandler(app, token, web_client=WebClient(token=token, base_url=url)).start()
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="a data folder with the samples indexed")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--conversations", type=int, default=40)
    given = parser.parse_args()
    ours = str(Path(sys.executable).with_name("clausewise"))
    RESULTS.write_text("", "utf-8")
    figures = {}
    for name, command in (("Clausewise", [ours, "run"]), ("Bolt, echoing", [sys.executable, "-c", ECHO])):
        with workspace(given.conversations) as slack, running(slack, given.data, command):
            figures[name] = measured(slack, given.seconds, given.rate, given.conversations, name)
    say(f"p99 of the receipt, Clausewise / Bolt echoing: {figures['Clausewise'] / figures['Bolt, echoing']:.1f}")


def say(line: str) -> None:
    """Print a figure, and keep it."""
    print(line, flush=True)
    with RESULTS.open("a", encoding="utf-8") as kept:
        kept.write(line + "\n")


@contextmanager
def workspace(conversations: int) -> Iterator[SlackStandIn]:
    rita = User("U0RITA", "rita", "Rita Okafor", "rita.okafor@valmont.example.org")
    channels = [Channel(f"C0LOAD{n}", f"load-{n}", members=["U0RITA", BOT_USER]) for n in range(conversations)]
    with SlackStandIn([rita], channels, retry_delays=(0.2, 60.0)) as slack:
        yield slack


@contextmanager
def running(slack: SlackStandIn, data: Path, command: list[str]) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLAUSEWISE_", "SLACK_"))}
        settings = {"CLAUSEWISE_DATA": str(data), "CLAUSEWISE_DATABASE_URL": f"sqlite:///{folder}/ledger.db"}
        with (Path(folder) / "log").open("wb") as log:
            bot = subprocess.Popen(
                command, env=kept | slack.environment() | settings, cwd=folder, stderr=log, stdout=log
            )
            try:
                slack.wait_connected(60)
                yield
            finally:
                bot.terminate()
                bot.wait(30)


def measured(slack: SlackStandIn, seconds: float, rate: float, conversations: int, name: str) -> float:
    """Ask at a steady rate, wait for every answer, print what came of it; the p99 of the receipts in ms."""
    asked = []
    started = time.monotonic()
    for n in range(int(seconds * rate)):
        time.sleep(max(0.0, started + n / rate - time.monotonic()))
        channel = f"C0LOAD{n % conversations}"
        asked.append(slack.say("U0RITA", channel, f"{slack.mention} {QUESTIONS[n % len(QUESTIONS)]}"))
    sent = time.monotonic() - started

    def answers() -> list[list[float]]:
        return [[float(m["ts"]) for m in slack.messages(a["channel"], a["ts"], by_bot=True)] for a in asked]

    with suppress(TimeoutError):
        slack.wait_for(lambda: all(answers()), 300)
    found = answers()
    times = Counter(len(one) for one in found)
    waits = sorted(one[0] - float(a["ts"]) for one, a in zip(found, asked, strict=True) if one)
    receipts = sorted(1000 * latency for latency in slack.ack_latencies())
    retried = sum(len(d.attempts) > 1 for d in slack.deliveries())
    shown = {c.arguments["timestamp"] for c in slack.calls("reactions.add")}
    say(
        f"{name}: {len(asked)} questions in {sent:.0f} s; receipts p50 {statistics.median(receipts):.0f} ms,"
        f" p99 {receipts[int(0.99 * len(receipts))]:.0f} ms, longest {receipts[-1]:.0f} ms; sent again {retried};"
        f" answered n times: {dict(times)}; answer after p50 {statistics.median(waits):.1f} s,"
        f" longest {waits[-1]:.1f} s; status shown for {len(shown & {a['ts'] for a in asked})}"
    )
    return receipts[int(0.99 * len(receipts))]


if __name__ == "__main__":
    main()
