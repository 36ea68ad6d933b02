"""Numbers of our bank accounts: which account has a number, in which currency, now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.alias import BankAliasGiven, BankAliasWithdrawn
from projections.read_models.model import Keyed, Row, Rows, id_of, only

if TYPE_CHECKING:
    from ledger import Recorded


class BankAlias(Row, frozen=True):
    """A number in one currency."""

    alias: Annotated[str, "The number and the currency, with a point between them."]
    number: Annotated[str, "The number: capitals and digits only."]
    kind: Annotated[str, "Kind of number: iban, bban, bankgiro, plusgiro or merchant."]
    currency: Annotated[str, "ISO 4217 code of the account's currency."]
    bank_account: Annotated[str | None, "The bank account that has the number now; null if none has it."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[BankAlias, ...]:
    """The number with one more fact applied."""
    fact = recorded.fact
    if isinstance(fact, BankAliasGiven):
        alias = fact.alias
        return (BankAlias(id_of(recorded), alias.number, alias.kind, fact.currency, fact.bank_account),)
    assert isinstance(fact, BankAliasWithdrawn)
    return (msgspec.structs.replace(only(rows, recorded), bank_account=None),)


BANK_ALIASES: Final = Keyed(
    "bank_aliases",
    "Every number of the provider's bank accounts; a number belongs to one account in each currency.",
    BankAlias,
    ("alias",),
    (BankAliasGiven, BankAliasWithdrawn),
    evolve,
)
