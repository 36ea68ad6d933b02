"""Days that books can have: at both ends they and the months and years around them hold, and none beyond is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.days import FIRST_DAY, LAST_DAY, _fields_with_days, day_of, impossible_day, is_possible, require_days
from ledger.domain.refusals import REFUSALS, Refused
from ledger.domain.terms.closed_days import end_of_month, end_of_month_before, month_of
from ledger.domain.terms.fiscal_year import fiscal_year
from tests.kit.book import asked
from tests.kit.care import invoice, remind

DAY = timedelta(days=1)


def test_a_day_is_within_both_ends() -> None:
    assert [is_possible(one) for one in (FIRST_DAY - DAY, FIRST_DAY, LAST_DAY, LAST_DAY + DAY)] == [
        False,
        True,
        True,
        False,
    ]
    assert str(FIRST_DAY) in REFUSALS["day_impossible"]
    assert str(LAST_DAY) in REFUSALS["day_impossible"]


@pytest.mark.parametrize("text", ["1899-12-31", "0202-05-01", "2200-01-01", "9999-12-31"])
def test_a_day_beyond_the_ends_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="from 1900-01-01 to 2199-12-31"):
        day_of(text)


def test_each_day_of_a_command_and_of_its_parts_is_looked_at() -> None:
    command = invoice("i1")
    require_days(command, asked(command).envelope, None, FIRST_DAY, LAST_DAY)
    assert impossible_day(command) is None
    far = replace(command, lines=(*command.lines, replace(command.lines[0], service_on=date(9999, 12, 31))))
    assert impossible_day(far) == date(9999, 12, 31)
    for given in (far, replace(command, due_on=date(1, 1, 1)), LAST_DAY + DAY):
        with pytest.raises(Refused, match="day_impossible"):
            require_days(command, given)


def test_an_instant_is_no_day() -> None:
    at = datetime(2300, 1, 1, tzinfo=UTC)
    require_days(replace(asked(remind("m", "i1")).envelope, recorded_at=at), at)


def test_the_fields_of_every_command_are_known() -> None:
    dated = {command.__name__ for command in CATALOGUE.rules if _fields_with_days(command)}
    assert {"IssueInvoice", "RecordReceipt", "RequestPeriodClose", "SetMapping", "DeclareBankAccount"} < dated
    assert "OpenAccount" not in dated


@pytest.mark.parametrize("first_month", range(1, 13))
def test_fiscal_years_and_months_hold_at_both_ends(first_month: int) -> None:
    for on in (FIRST_DAY, LAST_DAY):
        first, last = fiscal_year(on, first_month)
        assert FIRST_DAY <= first <= on <= last <= LAST_DAY
        assert (end_of_month_before(on) + DAY).day == 1
        assert end_of_month(on).month == on.month
    assert (month_of(FIRST_DAY), month_of(LAST_DAY), month_of(date(202, 5, 31))) == ("1900-01", "2199-12", "0202-05")
