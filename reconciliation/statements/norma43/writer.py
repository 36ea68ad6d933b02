"""Writes Norma 43 files as Spanish banks do, for the demo's bank and for tests of the reader.

Source of records and columns: Asociación Española de Banca, Cuaderno 43, June 2012.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.domain.money import minor_in_unit
from reconciliation.statements.fixed_width import write_record
from reconciliation.statements.norma43.records import CREDIT, DEBIT, LAYOUT
from reconciliation.statements.numbered_currencies import NUMBERS

_TEXT_WIDTH = 76


@dataclass(frozen=True, slots=True)
class Norma43Movement:
    """A movement (22); its amount is positive if it raises the balance. `text` goes into records 23."""

    amount_minor: int
    booked_on: date
    value_on: date
    concept: str = "02"
    own_concept: str = "000"
    document: str = ""
    first_reference: str = ""
    second_reference: str = ""
    text: str = ""
    original_minor: int | None = None
    original_currency: str = ""


@dataclass(frozen=True, slots=True)
class Norma43Account:
    """An account (11 to 33) with the movements of a period; the closing balance follows from them."""

    bank: str
    branch: str
    account: str
    from_on: date
    to_on: date
    opening_minor: int
    movements: Sequence[Norma43Movement]
    currency: str = "EUR"
    name: str = ""


def write_norma43(accounts: Sequence[Norma43Account]) -> bytes:
    """Write a whole file; an amount that has more than two decimals raises ValueError."""
    lines = [line for account in accounts for line in _account(account)]
    lines.append(write_record(LAYOUT, "88", nines="9" * 18, records=str(len(lines)).zfill(6)))
    return ("\r\n".join(lines) + "\r\n").encode(LAYOUT.encoding)


def _account(account: Norma43Account) -> list[str]:
    number = {"entity": account.bank, "branch": account.branch, "account": account.account}
    currency, amounts = account.currency, [movement.amount_minor for movement in account.movements]
    debits, credits = [one for one in amounts if one < 0], [one for one in amounts if one >= 0]
    closing = account.opening_minor + sum(amounts)
    header = write_record(
        LAYOUT,
        "11",
        **number,
        **{"from": _day(account.from_on)},
        to=_day(account.to_on),
        opening_balance_side=_side(account.opening_minor),
        opening_balance=_amount(account.opening_minor, currency),
        currency=NUMBERS[currency],
        mode="3",
        name=account.name,
    )
    end = write_record(
        LAYOUT,
        "33",
        **number,
        debits=str(len(debits)).zfill(5),
        debit_sum=_amount(sum(debits), currency),
        credits=str(len(credits)).zfill(5),
        credit_sum=_amount(sum(credits), currency),
        closing_balance_side=_side(closing),
        closing_balance=_amount(closing, currency),
        currency=NUMBERS[currency],
    )
    return [header, *(line for one in account.movements for line in _movement(one, currency)), end]


def _movement(movement: Norma43Movement, currency: str) -> list[str]:
    first = write_record(
        LAYOUT,
        "22",
        branch="0000",
        booked=_day(movement.booked_on),
        valued=_day(movement.value_on),
        concept=movement.concept,
        own_concept=movement.own_concept,
        side=_side(movement.amount_minor),
        amount=_amount(movement.amount_minor, currency),
        document=movement.document.zfill(10),
        first_reference=movement.first_reference.zfill(12),
        second_reference=movement.second_reference.ljust(16),
    )
    starts = range(0, len(movement.text), _TEXT_WIDTH)
    texts = [
        write_record(LAYOUT, "23", number=str(number).zfill(2), text=movement.text[start : start + _TEXT_WIDTH])
        for number, start in enumerate(starts, 1)
    ]
    if movement.original_minor is None:
        return [first, *texts]
    original = write_record(
        LAYOUT,
        "24",
        number="01",
        currency=NUMBERS[movement.original_currency],
        amount=_amount(movement.original_minor, movement.original_currency),
    )
    return [first, *texts, original]


def _side(minor: int) -> str:
    return DEBIT if minor < 0 else CREDIT


def _amount(minor: int, currency: str) -> str:
    """Fourteen digits, of which the last two are decimals in every currency."""
    hundredths, rest = divmod(abs(minor) * 100, minor_in_unit(currency))
    if rest:
        raise ValueError(f"an amount in {currency} has more than two decimals")
    return str(hundredths).zfill(14)


def _day(day: date) -> str:
    return day.strftime("%y%m%d")
