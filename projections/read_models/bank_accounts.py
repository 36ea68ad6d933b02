"""Bank accounts: the provider's own accounts, with a row for each declaration and each opening balance."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.account import BankAccountDeclared, BankAccountFact, BankOpeningRecorded
from ledger.domain.bank.withdrawn import BankAccountWithdrawn
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class BankAccount(Row, frozen=True):
    """A bank account as it was known from one position on; the row with the highest position is valid now."""

    bank_account: Annotated[str, "The bank account."]
    known_from_position: Annotated[int, "Position of the fact from which on the row is valid."]
    declared_at_position: Annotated[int, "Position of the declaration; the feeds of this position belong to it."]
    name: Annotated[str, "Name of the account."]
    currency: Annotated[str, "ISO 4217 code of the account's currency."]
    numbers: Annotated[tuple[str, ...], "Numbers under which files name the account: capitals and digits only."]
    from_on: Annotated[date | None, "First day for which statements are expected; null if there is no first day."]
    until_on: Annotated[date | None, "Last day for which statements are expected; null if there is no last day."]
    numbers_from: Annotated[
        date | None, "First day from which the numbers of statements count them, none left out; null if they always do."
    ]
    reversal_flips_sign: Annotated[
        bool, "Whether files give a reversal the direction of the movement that it takes back, instead of its own."
    ]
    opening_on: Annotated[date | None, "Day of the opening balance: movements after this day are booked; null if none."]
    opening_minor: Annotated[int | None, "Opening balance at the end of that day, minor units; null if none."]
    opening_source: Annotated[str | None, "Where the opening balance is from; null if there is none."]
    in_use: Annotated[bool, "False if the account was declared by mistake and taken out of use."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[BankAccount, ...]:
    """A further row for the account; earlier rows stay, because reports may ask what was known earlier."""
    fact: BankAccountFact = recorded.fact  # type: ignore[assignment]
    id, position = id_of(recorded), recorded.position
    before: BankAccount | None = rows[max(key for key in rows if key[0] == id)] if _known(rows, id) else None
    opened = before if before is not None and before.in_use else None
    match fact:
        case BankAccountDeclared():
            account = fact.account
            declared = BankAccount(
                bank_account=id,
                known_from_position=position,
                declared_at_position=position,
                name=account.name,
                currency=account.currency,
                numbers=tuple(one.number for one in account.aliases),
                from_on=account.from_on,
                until_on=account.until_on,
                numbers_from=account.numbers_from,
                reversal_flips_sign=account.reversal_flips_sign,
                opening_on=opened.opening_on if opened else None,
                opening_minor=opened.opening_minor if opened else None,
                opening_source=opened.opening_source if opened else None,
                in_use=True,
            )
            return (declared,)
        case BankAccountWithdrawn():
            assert before is not None, "only a declared account is withdrawn"
            return (msgspec.structs.replace(before, known_from_position=position, in_use=False),)
        case BankOpeningRecorded():
            assert before is not None, "an opening balance is recorded only for a declared account"
            balanced = msgspec.structs.replace(
                before,
                known_from_position=position,
                opening_on=fact.as_of,
                opening_minor=fact.balance_minor,
                opening_source=fact.source,
            )
            return (balanced,)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _known(rows: Rows, id: str) -> bool:
    return any(key[0] == id for key in rows)


BANK_ACCOUNTS: Final = Keyed(
    "bank_accounts",
    "The provider's own bank accounts, each with all its declarations and opening balances.",
    BankAccount,
    ("bank_account", "known_from_position"),
    (BankAccountDeclared, BankAccountWithdrawn, BankOpeningRecorded),
    evolve,
)
