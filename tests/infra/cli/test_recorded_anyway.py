"""What is recorded is never called failed: whatever happens afterwards, the exit code and the answer say so."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest

from infra.cli import caller
from infra.cli.caller import RECORDED
from infra.desk.desk import Desk
from projections import Books, ReadStoreTrouble
from tests.infra.cli.clinic import Clinic

ISSUE = "invoice issue --account p1 --series inv --amount 40.00 --currency SEK --service VISIT --id i9"
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def failing(trouble: Exception) -> Callable[..., Any]:
    """A step that fails."""

    def fails(*given: Any, **more: Any) -> Any:
        raise trouble

    return fails


def issued(clinic: Clinic) -> bool:
    """Whether the invoice is in the book, and is so only once."""
    rows = clinic.reskontra.json("history invoice-i9", code=None)["rows"]
    return [row["fact"] for row in rows].count("InvoiceIssued") == 1


@pytest.mark.parametrize("trouble", [FULL, ReadStoreTrouble("no space is left"), KeyError("a defect of ours")])
@pytest.mark.parametrize(("where", "step"), [(Books, "follow"), (Desk, "_effective_days")])
def test_a_trouble_after_the_facts_are_recorded_is_told_as_one(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, trouble: Exception, where: type, step: str
):
    names = clinic.reskontra.json("open-items")["rows"]
    with monkeypatch.context() as patch:
        patch.setattr(where, step, failing(trouble))
        answer = clinic.reskontra.json("account open p9 --payer patient --key once", code=RECORDED)
        assert answer["problems"][0]["code"] == "recorded"
        (row,) = answer["rows"]
        assert (row["status"], row["key"], row["last_position"]) == ("done", "once", answer["position"])
        assert clinic.reskontra("account open p10 --payer patient", code=RECORDED).out.startswith("RECORDED at")
    assert clinic.reskontra.json("open-items")["rows"] == names
    # The same command again is nothing new, and exits with 0.
    again = clinic.reskontra.json("account open p9 --payer patient --key once")
    assert [row["status"] for row in again["rows"]] == ["nothing_new"]


def test_a_trouble_before_anything_is_recorded_is_a_refusal(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Desk, "submission", failing(FULL))
    assert clinic.reskontra.json("account open p9 --payer patient", code=1)["problems"][0]["code"] == "oserror"


@pytest.mark.parametrize(
    ("trouble", "recording", "reading"),
    [(BrokenPipeError(), 0, 0), (FULL, RECORDED, 1), (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "no"), RECORDED, 1)],
)
def test_an_answer_that_nobody_reads_or_no_disk_holds(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, trouble: Exception, recording: int, reading: int
):
    with monkeypatch.context() as patch:
        patch.setattr(caller, "print_page", failing(trouble))
        clinic.reskontra(ISSUE, code=recording)
        clinic.reskontra("aging", code=reading)
        # What is refused is refused, whoever reads it.
        clinic.reskontra("refund settle f1", code=1)
    assert issued(clinic)
