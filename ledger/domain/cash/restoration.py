"""The restoration of customer credit by a refund that failed or came back; it pays the account's recall items."""

from __future__ import annotations

from datetime import date

from ledger.domain.cash.refund import credit_restored
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.way_back import Draft
from ledger.domain.fact import Decision, States
from ledger.domain.receivables.credit_use import with_recalls_paid


def given_back(states: States, refund: Refund, on: date, amount_minor: int) -> Decision:
    """The facts after which a refund has given an amount of customer credit back."""
    restored = (credit_restored(refund, on, amount_minor),)
    return with_recalls_paid(states, restored, refund.requested.account_id)


def give_back(draft: Draft, refund: Refund, on: date, amount_minor: int) -> None:
    """Let a refund give customer credit back, as a further step of a draft."""
    draft.add_all(given_back(draft.states, refund, on, amount_minor))
