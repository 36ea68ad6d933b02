"""Books with very many open items: one invoice and its payment as the doors recorded them, copied by the database."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg

from infra.postgres import Urls
from ledger import execute, open_journal
from tests.benchmarks.clinic import DAY, ISSUED, issue, open_accounts, pay
from tests.benchmarks.measurement import TRIAL

OPEN = 300_000 // TRIAL // 6 * 6
# Every seventh invoice is paid, thirty days after its own, as the one copied is.
INVOICES = OPEN * 7 // 6
ACCOUNTS = 1_000
# The first invoice is of this day; days follow each other over the year before the one copied.
DAYS = 360
FIRST = ISSUED - timedelta(days=DAYS)


def put_open_items(urls: Urls) -> int:
    """Put invoices, items, payments and allocations into empty books, in the order of their days; the last position."""
    with open_journal(urls.writer, "clinic") as journal:
        open_accounts(journal, ACCOUNTS)
        execute(journal, [issue(0), *pay(0)])
    given = {"accounts": ACCOUNTS, "invoices": INVOICES, "days": DAYS, "issued": ISSUED, "paid": DAY}
    with psycopg.connect(urls.owner) as owner:
        owner.execute(_COPY, given)
        row = owner.execute(
            "SELECT setval('clinic.events_position', max(notification_id)), max(notification_id) FROM clinic.events"
        ).fetchone()
        assert row is not None
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE clinic.events")
    return int(row[1])


def day(part: float) -> date:
    """The day up to which this part of the invoices was issued."""
    return FIRST + timedelta(days=round(DAYS * part))


_COPY = """
WITH copied AS (
    SELECT originator_id AS stream, originator_version AS version, topic AS name, convert_from(state, 'UTF8') AS state,
        topic NOT IN ('InvoiceIssued', 'ItemRaised') AS of_payment, notification_id AS position
    FROM clinic.events
    WHERE topic IN ('InvoiceIssued', 'ItemRaised', 'ReceiptRecorded', 'ReceiptAllocated', 'ItemAllocated')
), made AS (
    SELECT *, lpad(number::text, 8, '0') AS id, number * %(days)s / %(invoices)s - %(days)s AS later,
        number + CASE WHEN of_payment THEN %(invoices)s * 30 / %(days)s ELSE 0 END AS turn
    FROM copied CROSS JOIN generate_series(1, %(invoices)s) AS number
    WHERE NOT of_payment OR number %% 7 = 0
)
INSERT INTO clinic.events (originator_id, originator_version, topic, state, notification_id)
SELECT replace(stream, '00000000', id), version, name,
    convert_to(replace(replace(replace(replace(replace(replace(state,
        '"account_id":"00000000"', '"account_id":"' || lpad((number %% (%(accounts)s - 1) + 1)::text, 8, '0') || '"'),
        %(issued)s::text, '@issued'), %(paid)s::text, '@paid'),
        '00000000', id), '@issued', (%(issued)s::date + later)::text), '@paid', (%(paid)s::date + later)::text),
        'UTF8'),
    (SELECT max(notification_id) FROM clinic.events) + row_number() OVER (ORDER BY turn, number, position)
FROM made
"""
