"""The database server that `reskontra serve` keeps running; one that somebody holds stays stopped."""

from __future__ import annotations

from infra import postgres
from infra.settings import Settings


class KeptDatabase:
    """The embedded server, or your own one, of which only is said whether it answers.

    `started` says that the embedded server was started for this, and so is stopped with it.
    """

    def __init__(self, settings: Settings, *, started: bool = False) -> None:
        self._settings = settings
        self._started = started

    def keep(self) -> str | None:
        """Start the server if it does not run; returns why it cannot, such as `db stop --hold`, or null."""
        if self._settings.owner_url is None and postgres.runs(self._settings):
            return None
        try:
            postgres.start(self._settings)
        except postgres.DatabaseTrouble as trouble:
            return str(trouble)
        self._started = True
        return None

    def end(self) -> None:
        """Stop the embedded server if it was started here; committed work is safe."""
        if self._started and self._settings.owner_url is None:
            postgres.stop(self._settings)
