"""The German of the field: words and phrases with their English, by what they do in a question.

Each line: words or phrases, separated by "|", and what they are in English; "*" in English is the word itself. Things,
verbs and replies are stems and take endings, unless a "." says that there is this one form; a "*" takes any ending.
"""

from __future__ import annotations

from knowledge.languages.reading import Role

THINGS = """
veröffentlichung|publikation|publizierung|veröffentlichungsvorhaben|publikationsvorhaben = publication
paper|artikel|aufsatz|aufsätz|fachartikel|beitrag|beiträg|arbeit|journalartikel|zeitschriftenartikel = paper
manuskript|textentwurf = manuscript
zeitschrift|fachzeitschrift|journal = journal
preprint|vorabdruck = preprint
poster|konferenzposter = poster
abstract|kurzfassung|tagungsbeitrag|konferenzabstract = abstract
vortrag|vorträg|konferenzvortrag|präsentation|talk = conference talk
konferenz|tagung|kongress|workshop|symposium = conference
seminar = seminar
repositorium|repositorien|repository = repository
vorveröffentlichung = preprint
verbreitung|dissemination = dissemination
dissertation|doktorarbeit|promotion|thesis|abschlussarbeit|masterarbeit|bachelorarbeit|promotionsarbeit|
    promotionsvorhaben = thesis
disputation|verteidigung|rigorosum|abschluss|promotionsprüfung = thesis defence
doktorand|promovierend = PhD student
danksagung|acknowledgement|acknowledgment|förderhinweis|fördervermerk|förderungshinweis|danksagungstext|
    dankesformel = acknowledgement
haftungsausschlusstext|disclaimer = disclaimer
förderung|geldgeber|fördergeber|fördermittel|finanzierung|förderer|drittmittelgeber = the funding
autorenzeile|autorzeile|autorenliste|byline|verfasserzeile|autorschaft|autorenschaft|urheberzeile|
    autorenangabe = author line
koautor|mitautor|autor|autorinn|verfasser = authors
satz|sätze|formulierung|wortlaut|textbaustein|formel = sentence
moratorium|publikationsmoratorium|veröffentlichungsmoratorium|publikationssperre|veröffentlichungssperre|sperrfrist|
    embargo|sperre = moratorium
open access|freier zugang|offener zugang = open access
partner|projektpartner|konsortialpartner|kooperationspartner|partnern = partners
partei|vertragspartei|vertragspartner|mitglied|konsortialmitglied = parties
konsortium|konsortien = consortium
koordinator|projektkoordinator|koordination = Coordinator
auftraggeber|sponsor = sponsor
mitteilung|ankündigung|voranmeldung|benachrichtigung|anzeige|notifizierung|notifikation|vorankündigung|
    information. = notice
schriftliche mitteilung|förmliche mitteilung|formelle mitteilung|wirksame mitteilung|offizielle mitteilung|
    formgerechte mitteilung|gültige mitteilung|förmliche zustellung|wirksame zustellung|
    vertragliche mitteilung = formal notice
vorlauf|vorlaufzeit|vorlauffrist = advance notice
mitteilungsfrist|ankündigungsfrist|meldefrist|informationsfrist|benachrichtigungsfrist|anzeigefrist|
    voranmeldefrist = advance notice period
widerspruch|widersprüch|einspruch|einsprüch|einwand|einwänd|einwendung|beanstandung|veto = objection
widerspruchsfrist|einspruchsfrist|einwendungsfrist|prüffrist|stellungnahmefrist|widerspruchszeit|reaktionsfrist|
    zeitfenster|fenster|rückmeldefrist|kommentierungsfrist = objection window
aufschub|verzögerung|verschiebung|verzug|zurückstellung|aufschubfrist|aufschubs = delay
höchstdauer|maximaldauer|höchstfrist = maximum
sitzung|versammlung|treffen|meeting = meeting
generalversammlung|mitgliederversammlung|vollversammlung|general assembly = General Assembly
lenkungsausschuss|steuerungsausschuss|lenkungskreis = steering committee
vorstand|executive board = Executive Board
tagesordnung = agenda
quorum|beschlussfähig|beschlussfähigkeit = quorum
protokoll|sitzungsprotokoll = minutes
abstimmung|stimme|stimmen|stimmrecht|mehrheit = votes
zugangsrecht|zugriffsrecht|access rights|nutzungszugang = access rights
background|vorwissen|altwissen|vorbestehend* kenntnisse|bestehende schutzrechte|altschutzrecht|hintergrundwissen|
    bestandsrecht|bestandswissen|eingebracht* wissen|eingebracht* kenntnisse|vorkenntnis|hintergrund = background
know-how|knowhow|fachwissen = know-how
ergebnis|resultat|befund|projektergebnis|forschungsergebnis|neuwissen|foreground = results
erfindung = invention
gemeinsame erfindung|gemeinschaftserfindung|miterfindung = joint invention
eigentum|eigentümer|inhaberschaft|inhaber|eigentumsrecht|rechteinhaber = ownership
miteigentum|miteigentümer|gemeinsames eigentum = joint ownership
verwertung|nutzbarmachung = exploitation
kommerziell|gewerblich|wirtschaftlich|geschäftlich = commercial
firma|firmen|unternehmen|industrie|industriepartner|wirtschaft|startup|start-up|ausgründung|gmbh. = company
firmenfinanziert|industriefinanziert|auftragsforschung|industrieprojekt|firmenprojekt|
    unternehmensfinanziert = company-funded project
produkt|erzeugnis = product
markt|vermarktung = commercial marketing
zelllinie|zellinie = cell line
zelle|zellen = cells
probe|proben|muster = samples
material|materialien|biomaterial = material
maus|mäuse|plasmid|stamm|reagenz|reagenzien = biological material
daten|datensatz|datensätze|dataset|forschungsdaten|messdaten = data
kohorte|kohortendaten = cohort
teilnehmer|proband|studienteilnehmer|patient|spender = participants
identität|identifizierung|re-identifizierung|rückidentifizierung|reidentifikation|
    reidentifizierung = re-identification
unterlizenz|sublizenz|unterlizenzierung|sublizenzierung = sublicence
lizenz|lizenzierung|nutzungsrecht = licence
exklusiv|ausschließlich|ausschließlichkeit|exklusivität|exklusivlizenz = exclusive
option|optionsrecht = option right
verbesserung|weiterentwicklung = improvement
rücklizenz|rücklizenzierung|grant-back|rückgewähr = grant-back
anwendungsgebiet|anwendungsbereich|einsatzgebiet|einsatzbereich|nutzungsbereich|nutzungsfeld|lizenzgebiet|
    anwendungsfeld|lizenzbereich|field of use = field of use
lizenzgebühr|royalty|royalties|lizenzabgabe|umsatzbeteiligung|lizenzeinnahme|lizenzzahlung|royaltys|royalty-satz|
    lizenzgebührensatz|lizenzsatz = royalties
umsatz|umsätze|verkauf|verkäufe|absatz = sales
nettoumsatz|nettoverkaufserlös|nettoerlös|nettoverkäufe = net sales
bericht|abrechnung|meldung|berichterstattung|berichtspflicht|lizenzabrechnung|zwischenbericht|abschlussbericht|
    lizenzbericht = report
kosten|gebühr|entgelt|aufwand|aufwendung|preis = costs
zahlung|rechnung|rate|vergütung|honorar|zuwendung|bezahlung = payment
haftung|schadensersatz|schadenersatz|schäden|schaden = liability
haftungsgrenze|haftungsobergrenze|haftungshöchstgrenze|haftungsbegrenzung|haftungsbeschränkung|haftungslimit|
    haftungshöchstbetrag|haftungssumme|haftungsdeckel|höchsthaftung = liability cap
obergrenze|höchstbetrag|deckel|deckelung|limit = cap
freistellung|freistellungspflicht|schadloshaltung = indemnity
gewährleistung|garantie|zusicherung|mängelhaftung|gewähr = warranty
versicherung|haftpflicht|haftpflichtversicherung|versicherungsschutz = insurance
vertragsstrafe|strafe|bußgeld|strafzahlung|pönale|konventionalstrafe|geldstrafe|geldbuße = penalty
vertragsverletzung|vertragsbruch|pflichtverletzung|verstoß|verstöß|verletzung = breach
ausfuhr|export|exportkontrolle|ausfuhrkontrolle|ausfuhrgenehmigung|exportrecht|exportbestimmung|sanktion = export
firmware = firmware
ausland|drittland|drittstaat = abroad
land.|länder|staat = country
vertraulichkeit|geheimhaltung|verschwiegenheit = confidentiality
vertraulich|geheim = confidential
vertrauliche information|geheime information|vertrauliche angaben|geheimhaltungsbedürftige information|
    geschäftsgeheimnis|betriebsgeheimnis = Confidential Information
geheimhaltungsvereinbarung|vertraulichkeitsvereinbarung|nda. = NDA
mündlich = oral
vernichtung|löschung|entsorgung|zerstörung = destruction
rückgabe|rücksendung|herausgabe = return the materials
aufbewahrung|aufbewahrungsfrist|speicherdauer|aufbewahrungsdauer|aufbewahrungszeit|speicherfrist = retention period
künstliche intelligenz|ki.|ki-modell|sprachmodell|maschinelles lernen|machine learning|
    ki-training = artificial intelligence
datenpanne|datenleck|datenschutzverletzung|sicherheitsvorfall|vorfall|datenschutzvorfall|
    datenverlust = data breach incident
vorrang|rangfolge|vorrangig|priorität|rangordnung = precedence
kündigung|vertragskündigung|austritt|beendigung|vertragsbeendigung|ausstieg|rücktritt|auflösung = termination
kündigungsfrist = termination notice period
fortgeltung|nachwirkung = survival
laufzeit|vertragslaufzeit|vertragsdauer|geltungsdauer = term of the agreement
vertragsende|ablauf|enddatum|vertragsablauf = expiry date
inkrafttreten|vertragsbeginn|startdatum|beginn = effective date
projektende|ende des projekt|abschluss des projekt|nach projektende|projektabschluss = after the project
verlängerung|vertragsverlängerung|erneuerung = renewal of the agreement
automatisch|von selbst|stillschweigend = automatically
anwendbares recht|geltendes recht|rechtswahl|welches recht|welchem recht|gerichtsstand = governing law
streit|streitigkeit|streitbeilegung|schlichtung|meinungsverschiedenheit|rechtsstreit|streitfall = dispute
schiedsverfahren|schiedsgericht|schiedsgerichtsbarkeit = arbitration
mediation|mediationsverfahren = mediation
gericht|klage|prozess = court
einstweilige verfügung|eilrechtsschutz|einstweiliger rechtsschutz|einstweilige anordnung|eilverfahren|
    unterlassungsverfügung|einstweilig = injunction
kontrollwechsel|inhaberwechsel|eigentümerwechsel|übernahme|fusion|verschmelzung|
    change of control = change of control
abtretung|übertragung|vertragsübertragung|übertragbar|vertragsübernahme = assignment
geistiges eigentum|schutzrecht|ip. = intellectual property
audit|prüfung|buchprüfung|prüfungsrecht|einsichtsrecht|einsichtnahme|kontrolle|inspektion|revision|auditrecht|
    prüfrecht = audit
aufzeichnung|unterlage|bücher|buchführung = records
patent = patent
patentanmeldung|patentantrag|schutzrechtsanmeldung|anmeldung. = patent application
patentkosten|patentierungskosten|anmeldekosten = patent prosecution costs
patentschutz|patentierung|patentverfahren = patent protection
erfindungsmeldung|diensterfindung = invention disclosure
logo|marke|markenzeichen|emblem = logo
pressemitteilung|pressemeldung|werbung|öffentlichkeitsarbeit = press release
vertragssprache = language of the agreement
sprache = language
höhere gewalt = force majeure
beitritt|neuer partner|neue partei|neues mitglied = accession of a new party
meilenstein = milestone
grund.|gründe|begründung|ablehnungsgrund|ablehnungsgründe|widerspruchsgrund|widerspruchsgründe = grounds
frist|zeitraum|zeitspanne|zeit. = time limit
deadline|abgabetermin|termin|stichtag|einreichungsfrist|einreichfrist = deadline
dauer = period
regel|regelung|vorschrift|bestimmung|vorgabe|verfahren = rule
pflicht|verpflichtung|obliegenheit = obligation
recht.|rechte|befugnis = rights
zustimmung|erlaubnis|genehmigung|einwilligung|einverständnis|freigabe|einverstanden|erlaubt. = permission
verzicht|ausnahme = waiver
definition|begriffsbestimmung = definition
begriff|ausdruck = term
datum = date
tag|tage = days
woche|wochen = weeks
monat|monate = months
jahr|jahre = years
stunde|stunden = hours
werktag|arbeitstag|geschäftstag|bankarbeitstag = business day
kalendertag = calendar days
projekt|vorhaben|forschungsprojekt = project
konsortialvertrag|konsortialvereinbarung|kooperationsvertrag = consortium agreement
zuwendungsvertrag|zuwendungsbescheid|finanzhilfevereinbarung|grant agreement|fördervertrag|förderbescheid|
    fördervereinbarung|finanzhilfe = grant agreement
förderbedingung|zuwendungsbedingung|fördermittelbedingung|förderauflage|nebenbestimmung = funding conditions
datennutzungsvertrag|datennutzungsvereinbarung = data use agreement
materialtransfervertrag|materialtransfervereinbarung|materialüberlassungsvertrag|mta. = material transfer agreement
lizenzvertrag|lizenzvereinbarung = licence agreement
vertrag|verträge|vereinbarung|abkommen|kontrakt = agreement
vertragstext|text|dokument = text
kollege|kollegin|kolleginnen = colleague
labor|labore|arbeitsgruppe = lab
dritte|dritter|dritten|außenstehende|andere person = third parties
andere partner|übrige partner|anderen partei|andere partei|andere.|anderen.|anderer.|anderes.|übrige.|
    übrigen. = others
universität|hochschule|uni. = university
student|studierend = student
github|gitlab|zenodo|arxiv|slack|teams|whatsapp|signal|zoom = *
code|quellcode|programmcode|software = software code
server|website|webseite|internet|netz|online. = online
slack-nachricht|chatnachricht|slacknachricht = Slack message
teams-nachricht|teams-chat = Teams message
nachricht = message
e-mail|email|mail|e-mails|mails = e-mail
brief|post.|postweg = letter post
fax|telefax = fax
kurier|bote = courier
telefon|anruf = phone
fälligkeit = due date
verkaufsfrei|nullmeldung|nullbericht = no sales report
halbjahr = half-year
quartal|vierteljahr = quarter
adressat|empfänger = recipient
lizenznehmer = licensee
lizenzgeber = licensor
eigene erfindung = invention
uns. = us
fällig|fälligkeitsdatum = due
maximal|maximum|längst|höchst = maximum
information|angabe|auskunft = information
gerechtfertigt|begründet|berechtigt. = justified
halbes jahr|halben jahr|halbjährig = half a year
zweites = second
bereitstellung|zugang.|zugriff. = access rights
nutzung|verwendung|gebrauch = use
weitergabe|überlassung|versand = sharing
verwertungsrecht = exploitation
meldepflicht = obligation to notify
konsequenz|folge = consequences
reagenz = reagent
umfrage = survey
rechtzeitig = in advance
gehalt = content
letzter|letzten|letztem|letztes|vergangenen = last
vorjahr = last year
damals. = back then
gestern. = yesterday
fassung|version = version
nachweis|zertifikat|bescheinigung = certificate
mehrere = several
absage = refusal
schriftlich = in writing
stillschweigen über|stillschweigen bewahr = confidential
ausrüstung|gerät|ausstattung = equipment
budget|haushalt = budget
wettbewerber|konkurrent|konkurrenz = competitor
rechte dritter = third party rights
beschluss|beschlüsse|entscheidung = decision
vorsitz = chair
steuer = taxes
feiertag|wochenende = public holiday
verschlüsselung = encryption
änderung|nachtrag|vertragsänderung|zusatzvereinbarung = amendment
unterschrift|unterzeichnung = signature
mindestlizenz|mindestgebühr|mindestzahlung = minimum royalty
gewinn|erlös|einnahme = revenue
kopie|abschrift|exemplar = copy
raum|server = premises
lehrveranstaltung|unterricht|vorlesung = teaching
mitarbeiter|personal|angestellt = employees
student|doktorandin = student
handlung = action
besuch = visit
konto = account
schweig|stillschweigen|schweigen = silence
ignorier|ignorieren = no reply
gebiet|territorium = territory
zinsen|verzugszinsen = interest
prozent|prozentsatz|anteil = percentage
betrag|summe|höhe = amount
ethik|ethikkommission|ethikvotum = ethics committee
patentamt = patent office
anspruch|ansprüche = claims
wettbewerbsverbot = non-compete
zweck|zwecke = purpose
forschung|forschungszweck = research
lehre|lehrzweck = teaching
liste|verzeichnis = list
anlage|anhang|anhänge = annex
vollmacht = authority
nebenpflicht = obligation
"""

VERBS = """
veröffentlich|publizier|bekanntmach|bekannt machen|an die öffentlichkeit|öffentlich machen|öffentlich* = publish
vorstell|präsentier = present at a conference
verbreit = disseminate
einreich|eingereich|submitt|vorleg|vorgeleg|unterbreit|abgeben. = submit
vergeb|vergib|einräum|erteilen.|bewillig = grant
hochlad|hochläd|hochgelad|ablegen.|abgelegt.|einstell|online stell|upload|posten = put online
informier|benachrichtig|unterricht|verständig|mitteil|mitgeteil|bescheid|ankündig|angekündig|anzeig|angezeig|
    melden.|melde.|meldet.|meld.|vorwarn|notifizier|in kenntnis|voranmeld|sagen.|sage.|wissen. = notify
erfahren.|bescheid wissen = be notified
widersprech|widersprich|widersproch|einwend|ablehn|abgelehn|beanstand|einspruch erheb|einspruch einleg|
    widerspruch einleg|widerspruch erheb|dagegen sein|zurückweis|untersag|opponier = object
verzöger|aufschieb|aufgeschob|verschieb|verschob|hinauszöger|aufhalt|aufhält|aufgehalt|hinausschieb|blockier|
    zurückhalt|zurückgehalt|verhinder|stoppen|stoppt|ausbrems|bremsen|hindern|zurückstell|vertag|warten lass|
    aussetz = delay
warten = wait
lizenzier = license
unterlizenzier|sublizenzier = sublicense
nutz|verwend|benutz|einsetz|eingesetz|gebrauch|gebrauchen|verarbeit|anwend = use
verwert|exploitier|ausbeut = exploit
kommerzialisier|vermarkt|verkauf|verkäuf|vertreib|geld verdien = commercialise
weitergeb|weitergib|weitergab|weitergabe|weitergereich|weiterreich|überlass|geben.|gebe.|gib.|abgeb|herausgeb|
    aushändig|teilen.|teile.|geteilt|teilung = share
schick|send|gesand|versand|verschick|versend|übermittel|zusend|mailen|mail.|übersend|zuschick = send
übertrag|abtret = assign
mitnehm|mitgenomm|mitbring|exportier|ausführ = export
eingeh|eintreff|eingegang|bekomm|bekomme|erhalt|erhält|kriegen|empfang|empfäng|zugehen = receive
richten.|gerichtet|adressier = address
zahl|bezahl|entricht = pay
kosten.|kostet. = cost
tragen.|trägt.|übernehm|übernimm = bears
haft|haftbar = liable
kündig|austret|aussteig|beend|zurücktret|verlassen.|aufhör = terminate
enden.|endet.|ende.|auslauf|ausläuf|ablauf|abläuft|läuft aus|läuft ab|vorbei.|aufhören = end
lauf|läuft = run
verlänger|erneuer = renew
beginn|anfang|anfäng|starten = start
in kraft treten|in kraft tret|wirksam = take effect
versend|übersenden = send
gehör|besitz = own
vernicht|lösch|zerstör|entsorg = destroy
zurückgeb|zurückgib|zurücksend|zurückschick|rückgeb = return
aufbewahr|aufheb|behalt|behält|speicher|gespeich = retain
geheim halten|geheimhalt|vertraulich behandel|verschweig = keep confidential
identifizier|re-identifizier|reidentifizier|deanonymisier = identify the participants
trainier|anlern|modell trainieren|ki trainieren|modell train = train a model
anmeld|angemeld|patentier|zum patent anmelden|patent anmelden = file an application patent
schützen = patent protect
erteil|gewähr* = granted
zitier|erwähn|nenn|genannt|würdig|angeb|angegeb = mention
danken. = acknowledge
schreib|hinschreib|aufnehm|angeführ|anführ|stehen.|steh.|enthalt|enthält = write
streit|einig|einigung|uneinig|nicht einig = disagree
prüf|überprüf|kontrollier|einsehen.|auditier = audit
bericht|abrechn|berichten = report
berücksichtig|beacht|einhalt|befolg = observe
vorgeh|vorgehen|vorrangig|überwieg|sticht.|schlägt.|maßgeblich = prevail
gelten.|gilt.|galt.|galten.|greift.|greifen.|anwendbar|regel* = applies
verletz|verstoß|verstöß|brech = breach
versicher = insurance
beitret|beitritt. = accede
aufnehmen neue = accede
verklag = sue
verspät|zu spät = late
dauern.|dauert.|andauer = last
brauch|benötig = need
in kraft = take effect
begrenz|beschränk|deckeln|gedeckelt = cap
bitten.|bitte um|beantrag|anfrag|ersuch|verlang|forder = request
erlauben.|gestatten. = allow
verkürz|verkürzen|schneller.|früher.|eher.|eilig.|eilt.|dringend.|kurzfristig = sooner
ausspäh|gehackt = hack
weitermach = continue
stehlen.|gestohlen. = unauthorised access
kombinier|verknüpf = combine
ändern.|geändert|änder|modifizier|veränder|abänder = change
erschein|erschien = publish
beheb|behob|abhelf|abgeholf|nachbesser|abstell = remedy
freistell|freigestell|schadlos = indemnify
übernomm|aufgekauf|gekauft.|erworb|erwirb|fusionier|verschmolz|aufkauf = acquired
ausüb|wahrnehm|wahrgenomm = exercise
analysier|zerleg|untersuch = analyse
kopier|vervielfältig = copy
entwickel|schaffen.|geschaffen|erzeug|erfind|erarbeit|entsteh|entstand|generier = generate
finanzier|förder = fund
entscheid|beschließ|entschied|bestimmen. = decide
einberuf = convene a meeting
teilnehm = attend
zustimm|einwillig|genehmig|freigeb|freigegeb|billig = consent
bestätig = confirm
dokumentier = keep records
nachweis|beleg|vorweis = certificate
unterschreib|unterzeichn = sign
verschlüssel = encrypted
verhandel = negotiate
heraushol|rauskomm|loskomm|aussteig = terminate
anfertig|herstell|produzier = produce
schuld|zusteh = owe
verzicht = waive
überweis = pay
"""

REPLIES = (
    "antwort|antworten|reagier|reaktion|rückmeldung|rückmelden|äußer|meldet sich|melden sich|meldet.|melden."
    "|sich meldet|sich melden|zurückmeld|stellungnahme|stellung nehm|stellung nehmen|erwider|kommentier|kommentar"
    "|feedback|zurückschreib|hör|gerühr|rühr sich|rührt sich"
)

ASKS = """
wie lange vorher|wie lange im voraus|wie weit im voraus|wie früh|wie lang vorher|wie viel früher|wie zeitig|
    wie lange davor|wie lange zuvor|wie rechtzeitig|mit welchem vorlauf|wie viel vorlauf|
    wieviel vorlauf = how long in advance
wie lange|wie lang|welche dauer|für welchen zeitraum|welcher zeitraum|wie lange noch = how long
wie viele tage vorher|wieviele tage vorher|wie viele tage im voraus|wie viel tage vorher|
    wieviel tage vorher = how many days in advance
wie viele tage|wieviele tage|wie viel tage|wieviel tage = how many days
wie viele wochen vorher = how many weeks in advance
wie viele kalendertage = how many calendar days
wie viele werktage|wie viele arbeitstage = how many business days
wie viele wochen|wieviele wochen = how many weeks
wie viele monate|wieviele monate = how many months
wie viele jahre|wieviele jahre = how many years
wie viele stunden|wieviele stunden = how many hours
wie viel zeit|wieviel zeit = how much time
innerhalb welcher frist|binnen welcher frist|in welcher frist|innerhalb von wie vielen tagen|in welchem zeitraum|
    innerhalb welchen zeitraums|bis zu welchem datum|binnen wie vieler tage = within how many days
bis wann|bis zu welchem zeitpunkt = by when
ab wann|seit wann|von wann an|ab welchem tag|ab welchem datum|ab welchem zeitpunkt = from when
zu welchem datum|an welchem tag|an welchem datum|zu welchem zeitpunkt = on what date
welche frist|welche fristen|welche meldefrist = which deadline applies: how long
welche regel|welche regeln|welche regelung|welche bestimmung|welche vorschrift|welche der regel = which rule
wann = when
wie oft|wie häufig|in welchen abständen = how often
wie schnell|wie rasch|wie zügig = how quickly
wem muss|wem = to whom
an wen|zu wem|bei wem|wen. = to whom
wer. = who
was passiert|was geschieht|was folgt|was gilt|was nun|was dann = what happens
was kostet|was kosten = how much does it cost
was = what
wie viel|wieviel|wie teuer = how much
wie hoch|wie groß = how high is
aus welchen gründen|aus welchem grund|mit welcher begründung|welche gründe|mit welchen gründen|aus welchen anlässen|
    welche einwände|unter welchen voraussetzungen kann ein partner|wann ist ein widerspruch = on which grounds
unter welchen bedingungen|unter welchen umständen|unter welchen voraussetzungen|zu welchen bedingungen|
    welche bedingungen = on what conditions
welcher text|welches dokument|welcher vertrag|welche vereinbarung|welcher der verträge|welches der dokumente|
    wer hat vorrang|was hat vorrang|was geht vor = which text
welche.|welcher.|welches.|welchen.|welchem. = which
wohin = where
wo. = where
warum|weshalb|wieso = why may
wie. = how
wofür|wozu = what
gibt es|existier = is there
"""

MODALS = """
muss.|müssen.|musst.|müsste.|müssten.|musste.|mussten.|hat zu.|haben zu.|verpflichtet|nötig|notwendig|erforderlich|
    vorgeschrieben|pflicht.|soll.|sollen.|sollte.|sollten. = must
darf.|dürfen.|darfst.|dürfte.|dürften.|durfte.|durften. = may
kann.|können.|könnte.|könnten.|konnte.|konnten. = can
erlaubt|gestattet|zulässig|in ordnung|okay|ok.|möglich|legal|berechtigt|befugt|verboten|untersagt. = may
ist.|sind.|wäre.|wären.|sei.|bin. = is
war.|waren.|hatte.|hatten.|galt.|galten. = was
wird.|werden.|wurde.|wurden. = is
"""

SUBJECTS = """
ich. = I
wir. = we
sie. = they
er. = he
man. = we
jemand. = somebody
"""

OPENERS = """
und wenn|und falls|was wenn|was. wenn|und was wenn|was ist wenn|was passiert wenn|was geschieht wenn|was gilt wenn|
    und was passiert wenn = what if
wenn.|falls.|sofern.|sobald. = if
bevor.|ehe. = before
nachdem. = after
"""

LINKS = """
vor.|vorm. = before
vorher.|zuvor.|davor. = before
im voraus|vorab. = in advance
nach.|danach. = after
seit. = since
bis.|bis zum|bis zur = until
während. = during
per.|via.|durch.|mittels. = by
unter. = under
über. = about
an.|zu.|zum.|zur. = to
für.|fürs.|zwecks. = for
wegen.|aufgrund. = for
oder. = or
und. = and
in.|im.|bei.|beim.|aus.|von.|vom.|auf. = in
gegen. = against
außerhalb. = outside
zwischen. = between
gegenüber.|versus. = versus
zusammen|gemeinsam = together
nicht mehr. = no longer
"""

NOTS = "ausbleibt.|ausbleiben.|ausgeblieben.|nicht.|kein.|keine.|keinen.|keiner.|keinem.|keines.|ohne.|nie.|niemals."
NOBODIES = "niemand|keiner.|niemandem|keine antwort|keinerlei|kein einziger|nichts."

SMALL = frozenset(
    "weg wege bleibt bleiben blieb vorbringen vorzubringen vorgebracht einlegen eingelegt bewahren bewahrt verfasst"
    " verfassen erfolgt erfolgen vorliegt stattfinden stattfindet erforderlichenfalls wohl je überhaupt"
    " gesetzlich vertraglich zurzeit derzeit aktuell aktuelle heute demnächst bald sofort unverzüglich wieder"
    " weiterhin bisher zuständig verantwortlich nötige ausreichend ausreichen genügend möglicherweise"
    " eventuell ungefähr circa zirka ca bezieht beziehen hierfür hierzu hierbei wobei woran worauf wovon womit"
    " wodurch wogegen wonach davor danach daher also beispielsweise etwa bzgl ggf evtl inkl usw etc der die"
    " das dem den des ein eine einer einem einen eines sich es mir mich ihm ihn ihr ihnen ihre ihrer ihrem"
    " ihren mein meine meinen meiner meinem meines unser unsere unserer unserem unseren unseres dein deine"
    " euer eure sein seine seinen seiner seinem dieser diese dieses diesem diesen jener jene jede jeder jedes"
    " jedem jeden alle allen alles auch schon noch nur doch denn dann so sehr eigentlich bitte mal eben nun"
    " jetzt hier dort da dass daß ob um weil damit als wie zu aber sondern ja nein hat haben habe hast habt"
    " hätte hätten gibt geben selbst sowie bzw zb dabei dazu daran darauf darüber dafür davon darum wird"
    " werden kommt kommen komme geht gehen lassen lässt laut gemäß nach bezüglich hinsichtlich mit pro ganz"
    " genau konkret maximal höchstens mindestens wenigstens längstens spätestens frühestens allgemein generell"
    " grundsätzlich überall eigen eigene eigenen eigener eigenes geplant geplante geplanten geplanter neue"
    " neuen neuer neues fertig sollen wollen will möchte möchten würde würden tun tue macht machen mache"
    " gemacht erst vielleicht bloß ihrerseits seitens jeweils jeweilige jeweiligen hallo guten tag morgen"
    " danke moin liebe lieber kurz frage fragen sagen mehrere beide beiden einfach trotzdem sonst immer"
    " vorgesehen genannt genannten entsprechend betreffend beim dr prof herr frau lang lange am ums nehmen"
    " treten tritt kraft wollten zustande bereits vorliegen erhebt erheben darin deshalb tut zuerst gleich"
    " zugestellt zustellen gültig gültige ganzes ganze ganzen weitere weiteren kommende kommenden nächste"
    " nächsten deutlich vorhanden betroffen betrifft handelt anderes gehts gern gerne rund innerhalb binnen ab"
    " stets wirklich tatsächlich insgesamt zwar ebenso nachdem liegen hinweg bedeutet bedeuten bedeute heißt"
    " heißen versteht verstehen meint gemeint definiert bezeichnet lautet definieren zählt zählen angesehen"
    " betrachtet gewertet eingestuft reicht reichen genügt genügen genug tauglich qualifiziert stellt dar"
    " umfasst umfassen bezeichnen erklären erkläre erläutern bekanntlich maximaler droht drohen drohe anfällt"
    " fällt fallen vorgelegt verlangt spielt rolle wichtig weiß weiss interessiert solche solcher solchen"
    " solches gar welche etwas irgend irgendwelche irgendein irgendeine besondere bestimmte bestimmten"
    " möglichst mithilfe hilfe fall falle fälle stelle seite rahmen sicht bezug weise art hinblick sinne ihres"
    " dessen deren steht stehen besteht bestehen liegt findet sieht aussehen folgt".split()
)

TABLES = (
    (ASKS, Role.ASK),
    (MODALS, Role.MODAL),
    (SUBJECTS, Role.SUBJECT),
    (OPENERS, Role.OPENER),
    (LINKS, Role.LINK),
    (f"{NOTS} = not", Role.NOT),
    (f"{NOBODIES} = nobody", Role.NOBODY),
    (THINGS, Role.THING),
    (VERBS, Role.VERB),
    (f"{REPLIES} = reply", Role.REPLY),
)
