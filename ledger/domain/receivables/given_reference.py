"""A reference that an older system gave to a payment request; it belongs to that one request for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.domain.fact import Fact, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.invoice_parts import Owed, PayerAsked
from ledger.domain.receivables.reference_register import STREAM as REGISTER
from ledger.domain.receivables.reference_register import with_given
from ledger.domain.references import ReferenceKind, is_right, looks_personal, without_padding
from ledger.domain.refusals import Refused

# Facts


class ReferenceGiven(Fact, frozen=True):
    """A payment request got a reference that an older system had made."""

    reference: str
    reference_kind: ReferenceKind
    request_id: str


# State


class GivenReference(State, frozen=True):
    """The request to which the reference belongs."""

    request_id: str


# Evolve


def evolve(state: GivenReference | None, fact: ReferenceGiven, on: date) -> GivenReference:
    """The reference, which is given only once."""
    assert state is None, "a reference belongs to one request"
    return GivenReference(request_id=fact.request_id)


# Decide


def streams_of_given(payers: Sequence[PayerAsked]) -> tuple[str, ...]:
    """The streams of the references that are given to payers, and the register of references; none if none is given.

    A reference has the same stream in whatever way it is padded. Refused if it is wrong for its kind.
    """
    given = tuple([_stream(one.reference_kind, one.reference) for one in payers if one.reference is not None])
    return (*given, REGISTER) if given else ()


def give(states: States, payers: Sequence[PayerAsked], owed: Sequence[Owed], on: date) -> tuple[NewFact, ...]:
    """Give payers' requests the references that were named, each to one request for ever."""
    facts: dict[str, NewFact] = {}
    given: list[tuple[ReferenceKind, str]] = []
    for asked, one in zip(payers, owed, strict=True):
        if asked.reference is None:
            continue
        kind, stream = asked.reference_kind, _stream(asked.reference_kind, asked.reference)
        if states.get(stream) is not None or stream in facts:
            raise Refused("reference_taken", one.item_id)
        reference = without_padding(asked.reference)
        fact = ReferenceGiven(reference=reference, reference_kind=kind, request_id=one.item_id)
        facts[stream] = NewFact(stream, fact, on)
        given.append((kind, reference))
    return (*facts.values(), *with_given(states, given)) if given else ()


def _stream(kind: ReferenceKind, reference: str) -> str:
    if not is_right(kind, reference):
        raise Refused("reference_wrong", kind)
    if looks_personal(kind, reference):
        raise Refused("reference_personal", kind)
    return stream_of("reference", without_padding(reference))


# Registration

NOUN: Final = Noun(
    "reference",
    facts=ReferenceGiven,
    evolve=evolve,
    refusals={
        "reference_personal": (
            "The reference looks like a personal number, a birth date or a mobile number, and no such reference of a "
            "payment is kept. Leave it out; the number series then makes another one."
        ),
        "reference_taken": (
            "Another payment request has this reference, and a reference belongs to one request for ever. Check the "
            "reference, or leave it out."
        ),
        "reference_wrong": (
            "The reference is wrong. An OCR reference has 2 to 25 digits, of which the last is the check digit; a "
            "reference of kind rf begins with RF and two check digits. Write it without spaces."
        ),
    },
    sentences={ReferenceGiven: lambda fact: f"Reference {fact.reference} given to {fact.request_id}"},
)
