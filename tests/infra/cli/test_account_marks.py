"""A payer is marked, the marks are listed, and they end."""

from __future__ import annotations

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers


def test_a_dead_payers_open_items_are_held_and_let_go(clinic: Clinic):
    reskontra = clinic.reskontra
    (row,) = reskontra.json("account mark p1 dead --reason REGISTER --on 2026-11-01")["rows"]
    assert (row["account_id"], row["effective_days"]) == ("p1", ["2026-11-01"])
    assert [one["item_id"] for one in reskontra.json("hold list")["rows"]] == ["i1.1", "i2.1"]
    assert "p1" in reskontra("account marks").out
    (marked,) = reskontra.json("account marks")["rows"]
    assert (marked["dead_since"], marked["minor_since"], marked["confidential_since"]) == ("2026-11-01", None, None)
    reskontra("account unmark p1 dead --reason ANOTHER_PERSON")
    assert reskontra.json("hold list")["rows"] == []
    assert reskontra.json("account marks")["rows"] == []


def test_what_cannot_be_marked_says_why(clinic: Clinic):
    reskontra = clinic.reskontra
    assert reskontra("account mark p1 minor --guardian p1 --reason X --json", code=1).codes == ["guardian_unfit"]
    assert reskontra("account unmark p1 dead --reason X --json", code=1).codes == ["mark_unknown"]
    reskontra("account mark p1 rich --reason X", code=2)
    reskontra("account mark p1 dead", code=2)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "account mark": ("p1 confidential --reason REGISTER", 0),
    "account marks": ("", 0),
    "account unmark": ("p1 confidential --reason REGISTER", 1),
}
