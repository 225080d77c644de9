"""Questions in other languages, and answers in them.

A question in German or Japanese is read with a glossary of the field into an English one (`reading`), which is then
answered like any other. What we say ourselves is said in the asker's language by a `Voice`, from named phrases; what an
agreement says stays in its own words.
"""

from __future__ import annotations

from functools import cache

from knowledge.languages.voice import Voice

SPOKEN = ("en", "de", "ja")  # the languages, by ISO 639-1, that questions are understood and answered in


@cache
def voice(language: str) -> Voice:
    """Our own words in a language; in English where it is none of `SPOKEN`."""
    if language == "de":
        from knowledge.languages.german_voice import GermanVoice

        return GermanVoice()
    if language == "ja":
        from knowledge.languages.japanese_voice import JapaneseVoice

        return JapaneseVoice()
    from knowledge.languages.english_voice import EnglishVoice

    return EnglishVoice()


def say(language: str, name: str, /, **values: object) -> str:
    """The phrase of that name in a language. Raises as `Voice.say`."""
    return voice(language).say(name, **values)
