"""The provider's own bank account: its currency, and its booked format (only files of this format are booked)."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Facts


class BankAccount(Part, frozen=True):
    """One of our bank accounts: files in `booked_format` are booked; other files are only compared with the book.

    Statements are expected from `from_on` to `until_on`; null means no limit.
    """

    bank_account: str
    currency: str
    booked_format: str
    from_on: date | None = None
    until_on: date | None = None


class BankAccountDeclared(Fact, frozen=True):
    """A bank account was declared; the newest declaration is the valid one."""

    account: BankAccount


# State


class DeclaredAccount(State, frozen=True):
    """A declared bank account."""

    account: BankAccount


# Evolve


def evolve(state: DeclaredAccount | None, fact: BankAccountDeclared, on: date) -> DeclaredAccount:
    """The newest declaration is the valid one."""
    return DeclaredAccount(account=fact.account)


# Commands


class DeclareBankAccount(Command, frozen=True):
    """Declare one of the provider's bank accounts and its booked format, such as camt.053.

    Declaring the account again with `until_on` closes it: no statements are expected after that day.
    """

    account: BankAccount

    def streams(self) -> tuple[str, ...]:
        """The bank account."""
        return (stream_of("bankaccount", self.account.bank_account),)


# Decide


def declare(states: States, command: DeclareBankAccount, envelope: Envelope) -> Decision:
    """Declare the account; its currency can never change, but its booked format can."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, DeclaredAccount):
        if state.account == command.account:
            return ()
        if state.account.currency != command.account.currency:
            raise Refused("bank_account_already_declared", command.account.bank_account)
    return (NewFact(stream, BankAccountDeclared(account=command.account)),)


# Registration

NOUN: Final = Noun(
    "bankaccount",
    facts=BankAccountDeclared,
    evolve=evolve,
    rules={DeclareBankAccount: declare},
    refusals={"bank_account_already_declared": "The bank account has already been declared with another currency."},
    sentences={
        BankAccountDeclared: lambda fact: f"Bank account declared; files in {fact.account.booked_format} are booked",
    },
)
