"""Memory for reading and judging a bank file does not grow with its lines."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from ledger.vault.spool import Spool
from reconciliation.gate import Terms, examine
from reconciliation.statements import read
from tests.benchmarks.clinic import giro_file
from tests.kit.clinic import DAY

# A piece that is judged has fewer lines than either file.
FEW, MANY = 55_000, 120_000
# The bytes of the larger file, twice. With all its lines, the gate alone took several times as much.
MOST_MB = 45


def _peak_mb(lines: int) -> float:
    """What a process that reads and judges a file of so many lines has in memory at most."""
    run = subprocess.run([sys.executable, "-m", __name__, str(lines)], stdout=subprocess.PIPE, text=True, check=True)
    return float(run.stdout)


def test_more_lines_take_no_more_memory():
    assert _peak_mb(MANY) - _peak_mb(FEW) < MOST_MB


def _main(lines: str) -> None:
    parsed = read(giro_file(int(lines)), None, Spool().keep)
    terms = Terms(frozenset({"SEK"}), DAY - timedelta(days=30), DAY + timedelta(days=7))
    assert examine(parsed, terms).accepted
    print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024)


if __name__ == "__main__":
    _main(*sys.argv[1:])
