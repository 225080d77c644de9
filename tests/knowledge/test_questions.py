"""The question set: what people really ask of the samples, in several wordings, and what must come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from knowledge.index import Generation
from knowledge.model import Answer, Outcome, Turn

Asking = Callable[..., Answer]
LATER = date(2026, 10, 1)
FIRST = "How long before publication must I tell the partners?"
SILENT = "What if nobody replies?"
ORION = (Turn(FIRST, ("ORION-CA",)),)
REPLIES = (*ORION, Turn(SILENT, ("ORION-CA",)))
PREVAILS = (Turn("Which text wins, grant agreement or consortium agreement?", ("ORION-CA", "ORION-GA")),)


@dataclass(frozen=True)
class Row:
    """One row of the set: who asks, in which wordings, and what every answer must say and quote."""

    number: str
    asker: str
    wordings: tuple[str, ...]
    outcome: Outcome = Outcome.ANSWER
    cites: tuple[tuple[str, str], ...] = ()  # (agreement, clause)
    says: tuple[str, ...] = ()  # in the text
    first: tuple[str, ...] = ()  # in the lines above the quotations
    never: tuple[str, ...] = ()  # nowhere in the text
    on: date = date(2026, 6, 2)
    agreement: str | None = None
    history: tuple[Turn, ...] = ()
    refers: bool = False


ROWS = (
    Row(
        "Q1",
        "rita",
        (
            FIRST,
            "How much notice do the others need before I publish?",
            "By when must the partners hear about a planned paper?",
        ),
        agreement="ORION-CA",
        cites=(("ORION-CA", "8.4.2.1"),),
        first=("at least 45 calendar days before the publication", "to the other Parties"),
        never=("30",),
    ),
    Row(
        "Q1, the agreement named",
        "rita",
        (
            "How much notice do I have to give the other partners in ORION-CA before we publish?",
            "how far ahead of publishing must the parties to the ORION consortium agreement be told",
            "Advance notice for a journal article under ORION-CA?",
        ),
        cites=(("ORION-CA", "8.4.2.1"),),
        first=("45 calendar days before the publication",),
    ),
    Row(
        "Q1, no agreement named",
        "rita",
        (FIRST,),
        cites=(("ORION-CA", "8.4.2.1"), ("LAMBDA-RCA", "5.2"), ("ACME-SRA", "6.2")),
        first=("45 calendar days before the publication", "60 days before the date of the proposed submission"),
    ),
    Row(
        "Q2",
        "rita",
        (SILENT, "And if no one objects?", "What happens when they stay silent?"),
        history=ORION,
        cites=(("ORION-CA", "8.4.2.1"), ("ORION-CA", "8.4.3")),
        first=("within 30 calendar days after receipt of the notice", "“the publication is permitted”", "8.4.3"),
    ),
    Row(
        "Q2, in one question",
        "rita",
        (
            "In ORION, if we get no response from the partners, may we publish?",
            "ORION: the others never answered my publication notice. Now what?",
        ),
        cites=(("ORION-CA", "8.4.2.1"), ("ORION-CA", "8.4.3")),
        first=("“the publication is permitted”",),
    ),
    Row(
        "Q3",
        "rita",
        ("Same question for our project with Lambda Ltd", "What about LAMBDA?", "and for LAMBDA-RCA?"),
        history=REPLIES,
        cites=(("LAMBDA-RCA", "5.2"), ("LAMBDA-RCA", "5.3")),
        first=(
            "at least 60 days before the date of the proposed submission",
            "within 30 days after receipt",
            "may proceed, except in relation to any other Party's Background",
        ),
        never=("45",),
    ),
    Row(
        "Q4",
        "paul",
        (
            "My paper uses ORION and ACME data. Which rule applies?",
            "Which deadline counts if a paper is based on both ORION and ACME results?",
            "A manuscript with ORION and ACME results: how long before must I give notice?",
        ),
        cites=(("ORION-CA", "8.4.2.1"), ("ACME-SRA", "6.2")),
        first=("45 calendar days before the publication", "30 days before its submission", "apply"),
    ),
    Row(
        "Q6",
        "phoebe",
        (
            "Can they stop my graduation?",
            "Could a partner block my PhD defence?",
            "ORION: may the companies delay my thesis?",
        ),
        cites=(("ORION-CA", "8.4.4"),),
        first=("timely submission, examination, publication and defence",),
        refers=True,
    ),
    Row(
        "Q7",
        "rita",
        (
            "Is a poster a publication?",
            "Does a conference poster count as a publication?",
            "Would giving a talk at a conference be considered a publication under ORION and LAMBDA?",
        ),
        says=("including but not restricted to publications and presentations", "conference or seminar"),
        cites=(("ORION-CA", "8.4.2.1"),),
    ),
    Row(
        "Q8",
        "rita",
        (
            "Is putting code on GitHub / a preprint on arXiv a publication?",
            "Does uploading to a preprint server qualify as publication?",
            "Would a preprint be regarded as a publication in ORION and LAMBDA?",
        ),
        says=("electronic repository", "preprints placed on a preprint server"),
    ),
    Row(
        "Q10",
        "rita",
        (
            "What sentence must I put in the acknowledgements?",
            "Which exact words must the acknowledgement contain?",
            "How do we have to acknowledge the funding?",
        ),
        says=(
            "This work has received funding from the European Ocean Research Agency",
            "The content reflects the views of the authors only.",
            "This research was supported by ACME Corporation under Sponsored Research Agreement No. SR-2025-0317.",
            "Supported by the Northern Innovation Council under award NIC-2024-118",
            "We thank the participants of the HELIX Cohort Study",
        ),
        cites=(("ORION-GA", "17.2"), ("ORION-GA", "17.3"), ("ACME-SRA", "6.6"), ("LAMBDA-RCA", "5.6")),
    ),
    Row(
        "Q11",
        "rita",
        (
            "HELIX: who must be in the author line?",
            "What has to be in the by-line of a HELIX paper?",
            "How is HELIX to be named in the authorship?",
        ),
        cites=(("HELIX-DUA", "7.3"), ("HELIX-DUA", "7.4")),
        first=("for the HELIX Cohort Study*", "*Data used in this article were obtained from the HELIX Cohort Study"),
    ),
    Row(
        "Q12",
        "rita",
        (
            "When does the HELIX publication moratorium end?",
            "HELIX moratorium: end date?",
            "When is the HELIX embargo over?",
        ),
        cites=(("HELIX-DUA", "7.1"),),
        first=("Wed 30 Sep 2026", "in 120 days"),
    ),
    Row(
        "Q13",
        "tom",
        (
            "Can Lambda Ltd delay us for a year?",
            "May Lambda hold up our paper for 12 months?",
            "Could Lambda postpone my article for 2 years?",
        ),
        cites=(("LAMBDA-RCA", "5.2.1"),),
        first=("no, not for", "for a maximum of 3 months after receipt", "patent or other protection"),
        never=("90",),
    ),
    Row(
        "Q14",
        "tom",
        (
            "On which grounds may a partner object in ORION?",
            "For what reasons can a partner oppose a publication in ORION?",
            "What justifies an objection under ORION-CA?",
        ),
        cites=(("ORION-CA", "8.4.2.2"),),
        first=("adversely affected", "significantly harmed", "precise request for necessary modifications"),
    ),
    Row(
        "Q15",
        "lena",
        (
            "Who must receive the objection under ORION-CA?",
            "To whom must an objection be sent in ORION-CA?",
            "Where do I address an objection to an ORION-CA publication?",
        ),
        cites=(("ORION-CA", "8.4.2.1"),),
        first=("in writing", "to the Coordinator and to the Party or Parties proposing the dissemination"),
    ),
    Row(
        "Q16",
        "lena",
        (
            "Does a Slack message count as notice under LAMBDA?",
            "Can we serve notice on Lambda by WhatsApp?",
            "Under LAMBDA, would a Teams chat be enough as formal notice?",
        ),
        Outcome.REFER,
        cites=(("LAMBDA-RCA", "10.1"), ("LAMBDA-RCA", "1.5")),
        says=("first-class post", "recorded delivery", "contracts office", "do not name"),
        refers=True,
    ),
    Row(
        "Q17",
        "lena",
        (
            "Which text wins, grant agreement or consortium agreement?",
            "If the grant agreement and the consortium agreement contradict each other, which prevails?",
            "Which takes precedence in ORION: GA or CA?",
        ),
        cites=(("ORION-CA", "11.1.2"),),
        first=("the terms of the Grant Agreement prevail",),
    ),
    Row(
        "Q18",
        "lena",
        (
            "And for LAMBDA vs the funding conditions?",
            "and do the funding conditions override the agreement in LAMBDA?",
            "Which prevails in the Lambda agreement, the agreement or the Funding Conditions?",
        ),
        history=PREVAILS,
        cites=(("LAMBDA-RCA", "1.11"),),
        first=("this Agreement will prevail between the Parties", "obligations to the Funding Body"),
        never=("the terms of the Grant Agreement prevail",),
    ),
    Row(
        "Q19",
        "rita",
        (
            "What is our objection window under ORION-CA?",
            "How long do the parties to ORION-CA have to object to a publication?",
            "within how many days must an objection be raised in ORION-CA?",
        ),
        on=LATER,
        cites=(("ORION-AM2", "§ 1"), ("ORION-CA", "8.4.2.1")),
        first=(
            "within 21 calendar days after receipt of the notice",
            "as amended by ORION-AM2 §1, effective 1 Sep 2026",
        ),
        says=("the objection period of 30 calendar days continues to apply",),
    ),
    Row(
        "Q20",
        "rita",
        (
            "What was the window last December in ORION-CA?",
            "How long did ORION-CA partners have to object in December 2025?",
            "As of 15 January 2026, what was the ORION-CA objection period?",
        ),
        on=LATER,
        cites=(("ORION-CA", "8.4.2.1"),),
        first=("within 30 calendar days after receipt of the notice",),
        never=("21 calendar",),
    ),
    Row(
        "Q21",
        "rita",
        (
            "Can I share the BIO cell line with my collaborator in another lab?",
            "May I pass on the BIO material to a colleague at another university?",
            "Am I allowed to give BT-204 samples to someone else?",
        ),
        cites=(("BIO-MTA", "2"),),
        first=("without the prior written permission of the Provider",),
    ),
    Row(
        "Q22",
        "rita",
        (
            "May I use BIO material in my company-funded project?",
            "Can we use the BIO cell line in a project paid by industry?",
            "Am I permitted to use the BIO cells in sponsored work for a company?",
        ),
        cites=(("BIO-MTA", "3"),),
        first=("will not be used in any commercial application", "without a license", "is not stated in the text"),
        refers=True,
    ),
    Row(
        "Q23",
        "rita",
        (
            "Is our background licensed to the others after the project?",
            "After the project has ended, do the others get access to our Background?",
            "Once the project is over, on what conditions can partners use our background?",
        ),
        agreement="ORION-CA",
        cites=(("ORION-CA", "9.4.2"), ("ORION-CA", "9.4.3")),
        first=("Fair and Reasonable conditions", "31 Mar 2028"),
        says=("Needed",),
    ),
    Row(
        "Q24",
        "bella",
        (
            "What may we do with the results?",
            "How can we use the results?",
            "What are we allowed to do with LAMBDA results?",
        ),
        cites=(("LAMBDA-RCA", "4.10"),),
        first=("Commercial Party",),
    ),
    Row(
        "Q24, an academic party",
        "evan",
        ("What may we do with the results?", "May we use the project results for teaching?"),
        cites=(("LAMBDA-RCA", "4.9"),),
        first=("Academic Party",),
    ),
    Row(
        "Q25",
        "dual",
        ("Can I commercialise?", "May we use the results commercially?", "Are we allowed to exploit the results?"),
        Outcome.CLARIFY,
        first=("For which party are you asking",),
    ),
    Row(
        "Q26",
        "rita",
        (
            "What royalty do we get from NOVA?",
            "How much does Nova pay us?",
            "Which royalties are agreed in the NOVA licence?",
        ),
        Outcome.ABSTAIN,
        never=("NOVA", "Nova", "4.5", "royalt"),
    ),
    Row(
        "Q29",
        "nadia",
        (
            "What if no sales happened?",
            "Do they have to report if nothing was sold?",
            "No sales this half-year: is the NOVA report still due?",
        ),
        cites=(("NOVA-LIC", "9.3"),),
        first=("the report is still due", "the written report shall so state"),
    ),
    Row(
        "Q30",
        "nadia",
        (
            "Can they sublicense?",
            "Is NOVA allowed to grant sublicences?",
            "What does Nova need to do to sublicense?",
        ),
        cites=(("NOVA-LIC", "4.1"), ("NOVA-LIC", "4.3")),
        says=(
            "Upon written approval, which shall include prior review",
            "not be unreasonably withheld",
            "within thirty (30) days of",
        ),
    ),
    Row(
        "Q32",
        "rita",
        ('What does "field of use" mean?', "Define field of use", 'What is meant by "field of use"?'),
        cites=(("ACME-SRA", "1.8"),),
        first=("coatings for underwater acoustic sensors", "not from the agreement"),
        never=("infectious",),
    ),
    Row(
        "Q32, another reader",
        "nadia",
        ('What does "field of use" mean?', 'explain "field of use" for NOVA-LIC'),
        cites=(("NOVA-LIC", "2.4"),),
        says=("in vitro diagnostic tests for infectious diseases", "not from the agreement"),
    ),
    Row(
        "Q35",
        "rita",
        (
            "What is the penalty for late publication notice in ORION?",
            "Is there a fine if I notify too late in ORION?",
            "How much is the ORION penalty for publishing without notice?",
        ),
        Outcome.ABSTAIN,
        first=("I cannot answer this", "ORION-CA"),
    ),
    Row(
        "Q36",
        "rita",
        (
            "Is the patent application WO2024/123456 granted?",
            "What is the status of patent EP1234567?",
            "Was the patent already published?",
        ),
        Outcome.ABSTAIN,
        first=("patent office's register",),
    ),
    Row(
        "Q37",
        "rita",
        (
            "Can I email the firmware to Dr X in country Y?",
            "May I send the ORION buoy firmware to a colleague in Brazil?",
            "Can I export the ORION firmware?",
        ),
        Outcome.REFER,
        cites=(("ORION-CA", "11.9"),),
        first=("export control officer", "not", "determination"),
        refers=True,
    ),
    Row(
        "Q38",
        "rita",
        (
            "What does the BIO material cost?",
            "How much does the BIO cell line cost?",
            "Is there a fee for the BIO material?",
        ),
        cites=(("BIO-MTA", "11"),),
        first=("EUR 180",),
        never=("royalty rates", "previous instructions"),
    ),
    Row(
        "follow-up, sooner",
        "rita",
        ("and if I need it sooner?", "but what if I need it earlier?"),
        history=ORION,
        cites=(("ORION-CA", "8.4.2.1"),),
        first=("no shorter time is stated", "45 calendar days"),
        refers=True,
    ),
    Row(
        "follow-up, another agreement",
        "rita",
        ("for ACME?", "and for ACME?", "what about ACME?"),
        history=(*ORION, Turn("and if I need it sooner?", ("ORION-CA",))),
        cites=(("ACME-SRA", "6.2"),),
        first=("at least 30 days before its submission",),
        never=("45",),
    ),
)
CASES = [pytest.param(row, wording, id=f"{row.number}: {wording}") for row in ROWS for wording in row.wordings]


def above_quotations(answer: Answer) -> str:
    """The lines of an answer that stand before its quotations."""
    return answer.text.split(" p. ", 1)[0].rsplit("\n", 1)[0] if " p. " in answer.text else answer.text


@pytest.mark.parametrize(("row", "wording"), CASES)
def test_the_question_set_is_answered(row: Row, wording: str, ask: Asking, sample_generation: Generation) -> None:
    answer = ask(wording, row.asker, on=row.on, agreement=row.agreement, history=row.history)
    assert answer.outcome is row.outcome, answer.text
    cited = {(c.agreement, c.clause) for c in answer.citations}
    assert set(row.cites) <= cited, (cited, answer.text)
    lines = above_quotations(answer)
    assert [words for words in row.first if words not in lines] == [], answer.text
    assert [words for words in row.says if words not in answer.text] == [], answer.text
    assert [words for words in row.never if words in answer.text] == [], answer.text
    assert bool(answer.refer_to) or not row.refers
    assert answer.text.count("information, not legal advice") == 1
    assert_every_quotation_stands_in_its_text(answer, sample_generation)


def assert_every_quotation_stands_in_its_text(answer: Answer, generation: Generation) -> None:
    texts = {(v.file, v.label): generation.text(at) for at, v in enumerate(generation.versions)}
    for citation in (*answer.citations, *answer.related):
        assert texts[citation.file, citation.version][citation.start : citation.end] == citation.quote


JUNE = date(2026, 6, 2)
OTHER_WORDS = (
    (
        "rita",
        "We want to submit an ORION paper. When do the partners have to get it?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("45 calendar days",),
    ),
    (
        "rita",
        "What's the lead time for letting the ORION consortium know about an article?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("45 calendar days",),
    ),
    (
        "rita",
        "Do I have to warn the ORION partners in advance of a conference talk, and how early?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("45 calendar days",),
    ),
    (
        "rita",
        "If the consortium stays quiet about my ORION paper, can it go out?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("the publication is permitted",),
    ),
    (
        "rita",
        "No reaction from any ORION partner - what now?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("the publication is permitted",),
    ),
    ("rita", "Is silence consent in LAMBDA?", JUNE, (), Outcome.ANSWER, ("may proceed",)),
    ("rita", "How is it for Lambda?", JUNE, ORION, Outcome.ANSWER, ("60 days",)),
    ("rita", "ok and in the ACME agreement?", JUNE, ORION, Outcome.ANSWER, ("30 days", "15")),
    (
        "paul",
        "One paper, two agreements (ORION-CA and ACME-SRA): what do I have to observe before publishing?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("45 calendar days",),
    ),
    (
        "phoebe",
        "My PhD thesis contains ORION results. Can a company prevent me from defending?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("timely submission",),
    ),
    (
        "rita",
        "Are conference abstracts publications in LAMBDA?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("abstract, article or paper",),
    ),
    ("rita", "Do preprints count as publications under HELIX?", JUNE, (), Outcome.ANSWER, ("preprints",)),
    (
        "rita",
        "What text goes into the acknowledgement section of an ORION paper?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("This work has received funding",),
    ),
    (
        "rita",
        "How should the HELIX cohort be mentioned among the authors?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("for the HELIX Cohort Study*",),
    ),
    ("rita", "From what day on may I publish HELIX results?", JUNE, (), Outcome.ANSWER, ("2026",)),
    ("tom", "What is the maximum delay Lambda can impose?", JUNE, (), Outcome.ANSWER, ("3 months",)),
    ("tom", "Could ACME block our manuscript for half a year?", JUNE, (), Outcome.ANSWER, ("60 days",)),
    ("tom", "When is an objection justified in ORION?", JUNE, (), Outcome.ANSWER, ("adversely affected",)),
    ("lena", "Where must objections under ORION-CA be sent?", JUNE, (), Outcome.ANSWER, ("Coordinator",)),
    ("lena", "Is it enough to send a LAMBDA notice by e-mail?", JUNE, (), Outcome.REFER, ("10.1",)),
    ("lena", "Can a formal notice to Lambda be given via Teams?", JUNE, (), Outcome.REFER, ("recorded delivery",)),
    (
        "lena",
        "What takes priority in ORION, the grant agreement or the CA?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("Grant Agreement prevail",),
    ),
    (
        "lena",
        "In LAMBDA, do the Funding Conditions beat the agreement?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("this Agreement will prevail",),
    ),
    (
        "rita",
        "How many days do partners have to raise an objection in ORION?",
        LATER,
        (),
        Outcome.ANSWER,
        ("21 calendar days",),
    ),
    (
        "rita",
        "How many days did they have in December 2025 to object in ORION-CA?",
        LATER,
        (),
        Outcome.ANSWER,
        ("30 calendar days",),
    ),
    (
        "rita",
        "My colleague at KU Leuven would like some of the BIO cells. OK to send them?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("prior written permission",),
    ),
    ("rita", "Can a start-up use the BIO cells?", JUNE, (), Outcome.ANSWER, ("commercial",)),
    (
        "rita",
        "Do we have to give others access to our background once ORION is finished?",
        JUNE,
        (),
        Outcome.ANSWER,
        ("Fair and Reasonable",),
    ),
    ("bella", "As Brightwater, what rights do we have in the results?", JUNE, (), Outcome.ANSWER, ("4.10",)),
    ("evan", "What are our rights to use the LAMBDA results?", JUNE, (), Outcome.ANSWER, ("4.9",)),
    ("dual", "May we sell products based on the results?", JUNE, (), Outcome.CLARIFY, ()),
    ("rita", "what's the royalty in the NOVA deal?", JUNE, (), Outcome.ABSTAIN, ()),
    ("rita", "Does NOVA-LIC allow sublicensing?", JUNE, (), Outcome.ABSTAIN, ()),
    ("nadia", "NOVA had zero sales, must they still send the report?", JUNE, (), Outcome.ANSWER, ("so state",)),
    ("nadia", "Under what conditions may Nova grant a sublicence?", JUNE, (), Outcome.ANSWER, ("written approval",)),
    ("rita", "What is the definition of field of use?", JUNE, (), Outcome.ANSWER, ("coatings",)),
    ("rita", "How high is the fine for publishing too early in ORION?", JUNE, (), Outcome.ABSTAIN, ()),
    ("rita", "Has WO2024/55555 been granted yet?", JUNE, (), Outcome.ABSTAIN, ()),
    ("rita", "Could I take the ORION firmware on my laptop to China?", JUNE, (), Outcome.REFER, ("11.9",)),
    (
        "rita",
        "Am I allowed to share ORION firmware with a visiting researcher from Iran?",
        JUNE,
        (),
        Outcome.REFER,
        ("11.9",),
    ),
    ("rita", "What does BT-204 cost?", JUNE, (), Outcome.ANSWER, ("EUR 180",)),
)


@pytest.mark.parametrize(("asker", "question", "on", "history", "outcome", "says"), OTHER_WORDS)
def test_other_words_for_the_same_questions_do_as_well(
    asker: str, question: str, on: date, history: tuple[Turn, ...], outcome: Outcome, says: tuple[str, ...], ask: Asking
) -> None:
    answer = ask(question, asker, on=on, history=history)
    assert answer.outcome is outcome, answer.text
    assert [words for words in says if words not in answer.text] == [], answer.text


def test_q4_shows_each_rule_by_itself_and_marks_the_stricter_one_for_each_anchor(ask: Asking) -> None:
    answer = ask("My paper uses ORION and ACME data. Which rule applies?", "paul")
    notice = next(c for c in answer.conflicts if c.subject.startswith("notice"))
    rules = {(name, anchor) for name, _, anchor in notice.rows}
    assert {("ORION-CA", "publication"), ("ACME-SRA", "submission")} <= rules
    assert dict(notice.stricter)["publication"] == "ORION-CA"
    assert dict(notice.stricter)["submission"] == "ACME-SRA"


def test_q19_shows_the_replaced_text_as_no_longer_in_force(ask: Asking) -> None:
    answer = ask("What is our objection window?", "rita", on=LATER, agreement="ORION-CA")
    old = [c for c in answer.citations if c.superseded_by]
    assert [(c.agreement, c.superseded_by) for c in old] == [("ORION-CA", "ORION-AM2 §1, effective 1 Sep 2026")]
    assert "30 calendar days" in old[0].quote
    (new,) = [c for c in answer.citations if c.amended_by]
    assert "21 calendar days" in new.quote


def test_q25_offers_the_two_parties_and_answers_for_the_one_chosen(ask: Asking) -> None:
    back = ask("What may we do with the results?", "dual")
    assert back.outcome is Outcome.CLARIFY
    assert set(back.choices) == {"The University of Eastmoor", "Brightwater Instruments plc"}
    history = (Turn("What may we do with the results?", ("LAMBDA-RCA",)),)
    assert "4.10" in ask("Brightwater Instruments plc", "dual", history=history).text.split("\n")[0]
    assert "4.9" in ask("for Eastmoor", "dual", history=history).text.split("\n")[0]


def test_q35_offers_the_clause_on_breach_as_near_and_not_as_the_answer(ask: Asking) -> None:
    answer = ask("What is the penalty for late publication notice in ORION?", "rita")
    assert answer.citations == ()
    assert ("ORION-CA", "4.2") in {(c.agreement, c.clause) for c in answer.related}
