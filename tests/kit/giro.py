"""Files about one bank account that is paid by a bankgiro: deposits, notifications, and statements with lumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import NamedTuple

from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import (
    CamtDetail,
    CamtEntry,
    CamtReference,
    CamtStatement,
    write_camt053,
    write_camt054,
)
from tests.kit.clinic import ACCOUNT, DAY, reference_of
from tests.kit.paper_bank import OURS, PaperBank

BANKGIRO = "9990003"
FEE = CamtEntry(-15_00, DAY, DAY, "F1", code=("PMNT", "MDOP", "CHRG"))


class Paid(NamedTuple):
    """A payment to the bankgiro; `number` is the payer's, and that of the invoice.

    A `text` is what the payer wrote without a reference; the deposit has it in its reference field, and no name.
    """

    number: int
    amount_minor: int
    quoted: bool = True
    text: str | None = None


def deposit(
    payments: Sequence[Paid],
    serial: int = 1,
    created: int = 16,
    names: str = "Ö",
    on: date = DAY,
    account: str = "1234",
) -> bytes:
    """A BgMax file with one deposit."""
    records = [
        BgMaxPayment(
            one.amount_minor,
            one.text or (reference_of(one.number) if one.quoted else ""),
            3 if one.text else 2 if one.quoted else 0,
            serial=number,
            name="" if one.text else f"{names}Payer {one.number}",
        )
        for number, one in enumerate(payments, 1)
    ]
    section = BgMaxSection(BANKGIRO, account, on, serial, records, deposit_type="D")
    return write_bgmax(datetime.combine(on, time(created)), [section])


def notification(
    payments: Sequence[Paid],
    *,
    ids: str = "n",
    message: str = "N",
    names: str = "OePayer",
    together: bool = False,
    entries: Sequence[CamtEntry] = (),
    on: date = DAY,
) -> bytes:
    """A camt.054, with one entry for each payment, or with one for all of them together; `entries` are added."""
    told = [(one, detail(one, f"{ids}{number}", names)) for number, one in enumerate(payments)]
    if together:
        total = sum(one.amount_minor for one in payments)
        made = [CamtEntry(total, on, on, f"{ids}all", [said for _, said in told])]
    else:
        made = [CamtEntry(one.amount_minor, on, on, said.bank_ref, [said]) for one, said in told]
    at = f"{on}T17:00:00"
    notified = CamtStatement(message, BANKGIRO, "SEK", 1, at, on, on, [*made, *entries], scheme="BGNR")
    return write_camt054(message, at, [notified])


def detail(one: Paid, bank_ref: str, names: str = "OePayer") -> CamtDetail:
    """What camt says of a payment."""
    references = [CamtReference(reference_of(one.number))] if one.quoted and not one.text else []
    payer = f"{names} {one.number}"
    return CamtDetail(one.amount_minor, bank_ref=bank_ref, references=references, text=one.text, counterparty=payer)


def lump(amount_minor: int, bank_ref: str = "L1") -> CamtEntry:
    """What the statement says of a deposit: its amount."""
    return CamtEntry(amount_minor, DAY, DAY, bank_ref, text="Bankgiroinsättning")


def stated(*entries: CamtEntry, message: str = "S", opening_minor: int = 0, on: date = DAY) -> bytes:
    """A camt.053 of the account, all on one day."""
    at = f"{on}T20:00:00"
    of_day = [replace(one, booked_on=on, value_on=on) for one in entries]
    one = CamtStatement(message, ACCOUNT, "SEK", 1, at, on, on, of_day, opening_minor)
    return write_camt053(message, at, [one])


def our_bank(*feeds: str) -> PaperBank:
    """An account that files name by its own number and by its bankgiro."""
    said = [{"format": feed, "from_on": None, "until_on": None} for feed in feeds]
    return PaperBank(ours=OURS | {"numbers": (ACCOUNT, BANKGIRO), "feeds": said})
