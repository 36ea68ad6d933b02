"""The facts of a receipt: the payment, its payer, and what the money was applied to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, Literal

import msgspec

from ledger.domain.approval import Undone
from ledger.domain.bank.line import BankLine
from ledger.domain.chart_of_accounts import UNALLOCATED, UNTIL_PAID_OUT
from ledger.domain.duty import Act
from ledger.domain.fact import Fact, Mirror, Part, stream_of
from ledger.domain.identifier import has_personal_number
from ledger.domain.rails import Rail
from ledger.domain.receivables.difference_facts import DifferenceClosed, DifferenceReopened
from ledger.domain.references import looks_personal


class Payment(BankLine, frozen=True, kw_only=True):
    """One payer's payment: a bank movement, or one detail of it if the file gives details.

    `reference` is only the normalised reference that the payer quoted; raw text stays in the archive. A payment that
    another entity received for us came by the rail `transfer`.
    """

    from_bank: ClassVar[tuple[str, ...]] = ("reference",)

    rail: Rail | Literal["transfer"]
    reference: str | None = None
    reference_kind: str | None = None
    reference_valid: bool | None = None

    @property
    def impersonal(self) -> Payment:
        """The payment without a reference that looks like a person's number, which no fact keeps. None of ours does."""
        kind, reference = self.reference_kind, self.reference
        if reference is None or not (looks_personal(kind or "", reference) or has_personal_number(reference)):
            return self
        return msgspec.structs.replace(self, reference=None, reference_kind=None, reference_valid=None)

    @property
    def by_hand(self) -> bool:
        """Whether a person recorded it: cash, or a payment by card or Swish, that no bank has booked."""
        return self.rail in UNTIL_PAID_OUT and self.movement_id is None and self.file is None

    @property
    def by_transfer(self) -> bool:
        """Whether another entity received it, and owes it to us."""
        return self.rail == "transfer"

    @property
    def sentence(self) -> str:
        """How the payment came."""
        if self.by_transfer:
            return f"Payment that another entity received for us, booked {self.booked_on}"
        return f"Payment received on {self.bank_account} by {self.rail}, booked {self.booked_on}"


class ReceiptRecorded(Fact, frozen=True):
    """A payment was received; every credit line of a bank file becomes one or more receipts, matched or not."""

    receipt_id: str
    payment: Payment


class ReceiptFound(Mirror, frozen=True):
    """Mirrors MovementReclassified: a bank movement with the receipt's id turned out to be somebody's payment."""

    receipt_id: str
    payment: Payment


class ReceiptIdentified(Fact, frozen=True):
    """A person or a rule identified the payer."""

    account_id: str
    method: str
    currency: str


class IdentificationWithdrawn(Fact, frozen=True):
    """What a person had said about the payer was taken back; `account_id` is the payer by the allocations, if any."""

    account_id: str | None
    reason_code: str
    currency: str


class Target(Part, frozen=True):
    """How much of a receipt settles one item."""

    item_id: str
    account_id: str
    amount_minor: int
    ar_role: str


class ReceiptAllocated(Fact, frozen=True):
    """Money of a receipt was applied to items; the amount `credit_minor` became customer credit of `credit_account`.

    `account_id` is the receipt's payer afterwards: the one who was identified, else the only payer of all allocations
    in force. An allocation's payer is who got the rest as credit, else the only payer of its items. `request_id` is the
    request whose reference the payer quoted.
    """

    allocation_id: str
    account_id: str | None
    request_id: str | None
    currency: str
    targets: tuple[Target, ...]
    credit_minor: int
    credit_account: str | None
    rule: str


class AllocationReversed(Fact, frozen=True):
    """An allocation was reversed, wholly or in part; the amount is unallocated on the receipt again.

    If it was a mistake, it never was so, and the reversal takes effect on the allocation's own day. If the money was
    moved, or if the bank took it back, it was so until the day of the reversal. `account_id` is the receipt's payer
    afterwards; null if the payer is not known any more.
    """

    allocation_id: str
    account_id: str | None
    because: Undone
    currency: str
    targets: tuple[Target, ...]
    credit_minor: int
    credit_account: str | None


class ReceiptRecalled(Fact, frozen=True):
    """The bank took the payment back, wholly or in part; `part_id` is the debit by which it did.

    The debit itself is booked on the bank's day on the account role `role`, which this fact clears. A recall has
    several facts if its parts take effect on different days. `account_id` is the receipt's payer.
    """

    part_id: str
    account_id: str | None
    amount_minor: int
    currency: str
    role: str
    reason_code: str


class RecallReversed(Fact, frozen=True):
    """The bank did not take the payment back with the debit `part_id`, or not this payment: the recall never was.

    The money is unallocated again from the day of the recall on, and the debit is on the account role `role` again. It
    has several facts if the recall has several days. `account_id` is the receipt's payer.
    """

    part_id: str
    account_id: str | None
    amount_minor: int
    currency: str
    role: str
    reason_code: str


class ReceiptReclassified(Fact, frozen=True):
    """A person said that money of the receipt was no payment: it moves from `unallocated` to another account role.

    If that was wrong, it moves back, and `role` is `unallocated`. It may have several facts, each for a day. If it was
    a payout, that and our account at its payment provider are named, in both directions.
    """

    account_id: str | None
    bank_account: str
    amount_minor: int
    currency: str
    from_role: str
    role: str
    reason_code: str
    payout_id: str | None = None
    provider_account: str | None = None

    @property
    def elsewhere(self) -> str:
        """Where the money is that is not unallocated, or from where it comes back: a payout's stream, or a role."""
        if self.payout_id is not None:
            return stream_of("payout", self.payout_id)
        return self.from_role if self.role == UNALLOCATED else self.role

    @property
    def sentence(self) -> str:
        """From where to where the money moved, and why."""
        payout = "" if self.payout_id is None else f", payout {self.payout_id}"
        return f"Moved from {self.from_role} to {self.role} ({self.reason_code}){payout}"


class ReceiptVoided(Fact, frozen=True):
    """A receipt that a person recorded by mistake never was; it may have several facts, each for a day.

    The money was never on the account role `role`; `provider_account` is our account at a payment provider, if it was
    said to be there.
    """

    account_id: str | None
    amount_minor: int
    currency: str
    role: str
    reason_code: str
    provider_account: str | None = None


ReceiptFact = (
    ReceiptRecorded
    | ReceiptFound
    | ReceiptIdentified
    | IdentificationWithdrawn
    | ReceiptAllocated
    | AllocationReversed
    | ReceiptRecalled
    | RecallReversed
    | ReceiptReclassified
    | ReceiptVoided
    | DifferenceClosed
    | DifferenceReopened
)


def applied_minor(fact: ReceiptAllocated | AllocationReversed) -> int:
    """The whole amount of an allocation, in minor units: what went to items plus what became customer credit."""
    return sum(target.amount_minor for target in fact.targets) + fact.credit_minor


def payers_named(facts: Iterable[Fact]) -> frozenset[str]:
    """The accounts whose payment a receipt ever was, or was said to be, after all its facts; undone or not."""
    found: set[str | None] = set()
    for fact in facts:
        if isinstance(fact, ReceiptIdentified | ReceiptAllocated):
            found.add(fact.account_id)
        if isinstance(fact, ReceiptAllocated):
            found |= {fact.credit_account, *(target.account_id for target in fact.targets)}
    return frozenset(one for one in found if one is not None)


# What somebody decides with these facts.
ACTS: Final[dict[type[Fact], Act]] = {
    ReceiptRecorded: Act("receipt"),
    ReceiptIdentified: Act("identification"),
    IdentificationWithdrawn: Act("identification_end"),
    ReceiptAllocated: Act("allocation"),
    AllocationReversed: Act("allocation_reversal"),
    ReceiptRecalled: Act("recall"),
    RecallReversed: Act("recall_reversal"),
    ReceiptReclassified: Act("receipt_reclassification"),
    ReceiptVoided: Act("void"),
}
