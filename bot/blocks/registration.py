"""The form that makes an agreement of a file: what was read off the document is filled in, each with its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.blocks.fields import (
    Choice,
    Problems,
    Values,
    date_field,
    listed,
    one_of,
    select_field,
    several_field,
    text_field,
    tick_field,
    ticked,
    typed,
    view,
)
from bot.blocks.parts import Block, context
from bot.blocks.words import folded, shortened
from knowledge.catalogue_entries import Registration
from knowledge.model import AgreementType, Party, Person, Readers
from knowledge.proposals import Proposed, Stated

_QUOTE = 240
_TYPES: Mapping[AgreementType, str] = {
    AgreementType.NDA: "Non-disclosure agreement",
    AgreementType.CDA: "Confidential disclosure agreement",
    AgreementType.MTA: "Material transfer agreement",
    AgreementType.DUA: "Data use agreement",
    AgreementType.DTA: "Data transfer agreement",
    AgreementType.MOU: "Memorandum of understanding",
    AgreementType.LOI: "Letter of intent",
    AgreementType.SRA: "Sponsored research agreement",
    AgreementType.RCA: "Research collaboration agreement",
    AgreementType.JDA: "Joint development agreement",
    AgreementType.JV: "Joint venture agreement",
    AgreementType.CA: "Consortium agreement",
    AgreementType.GA: "Grant agreement",
    AgreementType.CRADA: "Cooperative research and development agreement",
    AgreementType.CTA: "Clinical trial agreement",
    AgreementType.IIA: "Inter-institutional agreement",
    AgreementType.LICENCE: "Licence",
    AgreementType.OPTION: "Option",
    AgreementType.ACCESSION: "Accession",
    AgreementType.AMENDMENT: "Amendment",
    AgreementType.SIDE_LETTER: "Side letter",
    AgreementType.VARIATION: "Variation",
    AgreementType.POLICY: "Policy",
    AgreementType.OTHER: "Other",
}
TYPES: tuple[Choice, ...] = tuple((kind.value, _TYPES[kind]) for kind in AgreementType)

# The fields of `Registration` that the form asks for in parts, and the part that shows what is wrong with the whole.
_SHOWN_AT = {"readers": "groups", "short_name": "id", "file": "title"}


def form(file: str, draft: Registration, proposed: Proposed, people: Iterable[Person]) -> Block:
    """The form for one file (Slack's id), with the values of `draft` and the words of `proposed` under them."""
    known = _people(people)
    return view(
        "Register an agreement",
        [
            *_document(draft, proposed),
            *_term(draft, proposed),
            *_reading(known),
            *_asking(draft, known),
            *_law(draft, proposed),
            *context(_notes(proposed)),
        ],
        callback="register.save",
        about=file,
        submit="Save",
    )


def _people(people: Iterable[Person]) -> list[Choice]:
    return sorted(((person.id, person.name or person.id) for person in people), key=lambda choice: choice[1].casefold())


def _read_from(*stated: Stated[object] | None) -> str:
    quotes = [f"“{shortened(folded(each.quote), _QUOTE)}”" for each in stated if each]
    return f"Read from: {' · '.join(quotes)}" if quotes else ""


def _notes(proposed: Proposed) -> Iterable[str]:
    yield "Nothing applies until you save. What was read off the document is quoted under its field."
    if proposed.amends:
        yield f"It amends {proposed.amends.value}: enter in catalogue.yaml which clause replaces which, and from when."


def _document(draft: Registration, proposed: Proposed) -> list[Block]:
    parties = "One per line: id; name; role; other names in the text. "
    return [
        text_field(
            "title",
            "Title",
            initial=draft.title,
            hint=_read_from(proposed.title),
            longest=300,
            optional=False,
        ),
        text_field(
            "id",
            "Short id, as citations show it",
            initial=draft.id,
            placeholder="ORION-CA",
            longest=40,
            optional=False,
        ),
        select_field("type", "Type", TYPES, initial=draft.type, hint=_read_from(proposed.type), optional=False),
        text_field(
            "parties",
            "Parties",
            initial="\n".join(map(_party_line, draft.parties)),
            hint=parties + _read_from(*proposed.parties),
            lines=True,
        ),
    ]


def _term(draft: Registration, proposed: Proposed) -> list[Block]:
    return [
        date_field(
            "effective",
            "In force from",
            initial=draft.effective.isoformat() if draft.effective else "",
            hint=_read_from(proposed.effective),
        ),
        date_field(
            "expiry",
            "Last day of its term",
            initial=draft.expiry.isoformat() if draft.expiry else "",
            hint=_read_from(proposed.expiry),
        ),
    ]


def _reading(people: Sequence[Choice]) -> list[Block]:
    return [
        text_field(
            "groups", "Groups that may read it", hint="With commas between. Nobody named: admins only.", longest=500
        ),
        several_field("people", "People who may read it", people),
        text_field(
            "reading_parties",
            "Parties whose people may read it",
            hint="Ids of parties, with commas between.",
            longest=500,
        ),
        tick_field(
            "ticks",
            "Everybody, or nobody outside",
            (
                ("everyone", "Everybody the catalogue names may read it"),
                ("local_only", "Its text never goes to an outside language model"),
            ),
        ),
    ]


def _asking(draft: Registration, people: Sequence[Choice]) -> list[Block]:
    return [
        select_field("liaison", "Liaison, who answers questions about it", people, initial=draft.liaison),
        select_field("backup", "Backup, after a working day", people, initial=draft.backup),
    ]


def _law(draft: Registration, proposed: Proposed) -> list[Block]:
    return [
        text_field(
            "governing_law",
            "Governing law",
            initial=draft.governing_law,
            hint=_read_from(proposed.governing_law),
            longest=200,
        ),
        text_field(
            "language",
            "Language of the text that prevails",
            initial=draft.language,
            hint=_read_from(proposed.language),
            placeholder="en",
            longest=10,
        ),
        text_field(
            "holidays", "Calendar of holidays", initial=draft.holidays, placeholder="BE, GB-ENG, US-NY", longest=20
        ),
        text_field("timezone", "Time zone", initial=draft.timezone, placeholder="Europe/Brussels", longest=60),
    ]


# --- what was entered -------------------------------------------------------------------------------------------------


def read(values: Values) -> Registration | Problems:
    """What the form says, with the file still to be named; or what is wrong, field by field."""
    problems: Problems = {}
    id_, title = typed(values, "id"), typed(values, "title")
    if not id_:
        problems["id"] = "An agreement has an id."
    if not title:
        problems["title"] = "An agreement has a title."
    kind = typed(values, "type")
    if not one_of(kind, TYPES):
        problems["type"] = "Please choose one."
    ticks = ticked(values, "ticks")
    registration = Registration(
        id=id_,
        short_name=id_,
        title=title,
        type=kind,
        file="",
        parties=tuple(_parties(values, problems)),
        effective=_day(values, "effective", problems),
        expiry=_day(values, "expiry", problems),
        readers=Readers(
            people=frozenset(ticked(values, "people")),
            groups=frozenset(listed(typed(values, "groups"))),
            parties=frozenset(listed(typed(values, "reading_parties"))),
            everyone="everyone" in ticks,
        ),
        liaison=typed(values, "liaison"),
        backup=typed(values, "backup"),
        holidays=typed(values, "holidays"),
        timezone=typed(values, "timezone"),
        governing_law=typed(values, "governing_law"),
        language=typed(values, "language"),
        local_only="local_only" in ticks,
    )
    return problems or registration


def shown_at(problems: Iterable[tuple[str, str]]) -> Problems:
    """Problems with fields of a `Registration`, by the field of the form that can show them."""
    found: Problems = {}
    for field, sentence in problems:
        at = _SHOWN_AT.get(field, field)
        found[at] = f"{found[at]} {sentence}" if at in found else sentence
    return found


def _day(values: Values, name: str, problems: Problems) -> date | None:
    words = typed(values, name)
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        problems[name] = "A day is written as 2026-09-01."
        return None


def _party_line(party: Party) -> str:
    return "; ".join((party.id, party.name, party.role, ", ".join(party.also))).rstrip("; ")


def _parties(values: Values, problems: Problems) -> Iterable[Party]:
    for words in filter(str.strip, typed(values, "parties").split("\n")):
        parts = [part.strip() for part in words.split(";")]
        if not 2 <= len(parts) <= 4 or not all(parts[:2]):
            problems["parties"] = f"“{shortened(words, 80)}”: a line is id; name; role; other names."
            return
        id_, name, role, also = (*parts, "", "")[:4]
        yield Party(id_, name, role, also=listed(also))
