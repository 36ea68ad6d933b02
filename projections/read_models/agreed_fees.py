"""Agreed fees: what a payment provider may charge for a kind of transaction, from which day on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.fee_schedule import FeeAgreed
from projections.read_models.model import Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class AgreedFeeRow(Row, frozen=True):
    """A fee as it was agreed; of several with one first day, the one with the highest position is valid."""

    bank_account: Annotated[str, "Our account at the payment provider."]
    kind: Annotated[str, "Kind of transaction, such as payment, refund or chargeback."]
    from_on: Annotated[date, "First day of the fee."]
    recorded_at_position: Annotated[int, "Position in the journal at which it was recorded."]
    currency: Annotated[str, "ISO 4217 code of the amounts."]
    rate_ppm: Annotated[int | None, "Millionths of the gross amount; null if nothing is agreed from the day on."]
    fixed_minor: Annotated[int | None, "Fixed amount, minor units; null if nothing is agreed from the day on."]
    least_minor: Annotated[int | None, "The least that both are together, minor units."]
    most_minor: Annotated[int | None, "The most that both are together, minor units."]
    tax_ppm: Annotated[int | None, "Rate of the tax that is added, in millionths; null if none is."]
    source: Annotated[str, "Where the fee is agreed."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[AgreedFeeRow, ...]:
    """A further row; earlier rows stay, because reports may ask what was known earlier."""
    fact = recorded.fact
    assert isinstance(fact, FeeAgreed)
    fee = fact.fee
    agreed = AgreedFeeRow(
        bank_account=fact.provider_account,
        kind=fact.kind,
        from_on=fact.from_on,
        recorded_at_position=recorded.position,
        currency=fact.currency,
        rate_ppm=None if fee is None else fee.rate_ppm,
        fixed_minor=None if fee is None else fee.fixed_minor,
        least_minor=None if fee is None else fee.least_minor,
        most_minor=None if fee is None else fee.most_minor,
        tax_ppm=None if fee is None else fee.tax_ppm,
        source=fact.source,
    )
    return (agreed,)


AGREED_FEES: Final = Keyed(
    "agreed_fees",
    "Fees that are agreed with payment providers, each with its first day.",
    AgreedFeeRow,
    ("bank_account", "kind", "from_on", "recorded_at_position"),
    (FeeAgreed,),
    evolve,
)
