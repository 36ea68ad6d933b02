"""A user of the machine who is no person of the entity only reads: no command leaves a fact, key, seal or file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import psycopg

from tests.infra.cli.clinic import Clinic

# What whoever runs the machine's books may do, before there are persons; read tables hold nothing that is not in facts.
OF_THE_MACHINE = {"db start", "db stop", "db upgrade", "db status", "backup", "rebuild"}


def test_a_stranger_changes_nothing(sealed: Clinic):
    # That module imports this one, to find what its commands are given.
    from tests.infra.cli.test_answers import GIVEN

    reskontra, inbox = sealed.reskontra.by("stranger"), sealed.folder / "inbox"
    inbox.mkdir()
    (inbox / "empty.txt").write_bytes(b"")
    changed = {}
    before = _kept(sealed)
    for command in sorted(GIVEN.keys() - OF_THE_MACHINE):
        given, _ = GIVEN[command]
        typed = given.format(receipt=sealed.unmatched() if "{receipt}" in given else "", folder=inbox)
        reskontra(f"{command} {typed}", code=None)
        after = _kept(sealed)
        if after != before:
            changed[command] = sorted(set(before.items()) ^ set(after.items()))
        before = after
    assert changed == {}


def _kept(clinic: Clinic) -> dict[str, object]:
    """What is kept: the last position of the journal, and the files beside the database."""
    environ = clinic.reskontra.environ
    with psycopg.connect(environ["RESKONTRA_DATABASE_URL"]) as connection:
        row = connection.execute("SELECT max(notification_id), count(*) FROM clinic.events").fetchone()
    folder = Path(environ["RESKONTRA_DATA_DIR"])
    files = {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {"journal": row} | files
