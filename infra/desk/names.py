"""What a person calls things by, and their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from projections import Books


def item_named(books: Books, name: str) -> str:
    """The item of that id, or the only one of the invoice of that id; Stopped, with the items, where it has several.

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
