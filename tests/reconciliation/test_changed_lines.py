"""What comes again with its number, day and sum, but with other payments, waits for a person, in every such format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from ledger.domain.terms.entity import DeclareTerms, Terms
from reconciliation.statements.autogiro.writer import AutogiroPayment, AutogiroSection, write_autogiro
from reconciliation.statements.ktl.writer import KtlPayment, write_ktl
from reconciliation.statements.ocr_giro.writer import OcrGiroAssignment, OcrGiroPayment, write_ocr_giro
from reconciliation.statements.references import viite_from
from reconciliation.statements.tito.writer import TitoMovement, TitoStatement, write_tito
from tests.kit.clinic import DAY, Clinic

NORWEGIAN, FINNISH, GIRO = "86011117947", "15963000000007", "9912346"
FIRST, SECOND, THIRD = viite_from("1001"), viite_from("1002"), viite_from("1003")


class Paid(NamedTuple):
    """A payment: how much, with which reference, and by whom."""

    amount_minor: int
    reference: str
    payer: str = "Eva Ek"


Write = Callable[[Sequence[Paid], int], bytes]


def _at(hour: int) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=UTC)


def ocr_giro(paid: Sequence[Paid], hour: int) -> bytes:
    payments = [OcrGiroPayment(one.amount_minor, one.reference, DAY, text=one.payer) for one in paid]
    return write_ocr_giro(hour, DAY, [OcrGiroAssignment(NORWEGIAN, 7, payments)])


def ktl(paid: Sequence[Paid], hour: int) -> bytes:
    said = [(one.amount_minor, one.reference, DAY, FINNISH, f"A{no}", one.payer) for no, one in enumerate(paid)]
    return write_ktl(_at(hour), [[KtlPayment(*one) for one in said]])


def tito(paid: Sequence[Paid], hour: int) -> bytes:
    details = [TitoMovement(one.amount_minor, DAY, reference=one.reference, name=one.payer) for one in paid]
    whole = TitoMovement(sum(one.amount_minor for one in paid), DAY, "L1", count=len(paid), details=details)
    return write_tito([TitoStatement(FINNISH, 1, _at(hour), DAY, DAY, [whole])])


def autogiro(paid: Sequence[Paid], hour: int) -> bytes:
    payments = [AutogiroPayment(one.amount_minor, "101", one.reference, DAY) for one in paid]
    return write_autogiro(_at(hour), GIRO, [AutogiroSection(GIRO, DAY, 1, payments)])


WRITERS: dict[str, Write] = {"ocrgiro": ocr_giro, "ktl": ktl, "tito": tito, "autogiro": autogiro}
CODE = "transaction_contradicts"
BEFORE = [Paid(400_00, FIRST), Paid(200_00, SECOND)]


@pytest.fixture
def abroad(clinic: Clinic) -> Clinic:
    """A clinic with accounts in Norway and Finland, and a bankgiro."""
    clinic.do(DeclareTerms(terms=Terms(currencies=("SEK", "EUR", "NOK"))))
    return clinic


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize(
    "now",
    [
        [Paid(400_00, THIRD), Paid(200_00, SECOND)],
        [Paid(300_00, FIRST), Paid(300_00, SECOND)],
        [Paid(400_00, FIRST), Paid(150_00, SECOND), Paid(50_00, THIRD)],
    ],
    ids=["another reference", "other amounts", "another number"],
)
def test_other_payments_wait_and_nothing_is_booked_twice(abroad: Clinic, write: Write, now: list[Paid]):
    abroad.load(write(BEFORE, 8), declare=True)
    booked = abroad.count("ReceiptRecorded")
    assert booked == 2
    abroad.load(write(BEFORE[::-1] if write is not ktl else BEFORE, 9))
    known = {review["code"] for review in abroad.desk.reviews()}
    assert (abroad.count("ReceiptRecorded"), CODE in known) == (2, False)

    abroad.load(write(now, 10))
    assert abroad.count("ReceiptRecorded") == 2
    (review,) = [one for one in abroad.desk.reviews() if one["code"] == CODE]
    # Where each payment has an id of its own, only the one that differs is asked about.
    told = review["reasons"][1]
    assert f"2 payments before, {len(now)} now" in told or "1 payment before, 1 now" in told
    assert {one["amount_minor"] for one in review["candidates"]} <= {400_00, 200_00}
