"""Phrases that only a message in Slack needs, in the asker's language; the others are `knowledge.languages`'s."""

from __future__ import annotations

_PHRASES = {
    "en": {
        "more": "… ({:,} more characters)",
        "before": "({:,} characters before) … ",
        "counted_from": "counted from {}",
        "strictest": "strictest, counted from {}",
        "more_quotations": "… and {} more quotations, in the full text:",
    },
    "de": {
        "more": "… ({:,} weitere Zeichen)",
        "before": "({:,} Zeichen davor) … ",
        "counted_from": "gerechnet ab: {}",
        "strictest": "am strengsten, gerechnet ab: {}",
        "more_quotations": "… und {} weitere Zitate, im vollständigen Text:",
    },
    "ja": {
        "more": "…（ほか{:,}文字）",
        "before": "（前に{:,}文字）… ",
        "counted_from": "起算点：{}",
        "strictest": "最も厳しい（起算点：{}）",
        "more_quotations": "… ほかに引用{}件（全文に掲載）：",
    },
}


def phrase(language: str, name: str) -> str:
    """The phrase of that name with its slot still open; in English where a language is not here."""
    return _PHRASES.get(language, _PHRASES["en"])[name]
