"""The note that the embedded server stays stopped, so that its folder can be copied: no command starts it meanwhile."""

from datetime import datetime
from pathlib import Path
from typing import Final

from infra.postgres.errors import DatabaseUnavailable
from infra.settings import Settings
from ledger.disk import write_whole

_NOTE: Final = "held"


def hold(settings: Settings, since: datetime) -> None:
    """Note that the server must not be started, with the time; the note is on the disk when this returns."""
    write_whole(_note(settings), since.isoformat(timespec="seconds"))


def release(settings: Settings) -> None:
    """Let the server be started again; without a note, nothing changes."""
    _note(settings).unlink(missing_ok=True)


def require_released(settings: Settings) -> None:
    """Refuse to start the server while it is held; raises DatabaseUnavailable."""
    try:
        since = _note(settings).read_text()
    except FileNotFoundError:
        return
    raise DatabaseUnavailable(
        f"the database was stopped on {since} and is kept stopped (`reskontra db stop --hold`), probably because it is "
        "being copied: wait, or start it with `reskontra db start` if nothing is being copied"
    )


def _note(settings: Settings) -> Path:
    return settings.data_dir / "postgres" / _NOTE
