"""Appending a chunk piece by piece: each piece is sent while the next one is decided."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from ledger.journal.journal import Writing
from ledger.journal.recorded_facts import Addition, CommandMark, Obeyed


class Appender:
    """Appends facts, in order, in the transaction of one chunk.

    With `behind`, which is meant for chunks of several pieces, a separate thread sends the pieces, so that the database
    takes in one piece while the next one is decided. Until `finish` returns or the writing ends, nobody else may use
    the connection.
    """

    def __init__(self, writing: Writing, behind: bool) -> None:
        self.positions: list[int] = []
        self._writing = writing
        self._added = 0
        self._thread = ThreadPoolExecutor(1, "appending") if behind else None
        self._last: Future[Sequence[int]] | None = None

    def add(self, additions: Sequence[Addition], marks: Sequence[CommandMark], obeyed: Obeyed) -> None:
        """Append a piece of a chunk; the indexes in `marks` count from the chunk's first fact, not from the piece's.

        Nothing is appended if the obeyed stream has a newer fact than the one that was read.
        An error in the piece is sometimes raised only when the next piece is added.
        """
        offset = self._added
        self._added += len(additions)
        own = [CommandMark(key, digest, first - offset, last - offset) for key, digest, first, last in marks]
        if self._thread is None:
            self.positions += self._writing.append(additions, own, obeyed=obeyed)
            return
        self.finish()
        self._last = self._thread.submit(self._writing.append, additions, own, obeyed=obeyed)

    def finish(self) -> None:
        """Wait until everything is appended; raises the error if the last piece could not be appended."""
        if self._last is not None:
            last, self._last = self._last, None
            self.positions += last.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.shutdown(wait=False)
