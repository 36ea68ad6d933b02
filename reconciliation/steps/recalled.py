"""The step that finds what the recalls and chargebacks of a file mean for the chunk that is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciliation.matching import recalls
from reconciliation.matching.movements import RECALL_RULES
from reconciliation.proposals import statement
from reconciliation.proposals.recalled import NOTHING, Recalled, recalled

if TYPE_CHECKING:
    import polars as pl

    from reconciliation.steps.day import BankDay


def recalled_in(day: BankDay, whole: pl.DataFrame, fresh: pl.DataFrame, chunk: int) -> Recalled:
    """What the file's recalls and chargebacks, and those that wait for the chunk's new receipts, mean for the chunk."""
    look_up = day.books.store.matching
    waiting = look_up.debits_waiting(*recalls.ids(fresh), rules=RECALL_RULES)
    if not waiting.num_rows and recalls.recalls(whole).is_empty():
        return NOTHING
    whole = statement.with_ids(whole)
    found = recalls.match(whole, look_up.recallable(*recalls.asked(whole, waiting)), waiting)
    return recalled(found, whole, day.chunk, chunk)
