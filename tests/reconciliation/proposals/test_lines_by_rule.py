"""What rules explain of a file, and what they leave alone: payments of ours, refunds, recalls, parts of lines."""

from __future__ import annotations

from typing import Any, Final

import pytest

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.allocation import AllocateReceipt
from ledger.domain.cash.receipt import RecordReceipt
from tests.kit.book import Book
from tests.reconciliation.matching.test_line_rules import rule
from tests.reconciliation.matching.written_files import DAY, BankFile, quoted
from tests.reconciliation.proposals.proposal_book import clinic, loaded, open_on, proposed, reference_of

LAB: Final[dict[str, Any]] = {"rule_id": "lab", "role": "suppliers", "phrases": ("LABBET",), "from_on": DAY}
RULE: Final = rule(**LAB)


@pytest.fixture
def book() -> Book:
    """A clinic with three invoices."""
    return clinic()


@pytest.mark.parametrize("amount", [-80_00, 80_00])
def test_a_line_is_booked_as_its_rule_says_and_is_no_receipt(book: Book, amount: int) -> None:
    made = loaded(book, BankFile().line(amount, text="Labbet AB"), rules=(RULE,))
    (one,) = made.submissions
    assert isinstance(one.command, ClassifyMovement)
    assert (one.command.role, one.command.rule, made.reviews) == ("suppliers", "lab.v1", ())
    assert book.balances()["suppliers"] == -amount


def test_a_payment_with_our_reference_is_a_receipt_whatever_a_rule_says(book: Book) -> None:
    said = reference_of(book, "i1")
    made = loaded(book, BankFile().line(250_00, said, text="Labbet AB"), rules=(RULE,))
    assert [type(one.command) for one in made.submissions] == [RecordReceipt, AllocateReceipt]
    assert open_on(book, "i1") == 0


def test_a_payment_with_another_reference_may_be_explained() -> None:
    made = proposed(BankFile().line(250_00, quoted("1234566"), text="Labbet AB"), [], rules=(RULE,))
    assert [type(one.command) for one in made.submissions] == [ClassifyMovement]


def test_a_rule_comes_before_what_the_banks_code_says_of_charges() -> None:
    made = proposed(BankFile().line(-35_00, bank_code="FEES", text="Labbet"), [], rules=(RULE,))
    (command,) = (one.command for one in made.submissions)
    assert isinstance(command, ClassifyMovement)
    assert command.rule == "lab.v1"


def test_a_debit_that_takes_a_payment_back_and_the_rest_of_a_line_are_no_rules_lines(book: Book) -> None:
    file = BankFile().line(-2_00, reversal=True, text="Labbet")
    file = file.line(9_00, {"amount_minor": 6_00}, {"amount_minor": 2_00}, text="Labbet")
    made = loaded(book, file, rules=(RULE,))
    rules = [one.command.rule for one in made.submissions if isinstance(one.command, ClassifyMovement)]
    assert rules == ["recall_unexplained", "details_do_not_sum"]


def test_rules_that_contradict_each_other_leave_the_line_to_a_person(book: Book) -> None:
    other = rule(**LAB | {"rule_id": "fees", "role": "bank_fees"})
    made = loaded(book, BankFile().line(-80_00, text="Labbet AB"), rules=(RULE, other))
    (review,) = made.reviews
    assert review.code == "rules_contradict"
    assert review.reasons[1] == "The rules: fees.v1, lab.v1."
    assert book.balances()["bank_suspense"] == 80_00
