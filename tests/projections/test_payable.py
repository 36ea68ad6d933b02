"""By when an item is to be paid: as it was raised, and as a later fact lays it down, for the rule and the row alike."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.receivables import item as domain
from ledger.domain.receivables.item_facts import Due, HoldPlaced, ReminderSent
from ledger.domain.receivables.number_series import OpenSeries
from projections.read_models.items import evolve
from tests.kit.care import DUE, hold, invoice, open_account, open_clinic, remind
from tests.projections.memory_journal import Log

LATER = DUE + timedelta(days=30)


@pytest.fixture(autouse=True)
def laid_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the day of a hold were one by which to pay."""
    monkeypatch.setitem(domain.DUE, HoldPlaced, lambda fact: (Due(fact.until_on, 1), Due(date(2030, 1, 1), 1)))


def test_a_reminder_goes_by_the_first_of_the_days_that_are_laid_down_last() -> None:
    book = open_clinic().given(invoice("i1"), hold("i1", LATER))
    book.when(remind("i1", LATER - timedelta(days=1))).refused("item_not_due")
    after = LATER + timedelta(days=1)
    ((_, sent, *_),) = book.do(remind("i1", after, after))
    assert isinstance(sent, ReminderSent)
    assert sent.due_on == LATER


def test_a_row_says_both_what_it_was_raised_with_and_what_holds_now() -> None:
    log = Log().do(OpenSeries(series="inv", first=1), open_account("p1"), invoice("1"), hold("1", LATER), on=DUE)
    raised, held = log.of("item-1.1")
    (before,) = evolve({}, raised)
    (after,) = evolve({("1.1",): before}, held)
    assert [(row.due_on, row.payable_by) for row in (before, after)] == [(DUE, DUE), (DUE, LATER)]
