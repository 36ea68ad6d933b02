"""parse_camt, parse_<format>, parse_mapped: lines of files that are read in a second, and how much memory it takes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow.compute as pc

from infra.postgres import Urls
from reconciliation.statements import Profile, read
from tests.benchmarks import mapped_tables
from tests.benchmarks.baselines import xml_entries
from tests.benchmarks.clinic import bank_file
from tests.benchmarks.measurement import RUNS, TRIAL, Row, percentile, rates, seconds

LINES: Final = 100_000 // TRIAL


def parse_camt(_: Urls) -> Row:
    """Entries of a camt.053 that are read, beside entries that are only counted and summed up."""
    data = bank_file(LINES)
    row = rates("parse_camt", "lines/s", LINES, lambda: _lines(data), lambda: xml_entries.count_and_sum(data))
    return Row(**{**row.plain(), "spread": row.spread, "stages": {"peak_mb": _peak(data)}})


def parse(name: str, write: Callable[[int], bytes]) -> Callable[[Urls], Row]:
    """The benchmark `name`: lines a second of the file with so many lines that `write` makes; no reader to compare."""
    return partial(_parse, name, write)


def parse_mapped(_: Urls) -> Row:
    """A table (CSV) that a file mapping reads."""
    return _rate("parse_mapped", mapped_tables.table(LINES), mapped_tables.PROFILE, "mapped")


def _parse(name: str, write: Callable[[int], bytes], _: Urls) -> Row:
    return _rate(name, write(LINES))


def _rate(name: str, data: bytes, profile: Profile | None = None, *how: str) -> Row:
    _lines(data, profile)
    found = [LINES / seconds(lambda: _lines(data, profile)) for _ in range(RUNS)]
    spread = (round(min(found)), round(max(found)))
    peak = {"peak_mb": _peak(data, *how)}
    return Row(name, round(percentile(found, 0.5)), None, "lines/s", None, RUNS, spread, stages=peak)


def _lines(data: bytes, profile: Profile | None = None) -> None:
    """Read a file whole: it must have all its lines, and nothing wrong with it."""
    parsed = read(data, profile)
    assert not parsed.problems, parsed.problems[:3]
    details = pc.sum(pc.greater(parsed.lines["detail_no"], 0)).as_py()
    assert LINES in (details, parsed.lines.num_rows - details)


def _peak(data: bytes, *how: str) -> float:
    """By how many MB the memory of a process that has the file in memory grows while it reads it."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        told = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.peak_memory", file.name, *how],
            check=True,
            capture_output=True,
            text=True,
        )
    return float(told.stdout)
