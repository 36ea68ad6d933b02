"""Very many facts, written by the database itself: items that are paid and unpaid again and again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg

from ledger import Envelope
from ledger.domain.fact import Fact
from ledger.domain.receivables.account import AccountOpened
from ledger.domain.receivables.item_facts import (
    Due,
    ItemAllocated,
    ItemDeallocated,
    ItemPart,
    ItemRaised,
    ItemTerms,
)
from ledger.journal.codec import CODEC

ACCOUNTS = 100
_DAY = date(2026, 10, 5)
_PRICE = 250_00


def put_many(url: str, items: int, facts_each: int) -> int:
    """Put so many facts of each of so many new items into empty books, at the owner's URL; how many facts in all.

    First all accounts, then the first fact of every item, then the second of every item, and so on.
    """
    due = _DAY + timedelta(days=30)
    changed = {
        "allocation_id": "a-@item@",
        "document": "receipt-@item@",
        "amount_minor": _PRICE,
        "currency": "SEK",
    }
    states = {
        "opened": AccountOpened(account_id="@account@", payer="patient"),
        "raised": ItemRaised(
            item_id="@item@.1",
            kind="principal",
            document="invoice-@item@",
            parent=None,
            account_id="@account@",
            payer="patient",
            parts=(ItemPart(1, _PRICE, 0, "exempt"),),
            amount_minor=_PRICE,
            currency="SEK",
            arose_on=_DAY,
            due=(Due(due, _PRICE),),
            terms=ItemTerms("SE"),
        ),
        "allocated": ItemAllocated(**changed),  # type: ignore[arg-type]
        "deallocated": ItemDeallocated(**changed, because="moved"),  # type: ignore[arg-type]
    }
    given = {"accounts": ACCOUNTS, "items": items, "facts_each": facts_each}
    with psycopg.connect(url) as connection:
        connection.execute(_PUT, given | {name: _template(fact) for name, fact in states.items()})
        facts = ACCOUNTS + items * facts_each
        connection.execute("SELECT setval('clinic.events_position', %s)", (facts,))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE clinic.events")
    return facts


def _template(fact: Fact) -> str:
    at = datetime(_DAY.year, _DAY.month, _DAY.day, 18, tzinfo=UTC)
    envelope = Envelope(occurred_on=_DAY, accounting_date=_DAY, recorded_at=at, actor="job:many", key="k-@item@")
    return CODEC.encode(fact, CODEC.encode_envelope(envelope)).decode()


_PUT = """
INSERT INTO clinic.events (originator_id, originator_version, topic, state, notification_id)
SELECT 'account-a' || account, 1, 'AccountOpened', convert_to(replace(%(opened)s, '@account@', 'a' || account), 'UTF8'),
    account
FROM generate_series(1, %(accounts)s) AS account
UNION ALL
SELECT 'item-i' || item || '.1', version,
    CASE WHEN version = 1 THEN 'ItemRaised' WHEN version %% 2 = 0 THEN 'ItemAllocated' ELSE 'ItemDeallocated' END,
    convert_to(replace(replace(
        CASE WHEN version = 1 THEN %(raised)s WHEN version %% 2 = 0 THEN %(allocated)s ELSE %(deallocated)s END,
        '@item@', 'i' || item), '@account@', 'a' || item %% %(accounts)s + 1), 'UTF8'),
    %(accounts)s + (version - 1) * %(items)s + item
FROM generate_series(1, %(facts_each)s) AS version CROSS JOIN generate_series(1, %(items)s) AS item
"""
