"""The demo: runs a clinic group's month through the real jobs, day by day, and shows the books at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from infra.demo.month import Month
from infra.demo.month_run import MonthRun
from infra.desk.bank_day import settle_for_jobs
from infra.settings import Settings, create_data_dir
from ledger.disk import write_whole

if TYPE_CHECKING:
    from projections import Books

SEED: Final = 2026
INVOICES: Final = 20_000
# Banks deliver at night; the office finishes at six in the evening, and then the day's job runs.
_DAY_JOB_AT: Final = time(18, 0, tzinfo=UTC)


class Progress(Protocol):
    """Reports the progress of long work; silent if nobody watches."""

    def __call__(self, days: Sequence[date], what: str) -> Iterable[date]:
        """The same days, one by one, with progress reported."""
        ...


def run(settings: Settings, files: Sequence[Path], say: Callable[[str], None], progress: Progress) -> int:
    """Create or find the books, run the month, load the given files. Returns 0, or 1 if the books do not tie out."""
    from infra import rooms
    from infra.postgres import connect_urls
    from projections import open_books

    create_data_dir(settings.data_dir)
    rooms.upgrade(settings, settings.entity)
    urls = connect_urls(settings, settings.entity)
    settle_for_jobs(settings, urls.writer)
    month = Month(SEED, invoices=INVOICES)
    with open_books(urls.writer, settings.entity) as books:
        done = run_month(books, month, settings.data_dir / "demo", progress)
        code = _own_files(settings.entity, files, say) if files else 0
        return max(code, _show(books, month, done, settings.data_dir, say))


def run_month(books: Books, month: Month, folder: Path, progress: Progress) -> MonthRun:
    """Run every day of the month in order: the office's commands, the day's bank files, the reminders.

    A day is not run again if all its commands and files are in the books, because nothing would change. The last such
    day may have been interrupted before its reminders, so these are run again.
    """
    done = MonthRun()
    for day in progress(month.lead_days, "before the month"):
        _office(books, month, day, done)
    settled: date | None = None
    for day in progress(month.days, "the month"):
        news = _office(books, month, day, done)
        paths, known = _deliver(books, month, day, folder / "inbox" / day.isoformat())
        if paths and known and not news:
            settled = day
        elif paths:
            _remind(books, settled, done)
            settled = None
            _bank(books.entity, paths, day, done)
    _remind(books, settled, done)
    return done


def _office(books: Books, month: Month, day: date, done: MonthRun) -> int:
    """The number of the day's commands that were new to the books."""
    from ledger import execute

    outcomes = execute(books.journal, month.submissions_of(day))
    refused = [outcome for outcome in outcomes if outcome.status == "refused"]
    if refused:
        raise RuntimeError(f"{len(refused)} of the demo's own commands were refused on {day}: {refused[0].sentence}")
    new = sum(outcome.status == "done" for outcome in outcomes)
    done.new_facts += new
    return new


def _deliver(books: Books, month: Month, day: date, inbox: Path) -> tuple[list[str], bool]:
    """Write the day's bank files as the banks would; returns their paths, and whether all are settled in the books."""
    paths: list[str] = []
    settled = True
    inbox.mkdir(parents=True, exist_ok=True)
    for name, content in month.bank_files_of(day):
        path = inbox / name
        write_whole(path, content, mode=0o644)
        paths.append(str(path))
        known = books.store.now.file(sha256(content).hexdigest())
        settled = settled and known is not None and known["status"] in ("complete", "refused")
    return paths, settled


def _bank(entity: str, paths: list[str], day: date, done: MonthRun) -> None:
    from reconciliation.flows import bank_day, reminders

    at = datetime.combine(day, _DAY_JOB_AT).isoformat()
    done.bank_days.append(bank_day(entity=entity, paths=paths, on=day.isoformat(), recorded_at=at))
    done.reminder_runs.append(reminders(entity=entity, on=day.isoformat(), recorded_at=at))


def _remind(books: Books, day: date | None, done: MonthRun) -> None:
    from reconciliation.reminder_run import remind_due

    if day is not None:
        reminded = remind_due(books, day, datetime.combine(day, _DAY_JOB_AT), "job:reminders")
        if reminded.sent or reminded.suppressed:
            done.reminder_runs.append(reminded)


def _own_files(entity: str, files: Sequence[Path], say: Callable[[str], None]) -> int:
    """Load the user's own files, like `reskontra reconcile --declare`."""
    from reconciliation.flows import bank_day

    summary = bank_day(entity=entity, paths=[str(path) for path in files], declare=True)
    for file in summary.files:
        say(f"{file.name}: {file.judged.status}, {file.judged.entries} entries, {file.matched} matched")
        for reason in file.judged.refusals:
            say(f"  {reason.code}: {reason.sentence}")
    return 0 if summary.ok else 1


def _show(books: Books, month: Month, done: MonthRun, data_dir: Path, say: Callable[[str], None]) -> int:
    from infra.demo.outcome import write_outcome

    outcome = write_outcome(books, month, done, data_dir / "demo")
    for line in outcome.lines:
        say(line)
    return 0 if outcome.tied else 1
