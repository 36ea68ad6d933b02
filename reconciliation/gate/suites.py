"""The suites of the gate: the expectations that a file of each format must meet, each with its code.

This module is imported only when a file is judged, because it starts Great Expectations. `codes.py` says what each
expectation means; this module only says how Great Expectations checks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final, TypeAlias

import great_expectations.expectations as shipped

from ledger.domain.days import FIRST_DAY, LAST_DAY
from reconciliation.gate.codes import CODES
from reconciliation.gate.expectations import (
    ExpectBalancesToFoot,
    ExpectDeclaredToBeRead,
    ExpectDetailsToSumToMovement,
    ExpectMovementToBeProven,
    ExpectSettlementToBeExplained,
)
from reconciliation.gate.verdict import Terms
from reconciliation.statements import TRAITS
from reconciliation.statements.traits import Proof

# A bank may give a movement a value date some days after its booking date.
_VALUED_LATER: Final = timedelta(days=31)
# The library has types for its expectations, but a type checker cannot see them.
gxe: Final[Any] = shipped
Suite: TypeAlias = Sequence[Any]


def problems() -> Suite:
    """Expect that no problem found by the reader is a reason to refuse the file or to doubt a line."""
    return [
        gxe.ExpectColumnValuesToNotBeInSet(column="severity", value_set=["refuse"], meta=_code("file_not_readable")),
        gxe.ExpectColumnValuesToNotBeInSet(column="severity", value_set=["doubt"], meta=_code("line_doubtful")),
    ]


def statements(terms: Terms, proof: Proof | None) -> Suite:
    """Expectations about each statement: format, properties, and that declared figures equal the figures read."""
    intraday = [one.format for one in TRAITS.values() if one.intraday]
    advice = [one.format for one in TRAITS.values() if one.holds == "advice"]
    provable = [one.format for one in TRAITS.values() if one.provable]
    return [
        gxe.ExpectColumnValuesToNotBeInSet(column="format", value_set=intraday, meta=_code("intraday_report")),
        gxe.ExpectColumnValuesToNotBeInSet(column="format", value_set=advice, meta=_code("file_is_advice")),
        gxe.ExpectColumnValuesToBeInSet(
            column="format", value_set=[*provable, *intraday, *advice], meta=_code("format_not_provable")
        ),
        gxe.ExpectColumnValuesToNotBeNull(column="statement_no", meta=_code("statement_missing")),
        gxe.ExpectColumnValuesToBeUnique(column="identity", meta=_code("statement_repeated")),
        gxe.ExpectColumnValuesToBeInSet(column="currency_listed", value_set=[True], meta=_code("currency_unknown")),
        gxe.ExpectColumnValuesToBeInSet(
            column="listed_currency", value_set=sorted(terms.kept_currencies), meta=_code("currency_not_kept")
        ),
        *(_within(terms, column, "statement_date_beyond_belief") for column in ("from_on", "to_on")),
        _within(terms, "created_on", "created_beyond_belief"),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="to_on",
            column_B="from_on",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            meta=_code("statement_period_reversed"),
        ),
        gxe.ExpectColumnValuesToNotBeNull(column="booked_gross_minor", meta=_code("sum_too_large")),
        gxe.ExpectColumnValuesToNotBeNull(column="told_gross_minor", meta=_code("details_too_large")),
        *_declared(),
        *(_balances() if proof == "balances" else ()),
        *(_control_totals() if proof in ("deposits", "stated") else ()),
        *(_totals() if proof == "totals" else ()),
    ]


def totals() -> Suite:
    """Expectations about the control totals of the whole file."""
    return [
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="declared",
            column_B="found",
            ignore_row_if="either_value_is_missing",
            meta=_code("control_total_differs"),
        ),
    ]


def movements(terms: Terms, proof: Proof | None) -> Suite:
    """Expectations about each booked movement, including its proof if the format proves every movement separately."""
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="amount_minor", meta=_code("amount_missing")),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="currency",
            column_B="statement_currency",
            ignore_row_if="neither",
            meta=_code("currencies_mixed"),
        ),
        gxe.ExpectColumnValuesToNotBeInSet(column="has_day", value_set=[False], meta=_code("booking_day_unknown")),
        gxe.ExpectColumnValuesToNotBeNull(column="booked_on", meta=_code("booked_on_missing")),
        _within(terms, "booked_on", "booked_on_beyond_belief"),
        _within(terms, "value_on", "value_on_beyond_belief", _VALUED_LATER),
        *different(),
        *(_deposits() if proof == "deposits" else _details()),
        *(_proven() if proof == "movements" else ()),
    ]


def different() -> Suite:
    """Expect that movements are different by the bank's ids, or in their content."""
    return [
        gxe.ExpectColumnValuesToBeUnique(column="bank_id", meta=_code("bank_ref_repeated")),
        gxe.ExpectColumnValuesToBeUnique(column="content", meta=_code("line_repeated")),
    ]


def members() -> Suite:
    """Expectations about the fields of each booked movement and of its details."""
    return [
        gxe.ExpectColumnValuesToNotBeInSet(column="amount_exact", value_set=[False], meta=_code("amount_not_exact")),
        gxe.ExpectColumnValuesToNotBeInSet(column="amount_minor", value_set=[0], meta=_code("amount_zero")),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="currency",
            column_B="line_currency",
            ignore_row_if="either_value_is_missing",
            meta=_code("detail_currency_differs"),
        ),
        gxe.ExpectColumnValuesToNotBeInSet(
            column="reference_valid", value_set=[False], meta=_code("reference_check_digit_wrong")
        ),
        gxe.ExpectColumnValuesToBeInSet(column="damaged_characters", value_set=[0], meta=_code("text_damaged")),
    ]


def _balances() -> Suite:
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="opening_minor", meta=_code("balance_missing")),
        gxe.ExpectColumnValuesToNotBeNull(column="closing_minor", meta=_code("balance_missing")),
        ExpectBalancesToFoot(
            column_list=["opening_minor", "booked_minor", "closing_minor"],
            ignore_row_if="any_value_is_missing",
            meta=_code("balances_do_not_foot"),
        ),
    ]


def _totals() -> Suite:
    columns = ("declared_count", "declared_gross_minor")
    return [gxe.ExpectColumnValuesToNotBeNull(column=one, meta=_code("totals_missing")) for one in columns]


def _control_totals() -> Suite:
    return [
        gxe.ExpectColumnValuesToNotBeInSet(
            column="control_totals", value_set=[0], meta=_code("control_totals_missing")
        ),
    ]


def _declared() -> Suite:
    """Expectations about declared figures.

    In ISO 20022 these figures cover all entries, but some banks count only booked entries or give the net sum.
    """
    asked = {
        "declared_count_differs": ("declared_count", "booked_count", "stated_count"),
        "declared_credits_differ": ("declared_credit_minor", "booked_credit_minor", "stated_credit_minor"),
        "declared_debits_differ": ("declared_debit_minor", "booked_debit_minor", "stated_debit_minor"),
        "declared_sum_differs": (
            "declared_sum_minor", "booked_gross_minor", "stated_gross_minor", "booked_minor", "stated_minor",
        ),
    }  # fmt: skip
    return [
        ExpectDeclaredToBeRead(
            column_list=[*columns],
            ignore_row_if="never",
            meta=_code(code),
        )
        for code, columns in asked.items()
    ]


def _deposits() -> Suite:
    return [
        ExpectDetailsToSumToMovement(
            column_list=["amount_minor", "details_minor", "charges_minor"],
            ignore_row_if="never",
            meta=_code("deposit_does_not_sum"),
        ),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="declared_details",
            column_B="details",
            ignore_row_if="either_value_is_missing",
            meta=_code("deposit_count_differs"),
        ),
    ]


def _details() -> Suite:
    return [
        ExpectSettlementToBeExplained(
            column_list=["settlement_minor", "settled_minor"],
            ignore_row_if="never",
            meta=_code("settlement_does_not_sum"),
        ),
        ExpectDetailsToSumToMovement(
            column_list=["amount_minor", "details_minor", "charges_minor"],
            ignore_row_if="any_value_is_missing",
            meta=_code("details_do_not_sum"),
        ),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="details_with_amount",
            column_B="several_details",
            ignore_row_if="either_value_is_missing",
            meta=_code("details_without_amounts"),
        ),
        gxe.ExpectColumnValuesToNotBeInSet(column="announced_details", value_set=[0], meta=_code("details_missing")),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="declared_details",
            column_B="given_details",
            ignore_row_if="either_value_is_missing",
            meta=_code("details_count_differs"),
        ),
    ]


def _proven() -> Suite:
    return [
        ExpectMovementToBeProven(
            column_list=[
                "amount_minor",
                "declared_side_minor",
                "details_minor",
                "charges_minor",
                "declared_count",
                "details",
                "details_with_amount",
            ],
            ignore_row_if="never",
            meta=_code("movement_unproven"),
        ),
    ]


def _within(terms: Terms, column: str, code: str, later: timedelta = timedelta(0)) -> Any:
    days = max(terms.earliest_on, FIRST_DAY), min(terms.latest_on, LAST_DAY - later) + later
    first, last = (datetime.combine(day, time.min) for day in days)
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=first, max_value=last, meta=_code(code))


def _code(code: str) -> dict[str, str]:
    """The metadata that identifies an expectation's result."""
    if code not in CODES:
        raise KeyError(f"{code} is not in the list of the gate's codes")
    return {"code": code}
