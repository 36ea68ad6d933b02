"""Provider accounts: our accounts at payment providers, with a row for each declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.provider_account import ProviderAccountDeclared
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class ProviderAccountRow(Row, frozen=True):
    """An account at a payment provider as it was known from one position on; the highest position is valid now."""

    bank_account: Annotated[str, "Our account at the payment provider."]
    known_from_position: Annotated[int, "Position of the declaration from which on the row is valid."]
    name: Annotated[str, "Name of the account."]
    provider: Annotated[str, "The payment provider, as its file formats are called."]
    rail: Annotated[str, "How payments reach it: card, swish, wallet, direct_debit, lender, collector or remittance."]
    currency: Annotated[str, "ISO 4217 code of the account's currency."]
    numbers: Annotated[tuple[str, ...], "Numbers under which files name the account."]
    senders: Annotated[tuple[str, ...], "Words or account numbers by which our bank's lines name the provider."]
    fee_tax_code: Annotated[str | None, "Tax code of the tax on the provider's fees; null if nobody said it."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[ProviderAccountRow, ...]:
    """A further row for the account; earlier rows stay, because reports may ask what was known earlier."""
    fact = recorded.fact
    assert isinstance(fact, ProviderAccountDeclared)
    account = fact.account
    declared = ProviderAccountRow(
        bank_account=id_of(recorded),
        known_from_position=recorded.position,
        name=account.name,
        provider=account.provider,
        rail=account.rail,
        currency=account.currency,
        numbers=tuple(one.number for one in account.aliases),
        senders=account.senders,
        fee_tax_code=account.fee_tax_code,
    )
    return (declared,)


PROVIDER_ACCOUNTS: Final = Keyed(
    "provider_accounts",
    "Our accounts at payment providers, each with all its declarations.",
    ProviderAccountRow,
    ("bank_account", "known_from_position"),
    (ProviderAccountDeclared,),
    evolve,
)
