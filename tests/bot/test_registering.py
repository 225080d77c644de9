"""A file dropped into the admin channel becomes an agreement of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import registration
from jobs.ledger import Incoming
from knowledge.catalogue_entries import Registration
from knowledge.embedding import Encoder
from tests.bot.acting import SAMPLES, heard, index_first, press, shown, small_folder, submit
from tests.bot.conftest import Workplace, workplace
from tests.knowledge.hostile_files import docx, paragraph
from tests.slack import BOT_USER, Channel, SlackStandIn, User


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, people: list[User]
) -> Iterator[tuple[Workplace, Path]]:
    """A workplace with an index of its own, and the folder it is made of."""
    root = tmp_path_factory.mktemp("registering")
    folder, data = small_folder(root / "agreements"), root / "data"
    index_first(folder, data, encoder)
    settings = {"database_url": f"sqlite:///{root / 'ledger.db'}", "settle_seconds": 2.0}
    channels = [Channel("C0ADMIN", "admins", members=["U0ADA", "U0RITA", BOT_USER])]
    with (
        SlackStandIn([replace(user) for user in people], channels) as slack,
        workplace(slack, data, encoder, None, settings) as opened,
    ):
        yield opened, folder


def offer(work: Workplace, name: str, content: bytes) -> dict[str, Any]:
    """What is said in the thread of a file that Ada dropped."""
    dropped = work.slack.drop_file("U0ADA", "C0ADMIN", name, content=content)
    return work.replies(dropped)[0]


def filled(view: Mapping[str, Any], **more: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a form as it was opened, with `more` of its fields filled in."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        given = {"type": element["type"], "value": element.get("initial_value")}
        given |= {"selected_date": element.get("initial_date"), "selected_option": element.get("initial_option")}
        given |= {"selected_options": element.get("initial_options") or []}
        state[block["block_id"]] = {element["action_id"]: {**given, **more.get(block["block_id"], {})}}
    return state


def form(work: Workplace, at: Mapping[str, Any]) -> dict[str, Any]:
    (file,) = [e["value"] for b in at["blocks"] if b["type"] == "actions" for e in b["elements"]]
    press(work, at, "register.open")

    def opened() -> list[dict[str, Any]]:
        return [view for view in work.slack.views("U0ADA") if view["private_metadata"] == file]

    return work.slack.wait_for(opened)[-1]  # type: ignore[no-any-return]  # the stand-in's


def test_a_file_becomes_a_form_an_entry_and_an_answer(office: tuple[Workplace, Path]) -> None:
    work, folder = office
    before = (folder / "catalogue.yaml").read_text("utf-8")
    at = offer(work, "QUANT-CDA.txt", (SAMPLES / "QUANT-CDA.txt").read_bytes())
    view = form(work, at)
    assert "Mutual Confidential Disclosure Agreement" in json.dumps(view)
    assert "Read from" in json.dumps(view)

    wrong = filled(view, holidays={"value": "ATLANTIS"})
    refused = submit(work, "U0ADA", view, wrong)
    assert "holidays" in refused.response["errors"]
    assert (folder / "catalogue.yaml").read_text("utf-8") == before

    right = filled(view, id={"value": "QUANT-CDA"}, groups={"value": "quant"}, holidays={"value": "GB-ENG"})
    accepted = submit(work, "U0ADA", view, right)
    assert not accepted.response
    heard(work, "ada", "is in the catalogue, and is being indexed")
    heard(work, "ada", "QUANT-CDA", 2, 90)
    after = (folder / "catalogue.yaml").read_text("utf-8")
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert "QUANT-CDA" in after
    work.slack.wait_for(lambda: "QUANT-CDA" in work.clausewise.generation.agreements, 90)
    (reply,) = work.replies(work.ask("rita", "direct", "Until when is QUANT information confidential?"))
    assert "QUANT-CDA" in reply["text"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../../etc/passwd", b"root:x:0:0"),
        ("archive.zip", b"PK\x03\x04"),
        ("broken.pdf", b"%PDF-1.7 no more"),
        ("macro.docm", b"PK\x03\x04"),
        ("bomb.docx", docx(paragraph("x" * 80_000_000))),
        ("empty.txt", b""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_document_is_refused_with_a_reason(
    office: tuple[Workplace, Path], name: str, content: bytes
) -> None:
    work, folder = office
    files = sorted(path.name for path in folder.rglob("*"))
    uploads = sorted((work.clausewise.data / "uploads").glob("*/*"))
    at = offer(work, name, content)
    assert "register.open" not in shown(at)
    assert "cannot be registered: " in at["text"]
    assert sorted(path.name for path in folder.rglob("*")) == files
    assert sorted((work.clausewise.data / "uploads").glob("*/*")) == uploads
    (reply,) = work.replies(work.ask("rita", "direct", "May HELIX data leave Belgium?"))
    assert "HELIX-DUA" in reply["text"]


def test_a_path_in_a_files_name_leads_nowhere(office: tuple[Workplace, Path]) -> None:
    work, folder = office
    dropped = work.slack.drop_file("U0RITA", "C0ADMIN", "plain.txt", content=(SAMPLES / "BIO-MTA.txt").read_bytes())
    named = {**dropped["files"][0], "name": "../../../agreements/BIO-MTA.txt"}
    at = work.replies(work.slack.say("U0ADA", "C0ADMIN", "", files=[named]))[0]
    assert "register.open" in shown(at)
    kept = work.clausewise.data / "uploads" / named["id"]
    assert sorted(path.name for path in kept.iterdir()) == ["BIO-MTA.txt", "proposed.json"]
    form_ = form(work, at)
    accepted = submit(work, "U0ADA", form_, filled(form_, id={"value": "BIO-COPY"}))
    assert not accepted.response
    heard(work, "ada", "BIO-COPY is in the catalogue")
    assert (folder / "BIO-MTA-2.txt").read_bytes() == (folder / "BIO-MTA.txt").read_bytes()
    assert "files: [BIO-MTA-2.txt]" in (folder / "catalogue.yaml").read_text("utf-8").replace("\n      - ", " [")


def test_what_a_crash_left_half_done_is_finished_once(office: tuple[Workplace, Path]) -> None:
    """The file lies in the folder and is in no entry; then it is entered, and the work is done again."""
    work, folder = office
    content = (SAMPLES / "QUANT-CDA.txt").read_bytes() + b"\n"
    at = offer(work, "HALF.txt", content)
    view = form(work, at)
    (folder / "HALF.txt").write_bytes(content)
    read = registration.read(filled(view, id={"value": "HALF-CDA"}))
    assert isinstance(read, Registration)
    for attempt in ("first", "second"):
        row = Incoming(f"view:{attempt}", "view", "", {}, work.now(), user="U0ADA")
        done = work.bot.receiver._modals._registering.save(row, view["private_metadata"], read, work.now())
        assert done.outcome == "registered"
    assert (folder / "catalogue.yaml").read_text("utf-8").count("id: HALF-CDA") == 1
    assert sorted(path.name for path in folder.glob("HALF*")) == ["HALF.txt"]


def test_a_file_of_somebody_who_is_no_admin_is_left_alone(office: tuple[Workplace, Path]) -> None:
    work, _ = office
    dropped = work.slack.drop_file("U0RITA", "C0ADMIN", "BIO-MTA.txt", content=b"An agreement")
    work.settled()
    assert work.slack.messages("C0ADMIN", dropped["ts"], by_bot=True) == []


def test_the_form_is_opened_for_admins_alone(office: tuple[Workplace, Path]) -> None:
    work, _ = office
    at = offer(work, "BIO-MTA-2.txt", (SAMPLES / "BIO-MTA.txt").read_bytes())
    press(work, at, "register.open", "U0RITA")
    work.settled()
    assert work.slack.views("U0RITA") == []
