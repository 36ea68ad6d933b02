"""What is agreed with payment providers for a transaction, or for a sum of several, as reports compare it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from ledger.domain.bank.fee_schedule import AgreedFee

Agreed = Mapping[str, Any]


class Schedule:
    """What is agreed with providers, by account and kind of transaction."""

    def __init__(self, agreed: Iterable[Agreed]) -> None:
        self._by_kind: dict[tuple[str, str], dict[date, Agreed]] = {}
        # In the order in which they were said: the last with a first day takes the place of the others.
        for one in agreed:
            self._by_kind.setdefault((one["bank_account"], one["kind"]), {})[one["from_on"]] = one
        self._found: dict[tuple[str, str, date], Agreed | None] = {}

    def on(self, bank_account: str, kind: str, day: date) -> Agreed | None:
        """What is agreed for a transaction of a day; null if nothing is."""
        key = (bank_account, kind, day)
        if key not in self._found:
            begun = {first: one for first, one in self._by_kind.get(key[:2], {}).items() if first <= day}
            newest = begun[max(begun)] if begun else None
            self._found[key] = newest if newest is not None and newest["rate_ppm"] is not None else None
        return self._found[key]


def comparable(one: Mapping[str, Any], agreed: Agreed | None) -> bool:
    """Whether a transaction can be compared: a sum if its number and charges are said, and no ends of each fee."""
    if one["transactions"] == 1 or agreed is None:
        return True
    return bool(one["transactions"] and one["is_charged"]) and agreed["least_minor"] is agreed["most_minor"] is None


def expected(agreed: Agreed, one: Mapping[str, Any], tax_minor: int | None) -> tuple[int, int | None]:
    """The fee that is agreed, and its tax if the provider says the tax and a rate of it is agreed.

    If the provider does not say the tax, the fee has it. A sum has the fixed amount once for each of its transactions.
    """
    gross_minor = one["amount_minor"]
    fee = _fee(agreed)
    fee = replace(fee, fixed_minor=fee.fixed_minor * one["transactions"])
    whole = fee.for_amount(gross_minor)
    if tax_minor is None:
        return whole, None
    net = fee.for_amount(gross_minor, without_tax=True)
    return net, None if fee.tax_ppm is None else whole - net


def _fee(agreed: Agreed) -> AgreedFee:
    return AgreedFee(*(agreed[name] for name in AgreedFee.__struct_fields__))
