"""Sound files pass: accepted, nothing doubtful, nothing to warn of."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from reconciliation.gate import CODES, Terms, examine
from reconciliation.statements import read
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtStatement, write_camt053, write_camt054
from tests.reconciliation.gate.files import (
    DAY,
    TERMS,
    bgmax,
    camt053,
    camt054,
    control,
    file,
    movement,
    pays,
    settled,
    settlement,
    statement,
)

PENDING = movement(9, 77_00, status="pending", booked_on=None, bank_ref=None)
TWO_ACCOUNTS = [
    movement(1, 1_000_00, pays(400_00), pays(600_00), declared_details=2),
    movement(2, -99_00, pays(-99_00, reference="657866", reference_kind="ocr", reference_valid=True)),
    movement(1, 1_000_00, statement_no=2, currency="EUR", bank_ref="B1"),
]

SOUND = {
    "balances foot": camt053(movement(1, 500_00), movement(2, -200_00)),
    "a quiet day": camt053(),
    "an overdrawn account": camt053(movement(1, -500_00), opening_minor=-1_00),
    "a pending movement counts in no sum": camt053(movement(1, 500_00), PENDING),
    "declared totals of the booked movements": camt053(
        movement(1, 500_00), movement(2, -200_00), PENDING,
        declared_count=2, declared_credit_minor=500_00, declared_debit_minor=200_00, declared_sum_minor=700_00,
    ),
    "declared totals of all movements, as ISO 20022 has them": camt053(
        movement(1, 500_00), movement(2, -200_00), PENDING,
        declared_count=3, declared_credit_minor=577_00, declared_debit_minor=200_00, declared_sum_minor=777_00,
    ),
    "a declared net sum": camt053(movement(1, 500_00), movement(2, -700_00), declared_sum_minor=200_00),
    "charges explain what the details leave over": camt053(
        movement(1, 564_05, pays(594_05, charges_minor=30_00)),
        movement(2, -1_526_00, pays(-1_500_00), charges_minor=26_00),
    ),
    "a payout of payments less what the provider kept": settlement(
        settled(1, 571_00, pays(600_00, charges_minor=9_00), pays(-20_00)), movement(2, -571_00, kind="payout")
    ),
    "a provider's running balance, net of charges": settlement(
        movement(1, 600_00, kind="payment", charges_minor=9_00),
        movement(2, -20_00, kind="refund", charges_minor=-30),
        closing_minor=571_30,
    ),
    "a settlement whose rounding is less than a minor unit": settlement(
        settled(1, 39_75, pays(39_75), pays(0, kind="rounded")), movement(2, -39_75, kind="payout")
    ),
    "one detail without an amount is the movement": camt053(movement(1, 500_00, pays(), declared_details=1)),
    "two accounts that the bank gives the same id": file(
        "camt.053",
        [
            statement(TWO_ACCOUNTS),
            statement(TWO_ACCOUNTS, statement_no=2, currency="EUR", account="SE2", statement_id="ST-1"),
        ],
        TWO_ACCOUNTS,
    ),
    "pages of one statement": file(
        "camt.053",
        [statement([]), statement([], statement_no=2, statement_id="ST-1", sequence="212")],
    ),
    "statements of two days that the bank gives the same id": file(
        "camt.053",
        [statement([], from_on=date(2026, 11, day), to_on=date(2026, 11, day), statement_no=day, statement_id="NONE")
         for day in (1, 2)],
    ),
    "a value date that runs ahead": camt053(
        movement(1, 500_00, booked_on=date(2026, 12, 31), value_on=date(2027, 1, 4))
    ),
    "a notification proven by its sums": camt054(
        movement(1, 500_00), movement(2, -5_00), declared_credit_minor=500_00, declared_debit_minor=5_00
    ),
    "a notification proven by the amounts of its details": camt054(movement(1, 750_00, pays(500_00), pays(250_00))),
    "a notification of single payments, counted": camt054(
        movement(1, 500_00), movement(2, 250_00, pays()), declared_count=2
    ),
    "a notification of nothing": camt054(),
    "deposits are their payments less their deductions": bgmax(
        movement(1, 1_900_00, pays(1_000_00), pays(1_400_00), pays(-500_00), declared_details=3),
        totals=[control("payments", 2, 2), control("deductions", 1, 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_is_accepted_without_doubt(name):
    verdict = examine(SOUND[name], TERMS)
    assert (verdict.accepted, verdict.refusals, verdict.doubts, verdict.warnings) == (True, (), (), ())
    assert all(result.success and result.failed == 0 for result in verdict.expectations)


def test_what_was_expected_is_recorded_beside_the_verdict():
    verdict = examine(SOUND["balances foot"], TERMS)
    foot = next(result for result in verdict.expectations if result.code == "balances_do_not_foot")
    assert (foot.expectation, foot.about, foot.checked) == ("expect_balances_to_foot", "statements", 1)
    assert foot.expected == CODES["balances_do_not_foot"].expected


def test_believable_days_may_be_all_days():
    everything = Terms(frozenset({"SEK"}), date.min, date.max)
    verdict = examine(camt053(movement(1, 5_00, booked_on=date(2199, 1, 1))), everything)
    assert verdict.accepted
    assert verdict.doubts == ()


def camt_day() -> list[CamtStatement]:
    entries = [
        CamtEntry(750_00, DAY, DAY, "B1", [CamtDetail(500_00, "E1"), CamtDetail(250_00, "E2")]),
        CamtEntry(-35_00, DAY, DAY, "B2"),
        CamtEntry(9_00, DAY, DAY, "B3", status="PDNG"),
    ]
    return [CamtStatement("S1", "54910000003", "SEK", 211, "2026-11-03T04:00:00", DAY, DAY, entries, 1_000_00)]


def deposit_day() -> list[BgMaxSection]:
    payments = [BgMaxPayment(500_00, reference="657866"), BgMaxPayment(250_00, reference="801464")]
    return [BgMaxSection("9912346", "54910000003", DAY, 1, payments)]


def test_files_as_a_bank_writes_them_are_accepted():
    files = (
        write_camt053("M1", "2026-11-03T04:00:00", camt_day()),
        write_camt054("M2", "2026-11-03T04:00:00", camt_day()),
        write_bgmax(datetime(2026, 11, 3, 4, tzinfo=UTC), deposit_day()),
    )
    for data in files:
        verdict = examine(read(data), TERMS)
        assert (verdict.accepted, verdict.refusals, verdict.doubts) == (True, (), ())
