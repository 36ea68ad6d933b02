"""Look-ups that the reminders need, each for the whole run: money that waits, and what was decided about reminders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row

from ledger.domain.references import PADDING
from projections.store.connections import Connections

if TYPE_CHECKING:
    import pyarrow as pa

Found = dict[str, Any]


class ForReminders:
    """Look-ups in the current read tables, with amounts in minor units."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def credit(self) -> list[Found]:
        """Customer credit, also what requested refunds reserve: account_id, currency and amount_minor, by account."""
        return self._rows(_CREDIT)

    def unsent_refunds(self) -> list[Found]:
        """Approved refunds whose money is still with us: refund_id, account_id, currency and amount_minor."""
        return self._rows(_UNSENT_REFUNDS)

    def unallocated(self) -> list[Found]:
        """Receipts with an unallocated amount, oldest first: receipt_id, account_id, currency, amount_minor and so on.

        `account_id` is the payer's if somebody has `identified` it, or all that is allocated was for one payer.
        """
        return self._rows(_UNALLOCATED)

    def quoted(self) -> list[Found]:
        """The items of the payment requests whose reference these receipts quote: receipt_id and item_id."""
        return self._rows(_QUOTED, {"padding": PADDING})

    def decided(self, item_ids: Collection[str]) -> list[Found]:
        """The newest decision about a reminder of each of these items."""
        return self._rows(_DECIDED, {"items": list(item_ids)})

    def newest(self, on: date | None) -> pa.Table:
        """The newest decision about each item, or those of the runs of a day, with what the item is now."""
        return self._connections.arrow(_NEWEST, on)

    def paid_after(self, item_ids: Collection[str], on: date | None) -> list[Found]:
        """The reminders of a day, or of all days, after which money of their day or earlier was applied.

        Those of the given items are found, too. `paid_minor` is the money that was applied, of these `documents`, and
        `waiting_minor` the money that the reminder had left out.
        """
        return self._rows(_PAID_AFTER, {"items": list(item_ids), "on": on})

    def _rows(self, query: str, given: dict[str, object] | None = None) -> list[Found]:
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), given).fetchall()


_CREDIT: Final = """
SELECT account_id, currency, credit_minor AS amount_minor FROM account_balances
WHERE credit_minor > 0 ORDER BY account_id, currency
"""

_UNSENT_REFUNDS: Final = """
SELECT refund_id, account_id, currency, payable_minor AS amount_minor FROM refunds
WHERE payable_minor > 0 ORDER BY refund_id
"""

_UNALLOCATED: Final = """
SELECT receipt_id, account_id, identified, currency, unallocated_minor AS amount_minor, booked_on FROM receipts
WHERE unallocated_minor > 0 ORDER BY booked_on, receipt_id
"""

_QUOTED: Final = r"""
SELECT receipt_id, item_id FROM (
    SELECT receipts.receipt_id, requests.item_id, min(receipts.booked_on) AS booked_on, min(requests.item_no) AS item_no
    FROM receipts
    CROSS JOIN LATERAL unnest(
        ARRAY[receipts.reference, regexp_replace(receipts.reference, %(padding)s, '\1')]
    ) AS quoted (reference)
    JOIN requests ON requests.reference = quoted.reference
    WHERE receipts.unallocated_minor > 0 AND receipts.reference IS NOT NULL
    GROUP BY receipts.receipt_id, requests.item_id
) AS found
ORDER BY booked_on, receipt_id, item_no
"""

_DECIDED: Final = """
SELECT DISTINCT ON (item_id) * FROM reminders WHERE item_id = ANY(%(items)s) ORDER BY item_id, ledger_position DESC
"""

_NEWEST: Final = """
SELECT newest.*, items.account_id, items.currency, items.payable_by, items.open_minor
FROM (
    SELECT DISTINCT ON (item_id, level) * FROM reminders WHERE on_day = $1 OR $1 IS NULL
    ORDER BY item_id, level, ledger_position DESC
) AS newest JOIN items USING (item_id)
ORDER BY newest.on_day DESC, items.payable_by, item_id
"""

# Money that was allocated, taken off and allocated again after a reminder counts only with what is left of it.
_PAID_AFTER: Final = """
WITH paid AS (
    SELECT reminders.ledger_position, activity.document, -sum(activity.amount_minor) AS amount_minor
    FROM reminders JOIN activity USING (item_id)
    WHERE reminders.sent AND (reminders.on_day = %(on)s::date OR %(on)s::date IS NULL)
        AND activity.effect = 'paid' AND activity.occurred_on <= reminders.on_day
        AND activity.ledger_position > reminders.ledger_position
    GROUP BY reminders.ledger_position, activity.document HAVING sum(activity.amount_minor) <> 0
), summed AS (
    SELECT ledger_position, sum(amount_minor) AS amount_minor,
        array_agg(document ORDER BY document) FILTER (WHERE amount_minor > 0) AS documents
    FROM paid GROUP BY ledger_position
)
SELECT reminders.item_id, items.account_id, items.currency, items.payable_by, items.open_minor, reminders.on_day,
    reminders.asked_minor, reminders.waiting_minor, coalesce(summed.amount_minor, 0)::bigint AS paid_minor,
    coalesce(summed.documents, '{}') AS documents
FROM reminders JOIN items USING (item_id) LEFT JOIN summed USING (ledger_position)
WHERE reminders.sent AND (reminders.on_day = %(on)s::date OR %(on)s::date IS NULL)
    AND (summed.amount_minor > 0 OR reminders.item_id = ANY(%(items)s))
ORDER BY reminders.on_day DESC, reminders.item_id
"""
