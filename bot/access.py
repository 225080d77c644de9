"""Who may read what, and why: for `/ip me`, for the admins' view of access, and for whoever is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from jobs.messages import Access, Me, Readership, Who
from knowledge.catalogue import readable
from knowledge.model import Agreement, Person

TOGETHER = 20  # names in one line
NOBODY = Person(id="nobody")
"""Whoever asks without being in the catalogue. Its access is none, whatever an agreement says of everyone."""


def may_read(person: Person | None, agreements: Iterable[Agreement], on: date) -> frozenset[str]:
    """The ids of the agreements somebody in Slack may read; somebody the catalogue does not know reads nothing."""
    return frozenset() if person is None or person == NOBODY else readable(person, agreements, on)


def reason(person: Person, agreement: Agreement, on: date) -> str:
    """Why somebody may read an agreement; "" where they may not."""
    if agreement.id not in may_read(person, (agreement,), on):
        return ""
    if person.id in agreement.readers.people:
        return "named in person"
    if groups := agreement.readers.groups & person.groups:
        return f"group {', '.join(sorted(groups))}"
    if parties := [p.name for p in agreement.parties if p.id in agreement.readers.parties and p.id in person.parties]:
        return f"party {', '.join(parties)}"
    return "everyone" if agreement.readers.everyone else "admin"


def me(user: str, person: Person | None, agreements: Mapping[str, Agreement], on: date) -> Me:
    """Who the bot takes somebody for."""
    if person is None:
        return Me(user)
    seen = sorted((a for a in agreements.values() if reason(person, a, on)), key=lambda a: a.short_name)
    names = {party.id: party.name for a in seen for party in a.parties}  # an agreement one may not read tells no name
    return Me(
        user=user,
        name=person.name or person.id,
        parties=tuple(names.get(party, party) for party in person.parties),
        groups=tuple(sorted(person.groups)),
        roles=tuple(sorted(person.roles)),
        agreements=tuple(Access(a.short_name, a.title, reason(person, a, on)) for a in seen),
    )


def named(words: str, agreements: Iterable[Agreement]) -> Agreement | None:
    """The agreement called so, by id, short name or project; an id or short name goes before a project."""
    wanted = words.strip().strip("\"'“”").casefold()
    found = list(agreements)
    exact = [a for a in found if wanted in (a.id.casefold(), a.short_name.casefold())]
    projects = [a for a in found if wanted and wanted in (p.casefold() for p in a.projects) and not a.amends]
    return next(iter([*exact, *projects]), None)


def who(agreement: Agreement, people: Mapping[str, Person], on: date) -> Who:
    """Who does what for an agreement."""

    def called(person: str) -> str:
        known = people.get(person)
        return (known.name or known.id) if known else person

    parties = [p for p in agreement.parties if not (p.left and p.left <= on)]
    rows = [
        ("Liaison", called(agreement.liaison) if agreement.liaison else ""),
        ("Backup", called(agreement.backup) if agreement.backup else ""),
        ("Committee", agreement.committee),
        ("Parties", "; ".join(f"{p.name} ({p.role})" if p.role else p.name for p in parties)),
        ("Governing law", agreement.governing_law),
    ]
    missing = "not recorded in the catalogue"
    return Who(agreement.short_name, agreement.title, tuple((role, names or missing) for role, names in rows))


def readership(agreement: Agreement, people: Mapping[str, Person], on: date) -> Readership:
    """Who can read an agreement, those with one reason together; and what is wrong with its entry."""
    by_reason: dict[str, list[str]] = {}
    for _, person in sorted(people.items()):
        if why := reason(person, agreement, on):
            by_reason.setdefault(why, []).append(person.name or person.id)
    readers = tuple(
        (", ".join(names[at : at + TOGETHER]), why)
        for why, names in sorted(by_reason.items())
        for at in range(0, len(names), TOGETHER)
    )
    problems = []
    if not agreement.listed:
        problems.append("is not in the catalogue, so only admins may read it")
    if not agreement.holidays:
        problems.append("has no holiday calendar, so working days cannot be counted")
    if not agreement.liaison:
        problems.append("has no liaison, so questions about it go to the admins")
    return Readership(agreement.short_name, readers, tuple(problems))


def spoken_of(shown: str, cited: Iterable[str], agreements: Iterable[Agreement]) -> frozenset[str]:
    """The ids of the agreements that a text names, or whose names are among `cited`: what its reader learns of."""
    names = set(cited)
    return frozenset(
        a.id
        for a in agreements
        if names & {a.id, a.short_name}
        or any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", shown) for name in {a.id, a.short_name})
    )
