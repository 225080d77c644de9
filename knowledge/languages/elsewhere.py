"""For those who ask in a language that is not understood: that it is so, in their own language where we can say it."""

from __future__ import annotations

ONLY_SPOKEN = {
    "fr": "Avec ses réglages actuels, Clausewise ne comprend que les questions en anglais, en allemand et en japonais."
    " Veuillez poser votre question dans l'une de ces langues.",
    "es": "Con la configuración actual, Clausewise solo entiende preguntas en inglés, alemán y japonés."
    " Por favor, formule su pregunta en uno de estos idiomas.",
    "it": "Con le impostazioni attuali, Clausewise comprende solo domande in inglese, tedesco e giapponese."
    " La preghiamo di porre la domanda in una di queste lingue.",
    "nl": "Met de huidige instellingen begrijpt Clausewise alleen vragen in het Engels, Duits en Japans."
    " Stel uw vraag alstublieft in een van deze talen.",
}
