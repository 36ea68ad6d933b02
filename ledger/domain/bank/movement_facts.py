"""The facts of a bank movement, or a part of one, that is not a receipt."""

from __future__ import annotations

from ledger.domain.bank.line import BankLine
from ledger.domain.fact import Fact, Mirror


class MovementClassified(Fact, frozen=True):
    """Money moved on the bank account; the other side of the posting is on the ledger account of `role`.

    `part_id` is the id of the whole movement, or of the part of it that is not a receipt. `line` names the movement.
    `document` is the stream of the refund that the movement paid or brought back, or of the payout that it is.
    `counter_account` is our account on the other side: at the payment provider, or that of a transfer of ours.
    `tax_code` says of what the money is, if a rule says it.
    """

    part_id: str
    line: BankLine
    role: str
    rule: str
    document: str | None
    counter_account: str | None = None
    tax_code: str | None = None


class MovementCleared(Mirror, frozen=True):
    """Mirrors ReceiptRecalled: a document explains an amount of the movement, and cleared its ledger account."""

    document: str
    amount_minor: int
    currency: str


class MovementUncleared(Mirror, frozen=True):
    """Mirrors RecallReversed: the document does not explain that amount of the movement, which is on its role again."""

    document: str
    amount_minor: int
    currency: str


class MovementReclassified(Fact, frozen=True):
    """A person said what a movement was, from the start: its money moves from one account role to another.

    The amount is what is left of the movement, signed as the bank's line: all but what took receipts back. `document`
    is the stream of the refund that the movement paid or brought back, of the receipt that it became, or of the
    settlement whose payments, recorded when they were captured, it is the sum of. If the refund
    had been paid already or given up, the money was not owed, so the role is `customer_credit`. `from_account` is our
    account on the other side until then: at the payment provider whose payout it was, or that of a transfer;
    `counter_account` is the one from then on. The money moves from one tax code to another one as well.
    """

    part_id: str
    bank_account: str
    amount_minor: int
    currency: str
    from_role: str
    role: str
    document: str | None
    reason_code: str
    from_account: str | None = None
    from_tax_code: str | None = None
    tax_code: str | None = None
    counter_account: str | None = None


class MovementSplit(Fact, frozen=True):
    """A person divided a movement: an amount of it, signed as the bank's line, is a part of its own from then on.

    `into` is the id of the new part. The money stays on its role until `MovementReclassified` moves it.
    """

    into: str
    amount_minor: int
    currency: str


class MovementPartBegun(Fact, frozen=True):
    """Begins the part that was split off the movement `split_from`, on the same role and tax code.

    `line` is the bank's line with the amount of the part; `rule` is the rule that classified the whole.
    """

    part_id: str
    split_from: str
    line: BankLine
    role: str
    rule: str
    tax_code: str | None = None

    @property
    def amount_minor(self) -> int:
        """The amount of the part, signed as the bank's line."""
        return self.line.amount_minor

    @property
    def currency(self) -> str:
        """The currency of the amount; no posting of this fact says it."""
        return self.line.currency


MovementFact = (
    MovementClassified | MovementPartBegun | MovementSplit | MovementCleared | MovementUncleared | MovementReclassified
)
