"""The bank day: gather, gate, plan and execute by chunks, follow, tie out, seal; every step is safe to run again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.schedules import Cron
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from ledger import JournalUnavailable
from ledger.sealing import SealRefused
from ledger.sealing import seal as seal_history
from projections import ReadStoreUnavailable
from reconciliation.bank_day import BankDay
from reconciliation.flows.artifacts import show_day
from reconciliation.flows.progress import Progress, Told, telling
from reconciliation.flows.summary import DaySummary, FileSummary
from reconciliation.flows.surroundings import at_work, seal_place
from reconciliation.outcomes import Executed, Gathered, Judged
from reconciliation.plan import Plan
from reconciliation.store import StoreTrouble

# Only what may pass by itself is tried again: a database that restarts. Nothing is doubled by a second try.
_PASSING: Final = (JournalUnavailable, ReadStoreUnavailable, StoreTrouble, ConnectionError)


def _passes(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), _PASSING)


def _step(name: str) -> Callable[[Callable[..., Any]], Any]:
    return task(
        name=name,
        cache_policy=NO_CACHE,
        retries=5,
        retry_delay_seconds=[0.5, 1, 2, 5, 15],
        retry_condition_fn=_passes,
        log_prints=False,
    )


@_step("gather")
def gather(day: BankDay, paths: Sequence[str]) -> Gathered:
    """Archive the files by their content."""
    return day.gather([Path(path) for path in paths])


@_step("gate")
def gate(day: BankDay, sha256: str) -> Judged:
    """Is this file sound?"""
    return day.judge(sha256)


@_step("plan")
def plan(day: BankDay, sha256: str, chunk: int) -> Plan:
    """What a chunk of the file leads to."""
    return day.plan(sha256, chunk)


@_step("execute")
def execute(day: BankDay, planned: Plan, sha256: str) -> Executed:
    """Record it, all or nothing."""
    return day.execute(planned, sha256)


@_step("complete")
def complete(day: BankDay, sha256: str) -> Any:
    """All of the file is in the book."""
    return day.complete(sha256)


@_step("follow")
def follow(day: BankDay) -> int:
    """Bring the read tables up to the book."""
    return day.follow()


@_step("tie-out")
def tie_out(day: BankDay) -> Any:
    """Control accounts beside the sub-ledger."""
    return day.tie_out()


@_step("seal")
def seal(day: BankDay) -> dict[str, Any]:
    """Seal the day: a signed checkpoint over all facts, outside the database."""
    try:
        # Run later for an earlier day, the bank day is sealed for the day of the last checkpoint.
        done = seal_history(day.books.journal, seal_place(day.books.entity), day.on, day.recorded_at, nearest=True)
    except SealRefused as refused:
        return {"refused": refused.code, "sentence": refused.sentence}
    last = done.checkpoint
    return {"facts": done.facts, "checkpoint": last and last.number, "position": last and last.position}


@flow(name="bank-day", flow_run_name="bank-day-{entity}-{on}", validate_parameters=False)
def _bank_day(
    entity: str,
    paths: list[str],
    on: str | None = None,
    declare: bool = False,
    recorded_at: str | None = None,
    actor: str = "job:bank-day",
) -> dict[str, Any]:
    now = datetime.fromisoformat(recorded_at) if recorded_at else datetime.now(UTC)
    with at_work(entity, date.fromisoformat(on) if on else None, now, actor, declare=declare) as day:
        summary = DaySummary(entity=entity, on=day.on, files=[])
        gathered = gather(day, paths)
        summary.files += [FileSummary.unreadable(name, reason) for name, reason in gathered.refused]
        progress = Progress(len(gathered.files))
        summary.files += [_load(day, name, sha256, progress) for name, sha256 in gathered.files]
        summary.position = follow(day)
        summary.tied_out(tie_out(day))
        show_day(summary)
        summary.sealed = seal(day)
        return summary.plain()


def _load(day: BankDay, name: str, sha256: str, progress: Progress) -> FileSummary:
    summary = FileSummary.of(name, gate(day, sha256))
    if summary.status in ("complete", "refused"):
        progress.step()
        return summary
    progress.expect(summary.chunks)
    progress.step()
    for chunk in range(summary.chunks):
        planned = plan(day, sha256, chunk)
        summary.add(planned, execute(day, planned, sha256))
        progress.step()
    summary.complete(complete(day, sha256))
    return summary


def bank_day(told: Told | None = None, **given: Any) -> dict[str, Any]:
    """Run the bank day here and now: `entity`, `paths`, and optionally `on`, `declare`, `recorded_at`.

    Returns what became of each file, of the money, and whether the book ties out, as plain JSON values; `told` hears
    how many steps are done, and of how many. Prefect's heartbeat, which costs a second a run, is for jobs that nobody
    waits for.
    """
    with telling(told), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        result: dict[str, Any] = _bank_day(**given)
        return result


def serve(entity: str, folder: str, cron: str, timezone: str) -> None:
    """Run the bank day over a folder on a schedule until stopped, on the Prefect server of PREFECT_API_URL."""
    parameters = {"entity": entity, "paths": [folder]}
    _bank_day.serve(
        name=f"bank-day-{entity}",
        schedule=Cron(cron, timezone=timezone),
        parameters=parameters,
        limit=1,
        global_limit=1,
        print_starting_message=False,
    )
