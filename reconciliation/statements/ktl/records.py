"""The records of KTL and the columns of their fields.

Source: Finanssiala (Finance Finland), Saapuvat viitesiirrot ja suoraveloitukset, record description.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reconciliation.statements.fixed_width import Layout

_PAYMENT: Final = {
    "account": slice(1, 15),
    "booked_on": slice(15, 21),
    "paid_on": slice(21, 27),
    "archive": slice(27, 43),
    "reference": slice(43, 63),
    "payer": slice(63, 75),
    "currency": slice(75, 76),
    "name_source": slice(76, 77),
    "amount": slice(77, 87),
    "correction": slice(87, 88),
    "channel": slice(88, 89),
    "answer": slice(89, 90),
}

_RECORDS: Final = MappingProxyType(
    {
        "0": {
            "created_on": slice(1, 7),
            "created_at": slice(7, 11),
            "bank_group": slice(11, 13),
            "service": slice(13, 22),
            "currency": slice(22, 23),
        },
        "3": _PAYMENT,
        "5": _PAYMENT,
        "9": {
            "payments": slice(1, 7),
            "amount": slice(7, 18),
            "corrections": slice(18, 24),
            "corrected": slice(24, 35),
            "failed": slice(35, 41),
            "failed_amount": slice(41, 52),
        },
    }
)

LAYOUT: Final = Layout("record type ", 90, "ISO-8859-1", slice(0, 1), _RECORDS, "YYMMDD")
# The sign of the currency: 1 is the euro; 0 or blank was the mark, which ended before any book here begins.
EURO: Final = "1"
CORRECTION: Final = "1"
