"""Words that others wrote, made harmless: what is invisible is taken out or shown, what Slack would turn into a link, a
mention or a style is left to be read and nothing else.

Where the words can be styled they go into `rich_text` elements, which Slack shows as they are: no markup is parsed
there. A link or a mention would have to be an element of its own, and only `bot/blocks/parts.py` makes those. Two
places take no elements: `plain_text` objects (`inert`) and the message's `text` (`harmless`, `fallback`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

TEXT = 4_000  # characters of a message's `text`; Slack refuses longer ones when a message is updated

_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# Characters that Unicode calls letters, marks or symbols and that show nothing: joiners, fillers, variation selectors.
_BLANK = frozenset(
    map(
        chr,
        (
            *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
        ),
    )
)


def _hidden(character: str) -> bool:
    return character not in "\n\t" and (character in _BLANK or unicodedata.category(character) in _CATEGORIES)


def visible(text: str) -> str:
    """A quotation with U+FFFD for each character that a reader does not see; as long as before, so spans stay true."""
    return "".join("\ufffd" if _hidden(c) else c for c in text)


def stripped(text: str) -> str:
    """Words that are no quotation, without the characters that a reader does not see."""
    return "".join(c for c in text if not _hidden(c))


def folded(text: str) -> str:
    """`stripped`, in one line."""
    return " ".join(stripped(text).split())


# Behind each of these an address or a mention may go on: "https:|//evil.|example", "<|!channel>", "a@|b.|example".
_SEAM = re.compile(r"(?<=[<@])(?=\S)|(?<=:)(?=[^\s\d])|(?<=\.)(?=[^\W\d_])")


def pieces(text: str) -> list[str]:
    """The text in pieces none of which holds a whole address or mention; put together they are the text again."""
    return [piece for piece in _SEAM.split(text) if piece]


_ADDRESS = re.compile(r"(?i):(?=/)|(?<=www)\.")
_CLOSED = {ord("<"): "‹", ord(">"): "›", ord("@"): "＠"}


def dead(text: str) -> str:
    """Words for places that cannot hold pieces: brackets, addresses and @ are changed just so far that they work no
    more, and visibly so."""
    return _ADDRESS.sub(r"[\g<0>]", stripped(text)).translate(_CLOSED)


def inert(text: str) -> str:
    """`dead`, in one line."""
    return " ".join(dead(text).split())


# A message's `text` is markup: there a name with a dot becomes a link, and asterisks style words. Suffixes of documents
# that are no top-level domains may stay.
_DOTTED = re.compile(r"(?<=[^\W_])\.(?!(?:pdf|docx|odt|html?|txt|yaml)\b)(?=[^\W\d_]{2})")
_STYLING = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_LOOKALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ʼ"}


def harmless(text: str) -> str:
    """`inert`, and without what styles words or links them in a message's `text`; `fallback` escapes ampersands."""
    return _STYLING.sub(lambda m: _LOOKALIKE[m[0]], _DOTTED.sub("[.]", inert(text)))


def fallback(lines: Sequence[str], keep: int = 1) -> str:
    """A message's `text`, which stands in notifications and is read aloud, from harmless lines.

    Where they are too many, the last `keep` stay and those before them give way from behind, with their number said.
    """
    clean = [_escaped(line, TEXT // 4) for line in lines if line]
    body, end = clean[: len(clean) - keep], clean[len(clean) - keep :]
    for kept in range(len(body), -1, -1):
        rest = [f"… ({len(body) - kept} more)"] if kept < len(body) else []
        text = "\n".join([*body[:kept], *rest, *end])
        if len(text) <= TEXT:
            break
    return text or "–"


def _escaped(line: str, limit: int) -> str:
    """The line with its ampersands written as Slack wants them, and within the limit all the same."""
    ampersand = "&amp;"
    if len(line.replace("&", ampersand)) > limit:
        line = shortened(line, limit // len(ampersand) if "&" in line else limit)
    return line.replace("&", ampersand)


MORE = "… ({:,} more characters)"


def shortened(text: str, limit: int, more: str = MORE) -> str:
    """The text, or its beginning up to the end of a word and how many characters were left out: at most `limit`
    characters, where there is room for that note at all."""
    if len(text) <= limit:
        return text
    end = whole_words(text, max(0, limit - len(more) - 6))
    return f"{text[:end].rstrip()} {more.format(len(text) - len(text[:end].rstrip()))}".lstrip()


def whole_words(text: str, end: int) -> int:
    """The last place up to `end` at which a word ends; `end` itself where that would take more than half away."""
    if end >= len(text):
        return len(text)
    at = max(text.rfind(" ", end // 2, end + 1), text.rfind("\n", end // 2, end + 1))
    return at if at > 0 else end
