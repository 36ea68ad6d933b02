"""The facts of a year that may be archived: those up to the year's last checkpoint, each checked against its leaf."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, islice, takewhile
from typing import TYPE_CHECKING

from ledger.sealing.leaves import LeafReader, leaf_of
from ledger.sealing.log import read_log
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import SealFolders
from ledger.sealing.verifier import Checkpoint, Frontier

if TYPE_CHECKING:
    from ledger.journal.recorded_facts import StoredFact


class SealedYear:
    """The last checkpoint on or before the end of a year, and the leaves it covers.

    Raises SealRefused if there is none, or if the log was changed.
    """

    def __init__(self, seals: SealFolders, year: int) -> None:
        log = read_log(seals)
        for finding in log.findings:
            raise SealRefused(finding.code, f"{finding.sentence}; run `reskontra verify`")
        through = f"{year}-12-31"
        found = list(takewhile(lambda one: one.day <= through, log.checkpoints))
        if not found:
            raise SealRefused(
                "not_sealed", f"there is no checkpoint on or before {through}, and only sealed facts can be archived"
            )
        self.checkpoint: Checkpoint = found[-1]
        self._seals = seals
        self._require_leaves()
        self._coming = iter(LeafReader(seals.folder))
        self._position = 0

    def go_on_after(self, position: int) -> None:
        """Skip the facts up to a position, because an earlier run checked and archived them."""
        self._coming = dropwhile(lambda leaf: leaf.position <= position, LeafReader(self._seals.folder))
        self._position = position

    def check(self, facts: Sequence[StoredFact]) -> None:
        """Check the next facts, in order; raises SealRefused if a fact is not what was sealed."""
        for fact in facts:
            if next(self._coming, None) != leaf_of(fact):
                raise SealRefused("history_changed", _CHANGED.format(position=self._position))
            self._position = fact.position

    def finish(self) -> None:
        """Check that no sealed fact up to the checkpoint is missing; raises SealRefused."""
        leaf = next(self._coming, None)
        if leaf is not None and leaf.position <= self.checkpoint.position:
            raise SealRefused("history_changed", _CHANGED.format(position=self._position))

    def _require_leaves(self) -> None:
        tree = Frontier()
        size = self.checkpoint.size
        for leaf in islice(LeafReader(self._seals.folder), size):
            tree.add(leaf.hash)
        if not tree.leads_to(size, self.checkpoint.root):
            raise SealRefused(
                "log_changed",
                f"the log's leaves are not the leaves that checkpoint {self.checkpoint.number} sealed; run "
                "`reskontra verify`, and restore the file `leaves` from a backup",
            )


_CHANGED = (
    "the next fact after position {position} is not what was sealed, so nothing more is archived; run `reskontra "
    "verify` to list all changed facts"
)
