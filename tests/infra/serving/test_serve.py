"""`reskontra serve` for real: database, Prefect's server and worker, a run of a place's deployment, and the end."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra import postgres
from infra.settings import Settings
from ledger.domain.days import day_of
from tests.house.source import ROOT
from tests.kit.clinic import ACCOUNT, PRICE, clinic_on, paid, reference_of, statement
from tests.kit.held_commits import until
from tests.kit.staff import make_books

PROGRAM = "from infra.cli import main; main()"
QUICK = {"PREFECT_RUNNER_POLL_FREQUENCY": "1", "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A running `reskontra serve`: what it says, and where its Prefect is."""

    def __init__(self, environ: dict[str, str], port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/api"
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "serve", "--port", str(port)],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.strip())
        self._lines.put("")

    def wait_for(self, what: str) -> str:
        """The next line with this in it."""
        while True:
            line = self._lines.get(timeout=100)
            self.said.append(line)
            assert line or self.process.poll() is None, self.said
            if re.search(what, line):
                return line

    def ask(self, path: str, question: dict[str, Any] | None = None, method: str = "POST") -> Any:
        body = None if question is None else json.dumps(question).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data=body, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def serving(environ: dict[str, str], port: int) -> Iterator[Served]:
    served = Served(environ, port)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def number(line: str) -> int:
    return int(line.rpartition(" ")[2])


def environ_of(settings: Settings) -> dict[str, str]:
    """The variables of a process that serves these books."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "RESKONTRA"))}
    return (
        environ
        | QUICK
        | {
            "RESKONTRA_DATA_DIR": str(settings.data_dir),
            "RESKONTRA_STATE_DIR": str(settings.state_dir),
            "RESKONTRA_VAULT_KEYS": str(settings.vault_key.parent),
            "RESKONTRA_ENTITY": "clinic",
        }
    )


def test_it_serves_a_place_starts_again_what_dies_and_ends_without_a_trace(
    new_books: Callable[..., Settings], tmp_path: Path
):
    settings = new_books()
    urls = make_books(settings, "clinic")
    with clinic_on(urls.writer, tmp_path / "clinic") as clinic:
        clinic.opened(1)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "day.xml").write_bytes(statement([paid(PRICE, reference_of(0), "b1")]))
    settings.places_file.parent.mkdir(parents=True)
    settings.places_file.write_text(
        f"[places.seb]\naccounts = ['{ACCOUNT}']\nfolder = '{inbox}'\nsettled_seconds = 0\n[reminders]\nat = 10:00:00\n"
    )
    postgres.stop(settings)
    environ = environ_of(settings)
    port = free_port()
    with serving(environ, port) as served:
        assert f"Prefect is at http://127.0.0.1:{port}/api" in served.wait_for("serving clinic")
        server = number(served.wait_for("prefect server runs as process"))
        worker = number(served.wait_for("worker of clinic runs as process"))
        served.wait_for("ready")

        def registered() -> bool:
            return len(served.ask("/deployments/filter", {})) == 3

        until(registered, 120)
        deployed = {one["name"]: one for one in served.ask("/deployments/filter", {})}
        assert set(deployed) == {"clinic-seb", "clinic-reminders", "clinic-watchdog"}

        run = served.ask(f"/deployments/{deployed['clinic-seb']['id']}/create_flow_run", {})
        until(lambda: _state(served, run["id"]) in ("COMPLETED", "FAILED", "CRASHED"), 120)
        assert _state(served, run["id"]) == "COMPLETED"
        assert [one.name for one in inbox.iterdir()] == ["taken"]
        with clinic_on(urls.writer, tmp_path / "clinic") as clinic:
            assert clinic.count("ReceiptAllocated") == 1
            assert {one.envelope.actor for one in clinic.books.journal.follow(0, 10**6)} >= {"job:bank-day"}

        os.kill(worker, signal.SIGKILL)
        served.wait_for(f"worker of clinic ended with code -{signal.SIGKILL:d}")
        again = number(served.wait_for("worker of clinic runs as process"))
        assert served.stop() == 0

    assert not any(alive(one) for one in (server, worker, again))
    assert not postgres.status(settings, day_of("2026-10-05")).running, "it was started here, so it is stopped here"


def _state(served: Served, run_id: str) -> str:
    return str(served.ask(f"/flow_runs/{run_id}", method="GET")["state_type"])
