"""Reads books in a process of its own and says how much memory that took at most."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ledger.journal import open_journal
from projections import open_books
from projections.read_models.items import ITEMS
from tests.kit.replay import replay


def peak_of(work: str, url: str, page: int) -> int:
    """Bytes that a process holds at most while it does this work, `replay` or `follow`, on the books at a URL."""
    command = [sys.executable, "-m", __name__, work, str(page)]
    # The URL has a password in it, and a command line is seen by everybody.
    return int(subprocess.run(command, input=url, stdout=subprocess.PIPE, text=True, check=True).stdout)


def _main(work: str, page: str) -> None:
    url = sys.stdin.read()
    if work == "replay":
        with open_journal(url, "clinic") as journal:
            assert replay(journal, ITEMS, page=int(page))
    else:
        with open_books(url, "clinic") as books:
            assert books.follow(page=int(page))
    # Of this program alone: what the process that started it held at most is counted elsewhere.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) * 1024)


if __name__ == "__main__":
    _main(*sys.argv[1:])
