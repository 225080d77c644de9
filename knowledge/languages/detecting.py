"""Which language a text is in.

Script and small words decide nearly always, in some microseconds. Only where they leave it open is lingua loaded, once,
with its small models: 0.1 s and a few megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingua import LanguageDetector

_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9d]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ONLY_CHINESE = re.compile(r"[吗么这们你您谁请问应发时过给让对会为后还没说关从来个样间题准许业传久伙什哪怎]|的")
_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]{2}")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"[\"“„«][^\"”“»]{1,80}[\"”“»]|`[^`]+`")

# Small words that one language has and its neighbours do not.
_ENGLISH = frozenset(
    "the what how when who whom whose which where why must may can could should would shall does do did has have had is"
    " are were been if and or not for from with without before after until about our my your their we they it its this"
    " that these those there any anyone anybody nobody no to by under be i us them ok okay whether than into within"
    " define notice".split()
)
_GERMAN = frozenset(
    "ich wir muss müssen muessen musste mussten müsste müssten darf dürfen duerfen dürfte dürften kann können koennen"
    " könnte könnten konnte konnten soll sollen sollte sollten und oder der das dem des ein eine einer einem einen"
    " eines"
    " ist sind wäre nicht kein keine keinen keiner wie wer wem wen wessen welche welcher welches welchen welchem wann"
    " für fuer von vom zum zur mit bei beim nach vor über ueber wenn falls ob auf aus unser unsere unserer unserem"
    " unseren"
    " mein meine meinen meiner meinem wird werden wurde wurden bis sich gibt gilt gelten galt bedeutet heißt heisst"
    " passiert warum wofür wozu auch im dass daß zu uns mir mich ihm ihnen ihre ihr sie jemand niemand brauche brauchen"
    " brauchst benötige benötigen wieviel wieviele viele wo wohin zahlt gehört gehören durch zwischen ohne gegen bevor"
    " nachdem sondern schon noch hier dort dann doch denn gegenüber sowie diese dieser dieses diesem diesen haben habe"
    " hat hatten hatte darüber dafür daran reicht genügt zählt bitte danke hallo moin"
    " guten".split()
)
_OTHERS = frozenset(
    # French, Spanish, Italian, Dutch, Portuguese
    "le la les une est sont nous je vous que quoi combien dois doit peut puis puisje avant après avec pour dans sur"
    " quand qui quel quelle quels quelles et ou au aux du"
    " el los las una cuánto cuántos cuántas cuanto cuantos qué cuándo debo debe puede puedo podemos antes después con"
    " para por si quién cuál del al es son está"
    " il lo gli uno quanto quanti quante devo deve posso può possiamo prima dopo quando chi cosa che per della del di"
    " sono è nel alla"
    " het een van voor hoe hoeveel wanneer moet moeten mag mogen kunnen wij ik ons onze wat wie welke zijn wordt worden"
    " niet naar met tot als"
    " o os um uma não quem quantos devemos podemos antes depois com você".split()
)
_NAMED_BY_LINGUA = (
    *("ENGLISH", "GERMAN", "FRENCH", "SPANISH", "ITALIAN"),
    *("DUTCH", "PORTUGUESE", "POLISH", "SWEDISH", "DANISH"),
)
LONGEST = 500  # characters that are looked at
_SURE = 0.8  # what lingua must believe before a text without telling words is taken for another language than English
_SHORT = 3  # words; a shorter text without telling words is taken for what the thread is in


def language_of(text: str, earlier: Sequence[str] = ()) -> str:
    """The ISO 639-1 code of the language of a text; `earlier` are the texts before it in a thread, oldest first.

    Words that tell nothing ("ACME?") are in the language of the thread, and in English where there is none.
    """
    text = text[:LONGEST]
    if script := _by_script(text):
        return script
    bare = _QUOTED.sub(" ", text)
    words = [word.casefold() for word in _WORD.findall(bare)]
    english = [word in _ENGLISH for word in words]
    german = [word in _GERMAN for word in words]
    others = sum(word in _OTHERS and word not in _GERMAN and word not in _ENGLISH for word in words)
    if sum(english) > max(sum(german), others):
        return "en"
    if sum(german) > max(sum(english), others):
        return "de"
    if any(english) and sum(english) == sum(german) and not others:
        return "en" if english.index(True) < german.index(True) else "de"
    few = len(words) < _SHORT
    silent = not any(english) and not any(german) and not others
    found = "en" if not words or (silent and few and earlier) else _by_lingua(bare, few=few)
    return language_of(earlier[-1], earlier[:-1]) if silent and earlier and found == "en" else found


def _by_script(text: str) -> str:
    if text.isascii():
        return ""
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        return "zh" if _ONLY_CHINESE.search(text) else "ja"
    return next((code for code, letters in _SCRIPTS if letters.search(text)), "")


def _by_lingua(text: str, *, few: bool) -> str:
    best = _detector().compute_language_confidence_values(text)[0]
    code = best.language.iso_code_639_1.name.lower()
    if code == "en" or best.value < _SURE or (few and code != "de"):
        return "en"
    return code


@cache
def _detector() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    languages = [getattr(Language, name) for name in _NAMED_BY_LINGUA]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
