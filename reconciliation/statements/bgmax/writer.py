"""Writes BgMax files as Bankgirot does, for the demo's bank and for tests of the reader.

Source of records and columns: Bankgirot, Bankgiro Inbetalningar, Teknisk manual, November 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.statements.bgmax.records import LAYOUT
from reconciliation.statements.fixed_width import write_record


@dataclass(frozen=True, slots=True)
class BgMaxReference:
    """A further reference (TK22, or TK23 if its amount is negative); an amount of 0 means that no amount is stated."""

    reference: str
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class BgMaxPayment:
    """A payment (TK20), or a deduction (TK21) if the amount is negative, with the records that belong to it."""

    amount_minor: int
    reference: str = ""
    reference_code: int = 2
    channel: int = 1
    serial: int = 0
    image: int = 0
    deduction: int = 1
    sender: str = ""
    further: Sequence[BgMaxReference] = ()
    information: Sequence[str] = ()
    name: str = ""
    extra_name: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    country_code: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class BgMaxSection:
    """One deposit (TK15) and its payments."""

    bankgiro: str
    account: str
    paid_on: date
    serial: int
    payments: Sequence[BgMaxPayment]
    currency: str = "SEK"
    plusgiro: str = ""
    deposit_type: str = ""


def write_bgmax(created_at: datetime, sections: Sequence[BgMaxSection], production: bool = True) -> bytes:
    """Write a whole file; `created_at` is the clearing house's local time, without a zone."""
    lines = [
        write_record(
            LAYOUT,
            "01",
            layout="BGMAX",
            version="01",
            created=created_at.strftime("%Y%m%d%H%M%S%f"),
            production="P" if production else "T",
        )
    ]
    for section in sections:
        lines += _section(section)
    payments = [payment for section in sections for payment in section.payments]
    counts = {
        "payments": sum(payment.amount_minor >= 0 for payment in payments),
        "deductions": sum(payment.amount_minor < 0 for payment in payments),
        "extra_references": sum(len(payment.further) for payment in payments),
        "deposits": len(sections),
    }
    lines.append(write_record(LAYOUT, "70", **{name: str(count).zfill(8) for name, count in counts.items()}))
    return ("\r\n".join(lines) + "\r\n").encode(LAYOUT.encoding)


def _section(section: BgMaxSection) -> list[str]:
    opening = write_record(
        LAYOUT,
        "05",
        bankgiro=_digits(section.bankgiro, 10),
        currency=section.currency,
        plusgiro=_digits(section.plusgiro, 10) if section.plusgiro else "",
    )
    deposit = write_record(
        LAYOUT,
        "15",
        account=_digits(section.account, 35),
        paid_on=section.paid_on.strftime("%Y%m%d"),
        serial=str(section.serial).zfill(5),
        currency=section.currency,
        type=section.deposit_type,
        amount=_amount(sum(payment.amount_minor for payment in section.payments)),
        count=str(len(section.payments)).zfill(8),
    )
    return [opening, *(line for payment in section.payments for line in _payment(payment)), deposit]


def _payment(payment: BgMaxPayment) -> list[str]:
    shared = {
        "sender": _digits(payment.sender, 10),
        "channel": str(payment.channel),
        "serial": str(payment.serial).zfill(12),
        "image": str(payment.image),
    }
    main = {
        **shared,
        "amount": _amount(payment.amount_minor),
        "reference_code": str(payment.reference_code),
        "reference": _reference(payment.reference, payment.reference_code),
    }
    deducted = payment.amount_minor < 0
    lines = [
        write_record(LAYOUT, "21", **main, deduction=str(payment.deduction))
        if deducted
        else write_record(LAYOUT, "20", **main)
    ]
    lines += [
        write_record(
            LAYOUT,
            "23" if extra.amount_minor < 0 else "22",
            **shared,
            reference=_reference(extra.reference, 2),
            amount=_amount(extra.amount_minor),
            reference_code="2",
        )
        for extra in payment.further
    ]
    lines += [write_record(LAYOUT, "25", information=text) for text in payment.information]
    if payment.name or payment.extra_name:
        lines.append(write_record(LAYOUT, "26", name=payment.name, extra_name=payment.extra_name))
    if payment.address or payment.postcode:
        lines.append(write_record(LAYOUT, "27", address=payment.address, postcode=payment.postcode))
    if payment.town or payment.country:
        lines.append(
            write_record(LAYOUT, "28", town=payment.town, country=payment.country, country_code=payment.country_code)
        )
    if payment.organisation:
        lines.append(write_record(LAYOUT, "29", organisation=_digits(payment.organisation, 12)))
    return lines


def _reference(reference: str, code: int) -> str:
    """Fill the reference field: OCR numbers are aligned to the right, other text to the left."""
    return reference.rjust(25) if code in (2, 4) else reference


def _amount(minor: int) -> str:
    return str(abs(minor)).zfill(18)


def _digits(text: str, width: int) -> str:
    digits = text.replace("-", "")
    if digits and not (digits.isascii() and digits.isdigit()):
        raise ValueError("account, giro and organisation numbers must be digits")
    return digits.zfill(width)
