"""A refused file is replaced by what it should have brought, and only by its name if it does not say what that is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from ledger.domain.bank.file import StatementProven
from reconciliation.steps.replaced_file import replacement
from tests.kit.clinic import ACCOUNT, DAY, Clinic, paid, statement

NEXT: Final = DAY + timedelta(days=1)
MONDAY: Final = datetime(2026, 10, 5, 6, tzinfo=UTC)
SAYS: Final = {
    "bank_account": "b1",
    "currency": "SEK",
    "from_on": "2026-10-05",
    "to_on": "2026-10-05",
    "sequence": "41",
    "statement_id": "S41",
}
NOTHING: Final = dict.fromkeys(SAYS)


def came(sha256: str, name: str = "day.xml", days: int = 0, says: Any = None) -> dict[str, Any]:
    at = MONDAY + timedelta(days=days)
    return {"sha256": sha256, "name": name, "first_at": at, "last_at": at, "says": says}


def proven(on: date, to: date | None = None, **said: Any) -> StatementProven:
    given = {"bank_account": "b1", "currency": "SEK", "statement_id": None, "from_on": on, "to_on": to or on}
    return StatementProven(**given | {"opening_minor": 0, "closing_minor": 0, "lines": 0, "sum_minor": 0} | said)


def replaced(says: list[dict[str, Any]], name: str, *statements: StatementProven, days: int = 1) -> bool:
    refused, other = came("r", says=says), came("o", name, days)
    return replacement([refused], {"r": [refused], "o": [other]}, {"o": statements}) == "o"


@pytest.mark.parametrize(
    ("statement", "is_it"),
    [
        (proven(date(2026, 10, 5)), True),
        (proven(date(2026, 10, 1), date(2026, 10, 31), sequence="7"), True),
        (proven(date(2026, 10, 5), sequence="41"), True),
        (proven(date(2026, 10, 5), sequence="42"), False),
        (proven(date(2026, 10, 6), sequence="41"), False),
        (proven(date(2026, 10, 6)), False),
        (proven(date(2026, 10, 5), bank_account="b2"), False),
        (proven(date(2026, 10, 5), currency="EUR"), False),
    ],
)
def test_account_and_days_decide_under_whatever_name(statement: StatementProven, is_it: bool):
    for name in ("day.xml", "other.xml"):
        assert replaced([SAYS], name, statement) is is_it


def test_without_days_the_number_decides():
    says = SAYS | {"from_on": None, "to_on": None}
    assert replaced([says], "other.xml", proven(date(2026, 10, 5), sequence="41"))
    assert not replaced([says], "day.xml", proven(date(2026, 10, 5), sequence="42"))
    assert not replaced([says | {"sequence": None}], "day.xml", proven(date(2026, 10, 5), statement_id="S42"))


def test_all_statements_are_covered_also_by_several_files():
    both = [SAYS, SAYS | {"from_on": "2026-10-06", "to_on": "2026-10-06", "sequence": "42"}]
    assert not replaced(both, "day.xml", proven(date(2026, 10, 5)))
    assert replaced(both, "day.xml", proven(date(2026, 10, 5)), proven(date(2026, 10, 6)))
    refused, files = came("r", says=both), {"o": came("o", days=1), "p": came("p", "x.xml", 2)}
    loaded = {"o": [proven(date(2026, 10, 5))], "p": [proven(date(2026, 10, 6))]}
    assert replacement([refused], {name: [one] for name, one in files.items()}, loaded) == "p"


def test_what_came_before_replaces_nothing():
    assert not replaced([SAYS], "day.xml", proven(date(2026, 10, 5)), days=-1)


@pytest.mark.parametrize("says", [None, [], [NOTHING], [NOTHING | {"from_on": "2026-10-05", "to_on": "2026-10-05"}]])
def test_only_the_name_of_what_says_no_account_decides_and_never_for_later_days(says: Any):
    assert replaced(says, "day.xml", proven(date(2026, 10, 5)))
    assert not replaced(says, "other.xml", proven(date(2026, 10, 5)))
    assert not replaced(says, "day.xml", proven(date(2026, 10, 6)))


def test_a_refused_file_says_its_account_and_days_but_no_account_that_is_not_ours(clinic: Clinic):
    clinic.load(statement([paid(100_00)]))
    cut = statement([paid(50_00, on=NEXT)], 100_00, "S2", NEXT)[:-60]
    stranger = cut.replace(ACCOUNT.encode(), b"54910000011")
    for file, of in ((cut, ACCOUNT), (stranger, None)):
        clinic.load(file)
        (says,) = clinic.desk.received()[0]["says"]
        assert (says["bank_account"], says["from_on"], says["to_on"]) == (of, str(NEXT), str(NEXT))
    clinic.load(statement([paid(100_00)]))
    assert [row["says"] for row in clinic.desk.received() if row["refusals"] == []] == [[]]
