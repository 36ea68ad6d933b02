"""The records of TITO and the columns of their fields.

Source: Finanssiala (Finance Finland), Konekielinen tiliote, service and record description.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reconciliation.statements.fixed_width import Layout

_LENGTH: Final = {"length": slice(3, 6)}
_MOVEMENT: Final = {
    **_LENGTH,
    "number": slice(6, 12),
    "archive": slice(12, 30),
    "booked_on": slice(30, 36),
    "value_on": slice(36, 42),
    "paid_on": slice(42, 48),
    "type": slice(48, 49),
    "code": slice(49, 52),
    "said": slice(52, 87),
    "sign": slice(87, 88),
    "amount": slice(88, 106),
    "receipt": slice(106, 107),
    "channel": slice(107, 108),
    "name": slice(108, 143),
    "name_source": slice(143, 144),
    "account": slice(144, 158),
    "changed": slice(158, 159),
    "reference": slice(159, 179),
    "form": slice(179, 187),
    "level": slice(187, 188),
}
# What comes after a movement; `kind` says which of the fields there are.
_MORE: Final = {
    **_LENGTH,
    "kind": slice(6, 8),
    "message": slice(8, 428),  # in parts of 35 characters
    "count": slice(8, 16),
    "instructed_sign": slice(8, 9),
    "instructed": slice(9, 27),
    "instructed_currency": slice(28, 31),
    "creditor_reference": slice(8, 43),
    "iban": slice(43, 78),
    "bic": slice(78, 113),
    "payee": slice(113, 183),
    "payer": slice(183, 253),
    "payers_id": slice(253, 288),
    "original": slice(288, 323),
}
_CUMULATED: Final = {
    **_LENGTH,
    "period": slice(6, 7),
    "day": slice(7, 13),
    "credits": slice(13, 21),
    "credit_sign": slice(21, 22),
    "credit_amount": slice(22, 40),
    "debits": slice(40, 48),
    "debit_sign": slice(48, 49),
    "debit_amount": slice(49, 67),
}

_RECORDS: Final = MappingProxyType(
    {
        "T00": {
            **_LENGTH,
            "version": slice(6, 9),
            "account": slice(9, 23),
            "number": slice(23, 26),
            "from_on": slice(26, 32),
            "to_on": slice(32, 38),
            "created_on": slice(38, 44),
            "created_at": slice(44, 48),
            "customer": slice(48, 65),
            "opened_on": slice(65, 71),
            "sign": slice(71, 72),
            "old_balance": slice(72, 90),
            "records": slice(90, 96),
            "currency": slice(96, 99),
            "name": slice(99, 129),
            "owner": slice(147, 182),
            "iban": slice(292, 322),
        },
        "T10": _MOVEMENT,
        "T11": _MORE,
        "T40": {
            **_LENGTH,
            "day": slice(6, 12),
            "sign": slice(12, 13),
            "balance": slice(13, 31),
            "available_sign": slice(31, 32),
            "available": slice(32, 50),
        },
        "T50": _CUMULATED,
        "T51": _CUMULATED,  # corrections of cumulated figures
        "T60": _LENGTH,  # what a bank adds of its own
        "T70": _LENGTH,  # messages to the customer
        "T80": _MOVEMENT,  # announcements, which move no money
        "T81": _MORE,
    }
)

LAYOUT: Final = Layout("", 999, "ISO-8859-1", slice(0, 3), _RECORDS, "YYMMDD", length=_LENGTH["length"])
# Amounts have two decimals, without a point.
DECIMALS: Final = 2
# The types of movements: 1 is a credit and 2 a debit; 3 and 4 correct one, and 9 was rejected.
CORRECTIONS: Final = frozenset({"3", "4"})
REJECTED: Final = "9"
# The kinds of T11: messages of the payer, the number of payments, the original amount, the principal, SEPA.
MESSAGE: Final = ("00", "06")
COUNT: Final = "01"
INSTRUCTED: Final = "05"
SEPA: Final = "11"
PART: Final = 35
