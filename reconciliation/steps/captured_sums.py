"""Decides what happens to a settlement file's sums of payments, if payments that were recorded at capture wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from reconciliation.matching import pairing
from reconciliation.matching.captured_sums import Captured, Settles, Sum, certain
from reconciliation.matching.movements import CAPTURED_SUM
from reconciliation.proposals.statement import with_ids

if TYPE_CHECKING:
    from datetime import date

    from projections.store.provider_lookups import ForSettlements

# What happens to a sum: it settles payments that were recorded one by one, or it waits, since it may be theirs.
SUMMED: Final = "summed"
UNSURE: Final = "unsure"
# At most this many payments that wait are listed.
_MOST: Final = 20


@dataclass
class OfSums:
    """What the sums of a file are: what is settled, and for each sum that waits, the payments that wait too."""

    settles: list[Settles] = field(default_factory=list)
    waiting: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    def of_keys(self, keys: set[str]) -> list[Settles]:
        """What is settled by sums of which the first is among these."""
        return [one for one in self.settles if one.sums[0].key in keys]


def decided(frame: pl.DataFrame, look_up: ForSettlements) -> tuple[pl.DataFrame, OfSums]:
    """The entries, where sums of payments that wait settle these, or wait with them; and what they are."""
    said = OfSums()
    sums = frame.filter(pl.col("is_sum") & (pl.col("kind") == "payment") & (pl.col("decision") == pairing.BOOK))
    accounts = sums["account"].unique().sort().to_list()
    waiting = _waiting(look_up, accounts) if accounts else {}
    if not waiting:
        return frame, said
    # What an earlier run of the file has booked stays as it was booked.
    sums = with_ids(sums)
    sums = sums.filter(~pl.col("money_id").is_in(look_up.booked(sums["money_id"].to_list())))
    days = [*look_up.settled_days(accounts), *sums.select("account", "settled_on").iter_rows()]
    of_one = ["account", "currency", "settled_on", "statement_no"]
    for of, rows in sums.sort("settled_on", "statement_no", maintain_order=True).group_by(of_one, maintain_order=True):
        account, currency, settled_on, _ = of
        before = [day for id, day in days if id == account and day < settled_on]
        _decide(said, rows, waiting.get((account, currency), []), settled_on, max(before, default=None))
    settled = [sum.key for one in said.settles for sum in one.sums]
    is_unsure = pl.col("key").is_in(list(said.waiting))
    decision = pl.when(pl.col("key").is_in(settled)).then(pl.lit(SUMMED)).when(is_unsure).then(pl.lit(UNSURE))
    kind = pl.when(is_unsure).then(pl.lit(CAPTURED_SUM)).otherwise("kind")
    return frame.with_columns(decision=decision.otherwise("decision"), kind=kind), said


def _waiting(look_up: ForSettlements, accounts: list[str]) -> dict[Any, list[Captured]]:
    waiting: dict[Any, list[Captured]] = {}
    for one in look_up.unsettled(accounts):
        captured = Captured(*(one[name] for name in Captured._fields))
        waiting.setdefault((one["bank_account"], one["currency"]), []).append(captured)
    return waiting


def _decide(
    said: OfSums, rows: pl.DataFrame, waiting: list[Captured], settled_on: date, previous_on: date | None
) -> None:
    """Decide about the sums of one settlement; payments that it settles do not wait any more."""
    sums = [Sum(*one) for one in rows.select(*Sum._fields).iter_rows()]
    found = certain(sums, waiting, rows["made_on"][0], previous_on)
    if found is not None:
        said.settles.append(found)
        sums = [one for one in sums if one not in found.sums]
        for one in found.payments:
            waiting.remove(one)
    left = tuple(_shown(one, rows["currency"][0]) for one in waiting if one.booked_on <= settled_on)[:_MOST]
    if left:
        said.waiting |= {one.key: left for one in sums}


def _shown(one: Captured, currency: str) -> dict[str, Any]:
    named = {"receipt_id": one.receipt_id, "amount_minor": one.amount_minor, "currency": currency}
    return named | {"booked_on": str(one.booked_on)}
