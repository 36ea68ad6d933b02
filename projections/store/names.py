"""Looks up the names that people use: ids, parts of ids, invoice numbers and payment references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from projections.read_models.accounts import ACCOUNTS
from projections.read_models.collections import COLLECTIONS
from projections.read_models.credit_notes import CREDIT_NOTES
from projections.read_models.invoices import INVOICES
from projections.read_models.items import ITEMS
from projections.read_models.mandates import MANDATES
from projections.read_models.movements import MOVEMENTS
from projections.read_models.payouts import PAYOUTS
from projections.read_models.persons import PERSONS
from projections.read_models.receipts import RECEIPTS
from projections.read_models.refunds import REFUNDS
from projections.read_models.transfers import TRANSFERS
from projections.read_models.write_offs import WRITE_OFFS
from projections.store.connections import Connections

# More matches than this are not counted; the name must then be made more precise.
MOST: Final = 1000


class Asked(NamedTuple):
    """What a name may mean: an id, an invoice's number, a reference; each is None if the name cannot mean that.

    A reference comes in all its spellings, with more and fewer zeros before it. If the name also says which of several
    items is meant, `nth` is that item's number among them.
    """

    id: str | None
    number: int | None = None
    reference: list[str] | None = None
    nth: int | None = None


class Numbered(NamedTuple):
    """The names that people use for an item: the number of its invoice, and its last payment request's reference."""

    series: str | None
    number: int | None
    reference: str | None


class Names:
    """Finds the ids of everything that has a given name: sorted, and at most `MOST` + 1 of them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def invoices(self, asked: Asked) -> list[str]:
        """Invoices with exactly this id or number, or whose payment request has this reference."""
        return self._ids(_INVOICES, asked._asdict())

    def credit_notes(self, asked: Asked) -> list[str]:
        """Credit notes with exactly this id or number."""
        return self._ids(_CREDIT_NOTES, asked._asdict())

    def items(self, asked: Asked) -> list[str]:
        """Items that have exactly this id, whose invoice has this id or number, or whose request has this reference."""
        return self._ids(_ITEMS, asked._asdict())

    def accounts(self, asked: Asked) -> list[str]:
        """Accounts that owe what has this number or reference."""
        return self._ids(_ACCOUNTS, asked._asdict())

    def receipts(self, asked: Asked) -> list[str]:
        """Receipts whose payer quoted this reference."""
        return self._ids(_RECEIPTS, asked._asdict())

    def payments(self, id_keys: Sequence[str]) -> list[str]:
        """Receipts at payment providers of which one of the two ids has one of these hashes, and that are not void."""
        return self._ids(_PAYMENTS, {"keys": list(id_keys)})

    def collections(self, item_ids: Sequence[str]) -> list[str]:
        """Direct debits that were ordered of any of these items."""
        return self._ids(_COLLECTIONS, {"items": list(item_ids)}) if item_ids else []

    def payouts(self, asked: Asked) -> list[str]:
        """Payouts with exactly this id, here or at the provider."""
        return self._ids(_PAYOUTS, asked._asdict())

    def holds(self, item_id: str, name: str, part: str | None) -> list[str]:
        """Those holds of the item whose id a text is, or begins or ends with a part of an id, or whose reason it is, if
        they are in force.
        """
        return self._ids(_HOLDS, {"item": item_id, "name": name, "part": part})

    def parts(self, noun: str, part: str) -> list[str]:
        """Ids that begin or end with a text; `noun` says what they are ids of, such as `invoice`."""
        model = _MODELS[noun]
        return self._ids(_PARTS.format(model.table, model.key[0]), {"part": part})

    def of_items(self, item_ids: Sequence[str]) -> dict[str, Numbered]:
        """The names that people use for these items."""
        with self._connections.rows() as connection:
            found = connection.execute(_NUMBERED.encode(), {"items": list(item_ids)}).fetchall()
        return {id: Numbered(*rest) for id, *rest in found}

    def _ids(self, query: str, given: Mapping[str, object]) -> list[str]:
        with self._connections.rows() as connection:
            found = connection.execute(query.encode(), {**given, "most": MOST + 1}).fetchall()
        return [str(id) for (id,) in found]


# The read model for each noun; the model for `account` has one row for each account, and so on.
_MODELS: Final = {
    "account": ACCOUNTS,
    "collection": COLLECTIONS,
    "creditnote": CREDIT_NOTES,
    "invoice": INVOICES,
    "item": ITEMS,
    "mandate": MANDATES,
    "movement": MOVEMENTS,
    "payout": PAYOUTS,
    "person": PERSONS,
    "receipt": RECEIPTS,
    "refund": REFUNDS,
    "transfer": TRANSFERS,
    "writeoff": WRITE_OFFS,
}

# Ids are ordered by their bytes, so the range contains every id that begins with the text. What ends with it is found
# by reading the whole index of the key: an index for it would cost more at every payment than it saves at a question.
_PARTS: Final = """
SELECT {1} FROM {0} WHERE {1} >= %(part)s AND {1} < %(part)s || '~'
UNION SELECT {1} FROM {0} WHERE right({1}, length(%(part)s)) = %(part)s
ORDER BY 1 LIMIT %(most)s
"""

_HOLDS: Final = """
SELECT hold_id FROM holds WHERE item_id = %(item)s AND (
    left(hold_id, length(%(part)s::text)) = %(part)s OR right(hold_id, length(%(part)s::text)) = %(part)s
    OR hold_id = %(name)s OR (reason_code = %(name)s AND lifted_on IS NULL)
)
ORDER BY 1 LIMIT %(most)s
"""

_RECEIPTS: Final = """
SELECT receipt_id FROM receipts WHERE reference = ANY(%(reference)s::text[]) ORDER BY 1 LIMIT %(most)s
"""

# Of a payment that a person recorded when it was captured, the settlement has the ids that only the file said.
_PAYMENTS: Final = """
SELECT receipt_id FROM receipts
WHERE held_by IS NOT NULL AND voided_minor = 0 AND (
    bank_id_key = ANY(%(keys)s::text[]) OR end_to_end_key = ANY(%(keys)s::text[]) OR receipt_id IN (
        SELECT money_id FROM settled_transactions WHERE id_key = ANY(%(keys)s::text[])
        UNION SELECT money_id FROM settled_transactions WHERE asked_key = ANY(%(keys)s::text[])
    )
)
ORDER BY 1 LIMIT %(most)s
"""

_COLLECTIONS: Final = """
SELECT collection_id FROM collections WHERE items && %(items)s::text[] ORDER BY 1 LIMIT %(most)s
"""

_PAYOUTS: Final = """
SELECT payout_id FROM payouts WHERE payout_id = %(id)s OR payout_ref = %(id)s GROUP BY 1 ORDER BY 1 LIMIT %(most)s
"""

_ACCOUNTS: Final = """
SELECT account_id FROM requests WHERE reference = ANY(%(reference)s::text[])
UNION SELECT items.account_id FROM invoices JOIN items ON items.document = 'invoice-' || invoices.invoice_id
    WHERE invoices.number = %(number)s::bigint
ORDER BY 1 LIMIT %(most)s
"""

_INVOICES: Final = """
SELECT invoice_id FROM invoices WHERE invoice_id = %(id)s
UNION SELECT invoice_id FROM invoices WHERE number = %(number)s::bigint
UNION SELECT substr(items.document, 9) FROM requests JOIN items USING (item_id)
    WHERE requests.reference = ANY(%(reference)s::text[]) AND items.document LIKE 'invoice-%%'
ORDER BY 1 LIMIT %(most)s
"""

_CREDIT_NOTES: Final = """
SELECT credit_note_id FROM credit_notes WHERE credit_note_id = %(id)s OR number = %(number)s::bigint
ORDER BY 1 LIMIT %(most)s
"""

# An item's id ends with the item's number within its invoice; the number within a request is `item_no`. If an item and
# an invoice have the same id, the item is meant.
_ITEMS: Final = """
SELECT item_id FROM items WHERE item_id = %(id)s AND %(nth)s::bigint IS NULL
UNION SELECT item_id FROM requests
    WHERE reference = ANY(%(reference)s::text[]) AND (%(nth)s::bigint IS NULL OR item_no = %(nth)s::bigint)
UNION SELECT items.item_id
    FROM (
        SELECT invoice_id FROM invoices WHERE invoice_id = %(id)s
            AND (%(nth)s::bigint IS NOT NULL OR NOT EXISTS (SELECT FROM items WHERE item_id = %(id)s))
        UNION SELECT invoice_id FROM invoices WHERE number = %(number)s::bigint
    ) AS named JOIN items ON items.document = 'invoice-' || named.invoice_id
    WHERE %(nth)s::bigint IS NULL OR items.item_id = named.invoice_id || '.' || %(nth)s::bigint
ORDER BY 1 LIMIT %(most)s
"""

_NUMBERED: Final = """
SELECT items.item_id, invoices.series, invoices.number, (
    SELECT requests.reference FROM requests WHERE requests.item_id = items.item_id
    ORDER BY requests.made_at_position DESC LIMIT 1
)
FROM items LEFT JOIN invoices
    ON invoices.invoice_id = CASE WHEN items.document LIKE 'invoice-%%' THEN substr(items.document, 9) END
WHERE items.item_id = ANY(%(items)s)
"""
