"""The fee schedule: what is agreed with a payment provider that it charges for a transaction, from which day on."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from ledger.domain.bank.provider_account import provider_account_of
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.money import round_half_up
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

_MILLION: Final = 1_000_000

# Parts


class AgreedFee(Part, frozen=True):
    """A fee for one transaction: a rate of its gross amount in millionths, and a fixed amount.

    All are without tax. `least_minor` and `most_minor` are the ends of both together. `tax_ppm` is the rate of the tax
    that is added; null if none is, or if nobody said which. A rate or a fixed amount below zero is given back to us.
    """

    rate_ppm: int
    fixed_minor: int
    least_minor: int | None = None
    most_minor: int | None = None
    tax_ppm: int | None = None

    def for_amount(self, gross_minor: int, *, without_tax: bool = False) -> int:
        """The fee for a transaction, with its tax or without, rounded once, halves away from zero."""
        fee = abs(gross_minor) * self.rate_ppm + self.fixed_minor * _MILLION
        if self.least_minor is not None:
            fee = max(fee, self.least_minor * _MILLION)
        if self.most_minor is not None:
            fee = min(fee, self.most_minor * _MILLION)
        tax_ppm = 0 if without_tax else self.tax_ppm or 0
        return round_half_up(fee * (_MILLION + tax_ppm), _MILLION * _MILLION)


# Facts


class FeeAgreed(Fact, frozen=True):
    """From a day on, this fee is agreed for a kind of transaction; nothing is agreed if the fee is null.

    It is so until the first day of a later fee. A fee with the same first day takes the place of the earlier one.
    """

    apart: ClassVar[tuple[str, ...]] = ("kind",)

    provider_account: str
    kind: str
    currency: str
    from_on: date
    fee: AgreedFee | None
    source: str


# State


class FeeSchedule(State, frozen=True):
    """The fees that are agreed for an account at a provider; of each kind and first day, the newest."""

    fees: tuple[FeeAgreed, ...]


# Evolve


def evolve(state: FeeSchedule | None, fact: FeeAgreed, on: date) -> FeeSchedule:
    """The schedule after one more fact."""
    before = state.fees if state is not None else ()
    others = (one for one in before if (one.kind, one.from_on) != (fact.kind, fact.from_on))
    return FeeSchedule(fees=(*others, fact))


# Commands


class AgreeFee(Command, frozen=True):
    """Say which fee is agreed for a kind of transaction from a day on, or that none is."""

    provider_account: str
    kind: str
    from_on: date
    fee: AgreedFee | None
    source: str

    def streams(self) -> tuple[str, ...]:
        """The schedule, and the account at the provider."""
        id = self.provider_account
        return (stream_of("feeschedule", id), stream_of("provideraccount", id))


# Decide


def agree(states: States, command: AgreeFee, envelope: Envelope) -> Decision:
    """Record the fee in the account's currency, if the account is declared and the fee's ends are in order."""
    account, fee = provider_account_of(states, command.provider_account), command.fee
    if fee and fee.least_minor is not None and fee.most_minor is not None and fee.least_minor > fee.most_minor:
        raise Refused("fee_ends_crossed", f"{fee.least_minor} and {fee.most_minor} minor units")
    fact = FeeAgreed(
        provider_account=command.provider_account,
        kind=command.kind,
        currency=account.currency,
        from_on=command.from_on,
        fee=fee,
        source=command.source,
    )
    stream, _ = command.streams()
    state = states.get(stream)
    if isinstance(state, FeeSchedule) and fact in state.fees:
        return ()
    return (NewFact(stream, fact),)


# Registration


def _sentence(fact: FeeAgreed) -> str:
    of = f"{fact.kind} at {fact.provider_account} from {fact.from_on}"
    return f"No fee agreed for {of}" if fact.fee is None else f"Fee agreed for {of}"


NOUN: Final = Noun(
    "feeschedule",
    facts=FeeAgreed,
    evolve=evolve,
    acts={FeeAgreed: Act("agreed_fee")},
    rules={AgreeFee: agree},
    duties={AgreeFee: ("finance",)},
    governs=True,
    refusals={
        "fee_ends_crossed": "The fee's minimum is above its maximum; give a maximum that is not below the minimum.",
    },
    sentences={FeeAgreed: _sentence},
)
