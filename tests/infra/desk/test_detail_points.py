"""What detail files and statements say differently of a period is a point of its close, each kind with its severity."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from infra.desk.open_points import line, open_points
from projections.reports.loaded_through import Reached
from tests.infra.desk.test_open_points import END, NEXT, OLD, Desk, bank


def account_through(on: date | None) -> dict[str, Any]:
    return bank("account", 0, 0) | {"through_on": on}


def differs(on: date, minor: int, what: str | None = None) -> dict[str, Any]:
    return bank(what or ("excess" if minor > 0 else "waiting"), 0) | {"through_on": on, "details_minor": minor}


def shown(on: date, minor: int) -> dict[str, Any]:
    return {"bank_account": "b", "occurred_on": on, "amount_minor": minor, "debits_minor": 0, "shown_through": None}


@pytest.mark.parametrize(
    ("rows", "on", "code"),
    [
        ([account_through(END), differs(OLD, 1)], OLD, "details_exceed_statements"),
        ([account_through(END), differs(OLD, -1)], OLD, "details_missing_old"),
        ([account_through(END), differs(OLD + timedelta(1), -1)], OLD + timedelta(1), "details_missing"),
        # Statements of later days may have it, or have it already.
        ([account_through(END), differs(END, 1)], END, "details_on_the_way"),
        ([account_through(NEXT), differs(END, 1)], END, "details_on_the_way"),
        ([account_through(END + timedelta(9)), differs(END, 1), differs(NEXT, -1)], END, "details_on_the_way"),
        ([account_through(END + timedelta(9)), differs(END, 1)], END, "details_exceed_statements"),
        # No statement is of these days yet.
        ([account_through(OLD)], END, "details_on_the_way"),
        ([account_through(None)], END, "details_on_the_way"),
    ],
)
def test_what_detail_files_and_statements_say_differently_is_a_point(rows: list[Any], on: date, code: str):
    minor = next((row["details_minor"] for row in rows if row["through_on"] == on and row["details_minor"]), 1)
    desk: Any = Desk(bank=rows, details=[shown(on, minor), shown(OLD - timedelta(9), 5), shown(NEXT, 7)])
    if rows[0]["through_on"] is None:
        # What is of days that are proven is no point; here none is.
        desk = Desk(bank=rows, details=[shown(on, minor), shown(NEXT, 7)])
    (point,) = open_points(desk, END)
    assert (point.code, point.about) == (code, (f"b, {minor / 100:.2f} SEK on {on}",))
    assert point.row["stops"] is (code in ("details_exceed_statements", "details_missing_old"))
    assert point.about[0] in point.sentence
    assert line(point.row).endswith(point.sentence)


def test_returns_that_no_statement_has_stop_a_hard_close_beside_payments_that_wait_for_details():
    rows = [
        account_through(END + timedelta(9)),
        differs(END, -2, "excess"),
        differs(END, -3),
        differs(OLD, 4, "waiting"),
    ]
    found = {point.code: point for point in open_points(Desk(bank=rows), END)}  # type: ignore[arg-type]
    named = {code: (point.about, point.row["stops"]) for code, point in found.items()}
    assert named == {
        "returns_exceed_statements": ((f"b, -0.02 SEK on {END}",), True),
        "details_missing": ((f"b, -0.03 SEK on {END}",), False),
        "details_missing_old": ((f"b, 0.04 SEK on {OLD}",), True),
    }
    assert "--back" in found["returns_exceed_statements"].sentence


def test_no_statement_will_have_what_is_of_the_days_after_an_accounts_last():
    for minor, code in ((1, "details_exceed_statements"), (-1, "details_missing")):
        desk: Any = Desk(bank=[account_through(OLD)], details=[shown(END, minor)])
        desk.books.bank_reached = lambda: [Reached("b", "b", "SEK", OLD, True, False, None, None, OLD, True)]
        (point,) = open_points(desk, END)
        assert point.code == code


def test_of_many_days_the_first_are_named():
    rows = [differs(END - timedelta(count), 1) for count in range(4, 16)]
    (point,) = open_points(Desk(bank=[account_through(END), *rows]), END)  # type: ignore[arg-type]
    assert point.number == 12
    assert "2026-09-15; b" in point.sentence
    assert "2026-09-24; and 2 more. They" in point.sentence
