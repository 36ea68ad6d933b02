"""A folder of orders for our banks: a file gets its own name only once the journal has everything that it orders.

A file is first prepared under a name that nobody takes for an order, then what it orders is recorded with its hash, all
or nothing, and only then it is named. So whatever stops the program, no named file has anything that could be ordered
again, and the next run names the one that was recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.first_time import first_facts
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.desk import Desk, Occasion
    from ledger.domain.fact import Command, Fact

Row = dict[str, Any]
# All that a file orders is recorded in one piece; what is left waits for the next run.
MOST: Final = 2_000
_PREPARED: Final = ".prepared"
_PATIENCE_S: Final = 30


class Ordered(NamedTuple):
    """What was ordered: its rows, the files that got their names, and what was left out and why.

    `waiting` is how many more can be ordered with the next run. `position` is the last position that was recorded.
    `others` is how many there are that nothing was ordered of, by the reason.
    """

    rows: list[Row]
    files: list[Row]
    left_out: list[Problem]
    waiting: int = 0
    position: int | None = None
    others: Row | None = None


class OrderFolder:
    """A folder of orders whose files end with `suffix`; `is_recorded` says whether the journal has a file's hash."""

    def __init__(self, folder: Path, suffix: str, is_recorded: Callable[[str], bool]) -> None:
        self._folder, self._suffix, self._is_recorded = folder, suffix, is_recorded

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else write an order here meanwhile; raises Stopped if somebody does."""
        from ledger.disk import alone, make_folder

        make_folder(self._folder)
        with alone(self._folder, _PATIENCE_S, Stopped(Problem("order_under_way", _UNDER_WAY))):
            yield

    def finish(self) -> tuple[list[Row], list[Path]]:
        """Name the files that an earlier run recorded; returns them, and those that were never recorded."""
        finished: list[Row] = []
        left: list[Path] = []
        for one in sorted(self._folder.glob(f"*{_PREPARED}")):
            if self._is_recorded(hash_of(one.read_bytes())):
                finished.append(self.name(one))
            else:
                left.append(one)
        return finished, left

    def _prepare(self, message_id: str, content: bytes) -> tuple[Path, str]:
        """Write a file that nobody takes for an order; returns its path and its hash."""
        from ledger.disk import write_whole

        path = self._folder / f"{message_id}{_PREPARED}"
        write_whole(path, content)
        return path, hash_of(content)

    def name(self, prepared: Path) -> Row:
        """Give a prepared file the name of an order, because what it orders is recorded."""
        from ledger.disk import sync_folder

        path = prepared.with_suffix(self._suffix)
        prepared.replace(path)
        sync_folder(path.parent)
        return _said(path)

    def _drop(self, prepared: Sequence[Path]) -> None:
        """Delete prepared files that were never recorded: what they order was free for another one."""
        for one in prepared:
            one.unlink(missing_ok=True)

    def write(
        self, message_id: str, content: bytes, record: Callable[[str], int | None], unrecorded: Sequence[Path]
    ) -> tuple[Row, int | None]:
        """Prepare a file, record what it orders with its hash, and name it; returns the file and the position.

        `unrecorded` are prepared files of earlier runs that were never recorded: what they order is in this one now.
        """
        path, sha256 = self._prepare(message_id, content)
        position = record(sha256)
        self._drop(unrecorded)
        return self.name(path), position

    def ordered_before(self, desk: Desk, kind: type[Fact]) -> list[Row] | None:
        """The files that the command wrote when it was first given with its key; none if it is new.

        `kind` is the fact that names the file as `order_file`.
        """
        facts = (one.fact for one in first_facts(desk))
        hashes = {one.order_file for one in facts if isinstance(one, kind)}  # type: ignore[attr-defined]
        return self._repeated(one for one in hashes if one is not None) if hashes else None

    def _repeated(self, hashes: Iterable[str]) -> list[Row]:
        """The files with these hashes, for a command that is repeated; without a name if somebody deleted them."""
        there = {said["sha256"]: said for said in map(_said, sorted(self._folder.glob(f"*{self._suffix}")))}
        return [there.get(one, {"file": None, "message_id": None, "sha256": one}) for one in hashes]


def record_all(desk: Desk, commands: Sequence[Command], occasion: Occasion) -> int | None:
    """Record all that a file orders, together or not at all, under the key of the occasion; returns the position."""
    return desk.record_together(under_one_key(commands, occasion)).outcome.last_position


def under_one_key(commands: Sequence[Command], occasion: Occasion) -> list[tuple[Command, Occasion]]:
    """Commands that belong together, with their occasion; the last one has its key."""
    keyless = replace(occasion, key=None)
    return [(one, occasion if one is commands[-1] else keyless) for one in commands]


def hash_of(content: bytes) -> str:
    """The hash by which the journal names a file."""
    return hashlib.sha256(content).hexdigest()


def _said(path: Path) -> Row:
    return {"file": str(path), "message_id": path.stem, "sha256": hash_of(path.read_bytes())}


_UNDER_WAY: Final = "another payment order is being written: run the command again when that one has ended"
