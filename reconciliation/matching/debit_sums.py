"""Lines by which a bank books the direct debits of one order as one sum, without saying which they are.

Such a line quotes the order's id, so the order says which payments it is of, if they have its amount and number. The
line is then the sum on `bank_details`, and its payments are booked beside it, as if a file had shown them in detail; if
a detail file has shown them, they are in the book already. So it is with a debit that takes such payments back. A line
is never taken for an order by its amount.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from ledger.domain.chart_of_accounts import BANK_DETAILS, BANK_SUSPENSE
from reconciliation.matching.identity import id_key
from reconciliation.matching.line_rules import Explained
from reconciliation.matching.movements import RECALL
from reconciliation.matching.origins import COLLECTED
from reconciliation.matching.own_numbers import OWN
from reconciliation.matching.pairing import BOOK
from reconciliation.matching.quoted_orders import is_silent

Row = Mapping[str, Any]

# The rules of a sum of which all payments are known, and of one that is not what its order asks for; and of debits that
# take direct debits of an order back: of one of which it is known which, and of another one.
SUM: Final = "sum_of_direct_debits"
DIFFERS: Final = "direct_debits_sum_differs"
BACK: Final = "direct_debits_back"
TAKEN_BACK: Final = "direct_debits_taken_back"

# What a line without its own words says of none of its payments.
_UNSAID: Final = (
    *("reference", "reference_kind", "reference_valid", "reference_amount_minor", "reference_personal"),
    *("counterparty", "counterparty_account", "text", "bank_ref", "bank_id_key", "sum_booked_as", "repeats"),
    OWN,
)


class OrderSum(NamedTuple):
    """A line that quotes an order of ours, and the direct debits that it is, or those that wait if it differs.

    If it is `shown`, a detail file has its payments; then those that wait may be among these, without their ids. If it
    is not `alone`, another line of the file quotes the same order.
    """

    line: Row
    debits: tuple[Row, ...]
    fits: bool
    shown: bool = False
    alone: bool = True

    @property
    def differs(self) -> bool:
        """Whether nobody knows which payments the line is."""
        return not (self.fits or self.shown)

    @property
    def explained(self) -> Explained:
        """The account role and the rule of the line."""
        return Explained(BANK_SUSPENSE, DIFFERS) if self.differs else Explained(BANK_DETAILS, SUM)

    @property
    def waiting_minor(self) -> int:
        """The amount of the direct debits, in minor units."""
        return sum(one["amount_minor"] for one in self.debits)


class SumBack(NamedTuple):
    """A debit that quotes an order of ours, and the receipts of its direct debits of which money is left.

    It is `certain` if it takes all of them back. If it is `shown`, a detail file has what it takes back.
    """

    line: Row
    receipts: tuple[Row, ...]
    certain: bool
    shown: bool = False

    @property
    def waits(self) -> bool:
        """Whether nobody knows what it takes back."""
        return not (self.certain or self.shown)

    @property
    def explained(self) -> Explained:
        """The account role and the rule of the debit."""
        return Explained(BANK_SUSPENSE, TAKEN_BACK) if self.waits else Explained(BANK_DETAILS, BACK)

    @property
    def returns(self) -> tuple[tuple[str, Row], ...]:
        """The receipts that it takes back for certain, each with the key of the entry that does."""
        return tuple((id_key(self.line["key"], one["collection_id"]), one) for one in self.receipts if self.certain)


class Returned(NamedTuple):
    """What a debit of a whole order takes back of one direct debit."""

    explained: Explained = Explained(*RECALL)


def quoting(entries: pl.DataFrame) -> pl.DataFrame:
    """The lines to be booked that quote an order of ours and no payment of it."""
    return entries.filter(pl.col("our_order").is_not_null() & is_silent() & (pl.col("decision") == BOOK))


def taken_back(line: Row, receipts: Sequence[Row], *, sum_waits: bool, shown: bool = False) -> SumBack:
    """What a debit that quotes an order takes back, given the order's receipts.

    Of an order of which another sum waits, or was something else (`sum_waits`), the debit may take that back. What
    detail files have `shown` of it is in the book.
    """
    if shown:
        return SumBack(line, (), certain=False, shown=True)
    here = (line["account"], line["currency"])
    left = tuple(one for one in receipts if one["left_minor"] and (one["bank_account"], one["currency"]) == here)
    whole = bool(left) and sum(one["left_minor"] for one in left) == -line["amount_minor"]
    counted = line["declared_details"] in (None, len(left))
    return SumBack(line, left, certain=whole and counted and not sum_waits)


def sums(lines: Sequence[Row], collections: Sequence[Row], shown: Collection[str] = ()) -> dict[str, OrderSum]:
    """What each of these lines is, by its key.

    `collections` are all of the orders that the lines quote, and `shown` the keys of lines of which detail files have
    shown these. Of several other lines that quote one order, no one says which of them has which payments.
    """
    orders: dict[str, list[Row]] = {}
    for one in collections:
        orders.setdefault(one["order_id"], []).append(one)
    made: dict[str, OrderSum] = {}
    left = [line["our_order"] for line in lines if line["key"] not in shown and line["part"] != "lump"]
    for line in lines:
        order = orders[line["our_order"]]
        if line["key"] in shown:
            made[line["key"]] = OrderSum(line, (), fits=False, shown=True)
        elif line["part"] == "lump":
            made[line["key"]] = OrderSum(line, _waiting(order), fits=False, shown=True)
        else:
            made[line["key"]] = _of(line, order, alone=left.count(line["our_order"]) == 1)
    return made


def _waiting(order: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(one for one in order if one["status"] == "ordered")


def _of(line: Row, order: Sequence[Row], *, alone: bool) -> OrderSum:
    waiting = _waiting(order)
    choices = [waiting]
    if not any(one["status"] in ("settled", "returned") for one in order):
        # The bank may have collected all the same what was said to have failed.
        choices.append(tuple(order))
    fit = next((one for one in choices if alone and _fits(line, one)), None)
    return OrderSum(line, waiting if fit is None else fit, fits=fit is not None, alone=alone)


def _fits(line: Row, debits: Sequence[Row]) -> bool:
    amount, number = sum(one["amount_minor"] for one in debits), line["declared_details"]
    return (
        bool(debits)
        and amount == line["amount_minor"]
        and number in (None, len(debits))
        and {(one["bank_account"], one["currency"]) for one in debits} == {(line["account"], line["currency"])}
    )


def payments(sums: Sequence[OrderSum], schema: pl.Schema) -> pl.DataFrame:
    """The payments of those sums that are known, as entries of a detail file; each has its end-to-end id."""
    return _frame([row for one in sums if one.fits for row in _payments(one)], schema)


def returns(backs: Sequence[SumBack], schema: pl.Schema) -> pl.DataFrame:
    """What those debits take back of each direct debit for certain, as entries of a detail file in the same way."""
    rows = []
    for one in backs:
        said = _said(one.line, [key for key, _ in one.returns], reversal=True)
        amounts = [(key, -of["left_minor"], of["end_to_end_id"]) for key, of in one.returns]
        rows += _rows(said, amounts)
    return _frame(rows, schema)


def _frame(rows: Sequence[Row], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row") if rows else pl.DataFrame(schema=schema)


def _payments(of: OrderSum) -> list[dict[str, Any]]:
    keys = [id_key(of.line["key"], one["collection_id"]) for one in of.debits]
    said = _said(of.line, keys, origin=COLLECTED)
    return _rows(
        said, [(key, one["amount_minor"], one["end_to_end_id"]) for key, one in zip(keys, of.debits, strict=True)]
    )


def _said(line: Row, keys: Sequence[str], **more: Any) -> dict[str, Any]:
    """What a sum says of each of its payments."""
    return {
        **dict(line),
        **dict.fromkeys(_UNSAID),
        "reference_personal": False,
        "further_references": [],
        "part": "detail",
        "line_bank_ref": line["bank_ref"],
        "members": len(keys),
        "unsplit": False,
        "contradicted": False,
        "in_detail": True,
        "movement_key": keys[0] if keys else None,
        **more,
    }


def _rows(said: dict[str, Any], payments: Sequence[tuple[str, int, str]]) -> list[dict[str, Any]]:
    return [
        said
        | {
            "detail_no": number,
            "key": key,
            "amount_minor": amount_minor,
            "end_to_end_id": end_to_end_id,
            "end_to_end_key": id_key(said["account"], end_to_end_id),
        }
        for number, (key, amount_minor, end_to_end_id) in enumerate(payments, 1)
    ]
