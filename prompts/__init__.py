"""What is said to a language model: one Markdown file a prompt, with `$name` where a value goes."""

from __future__ import annotations

from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent


class PromptError(ValueError):
    """A prompt that does not exist, or whose values are not the ones it asks for. The message names them."""


def render(name: str, **values: str) -> str:
    """The prompt `name` with its values put in, each exactly once and unread: a `$` inside a value stays a `$`.

    Raises `PromptError` if there is no such prompt, or if a value is missing or surplus.
    """
    known = {path.stem: path for path in _FOLDER.glob("*.md")}
    if name not in known:
        raise PromptError(f"there is no prompt {name!r}; there are: {', '.join(sorted(known))}")
    template = Template(known[name].read_text(encoding="utf-8"))
    wanted = set(template.get_identifiers())
    problems = [f"{word} without a value" for word in sorted(wanted - values.keys())]
    problems += [f"{word} is not asked for" for word in sorted(values.keys() - wanted)]
    if problems:
        raise PromptError(f"prompt {name!r}: {'; '.join(problems)}")
    return template.substitute(values)
