"""The bank day without Prefect: the same surroundings and the same loop, each step called here and now."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from infra.postgres import Urls
from reconciliation.flows.environment import at_work
from reconciliation.steps.loop import Progress, run
from reconciliation.steps.summary import DaySummary
from tests.kit.vault_key import VAULT_KEYS


def tell_where(monkeypatch: pytest.MonkeyPatch, urls: Urls, data: Path) -> None:
    """Tell this process where the books are, as a job's process is told."""
    monkeypatch.setenv("RESKONTRA_WRITER_URL", urls.writer)
    monkeypatch.setenv("RESKONTRA_DATA_DIR", str(data))
    monkeypatch.setenv("RESKONTRA_VAULT_KEYS", str(VAULT_KEYS))


def bank_day(
    progress: Progress | None = None,
    *,
    entity: str,
    paths: list[str],
    on: str,
    recorded_at: str,
    declare: bool = False,
    actor: str = "job:bank-day",
) -> DaySummary:
    """The bank day."""
    at = datetime.fromisoformat(recorded_at)
    with at_work(entity, date.fromisoformat(on), at, actor, declare=declare) as day:
        return run(day, [Path(path) for path in paths], progress=progress)
