"""Sealing: the facts since the last checkpoint become leaves, and a checkpoint over all of them is signed.

Off the write path and up to the stable position. Whatever stops it, the log is as the last checkpoint says: leaves
after that are provisional, and the next sealing forgets them and reads the facts again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.domain.bank.file import note_loading
from ledger.journal.codec import UnreadableFact
from ledger.on_disk import write_whole
from ledger.sealing.checkpoints import last_checkpoint, path_of, text_of
from ledger.sealing.keys import Signer, instant, known_keys, log_key, replace_key
from ledger.sealing.leaves import Leaves, leaf_of
from ledger.sealing.place import SealPlace, held
from ledger.sealing.refusals import SealRefused
from ledger.sealing.totals import ControlTotals, posted
from ledger.sealing.tree import consistency_path
from ledger.sealing.verifier import Checkpoint, Key

if TYPE_CHECKING:
    from ledger.journal import Journal
    from ledger.journal.recorded import Recorded

# So many of the facts sealed last are read again before more are sealed; `reskontra verify` reads all.
READ_AGAIN: Final = 2_000


class Sealed(NamedTuple):
    """The last checkpoint now, if there is any, and how many facts were sealed just now: none is nothing new."""

    checkpoint: Checkpoint | None
    facts: int


def seal(
    journal: Journal, place: SealPlace, day: date, at: datetime, *, nearest: bool = False, while_loading: bool = False
) -> Sealed:
    """Seal all facts up to the stable position, for a day, at an instant (aware).

    Days never go back and are never to come; with `nearest`, the day that is nearest to the one given is taken. Raises
    SealRefused for such a day, when a bank file is half in the book (unless `while_loading`), when the key cannot be
    used, and when one of these is not as it was sealed: the notes of the keys, the last checkpoint, what the key signed
    last, the number of leaves, the root that the blocks over them lead to, and the last 2,000 sealed facts beside their
    leaves. Earlier checkpoints, leaves and facts, and facts at positions below 1, are looked at by `verify` alone.
    """
    day = _not_to_come(day, at, nearest=nearest)
    try:
        with held(place.folder):
            signer, chain = log_key(place, at)
            last = last_checkpoint(place, chain)
            day = _not_back(day, last, nearest=nearest)
            with Leaves(place.folder) as leaves:
                _check_log(leaves, last)
                _check_history(journal, leaves, last)
                stable = journal.stable_position()
                grown = _Growth(journal, leaves, last)
                grown.take_all(stable)
                if len(leaves) == grown.before:
                    return Sealed(last, 0)
                if grown.loading and not while_loading:
                    raise SealRefused("loading", _LOADING.format(count=len(grown.loading)))
                leaves.sync()
                checkpoint = _checkpoint(place, leaves, last, grown, stable, day, at)
            _sign(place, signer, checkpoint)
            return Sealed(checkpoint, checkpoint.size - grown.before)
    except OSError as trouble:
        where = f"{trouble.filename or place.folder}: {trouble.strerror}"
        raise SealRefused("seals_unwritable", f"{where}; nothing is sealed now, what was before stands") from None


def rotate(place: SealPlace, at: datetime) -> Key:
    """Replace the log's key: a note signed by both names the new one, which signs from the next checkpoint on.

    Raises SealRefused where there is no key to replace, or the log is not as the key signed it last.
    """
    # Asked first, so that no folder is made for an entity that has none.
    known_keys(place)
    try:
        with held(place.folder):
            old, chain = log_key(place, at)
            last = last_checkpoint(place, chain)
            return replace_key(place, old, len(chain) + 1, last.number if last else 0, at)
    except OSError as trouble:
        where = f"{trouble.filename or place.folder}: {trouble.strerror}"
        raise SealRefused(
            "seals_unwritable", f"{where}; see with `reskontra seal key` which key is the log's"
        ) from None


def _not_to_come(day: date, at: datetime, *, nearest: bool) -> date:
    """A checkpoint's day has begun: the clock is in UTC and the business day a local one, so it may be one ahead."""
    latest = at.astimezone(UTC).date() + timedelta(days=1)
    if day > latest and not nearest:
        raise SealRefused("day_to_come", f"{day} is yet to come; a checkpoint's day is today, or one that was")
    return min(day, latest)


def _not_back(day: date, last: Checkpoint | None, *, nearest: bool) -> date:
    """A checkpoint's day is not before the last one's: years are archived up to a day."""
    earliest = date.fromisoformat(last.day) if last else day
    if last is not None and day < earliest and not nearest:
        raise SealRefused("day_gone_back", _GONE_BACK.format(day=day, number=last.number, last=earliest))
    return max(day, earliest)


def _check_log(leaves: Leaves, last: Checkpoint | None) -> None:
    """There are as many leaves as the last checkpoint sealed, no more, and the blocks over them lead to its root.

    Where the blocks do, the leaves below them are not read: only `verify` sees one that was changed there.
    """
    size = last.size if last else 0
    if len(leaves) < size:
        sentence = f"the log has {len(leaves)} leaves where checkpoint {last.number if last else 0} sealed {size}"
        raise SealRefused("log_changed", f"{sentence}; run `reskontra verify`, and put back what was lost")
    leaves.cut(size)
    if last is not None and leaves.hash_of(0, size) != last.root:
        _check_leaves(leaves, last)


def _check_leaves(leaves: Leaves, last: Checkpoint) -> None:
    """Every leaf is read, the blocks are made of them again, and they lead to the root of the last checkpoint."""
    leaves.rebuild_blocks()
    if leaves.hash_of(0, last.size) != last.root:
        sentence = f"the leaves of the log are not those that checkpoint {last.number} sealed"
        raise SealRefused("log_changed", f"{sentence}; run `reskontra verify`, and put the file back")


def _check_history(journal: Journal, leaves: Leaves, last: Checkpoint | None) -> None:
    """The facts sealed last are still what was sealed: nothing changed, gone, or come in between."""
    if last is None:
        return
    first = max(last.size - READ_AGAIN, 0)
    after = leaves.leaf(first - 1).position if first else 0
    facts = chain.from_iterable(journal.stored_pages(after, last.position))
    sealed = leaves.run(first, last.size)
    for one, other in zip_longest(sealed, map(leaf_of, facts)):
        if one != other:
            # It may be the leaf that was changed.
            _check_leaves(leaves, last)
            place = min(leaf.position for leaf in (one, other) if leaf)
            raise SealRefused("history_changed", _CHANGED.format(position=place, number=last.number))


class _Growth:
    """What the facts after the last checkpoint add to it."""

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
                raise SealRefused("fact_unreadable", f"{wrong}; nothing is sealed before it can") from None

    def _take(self, recorded: Recorded) -> None:
        self.totals.add(posted(recorded, self._journal.catalogue))
        note_loading(self.loading, recorded.stream, recorded.fact)


def _checkpoint(
    place: SealPlace, leaves: Leaves, last: Checkpoint | None, grown: _Growth, stable: int, day: date, at: datetime
) -> Checkpoint:
    size = len(leaves)
    return Checkpoint(
        origin=place.origin,
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


def _sign(place: SealPlace, signer: Signer, checkpoint: Checkpoint) -> None:
    text = text_of(checkpoint)
    note = f"{text}\n{signer.line(text)}"
    write_whole(path_of(place, checkpoint.number), note)
    # Written second: until it is, the key remembers an earlier checkpoint, which is in the log as well.
    write_whole(place.signed, note)


_GONE_BACK: Final = (
    "{day} is before {last}, the day of checkpoint {number}, and the days of checkpoints never go back; give {last} "
    "or a day after it"
)
_LOADING: Final = (
    "{count} bank files are half in the book, and sealing waits for them: run `reskontra reconcile` with them again, "
    "or seal all the same with --while-loading"
)
_CHANGED: Final = (
    "what the journal holds at position {position} is not what checkpoint {number} sealed, so nothing more is sealed; "
    "run `reskontra verify` to see every fact that was changed"
)
