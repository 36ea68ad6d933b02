"""replay: stored bytes to typed facts to open items, against reading the same rows into Arrow."""

from __future__ import annotations

from infra.postgres import Urls
from ledger.journal import open_journal
from projections.read_models.open_items import OPEN_ITEMS
from tests.benchmarks.baselines import arrow_rows
from tests.benchmarks.clinic import open_invoices, pay_invoices
from tests.benchmarks.measuring import Row, rates

INVOICES = 30_000
PAGE = 10_000


def replay(urls: Urls) -> Row:
    """Invoices issued, and paid by matched receipts: about five facts an invoice."""
    open_invoices(urls, INVOICES)
    pay_invoices(urls, INVOICES)
    facts = arrow_rows.read(urls.writer, "clinic.events")
    with open_journal(urls.writer, "clinic") as journal:

        def ours() -> None:
            items: dict[str, dict[object, object]] = {}
            after = 0
            known = frozenset(OPEN_ITEMS.facts)
            while page := journal.follow(after, PAGE):
                after = page[-1].position
                for recorded in page:
                    if type(recorded.fact) in known:
                        rows = items.setdefault(recorded.stream, {})
                        for row in OPEN_ITEMS.evolve(rows, recorded):  # type: ignore[arg-type]
                            rows[(row.invoice_id, row.share)] = row  # type: ignore[attr-defined]
            assert len(items) == INVOICES

        return rates("replay", "facts/s", facts, ours, lambda: arrow_rows.read(urls.writer, "clinic.events"))
