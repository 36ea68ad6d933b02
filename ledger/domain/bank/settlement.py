"""The settlement: transactions that a payment provider settled together, with what it charged for each."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Facts


class Settled(Part, frozen=True):
    """A transaction of a settlement: the booked money that it is, its amount without charges, and its charges.

    `money_id` is the receipt or the part of a movement. `kind` says what the transaction is. The amount and the charges
    are signed as the provider states them: what raises our balance is positive, and so is a charge that lowers it.
    `tax_minor` is the part of the charges that is tax, if the provider says so. `paid_minor` is what a payer paid, or
    what was given in an exchange, without sign, if it was in another currency, so both amounts say the rate.
    `line_key` is the transaction's identity. If a person had recorded the payment under one of its ids, `id_key` and
    `asked_key` are the identities of the provider's id of it and of the id under which we asked for it.

    A provider may name only the sum of some payments: `transactions` says of how many, null if it does not say. If they
    were recorded one by one when they were captured, each is settled as well, as `part_of` the identity of the sum, and
    the sum's money is the first of them. A fee may be `charged_for` the transactions of a sum.
    """

    money_id: str
    line_key: str
    kind: str
    amount_minor: int
    charges_minor: int = 0
    tax_minor: int | None = None
    paid_minor: int | None = None
    paid_currency: str | None = None
    id_key: str | None = None
    asked_key: str | None = None
    transactions: int | None = 1
    part_of: str | None = None
    charged_for: str | None = None


class TransactionsSettled(Fact, frozen=True):
    """The provider settled transactions of ours; a settlement of many has several of these facts."""

    provider_account: str
    settlement_ref: str | None
    currency: str
    file: str
    settled_on: date
    settled: tuple[Settled, ...]


def part_of_sum(sum_key: str, receipt_id: str, amount_minor: int) -> Settled:
    """A payment, recorded when it was captured, as a part of the sum that settles it; its receipt identifies it."""
    return Settled(receipt_id, receipt_id, "payment", amount_minor, part_of=sum_key)


# State


class Settlement(State, frozen=True):
    """A settlement: our account at the provider, its id there, and the identities of its transactions.

    `file` and `settled_on` are those of the last transactions.
    """

    provider_account: str
    settlement_ref: str | None
    file: str
    settled_on: date
    line_keys: frozenset[str]


# Evolve


def evolve(state: Settlement | None, fact: TransactionsSettled, on: date) -> Settlement:
    """The settlement after one more fact."""
    known = state.line_keys if state is not None else frozenset()
    keys = known | {one.line_key for one in fact.settled}
    return Settlement(
        provider_account=fact.provider_account,
        settlement_ref=fact.settlement_ref,
        file=fact.file,
        settled_on=fact.settled_on,
        line_keys=keys,
    )


# Commands


class SettleTransactions(Command, frozen=True):
    """Record which transactions the provider settled together."""

    settlement_id: str
    provider_account: str
    settlement_ref: str | None
    currency: str
    file: str
    settled_on: date
    settled: tuple[Settled, ...]

    def streams(self) -> tuple[str, ...]:
        """The settlement."""
        return (stream_of("settlement", self.settlement_id),)

    def days_said(self) -> tuple[date, ...]:
        """The day on which the provider settled them."""
        return (self.settled_on,)


# Decide


def settle(states: States, command: SettleTransactions, envelope: Envelope) -> Decision:
    """Record the transactions of a settlement that it does not have yet."""
    (stream,) = command.streams()
    state = states.get(stream)
    known: frozenset[str] = frozenset()
    if isinstance(state, Settlement):
        if state.provider_account != command.provider_account:
            raise Refused("settlement_of_other_account", command.settlement_id)
        known = state.line_keys
    news = tuple(one for one in command.settled if one.line_key not in known)
    fact = TransactionsSettled(
        provider_account=command.provider_account,
        settlement_ref=command.settlement_ref,
        currency=command.currency,
        file=command.file,
        settled_on=command.settled_on,
        settled=news,
    )
    return (NewFact(stream, fact, command.settled_on),) if news else ()


# Registration

NOUN: Final = Noun(
    "settlement",
    facts=TransactionsSettled,
    evolve=evolve,
    rules={SettleTransactions: settle},
    duties={SettleTransactions: ("finance", "bank-day")},
    refusals={
        "settlement_of_other_account": "The settlement is of another account at the provider.",
    },
    sentences={
        TransactionsSettled: lambda fact: f"Settlement of {len(fact.settled)} transactions of {fact.provider_account}",
    },
)
