"""The list of number series."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.listing import Filter, Listing, word

LIST: Final = Listing(
    "series",
    "number series",
    "number series",
    "List the number series, with the number that each gives next.",
    (
        Column("series", "series", "code", "the number series"),
        Column("first", "first number", "count", "the number at which it was opened"),
        Column("next", "next number", "count", "the number of the next document"),
        Column("reference_kind", "references", "code", "ocr (Bankgirot) or rf (ISO 11649)"),
        Column("reference_prefix", "prefix", "id", "digits with which its references begin"),
        Column("opened_on", "opened", "day", "when it was opened"),
    ),
    "SELECT * FROM series",
    "series",
    "series",
    (
        word("series", "series", "Only the series with this name."),
        Filter("number", "number", "%(number)s BETWEEN first AND next - 1", "Only series that gave this number."),
    ),
    ("first", "next"),
)
