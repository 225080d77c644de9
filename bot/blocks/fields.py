"""Inputs of modals, and what was typed into them.

Each input is a block whose `block_id` is the field's name, with one element, `value`. What Slack sends back is read
without trust: a field that is missing or of another kind counts as empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.blocks.parts import LABEL, Block, plain
from bot.blocks.words import stripped

Values = Mapping[str, Any]  # `view.state.values` of a submitted modal
Problems = dict[str, str]  # field -> what is wrong with it, as `response_action: errors` wants it
Choice = tuple[str, str]  # what is sent, what is shown

_ELEMENT = "value"
_OPTIONS = 100  # of a select; more of them need groups
_INITIAL = 3_000  # characters of a text input
TITLE = 24


def view(title: str, blocks: Sequence[Block], *, callback: str = "", about: str = "", submit: str = "") -> Block:
    """A modal; `about` is the id of what it is about, and comes back with it."""
    made: Block = {
        "type": "modal",
        "title": plain(title, TITLE),
        "close": plain("Cancel" if submit else "Close", TITLE),
        "blocks": list(blocks),
    }
    if callback:
        made["callback_id"] = callback
    if about:
        made["private_metadata"] = about
    if submit:
        made["submit"] = plain(submit, TITLE)
    return made


# --- inputs -----------------------------------------------------------------------------------------------------------


def _input(name: str, label: str, element: Block, hint: str, optional: bool) -> Block:
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 200),
        "element": {**element, "action_id": _ELEMENT},
        "optional": optional,
    }
    if hint:
        made["hint"] = plain(hint, 600)
    return made


def text_field(
    name: str,
    label: str,
    *,
    initial: str = "",
    hint: str = "",
    placeholder: str = "",
    lines: bool = False,
    longest: int = _INITIAL,
    optional: bool = True,
) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": longest}
    if initial := stripped(initial)[:longest]:
        element["initial_value"] = initial
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return _input(name, label, element, hint, optional)


def date_field(name: str, label: str, *, initial: str = "", hint: str = "") -> Block:
    element: Block = {"type": "datepicker"} | ({"initial_date": initial} if initial else {})
    return _input(name, label, element, hint, optional=True)


def radio_field(name: str, label: str, choices: Sequence[Choice], *, initial: str = "") -> Block:
    return _input(name, label, _choosing("radio_buttons", choices, initial), "", optional=False)


def select_field(
    name: str, label: str, choices: Sequence[Choice], *, initial: str = "", hint: str = "", optional: bool = True
) -> Block:
    """A menu. Slack refuses one without options, so without choices it becomes a text input for the id."""
    if not choices:
        return text_field(name, label, initial=initial, hint=hint, optional=optional, longest=200)
    return _input(name, label, _choosing("static_select", choices, initial), hint, optional)


def several_field(name: str, label: str, choices: Sequence[Choice], *, hint: str = "") -> Block:
    """A menu in which any number can be chosen; without choices a text input for ids."""
    if not choices:
        return text_field(name, label, hint=hint, longest=500)
    return _input(name, label, _choosing("multi_static_select", choices, ""), hint, optional=True)


def tick_field(name: str, label: str, choices: Sequence[Choice]) -> Block:
    return _input(name, label, _choosing("checkboxes", choices, ""), "", optional=True)


def conversation_field(name: str, label: str, *, initial: str = "") -> Block:
    """A channel, public or private; the one the modal was opened in where none is given."""
    element: Block = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    element |= {"initial_conversation": initial} if initial else {"default_to_current_conversation": True}
    return _input(name, label, element, "", optional=False)


def _choosing(kind: str, choices: Sequence[Choice], initial: str) -> Block:
    options = [{"text": plain(label, LABEL), "value": value} for value, label in choices]
    element: Block = {"type": kind}
    if len(options) <= _OPTIONS:
        element["options"] = options
    else:
        groups = [options[at : at + _OPTIONS] for at in range(0, len(options), _OPTIONS)][:_OPTIONS]
        element["option_groups"] = [{"label": _from_to(group), "options": group} for group in groups]
    if chosen := [option for option in options if option["value"] == initial]:
        element["initial_option"] = chosen[0]
    return element


def _from_to(group: Sequence[Block]) -> Block:
    first, last = (str(group[at]["text"]["text"]) for at in (0, -1))
    return plain(f"{first[:30]} – {last[:30]}", LABEL)


# --- what was typed ---------------------------------------------------------------------------------------------------


def _element(values: Values, name: str) -> Mapping[str, Any]:
    block = values.get(name)
    element = block.get(_ELEMENT) if isinstance(block, Mapping) else None
    return element if isinstance(element, Mapping) else {}


def typed(values: Values, name: str) -> str:
    """The text, the date, the conversation or the choice of a field, whichever it is; "" where there is none."""
    element = _element(values, name)
    option = element.get("selected_option")
    chosen = option.get("value") if isinstance(option, Mapping) else None
    found = (element.get("value"), element.get("selected_date"), element.get("selected_conversation"), chosen)
    return next((stripped(each).strip() for each in found if isinstance(each, str) and each.strip()), "")


def ticked(values: Values, name: str) -> tuple[str, ...]:
    """What was chosen where several can be; of a text input the words between commas."""
    options = _element(values, name).get("selected_options")
    if not isinstance(options, list):
        return listed(typed(values, name))
    return tuple(str(option["value"]) for option in options if isinstance(option, Mapping) and option.get("value"))


def listed(words: str) -> tuple[str, ...]:
    """The words between commas, each once."""
    return tuple(dict.fromkeys(part for part in map(str.strip, words.replace("，", ",").split(",")) if part))


def one_of(value: str, choices: Iterable[Choice]) -> bool:
    return any(value == known for known, _ in choices)
