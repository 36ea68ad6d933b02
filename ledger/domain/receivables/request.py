"""The payment request: what a payer is asked to pay with one reference, item by item."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Fact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.references import ReferenceKind
from ledger.domain.refusals import Refused

# Facts


class PaymentRequested(Fact, frozen=True):
    """A payer was asked to pay some items; money with the reference settles them in the order of `items`.

    `document` is the stream of the document that asks. `pay_to` is the bank account that the payer was asked to use, or
    null.
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
    """What the payer was asked for."""

    requested: PaymentRequested


# Evolve


def evolve(state: Request | None, fact: PaymentRequested, on: date) -> Request:
    """The request, which consists of a single fact."""
    assert state is None, "a request is made only once"
    return Request(requested=fact)


# Decide


def request_of(states: States, request_id: str) -> Request:
    """The payment request with this id, or a refusal if there is none."""
    state = states.get(stream_of("request", request_id))
    if not isinstance(state, Request):
        raise Refused("request_unknown", request_id)
    return state


# Registration

NOUN: Final = Noun(
    "request",
    facts=PaymentRequested,
    evolve=evolve,
    refusals={"request_unknown": "There is no payment request with that id."},
    sentences={PaymentRequested: lambda fact: f"Payment requested with reference {fact.reference}"},
)
