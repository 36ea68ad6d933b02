"""The demo's region that remits: its files are read without doubt, and say which claims its lumps pay."""

from __future__ import annotations

from collections import Counter

import pytest

from infra.demo.month import Month
from ledger.domain.terms import bank_days
from reconciliation.statements import read
from tests.infra.demo.conftest import Sent


@pytest.fixture(scope="module")
def files(month: Month) -> list[Sent]:
    days = month.period.bank_days
    return [Sent(day, name, content, read(content)) for day in days for name, content in month.remitter.files_of(day)]


def claims(one: Sent) -> list[dict[str, object]]:
    return [line for line in one.lines if line["detail_no"] and line["reference"]]


def test_every_file_is_read_without_a_word_of_doubt(files: list[Sent]) -> None:
    assert {one.parsed.format for one in files} == {"x12_835"}
    assert [(one.name, one.parsed.problems) for one in files if one.parsed.problems] == []


def test_each_remittance_is_the_lump_that_the_bank_books_and_one_comes_a_day_late(
    files: list[Sent], month: Month
) -> None:
    batches = month.remitter.batches
    assert len(files) == len(batches) > 2
    lumps = [line["amount_minor"] for one in files for line in one.booked]
    assert lumps == [batch.moved_minor for batch in batches]
    late = [(one.on, batch.booked_on) for one, batch in zip(files, batches, strict=True) if one.on != batch.booked_on]
    assert [on == bank_days.after(booked_on) for on, booked_on in late] == [True]


def test_its_claims_are_what_the_batches_pay_and_what_is_denied_is_paid_nothing(
    files: list[Sent], month: Month
) -> None:
    paid_on = {one.item_id: one for bill in month.bills.bills for one in bill.owed}
    for one, batch in zip(files, month.remitter.batches, strict=True):
        paid = Counter((line["reference"], line["amount_minor"]) for line in claims(one) if line["amount_minor"])
        assert paid == Counter((part.quoted[0].reference, part.amount_minor) for part in batch.payments)
    denied = {line["reference"] for one in files for line in claims(one) if not line["amount_minor"]}
    assert denied
    paid_items = {item.item_id for batch in month.batches for part in batch.payments for item in part.items}
    assert not [owed for owed in paid_on.values() if owed.reference in denied and owed.item_id in paid_items]


def test_one_claim_is_paid_in_two_parts_and_something_is_kept(month: Month) -> None:
    parts = [part for batch in month.remitter.batches for part in batch.payments]
    rests = [part for part in parts if part.habit == "region_rest"]
    assert len(rests) == 1
    item = rests[0].items[0]
    assert sum(part.amount_minor for part in parts if part.items == rests[0].items) == item.amount_minor
    assert [batch.left_out_minor for batch in month.remitter.batches if batch.left_out_minor] == [-500_00]
