"""What only servers do: they break off, have another key, let nobody write, and ask for a secret that nothing shows."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import msgspec
import pytest

from reconciliation.places import Taken
from tests.kit.sftp_server import PASSWORD, Server
from tests.reconciliation.places.stand import Stand

SECRET = "SFTP_SECRET_OF_TEST"


def test_a_connection_that_breaks_in_a_file_leaves_nothing_partial_and_the_next_run_takes_it(
    remote: Stand, server: Server
):
    small, large = remote.put("a.xml", b"small"), remote.put("b.xml", b"x" * 700_000)
    server.breaks_after = 300_000

    found = remote.take()

    assert found.files == (("a.xml", small),)
    (said,) = found.troubles
    assert "the SFTP server 127.0.0.1 stopped answering" in said
    assert remote.names() == {"b.xml"}
    kept = {one.name for one in (remote.clinic.folder / "archive").rglob("*") if one.is_file()}
    assert kept == {small, "master-key"}, "nothing partial is left"
    server.breaks_after = None
    assert remote.take().files == (("b.xml", large),)
    assert remote.archive.read(large) == b"x" * 700_000


def test_a_file_that_grows_while_it_is_read_is_left(remote: Stand, server: Server):
    remote.put("a.xml", b"begun")
    server.grows = f"{remote.inbox.name}/a.xml"
    assert remote.take() == Taken(left=1)
    server.grows = None
    assert [name for name, _ in remote.take().files] == ["a.xml"]


def test_a_server_that_lets_nobody_write_keeps_its_files_and_that_is_said(remote: Stand, server: Server):
    taken = remote.put("a.xml", b"one")
    server.read_only = True
    found = remote.take()
    assert (found.files, remote.names()) == ((("a.xml", taken),), {"a.xml"})
    (said,) = found.troubles
    assert said.startswith(f"file {taken[:12]} was taken from bank, but it cannot be put away")
    assert said.endswith('set after_taking = "leave"')
    assert remote.take(after_taking="leave").troubles == ()


def test_with_a_password_from_the_environment(
    remote: Stand, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("DEBUG")
    remote.put("a.xml")
    sftp = remote.place.sftp
    assert sftp is not None
    place = msgspec.structs.replace(sftp, key=None, password=f"env:{SECRET}")
    assert f"the environment variable {SECRET} has no secret" in remote.take(sftp=place).troubles[0]
    monkeypatch.setenv(SECRET, PASSWORD)
    found = remote.take(sftp=place)
    assert [name for name, _ in found.files] == ["a.xml"]
    assert PASSWORD not in caplog.text + repr(place) + repr(found)


def test_nothing_is_sent_to_a_server_with_another_key_and_no_wrong_password_is_told(
    remote: Stand, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    remote.put("a.xml")
    sftp = remote.place.sftp
    assert sftp is not None
    other = (server.key.read_bytes(), tmp_path / "other")
    other[1].write_bytes(other[0])

    public = asyncssh.read_private_key(server.key).export_public_key().decode().strip()
    (said,) = remote.take(sftp=msgspec.structs.replace(sftp, host_key=public)).troubles
    assert "it has another key than host_key says, so nothing was sent to it" in said
    monkeypatch.setenv(SECRET, "wrong-" + PASSWORD)
    (said,) = remote.take(sftp=msgspec.structs.replace(sftp, key=None, password=f"env:{SECRET}")).troubles
    assert (
        said == "the SFTP server 127.0.0.1 cannot be used (PermissionDenied): check the user, and the key or password"
    )
    (said,) = remote.take(sftp=msgspec.structs.replace(sftp, key=f"file:{tmp_path}/none")).troubles
    assert "the secret in" in said
    (tmp_path / "junk").write_text("junk")
    (said,) = remote.take(sftp=msgspec.structs.replace(sftp, key=f"file:{tmp_path}/junk")).troubles
    assert "the key for the SFTP server 127.0.0.1 cannot be read" in said
    (said,) = remote.take(sftp=msgspec.structs.replace(sftp, port=1)).troubles
    assert "the next run tries again" in said
    (said,) = remote.take(sftp=msgspec.structs.replace(sftp, folder="/none")).troubles
    assert "cannot be read" in said
    assert remote.names() == {"a.xml"}
