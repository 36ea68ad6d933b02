"""The use cases of the provider's own bank accounts: declare one, record its opening balance, and list all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.first_time import first_facts, first_time
from infra.desk.measurement import last_day, loaded
from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    from ledger.domain.bank.alias import Alias
    from ledger.domain.bank.declaration import BankAccount, Feed

_FEED: Final = re.compile(r"([a-z0-9.]+)(?::(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?)?")


class BankAccounts(NamedTuple):
    """The accounts, and the day up to which the bank's files are loaded."""

    rows: list[dict[str, Any]]
    loaded_through: date | None
    position: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a person says about a bank account; what they do not say stays as it was declared before."""

    id: str | None = None
    name: str | None = None
    aliases: Sequence[str] | None = None
    feeds: Sequence[str] | None = None
    ledger_account: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    numbers_from: date | None = None
    reversal_flips_sign: bool | None = None


def declare(desk: Desk, number: str, currency: str, said: Declaration, occasion: Occasion) -> Done:
    """Declare a bank account by one of its numbers, or declare it anew with what has changed."""
    from ledger.domain.bank.account import DeclareBankAccount
    from ledger.domain.bank.declaration import BankAccount, Feed, new_last_day
    from reconciliation.matching.accounts import OurAccounts

    desk.books.follow()
    rows = desk.books.store.now.bank_accounts()
    named = [alias_of(one) for one in (number, *(said.aliases or ()))]
    ours = OurAccounts(rows)
    found = ours.named(named[0].number, currency)
    id = said.id or (found.bank_account if found else ours.free_id(named[0].number, currency))
    before = _declared_before(desk, id, occasion)
    kept = before.aliases if before is not None and said.aliases is None else ()
    if said.feeds is not None:
        feeds = tuple(map(_feed, said.feeds))
    elif before is not None:
        feeds = before.feeds
    else:
        feeds = (Feed(_usual_format(named[0])),)
    account = BankAccount(
        bank_account=id,
        name=said.name or (named[0].number if before is None else before.name),
        currency=currency,
        aliases=tuple({one.number: one for one in (*kept, *named)}.values()),
        feeds=feeds,
        from_on=said.from_on or (before.from_on if before else None),
        until_on=said.until_on or (before.until_on if before else None),
        numbers_from=said.numbers_from or (before.numbers_from if before else None),
        reversal_flips_sign=_either(said.reversal_flips_sign, before is not None and before.reversal_flips_sign),
    )
    command = DeclareBankAccount(account=account, ledger_account=said.ledger_account)
    if before is not None and new_last_day(before, account) is not None:
        # Nothing may be loaded while the book is asked if the account had money later.
        return desk.record_alone(command, occasion, lambda: last_day(desk, id), bank_account=id)
    return desk.record(command, occasion, bank_account=id)


def _either(said: bool | None, before: bool) -> bool:
    return before if said is None else said


def record_opening(
    desk: Desk, account: str, amount: str, as_of: date, source: str, occasion: Occasion, *, overdrawn: bool = False
) -> Done:
    """Record the balance that an account had at the end of a day; it is below zero if `overdrawn`."""
    from ledger.domain.bank.account import RecordBankOpening

    found = declared_as(desk, account)
    balance = minor_units(amount, found["currency"], zero=True) * (-1 if overdrawn else 1)
    id = found["bank_account"]
    command = RecordBankOpening(bank_account=id, as_of=as_of, balance_minor=balance, source=source)
    if found["opening_on"] == as_of:
        return desk.record(command, occasion, bank_account=id)
    # Nothing may be loaded while the book is asked which days of the account statements have already.
    return desk.record_alone(command, occasion, lambda: loaded(desk, id), bank_account=id)


def withdraw(desk: Desk, account: str, reason: str, occasion: Occasion) -> Done:
    """Take an account out of use that was declared by mistake; refused if anything was ever loaded or booked on it."""
    from ledger.domain.bank.withdrawal import WithdrawBankAccount

    id = _withdrawn_then(desk, account) or declared_as(desk, account)["bank_account"]
    command = WithdrawBankAccount(bank_account=id, reason_code=reason)
    return desk.record_alone(command, occasion, lambda: loaded(desk, id), bank_account=id)


def _withdrawn_then(desk: Desk, account: str) -> str | None:
    """The account that a repeated command has taken out of use already, if it had this id or number."""
    from ledger.domain.bank.account import BankAccountDeclared
    from ledger.domain.bank.account_number import account_number

    streams = [one.stream for one in first_facts(desk) if one.stream.startswith("bankaccount-")]
    for fact in desk.facts(streams[:1]):
        if isinstance(fact, BankAccountDeclared):
            numbers = {one.number for one in fact.account.aliases}
            if account == fact.account.bank_account or account_number(account) in numbers:
                return fact.account.bank_account
    return None


def declared(desk: Desk) -> BankAccounts:
    """Return all declared bank accounts, each with the ledger account that it has today."""
    from ledger.domain.chart_of_accounts import BANK

    books = desk.books
    through, chart = books.bank_loaded_through(), books.chart()
    rows = [
        {
            **row,
            "ledger_account": chart.account(
                BANK, desk.today, bank_account=row["bank_account"], currency=row["currency"]
            ),
            "expected": [_written(feed) for feed in row["feeds"]],
        }
        for row in books.store.now.bank_accounts()
    ]
    return BankAccounts(rows, through, books.store.position())


def alias_of(number: str) -> Alias:
    """The number as files have it; its kind is recognised by the form in which it was written."""
    from ledger.domain.bank.account_number import account_number, kind_of
    from ledger.domain.bank.alias import Alias

    return Alias(account_number(number), kind_of(number))


def _declared_before(desk: Desk, bank_account: str, occasion: Occasion) -> BankAccount | None:
    """The account as it was declared before, or before the command that is repeated; None if it is out of use."""
    from ledger.domain.bank.account import BankAccountDeclared
    from ledger.domain.bank.withdrawn import BankAccountWithdrawn

    declared: BankAccount | None = None
    for fact in first_time(desk, occasion.key).before(desk.books.journal.read_all(f"bankaccount-{bank_account}")):
        if isinstance(fact, BankAccountDeclared | BankAccountWithdrawn):
            declared = fact.account if isinstance(fact, BankAccountDeclared) else None
    return declared


def declared_as(desk: Desk, account: str) -> dict[str, Any]:
    """The account that a person names by its id or by one of its numbers."""
    from ledger.domain.bank.account_number import account_number

    desk.books.follow()
    rows = desk.books.store.now.bank_accounts()
    found = [row for row in rows if account == row["bank_account"]]
    found = found or [row for row in rows if account_number(account) in row["numbers"]]
    if len(found) == 1:
        return found[0]
    if not found:
        sentence = f"no bank account is called {quoted(account)}; see `reskontra bank-account list`"
        raise Stopped(Problem("bank_account_undeclared", sentence, account))
    ids = ", ".join(row["bank_account"] for row in found)
    raise Stopped(Problem("name_ambiguous", f"{quoted(account)} is a number of several accounts: name one of {ids}"))


def _usual_format(number: Alias) -> str:
    """The format whose files are expected if a person names none: the bank's statement, or a giro's deposits."""
    from reconciliation.statements import TRAITS

    proof = "deposits" if number.kind in ("bankgiro", "plusgiro") else "balances"
    return next(one.format for one in TRAITS.values() if one.proof == proof and one.of_banks)


def _feed(text: str) -> Feed:
    """Parse a feed: a format, and perhaps the days for which its files are expected."""
    from ledger.domain.bank.declaration import Feed
    from ledger.domain.days import day_of
    from reconciliation.statements import TRAITS

    found = _FEED.fullmatch(text)
    traits = TRAITS.get(found[1]) if found else None
    if found is None or traits is None or not traits.of_banks:
        known = ", ".join(
            f"{one.format} (money received only)" if one.direction == "in" else one.format
            for one in TRAITS.values()
            if one.of_banks
        )
        sentence = (
            f"{quoted(text)} is not a feed; give a format and, if it is not expected always, its days, as in "
            f"bgmax:..2026-11-27 or camt.054:2026-09-08..; these formats are booked: {known}"
        )
        raise Stopped(Problem("feed_unknown", sentence, text))
    try:
        days = [day_of(one) if one else None for one in (found[2], found[3])]
    except ValueError as wrong:
        raise Stopped(Problem("feed_unknown", f"{quoted(text)} names a day that cannot be: {wrong}", text)) from None
    return Feed(found[1], *days)


def _written(feed: Mapping[str, Any]) -> str:
    days = f":{feed['from_on'] or ''}..{feed['until_on'] or ''}" if feed["from_on"] or feed["until_on"] else ""
    return f"{feed['format']}{days}"
