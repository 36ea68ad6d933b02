"""Parses an item and an amount as people type them, and finds an item's currency."""

from __future__ import annotations

from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped, quoted


def split(text: str) -> tuple[str, str | None]:
    """Split NAME or NAME=AMOUNT into the name and the amount, if any; raises Stopped if either is empty."""
    name, equals, amount = text.partition("=")
    if not name.strip() or (equals and not amount.strip()):
        sentence = f"{quoted(text)} is not NAME or NAME=AMOUNT, as in 1001 or 1001=250.00"
        raise Stopped(Problem("amount_malformed", sentence))
    return name.strip(), amount.strip() if equals else None


def currency_of(desk: Desk, item_id: str) -> str:
    """Return the currency in which an item is owed."""
    from ledger.domain.receivables.item_facts import ItemRaised

    raised, *_ = desk.facts([f"item-{item_id}"])
    assert isinstance(raised, ItemRaised)
    return raised.currency
