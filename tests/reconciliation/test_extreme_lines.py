"""Extreme values are thrown at every field of a bank's line: its money is booked, or its file is refused whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, get_type_hints

import pytest

from ledger.domain.bank.alias import Alias
from reconciliation.statements.bgmax.records import LAYOUT
from reconciliation.statements.camt.writer import (
    CamtDetail,
    CamtEntry,
    CamtReference,
    CamtStatement,
    write_camt054,
)
from tests.kit.care import declare_bank_account
from tests.kit.clinic import ACCOUNT, DAY, PRICE, Clinic, paid, reference_of, statement
from tests.kit.extremes import DAYS, NUMBERS, PERSONAL, TEXTS
from tests.kit.giro import BANKGIRO, Paid, deposit

# XML has neither lone surrogates nor NUL.
SAID = [one for one in TEXTS if "\ud800" not in one and "\0" not in one]
SAID += ["10" * 5_000, "RF" + "1" * 200, reference_of(0) + " " * 300]
# What says how much, or whether the money is booked, is no matter of the other fields.
THE_MONEY = {"amount_minor", "status", "details", "reversal", "code", "serial", "reference_code"}


def extreme(one: Any) -> Iterator[Any]:
    """A part of a line with each of its fields at each extreme value that can be written there."""
    for name, hint in get_type_hints(type(one)).items():
        plain = next((kind for kind in (str, int, date) if hint in (kind, kind | None)), None)
        if name not in THE_MONEY and plain is not None:
            for value in SAID if plain is str else DAYS if plain is date else NUMBERS:
                yield replace(one, **{name: value})


def entries() -> list[CamtEntry]:
    """A payment, a payment out and a batch, with each field of the line, of its detail and of its reference."""
    plain = paid(PRICE, reference_of(0))
    detail = plain.details[0]
    found = [*extreme(replace(plain, value_on=DAY)), *extreme(CamtEntry(-PRICE, DAY, DAY))]
    found += [replace(plain, details=(one,)) for one in extreme(detail)]
    found += [replace(plain, details=(replace(detail, references=(one,)),)) for one in extreme(detail.references[0])]
    found += [
        CamtEntry(2 * PRICE, DAY, DAY, details=(replace(one, amount_minor=PRICE), CamtDetail(PRICE)))
        for one in extreme(CamtDetail(references=(CamtReference("x"),)))
    ]
    return [replace(one, bank_ref=one.bank_ref or str(number)) for number, one in enumerate(found)]


def booked_minor(clinic: Clinic) -> int:
    """All money that the bank's lines led to."""
    receipts = sum(fact.payment.amount_minor for fact in clinic.facts("ReceiptRecorded"))
    return int(receipts + sum(fact.line.amount_minor for fact in clinic.facts("MovementClassified")))


def notified(lines: list[CamtEntry]) -> bytes:
    """The lines as a notification of the same account."""
    at = f"{DAY}T20:00:00"
    return write_camt054("M", at, [CamtStatement("N1", ACCOUNT, "SEK", 1, at, DAY, DAY, lines)])


@pytest.mark.parametrize("written", [statement, notified])
def test_no_field_of_a_line_keeps_its_money_out_of_the_book(clinic: Clinic, written: Any):
    lines = entries()
    (judged,) = clinic.load(written(lines))

    assert (judged.status, judged.refusals) == ("new", ())
    assert booked_minor(clinic) == sum(one.amount_minor for one in lines)
    (complete,) = clinic.facts("FileCompleted")
    assert complete.loaded.seen_before == 0
    values = {fact.payment.value_on for fact in clinic.facts("ReceiptRecorded")}
    assert values == {DAY, None, DAYS[0], DAYS[1]}


@pytest.mark.parametrize("amount_minor", [one for one in NUMBERS if one])
def test_an_amount_is_booked_or_its_file_is_refused_whole(clinic: Clinic, amount_minor: int):
    lines = [paid(PRICE, reference_of(0), "b1"), paid(amount_minor, reference_of(1), "b2")]
    (judged,) = clinic.load(statement(lines))

    refused = judged.status == "refused"
    assert booked_minor(clinic) == (0 if refused else PRICE + amount_minor)
    assert clinic.count("FileCompleted") == (0 if refused else 1)


# What a record says beside its amount; of a payment's reference code, the readers look only at what it means.
COLUMNS = [
    (code, name)
    for code in ("20", "22", "25", "26")
    for name in LAYOUT.records[code]
    if name not in ("amount", "reference_code") and (code != "22" or name == "reference")
]
# A control character would refuse the file.
FILLED = ("9", "0", " ", "\xd6", "\xad", "\xa0", *PERSONAL)


def written_over(records: list[str], column: tuple[str, str], filling: str) -> list[str]:
    """The records of a payment, with a column of one of them filled."""
    code, name = column
    columns = LAYOUT.records[code][name]
    width = columns.stop - columns.start
    # A further reference is of the payment before it, and has no amount of its own.
    plain = (code + records[0][2:37] + "0" * 18 + records[0][55:]) if code == "22" else code.ljust(LAYOUT.width)
    filled = (filling * width if len(filling) == 1 else filling.ljust(width))[:width]
    shown = records if any(one[:2] == code for one in records) else [*records, plain]
    return [one[: columns.start] + filled + one[columns.stop :] if one[:2] == code else one for one in shown]


def test_no_column_of_a_deposit_keeps_its_money_out_of_the_book(clinic: Clinic):
    numbers = (Alias(ACCOUNT, "bban"), Alias(BANKGIRO, "bankgiro"))
    clinic.do(declare_bank_account(ACCOUNT, "bgmax", aliases=numbers))
    wanted = [(column, filling) for column in COLUMNS for filling in FILLED]
    plain = deposit([Paid(number % 5, PRICE) for number, _ in enumerate(wanted)])
    first, opening, *records, closing, last = plain.decode(LAYOUT.encoding).split("\r\n")[:-1]
    payments = [records[at : at + 2] for at in range(0, len(records), 2)]
    made = [one for some, how in zip(payments, wanted, strict=True) for one in written_over(some, *how)]
    extra = f"{sum(one[:2] == '22' for one in made):08d}"
    columns = LAYOUT.records["70"]["extra_references"]
    last = last[: columns.start] + extra + last[columns.stop :]
    (judged,) = clinic.load("\r\n".join([first, opening, *made, closing, last, ""]).encode(LAYOUT.encoding))

    assert (judged.status, judged.refusals) == ("new", ())
    assert booked_minor(clinic) == len(wanted) * PRICE
