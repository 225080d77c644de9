"""The field's topics: how people ask about a thing, and how agreements say it.

Data, not rules of law. A topic links the words of a question ("what if nobody replies", "my PhD") with the words a
clause uses ("no objection is made", "dissertation or thesis"). `strict` topics must be met by the clause itself or what
stands around it, or the clause does not answer; the others only add weight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """`asked` finds it in a question, `said` in a clause, unless the sentence says `unless`. `weight` is how much a
    match in the clause counts."""

    name: str
    asked: re.Pattern[str]
    said: re.Pattern[str]
    weight: float
    strict: bool
    unless: re.Pattern[str] | None = None

    def said_by(self, sentence: str) -> bool:
        """Whether a sentence speaks of the topic."""
        return bool(self.said.search(sentence)) and not (self.unless and self.unless.search(sentence))


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


def _topic(name: str, asked: str, said: str, *, weight: float = 1.0, strict: bool = True, unless: str = "") -> Topic:
    excluded = _words(unless) if unless else None
    return Topic(name, _words(asked), _words(said), weight, strict, excluded)


def _aspect(name: str, asked: str, said: str, weight: float = 0.5) -> Topic:
    return _topic(name, asked, said, weight=weight, strict=False)


TOPICS: tuple[Topic, ...] = (
    # publishing
    _topic(
        "publication",
        r"publi(?:sh|cation)|papers?\b|manuscript|articles?\b(?! [ivx\d])|journal|disseminat|preprint|poster"
        r"|(?:conference )?abstract\b"
        r"|arxiv|conference|submit (?:my|our|the|a)\b|seminar talk|talk at|go(?:ing)? public|partners? before",
        r"publi(?:sh|cation)|disseminat|manuscript|abstract\b|presentation",
    ),
    _topic(
        "thesis",
        r"thes[ie]s\b|dissertation|ph\.?d|doctora|graduat|my degree|viva\b|my defen[cs]e|master'?s",
        r"thes[ie]s\b|dissertation|doctoral|degree",
        weight=2.0,
    ),
    _topic(
        "abstract",
        r"abstracts?\b|poster|conference talk|oral presentation",
        r"abstract|poster|presentation",
        strict=False,
    ),
    _topic(
        "acknowledgement",
        r"acknowledg|credit (?:the|our|to)|funding statement|thank (?:the|our)|mention the (?:funder|funding|grant"
        r"|sponsor)"
        r"|disclaimer|funding sentence|support(?:ed)? by line",
        r"acknowledg|emblem|disclaimer|states? the source|following (?:sentence|statement|text)|(?:this"
        r"|the) statement|funded by|supported by",
        weight=1.5,
    ),
    _topic(
        "byline",
        r"author ?line|by-?line|author list|listed as (?:an )?authors?|name(?:d)? as authors?|authorship|co-?authors?",
        r"author|by-?line",
        weight=1.5,
    ),
    _aspect(
        "earliest day",
        r"from (?:what|which) (?:day|date)|from when|earliest (?:day|date)|first day",
        r"moratorium|embargo|first day|not before|earliest",
        1.2,
    ),
    _topic("moratorium", r"moratorium|embargo", r"moratorium|embargo", weight=2.0),
    _topic(
        "open access",
        r"open[- ]access|cc[- ]by|accepted manuscript|creative commons",
        r"open access|cc by|accepted manuscript",
    ),
    _topic(
        "preview",
        r"repositor|git ?hub|git ?lab|zenodo|arxiv|preprint|code online",
        r"repositor|preprint|electronic",
        strict=False,
    ),
    # the steps of a review
    _aspect(
        "notice",
        r"tell|inform(?!ation)|notif|notice|announce|warn|let [\w ]+ know|in advance|beforehand|ahead|heads-?up"
        r"|send (?:it|them|the draft) to",
        r"notice|notif|inform|furnish|submits?\b|details|copy|circulat|tells?\b|disclos",
    ),
    _topic(
        "objection",
        r"object(?!ive)|oppos|veto|disagree with (?:the|my|our|a) (?:pa|pu|ma)|complain|(?:comment|respon[ds]\w*"
        r"|review|react\w*)"
        r" (?:period|window|time)|window\b|time to (?:respond|react|comment|object|answer)|(?:must|have to|may|can"
        r"|could) (?:they|partners?"
        r"|(?:the |a )?(?:other )?(?:part(?:y|ies|ners?)|sponsor|company)) (?:respond|reply|answer|comment|react)",
        r"object(?!ive)|confidentiality notice|veto|comment|respon[ds]|within that period",
        weight=1.2,
    ),
    _topic(
        "delay",
        r"delay|hold (?:up|back|it|us|off|our|my)|postpon|block|stop (?:us|me|my|our|the pub)|suspend|defer|put off"
        r"|wait for (?:a|the) patent"
        r"|slow (?:us|me) down|keep us from",
        r"delay|postpon|prevent|withh[eo]ld|defer",
        weight=1.2,
    ),
    _topic(
        "meeting",
        r"meetings?\b|general assembly|agenda|quorum|steering committee|executive board|minutes\b|votes?\b|voting",
        r"meeting|assembly|agenda|quorum|steering committee|executive board|minutes|vote",
    ),
    # rights
    _topic(
        "access rights",
        r"access rights?|licen[cs]ed? to (?:the )?others|access to our|use our background",
        r"access rights?|licen[cs]e",
    ),
    _aspect("background", r"background|pre-?existing|know-how|brought in", r"background", 0.8),
    _aspect(
        "results",
        r"results?\b|findings|foreground|outcome|data we generate|inventions? (?:from|of)",
        r"results?\b|project intellectual",
        0.8,
    ),
    _topic(
        "ownership",
        r"own(?:s|ed|ership|er)?\b|belongs? to|title to|whose (?:is|are|property)",
        r"own(?:s|ed|ership|er|ing)?\b|belongs?\b|title|property",
    ),
    _aspect("joint", r"joint|together|co-?own|shared invention", r"joint", 0.8),
    _aspect(
        "after the project",
        r"after the (?:project|end)|once the project|when the project (?:is over|ends|has ended)|post-?project"
        r"|project is over|has ended",
        r"after the (?:end|project|termination|completion)|end of the (?:project|research)|after termination",
        0.9,
    ),
    _aspect(
        "exploitation",
        r"after the (?:project|end)|once the project|exploit|project is over|has ended|post-?project",
        r"exploitation",
        0.5,
    ),
    _topic(
        "commercial",
        r"commerc|company|companies|industr(?:y|ial)|for[- ]profit|\bsell\b|\bsold\b|market(?:ed|ing)? "
        r"|product(?:s)? (?:on|from)|start-?up"
        r"|spin-?(?:off|out)|make money|business use|sponsor(?:ed)? project",
        r"commerc|profit|sale|sold|exploit|industr|product|manufactur|market",
    ),
    _aspect(
        "use",
        r"us(?:e|ed|es|ing)\b|work with|employ|exploit|do with|allowed to do",
        r"us(?:e|ed|es|ing)\b|practi[cs]e|purposes?\b|exploit",
    ),
    _aspect(
        "passing on",
        r"(?<!profit-)(?<!profit )shar(?:e|ing)|pass(?:ing)? (?:it |them |\w+ )?on|hand (?:it |them )?over|giv(?:e"
        r"|ing)|send|transfer|distribut|forward|lend|collaborator"
        r"|colleagues?\b|another lab|other labs?|third part|someone else|elsewhere|outside",
        r"transfer|third part|distribut|disclos|shar(?:e|ing)|make(?:s)? available|other persons?|laborator",
        0.8,
    ),
    _aspect(
        "material",
        r"cell ?lines?|samples?\b|materials?\b|mice|plasmid|strain|biological|reagent|specimens?",
        r"materials?\b|cell line|samples?\b",
        0.8,
    ),
    _aspect("data", r"data ?sets?\b|\bdata\b|cohort", r"data\b", 0.4),
    _topic("sublicence", r"sub-?licen[cs]", r"sub-?licen[cs]", weight=1.5),
    _topic("option", r"option (?:to|period|right)|exercise (?:the|our|its) option", r"option"),
    _topic("improvement", r"improvement|grant-?back", r"improvement|grant-?back"),
    _topic("field", r"field of use|fields of use", r"field", strict=False),
    _topic(
        "exclusive",
        r"exclusiv",
        r"(?<!non-)(?<!non)(?<!not )exclusiv(?:e|ely|ity)\b(?! (?:jurisdiction|property|remed|venue|forum|of\b"
        r"|control))",
    ),
    # money
    _topic("royalty", r"royalt(?:y|ies)", r"royalt(?:y|ies)(?![- ]free)", weight=1.5),
    _topic(
        "no sales",
        r"no(?:thing)? (?:was |were |has been |net |product )?(?:sales?|sold|royalt|revenue)|zero sales|nil report"
        r"|sold nothing"
        r"|(?:did|have|had) ?n[o']t (?:sell|sold)|not? sales|without (?:any )?sales|sales (?:are|were|is) (?:zero|nil)",
        r"no (?:sales|royalt|payment|net sales|earned)|nil\b|so state|none (?:is|are|were)",
        weight=2.0,
    ),
    _topic("report", r"report(?:s|ing)?\b", r"report|statement", strict=False),
    _topic(
        "costs",
        r"\bcosts?\b|fees?\b|charges?\b|who pays|pays? for|expenses?|reimburse|cost share|bears?",
        r"costs?\b|fees?\b|charge|expens|reimburs|pays?\b|bear",
    ),
    _topic("payment", r"payments?\b|invoices?\b|instal+ments?|paid\b", r"payment|invoice|instal+ment|paid|payable"),
    # risk
    _topic("liability", r"liab(?:le|ility)|damages\b|liability cap", r"liab(?:le|ility)|damages", weight=1.5),
    _topic("indemnity", r"indemn", r"indemn|hold harmless"),
    _topic("warranty", r"warrant(?:y|ies)|guarantee", r"warrant"),
    _topic("insurance", r"insur", r"insur"),
    _topic(
        "penalty",
        r"penalt|fines?\b|fined|punish|sanctions? for|surcharge|liquidated",
        r"penalt|fine[sd]?\b|liquidated damages|surcharge|contractual sanction",
        weight=2.0,
    ),
    _topic("breach", r"breach|default(?:s|ing)?\b|non-?compliance|violat", r"breach|default|fail"),
    _topic(
        "export",
        r"export|sanction(?:s|ed)? (?:list|countr)|dual[- ]use|(?:e-?mail|send|ship|take|transfer|share"
        r"|carry) [^?]*\b(?:firmware|"
        r"(?:to|in|into|with)\b[^?]*\b(?:country|countries|abroad|overseas|iran|russia|china|north korea"
        r"|foreign national))",
        r"export(?!s? (?:data|the results))|sanctions law|licen[cs]es? required",
        weight=2.0,
    ),
    # confidentiality and data
    _topic(
        "confidentiality",
        r"confidential|secret|nda\b|non-?disclosure|private information",
        r"confidential|non-?disclosure|secret",
    ),
    _topic("oral disclosure", r"oral(?:ly)?|verbal(?:ly)?|said in a meeting|by word of mouth", r"oral|verbal"),
    _topic(
        "return or destruction",
        r"destr(?:oy|uct)|delet|dispos|give (?:it |them )?back|send back|return (?:the|all|any)|keep (?:the|a copy)"
        r"|retain|retention",
        r"destr(?:oy|uct)|delet|return|retain|retention|keep",
    ),
    _topic(
        "identifying people",
        r"re-?identif|identify (?:the )?(?:participants|people|persons|subjects)|anonym",
        r"identif|anonym",
    ),
    _topic(
        "artificial intelligence",
        r"\bai\b|artificial intelligence|machine[- ]learning|train (?:a|an|our|the) (?:\w+ )?model|llm|chat ?gpt"
        r"|language model|neural",
        r"artificial intelligence|machine[- ]learning|\bai\b|train\b[^.]*model|language model",
        weight=2.0,
    ),
    _topic(
        "incident",
        r"data breach|incident|security breach|leak|unauthori[sz]ed (?:access|disclosure)|hack",
        r"incident|breach|unauthori[sz]ed",
        strict=False,
    ),
    _topic(
        "transfer abroad",
        r"move [^?]*\bdata|cross-?border|outside (?:the )?(?:eu|eea|europe|uk|us)\b|(?:us|american|foreign) lab"
        r"|abroad|overseas",
        r"transfer|outside|third countr|territory|geograph",
        strict=False,
    ),
    # life of an agreement
    _topic(
        "precedence",
        r"prevail|preceden|takes? priority|overrid|wins?\b|which (?:text|document|agreement) (?:governs|rules|counts"
        r"|applies first|is stronger|comes first)"
        r"|inconsisten|contradict|\bversus\b|\bvs\.?\b|conflicts? (?:between|with)|trumps?\b|beats?\b|rank(?:s|ing)",
        r"prevail|preceden|takes? priority|(?:shall|will) (?:control|govern)\b|controls\.|supersede|without affecting",
        weight=1.5,
    ),
    _topic(
        "termination",
        r"terminat|withdraw(?! (?:a|the|my|our) (?:pa|ma|su))|leave\b|exit|get out of|\bquit|cancel|pull out",
        r"terminat|withdraw|leav(?:e|ing)|end the project",
    ),
    _topic(
        "survival",
        r"surviv|after terminat|still (?:bind|appl)|continue after|outlive",
        r"surviv|continue",
        strict=False,
    ),
    _topic(
        "term",
        r"(?:agreement|contract|it) (?:end|expire|run|last)|expir|term of|how long is .* in force|duration of",
        r"terms?\b|expir|continues|until|duration",
    ),
    _topic(
        "renewal",
        r"renew|extend(?:ed)? (?:the )?(?:agreement|term|contract)|roll(?:s)? over|evergreen|automatic extension"
        r"|extension of the term",
        r"renewal term|(?:term|agreement|contract|it)\b[^.;]{0,200}(?:renew|extend|extension)|(?:renew|extend"
        r"|extension)[^.;]{0,200}(?:term|agreement|periods?)\b",
        unless=r"indebtedness|financ|calendar quarter",
    ),
    _topic(
        "governing law",
        r"governing law|applicable law|which law|what law|law (?:governs|applies)|jurisdiction",
        r"governed (?:by|under|in)|construed (?:in accordance|under)|applicable law|laws? of\b[^.;]{0,60}|(?:english"
        r"|german|belgian) law",
    ),
    _topic(
        "parties",
        r"(?:who|what|which) (?:are|were) the (?:contracting |signing )?part(?:y|ies)|part(?:y|ies) to (?:the"
        r"|this) (?:agreement|contract)\s*\?"
        r"|who signed|between (?:whom|which)",
        r"between\b|hereinafter|signed (?:by|for)|represented by|and its registered",
    ),
    _topic("dispute", r"dispute|arbitrat|mediat|disagree|litigat|court|sue\b", r"dispute|arbitrat|mediat|courts?\b"),
    _topic(
        "injunction",
        r"injunct|interim (?:relief|measure)|urgent court|emergency relief|equitable relief",
        r"injunct|interim|equitable relief",
        weight=1.5,
    ),
    _topic(
        "change of control",
        r"acquir(?:ed|es)|merg(?:er|ed|es)|change of control|take ?over|bought by|new owner",
        r"control|acqui|merg|successor|assign",
    ),
    _topic(
        "assignment",
        r"assign(?!ed to (?:the )?project)|novat",
        r"(?:not|no|neither|nor|only|without)\b[^.;]{0,160}(?:assign|transfer)|(?:assign"
        r"|transfer)[^.;]{0,200}(?:without|consent|not\b|prior|formal)",
        unless=r"shares\b|securities",
    ),
    _topic(
        "intellectual property",
        r"intellectual property|\bip\b",
        r"intellectual|inventions?\b|patents?\b|work product|copyright|know-how|developments\b|results\b|foreground"
        r"|improvements?\b",
    ),
    _topic("audit", r"audit|inspect", r"audit|inspect|examin\w* (?:them|(?:the |its |such |those )?(?:books|records))"),
    _topic("records", r"keep (?:the |our )?records|records?\b|books", r"record|books"),
    _topic("patent", r"patent|prosecut|protect(?:ion)? for|file an application", r"patent|prosecut|protection"),
    _topic(
        "invention disclosure",
        r"disclos\w* (?:an? |our |the )?(?:invention|result|improvement)|report an invention|invention disclosure",
        r"invention|disclos|patentable",
    ),
    _topic(
        "names and logos",
        r"logo|trade ?mark|press release|use (?:the|their|our) name|advertis|publicity",
        r"logo|trade ?mark|press release|name|advertis|publicity",
    ),
    _topic("language", r"(?:what|which) language|language (?:of|governs)", r"language"),
    _topic(
        "notices",
        r"(?:valid|formal|proper|official|written|good) notice|notice (?:be|is) (?:given|sent|served)|serv(?:e|ed|ing"
        r"|ice of) (?:a )?notice"
        r"|(?:count|counts|qualif\w*|valid|enough|sufficient|accepted|ok|okay) (?:as )?(?:a |an )?(?:valid |formal "
        r"|written )?notice"
        r"|(?:send|give|deliver)\w* (?:\w+ ){0,3}?notices? (?:by|via|through|over|with|on|in) |how (?:must|should"
        r"|do|can|are) (?:\w+ )?(?:formal )?notices?",
        r"notices?\b|to writing\b",
        weight=1.2,
    ),
    _topic(
        "force majeure", r"force majeure|beyond (?:our|their) control|pandemic|flood|strike", r"force majeure|beyond"
    ),
    _topic(
        "new party", r"acced|accession|new part(?:y|ner)|join the (?:consortium|project)", r"acce(?:d|ssion)|new party"
    ),
    _topic("milestone", r"milestone|benchmark|diligence", r"milestone|benchmark|diligen"),
    # contracts of any kind
    _topic(
        "for convenience",
        r"for convenience|without (?:a )?(?:cause|reason)|for no reason|at will",
        r"for convenience|without cause|(?:for|with) (?:any|no) reason|without (?:a |any )?reason"
        r"|at any time[^.]{0,80}notice|terminate[^.;]{0,120}(?:days|months)['’]?\s+(?:prior "
        r"|advance )?(?:written )?notice",
        weight=1.5,
        unless=r"breach|default|insolven|bankrupt|fail(?:s|ure|ed)\b|in the event|if\b",
    ),
    _topic("irrevocable", r"irrevocabl|perpetual", r"irrevocabl|perpetual", weight=1.5),
    _topic(
        "licence grant",
        r"licen[cs]es? (?:\w+ )?(?:granted|under)|what licen[cs]es?|grant of (?:a )?licen|licen[cs]e grant"
        r"|licensing rights?",
        r"grants?\b[^.;]{0,120}(?:licen[cs]e|right)|licen[cs]es?\b[^.;]{0,60}granted|granted[^.;]{0,60}licen[cs]e",
        unless=r"nothing\b|no (?:other )?licen[cs]e|no right|(?:not|nor)\b[^.;]{0,40}grant|option|warrant(?:s|y)\b",
    ),
    _topic(
        "revenue sharing",
        r"(?:revenue|profit)s?[- ](?:or [- ]?profit[- ]?)?shar|share of (?:the )?(?:revenue|profit)|revenue or profit",
        r"(?:revenue|profit|net sales|gross (?:receipts|sales)|proceeds|net income)[^.;]{0,200}(?:%|per ?cent|share)"
        r"|(?:%|per ?cent|share)[^.;]{0,200}(?:revenue|profit|net sales|gross (?:receipts|sales)|proceeds|net income)",
        weight=1.5,
    ),
    _topic(
        "effective date",
        r"effective date|(?:contract|agreement|it) (?:become )?effective|(?:come|enter)s? into (?:force|effect)"
        r"|takes? effect"
        r"|(?:contract|agreement) (?:start|begin|commence)",
        r"effective date|effective (?:as of|on|from)|takes? effect|(?:into|in) (?:force|effect)"
        r"|made (?:\w+ )?(?:as of|on|this)|commenc"
        r"|entered into (?:as of|on|this)|dated (?:as of)?",
        weight=1.2,
    ),
    _topic(
        "expiry date",
        r"expir(?:y|ation)|(?:contract|agreement) (?:end|expire|run out)|end of the (?:contract|agreement)",
        r"(?:agreement|contract|term|it)\b[^.;]{0,160}\b(?:expire|terminate|continue|remain|end|until|through)"
        r"|initial term|expires? on|term of",
        weight=1.2,
        unless=r"survive|confidential",
    ),
    _topic(
        "unlimited",
        r"unlimited|all-you-can-eat",
        r"unlimited|unrestricted|enterprise[- ]wide|without limit(?:ation)? (?:as to|of)",
    ),
    _topic(
        "non-transferable",
        r"non-?transferable|not transferable|transferable",
        r"non-?transferable|nontransferable|non-?assignable|no right to (?:assign|transfer)|not (?:be )?(?:assign"
        r"|transfer)",
        weight=1.5,
    ),
    _topic("affiliates", r"affiliates?|subsidiar", r"affiliat|subsidiar"),
    _topic(
        "after termination",
        r"after (?:the )?(?:termination|expiration|end) of|post-?termination|wind-?down|transition services",
        r"(?:after|upon|following|on) (?:any |the |such )?(?:termination|expiration|expiry)|post-?termination"
        r"|transition|wind(?:ing)?[- ]down",
        weight=1.2,
        unless=r"surviv|accrued",
    ),
    _topic("non-compete", r"non-?compet|compete with|competing", r"compet"),
    _topic("non-solicitation", r"solicit|poach|hire (?:their|our|each)", r"solicit|hire|employ"),
    _topic("most favoured", r"most[- ]favou?red", r"most[- ]favou?red|no less favou?rable|more favou?rable"),
    _topic(
        "first refusal",
        r"first (?:refusal|offer|negotiation)|rofr|rofo",
        r"first (?:refusal|offer|negotiation)|option to",
    ),
    _topic("minimum commitment", r"minimum (?:order|purchase|commitment|quantit)", r"minimum"),
    _topic("escrow", r"escrow", r"escrow"),
    _topic(
        "covenant not to sue",
        r"not to sue|challenge (?:the )?(?:validity|ownership)",
        r"(?:not|never|nor)[^.;]{0,60}(?:sue|challenge|contest)|covenant",
    ),
    _topic(
        "third-party beneficiary",
        r"third[- ]party benefi",
        r"third[- ]part(?:y|ies)[^.;]{0,60}benefi|benefi[^.;]{0,60}third[- ]part",
    ),
    _topic("price", r"price (?:increase|restriction|change)|raise (?:the )?prices?", r"price"),
    _topic(
        "waiver",
        r"sooner|earlier|faster|quicker|shorten|speed (?:it )?up|waive|less notice|skip the|urgent(?:ly)?\b"
        r"|cannot wait|can't wait",
        r"waive|shorter|earlier|sooner|agree otherwise|otherwise agree|unless agreed",
        weight=1.5,
        strict=False,
    ),
)

BY_NAME = {topic.name: topic for topic in TOPICS}


def asked_in(question: str) -> tuple[Topic, ...]:
    """The topics a question speaks of, in the table's order."""
    return tuple(topic for topic in TOPICS if topic.asked.search(question))
