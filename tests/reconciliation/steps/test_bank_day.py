"""The bank day on real books: booked whole, once, and tied out; what is not certain waits for a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from infra.postgres import Urls
from ledger.domain.bank.movement_facts import MovementClassified
from ledger.domain.cash.receipt_facts import ReceiptAllocated, ReceiptRecorded
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff, RequestWriteOff
from ledger.domain.receivables.account import CustomerCreditCreated
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtStatement, write_camt054
from tests.kit.book import by
from tests.kit.care import approve_refund, declare_bank_account, request_refund
from tests.kit.clinic import ACCOUNT, DAY, PRICE, Clinic, clinic_on, paid, reference_of, statement


def open_minor(clinic: Clinic, number: int) -> int:
    clinic.books.follow()
    items = clinic.books.store.now.items(open_only=False).to_pylist()
    (row,) = (one for one in items if one["item_id"] == f"i-{number}.1")
    return int(row["open_minor"])


def test_a_days_payments_are_matched_and_the_book_ties_out(clinic: Clinic):
    clinic.load(
        statement(
            [
                paid(PRICE, reference_of(0), "b1"),
                paid(100_00, reference_of(1), "b2"),
                paid(300_00, reference_of(2), "b3"),
                paid(PRICE, reference_of(0), "b4"),
                paid(PRICE, None, "b5"),
            ]
        )
    )

    assert [open_minor(clinic, number) for number in range(4)] == [0, 150_00, 0, PRICE]
    credits = clinic.facts("CustomerCreditCreated")
    assert [(credit.amount_minor, credit.document[:8]) for credit in credits] == [
        (50_00, "receipt-"),
        (PRICE, "receipt-"),
    ]
    assert clinic.count("ReceiptRecorded") == 5
    assert clinic.books.report("tie-out", DAY).complete
    (review,) = clinic.desk.reviews()
    assert review["code"] == "no_reference"


def test_what_is_known_at_the_days_time_includes_all_that_the_day_recorded(clinic: Clinic):
    first = statement([paid(PRICE, reference_of(0))])
    clinic.load(first, statement([paid(PRICE, reference_of(1))], PRICE, "S2", sequence=2))

    report = clinic.books.report("open-items", DAY, clinic.at)

    assert report.clocks.known_at == clinic.books.journal.stable_position()
    assert report.table["item_id"].to_pylist() == ["i-2.1", "i-3.1", "i-4.1"]


def test_the_same_file_again_is_nothing_new(clinic: Clinic):
    file = statement([paid(PRICE, reference_of(0), "b1"), paid(PRICE, reference_of(1))])
    clinic.load(file)
    before = clinic.count()

    (judged,) = clinic.load(file)

    assert judged.status == "complete"
    assert clinic.count() == before


def test_a_file_cut_anew_or_overlapping_adds_no_money_that_was_seen(clinic: Clinic):
    first = [paid(PRICE, reference_of(0), "b1"), paid(PRICE, reference_of(1)), paid(99_00)]
    clinic.load(statement(first))
    clinic.load(statement(list(reversed(first)), statement_id="S1-again"))
    assert clinic.count("ReceiptRecorded") == 3

    later = [paid(PRICE, reference_of(2), "b9", on=date(2026, 10, 6))]
    clinic.load(statement([*first, *later], statement_id="S1-2", to=date(2026, 10, 6)), on=date(2026, 10, 6))

    assert clinic.count("ReceiptRecorded") == 4
    assert clinic.books.report("tie-out", date(2026, 10, 6)).complete


def test_two_identical_lines_in_one_file_both_count(clinic: Clinic):
    clinic.load(statement([paid(99_00), paid(99_00)]))

    assert [fact.payment.amount_minor for fact in clinic.facts("ReceiptRecorded")] == [99_00, 99_00]


def test_identical_lines_of_two_statements_that_follow_each_other_both_count(clinic: Clinic):
    clinic.load(statement([paid(99_00)], opening_minor=0, statement_id="morning"))
    clinic.load(statement([paid(99_00)], opening_minor=99_00, statement_id="evening"))

    assert clinic.count("ReceiptRecorded") == 2


def test_a_line_without_id_or_balance_that_comes_again_is_booked_once_and_shown(clinic: Clinic):
    clinic.do(declare_bank_account(ACCOUNT, "camt.054"))
    first, second = (notification([paid(99_00), paid(98_00, None, "b1")], number) for number in ("N1", "N2"))

    clinic.load(first)
    clinic.load(second)

    assert sorted(fact.payment.amount_minor for fact in clinic.facts("ReceiptRecorded")) == [98_00, 99_00]
    repeats = [review for review in clinic.desk.reviews() if review["code"] == "possible_repeat"]
    assert len(repeats) == 1
    # Only cash is recorded by hand: the money of a second payment comes with the account's statement.
    (advice,) = repeats[0]["reasons"]
    assert "load the account's statement" in advice
    assert "`reskontra movement reclassify`, with `--receipt`" in advice


def test_the_same_notification_sent_again_is_no_doubt(clinic: Clinic):
    clinic.do(declare_bank_account(ACCOUNT, "camt.054"))
    sent = notification([paid(99_00), paid(98_00, None, "b1")], "N1")

    clinic.load(sent)
    clinic.load(sent.replace(b"M-N1", b"M-again"))

    assert clinic.count("ReceiptRecorded") == 2
    assert not [review for review in clinic.desk.reviews() if review["code"] == "possible_repeat"]


def notification(entries: list[CamtEntry], number: str) -> bytes:
    about = CamtStatement(number, ACCOUNT, "SEK", 1, f"{DAY}T20:00:00", DAY, DAY, entries)
    return write_camt054("M-" + number, f"{DAY}T20:00:00", [about])


def test_an_unproven_file_is_refused_whole_and_the_next_good_one_is_loaded(clinic: Clinic):
    good = statement([paid(PRICE, reference_of(0), "b1")])
    broken = good.replace(b"250.00</Amt>", b"251.00</Amt>", 1)

    refused, accepted = clinic.load(broken, good)

    assert refused.status == "refused"
    assert [reason.code for reason in refused.refusals]
    assert accepted.status == "new"
    assert clinic.count("FileRejected") == 1
    assert clinic.count("ReceiptRecorded") == 1


@pytest.mark.parametrize("cut", [0, 1, 400, 900])
def test_a_truncated_file_leaves_nothing(clinic: Clinic, cut: int):
    whole = statement([paid(PRICE, reference_of(0), "b1")])

    (judged,) = clinic.load(whole[:cut])

    assert judged.status == "refused"
    assert clinic.count("ReceiptRecorded", "FileIngested") == 0


def test_a_currency_that_is_not_kept_and_an_unknown_account_are_refused_at_once(clinic: Clinic):
    (judged,) = clinic.load(statement([paid(PRICE, None, "b1")], account="EUR-1", currency="EUR"))

    assert [reason.code for reason in judged.refusals] == ["currency_not_kept", "bank_account_unknown"]


def test_a_line_dated_2199_is_booked_on_a_believable_day_and_doubted(clinic: Clinic):
    clinic.load(statement([paid(PRICE, reference_of(0), "b1", on=date(2199, 1, 1))]))

    (receipt,) = clinic.facts("ReceiptRecorded")
    assert receipt.payment.booked_on == DAY
    assert clinic.desk.quarantine()


def test_a_file_of_an_account_nobody_declared_is_refused_unless_told_to_declare_it(clinic: Clinic):
    file = statement([paid(PRICE, reference_of(0), "b1")], account="999")

    (refused,) = clinic.load(file)
    assert [reason.code for reason in refused.refusals] == ["bank_account_unknown"]

    (accepted,) = clinic.load(file, declare=True)
    assert accepted.status != "refused"
    assert clinic.count("ReceiptRecorded") == 1


def test_charges_and_what_members_leave_over_are_movements_of_their_own(clinic: Clinic):
    batch = CamtEntry(
        490_00, DAY, DAY, bank_ref="b1", charges_minor=10_00, details=(CamtDetail(PRICE), CamtDetail(PRICE))
    )
    debit = CamtEntry(-70_00, DAY, DAY, bank_ref="b2")
    clinic.load(statement([batch, debit]))

    movements: list[MovementClassified] = clinic.facts("MovementClassified")
    assert [(one.line.amount_minor, one.role) for one in movements] == [
        (-10_00, "bank_fees"),
        (-70_00, "bank_suspense"),
    ]
    balance = {row["role"]: row for row in clinic.books.report("trial-balance", DAY).table.to_pylist()}
    assert balance["bank"]["balance_minor"] == 490_00 - 70_00


def test_a_reference_one_digit_off_is_booked_unallocated_with_its_candidate(clinic: Clinic):
    right = reference_of(0)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    clinic.load(statement([paid(199_00, wrong, "b1")]))

    (receipt,) = clinic.facts("ReceiptRecorded")
    assert receipt.payment.reference_valid is False
    assert clinic.count("ReceiptAllocated") == 0
    (review,) = clinic.desk.reviews()
    assert review["code"] == "check_digit_wrong"
    assert {"i-0.1"} <= {candidate["item_id"] for candidate in review["candidates"]}


def test_a_payment_of_an_item_written_off_recovers_the_loss(clinic: Clinic):
    clinic.do(RequestWriteOff(write_off_id="w", item_id="i-0.1", reason_code="UNCOLLECTIBLE"))
    clinic.do(by("bo", ApproveWriteOff(write_off_id="w")))

    clinic.load(statement([paid(PRICE, reference_of(0), "b1"), paid(PRICE, reference_of(1), "b2")]))

    assert clinic.count("ReceiptRecorded") == 2
    assert clinic.count("ReceiptAllocated") == 2
    assert clinic.count("LossRecovered") == 1
    assert clinic.desk.reviews() == []


def test_a_refund_that_was_sent_is_settled_and_returned_by_the_banks_lines(clinic: Clinic):
    clinic.load(statement([paid(300_00, reference_of(0), "b1")]))
    clinic.do(request_refund("r", 50_00, "patient-0"), approve_refund("r"))
    clinic.do(SendRefund(refund_id="r", rail="bank_transfer", end_to_end_id="E2E-r"))
    debit = CamtEntry(-50_00, DAY, DAY, bank_ref="b2", details=(CamtDetail(-50_00, end_to_end_id="E2E-r"),))

    clinic.load(statement([debit], opening_minor=300_00, statement_id="S2"))

    assert clinic.count("RefundSettled") == 1
    back = CamtEntry(50_00, DAY, DAY, bank_ref="b3", details=(CamtDetail(50_00, "E2E-r", return_reason="AC04"),))
    clinic.load(statement([back], opening_minor=250_00, statement_id="S3"))
    assert (clinic.count("RefundReturned"), clinic.count("ReceiptRecorded")) == (1, 1)
    clinic.load(statement([replace(back, bank_ref="b4")], opening_minor=300_00, statement_id="S4"))
    assert [review["code"] for review in clinic.desk.reviews()] == ["refund_line_repeated"]
    balance = {row["role"]: row["balance_minor"] for row in clinic.books.report("trial-balance", DAY).table.to_pylist()}
    assert (balance["bank"], balance["cash_in_transit"], balance["refunds_payable"]) == (350_00, 0, 0)


def test_two_runs_at_once_book_everything_once(clinic: Clinic, database_urls: Urls):
    file = statement([paid(PRICE, reference_of(number), f"b{number}") for number in range(5)])

    def run(number: int) -> None:
        with clinic_on(database_urls.writer, clinic.folder.parent / f"run-{number}") as other:
            other.load(file)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(3)))

    assert clinic.count("ReceiptRecorded") == 5
    assert clinic.count("ReceiptAllocated") == 5
    assert clinic.count("FileIngested") == clinic.count("FileCompleted") == 1


# A part of the number may be a part of some time or hash by chance; ten digits are none.
PERSONAL = ("Kanarie", "Fågelsson", "hälsningar", "121212-1212", "1212121212")


def test_no_personal_data_reaches_the_book_or_the_working_lists(clinic: Clinic, database_urls: Urls):
    import psycopg

    clinic.load(
        statement(
            [
                paid(PRICE, reference_of(0), "b1", name="Kanarie Fågelsson"),
                CamtEntry(75_00, DAY, DAY, bank_ref="b2", text="hälsningar Kanarie Fågelsson 19121212-1212"),
            ]
        )
    )

    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("SET search_path TO clinic")
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'clinic'").fetchall()
        for (table,) in tables:
            text = connection.execute(f"SELECT string_agg(t::text, ' ') FROM {table} AS t").fetchone()  # type: ignore[arg-type]
            stored = (text[0] if text else None) or ""
            assert not [one for one in PERSONAL if one in stored], table
        raw = connection.execute("SELECT convert_from(state, 'UTF8') FROM events").fetchall()
        assert not [row for row in raw if any(one in row[0] for one in PERSONAL)]


def test_facts_say_where_they_come_from(clinic: Clinic):
    clinic.load(statement([paid(PRICE, reference_of(0), "b1")]))

    recorded = [
        one for one in clinic.books.journal.follow(0, 1000) if isinstance(one.fact, ReceiptRecorded | ReceiptAllocated)
    ]
    for one in recorded:
        assert one.envelope.cause is not None
        assert one.envelope.evidence
        assert one.envelope.actor == "job:bank-day"
    assert not [fact for fact in clinic.facts() if isinstance(fact, CustomerCreditCreated)]
