"""A file -> a `Document`, or one clear line saying why not.

Files are untrusted. Each is parsed in a child process that is given the file's bytes and nothing else (no path, no
environment) under limits of time, memory, pages and unpacked size, and that answers in JSON. A child that breaks or
breaches is a refused file, never an error of ours.
"""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from knowledge.model import Block, BlockKind, Document, Page, Table, TableRow

SUFFIXES: frozenset[str] = frozenset({".pdf", ".docx", ".odt", ".html", ".htm", ".md", ".txt"})

READER_VERSION = 1  # to be raised whenever a reader writes other text than before: it is part of the cache's key

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost. Sizes in bytes; `memory` is address space, as the operating system counts it.

    `seconds` (of wall clock, and of processor time) are for a file, or for each page of a PDF, so that a long one has
    the time it needs, within `seconds_in_all`, and a bomb is cut off early. OCR has limits of its own: `ocr_seconds`
    are for one scanned page, and do not count towards the whole.
    """

    size: int = 50 * _MEGABYTE
    unpacked: int = 200 * _MEGABYTE
    entries: int = 2_000
    ratio: int = 200
    pages: int = 1_000
    characters: int = 5_000_000
    memory: int = 512 * _MEGABYTE
    seconds: float = 10.0
    seconds_in_all: float = 300.0
    ocr_pages: int = 200
    ocr_seconds: float = 120.0
    ocr_memory: int = 4096 * _MEGABYTE


class UnreadableDocument(Exception):  # noqa: N818 - the name other rooms know: it is an outcome, not a fault
    """A file that is not read. `reason` follows the file's name: "contract.pdf: is encrypted; save it without ..."."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


def read(
    folder: Path, file: str, *, cache: Path | None = None, limits: Limits = Limits(), ocr: bool = True
) -> Document:
    """Read one file. For many, a `Reader` does the same without starting a process for each.

    Raises `UnreadableDocument`.
    """
    with Reader(folder, cache=cache, limits=limits, ocr=ocr) as reader:
        return reader.read(file)


class Reader:
    """Reads the files of one folder through one child process, replaced when a file wore it out.

    `cache` is a folder for what was read, keyed by the file's bytes; without it, nothing is kept.
    """

    def __init__(self, folder: Path, *, cache: Path | None = None, limits: Limits = Limits(), ocr: bool = True) -> None:
        self._folder = folder
        self._cache = cache
        self._limits = limits
        self._ocr = ocr
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process, if there is one."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def read(self, file: str) -> Document:
        """The document at `file`, a path below the folder with forward slashes. Raises `UnreadableDocument`."""
        suffix = Path(file).suffix.lower()
        if suffix not in SUFFIXES:
            raise UnreadableDocument(file, f"is none of the kinds we read ({', '.join(sorted(SUFFIXES))})")
        data = _bytes_of(self._folder, file, self._limits.size)
        sha256 = hashlib.sha256(data).hexdigest()
        entry = self._entry(sha256, suffix)
        kept = _from_cache(entry) if entry else None
        if kept is None:
            kept = self._parse(file, suffix, data)
            document = _document(file, suffix, sha256, kept)
            if entry:
                with suppress(OSError):  # a full disk costs the next reading time, not this one its result
                    _to_cache(entry, kept)
            return document
        return _document(file, suffix, sha256, kept)

    def _entry(self, sha256: str, suffix: str) -> Path | None:
        """Where the cache keeps this file. The ending counts: as Markdown, the same bytes are another text."""
        if self._cache is None:
            return None
        return self._cache / f"{sha256}-{suffix[1:]}-{READER_VERSION}{'-ocr' if self._ocr else ''}.json"

    def _parse(self, file: str, suffix: str, data: bytes) -> dict[str, Any]:
        if self._child is None:
            self._child = _Child()
        try:
            answer = self._child.ask(suffix, data, self._limits, self._ocr)
        except _Broken as broken:
            self.close()
            raise UnreadableDocument(file, str(broken)) from None
        except BaseException:
            self.close()  # interrupted in the middle of an answer: the rest of it must not meet the next file
            raise
        if answer.get("last"):
            self.close()
        if "document" not in answer:
            raise UnreadableDocument(file, str(answer.get("refused", "could not be read")))
        found: dict[str, Any] = answer["document"]
        return found


# --- the file ---------------------------------------------------------------------------------------------------------


def _bytes_of(folder: Path, file: str, most: int) -> bytes:
    """The file's bytes, read once, so that what is hashed is what is parsed."""
    root = folder.resolve()
    path = (root / file).resolve()
    if not path.is_relative_to(root):
        raise UnreadableDocument(file, "lies outside the folder; copy it into the folder")
    try:
        # Not blocking: to open a named pipe would wait for its writer for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as handle:
            state = os.fstat(handle.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise UnreadableDocument(file, "is not a file")
            if state.st_size > most:
                raise UnreadableDocument(file, f"is larger than {most >> 20} MB")
            data = handle.read(most + 1)
    except IsADirectoryError:
        raise UnreadableDocument(file, "is not a file") from None
    except FileNotFoundError:
        raise UnreadableDocument(file, "does not exist") from None
    except OSError as error:
        raise UnreadableDocument(file, f"cannot be opened ({error.strerror})") from None
    if len(data) > most:
        raise UnreadableDocument(file, f"is larger than {most >> 20} MB")
    if not data.strip():
        raise UnreadableDocument(file, "is empty")
    return data


def _document(file: str, suffix: str, sha256: str, found: dict[str, Any]) -> Document:
    """The child's answer as a value; whatever does not fit together is refused."""
    try:
        return Document(
            file=file,
            format=suffix[1:],
            sha256=sha256,
            text=found["text"],
            pages=tuple(Page(*page) for page in found["pages"]),
            blocks=tuple(Block(BlockKind(kind), *rest) for kind, *rest in found["blocks"]),
            tables=tuple(
                Table(caption, tuple(header), tuple(TableRow(n, tuple(cells), *at) for n, cells, *at in rows))
                for caption, header, rows in found["tables"]
            ),
            notices=tuple(found["notices"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableDocument(file, "could not be read: its reader's answer makes no sense") from error


# --- the cache --------------------------------------------------------------------------------------------------------


def _from_cache(entry: Path) -> dict[str, Any] | None:
    """What was kept, or None where there is nothing or not what was written."""
    try:
        digest, _, body = entry.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    found: dict[str, Any] = json.loads(body)
    return found


def _to_cache(entry: Path, found: dict[str, Any]) -> None:
    """Keep it, readable by the owner alone, whole or not at all."""
    entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = json.dumps(found, ensure_ascii=False).encode()
    descriptor, name = tempfile.mkstemp(dir=entry.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        Path(name).replace(entry)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# --- the child process ------------------------------------------------------------------------------------------------

_START = "import sys; sys.path.insert(0, sys.argv[1]); from knowledge.readers.child import main; main()"
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"}


class _Broken(Exception):  # noqa: N818 - private, and says what the child is
    """The child did not answer; `str()` is the reason to give for the file."""


class _Patience:
    """How long to wait for the child: so long for the file or a page of it, so long for all of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._scans = 0
        self._end = time.monotonic() + limits.seconds_in_all
        self._deadline = time.monotonic() + limits.seconds
        self.reason = f"took longer than {limits.seconds:.0f} seconds to read"

    def left(self) -> float:
        """Seconds from now, never negative."""
        return max(0.0, self._deadline - time.monotonic())

    def renew(self, *, scanned: bool) -> None:
        """A page was begun."""
        now = time.monotonic()
        if not scanned:
            self._deadline = min(now + self._limits.seconds, self._end)
        elif self._scans <= self._limits.ocr_pages:  # one more: loading the recogniser counts as a page
            self._scans += 1
            self._deadline = now + self._limits.ocr_seconds
            self.reason = f"took longer than {self._limits.ocr_seconds:.0f} seconds to read a scanned page"


class _Child:
    """A process that reads documents, and the conversation with it."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own words
            [sys.executable, "-I", "-B", "-c", _START, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - says to the type checker what PIPE means
        assert self._process.stdout is not None  # noqa: S101 - likewise
        self._to, self._from = self._process.stdin, self._process.stdout
        os.set_blocking(self._to.fileno(), False)
        os.set_blocking(self._from.fileno(), False)

    def end(self) -> None:
        """Kill it; it keeps nothing that would be lost."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._to.close()
        self._from.close()

    def ask(self, suffix: str, data: bytes, limits: Limits, ocr: bool) -> dict[str, Any]:
        """Its answer for one file. Raises `_Broken` when it dies, is late, or talks too much."""
        request = {"suffix": suffix, "size": len(data), "ocr": ocr, "limits": asdict(limits)}
        unsent = memoryview(json.dumps(request).encode() + b"\n" + data)
        received = bytearray()
        patience = _Patience(limits)
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            selector.register(self._to, selectors.EVENT_WRITE)
            while True:
                ready = {key.fileobj for key, _ in selector.select(patience.left())}
                if not ready:
                    raise _Broken(patience.reason)
                if self._to in ready:
                    unsent = self._send(unsent)
                    if not unsent:
                        selector.unregister(self._to)
                if self._from in ready:
                    received += self._receive(most=40 * limits.characters + _MEGABYTE - len(received))
                while (end := received.find(b"\n")) >= 0:
                    message = _parsed(received[:end])
                    del received[: end + 1]
                    if "begun" not in message:
                        return message
                    patience.renew(scanned=message["begun"] == "scan")

    def _send(self, unsent: memoryview) -> memoryview:
        try:
            return unsent[os.write(self._to.fileno(), unsent[:_MEGABYTE]) :]
        except BrokenPipeError:
            raise _Broken(self._epitaph()) from None

    def _receive(self, most: int) -> bytes:
        received = os.read(self._from.fileno(), _MEGABYTE)
        if not received:
            raise _Broken(self._epitaph())
        if len(received) > most:
            raise _Broken("made its reader answer without end")
        return received

    def _epitaph(self) -> str:
        """Why it died, as a reason for the file it was reading."""
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = 0
        if code == -signal.SIGXCPU:
            return "took too much processor time to read"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit {code}"
        return f"made its reader crash ({name})"


def _parsed(line: bytes | bytearray) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        raise _Broken("made its reader answer nonsense") from None
    if not isinstance(message, dict):
        raise _Broken("made its reader answer nonsense")
    return message
