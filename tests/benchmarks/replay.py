"""replay: stored bytes to typed facts to items, beside the same rows into Arrow; follow: into all read tables."""

from __future__ import annotations

import statistics

import psycopg

from infra.postgres import Urls
from ledger.journal import open_journal
from projections import open_books
from projections.read_models.items import ITEMS, Item
from projections.read_models.registry import MODELS
from tests.benchmarks.baselines import arrow_rows
from tests.benchmarks.clinic import open_invoices, pay_invoices
from tests.benchmarks.measurement import TRIAL, Row, rates, seconds
from tests.kit.replay import replay as replayed

INVOICES = 30_000 // TRIAL
FOLLOWED = 5


def replay(urls: Urls) -> Row:
    """Invoices issued, and paid by matched receipts: eight facts an invoice, with the account's."""
    facts = _written(urls)
    with open_journal(urls.writer, "clinic") as journal:

        def ours() -> None:
            items = replayed(journal, ITEMS)
            assert len(items) == INVOICES
            assert not any(item.open_minor for item in items.values() if isinstance(item, Item))

        return rates("replay", "facts/s", facts, ours, lambda: arrow_rows.read(urls.writer, "clinic.events"))


def follow(urls: Urls) -> Row:
    """The same facts into every read table, from empty ones."""
    facts = _written(urls)
    found = []
    for _ in range(FOLLOWED):
        with psycopg.connect(urls.owner) as owner:
            owner.execute("TRUNCATE " + ", ".join(f"clinic.{model.table}" for model in MODELS))
            owner.execute("UPDATE clinic.projection_position SET position = 0")
        with open_books(urls.writer, "clinic") as books:
            found.append(facts / seconds(books.follow))
    middle = statistics.median(found)
    spread = (round(min(found) / middle, 3), round(max(found) / middle, 3))
    return Row("follow", round(middle, 1), None, "facts/s", None, FOLLOWED, spread)


def _written(urls: Urls) -> int:
    open_invoices(urls, INVOICES)
    pay_invoices(urls, INVOICES)
    return arrow_rows.read(urls.writer, "clinic.events")
