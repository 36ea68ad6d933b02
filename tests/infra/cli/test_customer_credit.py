"""Customer credit is used for an item, released again, and listed."""

from __future__ import annotations

import pytest

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers, Reskontra


def held(clinic: Clinic) -> list[tuple[str, int, str]]:
    rows = clinic.reskontra.json("customer-credit list")["rows"]
    return [(row["account_id"], row["credit_minor"], row["since_on"]) for row in rows]


def test_credit_is_applied_released_and_listed_with_the_day_since_which_it_is_there(loaded: Clinic):
    reskontra = loaded.reskontra
    assert held(loaded) == [("p1", 50_00, "2026-11-10")]
    loaded.issue("i4", "p1", 80_00, "2026-10-04")
    said = reskontra("customer-credit apply p1 --item i4 --amount 20.00 --id first --on 2026-11-12").out
    assert "20.00 SEK, item i4.1" in said
    # Without an amount it is as much as there is.
    assert "30.00 SEK, item i4.1" in reskontra("customer-credit apply p1 --item i4 --id second --on 2026-11-13").out
    assert held(loaded) == []
    assert "takes effect on 2026-11-14" in reskontra("customer-credit release p1 second --on 2026-11-14").out
    assert held(loaded) == [("p1", 30_00, "2026-11-14")]
    reskontra("customer-credit release p1 firs --because mistake")
    assert held(loaded) == [("p1", 50_00, "2026-11-10")]
    assert reskontra("customer-credit release p1 first --json", code=1).codes == ["credit_not_applied"]
    assert reskontra("customer-credit release p1 third --json", code=1).codes == ["credit_not_applied"]
    assert reskontra("customer-credit list").out.startswith("1 customer credit of clinic\n")


@pytest.mark.parametrize("typed", ["customer-credit apply p1", "customer-credit release p1"])
def test_wrong_usage_is_exit_code_two(reskontra: Reskontra, typed: str):
    reskontra(typed, code=2)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "customer-credit apply": ("p1 --item i3", 1),
    "customer-credit list": ("", 0),
    "customer-credit release": ("p1 none", 1),
}
