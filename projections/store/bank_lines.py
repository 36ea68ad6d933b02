"""Look-ups by the bank's lines: which money is of one line, which files show it, which doubts about it are closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from psycopg.rows import dict_row

from projections.store.connections import Connections


class BankLines:
    """What the bank's files show of money that is in the books."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def receipts_of_the_lines(self, receipt_ids: Collection[str]) -> dict[str, list[str]]:
        """For each receipt, those that came with the same line of the bank, and so from the same payer."""
        found: dict[str, list[str]] = {}
        with self._connections.rows() as connection:
            for this, other in connection.execute(_OF_THE_LINES, {"ids": list(receipt_ids)}).fetchall():
                found.setdefault(str(this), []).append(str(other))
        return found

    def files_showing(self, money: Collection[str]) -> list[str]:
        """The files that show these receipts and parts of movements, or may do so, because they are of the same days.

        A file that repeats a payment is not named by the payment, so the files of its account and day are returned too.
        """
        with self._connections.rows() as connection:
            return [str(one) for (one,) in connection.execute(_SHOWING, {"money": list(money)}).fetchall()]

    def parts(self, part_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The account, day, amount and statement of these parts of movements, each under its id."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return {row["part_id"]: row for row in cursor.execute(_PARTS, {"ids": list(part_ids)}).fetchall()}

    def closed_doubts(self, doubt_ids: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
        """Those of these doubts about lines that persons have closed, or all such doubts, each under its id."""
        given = {"ids": None if doubt_ids is None else list(doubt_ids)}
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return {row["doubt_id"]: row for row in cursor.execute(_CLOSED_DOUBTS, given).fetchall()}

    def stated(self) -> dict[str, list[dict[str, Any]]]:
        """What the statements of each file that is in the book as a whole are, whether or not its lines are booked."""
        found: dict[str, list[dict[str, Any]]] = {}
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(_STATED).fetchall():
                found.setdefault(row.pop("sha256"), []).append(row)
        return found

    def shown_in_detail(self, lines: Sequence[tuple[str, str, date, str, int]]) -> list[str]:
        """Those of these lines of statements whose payments detail files have shown, by their ids.

        Each has an id, the bank account, the booking day, the currency and the amount. What a detail file shows must be
        several payments, with the amount in one line or as all of the day; as many lines of it are as were shown.
        """
        columns = [list(column) for column in zip(*lines, strict=True)] or [[]] * 5
        given = dict(zip(("ids", "accounts", "days", "currencies", "amounts"), columns, strict=True))
        with self._connections.rows() as connection:
            return [str(one) for (one,) in connection.execute(_SHOWN_IN_DETAIL, given).fetchall()]

    def last_day(self, bank_account: str) -> date | None:
        """The last day of which an account has statements or booked money; None if it has neither."""
        with self._connections.rows() as connection:
            found = connection.execute(_LAST_DAY, {"bank_account": bank_account}).fetchone()
        return None if found is None else found[0]


_STATED: Final = """
SELECT sha256, bank_account, currency, from_on, to_on, sequence, statement_id FROM bank_statements
WHERE complete ORDER BY sha256, number
"""

_LAST_DAY: Final = """
SELECT greatest(
    (SELECT max(statements.to_on) FROM bank_statements AS statements JOIN files USING (sha256)
        WHERE statements.bank_account = %(bank_account)s AND files.books),
    (SELECT max(booked_on) FROM receipts WHERE bank_account = %(bank_account)s),
    (SELECT max(booked_on) FROM movements WHERE bank_account = %(bank_account)s)
)
"""

_SHOWN_IN_DETAIL: Final = """
WITH asked AS (
    SELECT *, row_number() OVER (PARTITION BY bank_account, booked_on, currency, amount_minor ORDER BY id) AS nth
    FROM unnest(%(ids)s::text[], %(accounts)s::text[], %(days)s::date[], %(currencies)s::text[], %(amounts)s::bigint[])
        AS of (id, bank_account, booked_on, currency, amount_minor)
),
days AS (SELECT DISTINCT bank_account, booked_on, currency FROM asked),
booked AS (
    SELECT bank_account, booked_on, currency, coalesce(movement_id, receipt_id) AS line, movement_minor, amount_minor,
        file, statement_no
    FROM receipts JOIN days USING (bank_account, booked_on, currency) WHERE in_detail
    UNION ALL
    SELECT bank_account, booked_on, currency, coalesce(movement_id, part_id), movement_minor, amount_minor,
        file, statement_no
    FROM movements JOIN days USING (bank_account, booked_on, currency)
    WHERE in_detail AND NOT coalesce(document LIKE 'receipt-%%', false)
),
-- The payments of a sum that quotes an order of ours are of its statement, and no other file has shown them.
shown AS (
    SELECT booked.* FROM booked JOIN bank_statements AS statements
        ON (statements.sha256, statements.number) = (booked.file, booked.statement_no)
    WHERE statements.opening_minor IS NULL
),
lines AS (
    SELECT bank_account, booked_on, currency, max(movement_minor) AS amount_minor FROM shown
    GROUP BY bank_account, booked_on, currency, line HAVING count(*) > 1
),
counted AS (
    SELECT bank_account, booked_on, currency, amount_minor, count(*) AS lines FROM lines GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT bank_account, booked_on, currency, sum(amount_minor)::bigint, 1 FROM shown GROUP BY 1, 2, 3
    HAVING count(DISTINCT line) > 1
)
SELECT DISTINCT id FROM asked JOIN counted USING (bank_account, booked_on, currency, amount_minor) WHERE nth <= lines
ORDER BY id
"""

_OF_THE_LINES: Final = """
SELECT this.receipt_id, others.receipt_id FROM receipts AS others JOIN receipts AS this
    ON others.file = this.file AND others.raw_position = this.raw_position
    AND others.statement_no IS NOT DISTINCT FROM this.statement_no
WHERE this.receipt_id = ANY(%(ids)s) ORDER BY 1, 2
"""

_SHOWING: Final = """
WITH shown AS (
    SELECT file, bank_account, booked_on FROM receipts WHERE receipt_id = ANY(%(money)s)
    UNION SELECT file, bank_account, booked_on FROM movements WHERE part_id = ANY(%(money)s)
)
SELECT file FROM shown WHERE file IS NOT NULL
UNION SELECT sha256 FROM seen_payments WHERE money_id = ANY(%(money)s)
UNION SELECT statements.sha256 FROM bank_statements AS statements JOIN shown
    ON statements.bank_account = shown.bank_account
    AND shown.booked_on BETWEEN statements.from_on AND statements.to_on
ORDER BY 1
"""

_PARTS: Final = """
SELECT part_id, bank_account, currency, amount_minor, cleared_minor, role, booked_on, statement_no FROM movements
WHERE part_id = ANY(%(ids)s)
"""

_CLOSED_DOUBTS: Final = """
SELECT * FROM doubts WHERE status = 'closed' AND (%(ids)s::text[] IS NULL OR doubt_id = ANY(%(ids)s::text[]))
ORDER BY decided_on, doubt_id
"""
