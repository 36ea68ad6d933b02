"""A bank day ends with its seal, and says why where it could not be sealed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Urls
from ledger.sealing import SealFolders, read_log
from tests.kit.clinic import DAY, PRICE, clinic_on, paid, reference_of, statement
from tests.kit.jobs import bank_day, tell_where


def test_a_bank_day_leaves_a_new_checkpoint_and_the_next_one_goes_on(
    database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    tell_where(monkeypatch, database_urls, tmp_path / "data")
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.opened(3)
        clinic.books.follow()

    def day(number: int):
        inbox = tmp_path / f"inbox-{number}"
        inbox.mkdir()
        entry = paid(PRICE, reference_of(number), f"b{number}")
        (inbox / "day.xml").write_bytes(statement([entry], number * PRICE, f"S{number}"))
        # The second is run later for the day before, and is sealed all the same.
        on, at = str(DAY - timedelta(days=number % 2)), f"{DAY}T{18 + number}:00:00+00:00"
        return bank_day(lambda *done: heard.append(done), entity="clinic", paths=[str(inbox)], on=on, recorded_at=at)

    heard: list[tuple[int, int]] = []
    first = day(0)
    assert heard == [(1, 2), (2, 2)], "the file is judged, then its one chunk loaded"
    second = day(1)

    assert first.ok
    assert first.sealed is not None
    assert second.sealed is not None
    assert (first.sealed.checkpoint, second.sealed.checkpoint) == (1, 2)
    assert second.sealed.position == second.position
    log = read_log(SealFolders.of("clinic", tmp_path / "data"))
    assert log.findings == []
    assert [(one.day, one.sealed_at[11:13]) for one in log.checkpoints] == [(str(DAY), "18"), (str(DAY), "19")]
    assert first.sealed.facts + second.sealed.facts == log.checkpoints[-1].size

    with psycopg.connect(database_urls.owner) as owner:
        owner.execute("DELETE FROM clinic.events WHERE originator_id = 'receipt-' || substr(originator_id, 9)")
    third = day(2)
    assert third.sealed is not None
    assert third.sealed.refused == "history_changed"
    assert not third.ok
    assert len(read_log(SealFolders.of("clinic", tmp_path / "data")).checkpoints) == 2
