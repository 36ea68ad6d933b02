"""The measurements of a piece of a file that the gate judges: statements, movements and details with their sums.

Sums are computed exactly (in 128-bit integers) and are null if they do not fit into 64 bits. The column `row` numbers
the rows, so that a judgement of a row leads back to the line in the file. What is measured of the lines of a whole
statement or movement is summed up in two steps, because they may be in several pieces (`walk.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from ledger.domain.grammar import MOST_MINOR
from ledger.domain.money import decimals_of
from reconciliation.matching.booking_day import OF_STATEMENT
from reconciliation.statements import Problem

KEY: Final = ("statement_no", "line_no")
_SAID: Final = ("reference", "counterparty", "counterparty_account", "text", "end_to_end_id", "bank_ref")
# U+FFFD marks a character that could not be decoded. Control characters, including C1 (U+0080 to U+009F), also mark
# damage, because they are never letters.
_DAMAGED: Final = r"[\x{FFFD}\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}]"
# Two movements without a bank id look the same if these fields of the movements and of their first details are equal.
_CONTENT: Final = (
    "account", "currency", "booked_on", "value_on", "amount_minor", "details", "details_minor", *_SAID,
    *(f"first_{name}" for name in _SAID),
)  # fmt: skip


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with the number of each row."""
    return frame.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


def _sum(amount: pl.Expr) -> pl.Expr:
    """An exact sum."""
    return amount.cast(pl.Int128).sum()


def _possible(summed: pl.Expr) -> pl.Expr:
    """A sum; null if it exceeds what books can have."""
    return pl.when(summed.abs() <= MOST_MINOR).then(summed).cast(pl.Int64)


def told(settled: pl.DataFrame) -> pl.DataFrame:
    """By statement, the sums, signs left out, of all that settled lines and details tell."""
    adjusted = pl.col("adjustments").list.eval(pl.element().struct.field("amount_minor").abs().cast(pl.Int128))
    said = {name: pl.col(name).cast(pl.Int128).abs() for name in ("amount_minor", "charges_minor", "claimed_minor")}
    sums = {name: _sum(one) for name, one in (said | {"adjusted": adjusted.list.sum()}).items()}
    return settled.group_by("statement_no", maintain_order=True).agg(**sums, told=pl.len().cast(pl.Int64))


def _with_told(statements: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """The statements with the greatest of these sums; it is null if books cannot have it.

    What is settled together is recorded together.
    """
    each = [_possible(pl.col(name)) for name in sums.columns if name not in ("statement_no", "told")]
    whole = pl.when(pl.all_horizontal(one.is_not_null() for one in each)).then(pl.max_horizontal(*each))
    found = sums.select("statement_no", "told", told_gross_minor=whole)
    joined = statements.join(found, on="statement_no", how="left", maintain_order="left")
    nothing = pl.when(pl.col("told").is_null()).then(pl.lit(0, pl.Int64)).otherwise("told_gross_minor")
    return joined.with_columns(told_gross_minor=nothing).drop("told")


def _joined(*names: str) -> pl.Expr:
    """Join columns to one text; null if the last column, which contains the id, is null."""
    *heads, last = names
    parts = [*(pl.col(name).cast(pl.String).fill_null("") for name in heads), pl.col(last)]
    return pl.concat_str(parts, separator="\x1f")


def _numbers(what: pl.Expr) -> pl.Expr:
    """Replace values by numbers: equal values get equal numbers, different values different ones; null stays null."""
    return pl.when(what.is_not_null()).then(what.rank("dense").cast(pl.Int64))


def problems(found: Sequence[Problem]) -> pl.DataFrame:
    """The problems that the reader found."""
    schema = {
        "code": pl.String, "message": pl.String, "raw_position": pl.String, "severity": pl.String,
        "statement_no": pl.Int32, "line_no": pl.Int32,
    }  # fmt: skip
    rows = [[getattr(problem, name) for name in schema] for problem in found]
    return pl.DataFrame(rows, schema=schema, orient="row")


def places(lines: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """The places of the lines and details that problems are about, with the details' numbers."""
    of = lines.select(*KEY, "detail_no", "raw_position").join(
        problems, on=[*KEY, "raw_position"], how="semi", maintain_order="left"
    )
    return of.unique(subset=[*KEY, "raw_position"], keep="first", maintain_order=True)


def placed(problems: pl.DataFrame, places: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The problems; one that is about a detail has that detail's number, by its place in one of the pieces."""
    if not places:
        return numbered(problems.with_columns(detail_no=pl.lit(0, pl.Int32)))
    first = pl.concat(places).unique(subset=[*KEY, "raw_position"], keep="first")
    return numbered(
        problems.join(first, on=[*KEY, "raw_position"], how="left", maintain_order="left").with_columns(
            pl.col("detail_no").fill_null(0)
        )
    )


def sums(lines: pl.DataFrame) -> pl.DataFrame:
    """By statement, counts and sums of its booked movements, and counts and sums of all its movements."""
    amount, booked = pl.col("amount_minor"), pl.col("status") == "booked"
    # What a provider keeps of a transaction, its charges, does not reach our balance; a bank's amount is net of them.
    kept = pl.when(pl.col("kind").is_not_null()).then("charges_minor").fill_null(0)
    net = amount.cast(pl.Int128) - kept
    read = lines.filter(pl.col("detail_no") == 0).group_by("statement_no", maintain_order=True)
    return read.agg(
        booked_count=booked.sum().cast(pl.Int64),
        stated_count=pl.len().cast(pl.Int64),
        booked_minor=_sum(net.filter(booked)),
        reversed_minor=_sum(amount.filter(booked & pl.col("reversal"))),
        booked_credit_minor=_sum(amount.filter(booked & (amount > 0))),
        booked_debit_minor=_sum(amount.filter(booked & (amount < 0))).abs(),
        stated_credit_minor=_sum(amount.filter(amount > 0)),
        stated_debit_minor=_sum(amount.filter(amount < 0)).abs(),
        booked_gross_minor=_sum(amount.filter(booked).cast(pl.Int128).abs()),
        stated_gross_minor=_sum(amount.cast(pl.Int128).abs()),
        stated_minor=_sum(amount),
        read_currency=pl.col("currency").filter(booked).first(),
        read=booked.any(),
    )


def joined(pieces: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The sums by statement of several pieces together, in their order."""
    parts = pl.concat(pieces)
    added = pl.col(name for name in parts.columns if name not in ("statement_no", "read_currency", "read"))
    of_read = {"read_currency": pl.col("read_currency").filter("read").first(), "read": pl.col("read").any()}
    rest = of_read if "read" in parts.columns else {}
    return parts.group_by("statement_no", maintain_order=True).agg(added.sum(), **rest)


def statements(read: pl.DataFrame, sums: pl.DataFrame, told: pl.DataFrame | None) -> pl.DataFrame:
    """Each statement with its sums, and with those of what is `told`, if it is one of settled lines."""
    possible = [_possible(pl.col(name)).alias(name) for name in sums.columns if name.endswith("_minor")]
    sums = sums.drop("read").with_columns(*possible)
    # Some notifications name their currency only in the movements.
    known = read.join(sums, on="statement_no", how="left", maintain_order="left").with_columns(
        currency=pl.coalesce("currency", "read_currency")
    )
    listed = pl.col("currency").is_in(
        [code for code in known["currency"].unique().drop_nulls() if decimals_of(code) is not None]
    )
    # Without movements, all sums are zero. If there are movements and a sum is null, the sum was too large.
    read_nothing = pl.col("stated_count").is_null()
    zeros = {
        name: pl.when(read_nothing).then(pl.lit(0, pl.Int64)).otherwise(pl.col(name))
        for name in sums.columns
        if name.endswith(("_minor", "_count"))
    }
    whole = known.with_columns(
        **zeros,
        currency_listed=listed,
        listed_currency=pl.when(listed).then("currency"),
        declared_gross_minor=pl.coalesce(
            "declared_sum_minor", pl.col("declared_credit_minor") + pl.col("declared_debit_minor")
        ),
        identity=_joined("account", "currency", "sequence", "first_page", "from_on", "to_on", "statement_id"),
        raw_position=pl.format("statement {}", "statement_no"),
    )
    return whole.with_columns(told_gross_minor=pl.lit(0, pl.Int64)) if told is None else _with_told(whole, told)


def movements(statements: pl.DataFrame, lines: pl.DataFrame, details_of: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    """Each booked movement with whether it has a day, its statement's declared figures, and the sums of its details.

    Checks skip nulls.
    """
    details_of = details_of.drop("first_no").with_columns(
        _possible(pl.col(name)).alias(name) for name in ("details_minor", "details_charges_minor")
    )
    heads = statements.select(
        "statement_no", "account", "declared_count", "declared_credit_minor", "declared_debit_minor",
        "declared_sum_minor", *OF_STATEMENT, statement_currency="currency",
    )  # fmt: skip
    details, given = pl.col("details"), pl.col("details_with_amount")
    settled = pl.col("kind") == "settlement"
    return (
        lines.filter((pl.col("detail_no") == 0) & (pl.col("status") == "booked"))
        .join(details_of, on=KEY, how="left", maintain_order="left")
        .join(heads, on="statement_no", how="left", maintain_order="left")
        .with_columns(pl.col("details", "details_with_amount", "details_charges_minor").fill_null(0))
        .with_columns(
            pl.col("declared_details").cast(pl.Int64),
            details_minor=pl.when((details > 0) & (given == details)).then("details_minor"),
            charges_minor=pl.coalesce("charges_minor", "details_charges_minor"),
            # A settlement is its details less their charges, and nothing else explains it.
            settlement_minor=pl.when(settled).then("amount_minor"),
            settled_minor=pl.when(settled & (given == details)).then(
                pl.col("details_minor").fill_null(0) - pl.col("details_charges_minor")
            ),
            several_details=pl.when(details > 1).then(details),
            given_details=pl.when(details > 0).then(details),
            # Whoever made an order knows its payments.
            announced_details=pl.when((pl.col("declared_details") > 1) & pl.col("order_id").is_null()).then(details),
            declared_side_minor=pl.coalesce(
                "declared_sum_minor",
                pl.when(pl.col("amount_minor") < 0).then("declared_debit_minor").otherwise("declared_credit_minor"),
            ),
            # A movement of nothing is not booked and needs no day.
            has_day=day.is_not_null() | (pl.col("amount_minor") == 0),
        )
    )


def marks(movements: pl.DataFrame) -> pl.Series:
    """Numbers that are equal if two movements have the same bank id or, without any, look the same.

    Other movements have equal numbers only by chance, so these say which movements must be compared.
    """
    content = pl.struct(*_CONTENT).hash()
    id = _joined("account", "bank_ref").hash()
    return movements.select(pl.when(pl.col("bank_ref").is_null()).then(content).otherwise(id)).to_series()


def compared(movements: pl.DataFrame) -> pl.DataFrame:
    """The movements, numbered, with equal numbers for what has the same bank id, or looks the same without any."""
    content = pl.when(pl.col("bank_ref").is_null()).then(_numbers(pl.struct(*_CONTENT)))
    return numbered(movements.with_columns(bank_id=_numbers(_joined("account", "bank_ref")), content=content))


def details(lines: pl.DataFrame) -> pl.DataFrame:
    """By movement, the number of its details, their sums, and the fields of the first detail."""
    first = {f"first_{name}": pl.col(name).sort_by("detail_no").first() for name in _SAID}
    return (
        lines.filter(pl.col("detail_no") > 0)
        .group_by(KEY)
        .agg(
            details=pl.len().cast(pl.Int64),
            details_with_amount=pl.col("amount_minor").count().cast(pl.Int64),
            details_minor=_sum(pl.col("amount_minor")),
            details_charges_minor=_sum(pl.col("charges_minor")),
            first_no=pl.col("detail_no").min(),
            **first,
        )
    )


def joined_details(pieces: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The same of several pieces together."""
    names = ("details", "details_with_amount", "details_minor", "details_charges_minor")
    first = [pl.col(f"first_{name}").sort_by("first_no").first() for name in _SAID]
    return pl.concat(pieces).group_by(KEY).agg(pl.col(names).sum(), pl.col("first_no").min(), *first)


def heads(movements: pl.DataFrame) -> pl.DataFrame:
    """What details are compared with of their movements."""
    return movements.select(*KEY, line_currency="currency")


def members(heads: pl.DataFrame, lines: pl.DataFrame, *, remittance: bool) -> pl.DataFrame:
    """Each booked movement and each of its details, with a count of damaged characters in place of texts and names."""
    damaged = [pl.col(name).str.count_matches(_DAMAGED).fill_null(0) for name in ("text", "counterparty")]
    # What rounding adds is stated in the file's own precision, and may be nothing in minor units. And a payer that pays
    # nothing of a claim says so.
    of_nothing = pl.col("kind").is_in(["rounded", "settlement", "payout"]).fill_null(value=False)
    answers = pl.col("claimed_minor").is_not_null() | pl.lit(remittance)
    nothing = (of_nothing | answers) & (pl.col("amount_minor") == 0)
    members = lines.select(
        *KEY, "detail_no", "amount_exact", "currency", "reference_valid", "raw_position",
        amount_minor=pl.when(nothing.fill_null(value=False)).then(None).otherwise("amount_minor"),
        damaged_characters=pl.sum_horizontal(damaged).cast(pl.Int64),
    )  # fmt: skip
    return numbered(members.join(heads, on=KEY, how="inner", maintain_order="left"))
