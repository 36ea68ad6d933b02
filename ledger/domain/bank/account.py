"""The provider's own bank account: its currency, and which file is the one source of its movements."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Facts


class BankAccount(Part, frozen=True):
    """A bank account of ours: movements come from `source` alone, other files only prove totals.

    Statements are awaited from `from_on` to `until_on`, or without limit where there is none.
    """

    bank_account: str
    currency: str
    source: str
    from_on: date | None = None
    until_on: date | None = None


class BankAccountDeclared(Fact, frozen=True):
    """A bank account was declared; the newest declaration holds."""

    account: BankAccount


# State


class DeclaredAccount(State, frozen=True):
    """A declared bank account."""

    account: BankAccount


# Evolve


def evolve(state: DeclaredAccount | None, fact: BankAccountDeclared) -> DeclaredAccount:
    """The newest declaration holds."""
    return DeclaredAccount(account=fact.account)


# Commands


class DeclareBankAccount(Command, frozen=True):
    """Declare a bank account of the provider and the format that is its source, such as camt.053.

    Declared again with `until_on` it is closed: nothing is awaited from it after that day.
    """

    account: BankAccount

    def streams(self) -> tuple[str, ...]:
        """The bank account."""
        return (stream_of("bankaccount", self.account.bank_account),)


# Decide


def declare(states: States, command: DeclareBankAccount, envelope: Envelope) -> Decision:
    """Declare it; its currency never changes, its source may."""
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
    refusals={"bank_account_already_declared": "The bank account is declared already, in another currency."},
    sentences={
        BankAccountDeclared: lambda fact: f"Bank account declared, its movements come from {fact.account.source}",
    },
)
