"""The use cases of the bank day and the reminders: they run directly, or as jobs if a Prefect server is set."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from infra.desk.desk import Desk
from infra.settings import Settings, create_data_dir

if TYPE_CHECKING:
    from ledger.domain.duty import Duty
    from reconciliation.archive import Archive
    from reconciliation.places import Place
    from reconciliation.reminded import Reminded
    from reconciliation.steps.summary import DaySummary

_NO_PLACES: Final[Mapping[str, Place]] = MappingProxyType({})
# Who may start the bank day on a schedule, which then acts as a job.
SCHEDULING: Final[tuple[Duty, ...]] = ("finance", "admin")


def load(
    desk: Desk,
    settings: Settings,
    paths: Sequence[Path],
    on: date | None,
    progress: Callable[[int, int], None] | None = None,
    *,
    declare: bool = False,
    places: Mapping[str, Place] = _NO_PLACES,
) -> DaySummary:
    """Load bank files into the book, match, tie out and seal; raises Stopped if the person may not, or the day is far.

    `places` are those from which files are taken, besides those at `paths`.
    `progress` receives the number of finished steps and the total number that is known so far.

    The steps are the same with and without a Prefect server. The server keeps and shows a job, and retries what may
    succeed later. Without a server the steps start faster, and the person at the terminal can retry.
    """
    _require_loading(desk)
    day = _day(desk, on)
    if settings.job_server:
        from reconciliation.flows import bank_day

        settle_for_jobs(settings, desk.books.store.url)
        given = [str(path) for path in paths]
        return bank_day(progress, given, declare=declare, places=list(places), **_job(desk, day))
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.loop import run

    at_work = BankDay(
        desk.books, _archive(settings), desk.lists, day, desk.now, desk.actor, declare, seals=settings.sealing
    )
    return run(at_work, paths, progress=progress, places=places)


def rehearse(
    desk: Desk, settings: Settings, paths: Sequence[Path], on: date | None, *, declare: bool = False
) -> DaySummary:
    """Return the result that loading these files would have; nothing is recorded. Raises Stopped as `load` does."""
    from reconciliation.steps.rehearsal import rehearse as rehearsed

    _require_loading(desk)
    day = _day(desk, on)
    return rehearsed(desk.books, _archive(settings), desk.lists, paths, day, desk.now, desk.actor, declare=declare)


def remind(desk: Desk, settings: Settings, on: date | None) -> Reminded:
    """Remind payers, once, of each item that is due and open; raises Stopped if the person may not."""
    from ledger.domain.dunning.reminder import RemindItem

    desk.require_for(RemindItem)
    day = _day(desk, on)
    if settings.job_server:
        from reconciliation.flows import reminders

        settle_for_jobs(settings, desk.books.store.url)
        return reminders(**_job(desk, day))
    from reconciliation.reminder_run import remind_due

    return remind_due(desk.books, desk.lists, day, desk.now, desk.actor)


def rehearse_reminders(desk: Desk, on: date | None) -> Reminded:
    """Return what `remind` would do; nothing is recorded. Raises Stopped as `remind` does."""
    from ledger.domain.dunning.reminder import RemindItem
    from reconciliation.reminder_run import remind_due

    desk.require_for(RemindItem)
    return remind_due(desk.books, desk.lists, _day(desk, on), desk.now, desk.actor, rehearsed=True)


def _day(desk: Desk, on: date | None) -> date:
    """Return the day of the work, by default today; raises Stopped if it is too far away to be meant."""
    from ledger.domain.terms.near_days import near, require_between

    if on is None:
        return desk.today
    with desk.telling():
        require_between(on, *near(desk.today, desk.terms.days_ahead, desk.terms.days_back))
    return on


def _require_loading(desk: Desk) -> None:
    """Refuse a person who may not load files before any file is read, archived or noted."""
    from ledger.domain.bank.file import IngestFile

    desk.require_for(IngestFile)


def settle_for_jobs(settings: Settings, url: str) -> None:
    """Set the environment variables that say where the books are; Prefect reads them when it is imported later."""
    from reconciliation.flows import settle_environment

    # Prefect creates its own folder, but not the folders above it.
    create_data_dir(settings.data_dir)
    folders = (settings.seals, settings.keys, settings.vault_keys)
    starter = STARTER if settings.owner_url is None else None
    settle_environment(os.environ, url, settings.data_dir, *folders, starter, settings.places)


# The module that starts the embedded server for a run of the schedule.
STARTER: Final = "infra.postgres.starter"


def _archive(settings: Settings) -> Archive:
    from reconciliation.archive import Archive

    return Archive(settings.archive, settings.vault_key)


def _job(desk: Desk, day: date) -> dict[str, str]:
    """Return a job's arguments; no passwords or payers' data, because a Prefect server keeps and shows arguments."""
    return {
        "entity": desk.books.entity,
        "on": day.isoformat(),
        "recorded_at": desk.now.isoformat(),
        "actor": desk.actor,
    }
