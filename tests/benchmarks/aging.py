"""aging_now, aging_any: the aging of 300,000 open items with its tie-out, today and at other clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import psycopg

from infra.postgres import Urls
from projections import Books, open_books
from tests.benchmarks.baselines import grouped_sum
from tests.benchmarks.clinic import DAY
from tests.benchmarks.measurement import Row, paired, seconds
from tests.benchmarks.open_items import OPEN, day, put_open_items

PRESENT = DAY + timedelta(days=1)
# Seconds within which any pair of clocks is answered.
LIMIT = 1.0


def aging_now(urls: Urls) -> Row:
    """As of today, known now; the baseline is one grouped sum over the table of items."""
    with _books(urls) as (books, raw):

        def ours() -> None:
            assert _open(books, PRESENT, None) == expected

        def baseline() -> None:
            assert grouped_sum.open_now(raw, "clinic.items") == expected

        expected = grouped_sum.open_now(raw, "clinic.items")
        return paired("aging_now", "s", lambda: seconds(ours), lambda: seconds(baseline), digits=3)


def aging_any(urls: Urls) -> Row:
    """The slowest of several pairs of clocks; the baseline is the slowest of one sum each over the table of lines."""
    with _books(urls) as (books, raw):
        early, half, late = (_end(raw, books.store.position() * tenths // 10) for tenths in (1, 5, 9))
        now = books.store.position()
        clocks = [
            *((day(part), now) for part in (0.1, 0.5, 0.9)),
            *((PRESENT, position) for position in (early, half, late)),
            (day(0.5), half),
            (day(0.9), half),
        ]
        expected = {pair: grouped_sum.open_as_of(raw, "clinic.activity", *pair) for pair in clocks}

        def slowest(asked: Callable[[date, int], int]) -> float:
            def ask(pair: tuple[date, int]) -> None:
                assert asked(*pair) == expected[pair]

            return max(seconds(lambda pair=pair: ask(pair)) for pair in clocks)  # type: ignore[misc]

        row = paired(
            "aging_any",
            "s",
            lambda: slowest(lambda *pair: _open(books, *pair)),
            lambda: slowest(lambda *pair: grouped_sum.open_as_of(raw, "clinic.activity", *pair)),
            digits=3,
        )
        return replace(row, limit=LIMIT)


def _open(books: Books, as_of: date, known_at: int | None) -> int:
    """What the aging says is open, in minor units, once it ties out."""
    report = books.report("aging", as_of, known_at)
    assert report.tied
    return sum(row["open_minor"] for row in report.table.to_pylist() if row["payer"] == "total")


@contextmanager
def _books(urls: Urls) -> Iterator[tuple[Books, psycopg.Connection]]:
    put_open_items(urls)
    with open_books(urls.writer, "clinic") as books, psycopg.connect(urls.reader, autocommit=True) as raw:
        books.follow()
        assert raw.execute("SELECT count(*) FROM clinic.items WHERE open_minor <> 0").fetchone() == (OPEN,)
        yield books, raw


def _end(raw: psycopg.Connection, position: int) -> int:
    """The last position up to another at which no document waits for the items that mirror it."""
    row = raw.execute(
        "SELECT max(ledger_position) FROM clinic.activity WHERE balance = 'item' AND ledger_position <= %s", (position,)
    ).fetchone()
    assert row is not None
    return int(row[0])
