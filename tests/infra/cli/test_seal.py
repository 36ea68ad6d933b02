"""Sealing from the command line: checkpoints, keys, proofs, and verify, which names what was changed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ledger.sealing import chain_of, verifier
from tests.infra.cli.clinic import CHECKS, Clinic, data, spoil
from tests.infra.cli.command_line import Answers


def seals(answer: dict[str, Any]) -> dict[str, Any]:
    (found,) = [total for total in answer["totals"] if total["name"] == "seals"]
    return dict(found)


def test_a_checkpoint_is_told_with_its_control_totals(loaded: Clinic):
    answer = loaded.reskontra.json("seal now --day 2024-11-10")
    (row,) = answer["rows"]
    assert (row["checkpoint"], row["new_facts"], row["facts"], answer["as_of"]) == (
        1,
        row["facts"],
        row["new_facts"],
        "2024-11-10",
    )
    # The trial balance counts the same money by another way.
    balance = loaded.reskontra.json("trial-balance --as-of 2026-12-31")["rows"]
    assert {total["account"]: total["sum_minor"] for total in answer["totals"]} == {
        line["account"]: line["balance_minor"] for line in balance if line["balance_minor"]
    }
    again = loaded.reskontra("seal now")
    assert again.out.startswith("nothing new to seal: checkpoint 1, day 2024-11-10")


def test_verify_finds_sealed_books_sound_and_tells_the_open_window(outgrown: Clinic):
    answer = outgrown.reskontra.json("verify")
    assert {row["check"]: row["ok"] for row in answer["rows"]} == dict.fromkeys(CHECKS, True)
    found = seals(answer)
    assert (found["sealed"], found["checkpoint"], found["beyond_facts"]) == (True, 1, 0)
    # The invoice, the number that its series took, its item and its request.
    assert (found["open_facts"], found["open_first"]) == (4, found["sealed_position"] + 1)
    last = outgrown.reskontra("verify").out.splitlines()[-1]
    positions = f"positions {found['open_first']} to {found['open_last']}"
    assert last.startswith(f"open window: 4 facts, {positions}, recorded since checkpoint 1 was signed")

    outgrown.reskontra("seal now")
    assert outgrown.reskontra("verify").out.splitlines()[-1].startswith("open window: none; everything up to position")


def test_verify_names_every_sealed_fact_that_was_changed(outgrown: Clinic):
    spoil(
        outgrown,
        "UPDATE clinic.events SET state = convert_to(replace(convert_from(state, 'UTF8'), 'person:', 'user:'), 'UTF8')"
        " WHERE originator_id IN ('account-p1', 'invoice-i2') AND originator_version = 1",
    )
    answer = outgrown.reskontra.json("verify", code=1)
    assert [(problem["code"], problem["about"]) for problem in answer["problems"]][:2] == [
        ("fact_edited", "account-p1@1"),
        ("fact_edited", "invoice-i2@1"),
    ]
    assert next(row["check"] for row in answer["rows"] if not row["ok"]) == "sealed facts"
    assert "account-p1@1 at position " in outgrown.reskontra("verify", code=1).err


def test_a_fact_edited_so_that_nothing_else_could_tell_is_found(outgrown: Clinic):
    spoil(
        outgrown,
        "UPDATE clinic.events SET state = convert_to(replace(convert_from(state, 'UTF8'), '\"key\":\"', '\"key\":\"x'),"
        " 'UTF8') WHERE originator_id = 'account-p1' AND originator_version = 1",
    )
    answered = outgrown.reskontra("verify --json", code=1)
    assert answered.codes == ["fact_edited"]
    assert outgrown.reskontra("seal now --json", code=1).codes == ["history_changed"]


def test_facts_put_where_no_reader_looks_are_counted(outgrown: Clinic):
    spoil(
        outgrown,
        "INSERT INTO clinic.events (originator_id, originator_version, topic, state, notification_id)"
        " SELECT 'account-p9', 1, topic, state, 1000000 FROM clinic.events"
        " WHERE originator_id = 'account-p1' AND originator_version = 1",
    )
    assert seals(outgrown.reskontra.json("verify", code=1))["beyond_facts"] == 1
    assert "positions: 1 fact lies out of reach of readers" in outgrown.reskontra("verify", code=1).out


def test_a_fact_put_before_every_position_is_named(outgrown: Clinic):
    spoil(
        outgrown,
        "INSERT INTO clinic.events (originator_id, originator_version, topic, state, notification_id)"
        " SELECT 'account-p1', 99, topic, state, -1 FROM clinic.events"
        " WHERE originator_id = 'account-p1' AND originator_version = 1",
    )
    answer = outgrown.reskontra.json("verify", code=1)
    assert ("fact_inserted", "account-p1@99") in [(one["code"], one["about"]) for one in answer["problems"]]


def test_verify_takes_the_key_and_the_checkpoint_that_somebody_kept(outgrown: Clinic, tmp_path: Path):
    key = outgrown.reskontra("seal key").out.strip()
    kept = tmp_path / "kept.checkpoint"
    kept.write_bytes((data(outgrown) / "seals/clinic/checkpoints/00000001.checkpoint").read_bytes())
    out = outgrown.reskontra("verify", "--key", key, "--kept", kept).out
    assert "1 checkpoint in one chain, trusted by the given key" in out

    wrong = str(verifier.parse_key(key)._replace(public=bytes(32)))
    assert "key_replaced" in outgrown.reskontra("verify", "--key", wrong, "--json", code=1).codes
    kept.write_text(kept.read_text().replace("2024-11-10", "2024-11-09"))
    assert "log_changed" in outgrown.reskontra("verify", "--kept", kept, "--json", code=1).codes
    outgrown.reskontra("verify --key nonsense", code=2)


def test_a_proof_and_the_verifier_go_to_an_outsider(outgrown: Clinic, tmp_path: Path):
    key = outgrown.reskontra("seal key").out.strip()
    program = tmp_path / "verifier.py"
    program.write_text(outgrown.reskontra("seal verifier").out)
    assert program.read_text() == Path(verifier.__file__).read_text()
    printed = outgrown.reskontra("prove invoice-i1@1").out
    outgrown.reskontra("prove", "invoice-i1@1", "--to", tmp_path / "proof.json")
    assert json.loads((tmp_path / "proof.json").read_text()) == json.loads(printed)
    run = subprocess.run(
        [sys.executable, "-I", program, "proof", tmp_path / "proof.json", "--key", key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.split()[:2]) == (0, ["holds:", "invoice-i1@1"])
    assert outgrown.reskontra("prove invoice-i4@1 --json", code=1).codes == ["not_sealed"]
    assert outgrown.reskontra("prove invoice-i9@1 --json", code=1).codes == ["fact_unknown"]


def test_an_export_is_a_folder_of_its_own_that_verifies(outgrown: Clinic, tmp_path: Path):
    folder = tmp_path / "export"
    answer = outgrown.reskontra.json("export", folder)
    assert answer["rows"][0]["files"] == ["00000001.checkpoint", "0001.note", "facts.records"]
    key = outgrown.reskontra("seal key").out.strip()
    given = ["export", str(folder / "00000001.checkpoint"), str(folder / "facts.records"), "--key", key]
    assert verifier.main(given) == 0
    assert outgrown.reskontra("export", folder, "--json", code=1).codes == ["folder_exists"]


def test_keys_are_replaced_and_checkpoints_cosigned(outgrown: Clinic, tmp_path: Path):
    new = outgrown.reskontra.json("seal rotate-key")["rows"][0]["key"]
    outgrown.reskontra("seal now")
    assert [row["after_checkpoint"] for row in outgrown.reskontra.json("seal key")["rows"]] == [0, 1]
    checkpoints = data(outgrown) / "seals/clinic/checkpoints"
    asked = ["--key", tmp_path / "anna.pem", "--name", "auditor.example/anna", "--log-key", new]
    before, last = checkpoints / "00000001.checkpoint", checkpoints / "00000002.checkpoint"
    first = outgrown.reskontra("seal", "cosign", before, *asked).out
    assert "it is the first checkpoint of this log that your key signed" in first
    row = outgrown.reskontra.json("seal", "cosign", last, *asked)["rows"][0]
    assert (row["continues_checkpoint"], row["new"]) == (1, True)
    assert "auditor.example/anna" in last.read_text()
    assert outgrown.reskontra("verify").code == 0
    assert outgrown.reskontra("seal", "cosign", last, *asked).out.startswith("nothing new: auditor.example/anna")
    older = outgrown.reskontra("seal", "cosign", before, *asked, "--json", code=1)
    assert older.codes == ["checkpoint_inconsistent"]
    assert "checkpoint 1 is older than checkpoint 2" in older.out


def test_sealing_waits_for_a_half_loaded_bank_file(clinic: Clinic):
    clinic.load(clinic.day())
    spoil(clinic, "DELETE FROM clinic.events WHERE topic = 'FileCompleted'")
    assert clinic.reskontra("seal now --json", code=1).codes == ["file_half_loaded"]
    assert clinic.reskontra("seal now --while-loading").code == 0


def test_seals_and_keys_lie_where_the_operator_says(loaded: Clinic, tmp_path: Path):
    loaded.reskontra.environ.update(
        RESKONTRA_SEAL_DIR=str(tmp_path / "seals-here"), RESKONTRA_SEAL_KEYS=str(tmp_path / "keys-there")
    )
    loaded.reskontra("seal now")
    assert (tmp_path / "seals-here/clinic/checkpoints/00000001.checkpoint").exists()
    assert (tmp_path / "keys-there/clinic.pem").exists()
    assert not (data(loaded) / "seals").exists()
    assert not (data(loaded) / "keys").exists()
    assert loaded.reskontra("verify").code == 0


def test_a_seal_folder_that_cannot_be_written_is_said_so(loaded: Clinic, tmp_path: Path):
    (tmp_path / "file").write_text("")
    loaded.reskontra.environ["RESKONTRA_SEAL_DIR"] = str(tmp_path / "file")
    assert loaded.reskontra("seal now --json", code=1).codes == ["seals_unwritable"]


def test_the_keys_of_entities_are_apart(outgrown: Clinic, tmp_path: Path):
    from infra.settings import Settings

    north = Settings(tmp_path, entity="north").sealing
    assert (north.folder, north.key) == (tmp_path / "seals/north", tmp_path / "keys/north.pem")
    assert chain_of(north) == []


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "export": ("{folder}/out", 1),
    "prove": ("invoice-i1@1", 1),
    "seal cosign": ("{folder}/empty.txt --key {folder}/key.pem --name anna", 1),
    "seal key": ("", 1),
    "seal now": ("", 0),
    "seal rotate-key": ("", 1),
    "seal verifier": ("", 0),
}
