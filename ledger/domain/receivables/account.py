"""The account of a payer (somebody who owes or pays), and the customer credit that the provider holds for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal

import msgspec

from ledger.domain.balance import NOTHING, Balance
from ledger.domain.chart_of_accounts import Leg, pair
from ledger.domain.fact import Command, Decision, Envelope, Fact, Mirror, NewFact, State, States, stream_of
from ledger.domain.identifier import is_personal_number
from ledger.domain.money import require_positive
from ledger.domain.noun import Change, Noun
from ledger.domain.refusals import Refused

Payer = Literal["patient", "guardian", "region", "insurer", "employer"]

# Facts


class AccountOpened(Fact, frozen=True):
    """A payer's account was opened; `account_id` is random and says nothing about the person."""

    account_id: str
    payer: Payer


class CustomerCreditCreated(Mirror, frozen=True):
    """Mirrors ReceiptAllocated or CreditNoteIssued: a payer's money became customer credit.

    The payer paid too much, or an item was credited after it had been paid.
    """

    amount_minor: int
    currency: str
    document: str


class CustomerCreditWithdrawn(Mirror, frozen=True):
    """Mirrors AllocationReversed: the customer credit created by the reversed allocation was withdrawn."""

    amount_minor: int
    currency: str
    document: str


class CustomerCreditApplied(Fact, frozen=True):
    """Customer credit was applied to an item."""

    allocation_id: str
    item_id: str
    amount_minor: int
    currency: str
    ar_role: str


class CustomerCreditRefunded(Mirror, frozen=True):
    """Mirrors RefundApproved: the customer credit that a refund had reserved left the account."""

    refund_id: str
    amount_minor: int
    currency: str


class CustomerCreditRestored(Mirror, frozen=True):
    """Mirrors RefundCancelled, RefundFailed or RefundReturned: the account got the customer credit back."""

    refund_id: str
    amount_minor: int
    currency: str


class RefundReserved(Fact, frozen=True):
    """A requested refund reserved customer credit of the account; the credit is still there, but no longer free."""

    refund_id: str
    amount_minor: int
    currency: str


class RefundReservationEnded(Fact, frozen=True):
    """A refund was given up before it was approved; the customer credit that it had reserved is free again."""

    refund_id: str
    amount_minor: int
    currency: str


AccountFact = (
    AccountOpened
    | CustomerCreditCreated
    | CustomerCreditWithdrawn
    | CustomerCreditApplied
    | CustomerCreditRefunded
    | CustomerCreditRestored
    | RefundReserved
    | RefundReservationEnded
)

# State


class Account(State, frozen=True):
    """An open account and its customer credit day by day, by currency; `free` is the credit that no refund reserves."""

    account_id: str
    payer: Payer
    credit: dict[str, Balance]
    free: dict[str, Balance]

    def credit_in(self, currency: str) -> Balance:
        """Customer credit in one currency."""
        return self.credit.get(currency, NOTHING)

    def free_in(self, currency: str) -> Balance:
        """Customer credit in one currency, less what requested refunds have reserved of it."""
        return self.free.get(currency, NOTHING)


# Evolve


def evolve(state: Account | None, fact: AccountFact, on: date) -> Account:
    """The account after one more fact."""
    if isinstance(fact, AccountOpened):
        return Account(account_id=fact.account_id, payer=fact.payer, credit={}, free={})
    assert state is not None, "an account's first fact is AccountOpened"
    currency = fact.currency
    match fact:
        case RefundReserved():
            credited, freed = 0, -fact.amount_minor
        case RefundReservationEnded():
            credited, freed = 0, fact.amount_minor
        case _:
            # A positive change means that the payer owes more, so it lowers the credit.
            credited = -sum(change.amount_minor for change in _CHANGES[type(fact)](fact))
            # A refund uses what it has reserved.
            freed = 0 if isinstance(fact, CustomerCreditRefunded) else credited
    return msgspec.structs.replace(
        state,
        credit=state.credit | {currency: state.credit_in(currency).moved(on, credited)},
        free=state.free | {currency: state.free_in(currency).moved(on, freed)},
    )


# Commands


class OpenAccount(Command, frozen=True):
    """Open a payer's account under a random id."""

    account_id: str
    payer: Payer

    def streams(self) -> tuple[str, ...]:
        """The account."""
        return (stream_of("account", self.account_id),)


# Decide


def open_account(states: States, command: OpenAccount, envelope: Envelope) -> Decision:
    """Open the account if it is not open yet; a personal identity number is not accepted as its id."""
    (stream,) = command.streams()
    if is_personal_number(command.account_id):
        raise Refused("id_is_personal_number", "account_id")
    state = states.get(stream)
    if state is None:
        return (NewFact(stream, AccountOpened(account_id=command.account_id, payer=command.payer)),)
    if isinstance(state, Account) and state.payer == command.payer:
        return ()
    raise Refused("account_already_open", command.account_id)


def account_of(states: States, account_id: str) -> Account:
    """The open account, or a refusal."""
    state = states.get(stream_of("account", account_id))
    if not isinstance(state, Account):
        raise Refused("account_not_open", account_id)
    return state


def require_credit(account: Account, amount_minor: int, currency: str) -> None:
    """Refuse to use more customer credit than the account has free."""
    require_positive((amount_minor,), account.account_id)
    if amount_minor > account.free_in(currency).latest:
        raise Refused("amount_exceeds_credit", account.account_id)


def credit_created(account_id: str, amount_minor: int, currency: str, document: str, on: date) -> NewFact:
    """The account's fact for new customer credit; `document` is the stream of the document that created the credit."""
    created = CustomerCreditCreated(amount_minor=amount_minor, currency=currency, document=document)
    return NewFact(stream_of("account", account_id), created, on)


# Registration


def _created(fact: CustomerCreditCreated) -> tuple[Change, ...]:
    return (Change("credit", "granted", -fact.amount_minor, fact.currency, fact.document),)


def _withdrawn(fact: CustomerCreditWithdrawn) -> tuple[Change, ...]:
    return (Change("credit", "granted", fact.amount_minor, fact.currency, fact.document),)


def _applied(fact: CustomerCreditApplied) -> tuple[Change, ...]:
    return (Change("credit", "applied", fact.amount_minor, fact.currency),)


def _refunded(fact: CustomerCreditRefunded) -> tuple[Change, ...]:
    return (Change("credit", "refunded", fact.amount_minor, fact.currency, f"refund-{fact.refund_id}"),)


def _restored(fact: CustomerCreditRestored) -> tuple[Change, ...]:
    return (Change("credit", "refunded", -fact.amount_minor, fact.currency, f"refund-{fact.refund_id}"),)


def _posted(fact: CustomerCreditApplied) -> tuple[Leg, ...]:
    return pair("customer_credit", fact.ar_role, fact.amount_minor, fact.currency)


_CHANGES: Final[dict[type[Fact], Callable[[Any], tuple[Change, ...]]]] = {
    CustomerCreditCreated: _created,
    CustomerCreditWithdrawn: _withdrawn,
    CustomerCreditApplied: _applied,
    CustomerCreditRefunded: _refunded,
    CustomerCreditRestored: _restored,
}

NOUN: Final = Noun(
    "account",
    facts=AccountFact,
    evolve=evolve,
    rules={OpenAccount: open_account},
    legs={CustomerCreditApplied: _posted},
    changes=_CHANGES,
    refusals={
        "account_already_open": "The account has already been opened with other data.",
        "account_not_open": "The account has not been opened; open it first.",
        "amount_exceeds_credit": (
            "The amount exceeds the account's customer credit, less what requested refunds have reserved of it."
        ),
        "id_is_personal_number": "The id is a personal identity number; use a random id.",
    },
    sentences={
        AccountOpened: lambda fact: f"Account opened for a payer of kind {fact.payer}",
        CustomerCreditCreated: lambda fact: f"Customer credit from {fact.document}",
        CustomerCreditWithdrawn: lambda fact: f"Customer credit from {fact.document} withdrawn",
        CustomerCreditApplied: lambda fact: f"Customer credit applied to item {fact.item_id}",
        CustomerCreditRefunded: lambda fact: f"Customer credit used for refund {fact.refund_id}",
        CustomerCreditRestored: lambda fact: f"Customer credit of refund {fact.refund_id} restored",
        RefundReserved: lambda fact: f"Customer credit reserved for refund {fact.refund_id}",
        RefundReservationEnded: lambda fact: f"Customer credit no longer reserved for refund {fact.refund_id}",
    },
    title="Customer credit applied",
)
