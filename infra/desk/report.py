"""The use case of reports: make any report of the registry, on both clocks, about a given account or stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.desk import names
from infra.desk.days import require_order
from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    from projections import Report


def _act(desk: Desk, given: str) -> str:
    """The kind of an act; raises Stopped, with the kinds there are, for another one."""
    kinds = sorted({one.kind for one in desk.books.catalogue.acts.values()})
    if given not in kinds:
        sentence = f"no act is called {quoted(given)}; give one of {', '.join(kinds)}"
        raise Stopped(Problem("act_unknown", sentence))
    return given


# For each kind of option that takes an id, the function that finds the id from what a person typed.
_FOUND: Final[dict[str, Callable[[Desk, Any], Any]]] = {
    "account": names.account,
    "act": _act,
    "subject": names.subject,
    "person": names.person,
    "position": lambda desk, since: desk.books.resolve(since),
}


def made(
    desk: Desk, name: str, as_of: date | None, known_at: int | datetime | None, given: Mapping[str, Any]
) -> Report:
    """Make the report of this name with the given options; if it needs a day and gets none, it is as of today."""
    on, known, chosen = _asked(desk, name, as_of, known_at, given)
    try:
        return desk.books.report(name, on, known, **chosen)
    except KeyError as missing:
        raise Stopped(Problem("nothing_recorded", str(missing.args[0]))) from None


def written(
    desk: Desk,
    name: str,
    as_of: date | None,
    known_at: int | datetime | None,
    given: Mapping[str, Any],
    path: Path,
) -> tuple[int, int]:
    """Write the rows of a long report into a file; returns their number, and the position up to which facts are known.

    The file's name says its form: .csv or .parquet. It gets its name only when it is complete.
    """
    from infra.desk.table_file import write_pages
    from projections.reports.registry import REPORTS

    on, known, chosen = _asked(desk, name, as_of, known_at, given)
    assert on is not None, "a very long report is of a day"
    columns = REPORTS[name].columns(desk.books.inputs(on, known).terms)
    return write_pages(path, columns, desk.books.pages(name, on, known, **chosen)), known


def _asked(
    desk: Desk, name: str, as_of: date | None, known_at: int | datetime | None, given: Mapping[str, Any]
) -> tuple[date | None, int, dict[str, Any]]:
    """The day, the position and the options of a report, as a person asked for it."""
    from projections.reports.registry import REPORTS

    definition, books = REPORTS[name], desk.books
    kinds = {one.name: one.kind for one in definition.options}
    on = as_of or (desk.today if definition.of_a_day else None)
    require_order(given.get("from_on"), given.get("to_on") or on)
    try:
        chosen = {
            option: _FOUND[kinds[option]](desk, value) if kinds[option] in _FOUND else value
            for option, value in given.items()
            if value is not None
        }
        known = books.resolve(known_at)
    except ValueError as wrong:
        raise Stopped(Problem("known_at_unknown", str(wrong))) from None
    since = next((chosen[name] for name, kind in kinds.items() if kind == "position" and name in chosen), 0)
    if since > known:
        sentence = (
            f"--since {since} is after what is known, position {known}; give an earlier one, or a later --known-at"
        )
        raise Stopped(Problem("positions_reversed", sentence))
    return on, known, chosen
