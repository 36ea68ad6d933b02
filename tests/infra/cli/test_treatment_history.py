"""Treatment history: who changed how the book treats what happens, when, from what to what, with which program."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.version import VERSION
from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Reskontra


def told(reskontra: Reskontra, how: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reskontra.json(f"treatment-history {how}")["rows"]
    return rows


def test_every_change_of_terms_accounts_and_banks_is_told_with_who_made_it(loaded: Clinic):
    reskontra = loaded.reskontra
    before = told(reskontra)
    assert [row["about"] for row in before] == ["program", "bankaccount", "bankalias", "mapping"]
    assert all(row["actor"].startswith("person:") and row["system"] == VERSION for row in before)
    reskontra("entity declare --days-to-pay 20")
    reskontra("entity declare --days-to-pay 25")
    reskontra("mapping set ar_patient 1512 --from 2026-10-16 --source board")
    changed = told(reskontra)[len(before) :]
    assert [row["subject"] for row in changed] == ["entity-terms", "entity-terms", "mapping-ar_patient"]
    assert changed[1]["changed"] == "terms.days_to_pay: 20 to 25"
    assert changed[2]["text"] == "Role ar_patient mapped to account 1512 from 2026-10-16"
    assert "account: - to 1512" in changed[2]["changed"]
    known = changed[1]["ledger_position"]
    assert told(reskontra, f"--known-at {known}") == [*before, *changed[:2]]


def test_a_new_version_of_the_program_is_told_with_its_first_fact(loaded: Clinic, monkeypatch: pytest.MonkeyPatch):
    reskontra = loaded.reskontra
    monkeypatch.setattr("ledger.execution.envelopes.VERSION", "99.1")
    reskontra("account open p9 --payer patient")
    first, *_ = reskontra.json("history p9")["rows"]
    row = told(reskontra)[-1]
    assert (row["about"], row["subject"], row["ledger_position"]) == ("program", "99.1", first["ledger_position"])
    assert (row["text"], row["recorded_at"]) == (
        "Version 99.1 of the program recorded its first fact",
        first["recorded_at"],
    )


def test_what_is_said_of_another_thing_in_a_stream_is_no_change_of_the_first(loaded: Clinic):
    reskontra = loaded.reskontra
    before = len(told(reskontra))
    reskontra("provider-account declare cards --currency SEK --provider stripe --rail card")
    fees = "provider-account fees cards --from 2026-01-01 --source contract"
    for said in ("--kind payment --percent 1.5", "--kind refund --fixed 1.00", "--kind payment --percent 1.4"):
        reskontra(f"{fees} {said}")
    reskontra("mapping set ar_patient 1512 --from 2026-10-16 --source board")
    reskontra("mapping set ar_patient 1513 --from 2026-10-16 --source board --currency EUR")
    _, first, second, third, *mapped = (row["changed"] for row in told(reskontra)[before:])
    assert "kind: - to payment" in first
    assert "kind: - to refund" in second
    assert "fee.fixed_minor: - to 100" in second
    assert third == "fee.rate_ppm: 15000 to 14000"
    assert "account: - to 1513" in mapped[-1]
