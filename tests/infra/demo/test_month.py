"""The demo's month: the same for the same seed, and the numbers it foretells are those the ledger gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
import pytest

from infra.demo import fictions
from infra.demo.habits import Habits
from infra.demo.month import Month
from infra.demo.staff import CLERK, LEAD
from ledger import Submission
from ledger.domain.cash.refund import ApproveRefund, RejectRefund, RequestRefund
from ledger.domain.cash.refund_payment import FailRefund, SendRefund
from ledger.domain.disputes_and_relief.write_off import (
    ApproveWriteOff,
    RejectWriteOff,
    RequestWriteOff,
    ReverseWriteOff,
)
from ledger.domain.identifier import has_personal_number
from ledger.domain.receivables.account import OpenAccount
from ledger.domain.receivables.credit_note import IssueCreditNote
from ledger.domain.receivables.invoice import InvoiceIssued, IssueInvoice
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.receivables.request import PaymentRequested
from ledger.domain.terms.entity import DeclareTerms
from tests.infra.demo.conftest import INVOICES, SEED
from tests.infra.demo.truth import BUCKETS, truth
from tests.kit.book import Book


def all_days(month: Month) -> tuple[date, ...]:
    return (*month.lead_days, *month.days)


def all_submissions(month: Month) -> list[Submission]:
    return [submission for day in all_days(month) for submission in month.submissions_of(day)]


def issued(submissions: Iterable[Submission]) -> list[IssueInvoice]:
    return [one.command for one in submissions if isinstance(one.command, IssueInvoice)]


def test_the_same_seed_gives_the_same_month_in_whatever_order_its_days_are_asked_for(month: Month) -> None:
    again = Month(SEED, invoices=INVOICES)
    backwards = {day: (again.bank_files_of(day), again.submissions_of(day)) for day in reversed(all_days(again))}
    assert backwards == {day: (month.bank_files_of(day), month.submissions_of(day)) for day in all_days(month)}


def test_another_seed_gives_another_month(month: Month) -> None:
    other = Month(SEED + 1, invoices=INVOICES)
    assert not set(issued(all_submissions(other))) & set(issued(all_submissions(month)))
    for day in month.period.bank_days:
        ours, theirs = dict(month.bank_files_of(day)), dict(other.bank_files_of(day))
        assert ours.keys() == theirs.keys()
        assert all(ours[name] != theirs[name] for name in ours)


def test_the_ledger_gives_the_numbers_and_references_that_payers_quote(month: Month) -> None:
    book = Book()
    for one in all_submissions(month):
        if isinstance(one.command, OpenSeries | OpenAccount | IssueInvoice):
            book.do(one.command, one.envelope)
    given = [new.fact for new in book.log if isinstance(new.fact, InvoiceIssued)]
    bills = month.bills.bills
    assert [(fact.invoice_id, fact.series, fact.number) for fact in given] == [
        (bill.invoice_id, bill.series, bill.number) for bill in bills
    ]
    asked = {new.fact.request_id: new.fact for new in book.log if isinstance(new.fact, PaymentRequested)}
    assert [
        (one.item_id, one.payer, one.amount_minor, asked[one.item_id].reference) for fact in given for one in fact.owed
    ] == [(owed.item_id, owed.payer, owed.amount_minor, owed.reference) for bill in bills for owed in bill.owed]
    assert all(one.items == (one.request_id,) for one in asked.values())
    assert len(given) == INVOICES


def test_a_reference_belongs_to_one_request(month: Month) -> None:
    references = [owed.reference for bill in month.bills.bills for owed in bill.owed]
    assert len(set(references)) == len(references)


def test_ids_and_references_cannot_be_read_as_a_personal_number(month: Month) -> None:
    ids = {account.account_id for account in month.bills.accounts}
    quoted = {owed.reference for bill in month.bills.bills for owed in bill.owed}
    assert not [text for text in ids | quoted if has_personal_number(text)]


def test_names_and_texts_are_in_bank_files_only(month: Month) -> None:
    submitted = " ".join(msgspec.json.encode(one).decode() for one in all_submissions(month))
    made_up = [
        *(fictions._FIRST + fictions._LAST + fictions._FOREIGN + fictions.SUPPLIERS + fictions.TEXTS),
        *(*fictions.REGIONS.values(), fictions.INSURER, fictions.TAX_OFFICE, fictions.STAFF),
    ]
    words = {word for text in made_up for word in text.split() if len(word) > 4}
    assert not [word for word in words if word in submitted]
    files = b"".join(content for day in month.days for _, content in month.bank_files_of(day))
    assert b"Provsson" in files


def test_the_entity_declares_its_terms_before_anything_else(month: Month) -> None:
    first, *rest = all_submissions(month)
    assert isinstance(first.command, DeclareTerms)
    assert not any(isinstance(one.command, DeclareTerms) for one in rest)
    assert {one.due_on - one.issued_on for one in issued(rest)} == {timedelta(days=first.command.terms.days_to_pay)}


def test_keys_are_unique_and_say_nothing_of_the_clock(month: Month) -> None:
    submissions = all_submissions(month)
    assert len({one.envelope.key for one in submissions}) == len(submissions)
    assert all(one.envelope.recorded_at.date() in all_days(month) for one in submissions)


def test_everything_the_office_does_is_done(month: Month) -> None:
    done = Counter(type(one.command) for one in all_submissions(month))
    for command in (
        IssueCreditNote, RequestWriteOff, ApproveWriteOff, RejectWriteOff, ReverseWriteOff,
        RequestRefund, ApproveRefund, RejectRefund, SendRefund, FailRefund,
    ):  # fmt: skip
        assert done[command], command.__name__


def test_two_people_decide(month: Month) -> None:
    for one in all_submissions(month):
        if isinstance(one.command, ApproveWriteOff | RejectWriteOff | ApproveRefund | RejectRefund):
            assert one.envelope.actor == LEAD.actor
        if isinstance(one.command, RequestWriteOff | RequestRefund):
            assert one.envelope.actor == CLERK.actor


def test_invoices_are_of_every_kind(month: Month) -> None:
    commands = issued(all_submissions(month))
    assert {owed.payer for bill in month.bills.bills for owed in bill.owed} == {
        "patient", "guardian", "region", "insurer", "employer",
    }  # fmt: skip
    assert any(line.vat_minor for command in commands for line in command.lines)
    assert {command.rounding_minor for command in commands} == {0, 50, -40}
    assert any(len(command.lines) > 1 for command in commands)
    assert any(len(command.payers) > 1 for command in commands)
    accounts = Counter(payer.account_id for command in commands for payer in command.payers[:1])
    assert max(accounts.values()) > 1


def test_some_of_every_age_is_open_at_the_end(month: Month) -> None:
    assert {bucket for _, bucket in truth(month).opened} == set(BUCKETS)


def test_a_credit_note_of_the_last_day_counts_in_the_books_of_the_next_bank_day(month: Month) -> None:
    last = [one for one in month.submissions_of(month.days[-1]) if isinstance(one.command, IssueCreditNote)]
    assert {(one.envelope.occurred_on, one.envelope.accounting_date) for one in last} == {
        (date(2026, 10, 31), date(2026, 11, 2))
    }


def test_banks_send_nothing_on_days_off_and_before_the_month(month: Month) -> None:
    quiet = [day for day in all_days(month) if not month.bank_files_of(day)]
    assert quiet == [day for day in all_days(month) if day.month == 9 or day.weekday() > 4]


def test_habits_are_figures_to_turn() -> None:
    good = Habits(1000, 0, 0, 0, 0, 0, 0, 0, 0)
    habits = {payment.habit for payment in Month(SEED, invoices=INVOICES, habits=good).payments}
    assert habits == {"on_time", "late", "employer", "customer_number", "states_less", "twin", "misbooked"}
    nobody = Month(SEED, invoices=INVOICES, habits=Habits(0, 0, 0, 0, 0, 0, 0, 0, 0))
    goodwill = [credit for credit in nobody.credits if credit.reason_code == "SERVICE"]
    assert Counter(payment.habit for payment in nobody.payments)["on_time"] == len(goodwill)


@pytest.mark.parametrize("part", [-1, 1001])
def test_habits_beyond_a_whole_are_refused(part: int) -> None:
    with pytest.raises(ValueError, match="out of 1000"):
        Habits(on_time=part)


def test_a_month_too_small_to_show_everything_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1000"):
        Month(SEED, invoices=999)


def test_each_visit_costs_what_the_list_says_for_its_day(month: Month) -> None:
    lines = [line for bill in month.bills.bills if not bill.brought for line in bill.lines]
    assert {(line.amount_minor, line.vat_minor) for line in lines if line.service_code == "CERTIFICATE"} == {
        (440_00, 110_00)
    }
    fees = {
        (bill.care_unit, bill.owed[0].amount_minor)
        for bill in month.bills.bills
        if len(bill.lines) == 1 and bill.lines[0].service_code == "DOCTOR" and len(bill.owed) == 2
    }
    assert fees == {(unit, 250_00) for unit in ("harbour", "hill", "online")} | {
        (unit, 300_00) for unit in ("mill", "station")
    }
