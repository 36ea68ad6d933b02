"""Whoever may not do something is told so before anything is read, kept or recorded."""

from __future__ import annotations

import pytest

from tests.infra.cli.clinic import Clinic


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("reconcile {folder}/day.xml", "finance"),
        ("reconcile {folder}/day.xml --dry-run", "finance"),
        ("reconcile {folder}/none.xml", "finance"),
        ("remind", "billing, finance"),
        ("invoice issue --file {folder}/none.jsonl", "billing, finance, integrator"),
        ("transfer continue", "finance"),
        ("seal now", "finance, auditor, admin"),
        ("archive years 2020", "finance, admin"),
        ("serve-bank-day {folder}/none", "finance, admin"),
    ],
)
def test_work_of_a_job_is_refused_whoever_has_no_duty_for_it(clinic: Clinic, command: str, named: str):
    clinic.day()
    clinic.reskontra("person register nora --id nora --duty nurse")
    before = clinic.reskontra.json("acts")["position"]
    answered = clinic.reskontra.by("nora")(f"{command.format(folder=clinic.folder)} --json", code=1)
    assert answered.codes == ["duty_missing"], answered.err
    assert answered.json["problems"][0]["sentence"].endswith(f"(nora; {named})")
    assert clinic.reskontra.json("files")["rows"] == []
    assert clinic.reskontra.json("acts")["position"] == before
