"""A bank day ends with its seal, and says why where it could not be sealed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.postgres import Urls
from ledger.sealing import SealPlace, read_log
from tests.kit.clinic import DAY, PRICE, clinic_on, paid, reference_of, statement

pytestmark = pytest.mark.xdist_group("prefect")

# A process of its own, as jobs need it: Prefect reads its settings when it is imported.
RUN = """
import json, sys
from reconciliation.flows import bank_day
def ran(day):
    heard = []
    return {**bank_day(told=lambda done, total: heard.append([done, total]), **day), "heard": heard}
print(json.dumps([ran(one) for one in json.loads(sys.argv[1])]))
"""


def test_a_bank_day_leaves_a_new_checkpoint_and_the_next_one_goes_on(
    database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path
):
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.opened(3)
        clinic.books.follow()
    days = []
    for number in range(3):
        inbox = tmp_path / f"inbox-{number}"
        inbox.mkdir()
        entry = paid(PRICE, reference_of(number), f"b{number}")
        (inbox / "day.xml").write_bytes(statement([entry], number * PRICE, f"S{number}"))
        days.append(
            {
                "entity": "clinic",
                "paths": [str(inbox)],
                # The second is run later for the day before, and is sealed all the same.
                "on": str(DAY - timedelta(days=number % 2)),
                "recorded_at": f"{DAY}T{18 + number}:00:00+00:00",
            }
        )
    first, second = ran(prefect_environ, database_urls, tmp_path, days[:2])

    assert (first["ok"], first["sealed"]["checkpoint"], second["sealed"]["checkpoint"]) == (True, 1, 2)
    assert second["sealed"]["position"] == second["position"]
    assert first["heard"] == [[1, 2], [2, 2]], "the file is judged, then its one chunk loaded"
    log = read_log(SealPlace.of("clinic", tmp_path / "data"))
    assert log.findings == []
    assert [(one.day, one.sealed_at[11:13]) for one in log.checkpoints] == [(str(DAY), "18"), (str(DAY), "19")]
    assert sum(one["sealed"]["facts"] for one in (first, second)) == log.checkpoints[-1].size

    with psycopg.connect(database_urls.owner) as owner:
        owner.execute("DELETE FROM clinic.events WHERE originator_id = 'receipt-' || substr(originator_id, 9)")
    (third,) = ran(prefect_environ, database_urls, tmp_path, days[2:])
    assert third["sealed"]["refused"] == "history_changed"
    assert not third["ok"]
    assert len(read_log(SealPlace.of("clinic", tmp_path / "data")).checkpoints) == 2


def ran(environ: dict[str, str], urls: Urls, folder: Path, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
    own = {**environ, "RESKONTRA_WRITER_URL": urls.writer, "RESKONTRA_DATA_DIR": str(folder / "data")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(days)],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found
