"""The archive keeps files as they came, whole or not at all, and gives back nothing that was changed."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.vault import VaultRefused
from ledger.vault.master_key import begin_replacement, end_replacement, make_key
from reconciliation.archive import Archive, ArchiveRefused
from tests.kit.vault_key import VAULT_KEY
from tests.reconciliation.archive.sample_files import keep

STATEMENT = "Räkning för ögonvård\r\n".encode("latin-1") * 1000
NAME = hashlib.sha256(STATEMENT).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", VAULT_KEY)


def everything(folder: Path) -> list[Path]:
    """All files below a folder, by their paths from it, without what says which master key the archive has."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "master-key")
    return sorted(path.relative_to(folder) for path in found)


def test_a_file_is_kept_under_the_hash_of_its_content_and_comes_back_byte_for_byte(archive, tmp_path):
    assert keep(archive, STATEMENT) == NAME
    assert archive.read(NAME) == STATEMENT
    assert everything(tmp_path) == [Path("archive", NAME[:2], NAME)]
    with archive.open(NAME) as file:
        assert file.read(8) == STATEMENT[:8]


def test_only_the_owner_may_read_it(archive, tmp_path):
    keep(archive, STATEMENT)
    kept = tmp_path / "archive" / NAME[:2] / NAME
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (kept.parent, kept.parent.parent)} == {0o700}


def test_keeping_it_again_changes_nothing(archive, tmp_path):
    keep(archive, STATEMENT)
    kept = tmp_path / "archive" / NAME[:2] / NAME
    before = kept.stat()
    assert keep(archive, STATEMENT) == NAME
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_changed_file_is_refused_and_mended_by_keeping_the_original(archive, tmp_path):
    keep(archive, STATEMENT)
    kept = tmp_path / "archive" / NAME[:2] / NAME
    content = bytearray(kept.read_bytes())
    content[-1] ^= 1
    kept.write_bytes(content)
    with pytest.raises(ArchiveRefused, match=f"{NAME} is damaged"):
        archive.open(NAME)
    with pytest.raises(ArchiveRefused, match="restore it from a backup"):
        archive.read(NAME)
    keep(archive, STATEMENT)
    assert archive.read(NAME) == STATEMENT


def test_a_file_that_was_never_kept_is_refused(archive):
    with pytest.raises(ArchiveRefused, match="load the file again"):
        archive.read(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME[:63], NAME.upper(), NAME + "\n"])
def test_what_is_no_hash_names_no_file(archive, name):
    keep(archive, STATEMENT)
    with pytest.raises(ArchiveRefused, match="64 hexadecimal digits"):
        archive.read(name)


def test_a_large_file_is_streamed_and_too_large_a_one_refused(tmp_path):
    source = tmp_path / "large.xml"
    with source.open("wb") as file:
        for number in range(40):
            file.write(bytes([number]) * 100_000)
    archive = Archive(tmp_path / "archive", VAULT_KEY, largest_bytes=4_000_000)
    kept = archive.keep_file(source)
    assert kept == hashlib.sha256(source.read_bytes()).hexdigest()
    assert archive.read(kept) == source.read_bytes()
    small = Archive(tmp_path / "other", VAULT_KEY, largest_bytes=3_999_999)
    with pytest.raises(
        ArchiveRefused,
        match=r"large\.xml has 4000000 bytes, but a file may have at most 3999999.*check that the file is a statement",
    ):
        small.keep_file(source)
    assert everything(tmp_path / "other") == []


def test_a_full_disk_is_told_and_leaves_nothing(archive, tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(
            ArchiveRefused, match="is full; nothing was stored: free some space and run the command again"
        ):
            keep(archive, STATEMENT)
    assert everything(tmp_path) == []
    assert archive.read(keep(archive, STATEMENT)) == STATEMENT


OUT_OF_ROOM = """
import resource, signal, sys
from pathlib import Path
from reconciliation.archive import Archive, ArchiveRefused
source = Path(sys.argv[1]) / "source"
source.write_bytes(b"x" * 5_000_000)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    Archive(Path(sys.argv[1]) / "archive", Path(sys.argv[2])).keep_file(source)
except ArchiveRefused as refused:
    print(refused)
source.unlink()
"""


def test_a_disk_that_takes_no_more_bytes_leaves_no_partial_file(tmp_path):
    told = run(OUT_OF_ROOM, tmp_path)
    assert "is full; nothing was stored" in told.stdout
    assert everything(tmp_path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from reconciliation.archive.writer import write_named
def pieces():
    yield b"half of a statement" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)
root = Path(sys.argv[1]) / "archive"
write_named(root / "incoming", pieces(), lambda sha256: root / sha256[:2] / sha256, lambda pieces: pieces)
"""


def test_a_killed_writer_leaves_no_file_and_the_next_one_sweeps_up(archive, tmp_path):
    assert run(KILLED, tmp_path).returncode == -signal.SIGKILL
    (left,) = everything(tmp_path)
    assert left.suffix == ".part"
    keep(archive, STATEMENT)
    assert everything(tmp_path) == [Path("archive", NAME[:2], NAME)]


def test_writers_at_the_same_time_sweep_nothing_of_each_other(archive, tmp_path):
    contents = [bytes([number]) * 200_000 for number in range(40)] * 2
    with ThreadPoolExecutor(max_workers=8) as threads:
        names = list(threads.map(lambda content: keep(archive, content), contents))
    assert [archive.read(name) for name in names] == contents
    assert len(everything(tmp_path)) == 40


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "archive").write_text("a file where the folder should be")
    with pytest.raises(ArchiveRefused, match=r"cannot be written \(.+\); nothing was stored"):
        keep(Archive(tmp_path / "archive", VAULT_KEY), STATEMENT)


def test_nothing_of_its_content_is_on_the_disk(archive, tmp_path):
    name = keep(archive, b"paid by Zebra Quagga" * 100_000)
    for path in everything(tmp_path):
        assert b"Zebra" not in (tmp_path / path).read_bytes()
    assert archive.read(name).startswith(b"paid by Zebra")


def test_an_archive_is_not_continued_with_another_master_key(archive, tmp_path):
    keep(archive, STATEMENT)
    make_key(tmp_path / "other.key")
    other = Archive(tmp_path / "archive", tmp_path / "other.key")
    for use in (lambda: keep(other, STATEMENT), lambda: keep(other, b"new"), lambda: other.read(NAME)):
        with pytest.raises(VaultRefused) as refused:
            use()
        assert refused.value.code == "vault_key_other"
    assert archive.read(NAME) == STATEMENT


@pytest.mark.parametrize("key", ["vault-keys/clinic.key", "clinic.key"])
def test_without_a_master_key_nothing_is_stored(tmp_path, key):
    with pytest.raises(VaultRefused) as refused:
        keep(Archive(tmp_path / "archive", tmp_path / key), STATEMENT)
    assert refused.value.code == "vault_key_missing"
    assert everything(tmp_path) == []


def test_a_file_whose_key_was_destroyed_is_lost_until_it_is_kept_again(archive):
    keep(archive, STATEMENT)
    archive.destroy(NAME)
    with pytest.raises(VaultRefused) as refused:
        archive.read(NAME)
    assert refused.value.code == "file_key_destroyed"
    keep(archive, STATEMENT)
    assert archive.read(NAME) == STATEMENT


def test_a_file_that_is_not_here_has_no_key_to_destroy(archive):
    archive.destroy(NAME)
    assert archive.unreadable(NAME)


def test_all_keys_are_wrapped_anew_while_files_come(tmp_path):
    path = tmp_path / "vault-keys" / "clinic.key"
    make_key(path)
    archive = Archive(tmp_path / "archive", path)
    contents = [bytes([number]) * 1000 for number in range(60)]
    names = [keep(archive, content) for content in contents[:20]]
    with ThreadPoolExecutor(4) as threads:
        coming = [threads.submit(keep, archive, content) for content in contents[20:]]
        archive.wrap_anew(begin_replacement(path))
        end_replacement(path, archive.wrap_anew)
        names += [one.result() for one in coming]
    assert [archive.read(name) for name in names] == contents


def test_an_old_copy_of_the_key_writes_no_file(tmp_path):
    path = tmp_path / "vault-keys" / "clinic.key"
    make_key(path)
    archive, old = Archive(tmp_path / "archive", path), path.read_bytes()
    keep(archive, STATEMENT)
    begin_replacement(path)
    end_replacement(path, archive.wrap_anew)
    keep(archive, b"another")
    path.write_bytes(old)
    with pytest.raises(VaultRefused, match="from before its last replacement"):
        keep(archive, b"new")


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, given a folder and the master key."""
    return subprocess.run(
        [sys.executable, "-c", program, str(folder), str(VAULT_KEY)], capture_output=True, text=True, check=False
    )


def test_a_file_that_was_cut_off_anywhere_is_not_whole(archive: Archive, tmp_path: Path) -> None:
    chunk = (1 << 20) + 16
    name = keep(archive, os.urandom(3 * (1 << 20)))
    archive.require_whole(name)
    archive.require_whole(keep(archive, b""))
    kept = tmp_path / "archive" / name[:2] / name
    content = kept.read_bytes()
    for length in (0, 40, len(content) - 1, len(content) - chunk, len(content) - 2 * chunk - 7):
        kept.write_bytes(content[:length])
        with pytest.raises(VaultRefused) as refused:
            archive.require_whole(name)
        assert refused.value.code == "vault_damaged"
    kept.unlink()
    with pytest.raises(ArchiveRefused):
        archive.require_whole(name)
