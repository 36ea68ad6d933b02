"""The entity's terms: what a legal entity has laid down about itself, on which days, dues and currencies rest."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.money import decimals_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.zones import ZONES

# A journal is one entity's, so it has one stream of terms.
STREAM: Final = stream_of("entity", "terms")

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")

# Facts


class Terms(Part, frozen=True, kw_only=True):
    """What holds for a legal entity; each field says what it is, and what holds until something else is declared."""

    legal_name: Annotated[str | None, Meta(description="Name in the register of companies.")] = None
    currencies: Annotated[tuple[str, ...], Meta(description="Currencies that are kept (ISO 4217).")] = ("SEK",)
    zone: Annotated[str, Meta(description="Time zone of its civil day (IANA).")] = "Europe/Stockholm"
    jurisdiction: Annotated[str, Meta(description="Country whose law governs its claims (ISO 3166).")] = "SE"
    language: Annotated[str, Meta(description="Language of what payers read (ISO 639).")] = "sv"
    # Source: Swedish Interest Act (1975:635) 4 §: interest runs thirty days after payment was demanded.
    days_to_pay: Annotated[int, Meta(description="Days from issue to due date.", ge=0, le=365)] = 30
    days_back: Annotated[int, Meta(description="Days back that a booking day is believed.", ge=1, le=36_500)] = 10_950
    days_ahead: Annotated[int, Meta(description="Days ahead that a booking day is believed.", ge=0, le=366)] = 7
    # Source: the usual receivables aging; what is beyond the last edge is often printed "over 90".
    aging_edges: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=3650)], ...],
        Meta(description="Last days past due of each bucket of the aging but the last, rising.", min_length=1),
    ] = (30, 60, 90)
    fiscal_year_from: Annotated[int, Meta(description="First month of the fiscal year.", ge=1, le=12)] = 1
    vat_number: Annotated[str | None, Meta(description="VAT number.")] = None
    vat_method: Annotated[
        Literal["invoice", "cash"], Meta(description="When VAT is due: by invoice or by payment.")
    ] = "invoice"


class EntityTermsDeclared(Fact, frozen=True):
    """The entity declared its terms; the newest declaration holds, from its day on."""

    terms: Terms


# State


class Entity(State, frozen=True):
    """The entity and the terms that hold."""

    terms: Terms


# Evolve


def evolve(state: Entity | None, fact: EntityTermsDeclared) -> Entity:
    """The newest declaration holds."""
    return Entity(terms=fact.terms)


# Commands


class DeclareTerms(Command, frozen=True):
    """Declare the entity's terms, all of them."""

    terms: Terms

    def streams(self) -> tuple[str, ...]:
        """The entity's terms."""
        return (STREAM,)


# Decide


def declare(states: States, command: DeclareTerms, envelope: Envelope) -> Decision:
    """Declare them when each can be what it says; the same again is nothing new."""
    terms = command.terms
    checked = (
        ("currencies", bool(terms.currencies) and None not in map(decimals_of, terms.currencies)),
        ("zone", terms.zone in ZONES),
        ("jurisdiction", _COUNTRY.fullmatch(terms.jurisdiction)),
        ("language", _LANGUAGE.fullmatch(terms.language)),
    )
    for name, sound in checked:
        if not sound:
            raise Refused("term_malformed", name)
    try:
        # What is out of the bounds that a term says itself could be stored and never be read again.
        msgspec.convert(msgspec.to_builtins(terms), Terms)
    except msgspec.ValidationError as error:
        raise Refused("term_malformed", str(error)) from error
    state = states.get(STREAM)
    if isinstance(state, Entity) and state.terms == terms:
        return ()
    return (NewFact(STREAM, EntityTermsDeclared(terms=terms)),)


def terms_of(states: States) -> Terms:
    """The terms that hold; those of `Terms` itself where nothing was declared."""
    state = states.get(STREAM)
    return state.terms if isinstance(state, Entity) else Terms()


# Registration

NOUN: Final = Noun(
    "entity",
    facts=EntityTermsDeclared,
    evolve=evolve,
    rules={DeclareTerms: declare},
    refusals={
        "term_malformed": (
            "The term is not what it should be: currencies of ISO 4217, the country in capitals, a time zone of the "
            "IANA database as in Europe/Stockholm, the language in two small letters, and numbers within their bounds."
        ),
    },
    sentences={EntityTermsDeclared: lambda fact: f"Terms declared: {', '.join(fact.terms.currencies)}"},
)
