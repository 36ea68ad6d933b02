"""The stage of a bank day that is killed: a server of its own, the books before the day, and the bank's files."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.postgres import DatabaseTrouble, Urls, start, status
from infra.settings import Settings
from reconciliation.statements.camt.writer import CamtEntry, CamtStatement, write_camt053
from reconciliation.steps.loop import STEPS
from tests.kit.clinic import ACCOUNT, DAY, PRICE, paid, reference_of, statement
from tests.kit.databases import in_database
from tests.kit.vault_key import VAULT_KEYS
from tests.reconciliation.flows.victim import Fault, run, run_job

ONCE = ("gather", "rematch", "follow", "tie-out", "seal")


@dataclass
class Stage:
    """A server of its own, a database with the office's facts to copy, and the bank's files."""

    settings: Settings
    urls: Urls
    inbox: Path
    workers: ForkServerContext

    def copy(self, name: str) -> Urls:
        self.keep_up()
        with psycopg.connect(in_database(self.urls, "postgres").owner, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE reskontra")  # type: ignore[arg-type]
        return in_database(self.urls, name)

    def spawn(self, urls: Urls, data: Path, fault: Fault | None, server: Mapping[str, str] | None) -> BaseProcess:
        """The bank day in a process of its own, as a job of that Prefect server where one is given."""
        environ = {**(server or {}), "RESKONTRA_WRITER_URL": urls.writer, "RESKONTRA_DATA_DIR": str(data)}
        environ["RESKONTRA_VAULT_KEYS"] = str(VAULT_KEYS)
        day: dict[str, Any] = {
            "entity": "clinic",
            "paths": [str(self.inbox)],
            "on": DAY.isoformat(),
            "recorded_at": f"{DAY}T18:00:00+00:00",
        }
        target = run if server is None else run_job
        process = self.workers.Process(target=target, args=(environ, day, fault, str(data / "hit")))
        process.start()
        return process

    def finish(self, process: BaseProcess) -> int | None:
        """Wait for the end of it; a database that is down is started again, as an operator would."""
        deadline = time.monotonic() + 200
        while process.is_alive() and time.monotonic() < deadline:
            process.join(0.1)
            self.revive()
        assert not process.is_alive(), "the bank day did not end"
        self.keep_up()
        return process.exitcode

    def keep_up(self) -> None:
        """Wait until the server is up, starting it where it is down."""
        deadline = time.monotonic() + 100
        while not self.revive():
            assert time.monotonic() < deadline, "the database did not come back"
            time.sleep(0.1)

    def revive(self) -> bool:
        """Start the server where it is down; False when it went down this very moment, so that it is tried again."""
        try:
            if not status(self.settings, DAY).running:
                start(self.settings)
        except DatabaseTrouble:
            return False
        return True


def workers(server: Mapping[str, str]) -> ForkServerContext:
    """Starts processes that have already imported what a bank day needs, Prefect with the settings for that server."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reconciliation.flows.ready"])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.items():
            patch.setenv(name, value)
        forkserver.ensure_running()
    return context


def files() -> list[bytes]:
    """A file of two statements with every kind of line, some without the bank's id, and one that overlaps them."""
    first = [paid(PRICE + 100 * (number % 3 - 1), reference_of(number), f"b{number}") for number in range(60)]
    first += [paid(99_00), paid(99_00), paid(123_00, "12345"), CamtEntry(-40_00, DAY, DAY, bank_ref="fee")]
    second = [paid(PRICE, reference_of(number)) for number in range(50, 110)]
    opening = sum(entry.amount_minor for entry in first)
    return [
        write_camt053("M", f"{DAY}T20:00:00", [stated(first, 0, "A", 1), stated(second, opening, "B", 2)]),
        statement([*first, *second], statement_id="A+B"),
    ]


def stated(entries: list[CamtEntry], opening_minor: int, statement_id: str, sequence: int) -> CamtStatement:
    return CamtStatement(statement_id, ACCOUNT, "SEK", sequence, f"{DAY}T20:00:00", DAY, DAY, entries, opening_minor)


def book_of(urls: Urls) -> list[tuple[Any, ...]]:
    """Every fact, by stream and version: what must not depend on when anything was killed."""
    with psycopg.connect(urls.reader) as connection:
        return connection.execute(
            "SELECT originator_id, originator_version, topic, convert_from(state, 'UTF8') FROM clinic.events"
            " ORDER BY originator_id, originator_version"
        ).fetchall()


def fault_of(seed: int, settings: Settings) -> Fault:
    rng = random.Random(seed)
    step = STEPS[seed % len(STEPS)]
    kills = rng.choice([("process",), ("database",), ("process", "database")])
    nth = 1 if step in ONCE else rng.randint(1, 2)
    return Fault(step, nth, rng.uniform(0, 0.05), kills, status(settings, DAY).pid)
