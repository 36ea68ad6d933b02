"""The days on which facts count in the general ledger, where these are not the days on which they take effect."""

from __future__ import annotations

from datetime import date

from ledger.domain.fact import Dated


class CountingDays:
    """For each stream and day of effect, the day on which such facts count if it is another one.

    That is so if a person gave an accounting date, or if the day was closed. What corrects such a fact counts with it,
    so that the ledger never has a correction without what it corrects, or twice what is done again.
    """

    def __init__(self) -> None:
        self._others: dict[tuple[str, date], date] = {}

    def note(self, stream: str, dated: Dated) -> None:
        """Remember on which day a recorded fact counts."""
        on, counts_on = dated.on, dated.counts_on
        if counts_on is not None:
            self._others[stream, on] = max(counts_on, self._others.get((stream, on), counts_on))

    def corrected(self, stream: str, document: str | None, on: date) -> date:
        """The day on which counts what a fact of a stream corrects, which took effect on a day.

        `document` is the stream of the document that is corrected, if there is one.
        """
        found = (self._others.get((one, on), on) for one in (stream, document) if one is not None)
        return max(found)
