"""A question, who asks it and on which day -> an Answer made of quotations, or an honest reason why there is none.

What the asker may not read is left out before anything is looked at, so an agreement that is denied and one that does
not exist give the same words. Without a language model nothing here is generated: the first line is cut from the
deciding sentence, and every quotation from the stored clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.answering import composing, quotes, topics, wording
from knowledge.answering.asking import in_english, not_understood, with_gaps
from knowledge.answering.composing import Part
from knowledge.answering.evidence import Evidence, gather
from knowledge.answering.explaining import explained
from knowledge.answering.headlines import Finding
from knowledge.answering.judging import by_default
from knowledge.answering.questions import Ask, Kind, understand
from knowledge.answering.texts import Text, changes_to, stems, texts_in_force
from knowledge.catalogue import readable
from knowledge.embedding import Encoder
from knowledge.index import Generation
from knowledge.language_model import LanguageModel
from knowledge.model import Agreement, AgreementType, Answer, Outcome, Person, Span, Turn
from knowledge.search import Found, search

SUPPORT = 0.57  # a provision that may well be absent is believed in from this support of the search on
VAGUE = 0.12  # the same for a question that names no agreement and asks for nothing in particular
SURE = 0.8  # from here on the search's order is trusted above the form of sentences
CLOSE = 1.3  # an agreement whose best sentence scores this much less than the best one does not answer the question
CLOSE_NAMED = 2.2  # the same where the question names the agreements
READ = 60  # passages that the search puts first whose clauses are read, beside those that speak of the topic
MANY = 12  # agreements read in full where the question names none


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything one question is answered from."""

    ask: Ask
    asker: Person | None
    today: date
    generation: Generation
    allowed: frozenset[str]
    found: Found
    texts: tuple[Text, ...]

    @property
    def looked_in(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"{t.agreement.short_name} ({t.version.label})" for t in self.texts))


def answer(
    question: str,
    *,
    asker: Person | None,
    on: date,
    generation: Generation,
    encoder: Encoder,
    language_model: LanguageModel | None = None,
    agreement: str | None = None,
    file: str | None = None,
    history: Sequence[Turn] = (),
    within: frozenset[str] | None = None,
) -> Answer:
    """Answer a question from what `asker` may read (None: everything), as asked on the day `on`.

    `agreement` (an id or short name) or `file` restricts the question to one agreement. `history` are the earlier turns
    of the thread, oldest first. `within` are the ids of the agreements that may be spoken of where the answer is given
    (None: all of them).

    A question in German or Japanese is read in English and answered in its own language. One that is not understood
    gets that for an answer, unless the embedding model is another than the bundled one, which knows only English: then
    it is searched for as it is.
    """
    allowed = readable(asker, generation.agreements.values(), on)
    allowed = allowed if within is None else allowed & within
    asked = in_english(question, history, generation, allowed)
    multilingual = not encoder.bundled  # only the bundled model is known to have English alone
    if not asked.understood and not multilingual:
        return not_understood(asked, generation, allowed, on)
    sought = asked.written if multilingual else asked.question
    ask = understand(asked.question, on, asked.history, asked.spoken)
    found = search(
        generation, encoder, sought, allowed=allowed, on=ask.on, agreement=agreement, file=file, history=history
    )
    if ask.carried:  # the new words say where to look, the earlier ones what for
        inside = frozenset(found.agreements) or allowed
        ranked = search(generation, encoder, ask.text, allowed=inside, on=ask.on, agreement=agreement, file=file)
        found = replace(found, hits=ranked.hits, support=ranked.support)
    ask = replace(ask, named=found.named, beside=tuple(replace(other, named=found.named) for other in ask.beside))
    case = _Case(ask, asker, on, generation, allowed, found, _texts(generation, ask, allowed, found, agreement, file))
    return with_gaps(_decide(case, asked.question, language_model), asked)


def _decide(case: _Case, question: str, model: LanguageModel | None) -> Answer:
    if _asks_nothing(case, question):
        return _what_about(case)
    elsewhere = _elsewhere(case, question) if case.ask.kind is Kind.STATUS else ""
    if case.ask.kind is Kind.STATUS or not case.texts or _unknown_name(case, question):
        return _abstain(case, (), elsewhere)
    case, evidence, findings = _found(case)
    if not findings or _merely_near(case):
        return _abstain(case, _nearest(case, evidence))
    if question_back := _which_party(case, findings, question):
        return question_back
    if case.ask.speaks_of("export") or case.ask.kind is Kind.METHOD:
        return _refer(case, findings)
    return _answered(case, findings, model)


def _found(case: _Case) -> tuple[_Case, dict[str, tuple[Evidence, ...]], list[Finding]]:
    """The evidence and the findings; a form that nothing has gives way to any sentence on the topic."""
    evidence = _evidence(case)
    findings = _findings(case, evidence)
    if not findings and case.ask.kind in {Kind.WORDING, Kind.RECIPIENT, Kind.GROUNDS}:
        case = replace(case, ask=replace(case.ask, kind=Kind.GENERAL))
        evidence = _evidence(case)
        findings = _findings(case, evidence)
    return case, evidence, findings


def _answered(case: _Case, findings: Sequence[Finding], model: LanguageModel | None) -> Answer:
    parts = [Part(case.ask, tuple(findings))]
    for other in case.ask.beside:
        beside = replace(case, ask=other)
        if more := _findings(beside, _evidence(beside)):
            parts.append(Part(other, tuple(more)))
    if case.ask.carried:
        parts = [*parts[1:], parts[0]]  # as they were asked
    given = composing.answered(parts, people=case.generation.people, looked_in=case.looked_in)
    if model is None:
        return given
    return explained(given, case.ask.text, [finding for part in parts for finding in part.findings], model)


_WHETHER = re.compile(
    r"\b(?:is|are) there\b[^?]*\b(?:contract|agreement)\b|\b(?:does|do) (?:this|the) (?:contract|agreement)\b"
    r"|\bunder (?:this|the) contract\b",
    re.IGNORECASE,
)
# Provisions of contracts in general: their words stand in many clauses that are about something else.
_COMMONPLACE = {
    *("exclusive", "for convenience", "licence grant", "effective date", "expiry date", "after termination", "price"),
    *(
        "intellectual property",
        "renewal",
        "affiliates",
        "insurance",
        "first refusal",
        "minimum commitment",
        "assignment",
    ),
}
# Kinds of question whose answer has no form of its own that would prove it.
_OPEN = {Kind.TIME, Kind.AMOUNT, Kind.GENERAL}
_FORM_IS_PROOF = {
    *(Kind.SILENCE, Kind.METHOD, Kind.PREVAILS, Kind.MEANING, Kind.COVERS, Kind.WORDING, Kind.RECIPIENT),
}


def _merely_near(case: _Case) -> bool:
    """Whether what was found may be about something else: a question that asks if there is such a provision at all, or
    uses words of every contract, is answered only where the search believes in it."""
    asked = {topic.name for topic in case.ask.topics if topic.strict}
    loose = _loose(case.ask)
    telling = case.ask.kind in _FORM_IS_PROOF
    specific = not asked and any(t.weight >= 0.5 for t in case.ask.topics)
    unsaid = not case.found.named and not case.ask.speaks_of("export")
    vague = case.ask.kind is Kind.GENERAL and unsaid and case.found.support < VAGUE
    return vague or (loose and not telling and not specific and case.found.support < SUPPORT)


def _loose(ask: Ask) -> bool:
    """Whether the words of the question do not pin down what it is about."""
    asked = {topic.name for topic in ask.topics if topic.strict}
    return not asked or bool(asked & _COMMONPLACE) or bool(_WHETHER.search(ask.text))


# --- where to look ----------------------------------------------------------------------------------------------------


def _texts(
    generation: Generation, ask: Ask, allowed: frozenset[str], found: Found, agreement: str | None, file: str | None
) -> tuple[Text, ...]:
    """The texts to read: those meant, or, where none is named, those in which the search found something."""
    chosen = [generation.agreements[a] for a in found.agreements if a in allowed]
    if not chosen and not (agreement or file or found.named):
        everything = [a for a in generation.agreements.values() if a.id in allowed]
        hit = list(dict.fromkeys(generation.versions[h.version].agreement for h in found.hits[:40]))[:MANY]
        chosen = everything if len(everything) <= MANY else [generation.agreements[a] for a in hit]
    if ask.kind is Kind.PREVAILS:
        chosen = _with_family(chosen, (a for a in generation.agreements.values() if a.id in allowed))
    chosen = _of_type(ask.text, chosen) or chosen
    base = [a for a in chosen if not a.amends] or chosen
    texts = (text for item in base for text in texts_in_force(generation, item, ask.on))
    return tuple(text for text in texts if file is None or text.version.file == file)


def _with_family(chosen: Sequence[Agreement], others: Iterable[Agreement]) -> list[Agreement]:
    """The agreements and those of the same project: which text wins is said in one of them about the others."""
    projects = {project for a in chosen for project in a.projects}
    return [*chosen, *(a for a in others if a not in chosen and projects & set(a.projects))]


_TYPES: tuple[tuple[re.Pattern[str], frozenset[AgreementType]], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), frozenset(types))
    for words, types in (
        (r"consortium agreement|\bCA", (AgreementType.CA,)),
        (r"grant agreement|\bGA", (AgreementType.GA,)),
        (r"material transfer(?: agreement)?|MTA", (AgreementType.MTA,)),
        (r"data (?:use|transfer) agreement|DUA|DTA", (AgreementType.DUA, AgreementType.DTA)),
        (r"(?:patent )?licen[cs]e agreement", (AgreementType.LICENCE,)),
        (r"confidentiality agreement|non-?disclosure agreement|NDA|CDA", (AgreementType.NDA, AgreementType.CDA)),
        (r"sponsored research agreement|SRA", (AgreementType.SRA,)),
        (r"joint development agreement|JDA", (AgreementType.JDA,)),
        (r"research collaboration agreement|RCA", (AgreementType.RCA,)),
    )
)


def _of_type(question: str, agreements: Sequence[Agreement]) -> list[Agreement]:
    """The agreements of the types a question names ("the grant agreement"); none where it names no type."""
    wanted = frozenset().union(*(types for words, types in _TYPES if words.search(question)))
    return [a for a in agreements if a.type in wanted]


_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{2,}(?:-[A-Z0-9]+)*\b")
_NAMED = re.compile(
    r"\b([A-Z][\w-]+) (?:agreement|licen[cs]e|contract|project|consortium|deal|MTA|NDA|CDA|DUA|SRA)\b"
    r"|\b(?:does|do|can|may|must|will|from|under|owes?|pays?|by) ([A-Z][a-z]\w+)"
)
_COMMON = frozenset(
    "NDA CDA MTA DUA SRA RCA JDA LOI MOU TTO PHD IPR USA GDPR PDF DOI WIPO EPO USPTO NIH API DNA RNA HTML CEO FAQ"
    " ASAP AND NOT THE FOR MAY CAN WHAT WHO HOW".split()
)


def _unknown_name(case: _Case, question: str) -> bool:
    """Whether the question is about something by a name that nothing the asker may read knows of."""
    if case.found.named or case.ask.kind in {Kind.COVERS, Kind.MEANING, Kind.METHOD} or case.ask.speaks_of("export"):
        return False
    names = {m[0] for m in _ACRONYM.finditer(question)} | {m[1] or m[2] for m in _NAMED.finditer(question)}
    first = question.split(maxsplit=1)[0] if question.split() else ""
    for name in names - _COMMON - {first}:
        if not any(re.search(rf"\b{re.escape(name)}\b", text.whole, re.IGNORECASE) for text in case.texts):
            return True
    return False


def _evidence(case: _Case) -> dict[str, tuple[Evidence, ...]]:
    near: dict[tuple[str, str, int], list[tuple[Span, float]]] = {}
    for rank, hit in enumerate(case.found.hits[:READ]):
        version = case.generation.versions[hit.version]
        key = (version.agreement, version.file, hit.clause)
        near.setdefault(key, []).append((Span(hit.start, hit.end), 1 / (1 + 0.12 * rank)))
    one = len({text.agreement.id for text in case.texts}) == 1 and case.found.named
    sure = case.found.support >= SURE and case.ask.kind in _OPEN and _loose(case.ask)
    return gather(case.ask, case.generation, case.texts, case.allowed, near, roles=_roles(case), trusted=one and sure)


def _roles(case: _Case) -> tuple[str, ...]:
    """The roles of the asker's parties in the agreements read, as a clause would call them ("Commercial Party")."""
    if case.asker is None or not re.search(r"\b(?:we|i|our)\b", case.ask.text, re.IGNORECASE):
        return ()  # the question is not about what the asker's own party may or must do
    roles = [
        role.strip()
        for text in case.texts
        for party in text.agreement.parties
        if party.id in (_party_named(case) or case.asker.parties)
        for role in party.role.split(",")
    ]
    return tuple(dict.fromkeys(role for role in roles if " " in role))


def _party_named(case: _Case) -> tuple[str, ...]:
    """Which of the asker's own parties the question, or the reply to ours, names."""
    mine = case.asker.parties if case.asker else ()
    return tuple(
        party.id
        for text in case.texts
        for party in text.agreement.parties
        if party.id in mine
        and any(re.search(rf"\b{re.escape(n)}\b", case.ask.text, re.IGNORECASE) for n in (party.name, *party.also))
    )


# --- what answers -----------------------------------------------------------------------------------------------------

_SEVERAL = {
    Kind.MAY: 3,
    Kind.MUST: 3,
    Kind.GENERAL: 3,
    Kind.PREVAILS: 2,
    Kind.WORDING: 3,
    Kind.COVERS: 2,
    Kind.METHOD: 2,
    Kind.AMOUNT: 5,
}
_NEXT_BEST = 0.6
# Where the form itself is proof (a definition of that very term, words in quotation marks), every agreement counts.
_CLOSE = {Kind.TIME: 1.7, Kind.SILENCE: 2.0, Kind.WORDING: 3.0, Kind.COVERS: 2.0, Kind.MEANING: 2.5}


def _findings(case: _Case, evidence: dict[str, tuple[Evidence, ...]]) -> list[Finding]:
    """One finding for each agreement that answers, the one that answers best first."""
    ask = case.ask
    best: list[tuple[float, str, tuple[Evidence, ...]]] = []
    for agreement, items in evidence.items():
        fitting = [item for item in items if item.fits]
        if not fitting:
            continue
        top = fitting[0]
        best.append((top.score, agreement, _kept(ask, top, fitting[1:], items)))
    best.sort(key=lambda item: (by_default(item[2][0].text), -item[0]))
    highest = max((score for score, _, _ in best), default=0.0)
    apart = max(_CLOSE.get(ask.kind, CLOSE), CLOSE_NAMED if case.found.named else 0.0)
    close = [item for item in best if highest - item[0] <= apart]
    each = len(Kind) if len(close) == 1 else 2  # side by side, two sentences of each agreement are enough
    return [_finding(case, agreement, items[:each]) for _, agreement, items in close]


def _kept(ask: Ask, top: Evidence, others: Sequence[Evidence], everything: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The best sentence, those that say more of the same, and one for each topic asked that none of them speaks of."""
    apart = 0.3 if ask.kind is Kind.COVERS else _NEXT_BEST
    closer = 0.0 if ask.kind is Kind.COVERS else 0.5  # clauses that stand together are read together
    near = [e for e in others if top.score - e.score <= apart + closer * _beside_each_other(top, e)]
    near = [e for e in near if e.clause == top.clause or (_speaks_of_all(ask, e) and ask.kind is not Kind.AMOUNT)]
    near.sort(key=lambda e: (not _beside_each_other(top, e), -e.score))
    kept = [top, *near][: _SEVERAL.get(ask.kind, 1)]
    for topic in ask.topics if ask.kind in _SEVERAL else ():
        if topic.weight >= 0.8 and not any(topic.said.search(e.text) for e in kept):
            kept += [e for e in everything if topic.said.search(e.text) and e.score > 0.5 * top.score][:1]
    return tuple(kept)


def _speaks_of_all(ask: Ask, evidence: Evidence) -> bool:
    heading = evidence.clause.heading[-1] if evidence.clause.heading else ""
    return all(t.said_by(evidence.text) or t.said.search(heading) for t in ask.topics if t.strict)


def _beside_each_other(one: Evidence, other: Evidence) -> bool:
    return one.version == other.version and one.clause.parent == other.clause.parent


def _finding(case: _Case, agreement: str, items: tuple[Evidence, ...]) -> Finding:
    whole = case.generation.agreements[agreement]
    texts = {t.version.file: t for t in case.texts if t.agreement.id == agreement}
    for item in items:
        if item.version.file not in texts:
            texts |= {t.version.file: t for t in texts_in_force(case.generation, item.source, case.ask.on)}
    changes = changes_to(case.generation, whole, case.allowed)
    coming = tuple(c for c in changes if c.readable and c.amends.effective > case.ask.on)
    made = tuple(c for c in changes if c.amends.effective <= case.ask.on)
    return Finding(whole, items, texts, case.today, coming, made)


# --- questions back, referrals, abstentions ---------------------------------------------------------------------------

_PARTY_DEPENDENT = (
    "commercial",
    "use",
    "results",
    "access rights",
    "ownership",
    "sublicence",
    "publication",
    "option",
    "background",
)
_US = re.compile(r"\b(?:we|us|our|i|my|me)\b", re.IGNORECASE)


def _which_party(case: _Case, findings: Sequence[Finding], question: str) -> Answer | None:
    """A question back where the asker acts for several parties and the answer depends on which."""
    asker = case.asker
    if asker is None or len(asker.parties) < 2 or not case.ask.speaks_of(*_PARTY_DEPENDENT) or not _US.search(question):
        return None
    for finding in findings:
        mine = [p for p in finding.agreement.parties if p.id in asker.parties]
        if len({p.role for p in mine}) < 2:
            continue
        if _party_named(case):
            return None
        choices = tuple(p.name for p in mine)
        parties = case.ask.voice.one_of(f"{p.name} ({p.role})" for p in mine)
        text = case.ask.voice.say("which_party", parties=parties, agreement=finding.agreement.short_name)
        return _asked_back(case, text, choices, [finding.agreement])
    return None


def _asked_back(case: _Case, text: str, choices: tuple[str, ...], about: Sequence[Agreement]) -> Answer:
    """A question back, with the answers it can have."""
    voice = case.ask.voice
    text = wording.paragraphs((text, wording.closing(voice, composing.contact(about, case.generation.people, voice))))
    return Answer(
        Outcome.CLARIFY,
        text,
        choices=choices,
        looked_in=case.looked_in,
        as_of=case.ask.on,
        language=case.ask.language,
    )


_SUBJECTS = ("choice_notice", "choice_objection", "choice_results", "choice_confidentiality", "choice_termination")


_OTHER_LETTERS = re.compile(r"[\u0370-\u1fff\u3041-\uffdc]")  # of a question that is searched for unread


def _asks_nothing(case: _Case, question: str) -> bool:
    if _OTHER_LETTERS.search(question):
        return False
    names = " ".join(n for t in case.texts for n in (t.agreement.short_name, *t.agreement.projects))
    return not case.ask.topics and not stems(question) - stems(names) and not case.ask.term


def _what_about(case: _Case) -> Answer:
    """A question back to words that ask nothing."""
    voice = case.ask.voice
    about = [text.agreement for text in case.texts] if case.found.named else []
    names = voice.all_of(a.short_name for a in about) if case.found.named else voice.say("your_agreements")
    return _asked_back(case, voice.say("what_about", names=names), tuple(map(voice.say, _SUBJECTS)), about)


def _refer(case: _Case, findings: Sequence[Finding]) -> Answer:
    """The clauses, and the person whose decision it is; no verdict of ours."""
    given = composing.answered(
        [Part(case.ask, tuple(findings))], people=case.generation.people, looked_in=case.looked_in
    )
    voice, people = case.ask.voice, case.generation.people
    whom = composing.contact([f.agreement for f in findings], people, voice)
    export = case.ask.speaks_of("export")
    office = voice.say("export_officer" if export else "contracts_office")
    if name := composing.officer("export" if export else "legal", people):
        office = voice.say("office_of", office=office, name=name)
    first = voice.say("export_refer" if export else "notice_refer", office=office)
    text = given.text.replace(wording.closing(voice, whom), wording.closing(voice, office))
    return replace(given, outcome=Outcome.REFER, text=f"{first}\n{text}", refer_to=office)


_PATENT = re.compile(r"patent|application|\bep ?\d|\bwo ?\d|\bus ?\d", re.IGNORECASE)


def _elsewhere(case: _Case, question: str) -> str:
    """Which system knows what no agreement can say."""
    return case.ask.voice.say("patent_register") if _PATENT.search(question) else ""


# What comes nearest where a topic is asked for that the text does not have.
_NEIGHBOURS = {"penalty": "breach"}


def _neighbouring(ask: Ask) -> Ask:
    near = tuple(topics.BY_NAME[_NEIGHBOURS[t.name]] for t in ask.topics if t.name in _NEIGHBOURS)
    return replace(ask, kind=Kind.GENERAL, topics=near)


def _nearest(case: _Case, evidence: dict[str, tuple[Evidence, ...]]) -> list[Evidence]:
    """What stands nearest to a question that has no answer, best first."""
    if case.ask.speaks_of(*_NEIGHBOURS):
        evidence = _evidence(replace(case, ask=_neighbouring(case.ask)))
    near = [item for items in evidence.values() for item in items[:1] if item.score > 0.6]
    return sorted(near, key=lambda e: -e.score)[:3]


def _abstain(case: _Case, near: Sequence[Evidence], note: str = "") -> Answer:
    """No answer: what was looked in, what stands near, whom to ask. Says nothing of what the asker may not read."""
    voice = case.ask.voice
    agreements = [t.agreement for t in case.texts] if case.found.named else []
    whom = composing.contact(agreements, case.generation.people, voice)
    looked = voice.all_of(case.looked_in)
    first = voice.say("nothing_found", looked=looked) if looked else voice.say("nothing_readable")
    by_file = {t.version.file: t for t in case.texts}
    related = tuple(
        quotes.cite(by_file[e.version.file], e.clause, Span(e.start, e.end)) for e in near if e.version.file in by_file
    )
    quoted = [text for text in case.texts if text.version.file in {c.file for c in related}]
    tongues = composing.tongues(voice, ((text.agreement, case.texts) for text in quoted))
    shown = "\n".join([voice.say("near"), *(wording.shown(c, voice) for c in related)]) if related else ""
    return Answer(
        Outcome.ABSTAIN,
        wording.paragraphs((first, note, shown, "\n".join(tongues), wording.closing(voice, whom))),
        related=related,
        refer_to=whom,
        looked_in=case.looked_in,
        as_of=case.ask.on,
        language=voice.language,
    )
