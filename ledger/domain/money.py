"""Money: integer minor units with a currency of ISO 4217; only one function rounds amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ledger.domain.refusals import Refused

# Source: ISO 4217 List One (SIX Financial Information, maintenance agency), as published 2026-01-01, with the codes
# withdrawn since 2023 that older statements still carry (ANG, BGN, CUC, HRK, SLL, ZWL).
_BY_DECIMALS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
          CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
          HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP
          MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
          SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED
          VES WST XCD XCG YER ZAR ZMW ZWG ZWL""",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

_DECIMALS: Final[Mapping[str, int]] = MappingProxyType(
    {code: decimals for decimals, codes in _BY_DECIMALS.items() for code in codes.split()}
)


def decimals_of(currency: str | None) -> int | None:
    """The number of decimals of a currency, given by its three-letter code; None if ISO 4217 does not list the code."""
    return _DECIMALS.get(currency) if currency else None


def minor_in_unit(currency: str) -> int:
    """How many minor units a unit of the currency has; one if ISO 4217 does not list it."""
    return int(10 ** (decimals_of(currency) or 0))


def in_units(amount_minor: int, currency: str) -> str:
    """An amount with its currency, as sentences have it; in minor units if ISO 4217 has no such code."""
    decimals = decimals_of(currency)
    if decimals is None:
        return f"{amount_minor} minor {currency}"
    digits = str(abs(amount_minor)).rjust(decimals + 1, "0")
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    return f"{'-' if amount_minor < 0 else ''}{whole}{'.' if fraction else ''}{fraction} {currency}"


def round_half_up(numerator: int, denominator: int) -> int:
    """Round an exact ratio to minor units, halves away from zero; money is rounded nowhere else."""
    if denominator <= 0:
        raise ValueError("the denominator must be above zero")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def require_positive(amounts: Iterable[int], about: str) -> None:
    """Refuse an amount of zero or below."""
    for amount in amounts:
        if amount <= 0:
            raise Refused("amount_not_positive", about)
