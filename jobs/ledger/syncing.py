"""One write to the disk for many transactions: what SQLite has written down is made to last by whoever comes first, for
all who wait.

SQLite itself is told not to wait for the disk (`synchronous = NORMAL`: after a loss of power the last transactions may
be missing, and nothing is damaged). Who must not lose a transaction waits here after it. The log is written in order,
so whatever was committed before is on the disk as well.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path


class SharedSync:
    """The write-ahead log of one SQLite file, made durable up to a commit."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._committed = 0
        self._durable = 0

    def committed(self) -> int:
        """Note that a transaction was committed; its place among all."""
        with self._counting:
            self._committed += 1
            return self._committed

    def wait_for(self, place: int) -> None:
        """Until the transaction of that place is on the disk. Raises `OSError`."""
        with self._syncing:
            if self._durable >= place:
                return  # whoever synced last began after this one was committed
            with self._counting:
                upto = self._committed
            self._sync()
            self._durable = upto

    def _sync(self) -> None:
        try:
            log = os.open(self._log, os.O_RDONLY)
        except FileNotFoundError:
            return  # everything was moved into the database itself, which SQLite syncs
        try:
            os.fsync(log)
        finally:
            os.close(log)
