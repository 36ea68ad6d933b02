"""What banks answered to our orders, counted by what it is about and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.cash.collection_answer import DelayCollection, FailCollection, ReturnCollection, SettleCollection
from ledger.domain.cash.mandate import AcceptMandate, CancelMandate, RejectMandate
from ledger.domain.cash.refund_payment import FailRefund
from reconciliation.steps import propose_answers, propose_mandates

if TYPE_CHECKING:
    from ledger.domain.fact import Command
    from reconciliation.statements import Parsed

    Row = Mapping[str, Any]

# By what a command records, what the bank has answered.
_RECORDED: Final[Mapping[type[Command], str]] = {
    AcceptMandate: "mandates_accepted",
    RejectMandate: "mandates_rejected",
    CancelMandate: "mandates_ended",
    FailRefund: "refunds_failed",
    SettleCollection: "collections_settled",
    DelayCollection: "collections_delayed",
    FailCollection: "collections_failed",
    ReturnCollection: "collections_returned",
}
# How each is said of one, and of several.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "mandates_accepted": ("mandate accepted", "mandates accepted"),
    "mandates_rejected": ("mandate rejected", "mandates rejected"),
    "mandates_ended": ("mandate ended", "mandates ended"),
    "refunds_failed": ("refund failed", "refunds failed"),
    "collections_settled": ("direct debit collected", "direct debits collected"),
    "collections_delayed": ("direct debit tried again later", "direct debits tried again later"),
    "collections_failed": ("direct debit not collected", "direct debits not collected"),
    "collections_returned": ("direct debit taken back", "direct debits taken back"),
    "payments_accepted": ("payment accepted", "payments accepted"),
    "payments_rejected": ("payment rejected", "payments rejected"),
    "payments_changed": ("payment cancelled or moved", "payments cancelled or moved"),
    "unclear": ("answer that no rule reads", "answers that no rule reads"),
}


def recorded(commands: Iterable[Command]) -> Counter[str]:
    """What the bank has answered, by the commands that record it."""
    return Counter(_RECORDED[type(one)] for one in commands if type(one) in _RECORDED)


def said_in(parsed: Parsed) -> Counter[str]:
    """What a file says that only answers our orders, whether or not the book knows what it is about."""
    names = ["bank_code", "return_reason"]
    rows: list[Row] = parsed.lines.select(names).to_pylist()
    told = propose_mandates.told if parsed.lines.num_rows and _is_advice(rows[0]) else propose_answers.told
    return Counter(told(row) for row in rows)


def in_words(answered: Mapping[str, int]) -> list[str]:
    """What was answered, each kind with its number."""
    return [f"{answered[name]} {words[answered[name] != 1]}" for name, words in WORDS.items() if answered.get(name)]


def _is_advice(row: Row) -> bool:
    """Whether a line is of Bankgirot, which begins its codes with the type of the record."""
    return str(row["bank_code"])[:2].isdigit()
