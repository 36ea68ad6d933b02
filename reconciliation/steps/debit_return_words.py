"""What a person is told of a return that names a direct debit and waits: its payment, what is left, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reconciliation.statements.values import in_currency

Row = Mapping[str, Any]


def of_return(debit: Row, collection: Row, receipt: Row | None) -> tuple[str, ...]:
    """Why a return waits, of which direct debit it is, and which receipt has the money of that, if one has."""
    named = f"The direct debit: {collection['collection_id']}, {_money(collection['amount_minor'], debit)}."
    back = f"The return: {_money(-debit['left_minor'], debit)}."
    if receipt is None:
        return _NOT_PAID.format(collection=collection["collection_id"]), f"{named} {back}"
    left, minor = receipt["left_minor"], -debit["left_minor"]
    sentence = _NOTHING_LEFT if not left else _MORE if minor > left else _REST if debit["cleared_minor"] else _TOGETHER
    items = "".join(f" --item {one}" for one in receipt["items"]) if receipt["is_shared"] else ""
    said = sentence.format(receipt=receipt["receipt_id"], part=debit["part_id"], items=items)
    has = f"Its receipt: {receipt['receipt_id']}, {_money(receipt['amount_minor'], debit)}"
    return said, f"{named} {has}, of which {_money(left, debit)} is left. {back}"


def fitting(receipt: Row | None) -> tuple[dict[str, Any], ...]:
    """The receipt, as a review has what fits."""
    if receipt is None:
        return ()
    booked_on = str(receipt["collected_on"])
    return ({**{name: receipt[name] for name in ("receipt_id", "currency", "amount_minor")}, "booked_on": booked_on},)


def _money(minor: int, debit: Row) -> str:
    return f"{in_currency(minor, debit['currency'])} {debit['currency']}"


_NOT_PAID: Final = (
    "The bank took back a direct debit of which the book has no payment yet. Load the bank's file that has the "
    "payment; if a receipt has it already, say so: `reskontra collection settle {collection} --receipt RECEIPT`. The "
    "next `reskontra reconcile` then takes it back."
)
_NOTHING_LEFT: Final = (
    "The bank took back a direct debit of which nothing is left to take back. Ask the bank what this debit is. If it "
    "is the bank's fee, say so: `reskontra movement reclassify {part} --role bank_fees --reason CODE`; if it takes "
    "back another payment, `reskontra receipt recall RECEIPT --movement {part} --reason CODE`."
)
_MORE: Final = (
    "The bank took back more than is left of the direct debit that it names. Ask the bank. What is left is taken back "
    "with `reskontra receipt recall {receipt} --movement {part}{items} --reason CODE`. Then say what the rest is: if "
    "it is the bank's fee, `reskontra movement reclassify {part} --role bank_fees --reason CODE`."
)
_REST: Final = (
    "A part of what the bank took back is assigned, but not the rest. If that is of the same direct debit, say so: "
    "`reskontra receipt recall {receipt} --movement {part}{items} --reason CODE`; else say what it is, with `reskontra "
    "movement reclassify {part}`."
)
_TOGETHER: Final = (
    "The bank took back a direct debit several times, together more than is left of it. Ask the bank which of these "
    "debits is right, and say so: `reskontra receipt recall {receipt} --movement {part}{items} --reason CODE`. Say "
    "what the others are with `reskontra movement reclassify`."
)
