"""The use case of lists: search any list of the registry by what people type, page by page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from infra.desk import asked, list_columns, names, received_files
from infra.desk.days import require_order
from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    from projections.store.lists.listing import Filter, FilterKind, Listing


class Page(NamedTuple):
    """A page of a list: its rows, how many rows meet the search in all, and the position up to which it is complete.

    `apart` is how many of them the list counts apart, such as refunds under way; `things` is how many of what is listed
    they are about, such as accounts with a row for each currency.
    """

    rows: list[dict[str, Any]]
    found: int
    position: int
    apart: int | None = None
    things: int | None = None


def page(desk: Desk, name: str, given: Mapping[str, Any], limit: int | None = None, skip: int = 0) -> Page:
    """Return the rows of a list that meet the search: `limit` of them after the first `skip`, or all.

    `given` has what a person typed for each filter, and `ended` if a narrow list is to be whole. Raises Stopped if that
    cannot be what the filter asks for.
    """
    from projections.store.lists.registry import LISTS

    listing = LISTS[name]
    wanted = {**given}
    if listing.narrow and listing.apart is not None and not wanted.pop("ended", False):
        wanted[listing.apart[0]] = True
    searched = _searched(desk, listing, wanted)
    position = desk.books.follow()
    if listing.name == "files":
        rows = received_files.listed(desk, searched)
        return Page(rows[skip : None if limit is None else skip + limit], len(rows), position)
    found = desk.books.store.listed.page(listing, searched, desk.today, limit, skip)
    apart = None if listing.apart is None else _count(desk, listing, {**searched, listing.apart[0]: True})
    things = desk.books.store.listed.things(listing, searched, desk.today) if listing.by_currency else None
    return Page(list_columns.completed(desk, name, found.rows), found.found, position, apart, things)


def _count(desk: Desk, listing: Listing, searched: Mapping[str, object]) -> int:
    return desk.books.store.listed.page(listing, searched, desk.today, 1).found


def _searched(desk: Desk, listing: Listing, given: Mapping[str, Any]) -> dict[str, object]:
    """The filters' values as the list compares them."""
    filters = {one.name: one for one in listing.filters}
    chosen = {name: value for name, value in given.items() if value is not None and value is not False}
    for name, value in chosen.items():
        _require_known(filters[name], value)
    found = {name: _READ[filters[name].kind](desk, value) for name, value in chosen.items()}
    require_order(*(cast("date | None", found.get(name)) for name in ("from", "to")))
    return found


def _require_known(one: Filter, value: object) -> None:
    """Raise Stopped for a word that no row can have: an empty list would only seem to say that there is nothing."""
    if one.words and value not in one.words:
        sentence = f"--{one.name} is never {quoted(str(value))}; give one of {', '.join(one.words)}"
        raise Stopped(Problem("word_unknown", sentence))


def _part(desk: Desk, text: str) -> str:
    bare = asked.part(text)
    if bare is None:
        sentence = f"{quoted(text)} is no part of an id; give at least 4 characters of its beginning or its end"
        raise Stopped(Problem("id_malformed", sentence))
    return bare


def _amount(desk: Desk, text: str) -> str:
    return json.dumps(asked.in_currencies(text, desk.terms.currencies))


def _as_it_is(desk: Desk, value: date | str | bool) -> date | str | bool:
    return value


# How what a person types for each kind of filter is read.
_READ: Final[Mapping[FilterKind, Callable[[Desk, Any], object]]] = {
    "part": _part,
    "number": lambda desk, text: asked.number(text),
    "reference": lambda desk, text: asked.spellings(text),
    "amount": _amount,
    "from": _as_it_is,
    "to": _as_it_is,
    "account": names.account,
    "item": names.item,
    "receipt": names.receipt,
    "word": _as_it_is,
    "flag": _as_it_is,
}
