"""The demo's month run through matching and the deciders in memory: it comes to what the generator knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from infra.demo.accounts import BANK_ACCOUNTS, GIRO_ACCOUNT, STATEMENT_ACCOUNT
from infra.demo.captures import Capture
from infra.demo.fictions import CARD_PROVIDER, REGIONS, REMITTING
from infra.demo.month import Month
from infra.demo.payments import Payment as Paid
from infra.demo.provider_office import CARDS, REMITTER
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
from ledger.domain.cash.payout import BookPayoutMovement
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Payment
from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.rails import ProviderRail
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.request import Request
from reconciliation.matching.exact_match import match
from reconciliation.matching.movements import classified
from reconciliation.proposals.applied import applied, parts_of
from tests.infra.demo import conftest
from tests.infra.demo.conftest import Sent, paper_bank
from tests.infra.demo.truth import reason_of, truth
from tests.kit.book import Book

ACCOUNT_OF = {alias.number: account.number for account in BANK_ACCOUNTS for alias in account.aliases}

SENDERS = {CARD_PROVIDER: CARDS, REGIONS[REMITTING]: REMITTER}


class Run:
    """The month with everything executed: the book, what became of each receipt, and which lines were seen again."""

    def __init__(self, month: Month, sent: list[Sent]) -> None:
        self.book = Book()
        self.reasons: Counter[str] = Counter()
        self.amounts: Counter[str] = Counter()
        self.seen_again: dict[str, tuple[int, int]] = {}
        self._receipts: dict[tuple[str | None, int], str] = {}
        self.banks = {account.number: paper_bank(account) for account in BANK_ACCOUNTS}
        self._items: list[dict[str, Any]] = []
        self._refunds = {one.end_to_end_id: one.refund_id for one in month.refunds}
        for day in (*month.lead_days, *month.days):
            for submission in month.submissions_of(day):
                self.book.do(submission.command, submission.envelope)
            self._cards(month, day)
            self._remittances(month, day)
            self._items = list(self._all_items())
            for one in (one for one in sent if one.on == day):
                self._load(one)

    def _all_items(self) -> Iterator[dict[str, Any]]:
        for state in self.book.states.values():
            if isinstance(state, Request):
                asked = state.requested
                item = self.book.states[f"item-{asked.items[0]}"]
                assert isinstance(item, Item)
                yield {
                    "reference": asked.reference, "request_id": asked.request_id, "item_id": asked.items[0],
                    "currency": item.raised.currency, "open_minor": item.open_minor,
                }  # fmt: skip

    def _load(self, one: Sent) -> None:
        bank = self.banks[ACCOUNT_OF[one.statements[0]["account"]]]
        again = len(bank.deliver(one.content, on=one.on)) - bank.new.height
        if again:
            self.seen_again[one.name] = (again, bank.new.height)
        for debit in bank.sums:
            self.book.do(ReclassifyMovement(part_id=debit, role="bank_details", reason_code="PAID_IN_DETAIL"))
        of_refund = pl.col("end_to_end_id").is_in([*self._refunds]).fill_null(value=False)
        is_payout = pl.col("counterparty").is_in([*SENDERS]).fill_null(value=False)
        is_receipt = (pl.col("amount_minor") > 0) & pl.col("part").is_in(["line", "detail"]) & ~of_refund & ~is_payout
        for row in match(bank.new.filter(is_receipt), pa.Table.from_pylist(self._items)).iter_rows(named=True):
            self._receipt(row)
        for row in bank.new.filter(~is_receipt).iter_rows(named=True):
            self._movement(row)

    def _cards(self, month: Month, day: date) -> None:
        """What only the provider's files say of a day: payments, one that is taken back, and that comes back."""
        of, taken_on, won_on = month.cards.dispute
        for one in month.cards.captures:
            if not one.recorded and one.payment.booked_on == day:
                self._captured(one.charge, one)
        held: dict[str, Any] = {"bank_account": CARDS, "currency": "SEK", "booked_on": day, "held_by": "card"}
        if day == taken_on:
            line = BankLine(amount_minor=-of.payment.amount_minor, movement_id="taken", line_key="taken", **held)
            self.book.do(ClassifyMovement(part_id="taken", line=line, role="bank_suspense", rule="recall_unexplained"))
            self.book.do(RecallReceipt(receipt_id=of.charge, part_id="taken", reason_code="CHARGEBACK"))
        if day == won_on:
            self._captured("won", of._replace(payment=of.payment._replace(booked_on=day)))

    def _remittances(self, month: Month, day: date) -> None:
        for batch in (one for one in month.remitter.batches if one.booked_on == day):
            for index, one in enumerate(batch.payments):
                self._held(f"{day:%Y%m%d}-claim-{index}", one, REMITTER, "remittance")

    def _captured(self, id: str, one: Capture) -> None:
        self._held(id, one.payment, CARDS, "card")

    def _held(self, id: str, one: Paid, account: str, rail: ProviderRail) -> None:
        payment = Payment(
            rail=rail, bank_account=account, amount_minor=one.amount_minor, currency="SEK",
            booked_on=one.booked_on, held_by=rail, line_key=id, movement_id=id, file="f",
        )  # fmt: skip
        self.book.do(RecordReceipt(receipt_id=id, payment=payment))
        items = (ItemToPay(one.items[0].item_id, None),)
        self.book.do(AllocateReceipt(allocation_id=f"{id}.1", receipt_id=id, items=items))

    def _receipt(self, row: dict[str, Any]) -> None:
        reason = row["reason"] or "matched"
        self.reasons[reason] += 1
        self.amounts[reason] += row["amount_minor"]
        payment = Payment(
            rail="bank_transfer", bank_account=row["account"], amount_minor=row["amount_minor"],
            currency=row["currency"], booked_on=row["booked_on"], line_key=row["key"], in_detail=row["in_detail"],
        )  # fmt: skip
        self.book.do(RecordReceipt(receipt_id=row["key"], payment=payment))
        self._receipts[row["reference"], row["amount_minor"]] = row["key"]
        if row["reason"] is None:
            for one in applied(row["key"], parts_of(row)):
                self.book.do(one.command)

    def _movement(self, row: dict[str, Any]) -> None:
        refund_id = self._refunds.get(row["end_to_end_id"] or "")
        line = BankLine(
            bank_account=row["account"], amount_minor=row["amount_minor"], currency=row["currency"],
            booked_on=row["booked_on"], line_key=row["key"], in_detail=row["in_detail"],
        )  # fmt: skip
        if (at := SENDERS.get(row["counterparty"] or "")) is not None:
            self.book.do(
                BookPayoutMovement(
                    part_id=row["key"], line=line, payout_id=f"out.{row['key']}",
                    provider_account=at, payout_ref=None, side="arrived", rule="payout_by_sender",
                )
            )  # fmt: skip
        elif refund_id:
            self.book.do(BookRefundMovement(part_id=row["key"], line=line, refund_id=refund_id))
        else:
            taken_back = row["return_reason"] is not None
            role, rule = classified(row["part"], row["is_charge"], row["bank_code"], row["line_minor"], taken_back)
            self.book.do(ClassifyMovement(part_id=row["key"], line=line, role=role, rule=rule))
            if taken_back:
                receipt = self._receipts[row["reference"], -row["amount_minor"]]
                self.book.do(RecallReceipt(receipt_id=receipt, part_id=row["key"], reason_code="RECALLED"))


@pytest.fixture(scope="module")
def run(month: Month, sent: list[Sent]) -> Run:
    return Run(month, sent)


def test_each_receipt_is_matched_or_gets_the_reason_it_was_made_for(run: Run, month: Month) -> None:
    reasons = truth(month).reasons
    assert run.reasons == {reason: tally.count for reason, tally in reasons.items()}
    assert run.amounts == {reason: tally.amount_minor for reason, tally in reasons.items()}
    assert run.reasons["matched"] > 20 * (sum(run.reasons.values()) - run.reasons["matched"])


def test_each_payment_is_applied_to_what_it_was_made_for(run: Run, month: Month) -> None:
    assert conftest.applied((new.stream, new.fact) for new in run.book.log) == truth(month).applied
    several = [one for one in month.payments if one.habit == "two_references"]
    assert {reason_of(one, bgmax=False) for one in several} == {"matched", "several_references"}


def test_what_is_open_by_payer_and_age_is_what_the_generator_knows(run: Run, month: Month) -> None:
    opened: Counter[tuple[str, str]] = Counter()
    for state in run.book.states.values():
        if isinstance(state, Item):
            days = (month.days[-1] - state.raised.due[-1].on).days
            ages = [days <= 0, days <= 30, days <= 60, days <= 90, True]
            bucket = ("current", "1-30", "31-60", "61-90", "91+")[ages.index(True)]
            opened[state.raised.payer, bucket] += state.open_minor
    assert {key: amount for key, amount in opened.items() if amount} == truth(month).opened


def test_the_general_ledger_is_what_the_generator_knows(run: Run, month: Month) -> None:
    balances, told = run.book.balances(), truth(month)
    assert balances["ar_patient"] + balances["ar_payer"] == told.control
    assert -balances["customer_credit"] == told.customer_credit
    assert -balances["unallocated"] == told.unallocated
    assert balances["bank"] == STATEMENT_ACCOUNT.opening_minor + sum(told.moved.values())
    assert balances.get("bank_details", 0) == 0
    assert balances["opening"] == -STATEMENT_ACCOUNT.opening_minor
    assert balances["payouts_in_transit"] == -told.movements["payouts_in_transit"].amount_minor
    assert balances["card_clearing"] == told.captured.amount_minor
    assert balances["write_off_loss"] == told.written_off.amount_minor
    assert balances["bank_fees"] == -told.movements["bank_fees"].amount_minor
    assert balances["bank_suspense"] == -told.movements["bank_suspense"].amount_minor


def test_lines_that_come_again_are_known(run: Run, month: Month) -> None:
    again = {name: new for name, (_, new) in run.seen_again.items()}
    recut, repeated, overlapping = (
        next(new for name, new in again.items() if mark in name) for mark in ("recut", "sent-again", "overlapping")
    )
    assert (recut, repeated) == (0, 0)
    assert overlapping > 0
    in_both = {name.split()[0]: tally.count for name, tally in truth(month).shown.items() if " + " in name}
    notified = {name: counts for name, counts in run.seen_again.items() if name.startswith("camt054")}
    assert {name[-14:-4]: seen for name, (seen, _) in notified.items()} == in_both
    assert sum(new for _, new in notified.values()) > 0
    assert len(again) == 3 + len(in_both)


def test_each_account_has_what_its_statements_say_and_no_payment_waits(run: Run, month: Month) -> None:
    moved = truth(month).moved
    assert {number: bank.balance for number, bank in run.banks.items()} == moved
    assert {number: (bank.details, bank.differences) for number, bank in run.banks.items()} == {
        account.number: (0, []) for account in BANK_ACCOUNTS
    }


def test_each_payment_to_the_bankgiro_is_in_the_files_that_show_it(run: Run, month: Month) -> None:
    bank = run.banks[GIRO_ACCOUNT.number]
    formats: dict[str, set[str]] = {row["money_id"]: {row["format"]} for row in bank.rows if row["in_detail"]}
    for one in bank.again:
        formats[one["money_id"]].add(one["format"])
    paid = [row for row in bank.rows if row["in_detail"] and row["amount_minor"] > 0]
    shown = Counter(f"{row['booked_on']} {' + '.join(sorted(formats[row['money_id']]))}" for row in paid)
    assert shown == {name: tally.count for name, tally in truth(month).shown.items()}
    assert {name.partition(" ")[2] for name in shown} == {"bgmax", "bgmax + camt.054", "camt.054", "autogiro"}


def test_every_way_a_refund_can_end_is_there(month: Month) -> None:
    assert set(truth(month).refunds) >= {"waiting", "rejected", "approved", "settled", "failed", "returned"}
