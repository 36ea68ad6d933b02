"""Our account at a payment provider, which collects payments for us and pays them out to our bank."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.bank.alias import Alias, BankAliasGiven, BankAliasWithdrawn, GivenAlias, alias_stream
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.rails import ProviderRail
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import require_kept
from ledger.domain.terms.tax_codes import tax_on

# Parts


class PayoutTerms(Part, frozen=True):
    """How soon the provider pays out, in bank days, from a day on, and where that is agreed.

    `settled_within` is the time from a payment to the payout that contains it, `arrives_within` from a payout to our
    bank. `released_after` is how many days the provider keeps a reserve; null if none is agreed. What is late by more
    than `late_for` bank days is missing. `by_hand` is true if nothing is paid out until we withdraw it: then payments
    are settled within their days, and what is settled waits for us.
    """

    from_on: date
    settled_within: int
    arrives_within: int
    late_for: int
    source: str
    released_after: int | None = None
    by_hand: bool = False


class ProviderAccount(Part, frozen=True):
    """One of our accounts at a payment provider; `bank_account` is its id, which no bank account has.

    `provider` is the word by which the provider's file formats call it, such as stripe. Files name the account by
    `aliases`; a file that names no account is of the provider's only account in its currency. Lines of our bank name
    the provider by one of `senders`: words of the sender's name, or the number of the sender's account. `payout_terms`
    have their first days in order. `fee_tax_code` is the tax code of the tax on the provider's fees.
    """

    bank_account: str
    name: str
    provider: str
    rail: ProviderRail
    currency: str
    aliases: tuple[Alias, ...] = ()
    senders: tuple[str, ...] = ()
    payout_terms: tuple[PayoutTerms, ...] = ()
    fee_tax_code: str | None = None


# Facts


class ProviderAccountDeclared(Fact, frozen=True):
    """An account at a payment provider was declared; the newest declaration is the valid one."""

    account: ProviderAccount


# State


class DeclaredProviderAccount(State, frozen=True):
    """A declared account at a payment provider."""

    account: ProviderAccount


# Evolve


def evolve(state: DeclaredProviderAccount | None, fact: ProviderAccountDeclared, on: date) -> DeclaredProviderAccount:
    """The account after one more fact; the newest declaration is the valid one."""
    return DeclaredProviderAccount(account=fact.account)


# Commands


class DeclareProviderAccount(Command, frozen=True):
    """Declare one of our accounts at a payment provider, or declare it anew with what has changed."""

    account: ProviderAccount

    def streams(self) -> tuple[str, ...]:
        """The account, a bank account that may have its id, its numbers and the terms."""
        account = self.account
        numbers = (alias_stream(one, account.currency) for one in account.aliases)
        id = account.bank_account
        return (stream_of("provideraccount", id), stream_of("bankaccount", id), *numbers, TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """The numbers that the account had before."""
        state = states.get(known_stream("provideraccount", self.account.bank_account))
        if not isinstance(state, DeclaredProviderAccount):
            return ()
        return tuple(alias_stream(one, state.account.currency) for one in state.account.aliases)


# Decide


def declare(states: States, command: DeclareProviderAccount, envelope: Envelope) -> Decision:
    """Declare the account; its currency, rail and provider can never change, and its numbers are of no other account.

    A new account is in a currency that the entity keeps.
    """
    account, (stream, of_bank, *_) = command.account, command.streams()
    _require_terms(account)
    _require_taxed(account.fee_tax_code, envelope.occurred_on)
    state = states.get(stream)
    before: tuple[Alias, ...] = ()
    if isinstance(state, DeclaredProviderAccount):
        if state.account == account:
            return ()
        if _kept(state.account) != _kept(account):
            raise Refused("provider_account_changed", account.bank_account)
        before = state.account.aliases
    elif states.get(of_bank) is not None:
        raise Refused("provider_account_is_bank", account.bank_account)
    else:
        require_kept(states, account.currency)
    facts = [NewFact(stream, ProviderAccountDeclared(account=account))]
    for alias in account.aliases:
        number = alias_stream(alias, account.currency)
        given = states.get(number)
        holder = given.holder if isinstance(given, GivenAlias) else None
        if holder not in (None, account.bank_account):
            raise Refused("bank_number_taken", f"{alias.number} is a number of {holder}")
        if holder is None:
            fact = BankAliasGiven(alias=alias, currency=account.currency, bank_account=account.bank_account)
            facts.append(NewFact(number, fact))
    kept = {one.number for one in account.aliases}
    gone = (alias_stream(one, account.currency) for one in before if one.number not in kept)
    return (*facts, *(NewFact(one, BankAliasWithdrawn(bank_account=account.bank_account)) for one in gone))


def _kept(account: ProviderAccount) -> tuple[str, str, str]:
    return (account.currency, account.rail, account.provider)


def _require_terms(account: ProviderAccount) -> None:
    first_days = [one.from_on for one in account.payout_terms]
    if first_days != sorted(set(first_days)):
        raise Refused("payout_terms_out_of_order", account.bank_account)


def _require_taxed(fee_tax_code: str | None, on: date) -> None:
    if fee_tax_code is not None and not tax_on(fee_tax_code, on).rate_ppm:
        raise Refused("tax_beside_code_without_tax", fee_tax_code)


def provider_account_of(states: States, id: str) -> ProviderAccount:
    """The declared account at a payment provider, or a refusal."""
    state = states.get(stream_of("provideraccount", id))
    if not isinstance(state, DeclaredProviderAccount):
        raise Refused("provider_account_undeclared", id)
    return state.account


# Registration

NOUN: Final = Noun(
    "provideraccount",
    facts=ProviderAccountDeclared,
    evolve=evolve,
    acts={ProviderAccountDeclared: Act("provider_account")},
    rules={DeclareProviderAccount: declare},
    duties={DeclareProviderAccount: ("finance",)},
    governs=True,
    refusals={
        "payout_terms_out_of_order": (
            "The first days of the terms of payout are not in order, each after the one before it; give each its own."
        ),
        "provider_account_changed": (
            "The account has been declared with another currency, rail or provider, which can never change; declare "
            "another account, with an id of its own."
        ),
        "provider_account_is_bank": "A bank account has that id; give the account at the provider another one.",
        "provider_account_undeclared": (
            "No account at a payment provider with that id was declared; declare it with `reskontra provider-account "
            "declare`."
        ),
    },
    sentences={
        ProviderAccountDeclared: lambda fact: f"Account {fact.account.name} at {fact.account.provider} declared",
    },
)
