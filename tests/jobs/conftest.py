"""The databases the ledger runs on: a SQLite file, and a PostgreSQL server of our own that ends with the tests."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pg8000.dbapi  # type: ignore[import-untyped] # it has none
import pytest
from sqlalchemy import create_engine, text

from jobs.ledger import Ledger

PASSWORD = "only-for-tests"  # noqa: S105 - of a server that lives as long as the tests

RunSql = Callable[..., list[tuple[Any, ...]]]


class Server:
    """A PostgreSQL server on the loopback interface, with its data in a folder that is thrown away."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        # The server refuses to run as root.
        self._as = {"user": _unprivileged(), "extra_groups": []} if os.geteuid() == 0 else {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    def start(self) -> None:
        password = self._folder / "password"
        password.write_text(PASSWORD)
        if self._as:
            for path in (self._folder, password):
                shutil.chown(path, str(self._as["user"]))
        data = str(self._folder / "data")
        wanted = ("-U", "clausewise", "-A", "scram-sha-256", "--pwfile", str(password), "-E", "UTF8", "--no-sync")
        self._run("initdb", "-D", data, *wanted).check_returncode()
        careless = (
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_senders=0",
        )
        options = f"-h 127.0.0.1 -p {self.port} -k {self._folder} " + " ".join(f"-c {setting}" for setting in careless)
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start").check_returncode()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def emptied(self) -> str:
        """The URL of the one database, with nothing in it."""
        with contextlib.closing(self.connect()) as connection:
            for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
                connection.cursor().execute(statement)
            connection.commit()
        return f"postgresql://clausewise:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def connect(self) -> Any:
        return pg8000.dbapi.connect(
            user="clausewise", password=PASSWORD, host="127.0.0.1", port=self.port, database="postgres"
        )

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(self._programs / program), *arguments]
        return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd=self._folder, **self._as)  # type: ignore[call-overload,no-any-return] # the user, where there is one


def _unprivileged() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _programs() -> Path | None:
    """Where PostgreSQL's programs lie: the newest of those installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = [str(path) for path in packaged[-1:]] or [shutil.which("initdb") or ""]
    return Path(found[0]).resolve().parent if found[0] else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed: neither in /usr/lib/postgresql nor is initdb in PATH")
    folder = Path(tempfile.mkdtemp(prefix="clausewise-postgresql-"))
    server = Server(programs, folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.emptied()


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


@pytest.fixture
def run_sql(database_url: str) -> RunSql:
    """`run_sql(statement, ...)`: what somebody does to the database behind our back; the rows of the last statement."""

    def run(*statements: str) -> list[tuple[Any, ...]]:
        engine = create_engine(database_url.replace("postgresql:", "postgresql+pg8000:"))
        try:
            with engine.begin() as connection:
                results = [connection.execute(text(statement)) for statement in statements]
                return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
        finally:
            engine.dispose()

    return run
