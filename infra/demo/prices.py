"""The clinic group's price list: patient fees, regions' shares and the group's own prices, with dates and sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple, TypeVar

from ledger.domain.money import round_half_up
from ledger.domain.receivables.account import Payer


class CareTotal(NamedTuple):
    """The total price of a digital visit, including the patient fee, in minor units of SEK."""

    service: str
    total_minor: int
    valid_from: date
    source: str
    confirmed: bool


class PatientFee(NamedTuple):
    """The patient's fee for a visit in a region, in minor units of SEK; the region owes the rest."""

    region: str
    service: str
    fee_minor: int
    valid_from: date
    source: str
    confirmed: bool


class OwnPrice(NamedTuple):
    """One of the group's own prices, without VAT, in minor units of SEK; `payer` owes what the patient does not owe."""

    service: str
    net_minor: int
    vat_percent: int
    vat_code: str
    payer: Payer | None
    patient_minor: int
    valid_from: date
    source: str
    confirmed: bool


_SKR: Final = "SKR recommendation 2019 on digital care, total including the patient fee (skr.se)"
_INVENTED: Final = "invented for the demo"
_FROM: Final = date(2019, 7, 1)
_DECIDED: Final = date(2026, 7, 1)

CARE_TOTALS: Final[tuple[CareTotal, ...]] = (
    CareTotal("DOCTOR", 500_00, _FROM, _SKR, True),
    CareTotal("PSYCH", 425_00, _FROM, _SKR, True),
    CareTotal("NURSE", 275_00, _FROM, _SKR, True),
)

# Regions set their fees in spring, valid from 1 July; a visit costs the fee that is valid on its day.
PATIENT_FEES: Final[tuple[PatientFee, ...]] = (
    PatientFee("north", "DOCTOR", 200_00, _FROM, _INVENTED, False),
    PatientFee("north", "DOCTOR", 250_00, _DECIDED, _INVENTED, False),
    PatientFee("north", "PSYCH", 200_00, _FROM, _INVENTED, False),
    PatientFee("north", "NURSE", 100_00, _FROM, _INVENTED, False),
    PatientFee("south", "DOCTOR", 275_00, _FROM, _INVENTED, False),
    PatientFee("south", "DOCTOR", 300_00, _DECIDED, _INVENTED, False),
    PatientFee("south", "PSYCH", 225_00, _FROM, _INVENTED, False),
    PatientFee("south", "NURSE", 125_00, _FROM, _INVENTED, False),
)

# The rate of 25 % is from the Swedish VAT Act (2023:200) 9:2; care itself is exempt by 10:6. Whether a no-show fee is
# exempt is disputed, so its row is marked as unconfirmed, like all invented prices here.
OWN_PRICES: Final[tuple[OwnPrice, ...]] = (
    OwnPrice("NO_SHOW", 400_00, 0, "SE-EXEMPT", None, 400_00, _FROM, _INVENTED, False),
    OwnPrice("VACCINE", 386_40, 0, "SE-EXEMPT", None, 386_40, _FROM, _INVENTED, False),
    OwnPrice("CERTIFICATE", 440_00, 25, "SE-25", None, 550_00, _FROM, _INVENTED, False),
    OwnPrice("CERTIFICATE_LONG", 471_60, 25, "SE-25", None, 589_50, _FROM, _INVENTED, False),
    OwnPrice("INSURED_VISIT", 1_450_00, 0, "SE-EXEMPT", "insurer", 250_00, _FROM, _INVENTED, False),
    OwnPrice("STAFF_CHECK", 1_150_00, 0, "SE-EXEMPT", "employer", 0, _FROM, _INVENTED, False),
)

VISITS: Final = frozenset(row.service for row in CARE_TOTALS)


class Price(NamedTuple):
    """One line of an invoice: net, VAT, and who owes which share of their sum."""

    net_minor: int
    vat_minor: int
    vat_code: str
    patient_minor: int
    payer_minor: int
    payer: Payer | None


def price_of(service: str, region: str, on: date) -> Price:
    """The price of a service on a day for a patient of a region; raises KeyError if no price is listed."""
    if service in VISITS:
        total = _newest([row for row in CARE_TOTALS if row.service == service], on).total_minor
        fees = [row for row in PATIENT_FEES if (row.region, row.service) == (region, service)]
        fee = _newest(fees, on).fee_minor
        return Price(total, 0, "SE-EXEMPT", fee, total - fee, "region")
    row = _newest([row for row in OWN_PRICES if row.service == service], on)
    vat = round_half_up(row.net_minor * row.vat_percent, 100)
    return Price(
        row.net_minor, vat, row.vat_code, row.patient_minor, row.net_minor + vat - row.patient_minor, row.payer
    )


def rounded_to_krona(total_minor: int) -> int:
    """Return what to add to a total to make it whole kronor, 50 öre rounded up; Swedish Rounding Act (1970:1029)."""
    return round_half_up(total_minor, 100) * 100 - total_minor


_Row = TypeVar("_Row", CareTotal, PatientFee, OwnPrice)


def _newest(rows: Sequence[_Row], on: date) -> _Row:
    valid = [row for row in rows if row.valid_from <= on]
    if not valid:
        raise KeyError(f"the price list has no price for {on}")
    return max(valid, key=lambda row: row.valid_from)
