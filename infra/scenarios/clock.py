"""The clock of a scenario: it has the time that the file says, and never runs backwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from infra.scenarios.form import Form
from infra.scenarios.tree import Fields, Text
from infra.scenarios.use_cases import Moment
from ledger.domain.days import is_possible
from ledger.domain.zones import ZONES

# Who acts until the file names somebody.
_PERSON: Final = "clerk"
_NOON: Final = time(12)


class Clock:
    """The time and the person of the steps, read from one step after another."""

    def __init__(self, form: Form, zone: str) -> None:
        self._form = form
        self._zone = zone
        self._at: datetime | None = None
        self._person = _PERSON

    def moment(self, step: Fields) -> Moment:
        """Return the moment of a step: what the step says about it, and otherwise what the steps before it said."""
        if "on" in step.values and "at" in step.values:
            raise self._form.wrong(step.keys["at"], "give `on` or `at`, not both")
        for key in ("on", "at"):
            if key in step.values:
                said = self._form.text(step.values[key], f"`{key}`")
                self._turn(said, self._noon(said) if key == "on" else self._instant(said))
        if "as" in step.values:
            self._person = self._form.text(step.values["as"], "`as`").text
        if self._at is None:
            raise self._form.wrong(step.line, "the first step must say when it is; write `on: 2026-10-01`")
        entity = self._form.text(step.values["entity"], "`entity`").text if "entity" in step.values else None
        return Moment(self._at, self._person, entity)

    def move(self, zone: Text) -> None:
        """Go by another time zone from now on."""
        self._form.read(zone, _known, "a time zone; write one such as Europe/Stockholm")
        self._zone = zone.text

    def day(self, moment: Moment) -> date:
        """Return the entity's civil day at a moment."""
        return moment.at.astimezone(ZoneInfo(self._zone)).date()

    def _noon(self, said: Text) -> datetime:
        return datetime.combine(self._form.day(said), _NOON, ZoneInfo(self._zone))

    def _instant(self, said: Text) -> datetime:
        return self._form.read(said, _aware, "a time with its offset; write one such as 2026-10-01T23:30+02:00")

    def _turn(self, said: Text, at: datetime) -> None:
        if self._at is not None and at < self._at:
            before, after = (f"{one.astimezone(UTC):%Y-%m-%dT%H:%MZ}" for one in (self._at, at))
            raise self._form.wrong(
                said.line,
                f"the clock would run backwards, from {before} to {after}; put the steps in order, and give an earlier "
                "day as an option in `with`",
            )
        self._at = at.astimezone(UTC)


def _known(zone: str) -> ZoneInfo:
    if zone not in ZONES:
        raise ValueError(zone)
    return ZoneInfo(zone)


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not is_possible(at.date()):
        raise ValueError(text)
    return at
