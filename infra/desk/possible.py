"""Of several things that a name may mean, those that a command can mean: what has nothing left is not offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from infra.desk.ambiguity import NOUNS

if TYPE_CHECKING:
    from infra.desk.desk import Desk

# Says of a row of the noun's list whether the command can mean it.
Can = Callable[[Mapping[str, Any]], bool]


def possible(desk: Desk, noun: str, ids: Sequence[str], can: Can | None) -> Sequence[str]:
    """Those of these ids that a command can mean, or all if it can mean none: then it says why.

    A repeated command means what it meant at first, whatever is left of it now.
    """
    from infra.desk.first_time import meant_then
    from projections.store.lists.registry import LISTS

    name = NOUNS[noun].listing
    if can is None or name is None or len(ids) < _SEVERAL:
        return ids
    rows = desk.books.store.listed.of_keys(LISTS[name], ids, desk.today)
    now = [str(row[LISTS[name].key]) for row in rows if can(row)]
    return meant_then(desk, noun, ids) or now or ids


def with_us(receipt: Mapping[str, Any]) -> bool:
    """Whether the bank did not take all of a receipt back."""
    return bool(receipt["recalled_minor"] < receipt["amount_minor"])


def recalled(receipt: Mapping[str, Any]) -> bool:
    """Whether the bank took something of a receipt back."""
    return bool(receipt["recalled_minor"])


def unanswered(collection: Mapping[str, Any]) -> bool:
    """Whether the bank has not answered a direct debit."""
    return bool(collection["status"] == "ordered")


def settled_or_failed(collection: Mapping[str, Any]) -> bool:
    """Whether a person or the bank said of a direct debit that it was paid or not, which may be a mistake."""
    return bool(collection["status"] in ("settled", "failed"))


def unallocated(receipt: Mapping[str, Any]) -> bool:
    """Whether some of a receipt is not allocated."""
    return bool(receipt["unallocated_minor"])


def waits_for_receipt(movement: Mapping[str, Any]) -> bool:
    """Whether a movement is a debit that waits, so that it may take a receipt back."""
    return bool(movement["in_suspense"] and movement["amount_minor"] < 0)


def left(movement: Mapping[str, Any]) -> bool:
    """Whether some of a movement took no receipt back, so that it may be something else."""
    return bool(movement["amount_minor"] != movement["cleared_minor"])


_SEVERAL = 2
