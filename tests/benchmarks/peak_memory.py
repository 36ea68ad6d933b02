"""Prints by how many MB the memory of this process grows at most while it reads a bank file that is in memory."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ledger.vault.spool import Spool
from reconciliation.statements import Profile, read
from tests.benchmarks import mapped_tables

# The beginning of the file first, so that libraries are loaded before anything is measured.
_BEGINNING = 1 << 16


def _peak_kb() -> int:
    """The most memory so far; the figure of `resource` would include that of the process which started this one."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None, "Linux says how much memory a process had"
    return int(found[1])


def main(path: Path, profile: Profile | None) -> None:
    data = path.read_bytes()
    read(data[:_BEGINNING], profile, Spool().keep)
    before = _peak_kb()
    read(data, profile, Spool().keep)
    print(round((_peak_kb() - before) / 1024, 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), mapped_tables.PROFILE if sys.argv[2:] == ["mapped"] else None)
