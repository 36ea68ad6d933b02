"""The day on which a movement is booked: the bank's booking day, or else a day by which the bank surely booked it."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

# Days of the statement, the best first. When a statement ends, is balanced, or is made, its movements are booked.
OF_STATEMENT: Final = ("to_on", "closed_on", "created_on")


def booking_day(earliest: date, latest: date) -> pl.Expr:
    """The movement's day; null if the file gives no usable day, because a day is never made up.

    Only days from `earliest` to `latest` are usable. Without a booking day, the value day is used if it is not after
    the statement's day; money can be valued later than it is booked. The frame has the movement's `booked_on` and
    `value_on`, and the columns of `OF_STATEMENT`.
    """
    usable = {
        name: pl.when(pl.col(name).is_between(earliest, latest)).then(name)
        for name in ("booked_on", "value_on", *OF_STATEMENT)
    }
    stated = pl.coalesce(usable[name] for name in OF_STATEMENT)
    value = pl.when(usable["value_on"] <= stated.fill_null(latest)).then(usable["value_on"])
    return pl.coalesce(usable["booked_on"], value, stated)
