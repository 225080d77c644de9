"""Bytes that should be text, as text."""

from __future__ import annotations

import codecs
import re

from knowledge.readers.draft import Refused

_SIGNATURES = (
    (b"%PDF-", "a PDF", ".pdf"),
    (b"PK\x03\x04", "a zip archive, such as a Word document", ".docx or .odt"),
    (b"\xd0\xcf\x11\xe0", "an old Word document", ".docx, after saving it in that format"),
    (b"{\\rtf", "a rich-text file", ".docx, after saving it in that format"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decoded(data: bytes) -> str:
    """The text of the bytes: UTF-8 where that is what they are, else what a byte-order mark or the letters say.

    Line ends are as Python's `open` gives them ("\\n"), and a UTF-8 byte-order mark stays the first character, so that
    an offset is an index into `open(file, encoding="utf-8").read()`.
    """
    for signature, what, ending in _SIGNATURES:
        if data.lstrip()[: len(signature)] == signature:
            raise Refused(f"is not text but {what}; if it is meant to be read, rename it to {ending}")
    text = _by_mark(data)
    if text is None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = _by_letters(data)
    if "\x00" in text or len(_CONTROLS.findall(text)) > len(text) / 200:
        raise Refused("is not text: it holds binary data")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _by_mark(data: bytes) -> str | None:
    marks = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
    for mark, encoding in (*marks, (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Refused(f"is not text: it begins like {encoding.upper()} and is not") from error
    return None


def _by_letters(data: bytes) -> str:
    if b"\x00" in data:
        raise Refused("is not text: it holds binary data")
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise Refused("is not text in any encoding we know; save it as UTF-8")
    return data.decode(best.encoding)
