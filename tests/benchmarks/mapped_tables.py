"""A table of a sender without a format of its own, with so many payments, and the file mapping that reads it."""

from __future__ import annotations

from typing import Final

from ledger.domain.references import ocr
from reconciliation.statements import Profile
from reconciliation.statements.delimited import write_rows
from reconciliation.statements.mapped.known import KnownMapping
from tests.kit.mappings import COLLECTOR, HEADER

PROFILE: Final = Profile(mappings=(KnownMapping("collector", 1, None, COLLECTOR),))
DAY: Final = "2024-07-01"


def table(count: int) -> bytes:
    """A collector's settlement of so many payments, with the payout of them."""
    paid = [(DAY, f"c{number}", ocr(f"{10_000_000 + number}"), "450.00", "5.00", "paid") for number in range(count)]
    sent = (DAY, "p1", "", f"-{count * 445}.00", "", "sent")
    return write_rows([HEADER, *paid, sent]).encode()
