"""What a person is told of a bank's sum of direct debits that waits, and of a debit that takes such payments back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconciliation.matching.debit_sums import DIFFERS, TAKEN_BACK, OrderSum, SumBack
from reconciliation.proposals.proposal import Review
from reconciliation.statements.values import in_currency
from reconciliation.steps import propose_collections

Row = Mapping[str, Any]

# A receipt whose texts quote several orders.
TOGETHER: Final = "orders_quoted_together"
# So many direct debits or receipts are named.
_NAMED: Final = 10


def of_sum(of: OrderSum, money_id: str) -> list[Review]:
    """What is said of a sum: which direct debits wait if it differs, or which may be those that a detail file shows."""
    where = of.line["raw_position"]
    if not of.differs:
        return [propose_collections.shown_elsewhere(one, of.line["key"], where) for one in of.debits if of.shown]
    sentence = _DIFFERS if of.debits else _NOTHING_WAITS
    waits = "The direct debits that wait: " + _all_of(of.debits, of.waiting_minor, "collection_id", "amount_minor")
    why = (sentence, *(() if of.alone else (_NOT_ALONE,)), _OTHERWISE.format(part=money_id), _line(of.line), waits)
    return [Review(None, money_id, DIFFERS, why, (), where)]


def of_back(of: SumBack, money_id: str) -> Review:
    """What is said of a debit that takes payments of an order back, and does not say for certain which."""
    left = sum(one["left_minor"] for one in of.receipts)
    has = "The receipts that have money of the order: " + _all_of(of.receipts, left, "receipt_id", "left_minor")
    return Review(None, money_id, TAKEN_BACK, (_TAKEN_BACK, _line(of.line), has), (), of.line["raw_position"])


def of_orders(line: Row, orders: Sequence[str], collections: Sequence[Row]) -> Review:
    """What is said of a receipt whose texts quote several orders: it may have the money of direct debits of each."""
    waiting = [one for one in collections if one["order_id"] in orders and one["status"] == "ordered"]
    minor = sum(one["amount_minor"] for one in waiting)
    waits = "The direct debits that wait: " + _all_of(waiting, minor, "collection_id", "amount_minor")
    said = f"The orders: {', '.join(orders)}. The receipt: {line['money_id']}."
    why = (_TOGETHER.format(receipt=line["money_id"]), said, waits)
    return Review(None, f"line-{line['key']}", TOGETHER, why, (), line["raw_position"])


def _line(line: Row) -> str:
    number = line["declared_details"]
    said = f"The bank's line: {in_currency(line['amount_minor'], line['currency'])} {line['currency']}"
    said += "." if number is None else f", payments: {number}."
    return f"The order: {line['our_order']}. {said}"


def _all_of(rows: Sequence[Row], minor: int, id: str, amount: str) -> str:
    if not rows:
        return "none."
    each = [f"{one[id]} ({in_currency(one[amount], one['currency'])})" for one in rows[:_NAMED]]
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    currency = rows[0]["currency"]
    return f"{in_currency(minor, currency)} {currency}, payments: {len(rows)}: {', '.join(each)}{more}."


_DIFFERS: Final = (
    "The bank booked direct debits of one order as a sum that is not what waits of this order. Load the bank's file "
    "that rejects the payment that it left out, or record that with `reskontra collection fail`: the next `reskontra "
    "reconcile` settles the others."
)
_NOTHING_WAITS: Final = (
    "The bank booked a sum that quotes an order of direct debits of which nothing waits: all of it is collected, has "
    "failed or was taken back. So no payment is known that this could be. Ask the bank what it is."
)
_NOT_ALONE: Final = (
    "Another line of the file quotes the same order, so nobody knows which of them has its payments. Say what the "
    "other one is: then the next `reskontra reconcile` looks at this one again."
)
_OTHERWISE: Final = (
    "If the bank took too much, too little or twice, make the line a receipt: `reskontra movement reclassify {part} "
    "--receipt --reason CODE`. Say what it pays: `reskontra allocate {part} --item ITEM=AMOUNT`, with an `--item` for "
    "each. Then settle each direct debit that it pays: `reskontra collection settle COLLECTION --receipt {part}`, with "
    "`--short` if it pays less. When a debit of the bank takes money of it back, say so: `reskontra receipt recall "
    "{part} --movement DEBIT --reason CODE`. If receipts of another file have its payments, it belongs on the role "
    "bank_details: `reskontra movement reclassify {part} --role bank_details --reason CODE`."
)
_TOGETHER: Final = (
    "A line quotes several orders of direct debits, so no rule says which of them it is. It is one receipt. "
    "If it is their sum, say what it pays: `reskontra allocate {receipt} --item ITEM=AMOUNT`, an `--item` for each. "
    "Then settle each direct debit: `reskontra collection settle COLLECTION --receipt {receipt}`, with `--short` if it "
    "pays less, and close this with `reskontra doubt close`."
)
_TAKEN_BACK: Final = (
    "The bank took direct debits of one order back in a sum, and does not say which. Say so with `reskontra receipt "
    "recall` for each receipt, with this debit as its `--movement`. If it takes back a sum of the order that waits "
    "itself, make that a receipt first, with `reskontra movement reclassify --receipt`. If debits of another file show "
    "what it took back, it belongs on the role bank_details: `reskontra movement reclassify --role bank_details`."
)
