"""The loop of a bank day: gather, judge, propose and record in chunks, close, match again, tie out, seal.

Jobs, rehearsals and tests all run this loop. The caller decides whether a step is called directly or as a task with
retries. The loop decides which steps need up-to-date read tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from reconciliation.steps.close import close, follow, seal, tie_out
from reconciliation.steps.gather import gather
from reconciliation.steps.judge import judge
from reconciliation.steps.outcomes import Judged
from reconciliation.steps.propose import propose
from reconciliation.steps.record import record
from reconciliation.steps.rematch import rematch
from reconciliation.steps.replaced_file import without_replaced
from reconciliation.steps.summary import DaySummary, FileSummary
from reconciliation.steps.visit import visit

if TYPE_CHECKING:
    from reconciliation.gate import Reason
    from reconciliation.places import Place
    from reconciliation.steps.day import BankDay

P = ParamSpec("P")
T = TypeVar("T")

# The steps, in the order of their first calls in a bank day.
STEPS = ("gather", "judge", "propose", "record", "close", "rematch", "follow", "tie-out", "seal")

# The step before them, if files are taken from a place.
VISIT = "visit"
_NO_PLACES: Mapping[str, Place] = MappingProxyType({})

# Receives the number of finished steps and the total number that is known so far.
Progress = Callable[[int, int], None]


class Call(Protocol):
    """Calls a step; calling the step a second time with the same work changes nothing."""

    def __call__(self, name: str, work: Callable[[], T], about: str) -> T:
        """Do the work of the step with this name; `about` is the beginning of the file's hash, or the day."""


def at_once(name: str, work: Callable[[], T], about: str) -> T:
    """Call a step directly and once, without retries."""
    return work()


def run(
    day: BankDay,
    paths: Sequence[Path],
    call: Call = at_once,
    progress: Progress | None = None,
    places: Mapping[str, Place] = _NO_PLACES,
) -> DaySummary:
    """Run the day for files or folders of files, and for the files of places; returns its summary."""
    return _Loop(day, call, progress).run(paths, places)


class _Loop:
    def __init__(self, day: BankDay, call: Call, progress: Progress | None) -> None:
        self._day = day
        self._call = call
        self._progress = progress
        self._done = self._total = 0
        self._about = str(day.on)

    def run(self, paths: Sequence[Path], places: Mapping[str, Place]) -> DaySummary:
        began = self._day.books.journal.stable_position()
        summary = DaySummary(entity=self._day.books.entity, on=self._day.on, rehearsed=self._day.rehearsed)
        gathered = [self._fresh(VISIT, visit, name, place) for name, place in places.items()]
        gathered.append(self._step("gather", gather, paths))
        files = [one for some in gathered for one in some.files]
        summary.troubles = [one for some in gathered for one in some.troubles]
        summary.files += [FileSummary(name, _unreadable(reason)) for some in gathered for name, reason in some.refused]
        self._total = len(files)
        summary.files += [self._load(name, sha256) for name, sha256 in files]
        self._about = str(self._day.on)
        if not self._day.rehearsed:
            # Also on a day without files: an invoice may have come since. What this run booked was just matched.
            summary.rematched = self._fresh("rematch", rematch, began)
        summary.position = self._step("follow", follow)
        summary.files = self._unreplaced(summary.files, {sha256 for some in gathered for sha256 in some.earlier})
        summary.tied_out(self._step("tie-out", tie_out))
        if self._day.seals is not None and not self._day.rehearsed:
            summary.sealed = self._step("seal", seal)
        return summary

    def _load(self, name: str, sha256: str) -> FileSummary:
        # A file's name may be a person's, so no step is called by it.
        self._about = sha256[:12]
        # The steps must also see facts that the office has just recorded: declared accounts, issued invoices, sent
        # refunds.
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
            # One line of the bank pays a refund, and one brings its money back; so it is with a payout. The next chunk
            # must see which of them this chunk has booked, to say why a further line waits for a person.
            behind = executed.of_documents
            self._advance()
        # A file is not complete while something of it is refused: the next run tries that again.
        if not self._day.rehearsed and not summary.refused_commands:
            summary.loaded = self._fresh("close", close, sha256)
        return summary

    def _unreplaced(self, files: list[FileSummary], earlier: set[str]) -> list[FileSummary]:
        """The files without those that an earlier visit took, that are refused, and that this run has replaced."""
        refused = {one.judged.sha256 for one in files if one.judged.status == "refused"} & earlier
        gone = refused - set(without_replaced(self._day, refused))
        return [one for one in files if one.judged.sha256 not in gone]

    def _step(self, name: str, act: Callable[Concatenate[BankDay, P], T], *given: P.args, **named: P.kwargs) -> T:
        return self._call(name, lambda: act(self._day, *given, **named), self._about)

    def _fresh(self, name: str, act: Callable[Concatenate[BankDay, P], T], *given: P.args, **named: P.kwargs) -> T:
        """Call a step that needs up-to-date read tables."""

        def work() -> T:
            # Do not log the position here. Only the last `follow` of the bank day logs a position for the bank day's
            # time, because earlier positions do not yet include all facts of the bank day.
            self._day.books.follow()
            return act(self._day, *given, **named)

        return self._call(name, work, self._about)

    def _advance(self, expected: int = 0) -> None:
        self._done += 1
        self._total += expected
        if self._progress is not None:
            self._progress(self._done, self._total)


def _unreadable(reason: Reason) -> Judged:
    return Judged("", "refused", books=False, refusals=(reason,))
