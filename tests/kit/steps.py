"""The named steps of a command's way, from load to read tables, and journals and read stores that stop at each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.fact import Dated
    from ledger.journal import Addition
    from ledger.journal.known_streams import Known
    from ledger.journal.recorded_facts import CommandMark
    from projections import ReadStore

# Each step is the gap before what it names: `commit` is after the last row and before the commit, in the server.
# `rows` and `copy` are the two ways into the table; at `leave` all is sent and, where writers take turns, still open.
CLIENT_WRITES: Final = ("load", "decide", "append", "leave", "reply")
SERVER_WRITES: Final = ("rows", "copy", "commit")
CLIENT_READS: Final = ("page", "apply")
SERVER_READS: Final = ("position", "settle")
STEPS: Final = (*CLIENT_WRITES, *SERVER_WRITES, *CLIENT_READS, *SERVER_READS)


class Watch:
    """Strikes at the n-th time from now that a step is reached in this process, once."""

    def __init__(self) -> None:
        self.struck: list[str] = []
        self.reached: Counter[str] = Counter()
        self._armed: dict[str, tuple[int, Callable[[], None]]] = {}
        self._paused = False

    def arm(self, step: str, strike: Callable[[], None], nth: int = 1) -> None:
        """Strike when the step is reached for the n-th time."""
        self._armed[step] = (nth, strike)

    def reach(self, step: str) -> None:
        """A step is reached; what strikes may raise."""
        self.reached[step] += 1
        if self._paused or step not in self._armed:
            return
        nth, strike = self._armed[step]
        if nth > 1:
            self._armed[step] = (nth - 1, strike)
            return
        del self._armed[step]
        self.struck.append(step)
        strike()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Whoever looks at the books meanwhile is not struck."""
        self._paused = True
        try:
            yield
        finally:
            self._paused = False


class WatchedWriter:
    """What loads, decides and appends, its steps watched; all else is its own."""

    def __init__(self, writer: Any, watch: Watch) -> None:
        self._writer = writer
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def newer(self, streams: Collection[str], known: Known) -> tuple[list[tuple[str, int, Dated]], int]:
        self._watch.reach("load")
        found: tuple[list[tuple[str, int, Dated]], int] = self._writer.newer(streams, known)
        self._watch.reach("decide")
        return found

    def append(self, additions: Sequence[Addition], marks: Sequence[CommandMark] = (), **given: Any) -> Sequence[int]:
        self._watch.reach("append")
        positions: Sequence[int] = self._writer.append(additions, marks, **given)
        self._watch.reach("leave")
        return positions


class WatchedJournal(WatchedWriter):
    """A journal whose steps are watched, for writers and for followers."""

    @contextmanager
    def writing(self, *given: Any, **named: Any) -> Iterator[WatchedWriter]:
        with self._writer.writing(*given, **named) as writing:
            yield WatchedWriter(writing, self._watch)
        self._watch.reach("reply")

    def append(self, additions: Sequence[Addition], marks: Sequence[CommandMark] = (), **given: Any) -> Sequence[int]:
        positions = super().append(additions, marks, **given)
        self._watch.reach("reply")
        return positions

    def follow(self, after: int, limit: int) -> list[Recorded]:
        self._watch.reach("page")
        found: list[Recorded] = self._writer.follow(after, limit)
        return found


class WatchedStore:
    """A read store whose pages are watched; all else is the store's own."""

    def __init__(self, store: ReadStore, watch: Watch) -> None:
        self._store = store
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        self._watch.reach("apply")
        return self._store.apply(batch, after, upto)
