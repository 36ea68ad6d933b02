"""Look-ups of the debits that may have taken receipts back."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from ledger.domain.chart_of_accounts import roles_of
from projections.store.connections import Connections

if TYPE_CHECKING:
    import pyarrow as pa


class Debits:
    """Debits by what is assigned of them, and those that wait for the receipt that they take back."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def debits_assigned(self, parts: Collection[str], *, wholly: bool) -> list[str]:
        """Those of these debits of which all was assigned to receipts, or those in suspense of which nothing was."""
        given = {"ids": list(parts), "roles": list(roles_of("suspense"))}
        with self._connections.rows() as connection:
            rows = connection.execute(_ASSIGNED if wholly else _UNTOUCHED, given).fetchall() if parts else []
        return [row[0] for row in rows]

    def debits_by_hand(self, parts: Collection[str]) -> list[str]:
        """Those of these debits of which a person said that they had not taken a receipt back."""
        with self._connections.rows() as connection:
            rows = connection.execute(_BY_HAND, (list(parts),)).fetchall() if parts else []
        return [row[0] for row in rows]

    def debits_waiting(
        self,
        end_to_end_keys: Collection[str],
        bank_id_keys: Collection[str],
        *,
        rules: Collection[str],
        bank_accounts: Collection[str] = (),
        amounts: Collection[int] = (),
    ) -> pa.Table:
        """Debits in suspense booked by one of these rules, with what is left of each, and where a file has it.

        They have one of these ids; or they are of these accounts and amounts, which are above zero, and nothing of them
        is assigned.
        """
        ids = list(end_to_end_keys), list(bank_id_keys)
        of = list(bank_accounts), [-one for one in amounts]
        return self._connections.arrow(_DEBITS_WAITING, *ids, list(rules), list(roles_of("suspense")), *of)

    def debits_of_orders(self, order_ids: Collection[str]) -> dict[str, list[str]]:
        """The end-to-end ids of the direct debits of those of these orders that are ours."""
        with self._connections.rows() as connection:
            return dict(connection.execute(_OF_ORDERS, (list(order_ids),)).fetchall())


_UNTOUCHED: Final = """
SELECT part_id FROM movements WHERE part_id = ANY(%(ids)s) AND amount_minor < 0 AND cleared_minor = 0
    AND document IS NULL AND role = ANY(%(roles)s) ORDER BY part_id
"""
_BY_HAND: Final = "SELECT part_id FROM movements WHERE part_id = ANY(%s) AND by_hand"
_ASSIGNED: Final = "SELECT part_id FROM movements WHERE part_id = ANY(%(ids)s) AND cleared_minor = amount_minor"

_DEBITS_WAITING: Final = """
SELECT part_id, bank_account, currency, amount_minor - cleared_minor AS amount_minor, line_key, end_to_end_key,
    bank_id_key, file, statement_no, raw_position, booked_on
FROM movements
WHERE (end_to_end_key = ANY($1::text[]) OR bank_id_key = ANY($2::text[])
        OR (bank_account = ANY($5::text[]) AND amount_minor = ANY($6::bigint[]) AND cleared_minor = 0))
    AND amount_minor < cleared_minor AND rule = ANY($3::text[]) AND role = ANY($4::text[])
ORDER BY booked_on, part_id
"""

_OF_ORDERS: Final = """
SELECT order_id, array_agg(end_to_end_id ORDER BY end_to_end_id) FROM collections
WHERE order_id = ANY(%s) AND end_to_end_id IS NOT NULL GROUP BY order_id ORDER BY order_id
"""
