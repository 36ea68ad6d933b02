"""A doubt about a bank's line: closed once, for one reason, and reopened for another."""

from __future__ import annotations

from msgspec.structs import replace

from ledger.domain.bank.doubt import CloseDoubt, DoubtClosed, DoubtReopened, ReopenDoubt
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised

CLOSE = CloseDoubt(
    doubt_id="d1", code="amount_zero", reason_code="BANK_SAID_SO", file="ab" * 32, raw_position="Ntry 3, line 20"
)
REOPEN = ReopenDoubt(doubt_id="d1", reason_code="MISREAD")


def test_a_doubt_is_closed_once_with_what_it_was_about() -> None:
    closed = DoubtClosed(
        doubt_id="d1",
        code="amount_zero",
        money_id=None,
        file="ab" * 32,
        raw_position="Ntry 3, line 20",
        reason_code="BANK_SAID_SO",
    )
    book = Book().when(CLOSE).then(NewFact("doubt-d1", closed))
    book.when(CLOSE).nothing_new()
    book.when(replace(CLOSE, reason_code="OTHER")).refused("doubt_closed")


def test_a_closed_doubt_is_reopened_and_may_be_closed_for_another_reason() -> None:
    book = Book().given(CLOSE)
    book.when(REOPEN).then(NewFact("doubt-d1", DoubtReopened(reason_code="MISREAD")))
    book.when(REOPEN).refused("doubt_not_closed")
    book.given(replace(CLOSE, reason_code="OTHER"))
    book.when(REOPEN).then(NewFact("doubt-d1", DoubtReopened(reason_code="MISREAD")))


def test_each_decision_needs_a_reason_that_is_a_code() -> None:
    Book().when(replace(CLOSE, reason_code="")).refused("reason_missing")
    Book().when(replace(CLOSE, reason_code="Eva called")).refused("code_malformed")
    Book().given(CLOSE).when(replace(REOPEN, reason_code=" ")).refused("reason_missing")


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "doubt_closed": ((CLOSE,), replace(CLOSE, reason_code="OTHER")),
    "doubt_not_closed": ((), REOPEN),
}
