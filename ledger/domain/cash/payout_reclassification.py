"""Which payout a movement is, when a person says so, or when a provider's file brings the number that a line quotes.

The amounts need not agree: what was sent and has not arrived, or the other way round, stays on the way, where reports
show it. So nothing is rounded away, and the movement is the payout's from the bank's day on.
"""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.payout import Payout, movement_of_payout, side_of
from ledger.domain.cash.reclassification import OfMovement, part_of, reclassified, without_document
from ledger.domain.chart_of_accounts import PAYOUTS_IN_TRANSIT
from ledger.domain.fact import Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Commands


class ReclassifyAsPayout(OfMovement, frozen=True, kw_only=True):
    """Say that a movement is a payout's: that it arrived with it, was taken back by it or, at a provider, sent it."""

    payout_id: str

    def streams(self) -> tuple[str, ...]:
        """The movement and the payout."""
        return (*super().streams(), stream_of("payout", self.payout_id))


# Decide


def as_payout(states: States, command: ReclassifyAsPayout, envelope: Envelope) -> Decision:
    """Make the movement the payout's, whatever its amount; what it was until now loses it."""
    stream = stream_of("payout", command.payout_id)
    payout, said = states.get(stream), part_of(states, command)
    if not isinstance(payout, Payout):
        raise Refused("payout_unknown", command.payout_id)
    if said.part.document == stream:
        return ()
    line = said.part.left
    if line.currency != payout.currency:
        raise Refused("payout_in_other_currency", command.payout_id)
    account = payout.provider_account
    if line.held_by is not None and line.bank_account != account:
        raise Refused("payout_of_other_account", command.payout_id)
    moved = reclassified(said, command, PAYOUTS_IN_TRANSIT, stream, counter_account=account)
    fact = movement_of_payout(said.part_id, line, side_of(line), account, None)
    of_payout = NewFact(stream, fact, line.booked_on, corrects=True)
    return (*said.decided, *without_document(states, said.part, command, moved, of_payout))


# Registration

NOUN: Final = Noun(
    "payout_reclassification",
    rules={ReclassifyAsPayout: as_payout},
    duties={ReclassifyAsPayout: ("finance", "bank-day")},
    refusals={
        "payout_of_other_account": (
            "The movement is on another account of ours at a payment provider than the payout, so it cannot have sent "
            "it."
        ),
        "payout_unknown": "There is no payout with that id; `reskontra money-in-transit` names those on the way.",
    },
)
