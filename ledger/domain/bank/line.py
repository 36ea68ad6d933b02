"""A bank's line: money as the bank booked it on an account of ours, and where it says so."""

from __future__ import annotations

from datetime import date

from ledger.domain.fact import Part


class BankLine(Part, frozen=True, kw_only=True):
    """Money booked on an account of ours, signed as it moves the account; what receipts and movements share.

    A movement is what the bank booked as one amount; several payers' money may be in it. `movement_id` and
    `movement_minor` say which it was and how much, null where no bank booked it: all receipts and other parts of one
    movement name it, and sum to it. `line_key` is the identity of the line, or of the detail of one, `file` the hash
    of the file it came in and `raw_position` where in it.
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
        """Whether it is the same line's same amount, in whatever file it came."""
        mine = (self.amount_minor, self.currency, self.line_key)
        return mine == (other.amount_minor, other.currency, other.line_key)
