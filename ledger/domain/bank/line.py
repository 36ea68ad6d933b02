"""A bank's line: money that the bank booked on one of our accounts, and the line's position in the file."""

from __future__ import annotations

from datetime import date

from ledger.domain.chart_of_accounts import bank_role
from ledger.domain.fact import Part
from ledger.domain.rails import ProviderRail


class BankLine(Part, frozen=True, kw_only=True):
    """Money booked on one of our accounts: positive if it raised the balance.

    Receipts and movements share these fields. `bank_account` is the id of our account. A movement is what the bank
    booked as one amount, which may contain several payers' money. `movement_id` and `movement_minor` are the movement's
    identity and amount; they are null if no bank booked the money. Every receipt or part of a movement carries that
    movement's `movement_id`; together, their amounts equal the movement's amount. `line_key` is the identity of the
    line or of its detail, `file` is the hash of the file, `statement_no` the number of the statement in that file, and
    `raw_position` says where in the file the line is. `bank_id_key` and `end_to_end_key` are hashes of the movement's
    id at the bank and of the line's end-to-end id; another file may show the same movement with another day.
    `in_detail` is true if the file only shows payments in detail, and the account's statements book the money itself.
    `held_by` is the rail of the payment provider that holds the money, if it is on our account at a provider instead of
    a bank; `payment_ref` is that provider's id of the payment.
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
    statement_no: int | None = None
    raw_position: str | None = None
    bank_id_key: str | None = None
    end_to_end_key: str | None = None
    in_detail: bool = False
    held_by: ProviderRail | None = None
    payment_ref: str | None = None

    @property
    def money_role(self) -> str:
        """The account role that the money raises."""
        return bank_role(in_detail=self.in_detail, held_by=self.held_by)

    def same_money(self, other: BankLine) -> bool:
        """Whether `other` is the same line with the same amount, even if it comes from another file."""
        mine = (self.amount_minor, self.currency, self.line_key)
        return mine == (other.amount_minor, other.currency, other.line_key)
