"""What was read of a file is kept beside it, and read again whenever it is not exactly that."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from reconciliation import statements
from reconciliation.archive import Archive
from reconciliation.archive.parsed_file import READER, reader_version
from reconciliation.statements import Parsed, Profile
from reconciliation.statements.camt.writer import write_camt054
from reconciliation.statements.kept import Keep
from reconciliation.statements.problems import doubt, refuse
from tests.house.source import imports, modules
from tests.kit.vault_key import VAULT_KEY
from tests.reconciliation.archive.sample_files import keep
from tests.reconciliation.gate.files import camt053, file, movement, pays, statement

ONE = movement(1, 750_00, pays(750_00, reference="657866", further_references=[{"reference": "12344", "kind": "ocr"}]))
PARSED = file(
    "camt.053",
    [statement([ONE])],
    [ONE],
    problems=[doubt("date_unreadable", "BookgDt is no date", "Ntry 1", 1, 1), refuse("file_empty", "empty", "byte 1")],
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", VAULT_KEY)


@pytest.fixture
def sha256(archive: Archive) -> str:
    return keep(archive, b"a statement")


@pytest.fixture
def beside(tmp_path: Path, sha256: str) -> Path:
    """Where what was read of the file is kept."""
    return tmp_path / "archive" / sha256[:2] / f"{sha256}.parsed"


def same(one: Parsed | None, other: Parsed) -> bool:
    """Whether two readings say the same."""
    tables = ("statements", "lines", "totals")
    return (
        one is not None
        and all(getattr(one, name).equals(getattr(other, name)) for name in tables)
        and all(getattr(one, name) == getattr(other, name) for name in ("format", "message", "encoding", "problems"))
    )


def test_it_comes_back_as_it_was_read(archive, sha256, beside):
    archive.keep_parsed(sha256, PARSED, "1")
    assert same(archive.open_parsed(sha256, "1"), PARSED)
    assert beside.stat().st_mode & 0o777 == 0o600


def test_nothing_comes_back_before_it_was_kept_or_for_another_reader(archive, sha256):
    assert archive.open_parsed(sha256, "1") is None
    archive.keep_parsed(sha256, PARSED, "1")
    assert archive.open_parsed(sha256, "2") is None


def test_a_changed_or_exchanged_copy_is_not_believed(archive, sha256, beside):
    archive.keep_parsed(sha256, PARSED, "1")
    whole = beside.read_bytes()
    other = keep(archive, b"another statement")
    archive.keep_parsed(other, camt053(movement(1, 1_00)), "1")
    exchanged = beside.parents[1] / other[:2] / f"{other}.parsed"
    for content in (
        whole[:-1],
        whole[:300] + bytes([whole[300] ^ 1]) + whole[301:],
        b"",
        b"{}\n",
        b"\x00" * 100,
        exchanged.read_bytes(),
    ):
        beside.write_bytes(content)
        assert archive.open_parsed(sha256, "1") is None


def test_a_file_is_read_once_by_each_reader(archive, monkeypatch):
    sha256 = keep(archive, write_camt054("M1", "2026-11-03T04:00:00", []))
    readings: list[bytes] = []
    reader = statements.read

    def counted(data: bytes, profile: Profile | None, keep: Keep) -> Parsed:
        readings.append(data)
        return reader(data, profile, keep)

    monkeypatch.setattr(statements, "read", counted)
    flipped = Profile(flipping=(("5010", "SEK"),))
    for profile in (None, None, flipped, flipped, None):
        assert same(archive.parsed(sha256, profile), reader(archive.read(sha256), profile))
    assert len(readings) == 3


def test_another_source_of_the_reader_is_another_reader(monkeypatch, tmp_path):
    before = reader_version.__wrapped__(None)
    assert before == reader_version.__wrapped__(Profile())
    (tmp_path / "formats.py").write_text("changed")
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    changed = reader_version.__wrapped__(None)
    assert changed != before
    # Each format is a package in the reader's.
    (tmp_path / "camt").mkdir()
    (tmp_path / "camt" / "entry.py").write_text("changed")
    assert reader_version.__wrapped__(None) != changed


def test_all_that_the_reader_imports_makes_its_version():
    within = [module for module in modules() if module.name.startswith("reconciliation.statements")]
    rooms = {one.target for module in within for one in imports(module) if one.target.startswith(("ledger", "recon"))}
    assert not [target for target in rooms if not target.startswith(READER)]
