"""A document's clauses: a tree in reading order, every clause with the number one would cite and its place in the file.

Labels are read in `knowledge/numbering.py` and chosen in `knowledge/outline.py`; here the chosen ones become clauses
with numbers, headings, defined terms and unfilled options. Sentences and passages are in `knowledge/passages.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.model import BlockKind, Clause, ClauseKind, Document, Span, Table, TableRow
from knowledge.numbering import DEFINITION, QUOTED, Label, MarkKind, marks
from knowledge.outline import Node, outline
from knowledge.passages import passages, sentences

__all__ = ["defined_terms", "parse", "passages", "sentences", "unfilled"]


_LEAF = 1000
"""The depth of the preamble: nothing hangs below it."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clause in the making: its own text, how deep it hangs, and what its label and headings say."""

    start: int
    body: int  # where the label ends
    depth: int
    kind: MarkKind | None  # None: the preamble, a row, or what follows a table
    label: Label | None = None
    above: str = ""  # a heading on a line above the label
    row: tuple[Table, TableRow] | None = None


def parse(document: Document) -> tuple[Clause, ...]:
    """The clauses of `document`, in reading order.

    Every non-blank character that is not furniture lies in exactly one clause's own `start..end`. A document without
    any text has none.
    """
    pieces = _with_tables(document, _pieces(document.text, outline(marks(document))))
    if not pieces or document.text[: pieces[0].start].strip():
        pieces.insert(0, _Piece(0, 0, _LEAF, None))
    ends = _ends(document, pieces)
    kept = [(piece, start, end) for piece, (start, end) in zip(pieces, ends, strict=True) if start < end]
    return tuple(_clauses(document, kept))


# --- from nodes to pieces ---------------------------------------------------------------------------------------------


def _pieces(text: str, nodes: Sequence[Node]) -> list[_Piece]:
    nodes = _without_title(text, nodes)
    pieces: list[_Piece] = []
    above, above_start = "", -1
    for index, node in enumerate(nodes):
        following = nodes[index + 1] if index + 1 < len(nodes) else None
        mark = node.mark
        if mark.kind is MarkKind.HEADING and following and _only_names(text, node, following):
            above, above_start = text[mark.start : mark.end].strip("#*_ \t:"), _line_start(text, mark.start)
            continue
        start = above_start if above else _line_start(text, mark.start)
        pieces.append(_Piece(start, mark.end, node.depth, mark.kind, node.label, above))
        above = ""
    return pieces


def _only_names(text: str, node: Node, following: Node) -> bool:
    """Whether a heading without text of its own stands above a numbered clause that is not below it."""
    numbered = following.mark.kind is MarkKind.NUMBER and following.depth <= node.depth
    return numbered and not text[node.mark.end : following.mark.start].strip("#*_ \t\n\r\xa0:")


def _without_title(text: str, nodes: Sequence[Node]) -> list[Node]:
    """Lines that look like headings before the first clause are the title, the parties and the date."""
    numbered = sum(n.mark.kind is MarkKind.NUMBER for n in nodes)
    headings = sum(n.mark.kind is MarkKind.HEADING for n in nodes)
    kept = list(nodes)
    while kept and kept[0].mark.kind is MarkKind.HEADING:
        title = kept[0].mark.start < 400 or not text[: kept[0].mark.start].strip("#*_ \t\n\r\xa0=-")
        above_all = title and all(n.depth > kept[0].depth for n in kept[1:])
        leaf = len(kept) > 1 and kept[1].depth <= kept[0].depth
        if not (above_all or (leaf and (title or numbered >= max(3, headings)))):
            break
        kept.pop(0)
    return kept


def _line_start(text: str, start: int) -> int:
    head = start
    while head > 0 and text[head - 1] in " \t\xa0*#>•_-":
        head -= 1
    return (
        head + len(text[head:start]) - len(text[head:start].lstrip()) if head == 0 or text[head - 1] == "\n" else start
    )


def _with_tables(document: Document, pieces: list[_Piece]) -> list[_Piece]:
    """Rows below the clause they stand in; text after a table goes on under that clause's number."""
    found = list(pieces)
    starts = [p.start for p in pieces]
    for table in document.tables:
        for row in table.rows:
            at = bisect_right(starts, row.start) - 1
            depth = pieces[at].depth + 1 if at >= 0 else 2
            found.append(_Piece(row.start, row.start, depth, None, row=(table, row)))
            found.append(_Piece(row.end, row.end, depth, None))
    found.sort(key=lambda p: p.start)
    return found


def _ends(document: Document, pieces: Sequence[_Piece]) -> list[tuple[int, int]]:
    """Where each piece's own text starts and ends: up to the next piece, without blanks and furniture at its ends."""
    furniture = sorted((b.start, b.end) for b in document.blocks if b.kind is BlockKind.FURNITURE)
    text, found = document.text, []
    for index, piece in enumerate(pieces):
        limit = pieces[index + 1].start if index + 1 < len(pieces) else len(text)
        start, end = _bare(text, furniture, piece.start, max(piece.start, limit))
        found.append((start, end))
    return found


def _bare(text: str, furniture: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    while True:
        piece = text[start:end]
        left, right = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        if left >= right:
            return start, start
        first = _inside(furniture, left)
        last = _inside(furniture, right - 1)
        if first is None and last is None:
            return left, right
        start = min(first[1], end) if first else left
        end = max(last[0], start) if last else right


def _inside(furniture: Sequence[tuple[int, int]], offset: int) -> tuple[int, int] | None:
    index = bisect_right(furniture, (offset, 1 << 60)) - 1
    return furniture[index] if index >= 0 and furniture[index][0] <= offset < furniture[index][1] else None


# --- from pieces to clauses -------------------------------------------------------------------------------------------


def _clauses(document: Document, pieces: Sequence[tuple[_Piece, int, int]]) -> Iterator[Clause]:
    page_starts = [page.start for page in document.pages]
    depths = [piece.depth for piece, _, _ in pieces]
    tree_ends = _tree_ends(depths, [end for _, _, end in pieces])
    open_: list[Clause] = []
    open_depths: list[int] = []
    for position, (piece, start, end) in enumerate(pieces):
        while open_depths and open_depths[-1] >= piece.depth:
            open_.pop()
            open_depths.pop()
        has_more = position + 1 < len(pieces) and depths[position + 1] > piece.depth
        page = document.pages[max(0, bisect_right(page_starts, start) - 1)].number
        parent = open_[-1] if open_ else None
        around, own = (parent.position if parent else None), document.text[start:end]
        bare = Clause(
            position, around, ClauseKind.CLAUSE, "", (), own, page, start, end, max(end, tree_ends[position])
        )  # fmt: skip
        clause = _clause(document.text, piece, parent, bare, has_more)
        yield clause
        open_.append(clause)
        open_depths.append(piece.depth)


def _tree_ends(depths: Sequence[int], ends: Sequence[int]) -> list[int]:
    found = list(ends)
    open_: list[int] = []
    for index, depth in enumerate(depths):
        while open_ and depths[open_[-1]] >= depth:
            found[open_.pop()] = ends[index - 1]
        open_.append(index)
    for index in open_:
        found[index] = ends[-1]
    return found


def _clause(text: str, piece: _Piece, parent: Clause | None, bare: Clause, has_more: bool) -> Clause:
    """`bare` with kind, number, headings, defined term and unfilled options."""
    path = parent.heading if parent else ()
    if piece.row:
        table, row = piece.row
        caption = (table.caption,) if table.caption and table.caption not in path else ()
        number = ", ".join(filter(None, [_row_home(parent, table), f"row {row.number}"]))
        return _marked(replace(bare, kind=ClauseKind.ROW, number=number, heading=path + caption))
    if piece.kind is None:
        kind, number = (parent.kind, parent.number) if parent else (ClauseKind.PREAMBLE, "")
        return _marked(replace(bare, kind=kind, number=number, heading=path))
    body = max(bare.start, piece.body if piece.kind is not MarkKind.HEADING else bare.start)
    heading = _heading(text, piece, body, bare.end, has_more)
    defines = _defines(text[body : bare.end], heading) if piece.kind in (MarkKind.NUMBER, MarkKind.DEFINITION) else ""
    own = tuple(h for h in (piece.above, heading) if h)
    number = _number(piece.label, parent) if piece.label else ""
    kind = _kind(piece, parent, heading, defines)
    return _marked(replace(bare, kind=kind, number=number, heading=path + own, defines=defines))


def _row_home(parent: Clause | None, table: Table) -> str:
    return parent.number if parent and parent.number else table.caption


def _kind(piece: _Piece, parent: Clause | None, heading: str, defines: str) -> ClauseKind:
    if piece.kind is MarkKind.SCHEDULE:
        return ClauseKind.SCHEDULE
    if piece.kind is MarkKind.SIGNATURE or re.fullmatch(r"(?i)(?:\w+: )?signatures?(?: pages?)?", heading):
        return ClauseKind.SIGNATURE
    recital = piece.kind in (MarkKind.RECITALS, MarkKind.WHEREAS, MarkKind.AGREED)
    if recital or (parent and parent.kind is ClauseKind.RECITAL):
        return ClauseKind.RECITAL
    return ClauseKind.DEFINITION if defines else ClauseKind.CLAUSE


def _marked(clause: Clause) -> Clause:
    if clause.kind is ClauseKind.SIGNATURE:  # lines to sign on are not options
        return clause
    return replace(clause, unfilled=unfilled(clause.text, clause.start))


# --- numbers ----------------------------------------------------------------------------------------------------------


def _number(label: Label, parent: Clause | None) -> str:
    """The number as one would cite it: "8.4.2.1", "8.4.2.2(a)", "Article IV(b)", "Schedule 2, 3.1"."""
    if not label.cited:
        return ""
    above = parent.number if parent else ""
    if parent and not above:
        above = f"“{parent.defines}”" if parent.defines else ""
    if label.style in ("dec", "letterdec", "条", "Article", "Part", "Chapter"):
        schedule = re.match(_SCHEDULED, above)
        return f"{schedule[1]}, {label.cited}" if schedule else label.cited
    if not above or parent is None:
        return label.cited.strip("()") if label.style in ("A.", "I.", "a.", "i.") else label.cited
    if parent.kind is ClauseKind.SCHEDULE or re.fullmatch(r"(?:Article|Part|Chapter) \w+", above):
        return above + label.cited if label.cited.startswith("(") else f"{above}, {label.cited}"
    if label.cited.startswith("("):
        return above + label.cited
    return f"{above}.{label.cited}" if re.search(r"[\dA-Z]$", above) else f"{above}, {label.cited}"


_SCHEDULED = r"((?:Schedule|Annex|Annexure|Appendix|Exhibit|Attachment|Addendum) [^,]+)"

# --- headings and terms -----------------------------------------------------------------------------------------------

_RUN_IN = re.compile(r"(?P<title>[^.;:\n]{2,110}?)(?P<end>\.(?=\s|$)|:(?=\s|$)| [–—-](?=\s))")
_VERB = re.compile(
    r"\b(?:shall|will|may|must|is|are|was|were|has|have|means?|agrees?|hereby|warrants?|acknowledges?|if|cannot|which)\b"
)
_SMALL = re.compile(
    r"(?:a|an|and|or|of|the|to|in|for|on|by|with|from|upon|into|under|at|as|per|between|during|within|not|no|its|than|other|&|/)$"
)


def _heading(text: str, piece: _Piece, body: int, end: int, has_more: bool) -> str:
    if piece.kind in (MarkKind.DEFINITION, MarkKind.WHEREAS, MarkKind.AGREED, MarkKind.SIGNATURE):
        return ""
    own = text[body:end].lstrip(" \t\n\r\xa0.:–—-*_#")
    line = re.split(r"\n|\s{3,}", own, maxsplit=1)[0].strip(" \t*_#")
    if piece.kind in (MarkKind.HEADING, MarkKind.RECITALS, MarkKind.SCHEDULE):
        return line.strip(" :") if len(line) <= 160 else ""
    rest = own[len(line) :].strip(" *_\n")
    if (
        len(line) <= 110
        and (rest or has_more)
        and _is_title(line.rstrip(".:"), strict=not line[:1].isupper() or bool(_VERB.search(line)))
    ):
        return line.rstrip(" .:")
    match = _RUN_IN.match(own)
    if match and _is_title(match["title"], strict=True):
        return " ".join(match["title"].split()).strip(" *_")
    return ""


def _is_title(line: str, *, strict: bool) -> bool:
    """Whether a line names rather than says: capitals throughout, or, where that is enough, short."""
    words = line.split()
    if not words or len(words) > 14 or line.endswith((",", ";")) or not any(c.isalpha() for c in line):
        return False
    if line.upper() == line:
        return True
    big = [w.lstrip("\"“‘'(*_[") for w in words if not _SMALL.match(w)]
    if all(w[:1].isupper() or not w[:1].isalpha() for w in big):
        return words[0][:1].isupper() or words[0][:1] in "\"“‘'(*_["
    return not strict and len(line) <= 70 and "." not in line


def _defines(own: str, heading: str) -> str:
    own = own.lstrip(" \t\n\r\xa0.:–—-")
    quoted = re.fullmatch(QUOTED + r":?", heading)
    match = DEFINITION.match(own[:500])
    term = quoted["q"] if quoted else (match["q"] or match["b"] or match["p"] if match else "")
    return " ".join(term.strip(" ,.:").split()) if len(term) <= 80 else ""


_INLINE_TERM = re.compile(
    r"[(\[](?:[^()\[\]\"“”]{0,60}\s)?[\"“”„](?P<term>[^\"“”()\n]{2,60}?)[,.]?[\"“”](?:[^()\[\]\"“”]{0,60}[\"“”][^\"“”()]{1,60}[\"“”])*"
    r"[^()\[\]\"“”]{0,40}[)\]]"
)


def defined_terms(clauses: Sequence[Clause]) -> dict[str, int]:
    """Each defined term with the position of the clause that gives its meaning.

    A definition of its own wins over a term defined in passing (the “Project”); otherwise the first place wins.
    """
    terms: dict[str, int] = {}
    for clause in clauses:
        if clause.defines:
            terms.setdefault(clause.defines, clause.position)
    for clause in clauses:
        for match in _INLINE_TERM.finditer(clause.text):
            if match["term"][0].isupper() or clause.kind is ClauseKind.PREAMBLE:
                terms.setdefault(" ".join(match["term"].split()), clause.position)
    return terms


# --- unfilled options -------------------------------------------------------------------------------------------------

_UNIT = (
    r"(?:calendar\s|business\s|working\s)*"
    r"(?:days?|weeks?|months?|years?|hours?|per\s?cent|percent|%|Euros?|EUR|USD|dollars)"
)
_GROUP = r"\[[^\[\]\n]{0,120}\]"
_INSTRUCTION = (
    r"insert|please\s(?:insert|specify|state)|specify|fill\sin|to\sbe\s(?:inserted|completed|agreed|determined|confirmed)"
    r"|option\s(?:\d|[A-D])\b|alternative\s(?:\d|[A-D])\b|choose|select|delete\s(?:as|if|where)|enter"
)
_FIELD = r"name|date|amount|number|address|title|country|place|party|institution|company|period"
_UNFILLED = re.compile(
    rf"""
      {_GROUP}(?:(?:\s?(?:OR|or|/|and/or))?\s?{_GROUP}){{1,6}}(?=\s?{_UNIT})
    | {_GROUP}(?:\s?(?:OR|/)\s?{_GROUP})+
    | \[\s?\d{{1,3}}\s?\](?=\s?{_UNIT})
    | [\[{{(]\s?(?:[●•○▪■]|\*{{1,6}}|_+
        |\.{{2,}}|…+|-{{2,}}|–+|[Xx]{{2,}}|\?+|(?i:redacted|omitted|tbd|tbc|blank))\s?[\]}})]
    | \[\s{{0,20}}\] | \(\s{{1,20}}\)
    | [\[(<]\s?(?i:{_INSTRUCTION})[^\[\]<>\n]{{0,400}}[\])>]
    | [\[<](?i:{_FIELD})(?:\s[^\[\]<>\n]{{0,60}})?[\]>]
    | _{{3,}} | …{{2,}} | \.{{6,}} | (?:\*\s){{2,}}\* | (?<!\*)\*{{3,}}(?!\*)
    | (?i:\binsert:\s)[^.;\n]{{1,80}}
    """,
    re.VERBOSE,
)


def unfilled(text: str, offset: int = 0) -> tuple[Span, ...]:
    """Template options nobody chose, blanks and redactions in `text`, shifted by `offset`: no number counts there."""
    if not any(sign in text for sign in "[<{_…*.(") and "nsert" not in text:
        return ()
    return tuple(Span(offset + m.start(), offset + m.end()) for m in _UNFILLED.finditer(text))
