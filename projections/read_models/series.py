"""Number series: every series ever opened, and the number that it gives next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.receivables.number_series import NumberTaken, SeriesOpened
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Series(Row, frozen=True):
    """A number series of invoices or credit notes."""

    series: Annotated[str, "The number series."]
    first: Annotated[int, "Number at which the series was opened."]
    next: Annotated[int, "Number of the next document."]
    reference_kind: Annotated[str, "Kind of its references: ocr (Bankgirot) or rf (ISO 11649)."]
    reference_prefix: Annotated[str, "Digits with which its references begin."]
    opened_on: Annotated[date, "Day the series was opened."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Series, ...]:
    """The series after one more fact."""
    fact = recorded.fact
    match fact:
        case SeriesOpened():
            on = recorded.envelope.occurred_on
            return (Series(fact.series, fact.first, fact.first, fact.reference_kind, fact.reference_prefix, on),)
        case NumberTaken():
            return (msgspec.structs.replace(only(rows, recorded), next=fact.number + 1),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


SERIES: Final = Keyed(
    "series",
    "Every number series of invoices and credit notes.",
    Series,
    ("series",),
    (SeriesOpened, NumberTaken),
    evolve,
)
