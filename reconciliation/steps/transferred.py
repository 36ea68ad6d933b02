"""What a payment may be for that another entity received for us: a review with candidates, as for a bank's payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.matching import exact_match
from reconciliation.proposals.proposal import Review
from reconciliation.proposals.statement import suggestions_by_key
from reconciliation.proposals.waiting import SAID
from reconciliation.steps.matched import matched, suggested

if TYPE_CHECKING:
    from ledger.domain.cash.receipt_facts import Payment
    from projections.store.matching_lookups import ForMatching

CODE: Final = "transferred"


def review_of(look_up: ForMatching, receipt_id: str, payment: Payment) -> Review:
    """The review of a transferred receipt; a person allocates it, also if its reference is that of one request."""
    paid = _paid(receipt_id, payment)
    answer = matched(look_up, paid)
    (reason,) = answer["reason"]
    listed = answer.with_columns(reason=pl.col("reason").fill_null(CODE))
    found = suggestions_by_key(suggested(look_up, listed)).get(receipt_id, [])
    why = _MATCHED if reason is None else exact_match.REASONS[reason]
    return Review(receipt_id, None, CODE, (_CAME, why), tuple(found), None)


def _paid(receipt_id: str, payment: Payment) -> pl.DataFrame:
    """The payment as an entry of one line, of which only the amount and the reference are known here."""
    return pl.DataFrame(
        [
            {
                "key": receipt_id,
                "amount_minor": payment.amount_minor,
                "currency": payment.currency,
                "reference": payment.reference,
                "reference_kind": payment.reference_kind,
                "reference_valid": payment.reference_valid,
            }
        ],
        schema_overrides=dict.fromkeys(("reference", "reference_kind"), pl.String) | {"reference_valid": pl.Boolean},
    ).with_columns(**SAID, bank_id_key=pl.lit(None, pl.String))


_CAME: Final = "Another entity received the payment for us."
_MATCHED: Final = "Its reference is that of one payment request: allocate it to that."
