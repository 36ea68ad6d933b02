"""Decisions of people: one requests and another approves, and whoever undoes something says why."""

from __future__ import annotations

from typing import Literal, Protocol

from ledger.domain.fact import Envelope
from ledger.domain.refusals import Refused

# The stages of a request until it is carried out.
Decided = Literal["requested", "approved", "rejected"]
# Why something is undone: it was a mistake and never so, or something else moved, and it was so until now.
Because = Literal["mistake", "moved"]
# The same, or the bank took the money back, which is nobody's decision.
Undone = Because | Literal["recalled"]


class Requested(Protocol):
    """A request: who made it, and for whom."""

    @property
    def requester(self) -> str:
        """Who made the request."""

    @property
    def on_behalf_of(self) -> str | None:
        """Who asked the requester for it, if anybody did."""


def decided_by(envelope: Envelope, requested: Requested, about: str) -> str:
    """The person who approves or rejects a request: whoever acts, and nobody else.

    Nobody decides what they requested or had somebody request, and has nobody else decide it for them.
    """
    asking = {requested.requester, requested.on_behalf_of} - {None}
    if envelope.actor in asking or envelope.on_behalf_of in asking:
        raise Refused("approver_is_requester", about)
    return envelope.actor
