"""The proposal: commands to record together, and reviews that a person must decide."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.allocation import AllocateReceipt
from ledger.domain.cash.payout import BookPayoutMovement
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.refund_movement import BankView, BookRefundMovement
from ledger.domain.fact import Command, Envelope, PolicyRef
from ledger.execution.submission import Outcome, Submission
from reconciliation.matching.debit_sums import OrderSum, Returned, SumBack
from reconciliation.matching.line_rules import LineRules
from reconciliation.matching.payouts import PayoutOf, payout_id


def said_hash(*said: object) -> str:
    """The hash of what a file says of something, by which the same word in another file is known."""
    return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all entries of a file share: the file's hash, who books the file and when, and the refunds it may name.

    `repeated` are the hashes of the end-to-end ids of refunds that the bank paid again, which wait for a person.
    """

    sha256: str
    actor: str
    recorded_at: datetime
    correlation: str
    # By end-to-end id, all refunds that have it.
    refunds: Mapping[str, tuple[BankView, ...]] = field(default_factory=dict)
    repeated: frozenset[str] = frozenset()
    # By the keys of entries, the payouts that they are.
    payouts: Mapping[str, PayoutOf] = field(default_factory=dict)
    # By the keys of lines, the orders of direct debits of which they are the sums, or take them back, and what each is.
    sums: Mapping[str, OrderSum | SumBack | Returned] = field(default_factory=dict)
    # The rules that explain lines of banks.
    rules: LineRules = field(default_factory=lambda: LineRules(()))
    # By our account at a payment provider, the tax code of the tax on its fees.
    fee_tax_codes: Mapping[str, str | None] = field(default_factory=dict)

    def settlement_id(self, account: object, ref: object, statement_no: object) -> str:
        """The id of what a provider or a payer settled together: by its own id or, without one, by the file."""
        return payout_id(str(account), str(ref) if ref else f"{self.sha256[:24]}.{statement_no}")

    def submission(
        self, command: Command, key: str, on: date, raw_position: str | None, policy: PolicyRef | None = None
    ) -> Submission:
        """A command about the entry at a position of the file, on the entry's booking day."""
        envelope = Envelope(
            occurred_on=on,
            accounting_date=on,
            recorded_at=self.recorded_at,
            actor=self.actor,
            key=key,
            cause=f"file-{self.sha256}",
            correlation=self.correlation,
            policy=policy,
            evidence=(f"{self.sha256}#{raw_position}" if raw_position else self.sha256,),
        )
        return Submission(command, envelope)


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the match table: the line, the item it paid, and how the line's amount compares with the open amount.

    It also names the receipt and the allocation that the line leads to.
    """

    raw_position: str | None
    booked_on: date
    amount_minor: int
    currency: str
    reference: str | None
    item_id: str
    open_minor: int
    kind: str  # exact, partial, over, duplicate
    rule: str
    receipt_id: str
    allocation_id: str


@dataclass(frozen=True, slots=True)
class Review:
    """A review for a person: the money, why no rule was certain, and what the money might be for.

    `money` says of what was not booked what its file has: the account, the amount, the charges and the day.
    """

    receipt_id: str | None
    part_id: str | None
    code: str
    reasons: tuple[str, ...]
    candidates: tuple[dict[str, Any], ...]
    raw_position: str | None
    money: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Commands to record together, reviews for a person, and the matched lines.

    `explained` are movements booked before of which it is known now what they are. `accepted` is how many of our
    payments the bank has accepted, which records nothing.
    """

    submissions: tuple[Submission, ...]
    reviews: tuple[Review, ...]
    matches: tuple[Match, ...]
    explained: tuple[str, ...] = ()
    accepted: int = 0


def books_money(command: Command) -> bool:
    """Whether a command books an entry of a file; without it, what else concerns the entry is refused too."""
    return isinstance(command, RecordReceipt | ClassifyMovement | BookRefundMovement | BookPayoutMovement)


def kept_back(submission: Submission, outcome: Outcome) -> Review | None:
    """The review for an allocation or a recall that the ledger refused; None for any other command or outcome.

    The receipt or the debit is booked, but a person must say what it is for.
    """
    command, why = submission.command, (outcome.sentence or "",)
    if not isinstance(command, AllocateReceipt | RecallReceipt) or outcome.status != "refused":
        return None
    raw_position = submission.envelope.evidence[0].partition("#")[2] or None
    if isinstance(command, RecallReceipt):
        return Review(None, command.part_id, outcome.code or "", why, (), raw_position)
    return Review(command.receipt_id, None, outcome.code or "", why, (), raw_position)
