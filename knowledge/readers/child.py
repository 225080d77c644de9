"""The child process: reads documents handed to it as bytes, one after the other, under limits.

It is given no path, no secret and no environment, and answers in lines of JSON. A request is a line of JSON followed
by as many bytes as it says. The answers are any number of `{"begun": "page"}` or `{"begun": "scan"}` (so wait a little
longer) and then one of `{"document": ...}` or `{"refused": reason}`; with `"last": true`, the child ends after it.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

from knowledge.documents import Limits
from knowledge.readers.draft import Refused

_MODULES = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".odt": "odt",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".txt": "plain",
}


class Progress:
    """What a reader that goes page by page tells on the way, and the time and memory each page may have."""

    def __init__(self, ocr: bool, limits: Limits, replies: BinaryIO) -> None:
        self.ocr = ocr  # whether scanned pages may be read by OCR
        self.scanned = False
        self._limits = limits
        self._replies = replies

    def page(self) -> None:
        """A page with text is begun."""
        _limit_processor(self._limits.seconds)
        _send(self._replies, {"begun": "page"})

    def scan(self) -> None:
        """OCR of a page is begun."""
        self.scanned = True
        _limit(resource.RLIMIT_AS, self._limits.ocr_memory)
        _limit_processor(self._limits.ocr_seconds * (os.cpu_count() or 1))
        _send(self._replies, {"begun": "scan"})


def main() -> None:
    """Serve requests from standard input until it ends."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not speak for us
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(kind, (0, 0))
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        data = sys.stdin.buffer.read(request["size"])
        limits = Limits(**request["limits"])
        progress = Progress(request["ocr"], limits, replies)
        answer = _answer(request["suffix"], data, limits, progress)
        worn = progress.scanned or "worn" in answer  # its memory is no longer what the next file should start from
        _send(replies, {**answer, "last": worn})
        if worn:
            return


def _answer(suffix: str, data: bytes, limits: Limits, progress: Progress) -> dict[str, Any]:
    _limit(resource.RLIMIT_AS, limits.memory)
    _limit_processor(limits.seconds)
    try:
        reader = import_module(f"knowledge.readers.{_MODULES[suffix]}")
        if suffix == ".pdf":  # alone has pages that take their time
            return {"document": reader.read(data, limits, progress)}
        return {"document": reader.read(data, limits)}
    except Refused as refused:
        return {"refused": str(refused)}
    except RecursionError:
        return {"refused": "is nested too deeply to read"}
    except Exception as error:  # whatever a parser trips over, the file is refused and the next is read
        if _is_memory(error):
            return {"refused": f"needs more than {limits.memory >> 20} MB of memory to read", "worn": True}
        return {"refused": f"is damaged, or no real {suffix} ({type(error).__name__})"}


def _is_memory(error: BaseException | None) -> bool:
    """Whether memory ran out, whatever a parser wrapped that in."""
    while error is not None:
        if isinstance(error, MemoryError) or any(isinstance(cause, MemoryError) for cause in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # macOS knows the limit on address space but does not let it be set
        resource.setrlimit(kind, (most, hard))


def _limit_processor(seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + seconds) + 1)


def _send(replies: BinaryIO, message: dict[str, Any]) -> None:
    replies.write(json.dumps(message).encode() + b"\n")
    replies.flush()
