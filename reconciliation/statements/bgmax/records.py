"""The records of BgMax and the columns of their fields.

Source: Bankgirot, Bankgiro Inbetalningar, Teknisk manual, November 2019, chapter 3, and October 2023.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reconciliation.statements.fixed_width import Layout

_PAYMENT: Final = {
    "sender": slice(2, 12),
    "reference": slice(12, 37),
    "amount": slice(37, 55),
    "reference_code": slice(55, 56),
    "channel": slice(56, 57),
    "serial": slice(57, 69),
    "image": slice(69, 70),
}

_RECORDS: Final = MappingProxyType(
    {
        "01": {"layout": slice(2, 22), "version": slice(22, 24), "created": slice(24, 44), "production": slice(44, 45)},
        "05": {"bankgiro": slice(2, 12), "plusgiro": slice(12, 22), "currency": slice(22, 25)},
        "20": _PAYMENT,
        "21": {**_PAYMENT, "deduction": slice(70, 71)},
        "22": _PAYMENT,
        "23": _PAYMENT,
        "25": {"information": slice(2, 52)},
        "26": {"name": slice(2, 37), "extra_name": slice(37, 72)},
        "27": {"address": slice(2, 37), "postcode": slice(37, 46)},
        "28": {"town": slice(2, 37), "country": slice(37, 72), "country_code": slice(72, 74)},
        "29": {"organisation": slice(2, 14)},
        "15": {
            "account": slice(2, 37),
            "paid_on": slice(37, 45),
            "serial": slice(45, 50),
            "amount": slice(50, 68),
            "currency": slice(68, 71),
            "count": slice(71, 79),
            "type": slice(79, 80),
        },
        "70": {
            "payments": slice(2, 10),
            "deductions": slice(10, 18),
            "extra_references": slice(18, 26),
            "deposits": slice(26, 34),
        },
    }
)

LAYOUT: Final = Layout("TK", 80, "ISO-8859-1", slice(0, 2), _RECORDS)
