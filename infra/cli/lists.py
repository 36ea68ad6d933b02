"""Commands for lists: each takes its options and columns from the registry, and answers in the same form."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from infra.cli.answer import Answer, Page, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything, Limit, Skip, day
from infra.desk import lists
from infra.desk.counts import counted
from projections.store.lists.registry import LISTS

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from projections.store.lists.listing import Filter, FilterKind, Listing

# How many lines of a list a terminal shows if nobody says how many.
ON_TERMINAL: Final = 50
_METAVARS: Final[Mapping[FilterKind, str]] = {
    "part": "PART",
    "number": "NUMBER",
    "reference": "REFERENCE",
    "amount": "AMOUNT",
    "from": "DATE",
    "to": "DATE",
    "account": "ACCOUNT",
    "item": "ITEM",
    "receipt": "RECEIPT",
    "word": "CODE",
}


class Below(NamedTuple):
    """What a list says below its rows: lines and tables, totals for programs, and whether all is well."""

    page: Page = ()
    totals: Sequence[Row] = ()
    ok: bool = True


def add(commands: Commands, name: str, listing: str, below: Callable[[Call, Desk], Below] | None = None) -> None:
    """Register the command of a list; `below` adds what the list says besides its rows."""

    def work(call: Call, /, everything: bool = False, limit: int | None = None, skip: int = 0, **given: Any) -> Answer:
        most = limit if limit is not None or everything or call.as_json or not sys.stdout.isatty() else ON_TERMINAL
        with call.desk() as desk:
            found = lists.page(
                desk, listing, {one.rstrip("_").replace("_", "-"): value for one, value in given.items()}, most, skip
            )
            more = Below() if below is None else below(call, desk)
        return _answer(call, LISTS[listing], found, more, skip)

    work.__doc__ = LISTS[listing].about
    work.__signature__ = inspect.Signature(list(_parameters(LISTS[listing])))  # type: ignore[attr-defined]
    commands.add(name)(work)


def _answer(call: Call, listing: Listing, found: lists.Page, more: Below, skip: int) -> Answer:
    left = found.found - skip - len(found.rows)
    things = found.found if found.things is None else found.things
    shown = f"{counted(things, listing.one, listing.several)} of {call.entity}"
    if things != found.found:
        shown += f", {found.found} rows: one for each currency"
    if listing.apart is not None:
        all_are = listing.narrow and found.apart == found.found
        shown += f" {listing.apart[1]}" if all_are else f", {found.apart} of them {listing.apart[1]}"
    rest = [f"{len(found.rows)} shown, {left} more: --skip {skip + len(found.rows)} shows them, --all shows all"]
    columns = [(one.heading, one.name) for one in listing.columns if one.listed]
    return Answer(
        rows=found.rows,
        totals=[*more.totals, {"name": "found", "rows": found.found, "shown": len(found.rows)}],
        position=found.position,
        ok=more.ok,
        page=[shown, Table(columns, found.rows), *(rest if left > 0 else ()), *more.page],
    )


def _parameters(listing: Listing) -> Iterator[inspect.Parameter]:
    yield inspect.Parameter("call", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Call)
    for one in listing.filters:
        if listing.narrow and listing.apart is not None and one.name == listing.apart[0]:
            continue
        kind, option = _option(one)
        name = one.name.replace("-", "_") + ("_" if one.name == "from" else "")
        default = False if one.kind == "flag" else None
        yield _named(name, default, Annotated[kind, option])
    if listing.narrow:
        ended = typer.Option("--ended", help="Also those that have ended.")
        yield _named("ended", False, Annotated[bool, ended])
    yield _named("limit", None, Limit)
    yield _named("skip", 0, Skip)
    yield _named("everything", False, Everything)


def _named(name: str, default: object, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _option(one: Filter) -> tuple[Any, Any]:
    """The type of a filter's value, and its option."""
    if one.kind == "flag":
        return bool, typer.Option(f"--{one.name}", help=one.about)
    parser = day if one.kind in ("from", "to") else None
    return str | None, typer.Option(f"--{one.name}", parser=parser, metavar=_METAVARS[one.kind], help=one.about)
