"""Settled transactions: what a payment provider settled, with what it charged, and the booked money that it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.settlement import TransactionsSettled
from projections.read_models.model import Index, Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class SettledTransaction(Row, frozen=True):
    """A transaction of a settlement."""

    settlement_id: Annotated[str, "The settlement."]
    line_key: Annotated[str, "Identity of the transaction."]
    money_id: Annotated[str, "Receipt, or part of a movement, as which it was booked."]
    provider_account: Annotated[str, "Our account at the payment provider."]
    settlement_ref: Annotated[str | None, "The provider's id of the settlement."]
    kind: Annotated[str, "What the transaction is, such as payment, refund or chargeback."]
    amount_minor: Annotated[int, "Amount without charges, minor units; positive if it raises what they owe us."]
    charges_minor: Annotated[int, "What the provider charged for it, minor units."]
    tax_minor: Annotated[int | None, "How much of the charges is tax; null if the provider does not say."]
    paid_minor: Annotated[int | None, "What a payer paid, or was given in an exchange, minor units, without sign."]
    paid_currency: Annotated[str | None, "ISO 4217 code of that other currency; null if there was none."]
    currency: Annotated[str, "ISO 4217 code of the other amounts."]
    id_key: Annotated[str | None, "Identity of the provider's id of a payment that a person had recorded; else null."]
    asked_key: Annotated[str | None, "Identity of the id under which such a payment was asked for; null if none."]
    transactions: Annotated[int | None, "Of how many transactions it is the sum; null if the provider does not say."]
    part_of: Annotated[str | None, "Identity of the sum of which it is a part; null if the file shows it by itself."]
    charged_for: Annotated[str | None, "Identity of the sum for whose transactions a fee was charged; else null."]
    settled_on: Annotated[date, "Day on which the provider settled it."]
    file: Annotated[str, "Hash of the settlement file."]
    recorded_at_position: Annotated[int, "Position in the journal at which it was recorded."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[SettledTransaction, ...]:
    """The transactions that one fact names."""
    fact, id = recorded.fact, id_of(recorded)
    assert isinstance(fact, TransactionsSettled)
    return tuple(
        SettledTransaction(
            settlement_id=id,
            line_key=one.line_key,
            money_id=one.money_id,
            provider_account=fact.provider_account,
            settlement_ref=fact.settlement_ref,
            kind=one.kind,
            amount_minor=one.amount_minor,
            charges_minor=one.charges_minor,
            tax_minor=one.tax_minor,
            paid_minor=one.paid_minor,
            paid_currency=one.paid_currency,
            currency=fact.currency,
            id_key=one.id_key,
            asked_key=one.asked_key,
            transactions=one.transactions,
            part_of=one.part_of,
            charged_for=one.charged_for,
            settled_on=fact.settled_on,
            file=fact.file,
            recorded_at_position=recorded.position,
        )
        for one in fact.settled
    )


SETTLED_TRANSACTIONS: Final = Keyed(
    "settled_transactions",
    "Transactions that payment providers settled, with their charges.",
    SettledTransaction,
    ("settlement_id", "line_key"),
    (TransactionsSettled,),
    evolve,
    indexes=(
        *(Index((one,)) for one in ("money_id", "line_key", "settled_on")),
        *(Index((one,), f"{one} IS NOT NULL") for one in ("id_key", "asked_key", "part_of")),
    ),
)
