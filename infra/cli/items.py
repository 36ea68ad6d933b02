"""An item as a person names it: by its id, or by its invoice where that has a single one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from infra.cli.answer import Problem, Stopped

if TYPE_CHECKING:
    from projections import Books

ItemName: TypeAlias = Annotated[
    str, typer.Argument(metavar="ITEM", help="An item's id, or an invoice's where it has a single item.")
]


def item_named(books: Books, name: str) -> str:
    """The id of the item; Stopped, with the items to choose from, where an invoice of several is named.

    Of a name that is neither's the ledger says so itself.
    """
    books.follow()
    ids = [item["item_id"] for item in books.store.now.items_of(name)]
    if name in ids or not ids:
        return name
    if len(ids) > 1:
        sentence = f"invoice {name} has {len(ids)} items, so name one of them: {', '.join(ids)}"
        raise Stopped(Problem("item_ambiguous", sentence, name))
    return str(ids[0])
