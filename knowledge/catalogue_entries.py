"""An entry for the catalogue in the making: names for the file, the agreement and its parties, and what an admin
confirmed as an `Agreement`, or what is wrong with it, field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from knowledge.catalogue import Catalogue, check_language, check_type, text_problem
from knowledge.dates import check_calendar, zone
from knowledge.documents import SUFFIXES
from knowledge.model import Agreement, AgreementType, Party, Readers
from knowledge.proposals import NamedParty, Proposed

_ADMINS_ALONE = Readers()
_LONGEST_NAME = 100  # characters of a file's name, its ending included
_LONGEST_STEM = 200  # bytes of it without; file systems allow 255 in all
_LONGEST_ID = 30  # of an id that is suggested


@dataclass(frozen=True, slots=True)
class Registration:
    """What an admin confirmed about one file, as it came from the form; nothing of it has been checked.

    `file` is the path below the catalogue's folder. An empty text is unknown, as in the catalogue.
    """

    id: str
    short_name: str
    title: str
    type: str
    file: str
    parties: tuple[Party, ...] = ()
    effective: date | None = None
    expiry: date | None = None
    readers: Readers = _ADMINS_ALONE
    liaison: str = ""
    backup: str = ""
    holidays: str = ""
    timezone: str = ""
    governing_law: str = ""
    local_only: bool = False
    language: str = ""


Problem = tuple[str, str]
"""A field of `Registration`, and a sentence that says what is wrong with it and what to do."""


def drafted(proposed: Proposed, file_name: str, agreements: Mapping[str, Agreement]) -> Registration:
    """A form filled in with what was proposed from a file; `agreements` are those of the catalogue, by id."""
    taken = [name for agreement in agreements.values() for name in (agreement.id, agreement.short_name)]
    name = suggest_id(proposed, file_name, taken)
    return Registration(
        id=name,
        short_name=name,
        title=proposed.title.value if proposed.title else "",
        type=proposed.type.value.value if proposed.type else "",
        file=file_name,
        parties=as_parties((party.value for party in proposed.parties), agreements.values()),
        effective=proposed.effective.value if proposed.effective else None,
        expiry=proposed.expiry.value if proposed.expiry else None,
        governing_law=proposed.governing_law.value if proposed.governing_law else "",
        language=proposed.language.value if proposed.language else "",
    )


def registered(registration: Registration, catalogue: Catalogue) -> Agreement | tuple[Problem, ...]:
    """The agreement that is to be added to `catalogue`, or all that is wrong with it. Whether its file lies in the
    folder is seen when it is added."""
    if problems := tuple(_problems(registration, catalogue)):
        return problems
    return Agreement(
        id=registration.id,
        short_name=registration.short_name or registration.id,
        type=AgreementType(registration.type),
        files=(registration.file,),
        title=registration.title,
        parties=registration.parties,
        effective=registration.effective,
        expiry=registration.expiry,
        readers=registration.readers,
        local_only=registration.local_only,
        liaison=registration.liaison,
        backup=registration.backup,
        governing_law=registration.governing_law,
        language=registration.language or "en",
        holidays=registration.holidays,
        timezone=registration.timezone,
    )


# --- what can be wrong ------------------------------------------------------------------------------------------------


def _problems(entry: Registration, catalogue: Catalogue) -> Iterator[Problem]:
    listed = [agreement for agreement in catalogue.agreements if agreement.listed]
    yield from _names(entry, listed)
    for field in ("title", "governing_law"):
        if problem := text_problem(getattr(entry, field)):
            yield field, f"The text {problem}."
    if owner := next((a.short_name for a in listed if entry.file in a.files), ""):
        yield "file", f"{entry.file} belongs to {owner} already; change that agreement instead."
    yield from _parties(entry.parties)
    if entry.effective and entry.expiry and entry.expiry < entry.effective:
        yield "expiry", f"{entry.expiry} is before the effective date, {entry.effective}; correct one of them."
    yield from _people(entry, {person.id for person in catalogue.people})
    checks: tuple[tuple[str, Callable[[str], object]], ...] = (
        *(("type", check_type), ("language", check_language), ("holidays", check_calendar), ("timezone", zone)),
    )
    for field, check in checks:
        yield from _checked(field, getattr(entry, field), check)


def _names(entry: Registration, listed: Iterable[Agreement]) -> Iterator[Problem]:
    taken = {name.casefold(): agreement.id for agreement in listed for name in (agreement.id, agreement.short_name)}
    if not entry.id:
        yield "id", "An id is needed: a short name that no other agreement has."
    for field in ("id", "short_name"):
        name = getattr(entry, field)
        if problem := text_problem(name):
            yield field, f"The name {problem}."
        elif name != name.strip():
            yield field, "The name begins or ends with a blank; take it out."
        elif owner := taken.get(name.casefold()):
            yield field, f"{name} is the name of {owner} already; choose another."


def _parties(parties: Iterable[Party]) -> Iterator[Problem]:
    seen: set[str] = set()
    for party in parties:
        if party.id in seen:
            yield "parties", f"Two parties have the id {party.id}; give one of them another."
        seen.add(party.id)
        for name in (party.id, party.name, party.role, *party.also):
            if problem := text_problem(name):
                yield "parties", f"A name of {party.id} {problem}."
        if not all(name.strip() for name in (party.id, party.name, *party.also)):
            yield "parties", f"A name of {party.id} is empty; fill it in, or leave it out."


def _people(entry: Registration, people: Collection[str]) -> Iterator[Problem]:
    for field in ("liaison", "backup"):
        person = getattr(entry, field)
        if person and person not in people:
            yield field, f"{person} is nobody of the catalogue; add the person first."
    for person in sorted(entry.readers.people - set(people)):
        yield "readers", f"{person} is nobody of the catalogue; add the person first."
    for party in sorted(entry.readers.parties - {party.id for party in entry.parties}):
        yield "readers", f"{party} is no party of this agreement; correct it."
    if any(text_problem(group) or not group.strip() for group in entry.readers.groups):
        yield "readers", "A group's name is empty or cannot be written down; retype it."


def _checked(field: str, value: str, check: Callable[[str], object]) -> Iterator[Problem]:
    try:
        if value or field == "type":
            check(value)
    except ValueError as error:
        sentence = str(error)
        yield field, f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."


# --- names ------------------------------------------------------------------------------------------------------------


def safe_name(name: str, taken: Collection[str]) -> str:
    """A name under which an uploaded file can lie in the folder, beside those that are `taken` (capitals aside).

    Whatever `name` holds, the result is one component of a path, printable, visible, at most 100 characters, and ends
    in one of the readable endings; `name` itself must end in one. Raises `ValueError`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem, dot, ending = shown.rstrip(" .").rpartition(".")
    suffix = f"{dot}{ending.lower()}"
    if suffix not in SUFFIXES:
        raise ValueError(f"is none of the kinds we read ({', '.join(sorted(SUFFIXES))})")
    stem = " ".join(stem.split()).strip(" .-~$").encode()[:_LONGEST_STEM].decode(errors="ignore") or "document"
    if f"{stem}{suffix}".casefold() == "readme.md":  # is not read under this name
        stem = "readme-document"
    return _free(stem, suffix, _LONGEST_NAME, taken)


_SHORT_TYPES = {AgreementType.LICENCE: "LIC", AgreementType.AMENDMENT: "AM"}


def suggest_id(proposed: Proposed, file_name: str, taken: Collection[str]) -> str:
    """A short id for the new agreement, with a number where it is `taken`.

    It is what the title calls in capitals, or the last party, with the type ("ORION-CA", "ACME-SRA"), if the document
    tells them; else the file's name.
    """
    name = PurePosixPath(file_name).stem
    if proposed.type:
        kind = _SHORT_TYPES.get(proposed.type.value, proposed.type.value.upper())
        called = re.search(r"\b[A-Z][A-Z0-9]{2,14}\b", proposed.title.value) if proposed.title else None
        short = called[0] if called else next(map(_short, (party.value for party in reversed(proposed.parties))), "")
        name = f"{short}-{kind}" if short and short != kind else name
    return _free(_plain(name).upper() or "AGREEMENT", "", _LONGEST_ID, taken)


def _plain(name: str) -> str:
    """`name` in letters and digits that can be typed anywhere, joined by hyphens."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-")


def _short(party: NamedParty) -> str:
    """What an agreement calls a party besides its role, or the first word of its name."""
    names = [one for one in party.also if one.casefold() != party.role.casefold() and len(one) <= 15]
    first = party.name.removeprefix("The ").split()[0].strip(".,")
    return names[0] if names else first if 2 < len(first) <= 15 else ""


def as_parties(proposed: Iterable[NamedParty], agreements: Iterable[Agreement]) -> tuple[Party, ...]:
    """The parties with ids: the one that the catalogue has for a party of the same name, else one made of it."""
    known = {party.name.casefold(): party.id for agreement in agreements for party in agreement.parties}
    taken = set(known.values())
    parties: list[Party] = []
    for party in proposed:
        identity = known.get(party.name.casefold()) or _party_id(party, taken)
        taken.add(identity)
        if identity not in {one.id for one in parties}:
            parties.append(Party(identity, party.name, party.role, also=party.also))
    return tuple(parties)


def _party_id(party: NamedParty, taken: Collection[str]) -> str:
    return _free(_plain(_short(party) or party.name).lower() or "party", "", _LONGEST_ID, taken)


def _free(stem: str, ending: str, longest: int, taken: Collection[str]) -> str:
    """`stem` and `ending`, cut to `longest` characters, with a number where somebody has the name already."""
    used = {name.casefold() for name in taken}
    number, mark = 1, ""
    while True:
        name = f"{stem[: longest - len(ending) - len(mark)].rstrip(' .-')}{mark}{ending}"
        if name.casefold() not in used:
            return name
        number += 1
        mark = f"-{number}"
