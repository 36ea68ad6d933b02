"""Reports of Swish payments: Handelsbanken's records and Swedbank's table.

Swish holds no money of ours: a payment is on our bank account at once, either by itself or in a sum of the day. So a
report is not a settlement, but shows the account's payments in detail, each as a line. Only Handelsbanken counts them,
so only its report of a whole day is booked.
"""

from __future__ import annotations

from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.swish import handelsbanken, swedbank
from reconciliation.statements.traits import Traits
from reconciliation.statements.xml_guard import HEAD_BYTES

_GUIDELINE = "Handelsbanken, Implementation guideline, Credit / Debit advice Swish, CSV format, version 3.1.3"


def recognise(head: bytes) -> str | None:
    """Recognise a report by its first records or its header."""
    return handelsbanken.recognise(head) or swedbank.recognise(head)


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a report; its days are days in Sweden already."""
    format = recognise(data[:HEAD_BYTES]) or TRAITS[0].format
    return (swedbank.read if format == "swish.swedbank" else handelsbanken.read)(data, format)


TRAITS = (
    Traits(
        "swish.handelsbanken",
        "Swish payments of a day, by Handelsbanken",
        _GUIDELINE,
        "movements",
        "in",
        country="Sweden",
    ),
    Traits(
        "swish.intraday",
        "Swish payments of the day so far, by Handelsbanken",
        _GUIDELINE,
        None,
        "in",
        True,
        country="Sweden",
    ),
    Traits(
        "swish.swedbank",
        "Swish payments, by Swedbank",
        "Swedbank's internet bank, Swish-rapport; no manual is published",
        None,
        "in",
        country="Sweden",
    ),
)
