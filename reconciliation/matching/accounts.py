"""Our accounts as matching needs them: which account a number in a file names, and which files are expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from ledger.domain.bank.declaration import BankAccount, Feed
from ledger.domain.rails import ProviderRail

# A shorter number may be the end of several accounts' numbers.
_LEAST: Final = 9


class OurAccount(NamedTuple):
    """One of our accounts; movements up to the day `opening_on` are in its opening balance.

    An account at a payment provider has a `provider`, a `rail` and perhaps the tax code of the tax on its fees.
    `reversal_flips_sign` says how an account's bank gives the direction of reversed movements.
    """

    bank_account: str
    currency: str
    numbers: tuple[str, ...]
    feeds: tuple[Feed, ...] = ()
    opening_on: date | None = None
    provider: str | None = None
    rail: ProviderRail | None = None
    reversal_flips_sign: bool = False
    fee_tax_code: str | None = None


class OurAccounts:
    """All our accounts, at banks and payment providers. In one currency, a number names at most one of them."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], at_providers: Iterable[Mapping[str, Any]] = ()) -> None:
        self._by_id: dict[str, OurAccount] = {}
        self._by_number: dict[tuple[str, str], OurAccount] = {}
        for row in rows:
            feeds = tuple(Feed(one["format"], one["from_on"], one["until_on"]) for one in row["feeds"])
            self._add(
                OurAccount(
                    row["bank_account"],
                    row["currency"],
                    tuple(row["numbers"]),
                    feeds,
                    row["opening_on"],
                    reversal_flips_sign=row["reversal_flips_sign"],
                )
            )
        for row in at_providers:
            numbers, of = tuple(row["numbers"]), (row["provider"], row["rail"])
            code = row["fee_tax_code"]
            self._add(OurAccount(row["bank_account"], row["currency"], numbers, (), None, *of, fee_tax_code=code))

    @property
    def numbers(self) -> tuple[str, ...]:
        """All numbers of our accounts."""
        return tuple(number for number, _ in self._by_number)

    def at_provider(self, number: str | None, currency: str | None, provider: str) -> OurAccount | None:
        """The account that a payment provider's file names, or the only one there if the file names none."""
        if number:
            found = self.named(number, currency)
            return found if found is not None and found.provider == provider else None
        there = [one for one in self._by_id.values() if (one.provider, one.currency) == (provider, currency)]
        return there[0] if len(there) == 1 else None

    def at_providers(self) -> list[OurAccount]:
        """Our accounts at payment providers."""
        return [one for one in self._by_id.values() if one.provider is not None]

    def in_currencies(self) -> dict[tuple[str, str], str]:
        """By an account at a provider and another currency, our only account in that currency there, of its rail."""
        found: dict[tuple[str, str], list[str]] = {}
        for one in self.at_providers():
            for other in self.at_providers():
                if (one.provider, one.rail) == (other.provider, other.rail) and one.currency != other.currency:
                    found.setdefault((one.bank_account, other.currency), []).append(other.bank_account)
        return {key: some[0] for key, some in found.items() if len(some) == 1}

    def named(self, number: str | None, currency: str | None) -> OurAccount | None:
        """The account that a file names by a number and a currency; None if it is not ours."""
        return self._by_number.get((number or "", currency or ""))

    def receiving(self, digits: str, currency: str | None) -> OurAccount | None:
        """The account with this domestic number, as clearing houses write it: also if we only know the IBAN."""
        if len(digits) < _LEAST:
            return None
        found = {
            one.bank_account: one
            for (number, of_currency), one in self._by_number.items()
            if of_currency == currency and _domestic(number).endswith(digits)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def account(self, bank_account: str) -> OurAccount | None:
        """The account with this id."""
        return self._by_id.get(bank_account)

    @property
    def flipping(self) -> tuple[tuple[str, str], ...]:
        """The numbers, with the currency, of the accounts whose reversed movements have the sign of what they reverse.

        They are in one order, whatever the order of the accounts.
        """
        return tuple(sorted(key for key, one in self._by_number.items() if one.reversal_flips_sign))

    def declared(self, account: BankAccount) -> None:
        """Take in an account that was just declared, so that its lines in the current file can be booked."""
        numbers = tuple(one.number for one in account.aliases)
        self._add(
            OurAccount(
                account.bank_account,
                account.currency,
                numbers,
                account.feeds,
                reversal_flips_sign=account.reversal_flips_sign,
            )
        )

    def free_id(self, number: str, currency: str) -> str:
        """An id for a new account: its number or, if another currency's account has that id, number and currency."""
        return f"{number}-{currency}" if number in self._by_id else number

    def _add(self, account: OurAccount) -> None:
        self._by_id[account.bank_account] = account
        self._by_number |= {(number, account.currency): account for number in account.numbers}


def _domestic(number: str) -> str:
    """The digits of a number, without an IBAN's country and check digits."""
    return "".join(one for one in (number[4:] if number[:2].isalpha() else number) if one.isdigit())
