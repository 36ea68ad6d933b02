"""Writers of single facts from 32 threads in 4 processes, and issuers who all want the next number of one series."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg

from infra.postgres import Urls
from infra.postgres.binaries import choose
from ledger import GroupCommit, execute, open_journal
from tests.benchmarks.baselines import pgbench_insert, stock_recorder
from tests.benchmarks.clinic import bill, received
from tests.benchmarks.measurement import TRIAL, Row, paired
from tests.kit.care import open_account, open_series
from tests.kit.submissions import submit

PROCESSES = 4
THREADS = 8
SECONDS = 4 // min(TRIAL, 4)
ENTITY = "clinic"

# What one thread does again and again, given a name that nobody has used.
Work = Callable[[str], object]


def writers_stock(urls: Urls) -> Row:
    """A receipt recorded, one command and one fact, against the library's own recorder saving the same fact."""
    with psycopg.connect(urls.owner) as owner:
        stock = stock_recorder.recorder(urls.owner, ENTITY, 1)
        stock.create_table()
        owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {ENTITY} TO {_user(urls.writer)}")  # type: ignore[arg-type]
        owner.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA {ENTITY} TO {_user(urls.writer)}")  # type: ignore[arg-type]
    state = _state_of_a_receipt(urls)
    with crowd(receiving, urls.writer) as ours, crowd(saving, urls.writer, state) as baseline:
        return paired("writers_stock", "commands/s", ours, baseline)


def writers_pgbench(urls: Urls) -> Row:
    """The same against pgbench inserting the same row with as many clients."""
    state = _state_of_a_receipt(urls)
    pgbench = choose(None).folder / "pgbench"
    with tempfile.TemporaryDirectory() as folder, crowd(receiving, urls.writer) as ours:
        file = Path(folder) / "insert.sql"
        file.write_text(
            pgbench_insert.script(f"{ENTITY}.events", f"{ENTITY}.events_position", "ReceiptRecorded", state)
        )
        return paired(
            "writers_pgbench",
            "commands/s",
            ours,
            lambda: pgbench_insert.rate(pgbench, file, urls.writer, PROCESSES * THREADS, SECONDS),
        )


def contended_series(urls: Urls) -> Row:
    """Invoices issued one command at a time, all from one series, against a series for each process."""
    with open_journal(urls.writer, ENTITY) as journal:
        for number in range(PROCESSES + 1):
            execute(journal, submit(open_series(f"S{number}", 1, f"{number + 1}"), f"series:{number}"))
        execute(journal, submit(open_account("a"), "account"))
        with crowd(issuing, urls.writer, False) as ours, crowd(issuing, urls.writer, True) as baseline:
            row = paired("contended_series", "invoices/s", ours, baseline)
        positions = journal.stable_position()
        with psycopg.connect(urls.owner) as owner:
            found = owner.execute(f"SELECT count(*) FROM {ENTITY}.events").fetchone()  # type: ignore[arg-type]
            assert found is not None
    return Row(**row.plain() | {"stages": {"positions drawn in vain": positions - found[0]}})


@contextmanager
def receiving(url: str, _: int) -> Iterator[Work]:
    """A receipt recorded a command."""
    with open_journal(url, ENTITY) as journal:
        group = GroupCommit(journal)

        def work(name: str) -> None:
            assert group.execute(received(name)).status == "done"

        yield work


@contextmanager
def saving(url: str, _: int, state: bytes) -> Iterator[Work]:
    """The same fact saved by the library."""
    recorder = stock_recorder.recorder(url, ENTITY, THREADS)
    yield lambda name: stock_recorder.save(recorder, f"receipt-{name}", "ReceiptRecorded", state)
    recorder.datastore.close()


@contextmanager
def issuing(url: str, process: int, apart: bool) -> Iterator[Work]:
    """An invoice issued a command, from the one series or from the process's own."""
    with open_journal(url, ENTITY) as journal:
        group = GroupCommit(journal)

        def work(name: str) -> None:
            assert group.execute(bill(name, "a", f"S{process + 1 if apart else 0}")).status == "done"

        yield work


@contextmanager
def crowd(kind: Callable[..., Any], *given: object) -> Iterator[Callable[[], float]]:
    """Processes of threads that wait; called, they all work for a while, and it tells how often a second."""
    context = get_context("spawn")
    pipes: list[Connection] = []
    for number in range(PROCESSES):
        here, there = context.Pipe()
        context.Process(target=_member, args=(there, kind, number, given), daemon=True).start()
        there.close()
        pipes.append(here)

    def work() -> float:
        for pipe in pipes:
            pipe.send(SECONDS)
        done = [pipe.recv() for pipe in pipes]
        return float(sum(count / spent for count, spent in done))

    for pipe in pipes:
        assert pipe.recv() == "ready"
    yield work
    for pipe in pipes:
        pipe.send(None)
        assert pipe.recv() == "gone"


def _member(pipe: Connection, kind: Callable[..., Any], number: int, given: tuple[object, ...]) -> None:
    url, *others = given
    with kind(url, number, *others) as work, ThreadPoolExecutor(THREADS) as threads:
        pipe.send("ready")
        runs = 0
        while (seconds := pipe.recv()) is not None:
            runs += 1
            started = time.perf_counter()
            until = started + seconds
            names = [f"{os.getpid()}-{runs}-{thread}" for thread in range(THREADS)]
            count = sum(threads.map(lambda name, until=until: _again(work, name, until), names))  # type: ignore[misc]
            pipe.send((count, time.perf_counter() - started))
    pipe.send("gone")


def _again(work: Work, name: str, until: float) -> int:
    count = 0
    while time.perf_counter() < until:
        work(f"{name}-{count}")
        count += 1
    return count


def _state_of_a_receipt(urls: Urls) -> bytes:
    """The bytes that ours stores."""
    with open_journal(urls.writer, ENTITY) as journal:
        assert execute(journal, received("the-one-before-all-others")).status == "done"
    with psycopg.connect(urls.owner) as owner:
        found = owner.execute(f"SELECT state FROM {ENTITY}.events WHERE topic = 'ReceiptRecorded' LIMIT 1").fetchone()  # type: ignore[arg-type]
        assert found is not None
        return bytes(found[0])


def _user(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["user"])
