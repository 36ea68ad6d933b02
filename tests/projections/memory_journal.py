"""A journal in memory that is told by commands, each on its day; and the same facts put into a stored journal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Self

import msgspec

from ledger import Journal, PolicyRef, Reason, Recorded
from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.fact import Envelope, NewFact
from ledger.domain.refusals import Refused
from ledger.journal import Addition
from ledger.journal.codec import CODEC
from ledger.journal.recorded_facts import CommandMark
from tests.kit.book import Ask, Book, asked

MORNING = datetime(2024, 6, 3, 8, tzinfo=UTC)


class Log:
    """Facts in order, with the gaps that rolled-back writers leave between positions."""

    def __init__(self, catalogue: Catalogue = CATALOGUE) -> None:
        self.catalogue = catalogue
        self.book = Book(catalogue)
        self.recorded: list[Recorded] = []
        self.noted: list[tuple[datetime, int]] = []
        self._versions: dict[str, int] = {}

    def do(self, *asks: Ask, on: date, accounted: date | None = None) -> Self:
        """Decide commands and record what they lead to, as having occurred, and counting, on those days.

        A friend asked each of them for it.
        """
        for one in map(asked, asks):
            key = f"{type(one.command).__name__}-{len(self.recorded)}"
            envelope = Envelope(
                occurred_on=on,
                accounting_date=accounted or on,
                recorded_at=MORNING + timedelta(minutes=len(self.recorded)),
                actor=one.actor,
                key=key,
                duty="finance",
                on_behalf_of=f"person:friend-of-{one.actor}",
                cause="job-1",
                correlation="case-1",
                policy=PolicyRef("allocation", 1, "exact"),
                reason=Reason("ROUTINE"),
                system="0",
            )
            for new in self.book.do(one, envelope):
                self.add(new, effective(envelope, new, accounted))
        return self

    def attempt(self, ask: Ask, on: date, accounted: date | None = None) -> bool:
        """The same for one command; whether it led to anything, refusals included among those that did not."""
        before = len(self.recorded)
        try:
            self.do(ask, on=on, accounted=accounted)
        except Refused:
            return False
        return len(self.recorded) > before

    def add(self, new: NewFact, envelope: Envelope) -> None:
        """Record one fact at the next position; every seventh position was drawn in vain."""
        version = self._versions[new.stream] = self._versions.get(new.stream, 0) + 1
        position = self.stable_position() + (2 if len(self.recorded) % 7 == 0 else 1)
        name = type(new.fact).__name__
        self.recorded.append(Recorded(position, new.stream, version, name, new.fact, envelope))

    def stable_position(self) -> int:
        return self.recorded[-1].position if self.recorded else 0

    def end_of_save(self, position: int) -> int:
        """The facts of a command stand together here."""
        before = [one for one in self.recorded if one.position <= position]
        after = next((one for one in self.recorded if one.position > position), None)
        while before and after is not None and before[-1].envelope.key == after.envelope.key:
            position = before.pop().position - 1
        return position

    def hold_stable(self, position: int) -> None:
        """All of it is."""

    def follow(self, after: int, limit: int) -> list[Recorded]:
        return [one for one in self.recorded if one.position > after][:limit]

    def replay(self, after: int = 0, upto: int | None = None, *, page: int = 7) -> Iterator[list[Recorded]]:
        goal = self.stable_position() if upto is None else upto
        facts = [one for one in self.recorded if after < one.position <= goal]
        return (facts[start : start + page] for start in range(0, len(facts), page))

    def log_position(self, at: datetime) -> int:
        self.noted.append((at, self.stable_position()))
        return self.stable_position()

    def read(self, streams: Collection[str]) -> dict[str, list[Recorded]]:
        found: dict[str, list[Recorded]] = {}
        for one in self.recorded:
            if one.stream in streams:
                found.setdefault(one.stream, []).append(one)
        return found

    def of(self, stream: str) -> list[Recorded]:
        """The facts of one stream."""
        return self.read([stream]).get(stream, [])

    def put_into(self, journal: Journal, after: int = 0) -> list[int]:
        """Append the facts from the `after`-th on to a stored journal; their positions there."""
        told = self.recorded[after:]
        additions = [
            Addition(one.stream, one.version, one.name, CODEC.encode(one.fact, CODEC.encode_envelope(one.envelope)))
            for one in told
        ]
        keys = [one.envelope.key for one in told]
        firsts = {key: at for at, key in reversed(list(enumerate(keys)))}
        lasts = {key: at for at, key in enumerate(keys)}
        marks = [CommandMark(key, b"", first, lasts[key]) for key, first in firsts.items()]
        return list(journal.append(additions, marks)) if additions else []


def effective(envelope: Envelope, new: NewFact, accounted: date | None) -> Envelope:
    """The envelope of a fact on its own day; it counts on that day, or on the given one."""
    on = new.on or envelope.occurred_on
    counts = accounted or on
    if on > envelope.occurred_on:
        counts = max(on, counts)
    about = new.stream if new.corrects else None
    return msgspec.structs.replace(envelope, occurred_on=on, accounting_date=counts, corrects=about)
