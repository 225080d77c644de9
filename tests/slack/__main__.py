"""`python -m tests.slack --port 3010 --config FILE`: the stand-in as a command, until it is interrupted."""

from __future__ import annotations

import argparse
import json
import signal
import tomllib
from pathlib import Path
from types import FrameType
from typing import Any

from . import BOT_USER, SlackStandIn, control

# Where no file is given: two people, a channel with them and the bot, and one without it.
SMALL: dict[str, Any] = {
    "users": [
        {"id": "U0RITA", "name": "rita", "real_name": "Rita", "email": "rita@example.org", "is_admin": True},
        {"id": "U0JONAS", "name": "jonas", "real_name": "Jonas", "email": "jonas@example.org"},
    ],
    "channels": [
        {"id": "C0GENERAL", "name": "general", "members": ["U0RITA", "U0JONAS", BOT_USER]},
        {"id": "C0RANDOM", "name": "random", "members": ["U0RITA", "U0JONAS"]},
    ],
}


class Interrupted(Exception):  # noqa: N818 # no error: the way the command ends
    """Somebody wants it to end."""


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def read(path: Path) -> dict[str, Any]:
    """The arguments of `SlackStandIn` from a JSON or TOML file. Raises `ValueError`, `OSError`."""
    text = path.read_text(encoding="utf-8")
    settings: dict[str, Any] = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    if not isinstance(settings, dict):
        raise TypeError(f"{path} is not an object")
    return settings


def main() -> None:
    """Starts it, prints its address and the settings an app needs, and waits."""
    parser = argparse.ArgumentParser(prog="python -m tests.slack", description="A stand-in for Slack on loopback.")
    parser.add_argument("--port", type=int, default=3010, help="0 takes a free one (default: 3010)")
    parser.add_argument("--config", type=Path, help="JSON or TOML: users, channels, and how strict it is (README.md)")
    parser.add_argument("--request-url", default="", help="deliver events here, signed, in place of Socket Mode")
    given = parser.parse_args()
    try:
        settings = SMALL if given.config is None else read(given.config)
        chosen = {"port": given.port, **({"request_url": given.request_url} if given.request_url else {})}
        slack = SlackStandIn(**settings, **chosen, routes=control.routes(lambda: slack))
        slack.start()
    except (OSError, TypeError, ValueError) as problem:
        parser.exit(2, f"The stand-in cannot start: {problem}\n")
    signal.signal(signal.SIGTERM, _interrupted)
    print(slack.url)
    for name, value in slack.environment().items():
        print(f"{name}={value}", flush=True)
    try:
        signal.pause()
    except (Interrupted, KeyboardInterrupt):
        slack.stop()


if __name__ == "__main__":
    main()
