"""What matching asks of the read tables, for a whole chunk at once: owners of references, candidates, statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import namedtuple_row

from projections.store.connections import Connections

if TYPE_CHECKING:
    import pyarrow as pa


class ForMatching:
    """Bounded answers: thousands of items have the same price, so never more than `most` of a kind, and how many."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def by_reference(self, references: Collection[str], most: int) -> pa.Table:
        """Items ever issued under each reference, open ones first: reference, the item's columns, of."""
        return self._connections.arrow(_BY_REFERENCE, list(references), most)

    def by_amount(self, amounts: Collection[tuple[str, int]], most: int) -> pa.Table:
        """Open items of each (currency, amount in minor units), the oldest due first: the item's columns, of."""
        currencies, minor = [currency for currency, _ in amounts], [amount for _, amount in amounts]
        return self._connections.arrow(_BY_AMOUNT, currencies, minor, most)

    def statements(self, bank_accounts: Collection[str]) -> Sequence[Any]:
        """Statements of booked files on these accounts, in the order in which the files were opened for loading."""
        with self._connections.rows() as connection, connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(_STATEMENTS, (list(bank_accounts),)).fetchall()

    def refunds_under_way(self) -> dict[str, tuple[str, int, str]]:
        """Refunds sent and not settled: end-to-end id -> (refund id, amount in minor units, currency)."""
        with self._connections.rows() as connection:
            rows = connection.execute(_REFUNDS).fetchall()
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def counts_of_file(self, sha256: str) -> tuple[int, int, int]:
        """Receipts and movements that a file led to, and how many of the receipts are allocated."""
        with self._connections.rows() as connection:
            row = connection.execute(_COUNTS, {"sha256": sha256}).fetchone()
        assert row is not None
        return row[0], row[1], row[2]

    def credited(self, bank_account: str, from_on: date, to_on: date) -> int:
        """Receipts booked on a bank account from one day to another, minor units."""
        with self._connections.rows() as connection:
            row = connection.execute(_CREDITED, (bank_account, from_on, to_on)).fetchone()
        assert row is not None
        return int(row[0])


_ITEM: Final = "invoice_id, share, account_id, issued_on, due_on, open_minor, currency"

_BY_REFERENCE: Final = f"""
SELECT found.* FROM unnest($1::text[]) AS asked (reference) CROSS JOIN LATERAL (
    SELECT reference, {_ITEM}, count(*) OVER () AS of FROM open_items WHERE open_items.reference = asked.reference
    ORDER BY open_minor <= 0, due_on, invoice_id, share LIMIT $2::bigint
) AS found
"""

_BY_AMOUNT: Final = f"""
SELECT found.* FROM unnest($1::text[], $2::bigint[]) AS asked (currency, open_minor) CROSS JOIN LATERAL (
    SELECT {_ITEM}, count(*) OVER () AS of FROM open_items
    WHERE (open_items.currency, open_items.open_minor) = (asked.currency, asked.open_minor)
        AND open_items.open_minor > 0
    ORDER BY due_on, invoice_id, share LIMIT $3::bigint
) AS found
"""

_STATEMENTS: Final = """
SELECT statements.* FROM bank_statements AS statements JOIN files USING (sha256)
WHERE statements.bank_account = ANY(%s) AND files.books AND files.ingested_at_position IS NOT NULL
ORDER BY files.ingested_at_position, statements.number
"""

_REFUNDS: Final = "SELECT end_to_end_id, refund_id, amount_minor, currency FROM refunds WHERE standing = 'sent'"

_COUNTS: Final = """
SELECT (SELECT count(*) FROM receipts WHERE source = %(sha256)s),
    (SELECT count(*) FROM bank_movements WHERE source = %(sha256)s),
    (SELECT count(*) FROM receipts WHERE source = %(sha256)s AND unallocated_minor <> amount_minor)
"""

_CREDITED: Final = """
SELECT coalesce(sum(amount_minor), 0) FROM receipts WHERE bank_account = %s AND booked_on BETWEEN %s AND %s
"""
