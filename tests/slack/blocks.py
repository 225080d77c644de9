"""Block Kit as Slack accepts it: the documented limits, for messages and for views."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .world import Json, SlackError

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 13_200  # not documented; seen in bolt-js issue 2509
VIEW_BYTES = 250_000

# By surface, as Slack's reference lists them: an alert is for modals only, a container for messages only.
EVERYWHERE = frozenset("actions card context divider header image input rich_text section video".split())
TYPES = {
    "message": EVERYWHERE.union(
        "call carousel container context_actions data_table data_visualization".split(),
        "file markdown plan table task_card".split(),
    ),
    "modal": EVERYWHERE | {"alert"},
    "home": EVERYWHERE | {"carousel"},
}
INSIDE_CONTAINERS = frozenset("actions context divider file header image input rich_text section table video".split())
# Lengths of texts, by block type and field.
TEXTS = {("section", "text"): 3000, ("header", "text"): 150, ("markdown", "text"): 12_000}
ELEMENTS = {"context": 10, "actions": 25, "context_actions": 5, "carousel": 10}
INSIDE = {"container": "child_blocks", "carousel": "elements"}
INTERACTIVE = frozenset(
    "button checkboxes datepicker datetimepicker email_text_input feedback_buttons file_input icon_button "
    "multi_static_select multi_users_select multi_conversations_select multi_channels_select multi_external_select "
    "number_input overflow plain_text_input radio_buttons rich_text_input static_select users_select "
    "conversations_select channels_select external_select timepicker url_text_input workflow_button".split()
)
OPTIONS = {"static_select": 100, "multi_static_select": 100, "overflow": 5, "checkboxes": 10, "radio_buttons": 10}


class Problems(list[str]):
    """What is wrong, as Slack says it: "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"."""

    def add(self, what: str, where: str) -> None:
        self.append(f"[ERROR] {what} [json-pointer:{where}]")

    def longest(self, value: object, most: int, where: str) -> None:
        if isinstance(value, str) and len(value) > most:
            self.add(f"must be less than {most + 1} characters", where)


def check_message(blocks: object) -> list[Json]:
    """The blocks of a message. Raises `SlackError`: `invalid_blocks`, `msg_blocks_too_long` and their like."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    problems = Problems()
    if len(blocks) > MESSAGE_BLOCKS:
        problems.add(f"no more than {MESSAGE_BLOCKS} items allowed", "/blocks")
    _check(blocks, "/blocks", TYPES["message"], problems)
    if problems:
        raise SlackError("invalid_blocks", errors=list(problems), response_metadata={"messages": list(problems)})
    if sum(block["type"] == "table" for block in every_block(blocks)) > 1:
        raise SlackError("invalid_blocks", errors=["only_one_table_allowed"])
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return _named(blocks)


def check_view(view: object) -> Json:
    """A modal or a home. Raises `SlackError`: `invalid_arguments` with messages, `view_too_large`."""
    problems = Problems()
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] view must be an object"]})
    if len(json.dumps(view, separators=(",", ":"))) > VIEW_BYTES:
        raise SlackError("view_too_large")
    _check_view_fields(view, problems)
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        problems.add("missing required field: blocks", "/view/blocks")
        blocks = []
    if len(blocks) > VIEW_BLOCKS:
        problems.add(f"no more than {VIEW_BLOCKS} items allowed", "/view/blocks")
    _check(blocks, "/view/blocks", TYPES.get(view.get("type", ""), TYPES["modal"]), problems)
    if problems:
        raise SlackError("invalid_arguments", response_metadata={"messages": list(problems)})
    return view | {"blocks": _named(blocks)}


def _check_view_fields(view: Mapping[str, Any], problems: Problems) -> None:
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        problems.add("must be a valid enum value: modal, home", "/view/type")
    if kind == "modal":
        for name, needed in (("title", True), ("submit", _has_input(view)), ("close", False)):
            text = view.get(name)
            if text is None and needed:
                problems.add(f"missing required field: {name}", "/view")
            elif text is not None:
                _text(text, 24, f"/view/{name}", problems, plain=True)
    problems.longest(view.get("private_metadata"), 3000, "/view/private_metadata")
    problems.longest(view.get("callback_id"), 255, "/view/callback_id")


def _has_input(view: Mapping[str, Any]) -> bool:
    return any(isinstance(block, dict) and block.get("type") == "input" for block in view.get("blocks") or [])


def _check(blocks: list[Any], where: str, allowed: frozenset[str], problems: Problems) -> None:
    seen: set[str] = set()
    for at, block in enumerate(blocks):
        here = f"{where}/{at}"
        if not isinstance(block, dict) or block.get("type") not in allowed:
            kind = block.get("type") if isinstance(block, dict) else block
            problems.add(f"unsupported type: {kind}", f"{here}/type")
            continue
        block_id = block.get("block_id")
        problems.longest(block_id, 255, f"{here}/block_id")
        if block_id and block_id in seen:
            problems.add(f'block_id "{block_id}" already exists', f"{here}/block_id")
        seen.add(block_id or "")
        _block(block, here, problems)


def _block(block: Json, where: str, problems: Problems) -> None:
    kind = block["type"]
    if kind == "section":
        _section(block, where, problems)
    elif kind == "header":
        _text(block.get("text"), TEXTS["header", "text"], f"{where}/text", problems, plain=True)
    elif kind == "markdown":
        _length(block.get("text"), TEXTS["markdown", "text"], f"{where}/text", problems)
    elif kind in ELEMENTS:
        _elements(block, kind, where, problems)
    elif kind == "input":
        _input(block, where, problems)
    elif kind == "image":
        _length(block.get("alt_text"), 2000, f"{where}/alt_text", problems)
        if not block.get("image_url") and not block.get("slack_file"):
            problems.add("missing required field: image_url", where)
    elif kind == "container":
        _container(block, where, problems)
    elif kind == "table":
        _table(block, where, problems)
    _action_ids(block, where, problems)


def _section(block: Json, where: str, problems: Problems) -> None:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        problems.add("missing required field: text", where)
    if block.get("text") is not None:
        _text(block["text"], TEXTS["section", "text"], f"{where}/text", problems)
    if isinstance(fields, list):
        if len(fields) > 10:
            problems.add("no more than 10 items allowed", f"{where}/fields")
        for at, each in enumerate(fields):
            _text(each, 2000, f"{where}/fields/{at}", problems)
    if block.get("accessory") is not None:
        _element(block["accessory"], f"{where}/accessory", problems)


def _elements(block: Json, kind: str, where: str, problems: Problems) -> None:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        problems.add("missing required field: elements", where)
        return
    if len(elements) > ELEMENTS[kind]:
        problems.add(f"no more than {ELEMENTS[kind]} items allowed", f"{where}/elements")
    for at, element in enumerate(elements):
        here = f"{where}/elements/{at}"
        if kind == "context":
            _context_element(element, here, problems)
        elif kind != "carousel":
            _element(element, here, problems)


def _context_element(element: Any, where: str, problems: Problems) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind in {"mrkdwn", "plain_text"}:
        _text(element, 3000, where, problems)
    elif kind != "image":
        problems.add(f"unsupported type: {kind}", f"{where}/type")


def _element(element: Any, where: str, problems: Problems) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in INTERACTIVE and kind != "image":
        problems.add(f"unsupported type: {kind}", f"{where}/type")
        return
    problems.longest(element.get("action_id"), 255, f"{where}/action_id")
    if kind == "button":
        _text(element.get("text"), 75, f"{where}/text", problems, plain=True)
        problems.longest(element.get("value"), 2000, f"{where}/value")
        problems.longest(element.get("url"), 3000, f"{where}/url")
        if element.get("style") not in {None, "primary", "danger"}:
            problems.add("must be a valid enum value: primary, danger", f"{where}/style")
    if element.get("confirm") is not None:
        _confirm(element["confirm"], f"{where}/confirm", problems)
    if element.get("placeholder") is not None:
        _text(element["placeholder"], 150, f"{where}/placeholder", problems, plain=True)
    if kind in OPTIONS:
        _options(element, kind, where, problems)


def _confirm(confirm: Any, where: str, problems: Problems) -> None:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm.get(name) is not None:
            _text(confirm[name], most, f"{where}/{name}", problems)


def _options(element: Json, kind: str, where: str, problems: Problems) -> None:
    options = element.get("options")
    groups = element.get("option_groups")
    if groups:
        options = [option for group in groups for option in group.get("options", ())]
    if not options:
        problems.add("missing required field: options", where)
        return
    if len(options) > OPTIONS[kind]:
        problems.add(f"no more than {OPTIONS[kind]} items allowed", f"{where}/options")
    for at, option in enumerate(options):
        _text(option.get("text"), 75, f"{where}/options/{at}/text", problems)
        _length(option.get("value"), 150, f"{where}/options/{at}/value", problems)


def _input(block: Json, where: str, problems: Problems) -> None:
    _text(block.get("label"), 2000, f"{where}/label", problems, plain=True)
    if block.get("hint") is not None:
        _text(block["hint"], 2000, f"{where}/hint", problems, plain=True)
    _element(block.get("element"), f"{where}/element", problems)


def _container(block: Json, where: str, problems: Problems) -> None:
    children = block.get("child_blocks")
    if block.get("title") is None and block.get("rich_text_title") is None:
        problems.add("missing required field: title", where)
    for name in ("title", "subtitle"):
        if block.get(name) is not None:
            _text(block[name], 150, f"{where}/{name}", problems, plain=name == "title")
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        problems.add("default_collapsed requires is_collapsible", where)
    if not isinstance(children, list) or not children:
        problems.add("missing required field: child_blocks", where)
        return
    if len(children) > 10:
        problems.add("no more than 10 items allowed", f"{where}/child_blocks")
    _check(children, f"{where}/child_blocks", INSIDE_CONTAINERS, problems)


def _table(block: Json, where: str, problems: Problems) -> None:
    rows = block.get("rows") or []
    if not rows or len(rows) > 100 or any(len(row) > 20 for row in rows):
        problems.add("a table has 1 to 100 rows of at most 20 cells", f"{where}/rows")


def _text(text: Any, most: int, where: str, problems: Problems, *, plain: bool = False) -> None:
    if not isinstance(text, dict):
        problems.add("missing required field: text", where)
        return
    allowed = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if text.get("type") not in allowed:
        problems.add(f"must be a valid enum value: {', '.join(sorted(allowed))}", f"{where}/type")
    if "emoji" in text and text.get("type") == "mrkdwn":
        problems.add("invalid additional property: emoji", where)
    _length(text.get("text"), most, f"{where}/text", problems)


def _length(value: Any, most: int, where: str, problems: Problems) -> None:
    if not isinstance(value, str) or not value:
        problems.add("must be more than 0 characters", where)
    elif len(value) > most:
        problems.add(f"must be less than {most + 1} characters", where)


def _action_ids(block: Json, where: str, problems: Problems) -> None:
    seen: set[str] = set()
    for element in elements_of(block):
        action = element.get("action_id")
        if action and action in seen:
            problems.add(f'action_id "{action}" already exists in this block', where)
        seen.add(action or "")


def elements_of(block: Mapping[str, Any]) -> Iterator[Json]:
    """What can be acted on in one block, not in the blocks inside it."""
    here = ["accessory", "element"]
    for element in [*(block.get("elements") or []), *(block.get("actions") or []), *(block.get(key) for key in here)]:
        if isinstance(element, dict) and element.get("type") in INTERACTIVE:
            yield element


def every_block(blocks: object) -> Iterator[Json]:
    """All blocks, those inside containers and cards too, in reading order."""
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict):
            yield block
            yield from every_block(block.get(INSIDE.get(block.get("type", ""), "")))


def _named(blocks: list[Json]) -> list[Json]:
    """With the ids Slack gives where the app gave none: b1, b2, … and a1, a2, …"""
    copied: list[Json] = json.loads(json.dumps(blocks))
    for at, block in enumerate(every_block(copied), 1):
        block.setdefault("block_id", f"b{at}")
        for number, element in enumerate(elements_of(block), 1):
            element.setdefault("action_id", f"a{at}.{number}")
    return copied
