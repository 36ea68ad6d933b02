"""Writes the payment file of Autogiro: one file asks Bankgirot to collect several payments for a bankgiro of ours.

Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016, 7.3 (payment initiation: TK01 and TK82).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from reconciliation.statements.autogiro.records import OLD, ORDERS, layout
from reconciliation.statements.fixed_width import write_record

# Why a payment cannot be collected in this format.
Wrong = Literal["reference_too_long", "amount_too_large"]

_LAYOUT: Final = layout(OLD, ORDERS)
_CUSTOMER: Final = re.compile(r"[0-9]{6}")
_LONGEST_REFERENCE: Final = 16
_DIGITS: Final = 12
# Once, and not every month.
_ONCE: Final = "0"


@dataclass(frozen=True, slots=True)
class Debit:
    """An amount in öre from the payer with a payer number; the report repeats the reference."""

    payer: str
    amount_minor: int
    reference: str


@dataclass(frozen=True, slots=True)
class DebitOrder:
    """What Bankgirot is to collect on a day for our bankgiro; `customer` is our customer number there."""

    created_on: date
    due_on: date
    bankgiro: str
    customer: str
    debits: Sequence[Debit]


def is_customer(text: str) -> bool:
    """Whether a text has the form of a customer number at Bankgirot."""
    return bool(_CUSTOMER.fullmatch(text))


def wrong_with(debit: Debit) -> Wrong | None:
    """Why a payment cannot be in a file; None if it can."""
    if len(debit.reference) > _LONGEST_REFERENCE:
        return "reference_too_long"
    return "amount_too_large" if len(str(debit.amount_minor)) > _DIGITS else None


def write_debits(order: DebitOrder) -> bytes:
    """The file of an order, in ISO-8859-1; raises ValueError if it is empty or a payment cannot be in it."""
    if not order.debits or any(wrong_with(one) for one in order.debits):
        raise ValueError("the order has no payments, or one that cannot be written")
    records = [
        (
            "82",
            {
                "day": f"{order.due_on:%Y%m%d}",
                "period": _ONCE,
                "payer": one.payer.zfill(16),
                "amount": str(one.amount_minor).zfill(_DIGITS),
                "reference": one.reference,
            },
        )
        for one in order.debits
    ]
    return write_file(order.created_on, order.bankgiro, order.customer, records)


def write_file(
    created_on: date, bankgiro: str, customer: str, records: Iterable[tuple[str, Mapping[str, str]]]
) -> bytes:
    """A file to Bankgirot in ISO-8859-1: its start record (TK01), and records of our bankgiro by code and fields."""
    ours = bankgiro.zfill(10)
    start = write_record(_LAYOUT, "01", created=f"{created_on:%Y%m%d}", customer=customer, bankgiro=ours)
    lines = [
        f"{start[:10]}AUTOGIRO{start[18:]}",
        *(write_record(_LAYOUT, code, bankgiro=ours, **fields) for code, fields in records),
    ]
    return ("\r\n".join(lines) + "\r\n").encode(_LAYOUT.encoding)
