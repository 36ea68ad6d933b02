"""The results of the month's jobs, for the printed lines, the page and the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciliation.reminded import Reminded
    from reconciliation.steps.summary import DaySummary


@dataclass(slots=True)
class MonthRun:
    """The results of the month's jobs: new facts from the office, and the summary of each bank day and reminder run."""

    new_facts: int = 0
    bank_days: list[DaySummary] = field(default_factory=list)
    reminder_runs: list[Reminded] = field(default_factory=list)

    @property
    def nothing_new(self) -> bool:
        """Whether the whole month was in the books before this run."""
        files = [file for day in self.bank_days for file in day.files]
        new = self.new_facts + sum(run.recorded for run in self.reminder_runs)
        return new == 0 and all(file.nothing_new or file.judged.status == "refused" for file in files)
