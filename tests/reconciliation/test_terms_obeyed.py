"""The bank day obeys the entity's own terms: which currencies are kept, and which booking days are believed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger import execute_alone
from ledger.domain.terms.entity import DeclareTerms, Terms
from ledger.domain.terms.measured import MEASURED, Measured
from tests.kit.care import declare_bank_account
from tests.kit.clinic import DAY, ISSUED, PRICE, Clinic, paid, reference_of, statement
from tests.kit.submissions import submit


def declare(clinic: Clinic, terms: Terms) -> None:
    """Declare the terms as if nothing were booked yet: a currency of the book could not be left out."""
    submitted = submit(DeclareTerms(terms=terms), f"terms-{terms}", ISSUED)
    assert execute_alone(clinic.books.journal, submitted, lambda: {MEASURED: Measured()}).status == "done"


def in_euro(clinic: Clinic) -> list[str]:
    """Why a file of an account in euro was refused."""
    (judged,) = clinic.load(statement([paid(PRICE, None, "b1")], account="EUR-1", currency="EUR"))
    return [reason.code for reason in judged.refusals]


def with_an_account_in_euro(clinic: Clinic) -> None:
    """An account in euro was declared, and then the terms left the euro out."""
    declare(clinic, Terms(currencies=("SEK", "EUR")))
    clinic.do(declare_bank_account("EUR-1", "camt.053", currency="EUR"))
    declare(clinic, Terms(days_to_pay=31))


def test_a_currency_is_kept_once_it_is_declared(clinic: Clinic):
    with_an_account_in_euro(clinic)
    assert in_euro(clinic) == ["currency_not_kept"]

    declare(clinic, Terms(currencies=("SEK", "EUR"), days_to_pay=32))

    assert in_euro(clinic) == []
    (receipt,) = clinic.facts("ReceiptRecorded")
    assert (receipt.payment.currency, receipt.payment.amount_minor) == ("EUR", PRICE)


def test_a_currency_that_is_kept_no_longer_is_refused(clinic: Clinic):
    declare(clinic, Terms(currencies=("EUR",)))

    (judged,) = clinic.load(statement([paid(PRICE, reference_of(0), "b1")]))

    assert [reason.code for reason in judged.refusals] == ["currency_not_kept"]
    assert clinic.count("ReceiptRecorded") == 0


@pytest.mark.parametrize(
    ("terms", "off", "believed"),
    [
        (Terms(), -10_950, True),
        (Terms(), -10_951, False),
        (Terms(), 7, True),
        (Terms(), 8, False),
        (Terms(days_back=30), -30, True),
        (Terms(days_back=30), -31, False),
        (Terms(days_ahead=0), 1, False),
        (Terms(days_ahead=60), 60, True),
        (Terms(days_ahead=60), 61, False),
    ],
)
def test_a_booking_day_is_believed_as_far_as_the_terms_say(clinic: Clinic, terms: Terms, off: int, believed: bool):
    declare(clinic, terms)
    booked_on = DAY + timedelta(days=off)

    clinic.load(statement([paid(PRICE, reference_of(0), "b1", on=booked_on)]))

    (receipt,) = clinic.facts("ReceiptRecorded")
    assert receipt.payment.booked_on == (booked_on if believed else DAY)
    doubted = {doubt["code"] for doubt in clinic.desk.quarantine()}
    assert ("booked_on_beyond_belief" in doubted) is not believed


def test_terms_declared_before_the_day_is_run_again_are_obeyed_then(clinic: Clinic):
    with_an_account_in_euro(clinic)
    file = statement([paid(PRICE, None, "b1")], account="EUR-1", currency="EUR")
    clinic.load(file)
    declare(clinic, Terms(currencies=("SEK", "EUR"), days_to_pay=32))

    (judged,) = clinic.load(file, on=date(2026, 10, 6))

    assert judged.status != "refused"
    assert clinic.count("FileIngested") == clinic.count("FileCompleted") == 1


@pytest.mark.parametrize(("zone", "day"), [("Europe/Stockholm", DAY + timedelta(days=1)), ("America/New_York", DAY)])
def test_an_instant_in_a_file_is_booked_on_the_day_of_the_entitys_zone(clinic: Clinic, zone: str, day: date):
    declare(clinic, Terms(zone=zone))
    written = statement([paid(PRICE, reference_of(0), "b1")], to=DAY + timedelta(days=1))
    at = f"<BookgDt><DtTm>{DAY}T23:30:00Z</DtTm></BookgDt>".encode()
    clinic.load(written.replace(f"<BookgDt><Dt>{DAY}</Dt></BookgDt>".encode(), at))
    (receipt,) = clinic.facts("ReceiptRecorded")
    assert receipt.payment.booked_on == day
