"""The log: ids, outcomes and durations; never a secret, and no question or clause text unless that is switched on."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType

log = logging.getLogger("clausewise.logs")

_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=Bearer )\S+")


class Discreet(logging.Formatter):
    """Formats records without secrets. Of an exception it shows where and of which type, of another library's message
    where it was written; the words of both, which may quote a question or a clause, only with `content`."""

    def __init__(self, *, content: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._content = content

    def format(self, record: logging.LogRecord) -> str:
        shown = logging.makeLogRecord(record.__dict__)
        shown.exc_text = None  # another handler may have kept the exception with its words
        if not self._content and record.name.partition(".")[0] != "clausewise":
            shown.msg, shown.args = f"a message from {record.filename}:{record.lineno}", ()
        return _SECRET.sub("[secret]", super().format(shown))

    def formatException(  # noqa: N802 - the base class's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        if self._content or ei[0] is None:
            return super().formatException(ei)
        places = "".join(traceback.format_tb(ei[2])).rstrip()
        return f"{places}\n{ei[0].__name__}"


def start(*, content: bool, level: int = logging.INFO) -> None:
    """Log to stderr, what ends a thread unexpectedly included. What other libraries have to say is let through from
    warnings on; Slack's, which write whole payloads, from errors on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(content=content))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("clausewise").setLevel(level)
    for name in ("slack_sdk", "slack_bolt", "slack_bolt.App", "apscheduler", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.raiseExceptions = False  # a record that cannot be formatted would be printed as it is
    threading.excepthook = lambda hook: _ended(hook.exc_value)
    sys.excepthook = lambda _, error, __: _ended(error)


def _ended(error: BaseException | None) -> None:
    log.critical("ended unexpectedly", exc_info=error)
