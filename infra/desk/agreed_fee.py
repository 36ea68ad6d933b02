"""The use cases of fees that are agreed with payment providers: say what is agreed from a day on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.problems import Problem, Stopped, quoted
from infra.desk.provider_account import declared_as

if TYPE_CHECKING:
    from ledger.domain.bank.fee_schedule import AgreedFee

_PERCENT: Final = re.compile(r"(-?)([0-9]{1,3})(?:[.,]([0-9]{1,4}))?")
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class FeeSaid:
    """What a person says about a fee: percentages and amounts as they are typed, or that none is agreed."""

    percent: str | None = None
    fixed: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    tax: str | None = None
    ended: bool = False


def agree(desk: Desk, account: str, kind: str, from_on: date, said: FeeSaid, source: str, occasion: Occasion) -> Done:
    """Say what is agreed for a kind of transaction of an account at a provider, from a day on."""
    from ledger.domain.bank.fee_schedule import AgreeFee

    declared = declared_as(desk, account)
    id = declared["bank_account"]
    fee = _fee(said, declared["currency"])
    command = AgreeFee(provider_account=id, kind=kind, from_on=from_on, fee=fee, source=source)
    return desk.record(command, occasion, provider_account=id, kind=kind)


def _fee(said: FeeSaid, currency: str) -> AgreedFee | None:
    from ledger.domain.bank.fee_schedule import AgreedFee

    parts = (said.percent, said.fixed, said.minimum, said.maximum, said.tax)
    if said.ended:
        if any(one is not None for one in parts):
            raise Stopped(Problem("fee_unclear", "--ended says that no fee is agreed, so give no fee with it"))
        return None
    if said.percent is None and said.fixed is None:
        sentence = "give the fee with --percent, --fixed or both, or --ended if none is agreed from the day on"
        raise Stopped(Problem("fee_unclear", sentence))
    return AgreedFee(
        rate_ppm=0 if said.percent is None else _millionths(said.percent),
        fixed_minor=0 if said.fixed is None else _signed(said.fixed, currency),
        least_minor=None if said.minimum is None else _signed(said.minimum, currency),
        most_minor=None if said.maximum is None else _signed(said.maximum, currency),
        tax_ppm=None if said.tax is None else _millionths(said.tax, below_zero=False),
    )


def _millionths(text: str, *, below_zero: bool = True) -> int:
    """A percentage such as 1.5 in millionths."""
    found = _PERCENT.fullmatch(text.strip())
    ppm = int(found[2]) * 10_000 + int((found[3] or "").ljust(4, "0")) if found is not None else _MILLION + 1
    if found is None or ppm > _MILLION or (found[1] and not below_zero):
        sentence = f"{quoted(text)} is no percentage; give one up to 100 with at most four decimals, as in 1.5"
        raise Stopped(Problem("percentage_malformed", sentence, text))
    return -ppm if found[1] else ppm


def _signed(text: str, currency: str) -> int:
    """An amount as people write it, which is below zero if it is given back to us."""
    amount = minor_units(text.strip().removeprefix("-"), currency, zero=True)
    return -amount if text.strip().startswith("-") else amount
