"""The plan: a file's entries as commands for the ledger, and what is left for a person to decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import polars as pl

from ledger import Envelope, Outcome, PolicyRef, Submission
from ledger.domain.bank_movement import ClassifyBankMovement
from ledger.domain.cash_application import AllocateReceipt, Item
from ledger.domain.receipt import Rail, RecordReceipt
from ledger.domain.refund import SettleRefund
from reconciliation.matching.exact import OURS, REASONS, RULE, RULE_VERSION
from reconciliation.matching.movements import MOVEMENT_REASONS, classified

# A personal identity number (day of birth + 60 in a coordination number) or a mobile telephone number, whatever
# its check digit: payers write them in the reference field, where many pass for an OCR reference. Sources: Swedish
# Population Registration Act (1991:481) 18 §; the Swedish numbering plan of the Post and Telecom Authority.
_PERSONAL: Final = re.compile(
    r"(?:18|19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])\d{4}|(?:0|0?0?46)7\d{8}", re.ASCII
)


_SUGGESTION: Final = ("invoice_id", "share", "open_minor", "due_on", "why", "of")


class SentRefund(NamedTuple):
    """A refund whose payment order went to the bank: what its line must say to settle it."""

    refund_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all entries of a file: its hash, format, who books it and when, and the refunds under way."""

    sha256: str
    format: str
    actor: str
    recorded_at: datetime
    # By end-to-end id: refunds sent and not yet settled.
    refunds: Mapping[str, SentRefund] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """Something for a person: which money, why no rule was certain, and what it might be for."""

    receipt_id: str | None
    movement_id: str | None
    code: str
    reasons: tuple[str, ...]
    candidates: tuple[dict[str, Any], ...]
    raw_position: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Commands to execute together, and reviews to keep beside them."""

    submissions: tuple[Submission, ...]
    reviews: tuple[Review, ...]
    matched: tuple[dict[str, Any], ...]


class _Entry(NamedTuple):
    """An entry as the plan needs it; from `reason` on of receipts only, and of matched ones where it is null."""

    money_id: str
    key: str
    part: str
    account: str
    amount_minor: int
    currency: str
    booked_on: date
    value_on: date | None
    reference: str | None
    reference_kind: str | None
    reference_valid: bool | None
    end_to_end_id: str | None
    bank_ref: str | None
    bank_code: str | None
    raw_position: str | None
    line_minor: int
    line_bank_ref: str | None
    is_charge: bool
    reason: str | None
    invoice_id: str
    share: int
    account_id: str
    issued_on: date
    open_minor: int


def money_id(booked_on: date, key: str) -> str:
    """Id of the receipt or movement of a line: its day, so that ids rise with time, and its identity."""
    return f"{booked_on:%Y%m%d}-{key}"


def is_receipt(row: Mapping[str, Any]) -> bool:
    """Every credit is a receipt, matched or not; what members leave over is none."""
    return bool(row["amount_minor"] > 0 and row["part"] != "rest")


def receipts(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries that are receipts, as `is_receipt` says it of one."""
    return entries.filter((pl.col("amount_minor") > 0) & (pl.col("part") != "rest"))


def plan(entries: pl.DataFrame, matched: pl.DataFrame, candidates: pl.DataFrame, setting: Setting) -> Plan:
    """Commands for keyed entries not seen before: receipts with their allocation, and classified movements.

    `matched` has the receipts among them with their item or reason, `candidates` what unmatched ones might be for.
    """
    unanswered = receipts(entries).join(matched, on="key", how="anti").height
    assert not unanswered, f"{unanswered} receipts are neither matched nor told why not"
    answers = matched.select("key", "reason", "invoice_id", "share", "account_id", "issued_on", "open_minor")
    ids = pl.col("booked_on").dt.to_string("%Y%m%d") + "-" + pl.col("key")
    entries = entries.join(answers, on="key", how="left", maintain_order="left").with_columns(money_id=ids)
    return _Planning(setting, candidates).planned(entries)


def kept_back(submission: Submission, outcome: Outcome) -> Review | None:
    """What a person has to decide where the ledger refused a planned allocation; none for any other command.

    The receipt is in the book, unallocated. So it is when money is left over on an item that was written off.
    """
    if not isinstance(submission.command, AllocateReceipt) or outcome.status != "refused":
        return None
    place = submission.envelope.evidence[0].partition("#")[2]
    receipt_id, why = submission.command.receipt_id, (outcome.sentence or "",)
    return Review(receipt_id, None, outcome.code or "", why, (), place or None)


class _Planning:
    """A plan in the making: what is asked of the ledger so far, and what that leaves open."""

    def __init__(self, setting: Setting, candidates: pl.DataFrame) -> None:
        self._setting = setting
        self._rail: Rail = "bankgiro" if setting.format == "bgmax" else "bank_transfer"
        self._policy = PolicyRef("cash-application", RULE_VERSION, RULE)
        self._cause = f"file-{setting.sha256}"
        self._suggested: dict[str, list[dict[str, Any]]] = {}
        for key, *row in candidates.select("key", *_SUGGESTION).iter_rows():
            self._suggested.setdefault(key, []).append(dict(zip(_SUGGESTION, row, strict=True)))
        self._refunds = dict(setting.refunds)
        self._left: dict[tuple[str, int], int] = {}
        self._submissions: list[Submission] = []
        self._reviews: list[Review] = []
        self._matched: list[dict[str, Any]] = []

    def planned(self, entries: pl.DataFrame) -> Plan:
        """All entries, in the order of the file."""
        for entry in map(_Entry._make, entries.select(_Entry._fields).rows()):
            if entry.amount_minor > 0 and entry.part != "rest":
                self._receipt(entry)
            else:
                self._movement(entry)
        return Plan(tuple(self._submissions), tuple(self._reviews), tuple(self._matched))

    def _receipt(self, entry: _Entry) -> None:
        quoted = _may_be_kept(entry)
        command = RecordReceipt(
            receipt_id=entry.money_id,
            rail=self._rail,
            bank_account=entry.account,
            amount_minor=entry.amount_minor,
            currency=entry.currency,
            booked_on=entry.booked_on,
            value_on=entry.value_on,
            reference=entry.reference if quoted else None,
            reference_kind=entry.reference_kind if quoted else None,
            reference_valid=entry.reference_valid if quoted else None,
            line_key=entry.key,
            source=self._setting.sha256,
            position=entry.raw_position,
        )
        self._submissions.append(Submission(command, self._envelope(entry, f"line:{entry.key}", entry.booked_on)))
        if entry.reason is None:
            self._allocation(entry)
            self._matched.append(self._match(entry))
        else:
            candidates = tuple(self._suggested.get(entry.key, ()))
            why = (REASONS[entry.reason],)
            self._reviews.append(Review(entry.money_id, None, entry.reason, why, candidates, entry.raw_position))

    def _allocation(self, entry: _Entry) -> None:
        command = AllocateReceipt(
            allocation_id=entry.money_id,
            receipt_id=entry.money_id,
            items=(Item(entry.invoice_id, entry.share),),
            credit_account=entry.account_id,
            rule=RULE,
        )
        # An item cannot be settled before it exists, though money may have come earlier.
        day = max(entry.booked_on, entry.issued_on)
        self._submissions.append(Submission(command, self._envelope(entry, f"match:{entry.key}", day, self._policy)))

    def _match(self, entry: _Entry) -> dict[str, Any]:
        """A row of the match table: which line paid which item, and how it compares with what is then left open."""
        item = (entry.invoice_id, entry.share)
        left = self._left.get(item, entry.open_minor)
        self._left[item] = max(left - entry.amount_minor, 0)
        if left <= 0:
            kind = "duplicate"
        elif entry.amount_minor == left:
            kind = "exact"
        else:
            kind = "partial" if entry.amount_minor < left else "over"
        return {
            "position": entry.raw_position,
            "booked_on": entry.booked_on,
            "amount_minor": entry.amount_minor,
            "currency": entry.currency,
            "reference": entry.reference,
            "invoice_id": entry.invoice_id,
            "share": entry.share,
            "open_minor": left,
            "kind": kind,
            "rule": RULE,
        }

    def _movement(self, entry: _Entry) -> None:
        refund = self._refund_of(entry)
        role, rule = ("cash_in_transit", "refund-sent")
        if refund is None:
            role, rule = classified(entry.part, entry.is_charge, entry.bank_code, entry.line_minor)
        command = ClassifyBankMovement(
            movement_id=entry.money_id,
            bank_account=entry.account,
            amount_minor=entry.amount_minor,
            currency=entry.currency,
            booked_on=entry.booked_on,
            value_on=entry.value_on,
            role=role,
            rule=rule,
            line_key=entry.key,
            source=self._setting.sha256,
            position=entry.raw_position,
        )
        self._submissions.append(Submission(command, self._envelope(entry, f"line:{entry.key}", entry.booked_on)))
        if refund:
            settled = SettleRefund(refund_id=refund.refund_id, bank_ref=entry.bank_ref or entry.line_bank_ref)
            key = f"settle:{refund.refund_id}:{entry.key}"
            self._submissions.append(Submission(settled, self._envelope(entry, key, entry.booked_on)))
        elif rule in MOVEMENT_REASONS:
            why = (MOVEMENT_REASONS[rule],)
            self._reviews.append(Review(None, entry.money_id, rule.replace("-", "_"), why, (), entry.raw_position))

    def _refund_of(self, entry: _Entry) -> SentRefund | None:
        """The refund that this line pays: by its end-to-end id, to the unit, and only once."""
        refund = self._refunds.get(entry.end_to_end_id or "")
        if refund is None or (refund.amount_minor, refund.currency) != (-entry.amount_minor, entry.currency):
            return None
        return self._refunds.pop(entry.end_to_end_id or "")

    def _envelope(self, entry: _Entry, key: str, day: date, policy: PolicyRef | None = None) -> Envelope:
        where = f"#{entry.raw_position}" if entry.raw_position else ""
        return Envelope(
            occurred_on=day,
            accounting_date=day,
            recorded_at=self._setting.recorded_at,
            actor=self._setting.actor,
            key=key,
            cause=self._cause,
            policy=policy,
            evidence=(f"{self._setting.sha256}{where}",),
        )


def _may_be_kept(entry: _Entry) -> bool:
    """Whether the book keeps what the payer quoted: our own references, and others that cannot name a person."""
    if entry.reason is None or entry.reason in OURS:
        return True
    if entry.reference is None or entry.reference_kind in (None, "text"):
        return False
    return not _PERSONAL.fullmatch(entry.reference)
