"""What we say in German, by name."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    # around the quotations
    "closing": "Dies ist eine Auskunft, keine Rechtsberatung; bitte fragen Sie {contact}.",
    "page": "S. {page}",
    "as_amended": "{line} (in der Fassung von {amendment})",
    "amendment": "{clause}, wirksam ab {day}",
    "replaced": "Nicht mehr in Kraft, ersetzt durch {amendment}: {quotation}",
    "changes_later": "{place} gilt in der zitierten Fassung, bis {amendment} sie ersetzt ({day}).",
    "but_see": "Siehe aber {place}: {quote}",
    "also": "- außerdem {place}: {quote}",
    "part_missing": "Auf {part} von {agreement} wird verwiesen; dieser Teil ist im erfassten Text nicht enthalten.",
    "plain_words": "Erklärung in einfachen Worten, nicht aus der Vereinbarung: {words}.",
    "text_governs": "Der {text} ist maßgeblich ({place}).",
    "quoted_as_written": (
        "{agreements}: Die Zitate stehen in der Sprache der Vereinbarung ({tongue}); die deutsche Wiedergabe "
        "ist unverbindlich."
    ),
    # what is read off a sentence
    "for_each": "{what}: {period}",
    "addressed": "{period}; Empfänger: {recipient}",
    "by_default": "{line} (nur soweit nichts anderes vereinbart ist)",
    "only_with_consent": "nur mit Zustimmung: {quote}",
    "not_without": "nicht ohne Zustimmung ({words}): {quote}",
    "not_allowed": "nach diesem Wortlaut nicht erlaubt: {quote}",
    "too_long": "nein, nicht für {asked}: {longest}",
    "long_enough": "bis zu dieser Dauer: {longest}",
    "only_if": "{line}, und nur unter dieser Bedingung: {condition}",
    "open_option": (
        "der vereinbarte Wert steht nicht im erfassten Text; die Klausel enthält noch die offene Option {option}"
    ),
    "no_shorter": "eine kürzere Frist ist nicht genannt; es gilt: {said}",
    "report_due": "der Bericht ist trotzdem fällig: {said}",
    "silent_for": "wenn nichts eingeht ({period}): {said}",
    "silent_for_one_of": "wenn nichts eingeht, Frist: {periods} ({place}): {said}",
    "names_it": "nennt {words}: {quote}",
    "names_not": "{quote} nennt es nicht ausdrücklich",
    "counted": "{deadline}: {duration}, gerechnet ab {start} ({anchor}, laut Verzeichnis)",
    "computed": "{agreement}: {led}.",
    "dated": "{day}: {said}",
    "countdown": "{day} ({when}, gerechnet ab {today})",
    "today": "heute",
    # several agreements, several questions
    "part_of_answer": "{subject}: {line}",
    "strictest": "Am strengsten je Bezugspunkt: {parts}. {together}",
    "each_for_itself": "Jede Vereinbarung gilt für sich; keine ersetzt die andere.",
    "side_by_side": "{agreements} gelten nebeneinander; keine ersetzt die andere.",
    "other_by_default": "Die andere gilt nur, soweit nichts anderes vereinbart ist.",
    "together_wording": "Dieser Wortlaut ist vorgeschrieben, je Vereinbarung ein Text:",
    "together_meaning": "Jede Vereinbarung hat ihre eigene Bedeutung:",
    "together_covers": "Jede Vereinbarung regelt das mit eigenen Worten:",
    "together": "Jede Vereinbarung für sich:",
    "about_delay": "längster Aufschub",
    "about_objection": "Widerspruchsfrist",
    "about_notice": "Ankündigung vor der Veröffentlichung",
    "about_return": "Aufbewahrung und Vernichtung",
    "about_confidentiality": "Vertraulichkeit",
    "kind_silence": "wenn niemand antwortet",
    "kind_grounds": "aus welchen Gründen",
    "kind_prevails": "welcher Text vorgeht",
    "kind_method": "ob etwas eine wirksame Mitteilung ist",
    "kind_covers": "ob etwas unter einen Begriff fällt",
    "kind_meaning": "was ein Begriff bedeutet",
    "kind_wording": "welcher Wortlaut nötig ist",
    "kind_time": "Frist",
    "kind_recipient": "wer es erhält",
    "kind_amount": "wie viel",
    "kind_may": "ob es erlaubt ist",
    "kind_must": "ob es nötig ist",
    "kind_status": "eine Tatsache außerhalb der Vereinbarungen",
    "kind_general": "Sonstiges",
    # left to people
    "liaison": "{name} (Ansprechperson für {agreements})",
    "liaison_in_question": "die Ansprechperson der betreffenden Vereinbarung",
    "your_contracts_office": "Ihre Vertragsabteilung",
    "export_officer": "die für Exportkontrolle zuständige Stelle",
    "contracts_office": "die Vertragsabteilung",
    "office_of": "{office} ({name})",
    "export_refer": "Darüber entscheidet {office}; dies ist keine Entscheidung. Im Text steht:",
    "notice_refer": "Ob das eine wirksame Mitteilung ist, entscheidet {office}. Im Text steht:",
    "channel_unnamed": "Der zitierte Wortlaut nennt {channel} nicht.",
    "waiver": (
        "Einer kürzeren Frist können nur diejenigen zustimmen, denen das Recht zusteht; bitten Sie "
        "{contact}, schriftlich einen Verzicht einzuholen."
    ),
    "purpose_open": "Ob {purpose} die Nutzung kommerziell macht, steht nicht im Text; das entscheidet {contact}.",
    "this_purpose": "dieser Zusammenhang",
    "left_open": "Soweit dieser Wortlaut den Fall offenlässt, entscheidet {contact}.",
    "patent_register": (
        "Den Stand einer Patentanmeldung nennt das Register des Patentamts; Ihre Technologietransferstelle "
        "kann dort nachsehen."
    ),
    # questions back, and no answer
    "which_party": "Für welche Partei fragen Sie: {parties}? Davon hängt in {agreement} die Antwort ab.",
    "what_about": "Was möchten Sie über {names} wissen?",
    "your_agreements": "Ihre Vereinbarungen",
    "choice_notice": "Ankündigung vor der Veröffentlichung",
    "choice_objection": "Widerspruchsfrist",
    "choice_results": "Nutzung der Ergebnisse",
    "choice_confidentiality": "Vertraulichkeit",
    "choice_termination": "Kündigung",
    "nothing_found": (
        "Das kann ich aus den Vereinbarungen, auf die Sie Zugriff haben, nicht beantworten: keine Klausel "
        "gefunden in {looked}."
    ),
    "nothing_readable": "Das kann ich nicht beantworten: Es gibt hier keine Vereinbarung, auf die Sie Zugriff haben.",
    "near": "Ähnlich, aber keine Antwort:",
    "not_understood": (
        "Diese Frage habe ich auf Deutsch nicht verstanden. Bitte stellen Sie sie mit anderen Worten oder "
        "auf Englisch, oder fragen Sie {contact}."
    ),
    "understood_only": "Verstanden habe ich nur: {words}.",
    "word": "„{word}“",
    "left_out": "Nicht verstanden und nicht berücksichtigt: {words}.",
    "only_spoken": (
        "Mit den gegenwärtigen Einstellungen versteht Clausewise nur Fragen auf Englisch, Deutsch und "
        "Japanisch. Bitte fragen Sie in einer dieser Sprachen oder fragen Sie {contact}."
    ),
    # around an answer where it is shown in a conversation
    "question": "Frage",
    "sources": "Quellen",
    "as_of": "Stand: {day}",
    "full_text": "Vollständiger Text",
    "asked_in": "Gefragt in",
    "common_scope": "Beantwortet aus dem, was alle in dieser Unterhaltung lesen dürfen.",
    "unhelpful": "Nicht hilfreich",
    "ask_a_person": "Einen Menschen fragen",
    "handed_over": "Ihre Frage wurde an {name} weitergegeben.",
    "person_answers": "{name} antwortet",
    "not_agreement_text": "Dies ist die Antwort eines Menschen, kein Text einer Vereinbarung.",
    "failed": (
        "Diese Frage konnte wegen eines Fehlers auf unserer Seite nicht beantwortet werden (Kennzeichen "
        "{reference}). Sie bleibt gespeichert; Sie können auch einen Menschen fragen."
    ),
    "paused": "Das Beantworten ist zurzeit angehalten. Ihre Frage ist gespeichert und wird danach beantwortet.",
}


# Plain words for terms of the field, by the English term: shown as explanation, never as the agreement's own.
PLAIN_WORDS: dict[str, str] = {
    "access rights": "die Erlaubnis, Ergebnisse oder Background einer anderen Partei zu den vereinbarten Bedingungen zu"
    " nutzen",
    "background": "was eine Partei in das Projekt mitbringt: Wissen, Daten, Software oder Rechte, die sie schon hatte",
    "background intellectual property": "Rechte, die eine Partei schon hatte oder außerhalb des Projekts geschaffen"
    " hat",
    "confidential information": "Informationen, die nicht weitergegeben und nur für den vereinbarten Zweck verwendet"
    " werden dürfen",
    "embargo": "eine Zeit, in der ein hinterlegter Text noch nicht für alle zugänglich ist",
    "exploitation": "die Verwendung von Ergebnissen über das Projekt hinaus, etwa in einem Produkt oder in weiterer"
    " Forschung",
    "fair and reasonable conditions": "Bedingungen, oft finanzielle, die beide Seiten unter den Umständen annehmen"
    " könnten",
    "field": "der Anwendungsbereich, auf den ein Recht beschränkt ist",
    "field of use": "der Anwendungsbereich, auf den eine Lizenz beschränkt ist; außerhalb davon erlaubt sie nichts",
    "foreground": "was das Projekt selbst hervorbringt",
    "freedom to operate": "handeln zu können, ohne Rechte anderer zu verletzen",
    "grant-back": "die Pflicht, dem Lizenzgeber Rechte an Verbesserungen einzuräumen",
    "hold": "ein vereinbarter Aufschub einer Veröffentlichung",
    "improvement": "eine Weiterentwicklung dessen, was lizenziert wurde",
    "moratorium": "eine Zeit, in der nichts veröffentlicht werden darf",
    "needed": "der Maßstab für Zugangsrechte: ohne sie wäre die Arbeit unmöglich, viel später fertig oder viel teurer",
    "net sales": "was Verkäufe nach den in der Vereinbarung genannten Abzügen einbringen; danach werden Lizenzgebühren"
    " berechnet",
    "publication": "etwas der Öffentlichkeit zugänglich machen, in welcher Form auch immer die Vereinbarung nennt",
    "results": "was das Projekt hervorbringt",
    "sublicence": "eine Lizenz, die ein Lizenznehmer einem anderen erteilt",
    "territory": "die Länder, in denen eine Lizenz gilt",
}
