"""Writes Handelsbanken's Swish report as the bank does, for the demo and for tests of the reader.

Source: Handelsbanken, Implementation guideline, Credit / Debit advice Swish, CSV format, version 3.1.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reconciliation.statements.delimited import write_rows
from reconciliation.statements.values import to_text


@dataclass(frozen=True, slots=True)
class SwishPayment:
    """One information record (02); money that went out is below zero."""

    amount_minor: int
    paid_on: date
    booked_on: date
    account: str
    swish_number: str
    reference: str
    type: str = "SWH"
    phone: str = ""
    name: str = ""
    message: str = ""
    order: str = ""
    end_to_end_id: str = ""
    organisation: str = "5560000001"


def write_swish(created_on: date, payments: Sequence[SwishPayment], delimiter: str = ",", until: str = "") -> bytes:
    """Write a report of the day before; `until` is the time of an intraday report, and amounts have a decimal comma
    if the delimiter is a semicolon.
    """
    day = payments[0].booked_on if payments else created_on
    start = ["01", created_on.isoformat(), day.isoformat(), until]
    records = [_record(one, delimiter) for one in payments]
    return write_rows([start, *records, ["03", str(len(payments))]], delimiter).encode()


def _record(one: SwishPayment, delimiter: str) -> list[str]:
    amount = ("-" if one.amount_minor < 0 else "") + to_text(one.amount_minor, 2)
    return [
        "02",
        one.organisation,
        one.account,
        "HANDSESS",
        one.swish_number,
        one.paid_on.isoformat(),
        one.type,
        amount.replace(".", ",") if delimiter == ";" else amount,
        "SEK",
        one.phone,
        one.name,
        one.reference,
        one.message,
        one.order,
        f"{one.paid_on.isoformat()}T13:32:22",
        one.booked_on.isoformat(),
        one.end_to_end_id,
        one.end_to_end_id,
    ]
