"""Frozen baseline: pgbench inserting one row of the events table a transaction, all clients at once."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict


def script(table: str, sequence: str, name: str, state: bytes) -> str:
    """One insert of one row: a stream of its own, version 1, a stored name, the state's bytes, the next position."""
    return (
        f"WITH drawn AS (SELECT nextval('{sequence}') AS position)"
        f" INSERT INTO {table} SELECT 'receipt-' || position, 1, '{name}', '\\x{state.hex()}'::bytea, position"
        " FROM drawn;\n"
    )


def rate(pgbench: Path, file: Path, url: str, clients: int, seconds: int) -> float:
    """Transactions a second, without the time in which the clients connect."""
    given = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    run = subprocess.run(
        [pgbench, "-n", "-M", "prepared", "-c", str(clients), "-j", "4", "-T", str(seconds), "-f", file],
        env=os.environ
        | {
            "PGHOST": given["host"],
            "PGPORT": given["port"],
            "PGUSER": given["user"],
            "PGPASSWORD": given["password"],
            "PGDATABASE": given["dbname"],
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"^tps = ([0-9.]+) \(without", run.stdout, re.MULTILINE)
    assert found is not None, run.stdout
    return float(found[1])
