"""The bank day and the reminders at the desk: done here and now, or as jobs where a Prefect server is set."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from infra.desk.desk import Desk
from infra.settings import Settings, create_data_dir

if TYPE_CHECKING:
    from reconciliation.archive import Archive
    from reconciliation.reminder_run import Reminded
    from reconciliation.steps.summary import DaySummary


def load(
    desk: Desk,
    settings: Settings,
    paths: Sequence[Path],
    on: date | None,
    progress: Callable[[int, int], None],
    *,
    declare: bool = False,
) -> DaySummary:
    """Load bank files into the book, match, tie out and seal; `progress` hears how many steps are done of how many.

    The steps are the same either way. A job is kept and shown by its server, and tries again what may pass by itself;
    whoever waits at a terminal does so themselves, and is spared the start of a server.
    """
    day = on or desk.today
    if settings.job_server:
        from reconciliation.flows import bank_day

        settle_for_jobs(settings, desk.books.store.url)
        return bank_day(progress=progress, paths=[str(path) for path in paths], declare=declare, **_job(desk, day))
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.loop import run

    at_work = BankDay(
        desk.books, _archive(settings), desk.lists, day, desk.now, desk.actor, declare, seals=settings.sealing
    )
    return run(at_work, paths, progress=progress)


def rehearse(
    desk: Desk, settings: Settings, paths: Sequence[Path], on: date | None, *, declare: bool = False
) -> DaySummary:
    """What loading these files would come to; nothing is recorded."""
    from reconciliation.steps.rehearsal import rehearse as rehearsed

    day = on or desk.today
    return rehearsed(desk.books, _archive(settings), desk.lists, paths, day, desk.now, desk.actor, declare=declare)


def remind(desk: Desk, settings: Settings, on: date | None) -> Reminded:
    """Remind of what is due and open, once."""
    day = on or desk.today
    if settings.job_server:
        from reconciliation.flows import reminders

        settle_for_jobs(settings, desk.books.store.url)
        return reminders(**_job(desk, day))
    from reconciliation.reminder_run import remind_due

    return remind_due(desk.books, day, desk.now, desk.actor)


def settle_for_jobs(settings: Settings, url: str) -> None:
    """Tell this process, and those it starts, where the books are; before Prefect is imported, which reads it."""
    from reconciliation.flows import settle_environment

    # Prefect makes its own folder, but not those above it.
    create_data_dir(settings.data_dir)
    settle_environment(os.environ, url, settings.data_dir, settings.seals, settings.keys)


def _archive(settings: Settings) -> Archive:
    from reconciliation.archive import Archive

    return Archive(settings.data_dir / "archive")


def _job(desk: Desk, day: date) -> dict[str, str]:
    """What a job is given: no password, and nothing of a payer's, as its server keeps and shows it."""
    return {
        "entity": desk.books.entity,
        "on": day.isoformat(),
        "recorded_at": desk.now.isoformat(),
        "actor": desk.actor,
    }
