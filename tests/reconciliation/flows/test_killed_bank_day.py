"""Killed at random points of a bank day, process, database or both, the books end the same as undisturbed."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra import rooms
from infra.postgres import DatabaseTrouble, Urls, connect_urls, start, status
from infra.settings import Settings
from projections import open_books
from reconciliation.statements.camt_writer import CamtEntry, CamtStatement, write_camt053
from reconciliation.steps.loop import STEPS
from tests.kit.clinic import ACCOUNT, DAY, PRICE, clinic_on, paid, reference_of, statement
from tests.kit.databases import in_database
from tests.reconciliation.flows.victim import Fault, run, run_job

# Each step, and half of them twice; the others belong to the long tests.
SEEDS = range(12)
MORE_SEEDS = (pytest.param(seed, marks=pytest.mark.soak) for seed in range(len(SEEDS), 96))
# Through Prefect: the database killed, so that the job tries again, and both, so that another run goes on.
AS_JOBS = (11, 17)
ONCE = ("gather", "follow", "tie-out", "seal")
INVOICES = 120


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


@pytest.fixture(scope="module")
def stage(new_books: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory) -> Stage:
    settings = new_books()
    rooms.upgrade(settings, "clinic")
    urls = connect_urls(settings, "clinic")
    inbox = tmp_path_factory.mktemp("inbox")
    with clinic_on(urls.writer, inbox.parent / "unused") as clinic:
        clinic.opened(INVOICES)
        clinic.books.follow()
    for number, file in enumerate(_files()):
        (inbox / f"{number}.xml").write_bytes(file)
    workers = multiprocessing.get_context("forkserver")
    workers.set_forkserver_preload(["reconciliation.steps.loop", "great_expectations", "pandas"])
    return Stage(settings, urls, inbox, workers)


def _files() -> list[bytes]:
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


@pytest.fixture(scope="module")
def undisturbed(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    urls = stage.copy("undisturbed")
    data = tmp_path_factory.mktemp("undisturbed")
    assert stage.finish(stage.spawn(urls, data, None, None)) == 0
    book = book_of(urls)
    assert sum(fact[2] == "ReceiptRecorded" for fact in book) == 123
    return book


def fault_of(seed: int, settings: Settings) -> Fault:
    rng = random.Random(seed)
    step = STEPS[seed % len(STEPS)]
    kills = rng.choice([("process",), ("database",), ("process", "database")])
    nth = 1 if step in ONCE else rng.randint(1, 2)
    return Fault(step, nth, rng.uniform(0, 0.05), kills, status(settings, DAY).pid)


@pytest.mark.parametrize("seed", [*SEEDS, *MORE_SEEDS])
def test_a_bank_day_killed_anywhere_ends_as_if_nothing_had_happened(
    stage: Stage, undisturbed: list[tuple[Any, ...]], tmp_path: Path, seed: int
):
    kill_and_run_again(stage, undisturbed, tmp_path, fault_of(seed, stage.settings), f"seed_{seed}")


@pytest.mark.parametrize("seed", AS_JOBS)
def test_so_does_one_that_is_a_job(
    stage: Stage, undisturbed: list[tuple[Any, ...]], prefect_environ: dict[str, str], tmp_path: Path, seed: int
):
    fault = fault_of(seed, stage.settings)
    kill_and_run_again(stage, undisturbed, tmp_path, fault, f"job_{seed}", prefect_environ)


def kill_and_run_again(
    stage: Stage,
    undisturbed: list[tuple[Any, ...]],
    data: Path,
    fault: Fault,
    name: str,
    server: Mapping[str, str] | None = None,
) -> None:
    urls = stage.copy(name)
    stage.finish(stage.spawn(urls, data, fault, server))
    assert (data / "hit").read_text() == fault.step, fault

    assert stage.finish(stage.spawn(urls, data, None, server)) == 0, fault

    assert book_of(urls) == undisturbed, fault
    with open_books(urls.writer, "clinic") as books:
        assert books.parity().equal, fault
        assert books.report("tie-out", DAY).complete, fault


def test_the_seeds_hit_every_step_and_kill_process_and_database(stage: Stage):
    faults = [fault_of(seed, stage.settings) for seed in SEEDS]
    assert {fault.step for fault in faults} == set(STEPS)
    assert {fault.kills for fault in faults} == {("process",), ("database",), ("process", "database")}
