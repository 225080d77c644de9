"""A question in another language -> an English one."""

from __future__ import annotations

import re

from knowledge.languages.reading import Reading, Vocabulary

LONGEST = 2_000  # characters that are read; nobody's question is longer


def read(text: str, language: str, known: Vocabulary) -> Reading:
    """A question in German ("de") or Japanese ("ja") in English; one in any other language as it is."""
    text = text[:LONGEST]
    if language == "de":
        from knowledge.languages import german

        return german.read(text, known)
    if language == "ja":
        from knowledge.languages import japanese

        return japanese.read(text, known)
    return Reading(text, (), ())


_SEAM = re.compile(r"(?<=[A-Za-z0-9])(?=[\u3041-\u9fff])|(?<=[\u3041-\u9fff])(?=[A-Za-z0-9])")


def apart(text: str) -> str:
    """A text with spaces between Latin and Japanese letters, so that names in it can be found."""
    return _SEAM.sub(" ", text)
