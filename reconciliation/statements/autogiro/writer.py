"""Writes payment specifications, mandate advice and rejections of Autogiro as Bankgirot does, for tests of the reader.

Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016, chapter 8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.statements.autogiro.records import MANDATES, NEW, REJECTED, SPECIFICATION, layout
from reconciliation.statements.autogiro.section import MEMBERS
from reconciliation.statements.fixed_width import Layout, write_record

_SPECIFICATION, _MANDATES, _REJECTED = (layout(NEW, records) for records in (SPECIFICATION, MANDATES, REJECTED))
_SENT = "9900"


@dataclass(frozen=True, slots=True)
class AutogiroPayment:
    """A payment, a payout or a refund; `answer` says whether it was made (0), or why it was stopped or refunded."""

    amount_minor: int
    payer: str
    reference: str
    day: date
    answer: str = "0"


@dataclass(frozen=True, slots=True)
class AutogiroSection:
    """A deposit (15), a withdrawal (16) or refunds (17) with the payments; what was stopped is not in its sum."""

    account: str
    paid_on: date
    serial: int
    payments: Sequence[AutogiroPayment]
    code: str = "15"

    @property
    def made(self) -> list[AutogiroPayment]:
        """The payments that the amount consists of."""
        return [one for one in self.payments if one.answer == "0" or self.code == "17"]


@dataclass(frozen=True, slots=True)
class AutogiroMandate:
    """What became of a mandate: the code of what it is about, and that of what happened."""

    payer: str
    account: str
    day: date
    about: str = "04"
    answer: str = "32"


def write_autogiro(created_at: datetime, bankgiro: str, sections: Sequence[AutogiroSection]) -> bytes:
    """Write a payment specification; `created_at` is the clearing house's local time, without a zone."""
    lines = [_start(_SPECIFICATION, created_at.strftime("%Y%m%d%H%M%S%f"), "BET. SPEC & STOPP TK", bankgiro)]
    counts: Counter[str] = Counter()
    for section in sections:
        counts.update({section.code: 1, MEMBERS[section.code]: len(section.made)})
        lines += _section(section, bankgiro)
    widths = {"15": 6, "82": 12, "16": 6, "32": 12, "17": 6, "77": 12}
    names = ("deposits", "payments", "withdrawals", "payouts", "refundings", "refunds")
    stated = {name: str(counts[code]).zfill(width) for name, (code, width) in zip(names, widths.items(), strict=True)}
    return _file([*lines, _end(_SPECIFICATION, created_at, **stated)])


def write_autogiro_mandates(created_at: datetime, bankgiro: str, mandates: Sequence[AutogiroMandate]) -> bytes:
    """Write advice of mandates."""
    lines = [
        write_record(
            _MANDATES,
            "73",
            bankgiro=bankgiro.zfill(10),
            payer=mandate.payer.zfill(16),
            account=mandate.account.zfill(16),
            identity="0" * 12,
            about=mandate.about,
            answer=mandate.answer,
            day=mandate.day.strftime("%Y%m%d"),
        )
        for mandate in mandates
    ]
    start = _start(_MANDATES, created_at.strftime("%Y%m%d"), "AG-MEDAVI", bankgiro)
    return _file([start, *lines, _end(_MANDATES, created_at, mandates=str(len(mandates)).zfill(7))])


def write_autogiro_rejected(created_at: datetime, bankgiro: str, payments: Sequence[AutogiroPayment]) -> bytes:
    """Write orders of payments (TK82) that Bankgirot rejected, each with the reason."""
    lines = [
        write_record(
            _REJECTED,
            "82",
            day=payment.day.strftime("%Y%m%d"),
            period="0",
            payer=payment.payer.zfill(16),
            amount=str(payment.amount_minor).zfill(12),
            reference=payment.reference,
            answer=payment.answer,
        )
        for payment in payments
    ]
    start = _start(_REJECTED, created_at.strftime("%Y%m%d"), "AVVISADE BET UPPDR", bankgiro)
    amount = str(sum(one.amount_minor for one in payments)).zfill(12)
    stated = {"payouts": "0" * 6, "payout_amount": "0" * 12, "payments": str(len(payments)).zfill(6)}
    return _file([start, *lines, _end(_REJECTED, created_at, **stated, payment_amount=amount)])


def _section(section: AutogiroSection, bankgiro: str) -> list[str]:
    deposit = write_record(
        _SPECIFICATION,
        section.code,
        account=section.account.zfill(35),
        paid_on=section.paid_on.strftime("%Y%m%d"),
        serial=str(section.serial).zfill(5),
        amount=str(sum(one.amount_minor for one in section.made)).zfill(18),
        count=str(len(section.made)).zfill(8),
    )
    refunded = {"refunded_on": section.paid_on.strftime("%Y%m%d")} if section.code == "17" else {}
    return [
        deposit,
        *(
            write_record(
                _SPECIFICATION,
                MEMBERS[section.code],
                day=payment.day.strftime("%Y%m%d"),
                period="0",
                payer=payment.payer.zfill(16),
                amount=str(payment.amount_minor).zfill(12),
                bankgiro=bankgiro.zfill(10),
                reference=payment.reference,
                answer=payment.answer,
                **refunded,
            )
            for payment in section.payments
        ),
    ]


def _start(kind: Layout, created: str, contents: str, bankgiro: str) -> str:
    text = write_record(kind, "01", created=created, contents=contents, customer="471117", bankgiro=bankgiro.zfill(10))
    return f"01{'AUTOGIRO':20}{text[22:]}"


def _end(kind: Layout, created_at: datetime, **stated: str) -> str:
    text = write_record(kind, "09", **stated)
    return f"09{created_at:%Y%m%d}{_SENT}{text[14:]}"


def _file(lines: Sequence[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode(_SPECIFICATION.encoding)
