"""A Prefect server for each file of tests that run jobs, with its scheduler, on this machine only."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

QUIET = {
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
}


# The name of the server's database in its home.
DATABASE = "prefect.db"


@pytest.fixture(scope="module")
def prefect_environ(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[dict[str, str]]:
    """The variables with which a process of ours uses the tests' Prefect server."""
    home = tmp_path_factory.mktemp("prefect")
    # Making the database takes most of the server's first start, so the next file's server begins with a copy.
    ours = tmp_path_factory.getbasetemp()
    made = (ours if worker_id == "master" else ours.parent) / DATABASE
    if made.exists():
        shutil.copy(made, home / DATABASE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**QUIET, "PREFECT_HOME": str(home), "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    server = _server(environ, port, home)
    try:
        _wait(environ["PREFECT_API_URL"] + "/health", server)
        if not made.exists():
            _copy(home / DATABASE, made)
        yield environ
    finally:
        server.terminate()
        server.wait(60)


def _server(environ: dict[str, str], port: int, home: Path) -> subprocess.Popen[bytes]:
    own = {name: value for name, value in environ.items() if name != "PREFECT_API_URL"}
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env={**os.environ, **own},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )


def _copy(used: Path, made: Path) -> None:
    """Copy a database that a server uses; whoever sees the copy sees all of it."""
    part = used.with_suffix(".copy")
    with closing(sqlite3.connect(used)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
    part.replace(made)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert server.poll() is None, "the Prefect server ended"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the Prefect server did not answer in three minutes")
