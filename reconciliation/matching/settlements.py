"""Turns the settlements of a payment provider into entries to book: each transaction is one, and each payout.

A provider's own id identifies a transaction, whichever file shows it, so nothing is compared by amount or day. What was
carried over is on our account there already. What the provider charged for the transactions is booked apart, and so is
the tax on it, also if a fee is a row of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.matching.booking_day import OF_STATEMENT, booking_day
from reconciliation.matching.entries import AT_ONCE, Entry
from reconciliation.matching.exchanges import paired
from reconciliation.matching.identity import SEPARATOR, content_of, given_id, hashed, of_account, told
from reconciliation.matching.remittances import UNPAID, as_settled
from reconciliation.statements.kept import Kept

_LINE: Final = ["statement_no", "line_no"]
_NO_ENTRY: Final = ("settlement", "carried_over")
# What a provider charges, or gives back, apart from a single payment, and the tax on that.
_FEES: Final = ("fee", "fee_returned")
_FEE_TAX: Final = "fee_tax"
# The kinds of what payers pay and get back, which may be in another currency than the settlement.
_OF_PAYERS: Final = ("payment", "refund", "refund_returned", "chargeback", "chargeback_returned")
_PAID: Final = ("instructed_minor", "instructed_currency")
# What names a payment or a refund, which an exchange is not.
_QUOTED: Final = (
    "reference",
    "reference_kind",
    "reference_valid",
    "further_references",
    "payment_ref",
    "end_to_end_id",
    "return_reason",
    "reversal",
)
# What else an entry of a settlement has: its charges, the settlement, the day on which it was settled, what the
# transaction is, what a payer paid in another currency or what was given in an exchange, and of a claim, what was
# claimed and why less is paid. Of a sum, of how many transactions it is; of a fee, the id of the sum for which it was
# charged; and the day on which the settlement was made.
BESIDE: Final = (
    "charges_minor",
    "charges_tax_minor",
    "settlement",
    "settled_on",
    "of_kind",
    "instructed_minor",
    "instructed_currency",
    "claimed_minor",
    "adjustments",
    "transactions",
    "is_sum",
    "charged_for",
    "made_on",
)


def entries(
    lines: Kept,
    statements: pa.Table,
    earliest: date,
    latest: date,
    in_currency: Mapping[tuple[str, str], str] = MappingProxyType({}),
    *,
    sums: bool = False,
    remittance: bool = False,
) -> pl.DataFrame:
    """All transactions and payouts of a file, one row per entry, in file order.

    `statements` have the id of our account and its `rail` in place of the number that the file states. `in_currency`
    has, by an account and another currency, our account in that currency at the same provider. `sums` says that each
    row is the sum of some transactions, `remittance` that the file is one. The columns are those of `Entry` and
    `BESIDE`.
    """
    heads = pl.DataFrame(pl.from_arrow(statements)).select(
        "statement_no", "account", "account_kind", "statement_id", "rail", *OF_STATEMENT
    )

    def dated(piece: pa.Table) -> pl.DataFrame:
        frame = pl.DataFrame(pl.from_arrow(piece))
        frame = as_settled(frame) if remittance else frame
        return frame.join(heads, on="statement_no", how="left", maintain_order="left").with_columns(
            dated_on=pl.coalesce("booked_on", "value_on", "to_on"), booked_on=booking_day(earliest, latest)
        )

    # A settlement may have any number of transactions, so it may be in several pieces.
    whole = pl.concat(
        dated(piece.filter(pc.equal(piece["detail_no"], 0))).select(
            *_LINE,
            line_minor=pl.coalesce("amount_minor", pl.lit(0)),
            line_bank_ref="bank_ref",
            settled_on="booked_on",
            of_line=pl.col("bank_ref"),
        )
        for piece in lines.chunks(AT_ONCE)
    )
    found = pl.concat(_transactions(dated(piece), whole, sums) for piece in lines.chunks(AT_ONCE))
    return in_two_currencies(paired(found), in_currency).select(*Entry._fields, *BESIDE)


def _transactions(frame: pl.DataFrame, whole: pl.DataFrame, sums: bool) -> pl.DataFrame:
    """The transactions and payouts of a piece of a file, whose settlements are `whole`."""
    found = frame.join(whole, on=_LINE, how="left", maintain_order="left").with_columns(**_only_charged())
    found = found.with_columns(**_taxed_apart())
    denied = (pl.col("kind") == "payment") & (pl.col("amount_minor") == 0) & pl.col("claimed_minor").is_not_null()
    found = found.with_columns(kind=pl.when(denied).then(pl.lit(UNPAID)).otherwise("kind"))
    is_money = pl.col("amount_minor").is_not_null() & (pl.col("amount_minor") != 0)
    found = found.filter(~pl.col("kind").is_in(_NO_ENTRY) & (is_money | (pl.col("kind") == UNPAID)))
    said = {
        "part": pl.when(pl.col("detail_no") == 0).then(pl.lit("line")).otherwise(pl.lit("detail")),
        "members": pl.lit(1, pl.UInt32),
        "further_text": pl.lit(None, pl.String),
        "unsplit": pl.lit(value=False),
        "contradicted": pl.lit(value=False),
        "is_charge": pl.lit(value=False),
        "in_detail": pl.lit(value=False),
        "held_by": pl.col("rail"),
        "settlement": pl.coalesce("statement_id", "of_line"),
        "value_on": pl.col("value_on"),
        "of_kind": pl.col("kind"),
        **_summed(sums),
    }
    return found.with_columns(**said).select(*Entry._fields, *BESIDE)


def _summed(sums: bool) -> dict[str, pl.Expr]:
    """What an entry says of the transactions of which it is the sum; a row without a number is one transaction."""
    number = pl.col("declared_details")
    return {
        "transactions": number if sums else number.fill_null(1),
        "is_sum": pl.lit(sums) | (number > 1).fill_null(value=False),
        "charged_for": pl.when(pl.col("kind").is_in((*_FEES, _FEE_TAX))).then("payment_ref"),
        "made_on": pl.min_horizontal("created_on", "settled_on"),
    }


def _only_charged() -> dict[str, pl.Expr]:
    """Charges without an amount from which they are taken are a fee, so that they are booked once like any other."""
    charges = pl.col("charges_minor").fill_null(0)
    alone = (pl.col("amount_minor") == 0) & (charges != 0) & ~pl.col("kind").is_in(_NO_ENTRY)
    said = {
        "kind": pl.when(charges > 0).then(pl.lit("fee")).otherwise(pl.lit("fee_returned")),
        "amount_minor": -charges,
        "charges_minor": pl.lit(0, pl.Int64),
    }
    kept = {name: charges if name == "charges_minor" else pl.col(name) for name in said}
    return {name: pl.when(alone).then(new).otherwise(kept[name]) for name, new in said.items()}


def _taxed_apart() -> dict[str, pl.Expr]:
    """The tax on a fee that is a row of its own is the fee's charge; a fee that is nothing but tax is a tax.

    Whether a file has the tax within the fee or beside it, what both lower our balance by stays the same.
    """
    tax = pl.col("charges_tax_minor").fill_null(0)
    taxed = pl.col("kind").is_in(_FEES) & (tax != 0)
    both = pl.col("amount_minor") - pl.col("charges_minor")
    only = taxed & (both == -tax)
    said = {
        "kind": (pl.lit(_FEE_TAX), pl.col("kind")),
        "amount_minor": (both, both + tax),
        "charges_minor": (pl.lit(0, pl.Int64), tax),
        "charges_tax_minor": (pl.lit(None, pl.Int64), pl.col("charges_tax_minor")),
    }
    return {
        name: pl.when(only).then(alone).when(taxed).then(apart).otherwise(pl.col(name))
        for name, (alone, apart) in said.items()
    }


def in_two_currencies(found: pl.DataFrame, in_currency: Mapping[tuple[str, str], str]) -> pl.DataFrame:
    """The transactions in order; one that a payer paid in another currency is three, if we have an account in that.

    It is on that account as the payer paid it, leaves it again, and comes to the settlement's account as the provider
    changed it, less its charges. So it settles what it is for, and each account has one currency.
    """
    if not in_currency:
        return found.sort(*_LINE, "detail_no")
    accounts = pl.DataFrame(
        [(account, currency, other) for (account, currency), other in in_currency.items()],
        schema=("account", "instructed_currency", "other"),
        schema_overrides=dict.fromkeys(("account", "instructed_currency", "other"), pl.String),
        orient="row",
    )
    known = found.join(accounts, on=["account", "instructed_currency"], how="left", maintain_order="left")
    changed = pl.col("other").is_not_null() & pl.col("kind").is_in(_OF_PAYERS) & (pl.col("instructed_minor") != 0)
    changed = (changed & (pl.col("amount_minor") != 0)).fill_null(value=False)
    both = known.filter(changed)
    paid = pl.col("instructed_minor") * pl.col("amount_minor").sign()
    there = {
        "account": pl.col("other"),
        "currency": pl.col("instructed_currency"),
        "charges_minor": pl.lit(0, pl.Int64),
    }
    there |= {name: pl.lit(None, both.schema[name]) for name in ("charges_tax_minor", *_PAID)}
    exchange = {"kind": pl.lit("exchange"), **{name: pl.lit(None, both.schema[name]) for name in _QUOTED}}
    parts = (
        known.filter(~changed),
        both.with_columns(**there, amount_minor=paid),
        both.with_columns(**there | exchange, amount_minor=-paid, of_kind=pl.lit("exchange")),
        both.with_columns(**exchange),
    )
    return pl.concat(part.with_columns(part_no=pl.lit(no)) for no, part in enumerate(parts)).sort(
        *_LINE, "detail_no", "part_no"
    )


def changed_into() -> pl.Expr:
    """Whether an entry is what came to the settlement's account of a payment in another currency."""
    return (pl.col("kind") == "exchange") & (pl.col("of_kind") != "exchange")


def keyed(frame: pl.DataFrame, within_settlement: bool = False) -> pl.DataFrame:
    """Add the columns `key`, `movement_key`, `bank_id_key`, `end_to_end_key` and `charged_for_key` to the entries.

    A key is made of our account, what the transaction is and the provider's id of it, never of its amount: so a file
    that shows another amount of it contradicts the book. Without an id, it is made of what the transaction says.
    `bank_id_key` is made of the provider's id of the payment, by which a chargeback names it. If ids are only unique
    `within_settlement`, the key of a transaction has the settlement's id too.
    """
    own = given_id("bank_ref")
    apart = [told("settlement")] if within_settlement else []
    by_id = pl.concat_str(pl.lit("settled"), "account", told("of_kind"), own, *apart, separator=SEPARATOR)
    by_content = pl.concat_str(
        pl.lit("settled"), told("of_kind"), told("payment_ref"), *content_of(frame), separator=SEPARATOR
    )
    frame = frame.with_columns(
        has_id=own.is_not_null(), content=pl.when(own.is_not_null()).then(by_id).otherwise(by_content)
    )
    # Of transactions with one id, the amounts say which is which, for another file may list them in another order.
    nth = pl.col("amount_minor").rank("ordinal").over("content").cast(pl.String)
    frame = frame.with_columns(said=pl.concat_str("content", nth, separator=SEPARATOR))
    payment = pl.coalesce(given_id("payment_ref"), own)
    frame = frame.with_columns(
        key=hashed(frame["said"]),
        bank_id_key=of_account(frame, payment),
        end_to_end_key=of_account(frame, given_id("end_to_end_id")),
    )
    return _charged_for(frame.with_columns(movement_key="key").drop("content", "said"))


def _charged_for(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the column `charged_for_key`, the key of the sum for whose transactions a fee was charged."""
    sums = frame.filter("is_sum").select("statement_no", "account", charged_for="bank_ref", charged_for_key="key")
    sums = sums.drop_nulls().unique(["statement_no", "account", "charged_for"], keep="none")
    return frame.join(sums, on=["statement_no", "account", "charged_for"], how="left", maintain_order="left")
