"""The tax codes: by which law a service is taxed or not, and at which rate on which day; dated data with a source.

Only Sweden's codes are here. Which services a rate is for is not: food, for example, has 6 % instead of 12 % from
2026-04-01 to 2027-12-31 (prop. 2025/26:55), which changes the code of a line and no rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Protocol

from ledger.domain.fact import Part
from ledger.domain.money import round_half_up
from ledger.domain.refusals import Refused

# Exempt is what the law names as such; outside is what is no sale of anything, such as a reminder's fee.
TaxKind = Literal["taxable", "exempt", "outside"]

_MILLION: Final = 1_000_000


class Tax(Part, frozen=True):
    """The tax of a line as it was on the day of the service: code, rate in millionths of the net, and legal basis."""

    code: str
    rate_ppm: int
    legal_basis: str


class Taxed(Protocol):
    """A part of a line, or of several: net and tax in minor units, and the tax code."""

    @property
    def tax_code(self) -> str:
        """The tax code."""

    @property
    def net_minor(self) -> int:
        """The amount without tax."""

    @property
    def tax_minor(self) -> int:
        """The tax."""


class TaxRate(NamedTuple):
    """The rate of a tax code, in millionths of the net, from a day to another one; null if it has no last day."""

    from_on: date
    until_on: date | None
    rate_ppm: int
    legal_basis: str


class TaxCode(NamedTuple):
    """A tax code of a country, and its rates, oldest first; `confirmed` is false if the source leaves doubt."""

    code: str
    country: str
    kind: TaxKind
    name: str
    rates: tuple[TaxRate, ...]
    source: str
    confirmed: bool = True


def _swedish(code: str, kind: TaxKind, name: str, rate_ppm: int, bases: tuple[str, str], confirmed: bool) -> TaxCode:
    """A Swedish code with its legal basis in the act of 1994 and in that of 2023."""
    rates = (
        TaxRate(date(1996, 1, 1), date(2023, 6, 30), rate_ppm, f"ML 1994:200, {bases[0]}"),
        TaxRate(date(2023, 7, 1), None, rate_ppm, f"ML 2023:200, {bases[1]}"),
    )
    return TaxCode(code, "SE", kind, name, rates, _SOURCE, confirmed)


_SOURCE: Final = "Swedish VAT acts 1994:200 and 2023:200 (ML); Skatteverket, Rättslig vägledning 2024.2"

TAX_CODES: Final[tuple[TaxCode, ...]] = (
    _swedish("SE-25", "taxable", "25 %", 250_000, ("7 kap. 1 §", "9 kap. 2 §"), True),
    _swedish("SE-12", "taxable", "12 %", 120_000, ("7 kap. 1 §", "9 kap. 3-7 §§"), True),
    _swedish("SE-6", "taxable", "6 %", 60_000, ("7 kap. 1 §", "9 kap. 8-18 §§"), True),
    _swedish("SE-EXEMPT", "exempt", "exempt care", 0, ("3 kap. 4-5 §§", "10 kap. 6-7 §§"), True),
    # Whether a fee for a missed visit is outside the tax is disputed.
    _swedish("SE-OUTSIDE", "outside", "outside the tax", 0, ("1 kap. 1 §", "3 kap. 1 §"), False),
)
# The refusals that a line's tax can lead to.
TAX_REFUSALS: Final[dict[str, str]] = {
    "tax_beside_code_without_tax": (
        "The tax code is one without tax, such as that of exempt care, but a tax is given. Leave the tax out, or give "
        "the code by which the service is taxed."
    ),
    "tax_code_not_in_force": (
        "The tax code does not exist on the day of the service, or of the bank's movement. Check the day; the codes of "
        "earlier laws are not here."
    ),
    "tax_code_unknown": (
        "There is no such tax code. Only Sweden's codes are here; of another country's tax, nothing can be recorded "
        "yet."
    ),
    "tax_not_of_rate": (
        "The tax of the line is not the rate of its net, rounded to the minor unit. Give the right figure, or another "
        "tax code."
    ),
}
_BY_CODE: Final = {row.code: row for row in TAX_CODES}


@lru_cache(maxsize=1024)
def tax_on(code: str, on: date) -> Tax:
    """The tax of a code on the day of a service; refuses a code that is unknown or does not exist on that day."""
    row = _BY_CODE.get(code)
    if row is None:
        raise Refused("tax_code_unknown", f"{code}; the codes are {', '.join(_BY_CODE)}")
    for rate in row.rates:
        if rate.from_on <= on <= (rate.until_on or on):
            return Tax(code, rate.rate_ppm, rate.legal_basis)
    raise Refused("tax_code_not_in_force", f"{code} on {on}; its first day is {row.rates[0].from_on}")


def tax_within(code: str, on: date, gross_minor: int) -> int:
    """The tax that an amount includes by a code's rate on the day of the service; 0 if there is no such rate."""
    row = _BY_CODE.get(code)
    rates = (one.rate_ppm for one in row.rates if one.from_on <= on <= (one.until_on or on)) if row else ()
    rate = next(iter(rates), 0)
    return round_half_up(gross_minor * rate, _MILLION + rate)


def is_taxable(code: str) -> bool:
    """Whether what has this tax code is taxed; false for a code that is unknown."""
    row = _BY_CODE.get(code)
    return row is not None and row.kind == "taxable"


def require_tax(tax: Tax, net_minor: int, tax_minor: int, about: str) -> None:
    """Refuse a tax that is not the rate of the net, with the right figure.

    It is right to half a minor unit, rounded either way, as the rate of the net or as the part of net and tax together:
    prices are set with tax as well as without. Below zero, as for a discount, the same holds.
    """
    if tax.rate_ppm == 0 and tax_minor:
        raise Refused("tax_beside_code_without_tax", f"{about}, {tax.code}: {tax_minor} minor units")
    off = 2 * (tax_minor * _MILLION - net_minor * tax.rate_ppm)
    if abs(off) > _MILLION + tax.rate_ppm:
        right = round_half_up(net_minor * tax.rate_ppm, _MILLION)
        raise Refused("tax_not_of_rate", f"{about}, {tax.code}: {tax_minor} minor units, right is {right}")


def by_code(parts: Iterable[Taxed]) -> dict[str, tuple[int, int]]:
    """Net and tax of all these parts together, by tax code."""
    found: dict[str, tuple[int, int]] = {}
    for one in parts:
        net, tax = found.get(one.tax_code, (0, 0))
        found[one.tax_code] = net + one.net_minor, tax + one.tax_minor
    return found
