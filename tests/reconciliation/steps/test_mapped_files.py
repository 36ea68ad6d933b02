"""By which file mapping a table of the archive is read: the one that counts, and for a booked file the one it names."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements import Parsed, Profile, read
from reconciliation.steps.mapped_files import FileMappings
from tests.reconciliation.statements.test_mapped import LISTED, TOTAL


class Shelf:
    """An archive with one table; `read` are the mappings with which it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def parsed(self, sha256: str, profile: Profile) -> Parsed:
        self.asked.append(len(profile.mappings))
        return read(LISTED.encode(), profile)


class Rows:
    """The read tables: versions of a mapping, and the one by which the file was read."""

    def __init__(self, *versions: FileMapping, read_by: str | None = None) -> None:
        self._versions, self._read_by = versions, read_by

    def file_mappings(self) -> list[dict[str, Any]]:
        return [
            {
                "mapping_id": "m",
                "version": number,
                "status": "approved",
                "until_on": one.until_on,
                "content": msgspec.json.encode(one).decode(),
            }
            for number, one in enumerate(self._versions, 1)
        ]

    def read_by(self, sha256: str) -> str | None:
        return self._read_by


def read_through(rows: Rows) -> tuple[str | None, list[int]]:
    """The version that read the table, and how many mappings the archive was asked with each time."""
    shelf = Shelf()
    return FileMappings(rows).parsed(shelf, "sha", Profile()).message, shelf.asked  # type: ignore[arg-type]


def test_a_booked_file_is_read_for_ever_by_the_version_that_it_names() -> None:
    versions = (TOTAL, msgspec.structs.replace(TOTAL, day_format="YYYY-DD-MM"))
    assert read_through(Rows(*versions, read_by="m.v1")) == ("m.v1", [1])
    ended = msgspec.structs.replace(TOTAL, until_on=date(2024, 1, 1))
    assert read_through(Rows(ended, read_by="m.v1")) == ("m.v1", [1])
    assert read_through(Rows(ended)) == (None, [0, 1])


def test_a_file_is_asked_with_mappings_only_if_no_reader_knows_it() -> None:
    assert read_through(Rows()) == (None, [0])
    assert read_through(Rows(TOTAL)) == ("m.v1", [0, 1])
