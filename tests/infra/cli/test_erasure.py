"""A person is asked for, approved by another and erased; what was interrupted is found by verify and finished."""

from __future__ import annotations

import pytest

from infra.desk import erasure
from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers
from tests.infra.cli.test_vault import put


def payee(clinic: Clinic) -> str:
    """Somebody whom no law keeps: a payee to whom nothing was paid."""
    return str(put(clinic, "name", "Zoe Zebra", subject="")["subject_id"])


def test_one_asks_and_another_approves(clinic: Clinic):
    reskontra, subject = clinic.reskontra, payee(clinic)
    reskontra(f"vault erase {subject} --reason SUBJECT_ASKED")
    assert reskontra(f"vault approve-erasure {subject} --json", code=1).codes == ["approver_is_requester"]
    assert reskontra(f"vault erase {subject} --reason AGAIN --json", code=1).codes == ["erasure_requested"]
    assert "the key is destroyed" in reskontra.by("bo")(f"vault approve-erasure {subject}").out
    assert reskontra(f"vault show {subject} --purpose audit --json", code=1).codes == ["subject_erased"]
    (row,) = reskontra.json("vault erasures")["rows"]
    assert (row["status"], row["approver"], row["kept_through"]) == ("erased", "person:bo", None)
    (fact, last) = reskontra.json(f"history subject-{subject}")["rows"]
    assert (fact["fact"], last["fact"]) == ("ErasureRequested", "SubjectErased")
    assert reskontra.json("verify")["ok"]


def test_whoever_had_a_colleague_ask_does_not_approve(clinic: Clinic):
    reskontra, subject = clinic.reskontra, payee(clinic)
    assert reskontra(f"vault erase {subject} --reason X --on-behalf-of nobody --json", code=1).codes == [
        "person_unknown"
    ]
    reskontra(f"vault erase {subject} --reason SUBJECT_ASKED --on-behalf-of bo")
    assert reskontra.by("bo")(f"vault approve-erasure {subject} --json", code=1).codes == ["approver_is_requester"]
    reskontra.by("anna")(f"vault approve-erasure {subject}")


def test_a_payer_who_owes_is_not_erased(loaded: Clinic):
    put(loaded, "name", "Eva Ek")
    assert loaded.reskontra("vault erase p1 --reason X --json", code=1).codes == ["subject_not_settled"]
    loaded.reskontra("vault erase p1", code=2)


def test_an_unknown_person_is_refused(clinic: Clinic):
    assert clinic.reskontra("vault erase p9 --reason X --json", code=1).codes == ["account_not_open"]
    assert clinic.reskontra("vault approve-erasure p1 --json", code=1).codes == ["erasure_not_requested"]


def test_a_payer_of_whom_the_vault_has_nothing_is_erased_too(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra("account open p3 --payer patient")
    reskontra("vault erase p3 --reason X")
    reskontra.by("bo")("vault approve-erasure p3")
    note = clinic.folder / "note.txt"
    note.write_text("called", encoding="utf-8")
    assert reskontra(f"vault put p3 --kind note --from {note} --json", code=1).codes == ["subject_erased"]
    assert reskontra.json("verify")["ok"]


def test_what_was_interrupted_before_the_key_was_destroyed_is_found_and_finished(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    reskontra, subject = clinic.reskontra, payee(clinic)
    reskontra(f"vault erase {subject} --reason SUBJECT_ASKED")
    monkeypatch.setattr(erasure, "_refuse_if_billed_meanwhile", _killed)
    reskontra.by("bo")(f"vault approve-erasure {subject}", code=3)
    monkeypatch.undo()
    answered = reskontra("verify --json", code=1)
    assert answered.codes == ["erasure_unfinished"]
    assert subject in answered.out
    # The fact decides, not the key: nothing is shown, found or kept meanwhile.
    assert reskontra(f"vault show {subject} --purpose audit --json", code=1).codes == ["subject_erased"]
    assert put(clinic, "note", "Zebra speaks", subject=subject, code=1) == {"codes": ["subject_erased"]}
    (clinic.folder / "sought").write_text("Zoe Zebra", encoding="utf-8")
    found = reskontra.json(f"vault find --kind name --purpose audit --from {clinic.folder / 'sought'}")
    assert found["rows"] == []
    assert [row["status"] for row in reskontra.json("vault erasures")["rows"]] == ["unfinished"]
    reskontra.by("bo")(f"vault approve-erasure {subject}")
    assert [row["status"] for row in reskontra.json("vault erasures")["rows"]] == ["erased"]
    assert reskontra.json("verify")["ok"]


def _killed(*given: object) -> None:
    raise MemoryError


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "vault approve-erasure": ("p1", 1),
    "vault erase": ("p1 --reason X", 1),
    "vault erasures": ("", 0),
    "vault reject-erasure": ("p1 --reason X", 1),
}
