"""A run of the schedule starts a stopped server, or says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciliation.flows import database
from reconciliation.flows.database import STARTER, DatabaseStopped, require_database

URL = "postgresql://writer@/books?host=/nowhere"


def starts_with(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """Let the module that starts the server have this text; without one, there is no such module."""
    (folder / "starting.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv(STARTER, "starting" if program else "")


def test_a_stopped_server_is_started_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started = tmp_path / "started"
    monkeypatch.setattr(database, "_answers", lambda url, entity: started.exists())
    monkeypatch.setenv("RESKONTRA_WRITER_URL", URL)
    program = (
        f"import os, pathlib; pathlib.Path({str(started)!r}).write_text(os.environ.get('RESKONTRA_WRITER_URL', ''))"
    )
    starts_with(monkeypatch, tmp_path, program)
    require_database(URL, "clinic")
    assert started.read_text() == "", "a writer's URL would stand for a server of one's own"
    starts_with(monkeypatch, tmp_path, "raise SystemExit('not again')")
    require_database(URL, "clinic")


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("raise SystemExit('the disk is full: free some space')", "nothing was loaded: the disk is full: free some"),
        ("", "nothing was loaded: start it where it runs"),
        ("pass", "nothing was loaded: start it with `reskontra db start`"),
    ],
)
def test_one_that_cannot_be_started_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, says: str
) -> None:
    starts_with(monkeypatch, tmp_path, program)
    with pytest.raises(DatabaseStopped) as refused:
        require_database(URL, "clinic")
    assert says in str(refused.value)
    assert str(refused.value).startswith("the database does not answer")
