"""The step that records: it decides a proposal's commands and appends their facts, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger.domain.cash.payout import BookPayoutMovement
from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.receipt_as_payout import ReclassifyReceiptAsPayout
from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.cash.refund_payment import FailRefund
from reconciliation.proposals.proposal import books_money, kept_back
from reconciliation.steps.answered import recorded
from reconciliation.steps.outcomes import Executed

if TYPE_CHECKING:
    from ledger import Outcome, Submission
    from reconciliation.proposals.proposal import Proposal
    from reconciliation.steps.day import BankDay

    Answered = tuple[Submission, Outcome]

# What changes which lines a refund or a payout still waits for.
_OF_DOCUMENTS: Final = (
    BookRefundMovement,
    FailRefund,
    BookPayoutMovement,
    ReclassifyAsPayout,
    ReclassifyReceiptAsPayout,
)


def record(day: BankDay, sha256: str, proposal: Proposal) -> Executed:
    """Store the reviews, then record the commands; if the ledger refuses an allocation, a person decides about it."""
    if not day.rehearsed:
        day.desk.keep_reviews(proposal.reviews, day.recorded_at, sha256)
    outcomes = day.decide(proposal.submissions)
    answers = list(zip(proposal.submissions, outcomes, strict=True))
    refusals = [answer for answer in answers if answer[1].status == "refused"]
    unbooked = frozenset(one.command.streams()[0] for one, _ in refusals if books_money(one.command))
    refused = [(answer[1], kept_back(*answer)) for answer in refusals if _of_booked(answer, unbooked)]
    # The ledger refuses an allocation if, for example, its item was written off. The money is booked nevertheless, and
    # a person decides what it is for.
    recalled, in_detail = (
        [one.command.part_id for one, outcome in answers if isinstance(one.command, kind) and outcome.status == "done"]
        for kind in (RecallReceipt, ReclassifyMovement)
    )
    unplaced = tuple(review for _, review in refused if review is not None)
    if not day.rehearsed:
        day.desk.keep_reviews(unplaced, day.recorded_at, sha256)
        day.desk.close_reviews_of(recalled, day.actor, "recalled", day.recorded_at)
        day.desk.close_reviews_of(in_detail, day.actor, "paid_in_detail", day.recorded_at)
        day.desk.close_reviews_of(proposal.explained, day.actor, "payout_announced", day.recorded_at)
    answered = recorded(one.command for one, outcome in answers if outcome.status == "done")
    answered["payments_accepted"] += proposal.accepted
    return Executed(
        done=sum(outcome.status == "done" for outcome in outcomes),
        nothing_new=sum(outcome.status == "nothing_new" for outcome in outcomes),
        unplaced=unplaced,
        refused=tuple(outcome for outcome, review in refused if review is None),
        of_documents=any(isinstance(one.command, _OF_DOCUMENTS) for one in proposal.submissions),
        unbooked=unbooked,
        answered=+answered,
    )


def _of_booked(answer: Answered, unbooked: frozenset[str]) -> bool:
    """Whether a command books money, or is about money that is booked: else the refusal of the money says enough."""
    command, _ = answer
    return books_money(command.command) or unbooked.isdisjoint(command.command.streams())
