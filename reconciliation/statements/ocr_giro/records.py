"""The records of OCR giro and AvtaleGiro, and the columns of their fields.

Source: Nets, OCR giro, system specification, and AvtaleGiro, system specification.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reconciliation.statements.fixed_width import Layout

OCR_GIRO: Final = "09"
AVTALEGIRO: Final = "21"
# What an assignment of AvtaleGiro is about, by its type.
AGREEMENTS: Final = "24"

_EVERY: Final = {"mark": slice(0, 2), "service": slice(2, 4), "type": slice(4, 6)}
_TRANSACTION: Final = {**_EVERY, "number": slice(8, 15)}
_COUNTED: Final = {**_EVERY, "transactions": slice(8, 16), "records": slice(16, 24), "amount": slice(24, 41)}

_RECORDS: Final = MappingProxyType(
    {
        "10": {**_EVERY, "sender": slice(8, 16), "transmission": slice(16, 23), "recipient": slice(23, 31)},
        "20": {**_EVERY, "agreement": slice(8, 17), "assignment": slice(17, 24), "account": slice(24, 35)},
        "30": {
            **_TRANSACTION,
            "day": slice(15, 21),
            "settlement": slice(21, 31),  # OCR giro: centre, day code, number of the part and serial number within it
            "sign": slice(31, 32),
            "amount": slice(32, 49),
            "kid": slice(49, 74),
        },
        "31": {
            **_TRANSACTION,
            "form": slice(15, 25),
            "reference": slice(25, 34),
            "paid_on": slice(41, 47),
            "payers_account": slice(47, 58),
            # AvtaleGiro has other fields here.
            "payer": slice(15, 25),
            "text": slice(50, 75),
        },
        "32": {**_TRANSACTION, "text": slice(15, 55)},
        "49": {**_TRANSACTION, "line": slice(16, 19), "column": slice(19, 20), "text": slice(20, 60)},
        "70": {**_TRANSACTION, "change": slice(15, 16), "kid": slice(16, 41), "notified": slice(41, 42)},
        "88": {**_COUNTED, "day_1": slice(41, 47), "day_2": slice(47, 53), "day_3": slice(53, 59)},
        "89": {**_COUNTED, "day": slice(41, 47)},
    }
)

LAYOUT: Final = Layout("record type ", 80, "ISO-8859-1", slice(6, 8), _RECORDS, "DDMMYY", "0")
