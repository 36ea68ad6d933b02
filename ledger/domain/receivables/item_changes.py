"""What the facts of an item change: its balance, and the days on which it is due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.domain.fact import Fact
from ledger.domain.noun import Change, Effect
from ledger.domain.receivables.item_facts import (
    Due,
    ItemAllocated,
    ItemCredited,
    ItemDeallocated,
    ItemDifferenceClosed,
    ItemDifferenceReopened,
    ItemExcessMoved,
    ItemRaised,
    ItemRestored,
    ItemWrittenOff,
)


def _change(effect: Effect, sign: int, document: Callable[[Any], str]) -> Callable[[Any], tuple[Change, ...]]:
    def change(fact: Any) -> tuple[Change, ...]:
        return (Change("item", effect, sign * fact.amount_minor, fact.currency, document(fact)),)

    return change


def _write_off(fact: ItemWrittenOff | ItemRestored) -> str:
    return f"writeoff-{fact.write_off_id}"


CHANGES: Final[dict[type[Fact], Callable[[Any], tuple[Change, ...]]]] = {
    ItemRaised: _change("raised", 1, lambda fact: str(fact.document)),
    ItemAllocated: _change("paid", -1, lambda fact: str(fact.document)),
    ItemDeallocated: _change("paid", 1, lambda fact: str(fact.document)),
    ItemCredited: _change("credited", -1, lambda fact: f"creditnote-{fact.credit_note_id}"),
    ItemExcessMoved: _change("credited", -1, lambda fact: f"creditnote-{fact.credit_note_id}"),
    ItemWrittenOff: _change("written_off", -1, _write_off),
    ItemRestored: _change("written_off", 1, _write_off),
    ItemDifferenceClosed: _change("rounded_off", -1, lambda fact: str(fact.document)),
    ItemDifferenceReopened: _change("rounded_off", 1, lambda fact: str(fact.document)),
}

# The facts that set an item's due days, each with a function that gives these days.
DUE: Final[dict[type[Fact], Callable[[Any], tuple[Due, ...]]]] = {ItemRaised: lambda fact: fact.due}
