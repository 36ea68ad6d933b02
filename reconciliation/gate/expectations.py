"""Custom expectations for Great Expectations: how a statement must agree with its balances, totals and details.

This module is imported only when a file is judged, because it loads Great Expectations. Amounts are in minor units, as
64-bit integers, and may be missing. A comparison with a missing amount does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

# A decorator for the method that computes a metric's condition. This method takes columns and returns one result per
# row.
_condition: Final[Callable[[Callable[..., Any]], Any]] = multicolumn_condition_partial(engine=PandasExecutionEngine)
_DOMAIN = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")


def _holds(condition: Any) -> Any:
    """Convert the result of each row to a plain boolean; an unknown result becomes false."""
    return condition.astype("boolean").fillna(value=False).astype(bool)


class BalancesFoot(MulticolumnMapMetricProvider):
    """For each row of (opening, movements, closing): whether opening + movements = closing."""

    condition_metric_name = "multicolumn_values.reskontra_balances_foot"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @_condition
    def _pandas(cls, column_list: Any, **_: Any) -> Any:  # noqa: N805  the decorator makes it a class method
        # The sums are of Python integers, which cannot overflow.
        opening, movements, closing = (column_list.iloc[:, index].astype(object) for index in range(3))
        return _holds(opening + movements == closing)


class ExpectBalancesToFoot(MulticolumnMapExpectation):
    """The opening balance plus the booked movements equals the closing balance."""

    map_metric: ClassVar[str] = BalancesFoot.condition_metric_name
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)


class DeclaredIsRead(MulticolumnMapMetricProvider):
    """For each row of (declared, read, read …): whether any `read` figure equals the declared one, ignoring signs.

    If no figure is declared, the condition holds.
    """

    condition_metric_name = "multicolumn_values.reskontra_declared_is_read"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @_condition
    def _pandas(cls, column_list: Any, **_: Any) -> Any:  # noqa: N805
        declared = column_list.iloc[:, 0].abs()
        held = declared.isna()
        for index in range(1, column_list.shape[1]):
            held = held | _holds(column_list.iloc[:, index].abs() == declared)
        return held


class ExpectDeclaredToBeRead(MulticolumnMapExpectation):
    """A figure that the bank declares equals the figure that was read from the file."""

    map_metric: ClassVar[str] = DeclaredIsRead.condition_metric_name
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)


def _explained(amount: Any, details: Any, charges: Any) -> Any:
    """Whether the details sum to their movement, with or without the charges; a positive charge is one we pay."""
    return _holds(details == amount) | _holds(details - charges == amount)


class DetailsSum(MulticolumnMapMetricProvider):
    """For each row of (movement, details, charges): whether the details sum to the movement.

    It is enough if the sum itself, or the sum less the charges, equals the movement. The sum of no details is 0.
    """

    condition_metric_name = "multicolumn_values.reskontra_details_sum"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @_condition
    def _pandas(cls, column_list: Any, **_: Any) -> Any:  # noqa: N805
        amount, details, charges = (column_list.iloc[:, index] for index in range(3))
        return _explained(amount, details.fillna(0), charges.fillna(0))


class ExpectDetailsToSumToMovement(MulticolumnMapExpectation):
    """A movement equals the sum of its details less the stated charges."""

    map_metric: ClassVar[str] = DetailsSum.condition_metric_name
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)


class SettlementExplained(MulticolumnMapMetricProvider):
    """For each row of (settlement, details less their charges): whether they are equal; no settlement is null."""

    condition_metric_name = "multicolumn_values.reskontra_settlement_explained"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @_condition
    def _pandas(cls, column_list: Any, **_: Any) -> Any:  # noqa: N805
        settlement, settled = (column_list.iloc[:, index] for index in range(2))
        return settlement.isna() | _holds(settlement == settled)


class ExpectSettlementToBeExplained(MulticolumnMapExpectation):
    """A settlement of a payment provider equals its transactions less the charges taken from them."""

    map_metric: ClassVar[str] = SettlementExplained.condition_metric_name
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)


class MovementProven(MulticolumnMapMetricProvider):
    """For each row: whether other data from the bank confirms the movement.

    The columns are: movement, declared sum of all credits or debits, sum of the details, charges, declared number of
    movements, number of details, number of details with an amount.
    """

    condition_metric_name = "multicolumn_values.reskontra_movement_proven"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @_condition
    def _pandas(cls, column_list: Any, **_: Any) -> Any:  # noqa: N805
        amount, declared, details, charges, count, members, with_amount = (
            column_list.iloc[:, index] for index in range(7)
        )
        summed = _explained(amount, details, charges.fillna(0))
        counted = count.notna() & _holds(members <= 1) & _holds(with_amount == 0)
        return _holds(declared.notna()) | summed | _holds(counted)


class ExpectMovementToBeProven(MulticolumnMapExpectation):
    """A movement is confirmed by a declared total, by the amounts of its details, or by a declared count."""

    map_metric: ClassVar[str] = MovementProven.condition_metric_name
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)
