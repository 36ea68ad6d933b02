"""A bank movement that is no receipt: booked once, whatever file it comes in, and never where others count."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.bank.bookable_roles import BOOKABLE
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, Movement
from ledger.domain.bank.movement_facts import MovementClassified, MovementReclassified
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.chart_of_accounts import CHART
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised

SHA = "ab" * 32
LINE = BankLine(
    bank_account="b1",
    amount_minor=-12_50,
    currency="SEK",
    booked_on=date(2024, 7, 10),
    line_key="line-9",
    file=SHA,
)
FEE = ClassifyMovement(part_id="m", line=LINE, role="bank_fees", rule="fee_code")


def with_line(**changed: object) -> ClassifyMovement:
    return replace(FEE, line=replace(LINE, **changed))


def test_a_bank_fee_is_booked_on_its_account() -> None:
    classified = MovementClassified(part_id="m", line=LINE, role="bank_fees", rule="fee_code", document=None)
    book = Book().when(FEE).then(NewFact("movement-m", classified, LINE.booked_on))
    assert book.balances() == {"bank": -12_50, "bank_fees": 12_50}


def codes(book: Book) -> list[tuple[str, str | None, int]]:
    """What is posted beside the bank, by role and tax code."""
    found: Counter[tuple[str, str | None]] = Counter()
    for leg in (leg for new in book.log for leg in book.catalogue.legs(new.fact)):
        if leg.role != "bank":
            found[leg.role, leg.tax_code] += leg.amount_minor
    return [(*key, amount) for key, amount in found.items() if amount]


def test_its_tax_code_stays_with_its_money_wherever_it_goes() -> None:
    book = Book().given(replace(FEE, tax_code="SE-EXEMPT"))
    assert codes(book) == [("bank_fees", "SE-EXEMPT", 12_50)]
    said = ReclassifyMovement(part_id="m", role="suppliers", tax_code="SE-25", reason_code="LAB")
    book.given(replace(said, amount_minor=2_50))
    assert codes(book) == [("bank_fees", "SE-EXEMPT", 10_00), ("suppliers", "SE-25", 2_50)]
    book.given(replace(said, tax_code=None))
    assert codes(book) == [("suppliers", "SE-25", 2_50), ("suppliers", None, 10_00)]
    book.when(replace(said, tax_code=None)).nothing_new()
    book.given(ReclassifyMovement(part_id="m.1", role="bank_suspense", reason_code="WHO"))
    assert codes(book) == [("suppliers", None, 10_00), ("bank_suspense", None, 2_50)]


@pytest.mark.parametrize(
    ("role", "tax_code", "code"),
    [
        ("bank_interest", "SE-25", "tax_code_on_role_unfit"),
        ("write_off_loss", "SE-25", "tax_code_on_role_unfit"),
        ("vat_output", "SE-25", "tax_code_on_role_unfit"),
        ("bank_fees", "SE-19", "tax_code_unknown"),
    ],
)
def test_a_tax_code_that_says_nothing_of_the_role_is_refused(role: str, tax_code: str, code: str) -> None:
    Book().when(replace(FEE, role=role, tax_code=tax_code)).refused(code)
    book = Book().given(FEE)
    book.when(ReclassifyMovement(part_id="m", role=role, tax_code=tax_code, reason_code="WHY")).refused(code)


def test_income_without_tax_may_have_its_code() -> None:
    Book().given(replace(FEE, role="bank_interest", tax_code="SE-EXEMPT"))


def test_the_same_movement_in_another_file_is_nothing_new() -> None:
    Book().given(FEE).when(with_line(file="cd" * 32, raw_position="7")).nothing_new()


@pytest.mark.parametrize("other", [{"amount_minor": -12_51}, {"currency": "EUR"}, {"line_key": "line-10"}])
def test_the_same_id_with_other_content_is_refused(other: dict[str, object]) -> None:
    Book().given(FEE).when(with_line(**other)).refused("fact_already_recorded")


def test_a_movement_of_nothing_is_refused() -> None:
    Book().when(with_line(amount_minor=0)).refused("amount_not_positive")


# Where items, receipts, credit, refunds and payouts are counted, and the bank's own.
KEPT = {
    "ar_patient",
    "ar_payer",
    "bank",
    "cash_in_transit",
    "customer_credit",
    "opening",
    "payouts_in_transit",
    "provider_reserves",
    "refunds_payable",
    "unallocated",
}


@pytest.mark.parametrize("role", [*sorted(KEPT), "no_such_role"])
def test_a_movement_is_not_booked_where_receipts_items_and_refunds_are_counted(role: str) -> None:
    Book().when(replace(FEE, role=role)).refused("role_not_bookable")


def test_only_what_a_provider_holds_is_kept_as_its_reserve() -> None:
    kept = with_line(bank_account="cards", held_by="card")
    Book().given(replace(kept, role="provider_reserves"))


def test_it_may_be_booked_on_every_other_role_of_the_chart() -> None:
    assert {row.role for row in CHART} - KEPT == BOOKABLE


def test_a_movement_says_what_it_is_now_and_whose() -> None:
    moved = MovementReclassified(
        part_id="m",
        bank_account="b1",
        amount_minor=-12_50,
        currency="SEK",
        from_role="bank_fees",
        role="cash_in_transit",
        document="refund-f",
        reason_code="R",
    )
    book = Book().given(FEE)
    book.append((NewFact("movement-m", moved),))
    said = Movement(line=LINE, role="cash_in_transit", rule="fee_code", document="refund-f", reclassified=True)
    assert book.states["movement-m"] == said
    assert book.balances() == {"bank": -12_50, "cash_in_transit": 12_50}


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "movement_unknown": ((), RecallReceipt(receipt_id="r", part_id="none", reason_code="AC06")),
    "role_not_bookable": ((), replace(FEE, role="ar_patient")),
    "tax_code_on_role_unfit": ((), replace(FEE, role="bank_suspense", tax_code="SE-25")),
}
