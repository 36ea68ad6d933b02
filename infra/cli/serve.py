"""The command that keeps the database, Prefect's server and its worker running."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import whole
from infra.desk.bank_day import SCHEDULING, settle_for_jobs
from infra.desk.place import places_of
from infra.desk.problems import Problem, Stopped
from ledger.disk import alone, make_folder

if TYPE_CHECKING:
    from infra.serving.supervision import Supervision

COMMANDS: Final = Commands()

_PORT: Final = 4200


@COMMANDS.add("serve", needs={"": SCHEDULING})
def serve(
    call: Call,
    port: Annotated[
        int,
        typer.Option(
            parser=whole(1, 65535), metavar="PORT", help="The port of Prefect's server, for this machine only."
        ),
    ] = _PORT,
) -> Answer:
    """Keep the database, Prefect's server and its worker running until you stop it.

    Places are visited on their schedules, reminders follow them, and the watchdog looks every quarter of an hour. What
    ends is started again; a database that is held (`db stop --hold`) stays stopped. If PREFECT_API_URL is set, that
    server is used. Stop with Ctrl-C or SIGTERM.
    """
    from infra import postgres

    ran = postgres.runs(call.settings)
    with call.desk() as desk:
        desk.require(*SCHEDULING)
        places_of(desk, call.settings)
    zone = call.terms.zone
    settle_for_jobs(call.settings, call.urls.writer)
    # This desk is closed first: the jobs open their own desks, which must never wait for this one.
    call.close()
    with _alone(call):
        kept, url = _supervision(call, port, zone, ran)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        call.say(f"serving {call.entity}; Prefect is at {url}; logs are in {call.settings.data_dir / 'serve'}")
        kept.run(stop.is_set)
    return Answer(rows=[{"prefect": url}], page=["stopped"])


def _alone(call: Call) -> AbstractContextManager[None]:
    folder = call.settings.data_dir / "serve"
    make_folder(folder)
    sentence = f"another `reskontra serve` runs for {call.entity}: stop that one first"
    return alone(folder / call.entity, 0, Stopped(Problem("served_already", sentence)))


def _supervision(call: Call, port: int, zone: str, ran: bool) -> tuple[Supervision, str]:
    """What is to be kept running, and the address of Prefect's server; `ran` says that the database ran before."""
    from infra.serving.kept_database import KeptDatabase
    from infra.serving.kept_process import KeptProcess
    from infra.serving.supervision import Supervision
    from reconciliation.flows import server_command

    own = call.settings.job_server is None
    url = call.settings.job_server or f"http://127.0.0.1:{port}/api"
    if own and _taken(port):
        sentence = f"something listens on port {port} already: give another one with --port, or set PREFECT_API_URL"
        raise Stopped(Problem("port_taken", sentence))
    logs = call.settings.data_dir / "serve"

    def kept(name: str, command: list[str], environ: dict[str, str]) -> KeptProcess:
        log = logs / f"{name.replace(' ', '-')}.log"
        return KeptProcess(name, command, {**os.environ, **environ}, log, call.say, time.monotonic)

    server = kept("prefect server", server_command(port), {}) if own else None
    worker = [sys.executable, "-m", "reconciliation.flows.worker", call.entity, zone]
    of_entity = kept(f"worker of {call.entity}", worker, {"PREFECT_API_URL": url})
    database = KeptDatabase(call.settings, started=not ran)
    return Supervision(database, server, of_entity, lambda: _answers(url), call.settings.places_file, call.say), url


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    """Whether Prefect's server answers; the address is of this command or of PREFECT_API_URL."""
    import urllib.request

    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False
