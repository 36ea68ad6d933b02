"""What an item remembers of credit notes and of a small difference."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ledger.domain.receivables.item_facts import ItemPart


class Excess(NamedTuple):
    """What of a credit note became customer credit, and the day of the credit note."""

    amount_minor: int
    on: date


class Credited(NamedTuple):
    """What was credited of an item, open or in excess, of which lines, and from which day on."""

    on: date
    amount_minor: int
    parts: tuple[ItemPart, ...]


class Difference(NamedTuple):
    """A small amount that is closed although nobody paid it: the receipt's stream, its allocation, and the day."""

    document: str
    allocation_id: str
    amount_minor: int
    on: date
