"""Writing to the folder's `catalogue.yaml`: what is added is added, and every other byte stays as the admin wrote it.

The file is not loaded and dumped again, for that would lay it out anew. The place of the change is found in the YAML,
the new lines are put in there, and the whole is read as `load` would read it. Only if that gives the catalogue before
and the change, nothing less and nothing else, does it replace the file: at once, with the file's mode, and not if
somebody has changed it in the meantime. Whatever is refused, the file stays as it was.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from knowledge.catalogue import FILE, Catalogue, CatalogueError, compose, contents, documents_in, read, text_of
from knowledge.model import Agreement, Amends, Party, Person, Readers

_HEAD = """\
# The catalogue of this folder: which agreements there are, who the people are, and who may read what.
# Dates are written YYYY-MM-DD. A field that is left out is unknown. Without `readers`, only admins read an agreement.

"""
_BOM = b"\xef\xbb\xbf"


def add_agreement(folder: Path, agreement: Agreement) -> None:
    """Write `agreement` at the end of the agreements in the catalogue of `folder`, where its files lie already.

    A folder without a catalogue gets one. Raises `CatalogueError`.
    """
    _edit(
        folder,
        lambda text: _with_entry(text, "agreements", _agreement(agreement)),
        lambda before: replace(before, agreements=(*before.agreements, replace(agreement, listed=True))),
    )


def add_person(folder: Path, person: Person) -> None:
    """Write `person` at the end of the people in the catalogue of `folder`. Raises `CatalogueError`."""
    _edit(
        folder,
        lambda text: _with_entry(text, "people", _person(person)),
        lambda before: replace(before, people=(*before.people, person)),
    )


def set_field(folder: Path, agreement_id: str, field: str, value: Any) -> None:
    """Give one field of an agreement another value, of the type that `Agreement` has there; an empty one takes the
    field out. Comments inside a value that is replaced go with it. Raises `CatalogueError`.
    """
    if field == "id" or field not in _FIELDS:
        raise CatalogueError((f"{FILE}: agreement {agreement_id}: {field!r} is no field that can be set",))

    def changed(before: Catalogue) -> Catalogue:
        agreements = [replace(a, **{field: value}) if a.id == agreement_id else a for a in before.agreements]
        return replace(before, agreements=tuple(agreements))

    def edited(text: str) -> str:
        entry = _entry(text, agreement_id)
        if entry is None:
            raise CatalogueError((f"{FILE}: {agreement_id!r} is no agreement of this catalogue",))
        return _with_field(text, entry, field, _FIELDS[field](value))

    try:
        _edit(folder, edited, changed)
    except ValueError as error:  # the rules of `Agreement` itself: it ends after it begins
        raise error if isinstance(error, CatalogueError) else CatalogueError((f"{FILE}: {error}",)) from error


# --- the file ---------------------------------------------------------------------------------------------------------


def _edit(folder: Path, edit: Callable[[str], str], change: Callable[[Catalogue], Catalogue]) -> None:
    """Replace the catalogue by its edited text, if that reads as the catalogue before with the change made."""
    with _alone(folder):
        files = documents_in(folder)
        before = contents(folder)
        wanted = change(_listed(read(before or b"", files)))
        text = _HEAD if before is None else text_of(before)
        after = (_BOM if before and before.startswith(_BOM) else b"") + edit(text).encode()
        if _spelt(_listed(_checked(after, files))) != _spelt(wanted):
            raise CatalogueError(
                (f"{FILE}: is laid out in a way that we cannot add to safely; write the entry by hand",)
            )
        _replace(folder, before, after)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time, in whatever process; the system gives the right back when a writer dies."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CatalogueError((f"{FILE}: its folder cannot be opened ({error.strerror})",)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _checked(data: bytes, files: Sequence[str]) -> Catalogue:
    """The catalogue as it would be read. Its lines are not told: nobody has seen them yet."""
    try:
        return read(data, files)
    except CatalogueError as error:
        raise CatalogueError(tuple(re.sub(r"^([^:]+):\d+:", r"\1:", line) for line in error.problems)) from error


def _listed(catalogue: Catalogue) -> Catalogue:
    """Without what follows from the files that happen to lie in the folder."""
    return Catalogue(tuple(a for a in catalogue.agreements if a.listed), catalogue.people)


def _spelt(value: Any) -> Any:
    """A value with its texts as reading gives them: without blanks around, accents spelt in one way."""
    if type(value) is str:  # an AgreementType is one too
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, tuple | frozenset):
        return type(value)(map(_spelt, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _spelt(getattr(value, field.name)) for field in fields(value)})
    return value


def _replace(folder: Path, before: bytes | None, after: bytes) -> None:
    """Put `after` in the place of `before`, whole or not at all, also when the power fails."""
    path = (folder / FILE).resolve()  # a link stays a link
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if before is not None else folder.stat().st_mode & 0o666
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}.")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(after)
                handle.flush()
                os.fchmod(handle.fileno(), mode)
                os.fsync(handle.fileno())
            if contents(folder) != before:
                raise CatalogueError((f"{FILE}: was changed by somebody else just now; look at it and try again",))
            temporary.replace(path)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
        _settle(path.parent)
    except OSError as error:
        raise CatalogueError((f"{FILE}: cannot be written ({error.strerror}); nothing was changed",)) from error


def _settle(folder: Path) -> None:
    """Make a renaming in `folder` outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- values as they are written ---------------------------------------------------------------------------------------

_Value = str | date | bool | Sequence["_Value"] | Mapping[str, "_Value"] | None
"""What a field holds: texts, dates and flags; lists and mappings of them. What is empty is not written."""


def _agreement(agreement: Agreement) -> dict[str, _Value]:
    """The fields to write, in the order of the sample. What is left to its default is left out."""
    found = {name: write(getattr(agreement, name)) for name, write in _FIELDS.items()}
    if agreement.short_name == agreement.id:
        del found["short_name"]
    return _filled(found)


def _person(person: Person) -> dict[str, _Value]:
    return _filled(
        {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "slack": person.slack,
            "parties": person.parties,
            "groups": sorted(person.groups),
            "roles": sorted(person.roles),
        }
    )


def _as_it_is(value: Any) -> _Value:
    kept: _Value = value
    return kept


def _parties(parties: Sequence[Party]) -> _Value:
    names = ("id", "name", "role", "joined", "left", "also")
    return [_filled({name: getattr(party, name) for name in names}) for party in parties]


def _amends(amends: Sequence[Amends]) -> _Value:
    names = ("agreement", "clause", "by_clause", "effective")
    return [{name: getattr(entry, name) for name in names} for entry in amends]


def _readers(readers: Readers) -> _Value:
    if readers == Readers(everyone=True):
        return "everyone"
    named = {name: sorted(getattr(readers, name)) for name in ("people", "groups", "parties")}
    return _filled({**named, "everyone": readers.everyone})


def _language(language: str) -> _Value:
    return "" if language == "en" else language


_FIELDS: Mapping[str, Callable[[Any], _Value]] = {
    **dict.fromkeys(("id", "short_name", "title", "type", "files", "projects"), _as_it_is),
    "parties": _parties,
    **dict.fromkeys(("effective", "expiry"), _as_it_is),
    "amends": _amends,
    **dict.fromkeys(("prevails_over", "prevails_clause"), _as_it_is),
    "readers": _readers,
    **dict.fromkeys(("local_only", "committee", "liaison", "backup", "governing_law"), _as_it_is),
    "language": _language,
    **dict.fromkeys(("holidays", "timezone"), _as_it_is),
    "events": dict,
}


def _filled(found: Mapping[str, _Value]) -> dict[str, _Value]:
    return {name: value for name, value in found.items() if value}


_PLAIN = re.compile(r"[^\W\d_](?:[\w ./&'()+-]*[\w.)+])?")  # never a number, a date or a sign of YAML's
_NOT_A_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})  # to one YAML reader or another


def _flow(value: _Value) -> str:
    """A value on one line. Texts that are more than words are quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.casefold() not in _NOT_A_TEXT
        return str(value) if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(name)}: {_flow(one)}" for name, one in value.items()) + "}"
    return "[" + ", ".join(_flow(one) for one in value or ()) + "]"


def _lines(name: str, value: _Value) -> list[str]:
    """A field in block style: one line, or one for each of its mappings."""
    if isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(one, Mapping) for one in value):
        return [f"{_flow(name)}:", *(f"  - {_flow(one)}" for one in value)]
    return [f"{_flow(name)}: {_flow(value)}"]


# --- places in the text -----------------------------------------------------------------------------------------------

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def _newline(text: str) -> str:
    first = re.search(r"\r\n|\r|\n", text)
    return first[0] if first else "\n"


def _end(node: Node) -> int:
    """Where the last word of a node ends. YAML lets a block go on up to whatever follows it, comments included."""
    last = node.value[-1] if isinstance(node, SequenceNode | MappingNode) and not node.flow_style else None
    while isinstance(last, tuple):  # of a mapping: key and value
        last = last[1]
    at: int = node.end_mark.index
    return at if last is None else _end(last)


def _pair(mapping: MappingNode, name: str) -> tuple[Node, Node] | None:
    return next(((key, value) for key, value in mapping.value if key.value == name), None)


def _line_end(text: str, at: int) -> int:
    """Where the line after the one around `at` begins; a place at the start of a line is one already."""
    if at and _BREAK.fullmatch(text[at - 1]):
        return at
    found = _BREAK.search(text, at)
    return found.end() if found else len(text)


def _line_start(text: str, at: int) -> int:
    while at and not _BREAK.fullmatch(text[at - 1]):
        at -= 1
    return at


def _below(text: str, at: int, column: int) -> int:
    """The start of the first line after `at` at which something new may stand: comments that are indented deeper than
    `column` belong to what is above them."""
    at = _line_end(text, at)
    comment = re.compile(rf"(?:[ \t]*(?:{_BREAK.pattern}))*[ ]{{{column + 1},}}#.*?(?:{_BREAK.pattern}|\Z)")
    while found := comment.match(text, at):
        at = found.end()
    return at


def _put(text: str, at: int, lines: Sequence[str]) -> str:
    """`text` with lines of their own at `at`, the start of a line or the end of the text."""
    newline = _newline(text)
    if at == len(text) and at and not _BREAK.fullmatch(text[at - 1]):
        return text + "".join(newline + line for line in lines)
    return text[:at] + "".join(line + newline for line in lines) + text[at:]


def _indented(lines: Sequence[str], column: int) -> list[str]:
    return [" " * column + line if line else line for line in lines]


# --- adding an entry --------------------------------------------------------------------------------------------------


def _with_entry(text: str, section: str, entry: Mapping[str, _Value]) -> str:
    """`text` with one entry more in `section`, laid out as the entries before it are."""
    root = compose(text)
    if not isinstance(root, MappingNode):  # nothing but comments: whatever else it may be is no catalogue
        return _put(text, len(text), _new_section(section, entry))
    pair = _pair(root, section)
    if root.flow_style:
        return _with_entry_in_flow(text, root, section, entry)
    column = root.start_mark.column
    if pair is None:
        return _put(text, _below(text, _end(root), column), _indented(_new_section(section, entry), column))
    value = pair[1]
    if isinstance(value, SequenceNode):
        return (_with_item_in_flow if value.flow_style else _with_item)(text, value, entry)
    text = text[: value.start_mark.index] + text[value.end_mark.index :]  # the word null, where it is written
    return _put(text, _line_end(text, value.start_mark.index), _indented(_new_section(section, entry)[1:], column))


def _new_section(section: str, entry: Mapping[str, _Value]) -> list[str]:
    return [f"{section}:", *_indented(_item(entry, 2, flow=section == "people"), 2)]


def _item(entry: Mapping[str, _Value], offset: int, *, flow: bool) -> list[str]:
    """An entry of a list; its fields begin `offset` columns after the dash."""
    if flow:
        return ["-" + " " * (offset - 1) + _flow(entry)]
    first, *rest = [line for name, value in entry.items() for line in _lines(name, value)]
    return ["-" + " " * (offset - 1) + first, *_indented(rest, offset)]


def _with_item(text: str, items: SequenceNode, entry: Mapping[str, _Value]) -> str:
    column, last = items.start_mark.column, items.value[-1]
    offset = last.start_mark.column - column
    lines = _item(entry, offset if offset > 1 else 2, flow=bool(last.flow_style))
    apart = not last.flow_style if len(items.value) == 1 else _stand_apart(text, *items.value[-2:])
    return _put(
        text, _below(text, _end(items), column), ["", *_indented(lines, column)] if apart else _indented(lines, column)
    )


def _stand_apart(text: str, one: Node, next_one: Node) -> bool:
    """Whether there is an empty line between two entries."""
    between = text[_end(one) : next_one.start_mark.index]
    return bool(re.search(rf"(?:{_BREAK.pattern})[ \t]*(?:{_BREAK.pattern})", between))


def _with_item_in_flow(text: str, items: SequenceNode, entry: Mapping[str, _Value]) -> str:
    if items.value:
        at = _end(items.value[-1])
        return f"{text[:at]}, {_flow(entry)}{text[at:]}"
    at = items.start_mark.index + 1
    return text[:at] + _flow(entry) + text[at:]


def _with_entry_in_flow(text: str, root: MappingNode, section: str, entry: Mapping[str, _Value]) -> str:
    """The same for a catalogue that is written in brackets, as JSON is."""
    pair = _pair(root, section)
    if pair and isinstance(pair[1], SequenceNode):
        return _with_item_in_flow(text, pair[1], entry)
    if pair:
        return f"{text[: pair[1].start_mark.index]} {_flow([entry])}{text[pair[1].end_mark.index :]}"
    if root.value:
        at = _end(root.value[-1][1])
        return f'{text[:at]}, "{section}": {_flow([entry])}{text[at:]}'
    at = root.start_mark.index + 1
    return f"{text[:at]}{section}: {_flow([entry])}{text[at:]}"


# --- setting a field --------------------------------------------------------------------------------------------------


def _entry(text: str, agreement_id: str) -> MappingNode | None:
    root = compose(text)
    pair = _pair(root, "agreements") if isinstance(root, MappingNode) else None
    for node in pair[1].value if pair and isinstance(pair[1], SequenceNode) else ():
        named = _pair(node, "id")
        if named and _spelt(named[1].value) == agreement_id:
            found: MappingNode = node
            return found
    return None


def _with_field(text: str, entry: MappingNode, field: str, value: _Value) -> str:
    pair = _pair(entry, field)
    if pair is None:
        return _with_new_field(text, entry, field, value) if value else text
    return _with_value(text, pair[1], value) if value else _without(text, entry, pair)


def _with_value(text: str, old: Node, value: _Value) -> str:
    """`text` with `value` in the place of the node `old`, in block style where that was."""
    start, end = old.start_mark.index, _end(old)
    while end > start and _BREAK.fullmatch(text[end - 1]):  # of a block of text, which ends with its line
        end -= 1
    written = _flow(value)
    if isinstance(old, SequenceNode | MappingNode) and not old.flow_style:
        between = _newline(text) + " " * old.start_mark.column
        if isinstance(old, SequenceNode) and isinstance(value, Sequence) and not isinstance(value, str):
            written = between.join(f"- {_flow(one)}" for one in value)
        elif isinstance(old, MappingNode) and isinstance(value, Mapping):
            written = between.join(f"{_flow(name)}: {_flow(one)}" for name, one in value.items())
    return text[:start] + (" " if start == end else "") + written + text[end:]


def _without(text: str, entry: MappingNode, pair: tuple[Node, Node]) -> str:
    """`text` without a field: its lines, or in brackets its words."""
    place = entry.value.index(pair)
    start, end = pair[0].start_mark.index, _end(pair[1])
    if place == 0:
        return text[:start] + text[entry.value[1][0].start_mark.index :]
    if entry.flow_style:
        return text[: _end(entry.value[place - 1][1])] + text[end:]
    return text[: _line_start(text, start)] + text[_line_end(text, end) :]


def _with_new_field(text: str, entry: MappingNode, field: str, value: _Value) -> str:
    """`text` with the field after those that stand before it in the sample."""
    order = list(_FIELDS)
    before = [(key, one) for key, one in entry.value if key.value in order[: order.index(field)]]
    _, above = before[-1] if before else entry.value[-1]
    if entry.flow_style:
        at = _end(above)
        return f"{text[:at]}, {field}: {_flow(value)}{text[at:]}"
    column = entry.start_mark.column
    return _put(text, _below(text, _end(above), column), _indented(_lines(field, value), column))
