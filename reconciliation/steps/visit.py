"""The step that visits a place where files come: it takes what is finished there into the archive."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from reconciliation.places import take
from reconciliation.steps.gather import erased
from reconciliation.steps.outcomes import Gathered
from reconciliation.steps.refused_file import of_refused
from reconciliation.steps.replaced_file import without_replaced

if TYPE_CHECKING:
    from reconciliation.places import Place
    from reconciliation.steps.day import BankDay


def visit(day: BankDay, name: str, place: Place) -> Gathered:
    """Take the finished files of a place, and name those that earlier visits took and that are not in the book yet.

    These are files of a run that was stopped, and refused ones, until they came again and were loaded or somebody sets
    them aside: meanwhile their account may have been declared. They are called by the beginning of their hash.
    """
    taken = take(name, place, day.archive, day.desk, day.recorded_at, partial(erased, day))
    fresh = {sha256 for _, sha256 in taken.files}
    earlier = tuple((sha256[:12], sha256) for sha256 in _waiting(day, name) if sha256 not in fresh)
    troubles = tuple(f"{name}: {one}" for one in taken.troubles)
    return Gathered((*earlier, *taken.files), taken.refused, troubles, frozenset(sha256 for _, sha256 in earlier))


def _waiting(day: BankDay, name: str) -> Iterator[str]:
    complete = {row["sha256"] for row in day.books.store.now.files() if row["status"] == "complete"}
    left = [sha256 for sha256 in day.desk.places.taken(name) if sha256 not in complete]
    closed = day.books.store.bank_lines.closed_doubts([of_refused(sha256) for sha256 in left])
    for sha256 in without_replaced(day, left):
        if of_refused(sha256) not in closed and not erased(day, sha256):
            yield sha256
