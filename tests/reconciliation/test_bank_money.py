"""Money on real books: what a bank booked as one amount, in whatever parts, and where every fact of it comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from ledger.domain.bank.line import BankLine
from ledger.domain.cash.receipt_facts import ReceiptRecorded
from ledger.domain.cash.refund import ApproveRefund, RequestRefund
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.receivables.account import OpenAccount
from ledger.version import VERSION
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference
from tests.kit.book import by
from tests.kit.clinic import DAY, PRICE, Clinic, invoice, paid, reference_of, statement


def payment(number: int, amount_minor: int = PRICE) -> CamtDetail:
    """A member of a batch that pays the n-th invoice."""
    return CamtDetail(amount_minor, references=(CamtReference(reference_of(number)),))


def money_of(clinic: Clinic) -> list[BankLine]:
    """The bank's money as it was recorded: payments and other movements."""
    facts = clinic.facts("ReceiptRecorded", "MovementClassified")
    return [fact.payment if isinstance(fact, ReceiptRecorded) else fact.line for fact in facts]


# What the bank booked as one amount


BATCH = CamtEntry(
    5 * PRICE - 10_00, DAY, DAY, bank_ref="b1", charges_minor=10_00, details=tuple(payment(n) for n in range(5))
)
ONE_LEFT_OUT = CamtEntry(3 * PRICE + 77_00, DAY, DAY, bank_ref="b2", details=(payment(0), payment(1), payment(2)))
DEDUCTED = CamtEntry(PRICE - 50_00, DAY, DAY, bank_ref="b3", details=(payment(0), CamtDetail(-50_00)))
SINGLE = paid(PRICE, reference_of(3), "b4")
BARE = CamtEntry(-70_00, DAY, DAY, bank_ref="b5")


@pytest.mark.parametrize("chunk", [1, 2, 3, 2000])
def test_parts_of_a_movement_sum_to_it_and_name_it_in_whatever_chunk_they_fall(clinic: Clinic, chunk: int):
    lines = [BATCH, ONE_LEFT_OUT, DEDUCTED, SINGLE, BARE]
    clinic.load(statement(lines), chunk=chunk)

    parts: dict[str | None, list[BankLine]] = {}
    for one in money_of(clinic):
        parts.setdefault(one.movement_id, []).append(one)
    assert [sum(one.amount_minor for one in money) for money in parts.values()] == [line.amount_minor for line in lines]
    for movement_id, money in parts.items():
        assert {one.movement_minor for one in money} == {sum(one.amount_minor for one in money)}
        # The same whatever the chunks: the key of the line's first part.
        assert movement_id == f"{DAY:%Y%m%d}-{money[0].line_key}"
    assert [len(money) for money in parts.values()] == [6, 4, 2, 1, 1]
    assert [fact.role for fact in clinic.facts("MovementClassified")] == [
        "bank_fees",
        "bank_suspense",
        "bank_suspense",
        "bank_suspense",
    ]
    assert clinic.books.report("tie-out", DAY).complete


def test_receipts_and_other_parts_of_a_movement_are_joined_by_sql_and_sum_to_it(clinic: Clinic):
    lines = [BATCH, ONE_LEFT_OUT, DEDUCTED, SINGLE, BARE]
    clinic.load(statement(lines))

    with psycopg.connect(clinic.books.store.url) as connection:
        rows = connection.execute(_PARTS_OF_MOVEMENTS).fetchall()
    assert sorted(rows) == sorted(
        (line.amount_minor, line.amount_minor, receipts, others)
        for line, receipts, others in zip(lines, (5, 3, 1, 1, 0), (1, 1, 1, 0, 1), strict=True)
    )


_PARTS_OF_MOVEMENTS = """
SELECT movement_minor, sum(amount_minor)::bigint, count(receipt_id), count(part_id)
FROM (
    SELECT movement_id, movement_minor, amount_minor, receipt_id, NULL AS part_id FROM clinic.receipts
    UNION ALL
    SELECT movement_id, movement_minor, amount_minor, NULL, part_id FROM clinic.movements
) AS parts
GROUP BY movement_id, movement_minor
"""


# Where it comes from


def refused_file(clinic: Clinic) -> None:
    clinic.load(statement([SINGLE])[:900])


def declared_account(clinic: Clinic) -> None:
    clinic.load(statement([SINGLE], account="999"), declare=True)


def paid_in_every_way(clinic: Clinic) -> None:
    lines = [BATCH, ONE_LEFT_OUT, paid(300_00, reference_of(4), "b9"), paid(1_00, None, "b8"), BARE]
    clinic.load(statement(lines, opening_minor=300_00, statement_id="S2"))


def settled_refund(clinic: Clinic) -> None:
    debit = CamtEntry(-50_00, DAY, DAY, bank_ref="b2", details=(CamtDetail(-50_00, end_to_end_id="E2E-r"),))
    clinic.load(statement([debit], opening_minor=300_00, statement_id="S2"))


@pytest.mark.parametrize(
    ("work", "kinds"),
    [
        (refused_file, {"FileRejected"}),
        (declared_account, {"BankAccountDeclared", "FileIngested", "ReceiptAllocated", "ItemAllocated"}),
        (paid_in_every_way, {"ReceiptRecorded", "ReceiptAllocated", "CustomerCreditCreated", "MovementClassified"}),
        (settled_refund, {"MovementClassified", "RefundSettled", "FileCompleted"}),
    ],
)
def test_every_fact_of_a_bank_day_says_by_whom_with_what_and_with_which_others(
    clinic: Clinic, work: Callable[[Clinic], None], kinds: set[str]
):
    clinic.load(statement([paid(300_00, reference_of(0), "b1")]))
    refund = RequestRefund(
        refund_id="r", account_id="patient-0", amount_minor=50_00, currency="SEK", reason_code="OVERPAID"
    )
    clinic.do(refund)
    clinic.do(by("bo", ApproveRefund(refund_id="r")))
    clinic.do(SendRefund(refund_id="r", rail="bank_transfer", end_to_end_id="E2E-r"))
    before = clinic.count()

    work(clinic)

    recorded = clinic.books.journal.follow(0, 10**6)[before:]
    assert kinds <= {one.name for one in recorded}
    told = {(one.envelope.actor, one.envelope.correlation, one.envelope.system) for one in recorded}
    assert told == {("job:bank-day", f"bank-day:{DAY}", VERSION)}
    of_lines = [one for one in recorded if not one.name.startswith(("File", "Bank", "Account"))]
    assert all(one.envelope.cause and one.envelope.evidence for one in of_lines)


def test_a_payment_of_before_the_invoice_is_effective_on_the_day_of_issue(clinic: Clinic):
    issued_on = DAY + timedelta(days=3)
    clinic.do(OpenAccount(account_id="patient-5", payer="patient"), invoice(5, issued_on=issued_on), on=issued_on)
    before = clinic.count()

    clinic.load(statement([paid(300_00, reference_of(5), "b1")]))

    days = {
        (one.name, one.envelope.occurred_on, one.envelope.accounting_date)
        for one in clinic.books.journal.follow(0, 10**6)[before:]
        if not one.name.startswith("File")
    }
    assert days == {
        ("ReceiptRecorded", DAY, DAY),
        ("ReceiptAllocated", issued_on, issued_on),
        ("CustomerCreditCreated", issued_on, issued_on),
        ("ItemAllocated", issued_on, issued_on),
    }
    assert clinic.books.report("tie-out", DAY).complete
    assert clinic.books.report("tie-out", issued_on).complete
