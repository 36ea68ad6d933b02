"""A place with its files, whichever kind it is, and what is taken there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from reconciliation.archive import Archive
from reconciliation.places import Place, Taken, take
from reconciliation.places.form import Sftp
from tests.kit.clinic import Clinic
from tests.kit.sftp_server import USER, Server
from tests.kit.vault_key import VAULT_KEY

AT = datetime(2026, 10, 6, 5, tzinfo=UTC)


class Stand:
    """A place with its files, whichever kind it is, and what is taken there."""

    def __init__(self, clinic: Clinic, inbox: Path, place: Place) -> None:
        self.clinic, self.inbox, self.place = clinic, inbox, place
        self.archive = Archive(clinic.folder / "archive", VAULT_KEY)

    def put(self, name: str, content: bytes = b"a statement") -> str:
        (self.inbox / name).write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    def take(
        self, pause: Callable[[float], None] = lambda seconds: None, erased: frozenset[str] = frozenset(), **other: Any
    ) -> Taken:
        place = msgspec.structs.replace(self.place, **other)
        return take("bank", place, self.archive, self.clinic.desk, AT, erased.__contains__, pause)

    def names(self) -> set[str]:
        return {one.name for one in self.inbox.iterdir() if one.is_file()}

    def away(self) -> set[str]:
        return {one.name for one in (self.inbox / "taken").iterdir()} if (self.inbox / "taken").exists() else set()


def at_server(server: Server, folder: str, **other: Any) -> Place:
    sftp = Sftp(
        host="127.0.0.1", port=server.port, user=USER, host_key=server.host_key, folder=folder, key=f"file:{server.key}"
    )
    return Place(accounts=("54910000003",), sftp=msgspec.structs.replace(sftp, **other))
