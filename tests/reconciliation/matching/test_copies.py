"""Files that say again what another file of their format said, with other ids of the bank or on another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import CamtEntry
from tests.kit.clinic import DAY, reference_of
from tests.kit.giro import BANKGIRO, Paid, deposit, detail, lump, notification, our_bank, stated
from tests.kit.paper_bank import PaperBank

ONE, TWO, THREE = Paid(1, 100_00), Paid(2, 200_00), Paid(3, 55_00, quoted=False)
SEVERAL = [ONE, TWO, THREE]
NEXT = DAY + timedelta(days=1)


def doubts(bank: PaperBank, content: bytes) -> int:
    """How many payments of a file may be repeats."""
    return bank.deliver(content).count("repeated")


@pytest.mark.parametrize("deposited", [False, True])
def test_a_whole_notification_that_comes_again_with_other_ids_of_the_bank_may_be_the_same(deposited: bool) -> None:
    bank = our_bank("bgmax", "camt.054")
    for file in [deposit(SEVERAL)] * deposited + [notification(SEVERAL)]:
        bank.deliver(file)
    assert doubts(bank, notification(SEVERAL, message="N2", ids="m")) == 3
    # So may one that has all of its payments and more, and one that has some of them.
    assert doubts(bank, notification([*SEVERAL, Paid(4, 7_00)], message="N3", ids="o")) == 3
    assert doubts(bank, notification([ONE, THREE], message="N4", ids="p")) == 2
    assert bank.payments == [7_00, 55_00, 100_00, 200_00]


@pytest.mark.parametrize("again", [[ONE], [ONE, Paid(4, 7_00)], [ONE, ONE]])
def test_who_pays_again_on_one_day_has_paid_twice_as_far_as_the_banks_ids_say(again: list[Paid]) -> None:
    bank = our_bank("camt.054")
    bank.deliver(notification(SEVERAL))
    assert doubts(bank, notification(again, message="N2", ids="m")) == 0
    assert doubts(bank, notification([ONE], message="N3", ids="o")) == 0
    assert len(bank.payments) == 4 + len(again)


@pytest.mark.parametrize(("payers_id", "expected"), [("E1", 1), ("E2", 0), ("NOTPROVIDED", 0)])
def test_a_payment_with_the_payers_id_of_another_one_may_be_the_same(payers_id: str, expected: int) -> None:
    bank = our_bank("camt.054")
    for number, said in enumerate(("E1", payers_id)):
        told = [replace(detail(ONE, f"n{number}"), end_to_end_id=said)]
        notified = notification([], message=f"N{number}", entries=[CamtEntry(100_00, DAY, DAY, f"n{number}", told)])
        found = doubts(bank, notified)
    assert found == expected


@pytest.mark.parametrize("statements", [False, True])
@pytest.mark.parametrize("payments", [SEVERAL, [ONE]])
def test_a_deposit_that_comes_again_with_another_day_and_its_number_may_be_the_same(
    payments: list[Paid], statements: bool
) -> None:
    bank = our_bank("camt.053", "camt.054", "bgmax") if statements else our_bank("bgmax", "camt.054")
    if statements:
        bank.deliver(stated(lump(sum(one.amount_minor for one in payments))))
    bank.deliver(deposit(payments))
    assert doubts(bank, deposit(payments, on=NEXT)) == len(payments)
    # The next deposit has the next number.
    assert doubts(bank, deposit(payments, serial=2, on=NEXT)) == 0
    assert len(bank.payments) == 2 * len(payments)


def test_a_deposit_that_comes_again_divided_into_two_may_be_the_same() -> None:
    bank = our_bank("bgmax")
    bank.deliver(deposit([ONE, THREE]))
    sections = [
        BgMaxSection(
            BANKGIRO, "1234", DAY, 1, [BgMaxPayment(100_00, reference_of(1), 2, serial=1, name="ÖPayer 1")], "SEK"
        ),
        BgMaxSection(BANKGIRO, "1234", DAY, 2, [BgMaxPayment(55_00, "", 0, serial=2, name="ÖPayer 3")], "SEK"),
    ]
    assert bank.deliver(write_bgmax(datetime.combine(DAY, time(17)), sections)) == ["again", "repeated"]
    assert bank.payments == [55_00, 100_00]


def test_of_a_notification_with_other_ids_the_money_that_statements_have_decides() -> None:
    bank = our_bank("camt.053", "camt.054", "bgmax")
    for file in (notification(SEVERAL), stated(lump(2 * 355_00))):
        bank.deliver(file)
    assert bank.deliver(notification(SEVERAL, message="N2", ids="m")) == ["book"] * 3
    assert bank.deliver(notification(SEVERAL, message="N3", ids="o")) == ["covered"] * 3
    assert bank.details == 0
