"""The provider's own bank account: its currency, and which file is the one source of its movements."""

from __future__ import annotations

from datetime import date

import msgspec

from ledger.domain.fact import Command, Decision, Fact, NewFact, State, States, stream_of
from ledger.domain.refusals import Refused

# Facts


class BankAccountDeclared(Fact, frozen=True):
    """A bank account was declared: movements come from `source` alone, other files only prove totals.

    Statements are awaited from `from_on` to `until_on`, or without limit where there is none.
    """

    bank_account: str
    currency: str
    source: str
    from_on: date | None = None
    until_on: date | None = None


# State


class BankAccount(State, frozen=True):
    """A declared bank account."""

    declared: BankAccountDeclared


# Evolve


def evolve(state: BankAccount | None, fact: BankAccountDeclared) -> BankAccount:
    """The newest declaration holds."""
    return BankAccount(declared=fact)


# Commands


class DeclareBankAccount(Command, frozen=True):
    """Declare a bank account of the provider and the format that is its source, such as camt.053.

    Declared again with `until_on` it is closed: nothing is awaited from it after that day.
    """

    bank_account: str
    currency: str
    source: str
    from_on: date | None = None
    until_on: date | None = None

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("bankaccount", self.bank_account),)


# Decide


def declare(states: States, command: DeclareBankAccount) -> Decision:
    """Declare it; its currency never changes, its source may."""
    (stream,) = command.streams()
    state = states.get(stream)
    declared = BankAccountDeclared(**msgspec.structs.asdict(command))
    if isinstance(state, BankAccount):
        if state.declared == declared:
            return ()
        if state.declared.currency != command.currency:
            raise Refused("bank_account_already_declared", command.bank_account)
    return (NewFact(stream, declared),)
