"""The demo's direct debits: mandates before orders, orders before files, and files that are read without doubt."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from infra.demo.direct_debits import COLLECTED_ON
from infra.demo.month import Month
from ledger.domain.cash.mandate import RequestMandate
from ledger.domain.cash.schemes import earliest_due, rule_of
from reconciliation.statements import read
from tests.infra.demo.conftest import Sent


@pytest.fixture(scope="module")
def reports(sent: list[Sent]) -> list[Sent]:
    return [one for one in sent if one.parsed.format == "autogiro"]


def test_each_payment_that_we_collect_is_one_that_would_have_come_to_a_bank(month: Month) -> None:
    drawn = Counter(one._replace(way="direct_debit") for one in month._drawn)
    collected = [one for one in month.payments if one.way == "direct_debit"]
    assert len(collected) > len(COLLECTED_ON)
    assert not Counter(collected) - drawn
    assert Counter(one.payment for one in month.direct_debits.debits if one.outcome == "paid") == Counter(collected)


def test_one_is_rejected_and_one_is_taken_back_and_nobody_had_paid_them(month: Month) -> None:
    debits = month.direct_debits
    outcomes = Counter(one.outcome for one in debits.debits)
    assert (outcomes["rejected"], outcomes["taken_back"]) == (1, 1)
    failing = {one.owed.item_id for one in debits.debits if one.outcome != "paid"}
    days = [one.booked_on for one in month._drawn for item in one.items if item.item_id in failing]
    assert days, "at least one of them is paid by hand later"
    assert min(days) > debits.taken_back_on


def test_every_payer_gives_a_mandate_and_is_told_early_enough(month: Month) -> None:
    debits = month.direct_debits
    requested = {
        one.command.mandate_id: (day, one.command.account_id)
        for day in (*month.lead_days, *month.days)
        for one in month.submissions_of(day)
        if isinstance(one.command, RequestMandate)
    }
    assert set(requested) == set(debits.mandates)
    for one in debits.debits:
        given_on, account_id = requested[one.mandate]
        assert account_id == one.owed.account_id
        assert given_on < month.days[0]
        assert one.due_on >= earliest_due(rule_of("autogiro", one.due_on), one.owed.issued_on, None)


def test_orders_are_written_on_the_bank_day_before(month: Month) -> None:
    ordered = {day: month.direct_debits.ordered_on(day) for day in month.days}
    days = month.period.bank_days
    assert [day for day, found in ordered.items() if found] == [days[index - 1] for index in COLLECTED_ON]
    assert sum(len(found) for found in ordered.values()) == len(month.direct_debits.debits)


def test_the_reports_say_what_came_of_each_and_nothing_of_payers(reports: list[Sent], month: Month) -> None:
    debits = month.direct_debits
    assert [one.parsed.problems for one in reports] == [()] * len(reports)
    said = [line for one in reports for line in one.lines if line["reference"]]
    made = Counter((line["booked_on"], line["amount_minor"]) for line in said if line["status"] == "booked")
    told = Counter((one.due_on, one.owed.amount_minor) for one in debits.debits if one.outcome != "rejected")
    assert made == told + Counter({(debits.taken_back_on, -debits.taken_back.owed.amount_minor): 1})
    assert [line["bank_code"] for line in said if line["status"] == "info"] == ["82-1"]
    assert not [line for line in said if line["counterparty"]]


def test_the_banks_weekly_statement_has_only_the_sums(sent: list[Sent], month: Month) -> None:
    stated = Counter(
        (line["booked_on"], line["amount_minor"])
        for one in sent
        for line in one.booked
        if (line["bank_code"] or "").startswith("PMNT-IDDT")
    )
    assert stated == Counter((day, sum_) for day in month.period.bank_days for sum_ in month.direct_debits.sums_of(day))
    assert len(stated) == len(COLLECTED_ON) + 1


def test_mandates_are_answered_on_the_first_bank_day(month: Month) -> None:
    first: date = month.period.bank_days[0]
    (advice,) = [read(content) for name, content in month.bank_files_of(first) if "mandates" in name]
    lines = advice.lines.to_pylist()
    assert [(line["end_to_end_id"], line["bank_code"]) for line in lines] == [
        (number, "73-04-32") for number in month.direct_debits.mandates
    ]
