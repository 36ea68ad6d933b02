"""Every command answers --json in the one documented shape, when it is done and when it is refused."""

from __future__ import annotations

import json

import pytest
from jsonschema import ValidationError

from tests.infra.cli.asked import Reskontra, validator
from tests.infra.cli.clinic import IBAN, Clinic
from tests.kit.commands import COMMANDS

# What each command is given, and the exit code it then ends with; {receipt} is the one that no rule could place.
GIVEN = {
    "account open": ("p9 --payer guardian", 0),
    "aging": ("", 0),
    "allocate": ("{receipt} --item i3", 0),
    "archive moved": ("{folder}", 0),
    "archive verify": ("", 0),
    "archive years": ("2025", 1),
    "bank-account declare": (f"{IBAN} --currency EUR --source camt.053", 1),
    "bank-account list": ("", 0),
    "credit": ("i3 --reason SERVICE --series cre", 0),
    "db start": ("", 0),
    "db status": ("", 0),
    "db stop": ("", 1),
    "db upgrade": ("", 0),
    "export": ("{folder}/out", 1),
    "history": ("p1", 0),
    "identify": ("{receipt} --account p2", 0),
    "invoice issue": ("--account p1 --series inv --amount-minor 100 --currency SEK --service X", 0),
    "open-items": ("", 0),
    "prove": ("invoice-i1@1", 1),
    "quarantine": ("", 0),
    "rebuild": ("", 0),
    "receipts": ("", 0),
    "reconcile": ("{folder} --dry-run --on 2026-11-10", 1),
    "refund approve": ("f1", 1),
    "refund fail": ("f1 --reason X", 1),
    "refund reject": ("f1 --reason X", 1),
    "refund request": ("--account p1 --amount-minor 100 --currency SEK --reason X", 0),
    "refund send": ("f1 --end-to-end-id E", 1),
    "refund settle": ("f1", 1),
    "remind": ("--entity nowhere", 1),
    "seal countersign": ("{folder}/empty.txt --key {folder}/key.pem --name anna", 1),
    "seal key": ("", 1),
    "seal now": ("", 0),
    "seal rotate-key": ("", 1),
    "seal verifier": ("", 0),
    "series open": ("inv", 1),
    "serve-bank-day": ("none", 1),
    "statement": ("p1", 0),
    "tie-out": ("", 0),
    "trial-balance": ("", 0),
    "verify": ("", 0),
    "write-off approve": ("w1", 1),
    "write-off reject": ("w1 --reason X", 1),
    "write-off request": ("i3 --reason X", 0),
    "write-off reverse": ("w1 --reason X", 1),
}
# `inspect` has the shape of the file it shows; the demo's answer is tested where its month is replaced.
OTHERWISE = {"inspect", "demo"}


def test_no_command_is_left_out():
    assert set(GIVEN) | OTHERWISE == COMMANDS


@pytest.mark.parametrize("command", sorted(GIVEN))
def test_every_command_answers_in_the_one_shape(loaded: Clinic, command: str):
    given, code = GIVEN[command]
    inbox = loaded.folder / "inbox"
    inbox.mkdir()
    (inbox / "empty.txt").write_bytes(b"")
    typed = given.format(receipt=loaded.unmatched() if "{receipt}" in given else "", folder=inbox)
    answer = loaded.reskontra.json(f"{command} {typed}", code=code)
    assert answer["command"] == command
    assert answer["entity"] == ("nowhere" if "nowhere" in typed else "clinic")


def test_without_json_a_refusal_is_one_line_on_standard_error(reskontra: Reskontra):
    answered = reskontra("refund settle f1", code=1)
    assert (answered.out, answered.err.count("\n")) == ("", 1)
    assert answered.err.startswith("reskontra: ")


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": [{"amount_minor": 1}]},
        {"rows": [{"amount_minor": 1.5, "currency": "SEK"}]},
        {"rows": [{"amount_minor": "1", "currency": "SEK"}]},
        {"rows": [{"candidates": [{"open_minor": 1}]}]},
        {"rows": [{"due_on": "31/12/2026"}]},
        {"rows": [{"recorded_at": "2026-12-31T10:00:00+01:00"}]},
        {"totals": [{"book_minor": 1}]},
        {"ok": False},
        {"as_of": "today"},
        {"more": 1},
    ],
)
def test_the_shape_refuses_what_is_not_documented(changed: dict[str, object]):
    sound = {"command": "aging", "entity": "clinic", "ok": True, "as_of": "2026-12-31", "known_at": 1, "position": 1}
    answer = sound | {"rows": [{"amount_minor": 1, "currency": "SEK"}], "totals": [], "problems": []}
    validator().validate(json.loads(json.dumps(answer)))
    with pytest.raises(ValidationError):
        validator().validate(answer | changed)
