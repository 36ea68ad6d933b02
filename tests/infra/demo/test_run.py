"""The demo's days through the desk, on real books: they tie out, are shown, and run only once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.demo.bank_days import is_bank_day
from infra.demo.bills import FEWEST
from infra.demo.month import Month
from infra.demo.outcome import write_outcome
from infra.demo.run import run_month
from infra.desk.desk import Desk, open_desk
from infra.settings import Settings, load
from tests.infra.demo.conftest import SEED


def unwatched(days: Sequence[date], what: str) -> Iterable[date]:
    return days


@pytest.fixture
def settings(database_environ: dict[str, str], tmp_path: Path) -> Settings:
    return load(database_environ, tmp_path)


@contextmanager
def desk_of(settings: Settings) -> Iterator[Desk]:
    assert settings.writer_url is not None
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    with open_desk(settings.writer_url, "clinic", now, "user:test", "demo") as desk:
        yield desk


class FirstWeek(Month):
    """The month up to its first week's end."""

    @property
    def days(self) -> tuple[date, ...]:
        return super().days[:7]


def test_a_week_ties_out_is_shown_and_runs_once(settings: Settings):
    month = FirstWeek(SEED, invoices=FEWEST)
    folder = settings.data_dir / "demo"
    with desk_of(settings) as desk:
        done = run_month(desk, settings, month, unwatched)
        outcome = write_outcome(desk.books, month, done, folder)

        assert outcome.tied
        assert [day.on for day in done.bank_days] == [day for day in month.days if is_bank_day(day)]
        assert [run.on for run in done.reminder_runs] == [day.on for day in done.bank_days]
        assert all(day.tied and day.ok and day.sealed for day in done.bank_days)
        assert sum(file.matched for day in done.bank_days for file in day.files) > 100
        assert sum(run.sent for run in done.reminder_runs) > 0
        actors = {one.envelope.actor for one in desk.books.journal.follow(0, 10**6)}
        assert {"job:bank-day", "job:reminders"} < actors
        assert (folder / "index.html").read_text(encoding="utf-8").count("<svg") == 2
        assert {path.stem for path in (folder / "reports").iterdir()} == {
            "aging", "tie-out", "trial-balance", "open-items",
        }  # fmt: skip

        before = desk.books.journal.stable_position()
        again = run_month(desk, settings, month, unwatched)

        assert again.nothing_new
        assert desk.books.journal.stable_position() == before
        assert write_outcome(desk.books, month, again, folder).lines[0].startswith("nothing new")
