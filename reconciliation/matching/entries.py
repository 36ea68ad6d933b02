"""Turns each bank line into entries to book, which add up to the line; each entry is a receipt or a part."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl
import pyarrow as pa

from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.rails import ProviderRail
from reconciliation.matching.booking_day import OF_STATEMENT, booking_day
from reconciliation.statements.kept import Kept

# The money is the line's; details only say how it divides. They divide the line if each of them states its exact amount
# in the line's currency, and they sum to the line, or the difference is exactly the charges that the bank states. If
# several details of the line's direction sum to less than the line, some are missing: the others divide the line, and
# the rest is a separate entry. In all other cases the details claim more than the bank booked, or nobody knows what
# they mean; then the line is booked as a whole and contradicted. So no receipt is more than the bank booked for it.

# So many lines become entries at once: while they do, each takes ten times as much memory as its entry.
AT_ONCE: Final = 20_000
_LINE: Final = ["statement_no", "line_no"]
_REFERENCE: Final = (
    "reference",
    "reference_kind",
    "reference_valid",
    "reference_amount_minor",
    "reference_personal",
    "further_references",
)
_TOLD: Final = (
    "counterparty",
    "counterparty_account",
    "text",
    "end_to_end_id",
    "bank_ref",
    "return_reason",
    "bank_code",
    "order_id",
)

# What the line says of its only detail, if that does not.
_OF_LONE: Final = {
    "order_id": pl.coalesce("order_id", "line_order_id"),
    "declared_details": pl.coalesce("declared_details", "line_declared"),
}


# What only entries of payment providers have.
OF_PROVIDERS: Final = ("kind", "held_by", "payment_ref")
# The kinds of a payment provider's transactions that are payments of payers.
RECEIVED: Final = ("payment", "chargeback_returned")
# The parts that are payments: whole lines, and details.
PAYMENTS: Final = ("line", "detail")
# The part of a statement as which its amounts for payments of other files are booked.
LUMP: Final = "lump"


class Entry(NamedTuple):
    """One amount to book from a bank's line; only this class lists the columns of an entry, in their order.

    `detail_no` is 0 for the whole line and -1 for the rest, which is the amount that the details do not cover. `part`
    is 'line', 'detail' or 'rest', or 'difference' for the net amount by which a statement contradicts the book.
    It is 'correction' for the amount by which such a difference was wrong, 'corrected' for the amount by which the bank
    corrected a statement, and 'lump' for an amount whose payments other files show in detail.
    `amount_minor` is positive if it raises the account's balance, negative if it lowers it. `booked_on` is the day on
    which the entry is booked, and `dated_on` the day that the bank states, even if we do not accept that day.
    `value_on` is null if no book can have the bank's value day.
    `line_minor` and `line_bank_ref` are the line's amount and bank id, and `members` is the number of its details.
    `unsplit` is true if a line with several details is booked as a whole, `contradicted` if line and detail disagree on
    amount or reference, and `is_charge` if a rest equals the stated charges. `in_detail` is true if the account's
    statements book the money itself. `order_id` is our id of the order of whose payments the line is the sum, and
    `declared_details` their number, as the bank states them. `further_text` is what the line says beside its only
    detail, or that beside the line. `kind` says what a transaction of a payment provider is;
    `held_by` is the rail of the provider, and `payment_ref` its id of the payment.
    """

    statement_no: int
    line_no: int
    detail_no: int
    part: str
    account: str
    account_kind: str | None
    currency: str
    amount_minor: int
    booked_on: date
    dated_on: date | None
    value_on: date | None
    reference: str | None
    reference_kind: str | None
    reference_valid: bool | None
    reference_amount_minor: int | None
    reference_personal: bool | None
    further_references: list[Any] | None
    counterparty: str | None
    counterparty_account: str | None
    text: str | None
    end_to_end_id: str | None
    bank_ref: str | None
    return_reason: str | None
    bank_code: str | None
    order_id: str | None
    declared_details: int | None
    further_text: str | None
    reversal: bool | None
    raw_position: str | None
    line_minor: int
    line_bank_ref: str | None
    members: int
    unsplit: bool
    contradicted: bool
    is_charge: bool
    in_detail: bool
    kind: str | None
    held_by: ProviderRail | None
    payment_ref: str | None


def is_payment() -> pl.Expr:
    """Whether an entry is money that came to us, whole or as a detail of a line."""
    return (pl.col("amount_minor") > 0) & pl.col("part").is_in(PAYMENTS)


def quoting(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries that are payments with a reference."""
    return entries.filter(is_payment() & pl.col("reference").is_not_null())


def entries(lines: Kept, statements: pa.Table, earliest: date, latest: date) -> pl.DataFrame:
    """All booked money of a file, one row per entry, in file order.

    `lines` and `statements` are the readers' tables. `booking_day` says on which day each entry is booked; the
    gate has refused a file with a movement that has no day. The columns are those of `Entry`.
    """
    pieces = [_entries(piece, statements, earliest, latest) for piece in lines.movements(AT_ONCE)]
    return pieces[0] if len(pieces) == 1 else pl.concat(pieces)


def _entries(lines: pa.Table, statements: pa.Table, earliest: date, latest: date) -> pl.DataFrame:
    """The entries of some movements with their details, in order."""
    frame = _dated(lines, statements, earliest, latest)
    booked = frame.filter(
        (pl.col("detail_no") == 0) & (pl.col("status") == "booked") & pl.col("amount_minor").is_not_null()
    )
    heads = booked.select(
        *_LINE,
        line_minor="amount_minor",
        line_bank_ref="bank_ref",
        line_currency="currency",
        line_reversal="reversal",
        line_bank_code="bank_code",
        line_charges="charges_minor",
        line_text="text",
        line_order_id="order_id",
        line_declared="declared_details",
    )
    members = frame.filter(pl.col("detail_no") > 0).join(heads, on=_LINE).with_columns(amount_minor=_without_charges())
    summed = members.group_by(_LINE).agg(
        members=pl.len(),
        by_member=_divides(),
        members_minor=pl.col("amount_minor").sum(),
        least=pl.col("amount_minor").min(),
        most=pl.col("amount_minor").max(),
        members_charges=pl.col("charges_minor").sum(),
    )
    booked = _compared(booked.join(summed, on=_LINE, how="left"))
    # Most files are small, and then each step costs as much as a hundred of its rows: parts without lines are left out.
    whole, divided = booked.filter(~pl.col("by_member")), booked.filter("by_member")
    rest = divided.filter(pl.col("over") != 0)
    parts = []
    if divided.is_empty() or not whole.is_empty():
        parts.append(_whole(whole, members))
    if not divided.is_empty():
        parts.append(_by_member(members, divided))
    if not rest.is_empty():
        parts.append(_rest(rest))
    # The entry for the rest of a line is sorted after the entries for the line's details.
    order = pl.when(pl.col("part") == "rest").then(pl.lit(2**31 - 1, pl.Int32)).otherwise("detail_no")
    at_bank = {"in_detail": pl.lit(value=False), **dict.fromkeys(OF_PROVIDERS, pl.lit(None, pl.String))}
    columns = [one for one in Entry._fields if one not in at_bank]
    return pl.concat([part.select(*columns, **at_bank) for part in parts]).sort(*_LINE, order)


def _without_charges() -> pl.Expr:
    """The amount of a detail; of money that went out, without charges that it contains, as the instructed amount shows.

    So a payment that its payer's bank takes back with a fee has its own amount, and the fee is the rest of the line.
    """
    amount, charges = pl.col("amount_minor"), pl.col("charges_minor")
    same = pl.col("instructed_currency").eq_missing(pl.col("currency"))
    contained = same & (charges > 0) & (amount + pl.col("instructed_minor") == -charges) & (amount < -charges)
    return pl.when(contained.fill_null(value=False)).then(-pl.col("instructed_minor")).otherwise(amount)


def _divides() -> pl.Expr:
    """Whether each detail of a line states an exact amount in the line's currency, and at least one is not zero."""
    amount, exact = pl.col("amount_minor"), pl.col("amount_exact").fill_null(value=True)
    same = pl.col("currency").eq_missing(pl.col("line_currency"))
    return (amount.is_not_null() & exact & same).all() & (amount != 0).any()


def _compared(booked: pl.DataFrame) -> pl.DataFrame:
    """Each line with the difference between its amount and the sum of its details, whether that difference equals the
    stated charges, whether the details divide the line, and whether their amounts contradict it.
    """
    line, over = pl.col("amount_minor"), pl.col("amount_minor") - pl.col("members_minor")
    of_line, of_members = pl.col("charges_minor").fill_null(0), pl.col("members_charges").fill_null(0)
    # Some banks state the details' charges again on the line.
    charged = (over == -of_line) | (over == -(of_line + of_members))
    incoming, outgoing = (over > 0) & (pl.col("least") >= 0), (over < 0) & (pl.col("most") <= 0)
    some_missing = (pl.col("members") > 1) & (((line > 0) & incoming) | ((line < 0) & outgoing))
    stated = pl.col("by_member").fill_null(value=False)
    divides = ((over == 0) | charged | some_missing).fill_null(value=False)
    return booked.with_columns(
        pl.col("members").fill_null(0),
        over=over,
        is_charge=charged.fill_null(value=False),
        by_member=stated & divides,
        disagrees=stated & ~divides,
    )


def _dated(lines: pa.Table, statements: pa.Table, earliest: date, latest: date) -> pl.DataFrame:
    heads = pl.DataFrame(pl.from_arrow(statements)).select("statement_no", "account", "account_kind", *OF_STATEMENT)
    frame = pl.DataFrame(pl.from_arrow(lines)).join(heads, on="statement_no", how="left", maintain_order="left")
    return frame.with_columns(
        # The line's identity uses the bank's own date, because that date does not depend on the days that we accept.
        dated_on=pl.coalesce("booked_on", "value_on", "to_on"),
        booked_on=booking_day(earliest, latest),
        # The value day says nothing about the money, so one that no book can have is left out, and the gate doubts it.
        value_on=pl.when(pl.col("value_on").is_between(FIRST_DAY, LAST_DAY)).then("value_on"),
    )


def _whole(whole: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Lines that are booked as a whole: those without details, and those that their details do not divide."""
    whole = whole.filter(pl.col("amount_minor") != 0)
    lone = members.select(*_LINE, *(pl.col(name).alias(f"{name}_of_member") for name in (*_REFERENCE, *_TOLD)))
    lone = lone.join(whole.filter(pl.col("members") == 1).select(_LINE), on=_LINE, how="semi")
    whole = whole.join(lone, on=_LINE, how="left")
    # A line's only detail describes the line; if a line has several details without amounts, none of them does.
    speaks = pl.col("members") <= 1
    silent = pl.col("reference").is_null() & (pl.col("further_references").list.len().fill_null(0) == 0)
    differ = pl.col("reference") != pl.col("reference_of_member")
    return whole.with_columns(
        *(
            pl.when(speaks).then(pl.when(silent).then(f"{name}_of_member").otherwise(name)).alias(name)
            for name in _REFERENCE
        ),
        *(pl.coalesce(name, f"{name}_of_member") for name in _TOLD),
        further_text="text_of_member",
        part=pl.lit("line"),
        line_minor=pl.col("amount_minor"),
        line_bank_ref=pl.lit(None, pl.String),
        unsplit=~speaks,
        contradicted=differ.fill_null(value=False) | pl.col("disagrees"),
        is_charge=pl.lit(value=False),
    )


def _by_member(members: pl.DataFrame, divided: pl.DataFrame) -> pl.DataFrame:
    unexplained = pl.when((pl.col("over") != 0) & ~pl.col("is_charge")).then("over")
    return (
        members.drop("account")
        .join(divided.select(*_LINE, "account", "members", over=unexplained), on=_LINE)
        .filter(pl.col("amount_minor") != 0)
        .with_columns(
            part=pl.lit("detail"),
            reversal=pl.col("reversal").fill_null(value=False) | pl.col("line_reversal").fill_null(value=False),
            bank_code=pl.coalesce("bank_code", "line_bank_code"),
            # What is said of a line is said of its only detail.
            **{name: pl.when(pl.col("members") == 1).then(said).otherwise(name) for name, said in _OF_LONE.items()},
            further_text=pl.when(pl.col("members") == 1).then("line_text"),
            unsplit=pl.lit(value=False),
            # If as much as this detail is missing, it may be the wrong detail that is in the file.
            contradicted=(pl.col("over").abs() >= pl.col("amount_minor").abs()).fill_null(value=False),
            is_charge=pl.lit(value=False),
        )
    )


def _rest(rest: pl.DataFrame) -> pl.DataFrame:
    """The rest of a line after its details: a charge if it equals the charges stated by the bank, else unexplained."""
    return rest.with_columns(
        *(pl.lit(None).cast(rest.schema[name]).alias(name) for name in (*_REFERENCE, "end_to_end_id")),
        further_text=pl.lit(None, pl.String),
        detail_no=pl.lit(-1, pl.Int32),
        part=pl.lit("rest"),
        line_minor=pl.col("amount_minor"),
        line_bank_ref=pl.col("bank_ref"),
        amount_minor=pl.col("over"),
        unsplit=pl.lit(value=False),
        contradicted=pl.lit(value=False),
    )
