"""What people do in the workplace of the tests, and what they are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobs.reindex import reindex
from knowledge.embedding import Encoder
from tests.bot.conftest import INDEXED_ON, Workplace

SAMPLES = Path(__file__).parents[2] / "knowledge" / "samples"


def shown(message: Mapping[str, Any]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


def said_to(work: Workplace, person: str, words: str = "") -> list[dict[str, Any]]:
    messages = work.slack.messages(work.slack.im(f"U0{person.upper()}"), by_bot=True)
    return [m for m in messages if words in m["text"] + shown(m)]


def heard(work: Workplace, person: str, words: str, count: int = 1, seconds: float = 30) -> dict[str, Any]:
    """The newest of so many messages to somebody with these words in them, once they are there."""

    def found() -> list[dict[str, Any]]:
        messages = said_to(work, person, words)
        return messages if len(messages) >= count else []

    return work.slack.wait_for(found, seconds)[-1]  # type: ignore[no-any-return]  # the stand-in's


def panel(work: Workplace) -> dict[str, Any]:
    """A fresh panel of Ada's, who is the admin."""
    before = len(said_to(work, "ada", "Open hand-overs"))
    work.slack.command("U0ADA", work.slack.im("U0ADA"), "/ip", "admin")
    return heard(work, "ada", "Open hand-overs", before + 1)


def press(work: Workplace, at: Mapping[str, Any], action: str, user: str = "U0ADA") -> None:
    work.slack.press(user, dict(at), action).wait()


def small_folder(at: Path) -> Path:
    """A folder with two of the samples, and the people of one university."""
    at.mkdir()
    catalogue = (SAMPLES / "catalogue.yaml").read_text("utf-8")
    head, _, rest = catalogue.partition("agreements:\n")
    entries, _, people = rest.partition("\npeople:\n")
    people = people.partition("  # other parties")[0]
    kept = [entry for entry in entries.split("\n\n") if "id: HELIX-DUA" in entry or "id: BIO-MTA" in entry]
    written = f"{head}agreements:\n" + "\n\n".join(kept) + f"\n\npeople:\n{people}"
    (at / "catalogue.yaml").write_text(written, "utf-8")
    for name in ("HELIX-DUA.md", "BIO-MTA.txt"):
        (at / name).write_bytes((SAMPLES / name).read_bytes())
    return at


def index_first(folder: Path, data: Path, encoder: Encoder) -> None:
    """Index a folder, with the export of the model that the tests share."""
    exported = encoder.export()
    assert exported is not None
    (data / "cache").mkdir(parents=True)
    for file in exported.parent.iterdir():
        (data / "cache" / file.name).symlink_to(file)
    reindex(folder, data, encoder=encoder, today=INDEXED_ON)


def submit(work: Workplace, user: str, view: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A modal sent off by somebody with these values of its state."""
    payload = {"type": "view_submission", "team": {"id": "T0STANDIN"}, "user": {"id": user}}
    payload |= {"view": {**view, "state": {"values": values}}}
    return work.slack.courier.send("interactive", payload).wait()
