"""An item is held, listed while it is, and let go."""

from __future__ import annotations

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers


def test_an_item_is_held_until_the_hold_is_lifted(clinic: Clinic):
    reskontra = clinic.reskontra
    (row,) = reskontra.json("hold place i3 --reason DISPUTE --id h1")["rows"]
    assert (row["item_id"], row["hold_id"], row["status"]) == ("i3.1", "h1", "done")
    assert reskontra.json("hold place i3.1 --reason DISPUTE --id h1")["rows"][0]["status"] == "nothing_new"
    (held,) = reskontra.json("hold list")["rows"]
    assert (held["item_id"], held["hold_id"], held["reason_code"], held["until_on"]) == ("i3.1", "h1", "DISPUTE", None)
    assert "1 hold of clinic\n" in reskontra("hold list").out
    reskontra("hold lift i3 h1 --reason SETTLED")
    assert reskontra.json("hold list")["rows"] == []
    assert reskontra("hold lift i3 h1 --reason AGAIN --json", code=1).codes == ["hold_unknown"]
    told = {row["fact"]: row["reason"] for row in reskontra.json("history item-i3.1")["rows"]}
    assert (told["HoldPlaced"], told["HoldLifted"]) == ("DISPUTE", "SETTLED")


def test_a_hold_that_is_over_is_not_listed(clinic: Clinic):
    clinic.reskontra("hold place i1 --reason PROMISE --on 2026-10-05 --until 2026-10-09")
    clinic.reskontra("hold place i2 --reason PROMISE --until 2099-12-31")
    assert [row["item_id"] for row in clinic.reskontra.json("hold list")["rows"]] == ["i2.1"]


def test_a_hold_is_lifted_by_its_reason_however_short(clinic: Clinic):
    clinic.reskontra("hold place i1 --reason NO")
    clinic.reskontra("hold lift i1 NO --reason SETTLED")
    assert clinic.reskontra.json("hold list")["rows"] == []
    assert clinic.reskontra("hold lift i1 NO --reason SETTLED --json", code=1).codes == ["hold_unknown"]


def test_what_cannot_be_held_says_why(clinic: Clinic):
    over = "hold place i1 --reason X --on 2026-10-05 --until 2026-10-04 --json"
    assert clinic.reskontra(over, code=1).codes == ["hold_ends_before_it_begins"]
    assert clinic.reskontra("hold place i9 --reason X --json", code=1).codes == ["item_unknown"]
    clinic.reskontra("hold place i1", code=2)
    clinic.reskontra("hold place i1 --reason X --until soon", code=2)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "hold lift": ("i3 h9 --reason X", 1),
    "hold list": ("", 0),
    "hold place": ("i3 --reason DISPUTE", 0),
}
