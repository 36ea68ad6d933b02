"""Four eyes: what one person asked for, another one decides."""

from __future__ import annotations

from typing import Literal

from ledger.domain.fact import Envelope, acting
from ledger.domain.refusals import Refused

# How far a request is until it is carried out.
Decided = Literal["requested", "approved", "rejected"]


def decided_by(envelope: Envelope, requester: str, about: str) -> str:
    """Who approves or rejects; refused where that is the person who asked."""
    decider = acting(envelope)
    if decider == requester:
        raise Refused("approver_is_requester", about)
    return decider
