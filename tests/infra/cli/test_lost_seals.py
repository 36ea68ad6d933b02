"""Verify says so where seals that somebody knows of are gone, and reads what is sealed wherever the journal ends."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger import open_journal
from tests.infra.cli.clinic import Clinic, data
from tests.kit.sealed_books import receipt


def failing(answer: dict[str, Any]) -> list[str]:
    return [row["check"] for row in answer["rows"] if not row["ok"]]


@pytest.mark.parametrize("left", ["nothing", "the key", "the key and its note"])
def test_seals_that_are_gone_are_missed_by_who_has_the_key_or_a_checkpoint(sealed: Clinic, tmp_path: Path, left: str):
    key = sealed.reskontra("seal key").out.strip()
    seals, keys = data(sealed) / "seals/clinic", data(sealed) / "keys"
    kept = Path(shutil.copy(seals / "checkpoints/00000001.checkpoint", tmp_path))
    (keys / "clinic.signed").unlink()
    for path in [seals / "leaves", seals / "blocks", seals / "checkpoints", seals / "keys"]:
        if path.name != "keys" or left != "the key and its note":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if left == "nothing":
        (keys / "clinic.pem").unlink()

    for option, given in (("--key", key), ("--kept", kept)):
        answer = sealed.reskontra.json("verify", option, given, code=1)
        assert failing(answer) == ["seals"]
        (problem,) = answer["problems"]
        assert problem["code"] == "seals_missing"
        assert "restore what was lost" in problem["sentence"]
    assert "run `reskontra seal now`" not in sealed.reskontra("verify", "--key", key, code=1).out
    # Who has neither is told that nothing is sealed, or that there is no checkpoint.
    assert sealed.reskontra("verify").code == 0


def test_sealed_facts_are_read_also_where_the_database_tells_an_earlier_stable_position(loaded: Clinic):
    followed = loaded.reskontra.json("verify")["position"]
    with open_journal(loaded.reskontra.environ["RESKONTRA_WRITER_URL"], "clinic") as journal:
        journal.append([receipt(1), receipt(2)])
    sealed = loaded.reskontra.json("seal now --day 2024-11-10")["position"]
    # A writer that looked at the end of the journal before the receipts, and has drawn no position yet.
    with psycopg.connect(loaded.reskontra.environ["RESKONTRA_DATABASE_URL"]) as writer:
        writer.execute("SELECT pg_advisory_xact_lock_shared(clinic.journal_lock(), %s)", (followed,))
        assert writer.execute("SELECT clinic.stable_position()").fetchone() == (followed,)

        answer = loaded.reskontra.json("verify")

    assert failing(answer) == []
    # The read tables are compared where they stand.
    assert (answer["position"], sealed) == (followed, followed + 2)
    (told,) = [total for total in answer["totals"] if total["name"] == "seals"]
    assert (told["sealed_position"], told["open_facts"], told["beyond_facts"]) == (sealed, 0, 0)
