"""Every command answers --json in the one documented shape, when it is done and when it is refused."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest
from jsonschema import ValidationError

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers, Reskontra, validator
from tests.kit.commands import COMMANDS


def told() -> Answers:
    """What the tests of the commands give them."""
    found: Answers = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            given: Answers = getattr(import_module(f"tests.infra.cli.{path.stem}"), "ANSWERS", {})
            assert not found.keys() & given.keys()
            found |= given
    return found


GIVEN = told()
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
        {"amounts": "kronor"},
        {"as_of": "today"},
        {"more": 1},
    ],
)
def test_the_shape_refuses_what_is_not_documented(changed: dict[str, object]):
    sound = {"command": "aging", "entity": "clinic", "ok": True, "as_of": "2026-12-31", "known_at": 1, "position": 1}
    sound |= {"amounts": "minor_units", "totals": [], "problems": []}
    answer = sound | {"rows": [{"amount_minor": 1, "currency": "SEK"}]}
    validator().validate(json.loads(json.dumps(answer)))
    with pytest.raises(ValidationError):
        validator().validate(answer | changed)
