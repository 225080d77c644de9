"""Golden questions: the file is read with distrust, and a clause counts as cited where it, or one inside it, is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from jobs import golden
from jobs.golden import Expected, GoldenError, GoldenQuestion, GoldenResult
from jobs.messages import LostClause
from knowledge.embedding import Encoder
from knowledge.index import Generation, IndexDamaged
from knowledge.model import Agreement, AgreementType, Person

SAMPLES = Path(__file__).parents[2] / "knowledge" / "samples"
TODAY = date(2026, 6, 2)
ORION = Agreement("orion", "ORION-CA", AgreementType.CA, ("a.txt",))
SPACED = Agreement("spaced", "ORION-CA annex", AgreementType.OTHER, ("b.txt",))
RITA = Person("rita")
NOTICE = "How long before publication must I tell the ORION partners?"


def read(folder: Path, text: str) -> tuple[GoldenQuestion, ...]:
    (folder / "golden.yaml").write_text(text, encoding="utf-8")
    return golden.load(folder, [ORION, SPACED], [RITA])


# --- reading ----------------------------------------------------------------------------------------------------------


def test_every_field_is_read_and_most_may_be_left_out(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
- question: How long?
  as: rita
  on: 2026-06-02
  agreement: orion
  cites: [ORION-CA 8.10, orion §1, "ORION-CA annex Attachment 1, row 7"]
- {question: Who pays?, cites: [ORION-CA 7]}
""",
    )
    cites = (
        Expected("ORION-CA", "8.10"),
        Expected("ORION-CA", "§1"),
        Expected("ORION-CA annex", "Attachment 1, row 7"),
    )
    assert found == (
        GoldenQuestion("How long?", cites, "rita", date(2026, 6, 2), "orion"),
        GoldenQuestion("Who pays?", (Expected("ORION-CA", "7"),)),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_a_file_that_asks_nothing_asks_nothing(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == ()


def test_a_folder_without_the_file_has_no_golden_questions(tmp_path: Path) -> None:
    assert golden.load(tmp_path, [ORION], [RITA]) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("question: x", "golden.yaml:1: is no list of questions; begin each with `- question:`"),
        ("- x", "golden.yaml:1: question 1: is no mapping; write it as `field: value` lines"),
        ("- question: x\n  cite: [ORION-CA 1]", "golden.yaml:2: question 1: 'cite' is no field; did you mean cites?"),
        ("- cites: [ORION-CA 1]", "golden.yaml:1: question 1, question: is missing; add `question:`"),
        ("- question: x", "golden.yaml:1: question 1, cites: is missing; add `cites: [AGREEMENT clause]`"),
        ("- question: x\n  cites: []", "golden.yaml:2: question 1, cites: is missing; add"),
        ("- question: x\n  cites: ORION-CA 1", "golden.yaml:2: question 1, cites: is no list; write"),
        (
            "- question: x\n  cites: [ORION-CA 1]\n- question: y\n  cites:\n    - ORIN-CA 8.4",
            "golden.yaml:5: question 2, cites: 'ORIN-CA' is no agreement of this index; did you mean ORION-CA?",
        ),
        ("- question: x\n  cites: [ORION-CA]", "golden.yaml:2: question 1, cites: ORION-CA alone is not enough"),
        ("- question: x\n  cites: [[ORION-CA 1]]", "golden.yaml:2: question 1, cites: holds more than one value"),
        (
            "- question: x\n  as: ritta\n  cites: [ORION-CA 1]",
            "golden.yaml:2: question 1, as: 'ritta' is no person of the catalogue; did you mean rita?",
        ),
        ("- question: x\n  on: June\n  cites: [ORION-CA 1]", "golden.yaml:2: question 1, on: 'June' is no date; write"),
        (
            "- question: x\n  agreement: NOVA\n  cites: [ORION-CA 1]",
            "golden.yaml:2: question 1, agreement: 'NOVA' is no agreement of this index; correct it",
        ),
        (f"- question: {'x' * 501}\n  cites: [ORION-CA 1]", "golden.yaml:1: question 1, question: is longer than 500"),
        ("- &a {question: x}\n- *a", "golden.yaml:1: is not valid YAML here: anchors and aliases"),
        ("- [", "golden.yaml:1: is not valid YAML here: "),
        ("- question: !!python/name:os.abort x", "golden.yaml:1: is not valid YAML here: tags (!) are not read"),
        ("#" * 1_000_001, "golden.yaml: is larger than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_a_remedy(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(GoldenError) as caught:
        read(tmp_path, text)
    assert any(problem.startswith(told) for problem in caught.value.problems), caught.value.problems


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(GoldenError) as caught:
        read(tmp_path, "- {question: x, as: nobody}\n- {cites: [ORION-CA 1]}\n" + "- 7\n" * 2_000)
    lines = caught.value.problems
    assert [line.split(":")[1] for line in lines[:3]] == ["1", "1", "2"]
    assert lines[-1].startswith("golden.yaml: and ")


def test_a_file_under_another_name_or_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "golden.yml").write_text("[]")
    with pytest.raises(GoldenError, match=r"rename it to golden\.yaml"):
        golden.load(tmp_path, [ORION], [RITA])
    (tmp_path / "golden.yaml").write_bytes(b"- question: Caf\xe9\n")
    with pytest.raises(GoldenError, match=r"golden\.yaml:1: is not UTF-8 text"):
        golden.load(tmp_path, [ORION], [RITA])


# --- asking -----------------------------------------------------------------------------------------------------------


def asked(generation: Generation, encoder: Encoder, *cites: str, question: str = NOTICE, **more: str) -> GoldenResult:
    expected = tuple(Expected(*cite.split(" ", 1)) for cite in cites)
    return golden.ask_all(generation, encoder, [GoldenQuestion(question, expected, **more)], TODAY)


@pytest.mark.parametrize("cite", ["ORION-CA 8.4.2.1", "ORION-CA 8.4", "ORION-CA § 8.4.2.1", "ORION-CA Section 8"])
def test_a_clause_is_cited_where_it_or_one_inside_it_is(
    sample_generation: Generation, encoder: Encoder, cite: str
) -> None:
    assert asked(sample_generation, encoder, cite) == GoldenResult(1, ())


def test_a_clause_inside_an_article_of_another_numbering_is_inside_it(
    sample_generation: Generation, encoder: Encoder
) -> None:
    question = "How long before submission does ACME want to see a manuscript?"
    assert asked(sample_generation, encoder, "ACME-SRA Article VI", question=question).lost == ()
    (lost,) = asked(sample_generation, encoder, "ACME-SRA Article IV", question=question).lost
    assert "ACME-SRA 6.2" in lost.cited


@pytest.mark.parametrize("cite", ["ORION-CA 8.4.2.2", "ORION-CA 8.4.2.1.1", "ORION-CA 4.2.1", "ORION-GA 8.4.2.1"])
def test_a_clause_that_is_not_cited_is_lost_and_named(
    sample_generation: Generation, encoder: Encoder, cite: str
) -> None:
    found = asked(sample_generation, encoder, "ORION-CA 8.4.2.1", cite)
    assert (found.asked, found.questions_lost) == (1, 1)
    (lost,) = found.lost
    assert (lost.question, lost.expected) == (NOTICE, cite)
    assert "ORION-CA 8.4.2.1" in lost.cited


def test_who_asks_and_where_matters(sample_generation: Generation, encoder: Encoder) -> None:
    assert asked(sample_generation, encoder, "ORION-CA 8.4.2.1", person="noor").lost == (
        LostClause(NOTICE, "ORION-CA 8.4.2.1"),
    )
    assert asked(sample_generation, encoder, "ORION-CA 8.4.2.1", agreement="HELIX-DUA").lost


def test_a_question_without_a_day_is_asked_on_the_day_of_indexing(
    sample_generation: Generation, encoder: Encoder
) -> None:
    undated = GoldenQuestion(NOTICE, (Expected("ORION-AM2", "§1"),))
    assert golden.ask_all(sample_generation, encoder, [undated], date(2026, 9, 1)).lost == ()
    assert golden.ask_all(sample_generation, encoder, [undated], TODAY).lost


def test_the_samples_golden_questions_pass_today_and_in_years(
    sample_generation: Generation, sample_people: Mapping[str, Person], encoder: Encoder
) -> None:
    questions = golden.load(SAMPLES, sample_generation.agreements.values(), sample_people.values())
    assert len(questions) >= 12
    told: list[tuple[str, int, int]] = []
    for day in (TODAY, date(2031, 1, 1)):
        found = golden.ask_all(sample_generation, encoder, questions, day, lambda *step: told.append(step))
        assert found == GoldenResult(len(questions), ())
    assert told[0] == ("asking", 0, len(questions))
    assert told[-1] == ("asking", len(questions), len(questions))


# --- keeping ----------------------------------------------------------------------------------------------------------


def test_what_was_found_stays_with_the_generation(tmp_path: Path) -> None:
    result = GoldenResult(2, (LostClause("“Wie lange?”", "ORION-CA 8", ("ORION-CA 9", "ORION-GA 1")),))
    golden.keep(result, tmp_path)
    assert golden.kept(tmp_path) == result
    assert (tmp_path / "golden.json").stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"asked": 1, "lost": [{}]}', '{"asked": 1, "lost": 7}'])
def test_what_cannot_be_read_again_is_not_taken_for_success(tmp_path: Path, content: str) -> None:
    with pytest.raises(IndexDamaged, match="index again"):
        golden.kept(tmp_path)
    (tmp_path / "golden.json").write_text(content)
    with pytest.raises(IndexDamaged, match="index again"):
        golden.kept(tmp_path)
