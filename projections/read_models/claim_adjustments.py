"""Claim adjustments: why payers pay less for our claims, by their groups and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.adjudication import ClaimsAdjudicated
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class AdjustedClaim(Row, frozen=True):
    """One reason why less is paid for a claim than was claimed."""

    remittance_id: Annotated[str, "The remittance."]
    claim_key: Annotated[str, "Identity of what is said of the claim."]
    adjustment_no: Annotated[int, "Which reason of the claim, from 1."]
    reason_group: Annotated[str | None, "The payer's group of reasons, such as CO or PR."]
    reason: Annotated[str | None, "The payer's code of the reason."]
    amount_minor: Annotated[int, "How much less is paid, minor units; below zero if more is."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[AdjustedClaim, ...]:
    """The reasons of the claims that one fact names."""
    fact, id = recorded.fact, id_of(recorded)
    assert isinstance(fact, ClaimsAdjudicated)
    return tuple(
        AdjustedClaim(
            remittance_id=id,
            claim_key=claim.claim_key,
            adjustment_no=number,
            reason_group=one.reason_group,
            reason=one.reason,
            amount_minor=one.amount_minor,
        )
        for claim in fact.claims
        for number, one in enumerate(claim.adjustments, 1)
    )


CLAIM_ADJUSTMENTS: Final = Keyed(
    "claim_adjustments",
    "Why payers pay less for our claims.",
    AdjustedClaim,
    ("remittance_id", "claim_key", "adjustment_no"),
    (ClaimsAdjudicated,),
    evolve,
)
