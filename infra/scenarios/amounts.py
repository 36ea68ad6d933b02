"""Amounts of a scenario: exact decimals in units of the currency, with a sign."""

from __future__ import annotations

import re
from typing import Final

from ledger.domain.money import decimals_of

_AMOUNT: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


def minor_units(text: str, currency: str) -> int:
    """Return an amount in minor units; raises ValueError if the text is not an amount of this currency."""
    found, decimals = _AMOUNT.fullmatch(text), decimals_of(currency)
    if found is None or decimals is None or len(found[3] or "") > decimals:
        raise ValueError(text)
    return int(found[1] + found[2] + (found[3] or "").ljust(decimals, "0"))
