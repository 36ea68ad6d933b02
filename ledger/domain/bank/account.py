"""The provider's own bank account: its name, currency, numbers, feeds, ledger account and opening balance."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from ledger.domain.bank.alias import Alias, BankAliasGiven, BankAliasWithdrawn, GivenAlias, alias_stream
from ledger.domain.bank.declaration import BankAccount, new_last_day, require_days
from ledger.domain.bank.ledger_account import given_ledger_account
from ledger.domain.bank.withdrawn import BankAccountWithdrawn
from ledger.domain.chart_of_accounts import BANK, Leg, pair
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import require_kept
from ledger.domain.terms.mapping import role_stream, streams_apart
from ledger.domain.terms.measured import MEASURED, measured_of

# Facts


class BankAccountDeclared(Fact, frozen=True):
    """A bank account was declared; the newest declaration is the valid one."""

    account: BankAccount


class BankOpeningRecorded(Fact, frozen=True):
    """The balance that the account had at the end of a day, before the first day whose movements are booked.

    `posted_minor` is the balance less the balance that was recorded before, so that a corrected balance posts only the
    difference. `source` says where the balance is from.
    """

    bank_account: str
    as_of: date
    balance_minor: int
    posted_minor: int
    currency: str
    source: str


BankAccountFact = BankAccountDeclared | BankAccountWithdrawn | BankOpeningRecorded

# State


class DeclaredAccount(State, frozen=True):
    """A declared bank account, its opening balance if one was recorded, and whether it is in use."""

    account: BankAccount
    opening: BankOpeningRecorded | None = None
    in_use: bool = True


# Evolve


def evolve(state: DeclaredAccount | None, fact: BankAccountFact, on: date) -> DeclaredAccount:
    """The account after one more fact; the newest declaration is the valid one."""
    match fact:
        case BankAccountDeclared():
            # Nothing is left of an account that was taken out of use.
            return DeclaredAccount(account=fact.account, opening=state.opening if state and state.in_use else None)
        case BankAccountWithdrawn():
            assert state is not None, "only a declared account is withdrawn"
            return msgspec.structs.replace(state, in_use=False)
        case BankOpeningRecorded():
            assert state is not None, "an opening balance is recorded only for a declared account"
            return msgspec.structs.replace(state, opening=fact)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class DeclareBankAccount(Command, frozen=True):
    """Declare one of the provider's bank accounts.

    Declaring the account again with `until_on` closes it: no statements are expected after that day, so none may be in
    the book, nor any money of a later day. Another `ledger_account` counts from the accounting date of the declaration
    on. Without one, the account keeps the one that it has, or a new account gets the first one that is free.
    """

    account: BankAccount
    ledger_account: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The bank account, the ledger accounts of all bank accounts and of other roles, its numbers and the terms."""
        account = self.account
        numbers = (alias_stream(one, account.currency) for one in account.aliases)
        return (
            stream_of("bankaccount", account.bank_account),
            role_stream(BANK),
            *streams_apart(BANK),
            *numbers,
            TERMS,
        )

    def more(self, states: States) -> tuple[str, ...]:
        """The numbers that the account had before, and what is booked on it, if it would get another last day."""
        state = states.get(known_stream("bankaccount", self.account.bank_account))
        if not isinstance(state, DeclaredAccount):
            return ()
        numbers = (alias_stream(one, state.account.currency) for one in state.account.aliases)
        return (*numbers, *((MEASURED,) if new_last_day(state.account, self.account) is not None else ()))


class RecordBankOpening(Command, frozen=True):
    """Record the balance that a bank account had at the end of the day `as_of`; its movements are booked after it."""

    bank_account: str
    as_of: date
    balance_minor: int
    source: str

    def streams(self) -> tuple[str, ...]:
        """The bank account."""
        return (stream_of("bankaccount", self.bank_account),)

    def more(self, states: States) -> tuple[str, ...]:
        """What of the account was loaded, unless the balance of its day is only corrected."""
        state = states.get(known_stream("bankaccount", self.bank_account))
        if not isinstance(state, DeclaredAccount):
            return ()
        return () if state.opening is not None and state.opening.as_of == self.as_of else (MEASURED,)

    def days_said(self) -> tuple[date, ...]:
        """The day of the balance."""
        return (self.as_of,)


# Decide


def declare(states: States, command: DeclareBankAccount, envelope: Envelope) -> Decision:
    """Declare the account; its currency can never change, and no other account of this currency has its numbers.

    A new account is in a currency that the entity keeps.
    """
    account, stream = command.account, command.streams()[0]
    require_days(account)
    state = states.get(stream)
    before: tuple[Alias, ...] = ()
    ledger_account = given_ledger_account(
        states, account.bank_account, account.name, command.ledger_account, envelope.accounting_date
    )
    if isinstance(state, DeclaredAccount) and state.in_use:
        if state.account == account:
            return ledger_account
        if state.account.currency != account.currency:
            raise Refused("bank_account_already_declared", account.bank_account)
        before = state.account.aliases
        _require_last_day(states, state.account, account)
    else:
        require_kept(states, account.currency)
    if not account.aliases:
        raise Refused("bank_account_without_number", account.bank_account)
    facts = [NewFact(stream, BankAccountDeclared(account=account))]
    for alias in account.aliases:
        given = states.get(alias_stream(alias, account.currency))
        holder = given.holder if isinstance(given, GivenAlias) else None
        if holder not in (None, account.bank_account):
            raise Refused("bank_number_taken", f"{alias.number} is a number of {holder}")
        if holder is None:
            fact = BankAliasGiven(alias=alias, currency=account.currency, bank_account=account.bank_account)
            facts.append(NewFact(alias_stream(alias, account.currency), fact))
    kept = {one.number for one in account.aliases}
    withdrawn = (alias_stream(one, account.currency) for one in before if one.number not in kept)
    gone = (NewFact(one, BankAliasWithdrawn(bank_account=account.bank_account)) for one in withdrawn)
    return (*facts, *gone, *ledger_account)


def _require_last_day(states: States, before: BankAccount, account: BankAccount) -> None:
    """Refuse a last day after which the account had statements or money, which shows that it was open."""
    until_on = new_last_day(before, account)
    if until_on is None:
        return
    measured = measured_of(states)  # If nobody measured the book, there may be money of later days.
    if measured is None:
        raise Refused("bank_account_open_later", account.bank_account)
    last = dict(measured.last_days).get(account.bank_account)
    if last is not None and last > until_on:
        raise Refused("bank_account_open_later", f"{account.bank_account}, {last}")


def record_opening(states: States, command: RecordBankOpening, envelope: Envelope) -> Decision:
    """Record the opening balance, or correct it; its day can be corrected until a file of the account was loaded.

    From the first day of a statement on, the bank's own balances are known, and none can be given beside them.
    """
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, DeclaredAccount) or not state.in_use:
        raise Refused("bank_account_undeclared", command.bank_account)
    before = state.opening
    if before is not None and before.as_of != command.as_of:
        measured = measured_of(states)  # If nobody measured the book, movements after that day may be booked.
        if measured is None or command.bank_account in measured.loaded_accounts:
            raise Refused("bank_opening_of_other_day", f"{command.bank_account}, {before.as_of}")
        gone = msgspec.structs.replace(before, balance_minor=0, posted_minor=-before.balance_minor)
        return (NewFact(stream, gone, before.as_of), *_opened_with(command, state.account, 0))
    if before is None:
        _require_no_statement(states, command)
        return _opened_with(command, state.account, 0)
    if (before.balance_minor, before.source) == (command.balance_minor, command.source):
        return ()
    return _opened_with(command, state.account, before.balance_minor)


def _require_no_statement(states: States, command: RecordBankOpening) -> None:
    measured = measured_of(states)
    first = None if measured is None else dict(measured.first_days).get(command.bank_account)
    if first is not None and first <= command.as_of:
        raise Refused("bank_opening_after_statement", f"{command.bank_account}, {first}")


def _opened_with(command: RecordBankOpening, account: BankAccount, posted_before_minor: int) -> Decision:
    fact = BankOpeningRecorded(
        bank_account=command.bank_account,
        as_of=command.as_of,
        balance_minor=command.balance_minor,
        posted_minor=command.balance_minor - posted_before_minor,
        currency=account.currency,
        source=command.source,
    )
    return (NewFact(command.streams()[0], fact, command.as_of),)


# Registration


def _opened(fact: BankOpeningRecorded) -> tuple[Leg, ...]:
    return pair("bank", "opening", fact.posted_minor, fact.currency, fact.bank_account)


NOUN: Final = Noun(
    "bankaccount",
    facts=BankAccountFact,
    evolve=evolve,
    acts={
        BankAccountDeclared: Act("bank_account"),
        BankAccountWithdrawn: Act("bank_account"),
        BankOpeningRecorded: Act("bank_opening"),
    },
    rules={DeclareBankAccount: declare, RecordBankOpening: record_opening},
    duties={DeclareBankAccount: ("finance", "bank-day"), RecordBankOpening: ("finance",)},
    governs=True,
    legs={BankOpeningRecorded: _opened},
    amounts={BankOpeningRecorded: lambda fact: fact.posted_minor},
    refusals={
        "bank_account_already_declared": "The bank account has already been declared with another currency.",
        "bank_account_days_reversed": (
            "The first day for which statements or files are expected is after the last one; give the two in order, or "
            "take an account that was declared by mistake out of use with `reskontra bank-account withdraw`."
        ),
        "bank_account_open_later": (
            "A statement or money of the account is of a later day than its last one would be. Give the day that is "
            "named here, or a later one; if a statement between others is missing, load it, see `reskontra bank`."
        ),
        "bank_account_undeclared": "No bank account with that id was declared.",
        "bank_account_without_number": "A bank account needs at least one number under which files name it.",
        "bank_number_taken": "Another bank account in the same currency has that number.",
        "bank_opening_after_statement": (
            "A statement of the account has this day or an earlier one, so the bank has said the balance itself. Give "
            "the balance of the day before the account's first statement; if a statement is missing, load it."
        ),
        "bank_opening_of_other_day": (
            "The opening balance was recorded for another day, and a file of the account was loaded since, so what "
            "happened after that day is booked; only the balance's amount and source can be corrected."
        ),
        "ledger_account_missing": "Bank accounts have all ledger accounts from 1930 to 1949; give --ledger-account.",
    },
    sentences={
        BankAccountDeclared: lambda fact: f"Bank account {fact.account.name} declared",
        BankAccountWithdrawn: lambda fact: f"Bank account {fact.bank_account} taken out of use",
        BankOpeningRecorded: lambda fact: (
            f"Opening balance at the end of {fact.as_of} "
            f"{'taken back' if fact.posted_minor and not fact.balance_minor else 'recorded'}, from {fact.source}"
        ),
    },
)
