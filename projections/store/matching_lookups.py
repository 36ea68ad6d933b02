"""Look-ups that matching needs, each for a chunk of bank lines: requests by reference, candidates, statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from psycopg.rows import dict_row

from ledger.domain.bank.file import StatementProven
from ledger.domain.cash.refund_movement import BankView
from projections.read_models.receipts import PLAIN
from projections.store.debit_lookups import Debits

if TYPE_CHECKING:
    import pyarrow as pa


class KnownStatement(NamedTuple):
    """The n-th statement of a file that passed the gate; `complete` is true once the whole file is in the book."""

    sha256: str
    number: int
    proven: StatementProven
    complete: bool


class ForMatching(Debits):
    """Look-ups for matching.

    Some return at most `most` rows for each question, because thousands of items may have the same price. In their
    results, the column `of` says how many rows there would be for the question without this limit."""

    def by_reference(self, references: Collection[str], most: int) -> pa.Table:
        """All payment requests ever made with each reference, open ones first; each row sums up one request's items."""
        return self._connections.arrow(_BY_REFERENCE, list(references), most)

    def by_number(self, numbers: Collection[int], most: int) -> pa.Table:
        """All items of the invoices with each number, open ones first, with item_id, due_on and so on."""
        return self._connections.arrow(_BY_NUMBER, list(numbers), most)

    def by_amount(self, amounts: Collection[tuple[str, int]], most: int) -> pa.Table:
        """Open items for each (currency, amount in minor units), oldest due first, with item_id, due_on and so on."""
        currencies, minor = [currency for currency, _ in amounts], [amount for _, amount in amounts]
        return self._connections.arrow(_BY_AMOUNT, currencies, minor, most)

    def statements(self, bank_accounts: Collection[str]) -> Sequence[KnownStatement]:
        """Statements of these accounts from files whose lines are booked, sorted by when their file began to load."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(_STATEMENTS, (list(bank_accounts),)).fetchall()
        return [
            KnownStatement(
                row["sha256"],
                row["number"],
                StatementProven(**{name: row[name] for name in StatementProven.__struct_fields__}),
                row["complete"],
            )
            for row in rows
        ]

    def booked(self, bank_accounts: Collection[str], from_on: date, to_on: date, files: Collection[str]) -> pa.Table:
        """Receipts and parts booked on these accounts on these days, or from these files, ordered by their ids."""
        return self._connections.arrow(_BOOKED, list(bank_accounts), from_on, to_on, list(files))

    def seen(self, money_ids: Collection[str]) -> pa.Table:
        """The payments in other files that are this booked money, with their day, place and identities there."""
        return self._connections.arrow(_SEEN, list(money_ids))

    def unnamed(self, receipts: Collection[str]) -> list[str]:
        """Those of these receipts that have no reference and are not applied at all."""
        with self._connections.rows() as connection:
            rows = connection.execute(_UNNAMED, (list(receipts),)).fetchall() if receipts else []
        return [row[0] for row in rows]

    def waiting(self, upto: int) -> pa.Table:
        """Receipts with unallocated money that were recorded up to this position."""
        return self._connections.arrow(_WAITING, upto)

    def waiting_among(self, receipts: Collection[str]) -> pa.Table:
        """Those of these receipts that have unallocated money."""
        return self._connections.arrow(_WAITING_AMONG, list(receipts))

    def waiting_for(self, references: Collection[str]) -> pa.Table:
        """Receipts with unallocated money that quote one of these references, perhaps padded with zeros."""
        return self._connections.arrow(_WAITING_FOR, list(references))

    def refunds_named(self, end_to_end_ids: Collection[str]) -> dict[str, tuple[BankView, ...]]:
        """The refunds with each end-to-end id, also those that were not sent yet."""
        found: dict[str, tuple[BankView, ...]] = {}
        with self._connections.rows() as connection:
            for id, *view in connection.execute(_REFUNDS, (list(end_to_end_ids),)).fetchall():
                found[id] = (*found.get(id, ()), BankView(*view))
        return found

    def recallable(
        self, references: Collection[str], end_to_end_keys: Collection[str], bank_id_keys: Collection[str]
    ) -> pa.Table:
        """Receipts with one of these references or ids that are all with us: the bank has taken nothing back."""
        return self._connections.arrow(_RECALLABLE, list(references), list(end_to_end_keys), list(bank_id_keys))

    def paid_by(self, bank_id_keys: Collection[str]) -> pa.Table:
        """The request that each payment at a provider with one of these ids has paid, if it is only one.

        Of several requests of the same items, it is the one that the payment itself quotes.
        """
        return self._connections.arrow(_PAID_BY, list(bank_id_keys))

    def counts_of_file(self, sha256: str) -> tuple[int, int, int, int]:
        """The number of receipts and movements from a file, of allocated receipts, and of both that are of a sum."""
        with self._connections.rows() as connection:
            row = connection.execute(_COUNTS, {"sha256": sha256}).fetchone()
        assert row is not None
        return row[0], row[1], row[2], row[3]


# A payment request, as far as matching needs it: its first item, its open amount, its first due day.
_BY_REFERENCE: Final = """
SELECT found.* FROM unnest($1::text[]) AS asked (reference) CROSS JOIN LATERAL (
    SELECT requests.reference, requests.request_id, (array_agg(items.item_id ORDER BY requests.item_no))[1] AS item_id,
        requests.account_id, min(items.due_on) AS due_on, sum(items.open_minor)::bigint AS open_minor,
        min(items.currency) AS currency, count(*) OVER () AS of
    FROM requests JOIN items USING (item_id) WHERE requests.reference = asked.reference
    GROUP BY requests.reference, requests.request_id, requests.account_id
    ORDER BY sum(items.open_minor) <= 0, min(items.due_on), requests.request_id LIMIT $2::bigint
) AS found
"""

_BY_NUMBER: Final = """
SELECT found.* FROM unnest($1::bigint[]) AS asked (number) CROSS JOIN LATERAL (
    SELECT invoices.number, items.item_id, items.due_on, items.open_minor, items.currency, count(*) OVER () AS of
    FROM invoices JOIN items ON items.document = 'invoice-' || invoices.invoice_id
    WHERE invoices.number = asked.number
    ORDER BY items.open_minor <= 0, items.due_on, items.item_id LIMIT $2::bigint
) AS found
"""

_BY_AMOUNT: Final = """
SELECT found.* FROM unnest($1::text[], $2::bigint[]) AS asked (currency, open_minor) CROSS JOIN LATERAL (
    SELECT item_id, due_on, open_minor, currency, count(*) OVER () AS of FROM items
    WHERE (items.currency, items.open_minor) = (asked.currency, asked.open_minor) AND items.open_minor > 0
    ORDER BY due_on, item_id LIMIT $3::bigint
) AS found
"""

_STATEMENTS: Final = """
SELECT statements.* FROM bank_statements AS statements JOIN files USING (sha256)
WHERE statements.bank_account = ANY(%s) AND files.books AND files.ingested_at_position IS NOT NULL
ORDER BY files.ingested_at_position, statements.number
"""

_REFUNDS: Final = """
SELECT end_to_end_id, refund_id, amount_minor, currency, status, paid_minor, brought_back_minor
FROM refunds
WHERE end_to_end_id = ANY(%s)
ORDER BY refund_id
"""
_BOOKED: Final = (
    "\nUNION ALL\n".join(
        f"""
SELECT coalesce(movement_id, {id}) AS movement_id, movement_minor, amount_minor, line_key, bank_account, booked_on,
    file, statement_no, bank_id_key, {id} AS money_id, raw_position, end_to_end_key, in_detail, {role} AS role,
    {rule} AS rule, files.format
FROM {table} LEFT JOIN files ON files.sha256 = {table}.file
WHERE bank_account = ANY($1::text[]) AND (booked_on BETWEEN $2 AND $3 OR file = ANY($4::text[])) AND {only}"""
        for table, id, role, rule, only in (
            ("receipts", "receipt_id", "coalesce(reclassified_to, 'unallocated')", "NULL", "true"),
            # What became a receipt is found there.
            ("movements", "part_id", "role", "rule", "NOT coalesce(document LIKE 'receipt-%', false)"),
        )
    )
    + "\nORDER BY 6, 1, 4"
)

_SEEN: Final = """
SELECT money_id, format, line_key, bank_id_key, sha256 AS file, booked_on, statement_no, raw_position
FROM seen_payments WHERE money_id = ANY($1::text[])
ORDER BY recorded_at_position, line_key
"""

_UNNAMED: Final = """
SELECT receipt_id FROM receipts
WHERE receipt_id = ANY(%s) AND reference IS NULL AND unallocated_minor = amount_minor
ORDER BY receipt_id
"""


_WAITING_COLUMNS: Final = """receipt_id, file, statement_no, raw_position, amount_minor, unallocated_minor, currency,
    booked_on, rail, reference, reference_kind, reference_valid, bank_id_key"""
_WAITING: Final = f"""
SELECT {_WAITING_COLUMNS} FROM receipts
WHERE unallocated_minor > 0 AND recorded_at_position <= $1::bigint
ORDER BY receipt_id
"""
_WAITING_AMONG: Final = f"""
SELECT {_WAITING_COLUMNS} FROM receipts WHERE unallocated_minor > 0 AND receipt_id = ANY($1::text[]) ORDER BY receipt_id
"""
_WAITING_FOR: Final = f"""
SELECT {_WAITING_COLUMNS} FROM receipts
WHERE unallocated_minor > 0 AND reference IS NOT NULL AND (reference = ANY($1::text[]) OR {PLAIN} = ANY($1::text[]))
ORDER BY receipt_id
"""

_RECALLABLE: Final = """
SELECT receipt_id, bank_account, currency, reference, amount_minor, booked_on, end_to_end_key, bank_id_key FROM receipts
WHERE (reference = ANY($1::text[]) OR end_to_end_key = ANY($2::text[]) OR bank_id_key = ANY($3::text[]))
    AND recalled_minor = 0 AND reclassified_minor = 0
ORDER BY receipt_id
"""

_PAID_BY: Final = """
WITH named AS MATERIALIZED (
    SELECT bank_id_key AS id_key, receipt_id FROM receipts WHERE bank_id_key = ANY($1::text[])
    UNION SELECT id_key, money_id FROM settled_transactions WHERE id_key = ANY($1::text[])
), paid AS (
    SELECT DISTINCT id_key, requests.reference, requests.reference_kind,
        requests.reference IS NOT DISTINCT FROM receipts.reference AS is_own
    FROM named JOIN receipts USING (receipt_id)
        JOIN activity AS applied ON applied.receipt_id = named.receipt_id AND applied.allocation_id IS NOT NULL
        JOIN activity AS lines ON lines.balance = 'item' AND lines.allocation_id = applied.allocation_id
            AND lines.document = applied.stream
        JOIN requests ON requests.item_id = lines.item_id
)
SELECT id_key AS bank_id_key, min(reference) AS reference, min(reference_kind) AS reference_kind
FROM (SELECT *, bool_or(is_own) OVER (PARTITION BY id_key) AS has_own FROM paid) AS paid
WHERE is_own OR NOT has_own
GROUP BY id_key HAVING count(DISTINCT reference) = 1 ORDER BY id_key
"""

# What a person split off is not counted: the part from which it came is. The payments of a sum are at the place of
# their sum, and no line of the file shows them.
_COUNTS: Final = """
WITH split AS (SELECT part_id FROM movements WHERE file = %(sha256)s AND split_from IS NOT NULL),
sums AS (SELECT statement_no, raw_position FROM movements WHERE file = %(sha256)s AND NOT in_detail),
came AS (SELECT * FROM receipts WHERE file = %(sha256)s AND receipt_id NOT IN (SELECT part_id FROM split))
SELECT (SELECT count(*) FROM came), (
    SELECT count(*) FROM movements
    WHERE file = %(sha256)s AND split_from IS NULL AND NOT coalesce(document LIKE 'receipt-%%', false)
), (SELECT count(*) FROM came WHERE unallocated_minor <> amount_minor),
    (SELECT count(*) FROM came WHERE in_detail AND (statement_no, raw_position) IN (SELECT * FROM sums)) + (
        SELECT count(*) FROM movements
        WHERE file = %(sha256)s AND split_from IS NULL AND in_detail
            AND (statement_no, raw_position) IN (SELECT * FROM sums)
    )
"""
