"""The use case of number series: opening one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk.desk import Desk, Done, Occasion

if TYPE_CHECKING:
    from ledger.domain.receivables.number_series import SeriesKind


def open_series(
    desk: Desk, series: str, occasion: Occasion, first: int = 1, reference_kind: SeriesKind = "ocr", prefix: str = ""
) -> Done:
    """Open a number series of invoices or credit notes, with any first number."""
    from ledger.domain.receivables.number_series import OpenSeries

    command = OpenSeries(series=series, first=first, reference_kind=reference_kind, reference_prefix=prefix)
    return desk.record(command, occasion, series=series)
