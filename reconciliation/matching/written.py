"""What payers may mean by numbers in their words: references with a mistake, and numbers of invoices."""

from __future__ import annotations

from typing import Final

import polars as pl

from ledger.domain.money import minor_in_unit
from reconciliation.matching.near_references import near_references
from reconciliation.statements import written_numbers

_MEANT: Final = {"key": pl.String, "reference": pl.String, "why": pl.String}
_NUMBERS: Final = {"key": pl.String, "number": pl.Int64, "currency": pl.String}
# The longest number that an invoice can have in the book.
_LONGEST: Final = 18


def words() -> pl.Expr:
    """What a payer wrote that is not read as one reference: the text, and reference fields with words."""
    one = pl.element()
    further = pl.col("further_references").list.eval(
        one.filter(one.struct.field("kind") == "text").struct.field("reference")
    )
    own = pl.when(pl.col("reference_kind") == "text").then("reference")
    return pl.concat_list(pl.concat_list("text", own), further.fill_null([])).list.drop_nulls()


def mistyped(receipts: pl.DataFrame) -> pl.DataFrame:
    """Each reference that is one mistake away from a number in a receipt's `words`: key, reference, why."""
    found = [
        (key, meant, why)
        for key, said in receipts.select("key", "words").iter_rows()
        for text in said
        for number, kind in written_numbers.mistyped(text)
        for meant, why in near_references(number, kind).items()
    ]
    return pl.DataFrame(found, schema=_MEANT, orient="row").unique(maintain_order=True)


def numbers(receipts: pl.DataFrame) -> pl.DataFrame:
    """Each number in a receipt's `words` that may be an invoice's, with the receipt's currency: key, number, currency.

    A number that is the receipt's amount is none, unless a word before it says so.
    """
    found = [
        (key, number, currency)
        for key, currency, amount, said in receipts.select("key", "currency", "amount_minor", "words").iter_rows()
        for text in said
        for number, said_so in written_numbers.invoice_numbers(text)
        if said_so or number * minor_in_unit(currency) != amount
    ]
    return pl.DataFrame(found, schema=_NUMBERS, orient="row").unique(maintain_order=True)


def whole_fields(receipts: pl.DataFrame) -> pl.DataFrame:
    """Each reference field of a receipt that is a number and so may be an invoice's: key, number, currency."""
    own = receipts.select("key", "currency", "reference")
    further = receipts.select("key", "currency", one="further_references").explode("one").unnest("one")
    further = further.filter(pl.col("found_as").is_null()).select(own.columns)
    digits = pl.col("reference").str.strip_chars_start("0")
    said = pl.concat([own, further]).filter(digits.str.contains(rf"^[0-9]{{1,{_LONGEST}}}$"))
    return (
        said.select("key", "currency", number=digits.cast(pl.Int64)).unique(maintain_order=True).select(list(_NUMBERS))
    )
