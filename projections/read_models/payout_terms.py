"""Payout terms: how soon a payment provider pays out, from which day on, by declaration of our account there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.provider_account import ProviderAccountDeclared
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class PayoutTermsRow(Row, frozen=True):
    """Terms of payout of an account at a payment provider, as one declaration says."""

    bank_account: Annotated[str, "Our account at the payment provider."]
    declared_at_position: Annotated[int, "Position of the declaration; all rows of this position belong to it."]
    from_on: Annotated[date, "First day of the terms."]
    settled_within: Annotated[int, "Bank days from a payment to the payout that contains it."]
    arrives_within: Annotated[int, "Bank days from a payout to our bank."]
    late_for: Annotated[int, "Bank days after which what is late is missing."]
    source: Annotated[str, "Where the terms are agreed."]
    released_after: Annotated[int | None, "Days for which the provider keeps a reserve; null if none is agreed."]
    by_hand: Annotated[bool, "Whether nothing is paid out until we withdraw it."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[PayoutTermsRow, ...]:
    """The terms of one declaration."""
    fact = recorded.fact
    assert isinstance(fact, ProviderAccountDeclared)
    return tuple(
        PayoutTermsRow(
            bank_account=id_of(recorded),
            declared_at_position=recorded.position,
            from_on=one.from_on,
            settled_within=one.settled_within,
            arrives_within=one.arrives_within,
            late_for=one.late_for,
            source=one.source,
            released_after=one.released_after,
            by_hand=one.by_hand,
        )
        for one in fact.account.payout_terms
    )


PAYOUT_TERMS: Final = Keyed(
    "payout_terms",
    "How soon payment providers pay out, by declaration of our accounts there.",
    PayoutTermsRow,
    ("bank_account", "declared_at_position", "from_on"),
    (ProviderAccountDeclared,),
    evolve,
)
