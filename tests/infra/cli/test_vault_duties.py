"""Who may keep, read and ask the log of what is personal, and who sees a protected payer."""

from __future__ import annotations

import pytest

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.test_vault import put


@pytest.fixture
def staffed(clinic: Clinic) -> Clinic:
    """The clinic with persons who have one duty each, and a payer's name in the vault."""
    for duty in ("nurse", "manager", "auditor", "approver"):
        clinic.reskontra(f"person register {duty} --duty {duty}")
    put(clinic, "name", "Eva Ek")
    return clinic


SHOW = "vault show p1 --purpose payment_enquiry --json"


@pytest.mark.parametrize(
    ("user", "command", "codes"),
    [
        ("nurse", SHOW, []),
        ("auditor", SHOW, ["duty_missing"]),
        ("approver", SHOW, ["duty_missing"]),
        ("stranger", SHOW, ["actor_unknown"]),
        ("auditor", "vault log --json", []),
        ("nurse", "vault log --json", ["duty_missing"]),
        ("nurse", "vault put p1 --kind note --from {folder}/text --json", []),
        ("auditor", "vault put p1 --kind note --from {folder}/text --json", ["duty_missing"]),
        ("auditor", "vault find --kind name --purpose audit --from {folder}/text --json", ["duty_missing"]),
        ("manager", "vault replace-key --json", ["duty_missing"]),
    ],
)
def test_each_has_what_their_duty_is_about(staffed: Clinic, user: str, command: str, codes: list[str]):
    answered = staffed.reskontra.by(user)(command.format(folder=staffed.folder), code=None)
    assert answered.codes == codes
    assert ("Eva Ek" in answered.out) == (command == SHOW and not codes)


def test_a_refused_reading_is_not_logged_as_one(staffed: Clinic):
    staffed.reskontra.by("auditor")(SHOW, code=1)
    assert staffed.reskontra.json("vault log --subject p1")["rows"] == []
    staffed.reskontra.by("nurse")(SHOW)
    (row,) = staffed.reskontra.json("vault log --subject p1")["rows"]
    (nurse,) = {one["person_id"] for one in staffed.reskontra.json("person list")["rows"] if one["duty"] == "nurse"} - {
        "anna",
        "bo",
        "me",
    }
    assert row["person"] == f"person:{nurse}"


def test_only_a_manager_sees_who_a_protected_payer_is(staffed: Clinic):
    staffed.reskontra("account mark p1 confidential --reason NOTICE")
    assert "Eva Ek" not in staffed.reskontra.by("nurse")(SHOW).out
    assert "Eva Ek" in staffed.reskontra.by("manager")(SHOW).out
