"""Writes KTL files as a Finnish bank does, for the demo's bank and for tests of the reader.

Source: Finanssiala (Finance Finland), Saapuvat viitesiirrot ja suoraveloitukset, record description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.statements.fixed_width import write_record
from reconciliation.statements.ktl.records import CORRECTION, EURO, LAYOUT


@dataclass(frozen=True, slots=True)
class KtlPayment:
    """A payment, or its correction if the amount is negative; a direct debit with an answer failed."""

    amount_minor: int
    reference: str
    booked_on: date
    account: str
    archive: str = ""
    payer: str = ""
    direct_debit: bool = False
    answer: str = ""


def write_ktl(created_at: datetime, batches: Sequence[Sequence[KtlPayment]], service: str = "020840699") -> bytes:
    """Write a whole file; `created_at` is the bank's local time, without a zone."""
    lines = [line for payments in batches for line in _batch(created_at, payments, service)]
    return ("\r\n".join(lines) + "\r\n").encode(LAYOUT.encoding)


def _batch(created_at: datetime, payments: Sequence[KtlPayment], service: str) -> list[str]:
    start = write_record(
        LAYOUT,
        "0",
        created_on=created_at.strftime("%y%m%d"),
        created_at=created_at.strftime("%H%M"),
        bank_group="47",
        service=service,
        currency=EURO,
    )
    failed = [payment.amount_minor for payment in payments if payment.answer]
    done = [payment.amount_minor for payment in payments if not payment.answer]
    paid, corrected = [amount for amount in done if amount >= 0], [amount for amount in done if amount < 0]
    counts = {"payments": paid, "corrections": corrected, "failed": failed}
    sums = {"amount": paid, "corrected": corrected, "failed_amount": failed}
    end = write_record(
        LAYOUT,
        "9",
        **{name: str(len(amounts)).zfill(6) for name, amounts in counts.items()},
        **{name: str(abs(sum(amounts))).zfill(11) for name, amounts in sums.items()},
    )
    return [start, *map(_payment, payments), end]


def _payment(payment: KtlPayment) -> str:
    return write_record(
        LAYOUT,
        "5" if payment.direct_debit else "3",
        account=payment.account,
        booked_on=payment.booked_on.strftime("%y%m%d"),
        paid_on=payment.booked_on.strftime("%y%m%d"),
        archive=payment.archive,
        reference=payment.reference.zfill(20),
        payer=payment.payer,
        currency=EURO,
        name_source="A",
        amount=str(abs(payment.amount_minor)).zfill(10),
        correction=CORRECTION if payment.amount_minor < 0 else "0",
        channel="J",
        answer=payment.answer,
    )
