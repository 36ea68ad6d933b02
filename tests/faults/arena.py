"""The server that faults are made on: killed and started again, with databases in which rows can go wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from psycopg.conninfo import conninfo_to_dict

from infra.postgres import DatabaseTrouble, Urls, cluster_folders, passwords, start, status
from infra.postgres.server import embedded, embedded_url
from infra.settings import Settings
from tests.kit.databases import in_database
from tests.kit.staff import make_books

ENTITY: Final = "clinic"
FAULTS: Final = (Path(__file__).parent / "faults.sql").read_bytes()
# Waiting for something real to happen, on a machine however busy.
PATIENCE_S: Final = 60
# Whoever shall wait in the server waits for this advisory lock.
GATE: Final = 4711

Connection = psycopg.Connection[Any]


class Arena:
    """One server of our own, and a template with the books' tables and the faults."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        start(settings, child=True, durable=False)
        self._urls = make_books(settings, ENTITY)
        self._made = 0
        self.killed = 0
        with self.superuser("reskontra") as connection:
            connection.execute(FAULTS)
            # A deadlock is looked for at once; nobody waits a second for it.
            connection.execute("ALTER SYSTEM SET deadlock_timeout = '20ms'")
            connection.execute("SELECT pg_reload_conf()")

    def make(self) -> Urls:
        """A database of one's own; an earlier one is dropped."""
        with self.superuser("postgres") as connection:
            if self._made:
                connection.execute(f"DROP DATABASE run_{self._made} WITH (FORCE)".encode())
            self._made += 1
            connection.execute(f"CREATE DATABASE run_{self._made} TEMPLATE reskontra STRATEGY file_copy".encode())
        return in_database(self._urls, f"run_{self._made}")

    def superuser(self, database: str) -> Connection:
        """A connection that may do anything, and waits for others long enough not to be the victim of a deadlock."""
        url = embedded_url(self.settings, embedded(self.settings), passwords.SUPERUSER)
        return psycopg.connect(url, dbname=database, autocommit=True, options="-c deadlock_timeout=60s")

    def fill_disk(self, database: str) -> None:
        """Put a device without room in place of one table's file: its next row finds no space left."""
        known = cluster_folders.recorded(self.settings)
        assert known is not None
        with self.superuser(database) as connection:
            ((path,),) = connection.execute("SELECT pg_relation_filepath('faults.full_disk')").fetchall()
        file = known.data / path
        if not file.is_symlink():
            file.unlink()
            file.symlink_to("/dev/full")

    def kill(self) -> None:
        """End every process of the server at once, as a loss of power does."""
        pid = status(self.settings, date(2024, 6, 3)).pid
        if pid is None:
            return
        self.killed += 1
        postmaster = psutil.Process(pid)
        postmaster.suspend()
        victims = [postmaster, *postmaster.children(recursive=True)]
        # All stop before the first one ends: a session that ends lets go of its locks, and whoever waited for them
        # would go on. The postmaster ends first, or it would say that it restarts its sessions.
        for end in (psutil.Process.suspend, psutil.Process.kill):
            for victim in victims:
                with suppress(psutil.NoSuchProcess):
                    end(victim)

    def revive(self) -> None:
        """Start the server where it is down, as an operator would."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return start(self.settings, child=True, durable=False)
            except DatabaseTrouble:
                assert time.monotonic() < deadline, "the database did not come back"


class Referee:
    """Arms faults inside one database, sees them strike, and holds whoever shall wait."""

    def __init__(self, arena: Arena, urls: Urls) -> None:
        self.arena = arena
        self.database = str(conninfo_to_dict(urls.owner)["dbname"])
        self.role = str(conninfo_to_dict(urls.writer)["user"])
        self._connection: Connection | None = None
        self._killed = 0

    @property
    def connection(self) -> Connection:
        """Made at first use, and again once the server was killed."""
        if self._connection is None or self._killed != self.arena.killed:
            self._killed = self.arena.killed
            self._connection = self.arena.superuser(self.database)
        return self._connection

    def arm(self, step: str, action: str, nth: int = 1) -> None:
        """Let a server step go wrong at the n-th time from now."""
        self.connection.execute(
            f"INSERT INTO faults.armed SELECT %s, last_value + %s, %s FROM faults.{step}".encode(), (step, nth, action)
        )

    def struck(self) -> int:
        """How many faults have struck inside the server."""
        ((count,),) = self.connection.execute("SELECT last_value FROM faults.struck").fetchall()
        return int(count)

    def terminate_writers(self) -> None:
        """End every session of the writer's role."""
        whose = "FROM pg_stat_activity WHERE usename = %s AND datname = %s"
        given = (self.role, self.database)
        self.connection.execute(f"SELECT pg_terminate_backend(pid) {whose}".encode(), given)
        count = f"SELECT count(*) {whose}".encode()
        self._await(lambda: self.connection.execute(count, given).fetchone() == (0,), "a session did not end")

    @contextmanager
    def gate_shut(self) -> Iterator[Connection]:
        """Whoever is held waits until this block ends; gives the connection that holds the gate."""
        holder = self.arena.superuser(self.database)
        try:
            holder.execute("SELECT pg_advisory_lock(%s)", (GATE,))
            yield holder
        finally:
            holder.close()

    def await_strike(self, before: int) -> None:
        """Wait until one more fault has struck."""
        self._await(lambda: self.struck() > before, "no fault struck")

    def await_blocked(self) -> None:
        """Wait until a session waits for a transaction of another."""
        query = (
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'advisory')"
            " AND NOT (locktype = 'advisory' AND classid = 0 AND objid = %s)"
        )
        self._await(lambda: self.connection.execute(query, (GATE,)).fetchone() != (0,), "nobody had to wait")

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()

    def _await(self, seen: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not seen():
            assert time.monotonic() < deadline, otherwise
            time.sleep(0.002)


@contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    """Something happens beside the block; what went wrong in it is raised at the end."""
    raised: list[BaseException] = []

    def acting() -> None:
        try:
            act()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=acting)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE_S)
    assert not thread.is_alive(), "what should happen meanwhile never ended"
    if raised:
        raise raised[0]
