"""Runs every benchmark, prints the table and writes build/bench.json; names on the command line choose some."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from infra.cli.entrance import NEW_OBJECTS
from tests.benchmarks import (
    aging,
    bank_checks,
    bank_days,
    bills,
    bulk_append,
    execution,
    gate,
    parsing,
    payments,
    remittances,
    replay,
    settlement_days,
    verifying,
    whole_commands,
    writers,
)
from tests.benchmarks.measurement import Row
from tests.benchmarks.server import books

BENCHMARKS = {
    "append_ready": bulk_append.append_ready,
    "append_full": execution.append_full,
    "issue_rate": bills.issue_rate,
    "pay_rate": bills.pay_rate,
    "writers_stock": writers.writers_stock,
    "writers_pgbench": writers.writers_pgbench,
    "interactive_p99": execution.interactive_p99,
    "contended_series": writers.contended_series,
    "replay": replay.replay,
    "follow": replay.follow,
    "verify_rate": verifying.verify_rate,
    "aging_now": aging.aging_now,
    "aging_any": aging.aging_any,
    "bank_day": bank_days.bank_day,
    "settlement_day": settlement_days.settlement_day,
    "remittance": remittances.remittance,
    "gate": gate.gate,
    "lines_again": bank_checks.lines_again,
    "feeds_beside": bank_checks.feeds_beside,
    "parse_camt": parsing.parse_camt,
    **{f"parse_{name}": parsing.parse(f"parse_{name}", write) for name, write in payments.FILES.items()},
    "parse_mapped": parsing.parse_mapped,
    "report_one": whole_commands.report_one,
    "inspect_one": whole_commands.inspect_one,
    "reconcile_one": whole_commands.reconcile_one,
    "help": whole_commands.help_one,
}


def main(chosen: list[str]) -> None:
    unknown = set(chosen) - BENCHMARKS.keys()
    if unknown:
        sys.exit(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    # As the program looks for garbage, so do its benchmarks and what they are compared with.
    gc.set_threshold(NEW_OBJECTS)
    rows: list[Row] = []
    for name, measure in BENCHMARKS.items():
        if chosen and name not in chosen:
            continue
        with books() as urls:
            rows.append(measure(urls))
        row = rows[-1]
        print(
            f"{row.name:24} {row.ours:>14,} {row.unit:10} baseline {row.baseline} ratio {row.ratio} {row.spread or ''}"
            f" {row.stages or ''}"
        )
    Path("build").mkdir(exist_ok=True)
    Path("build/bench.json").write_text(json.dumps([row.plain() for row in rows], indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
