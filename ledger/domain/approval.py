"""Decisions of people: one requests and another approves, and whoever undoes something says why."""

from __future__ import annotations

from typing import Literal

from ledger.domain.fact import Envelope, acting
from ledger.domain.refusals import Refused

# The stages of a request until it is carried out.
Decided = Literal["requested", "approved", "rejected"]
# Why something is undone: it was a mistake and never so, or something else moved, and it was so until now.
Because = Literal["mistake", "moved"]
# The same, or the bank took the money back, which is nobody's decision.
Undone = Because | Literal["recalled"]


def decided_by(envelope: Envelope, requester: str, about: str) -> str:
    """The person who approves or rejects a request; nobody may decide their own request."""
    decider = acting(envelope)
    if decider == requester:
        raise Refused("approver_is_requester", about)
    return decider
