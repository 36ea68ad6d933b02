"""The invoice: issued once with the next number; each of its payers owes an item and is asked with a reference."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import Payer
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.invoice import InvoiceIssued, IssueInvoice
from ledger.domain.receivables.invoice_parts import BilledLine, Owed, PartAsked, PayerAsked
from ledger.domain.receivables.item_facts import Due, ItemPart, ItemRaised, ItemTerms
from ledger.domain.receivables.number_series import NumberTaken, OpenSeries
from ledger.domain.receivables.request import PaymentRequested
from ledger.domain.terms.entity import DeclareTerms, Terms
from ledger.domain.terms.tax_codes import tax_on
from tests.kit.book import Book, Raised
from tests.kit.care import DUE, VISIT, credit, invoice, line, open_clinic


def issued(book: Book, invoice_id: str) -> InvoiceIssued:
    (fact,) = (new.fact for new in book.log if new.stream == f"invoice-{invoice_id}")
    assert isinstance(fact, InvoiceIssued)
    return fact


def requested(book: Book, request_id: str) -> PaymentRequested:
    (fact,) = book.facts(f"request-{request_id}")
    assert isinstance(fact, PaymentRequested)
    return fact


def raised(book: Book, item_id: str) -> ItemRaised:
    fact = book.facts(f"item-{item_id}")[0]
    assert isinstance(fact, ItemRaised)
    return fact


def of_item(number: int, account_id: str, payer: Payer, part: ItemPart) -> ItemRaised:
    return ItemRaised(
        item_id=f"i1.{number}",
        kind="principal",
        document="invoice-i1",
        parent=None,
        account_id=account_id,
        payer=payer,
        parts=(part,),
        amount_minor=250_00,
        currency="SEK",
        arose_on=VISIT,
        due=(Due(DUE, 250_00),),
        terms=ItemTerms("SE"),
    )


def request(number: int, account_id: str, reference: str) -> PaymentRequested:
    return PaymentRequested(
        request_id=f"i1.{number}",
        document="invoice-i1",
        account_id=account_id,
        reference=reference,
        reference_kind="ocr",
        items=(f"i1.{number}",),
        pay_to=None,
    )


def test_an_invoice_is_issued_with_the_next_number_and_an_item_and_a_reference_for_each_payer() -> None:
    half = ItemPart(1, 250_00, 0, "SE-EXEMPT")
    asked = invoice("i1", line(1, 500_00), payers={"p1": 250_00, "r1": 250_00})
    taken = NumberTaken(series="inv", number=1001, holder="invoice-i1", reference_kind="ocr", reference_prefix="")
    fact = InvoiceIssued(
        invoice_id="i1",
        series="inv",
        number=1001,
        currency="SEK",
        issued_on=VISIT,
        due_on=DUE,
        lines=(BilledLine(1, "VISIT", VISIT, 1000, None, None, 500_00, tax_on("SE-EXEMPT", VISIT), 0),),
        rounding_minor=0,
        owed=(Owed("i1.1", "p1", "patient", 250_00), Owed("i1.2", "r1", "region", 250_00)),
        care_unit=None,
        care_case=None,
        tax_role="vat_output",
    )
    book = (
        open_clinic()
        .when(asked)
        .then(
            NewFact("series-inv", taken, VISIT),
            NewFact("invoice-i1", fact, VISIT),
            NewFact("item-i1.1", of_item(1, "p1", "patient", half), VISIT),
            NewFact("item-i1.2", of_item(2, "r1", "region", half), VISIT),
            NewFact("request-i1.1", request(1, "p1", "1001171"), VISIT),
            NewFact("request-i1.2", request(2, "r1", "1001270"), VISIT),
        )
    )
    assert book.balances() == {"ar_patient": 250_00, "ar_payer": 250_00, "revenue": -500_00}


def test_lines_with_vat_and_rounding_sum_to_what_is_owed() -> None:
    book = open_clinic().given(invoice("i1", line(1, 80_30, 20_08), rounding_minor=-38))
    assert issued(book, "i1").owed[0].amount_minor == raised(book, "i1.1").amount_minor == 100_00
    assert book.balances() == {"ar_patient": 100_00, "revenue": -80_30, "vat_output": -20_08, "rounding": 38}


def test_each_item_says_what_it_is_owed_for() -> None:
    book = open_clinic().given(invoice("i1", line(1, 80_30, 20_08), line(2, 50_00)))
    assert raised(book, "i1.1").parts == (ItemPart(1, 80_30, 20_08, "SE-25"), ItemPart(2, 50_00, 0, "SE-EXEMPT"))
    book.given(invoice("i2", line(1, 80_00, 20_00), line(2, 50_00), payers={"p1": 100_00, "p2": 50_00}))
    assert raised(book, "i2.1").parts == (ItemPart(1, 53_33, 13_34, "SE-25"), ItemPart(2, 33_33, 0, "SE-EXEMPT"))
    assert raised(book, "i2.2").parts == (ItemPart(1, 26_67, 6_66, "SE-25"), ItemPart(2, 16_67, 0, "SE-EXEMPT"))


def test_a_reference_given_from_elsewhere_is_kept() -> None:
    asked = msgspec.structs.replace(invoice("i1"), payers=(PayerAsked("p1", 250_00, "RF35123ABCZ", "rf"),))
    request = requested(open_clinic().given(asked), "i1.1")
    assert (request.reference, request.reference_kind) == ("RF35123ABCZ", "rf")


def test_a_series_of_creditor_references_gives_those() -> None:
    book = open_clinic().given(OpenSeries(series="rf", first=7, reference_kind="rf", reference_prefix="99"))
    asked = msgspec.structs.replace(invoice("i1"), series="rf")
    request = requested(book.given(asked), "i1.1")
    assert (request.reference, request.reference_kind) == ("RF599971", "rf")


def test_nine_payers_have_nine_references_and_a_tenth_is_refused() -> None:
    nine = tuple(PayerAsked("p1", 10_00) for _ in range(9))
    asked = msgspec.structs.replace(invoice("i1", line(1, 90_00)), payers=nine)
    book = open_clinic().given(asked)
    assert len({requested(book, f"i1.{number}").reference for number in range(1, 10)}) == 9
    ten = msgspec.structs.replace(invoice("i2", line(1, 100_00)), payers=(*nine, PayerAsked("p1", 10_00)))
    book.when(ten).refused("too_many_payers")


def test_the_id_of_an_invoice_is_used_once() -> None:
    open_clinic().given(invoice("i1")).when(invoice("i1")).refused("invoice_already_issued")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (invoice("i1", due_on=date(2024, 6, 2)), "due_before_issue"),
        (msgspec.structs.replace(invoice("i1"), lines=()), "lines_missing"),
        (invoice("i1", line(1, 100), line(1, 100)), "line_repeated"),
        (invoice("i1", line(1, 0), payers={"p1": 1}), "payers_do_not_sum"),
        (invoice("i1", line(1, 90), line(2, -100)), "share_negative"),
        (invoice("i1", replace(line(1, 100), quantity_milli=0)), "amount_not_positive"),
        (invoice("i1", line(1, 100), payers={"p1": 200, "r1": -100}), "share_negative"),
        (invoice("i1", line(1, 100, -10)), "tax_not_of_rate"),
        (invoice("i1", line(1, 100_00), payers={"p1": 99_99}), "payers_do_not_sum"),
        (invoice("i1", line(1, 10), payers={}, rounding_minor=-10), "payers_do_not_sum"),
        (msgspec.structs.replace(invoice("i1"), series="none"), "series_not_open"),
        (invoice("i1", payers={"nobody": 250_00}), "account_not_open"),
        (invoice("i 1"), "id_malformed"),
        (invoice("i" * 63), "id_malformed"),
        (invoice("i1", payers={"p/1": 250_00}), "id_malformed"),
    ],
)
def test_what_is_no_invoice_is_refused(wrong: IssueInvoice, code: str) -> None:
    open_clinic().when(wrong).refused(code)


@pytest.mark.parametrize(
    "said",
    [
        {"lines": (replace(line(1, 250_00), service_code="Eva Ek 19800101-1234"),)},
        {"lines": (line(1, 125_00), replace(line(2, 125_00), price_ref="the list of May"))},
        {"care_case": "a broken leg"},
        {"care_case": "198001011234"},
    ],
)
def test_what_was_done_is_said_by_codes(said: dict[str, Any]) -> None:
    open_clinic().when(replace(invoice("i1"), **said)).refused("code_malformed")


def test_a_share_of_zero_is_on_the_invoice_and_no_item() -> None:
    decision = open_clinic().do(invoice("i1", payers={"p1": 0, "r1": 250_00}))
    (issued,) = (new.fact for new in decision if isinstance(new.fact, InvoiceIssued))
    assert [(one.account_id, one.amount_minor) for one in issued.owed] == [("p1", 0), ("r1", 250_00)]
    streams = [new.stream for new in decision if new.stream.startswith(("item-", "request-"))]
    assert streams == ["item-i1.2", "request-i1.2"]


def test_an_invoice_that_is_rounded_down_to_zero_is_owed_by_nobody() -> None:
    book = open_clinic().given(DeclareTerms(terms=Terms(rounds_invoices=True)))
    decision = book.do(invoice("i1", line(1, 49), rounding_minor=None))
    assert not [new for new in decision if new.stream.startswith("item-")]
    assert book.balances() == {"revenue": -49, "rounding": 49}
    book.when(credit("c", "i1")).refused("amount_exceeds_creditable")
    book.when(credit("c", "i1", LineToCredit(1, 49))).refused("item_unknown")


ELEVEN_PAYERS = replace(invoice("i2", line(1, 11)), payers=tuple(PayerAsked("p1", 1) for _ in range(11)))
IN_PARTS = replace(
    invoice("i2", line(1, 100)),
    payers=(PayerAsked("p1", 60, parts=(PartAsked(1, 60, 0),)), PayerAsked("r1", 40, parts=(PartAsked(1, 39, 0),))),
)
# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "due_before_issue": ((), invoice("i2", due_on=date(2024, 6, 2))),
    "due_far_after_issue": ((), invoice("i2", due_on=date(2034, 7, 3))),
    "invoice_already_issued": ((), invoice("i1")),
    "invoice_unknown": ((), credit("c", "i2")),
    "line_repeated": ((), invoice("i2", line(1, 1), line(1, 1))),
    "lines_missing": ((), replace(invoice("i2"), lines=())),
    "payers_do_not_sum": ((), invoice("i2", payers={"p1": 1})),
    "parts_do_not_sum": ((), IN_PARTS),
    "rounding_not_lawful": ((), invoice("i2", line(1, 100_49), rounding_minor=51)),
    "share_negative": ((), invoice("i2", line(1, 100), payers={"p1": 200, "r1": -100})),
    "tax_beside_code_without_tax": ((), invoice("i2", replace(line(1, 100), vat_minor=25))),
    "tax_code_not_in_force": ((), invoice("i2", replace(line(1, 100), service_on=date(1995, 12, 31)))),
    "tax_code_unknown": ((), invoice("i2", replace(line(1, 100), vat_code="NO-25"))),
    "tax_not_of_rate": ((), invoice("i2", line(1, 100, 24))),
    "too_many_payers": ((), ELEVEN_PAYERS),
}
