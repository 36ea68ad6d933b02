"""A number of one of our bank accounts: in one currency, it belongs to at most one account at a time."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from ledger.domain.bank.account_number import Kind, account_number, is_right
from ledger.domain.fact import Fact, Part, State, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

_NUMBER: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")

# Facts


class Alias(Part, frozen=True):
    """A number under which files name an account; `number` has the form that `account_number` gives it."""

    number: str
    kind: Kind


class BankAliasGiven(Fact, frozen=True):
    """A number was given to a bank account."""

    alias: Alias
    currency: str
    bank_account: str


class BankAliasWithdrawn(Fact, frozen=True):
    """A number was taken from a bank account; another account may get it."""

    bank_account: str


BankAliasFact = BankAliasGiven | BankAliasWithdrawn

# State


class GivenAlias(State, frozen=True):
    """A number; `holder` is the bank account that has it now, or null."""

    holder: str | None


# Evolve


def evolve(state: GivenAlias | None, fact: BankAliasFact, on: date) -> GivenAlias:
    """The number after one more fact."""
    match fact:
        case BankAliasGiven():
            return GivenAlias(holder=fact.bank_account)
        case BankAliasWithdrawn():
            return GivenAlias(holder=None)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def alias_stream(alias: Alias, currency: str) -> str:
    """The stream of a number in one currency; refuses a number that is not in the one form."""
    if not _NUMBER.fullmatch(alias.number) or account_number(alias.number, alias.kind) != alias.number:
        raise Refused("bank_number_malformed", f"{len(alias.number)} characters")
    if not is_right(alias.number, alias.kind):
        raise Refused("bank_number_wrong", alias.number)
    return stream_of("bankalias", f"{alias.number}.{currency}")


# Registration

NOUN: Final = Noun(
    "bankalias",
    facts=BankAliasFact,
    evolve=evolve,
    governs=True,
    refusals={
        "bank_number_malformed": "The number of a bank account is not in its one form, or has more than 40 characters.",
        "bank_number_wrong": (
            "The number of a bank account has a wrong check digit or length. An IBAN has the length of its country, a "
            "bankgiro 7 or 8 digits, a plusgiro 2 to 8. Compare it with what the bank says."
        ),
    },
    sentences={
        BankAliasGiven: lambda fact: f"Number of bank account {fact.bank_account}",
        BankAliasWithdrawn: lambda fact: f"No longer a number of bank account {fact.bank_account}",
    },
)
