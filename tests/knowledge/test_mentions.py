"""Which agreement a question means."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.mentions import Mention, meant, names, profile
from knowledge.model import Agreement, AgreementType, Party

TEXTS = {
    "a1": "SUPPLY AGREEMENT\n\nThis Supply Agreement is made between Quillon Foods Limited and Bardo S.p.A.\n",
    "a2": "LICENCE AGREEMENT\n\nThis Licence Agreement is made between Bardo S.p.A. and Ferrine University.\n",
    "a3": "AMENDMENT NO. 1 TO LICENCE AGREEMENT\n\nThis is made between Bardo S.p.A. and Ferrine University.\n",
    "a4": "COOPERATION AGREEMENT\n\nThis Agreement is made by the persons who sign it.\n\n1. Term. One year.\n\n"
    "IN WITNESS WHEREOF the parties sign. TELMARK HOLDINGS B.V. by: J. Doe",
}
UNLISTED = [Agreement(key, key, AgreementType.OTHER, (f"{key}.txt",), listed=False) for key in TEXTS]
KNOWN = names([profile(text) for text in TEXTS.values()])


def mention(question: str) -> Mention:
    return meant(question, UNLISTED, range(len(UNLISTED)), KNOWN)


@pytest.mark.parametrize(
    ("question", "expected", "rest"),
    [
        ("Consider the Supply Agreement between Quillon Foods and Bardo; who pays?", ("a1",), "who pays?"),
        ("Under the Licence Agreement with Ferrine University, may we sublicense?", ("a2",), "may we sublicense"),
        ("What does the Amendment to the Licence Agreement with Ferrine change?", ("a3",), "What does change"),
        ("What did Telmark Holdings agree to do?", ("a4",), "What did agree to do"),
        ("how long does confidentiality last?", (), "how long does confidentiality last?"),
    ],
)
def test_title_and_parties_say_which_document_is_meant(question: str, expected: tuple[str, ...], rest: str) -> None:
    found = mention(question)
    assert found.agreements == expected
    assert [w for w in rest.rstrip("?").split() if w not in found.rest] == []


def _listed(key: str, *projects: str, parties: tuple[Party, ...] = ()) -> Agreement:
    return Agreement(key, key, AgreementType.OTHER, (f"{key}.txt",), projects=projects, parties=parties)


LISTED = [
    _listed("ORION-CA", "ORION", parties=(Party("acme", "ACME Europe B.V."),)),
    _listed("ORION-GA", "ORION"),
    _listed("ACME-SRA", "ACME"),
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who owns results in ORION-CA?", {"ORION-CA"}),
        ("who owns results in orion?", {"ORION-CA", "ORION-GA"}),
        ("My paper uses ORION and ACME data", {"ORION-CA", "ORION-GA", "ACME-SRA"}),
        ("What does orion ca say, and acme?", {"ORION-CA", "ACME-SRA"}),
        ("What may ACME Europe B.V. publish?", {"ACME-SRA"}),
        ("What about orionesque things?", set()),
    ],
)
def test_ids_projects_and_first_parts_of_names_are_names(question: str, expected: set[str]) -> None:
    known = names([profile("") for _ in LISTED])
    assert set(meant(question, LISTED, range(len(LISTED)), known).agreements) == expected


def test_agreements_that_are_not_compared_change_nothing() -> None:
    question = "Under the Licence Agreement with Ferrine University, may we sublicense?"
    some = [0, 1]
    alone = names([profile(TEXTS["a1"]), profile(TEXTS["a2"])])
    assert meant(question, UNLISTED[:2], some, KNOWN) == meant(question, UNLISTED[:2], some, alone)


def test_where_nothing_may_be_read_nothing_is_meant() -> None:
    assert meant("What does ORION say?", [], [], KNOWN) == Mention((), "What does ORION say?")


@given(st.text(alphabet=string.printable + "üß特許“”", max_size=200))
def test_whatever_is_asked_something_to_search_for_is_left(question: str) -> None:
    found = mention(question)
    assert found.rest.strip() or not question.strip()
