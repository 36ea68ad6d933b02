"""Makes proposals from a statement's entries: commands for the ledger, and reviews for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.allocation import AllocateReceipt
from ledger.domain.cash.payout import BookPayoutMovement
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.refund_movement import REPEATED, BankView, BookRefundMovement
from ledger.domain.chart_of_accounts import BANK_SUSPENSE, PROVIDER_FEE_TAX
from ledger.domain.fact import Command, PolicyRef
from ledger.domain.grammar import LONGEST_WORDS
from ledger.domain.identifier import is_written_as_personal
from ledger.execution.submission import Submission
from reconciliation.matching.entries import PAYMENTS, RECEIVED, Entry, is_payment
from reconciliation.matching.exact_match import OURS, REASONS
from reconciliation.matching.line_rules import CONTRADICTED, Explained
from reconciliation.matching.movements import LEFT_OUT, MOVEMENT_REASONS, RECALL, classified, reason_of, settled_as
from reconciliation.matching.payouts import PayoutOf, without_person
from reconciliation.matching.recalls import WAITS
from reconciliation.proposals.applied import Part, applied, parts_of
from reconciliation.proposals.booked_line import Answer, line_of, payment_of
from reconciliation.proposals.proposal import Match, Proposal, Review, Setting
from reconciliation.proposals.recalled import NOTHING, Due, Recalled, reason_code
from reconciliation.statements.values import in_one_line

_QUOTED: Final = ("reference", "reference_kind", "reference_valid")
_SUGGESTION: Final = ("item_id", "count", "open_minor", "due_on", "why", "of")


def money_id(booked_on: date, key: str) -> str:
    """The id of a receipt or a part: first the booking day, so that ids rise with time, then the entry's key."""
    return f"{booked_on:%Y%m%d}-{key}"


def is_receipt(row: Mapping[str, Any]) -> bool:
    """Whether an entry is a receipt.

    Every credit is one, matched or not, except the amount that remains when a line's details are subtracted from the
    line, and the difference between a statement and the book. Of a payment provider's transactions, payments are.
    """
    return bool(row["amount_minor"] > 0 and row["part"] in PAYMENTS and row["kind"] in (None, *RECEIVED))


def receipts(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries that are receipts, by the same rule as `is_receipt`."""
    of_payer = pl.col("kind").is_null() | pl.col("kind").is_in(RECEIVED)
    return entries.filter(is_payment() & of_payer)


def propose(
    entries: pl.DataFrame,
    matched: pl.DataFrame,
    candidates: pl.DataFrame,
    setting: Setting,
    recalled: Recalled = NOTHING,
) -> Proposal:
    """Propose commands for new entries with keys. The commands record movements, and receipts with their allocations.

    `matched` contains the receipts, each with the matched item or the reason why none matched. `candidates` contains
    the items that unmatched receipts might be for. `recalled` says what the recalls of the file mean for its entries.
    """
    paid = receipts(entries).filter(~pl.col("key").is_in([*setting.payouts, *setting.sums]))
    unanswered = paid.join(matched, on="key", how="anti").height
    assert not unanswered, f"{unanswered} receipts have neither a matched item nor a reason why none matched"
    # A reference that was found among other numbers of a text is the entry's reference now.
    answers = matched.select("key", "reason", "request_id", "item_id", "open_minor", "parts", *_QUOTED)
    rest = entries.join(matched, on="key", how="anti").select("key", *_QUOTED)
    quoted = pl.concat([answers.select("key", *_QUOTED), rest])
    entries = entries.drop(_QUOTED).join(quoted, on="key", how="left", maintain_order="left")
    entries = with_ids(entries.join(answers.drop(_QUOTED), on="key", how="left", maintain_order="left"))
    return _Proposing(setting, candidates, recalled).proposed(entries)


def with_ids(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries with the ids under which their money and their movements are recorded."""
    day = pl.col("booked_on").dt.to_string("%Y%m%d") + "-"
    return entries.with_columns(money_id=day + pl.col("key"), movement_id=day + pl.col("movement_key"))


def left_out(entries: pl.DataFrame) -> tuple[Review, ...]:
    """A review for each line that is not booked, although no booked movement is the same as it."""
    lines = entries.filter(pl.col("decision").is_in(list(LEFT_OUT))).unique(["statement_no", "line_no"], keep="first")
    return tuple(
        Review(None, money_id(booked_on, key), f"line_{decision}", (LEFT_OUT[decision],), (), where)
        for booked_on, key, decision, where in lines.sort("statement_no", "line_no")
        .select("booked_on", "movement_key", "decision", "raw_position")
        .iter_rows()
    )


def suggestions_by_key(candidates: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The candidates of each entry as a review has them."""
    suggested: dict[str, list[dict[str, Any]]] = {}
    for key, *row in candidates.select("key", *_SUGGESTION).iter_rows():
        suggested.setdefault(key, []).append(dict(zip(_SUGGESTION, row, strict=True)))
    return suggested


class _Proposing:
    """A proposal that is being made: its commands so far, and the open amounts and refunds that remain after them."""

    def __init__(self, setting: Setting, candidates: pl.DataFrame, recalled: Recalled) -> None:
        self._setting = setting
        self._recalled = recalled
        self._due: dict[str, list[Due]] = {}
        for due in recalled.due:
            self._due.setdefault(due.after, []).append(due)
        self._suggested = suggestions_by_key(candidates)
        self._refunds = {id: list(refunds) for id, refunds in setting.refunds.items()}
        self._repeated = set(setting.repeated)
        self._left: dict[str, int] = {}
        self._submissions: list[Submission] = []
        self._reviews: list[Review] = []
        self._matches: list[Match] = []

    def proposed(self, entries: pl.DataFrame) -> Proposal:
        """Make the proposals for all entries, in their order."""
        width = len(Entry._fields)
        for row in entries.select(*Entry._fields, *Answer._fields).iter_rows():
            entry, answer = Entry._make(row[:width]), Answer._make(row[width:])
            self._propose(entry, answer)
            self._recall(answer.key)
        # Those of entries that an earlier run has booked.
        for key in list(self._due):
            self._recall(key)
        return Proposal(tuple(self._submissions), tuple(self._reviews), tuple(self._matches))

    def _propose(self, entry: Entry, answer: Answer) -> None:
        if answer.key in self._setting.payouts:
            self._payout(entry, answer, self._setting.payouts[answer.key])
        elif entry.end_to_end_id in self._refunds and entry.part in PAYMENTS:
            self._of_refund(entry, answer, self._refunds[entry.end_to_end_id])
        elif (explained := self._explained(entry, answer)) is not None:
            self._by_rule(entry, answer, explained)
        elif is_receipt(entry._asdict()):
            self._receipt(entry, answer)
        else:
            self._movement(entry, answer)

    def _explained(self, entry: Entry, answer: Answer) -> Explained | None:
        """What a rule says of a line, unless it is a recall or a payment with a reference of ours."""
        recalled, key = self._recalled, answer.key
        if key in self._setting.sums and key not in recalled.certain:
            return self._setting.sums[key].explained
        if entry.kind is not None or entry.part not in PAYMENTS:
            return None
        if any(key in keys for keys in (recalled.certain, recalled.taken, recalled.waits, recalled.fit)):
            return None
        if entry.amount_minor > 0 and (answer.reason is None or answer.reason in OURS):
            return None
        if entry.amount_minor < 0 and (entry.reversal or entry.return_reason is not None):
            return None
        return self._setting.rules.explain(entry._asdict())

    def _by_rule(self, entry: Entry, answer: Answer, explained: Explained) -> None:
        self._classify(entry, answer, explained)
        if explained.rules:
            why = (MOVEMENT_REASONS[explained.rule], f"The rules: {', '.join(explained.rules)}.")
            self._reviews.append(Review(None, answer.money_id, explained.rule, why, (), entry.raw_position))

    def _receipt(self, entry: Entry, answer: Answer) -> None:
        quoted = _may_be_kept(entry, answer.reason)
        payment = payment_of(entry, answer, self._setting.sha256, quoted=quoted)
        self._submit(RecordReceipt(receipt_id=answer.money_id, payment=payment), f"line:{answer.key}", entry)
        if answer.key in self._recalled.taken:
            return
        if answer.key in self._recalled.waits:
            code, sentence = WAITS
            debits = f"The bank's debit: {', '.join(self._recalled.waits[answer.key])}."
            self._reviews.append(Review(answer.money_id, None, code, (sentence, debits), (), entry.raw_position))
        elif answer.reason is None:
            parts = parts_of({**answer._asdict(), "amount_minor": entry.amount_minor})
            for part, one in zip(parts, applied(answer.money_id, parts), strict=True):
                self._submit(one.command, f"match:{answer.key}{one.suffix}", entry, one.policy)
                self._matches.append(self._match(entry, one.command, part))
        elif answer.key not in self._recalled.gone:
            candidates = tuple(self._suggested.get(answer.key, ()))
            why, where = (REASONS[answer.reason],), entry.raw_position
            self._reviews.append(Review(answer.money_id, None, answer.reason, why, candidates, where))

    def _match(self, entry: Entry, command: AllocateReceipt, part: Part) -> Match:
        left = self._left.get(part.request_id, part.open_minor)
        self._left[part.request_id] = max(left - part.amount_minor, 0)
        if left <= 0:
            kind = "duplicate"
        elif part.amount_minor == left:
            kind = "exact"
        else:
            kind = "partial" if part.amount_minor < left else "over"
        return Match(
            raw_position=entry.raw_position,
            booked_on=entry.booked_on,
            amount_minor=part.amount_minor,
            currency=entry.currency,
            reference=entry.reference,
            item_id=part.item_id,
            open_minor=left,
            kind=kind,
            rule=command.rule,
            receipt_id=command.receipt_id,
            allocation_id=command.allocation_id,
        )

    def _of_refund(self, entry: Entry, answer: Answer, named: list[BankView]) -> None:
        """Book a line that has the end-to-end id of a refund: its payment or its return, or money for a person."""
        obstacles = [refund.obstacle(entry.amount_minor, entry.currency) for refund in named]
        if obstacles.count(None) != 1 and len(named) > 1:
            self._classify(entry, answer, Explained(BANK_SUSPENSE, "refund_ambiguous"))
            return
        number = obstacles.index(None) if None in obstacles else 0
        refund, obstacle = named[number], obstacles[number]
        if obstacle is None and entry.amount_minor > 0 and answer.end_to_end_key in self._repeated:
            self._classify(entry, answer, Explained(BANK_SUSPENSE, "refund_return_in_doubt"))
            return
        if obstacle == REPEATED and entry.amount_minor < 0 and answer.end_to_end_key is not None:
            self._repeated.add(answer.end_to_end_key)
        command = BookRefundMovement(
            part_id=answer.money_id,
            line=line_of(entry, answer, self._setting.sha256),
            refund_id=refund.refund_id,
            bank_ref=in_one_line(entry.bank_ref or entry.line_bank_ref, LONGEST_WORDS),
            return_reason=reason_code(entry.return_reason),
        )
        self._submit(command, f"line:{answer.key}", entry)
        if obstacle is not None:
            self._explain(entry, answer, obstacle)
        else:
            if refund.status == "failed" and entry.amount_minor < 0:
                self._explain(entry, answer, "refund_had_failed")
            paid = refund.paid_minor + max(-entry.amount_minor, 0)
            back = refund.brought_back_minor + max(entry.amount_minor, 0)
            named[number] = refund._replace(paid_minor=paid, brought_back_minor=back)

    def _movement(self, entry: Entry, answer: Answer) -> None:
        if answer.key in self._recalled.certain:
            role, rule = RECALL
        elif entry.kind is not None:
            role, rule = settled_as(entry.kind, entry.amount_minor)
        else:
            taken_back = entry.amount_minor < 0 and (bool(entry.reversal) or entry.return_reason is not None)
            role, rule = classified(entry.part, entry.is_charge, entry.bank_code, entry.line_minor, taken_back)
        code = self._setting.fee_tax_codes.get(entry.account) if role == PROVIDER_FEE_TAX else None
        self._classify(entry, answer, Explained(role, rule, tax_code=code))

    def _payout(self, entry: Entry, answer: Answer, of: PayoutOf) -> None:
        command = BookPayoutMovement(
            part_id=answer.money_id,
            line=line_of(entry, answer, self._setting.sha256),
            payout_id=of.payout_id,
            provider_account=of.provider_account,
            payout_ref=without_person(of.payout_ref),
            side="arrived" if entry.held_by is None else "sent",
            rule=of.rule,
        )
        self._submit(command, f"line:{answer.key}", entry)
        if of.rule in MOVEMENT_REASONS:
            self._explain(entry, answer, of.rule)

    def _recall(self, after: str) -> None:
        for due in self._due.pop(after, ()):
            where = due.entry.raw_position
            self._submissions.append(self._setting.submission(due.command, f"recall:{due.key}", due.on, where))

    def _classify(self, entry: Entry, answer: Answer, explained: Explained) -> None:
        command = ClassifyMovement(
            part_id=answer.money_id,
            line=line_of(entry, answer, self._setting.sha256),
            role=explained.role,
            rule=explained.rule,
            counter_account=explained.counter_account,
            tax_code=explained.tax_code,
        )
        self._submit(command, f"line:{answer.key}", entry)
        if explained.rule in MOVEMENT_REASONS and explained.rule != CONTRADICTED:
            self._explain(entry, answer, explained.rule)

    def _explain(self, entry: Entry, answer: Answer, rule: str) -> None:
        fit = self._recalled.fit.get(answer.key, ())
        reason = reason_of(rule, held=entry.held_by is not None)
        self._reviews.append(Review(None, answer.money_id, rule, (reason,), fit, entry.raw_position))

    def _submit(self, command: Command, key: str, entry: Entry, policy: PolicyRef | None = None) -> None:
        self._submissions.append(self._setting.submission(command, key, entry.booked_on, entry.raw_position, policy))


def _may_be_kept(entry: Entry, reason: str | None) -> bool:
    """Whether the quoted reference may be kept in the book, because it is one of ours or cannot identify a person."""
    if reason is None or reason in OURS:
        return True
    if entry.reference is None or entry.reference_kind in (None, "text") or entry.reference_personal:
        return False
    digits = entry.reference[4:] if entry.reference_kind == "rf" else entry.reference
    return not is_written_as_personal(digits)
