"""Look-ups that direct debits need: what can be collected, and which collections a bank answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from psycopg.rows import dict_row

from projections.store.connections import Connections

Found = dict[str, Any]

# A mandate of Autogiro waits for the file that says it to the clearing house, then for the answer.
WAITS_FOR: Final = """CASE WHEN scheme <> 'autogiro' THEN NULL
    WHEN status = 'requested' THEN CASE WHEN sent_on IS NULL THEN 'file' ELSE 'bank' END
    WHEN status = 'cancelled' AND known_there THEN 'file' END"""


class ForCollections:
    """Look-ups for mandates and collections, with amounts in minor units."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def due(self, bank_account: str, currency: str, scheme: str, by: date) -> list[Found]:
        """The requests in its currency that a scheme can collect to a bank account, payable by a day, one row each.

        None of their items is with a collection that the bank has not answered.
        """
        return self._rows(_DUE, {"bank_account": bank_account, "currency": currency, "scheme": scheme, "by": by})

    def not_due(
        self, bank_account: str, currency: str, scheme: str, by: date, references: Collection[str] | None = None
    ) -> list[Found]:
        """The open requests, all or those with these references, that `due` leaves out, each with why.

        That is `under_way`, `mandate` if no mandate of the payer holds, or `later` if it is payable after the day.
        """
        given = {"bank_account": bank_account, "currency": currency, "scheme": scheme, "by": by}
        return self._rows(_NOT_DUE, {**given, "references": None if references is None else list(references)})

    def references(self, names: Mapping[str, Collection[str]]) -> list[Found]:
        """Each name with the references of requests that it means: its own, or else those of its items."""
        pairs = [(name, item) for name, items in names.items() for item in items]
        of_names, of_items = [name for name, _ in pairs], [item for _, item in pairs]
        return self._rows(_REFERENCES, {"names": list(names), "of_names": of_names, "of_items": of_items})

    def ordered_by(self, order_file: str) -> bool:
        """Whether collections were ordered by the file with this hash."""
        query = "SELECT 1 AS found FROM collections WHERE order_file = %(file)s LIMIT 1"
        return bool(self._rows(query, {"file": order_file}))

    def waiting(self) -> list[Found]:
        """The collections that the bank has not answered, with their scheme, by due day."""
        return self._rows(_WAITING, {})

    def of_mandates(self, mandates: Collection[str]) -> list[Found]:
        """All collections with these mandates, the newest first."""
        query = "SELECT * FROM collections WHERE mandate_id = ANY(%(ids)s) ORDER BY due_on DESC, collection_id"
        return self._rows(query, {"ids": list(mandates)})

    def of_ids(self, end_to_end_ids: Collection[str]) -> list[Found]:
        """The collections that have one of these end-to-end ids."""
        query = "SELECT * FROM collections WHERE end_to_end_id = ANY(%(ids)s) ORDER BY collection_id"
        return self._rows(query, {"ids": list(end_to_end_ids)})

    def of_orders(self, order_ids: Collection[str]) -> list[Found]:
        """The collections of the orders with these ids."""
        query = "SELECT * FROM collections WHERE order_id = ANY(%(ids)s) ORDER BY collection_id"
        return self._rows(query, {"ids": list(order_ids)})

    def shown(self, order_ids: Collection[str]) -> list[Found]:
        """The receipts that detail files show of the collections of these orders."""
        return self._rows(_SHOWN, {"ids": list(order_ids)})

    def shown_back(
        self, end_to_end_keys: Collection[str], bank_accounts: Collection[str], from_on: date
    ) -> list[Found]:
        """The debits with these hashes of ids that detail files show on these accounts from a day on."""
        given = {"keys": list(end_to_end_keys), "of": list(bank_accounts), "from": from_on}
        return self._rows(_SHOWN_BACK, given)

    def sums_booked(self, rules: Collection[str], bank_accounts: Collection[str], from_on: date) -> list[Found]:
        """The sums that these rules booked on these accounts from a day on, and that details explain."""
        return self._rows(_SUMS_BOOKED, {"rules": list(rules), "of": list(bank_accounts), "from": from_on})

    def sums_said(self, file: str, rule: str, but: str) -> list[str]:
        """The keys of the lines of a file that this rule booked, and that were said to be something; not for `but`."""
        return [row["line_key"] for row in self._rows(_SUMS_SAID, {"file": file, "rule": rule, "but": but})]

    def sums_unexplained(self, rule: str) -> list[Found]:
        """The credits that this rule booked and that no details explain, also if a person said what they are.

        Not those that a person made a receipt of collections.
        """
        return self._rows(_SUMS_UNEXPLAINED, {"rule": rule})

    def sums_waiting(self, rule: str) -> list[Found]:
        """The sums in suspense that this rule booked, and about which nobody has said anything."""
        return self._rows(_SUMS_WAITING, {"rule": rule})

    def under_way(self, references: Collection[str]) -> list[Found]:
        """The collections of requests with these references that the bank has not answered."""
        query = "SELECT * FROM collections WHERE reference = ANY(%(ids)s) AND status = 'ordered' ORDER BY collection_id"
        return self._rows(query, {"ids": list(references)})

    def collected(self, end_to_end_ids: Collection[str]) -> list[Found]:
        """The receipts of the collections with these end-to-end ids, with what is left of each.

        Of a receipt that has the money of several collections, that is what it pays of the items of each.
        """
        return self._rows(_COLLECTED, {"ids": list(end_to_end_ids)})

    def returns_waiting(self, rules: Collection[str]) -> list[Found]:
        """The debits in suspense that these rules booked, with an end-to-end id, to accounts of direct debits with one.

        Nobody has said of them what they are; they may have taken something back.
        """
        return self._rows(_RETURNS_WAITING, {"rules": list(rules)})

    def of_receipts(self, receipts: Collection[str]) -> list[Found]:
        """The collections of which these receipts have the money."""
        query = "SELECT * FROM collections WHERE receipt_id = ANY(%(ids)s) ORDER BY collection_id"
        return self._rows(query, {"ids": list(receipts)})

    def unallocated(self, receipt_id: str) -> int:
        """What of a receipt nobody has applied or said to be something else."""
        query = "SELECT unallocated_minor FROM receipts WHERE receipt_id = %(id)s"
        return sum(int(row["unallocated_minor"]) for row in self._rows(query, {"id": receipt_id}))

    def mandate(self, mandate_id: str) -> Found | None:
        """The mandate with this number; None if there is none."""
        found = self._rows("SELECT * FROM mandates WHERE mandate_id = %(id)s", {"id": mandate_id})
        return found[0] if found else None

    def to_send(self, bank_account: str) -> list[Found]:
        """The mandates for a bank account of ours that a file must say to the clearing house, the oldest first."""
        query = (
            f"SELECT * FROM mandates WHERE bank_account = %(to)s AND {WAITS_FOR} = 'file' ORDER BY since, mandate_id"
        )
        return self._rows(query, {"to": bank_account})

    def sent_by(self, order_file: str) -> bool:
        """Whether the file with this hash says mandates to the clearing house."""
        query = "SELECT 1 AS found FROM mandates WHERE order_file = %(file)s OR end_order_file = %(file)s LIMIT 1"
        return bool(self._rows(query, {"file": order_file}))

    def mandates(self, ids: Collection[str]) -> dict[str, Found]:
        """Those of these mandates that there are, by number."""
        query = "SELECT * FROM mandates WHERE mandate_id = ANY(%(ids)s)"
        return {row["mandate_id"]: row for row in self._rows(query, {"ids": list(ids)})}

    def _rows(self, query: str, given: dict[str, object]) -> list[Found]:
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), given).fetchall()


_COLLECTED: Final = """
SELECT end_to_end_id, collection_id, items, is_shared, receipts.receipt_id, receipts.bank_account, receipts.currency,
    receipts.booked_on AS collected_on, receipts.amount_minor,
    CASE WHEN is_shared THEN paid_minor ELSE amount_minor - recalled_minor - reclassified_minor END AS left_minor
FROM (
    SELECT end_to_end_id, collection_id, items, receipt_id, EXISTS (
        SELECT FROM collections AS others
        WHERE others.receipt_id = collections.receipt_id AND others.collection_id <> collections.collection_id
    ) AS is_shared, coalesce((
        SELECT -sum(paid.amount_minor) FROM activity AS paid
        WHERE paid.item_id = ANY(collections.items) AND paid.balance = 'item'
            AND paid.document = 'receipt-' || collections.receipt_id
    ), 0)::bigint AS paid_minor
    FROM collections WHERE end_to_end_id = ANY(%(ids)s) AND receipt_id IS NOT NULL
) AS found JOIN receipts USING (receipt_id) ORDER BY receipts.receipt_id, collection_id
"""

_RETURNS_WAITING: Final = """
SELECT part_id, line_key, file, statement_no, raw_position, booked_on, currency,
    amount_minor - cleared_minor AS left_minor, cleared_minor, by_hand
FROM movements
WHERE rule = ANY(%(rules)s) AND role = 'bank_suspense' AND reason_code IS NULL AND split_from IS NULL
    AND amount_minor < cleared_minor AND end_to_end_key IS NOT NULL AND file IS NOT NULL
    AND bank_account IN (SELECT bank_account FROM collections WHERE end_to_end_id IS NOT NULL)
ORDER BY file, booked_on, part_id
"""

_SHOWN: Final = """
SELECT collections.order_id, collections.collection_id, receipts.receipt_id,
    coalesce(receipts.movement_id, receipts.receipt_id) AS movement_id,
    receipts.bank_account, receipts.currency, receipts.amount_minor, receipts.booked_on
FROM collections JOIN receipts USING (receipt_id)
WHERE collections.order_id = ANY(%(ids)s) AND receipts.in_detail ORDER BY receipts.receipt_id
"""

# The charges of a line are part of the sum: they are with the first of its debits.
_SHOWN_BACK: Final = """
WITH shown AS (
    SELECT *, row_number() OVER (PARTITION BY movement_id ORDER BY part_id) AS nth FROM movements
    WHERE in_detail AND amount_minor < 0 AND bank_account = ANY(%(of)s) AND booked_on >= %(from)s
        AND end_to_end_key = ANY(%(keys)s) AND split_from IS NULL
), charges AS (
    SELECT movement_id, sum(amount_minor)::bigint AS charges_minor FROM movements
    WHERE in_detail AND rule = 'charges_of_line' AND role <> 'bank_details' AND bank_account = ANY(%(of)s)
        AND booked_on >= %(from)s
    GROUP BY movement_id
)
SELECT part_id AS receipt_id, coalesce(movement_id, part_id) AS movement_id, bank_account, currency,
    -amount_minor - CASE nth WHEN 1 THEN coalesce(charges_minor, 0) ELSE 0 END AS amount_minor, booked_on,
    end_to_end_key
FROM shown LEFT JOIN charges USING (movement_id) ORDER BY part_id
"""

_SUMS_BOOKED: Final = """
SELECT part_id, line_key, file, statement_no, raw_position, booked_on, amount_minor FROM movements
WHERE rule = ANY(%(rules)s) AND role = 'bank_details' AND bank_account = ANY(%(of)s) AND booked_on >= %(from)s
    AND file IS NOT NULL ORDER BY booked_on, part_id
"""

_SUMS_SAID: Final = """
SELECT line_key FROM movements
WHERE file = %(file)s AND rule = %(rule)s AND split_from IS NULL AND reason_code IS DISTINCT FROM %(but)s
    AND (role <> 'bank_suspense' OR reason_code IS NOT NULL OR split_minor <> 0) ORDER BY line_key
"""

_SUMS_UNEXPLAINED: Final = """
SELECT part_id, file, statement_no, raw_position, amount_minor FROM movements
WHERE rule = %(rule)s AND role <> 'bank_details' AND split_from IS NULL AND file IS NOT NULL
    AND NOT EXISTS (SELECT FROM collections WHERE receipt_id = movements.part_id) ORDER BY part_id
"""

_SUMS_WAITING: Final = """
SELECT part_id, line_key, file, booked_on FROM movements
WHERE rule = %(rule)s AND role = 'bank_suspense' AND reason_code IS NULL AND split_minor = 0 AND split_from IS NULL
    AND cleared_minor = 0 AND NOT by_hand AND file IS NOT NULL ORDER BY booked_on, part_id
"""

_WAITING: Final = """
SELECT collections.*, mandates.scheme FROM collections JOIN mandates USING (mandate_id)
WHERE collections.status = 'ordered' ORDER BY collections.due_on, collections.collection_id
"""

_NOT_DUE: Final = """
SELECT * FROM (
    SELECT reference, payable_by, CASE WHEN under_way THEN 'under_way'
        WHEN NOT EXISTS (
            SELECT 1 FROM mandates
            WHERE mandates.account_id = open_ones.account_id AND status = 'accepted'
                AND mandates.bank_account = %(bank_account)s AND mandates.scheme = %(scheme)s
        ) THEN 'mandate'
        WHEN payable_by > %(by)s THEN 'later' END AS why
    FROM (
        SELECT requests.request_id, requests.reference, requests.account_id, min(items.payable_by) AS payable_by,
            bool_or(EXISTS (
                SELECT 1 FROM collections WHERE status = 'ordered' AND items.item_id = ANY(collections.items)
            )) AS under_way
        FROM requests JOIN items USING (item_id)
        WHERE items.open_minor > 0 AND items.currency = %(currency)s
            AND (%(references)s::text[] IS NULL OR requests.reference = ANY(%(references)s))
        GROUP BY requests.request_id, requests.reference, requests.account_id
    ) AS open_ones
) AS found WHERE why IS NOT NULL ORDER BY why, payable_by, reference
"""

_REFERENCES: Final = """
SELECT DISTINCT reference AS name, reference FROM requests WHERE reference = ANY(%(names)s)
UNION
SELECT given.name, requests.reference
FROM unnest(%(of_names)s::text[], %(of_items)s::text[]) AS given (name, item_id) JOIN requests USING (item_id)
WHERE NOT EXISTS (SELECT FROM requests AS own WHERE own.reference = given.name)
ORDER BY name, reference
"""

# A payer with several mandates of one scheme is asked with the newest one, if a bank has not refused it.
_DUE: Final = """
SELECT * FROM (
    SELECT DISTINCT ON (requests.request_id) requests.request_id, requests.account_id, requests.reference,
        mandates.mandate_id, mandates.payer_ref, mandates.signed_on, mandates.scheme, mandates.held_for,
        (sum(items.open_minor) OVER one)::bigint AS amount_minor, items.currency,
        min(items.payable_by) OVER one AS payable_by,
        bool_or(EXISTS (
            SELECT 1 FROM collections WHERE status = 'ordered' AND items.item_id = ANY(collections.items)
        )) OVER one AS under_way
    FROM requests JOIN items USING (item_id)
    JOIN mandates ON mandates.account_id = requests.account_id AND mandates.status = 'accepted'
    WHERE items.open_minor > 0 AND items.currency = %(currency)s
        AND mandates.bank_account = %(bank_account)s AND mandates.scheme = %(scheme)s
    WINDOW one AS (PARTITION BY requests.request_id, mandates.mandate_id)
    ORDER BY requests.request_id, mandates.held_for IS NOT NULL, mandates.since DESC, mandates.mandate_id
) AS found WHERE payable_by <= %(by)s AND NOT under_way ORDER BY payable_by, request_id
"""
