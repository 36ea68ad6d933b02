"""Reports at the desk: any of the registry, about what a person names, on both clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from infra.desk import names
from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from projections import Report

# How what an option names is found.
_FOUND: Final = {"account": names.account, "subject": names.stream}


def made(
    desk: Desk, name: str, as_of: date | None, known_at: int | datetime | None, given: Mapping[str, Any]
) -> Report:
    """A report by its name, as of a day or of today where it is of one, with the options that were given."""
    from projections.reports.registry import REPORTS

    definition, books = REPORTS[name], desk.books
    kinds = {one.name: one.kind for one in definition.options}
    chosen = {
        option: _FOUND[kinds[option]](books, value) if kinds[option] in _FOUND else value
        for option, value in given.items()
        if value is not None
    }
    on = as_of or (desk.today if definition.of_a_day else None)
    try:
        known = books.resolve(known_at)
    except ValueError as wrong:
        raise Stopped(Problem("known_at_unknown", str(wrong))) from None
    try:
        return books.report(name, on, known, **chosen)
    except KeyError as missing:
        raise Stopped(Problem("nothing_recorded", str(missing.args[0]))) from None
