"""Clauses, defined terms, unfilled options, sentences and passages, on agreements written for these tests."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.clauses import defined_terms, parse, passages, sentences, unfilled
from knowledge.model import Block, BlockKind, Clause, ClauseKind, Document, Page, Table, TableRow
from knowledge.numbering import roman


def document(text: str, *, furniture: tuple[str, ...] = (), tables: tuple[Table, ...] = ()) -> Document:
    blocks, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            kind = BlockKind.FURNITURE if line.strip() in furniture else BlockKind.PARAGRAPH
            blocks.append(Block(kind, at, at + len(line.rstrip("\n")), 1))
        at += len(line)
    return Document("a.txt", "txt", "0" * 64, text, (Page(1, 0, len(text)),), tuple(blocks), tables)


def numbers(text: str) -> list[str]:
    return [c.number for c in parse(document(text)) if c.number]


def by_number(text: str) -> dict[str, Clause]:
    return {c.number: c for c in parse(document(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Term. It runs.\n2. Fees. They fall due.\n", ["1", "2"]),
        ("1. Term\n1.1 It runs.\n1.2 It ends.\n2. Fees\n2.1 Due now.\n", ["1", "1.1", "1.2", "2", "2.1"]),
        ("ARTICLE I\nTERM\n1.1 It runs.\nARTICLE II\nFEES\n2.1 Due.\n", ["Article I", "1.1", "Article II", "2.1"]),
        ("Section 2.01 Grant of License. Subject to this.\nSection 2.02 Term. It runs.\n", ["2.01", "2.02"]),
        ("1. Objection\n(a) harm to Results;\n(b) harm to Background.\n2. Term\n", ["1", "1(a)", "1(b)", "2"]),
        ("1. X\n(a) One;\n(i) first;\n(ii) second;\n(b) Two.\n", ["1", "1(a)", "1(a)(i)", "1(a)(ii)", "1(b)"]),
        ("1. Long\n" + "".join(f"({c}) Item;\n" for c in "abcdefghij"), ["1", *(f"1({c})" for c in "abcdefghij")]),
        ("§ 1 Gegenstand\nDas ist es.\n§ 2 Laufzeit\nEs endet.\n", ["§ 1", "§ 2"]),
        (
            "8.4 Publication\n8.4.1 Notice is given.\n8.4.2.1 It is due.\n8.4.2.2 It ends.\n",
            ["8.4", "8.4.1", "8.4.2.1", "8.4.2.2"],
        ),
    ],
)
def test_labels_of_every_style_become_full_numbers(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


def test_a_schedule_restarts_the_numbers_and_names_itself_in_them() -> None:
    body = "".join(f"{n}. Part. The Parties shall do thing number {n} in good time.\n" for n in range(1, 6)) * 1
    filler = "The Parties agree as follows and take note of all that is said here at some length. " * 5
    text = (
        f"AGREEMENT\n{filler}\n{body}\nSchedule 2\nServices\n1. First. The provider shall serve.\n2. Second. It pays.\n"
    )
    assert numbers(text)[-3:] == ["Schedule 2", "Schedule 2, 1", "Schedule 2, 2"]


def test_cross_references_dates_and_amounts_are_no_clauses() -> None:
    text = (
        "1. Term. This Agreement starts on the date set out in Section\n4.2 of the Grant Agreement and costs\n"
        "12.5 million euros, payable on\n1. January of every year.\n2. Fees. As in Section 9.1. The rest is free.\n"
    )
    assert numbers(text) == ["1", "2"]


def test_clauses_on_one_physical_line_are_told_apart() -> None:
    text = (
        "2. TERM. 2.1 Start. This starts today. 2.2 Term. This lasts a year. 2.3 Renewal. This renews, see Section 2.2."
    )
    assert numbers("1. DEFINITIONS. None are needed. " + text) == ["1", "2", "2.1", "2.2", "2.3"]


def test_a_table_of_contents_is_no_list_of_clauses() -> None:
    text = "TABLE OF CONTENTS\n1. Term 2\n2. Fees 3\n\n1. Term\nIt runs for a year.\n2. Fees\nThey fall due.\n"
    clauses = parse(document(text))
    assert [c.number for c in clauses] == ["", "1", "2"]
    assert "It runs" in clauses[1].text


def test_headings_run_in_and_on_the_next_line_are_read() -> None:
    found = by_number("8. Results\n8.4 Publication. The Parties shall publish.\n9.\nCONFIDENTIALITY\nAll is secret.\n")
    assert found["8.4"].heading == ("Results", "Publication")
    assert found["9"].heading == ("CONFIDENTIALITY",)


def test_numbers_that_restart_under_headings_hang_under_them() -> None:
    text = (
        "Grant of Rights\n1 The owner hereby grants a licence to the user.\n2 No other right is granted by this text.\n"
        "Sublicensing\n1 The user may sublicense with approval of the owner.\n2 The user sends a copy of each.\n"
    )
    paths = [c.heading[0] for c in parse(document(text)) if c.number]
    assert paths == ["Grant of Rights", "Grant of Rights", "Sublicensing", "Sublicensing"]


def test_recitals_definitions_and_signatures_have_their_kinds() -> None:
    text = (
        "RESEARCH AGREEMENT between A and B\n\nWHEREAS, A owns data;\n\nNOW, THEREFORE, the Parties agree:\n\n"
        '1. Definitions\n"Affiliate" means a controlled company.\n"Results" shall mean what is found.\n'
        "2. Term. It runs for one year.\n\nIN WITNESS WHEREOF the Parties have signed.\nBy: ______\n"
    )
    kinds = [c.kind for c in parse(document(text))]
    assert kinds == [
        ClauseKind.PREAMBLE, ClauseKind.RECITAL, ClauseKind.RECITAL, ClauseKind.CLAUSE, ClauseKind.DEFINITION,
        ClauseKind.DEFINITION, ClauseKind.CLAUSE, ClauseKind.SIGNATURE,
    ]  # fmt: skip


def test_defined_terms_include_those_defined_in_passing() -> None:
    text = 'Between A (the "Owner") and B (hereinafter “User”).\n1. “Term” means one year.\n2. Data ("Data") is kept.\n'
    assert defined_terms(parse(document(text))) == {"Term": 1, "Owner": 0, "User": 0, "Data": 2}


def test_table_rows_are_cited_by_their_schedule() -> None:
    head = (
        "1. Term. It runs.\n2. Fees. As listed in the Attachment, which is part of this Agreement.\n"
        + "x " * 200
        + "\n"
    )
    text = head + "Attachment 1\nBackground included\nParty | Item\nAlpha | Code\nBeta | Data\nAfter the table.\n"
    first, second = text.index("Alpha"), text.index("Beta")
    rows = (TableRow(1, ("Alpha", "Code"), first, first + 12, 1), TableRow(2, ("Beta", "Data"), second, second + 11, 1))
    clauses = parse(document(text, tables=(Table("Background included", ("Party", "Item"), rows),)))
    assert [(c.number, c.text) for c in clauses if c.kind is ClauseKind.ROW] == [
        ("Attachment 1, row 1", "Alpha | Code"),
        ("Attachment 1, row 2", "Beta | Data"),
    ]
    assert clauses[-1].text == "After the table."


@pytest.mark.parametrize(
    "text",
    [
        "[30][60] OR [90] days",
        "[insert: once or twice]",
        "[●]",
        "[___]",
        "………",
        "<insert name>",
        "[Option 1: yes]",
        "[***]",
        "[*]",
    ],
)
def test_template_options_and_redactions_are_marked_from_end_to_end(text: str) -> None:
    spans = unfilled(f"at least {text} before", 100)
    assert len(spans) == 1
    assert spans[0].start == 109
    assert spans[0].end >= 109 + len(text.removesuffix(" days"))


@pytest.mark.parametrize(
    "text", ["[and its Affiliates]", "[sic]", "as shown in [1]", "(a) first", "party/ies", "month[s]", "*very*"]
)
def test_ordinary_brackets_are_not_unfilled(text: str) -> None:
    assert unfilled(f"The Parties {text} agree.") == ()


def test_legal_abbreviations_do_not_end_a_sentence() -> None:
    text = "See Sec. 4.2 and No. 5 of Acme Inc. Delaware, v. Smith. The U.S. Government (cf. Art. IV) agrees. It signs."
    assert [text[s.start : s.end] for s in sentences(text)][1:] == [
        "The U.S. Government (cf. Art. IV) agrees.",
        "It signs.",
    ]


def test_a_long_enumeration_is_cut_before_its_items() -> None:
    item = "the disclosure was made in good faith by a person entitled to make it at that time and place"
    text = f"The obligation ends if: (a) {item}; (b) {item}; or (c) {item}; and (d) {item}."
    assert [text[s.start : s.end][:3] for s in sentences(text)] == ["The", "(a)", "(b)", "(c)", "(d)"]


def test_passages_stay_inside_their_clause_and_leave_furniture_out() -> None:
    text = "1. Term. It runs for\nPage 3\none year from signature.\n2. Fees. They fall due at once.\n"
    doc = document(text, furniture=("Page 3",))
    clauses = parse(doc)
    pieces = [(p.clause, text[p.start : p.end]) for p in passages(doc, clauses)]
    assert pieces == [
        (0, "1. Term. It runs for"),
        (0, "one year from signature."),
        (1, "2. Fees. They fall due at once."),
    ]


LINES = st.sampled_from(
    ["1. Term", "1.1 It runs.", "(a) one;", "(i) x;", "2. Fees. Due.", "ARTICLE I", "Schedule 1", "Page 3", "", "   ",
     '"Term" means a year.', "IN WITNESS WHEREOF", "plain words", "TABLE OF CONTENTS", "[●] days", "WHEREAS, x;"]
)  # fmt: skip


@given(st.lists(st.one_of(LINES, st.text(max_size=40)), max_size=30))
def test_every_character_lies_in_exactly_one_clause_and_passage(lines: list[str]) -> None:
    text = "\n".join(lines).replace("\r", " ")
    doc = document(text, furniture=("Page 3",))
    clauses = parse(doc)
    quiet = {i for b in doc.blocks if b.kind is BlockKind.FURNITURE for i in range(b.start, b.end)}
    wanted = [i for i, c in enumerate(text) if not c.isspace() and i not in quiet]
    own = [i for c in clauses for i in range(c.start, c.end) if not text[i].isspace() and i not in quiet]
    found = [i for p in passages(doc, clauses) for i in range(p.start, p.end) if not text[i].isspace()]
    assert own == wanted
    assert found == wanted
    assert all(c.text == text[c.start : c.end] and c.text for c in clauses)
    for clause in clauses:
        if clause.parent is not None:
            assert clauses[clause.parent].tree_end >= clause.tree_end


@given(st.text(max_size=300))
def test_sentences_are_trimmed_and_lose_nothing(text: str) -> None:
    found = sentences(text)
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() != "" for s in found)
    assert "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())


def test_roman_numbers_are_read_and_words_are_not() -> None:
    assert [roman(v) for v in ("IV", "xiv", "XC", "civil", "iiii", "")] == [4, 14, 90, None, None, None]


def test_a_long_agreement_is_parsed_in_linear_time() -> None:
    body = "".join(
        f"{n}. Topic. " + "The Parties shall act in good faith at all times. " * 20 + "\n" for n in range(1, 100)
    )
    began = time.process_time()
    clauses = parse(document("AGREEMENT\n" + body + " " * 100_000 + "(" + "\n" * 20_000 + ")"))
    assert time.process_time() - began < 5
    assert len(clauses) == 100
