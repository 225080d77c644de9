"""Opening the database, its transactions, and its errors in words of our own."""

from __future__ import annotations

import sqlite3
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from jobs.ledger.audit import Audit
from jobs.ledger.channels import Channels
from jobs.ledger.facts import Facts
from jobs.ledger.handovers import HandOvers
from jobs.ledger.inbox import Inbox
from jobs.ledger.outbox import OutboxRows
from jobs.ledger.questions import Questions
from jobs.ledger.syncing import SharedSync

REVISION = "0001"
"""The newest migration. A test compares it with the files, so that opening need not import alembic to know it."""

BUSY_SECONDS = 10.0
"""How long a write waits for another process, or another thread, to finish its own."""

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_MIGRATION_LOCK = 7_205_759  # any number, as long as every release uses the same
_POSTGRESQL = ("postgresql", "postgres", "postgresql+pg8000")


class LedgerError(Exception):
    """The database cannot do what was asked. The message says what to do; it never holds a stored value."""


class LedgerBusy(LedgerError):  # noqa: N818 - nothing is wrong; the same thing may succeed in a moment
    """The database is locked, out of connections or out of reach for the moment: nothing was written, try again."""


class Transaction:
    """The tables, inside one transaction. Not to be kept or handed to another thread."""

    def __init__(self, connection: Connection) -> None:
        self.inbox = Inbox(connection)
        self.outbox = OutboxRows(connection)
        self.questions = Questions(connection)
        self.handovers = HandOvers(connection)
        self.channels = Channels(connection)
        self.facts = Facts(connection)
        self.audit = Audit(connection)


class Ledger:
    """The application database. May be used by every thread; a process opens one."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading
        # SQLite lets one writer in at a time, and its busy handler sleeps where a lock wakes.
        self._turn = threading.Lock() if writing.dialect.name == "sqlite" else None
        self._sync = SharedSync(Path(f"{writing.url.database}-wal")) if writing.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, url: str) -> Self:
        """Open "sqlite:////path/to/file" (made if missing, mode 0600) or "postgresql://user:password@host/name".

        Brings the tables up to date first. Raises `LedgerError`, and `LedgerBusy` where waiting may help.
        """
        with _in_our_words():
            try:
                found = make_url(url)
            except ArgumentError:
                raise LedgerError(_WHICH_URL) from None
            ledger = cls(*_engines(found))
            try:
                ledger._bring_up_to_date()
            except BaseException:
                ledger.close()
                raise
            return ledger

    def close(self) -> None:
        """Close the connections. No transaction may be open."""
        self._writing.dispose()
        self._reading.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def begin(self, *, durable: bool = True) -> Iterator[Transaction]:
        """A transaction that writes: kept when the block ends, undone when it raises.

        It survives the end of this process in any case, and a loss of power too, unless it need not be `durable`: what
        is then lost has to be found out again by itself, as a claim is. It is never lost while a later one is kept.
        Raises `LedgerBusy` after 10 seconds of waiting for others. Keep it short, and never open one inside another.
        """
        place = 0
        with _in_our_words():
            with self._my_turn():
                with self._writing.begin() as connection:
                    if not durable and connection.dialect.name == "postgresql":
                        connection.execute(text("SET LOCAL synchronous_commit TO off"))
                    yield Transaction(connection)
                if self._sync:
                    place = self._sync.committed()
            if self._sync and durable:
                try:
                    self._sync.wait_for(place)
                except OSError as error:
                    raise LedgerError(f"the disk does not keep what is written to it: {error.strerror}") from None

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, all of it at one moment. Writing in it raises `LedgerError`."""
        with _in_our_words(), self._reading.begin() as connection:
            yield Transaction(connection)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise LedgerBusy(_BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def _bring_up_to_date(self) -> None:
        with self._reading.begin() as connection:
            if not _outdated(connection):
                return
        with self._my_turn(), self._writing.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            if _outdated(connection):  # another process may have been quicker
                _migrate(connection)


# --- the newest tables ------------------------------------------------------------------------------------------------


def _outdated(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return True
    recorded = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    if recorded > REVISION:
        raise LedgerError(
            f"the database was written by a newer Clausewise (its tables are at {recorded}, this release knows "
            f"{REVISION}): install that release again, or restore the database kept from before"
        )
    return recorded < REVISION


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


# --- the two databases ------------------------------------------------------------------------------------------------


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever characters its path has."""
    return f"sqlite:///{quote(str(path))}"


_WHICH_URL = "the database is named as sqlite:////path/to/file or as postgresql://user:password@host/name"
_BUSY = "the database is busy; nothing was written, try again"


def _engines(url: URL) -> tuple[Engine, Engine]:
    """One engine that writes and one that reads."""
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database not in (None, "", ":memory:"):
        return _sqlite(Path(str(url.database)))
    if url.drivername in _POSTGRESQL and url.database:
        return _postgresql(url)
    raise LedgerError(_WHICH_URL)


def _sqlite(path: Path) -> tuple[Engine, Engine]:
    _private(path)
    url = URL.create("sqlite+pysqlite", database=str(path))
    connecting = {"timeout": BUSY_SECONDS}
    writing = create_engine(url, hide_parameters=True, connect_args=connecting, pool_size=1, max_overflow=0)
    reading = create_engine(url, hide_parameters=True, connect_args=connecting)
    event.listen(writing, "connect", _prepared())
    event.listen(reading, "connect", _prepared("PRAGMA query_only = ON"))
    event.listen(writing, "begin", _beginning("BEGIN IMMEDIATE"))
    event.listen(reading, "begin", _beginning("BEGIN"))
    _use_wal(writing)
    return writing, reading


def _private(path: Path) -> None:
    """Nobody else may read the file. SQLite gives the files it puts beside it the same mode.

    A file that is there is not opened: closing it would take away the locks this process may hold on it.
    """
    try:
        path.touch(0o600)
        if path.is_file():
            path.chmod(0o600)
    except OSError as error:
        raise LedgerError(f"the database {path} cannot be opened for writing: {error.strerror}") from None


def _prepared(*more: str) -> Callable[[Any, Any], None]:
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # sqlite3 begins nothing by itself: `_beginning` does
        for statement in ("PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON", *more):
            connection.execute(statement)

    return on_connect


def _beginning(statement: str) -> Callable[[Connection], None]:
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return on_begin


def _use_wal(engine: Engine) -> None:
    """Switch the file to WAL, which it stays in. Two processes switching at once see each other as locked."""
    tries = 50
    while True:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            tries -= 1
            if not tries or error.sqlite_errorname not in ("SQLITE_BUSY", "SQLITE_LOCKED"):
                raise
        else:
            return
        finally:
            connection.close()
        time.sleep(0.1)


_TLS: dict[str, Callable[[], object]] = {
    "disable": lambda: False,
    "allow": lambda: None,
    "prefer": lambda: None,  # encrypted where the server can
    "require": lambda: True,  # encrypted, whoever the server is
    "verify-ca": ssl.create_default_context,
    "verify-full": ssl.create_default_context,
}


def _postgresql(url: URL) -> tuple[Engine, Engine]:
    """`sslmode` in the URL means what it means to libpq, except that "verify-ca" checks the host's name too."""
    mode = str(url.query.get("sslmode", "prefer"))
    if mode not in _TLS:
        raise LedgerError(f"sslmode in the database's URL is one of {', '.join(_TLS)}")
    connecting = {"ssl_context": _TLS[mode](), "timeout": 30}
    url = url.set(drivername="postgresql+pg8000").difference_update_query(["sslmode"])
    writing = create_engine(url, hide_parameters=True, connect_args=connecting, pool_pre_ping=True, pool_size=10)
    reading = writing.execution_options()
    event.listen(reading, "begin", _beginning("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    return writing, reading


# --- errors -----------------------------------------------------------------------------------------------------------

_SQLITE_SENTENCES = {
    "SQLITE_FULL": "the disk of the database is full: make room, then start again",
    "SQLITE_CORRUPT": "the database file is damaged: restore it from a backup",
    "SQLITE_NOTADB": "the file is no SQLite database: name another, or move it away",
    "SQLITE_CANTOPEN": "the database file cannot be opened: look at its folder and its rights",
    "SQLITE_READONLY": "the database file may not be written to: look at its rights",
    "SQLITE_IOERR": "the disk of the database fails: look at it before anything else",
}
_MOMENTARY = ("08", "53300", "40001", "40P01", "55P03", "57P01", "57P02", "57P03")  # SQLSTATE, or its first letters
_POSTGRESQL_SENTENCES = {
    "28": "PostgreSQL does not let this user in: look at user and password in the database's URL",
    "3D": "PostgreSQL has no database of this name: create it, or name another",
    "42501": "this user lacks a right in the database: let it create and change tables in its schema",
    "53": "PostgreSQL is out of disk or memory: make room, then start again",
}


@contextmanager
def _in_our_words() -> Iterator[None]:
    """No error of the database's libraries leaves; `from None`, because theirs may hold stored values."""
    try:
        yield
    except NoFreeConnection:
        raise LedgerBusy(_BUSY) from None
    except DBAPIError as error:
        raise _translated(error) from None
    except sqlite3.Error as error:  # while connecting, SQLAlchemy lets them through
        raise _of_sqlite(error.sqlite_errorname, str(error)) from None
    except SQLAlchemyError as error:
        raise LedgerError(f"the database refused: {type(error).__name__}") from None


def _translated(error: DBAPIError) -> LedgerError:
    name = getattr(error.orig, "sqlite_errorname", "")
    if name:
        return _of_sqlite(name, str(error.orig))
    answer = error.orig.args[0] if error.orig is not None and error.orig.args else ""
    if isinstance(answer, dict):
        return _of_postgresql(str(answer.get("C", "")), str(answer.get("M", "")))
    if error.connection_invalidated or type(error.orig).__name__ == "InterfaceError":
        return LedgerBusy("the database cannot be reached: is it running, and is its URL right?")
    return LedgerError(f"the database refused: {type(error.orig).__name__}")


def _of_sqlite(name: str, message: str) -> LedgerError:
    family = "_".join(name.split("_")[:2])  # SQLITE_BUSY_SNAPSHOT is one of SQLITE_BUSY
    if family in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return LedgerBusy(_BUSY)
    return LedgerError(_SQLITE_SENTENCES.get(family, f"the database refused: {message}"))


def _of_postgresql(code: str, message: str) -> LedgerError:
    if code.startswith(_MOMENTARY):
        return LedgerBusy(_BUSY)
    found = next((said for start, said in _POSTGRESQL_SENTENCES.items() if code.startswith(start)), "")
    return LedgerError(found or f"the database refused: {message} (SQLSTATE {code})")
