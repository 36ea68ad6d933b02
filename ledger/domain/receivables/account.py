"""The account of a payer (somebody who owes or pays), and the customer credit that the provider holds for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal, NamedTuple

import msgspec

from ledger.domain.balance import NOTHING, Balance
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, Mirror, NewFact, State, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Change, Noun
from ledger.domain.receivables import credit_facts, mark_facts
from ledger.domain.receivables.credit_facts import (
    CustomerCreditApplied,
    CustomerCreditReclaimed,
    CustomerCreditReleased,
    RefundReservationEnded,
    RefundReserved,
)
from ledger.domain.receivables.mark_facts import MARK_ACTS, AccountMarked, AccountMarkEnded, Mark, PayerErased
from ledger.domain.refusals import Refused

# The id of an account's recall item is the account's id, a point, the word recall and a number.
_LONGEST_ID: Final = 50

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
    """Mirrors AllocationReversed or CreditExcessMoved: customer credit that a document had created was withdrawn."""

    amount_minor: int
    currency: str
    document: str


class CustomerCreditRefunded(Mirror, frozen=True):
    """Mirrors RefundApproved, RefundResumed or MovementReclassified: credit that a refund had reserved left."""

    refund_id: str
    amount_minor: int
    currency: str


class CustomerCreditRestored(Mirror, frozen=True):
    """Mirrors RefundCancelled, RefundFailed, RefundReturned or MovementReclassified: the account got credit back."""

    refund_id: str
    amount_minor: int
    currency: str


AccountFact = (
    AccountOpened
    | AccountMarked
    | AccountMarkEnded
    | PayerErased
    | CustomerCreditCreated
    | CustomerCreditWithdrawn
    | CustomerCreditApplied
    | CustomerCreditReleased
    | CustomerCreditReclaimed
    | CustomerCreditRefunded
    | CustomerCreditRestored
    | RefundReserved
    | RefundReservationEnded
)

# State


class Applied(NamedTuple):
    """Customer credit that is applied to an item, and the day on which it was applied."""

    fact: CustomerCreditApplied
    on: date


class Account(State, frozen=True):
    """An open account and its customer credit day by day, by currency; `free` is the credit that no refund reserves.

    `applied` is the credit that is applied to items, oldest first, and `released` the ids of what was wholly released.
    `refunds` are the refunds that reserve credit or for which credit left the account, oldest first, with what each
    reserves day by day, and `reclaimed` counts the recall items; `erased`: nobody knows who it was.
    """

    account_id: str
    payer: Payer
    opened_on: date
    credit: dict[str, Balance] = msgspec.field(default_factory=dict)
    free: dict[str, Balance] = msgspec.field(default_factory=dict)
    applied: dict[str, Applied] = msgspec.field(default_factory=dict)
    released: tuple[str, ...] = ()
    refunds: dict[str, Balance] = msgspec.field(default_factory=dict)
    reclaimed: int = 0
    marks: dict[Mark, AccountMarked] = msgspec.field(default_factory=dict)
    erased: bool = False

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
        return Account(account_id=fact.account_id, payer=fact.payer, opened_on=on)
    assert state is not None, "an account's first fact is AccountOpened"
    if isinstance(fact, AccountMarked | AccountMarkEnded):
        return msgspec.structs.replace(state, marks=mark_facts.marked(state.marks, fact))
    if isinstance(fact, PayerErased):
        return msgspec.structs.replace(state, erased=True)
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
    state = msgspec.structs.replace(
        state,
        credit=state.credit | {currency: state.credit_in(currency).moved(on, credited)},
        free=state.free | {currency: state.free_in(currency).moved(on, freed)},
    )
    return _remembered(state, fact, on)


def _remembered(state: Account, fact: AccountFact, on: date) -> Account:
    replace = msgspec.structs.replace
    match fact:
        case CustomerCreditCreated() | CustomerCreditWithdrawn():
            return state
        case CustomerCreditApplied():
            return replace(state, applied=state.applied | {fact.allocation_id: Applied(fact, on)})
        case CustomerCreditReleased():
            made = state.applied[fact.allocation_id]
            left = made.fact.amount_minor - fact.amount_minor
            if left:
                made = made._replace(fact=replace(made.fact, amount_minor=left))
                return replace(state, applied=state.applied | {fact.allocation_id: made})
            applied = {id: kept for id, kept in state.applied.items() if id != fact.allocation_id}
            return replace(state, applied=applied, released=(*state.released, fact.allocation_id))
        case CustomerCreditReclaimed():
            return replace(state, reclaimed=state.reclaimed + 1)
        case RefundReserved():
            return _reserving(state, fact.refund_id, fact.amount_minor, on)
        case CustomerCreditRefunded():
            return _reserving(state, fact.refund_id, -fact.amount_minor, on)
        case RefundReservationEnded() if state.refunds[fact.refund_id].latest != fact.amount_minor:
            # The refund has used the credit, so it is not given up: the reservation only gives way for some days.
            return _reserving(state, fact.refund_id, -fact.amount_minor, on)
        case RefundReservationEnded() | CustomerCreditRestored():
            return replace(state, refunds={id: one for id, one in state.refunds.items() if id != fact.refund_id})
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _reserving(state: Account, refund_id: str, amount_minor: int, on: date) -> Account:
    reserved = state.refunds.get(refund_id, NOTHING).moved(on, amount_minor)
    return msgspec.structs.replace(state, refunds=state.refunds | {refund_id: reserved})


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
    """Open the account if it is not open yet."""
    (stream,) = command.streams()
    if len(command.account_id) > _LONGEST_ID:
        raise Refused("id_malformed", f"account id of {len(command.account_id)} characters")
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


def _granted(fact: CustomerCreditCreated | CustomerCreditWithdrawn) -> tuple[Change, ...]:
    sign = -1 if isinstance(fact, CustomerCreditCreated) else 1
    return (Change("credit", "granted", sign * fact.amount_minor, fact.currency, fact.document),)


def _refunded(fact: CustomerCreditRefunded | CustomerCreditRestored) -> tuple[Change, ...]:
    sign = 1 if isinstance(fact, CustomerCreditRefunded) else -1
    return (Change("credit", "refunded", sign * fact.amount_minor, fact.currency, f"refund-{fact.refund_id}"),)


_CHANGES: Final[dict[type[Fact], Callable[[Any], tuple[Change, ...]]]] = {
    CustomerCreditCreated: _granted,
    CustomerCreditWithdrawn: _granted,
    CustomerCreditRefunded: _refunded,
    CustomerCreditRestored: _refunded,
    **credit_facts.CHANGES,
}

NOUN: Final = Noun(
    "account",
    facts=AccountFact,
    evolve=evolve,
    acts={CustomerCreditApplied: Act("credit_use"), CustomerCreditReleased: Act("credit_release"), **MARK_ACTS},
    rules={OpenAccount: open_account},
    duties={OpenAccount: ("front_desk", "nurse", "billing", "finance", "integrator")},
    legs=credit_facts.LEGS,
    changes=_CHANGES,
    refusals={
        "account_already_open": "The account has already been opened with other data; give that, or another id.",
        "account_not_open": (
            "The account has not been opened; `reskontra account open` opens it, and `invoice issue --payer` opens it "
            "with its invoice."
        ),
        **credit_facts.REFUSALS,
    },
    sentences={
        AccountOpened: lambda fact: f"Account opened for a payer of kind {fact.payer}",
        CustomerCreditCreated: lambda fact: f"Customer credit from {fact.document}",
        CustomerCreditWithdrawn: lambda fact: f"Customer credit from {fact.document} withdrawn",
        CustomerCreditRefunded: lambda fact: f"Customer credit used for refund {fact.refund_id}",
        CustomerCreditRestored: lambda fact: f"Customer credit of refund {fact.refund_id} restored",
        **credit_facts.SENTENCES,
        **mark_facts.SENTENCES,
    },
    title="Customer credit applied",
)
