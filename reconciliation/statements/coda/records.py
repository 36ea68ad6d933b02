"""The records of CODA and the columns of their fields.

Source: Febelfin, Coded statement of account (CODA), version 2.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reconciliation.statements.fixed_width import Layout

# Records 2 and 3 have three articles each, with fields of their own; `article` says which of them it is.
_MEMBER: Final = {"article": slice(1, 2), "sequence": slice(2, 6), "detail": slice(6, 10)}

_RECORDS: Final = MappingProxyType(
    {
        "0": {
            "filling": slice(1, 5),
            "created_on": slice(5, 11),
            "bank_number": slice(11, 14),
            "application": slice(14, 16),
            "duplicate": slice(16, 17),
            "reference": slice(24, 34),
            "holder": slice(34, 60),
            "bic": slice(60, 71),
            "separate": slice(83, 88),
            "version": slice(127, 128),
        },
        "1": {
            "structure": slice(1, 2),
            "number": slice(2, 5),
            "account": slice(5, 42),
            "sign": slice(42, 43),
            "balance": slice(43, 58),
            "day": slice(58, 64),
            "holder": slice(64, 90),
        },
        "2": {
            **_MEMBER,
            # Article 1.
            "bank_ref": slice(10, 31),
            "sign": slice(31, 32),
            "amount": slice(32, 47),
            "value_on": slice(47, 53),
            "code": slice(53, 61),
            "structured": slice(61, 62),
            "said_1": slice(62, 115),
            "booked_on": slice(115, 121),
            "number": slice(121, 124),
            "globalisation": slice(124, 125),
            # Article 2.
            "said_2": slice(10, 63),
            "end_to_end_id": slice(63, 98),
            "bic": slice(98, 109),
            "return_type": slice(112, 113),
            "return_reason": slice(113, 117),
            # Article 3.
            "account": slice(10, 47),
            "name": slice(47, 82),
            "said_3": slice(82, 125),
        },
        "3": {
            **_MEMBER,
            "structured": slice(39, 40),  # article 1
            "said_1": slice(40, 113),
            "said_2": slice(10, 115),
            "said_3": slice(10, 100),
        },
        "4": {"sequence": slice(2, 6), "detail": slice(6, 10), "text": slice(32, 112)},
        "8": {
            "number": slice(1, 4),
            "account": slice(4, 41),
            "sign": slice(41, 42),
            "balance": slice(42, 57),
            "day": slice(57, 63),
        },
        "9": {"records": slice(16, 22), "debits": slice(22, 37), "credits": slice(37, 52), "more": slice(127, 128)},
    }
)

LAYOUT: Final = Layout("record type ", 128, "ISO-8859-1", slice(0, 1), _RECORDS, "DDMMYY")
# Amounts have three decimals, without a point.
DECIMALS: Final = 3
DEBIT, CREDIT = "1", "0"
# The detail number of the movement itself.
WHOLE: Final = "0000"
# The first digit of a transaction code: 8 divides the amount of one payment, and 9 that of a detail.
OF_PAYMENT, OF_DETAIL = "8", "9"
# Structured communications: those with a reference of 12 digits, and that of a SEPA direct debit.
OGM: Final = ("101", "102")
DIRECT_DEBIT: Final = "127"
