"""What the bank paid for a refund that it had paid already is owed by the payee, whatever comes to light afterwards."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemRaised
from tests.kit.book import Ask
from tests.kit.care import approve_refund
from tests.ledger.domain.cash.test_reclassification import BOOKED, OUT, TO_REFUND, TO_TAX, movement
from tests.ledger.domain.cash.test_refund import CANCEL, REJECT, requested
from tests.ledger.domain.cash.test_refund_movement import BACK, PAID, line, refund_of

AGAIN: tuple[Ask, ...] = (OUT, TO_REFUND)


@pytest.mark.parametrize(
    ("before", "after", "owed", "credit"),
    [
        # Of 100.00 credit 60.00 are refunded, and 40.00 are free and pay what was paid twice, as far as they go.
        ((PAID,), (), 20_00, 0),
        ((PAID, BACK), (), 0, 40_00),
        ((PAID,), (BACK,), 0, 40_00),
        # The second payment was something else after all.
        ((PAID,), (TO_TAX,), 0, 40_00),
        ((PAID,), (BACK, TO_TAX), 0, 100_00),
        # It is said again: nothing is owed twice.
        ((PAID,), (TO_TAX, TO_REFUND), 20_00, 0),
        ((PAID,), (TO_REFUND,), 20_00, 0),
        # The first payment was something else, so the second one paid the refund.
        ((PAID,), (replace(TO_TAX, part_id="paid"), TO_REFUND), 0, 40_00),
    ],
)
def test_what_the_bank_paid_twice_is_owed_by_the_payee_from_the_banks_day(
    before: tuple[Ask, ...], after: tuple[Ask, ...], owed: int, credit: int
) -> None:
    book = requested().given(approve_refund("f"), *before, *AGAIN)
    (raised,) = (new for new in book.log if isinstance(new.fact, ItemRaised))
    assert (raised.on, raised.fact.amount_minor, raised.fact.document) == (BOOKED, 60_00, "refund-f")
    book.given(*after)
    items = [state for stream, state in book.states.items() if stream.startswith("item-p1.recall")]
    assert sum(one.open_minor for one in items if isinstance(one, Item)) == owed
    account = book.states["account-p1"]
    assert isinstance(account, Account)
    assert (account.credit["SEK"].latest, account.free["SEK"].lacking) == (credit, ())
    assert (-book.balances().get("customer_credit", 0), refund_of(book).transit.latest) == (credit, 0)


def test_a_smaller_amount_that_the_bank_paid_besides_is_owed_too_but_not_in_another_currency() -> None:
    book = requested().given(approve_refund("f"), PAID, movement("less", -59_99))
    book.given(replace(TO_REFUND, part_id="less"))
    assert book.balances()["ar_patient"] == 19_99
    foreign = replace(OUT, line=replace(OUT.line, currency="EUR"))
    book.given(foreign).when(TO_REFUND).refused("refund_amount_differs")


@pytest.mark.parametrize("given_up", [(approve_refund("f"), CANCEL), (CANCEL,), (REJECT,)])
def test_what_the_bank_paid_for_a_refund_that_was_given_up_is_owed_too(given_up: tuple[Ask, ...]) -> None:
    book = requested().given(*given_up, *AGAIN)
    assert (book.balances().get("ar_patient", 0), refund_of(book).transit.latest) == (0, 0)
    assert -book.balances()["customer_credit"] == 40_00
    book.given(TO_TAX)
    assert -book.balances()["customer_credit"] == 100_00


def test_without_free_credit_the_payee_owes_what_the_bank_paid_for_a_refund_that_was_given_up() -> None:
    back = line("debit", -100_00).line
    taken = ClassifyMovement(part_id="debit", line=back, role="bank_suspense", rule="recall_unexplained")
    book = requested().given(taken, RecallReceipt(receipt_id="r", part_id="debit", reason_code="AC06"), *AGAIN)
    assert (refund_of(book).status, book.balances()["ar_patient"]) == ("cancelled", 60_00)
