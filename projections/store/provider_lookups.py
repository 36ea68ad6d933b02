"""Look-ups that the settlements of payment providers need: what is settled, what was captured, payouts under way,
the fees that are agreed, and the rates with which exchanges are compared.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.rows import dict_row

from projections.store.connections import Connections
from projections.store.transit_sums import REF_OF_MOVEMENT

if TYPE_CHECKING:
    import pyarrow as pa


class KnownReceipt(NamedTuple):
    """A receipt that is a payment at a provider, and the file that showed it; None if a person recorded it."""

    receipt_id: str
    file: str | None


class ForSettlements:
    """Look-ups for the settlements of payment providers, their fees, and the payouts on our bank's statements."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def settled(self, line_keys: Collection[str]) -> pa.Table:
        """The transactions with these identities that files have shown, with their amounts and their files.

        `paid_out` says whether the settlement that had one of them had its payout too.
        """
        return self._connections.arrow(_SETTLED, list(line_keys))

    def captured(self, bank_id_keys: Collection[str]) -> pa.Table:
        """The payments with these ids that were recorded when they were captured, and that no file has settled yet."""
        return self._connections.arrow(_CAPTURED, list(bank_id_keys))

    def recorded_otherwise(self, receipts: Collection[str]) -> dict[str, str]:
        """Receipts of a provider's files that a person recorded with another amount, each with that receipt."""
        with self._connections.rows() as connection:
            return dict(connection.execute(_RECORDED, (list(receipts),)).fetchall())

    def unsettled(self, accounts: Collection[str]) -> list[dict[str, Any]]:
        """The payments on these accounts that were recorded when they were captured, and that no file has settled."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_UNSETTLED, (list(accounts),)).fetchall()

    def settled_days(self, accounts: Collection[str]) -> list[tuple[str, date]]:
        """The days on which files show that something on these accounts was settled, each with its account."""
        with self._connections.rows() as connection:
            return connection.execute(_SETTLED_DAYS, (list(accounts),)).fetchall()

    def booked(self, money_ids: Collection[str]) -> list[str]:
        """Those of these receipts and parts of movements that are booked, settled or not yet."""
        with self._connections.rows() as connection:
            rows = connection.execute(_BOOKED, {"ids": list(money_ids)}).fetchall()
        return [id for (id,) in rows]

    def settlement_of(self, money_id: str) -> dict[str, Any] | None:
        """The settlement with this booked money, and of how many transactions it is the sum; null if none has it."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_SETTLEMENT_OF, (money_id,)).fetchone()

    def adjudicated(self, claim_keys: Collection[str]) -> list[str]:
        """Those of these identities of claims that a payer's files have said."""
        known: list[str] = self._connections.arrow(_ADJUDICATED, list(claim_keys))["claim_key"].to_pylist()
        return known

    def receipt_named(self, id_key: str, amount_minor: int) -> KnownReceipt | None:
        """The first receipt that is a payment at a provider with this id and was not voided.

        The id may be that of the payment, or the one under which we asked for it, as when a settlement finds one; of a
        payment that a person recorded and a file settled, either of the file's. The id of a claim is that of all its
        payments, so of those it is one of this amount of which nothing was taken back.
        """
        with self._connections.rows() as connection:
            row = connection.execute(_NAMED, {"id_key": id_key, "amount": amount_minor}).fetchone()
        return None if row is None else KnownReceipt(*row)

    def receipt_settled_on(self, receipt_id: str) -> date | None:
        """The day on which a provider settled a receipt, if a file has shown it."""
        with self._connections.rows() as connection:
            row = connection.execute(_SETTLED_ON, (receipt_id,)).fetchone()
        settled_on: date | None = None if row is None else row[0]
        return settled_on

    def settled_elsewhere(self, receipt_ids: Collection[str], sum_key: str | None) -> tuple[str, date] | None:
        """The first of these receipts that something else than this sum has settled, with the day; null if none."""
        asked = {"ids": list(receipt_ids), "sum_key": sum_key}
        with self._connections.rows() as connection:
            row = connection.execute(_SETTLED_ELSEWHERE, asked).fetchone()
        return None if row is None else (row[0], row[1])

    def kept(self, bank_id_keys: Collection[str]) -> pa.Table:
        """The payments with these ids that files have shown, and of which nothing was taken back."""
        return self._connections.arrow(_KEPT, list(bank_id_keys))

    def payouts(self, since: date, without: Collection[str] = ()) -> list[dict[str, Any]]:
        """The payouts of which not as much arrived as was sent, and those of which something moved since a day.

        Each is as if the movements `without` were not there.
        """
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_PAYOUTS, {"since": since, "without": list(without)}).fetchall()

    def arrivals(self, payout_ids: Collection[str]) -> list[dict[str, Any]]:
        """The movements of our banks that are of these payouts, with their places in files and their identities there.

        `reason_code` is that of the last who said what the movement was, if anybody did.
        """
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_ARRIVALS, {"payouts": list(payout_ids)}).fetchall() if payout_ids else []

    def sent_parts(self, payout_ids: Collection[str]) -> dict[str, str]:
        """The movements with which providers sent these payouts, each with its payout."""
        with self._connections.rows() as connection:
            rows = connection.execute(_SENT_PARTS, (list(payout_ids),)).fetchall() if payout_ids else []
        return dict(rows)

    def untouched_receipts(self, currencies: Collection[str], from_on: date, to_on: date) -> list[dict[str, Any]]:
        """Receipts of our banks' files of these days about which nobody and nothing has said anything yet."""
        asked = {"currencies": list(currencies), "from_on": from_on, "to_on": to_on}
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_UNTOUCHED, asked).fetchall()

    def without_account(self, role: str, currency: str) -> int:
        """What the general ledger has on a clearing account without any of our accounts at a payment provider."""
        with self._connections.rows() as connection:
            row = connection.execute(_WITHOUT_ACCOUNT, (role, currency)).fetchone()
        assert row is not None
        return int(row[0])

    def agreed_fees(self, known_at: int | None = None) -> list[dict[str, Any]]:
        """Fees that are agreed with providers, in the order in which they were said, as known now or at a position."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_AGREED_FEES, {"known_at": known_at}).fetchall()

    def exchange_rates(self, known_at: int) -> list[dict[str, Any]]:
        """Exchange rates in the order in which they were declared, as known at a position."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_EXCHANGE_RATES, {"known_at": known_at}).fetchall()


_SETTLED: Final = """
WITH found AS MATERIALIZED (SELECT * FROM settled_transactions WHERE line_key = ANY($1::text[])),
    paid AS MATERIALIZED (
        SELECT DISTINCT settlement_id FROM settled_transactions
        WHERE kind = 'payout' AND settlement_id IN (SELECT settlement_id FROM found)
    )
SELECT line_key, money_id, amount_minor, charges_minor, tax_minor, file,
    settlement_id IN (SELECT settlement_id FROM paid) AS paid_out
FROM found ORDER BY line_key, recorded_at_position
"""
_CAPTURED: Final = """
SELECT receipt_id, bank_id_key, amount_minor, booked_on FROM receipts
WHERE bank_id_key = ANY($1::text[]) AND file IS NULL AND held_by IS NOT NULL AND voided_minor = 0
    AND NOT EXISTS (SELECT FROM settled_transactions WHERE money_id = receipt_id)
ORDER BY receipt_id
"""
_RECORDED: Final = """
SELECT shown.receipt_id, min(said.receipt_id)
FROM receipts AS shown
JOIN receipts AS said ON said.bank_id_key IN (shown.bank_id_key, shown.end_to_end_key)
WHERE shown.receipt_id = ANY(%s) AND shown.file IS NOT NULL AND shown.held_by IS NOT NULL
    AND said.file IS NULL AND said.held_by IS NOT NULL AND said.voided_minor = 0
    AND said.amount_minor <> shown.amount_minor
    AND NOT EXISTS (SELECT FROM settled_transactions WHERE money_id = said.receipt_id)
GROUP BY shown.receipt_id
"""
_UNSETTLED: Final = """
SELECT receipt_id, bank_account, currency, amount_minor, booked_on, payment_ref FROM receipts
WHERE bank_account = ANY(%s) AND file IS NULL AND held_by IS NOT NULL AND voided_minor = 0
    AND NOT EXISTS (SELECT FROM settled_transactions WHERE money_id = receipt_id)
ORDER BY booked_on, receipt_id
"""
_SETTLED_DAYS: Final = """
SELECT DISTINCT provider_account, settled_on FROM settled_transactions WHERE provider_account = ANY(%s) ORDER BY 1, 2
"""
_BOOKED: Final = """
SELECT receipt_id FROM receipts WHERE receipt_id = ANY(%(ids)s)
UNION SELECT part_id FROM movements WHERE part_id = ANY(%(ids)s) ORDER BY 1
"""
_SETTLEMENT_OF: Final = """
SELECT settlement_id, transactions FROM settled_transactions WHERE money_id = %s AND part_of IS NULL
ORDER BY recorded_at_position LIMIT 1
"""
_ADJUDICATED: Final = """
SELECT claim_key FROM adjudicated_claims WHERE claim_key = ANY($1::text[]) ORDER BY claim_key
"""
_NAMED: Final = """
WITH settled AS MATERIALIZED (
    SELECT money_id FROM settled_transactions WHERE id_key = %(id_key)s
    UNION SELECT money_id FROM settled_transactions WHERE asked_key = %(id_key)s
)
SELECT receipt_id, file FROM receipts
WHERE held_by IS NOT NULL AND voided_minor = 0
    AND (
        bank_id_key = %(id_key)s OR end_to_end_key = %(id_key)s
        OR receipt_id IN (SELECT money_id FROM settled)
    )
    AND (held_by <> 'remittance' OR (amount_minor = %(amount)s AND recalled_minor = 0))
ORDER BY recorded_at_position LIMIT 1
"""
_SETTLED_ON: Final = "SELECT settled_on FROM settled_transactions WHERE money_id = %s ORDER BY settled_on LIMIT 1"
_SETTLED_ELSEWHERE: Final = """
SELECT money_id, settled_on FROM settled_transactions
WHERE money_id = ANY(%(ids)s) AND part_of IS DISTINCT FROM %(sum_key)s::text
ORDER BY money_id, settled_on LIMIT 1
"""
_KEPT: Final = """
SELECT bank_id_key, amount_minor, file FROM receipts
WHERE bank_id_key = ANY($1::text[]) AND file IS NOT NULL AND held_by IS NOT NULL AND recalled_minor = 0
    AND reclassified_minor = 0 AND voided_minor = 0
ORDER BY receipt_id
"""
# The movements of payouts, without those of which it was said that they are none.
_MOVED: Final = f"""
SELECT payout_id, part_id, provider_account, currency, side, max(ref) AS payout_ref,
    max(occurred_on) AS occurred_on, sum(amount_minor) AS amount_minor
FROM (SELECT *, {REF_OF_MOVEMENT} AS ref FROM payouts WHERE part_id <> ALL(%(without)s::text[])) AS payouts
GROUP BY payout_id, part_id, provider_account, currency, side HAVING sum(amount_minor) <> 0
"""
_PAYOUTS: Final = f"""
SELECT payout_id, provider_account, refs[1] AS payout_ref, currency, last_on, sent_minor, arrived_minor, came_back,
    coalesce(refs[2:], '{{}}') AS more_refs
FROM (
    SELECT payout_id, provider_account, array_agg(DISTINCT payout_ref ORDER BY payout_ref)
            FILTER (WHERE payout_ref IS NOT NULL) AS refs,
        currency, max(occurred_on) AS last_on,
        coalesce(sum(amount_minor) FILTER (WHERE side = 'sent'), 0)::bigint AS sent_minor,
        coalesce(sum(amount_minor) FILTER (WHERE side = 'arrived'), 0)::bigint AS arrived_minor,
        bool_or(side = 'arrived') AND coalesce(sum(amount_minor) FILTER (WHERE side = 'arrived'), 0) = 0 AS came_back
    FROM ({_MOVED}) AS movements GROUP BY payout_id, provider_account, currency
) AS payouts
WHERE sent_minor <> arrived_minor OR last_on >= %(since)s
ORDER BY payout_id
"""
# Of a receipt it was said what it is.
_ARRIVALS: Final = """
WITH arrived AS MATERIALIZED (
    SELECT payout_id, part_id, sum(amount_minor)::bigint AS arrived_minor FROM payouts
    WHERE payout_id = ANY(%(payouts)s::text[]) AND side = 'arrived'
    GROUP BY payout_id, part_id HAVING sum(amount_minor) <> 0
)
SELECT payout_id, part_id, bank_account, movements.currency, movements.amount_minor, booked_on, bank_id_key,
    end_to_end_key, file, statement_no, raw_position, rule, reason_code
FROM movements JOIN arrived USING (part_id)
WHERE NOT coalesce(document LIKE 'receipt-%%', false)
UNION ALL
SELECT payout_id, part_id, bank_account, receipts.currency, arrived_minor, booked_on, bank_id_key, end_to_end_key, file,
    statement_no, raw_position, 'receipt', 'PAYOUT'
FROM receipts JOIN arrived ON part_id = receipt_id
ORDER BY booked_on, part_id
"""
_SENT_PARTS: Final = """
SELECT part_id, payout_id FROM payouts WHERE payout_id = ANY(%s) AND side = 'sent'
GROUP BY part_id, payout_id HAVING sum(amount_minor) <> 0 ORDER BY part_id
"""
# One that a person made of a movement is somebody's payment.
_UNTOUCHED: Final = """
SELECT receipt_id, currency, amount_minor, booked_on, file, statement_no, raw_position FROM receipts
WHERE unallocated_minor > 0 AND unallocated_minor = amount_minor AND last_position = recorded_at_position
    AND NOT identified AND held_by IS NULL AND file IS NOT NULL AND currency = ANY(%(currencies)s)
    AND booked_on BETWEEN %(from_on)s AND %(to_on)s
    AND NOT EXISTS (SELECT FROM movements WHERE part_id = receipt_id)
ORDER BY booked_on, receipt_id
"""
_WITHOUT_ACCOUNT: Final = """
SELECT coalesce(sum(debit_minor - credit_minor), 0)::bigint FROM gl_sums
WHERE role = %s AND bank_account = '' AND currency = %s
"""
_AGREED_FEES: Final = """
SELECT * FROM agreed_fees WHERE recorded_at_position <= %(known_at)s OR %(known_at)s::bigint IS NULL
ORDER BY recorded_at_position
"""
_EXCHANGE_RATES: Final = """
SELECT * FROM exchange_rates WHERE recorded_at_position <= %(known_at)s ORDER BY recorded_at_position
"""
