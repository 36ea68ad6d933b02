"""Commands on the full path: batches against COPY of the rows they write, and one at a time against one insert."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import psycopg

from infra.postgres import Urls
from ledger import Submission, execute, open_journal
from tests.benchmarks.baselines import copy_rows, raw_insert
from tests.benchmarks.clinic import issue, open_accounts, open_invoices, pay
from tests.benchmarks.measurement import RUNS, TRIAL, Row, percentile, rates
from tests.benchmarks.snapshots import Snapshot, stored
from tests.kit.care import open_account
from tests.kit.submissions import submit

CHUNK = 2_000
INVOICES = max(1, 10 // TRIAL) * CHUNK
SAMPLES = 5_000 // TRIAL


def append_full(urls: Urls) -> Row:
    """Invoices issued and paid by receipts that are allocated: 7 facts an invoice, decided, with keys, in batches."""
    issued = [issue(number) for number in range(INVOICES)]
    paid = [one for number in range(INVOICES) for one in pay(number)]
    with (
        open_journal(urls.writer, "clinic") as journal,
        psycopg.connect(urls.writer, autocommit=True) as raw,
        psycopg.connect(urls.owner, autocommit=True) as owner,
    ):
        open_accounts(journal, INVOICES)
        opened = Snapshot(owner)

        def ours() -> None:
            for batch in (issued, paid):
                assert {outcome.status for outcome in execute(journal, batch, chunk=CHUNK)} == {"done"}

        ours()
        written = stored(owner, len(opened.rows))
        # As many commits as ours, of as many facts: four for each invoice issued, three for each that is paid.
        sizes = [4 * CHUNK] * (INVOICES // CHUNK) + [3 * CHUNK // 2] * (2 * INVOICES // CHUNK)
        buffers = [copy_rows.pack(written[sum(sizes[:chunk]) : sum(sizes[: chunk + 1])]) for chunk in range(len(sizes))]
        assert sum(sizes) == len(written)
        return rates(
            "append_full",
            "facts/s",
            len(written),
            ours,
            lambda: copy_rows.copy(raw, "clinic.events", buffers),
            opened.restore,
        )


def interactive_p99(urls: Urls) -> Row:
    """A receipt allocated to an invoice with both loaded, against one insert; beside it an invoice issued alone."""
    count = SAMPLES + SAMPLES // RUNS
    open_invoices(urls, count)
    received, allocated = zip(*(pay(number) for number in range(count)), strict=True)
    opened = [open_account(f"{number:08d}") for number in range(count, 2 * count)]
    with (
        open_journal(urls.writer, "clinic") as journal,
        psycopg.connect(urls.writer, autocommit=True) as raw,
    ):
        execute(journal, list(received))
        execute(journal, [submit(command, f"open:{n}") for n, command in enumerate(opened, count)])
        state = b"x" * 600

        def insert(number: int) -> None:
            stream = f"raw-{number:08d}"
            raw_insert.insert(raw, "clinic.events", "clinic.events_position", stream, "ReceiptAllocated", state)

        def done(commands: Sequence[Submission]) -> Callable[[int], None]:
            def one(number: int) -> None:
                assert execute(journal, commands[number]).status == "done"

            return one

        taken = _interleaved([done(allocated), insert, done([issue(n) for n in range(count, 2 * count)])], count)
    ours, baseline, issues = (times[count - SAMPLES :] for times in taken)
    return _latency("interactive_p99", ours, baseline, issues)


def _latency(name: str, ours: list[float], baseline: list[float], issues: list[float]) -> Row:
    block = len(ours) // RUNS
    ratios = [
        percentile(ours[start : start + block], 0.99) / percentile(baseline[start : start + block], 0.99)
        for start in range(0, block * RUNS, block)
    ]
    beside = {
        f"{who} p{round(share * 100)} ms": round(percentile(times, share) * 1000, 3)
        for who, times in (("allocate", ours), ("insert", baseline), ("issue", issues))
        for share in (0.5, 0.99)
    }
    p99, base = percentile(ours, 0.99), percentile(baseline, 0.99)
    return Row(
        name,
        round(p99 * 1000, 3),
        round(base * 1000, 3),
        "ms",
        round(p99 / base, 3),
        RUNS,
        (round(min(ratios), 3), round(max(ratios), 3)),
        stages=beside | {"issue ratio": round(percentile(issues, 0.99) / base, 3)},
    )


def _interleaved(works: Sequence[Callable[[int], None]], count: int) -> list[list[float]]:
    """Seconds of each of them, one after the other, again and again."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(count):
        for which in range(len(works)):
            # Each follows each in turn, so that none has always the same one before it.
            which = (which + number) % len(works)
            start = time.perf_counter()
            works[which](number)
            taken[which].append(time.perf_counter() - start)
    return taken
