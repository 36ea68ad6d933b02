"""A provider's sum in suspense is payments that were recorded at capture, and then nothing of it is left there."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, Movement
from ledger.domain.bank.settlement import Settled, TransactionsSettled, part_of_sum
from ledger.domain.cash.captured_sum import ReclassifyAsPayments
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Payment
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyMovement
from ledger.domain.cash.void import VoidReceipt
from ledger.domain.catalogue import CATALOGUE
from tests.kit.book import Ask, Book, Raised
from tests.kit.providers import declare_provider_account, settle_transactions

DAY: Final = date(2024, 7, 10)
PAID: Final = Payment(
    rail="card", bank_account="cards", amount_minor=400_00, currency="SEK", booked_on=DAY, held_by="card"
)
LINE: Final = BankLine(
    bank_account="cards", amount_minor=600_00, currency="SEK", booked_on=DAY, line_key="sum", held_by="card"
)


def captured(id: str, amount_minor: int, **said: str) -> RecordReceipt:
    return RecordReceipt(receipt_id=id, payment=replace(PAID, amount_minor=amount_minor, **said))


SUM: Final = ClassifyMovement(part_id="m", line=LINE, role="bank_suspense", rule="captured_sum")
SETTLED: Final = settle_transactions(Settled("m", "sum", "payment", 600_00, transactions=2), on=DAY)
BOTH: Final = (captured("r1", 400_00), captured("r2", 200_00))
ARE: Final = ReclassifyAsPayments(
    part_id="m", settlement_id="s1", receipt_ids=("r1", "r2"), reason_code="SEEN_AT_PROVIDER"
)
GIVEN: Final = (declare_provider_account(), declare_provider_account("wallet"), *BOTH, SUM, SETTLED)


def provider() -> Book:
    return Book().given(*GIVEN)


def posted(book: Book, role: str) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for leg in (leg for dated in book.log for leg in CATALOGUE.legs(dated.fact) if leg.role == role):
        found[leg.bank_account] = found.get(leg.bank_account, 0) + leg.amount_minor
    return found


def test_the_payments_are_settled_and_their_money_is_at_the_provider_once() -> None:
    book = provider()
    assert posted(book, "card_clearing") == {"cards": 1200_00}
    book.given(ARE)
    assert posted(book, "card_clearing") == {"cards": 600_00}
    assert sum(posted(book, "bank_suspense").values()) == 0
    moved, settled = (dated.fact for dated in book.log[-2:])
    assert CATALOGUE.legs(settled) == ()
    assert isinstance(settled, TransactionsSettled)
    assert settled.settled == (part_of_sum("sum", "r1", 400_00), part_of_sum("sum", "r2", 200_00))
    state = book.states["movement-m"]
    assert isinstance(state, Movement)
    assert (state.role, state.document, moved.amount_minor) == ("card_clearing", "settlement-s1", 600_00)


def test_an_amount_of_it_is_payments_and_the_rest_is_somebodys_money() -> None:
    book = provider().given(
        replace(ARE, receipt_ids=("r1",), amount_minor=400_00),
        ReclassifyAsReceipt(part_id="m", rail="card", reason_code="NEW"),
    )
    assert posted(book, "card_clearing") == {"cards": 800_00}
    assert sum(posted(book, "bank_suspense").values()) == 0


AT_BANK: Final = replace(SUM, part_id="b", line=replace(LINE, bank_account="b1", held_by=None, line_key="b"))

RAISED: Final[Raised] = {
    "movement_of_no_settlement": (GIVEN, replace(ARE, settlement_id="s9")),
    "payment_not_of_sum": (
        (*GIVEN, captured("r3", 200_00, bank_account="wallet")),
        replace(ARE, receipt_ids=("r1", "r3")),
    ),
    "payments_do_not_sum": (GIVEN, replace(ARE, receipt_ids=("r1",))),
}


@pytest.mark.parametrize(
    ("before", "command", "code"),
    [
        *((given[len(GIVEN) :], command, code) for code, (given, command) in RAISED.items()),
        ((AT_BANK,), replace(ARE, part_id="b"), "movement_of_no_settlement"),
        ((VoidReceipt(receipt_id="r2", reason_code="TWICE"),), ARE, "payment_not_of_sum"),
        (
            (replace(ARE, receipt_ids=("r1",), amount_minor=400_00),),
            replace(ARE, amount_minor=200_00),
            "payment_not_of_sum",
        ),
        ((ARE,), ARE, "movement_is_payments"),
        ((ARE,), ReclassifyMovement(part_id="m", role="suppliers", reason_code="THEIRS"), "movement_is_payments"),
    ],
)
def test_what_cannot_be_the_sum_is_refused(before: tuple[Ask, ...], command: Ask, code: str) -> None:
    provider().given(*before).when(command).refused(code)
