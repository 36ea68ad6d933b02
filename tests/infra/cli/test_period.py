"""A month is rehearsed, closed by two people and reopened; what is not done is listed, and what slipped in is named."""

from __future__ import annotations

import pytest

from infra.desk.open_points import Point
from tests.infra.cli.clinic import Clinic, spoil
from tests.infra.cli.command_line import Answers
from tests.infra.cli.test_verify_spoilt_books import EDITED, problem

MONTH = "2026-10"


def close(clinic: Clinic, *more: str) -> dict[str, object]:
    clinic.reskontra(" ".join(("period close", MONTH, *more)))
    (row,) = clinic.reskontra.by("bo").json(f"period approve {MONTH}")["rows"]
    return row


def test_what_is_rehearsed_is_what_the_close_records(loaded: Clinic):
    reskontra = loaded.reskontra
    rehearsed = reskontra.json(f"period rehearse {MONTH}")
    assert (rehearsed["ok"], rehearsed["as_of"], rehearsed["rows"]) == (True, "2026-10-31", [])
    assert "nothing stops a close of 2026-10" in reskontra(f"period rehearse {MONTH}").out
    assert reskontra.json("period list")["rows"] == []

    row = close(loaded)
    assert (row["status"], row["kind"], row["open_points"], row["period"]) == ("done", "hard", [], MONTH)
    (closed,) = (one for one in reskontra.json("history period-months")["rows"] if one["fact"] == "PeriodClosed")
    assert str(row["totals_hash"])[:12] in closed["text"]
    balance = reskontra.json("trial-balance --as-of 2026-10-31")
    assert [one for one in balance["totals"] if one["name"].startswith("closed")] == [
        {"name": f"closed {side}", "currency": "SEK", "book_minor": 75000, "shown_minor": 75000, "difference_minor": 0}
        for side in ("debit", "credit")
    ]
    assert {(one["role"], one["balance_minor"]) for one in rehearsed["totals"]} == {
        (one["role"], one["balance_minor"]) for one in balance["rows"]
    }


def test_what_is_not_done_is_listed_and_stops_a_hard_close_only(clinic: Clinic):
    reskontra = clinic.reskontra
    rehearsed = reskontra(f"period rehearse {MONTH} --json", code=1)
    assert rehearsed.codes == ["statements_missing"]
    assert "1 point would stop a close of 2026-10" in reskontra(f"period rehearse {MONTH}", code=1).out
    reskontra(f"period close {MONTH}")
    refused = reskontra.by("bo")(f"period approve {MONTH} --json", code=1)
    assert refused.codes == ["period_blocked"]
    assert "statements_missing" in refused.out
    reskontra.by("bo")(f"period reject {MONTH} --reason WAIT")
    assert close(clinic, "--soft")["open_points"] == ["statements_missing"]
    (row,) = reskontra.json("period list")["rows"]
    assert (row["status"], row["waits_for"], row["open_points"]) == ("soft", None, ["statements_missing"])


def test_what_is_only_told_is_said_beside_a_close_and_stops_none(loaded: Clinic, monkeypatch: pytest.MonkeyPatch):
    point = Point("details_on_the_way", 1, "Money of b is on its way.", ("b, 1.00 SEK on 2026-10-30",))
    monkeypatch.setattr("infra.desk.period.open_points", lambda desk, on: [point])
    said = "told, and stops no close: details_on_the_way"
    rehearsed = loaded.reskontra(f"period rehearse {MONTH}").out
    assert f"nothing stops a close of 2026-10\n{said} (1): Money of b is on its way.\n" in rehearsed
    assert f"{said} (1): Money of b is on its way." in loaded.reskontra(f"period close {MONTH}").out
    assert said in loaded.reskontra.by("bo")(f"period approve {MONTH}").out
    (row,) = loaded.reskontra.json("period list")["rows"]
    assert (row["status"], row["open_points"]) == ("hard", ["details_on_the_way"])


def test_a_first_close_says_that_it_closes_the_months_before_it(loaded: Clinic):
    loaded.reskontra("invoice issue --account p1 --series inv --service X --amount 1 --issued-on 2026-05-15")
    said = "no month was ever closed, so this also closes all months before it, from 2026-05-15 on\n"
    assert said in loaded.reskontra("period close 2026-10 --soft").out
    assert said in loaded.reskontra.by("bo")("period approve 2026-10").out


def test_an_approval_is_repeated_with_its_key_even_when_something_is_open_meanwhile(loaded: Clinic):
    reskontra = loaded.reskontra
    reskontra(f"period close {MONTH}")
    first = reskontra.by("bo").json(f"period approve {MONTH} --key k")["rows"][0]
    again = reskontra.by("bo").json(f"period approve {MONTH} --key k")["rows"][0]
    assert (again["status"], again["last_position"]) == ("nothing_new", first["last_position"])
    reskontra(f"period reopen {MONTH} --reason FORGOTTEN")
    reopened = reskontra.by("bo").json(f"period approve {MONTH} --key r")["rows"][0]
    again = reskontra.by("bo").json(f"period approve {MONTH} --key r")["rows"][0]
    assert (again["status"], again["last_position"]) == ("nothing_new", reopened["last_position"])
    assert reskontra.json("period list")["rows"][0]["status"] == "open"


@pytest.mark.parametrize("counts_on", ["2026-10-20", "2026-10-31"])
def test_a_fact_that_slipped_into_a_closed_period_is_named(loaded: Clinic, counts_on: str):
    close(loaded)
    loaded.issue("i4", "p2", 10000, "2026-10-20")
    assert loaded.reskontra.json("verify")["ok"]
    spoil(
        loaded,
        EDITED.format(
            stream="invoice-i4", old='"accounting_date":"2026-11-01"', new=f'"accounting_date":"{counts_on}"'
        ),
    )
    said = problem(loaded, "fact_in_closed_period")
    assert "invoice-i4@1" in said
    assert "2026-10-31" in said


@pytest.mark.parametrize(
    ("old", "new"), [('"debit_minor":75000', '"debit_minor":74000'), ('"totals_hash":"', '"totals_hash":"0')]
)
def test_totals_that_are_not_those_of_the_facts_are_named(loaded: Clinic, old: str, new: str):
    close(loaded)
    spoil(loaded, EDITED.format(stream="period-months", old=old, new=new).replace("version = 1", "version = 2"))
    assert "period-months@2" in problem(loaded, "period_totals_differ")


@pytest.mark.parametrize("text", ["2026-13", "october", "2026-10-31", "today"])
def test_a_period_is_a_month(clinic: Clinic, text: str):
    assert "2026-09" in clinic.reskontra(f"period rehearse {text}", code=2).err


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "period approve": (f"{MONTH}", 1),
    "period close": (f"{MONTH} --soft", 0),
    "period list": ("", 0),
    "period rehearse": (MONTH, 0),
    "period reject": (f"{MONTH} --reason X", 1),
    "period reopen": (f"{MONTH} --reason X", 1),
}
