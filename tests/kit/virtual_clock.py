"""A clock that stands until it is moved, forwards or back: the only time that a seeded run knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

# A few days after the days that an office draws, because nobody records what is still to come.
START = datetime(2024, 6, 10, 8, tzinfo=UTC)


class VirtualClock:
    """An instant that the seed moves."""

    def __init__(self, at: datetime = START) -> None:
        self.now = at

    @property
    def today(self) -> date:
        """The day it shows."""
        return self.now.date()

    def forward(self, seconds: int) -> datetime:
        """Time passes."""
        self.now += timedelta(seconds=seconds)
        return self.now

    def back(self, seconds: int) -> datetime:
        """Somebody set it back, or the machine that took over was behind."""
        self.now -= timedelta(seconds=seconds)
        return self.now
