"""A folder on an SFTP server, whose key is pinned; the only home of the SSH library.

The library works with coroutines, so each place has a loop of its own while it is open.
"""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Final, TypeVar

import asyncssh
from asyncssh.sftp import SFTPError

from reconciliation.places.folder import TAKEN
from reconciliation.places.form import Sftp
from reconciliation.places.refusals import FileTrouble, PlaceTrouble, StillWritten
from reconciliation.places.secret_source import secret_at
from reconciliation.places.seen_file import SeenFile

T = TypeVar("T")

_PIECE: Final = 1 << 18
# A server that says nothing for so long is gone.
PATIENCE_S: Final = 60.0


class SftpFolder:
    """The files of the folder itself; every call raises PlaceTrouble if the server is gone or says nothing."""

    def __init__(self, client: asyncssh.SFTPClient, sftp: Sftp, loop: asyncio.Runner, patience_s: float) -> None:
        self._client = client
        self._folder = sftp.folder.rstrip("/") or "/"
        self._loop = loop
        self._patience_s = patience_s
        self._host = sftp.host

    def look(self) -> list[SeenFile]:
        """The files that are there now; raises PlaceTrouble."""
        try:
            found = self._wait(self._client.readdir(self._folder))
        except SFTPError as trouble:
            raise PlaceTrouble(
                f"the folder of the SFTP server {self._host} cannot be read ({_said(trouble)}): check its "
                "name and rights"
            ) from None
        return [seen for one in found if (seen := _seen(str(one.filename), one.attrs)) is not None]

    def fetch(self, seen: SeenFile, into: BinaryIO) -> None:
        """Copy a file; raises StillWritten if it is no longer as it was seen, and FileTrouble."""
        path = self._path(seen.name)
        try:
            source = self._wait(self._open(path))
            try:
                # One byte more than there should be, because a file that grows may have no end.
                while (left := seen.size + 1 - into.tell()) > 0 and (piece := self._read(source, left)):
                    into.write(piece)
            finally:
                with suppress(SFTPError, PlaceTrouble):
                    self._wait(source.close())
            now = self._stat(path, seen.name)
        except SFTPError as trouble:
            raise FileTrouble(f"it cannot be read ({_said(trouble)}): check its rights on the server") from None
        if now != seen or into.tell() != seen.size:
            raise StillWritten

    def put_away(self, seen: SeenFile, called: str, *, delete: bool) -> None:
        """Move a file that is archived to the folder `taken`, or delete it; raises StillWritten or FileTrouble.

        A newer file of the same name, which nobody has archived, goes back to where it was.
        """
        away, there = self._path(f"{TAKEN}/{called}"), self._path(seen.name)
        try:
            if not self._wait(self._client.isdir(self._path(TAKEN))):
                self._wait(self._client.mkdir(self._path(TAKEN)))
            # The same content was put away before, or its name would be another one.
            if self._wait(self._client.exists(away)):
                self._wait(self._client.remove(away))
            self._wait(self._client.rename(there, away))
            if self._stat(away, seen.name) != seen:
                free = there if not self._wait(self._client.exists(there)) else self._path(called)
                self._wait(self._client.rename(away, free))
                raise StillWritten
            if delete:
                self._wait(self._client.remove(away))
        except SFTPError as trouble:
            raise FileTrouble(
                f'it cannot be put away ({_said(trouble)}): if the server lets nobody write, set after_taking = "leave"'
            ) from None

    def drop_mark(self, name: str) -> None:
        """Delete the mark that a file was complete, if it is still there."""
        with suppress(SFTPError):
            self._wait(self._client.remove(self._path(name)))

    def _read(self, source: asyncssh.SFTPClientFile, most: int) -> bytes:
        piece = self._wait(source.read(min(most, _PIECE)))
        assert isinstance(piece, bytes), "the file is open as bytes"
        return piece

    async def _open(self, path: str) -> asyncssh.SFTPClientFile:
        opened: asyncssh.SFTPClientFile = await self._client.open(path, "rb")
        return opened

    def _stat(self, path: str, name: str) -> SeenFile | None:
        return _seen(name, self._wait(self._client.stat(path)))

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}"

    def _wait(self, asked: Coroutine[Any, Any, T]) -> T:
        try:
            return self._loop.run(asyncio.wait_for(asked, self._patience_s))
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError) as lost:
            raise PlaceTrouble(self._gone(_said(lost))) from None
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as lost:
            raise PlaceTrouble(self._gone(str(lost) or "it says nothing")) from None

    def _gone(self, why: str) -> str:
        return f"the SFTP server {self._host} stopped answering ({why}); the next run takes what is left"


@contextmanager
def open_sftp(sftp: Sftp, patience_s: float = PATIENCE_S) -> Iterator[SftpFolder]:
    """A folder on a server, until the end of the block; raises PlaceTrouble if nobody can log in there."""
    with asyncio.Runner() as loop:
        connection = _connected(loop, sftp, patience_s)
        try:
            yield SftpFolder(_client(loop, connection, sftp, patience_s), sftp, loop, patience_s)
        finally:
            connection.abort()
            with suppress(Exception):
                loop.run(asyncio.wait_for(connection.wait_closed(), 5))


def _connected(loop: asyncio.Runner, sftp: Sftp, patience_s: float) -> asyncssh.SSHClientConnection:
    try:
        pinned = asyncssh.import_public_key(" ".join(sftp.host_key.split()[:2]))
        keys = [asyncssh.import_private_key(secret_at(sftp.key))] if sftp.key is not None else []
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise PlaceTrouble(
            f"the key for the SFTP server {sftp.host} cannot be read: host_key is the server's public key, and key is "
            "where a private key without a passphrase is"
        ) from None
    asked = asyncssh.connect(
        sftp.host,
        sftp.port,
        username=sftp.user,
        known_hosts=([pinned], [], []),
        client_keys=keys,
        password=secret_at(sftp.password) if sftp.password is not None else None,
        # What the user of this machine has for their own connections is none of ours.
        config=None,
        agent_path=None,
        x509_trusted_certs=None,
        connect_timeout=patience_s,
        login_timeout=patience_s,
        keepalive_interval=15,
    )
    try:
        return loop.run(_awaited(asked))
    except (asyncssh.Error, OSError, TimeoutError) as trouble:
        raise _unreachable(sftp, trouble) from None


def _client(
    loop: asyncio.Runner, connection: asyncssh.SSHClientConnection, sftp: Sftp, patience_s: float
) -> asyncssh.SFTPClient:
    try:
        started = connection.start_sftp_client(path_errors="surrogateescape")
        return loop.run(asyncio.wait_for(started, patience_s))
    except (asyncssh.Error, OSError, TimeoutError) as trouble:
        raise _unreachable(sftp, trouble) from None


async def _awaited(asked: Any) -> asyncssh.SSHClientConnection:
    connection: asyncssh.SSHClientConnection = await asked
    return connection


def _unreachable(sftp: Sftp, trouble: Exception) -> PlaceTrouble:
    todo = "the next run tries again"
    if isinstance(trouble, asyncssh.HostKeyNotVerifiable):
        todo = "it has another key than host_key says, so nothing was sent to it: ask who runs it before changing that"
    elif isinstance(trouble, asyncssh.PermissionDenied):
        todo = "check the user, and the key or password"
    return PlaceTrouble(f"the SFTP server {sftp.host} cannot be used ({_said(trouble)}): {todo}")


def _said(trouble: Exception) -> str:
    """What went wrong, without what a server may say of names."""
    code = getattr(trouble, "strerror", None) or type(trouble).__name__
    return str(code)


def _seen(name: str, found: asyncssh.SFTPAttrs) -> SeenFile | None:
    """A file, unless it is none, or has a name that could be in another folder."""
    if name in (".", "..") or "/" in name or "\0" in name:
        return None
    if found.permissions is not None and not stat.S_ISREG(found.permissions):
        return None
    if found.permissions is None and found.type not in (asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN):
        return None
    return SeenFile(name, found.size or 0, (found.mtime or 0) * 10**9 + (found.mtime_ns or 0))
