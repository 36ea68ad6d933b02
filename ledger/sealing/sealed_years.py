"""What of a year may be archived: the facts up to a checkpoint of it, each of them the one that was sealed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, islice, takewhile
from typing import TYPE_CHECKING

from ledger.sealing.leaves import LeafReader, leaf_of
from ledger.sealing.place import SealPlace
from ledger.sealing.reading_log import read_log
from ledger.sealing.refusals import SealRefused
from ledger.sealing.verifier import Checkpoint, Frontier

if TYPE_CHECKING:
    from ledger.journal.recorded import StoredFact


class SealedYear:
    """The last checkpoint on or before the end of a year, and the leaves up to it as they were signed.

    Raises SealRefused when there is none, or when the log is not what was signed.
    """

    def __init__(self, place: SealPlace, year: int) -> None:
        log = read_log(place)
        for finding in log.findings:
            raise SealRefused(finding.code, f"{finding.sentence}; run `reskontra verify`")
        through = f"{year}-12-31"
        found = list(takewhile(lambda one: one.day <= through, log.checkpoints))
        if not found:
            raise SealRefused(
                "not_sealed", f"no checkpoint was signed on or before {through}, and only sealed facts are archived"
            )
        self.checkpoint: Checkpoint = found[-1]
        self._place = place
        self._require_leaves()
        self._coming = iter(LeafReader(place.folder))
        self._position = 0

    def go_on_after(self, position: int) -> None:
        """The facts up to a position were checked, and archived, before."""
        self._coming = dropwhile(lambda leaf: leaf.position <= position, LeafReader(self._place.folder))
        self._position = position

    def check(self, facts: Sequence[StoredFact]) -> None:
        """The next facts, in order; raises SealRefused where one is not the one that was sealed."""
        for fact in facts:
            if next(self._coming, None) != leaf_of(fact):
                raise SealRefused("history_changed", _CHANGED.format(position=self._position))
            self._position = fact.position

    def finish(self) -> None:
        """That no sealed fact up to the checkpoint is missing; raises SealRefused."""
        leaf = next(self._coming, None)
        if leaf is not None and leaf.position <= self.checkpoint.position:
            raise SealRefused("history_changed", _CHANGED.format(position=self._position))

    def _require_leaves(self) -> None:
        tree = Frontier()
        size = self.checkpoint.size
        for leaf in islice(LeafReader(self._place.folder), size):
            tree.add(leaf.hash)
        if not tree.leads_to(size, self.checkpoint.root):
            raise SealRefused(
                "log_changed",
                f"the leaves of the log are not those that checkpoint {self.checkpoint.number} sealed; "
                "run `reskontra verify`, and put the file back",
            )


_CHANGED = (
    "what the journal holds next after position {position} is not what was sealed, so nothing more is archived; "
    "run `reskontra verify` to see every fact that was changed"
)
