"""The vocabulary: what every room speaks of.

Frozen values from the standard library only. A value that breaks a rule of its own kind cannot be built: the
constructor raises `ValueError` and names the rule. Offsets are Python string indices into `Document.text`, end
exclusive; for a `.txt` file they are therefore indices into the decoded file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


def _require(condition: bool, rule: str) -> None:
    if not condition:
        raise ValueError(rule)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: `start` inclusive, `end` exclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        _require(0 <= self.start <= self.end, f"a span runs forwards from 0 on, not {self.start}..{self.end}")

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


# --- documents --------------------------------------------------------------------------------------------------------


class BlockKind(StrEnum):
    """What a stretch of a page is, as far as the file's own format tells."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    FURNITURE = "furniture"  # a running header, a footer, a page number: kept in the text, never part of a passage


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-sized stretch of a document.

    `level` is the depth the format states (HTML `h2` and DOCX "Heading 2" are 2, a list's nesting counts from 1), or
    None where it states none, as in plain text.
    """

    kind: BlockKind
    start: int
    end: int
    page: int
    level: int | None = None

    def __post_init__(self) -> None:
        _require(0 <= self.start <= self.end, f"a block runs forwards, not {self.start}..{self.end}")
        _require(self.page >= 1, "pages count from 1")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table. `number` counts from 1 and leaves the header row out; `cells` are the texts, in order."""

    number: int
    cells: tuple[str, ...]
    start: int
    end: int
    page: int

    def __post_init__(self) -> None:
        _require(self.number >= 1, "table rows count from 1")
        _require(0 <= self.start <= self.end, f"a row runs forwards, not {self.start}..{self.end}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in the text: its caption or the heading above it, its column names, its rows."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the file; a format without pages is one page."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: all its text, and where in it pages, blocks and tables lie.

    `file` is the path below the indexed folder, with forward slashes. `sha256` is of the file's bytes. Automatic
    numbers of a DOCX are part of `text`. `notices` are lines for the admin ("page 3 was read by OCR").
    """

    file: str
    format: str
    sha256: str
    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...] = ()
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require(bool(self.pages), "a document has at least one page")
        _require(all(b.end <= len(self.text) for b in self.blocks), "a block ends inside the text")

    def page_at(self, offset: int) -> int:
        """The number of the page on which the character at `offset` stands."""
        for page in reversed(self.pages):
            if offset >= page.start:
                return page.number
        return self.pages[0].number


# --- clauses ----------------------------------------------------------------------------------------------------------


class ClauseKind(StrEnum):
    CLAUSE = "clause"
    DEFINITION = "definition"
    ROW = "row"  # a row of a schedule's table
    SCHEDULE = "schedule"  # the head of a schedule, annex, appendix or attachment
    PREAMBLE = "preamble"  # title, date and parties
    RECITAL = "recital"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered (or headed) unit of an agreement; clauses form a tree in reading order.

    `position` is its place in that order, `parent` the position of the clause around it. `number` is the full number
    as one would cite it ("8.4.2.1", "8.4.2.2(a)", "Article IV", "Schedule 2", "Attachment 1, row 7"), or "" where
    there is none. `heading` is the path of headings, outermost first, its own last. `start..end` is its own text, up
    to its first sub-clause; `tree_end` is where its last descendant ends. `text` is exactly `document.text[start:end]`.
    `defines` is the term a definition gives the meaning of. `unfilled` are template options nobody chose, in
    document offsets; no number is ever taken from there.
    """

    position: int
    parent: int | None
    kind: ClauseKind
    number: str
    heading: tuple[str, ...]
    text: str
    page: int
    start: int
    end: int
    tree_end: int
    defines: str = ""
    unfilled: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        _require(self.end - self.start == len(self.text), "a clause's text is the document's between start and end")
        _require(self.tree_end >= self.end, "a clause's tree ends no earlier than its own text")
        _require(self.parent is None or self.parent < self.position, "a parent stands before its clauses")
        _require(self.page >= 1, "pages count from 1")


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and found: some sentences of one clause, `start..end` in the document."""

    clause: int
    start: int
    end: int


# --- the catalogue ----------------------------------------------------------------------------------------------------


class AgreementType(StrEnum):
    NDA = "nda"
    CDA = "cda"
    MTA = "mta"
    DUA = "dua"
    DTA = "dta"
    MOU = "mou"
    LOI = "loi"
    SRA = "sra"
    RCA = "rca"
    JDA = "jda"
    JV = "jv"
    CA = "ca"
    GA = "ga"
    CRADA = "crada"
    CTA = "cta"
    IIA = "iia"
    LICENCE = "licence"
    OPTION = "option"
    ACCESSION = "accession"
    AMENDMENT = "amendment"
    SIDE_LETTER = "side_letter"
    VARIATION = "variation"
    POLICY = "policy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Party:
    """A party to an agreement. `id` is the catalogue's ("acme-eu"), `also` are other names the text uses for it."""

    id: str
    name: str
    role: str = ""
    joined: date | None = None
    left: date | None = None
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require(bool(self.id and self.name), "a party has an id and a name")
        _require(not (self.joined and self.left) or self.joined <= self.left, "a party joins before it leaves")


@dataclass(frozen=True, slots=True)
class Amends:
    """That one clause of this agreement (`by_clause`) replaces one clause of another from a date on."""

    agreement: str
    clause: str
    by_clause: str
    effective: date


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read: any of these people, anybody in any of these groups, anybody of any of these parties."""

    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the catalogue says of one agreement; unknown fields are empty, never guessed.

    `files` are below the catalogue's folder. `projects` are names people use for what it governs ("ORION").
    `prevails_over` are agreement ids; `prevails_clause` the clause that says so. `events` are dated facts that terms
    count from ("project_end"). `holidays` names a calendar of the holidays library ("BE", "GB-ENG", "US-NY").
    """

    id: str
    short_name: str
    type: AgreementType
    files: tuple[str, ...]
    title: str = ""
    projects: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    effective: date | None = None
    expiry: date | None = None
    amends: tuple[Amends, ...] = ()
    prevails_over: tuple[str, ...] = ()
    prevails_clause: str = ""
    readers: Readers = Readers()
    local_only: bool = False
    committee: str = ""
    liaison: str = ""
    backup: str = ""
    governing_law: str = ""
    language: str = "en"
    holidays: str = ""
    timezone: str = ""
    events: tuple[tuple[str, date], ...] = ()
    listed: bool = True  # False for a file the catalogue does not name

    def __post_init__(self) -> None:
        _require(bool(self.id and self.short_name), "an agreement has an id and a short name")
        _require(bool(self.files), f"{self.id}: an agreement has at least one file")
        _require(
            not (self.effective and self.expiry) or self.effective <= self.expiry,
            f"{self.id}: an agreement expires after it takes effect",
        )


ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks. `parties` are party ids, `roles` may hold "admin", "liaison", "licensing_officer" ...
    `slack` are Slack user ids, with the workspace before a colon where it is another one ("T0123:U024BE7LH")."""

    id: str
    name: str = ""
    email: str = ""
    parties: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    slack: tuple[str, ...] = ()

    @property
    def is_admin(self) -> bool:
        return ADMIN in self.roles


@dataclass(frozen=True, slots=True)
class Version:
    """One state of one agreement's file. `valid_from`/`valid_until` bound the days on which it was the text in force;
    None is open. `label` is what citations show ("v2, 3f9a1c")."""

    agreement: str
    number: int
    file: str
    sha256: str
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def label(self) -> str:
        return f"v{self.number}, {self.sha256[:6]}"

    def in_force(self, on: date) -> bool:
        """Whether this was the text on that day (`valid_until` is the first day on which it no longer was)."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )


# --- answers ----------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    ANSWER = "answer"
    CLARIFY = "clarify"
    ABSTAIN = "abstain"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation and where it stands. `quote` is character for character the stored text at `start..end` of `file`.

    `marked` are the deciding words, as spans inside `quote`. `amended_by` and `superseded_by` name the amendment that
    changed the clause ("ORION-AM2 §1, effective 1 Sep 2026"); a citation with `superseded_by` is shown struck through.
    """

    agreement: str
    version: str
    clause: str
    heading: tuple[str, ...]
    page: int
    file: str
    start: int
    end: int
    quote: str
    marked: tuple[Span, ...] = ()
    amended_by: str = ""
    superseded_by: str = ""

    def __post_init__(self) -> None:
        _require(self.end - self.start == len(self.quote), "a quotation is as long as the text it is cut from")
        _require(all(m.end <= len(self.quote) for m in self.marked), "marked words lie inside the quotation")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Agreements that rule the same thing differently. Each row is (agreement short name, the rule as read off its
    quote, its anchor such as "publication" or "submission"); `stricter` names, per anchor, the strictest agreement."""

    subject: str
    rows: tuple[tuple[str, str, str], ...]
    stricter: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the asker gets. `text` is complete in itself; its first line is the answer.

    `related` are citations that are near but do not answer. `choices` are the possible answers to a question back.
    `refer_to` names the person or office that decides, and may stand beside an answer. `looked_in` are the agreements
    searched, by short name and version. `language` is the ISO 639-1 code of the answer's own words; quotations keep
    theirs.
    """

    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    related: tuple[Citation, ...] = ()
    choices: tuple[str, ...] = ()
    refer_to: str = ""
    looked_in: tuple[str, ...] = ()
    as_of: date | None = None
    language: str = "en"

    def __post_init__(self) -> None:
        _require(bool(self.text.strip()), "an answer is never silent")
        _require(self.outcome is not Outcome.ANSWER or bool(self.citations), "an answer rests on a citation")
        _require(self.outcome is not Outcome.ABSTAIN or not self.citations, "who abstains cites nothing")
        _require(self.outcome is not Outcome.CLARIFY or bool(self.choices), "a question back offers choices")


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a thread: the question, and the agreements its answer spoke of (ids)."""

    question: str
    agreements: tuple[str, ...] = ()
    topics: tuple[str, ...] = field(default=())
