"""Adjudicated claims: what payers decided of each claim of ours, and the booked money that they pay for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.adjudication import ClaimsAdjudicated
from projections.read_models.model import Index, Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class DecidedClaim(Row, frozen=True):
    """A claim of a remittance."""

    remittance_id: Annotated[str, "The remittance."]
    claim_key: Annotated[str, "Identity of what is said of the claim."]
    claim_no: Annotated[int, "Its place among the claims that were recorded together, from 1."]
    provider_account: Annotated[str, "Our account at the payer."]
    remittance_ref: Annotated[str | None, "The payer's id of the remittance."]
    claim_ref: Annotated[str | None, "The number that we gave the claim."]
    control_ref: Annotated[str | None, "The number that the payer gave the claim."]
    claim_status: Annotated[str | None, "The payer's code of what the claim is, such as 22 for a reversal."]
    money_id: Annotated[str | None, "Receipt or movement as which its payment is booked; null if nothing is paid."]
    claimed_minor: Annotated[int | None, "What was claimed, minor units; null if the payer does not say."]
    paid_minor: Annotated[int, "What is paid, minor units; below zero if it is taken back."]
    currency: Annotated[str, "ISO 4217 code of the amounts."]
    paid_on: Annotated[date, "Day on which the payer pays."]
    file: Annotated[str, "Hash of the file."]
    recorded_at_position: Annotated[int, "Position in the journal at which it was recorded."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[DecidedClaim, ...]:
    """The claims that one fact names."""
    fact, id = recorded.fact, id_of(recorded)
    assert isinstance(fact, ClaimsAdjudicated)
    return tuple(
        DecidedClaim(
            remittance_id=id,
            claim_key=one.claim_key,
            claim_no=number,
            provider_account=fact.provider_account,
            remittance_ref=fact.remittance_ref,
            claim_ref=one.claim_ref,
            control_ref=one.control_ref,
            claim_status=one.claim_status,
            money_id=one.money_id,
            claimed_minor=one.claimed_minor,
            paid_minor=one.paid_minor,
            currency=fact.currency,
            paid_on=fact.paid_on,
            file=fact.file,
            recorded_at_position=recorded.position,
        )
        for number, one in enumerate(fact.claims, 1)
    )


ADJUDICATED_CLAIMS: Final = Keyed(
    "adjudicated_claims",
    "What payers decided of our claims.",
    DecidedClaim,
    ("remittance_id", "claim_key"),
    (ClaimsAdjudicated,),
    evolve,
    indexes=(Index(("money_id",)), Index(("claim_ref",)), Index(("claim_key",)), Index(("paid_on",))),
)
