"""Questions in German and Japanese: understood, answered in the asker's language, quoted in the agreement's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import rules
from knowledge.answering import quotes, topics
from knowledge.answering.texts import Text
from knowledge.answers import answer
from knowledge.embedding import Encoder
from knowledge.index import Generation
from knowledge.languages import SPOKEN, detecting, german_words, japanese_words, say, voice
from knowledge.languages.detecting import language_of
from knowledge.languages.german_grammar import number
from knowledge.languages.reading import Vocabulary, entries
from knowledge.languages.to_english import read
from knowledge.languages.voice import slots
from knowledge.model import Answer, Clause, ClauseKind, Outcome, Person, Turn

Asking = Callable[..., Answer]
LATER = date(2026, 10, 1)


@dataclass(frozen=True)
class Wording:
    """A question as somebody asks it, and the (agreement, clause) that its answer must cite; "" is none."""

    asker: str
    question: str
    agreement: str
    clause: str
    outcome: Outcome = Outcome.ANSWER
    on: date = date(2026, 6, 2)


REFER, ABSTAIN, CLARIFY = Outcome.REFER, Outcome.ABSTAIN, Outcome.CLARIFY

GERMAN = (
    # notice, silence, objection
    Wording(
        "greta", "Wie lange vorher muss ich die Partner vor einer Veröffentlichung informieren?", "ORION-CA", "8.4.2.1"
    ),
    Wording(
        "rita",
        "Wie viele Tage vor der Publikation müssen wir den ORION-Partnern Bescheid geben?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording(
        "rita",
        "Bis wann sind die Projektpartner in ORION-CA über ein geplantes Paper zu unterrichten?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("rita", "Welche Ankündigungsfrist gilt für Veröffentlichungen im LAMBDA-Projekt?", "LAMBDA-RCA", "5.2"),
    Wording("rita", "Mit welchem Vorlauf müssen wir ACME ein Manuskript vorlegen?", "ACME-SRA", "6.2"),
    Wording("greta", "Was passiert, wenn bei ORION niemand auf meine Ankündigung reagiert?", "ORION-CA", "8.4.2.1"),
    Wording("rita", "Dürfen wir bei ORION publizieren, wenn keine Rückmeldung kommt?", "ORION-CA", "8.4.2.1"),
    Wording("rita", "Gilt Schweigen bei LAMBDA als Zustimmung?", "LAMBDA-RCA", "5.3"),
    Wording(
        "rita",
        "Wie lange haben die Partner bei ORION Zeit, der Veröffentlichung zu widersprechen?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("rita", "Wie lang ist die Widerspruchsfrist nach ORION-CA?", "ORION-CA", "8.4.2.1"),
    Wording("rita", "Wie lang ist unsere Einspruchsfrist in ORION-CA?", "ORION-AM2", "§ 1", on=LATER),
    Wording(
        "rita", "Wie lang war die Widerspruchsfrist in ORION-CA im Dezember 2025?", "ORION-CA", "8.4.2.1", on=LATER
    ),
    Wording(
        "tom", "Aus welchen Gründen darf ein Partner bei ORION einer Publikation widersprechen?", "ORION-CA", "8.4.2.2"
    ),
    Wording(
        "tom", "Wann ist ein Einwand gegen eine Veröffentlichung nach ORION-CA gerechtfertigt?", "ORION-CA", "8.4.2.2"
    ),
    Wording("lena", "An wen ist der Widerspruch nach ORION-CA zu richten?", "ORION-CA", "8.4.2.1"),
    Wording("lena", "Wer muss den Einspruch gegen eine ORION-Publikation erhalten?", "ORION-CA", "8.4.2.1"),
    # delay, several agreements
    Wording("tom", "Kann Lambda Ltd uns ein Jahr lang aufhalten?", "LAMBDA-RCA", "5.2.1"),
    Wording("tom", "Darf Lambda unseren Artikel um zwölf Monate verschieben?", "LAMBDA-RCA", "5.2.1"),
    Wording(
        "greta", "Wie lange darf eine Publikation wegen einer Patentanmeldung verzögert werden?", "ORION-CA", "8.4.2.4"
    ),
    Wording("rita", "Was ist der maximale Veröffentlichungsaufschub bei ACME?", "ACME-SRA", "6.4"),
    Wording("paul", "Mein Paper nutzt Daten aus ORION und ACME. Welche Regel gilt?", "ACME-SRA", "6.2"),
    # theses, definitions
    Wording("phoebe", "Können die Partner bei ORION meine Promotion aufhalten?", "ORION-CA", "8.4.4"),
    Wording("phoebe", "Darf eine Firma die Verteidigung meiner Doktorarbeit in ORION blockieren?", "ORION-CA", "8.4.4"),
    Wording("rita", "Ist ein Poster bei ORION eine Veröffentlichung?", "ORION-CA", "8.4.2.1"),
    Wording("rita", "Zählt ein Preprint auf arXiv bei HELIX als Publikation?", "HELIX-DUA", "1.4"),
    Wording("rita", "Was bedeutet „field of use“?", "ACME-SRA", "1.8"),
    Wording("nadia", "Wie ist das Anwendungsgebiet in NOVA-LIC definiert?", "NOVA-LIC", "2.4"),
    Wording("tom", "Was versteht man bei LAMBDA unter vertraulichen Informationen?", "LAMBDA-RCA", "1.1"),
    # wording of acknowledgements and by-lines, dates
    Wording("rita", "Welchen Satz muss ich in die Danksagung eines ORION-Papers schreiben?", "ORION-GA", "17.2"),
    Wording("rita", "Wie müssen wir ACME in der Danksagung nennen?", "ACME-SRA", "6.6"),
    Wording("rita", "HELIX: Was muss in der Autorenzeile stehen?", "HELIX-DUA", "7.3"),
    Wording("rita", "Wann endet das Publikationsmoratorium von HELIX?", "HELIX-DUA", "7.1"),
    # notices, precedence
    Wording("lena", "Gilt eine Slack-Nachricht bei LAMBDA als wirksame Mitteilung?", "LAMBDA-RCA", "10.1", REFER),
    Wording("lena", "Kann ich Lambda eine förmliche Mitteilung per WhatsApp schicken?", "LAMBDA-RCA", "10.1", REFER),
    Wording("lena", "Was geht vor, die Finanzhilfevereinbarung oder der Konsortialvertrag?", "ORION-CA", "11.1.2"),
    Wording("lena", "Welcher Text hat bei ORION Vorrang: GA oder CA?", "ORION-CA", "11.1.2"),
    Wording("lena", "Haben bei LAMBDA die Förderbedingungen Vorrang vor dem Vertrag?", "LAMBDA-RCA", "1.11"),
    # material, data, background, results
    Wording("rita", "Darf ich die BIO-Zelllinie an eine Kollegin in einem anderen Labor weitergeben?", "BIO-MTA", "2"),
    Wording("rita", "Dürfen wir das BIO-Material in einem firmenfinanzierten Projekt verwenden?", "BIO-MTA", "3"),
    Wording("rita", "Was kostet das BIO-Material?", "BIO-MTA", "11"),
    Wording(
        "rita", "Haben die anderen nach Projektende Zugang zu unserem Background in ORION-CA?", "ORION-CA", "9.4.2"
    ),
    Wording("bella", "Was dürfen wir mit den Ergebnissen machen?", "LAMBDA-RCA", "4.10"),
    Wording("evan", "Wie dürfen wir die Projektergebnisse nutzen?", "LAMBDA-RCA", "4.9"),
    Wording("dual", "Darf ich die Ergebnisse kommerziell nutzen?", "", "", CLARIFY),
    Wording("rita", "Dürfen wir mit den HELIX-Daten ein KI-Modell trainieren?", "HELIX-DUA", "6.2"),
    Wording("rita", "Wann muss ich die HELIX-Daten löschen?", "HELIX-DUA", "10.1"),
    Wording("rita", "Wem muss ich eine Datenpanne bei HELIX melden, und wie schnell?", "HELIX-DUA", "9.1"),
    # licence, liability, life of an agreement
    Wording("nadia", "Was ist, wenn bei NOVA nichts verkauft wurde?", "NOVA-LIC", "9.3"),
    Wording("nadia", "Darf NOVA Unterlizenzen vergeben?", "NOVA-LIC", "4.1"),
    Wording("nadia", "Wie hoch ist die Lizenzgebühr bei NOVA?", "NOVA-LIC", ""),
    Wording("tom", "Wie hoch ist die Haftungsobergrenze in LAMBDA?", "LAMBDA-RCA", "7.4"),
    Wording("tom", "Bis wann sind die QUANT-Informationen vertraulich?", "QUANT-CDA", "3.2"),
    Wording("tom", "Welche Kündigungsfrist gilt bei ACME-SRA?", "ACME-SRA", "10.1"),
    Wording("tom", "Verlängert sich der QUANT-Vertrag automatisch?", "QUANT-CDA", "7.1"),
    Wording("tom", "Welches Recht ist auf QUANT anwendbar?", "QUANT-CDA", "10.6"),
    Wording("tom", "Was passiert bei einem Streit in ORION-CA?", "ORION-CA", "11.8"),
    Wording("tom", "Wem gehört eine gemeinsame Erfindung bei ACME-SRA?", "ACME-SRA", "4.2"),
    Wording("tom", "Wer trägt bei JUNO die Patentkosten?", "JUNO-JDA", "7.3"),
    # what is not answered
    Wording("rita", "Welche Vertragsstrafe droht bei verspäteter Ankündigung in ORION?", "", "", ABSTAIN),
    Wording("rita", "Ist die Patentanmeldung WO2024/123456 erteilt?", "", "", ABSTAIN),
    Wording("rita", "Darf ich die ORION-Firmware einem Kollegen in Brasilien mailen?", "ORION-CA", "11.9", REFER),
    Wording("rita", "Wie viel Lizenzgebühr bekommen wir von NOVA?", "", "", ABSTAIN),
    Wording("rita", "Wie wird das Wetter morgen?", "", "", ABSTAIN),
    # the same in other words, and other provisions
    Wording(
        "greta",
        "Wann müssen die anderen Parteien spätestens von einer geplanten Publikation erfahren?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("greta", "Wie früh muss eine Veröffentlichung angekündigt werden?", "ORION-CA", "8.4.2.1"),
    Wording(
        "greta",
        "Wir wollen einen Artikel einreichen. Wie viele Tage vorher müssen wir das den Partnern mitteilen?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("rita", "Wie viel Zeit vor der Einreichung muss ich Lambda benachrichtigen?", "LAMBDA-RCA", "5.2"),
    Wording(
        "rita",
        "Wieviele Tage vor der Veroeffentlichung muss man bei ORION-CA die Partner informieren",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording(
        "greta",
        "Teilen wir den Partnern eine Veröffentlichung rechtzeitig mit, wenn wir es einen Monat vorher tun? Wie lange"
        " vorher ist nötig?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("greta", "Und falls sich keiner meldet: dürfen wir dann veröffentlichen?", "ORION-CA", "8.4.2.1"),
    Wording("greta", "Was geschieht, wenn die Partner nicht antworten?", "ORION-CA", "8.4.2.1"),
    Wording("greta", "Was ist, wenn kein Widerspruch eingeht?", "ORION-CA", "8.4.2.1"),
    Wording("rita", "Darf ich das ORION-Paper einreichen, falls die Partner schweigen?", "ORION-CA", "8.4.2.1"),
    Wording("greta", "Innerhalb welcher Frist können die Partner Einspruch erheben?", "ORION-CA", "8.4.2.1"),
    Wording(
        "rita", "Bis wann muss ein Widerspruch gegen eine ORION-CA-Veröffentlichung eingehen?", "ORION-CA", "8.4.2.1"
    ),
    Wording("rita", "Wie viele Tage haben die Partner in ORION-CA, um zu widersprechen?", "ORION-AM2", "§ 1", on=LATER),
    Wording("greta", "Mit welcher Begründung kann ein Partner meine Veröffentlichung ablehnen?", "ORION-CA", "8.4.2.2"),
    Wording("greta", "Wem muss man einen Einspruch schicken?", "ORION-CA", "8.4.2.1"),
    Wording(
        "greta", "Um wie viele Tage kann eine Partei die Publikation höchstens verschieben?", "ORION-CA", "8.4.2.4"
    ),
    Wording(
        "greta",
        "Wie lange kann die Veröffentlichung zurückgehalten werden, damit ein Patent angemeldet werden kann?",
        "ORION-CA",
        "8.4.2.4",
    ),
    Wording("rita", "Könnte ACME unser Manuskript ein halbes Jahr blockieren?", "ACME-SRA", "6.4"),
    Wording("rita", "Die Abstract-Deadline ist in 10 Tagen. Kann ich bei ACME noch einreichen?", "ACME-SRA", "6.2"),
    Wording("paul", "Welche Frist gilt, wenn ein Aufsatz auf ORION- und ACME-Ergebnissen beruht?", "ACME-SRA", "6.2"),
    Wording(
        "phoebe",
        "Kann ein Industriepartner verhindern, dass ich meine Doktorarbeit bei ORION abgebe?",
        "ORION-CA",
        "8.4.4",
    ),
    Wording("rita", "Fällt ein Konferenzvortrag bei LAMBDA unter den Begriff Veröffentlichung?", "LAMBDA-RCA", "1.1"),
    Wording("rita", "Ist das Hochladen von Code auf GitHub eine Veröffentlichung?", "LAMBDA-RCA", "1.1"),
    Wording("rita", "Welche Formulierung ist bei ORION für die Danksagung vorgeschrieben?", "ORION-GA", "17.2"),
    Wording("rita", "Wie lautet der genaue Wortlaut des Förderhinweises von ACME?", "ACME-SRA", "6.6"),
    Wording("rita", "Bis wann dürfen HELIX-Ergebnisse nicht publiziert werden?", "HELIX-DUA", "7.1"),
    Wording("rita", "Wann läuft das HELIX-Embargo ab?", "HELIX-DUA", "7.1"),
    Wording("lena", "Reicht eine E-Mail an Lambda als förmliche Mitteilung aus?", "LAMBDA-RCA", "10.1", REFER),
    Wording(
        "lena",
        "Was gilt, wenn sich Konsortialvertrag und Grant Agreement bei ORION widersprechen?",
        "ORION-CA",
        "11.1.2",
    ),
    Wording("rita", "Kann ich Proben der BT-204-Zellen an die KU Leuven schicken?", "BIO-MTA", "2"),
    Wording("rita", "Ist es erlaubt, das BIO-Material kommerziell einzusetzen?", "BIO-MTA", "3"),
    Wording("rita", "Brauche ich eine Genehmigung, um die BIO-Zelllinie weiterzugeben?", "BIO-MTA", "2"),
    Wording("rita", "Darf ein Unternehmen die HELIX-Daten nutzen?", "HELIX-DUA", "2.2"),
    Wording("rita", "Dürfen die HELIX-Daten außerhalb der EU gespeichert werden?", "HELIX-DUA", "4.1"),
    Wording(
        "tom",
        "Zu welchen Bedingungen können die Partner unseren Background in ORION-CA nach dem Projektende nutzen?",
        "ORION-CA",
        "9.4.2",
    ),
    Wording("nadia", "Unter welchen Bedingungen kann NOVA eine Unterlizenz erteilen?", "NOVA-LIC", "4.1"),
    Wording("nadia", "Bis wann muss NOVA den Lizenzgebührenbericht abgeben?", "NOVA-LIC", "9.3"),
    Wording("nadia", "Muss NOVA auch berichten, wenn es keine Verkäufe gab?", "NOVA-LIC", "9.3"),
    Wording("tom", "Ist unsere Haftung in ORION-CA begrenzt?", "ORION-CA", "5.2.2"),
    Wording("tom", "Wie lange gilt die Geheimhaltungspflicht bei ACME-SRA?", "ACME-SRA", "5.1"),
    Wording("tom", "Mit welcher Frist kann ACME-SRA gekündigt werden?", "ACME-SRA", "10.1"),
    Wording(
        "tom",
        "Wer darf bei ORION-CA unsere Bücher prüfen und wie lange vorher muss er das ankündigen?",
        "ORION-CA",
        "4.5",
    ),
    Wording(
        "tom",
        "Können wir während der Mediation eine einstweilige Verfügung in ORION-CA beantragen?",
        "ORION-CA",
        "11.8",
    ),
    Wording("tom", "Ab wann ist die Generalversammlung von ORION-CA beschlussfähig?", "ORION-CA", "6.2.3"),
    Wording("tom", "Wann tritt ORION-CA in Kraft?", "ORION-CA", ""),
    Wording("tom", "Darf LAMBDA-RCA abgetreten werden?", "LAMBDA-RCA", "10.3"),
    Wording("tom", "Wie lange müssen die Unterlagen bei ORION-CA aufbewahrt werden?", "ORION-CA", "4.5"),
    Wording("tom", "Gibt es in QUANT eine Gewährleistung?", "QUANT-CDA", "6.2"),
    Wording("tom", "Wer haftet für Schäden durch das BIO-Material?", "BIO-MTA", "10"),
    Wording("rita", "Darf Dr. X in Land Y die Firmware von ORION per E-Mail bekommen?", "ORION-CA", "11.9", REFER),
    Wording("rita", "Wie hoch ist die Strafe für eine zu frühe Veröffentlichung bei ORION?", "", "", ABSTAIN),
    Wording("rita", "Welche Tantiemen zahlt Quasar?", "", "", ABSTAIN),
    Wording("rita", "Wo kann ich einen Besprechungsraum buchen?", "", "", ABSTAIN),
    Wording("greta", "Ab wann vor einem Vortrag muss ich das Konsortium in Kenntnis setzen?", "ORION-CA", "8.4.2.1"),
    Wording(
        "greta",
        "Muss ich den anderen eine geplante Publikation melden, und wenn ja, wie lange vorher?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("greta", "Nach wie vielen Tagen ohne Antwort darf ich publizieren?", "ORION-CA", "8.4.2.1"),
    Wording(
        "greta", "Die Partner haben sich nicht gerührt. Darf mein Artikel jetzt erscheinen?", "ORION-CA", "8.4.2.1"
    ),
    Wording("greta", "Wie viel Zeit bleibt den Partnern, um Einwände vorzubringen?", "ORION-CA", "8.4.2.1"),
    Wording("greta", "Bei wem wird der Widerspruch eingelegt?", "ORION-CA", "8.4.2.1"),
    Wording("greta", "Wie lange kann ein Partner meine Publikation höchstens blockieren?", "ORION-CA", "8.4.2.4"),
    Wording("tom", "Lambda will unser Paper 6 Monate zurückhalten. Geht das?", "LAMBDA-RCA", "5.2.1"),
    Wording("rita", "Wie lange darf ACME das Einreichen eines Manuskripts aufschieben?", "ACME-SRA", "6.4"),
    Wording("rita", "Wie viele Tage vorher muss ACME ein Abstract bekommen?", "ACME-SRA", "6.2"),
    Wording("phoebe", "Darf die Abgabe meiner Dissertation wegen ORION verzögert werden?", "ORION-CA", "8.4.4"),
    Wording("rita", "Sind Preprints nach dem HELIX-Vertrag Publikationen?", "HELIX-DUA", "1.4"),
    Wording("rita", "Wie ist bei LAMBDA eine Veröffentlichung definiert?", "LAMBDA-RCA", "1.1"),
    Wording("tom", "Was heißt „Background“ in ORION-CA?", "ORION-CA", ""),
    Wording("rita", "Wie soll ich die Förderung von ORION erwähnen?", "ORION-GA", "17.2"),
    Wording("rita", "Welcher Text gehört bei ACME in die Danksagung?", "ACME-SRA", "6.6"),
    Wording("rita", "Wie muss HELIX in der Autorenliste genannt werden?", "HELIX-DUA", "7.3"),
    Wording("rita", "Wie lange gilt die Publikationssperre bei HELIX?", "HELIX-DUA", "7.1"),
    Wording("lena", "Hat das Grant Agreement Vorrang vor dem Konsortialvertrag?", "ORION-CA", "11.1.2"),
    Wording("rita", "Kann ich meinem Kooperationspartner ein Röhrchen der BIO-Zellen geben?", "BIO-MTA", "2"),
    Wording("rita", "Dürfen wir BIO-Material verkaufen?", "BIO-MTA", "3"),
    Wording("rita", "Wer ist Eigentümer des BIO-Materials?", "BIO-MTA", "1"),
    Wording("rita", "Dürfen HELIX-Daten an Dritte weitergegeben werden?", "HELIX-DUA", "4.2"),
    Wording("rita", "Darf man versuchen, HELIX-Teilnehmer zu identifizieren?", "HELIX-DUA", "2.4"),
    Wording("tom", "Wem gehören die Ergebnisse in ORION-CA?", "ORION-CA", "8.1"),
    Wording("tom", "Wie lange muss Stillschweigen über QUANT-Informationen bewahrt werden?", "QUANT-CDA", "3.2"),
    Wording("tom", "Müssen mündliche Informationen bei QUANT schriftlich bestätigt werden?", "QUANT-CDA", "2.2"),
    Wording("nadia", "Wann sind die Lizenzgebühren bei NOVA fällig?", "NOVA-LIC", "6.2"),
    Wording("tom", "Gibt es bei ACME-SRA eine Option auf eine Lizenz, und wie lange läuft sie?", "ACME-SRA", "4.5"),
    Wording("tom", "Welche Versicherung muss ACME haben?", "ACME-SRA", "7.4"),
    Wording("tom", "Wer muss wen freistellen bei ACME-SRA?", "ACME-SRA", "7.3"),
    Wording(
        "tom",
        "Wann muss die Tagesordnung für die Generalversammlung von ORION-CA verschickt werden?",
        "ORION-CA",
        "6.2.2",
    ),
    Wording("tom", "Was passiert bei höherer Gewalt in ORION-CA?", "ORION-CA", "5.4"),
    Wording("tom", "Wie schnell muss ein Verstoß gegen ORION-CA behoben werden?", "ORION-CA", "4.2"),
    Wording("tom", "In welcher Sprache ist ORION-CA verfasst?", "ORION-CA", "11.6"),
    Wording("rita", "Wie hoch ist der Mitgliedsbeitrag im Sportverein?", "", "", ABSTAIN),
    Wording("rita", "Wann wurde das Patent EP1234567 erteilt?", "", "", ABSTAIN),
    Wording(
        "greta",
        "Wie lange im Voraus sind die Konsortialpartner über eine Publikation zu benachrichtigen?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("greta", "Wie viele Kalendertage liegen zwischen Ankündigung und Publikation?", "ORION-CA", "8.4.2.1"),
    Wording(
        "greta",
        "Wenn bis zum Ende der Frist keine Einwände kommen, dürfen wir dann publizieren?",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("greta", "Bis wann können Partner gegen ein Paper Widerspruch einlegen?", "ORION-CA", "8.4.2.1"),
    Wording("greta", "Welche Gründe rechtfertigen einen Einspruch gegen eine Veröffentlichung?", "ORION-CA", "8.4.2.2"),
    Wording(
        "greta",
        "Wie lange darf die Veröffentlichung nach einem Widerspruch hinausgezögert werden?",
        "ORION-CA",
        "8.4.2.4",
    ),
    Wording("tom", "Für wie lange kann Lambda die Veröffentlichung aufschieben lassen?", "LAMBDA-RCA", "5.2.1"),
    Wording("rita", "Zählt ein Vortrag auf einer Tagung bei ORION als Veröffentlichung?", "ORION-CA", "8.4.2.1"),
    Wording("rita", "Was muss ich in einem HELIX-Paper bei den Autoren angeben?", "HELIX-DUA", "7.3"),
    Wording("rita", "Welchen Hinweis auf die Förderung verlangt ORION in Publikationen?", "ORION-GA", "17.2"),
    Wording(
        "lena", "Ist WhatsApp bei LAMBDA ein zulässiger Weg für eine förmliche Mitteilung?", "LAMBDA-RCA", "10.1", REFER
    ),
    Wording(
        "lena",
        "Welches Dokument ist bei ORION maßgeblich, wenn GA und CA einander widersprechen?",
        "ORION-CA",
        "11.1.2",
    ),
    Wording("rita", "Darf mein Kollege an einer anderen Uni die BIO-Zellen bekommen?", "BIO-MTA", "2"),
    Wording("rita", "Dürfen HELIX-Daten zum Training einer KI verwendet werden?", "HELIX-DUA", "6.2"),
    Wording("rita", "Bis wann müssen die Daten von HELIX vernichtet sein?", "HELIX-DUA", "10.1"),
    Wording(
        "tom", "Wie lange müssen vertrauliche Informationen bei ACME-SRA geheim gehalten werden?", "ACME-SRA", "5.1"
    ),
    Wording("tom", "Auf welchen Betrag ist die Haftung bei JUNO begrenzt?", "JUNO-JDA", "9.2"),
    Wording("tom", "Welches Gericht ist bei QUANT zuständig?", "QUANT-CDA", "10.6"),
    Wording("rita", "Wo bekomme ich einen Parkausweis?", "", "", ABSTAIN),
)

JAPANESE = (
    # notice, silence, objection
    Wording("kenji", "公表の何日前までにパートナーに知らせる必要がありますか？", "ORION-CA", "8.4.2.1"),
    Wording(
        "rita",
        "ORIONで論文を発表するには、どのくらい前に他の当事者へ通知しなければなりませんか。",
        "ORION-CA",
        "8.4.2.1",
    ),
    Wording("rita", "ORION-CAの公表の通知期限はいつですか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "LAMBDAでは論文投稿の何日前に連絡が必要ですか？", "LAMBDA-RCA", "5.2"),
    Wording("rita", "ACMEに原稿をいつまでに提出しなければなりませんか？", "ACME-SRA", "6.2"),
    Wording("kenji", "誰からも返事がない場合はどうなりますか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "ORIONのパートナーから回答がなければ、論文を公表してもいいですか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "LAMBDAで相手が何も言わなかったら、発表できますか？", "LAMBDA-RCA", "5.3"),
    Wording("kenji", "公表に対する異議はいつまでに申し立てる必要がありますか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "ORION-CAの異議申立期間はどのくらいですか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "ORION-CAの異議申し立て期間は何日ですか？", "ORION-AM2", "§ 1", on=LATER),
    Wording("rita", "2025年12月の時点で、ORION-CAの異議期間は何日でしたか？", "ORION-CA", "8.4.2.1", on=LATER),
    Wording("tom", "ORIONでパートナーはどのような理由で異議を唱えられますか？", "ORION-CA", "8.4.2.2"),
    Wording("tom", "ORION-CAでは、公表に反対できる根拠は何ですか？", "ORION-CA", "8.4.2.2"),
    Wording("lena", "ORION-CAでは異議を誰に送ればよいですか？", "ORION-CA", "8.4.2.1"),
    Wording("lena", "ORION-CAの異議の宛先は誰ですか？", "ORION-CA", "8.4.2.1"),
    # delay, several agreements
    Wording("kenji", "特許出願のために公表をどれだけ遅らせられますか?", "ORION-CA", "8.4.2.4"),
    Wording("kenji", "特許を出願する間、論文の発表は最長でどのくらい延期されますか？", "ORION-CA", "8.4.2.4"),
    Wording("tom", "Lambda Ltdは私たちの発表を一年間遅らせることができますか？", "LAMBDA-RCA", "5.2.1"),
    Wording("rita", "ACMEは論文の公表を何日まで延期できますか？", "ACME-SRA", "6.4"),
    Wording("paul", "論文にORIONとACMEのデータを使っています。どのルールが適用されますか？", "ACME-SRA", "6.2"),
    # theses, definitions
    Wording("phoebe", "ORIONのパートナーは私の卒業を止めることができますか？", "ORION-CA", "8.4.4"),
    Wording("phoebe", "ORIONで企業が博士論文の提出を遅らせることは許されますか？", "ORION-CA", "8.4.4"),
    Wording("rita", "ORIONではポスター発表は公表にあたりますか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "HELIXではプレプリントは公表とみなされますか？", "HELIX-DUA", "1.4"),
    Wording("rita", "「field of use」とは何ですか？", "ACME-SRA", "1.8"),
    Wording("nadia", "NOVA-LICの使用分野の定義を教えてください。", "NOVA-LIC", "2.4"),
    Wording("tom", "LAMBDAにおける秘密情報とは何を指しますか？", "LAMBDA-RCA", "1.1"),
    # wording of acknowledgements and by-lines, dates
    Wording("rita", "ORIONの論文の謝辞にはどのような文を書く必要がありますか？", "ORION-GA", "17.2"),
    Wording("rita", "ACMEへの謝辞の文言は何ですか？", "ACME-SRA", "6.6"),
    Wording("rita", "HELIXの論文では著者欄に何を書かなければなりませんか？", "HELIX-DUA", "7.3"),
    Wording("rita", "HELIXの公表禁止期間はいつ終わりますか？", "HELIX-DUA", "7.1"),
    # notices, precedence
    Wording("lena", "LAMBDAではSlackのメッセージは正式な通知として認められますか？", "LAMBDA-RCA", "10.1", REFER),
    Wording("lena", "LAMBDAの正式な通知をメールで送ってもよいですか？", "LAMBDA-RCA", "10.1", REFER),
    Wording("lena", "助成契約とコンソーシアム契約では、どちらが優先されますか？", "ORION-CA", "11.1.2"),
    Wording("lena", "ORIONではGAとCAのどちらの文書が優先しますか？", "ORION-CA", "11.1.2"),
    Wording("lena", "LAMBDAでは助成条件と契約のどちらが優先しますか？", "LAMBDA-RCA", "1.11"),
    # material, data, background, results
    Wording("rita", "BIOの細胞株を別の研究室の共同研究者に渡してもいいですか？", "BIO-MTA", "2"),
    Wording("rita", "企業から資金を受けたプロジェクトでBIOの材料を使えますか？", "BIO-MTA", "3"),
    Wording("rita", "BIOの材料の費用はいくらですか？", "BIO-MTA", "11"),
    Wording(
        "rita",
        "ORION-CAでは、プロジェクト終了後も他の当事者は私たちのバックグラウンドを利用できますか？",
        "ORION-CA",
        "9.4.2",
    ),
    Wording("bella", "私たちは成果をどのように利用できますか？", "LAMBDA-RCA", "4.10"),
    Wording("evan", "研究成果を何に使ってもよいですか？", "LAMBDA-RCA", "4.9"),
    Wording("dual", "成果を商業利用できますか？", "", "", CLARIFY),
    Wording("rita", "HELIXのデータでAIモデルを学習させてもよいですか？", "HELIX-DUA", "6.2"),
    Wording("rita", "HELIXのデータはいつまでに破棄する必要がありますか？", "HELIX-DUA", "10.1"),
    Wording("rita", "HELIXのデータが漏洩した場合、誰に何時間以内に報告しなければなりませんか？", "HELIX-DUA", "9.1"),
    # licence, liability, life of an agreement
    Wording("nadia", "NOVAで売上がなかった場合も報告は必要ですか？", "NOVA-LIC", "9.3"),
    Wording("nadia", "NOVAはサブライセンスを許諾できますか？", "NOVA-LIC", "4.1"),
    Wording("nadia", "NOVAのロイヤルティ率はいくらですか？", "NOVA-LIC", ""),
    Wording("tom", "LAMBDAの賠償責任の上限はいくらですか？", "LAMBDA-RCA", "7.4"),
    Wording("tom", "QUANTの情報はいつまで秘密にしなければなりませんか？", "QUANT-CDA", "3.2"),
    Wording("tom", "ACME-SRAを解約するには何日前の予告が必要ですか？", "ACME-SRA", "10.1"),
    Wording("tom", "QUANTの契約は自動的に更新されますか？", "QUANT-CDA", "7.1"),
    Wording("tom", "QUANTの準拠法は何ですか？", "QUANT-CDA", "10.6"),
    Wording("tom", "ORION-CAで意見が対立した場合はどうなりますか？", "ORION-CA", "11.8"),
    Wording("tom", "ACME-SRAの共同発明は誰が所有しますか？", "ACME-SRA", "4.2"),
    Wording("tom", "JUNOでは特許費用を誰が負担しますか？", "JUNO-JDA", "7.3"),
    # what is not answered
    Wording("rita", "ORIONで通知が遅れた場合の違約金はいくらですか？", "", "", ABSTAIN),
    Wording("rita", "特許出願WO2024/123456は登録されましたか？", "", "", ABSTAIN),
    Wording("rita", "ORIONのファームウェアをブラジルの同僚に送ってもいいですか？", "ORION-CA", "11.9", REFER),
    Wording("rita", "NOVAからのロイヤルティはいくらですか？", "", "", ABSTAIN),
    Wording("rita", "明日の天気はどうですか？", "", "", ABSTAIN),
    # the same in other words, and other provisions
    Wording("kenji", "論文を出す前に、どれくらい前にパートナーへ伝えなければなりませんか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "公表予定を他の参加者に事前に知らせる期限を教えてください", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "学会発表の場合、何日前に通知すればいいですか", "ORION-CA", "8.4.2.1"),
    Wording("rita", "Lambda社には投稿の何日前までに詳細を送る必要がありますか？", "LAMBDA-RCA", "5.2"),
    Wording("rita", "ACMEへの原稿の提出は、投稿の何日前までですか？", "ACME-SRA", "6.2"),
    Wording("kenji", "通知しても誰も異議を述べなかったときは、公表してよいですか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "返答がないまま期間が過ぎたら？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "パートナーが黙っている場合、発表は許されますか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "異議の期限は何日以内ですか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "ORION-CAでパートナーが公表に反対できる期間を教えてください。", "ORION-AM2", "§ 1", on=LATER),
    Wording("kenji", "どんな場合に公表への異議が認められますか？", "ORION-CA", "8.4.2.2"),
    Wording("kenji", "異議申し立ての正当な理由は何ですか？", "ORION-CA", "8.4.2.2"),
    Wording("kenji", "異議は誰に対して行う必要がありますか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "公表の延期は最大何日ですか？", "ORION-CA", "8.4.2.4"),
    Wording("kenji", "特許を取るために論文の公開を待たされるのは最長どれくらいですか？", "ORION-CA", "8.4.2.4"),
    Wording("tom", "Lambda社は論文の公表を12か月延期できますか？", "LAMBDA-RCA", "5.2.1"),
    Wording("rita", "ACMEは私たちの論文を半年間止められますか？", "ACME-SRA", "6.4"),
    Wording("rita", "抄録の締切は10日後です。ACMEの場合、提出できますか？", "ACME-SRA", "6.2"),
    Wording("paul", "ORIONとACMEの両方の成果を使った論文では、どの期限に従えばよいですか？", "ACME-SRA", "6.2"),
    Wording("phoebe", "ORIONの会社は私の学位論文を遅らせることができますか？", "ORION-CA", "8.4.4"),
    Wording("rita", "LAMBDAでは学会での講演は公表に含まれますか？", "LAMBDA-RCA", "1.1"),
    Wording("rita", "GitHubにコードを公開することは公表に該当しますか？", "LAMBDA-RCA", "1.1"),
    Wording("rita", "ORIONの助成に対する謝辞はどう書けばよいですか？", "ORION-GA", "17.2"),
    Wording("rita", "ACMEの謝辞に必要な一文を教えてください。", "ACME-SRA", "6.6"),
    Wording("rita", "HELIXのデータを使った論文の著者名はどう表記すべきですか？", "HELIX-DUA", "7.3"),
    Wording("rita", "HELIXの成果はいつから公表できますか？", "HELIX-DUA", "7.1"),
    Wording("lena", "LAMBDAへの通知をTeamsで行った場合、有効な通知になりますか？", "LAMBDA-RCA", "10.1", REFER),
    Wording(
        "lena", "ORIONでコンソーシアム契約と助成契約が矛盾する場合、どちらが優先されますか？", "ORION-CA", "11.1.2"
    ),
    Wording("rita", "BT-204のサンプルを他大学の同僚に送ることはできますか？", "BIO-MTA", "2"),
    Wording("rita", "BIOの試料を商業目的で使用してもよいですか？", "BIO-MTA", "3"),
    Wording("rita", "BIOの細胞株を第三者に譲るには許可が必要ですか？", "BIO-MTA", "2"),
    Wording("rita", "会社がHELIXのデータを使うことは許されますか？", "HELIX-DUA", "2.2"),
    Wording("rita", "HELIXのデータをEU域外に移してもいいですか？", "HELIX-DUA", "4.1"),
    Wording(
        "tom",
        "プロジェクトが終わった後、ORION-CAのパートナーはどのような条件で私たちのバックグラウンドを使えますか？",
        "ORION-CA",
        "9.4.2",
    ),
    Wording("nadia", "NOVAがサブライセンスするにはどのような条件がありますか？", "NOVA-LIC", "4.1"),
    Wording("nadia", "NOVAのロイヤルティ報告の期限はいつですか？", "NOVA-LIC", "6.2"),
    Wording("nadia", "NOVAの売上がゼロのときも報告書を出す必要がありますか？", "NOVA-LIC", "9.3"),
    Wording("tom", "ORION-CAの責任の上限額はいくらですか？", "ORION-CA", "5.2.2"),
    Wording("tom", "ACME-SRAの秘密保持義務は何年間続きますか？", "ACME-SRA", "5.1"),
    Wording("tom", "ACME-SRAの解約予告期間は？", "ACME-SRA", "10.1"),
    Wording("tom", "ORION-CAでは監査の何日前に通知がありますか？", "ORION-CA", "4.5"),
    Wording("tom", "ORION-CAで調停中に差止命令を求めることはできますか？", "ORION-CA", "11.8"),
    Wording("tom", "ORION-CAの総会の定足数は？", "ORION-CA", "6.2.3"),
    Wording("tom", "LAMBDA-RCAを譲渡できますか？", "LAMBDA-RCA", "10.3"),
    Wording("tom", "ORION-CAの記録は何年間保管しなければなりませんか？", "ORION-CA", "4.5"),
    Wording("tom", "QUANTの情報には保証がありますか？", "QUANT-CDA", "6.2"),
    Wording("tom", "BIOの材料による損害は誰が責任を負いますか？", "BIO-MTA", "10"),
    Wording("rita", "オリオンの公表の通知は何日前ですか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "ORIONのファームウェアをY国のX博士にメールで送れますか？", "ORION-CA", "11.9", REFER),
    Wording("rita", "ORIONで早すぎる公表に対する罰金はいくらですか？", "", "", ABSTAIN),
    Wording("rita", "クエーサーのロイヤルティはいくらですか？", "", "", ABSTAIN),
    Wording("rita", "会議室を予約するにはどうすればいいですか？", "", "", ABSTAIN),
    Wording("kenji", "学会で話す予定です。コンソーシアムにはいつまでに伝えるべきですか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "発表を他の機関に届け出る必要はありますか。あるとすれば何日前ですか。", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "何日間反応がなければ公表してよいのですか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "パートナーが異議を出さなかった場合、論文は公開できますか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "パートナーは何日以内に異議を申し立てなければなりませんか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "異議の提出先はどこですか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "パートナーは公表を最大で何日止められますか？", "ORION-CA", "8.4.2.4"),
    Wording("tom", "Lambdaに論文を半年待たされることはありますか？", "LAMBDA-RCA", "5.2.1"),
    Wording("rita", "ACMEは投稿をどのくらい延期できますか？", "ACME-SRA", "6.4"),
    Wording("rita", "ACMEには要旨を何日前に送りますか？", "ACME-SRA", "6.2"),
    Wording("phoebe", "ORIONのせいで博士論文の提出が遅れることはありますか？", "ORION-CA", "8.4.4"),
    Wording("rita", "HELIXの契約ではプレプリントも公表に含まれますか？", "HELIX-DUA", "1.4"),
    Wording("rita", "LAMBDAでの「公表」の定義は？", "LAMBDA-RCA", "1.1"),
    Wording("tom", "ORION-CAでバックグラウンドとは何ですか？", "ORION-CA", ""),
    Wording("rita", "ORIONの資金提供についてどのように謝辞を書けばいいですか？", "ORION-GA", "17.2"),
    Wording("rita", "ACMEの支援を受けた論文の謝辞には何と書きますか？", "ACME-SRA", "6.6"),
    Wording("rita", "HELIXは著者リストにどう記載する必要がありますか？", "HELIX-DUA", "7.3"),
    Wording("rita", "HELIXのモラトリアムはいつまでですか？", "HELIX-DUA", "7.1"),
    Wording("lena", "コンソーシアム契約よりグラント契約が優先しますか？", "ORION-CA", "11.1.2"),
    Wording("rita", "BIOの細胞を共同研究者に分けてもよいですか？", "BIO-MTA", "2"),
    Wording("rita", "BIOの材料を販売できますか？", "BIO-MTA", "3"),
    Wording("rita", "BIOの材料の所有者は誰ですか？", "BIO-MTA", "1"),
    Wording("rita", "HELIXのデータを第三者に提供できますか？", "HELIX-DUA", "4.2"),
    Wording("rita", "HELIXの参加者を特定しようとしてもいいですか？", "HELIX-DUA", "2.4"),
    Wording("tom", "ORION-CAの成果は誰に帰属しますか？", "ORION-CA", "8.1"),
    Wording("tom", "QUANTの秘密保持はいつまで続きますか？", "QUANT-CDA", "3.2"),
    Wording("tom", "QUANTで口頭で開示した情報は書面で確認する必要がありますか？", "QUANT-CDA", "2.2"),
    Wording("nadia", "NOVAのロイヤルティの支払期限はいつですか？", "NOVA-LIC", "6.2"),
    Wording("tom", "ACME-SRAのオプションはいつまでに行使しなければなりませんか？", "ACME-SRA", "4.5"),
    Wording("tom", "ACMEはどのような保険に入る必要がありますか？", "ACME-SRA", "7.4"),
    Wording("tom", "ACME-SRAでは誰が誰を補償しますか？", "ACME-SRA", "7.3"),
    Wording("tom", "ORION-CAの総会の議題は何日前に送られますか？", "ORION-CA", "6.2.2"),
    Wording("tom", "ORION-CAで不可抗力の場合はどうなりますか？", "ORION-CA", "5.4"),
    Wording("tom", "ORION-CAの違反は何日以内に是正しなければなりませんか？", "ORION-CA", "4.2"),
    Wording("tom", "ORION-CAの契約の言語は何ですか？", "ORION-CA", "11.6"),
    Wording("rita", "昼食の料金はいくらですか？", "", "", ABSTAIN),
    Wording("rita", "特許EP1234567はいつ登録されましたか？", "", "", ABSTAIN),
    Wording("kenji", "論文発表の予定は、どれだけ前もって通知すべきですか。", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "公表の事前通知は何暦日前に必要ですか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "期限までに異議がなかった場合、発表してもよいですか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "パートナーはいつまで論文に異議を唱えることができますか？", "ORION-CA", "8.4.2.1"),
    Wording("kenji", "公表への異議が正当とされる根拠を教えてください。", "ORION-CA", "8.4.2.2"),
    Wording("kenji", "異議が出た後、公表は最長で何日遅れますか？", "ORION-CA", "8.4.2.4"),
    Wording("tom", "Lambda社はどのくらいの間、公表を延期させられますか？", "LAMBDA-RCA", "5.2.1"),
    Wording("rita", "ORIONでは学会での発表は公表に含まれますか？", "ORION-CA", "8.4.2.1"),
    Wording("rita", "HELIXの論文では著者をどのように表示しますか？", "HELIX-DUA", "7.3"),
    Wording("rita", "ORIONの成果を公表するとき、助成についてどんな文を載せる必要がありますか？", "ORION-GA", "17.2"),
    Wording("lena", "WhatsAppで送ったメッセージはLAMBDAの正式な通知になりますか？", "LAMBDA-RCA", "10.1", REFER),
    Wording("lena", "ORIONのGAとCAが食い違う場合、どちらに従いますか？", "ORION-CA", "11.1.2"),
    Wording("rita", "他大学の知人にBIOの細胞を渡せますか？", "BIO-MTA", "2"),
    Wording("rita", "AIの学習にHELIXのデータを使うことは認められますか？", "HELIX-DUA", "6.2"),
    Wording("rita", "HELIXのデータの廃棄期限はいつですか？", "HELIX-DUA", "10.1"),
    Wording("tom", "ACME-SRAでは秘密情報を何年間秘密にしておく必要がありますか？", "ACME-SRA", "5.1"),
    Wording("tom", "JUNOの責任はいくらに制限されていますか？", "JUNO-JDA", "9.2"),
    Wording("nadia", "NOVAが支払うロイヤルティはいくらですか？", "NOVA-LIC", ""),
    Wording("tom", "QUANTの裁判管轄はどこですか？", "QUANT-CDA", "10.6"),
    Wording("rita", "駐車許可証はどこでもらえますか？", "", "", ABSTAIN),
)


def cases(rows: tuple[Wording, ...]) -> list[object]:
    return [pytest.param(row, id=row.question) for row in rows]


@pytest.mark.parametrize("row", cases(GERMAN))
def test_a_german_question_is_answered_in_german_from_the_deciding_clause(
    row: Wording, ask: Asking, sample_generation: Generation
) -> None:
    assert_answered(row, "de", ask, sample_generation)


@pytest.mark.parametrize("row", cases(JAPANESE))
def test_a_japanese_question_is_answered_in_japanese_from_the_deciding_clause(
    row: Wording, ask: Asking, sample_generation: Generation
) -> None:
    assert_answered(row, "ja", ask, sample_generation)


def assert_answered(row: Wording, language: str, ask: Asking, generation: Generation) -> None:
    given = ask(row.question, row.asker, on=row.on)
    assert given.outcome is row.outcome, given.text
    assert given.language == language
    if row.agreement:
        assert (row.agreement, row.clause) in {(c.agreement, c.clause) for c in given.citations}, given.text
    texts = {(v.file, v.label): generation.text(at) for at, v in enumerate(generation.versions)}
    for citation in (*given.citations, *given.related):
        assert texts[citation.file, citation.version][citation.start : citation.end] == citation.quote
    assert_only_our_own_words_are_translated(given)


OURS_IN_ENGLISH = re.compile(
    r"not legal advice|as amended by|No longer in force|liaison|from the catalogue|\bask\b|cannot answer|Strictest"
)


def assert_only_our_own_words_are_translated(given: Answer) -> None:
    bare = given.text
    for citation in (*given.citations, *given.related):
        bare = bare.replace(" ".join(citation.quote.split()), "")
    bare = re.sub(r"“[^“”]*”", "", bare)
    assert not OURS_IN_ENGLISH.search(bare), bare


# --- what an answer says in the asker's language ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asker", "question", "says"),
    [
        (
            "greta",
            "Wie lange vorher muss ich die Partner vor einer Veröffentlichung informieren?",
            (
                "ORION-CA 8.4.2.1: mindestens 45 Kalendertage vor der Veröffentlichung",
                "at least 45 calendar days before the publication",
                "Der englische Text ist maßgeblich (ORION-CA 11.6).",
                "keine Rechtsberatung; bitte fragen Sie Liv Castellan",
                "(Dienstag, 1. September 2026)",
            ),
        ),
        (
            "kenji",
            "特許出願のために公表をどれだけ遅らせられますか?",
            (
                "ORION-CA 8.4.2.4: 異議から最長90暦日",
                "not more than 90 calendar days from the time it raises such an objection",
                "英語版が正文です（ORION-CA 11.6）。",
                "法的助言ではありません",
            ),
        ),
        (
            "tom",
            "Kann Lambda Ltd uns ein Jahr lang aufhalten?",
            (
                "nein, nicht für 1 Jahr: höchstens 3 Monate ab Erhalt, und nur unter dieser Bedingung: “if, in its",
                "LAMBDA-RCA: Die Zitate stehen in der Sprache der Vereinbarung (Englisch)",
            ),
        ),
        (
            "greta",
            "Was geschieht, wenn die Partner nicht antworten?",
            (
                "wenn nichts eingeht (innerhalb von 30 Kalendertagen nach Erhalt): “the publication is permitted”",
                "Siehe aber ORION-CA 8.4.3",
            ),
        ),
        ("rita", "Was bedeutet „field of use“?", ("nicht aus der Vereinbarung: der Anwendungsbereich",)),
        ("rita", "HELIXのモラトリアムはいつまでですか？", ("2026年9月30日（水）", "120日後")),
        ("tom", "QUANTの秘密保持はいつまで続きますか？", ("発効日から5年間", "2029年1月15日（月）")),
        ("tom", "Ist unsere Haftung in ORION-CA begrenzt?", ("der vereinbarte Wert steht nicht im erfassten Text",)),
        ("dual", "Darf ich die Ergebnisse kommerziell nutzen?", ("Für welche Partei fragen Sie",)),
        ("rita", "Darf ich die ORION-Firmware einem Kollegen in Brasilien mailen?", ("Darüber entscheidet",)),
        ("rita", "ORIONで早すぎる公表に対する罰金はいくらですか？", ("お答えできません", "関連はありますが")),
        ("rita", "Ist die Patentanmeldung WO2024/123456 erteilt?", ("Register des Patentamts",)),
    ],
)
def test_our_own_words_are_in_the_askers_language(
    asker: str, question: str, says: tuple[str, ...], ask: Asking
) -> None:
    text = ask(question, asker).text
    assert [words for words in says if words not in text] == [], text


def test_an_amended_clause_and_the_replaced_one_are_named_in_german(ask: Asking) -> None:
    given = ask("Wie lang ist unsere Einspruchsfrist in ORION-CA?", "rita", on=LATER)
    assert "innerhalb von 21 Kalendertagen nach Erhalt" in given.text.split("\n")[0]
    assert "(in der Fassung von ORION-AM2 §1, wirksam ab 1. September 2026)" in given.text
    assert "Nicht mehr in Kraft, ersetzt durch ORION-AM2 §1" in given.text
    assert {c.superseded_by for c in given.citations if c.superseded_by} == {
        "ORION-AM2 §1, wirksam ab 1. September 2026"
    }


def test_agreements_side_by_side_are_compared_in_the_askers_language(ask: Asking) -> None:
    given = ask("Mein Paper nutzt Daten aus ORION und ACME. Welche Regel gilt?", "paul")
    notice = given.conflicts[0]
    assert ("ORION-CA", "mindestens 45 Kalendertage vor der Veröffentlichung", "Veröffentlichung") in notice.rows
    assert "Am strengsten je Bezugspunkt" in given.text


def test_an_english_answer_is_marked_as_english(ask: Asking) -> None:
    given = ask("How long before publication must I tell the partners?", "greta")
    assert given.language == "en"
    assert "governs" not in given.text.rsplit("\n\n", 1)[-1]


class Model:
    """A language model that must not be asked."""

    def complete(self, prompt: str) -> str:
        raise AssertionError(prompt)


def test_an_answer_in_another_language_gets_no_explanation_that_the_gate_cannot_read(ask: Asking) -> None:
    question = "Wie lange vorher muss ich die Partner vor einer Veröffentlichung informieren?"
    assert ask(question, "greta", language_model=Model()) == ask(question, "greta")


# --- threads ----------------------------------------------------------------------------------------------------------

ENGLISH_FIRST = "How long before publication must I tell the partners?"
GERMAN_FIRST = "Wie lange vorher muss ich die Partner vor einer Veröffentlichung informieren?"
JAPANESE_FIRST = "公表の何日前までにパートナーに知らせる必要がありますか？"


@pytest.mark.parametrize(
    ("earlier", "question", "language", "clause", "says"),
    [
        (GERMAN_FIRST, "und für ACME?", "de", ("ACME-SRA", "6.2"), "mindestens 30 Tage vor der Einreichung"),
        (GERMAN_FIRST, "ACME?", "de", ("ACME-SRA", "6.2"), "mindestens 30 Tage vor der Einreichung"),
        (GERMAN_FIRST, "Wie sieht es bei LAMBDA aus?", "de", ("LAMBDA-RCA", "5.2"), "60 Tage vor der Einreichung"),
        (GERMAN_FIRST, "und wenn niemand antwortet?", "de", ("ORION-CA", "8.4.2.1"), "wenn nichts eingeht"),
        (
            GERMAN_FIRST,
            "Geht es auch schneller?",
            "de",
            ("ORION-CA", "8.4.2.1"),
            "eine kürzere Frist ist nicht genannt",
        ),
        (GERMAN_FIRST, "An wen muss das gehen?", "de", ("ORION-CA", "8.4.2.1"), "“to the other Parties”"),
        (JAPANESE_FIRST, "ACMEの場合は？", "ja", ("ACME-SRA", "6.2"), "投稿の少なくとも30日前"),
        (JAPANESE_FIRST, "LAMBDAについても教えてください", "ja", ("LAMBDA-RCA", "5.2"), "少なくとも60日前"),
        (JAPANESE_FIRST, "返事がなければ？", "ja", ("ORION-CA", "8.4.2.1"), "何も届かない場合"),
        (
            JAPANESE_FIRST,
            "もっと早くしたい場合は？",
            "ja",
            ("ORION-CA", "8.4.2.1"),
            "これより短い期間の定めはありません",
        ),
        (ENGLISH_FIRST, "und für ACME?", "de", ("ACME-SRA", "6.2"), "mindestens 30 Tage vor der Einreichung"),
        (GERMAN_FIRST, "and for ACME?", "en", ("ACME-SRA", "6.2"), "at least 30 days before its submission"),
        (GERMAN_FIRST, "ACMEの場合は？", "ja", ("ACME-SRA", "6.2"), "投稿の少なくとも30日前"),
    ],
)
def test_a_follow_up_leans_on_the_thread_in_whatever_language_that_was(
    earlier: str, question: str, language: str, clause: tuple[str, str], says: str, ask: Asking
) -> None:
    given = ask(question, "rita", history=(Turn(earlier, ("ORION-CA",)),))
    assert given.language == language
    assert clause in {(c.agreement, c.clause) for c in given.citations}, given.text
    assert says in given.text, given.text


def test_a_choice_is_understood_in_the_language_in_which_it_was_offered(ask: Asking) -> None:
    back = ask("Was dürfen wir mit den Ergebnissen machen?", "dual")
    assert back.outcome is CLARIFY
    history = (Turn("Was dürfen wir mit den Ergebnissen machen?", ("LAMBDA-RCA",)),)
    for choice, clause in zip(back.choices, ("4.9", "4.10"), strict=True):
        given = ask(choice, "dual", history=history)
        assert given.language == "de"
        assert clause in given.text.split("\n")[0], given.text


@pytest.mark.parametrize(("greeting", "language"), [("Hallo!", "de"), ("こんにちは", "ja")])
def test_every_choice_of_a_question_back_can_be_asked(greeting: str, language: str, ask: Asking) -> None:
    back = ask(greeting, "greta")
    assert (back.outcome, back.language) == (CLARIFY, language)
    history = (Turn(greeting),)
    for choice in back.choices:
        assert ask(choice, "greta", agreement="ORION-CA", history=history).outcome is Outcome.ANSWER, choice


# --- what is not understood -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "language", "says"),
    [
        ("Wie füttere ich die Ziegen vor der Veröffentlichung?", "de", ("nicht verstanden", "nur: „Veröffentlichung“")),
        ("Wo bekomme ich einen Parkausweis?", "de", ("nicht verstanden", "auf Englisch", "Ihre Vertragsabteilung")),
        ("ORIONで山田さんの件はどうなりましたか？", "ja", ("理解できませんでした", "英語で", "Liv Castellan")),
    ],
)
def test_a_question_of_which_too_little_is_known_is_not_answered(
    question: str, language: str, says: tuple[str, ...], ask: Asking
) -> None:
    given = ask(question, "rita")
    assert (given.outcome, given.language) == (ABSTAIN, language)
    assert [words for words in says if words not in given.text] == [], given.text


def test_a_word_that_was_left_out_is_named(ask: Asking) -> None:
    given = ask("Wie viele Tage vor der Publikation muss ich die ORION-Partner verpimpfen?", "rita")
    assert "Nicht verstanden und nicht berücksichtigt: „verpimpfen“" in given.text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Combien de jours avant la publication dois-je informer les partenaires ?", "ne comprend que"),
        ("¿Cuántos días antes de publicar debo avisar a los socios?", "solo entiende"),
        ("Quanti giorni prima della pubblicazione devo informare i partner?", "comprende solo"),
        ("Hoeveel dagen voor publicatie moet ik de partners informeren?", "alleen vragen"),
        ("Сколько дней до публикации?", "English, German and Japanese only"),
        ("出版前多久要通知合作伙伴？", "English, German and Japanese only"),
    ],
)
def test_another_language_is_said_not_to_be_understood(question: str, says: str, ask: Asking) -> None:
    given = ask(question, "rita")
    assert (given.outcome, given.citations) == (ABSTAIN, ())
    assert says in given.text
    assert "English, German and Japanese only" in given.text


class OtherModel:
    """The bundled encoder under another name: what `answer` sees where the settings name a model of their own."""

    bundled = False

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)


@pytest.mark.parametrize(
    ("question", "language", "outcome"),
    [
        ("Combien de jours avant la publication dois-je informer les partenaires ORION-CA ?", "en", Outcome.ANSWER),
        ("Wie füttere ich die Ziegen vor der Veröffentlichung in ORION-CA?", "de", ABSTAIN),
        ("ORION-CAで山田さんの件はどうなりましたか？", "ja", ABSTAIN),
    ],
)
def test_with_another_embedding_model_what_is_not_understood_is_searched_for(
    question: str,
    language: str,
    outcome: Outcome,
    sample_generation: Generation,
    sample_people: Mapping[str, Person],
    encoder: Encoder,
) -> None:
    given = answer(
        question,
        asker=sample_people["rita"],
        on=date(2026, 6, 2),
        generation=sample_generation,
        encoder=OtherModel(encoder),  # type: ignore[arg-type] # stands in for an encoder
    )
    assert (given.language, given.outcome) == (language, outcome), given.text
    assert any(name.startswith("ORION-CA") for name in given.looked_in)


@pytest.mark.parametrize(
    "question", ["Welche Lizenzgebühr bekommen wir von {}?", "{}からのロイヤルティはいくらですか？"]
)
def test_denied_and_absent_agreements_are_answered_in_the_same_words(question: str, ask: Asking) -> None:
    texts = {ask(question.format(name), "rita").text for name in ("NOVA", "QUASAR", "ZEPHYR")}
    assert len(texts) == 1


def test_a_name_in_katakana_is_known_only_to_those_who_may_read_the_agreement(ask: Asking) -> None:
    assert ask("ノバのロイヤルティはいくらですか？", "nadia").outcome is Outcome.ANSWER
    assert ask("ノバのロイヤルティはいくらですか？", "rita").citations == ()


# --- reading ----------------------------------------------------------------------------------------------------------

KNOWN = Vocabulary(
    frozenset({"orion", "orion-ca", "acme", "lambda"}), frozenset({"lambda", "brightwater"}), lambda _: False
)


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Darf Lambda uns drei Monate aufhalten?", "de", ("Lambda", "3 months")),
        ("Darf Lambda uns fünfundvierzig Tage aufhalten?", "de", ("45 days",)),
        ("Können sie 30 Tage warten?", "de", ("30 days",)),
        ("Galt das am 15.01.2026 in ORION-CA?", "de", ("15 January 2026", "ORION-CA")),
        ("Wie lange war die Frist im Dezember 2025?", "de", ("December 2025", "was")),
        ("Was gilt ein halbes Jahr nach der Veröffentlichung?", "de", ("half a year",)),
        ("三か月公表を遅らせられますか？", "ja", ("3 months", "delay")),
        ("公表を３０日延期できますか？", "ja", ("30 days", "delay")),
        ("公表は百二十日延期できますか？", "ja", ("120 days",)),
        ("2026年6月30日までに公表できますか？", "ja", ("30 June 2026",)),
        ("昨年12月の期限は何日でしたか？", "ja", ("last December", "was")),
        ("ACMEは一年半公表を遅らせられますか？", "ja", ("ACME", "18 months")),
        ("Veröffentlichungsfrist", "de", ("publication time limit",)),
        ("Geheimhaltungspflichten", "de", ("confidentiality obligation",)),
        ("Unterlizenzgebühren", "de", ("sublicence",)),
        ("teile ich es den Partnern mit", "de", ("notify",)),
        ("um es einzureichen", "de", ("submit",)),
        ("Wann wurde es eingereicht?", "de", ("submit",)),
    ],
)
def test_names_numbers_and_the_parts_of_words_survive(text: str, language: str, parts: tuple[str, ...]) -> None:
    reading = read(text, language, KNOWN)
    assert [part for part in parts if part not in reading.english] == [], reading


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *(("eins", 1), ("zwölf", 12), ("siebzehn", 17), ("dreißig", 30), ("fünfundvierzig", 45), ("neunzig", 90)),
        *(("hundert", 100), ("einhundertzwanzig", 120), ("hundertachtzig", 180), ("Frist", None), ("und", None)),
    ],
)
def test_german_number_words_have_their_value(word: str, value: int | None) -> None:
    assert number(word) == value


@given(st.text(max_size=200))
@pytest.mark.parametrize("language", ["de", "ja"])
def test_any_text_can_be_read(language: str, text: str) -> None:
    reading = read(text, language, KNOWN)
    assert reading.english or reading.unknown or reading.unknown_acts or reading.understood


@pytest.mark.parametrize("language", ["de", "ja"])
def test_every_topic_of_the_field_can_be_asked_about(language: str) -> None:
    words = german_words.TABLES if language == "de" else japanese_words.TABLES
    english = " | ".join(f"the {piece.english}" for _, piece in entries(words))
    spoken_of = {topic.name for topic in topics.asked_in(english)}
    assert {topic.name for topic in topics.TOPICS} - spoken_of <= RARE


RARE = {  # provisions of contracts in general, which no glossary has words for yet
    *("for convenience", "irrevocable", "revenue sharing", "unlimited", "non-transferable", "affiliates"),
    *("after termination", "non-solicitation", "most favoured", "first refusal", "minimum commitment", "escrow"),
    *("covenant not to sue", "third-party beneficiary", "price", "licence grant", "parties", "earliest day"),
}


# --- detection --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How long before publication must I tell the partners?", "en"),
        ("Objection window ORION", "en"),
        ("Is THG Grünfeld a party?", "en"),
        ("for ACME?", "en"),
        ("Was it permitted to publish?", "en"),
        ("Was bedeutet field of use?", "de"),
        ("Widerspruchsfrist ORION?", "de"),
        ("Wieviel Zeit haben wir?", "de"),
        ("公表期限？", "ja"),
        ("ORIONは？", "ja"),
        ("", "en"),
        ("?!", "en"),
    ],
)
def test_the_language_of_a_question_is_told(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "question", [ENGLISH_FIRST, GERMAN_FIRST, JAPANESE_FIRST, "und für ACME?", "Can they sublicense?"]
)
def test_plain_questions_are_told_apart_without_loading_a_detector(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detecting, "_detector", lambda: pytest.fail("lingua was loaded"))
    language_of(question)


# --- phrases ----------------------------------------------------------------------------------------------------------


def test_every_language_has_the_same_phrases_with_the_same_slots() -> None:
    english, *others = ({name: slots(text) for name, text in voice(spoken).phrases.items()} for spoken in SPOKEN)
    for phrases in others:
        assert phrases == english
    assert len({frozenset(voice(spoken).plain_words) for spoken in SPOKEN}) == 1


@pytest.mark.parametrize("values", [{}, {"name": "Liv", "more": "1"}, {"nome": "Liv"}])
def test_a_phrase_with_a_missing_or_a_surplus_value_is_an_error(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="handed_over"):
        say("de", "handed_over", **values)


def test_a_phrase_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("ja", "no such phrase")


@pytest.mark.parametrize(
    ("sentence", "german", "japanese"),
    [
        (
            "at least 45 calendar days before the publication",
            "mindestens 45 Kalendertage vor der Veröffentlichung",
            "公表の少なくとも45暦日前",
        ),
        ("within 30 days after receipt of it", "innerhalb von 30 Tagen nach Erhalt", "受領後30日以内"),
        ("for a maximum of 3 months after receipt", "höchstens 3 Monate ab Erhalt", "受領から最長3か月"),
        ("within one day after receipt", "innerhalb von 1 Tag nach Erhalt", "受領後1日以内"),
        (
            "no later than 14 business days before submission",
            "spätestens 14 Arbeitstage vor der Einreichung",
            "遅くとも投稿の14営業日前",
        ),
        ("for five (5) years from the Effective Date", "5 Jahre ab dem Inkrafttreten", "発効日から5年間"),
        ("60 days' prior written notice", "60 Tage im Voraus, durch Mitteilung", "60日前の通知"),
        ("within 72 hours", "innerhalb von 72 Stunden", "72時間以内"),
        (
            "within 10 days of such occurrence",
            "innerhalb von 10 Tagen (“within 10 days of such occurrence”)",
            "10日以内（“within 10 days of such occurrence”）",
        ),
    ],
)
def test_a_period_is_said_by_the_grammar_of_the_language(sentence: str, german: str, japanese: str) -> None:
    (rule,) = rules.read(sentence).times
    assert voice("de").period(rule, sentence) == german
    assert voice("ja").period(rule, sentence) == japanese


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("English governs all documents that concern it.", "en"),
        ("This Agreement is drawn up in French.", "fr"),
        ("The language of this Agreement is German.", "de"),
        ("In case of doubt the Dutch text prevails.", "nl"),
        ("This Agreement is governed by English law.", None),
        ("The courts of England have jurisdiction.", None),
    ],
)
def test_the_governing_language_is_read_off_its_clause(
    text: str, language: str | None, sample_generation: Generation
) -> None:
    clause = Clause(0, None, ClauseKind.CLAUSE, "9", (), text, 1, 0, len(text), len(text))
    agreement = sample_generation.agreements["QUANT-CDA"]
    source = Text(agreement, sample_generation.versions[0], (clause,), text, around=(text,), beside=("",))
    found = quotes.governing_language(source)
    assert (found[0] if found else None) == language
