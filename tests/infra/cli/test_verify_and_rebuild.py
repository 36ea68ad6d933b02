"""Verify finds what is wrong with the books, and rebuild puts the read tables right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.cli.clinic import CHECKS, Clinic, spoil
from tests.infra.cli.command_line import Answers


def checks(clinic: Clinic, code: int = 0) -> dict[str, Any]:
    return {row["check"]: row["ok"] for row in clinic.reskontra.json("verify", code=code)["rows"]}


def test_sound_books_are_sound_and_what_is_not_sealed_is_said(loaded: Clinic):
    # Nothing is sealed yet, so that nothing is said of sealed facts and their totals.
    made = [check for check in CHECKS if check not in ("sealed facts", "control totals")]
    assert checks(loaded) == dict.fromkeys(made, True)
    out = loaded.reskontra("verify").out
    assert "ok       number series: 2 series without a gap, each number on its document" in out
    assert out.splitlines()[-1].startswith("open window: all ")
    assert loaded.reskontra.json("verify")["totals"][1]["sealed"] is False


@pytest.mark.parametrize(
    ("statement", "failing", "code"),
    [
        ("UPDATE clinic.items SET open_minor = 1 WHERE item_id = 'i3.1'", "read tables", "read_tables_differ"),
        (
            "DELETE FROM clinic.events WHERE originator_id = 'series-inv' AND originator_version = 3",
            "number series",
            "series_broken",
        ),
        ("DELETE FROM clinic.events WHERE originator_id = 'invoice-i3'", "number series", "series_broken"),
        ("DELETE FROM clinic.events WHERE topic = 'FileCompleted'", "bank files", "file_half_loaded"),
        (
            "UPDATE clinic.events SET state = convert_to(replace(convert_from(state, 'UTF8'), "
            "'\"rounding_minor\":0', '\"rounding_minor\":1'), 'UTF8') WHERE originator_id = 'invoice-i3'",
            "postings",
            "postings_unbalanced",
        ),
        (
            "UPDATE clinic.events SET state = convert_to(replace(convert_from(state, 'UTF8'), "
            "'\"rounding_minor\":0', '\"rounding_minor\":\"x\"'), 'UTF8') WHERE originator_id = 'invoice-i3'",
            "facts",
            "fact_unreadable",
        ),
    ],
)
def test_verify_finds_what_the_owner_spoilt(loaded: Clinic, statement: str, failing: str, code: str):
    spoil(loaded, statement)
    answer = loaded.reskontra.json("verify", code=1)
    assert failing in [row["check"] for row in answer["rows"] if not row["ok"]]
    assert code in [problem["code"] for problem in answer["problems"]]
    assert "PROBLEM  " in loaded.reskontra("verify", code=1).out


def test_spoilt_read_tables_stay_until_the_difference_is_accepted(loaded: Clinic):
    spoil(loaded, "UPDATE clinic.items SET open_minor = 1 WHERE item_id = 'i3.1'")
    refused = loaded.reskontra.json("rebuild", code=1)
    assert [problem["code"] for problem in refused["problems"]] == ["read_tables_differ"]
    (differing,) = [row for row in refused["rows"] if not row["equal"]]
    assert (differing["table"], differing["differing"], differing["sample"]) == ("items", 1, ["i3.1"])
    assert "accepted" in loaded.reskontra("rebuild --accept-differences").out
    assert checks(loaded)["read tables"]


def test_equal_tables_are_swapped(loaded: Clinic):
    answer = loaded.reskontra.json("rebuild")
    assert all(row["equal"] for row in answer["rows"])
    assert "all tables are equal; the rebuilt tables are now live" in loaded.reskontra("rebuild").out


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "rebuild": ("", 0),
    "verify": ("", 0),
}
