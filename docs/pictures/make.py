"""Draws what people see in Slack, from the real blocks: `python docs/pictures/make.py` writes the PNG files beside it.

Wants node and npm (for the renderer, see package.json), Chromium, and the fonts Lato and Noto Sans CJK; on Debian:
`apt install nodejs npm chromium fonts-lato fonts-noto-cjk`. The answers are asked of the sample agreements.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = ROOT / "build" / "pictures"
SAMPLES = ROOT / "knowledge" / "samples"
sys.path.insert(0, str(ROOT))

from bot import access  # noqa: E402 - found by the line above
from bot.blocks import home, registration, render  # noqa: E402
from jobs import messages, reindex  # noqa: E402
from jobs.messages import Answered, Message  # noqa: E402
from knowledge.answers import answer  # noqa: E402
from knowledge.catalogue_entries import drafted  # noqa: E402
from knowledge.clauses import parse  # noqa: E402
from knowledge.documents import Reader  # noqa: E402
from knowledge.embedding import Encoder  # noqa: E402
from knowledge.index import Generation  # noqa: E402
from knowledge.proposals import propose  # noqa: E402

ON = date(2026, 10, 5)
INDEXED = date(2026, 6, 1)  # before the day on which golden questions are asked: they meet what is new
CHANNEL = "C0ORION001"
PEOPLE = {"liv": "U0LIV00001", "rita": "U0RITA0001", "tom": "U0TOM00001"}
NAMED = {
    "people": [{"id": id_, "name": name.title()} for name, id_ in PEOPLE.items()],
    "channels": [{"id": CHANNEL, "name": "orion-papers"}],
}
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="drawn.css"><div id="root"></div>
<script>window.picture = PICTURE</script><script src="drawn.js"></script>"""
BROWSER = ("--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=700,4000", "--virtual-time-budget=3000")
COLOURS = 64

Picture = dict[str, Any]


class Samples:
    """The sample agreements, indexed, and asked."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data = folder, data
        self.encoder = Encoder(cache=data / "encoder")
        reindex.reindex(folder, data, encoder=self.encoder, today=INDEXED)
        self.generation = Generation.open(data)

    def ask(self, person: str, question: str) -> Answered:
        asker = self.generation.people[person]
        given = answer(question, asker=asker, on=ON, generation=self.generation, encoder=self.encoder)
        return Answered("Q-1", given, given.language)


# --- what is drawn ----------------------------------------------------------------------------------------------------


def message(name: str, said: Message, before: tuple[str, str] | None = None) -> Picture:
    blocks = list(render(said).blocks)
    return {"name": name, "kind": "message", "blocks": blocks} | (
        {"before": {"name": before[0], "text": before[1]}} if before else {}
    )


def view(name: str, made: Mapping[str, Any]) -> Picture:
    words = {key: made[key]["text"] for key in ("title", "close", "submit") if key in made}
    return {"name": name, "kind": "view", "blocks": made["blocks"], **words}


def pictures(samples: Samples) -> Iterator[Picture]:
    yield from _answers(samples)
    yield from _handed_over(samples)
    yield from _for_admins(samples)
    yield from _home(samples)


def _answers(samples: Samples) -> Iterator[Picture]:
    asked = (
        ("answer", "rita", "Can Lambda Ltd delay us for a year?"),
        ("conflict", "paul", "How long before we publish must we tell ORION and ACME?"),
        ("amended", "rita", "By when must a party object to a planned publication in ORION?"),
        ("german", "greta", "Wie lange vor der Veröffentlichung muss ich die ORION-Partner informieren?"),
        ("nothing-found", "rita", "What is the penalty for late publication notice in ORION?"),
    )
    for name, person, question in asked:
        given = replace(samples.ask(person, question), common=name == "answer")
        yield message(name, given, before=(samples.generation.people[person].name, question))
    question = "Until when is what QUANT told us confidential?"
    private = replace(samples.ask("rita", question), asked=question, asked_in=CHANNEL)
    yield message("private-line", messages.AnsweredPrivately(PEOPLE["rita"]), before=("Rita Okafor", question))
    yield message("private-answer", private)


QUESTION = "What is the penalty for late publication notice in ORION?"


def _handed_over(samples: Samples) -> Iterator[Picture]:
    looked_at = samples.ask("rita", QUESTION).answer.related
    due = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)
    card = messages.HandOverRequest("H-1", PEOPLE["rita"], QUESTION, "ORION-CA", due, "Europe/Brussels", looked_at)
    yield message("handed-over", card)
    words = (
        "The text names none. A late notice is a breach, and the coordinator may ask that it be put right in 30 days."
    )
    yield message(
        "person-answers", messages.HandOverAnswered("H-1", PEOPLE["rita"], QUESTION, words, PEOPLE["liv"], "ORION-CA")
    )


def _for_admins(samples: Samples) -> Iterator[Picture]:
    yield message("panel", _panel(samples))
    _edit(samples.folder / "HELIX-DUA.md", "28 calendar days", "21 calendar days")
    _edit(
        samples.folder / "BIO-MTA.txt",
        r"\n2\. TRANSFER TO OTHERS.*",
        "\n2. RECORDS. The Recipient keeps a list of the vials.",
    )
    changes = reindex.reindex(samples.folder, samples.data, encoder=samples.encoder, today=INDEXED, promote=False)
    yield message("indexed", reindex.summary(changes, 4.2))
    yield view("registration", _form(samples))


def _edit(file: Path, old: str, new: str) -> None:
    text, found = re.subn(old, new, file.read_text("utf-8"), count=1)
    if not found:
        raise ValueError(f"{file.name} does not say {old!r} any more")
    file.write_text(text, "utf-8")


def _panel(samples: Samples) -> messages.Panel:
    return messages.Panel(
        generation=samples.generation.name,
        previous="",
        staged="",
        agreements=len(samples.generation.agreements),
        clauses=samples.generation.clause_count,
        indexed_on="2026-10-05 09:12 CEST",
        folder="/srv/agreements",
        paused=False,
        halted="",
        waiting=0,
        unanswered=1,
        gaps=3,
        problems=(f"Nothing can be posted in <#{CHANNEL}> (not_in_channel): invite me again.",),
        mentions=(CHANNEL,),
    )


def _form(samples: Samples) -> Mapping[str, Any]:
    with Reader(samples.folder, cache=samples.data / "read", ocr=False) as reader:
        document = reader.read("QUANT-CDA.txt")
    proposed = propose(document, parse(document))
    draft = drafted(proposed, "QUANT-CDA.txt", {})
    return registration.form("F0QUANT001", draft, proposed, samples.generation.people.values())


def _home(samples: Samples) -> Iterator[Picture]:
    known = samples.generation.agreements
    rita = access.me(PEOPLE["rita"], samples.generation.people["rita"], known, ON)
    due = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)
    seen = home.Home(
        name=rita.name,
        agreements=rita.agreements,
        examples=home.examples(a for a in known.values() if a.short_name in {r.agreement for r in rita.agreements}),
        waiting=(home.Waiting("H-1", QUESTION, "ORION-CA", due, mine=True, waits_for=PEOPLE["liv"]),),
        timezone="Europe/Brussels",
    )
    yield view("home", home.view(seen))
    panel = _panel(samples)
    health = home.Health(
        generation=panel.generation,
        indexed_on=panel.indexed_on,
        agreements=panel.agreements,
        staged="g000002",
        unanswered=1,
        gaps=3,
        broken_channels=(CHANNEL,),
        missing_calendars=tuple(a.short_name for a in known.values() if not a.holidays)[:2],
    )
    ada = access.me("U0ADA00001", samples.generation.people["ada"], known, ON)
    offered = home.examples(known.values())
    yield view("home-admin", home.view(home.Home(ada.name, ada.agreements, offered, health=health)))


# --- drawing ----------------------------------------------------------------------------------------------------------


def run(*command: str | Path, **options: Any) -> None:
    subprocess.run([str(part) for part in command], check=True, **options)  # noqa: S603 - our own commands


def draw(wanted: Sequence[Picture]) -> None:
    """Each picture as a page, each page as a PNG that ends where its content ends."""
    for file in ("package.json", "page.jsx", "page.css"):
        shutil.copy(HERE / file, WORK / file)
    run("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent", cwd=WORK)
    run("npm", "run", "--silent", "build", cwd=WORK)
    for picture in wanted:
        page, shot = (WORK / f"{picture['name']}.{ending}" for ending in ("html", "png"))
        page.write_text(PAGE.replace("PICTURE", json.dumps(picture | NAMED).replace("<", "\\u003c")), "utf-8")
        run("chromium", *BROWSER, f"--screenshot={shot}", page.as_uri(), stderr=subprocess.DEVNULL)
        cropped(shot).save(HERE / shot.name, optimize=True)


def cropped(shot: Path) -> Image.Image:
    """The page without the empty space below its content, in few colours."""
    with Image.open(shot) as opened:
        image = opened.convert("RGB")
    empty = Image.new("RGB", image.size, "white")
    _, _, _, bottom = ImageChops.difference(image, empty).getbbox() or (0, 0, 0, image.height)
    return image.crop((0, 0, image.width, min(image.height, bottom + 16))).quantize(COLOURS)


def main() -> None:
    shutil.rmtree(WORK / "data", ignore_errors=True)
    shutil.rmtree(WORK / "agreements", ignore_errors=True)
    shutil.copytree(SAMPLES, WORK / "agreements")
    with ExitStack() as stack:
        samples = Samples(WORK / "agreements", WORK / "data")
        stack.callback(samples.generation.close)
        draw(list(pictures(samples)))


if __name__ == "__main__":
    main()
