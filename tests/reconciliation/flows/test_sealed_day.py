"""A bank day ends with its seal, and says why where it could not be sealed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from infra.postgres import Urls
from ledger.sealing import SealPlace, read_log
from tests.kit.clinic import DAY, PRICE, clinic_on, paid, reference_of, statement
from tests.reconciliation.flows.elsewhere import ran


def test_a_bank_day_leaves_a_new_checkpoint_and_the_next_one_goes_on(
    database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path
):
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.opened(3)
        clinic.books.follow()
    days: list[tuple[str, dict[str, Any]]] = []
    for number in range(3):
        inbox = tmp_path / f"inbox-{number}"
        inbox.mkdir()
        entry = paid(PRICE, reference_of(number), f"b{number}")
        (inbox / "day.xml").write_bytes(statement([entry], number * PRICE, f"S{number}"))
        given = {
            "entity": "clinic",
            "paths": [str(inbox)],
            # The second is run later for the day before, and is sealed all the same.
            "on": str(DAY - timedelta(days=number % 2)),
            "recorded_at": f"{DAY}T{18 + number}:00:00+00:00",
        }
        days.append(("bank_day", given))
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
