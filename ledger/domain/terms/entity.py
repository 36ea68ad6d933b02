"""The terms that a legal entity declares about itself; its days, due dates and currencies depend on these terms."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta
from stdnum.se import vat

from ledger.domain.chart_of_accounts import VAT_DEFERRED, VAT_OUTPUT
from ledger.domain.countries import COUNTRIES
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.languages import LANGUAGES
from ledger.domain.money import decimals_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.terms.measured import MEASURED, measured_of
from ledger.domain.terms.period import STREAM as PERIODS
from ledger.domain.zones import ZONES

# A journal belongs to one entity, so it has one stream of terms.
STREAM: Final = stream_of("entity", "terms")

_VAT_NUMBER: Final = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,12}")

VatMethod = Literal["invoice", "cash"]

# Facts


class Terms(Part, frozen=True, kw_only=True):
    """The terms of a legal entity; each field's default is valid until something else is declared."""

    legal_name: Annotated[str | None, Meta(description="Name in the register of companies.")] = None
    currencies: Annotated[
        tuple[str, ...], Meta(description="Currencies in which the entity keeps its books (ISO 4217).")
    ] = ("SEK",)
    zone: Annotated[str, Meta(description="Time zone of the entity's civil day (IANA).")] = "Europe/Stockholm"
    jurisdiction: Annotated[str, Meta(description="Country whose law governs the entity's claims (ISO 3166).")] = "SE"
    language: Annotated[str, Meta(description="Language of texts for payers (ISO 639).")] = "sv"
    # Source: Swedish Interest Act (1975:635) 4 §: interest begins to run thirty days after payment was demanded.
    days_to_pay: Annotated[int, Meta(description="Days from issue to due date.", ge=0, le=365)] = 30
    days_back: Annotated[
        int,
        Meta(
            description="How many days in the past a bank's booking day, an invoice, or any other day of what somebody "
            "records, may be.",
            ge=1,
            le=36_500,
        ),
    ] = 10_950
    days_ahead: Annotated[
        int,
        Meta(
            description="How many days in the future a bank's booking day, or the day of what somebody records, may "
            "be; an invoice may be 366 days in the future.",
            ge=0,
            le=366,
        ),
    ] = 7
    # Source: the usual receivables aging; the bucket beyond the last edge is often printed as "over 90".
    aging_edges: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=3650)], ...],
        Meta(
            description="Upper limit of each aging bucket except the last, in days past due, ascending.", min_length=1
        ),
    ] = (30, 60, 90)
    recovers_losses: Annotated[
        bool, Meta(description="Whether money for a written-off item recovers the loss; else it is customer credit.")
    ] = True
    # The entity's own rule; no law says how small a difference may be closed.
    difference_limit: Annotated[
        int,
        Meta(
            description="Largest underpayment that is closed if the payment quotes the request, as in 1.00, in units "
            "of any currency; 0 closes none. A rule of the entity's own.",
            extra={"unit": "hundredths"},
            ge=0,
            le=10_000,
        ),
    ] = 100
    rounds_invoices: Annotated[
        bool,
        Meta(
            description="Whether each payer's share of an invoice is rounded where a law rounds what is to be paid: "
            "amounts in SEK to whole kronor. False if the entity has agreed otherwise."
        ),
    ] = False
    # The entity's own rule: how long money may wait for an explanation before a period cannot be closed.
    days_unexplained: Annotated[
        int,
        Meta(
            description="Days before the end of a period after which unallocated money, and money in suspense, stops a "
            "hard close. A rule of the entity's own.",
            ge=0,
            le=3650,
        ),
    ] = 30
    # The entity's own rule: how long a reminder may wait for a decision about money before somebody must decide.
    days_money_waits: Annotated[
        int,
        Meta(
            description="Bank days after which money that keeps a reminder back is a task of finance. A rule of the "
            "entity's own.",
            ge=0,
            le=365,
        ),
    ] = 3
    fiscal_year_from: Annotated[int, Meta(description="First month of the fiscal year.", ge=1, le=12)] = 1
    vat_number: Annotated[str | None, Meta(description="VAT number.")] = None
    vat_method: Annotated[
        VatMethod,
        Meta(
            description="When VAT becomes due: with the invoice, or with the payment (cash); with the latter, run "
            "`reskontra vat-year-end` once the fiscal year is over."
        ),
    ] = "invoice"


class EntityTermsDeclared(Fact, frozen=True):
    """The entity declared its terms; the newest declaration is valid from its day on."""

    terms: Terms


# State


class Entity(State, frozen=True):
    """The entity and its valid terms."""

    terms: Terms


# Evolve


def evolve(state: Entity | None, fact: EntityTermsDeclared, on: date) -> Entity:
    """The newest declaration is the valid one."""
    return Entity(terms=fact.terms)


# Commands


class DeclareTerms(Command, frozen=True):
    """Declare all of the entity's terms."""

    terms: Terms

    def streams(self) -> tuple[str, ...]:
        """The entity's terms, and its periods."""
        return (STREAM, PERIODS)

    def more(self, states: States) -> tuple[str, ...]:
        """What the book holds, if the terms would change what is booked already."""
        touches = STREAM in states and _touches_the_book(terms_of(states), self.terms)
        return (MEASURED,) if touches else ()


# Decide


def declare(states: States, command: DeclareTerms, envelope: Envelope) -> Decision:
    """Declare the terms if all values are valid; declaring the same terms again changes nothing."""
    terms = command.terms
    checked = (
        ("currencies", bool(terms.currencies) and None not in map(decimals_of, terms.currencies)),
        ("zone", terms.zone in ZONES),
        ("jurisdiction", terms.jurisdiction in COUNTRIES),
        ("language", terms.language in LANGUAGES),
        ("vat_number", terms.vat_number is None or _is_vat_number(terms.vat_number)),
        ("aging_edges", all(first < second for first, second in pairwise(terms.aging_edges))),
    )
    for name, sound in checked:
        if not sound:
            raise Refused("term_malformed", name)
    try:
        # Without this check, a value outside its field's bounds could be stored, but never read again.
        msgspec.convert(msgspec.to_builtins(terms), Terms)
    except msgspec.ValidationError as error:
        raise Refused("term_malformed", str(error)) from error
    state = states.get(STREAM)
    if isinstance(state, Entity) and state.terms == terms:
        return ()
    _require_book_kept(states, terms)
    return (NewFact(STREAM, EntityTermsDeclared(terms=terms)),)


def _is_vat_number(number: str) -> bool:
    """Whether it can be a VAT number; of a Swedish one, the check digit is looked at."""
    return bool(vat.is_valid(number)) if number.startswith("SE") else bool(_VAT_NUMBER.fullmatch(number))


def _require_book_kept(states: States, terms: Terms) -> None:
    """Refuse terms under which numbers of vouchers would change, or a currency of the book would be kept no longer."""
    before, measured = terms_of(states), measured_of(states)
    # If nobody measured the book, it may have vouchers and any currency.
    has_vouchers = measured is None or measured.has_vouchers
    if terms.fiscal_year_from != before.fiscal_year_from and has_vouchers:
        raise Refused("fiscal_year_fixed", str(before.fiscal_year_from))
    booked = before.currencies if measured is None else measured.currencies
    if left := [one for one in before.currencies if one in booked and one not in terms.currencies]:
        raise Refused("currency_booked", ", ".join(left))


def _touches_the_book(before: Terms, after: Terms) -> bool:
    return after.fiscal_year_from != before.fiscal_year_from or not {*before.currencies} <= {*after.currencies}


def terms_of(states: States) -> Terms:
    """The terms in force; if nothing was declared, the defaults of `Terms`."""
    state = states.get(STREAM)
    return state.terms if isinstance(state, Entity) else Terms()


def require_kept(states: States, currency: str) -> None:
    """Refuse to begin anything in a currency in which the entity does not keep its books."""
    if currency not in terms_of(states).currencies:
        raise Refused("currency_not_kept", currency)


def tax_role_of(method: VatMethod) -> str:
    """The account role of a tax when its invoice is issued."""
    return VAT_DEFERRED if method == "cash" else VAT_OUTPUT


# Registration

NOUN: Final = Noun(
    "entity",
    facts=EntityTermsDeclared,
    evolve=evolve,
    acts={EntityTermsDeclared: Act("terms")},
    rules={DeclareTerms: declare},
    duties={DeclareTerms: ("finance", "admin")},
    governs=True,
    refusals={
        "currency_booked": (
            "Something is booked in a currency that would be left out. The entity keeps its books in it for good; name "
            "it too."
        ),
        "currency_not_kept": (
            "The entity does not keep its books in this currency. Give one that its terms have, or add it to them: "
            "`reskontra entity declare --currencies`, with the others."
        ),
        "fiscal_year_fixed": (
            "Vouchers have numbers within the fiscal year already, and a number never changes. The first month is "
            "chosen before the first voucher; leave it as it is."
        ),
        "term_malformed": (
            "One term has an impossible value: give currencies of ISO 4217, a country of ISO 3166 such as SE, a time "
            "zone of the IANA database such as Europe/Stockholm, a language of ISO 639-1 such as sv, the VAT number "
            "with its country and check digit, the aging's edges in rising order, and numbers within their bounds."
        ),
    },
    sentences={EntityTermsDeclared: lambda fact: f"Terms declared: {', '.join(fact.terms.currencies)}"},
)
