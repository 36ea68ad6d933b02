"""Commands go by the entity's civil day and by the items a person names, and what one call records belongs together."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from infra.cli import caller
from infra.cli.invocation import Call
from infra.settings import load
from ledger import civil_time
from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Reskontra
from tests.infra.cli.test_invoice import invoice, written

# Half past ten in the evening of the last day of the year in UTC: half past eleven in Stockholm, and past midnight in
# Riga and Tokyo.
LATE = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that stands in Tokyo, at that moment."""

    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return LATE if tz is not None else LATE.astimezone().replace(tzinfo=None)

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    monkeypatch.setattr(caller, "datetime", Late)
    yield
    monkeypatch.undo()
    time.tzset()


def call(environ: Mapping[str, str], starts: bool = True, now: datetime = LATE) -> Call:
    return Call(False, load(environ, Path.cwd()), now, caller.Terminal(), starts)


@pytest.mark.usefixtures("elsewhere")
def test_today_is_the_entitys_day_wherever_the_machine_stands(reskontra: Reskontra):
    assert reskontra.json("aging")["as_of"] == "2026-12-31"
    reskontra("account open p1 --payer patient")
    reskontra("series open inv")
    issue = "invoice issue --account p1 --series inv --amount 1.00 --service X"
    assert reskontra.json(issue)["rows"][0]["issued_on"] == "2026-12-31"
    reskontra("entity declare --zone Europe/Riga")
    assert reskontra.json("aging")["as_of"] == "2027-01-01"
    told = reskontra.json(issue)["rows"][0]
    assert told["issued_on"] == "2027-01-01"
    for row in reskontra.json(f"history invoice-{told['invoice_id']}")["rows"]:
        assert (row["occurred_on"], row["accounting_date"]) == ("2027-01-01", "2027-01-01")
        assert row["recorded_at"] == "2026-12-31T22:30:00Z"


@pytest.mark.usefixtures("elsewhere")
def test_where_the_books_cannot_be_read_it_is_the_day_of_the_default_zone(database_environ: dict[str, str]):
    Reskontra(database_environ)("entity declare --zone Asia/Tokyo")
    assert call(database_environ).today == date(2027, 1, 1)
    gone = {**database_environ, "RESKONTRA_ENTITY": "nowhere"}
    assert call(gone).today == date(2026, 12, 31)


@pytest.mark.parametrize(("at", "day"), [("22:59:59", 31), ("23:00:00", 1)])
def test_the_day_turns_at_the_entitys_midnight(tmp_path: Path, at: str, day: int):
    now = datetime.fromisoformat(f"2026-12-31T{at}+00:00")
    assert call({"RESKONTRA_DATA_DIR": str(tmp_path)}, now=now).today.day == day


def test_a_server_is_not_started_for_the_day_of_what_is_only_looked_at(tmp_path: Path):
    assert call({"RESKONTRA_DATA_DIR": str(tmp_path / "data")}, starts=False).today == date(2026, 12, 31)
    assert not (tmp_path / "data").exists()


def test_a_zone_this_machine_does_not_know_is_told(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    def unknown(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(civil_time, "ZoneInfo", unknown)
    answered = clinic.reskontra("aging --json", code=1)
    assert answered.codes == ["zone_unknown"]
    assert "does not know the time zone Europe/Stockholm" in json.dumps(answered.json)


def correlations(clinic: Clinic, *subjects: str) -> set[str]:
    rows = [row for subject in subjects for row in clinic.reskontra.json(f"history {subject}")["rows"]]
    return {row["correlation"] for row in rows}


def test_all_facts_of_a_call_belong_together(clinic: Clinic):
    path = written(clinic.folder, invoice("f1"), invoice("f2", "p2"))
    clinic.reskontra("invoice", "issue", "--file", path)
    (of_file,) = correlations(clinic, "invoice-f1", "item-f1.1", "request-f1.1", "invoice-f2", "item-f2.1")
    (of_one,) = correlations(clinic, "invoice-i1", "item-i1.1", "request-i1.1")
    assert of_file != of_one


def test_an_invoice_of_several_items_is_not_an_item(clinic: Clinic):
    payers = [{"account_id": payer, "amount_minor": 100_00} for payer in ("p1", "p2")]
    path = written(clinic.folder, invoice("f1", payers=payers), invoice("f1.1"))
    clinic.reskontra("invoice", "issue", "--file", path)
    for typed in (
        "hold place f1 --reason X",
        "write-off request f1 --reason X",
        "credit i1 --item f1=1:1 --reason X",
    ):
        answered = clinic.reskontra(f"{typed} --json{' --series cre' if 'credit' in typed else ''}", code=1)
        assert answered.codes == ["item_ambiguous"]
        assert "'f1' could mean 2 items: f1.1 (item 1004.1" in answered.json["problems"][0]["sentence"]
    # An invoice may have the id of another's item: then it is the item that is meant.
    assert clinic.reskontra.json("hold place f1.1 --reason X")["rows"][0]["item_id"] == "f1.1"
    asked = "credit f1 --reason X --series cre --item f1.2=1:50.00"
    assert clinic.reskontra.json(asked)["rows"][0]["amount_minor"] == 50_00
    opened = {row["item_id"]: row["open_minor"] for row in clinic.reskontra.json("open-items")["rows"]}
    assert (opened["f1.1"], opened["f1.2"]) == (100_00, 50_00)
