"""The records of Autogiro and the columns of their fields, for each kind of file.

What a type of record means, and its columns, depend on the kind of file, which the start record (TK01) states.

Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016, chapters 7 to 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reconciliation.statements.fixed_width import Layout

_Fields = Mapping[str, slice]

# Four forms of the start record: the new layout, the old one, that of the old mandate advice, and that of our orders.
NEW: Final = {
    "created": slice(24, 44),
    "contents": slice(44, 64),
    "customer": slice(64, 70),
    "bankgiro": slice(70, 80),
}
OLD: Final = {
    "created": slice(2, 10),
    "contents": slice(22, 42),
    "customer": slice(62, 68),
    "bankgiro": slice(68, 78),
}
OLD_MANDATES: Final = {"created": slice(2, 10), "bankgiro": slice(14, 24), "contents": slice(24, 33)}

_PAYMENT: Final = {
    "day": slice(2, 10),
    "period": slice(10, 11),
    "renewals": slice(11, 14),
    "payer": slice(15, 31),
    "amount": slice(31, 43),
    "bankgiro": slice(43, 53),
    "reference": slice(53, 69),
}
_DEPOSIT: Final = {
    "account": slice(2, 37),
    "paid_on": slice(37, 45),
    "serial": slice(45, 50),
    "amount": slice(50, 68),
    "currency": slice(68, 71),
    "count": slice(71, 79),
}
_REJECTED: Final = {
    "day": slice(2, 10),
    "period": slice(10, 11),
    "renewals": slice(11, 14),
    "payer": slice(14, 30),
    "amount": slice(30, 42),
    "reference": slice(42, 58),
    "answer": slice(58, 60),
}
_AMENDED: Final = {
    "day": slice(2, 10),
    "payer": slice(10, 26),
    "type": slice(26, 28),
    "amount": slice(28, 40),
    "new_day": slice(48, 56),
    "reference": slice(56, 72),
    "answer": slice(72, 74),
}
_ORDERED_MANDATE: Final = {"bankgiro": slice(2, 12), "payer": slice(12, 28)}
_ORDERED_CHANGE: Final = {
    **_ORDERED_MANDATE,
    "day": slice(28, 36),
    "amount": slice(36, 48),
    "type": slice(48, 50),
    "new_day": slice(50, 58),
    "reference": slice(58, 74),
}
# The sums of payments (TK82) and of payouts (TK32) in the end records of the old layout and of amendments.
_SUMMED: Final = {
    "payout_amount": slice(28, 40),
    "payouts": slice(40, 46),
    "payments": slice(46, 52),
    "payment_amount": slice(56, 68),
}
_CHANGES: Final = tuple(map(str, range(21, 30)))

SPECIFICATION: Final[Mapping[str, _Fields]] = MappingProxyType(
    {
        "15": _DEPOSIT,
        "82": {**_PAYMENT, "answer": slice(79, 80)},
        "16": _DEPOSIT,
        "32": {**_PAYMENT, "answer": slice(79, 80)},
        "17": _DEPOSIT,
        "77": {**_PAYMENT, "refunded_on": slice(69, 77), "answer": slice(77, 79)},
        "09": {
            "deposits": slice(14, 20),
            "payments": slice(20, 32),
            "withdrawals": slice(32, 38),
            "payouts": slice(38, 50),
            "refundings": slice(50, 56),
            "refunds": slice(56, 68),
        },
    }
)
MANDATES: Final[Mapping[str, _Fields]] = MappingProxyType(
    {
        "73": {
            "bankgiro": slice(2, 12),
            "payer": slice(12, 28),
            "account": slice(28, 44),
            "identity": slice(44, 56),
            "about": slice(61, 63),
            "answer": slice(63, 65),
            "day": slice(65, 73),
        },
        "09": {"mandates": slice(14, 21)},
    }
)
# Only the old layout says from which day on a new mandate may be used: in six digits, blank or zeros for no such day.
# Source: public readers of Bankgirot's layout E (byrokrat/autogiro, phpgiro), which both call the field so.
OLD_ADVICE: Final[Mapping[str, _Fields]] = MappingProxyType(
    {**MANDATES, "73": {**MANDATES["73"], "active_from": slice(73, 79)}}
)
REJECTED: Final[Mapping[str, _Fields]] = MappingProxyType(
    {
        "82": _REJECTED,
        "32": _REJECTED,
        "09": {
            "payouts": slice(14, 20),
            "payout_amount": slice(20, 32),
            "payments": slice(32, 38),
            "payment_amount": slice(38, 50),
        },
    }
)
AMENDED: Final[Mapping[str, _Fields]] = MappingProxyType(
    {**dict.fromkeys(("03", "11", *_CHANGES), _AMENDED), "09": _SUMMED}
)
WATCHED: Final[Mapping[str, _Fields]] = MappingProxyType({"82": _PAYMENT, "32": _PAYMENT, "09": _SUMMED})
ORDERS: Final[Mapping[str, _Fields]] = MappingProxyType(
    {
        "03": _ORDERED_MANDATE,
        "04": {**_ORDERED_MANDATE, "account": slice(28, 44), "identity": slice(44, 56), "answer": slice(76, 78)},
        "05": {**_ORDERED_MANDATE, "new_bankgiro": slice(28, 38), "new_payer": slice(38, 54)},
        "82": _PAYMENT,
        "32": _PAYMENT,
        **dict.fromkeys(_CHANGES, _ORDERED_CHANGE),
    }
)


def layout(start: _Fields, records: Mapping[str, _Fields]) -> Layout:
    """The layout of a kind of file: its start record and its other records."""
    return Layout("TK", 80, "ISO-8859-1", slice(0, 2), MappingProxyType({"01": start, **records}))
