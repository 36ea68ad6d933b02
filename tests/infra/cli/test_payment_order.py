"""Refunds are ordered by a file: once, whatever stops the program between its steps."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from lxml import etree

from infra.desk import order_folder
from infra.desk.desk import Desk
from infra.settings import load
from tests.infra.cli.clinic import IBAN, Clinic, today
from tests.infra.cli.command_line import Answers, Reskontra

PAYEE = "SE3550000000054910000003"
ORDER = f"refund order --bank-account {IBAN}"
NAMESPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


class Killed(BaseException):
    """The program ends here, and nothing after it is done."""


def killed(*_: object, **__: object) -> NoReturn:
    raise Killed


@pytest.fixture
def approved(loaded: Clinic) -> Clinic:
    """Refunds f1 and f2 of p1, approved by bo, whose payee the vault knows."""
    reskontra = loaded.reskontra
    reskontra("entity declare --legal-name Kliniken")
    for kind, text in (("name", "Eva Ek"), ("payee_account", PAYEE)):
        put(loaded, "p1", kind, text)
    for refund in ("f1", "f2"):
        reskontra(f"refund request --account p1 --amount 20.00 --currency SEK --reason OVERPAID --id {refund}")
        reskontra.by("bo")(f"refund approve {refund}")
    return loaded


def put(clinic: Clinic, subject: str, kind: str, text: str) -> None:
    path = clinic.folder / "text"
    path.write_text(text, encoding="utf-8")
    clinic.reskontra(f"vault put {subject} --kind {kind} --from {path}")


def folder(clinic: Clinic) -> Path:
    return load(clinic.reskontra.environ, clinic.folder).payment_orders


def files(clinic: Clinic) -> list[str]:
    return sorted(one.suffix for one in folder(clinic).iterdir())


def statuses(clinic: Clinic) -> dict[str, str]:
    return {row["refund_id"]: row["status"] for row in clinic.reskontra.json("refund list")["rows"]}


def ids_of(path: str) -> list[str | None]:
    return [one.text for one in etree.parse(path).findall(".//p:EndToEndId", NAMESPACE)]


def test_an_order_has_all_approved_refunds_and_each_names_its_file(approved: Clinic):
    answered = approved.reskontra.json(ORDER)
    ((total,),) = [answered["totals"]]
    content = Path(total["file"]).read_bytes()
    assert total["sha256"] == hashlib.sha256(content).hexdigest()
    assert ids_of(total["file"]) == ["f1", "f2"]
    assert Path(total["file"]).stat().st_mode & 0o077 == 0
    assert statuses(approved) == {"f1": "sent", "f2": "sent"}
    told = approved.reskontra.json("refund list")["rows"]
    assert {row["order_file"] for row in told} == {total["sha256"]}
    assert PAYEE not in str(answered)
    assert "Eva" not in str(answered)
    logged = approved.reskontra.json("vault log --subject p1")["rows"]
    assert {one["purpose"] for one in logged} == {"refund"}
    assert "no refund waits" in approved.reskontra(ORDER).out


def test_an_order_is_not_written_twice_with_its_key(approved: Clinic):
    first = approved.reskontra.json(f"{ORDER} --key k1")
    again = approved.reskontra.json(f"{ORDER} --key k1")
    assert again["rows"] == []
    assert again["totals"][0]["sha256"] == first["totals"][0]["sha256"]
    assert files(approved) == [".xml"]
    Path(first["totals"][0]["file"]).unlink()
    assert "the file was deleted" in approved.reskontra(f"{ORDER} --key k1").out


def test_an_order_for_a_day_that_is_over_meanwhile_is_the_same_with_its_key(
    approved: Clinic, monkeypatch: pytest.MonkeyPatch
):
    day = today() + timedelta(days=1)
    given = f"{ORDER} --on {day} --key k1"
    first = approved.reskontra.json(given)
    monkeypatch.setattr(Desk, "today", property(lambda _: day + timedelta(days=1)))
    again = approved.reskontra.json(given)
    assert again["totals"][0]["sha256"] == first["totals"][0]["sha256"]


def test_killed_before_it_is_recorded_nothing_is_ordered_and_the_next_run_orders_once(
    approved: Clinic, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr(Desk, "record_together", killed)
        stopped(approved.reskontra)
    assert (files(approved), statuses(approved)) == ([".prepared"], {"f1": "approved", "f2": "approved"})
    made = approved.reskontra.json(ORDER)
    assert files(approved) == [".xml"]
    assert ids_of(made["totals"][0]["file"]) == ["f1", "f2"]


def test_killed_after_it_is_recorded_the_next_run_gives_the_same_file_its_name(
    approved: Clinic, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr(order_folder.OrderFolder, "name", killed)
        stopped(approved.reskontra)
    (prepared,) = folder(approved).iterdir()
    content = prepared.read_bytes()
    assert (files(approved), statuses(approved)) == ([".prepared"], {"f1": "sent", "f2": "sent"})
    made = approved.reskontra.json(ORDER)
    (total,) = made["totals"]
    assert (made["rows"], files(approved)) == ([], [".xml"])
    assert Path(total["file"]).read_bytes() == content
    assert total["message_id"] == prepared.stem
    assert f"<MsgId>{prepared.stem}</MsgId>".encode() in content


def test_a_refund_that_is_cancelled_meanwhile_stops_the_whole_file(approved: Clinic, monkeypatch: pytest.MonkeyPatch):
    record: Callable[..., Any] = Desk.record_together

    def late(desk: Desk, *given: Any, **named: str) -> Any:
        approved.reskontra("refund cancel f1 --reason X")
        return record(desk, *given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "record_together", late)
        assert approved.reskontra(f"{ORDER} --json", code=1).codes == ["refund_cancelled"]
    assert statuses(approved)["f2"] == "approved"
    made = approved.reskontra.json(ORDER)
    assert ids_of(made["totals"][0]["file"]) == ["f2"]
    assert files(approved) == [".xml"]


def test_what_cannot_be_ordered_is_named_with_its_reason(approved: Clinic):
    reskontra = approved.reskontra
    assert reskontra(f"{ORDER} --bic swe --json", code=1).codes == ["bic_malformed"]
    assert reskontra(f"{ORDER} --on 2020-01-01 --json", code=1).codes == ["execution_day_over"]
    put(approved, "p1", "payee_account", "54910000003")
    assert set(reskontra(f"{ORDER} --json", code=1).codes) == {"payee_account_by_sender"}
    assert set(reskontra.by("bo")(f"{ORDER} --json", code=1).codes) == {"payee_account_not_payable"}
    assert set(statuses(approved).values()) == {"approved"}


def test_who_pays_has_a_name(loaded: Clinic):
    for kind, text in (("name", "Eva Ek"), ("payee_account", PAYEE)):
        put(loaded, "p1", kind, text)
    loaded.reskontra("refund request --account p1 --amount 20.00 --currency SEK --reason OVERPAID --id f1")
    loaded.reskontra.by("bo")("refund approve f1")
    assert loaded.reskontra(f"{ORDER} --json", code=1).codes == ["legal_name_missing"]
    assert not folder(loaded).exists() or os.listdir(folder(loaded)) == []


def stopped(reskontra: Reskontra) -> None:
    with pytest.raises(Killed):
        reskontra(ORDER)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {"refund order": (f"--bank-account {IBAN}", 0)}
