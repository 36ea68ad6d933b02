"""Four eyes: one person requests, another decides."""

from __future__ import annotations

from typing import Literal

from ledger.domain.fact import Envelope, acting
from ledger.domain.refusals import Refused

# The stages of a request until it is carried out.
Decided = Literal["requested", "approved", "rejected"]


def decided_by(envelope: Envelope, requester: str, about: str) -> str:
    """The person who approves or rejects a request; nobody may decide their own request."""
    decider = acting(envelope)
    if decider == requester:
        raise Refused("approver_is_requester", about)
    return decider
