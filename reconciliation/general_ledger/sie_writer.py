"""Writes SIE 4 files: the records in the order of the standard, in codepage 437, voucher by voucher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from reconciliation.general_ledger.sie import ENCODING, Balances, Head, SieVoucher, Transaction

_END: Final = "\r\n"


def head_lines(head: Head) -> bytes:
    """The records before balances and vouchers: the flag, who wrote the file about whom, accounts and objects."""
    return _encoded([*_about(head), *_accounts(head), *_dimensions(head)])


def balance_lines(balances: Balances) -> bytes:
    """The records of the present year's balances; only a file of type 4E may have them. Zeros are left out."""
    records = (("#IB", balances.opening), ("#UB", balances.closing), ("#RES", balances.result))
    return _encoded(
        f"{label} 0 {account} {amount(minor)}"
        for label, sums in records
        for account, minor in sorted(sums.items())
        if minor
    )


def voucher_lines(vouchers: Iterable[SieVoucher]) -> bytes:
    """The records of vouchers, each with its transactions."""
    return _encoded(line for one in vouchers for line in _voucher(one))


def amount(minor: int) -> str:
    """An amount with a decimal point and two decimals, as the standard has it."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02}"


def _about(head: Head) -> Iterator[str]:
    yield "#FLAGGA 0"
    yield f"#PROGRAM {_text(head.program)} {_text(head.version)}"
    yield "#FORMAT PC8"
    yield f"#GEN {_day(head.generated_on)}" + (f" {_text(head.generated_by)}" if head.generated_by else "")
    yield "#SIETYP 4"
    if head.note:
        yield f"#PROSA {_text(head.note)}"
    yield f"#FNR {_text(head.company_id)}"
    if head.organisation_number:
        yield f"#ORGNR {head.organisation_number}"
    yield f"#FNAMN {_text(head.company)}"
    for number, (first, last) in sorted(head.years.items(), reverse=True):
        yield f"#RAR {number} {_day(first)} {_day(last)}"
    if head.kind == "4E" and head.through_on is not None:
        yield f"#OMFATTN {_day(head.through_on)}"
    yield "#KPTYP EUBAS97"
    yield f"#VALUTA {head.currency}"


def _accounts(head: Head) -> Iterator[str]:
    for account, name in sorted(head.accounts.items()):
        yield f"#KONTO {account} {_text(name)}"


def _dimensions(head: Head) -> Iterator[str]:
    for dimension, (name, objects) in sorted(head.dimensions.items()):
        yield f"#DIM {dimension} {_text(name)}"
        for id, called in sorted(objects.items()):
            yield f"#OBJEKT {dimension} {_text(id)} {_text(called)}"


def _voucher(one: SieVoucher) -> Iterator[str]:
    assert sum(line.amount_minor for line in one.transactions) == 0, f"voucher {one.series} {one.number} is off balance"
    recorded = _day(one.recorded_on) if one.recorded_on else '""'
    yield f"#VER {_text(one.series)} {_text(one.number)} {_day(one.on)} {_text(one.text)} {recorded} {_text(one.sign)}"
    yield "{"
    for line in one.transactions:
        yield f"   {_transaction(line, one.on)}"
    yield "}"


def _transaction(line: Transaction, on: date) -> str:
    objects = " ".join(f"{_text(dimension)} {_text(id)}" for dimension, id in line.objects)
    said = f"{_day(on)} {_text(line.text)}" if line.text else ""
    return f"#TRANS {line.account} {{{objects}}} {amount(line.amount_minor)} {said}".rstrip()


def _text(value: str) -> str:
    """A field in quotation marks; control characters are not allowed in it, and quotation marks get a backslash."""
    plain = "".join(sign if sign >= " " and sign != "\x7f" else " " for sign in value)
    return '"' + plain.replace("\\", "/").replace('"', '\\"') + '"'


def _day(on: date) -> str:
    return f"{on:%Y%m%d}"


def _encoded(lines: Iterable[str]) -> bytes:
    """The lines in codepage 437; what it lacks becomes a question mark."""
    return "".join(f"{line}{_END}" for line in lines).encode(ENCODING, errors="replace")
