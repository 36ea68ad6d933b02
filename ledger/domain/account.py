"""The payer's account: who owes or pays, and the customer credit the provider holds for them."""

from __future__ import annotations

import re
from typing import Final, Literal

from stdnum import luhn

from ledger.domain.fact import Command, Decision, Fact, NewFact, State, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.refusals import Refused

Payer = Literal["patient", "guardian", "region", "insurer", "employer"]

_PERSONAL: Final = re.compile(r"(?:18|19|20)?(\d\d(\d\d)(\d\d))[-+]?(\d{4})", re.ASCII)

# Facts


class AccountOpened(Fact, frozen=True):
    """A payer's account was opened; `account_id` is random and names nobody."""

    account_id: str
    payer: Payer


class CustomerCreditCreated(Fact, frozen=True):
    """Money of the payer's that settles nothing yet: an overpayment, or a credit after payment."""

    amount_minor: int
    currency: str
    source: str


class CustomerCreditWithdrawn(Fact, frozen=True):
    """Customer credit was taken back: the allocation that made it was reversed."""

    amount_minor: int
    currency: str
    source: str


class CustomerCreditApplied(Fact, frozen=True):
    """Customer credit was used on an item."""

    allocation_id: str
    invoice_id: str
    share: int
    amount_minor: int
    currency: str
    ar_role: str


class CustomerCreditRefunded(Fact, frozen=True):
    """Customer credit left the account for a refund."""

    refund_id: str
    amount_minor: int
    currency: str


class CustomerCreditRestored(Fact, frozen=True):
    """Customer credit came back: the refund failed."""

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
)

# State


class Account(State, frozen=True):
    """An open account and its customer credit, minor units by currency."""

    account_id: str
    payer: Payer
    credit: dict[str, int]

    def credit_in(self, currency: str) -> int:
        """Customer credit in one currency, minor units."""
        return self.credit.get(currency, 0)


# Evolve


def evolve(state: Account | None, fact: AccountFact) -> Account:
    """The account after one more fact."""
    if isinstance(fact, AccountOpened):
        return Account(account_id=fact.account_id, payer=fact.payer, credit={})
    assert state is not None, "an account's first fact is AccountOpened"
    match fact:
        case CustomerCreditCreated() | CustomerCreditRestored():
            change = fact.amount_minor
        case CustomerCreditWithdrawn() | CustomerCreditApplied() | CustomerCreditRefunded():
            change = -fact.amount_minor
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")
    credit = state.credit | {fact.currency: state.credit_in(fact.currency) + change}
    return Account(account_id=state.account_id, payer=state.payer, credit=credit)


# Commands


class OpenAccount(Command, frozen=True):
    """Open a payer's account under a random id."""

    account_id: str
    payer: Payer

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("account", self.account_id),)


# Decide


def open_account(states: States, command: OpenAccount) -> Decision:
    """Open it, once; a personal identity number is no account id."""
    (stream,) = command.streams()
    if is_personal_number(command.account_id):
        raise Refused("id_is_personal_number", "account_id")
    state = states.get(stream)
    if state is None:
        return (NewFact(stream, AccountOpened(account_id=command.account_id, payer=command.payer)),)
    if isinstance(state, Account) and state.payer == command.payer:
        return ()
    raise Refused("account_already_open", command.account_id)


def is_personal_number(text: str) -> bool:
    """Whether it reads as a Swedish personal identity number or coordination number (day of birth + 60).

    The library's own check reads today's date and knows no coordination numbers. Source: Swedish Population
    Registration Act (1991:481) 18 §, Act on Coordination Numbers (2022:1697).
    """
    found = _PERSONAL.fullmatch(text)
    if found is None or not luhn.is_valid(found[1] + found[4]):
        return False
    return 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) % 60 <= 31


def account_of(states: States, account_id: str) -> Account:
    """The open account, or a refusal."""
    state = states.get(stream_of("account", account_id))
    if not isinstance(state, Account):
        raise Refused("account_not_open", account_id)
    return state


def require_credit(account: Account, amount_minor: int, currency: str) -> None:
    """Refuse to use more customer credit than the account has."""
    require_positive((amount_minor,), account.account_id)
    if amount_minor > account.credit_in(currency):
        raise Refused("amount_exceeds_credit", account.account_id)
