"""report_one, inspect_one, reconcile_one, help: seconds of a whole command, from its start to its exit.

Beside each, a process that only imports Prefect and Great Expectations. What is fixed of a command's time is most of it
where there is little to do. Help is measured in processor time, beside the import of the library that writes it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from infra.postgres import Urls
from infra.settings import Settings
from tests.benchmarks.clinic import open_invoices
from tests.benchmarks.measurement import Row, paired, seconds
from tests.kit.clinic import DAY, PRICE, paid, statement
from tests.kit.staff import give_key

PROGRAM = Path(sys.executable).parent / "reskontra"
IMPORTS = "import prefect, great_expectations"
INVOICES = 1_000


def report_one(urls: Urls) -> Row:
    """An aging of a thousand items."""
    with _commands(urls) as (run, _):
        return _beside("report_one", lambda: run("aging", "--as-of", str(DAY)), 0.7)


def inspect_one(urls: Urls) -> Row:
    """A look at a file of one line."""
    with _commands(urls) as (run, new_file):
        path = new_file()
        return _beside("inspect_one", lambda: run("inspect", str(path)), 1.0)


def reconcile_one(urls: Urls) -> Row:
    """The bank day of a file of one line, another each time."""
    with _commands(urls) as (run, new_file):
        return _beside("reconcile_one", lambda: run("reconcile", str(new_file()), "--on", str(DAY)), 4.0)


def help_one(_: Urls) -> Row:
    """The list of all commands."""
    library = [sys.executable, "-c", "import typer"]
    return paired("help", "s", lambda: _processor([str(PROGRAM), "--help"]), lambda: _processor(library), digits=3)


def _processor(command: list[str]) -> float:
    """Seconds of processor time of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _beside(name: str, command: Callable[[], None], limit: float) -> Row:
    row = paired(name, "s", lambda: seconds(command), lambda: seconds(_import), digits=2)
    return replace(row, limit=limit)


def _import() -> None:
    subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True)


@contextmanager
def _commands(urls: Urls) -> Iterator[tuple[Callable[..., None], Callable[[], Path]]]:
    """How to run a command on books with some invoices, and how to get a file of one payment that is in no book yet."""
    open_invoices(urls, INVOICES)
    with tempfile.TemporaryDirectory() as folder:
        give_key(Settings(Path(folder)).vault_key)
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "RESKONTRA"))}
        environ |= {
            "RESKONTRA_DATABASE_URL": urls.owner,
            "RESKONTRA_WRITER_URL": urls.writer,
            "RESKONTRA_READER_URL": urls.reader,
            "RESKONTRA_DATA_DIR": folder,
        }
        made = iter(range(1_000_000))

        def run(*words: str) -> None:
            done = subprocess.run([PROGRAM, *words], env=environ, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr

        def new_file() -> Path:
            number = next(made)
            path = Path(folder) / f"{number}.xml"
            content = statement([paid(PRICE, None, f"b{number}")], number * PRICE, f"S{number}")
            path.write_bytes(content)
            return path

        yield run, new_file
