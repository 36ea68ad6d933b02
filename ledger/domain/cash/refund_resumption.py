"""The resumption of a refund: it had not failed or come back after all, as a person or a line of the bank says.

The account loses the customer credit again that the failure or the return had given it, even if that is used meanwhile.
Like any mistake, what was said by mistake ends on the day on which it began, or on the first later day that holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from ledger.domain.cash.reach import within_reach
from ledger.domain.cash.refund import credit_restored, of_refund
from ledger.domain.cash.refund_facts import RefundResumed
from ledger.domain.cash.refund_payment import returned
from ledger.domain.cash.refund_state import Refund, Said
from ledger.domain.cash.way_back import Draft
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import CustomerCreditRefunded
from ledger.domain.receivables.credit_facts import RefundReserved
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS

# Commands


class ResumeRefund(Command, frozen=True):
    """Say that a refund had not failed or come back after all; nobody dates it, because it never was so."""

    refund_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The refund, and the terms for an item that may have to be raised."""
        return (stream_of("refund", self.refund_id), TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """The account that holds the customer credit, and where its money must come back from."""
        stream = stream_of("refund", self.refund_id)
        return in_reach(states, stream) if isinstance(states.get(stream), Refund) else ()


# Decide


def resume(states: States, command: ResumeRefund, envelope: Envelope) -> Decision:
    """Take back what people said and no line of the bank shows: that the refund failed, or what came back of it."""
    stream = stream_of("refund", command.refund_id)
    refund = states.get(stream)
    if not isinstance(refund, Refund):
        raise Refused("refund_unknown", command.refund_id)
    mistakes = tuple(_said_by_people(refund))
    if not mistakes:
        raise Refused("refund_not_to_resume", command.refund_id)
    draft = Draft(states, "mistake", stream)
    for said in mistakes:
        step = partial(_resume, refund_id=command.refund_id, said=said, reason_code=command.reason_code)
        draft = draft.on_first_day(step, None, said.on)
    return tuple(draft.decided)


def in_reach(states: States, *refunds: str) -> tuple[str, ...]:
    """Refunds, the accounts that hold their customer credit, its uses, what it can pay, and the terms."""
    found = [refund for refund in map(states.get, refunds) if isinstance(refund, Refund)]
    accounts = (stream_of("account", refund.requested.account_id) for refund in found)
    return (*refunds, *accounts, *within_reach(states), TERMS) if refunds else ()


def resumed(
    refund: Refund,
    part_id: str | None,
    amount_minor: int,
    on: date,
    *,
    settled: bool | None = None,
    reason_code: str | None = None,
) -> list[NewFact]:
    """The refund had not failed or come back, by an amount; so it uses as much customer credit again.

    Unless the caller knows whether the bank has paid it, that is what is known from elsewhere.
    """
    asked = refund.requested
    id, currency, account = asked.refund_id, asked.currency, stream_of("account", asked.account_id)
    known = refund.settled or refund.paid or refund.returned_minor > amount_minor
    resume = RefundResumed(
        refund_id=id,
        amount_minor=amount_minor,
        currency=currency,
        part_id=part_id,
        settled=known if settled is None else settled,
        reason_code=reason_code,
    )
    reserved = RefundReserved(refund_id=id, amount_minor=amount_minor, currency=currency)
    used = CustomerCreditRefunded(refund_id=id, amount_minor=amount_minor, currency=currency)
    return [of_refund(refund, resume, on), NewFact(account, reserved, on), NewFact(account, used, on)]


def not_failed(
    refund: Refund,
    part_id: str | None,
    on: date,
    *,
    settled: bool | None = None,
    reason_code: str | None = None,
) -> list[NewFact]:
    """A refund that a person recorded as failed had not failed; what lines of the bank brought back came back."""
    back = [(line, amount) for line, amount in refund.movements.items() if amount > 0]
    whole = refund.requested.amount_minor
    resume, *credit = resumed(refund, part_id, whole, on, settled=settled, reason_code=reason_code)
    return [
        resume,
        *(of_refund(refund, returned(refund, "RETURNED", amount, line), on) for line, amount in back),
        # Restored first, so that the account has what it gives.
        *(credit_restored(refund, on, amount) for _, amount in back),
        *credit,
    ]


def _resume(draft: Draft, on: date, refund_id: str, said: Said, reason_code: str) -> None:
    refund = draft.states[stream_of("refund", refund_id)]
    assert isinstance(refund, Refund), "the command has found the refund"
    if refund.status == "failed":
        draft.add_all(not_failed(refund, None, on, reason_code=reason_code))
    else:
        draft.add_all(resumed(refund, None, said.amount_minor, on, reason_code=reason_code))


def _said_by_people(refund: Refund) -> Iterator[Said]:
    """What people said and no line of the bank shows, with its day; the newest first."""
    if refund.status == "failed" and refund.brought_back_minor < refund.requested.amount_minor:
        yield Said(refund.requested.amount_minor - refund.brought_back_minor, refund.since)
    left = refund.returned_minor - refund.brought_back_minor
    for said in reversed(refund.by_hand):
        amount = min(said.amount_minor, left)
        if amount > 0:
            yield said._replace(amount_minor=amount)
            left -= amount


# Registration

NOUN: Final = Noun(
    "refund_resumption",
    rules={ResumeRefund: resume},
    duties={ResumeRefund: ("finance",)},
    refusals={
        "refund_not_to_resume": (
            "Nobody has recorded that the refund failed or came back, or the bank's lines show it. If such a line was "
            "something else, say so with `reskontra movement reclassify`."
        ),
    },
)
