"""The payment request: what a payer is asked to pay with one reference, item after item."""

from __future__ import annotations

from typing import Final

from ledger.domain.fact import Fact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.references import ReferenceKind
from ledger.domain.refusals import Refused

# Facts


class PaymentRequested(Fact, frozen=True):
    """A payer was asked for some items, in the order in which money with the reference settles them.

    `document` is the stream of what asks. `pay_to` is the bank account named to the payer; null where none was.
    """

    request_id: str
    document: str
    account_id: str
    reference: str
    reference_kind: ReferenceKind
    items: tuple[str, ...]
    pay_to: str | None


# State


class Request(State, frozen=True):
    """What was asked for."""

    requested: PaymentRequested


# Evolve


def evolve(state: Request | None, fact: PaymentRequested) -> Request:
    """A request is one fact."""
    assert state is None, "a request is made once"
    return Request(requested=fact)


# Decide


def request_of(states: States, request_id: str) -> Request:
    """The request that was made, or a refusal."""
    state = states.get(stream_of("request", request_id))
    if not isinstance(state, Request):
        raise Refused("request_unknown", request_id)
    return state


# Registration

NOUN: Final = Noun(
    "request",
    facts=PaymentRequested,
    evolve=evolve,
    refusals={"request_unknown": "No payment request of that id has been made."},
    sentences={PaymentRequested: lambda fact: f"Payment asked for with reference {fact.reference}"},
)
