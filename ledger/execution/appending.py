"""Appending a chunk piece by piece, each while the next is decided."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from ledger.journal.journal import Writing
from ledger.journal.recorded import Addition, CommandMark


class Appending:
    """What is appended to one chunk's transaction, in order; `behind` is for chunks of more than one piece.

    Then a thread of its own sends the pieces, and the database takes one in while the next is decided. Nobody
    else may use the connection until `finish`, or until the writing has ended.
    """

    def __init__(self, writing: Writing, behind: bool) -> None:
        self.positions: list[int] = []
        self._writing = writing
        self._added = 0
        self._thread = ThreadPoolExecutor(1, "appending") if behind else None
        self._last: Future[Sequence[int]] | None = None

    def add(self, additions: Sequence[Addition], marks: Sequence[CommandMark]) -> None:
        """Append a piece; its marks count from the chunk's first addition. A fault may show at the next piece."""
        offset = self._added
        self._added += len(additions)
        own = [CommandMark(key, digest, first - offset, last - offset) for key, digest, first, last in marks]
        if self._thread is None:
            self.positions += self._writing.append(additions, own)
            return
        self.finish()
        self._last = self._thread.submit(self._writing.append, additions, own)

    def finish(self) -> None:
        """Wait until everything is appended; raises what the last piece ran into."""
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
