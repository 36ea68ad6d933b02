"""Sealing: the facts since the last checkpoint become leaves, and a checkpoint over all of them is signed.

Sealing reads up to the stable position and does not slow down writers. Whatever interrupts it, the log is valid up to
the last checkpoint: later leaves are provisional, and the next sealing discards them and reads the facts again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.disk import write_whole
from ledger.domain.bank.file import note_loading
from ledger.journal.codec import UnreadableFact
from ledger.sealing.checkpoints import last_checkpoint, path_of, text_of
from ledger.sealing.keys import Signer, instant, known_keys, log_key, replace_key
from ledger.sealing.leaves import Leaves, leaf_of
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import SealFolders, held
from ledger.sealing.totals import ControlTotals, posted
from ledger.sealing.tree import consistency_path
from ledger.sealing.verifier import Checkpoint, Key

if TYPE_CHECKING:
    from ledger.journal import Journal
    from ledger.journal.recorded_facts import Recorded

# How many of the last sealed facts are read again before more are sealed; `reskontra verify` reads all.
READ_AGAIN: Final = 2_000


class Sealed(NamedTuple):
    """The last checkpoint, if any, and the number of facts sealed just now, which is zero if there were no new ones."""

    checkpoint: Checkpoint | None
    facts: int


def seal(
    journal: Journal, seals: SealFolders, day: date, at: datetime, *, nearest: bool = False, while_loading: bool = False
) -> Sealed:
    """Seal all facts up to the stable position in a checkpoint of `day`, signed at `at` (an aware time).

    The day must not be in the future or before the last checkpoint's day; with `nearest`, the nearest possible day is
    used instead. Raises SealRefused for an impossible day, if a bank file is only partly loaded (unless
    `while_loading`), if the key cannot be used, or if any of these was changed: the notes of the keys, the last
    checkpoint, the checkpoint that the key signed last, the number of leaves, the root of their blocks, or the last
    2,000 sealed facts. Earlier checkpoints, leaves and facts, and facts at positions below 1, are checked only by
    `verify`.
    """
    day = _not_to_come(day, at, nearest=nearest)
    try:
        with held(seals.folder):
            signer, chain = log_key(seals, at)
            last = last_checkpoint(seals, chain)
            day = _not_back(day, last, nearest=nearest)
            with Leaves(seals.folder) as leaves:
                _check_log(leaves, last)
                _check_history(journal, leaves, last)
                stable = journal.stable_position()
                grown = _Growth(journal, leaves, last)
                grown.take_all(stable)
                if len(leaves) == grown.before:
                    return Sealed(last, 0)
                if grown.loading and not while_loading:
                    raise SealRefused("file_half_loaded", _LOADING.format(count=len(grown.loading)))
                leaves.sync()
                checkpoint = _checkpoint(seals, leaves, last, grown, stable, day, at)
            _sign(seals, signer, checkpoint)
            return Sealed(checkpoint, checkpoint.size - grown.before)
    except OSError as trouble:
        where = f"{trouble.filename or seals.folder}: {trouble.strerror}"
        raise SealRefused(
            "seals_unwritable", f"{where}; nothing new was sealed, and earlier checkpoints stay valid"
        ) from None


def rotate(seals: SealFolders, at: datetime) -> Key:
    """Replace the log's key: a note signed by both keys introduces the new key, which signs from then on.

    Raises SealRefused if there is no key to replace, or if the log has changed since the key last signed it.
    """
    # This is checked first, so that no folder is created for an entity that has no key.
    known_keys(seals)
    try:
        with held(seals.folder):
            old, chain = log_key(seals, at)
            last = last_checkpoint(seals, chain)
            return replace_key(seals, old, len(chain) + 1, last.number if last else 0, at)
    except OSError as trouble:
        where = f"{trouble.filename or seals.folder}: {trouble.strerror}"
        raise SealRefused(
            "seals_unwritable", f"{where}; run `reskontra seal key` to see which key the log uses"
        ) from None


def _not_to_come(day: date, at: datetime, *, nearest: bool) -> date:
    """Check that the day is at most one day after the date in UTC; the local business day may be that far ahead."""
    latest = at.astimezone(UTC).date() + timedelta(days=1)
    if day > latest and not nearest:
        raise SealRefused("day_in_future", f"{day} is in the future; give today or an earlier day")
    return min(day, latest)


def _not_back(day: date, last: Checkpoint | None, *, nearest: bool) -> date:
    """Check that the day is not before the last checkpoint's day; archiving by year needs these days in order."""
    earliest = date.fromisoformat(last.day) if last else day
    if last is not None and day < earliest and not nearest:
        raise SealRefused("day_before_last_checkpoint", _GONE_BACK.format(day=day, number=last.number, last=earliest))
    return max(day, earliest)


def _check_log(leaves: Leaves, last: Checkpoint | None) -> None:
    """Check that no leaf sealed by the last checkpoint is missing, and that the blocks lead to the checkpoint's root.

    If the blocks lead to that root, the leaves in them are not read: only `verify` notices a changed leaf.
    """
    size = last.size if last else 0
    if len(leaves) < size:
        sentence = f"the log has {len(leaves)} leaves, but checkpoint {last.number if last else 0} sealed {size}"
        raise SealRefused("log_changed", f"{sentence}; run `reskontra verify`, and restore what was lost")
    leaves.cut(size)
    if last is not None and leaves.hash_of(0, size) != last.root:
        _check_leaves(leaves, last)


def _check_leaves(leaves: Leaves, last: Checkpoint) -> None:
    """Read every leaf, rebuild the blocks, and check that they lead to the root of the last checkpoint."""
    leaves.rebuild_blocks()
    if leaves.hash_of(0, last.size) != last.root:
        sentence = f"the log's leaves are not the leaves that checkpoint {last.number} sealed"
        raise SealRefused("log_changed", f"{sentence}; run `reskontra verify`, and restore the file from a backup")


def _check_history(journal: Journal, leaves: Leaves, last: Checkpoint | None) -> None:
    """Check that the last sealed facts are still the same: none changed, deleted or inserted."""
    if last is None:
        return
    first = max(last.size - READ_AGAIN, 0)
    after = leaves.leaf(first - 1).position if first else 0
    facts = chain.from_iterable(journal.stored_pages(after, last.position))
    sealed = leaves.run(first, last.size)
    for one, other in zip_longest(sealed, map(leaf_of, facts)):
        if one != other:
            # The leaf may have been changed instead of the fact.
            _check_leaves(leaves, last)
            position = min(leaf.position for leaf in (one, other) if leaf)
            raise SealRefused("history_changed", _CHANGED.format(position=position, number=last.number))


class _Growth:
    """What the facts after the last checkpoint add to the tree, the totals and the list of partly loaded files."""

    def __init__(self, journal: Journal, leaves: Leaves, last: Checkpoint | None) -> None:
        self._journal = journal
        self._leaves = leaves
        self._after = last.position if last else 0
        self.before = len(leaves)
        self.totals = ControlTotals(last.totals if last else ())
        self.loading = dict.fromkeys(last.loading if last else (), 0)

    def take_all(self, stable: int) -> None:
        for page in self._journal.stored_pages(self._after, stable):
            self._leaves.append([leaf_of(fact) for fact in page])
            try:
                for recorded in self._journal.codec.recorded(page):
                    self._take(recorded)
            except UnreadableFact as wrong:
                raise SealRefused(
                    "fact_unreadable", f"{wrong}; nothing can be sealed until the fact is repaired"
                ) from None

    def _take(self, recorded: Recorded) -> None:
        self.totals.add(posted(recorded, self._journal.catalogue))
        note_loading(self.loading, recorded.stream, recorded.fact)


def _checkpoint(
    seals: SealFolders, leaves: Leaves, last: Checkpoint | None, grown: _Growth, stable: int, day: date, at: datetime
) -> Checkpoint:
    size = len(leaves)
    return Checkpoint(
        origin=seals.origin,
        size=size,
        root=leaves.hash_of(0, size),
        number=last.number + 1 if last else 1,
        position=stable,
        day=day.isoformat(),
        sealed_at=instant(at),
        totals=grown.totals.lines(),
        loading=tuple(grown.loading),
        before=grown.before,
        proof=tuple(consistency_path(grown.before, size, leaves.hash_of)),
    )


def _sign(seals: SealFolders, signer: Signer, checkpoint: Checkpoint) -> None:
    text = text_of(checkpoint)
    note = f"{text}\n{signer.line(text)}"
    write_whole(path_of(seals, checkpoint.number), note)
    # The checkpoint's copy beside the key is written second. Until then, the file beside the key contains an earlier
    # checkpoint, which is also in the log.
    write_whole(seals.signed, note)


_GONE_BACK: Final = "{day} is before {last}, the day of checkpoint {number}; give {last} or a later day"
_LOADING: Final = (
    "{count} bank files are only partly loaded: run `reskontra reconcile` again with these files, or seal anyway with "
    "--while-loading"
)
_CHANGED: Final = (
    "the fact at position {position} is not what checkpoint {number} sealed, so nothing more is sealed; run "
    "`reskontra verify` to list all changed facts"
)
