"""A primary and a synchronous standby, both embedded: the primary dies whole, the standby is promoted."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from infra.postgres import Urls, binaries, cluster, cluster_folders, passwords, process, stop
from infra.postgres.server import embedded, embedded_url
from infra.postgres.system_account import ENVIRONMENT
from infra.postgres.urls import changed
from infra.settings import Settings
from tests.faults.arena import PATIENCE_S, Arena, Connection

NAME: Final = "standby"


class Pair(Arena):
    """A primary whose commits are acknowledged once the standby has them; `revive` promotes the standby."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        found = cluster.found(settings)
        assert found is not None
        self._account = found.account
        self._programs = binaries.within_reach(found.binaries, found.account, settings.state_dir)
        self._home = found.folders.home.with_name(f"{found.folders.home.name}-{NAME}")
        self._primary = embedded_url(settings, embedded(settings), passwords.SUPERUSER)
        self._promoted = False
        self._copy_primary()
        self._process = self._launch()
        with psycopg.connect(self._primary, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 ({NAME})'".encode())
            connection.execute("SELECT pg_reload_conf()")
            _await(connection, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'quorum'")

    def make(self) -> Urls:
        """A database on both, and URLs that find whichever of the two takes writes."""
        made = super().make()
        return Urls(*(self._either(url) for url in (made.owner, made.writer, made.reader, made.vault)))

    def superuser(self, database: str) -> Connection:
        """On whichever of the two takes writes; on the primary alone before there is a standby."""
        if not hasattr(self, "_process"):
            return super().superuser(database)
        return psycopg.connect(self._either(self._primary), dbname=database, autocommit=True)

    def revive(self) -> None:
        """Promote the standby once the primary is gone."""
        if self.killed and not self._promoted:
            self._promoted = True
            alone = changed(self._primary, host=str(self._sockets))
            with psycopg.connect(alone, autocommit=True) as connection:
                # No one is left to wait for.
                connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
                connection.execute("SELECT pg_promote(true, %s)", (PATIENCE_S,))

    def close(self) -> None:
        """Stop both; the dead one is started once more, so that it clears away what it left in shared memory."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE_S)
        super().revive()
        stop(self.settings)

    @property
    def _sockets(self) -> Path:
        return self._home / "run"

    def _either(self, url: str) -> str:
        host, port = conninfo_to_dict(url)["host"], str(cluster_folders.PORT)
        return changed(url, host=f"{host},{self._sockets}", port=f"{port},{port}", target_session_attrs="read-write")

    def _copy_primary(self) -> None:
        for folder in (self._home, self._sockets):
            folder.mkdir(mode=0o700)
            self._account.own(folder)
        done = self._account.run([
            self._programs.folder / "pg_basebackup", "-D", self._home / "data", "-X", "stream", "-c", "fast", "-R",
            "-N", "-d", make_conninfo(self._primary, application_name=NAME),
        ])  # fmt: skip
        assert done.returncode == 0, done.stderr

    def _launch(self) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "", "port": str(cluster_folders.PORT), "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700", "fsync": "off",
        }  # fmt: skip
        given = [f"--{name}={value}" for name, value in options.items()]
        with open(self._home / "server.log", "ab") as log:
            return subprocess.Popen(
                [self._programs.postgres, "-D", self._home / "data", *given],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=ENVIRONMENT, umask=0o077,
                start_new_session=True, preexec_fn=process.end_with_parent(), **self._account.stepping_down,
            )  # fmt: skip


def _await(connection: Connection, question: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while connection.execute(question.encode()).fetchone() != (True,):
        assert time.monotonic() < deadline, question
        time.sleep(0.01)
