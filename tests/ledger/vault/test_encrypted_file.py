"""An encrypted file gives back what was put into it, in any order, or says that it was changed."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.vault import VaultRefused, encrypted_file
from ledger.vault.encrypted_file import decrypted, destroy_key, encrypted, wrap_anew
from ledger.vault.master_key import MasterKey, begin_replacement, make_key, read_key
from tests.kit.vault_key import VAULT_KEY

MASTER = read_key(VAULT_KEY)
CHUNK = encrypted_file._CHUNK


def file_of(content: bytes, master: MasterKey = MASTER, pieces: Iterable[bytes] | None = None) -> io.BytesIO:
    """An encrypted file with this content."""
    return io.BytesIO(b"".join(encrypted(master, [content] if pieces is None else pieces)))


def plain(file: io.BytesIO, master: MasterKey = MASTER) -> bytes:
    """What is in it."""
    return decrypted(io.BytesIO(file.getvalue()), master).read()


def code_of(file: io.BytesIO, master: MasterKey = MASTER) -> str:
    """Why it cannot be read."""
    with pytest.raises(VaultRefused) as refused:
        plain(file, master)
    return refused.value.code


SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7)


@pytest.mark.parametrize("size", SIZES)
def test_it_gives_back_what_was_put_into_it(size: int):
    content = bytes(number % 251 for number in range(size))
    file = file_of(content)
    assert plain(file) == content
    assert size < 100 or content[:100] not in file.getvalue()


@given(st.lists(st.binary(max_size=40), max_size=12))
def test_it_does_not_matter_how_the_content_comes(pieces: list[bytes]):
    chunk, encrypted_file._CHUNK = encrypted_file._CHUNK, 16  # type: ignore[misc]
    try:
        assert plain(file_of(b"", pieces=pieces)) == b"".join(pieces)
    finally:
        encrypted_file._CHUNK = chunk  # type: ignore[misc]


def test_it_can_be_read_from_any_place():
    content = bytes(number % 251 for number in range(2 * CHUNK + 99))
    with decrypted(file_of(content), MASTER) as file:
        for at in (2 * CHUNK + 50, 5, CHUNK - 3, 2 * CHUNK, 0):
            file.seek(at)
            assert file.read(20) == content[at : at + 20]
        assert file.seek(0, io.SEEK_END) == len(content)
        assert file.read() == b""


@pytest.mark.parametrize("at", [0, 30, 80, 200, 200 + CHUNK, -1])
def test_a_changed_byte_is_found(at: int):
    file = file_of(b"x" * (CHUNK + 500))
    content = bytearray(file.getvalue())
    content[at] ^= 1
    # A changed fingerprint looks like another master key's.
    assert code_of(io.BytesIO(content)) in ("vault_damaged", "vault_key_other")


@pytest.mark.parametrize("left", [0, 10, 163, 170, 163 + CHUNK + 16, 163 + 2 * (CHUNK + 16), -1])
def test_a_file_that_was_cut_off_is_found(left: int):
    file = file_of(b"x" * (2 * CHUNK + 500))
    assert code_of(io.BytesIO(file.getvalue()[:left])) == "vault_damaged"


def test_chunks_that_were_exchanged_or_left_out_are_found():
    file = file_of(b"a" * CHUNK + b"b" * CHUNK + b"c")
    content, whole = file.getvalue(), CHUNK + 16
    head, first, second, rest = content[:163], content[163 : 163 + whole], content[163 + whole :][:whole], content[-17:]
    assert head + first + second + rest == content
    for changed in (head + second + first + rest, head + first + rest, head + first + second + second + rest):
        assert code_of(io.BytesIO(changed)) == "vault_damaged"


def test_another_master_key_does_not_open_it(tmp_path: Path):
    assert code_of(file_of(b"x"), make_key(tmp_path / "other.key")) == "vault_key_other"


def test_the_same_content_is_never_the_same_file():
    assert file_of(b"x").getvalue() != file_of(b"x").getvalue()


def test_a_destroyed_key_is_lost_for_ever(tmp_path: Path):
    with on_disk(tmp_path, file_of(b"x" * 100)) as file:
        destroy_key(file)
        assert not wrap_anew(file, MASTER)
        assert code_of(copy_of(file)) == "file_key_destroyed"


def test_its_key_is_wrapped_anew_and_the_old_secret_opens_it_no_more(tmp_path: Path):
    path = tmp_path / "vault-keys" / "clinic.key"
    old = make_key(path)
    with on_disk(tmp_path, file_of(b"x" * 100, old)) as file:
        both = begin_replacement(path)
        assert plain(copy_of(file), both) == b"x" * 100
        assert wrap_anew(file, both)
        assert not wrap_anew(file, both)
        assert plain(copy_of(file), both) == b"x" * 100
        assert code_of(copy_of(file), old) == "vault_key_other"


def test_a_key_that_was_wrapped_anew_is_destroyed_too(tmp_path: Path):
    path = tmp_path / "vault-keys" / "clinic.key"
    with on_disk(tmp_path, file_of(b"x" * 100, make_key(path))) as file:
        both = begin_replacement(path)
        wrap_anew(file, both)
        destroy_key(file)
        assert code_of(copy_of(file), both) == "file_key_destroyed"


@pytest.mark.parametrize("step", [0, 1])
def test_an_interrupted_wrapping_leaves_it_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int):
    path = tmp_path / "vault-keys" / "clinic.key"
    old, write = make_key(path), encrypted_file._write
    steps: list[int] = []

    def interrupted(file: BinaryIO, at: int, content: bytes) -> None:
        if len(steps) == step:
            raise KeyboardInterrupt
        steps.append(at)
        write(file, at, content)

    with on_disk(tmp_path, file_of(b"x", old)) as file:
        both = begin_replacement(path)
        monkeypatch.setattr(encrypted_file, "_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            wrap_anew(file, both)
        monkeypatch.undo()
        assert plain(copy_of(file), both) == b"x"
        assert wrap_anew(file, both)
        assert plain(copy_of(file), both) == b"x"


def test_memory_does_not_grow_with_the_file():
    def held(chunks: int) -> int:
        tracemalloc.start()
        for _ in encrypted(MASTER, (bytes(CHUNK) for _ in range(chunks))):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert held(64) < held(8) + CHUNK


def on_disk(folder: Path, file: io.BytesIO) -> BinaryIO:
    """The file, as the disk has it."""
    path = folder / "file"
    path.write_bytes(file.getvalue())
    return path.open("r+b")


def copy_of(file: BinaryIO) -> io.BytesIO:
    """The file as it is now."""
    file.seek(0)
    return io.BytesIO(file.read())
