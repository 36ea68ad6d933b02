"""Reads the sums of a Mollie settlement as the details of its first line, in the file's own precision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from ledger.domain.money import decimals_of
from reconciliation.statements.findings import Findings
from reconciliation.statements.kinds import Kind
from reconciliation.statements.mollie.settlement import Amount, Month, Settlement, Sum
from reconciliation.statements.problems import doubt, refuse
from reconciliation.statements.shape import Line
from reconciliation.statements.values import to_minor

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,8})?")
# Methods of sums that are no payment methods. Every other method is one, and Mollie often adds another.
_METHODS: Final[MappingProxyType[str, Kind]] = MappingProxyType({"refund": "refund", "chargeback": "chargeback"})
_AGAIN: Final = "fetch the settlement again"
# More transactions than a settlement can have.
_MOST: Final = 10**9


class Sums:
    """The sums of one settlement, and what they come to."""

    def __init__(self, number: int, settlement: Settlement, currency: str, findings: Findings) -> None:
        self._number, self._settlement, self._currency, self._findings = number, settlement, currency, findings
        self._decimals = decimals_of(currency) or 0
        self.exact = Decimal(0)
        self.details: list[Line] = []
        self.readable = True
        for place, month in _months(settlement):
            begun = len(self.details)
            for index, one in enumerate(month.revenue, 1):
                self._add(one, f"{place} revenue {index}", costs=False)
            paid = self.details[begun:]
            for index, one in enumerate(month.costs, 1):
                self._add(one, f"{place} costs {index}", costs=True)
            _name_charged(paid, self.details[begun + len(paid) :])

    def round_to(self, paid: Decimal, paid_minor: int) -> None:
        """Add what rounding to the currency adds, if it adds anything; more than rounding can add is refused."""
        rest = paid - self.exact
        rest_minor = paid_minor - sum(detail.amount_minor or 0 for detail in self.details)
        if not self.readable or not (rest or rest_minor):
            return
        if abs(rest) >= Decimal(1).scaleb(-self._decimals):
            told = f"the settlement differs from its sums by more than rounding: {_AGAIN}"
            self._findings.add(refuse("rounding_too_large", told, self._settlement.id, self._number, 1))
            return
        detail = self._detail(f"{self._settlement.id} amount", "rounded")
        detail.amount_minor, detail.unrounded = rest_minor, rest

    def _add(self, one: Sum, place: str, *, costs: bool) -> None:
        gross, net, tax = (self._read(amount, place) for amount in (one.amount_gross, one.amount_net, one.amount_vat))
        if gross == 0 and not net:
            return
        detail = self._detail(place, self._kind(one, gross or Decimal(0), place, costs=costs))
        detail.text, detail.bank_code = one.description, one.method
        detail.declared_details = one.count if one.count is not None and 0 < one.count <= _MOST else None
        if gross is None:
            self.readable = detail.amount_exact = False
            told = f"amountGross must be a number in the settlement's currency, at most 10^15 minor units: {_AGAIN}"
            self._findings.add(refuse("amount_unreadable", told, place, self._number, 1))
            return
        if net is not None and net + (tax or 0) != gross:
            told = f"the net amount and the tax do not sum to the gross amount: {_AGAIN}"
            self._findings.add(refuse("amounts_contradict", told, place, self._number, 1))
        detail.unrounded = -gross if costs else gross
        detail.amount_minor = self._minor(detail.unrounded)
        detail.charges_tax_minor = self._minor(tax) if costs and tax is not None else None
        self.exact += detail.unrounded

    def _kind(self, one: Sum, gross: Decimal, place: str, *, costs: bool) -> Kind:
        if costs:
            return "fee" if gross >= 0 else "fee_returned"
        known = _METHODS.get(one.method or "")
        if known:
            return known
        if one.method and gross >= 0:
            return "payment"
        told = "the sum is neither of payments nor of refunds or chargebacks; find out what it is"
        self._findings.add(doubt("kind_unknown", told, place, self._number, 1))
        return "other"

    def _read(self, amount: Amount | None, place: str) -> Decimal | None:
        if amount is None or not _NUMBER.fullmatch(amount.value):
            return None
        if amount.currency.upper() != self._currency:
            told = f"an amount is not in the currency of the settlement: {_AGAIN}"
            self._findings.add(refuse("currency_differs", told, place, self._number, 1))
        return Decimal(amount.value)

    def _minor(self, exact: Decimal) -> int | None:
        return to_minor(f"{exact:f}", self._decimals)[0]

    def _detail(self, place: str, kind: Kind) -> Line:
        detail = Line(
            self._number,
            1,
            len(self.details) + 1,
            currency=self._currency,
            status="booked",
            # Sums have no id; a settlement that is paid out does not change, so its own id and the place are one.
            bank_ref=place.replace(" ", "-"),
            raw_position=place,
            kind=kind,
        )
        self.details.append(detail)
        return detail


def _name_charged(paid: Sequence[Line], costs: Sequence[Line]) -> None:
    """Let the costs of a method name the month's only sum of that method, if both say the same number.

    Several costs are each for all transactions of the sum, or each for some of them.
    """
    by_method: dict[str | None, list[Line]] = {}
    for cost in costs:
        by_method.setdefault(cost.bank_code, []).append(cost)
    for method, mine in by_method.items():
        sums = [one for one in paid if one.bank_code == method]
        if method is None or len(sums) != 1 or sums[0].declared_details is None:
            continue
        number, counts = sums[0].declared_details, [one.declared_details or 0 for one in mine]
        if sum(counts) == number or set(counts) == {number}:
            for cost in mine:
                cost.payment_ref = sums[0].bank_ref


def _months(settlement: Settlement) -> Iterator[tuple[str, Month]]:
    """The months of a settlement in order, each with its place."""
    years = settlement.periods if isinstance(settlement.periods, dict) else {}
    for year, months in sorted(years.items()):
        for number, month in sorted(months.items()) if isinstance(months, dict) else ():
            yield f"{settlement.id} periods.{year}.{number}", month
