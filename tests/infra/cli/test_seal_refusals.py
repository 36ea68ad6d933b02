"""What is asked wrongly of the seals, or of damaged ones, is told in a sentence; a lost key ends no history."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from infra.settings import load
from ledger.sealing import read_log
from ledger.sealing.leaves import Leaves
from tests.infra.cli.clinic import Clinic, data, today
from tests.infra.cli.command_line import Reskontra


def test_a_day_that_no_checkpoint_can_have_is_refused_and_none_is_needed(outgrown: Clinic):
    later = today() + timedelta(days=400)
    for day, code in (
        (later, "day_in_future"),
        ("2099-12-31", "day_in_future"),
        ("2024-11-09", "day_before_last_checkpoint"),
    ):
        assert outgrown.reskontra(f"seal now --day {day} --json", code=1).codes == [code]
    assert outgrown.reskontra.json("seal now")["rows"][0]["checkpoint"] == 2


@pytest.mark.parametrize(
    "typed",
    [
        "prove invoice-i1",
        "prove invoice-i1@0",
        "prove invoice-i1@1 --to {here}",
        "seal cosign {here}/none --key {here}/anna.pem --name anna",
        "seal cosign {first} --key {here}/anna.pem --name anna --last {here}/none",
    ],
)
def test_what_is_typed_wrongly_is_wrong_usage(outgrown: Clinic, tmp_path: Path, typed: str):
    here = tmp_path / "here"
    here.mkdir()
    first = data(outgrown) / "seals/clinic/checkpoints/00000001.checkpoint"
    outgrown.reskontra(typed.format(here=here, first=first), code=2)
    assert list(here.iterdir()) == []
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("spoilt", "content", "typed", "words"),
    [
        ("seals/clinic/leaves", b"", "prove invoice-i1@1", "leaves has 0 leaves, but checkpoint 1 sealed"),
        ("seals/clinic/leaves", None, "prove invoice-i1@1", "leaves has 0 leaves, but checkpoint 1 sealed"),
        ("seals/clinic/keys/0001.note", b"\xff", "seal key", "0001.note: this is not a signed note"),
        ("seals/clinic/keys/0001.note", None, "seal key", "the notes of the log's keys are not in"),
        ("seals/clinic/checkpoints/00000001.checkpoint", None, "prove invoice-i1@1", "there is no checkpoint in"),
        ("seals/clinic/checkpoints/00000001.checkpoint", None, "export {here}/out", "there is no checkpoint in"),
        ("keys/clinic.signed", b"\xff\xfe", "seal now", "clinic.signed: this is not a signed note"),
        ("keys/clinic.signed", b"\xff\xfe", "seal rotate-key", "clinic.signed: this is not a signed note"),
    ],
)
def test_a_damaged_file_is_no_fault_of_the_program(
    outgrown: Clinic, tmp_path: Path, spoilt: str, content: bytes | None, typed: str, words: str
):
    path = data(outgrown) / spoilt
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    said = outgrown.reskontra(typed.format(here=tmp_path), code=1).err
    assert words in said
    assert "restore " in said
    assert "fault of the program" not in said


def test_a_key_is_not_replaced_where_there_is_none(clinic: Clinic):
    said = clinic.reskontra("seal rotate-key", code=1).err
    assert "the first `reskontra seal now` creates it" in said
    data = Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"])
    assert not [path for path in data.rglob("*") if path.parent.name == "keys"]


def test_what_the_system_refuses_is_told_and_no_more(outgrown: Clinic, tmp_path: Path):
    (tmp_path / "file").write_text("")
    said = outgrown.reskontra("prove", "invoice-i1@1", "--to", tmp_path / "file" / "proof.json", code=1).err
    assert said.endswith(f"{tmp_path / 'file'}: File exists\n")


def test_a_log_whose_key_was_lost_is_kept_and_a_new_one_begins_over_the_same_facts(outgrown: Clinic, tmp_path: Path):
    reskontra, seals = outgrown.reskontra, load(outgrown.reskontra.environ, tmp_path).sealing
    key = reskontra("seal key").out.strip()
    kept = Path(shutil.copy(seals.checkpoints / "00000001.checkpoint", tmp_path / "kept.checkpoint"))
    (old,) = read_log(seals).checkpoints
    seals.key.unlink()

    said = reskontra("seal now", code=1).err
    assert f"{seals.key} is missing: restore it from a backup" in said
    assert f"move {seals.folder} and {seals.signed} to a safe folder" in said

    away = tmp_path / "old"
    (away / "keys").mkdir(parents=True)
    (away / "seals").mkdir()
    seals.folder.rename(away / "seals/clinic")
    seals.signed.rename(away / "keys/clinic.signed")
    new = reskontra.json("seal now")["rows"][0]
    assert (new["checkpoint"], new["facts"]) == (1, old.size + 4)
    assert reskontra("verify").code == 0
    assert reskontra("seal key").out.strip() != key
    with Leaves(seals.folder) as leaves:
        assert leaves.hash_of(0, old.size) == old.root

    # The new log bears no signature of the old key; through the old seals what was kept is compared.
    assert reskontra("verify", "--kept", kept, code=1).code == 1
    elsewhere = {"RESKONTRA_SEAL_DIR": str(away / "seals"), "RESKONTRA_SEAL_KEYS": str(away / "keys")}
    through = Reskontra({**reskontra.environ, **elsewhere})
    assert through.json("verify", "--key", key, "--kept", kept)["ok"]
    with psycopg.connect(reskontra.environ["RESKONTRA_DATABASE_URL"]) as owner:
        owner.execute("UPDATE clinic.events SET state = state || ' ' WHERE originator_id = 'invoice-i1'")
    assert "fact_edited" in through("verify", "--key", key, "--kept", kept, "--json", code=1).codes
