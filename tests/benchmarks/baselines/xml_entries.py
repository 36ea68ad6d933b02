"""Frozen baseline: entries of a camt file counted and their amounts summed by plain iterparse."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from lxml import etree


def count_and_sum(data: bytes) -> tuple[int, Decimal]:
    """How many entries, and the sum of their amounts without sign."""
    count, total = 0, Decimal(0)
    for _, entry in etree.iterparse(BytesIO(data), tag="{*}Ntry"):
        count += 1
        total += Decimal(entry.find("{*}Amt").text)
        entry.clear()
    return count, total
