"""The invoice: issued once with the next number, shared between payers, each with a reference of their own."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.fact import NewFact
from ledger.domain.invoice import InvoiceIssued, IssueInvoice
from ledger.domain.invoice_parts import Share, ShareAsked
from ledger.domain.number_series import NumberTaken, OpenSeries
from tests.kit.book import Book
from tests.kit.care import DUE, VISIT, invoice, line, open_clinic


def issued(book: Book, invoice_id: str) -> InvoiceIssued:
    (fact,) = (new.fact for new in book.log if new.stream == f"invoice-{invoice_id}")
    assert isinstance(fact, InvoiceIssued)
    return fact


def test_an_invoice_is_issued_with_the_next_number_and_a_reference_for_each_share() -> None:
    asked = invoice("i1", line(1, 500_00), shares={"p1": 250_00, "r1": 250_00})
    taken = NumberTaken(series="inv", number=1001, holder="invoice-i1", reference_kind="ocr", reference_prefix="")
    fact = InvoiceIssued(
        invoice_id="i1",
        series="inv",
        number=1001,
        currency="SEK",
        issued_on=VISIT,
        due_on=DUE,
        lines=(line(1, 500_00),),
        rounding_minor=0,
        shares=(
            Share(1, "p1", "patient", 250_00, "1001171", "ocr"),
            Share(2, "r1", "region", 250_00, "1001270", "ocr"),
        ),
        care_unit=None,
        care_case=None,
    )
    book = open_clinic().when(asked).then(NewFact("series-inv", taken), NewFact("invoice-i1", fact))
    assert book.balances() == {"ar_patient": 250_00, "ar_payer": 250_00, "revenue": -500_00}


def test_lines_with_vat_and_rounding_sum_to_the_shares() -> None:
    book = open_clinic().given(invoice("i1", line(1, 80_30, 20_08), rounding_minor=-38))
    assert issued(book, "i1").shares[0].amount_minor == 100_00
    assert book.balances() == {"ar_patient": 100_00, "revenue": -80_30, "vat_output": -20_08, "rounding": 38}


def test_a_reference_given_from_elsewhere_is_kept() -> None:
    asked = msgspec.structs.replace(invoice("i1"), shares=(ShareAsked("p1", 250_00, "RF35123ABCZ", "rf"),))
    share = issued(open_clinic().given(asked), "i1").shares[0]
    assert (share.reference, share.reference_kind) == ("RF35123ABCZ", "rf")


def test_a_series_of_creditor_references_gives_those() -> None:
    book = open_clinic().given(OpenSeries(series="rf", first=7, reference_kind="rf", reference_prefix="99"))
    asked = msgspec.structs.replace(invoice("i1"), series="rf")
    share = issued(book.given(asked), "i1").shares[0]
    assert (share.reference, share.reference_kind) == ("RF599971", "rf")


def test_nine_shares_have_nine_references_and_a_tenth_is_refused() -> None:
    nine = tuple(ShareAsked("p1", 10_00) for _ in range(9))
    asked = msgspec.structs.replace(invoice("i1", line(1, 90_00)), shares=nine)
    book = open_clinic().given(asked)
    assert len({share.reference for share in issued(book, "i1").shares}) == 9
    ten = msgspec.structs.replace(invoice("i2", line(1, 100_00)), shares=(*nine, ShareAsked("p1", 10_00)))
    book.when(ten).refused("too_many_shares")


def test_the_id_of_an_invoice_is_used_once() -> None:
    open_clinic().given(invoice("i1")).when(invoice("i1")).refused("invoice_already_issued")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (invoice("i1", due_on=date(2024, 6, 2)), "due_before_issue"),
        (msgspec.structs.replace(invoice("i1"), lines=()), "lines_missing"),
        (invoice("i1", line(1, 100), line(1, 100)), "line_repeated"),
        (invoice("i1", line(1, 0), shares={"p1": 1}), "amount_not_positive"),
        (invoice("i1", line(1, -100), shares={"p1": 1}), "amount_not_positive"),
        (invoice("i1", line(1, 100), shares={"p1": 200, "r1": -100}), "amount_not_positive"),
        (invoice("i1", line(1, 100, -10)), "vat_negative"),
        (invoice("i1", line(1, 100_00), rounding_minor=51), "rounding_too_large"),
        (invoice("i1", line(1, 100_00), rounding_minor=-51), "rounding_too_large"),
        (invoice("i1", line(1, 100_00), shares={"p1": 99_99}), "shares_do_not_sum"),
        (invoice("i1", line(1, 10), shares={}, rounding_minor=-10), "shares_do_not_sum"),
        (msgspec.structs.replace(invoice("i1"), series="none"), "series_not_open"),
        (invoice("i1", shares={"nobody": 250_00}), "account_not_open"),
        (invoice("i 1"), "id_malformed"),
        (invoice("i1", shares={"p/1": 250_00}), "id_malformed"),
    ],
)
def test_what_is_no_invoice_is_refused(wrong: IssueInvoice, code: str) -> None:
    open_clinic().when(wrong).refused(code)


def test_half_a_unit_is_the_most_that_is_rounded() -> None:
    book = open_clinic().given(invoice("i1", line(1, 99_50), rounding_minor=50))
    assert book.balances()["rounding"] == -50
