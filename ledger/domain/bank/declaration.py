"""What is declared of one of our bank accounts: its numbers, its days, and the files that are expected for it."""

from __future__ import annotations

from datetime import date

from ledger.domain.bank.alias import Alias
from ledger.domain.fact import Part
from ledger.domain.refusals import Refused


class Feed(Part, frozen=True):
    """Files that are expected for an account: their format, and the first and last day for which they are expected.

    A null day means that there is no first or no last day. Files of other formats are booked too, whenever they come.
    """

    format: str
    from_on: date | None = None
    until_on: date | None = None


class BankAccount(Part, frozen=True):
    """One of our bank accounts; `bank_account` is its id.

    `aliases` are the numbers under which files name the account. Its ledger account is a mapping of the chart.
    Statements are expected from `from_on` to `until_on`; null means no limit. From `numbers_from` on, a number of a
    statement that is left out is a statement that is missing; null means always. `reversal_flips_sign` says that the
    bank's files give a reversed movement the direction of the movement that it takes back, as some German banks do,
    instead of its own.
    """

    bank_account: str
    name: str
    currency: str
    aliases: tuple[Alias, ...]
    feeds: tuple[Feed, ...] = ()
    from_on: date | None = None
    until_on: date | None = None
    numbers_from: date | None = None
    reversal_flips_sign: bool = False


def require_days(account: BankAccount) -> None:
    """Refuse days of which the first is after the last: then nothing would ever be expected, and all be waited for."""
    feeds = ((one.from_on, one.until_on) for one in account.feeds)
    for first, last in ((account.from_on, account.until_on), *feeds):
        if first is not None and last is not None and first > last:
            raise Refused("bank_account_days_reversed", f"{first} to {last}")


def new_last_day(before: BankAccount, account: BankAccount) -> date | None:
    """The last day that a declaration gives an account that had none, or another one; None if it gives none."""
    return None if account.until_on == before.until_on else account.until_on
