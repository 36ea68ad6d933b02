"""A bank's line: money as the bank booked it on one of our accounts, and where the file says so."""

from __future__ import annotations

from datetime import date

from ledger.domain.fact import Part


class BankLine(Part, frozen=True, kw_only=True):
    """Money booked on one of our accounts, the sign being the account's change; receipts and movements share it.

    A movement is what the bank booked as one amount, which may contain several payers' money. `movement_id` and
    `movement_minor` identify the movement and its amount; they are null if no bank booked it. All receipts and other
    parts of a movement name it and sum to it. `line_key` is the identity of the line or of its detail, `file` the hash
    of its file, and `raw_position` where it is in that file.
    """

    bank_account: str
    amount_minor: int
    currency: str
    booked_on: date
    value_on: date | None = None
    movement_id: str | None = None
    movement_minor: int | None = None
    line_key: str | None = None
    file: str | None = None
    raw_position: str | None = None

    def same_money(self, other: BankLine) -> bool:
        """Whether it is the same amount of the same line, in whatever file."""
        mine = (self.amount_minor, self.currency, self.line_key)
        return mine == (other.amount_minor, other.currency, other.line_key)
