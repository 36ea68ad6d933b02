"""Very many facts, written by the database itself: invoices that are paid and unpaid again and again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg

from ledger import Envelope
from ledger.domain.account import AccountOpened
from ledger.domain.fact import Fact
from ledger.domain.invoice import AllocationApplied, AllocationWithdrawn, InvoiceIssued
from ledger.domain.invoice_parts import InvoiceLine, Share
from ledger.journal.codec import CODEC

ACCOUNTS = 100
_DAY = date(2026, 10, 5)
_PRICE = 250_00


def put_many(url: str, invoices: int, facts_each: int) -> int:
    """Put so many facts of each of so many new invoices into empty books, at the owner's URL; how many facts in all.

    First all accounts, then the first fact of every invoice, then the second of every invoice, and so on.
    """
    line = InvoiceLine(1, "visit", _DAY, _PRICE, "exempt", 0)
    changed = {
        "allocation_id": "a-@invoice@",
        "source": "receipt-@invoice@",
        "account_id": "@account@",
        "share": 1,
        "amount_minor": _PRICE,
        "currency": "SEK",
    }
    states = {
        "opened": AccountOpened(account_id="@account@", payer="patient"),
        "issued": InvoiceIssued(
            invoice_id="@invoice@",
            series="INV",
            number=1,
            currency="SEK",
            issued_on=_DAY,
            due_on=_DAY + timedelta(days=30),
            lines=(line,),
            rounding_minor=0,
            shares=(Share(1, "@account@", "patient", _PRICE, "@invoice@", "ocr"),),
            care_unit=None,
            care_case=None,
        ),
        "applied": AllocationApplied(**changed),  # type: ignore[arg-type]
        "withdrawn": AllocationWithdrawn(**changed),  # type: ignore[arg-type]
    }
    given = {"accounts": ACCOUNTS, "invoices": invoices, "facts_each": facts_each}
    with psycopg.connect(url) as connection:
        connection.execute(_PUT, given | {name: _template(fact) for name, fact in states.items()})
        facts = ACCOUNTS + invoices * facts_each
        connection.execute("SELECT setval('clinic.events_position', %s)", (facts,))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE clinic.events")
    return facts


def _template(fact: Fact) -> str:
    at = datetime(_DAY.year, _DAY.month, _DAY.day, 18, tzinfo=UTC)
    envelope = Envelope(occurred_on=_DAY, accounting_date=_DAY, recorded_at=at, actor="job:many", key="k-@invoice@")
    return CODEC.encode(fact, CODEC.encode_envelope(envelope)).decode()


_PUT = """
INSERT INTO clinic.events (originator_id, originator_version, topic, state, notification_id)
SELECT 'account-a' || account, 1, 'AccountOpened', convert_to(replace(%(opened)s, '@account@', 'a' || account), 'UTF8'),
    account
FROM generate_series(1, %(accounts)s) AS account
UNION ALL
SELECT 'invoice-i' || invoice, version,
    CASE WHEN version = 1 THEN 'InvoiceIssued' WHEN version %% 2 = 0 THEN 'AllocationApplied'
        ELSE 'AllocationWithdrawn' END,
    convert_to(replace(replace(
        CASE WHEN version = 1 THEN %(issued)s WHEN version %% 2 = 0 THEN %(applied)s ELSE %(withdrawn)s END,
        '@invoice@', 'i' || invoice), '@account@', 'a' || invoice %% %(accounts)s + 1), 'UTF8'),
    %(accounts)s + (version - 1) * %(invoices)s + invoice
FROM generate_series(1, %(facts_each)s) AS version CROSS JOIN generate_series(1, %(invoices)s) AS invoice
"""
