"""The loop of a bank day: gather, judge, propose and record by chunks, close, tie out, seal.

Jobs, rehearsals and tests run this one loop. Whoever runs it says how a step is called: here and now, or as a task
that is tried again. The loop says which step needs read tables that are up to the book.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from reconciliation.steps.close import close, follow, seal, tie_out
from reconciliation.steps.gather import gather
from reconciliation.steps.judge import judge
from reconciliation.steps.outcomes import Judged
from reconciliation.steps.propose import propose
from reconciliation.steps.record import record
from reconciliation.steps.summary import DaySummary, FileSummary

if TYPE_CHECKING:
    from reconciliation.gate import Reason
    from reconciliation.steps.day import BankDay

P = ParamSpec("P")
T = TypeVar("T")

# The steps, in the order in which a day comes to them first.
STEPS = ("gather", "judge", "propose", "record", "close", "follow", "tie-out", "seal")

# Hears how many steps are done, and of how many, as far as is known by then.
Told = Callable[[int, int], None]


class Call(Protocol):
    """How a step is called; a second call of the same work changes nothing."""

    def __call__(self, name: str, work: Callable[[], T]) -> T:
        """Do the work of the step of that name."""


def at_once(name: str, work: Callable[[], T]) -> T:
    """Call a step here and now, once."""
    return work()


def run(day: BankDay, paths: Sequence[Path], call: Call = at_once, told: Told | None = None) -> DaySummary:
    """Run the day over files, or folders of them; what became of each, of the money, and whether the book ties out."""
    return _Loop(day, call, told).run(paths)


class _Loop:
    def __init__(self, day: BankDay, call: Call, told: Told | None) -> None:
        self._day = day
        self._call = call
        self._told = told
        self._done = self._total = 0

    def run(self, paths: Sequence[Path]) -> DaySummary:
        summary = DaySummary(entity=self._day.books.entity, on=self._day.on, rehearsed=self._day.rehearsed)
        gathered = self._step("gather", gather, paths)
        summary.files += [FileSummary(name, _unreadable(reason)) for name, reason in gathered.refused]
        self._total = len(gathered.files)
        summary.files += [self._load(name, sha256) for name, sha256 in gathered.files]
        summary.position = self._step("follow", follow)
        summary.tied_out(self._step("tie-out", tie_out))
        if self._day.seals is not None and not self._day.rehearsed:
            summary.sealed = self._step("seal", seal)
        return summary

    def _load(self, name: str, sha256: str) -> FileSummary:
        # What the office recorded a moment ago counts: accounts declared, invoices issued, refunds sent.
        judged = self._fresh("judge", judge, sha256)
        summary = FileSummary(name, judged)
        self._advance(expected=judged.chunks)
        if judged.status in ("complete", "refused"):
            return summary
        behind = True
        for chunk in range(judged.chunks):
            step = self._fresh if behind else self._step
            proposal = step("propose", propose, sha256, chunk)
            executed = self._step("record", record, sha256, proposal)
            summary.add(proposal, executed)
            # A refund is settled by one line: the next chunk must not find it under way any more.
            behind = executed.settled
            self._advance()
        if not self._day.rehearsed:
            summary.loaded = self._fresh("close", close, sha256)
        return summary

    def _step(self, name: str, act: Callable[Concatenate[BankDay, P], T], *given: P.args, **named: P.kwargs) -> T:
        return self._call(name, lambda: act(self._day, *given, **named))

    def _fresh(self, name: str, act: Callable[Concatenate[BankDay, P], T], *given: P.args, **named: P.kwargs) -> T:
        """A step that needs read tables that are up to the book."""

        def work() -> T:
            follow(self._day)
            return act(self._day, *given, **named)

        return self._call(name, work)

    def _advance(self, expected: int = 0) -> None:
        self._done += 1
        self._total += expected
        if self._told is not None:
            self._told(self._done, self._total)


def _unreadable(reason: Reason) -> Judged:
    return Judged("", "refused", books=False, refusals=(reason,))
