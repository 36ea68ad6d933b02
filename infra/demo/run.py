"""The demo: runs a clinic group's month through the real jobs, day by day, and then shows the books."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from infra.demo.closing import close_months, ends_before
from infra.demo.collecting import order_debits
from infra.demo.contradictions import close_contradictions
from infra.demo.month import Month
from infra.demo.month_run import MonthRun
from infra.demo.persons import keep_persons
from infra.demo.staff import register, work_here
from infra.desk import bank_day
from infra.desk.problems import Problem, Stopped
from infra.desk.vault import VaultDoor
from infra.postgres import connect_urls
from infra.settings import Settings, create_data_dir
from ledger.disk import write_whole

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.domain.duty import Job
    from projections import Books

SEED: Final = 2026
INVOICES: Final = 20_000
# Banks deliver at night; the office finishes at six in the evening, and then the day's job runs.
_DAY_JOB_AT: Final = time(18, 0, tzinfo=UTC)
_OTHER_PERSONS: Final = (
    "These books have persons of their own, and the demo has others; set RESKONTRA_DATA_DIR to another folder, or give "
    "another --entity."
)


class Progress(Protocol):
    """Reports the progress of long work; silent if nobody watches."""

    def __call__(self, days: Sequence[date], what: str) -> Iterable[date]:
        """Yield the given days one by one, and report the progress."""
        ...


def create_books(settings: Settings) -> None:
    """Create the demo's books, or find those of an earlier run."""
    from infra import rooms

    create_data_dir(settings.data_dir)
    rooms.upgrade(settings, settings.entity)


def run(desk: Desk, settings: Settings, files: Sequence[Path], say: Callable[[str], None], progress: Progress) -> int:
    """Run the month, then load the given files. Returns 0, or 1 if the books do not tie out."""
    month = Month(SEED, invoices=INVOICES)
    done = run_month(desk, settings, month, progress)
    door = VaultDoor(connect_urls(settings, settings.entity).vault, settings.vault_key, settings.archive)
    done.new_facts += keep_persons(desk, door, month)
    code = _own_files(desk, settings, files, say) if files else 0
    return max(code, _show(desk.books, month, done, settings.data_dir, say))


def run_month(desk: Desk, settings: Settings, month: Month, progress: Progress) -> MonthRun:
    """Run every day of the month in order: the office's commands, the day's bank files, the reminders.

    A day is not run again if all its commands and files are in the books, because nothing would change. Of the days
    that are skipped in this way, only the last has its reminders run again, because the earlier run may have stopped
    before it sent them. Raises Stopped if the books have other persons.
    """
    done, books = MonthRun(), desk.books
    if not desk.has_persons:
        register(desk, month.lead_days[0])
    elif not work_here(desk):
        raise Stopped(Problem("demo_needs_own_books", _OTHER_PERSONS))
    for day in progress(month.lead_days, "before the month"):
        _office(books, month, day, done)
    settled: date | None = None
    for day in progress(month.days, "the month"):
        news = _office(books, month, day, done)
        paths, known = _deliver(books, month, day, settings.data_dir / "demo" / "inbox" / day.isoformat())
        if paths and known and not news:
            settled = day
        elif paths:
            _remind(desk, settings, settled, done)
            settled = None
            loaded = bank_day.load(_at_work(desk, day, "bank-day"), settings, paths, day)
            done.bank_days.append(loaded)
            _remind(desk, settings, day, done)
        if day == month.period.closing_on:
            close_months(desk, ends_before(month.period.first), day)
        done.new_facts += order_debits(desk, settings, month, day)
        if day == month.cards.answered_on:
            close_contradictions(desk, day)
    _remind(desk, settings, settled, done)
    return done


def _office(books: Books, month: Month, day: date, done: MonthRun) -> int:
    """Submit the day's commands; returns how many of them were new to the books."""
    from ledger import execute

    outcomes = execute(books.journal, month.submissions_of(day))
    refused = [outcome for outcome in outcomes if outcome.status == "refused"]
    if refused:
        raise RuntimeError(f"{len(refused)} of the demo's own commands were refused on {day}: {refused[0].sentence}")
    new = sum(outcome.status == "done" for outcome in outcomes)
    done.new_facts += new
    return new


def _deliver(books: Books, month: Month, day: date, inbox: Path) -> tuple[list[Path], bool]:
    """Write the day's files as banks and payment providers would.

    Returns their paths, and whether all are already loaded or refused.
    """
    paths: list[Path] = []
    settled = True
    inbox.mkdir(parents=True, exist_ok=True)
    for name, content in (*month.bank_files_of(day), *month.provider_files_of(day)):
        path = inbox / name
        write_whole(path, content, mode=0o644)
        paths.append(path)
        known = books.store.now.file(sha256(content).hexdigest())
        settled = settled and known is not None and known["status"] in ("complete", "rejected")
    return paths, settled


def _remind(desk: Desk, settings: Settings, day: date | None, done: MonthRun) -> None:
    if day is not None:
        done.reminder_runs.append(bank_day.remind(_at_work(desk, day, "reminders"), settings, day))


def _at_work(desk: Desk, day: date, job: Job) -> Desk:
    """Return the desk of a job on the evening of a day."""
    return replace(desk, now=datetime.combine(day, _DAY_JOB_AT), job=job)


def _own_files(desk: Desk, settings: Settings, files: Sequence[Path], say: Callable[[str], None]) -> int:
    """Load the user's own files as `reskontra reconcile --declare` does."""
    summary = bank_day.load(desk, settings, files, None, declare=True)
    for file in summary.files:
        say(f"{file.name}: {file.judged.status}; entries: {file.judged.entries}, matched: {file.matched}")
        for reason in file.judged.refusals:
            say(f"  {reason.code}: {reason.sentence}")
    # After the month, the demo's payment providers send nothing more, so what was under way is missing on every later
    # day. That is no fault of these files.
    sound = summary.tied and not summary.bank_is_wrong and not any(file.problems for file in summary.files)
    return 0 if sound else 1


def _show(books: Books, month: Month, done: MonthRun, data_dir: Path, say: Callable[[str], None]) -> int:
    from infra.demo.outcome import write_outcome

    outcome = write_outcome(books, month, done, data_dir / "demo")
    for line in outcome.lines:
        say(line)
    return 0 if outcome.tied else 1
