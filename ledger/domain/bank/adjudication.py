"""The adjudication: what a payer says of each claim that it decided, whether or not it pays anything for it."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Parts


class ClaimAdjustment(Part, frozen=True):
    """Why less is paid than was claimed, by the payer's reason and the group of reasons, and how much less.

    Below zero, more is paid. Both are codes of the payer (X12: Claim Adjustment Group and Reason Codes).
    """

    reason_group: str | None
    reason: str | None
    amount_minor: int


class AdjudicatedClaim(Part, frozen=True):
    """A claim as its payer decided it; `claim_key` is the identity of all that is said here.

    `claim_ref` is the number that we gave the claim, `control_ref` the payer's, `claim_status` the payer's code of
    what it is, such as 22 for a reversal. `money_id` is the receipt or movement as which the payment is booked; null if
    nothing is paid. An amount that the payer does not state is null.
    """

    claim_key: str
    claim_ref: str | None
    control_ref: str | None
    claim_status: str | None
    money_id: str | None
    claimed_minor: int | None
    paid_minor: int
    adjustments: tuple[ClaimAdjustment, ...] = ()


# Facts


class ClaimsAdjudicated(Fact, frozen=True):
    """The payer said what it decided of claims of ours; a remittance of many has several of these facts."""

    provider_account: str
    remittance_ref: str | None
    currency: str
    file: str
    paid_on: date
    claims: tuple[AdjudicatedClaim, ...]


# State


class Adjudication(State, frozen=True):
    """The claims of a remittance: our account at the payer, and the identities of what was said."""

    provider_account: str
    claim_keys: frozenset[str]


# Evolve


def evolve(state: Adjudication | None, fact: ClaimsAdjudicated, on: date) -> Adjudication:
    """The adjudication after one more fact."""
    known = state.claim_keys if state is not None else frozenset()
    keys = known | {one.claim_key for one in fact.claims}
    return Adjudication(provider_account=fact.provider_account, claim_keys=keys)


# Commands


class AdjudicateClaims(Command, frozen=True):
    """Record what a payer says of the claims of a remittance."""

    remittance_id: str
    provider_account: str
    remittance_ref: str | None
    currency: str
    file: str
    paid_on: date
    claims: tuple[AdjudicatedClaim, ...]

    def streams(self) -> tuple[str, ...]:
        """The adjudication of the remittance."""
        return (stream_of("adjudication", self.remittance_id),)

    def days_said(self) -> tuple[date, ...]:
        """The day on which the payer pays."""
        return (self.paid_on,)


# Decide


def adjudicate(states: States, command: AdjudicateClaims, envelope: Envelope) -> Decision:
    """Record what the payer said of claims, unless it has said exactly that before."""
    (stream,) = command.streams()
    state = states.get(stream)
    known: frozenset[str] = frozenset()
    if isinstance(state, Adjudication):
        if state.provider_account != command.provider_account:
            raise Refused("remittance_of_other_account", command.remittance_id)
        known = state.claim_keys
    news = tuple(one for one in command.claims if one.claim_key not in known)
    fact = ClaimsAdjudicated(
        provider_account=command.provider_account,
        remittance_ref=command.remittance_ref,
        currency=command.currency,
        file=command.file,
        paid_on=command.paid_on,
        claims=news,
    )
    return (NewFact(stream, fact, command.paid_on),) if news else ()


# Registration

NOUN: Final = Noun(
    "adjudication",
    facts=ClaimsAdjudicated,
    evolve=evolve,
    rules={AdjudicateClaims: adjudicate},
    duties={AdjudicateClaims: ("finance", "bank-day")},
    refusals={
        "remittance_of_other_account": "The remittance is of another account at a payer.",
    },
    sentences={
        ClaimsAdjudicated: lambda fact: f"Payer's word on {len(fact.claims)} claims of {fact.provider_account}",
    },
)
