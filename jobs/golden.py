"""Golden questions: what a new index has to answer from the right clauses before it is promoted.

`golden.yaml` lies beside the catalogue and is read with the same distrust. It is a list; each entry has

    question    in the words of those who ask                                                      (required)
    cites       what the answer has to quote, each time an agreement and a clause: [ORION-CA 8.4.2.1, ORION-AM2 §1];
                a clause inside that clause will do                                                (required)
    as          the id of the person who asks; left out: somebody who may read everything
    on          the day on which it is asked; left out: the day of indexing
    agreement   look only in this one (id or short name)

`knowledge/samples/golden.yaml` is one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from ruamel.yaml.nodes import Node, SequenceNode

from jobs.messages import LostClause
from knowledge.catalogue import GOLDEN, CatalogueError, Problems, Section, compose, contents, text_of
from knowledge.embedding import Encoder
from knowledge.index import Generation, IndexDamaged, write_atomically
from knowledge.model import Agreement, Citation, Clause, Person

_FIELDS = ("question", "as", "on", "agreement", "cites")
_KEPT = "golden.json"


class GoldenError(CatalogueError):
    """`golden.yaml` cannot be used. `problems` has one line for each thing that is wrong, in the file's order."""


class GoldenLost(Exception):  # noqa: N818 - a state of the index, not a fault
    """The staged index lost golden questions and is therefore not promoted. The message names them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A clause that has to be cited: the agreement's short name, and the number as one would cite it."""

    agreement: str
    clause: str

    def __str__(self) -> str:
        return f"{self.agreement} {self.clause}"


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question and what its answer must cite. `person` is an id, "" for somebody who may read everything; `on` is
    None for the day of indexing; `agreement` is an id or short name, "" for everywhere."""

    question: str
    cites: tuple[Expected, ...]
    person: str = ""
    on: date | None = None
    agreement: str = ""

    def __post_init__(self) -> None:
        if not (self.question and self.cites):
            raise ValueError("a golden question has words, and a clause to cite")


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """How many golden questions were asked, and which of the clauses they expect were not cited."""

    asked: int = 0
    lost: tuple[LostClause, ...] = ()

    @property
    def questions_lost(self) -> int:
        """How many questions lost a clause or more."""
        return len({lost.question for lost in self.lost})


# --- reading ----------------------------------------------------------------------------------------------------------


def load(folder: Path, agreements: Iterable[Agreement], people: Iterable[Person]) -> tuple[GoldenQuestion, ...]:
    """The golden questions of a folder, none where it has no `golden.yaml`. Raises `GoldenError`.

    `agreements` and `people` are those that the file may name.
    """
    known = _Known(agreements, people)
    problems = Problems(GOLDEN)
    try:
        root = compose(text_of(contents(folder, GOLDEN) or b"", GOLDEN), GOLDEN)
        questions = [
            _question(node, number, known, problems) for number, node in enumerate(_entries(root, problems), 1)
        ]
    except CatalogueError as error:
        raise GoldenError(error.problems) from error
    if problems:
        raise GoldenError(problems.lines())
    return tuple(question for question in questions if question is not None)


class _Known:
    """What a golden question may name."""

    def __init__(self, agreements: Iterable[Agreement], people: Iterable[Person]) -> None:
        self.people = frozenset(person.id for person in people)
        self.short_names = {name: a.short_name for a in agreements for name in (a.id, a.short_name)}


def _entries(root: Node | None, problems: Problems) -> list[Node]:
    if isinstance(root, SequenceNode):
        return list(root.value)
    if root is not None:
        problems.add(root, "is no list of questions; begin each with `- question:`")
    return []


def _question(node: Node, number: int, known: _Known, problems: Problems) -> GoldenQuestion | None:
    """One entry; None where something is wrong with it, which is then told to `problems`."""
    before = len(problems)
    section = Section(node, f"question {number}", _FIELDS, problems)
    question = section.text("question", required=True)
    person = section.reference("as", known.people, "person of the catalogue")
    on = section.day("on")
    agreement = section.reference("agreement", known.short_names, "agreement of this index")
    cites = [_expected(section, entry, known) for entry in section.items("cites")]
    if not cites and isinstance(section.nodes.get("cites"), SequenceNode | None):
        section.problem("cites", "is missing; add `cites: [AGREEMENT clause]`")
    found = tuple(expected for expected in cites if expected is not None)
    return None if len(problems) > before else GoldenQuestion(question, found, person, on, agreement)


def _expected(section: Section, node: Node, known: _Known) -> Expected | None:
    text = section.scalar("cites", node)
    named = [name for name in known.short_names if text == name or text.startswith(f"{name} ")]
    if not text:
        return None
    if not named:
        section.refer("cites", text.partition(" ")[0], known.short_names, "agreement of this index", node)
        return None
    name = max(named, key=len)
    clause = text[len(name) :].strip()
    if not clause:
        section.problem("cites", f"{name} alone is not enough; write the clause too, as in {name} 8.4.2", node)
        return None
    return Expected(known.short_names[name], clause)


# --- asking -----------------------------------------------------------------------------------------------------------


def ask_all(
    generation: Generation,
    encoder: Encoder,
    questions: Sequence[GoldenQuestion],
    today: date,
    report: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> GoldenResult:
    """Ask every question of an index, without a language model. `report` is told "asking", how many, of how many."""
    from knowledge.answers import answer

    lost: list[LostClause] = []
    for done, golden in enumerate(questions):
        report("asking", done, len(questions))
        given = answer(
            golden.question,
            asker=generation.people[golden.person] if golden.person else None,
            on=golden.on or today,
            generation=generation,
            encoder=encoder,
            agreement=golden.agreement or None,
        )
        missing = [e for e in golden.cites if not any(_names(c, e, generation) for c in given.citations)]
        cited = tuple(dict.fromkeys(f"{c.agreement} {c.clause}".strip() for c in given.citations))
        lost += [LostClause(golden.question, str(expected), cited) for expected in missing]
    if questions:
        report("asking", len(questions), len(questions))
    return GoldenResult(len(questions), tuple(lost))


def _names(citation: Citation, expected: Expected, generation: Generation) -> bool:
    """Whether a citation is of the expected clause, or of one inside it."""
    from knowledge.answering.texts import inside

    if citation.agreement != expected.agreement:
        return False
    clauses = _clauses(citation, generation)
    quoted = [clause for clause in clauses if clause.start <= citation.start]
    return bool(quoted) and inside(clauses, quoted[-1], expected.clause)


def _clauses(citation: Citation, generation: Generation) -> tuple[Clause, ...]:
    """The clauses of the version that a citation quotes."""
    for position, version in enumerate(generation.versions):
        if (version.file, version.label) == (citation.file, citation.version):
            return generation.clauses(position)
    return ()


# --- what was found stays with the generation -------------------------------------------------------------------------


def keep(result: GoldenResult, folder: Path) -> None:
    """Write down, in a generation's folder, what its golden questions found."""
    write_atomically(folder / _KEPT, json.dumps(asdict(result)))


def kept(folder: Path) -> GoldenResult:
    """What `keep` wrote down for a generation. Raises `IndexDamaged`."""
    try:
        found = json.loads((folder / _KEPT).read_bytes())
        lost = [LostClause(entry["question"], entry["expected"], tuple(entry["cited"])) for entry in found["lost"]]
        return GoldenResult(int(found["asked"]), tuple(lost))
    except (OSError, ValueError, KeyError, TypeError):
        raise IndexDamaged(f"{folder / _KEPT} cannot be read; index again") from None
