"""The restoration of customer credit by a refund that failed or came back; it pays the account's recall items."""

from __future__ import annotations

from datetime import date

from ledger.domain.cash.refund import credit_restored
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.way_back import Draft
from ledger.domain.fact import NewFact, States, known_stream
from ledger.domain.receivables.credit_use import recall_items


def given_back(states: States, refund: Refund, on: date, amount_minor: int) -> list[NewFact]:
    """The facts after which a refund has given an amount of customer credit back."""
    draft = Draft(states, "moved", known_stream("refund", refund.requested.refund_id))
    give_back(draft, refund, on, amount_minor)
    return draft.decided


def give_back(draft: Draft, refund: Refund, on: date, amount_minor: int) -> None:
    """A refund gives customer credit back, which pays the account's open recall items at once, the oldest first."""
    account = known_stream("account", refund.requested.account_id)
    draft.add_all([credit_restored(refund, on, amount_minor)])
    for stream in recall_items({account: draft.states[account]}):
        draft.pay_recall(stream.partition("-")[2], on)
