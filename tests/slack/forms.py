"""What people type and choose, as payloads tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import blocks as block_kit
from .world import Json, copied

SELECTED = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
}


def filled_in(view: Json, values: Mapping[str, Any]) -> Json:
    """The `state.values` of a view that is sent off: what is given by action id, else what was chosen before, else what
    stood there from the beginning. Raises `LookupError` for an action the view does not have, `ValueError` where an
    input that is needed is empty."""
    state: Json = copied(view["state"]["values"])
    left = dict(values)
    for block in block_kit.every_block(view["blocks"]):
        for element in block_kit.elements_of(block):
            if element["type"] == "button":
                continue
            action_id, kept = element["action_id"], state.setdefault(block["block_id"], {})
            entry = (
                chosen(element, left.pop(action_id)) if action_id in left else kept.get(action_id) or _initial(element)
            )
            filled = any(value for key, value in entry.items() if key != "type")
            if block["type"] == "input" and not block.get("optional") and not filled:
                raise ValueError(f"{action_id} has to be filled in")
            kept[action_id] = {"type": element["type"], **entry}
    if left:
        raise LookupError(f"the view has no {', '.join(sorted(left))}")
    return {block_id: entries for block_id, entries in state.items() if entries}


def _option(element: Json, value: str) -> Json:
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
    for option in options:
        if option.get("value") == value:
            return dict(option)
    raise LookupError(f"{element['action_id']} has no option {value}")


def chosen(element: Json, value: Any) -> Json:
    """What Slack says of an element with this value: of a text, an option by its value, an id, a date."""
    key = SELECTED.get(element["type"], "value")
    if key == "selected_option":
        return {key: None if value is None else _option(element, value)}
    if key == "selected_options":
        return {key: [_option(element, each) for each in value]}
    return {key: value}


def _initial(element: Json) -> Json:
    key = SELECTED.get(element["type"], "value")
    name = key.removeprefix("selected_") if key in SELECTED.values() and key.startswith("selected_") else "value"
    return {key: element.get(f"initial_{name}", [] if key.endswith("s") else None)}
