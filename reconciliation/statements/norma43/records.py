"""The records of Norma 43 and the columns of their fields.

Source: Asociación Española de Banca, Cuaderno 43, Información normalizada de cuenta corriente, June 2012.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reconciliation.statements.fixed_width import Layout

# Amounts have fourteen digits, the last two of which are decimals in every currency.
AMOUNT_DECIMALS: Final = 2
DEBIT: Final = "1"
CREDIT: Final = "2"

_ACCOUNT: Final = {"entity": slice(2, 6), "branch": slice(6, 10), "account": slice(10, 20)}

_RECORDS: Final = MappingProxyType(
    {
        "11": {
            **_ACCOUNT,
            "from": slice(20, 26),
            "to": slice(26, 32),
            "opening_balance_side": slice(32, 33),
            "opening_balance": slice(33, 47),
            "currency": slice(47, 50),
            "mode": slice(50, 51),
            "name": slice(51, 77),
        },
        "22": {
            "branch": slice(6, 10),
            "booked": slice(10, 16),
            "valued": slice(16, 22),
            "concept": slice(22, 24),
            "own_concept": slice(24, 27),
            "side": slice(27, 28),
            "amount": slice(28, 42),
            "document": slice(42, 52),
            "first_reference": slice(52, 64),
            "second_reference": slice(64, 80),
        },
        "23": {"number": slice(2, 4), "text": slice(4, 80)},
        "24": {"number": slice(2, 4), "currency": slice(4, 7), "amount": slice(7, 21)},
        "33": {
            **_ACCOUNT,
            "debits": slice(20, 25),
            "debit_sum": slice(25, 39),
            "credits": slice(39, 44),
            "credit_sum": slice(44, 58),
            "closing_balance_side": slice(58, 59),
            "closing_balance": slice(59, 73),
            "currency": slice(73, 76),
        },
        "88": {"nines": slice(2, 20), "records": slice(20, 26)},
    }
)

LAYOUT: Final = Layout("", 80, "ISO-8859-1", slice(0, 2), _RECORDS)
