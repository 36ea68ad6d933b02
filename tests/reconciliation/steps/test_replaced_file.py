"""A refused file is replaced by what it should have brought, and only by its name if it does not say what that is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

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


def came(
    sha256: str, name: str = "day.xml", days: int = 0, says: Any = None, format: str = "camt.053"
) -> dict[str, Any]:
    at = MONDAY + timedelta(days=days)
    return {"sha256": sha256, "name": name, "first_at": at, "last_at": at, "says": says, "format": format}


def proven(on: date, to: date | None = None, **said: Any) -> dict[str, Any]:
    given = {"bank_account": "b1", "currency": "SEK", "sequence": None, "statement_id": None}
    return given | {"from_on": on, "to_on": to or on} | said


def replaced(says: list[dict[str, Any]], name: str, *statements: dict[str, Any], days: int = 1) -> bool:
    refused, other = came("r", says=says), came("o", name, days)
    return replacement([refused], {"r": [refused], "o": [other]}, {"o": statements}) == "o"


def of_formats(refused: str, other: str, kept: Any = None, name: str = "day.xml") -> bool:
    """Whether a file replaces a refused one of the same account and day; `kept` is what it said without statements."""
    both = came("r", says=[SAYS], format=refused), came("o", name, 1, kept, other)
    statements = [] if kept is not None else [proven(date(2026, 10, 5))]
    return replacement([both[0]], {"r": [both[0]], "o": [both[1]]}, {"o": statements}) == "o"


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
def test_account_and_days_decide_under_whatever_name(statement: dict[str, Any], is_it: bool):
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


@pytest.mark.parametrize(
    ("refused", "other", "is_it"),
    [
        ("camt.053", "mt940", True),
        ("camt.053", "bgmax", False),
        ("bgmax", "camt.054", True),
        ("bgmax", "camt.053", False),
        ("camt.052", "camt.053", True),
        ("camt.053", "camt.052", False),
        ("autogiro.advice", "camt.053", False),
        ("autogiro.advice", "autogiro", False),
        ("autogiro.advice", "autogiro.advice", True),
        ("avtalegiro", "avtalegiro", True),
        ("stripe", "camt.053", False),
        ("unheard", "camt.053", True),
        ("camt.053", "unheard", False),
    ],
)
def test_only_a_file_that_brings_the_same_kind_of_thing_replaces(refused: str, other: str, is_it: bool):
    assert of_formats(refused, other) is is_it


def test_what_only_answers_our_orders_is_known_by_what_it_said_when_it_was_judged():
    advice = ("autogiro.advice", "autogiro.advice")
    assert of_formats(*advice, [SAYS], "other.xml")
    assert not of_formats(*advice, [SAYS | {"from_on": "2026-10-06", "to_on": "2026-10-06", "sequence": None}])
    # Of what came before this was kept, only the name is known.
    for kept in ([], ()):
        assert of_formats(*advice, kept)
        assert not of_formats(*advice, kept, "other.xml")
    answer = NOTHING | {"statement_id": "O1"}
    for order, is_it in (("O1", True), ("O2", False), (None, True)):
        both = came("r", says=[answer], format="pain.002"), came("o", days=1, format="pain.002")
        both[1]["says"] = [] if order is None else [answer | {"statement_id": order}]
        assert (replacement([both[0]], {"r": [both[0]], "o": [both[1]]}, {"o": []}) == "o") is is_it


def test_advice_about_other_things_of_the_day_replaces_nothing():
    mandates, rejected = (SAYS | {"about": one, "sequence": None} for one in ("AG-MEDAVI", "AVVISADE BET UPPDR"))
    for kept, is_it in ((mandates, True), (rejected, False), (mandates | {"about": None}, True)):
        both = came("r", says=[mandates], format="autogiro.advice"), came("o", days=1, says=[kept])
        both[1]["format"] = "autogiro.advice"
        assert (replacement([both[0]], {"r": [both[0]], "o": [both[1]]}, {"o": []}) == "o") is is_it


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
