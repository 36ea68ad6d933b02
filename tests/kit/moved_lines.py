"""Movements of the bank as stories of commands have them."""

from __future__ import annotations

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from tests.kit.care import BOOKED


def line_of(part_id: str, amount_minor: int) -> BankLine:
    return BankLine(
        bank_account="b1", amount_minor=amount_minor, currency="SEK", booked_on=BOOKED, line_key=f"line-{part_id}"
    )


def moved(part_id: str, amount_minor: int, role: str = "bank_suspense") -> ClassifyMovement:
    return ClassifyMovement(part_id=part_id, line=line_of(part_id, amount_minor), role=role, rule="unknown")
