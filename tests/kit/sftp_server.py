"""A real SFTP server on this machine, as a bank runs one, with what goes wrong at such servers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

PASSWORD = "s3cret-of-the-bank"
USER = "reskontra"


@dataclass
class Server:
    """Where it is, its public key, and what it does wrong while a test lasts.

    With `breaks_after`, the connection is cut in the middle of a file once so many bytes of it were read. `denied` are
    names of files that nobody may read, and `read_only` refuses every change. `grows` is a file that somebody is still
    writing while it is read.
    """

    root: Path
    port: int = 0
    host_key: str = ""
    key: Path = Path()
    breaks_after: int | None = None
    denied: frozenset[str] = frozenset()
    read_only: bool = False
    grows: str | None = None
    opened: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: Any, server: Server) -> None:
        super().__init__(channel, chroot=str(server.root).encode())
        self._server = server
        self._connection = channel.get_connection()
        self._read = 0

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        name = path.decode().rpartition("/")[2]
        self._server.opened.append(name)
        if name in self._server.denied:
            raise asyncssh.SFTPPermissionDenied("no")
        return super().open(path, pflags, attrs)

    def read(self, file_obj: Any, offset: int, size: int) -> Any:
        limit = self._server.breaks_after
        if limit is not None and offset + size > limit:
            self._connection.abort()
            raise asyncssh.SFTPFailure("cut")
        if self._server.grows is not None:
            with (self._server.root / self._server.grows).open("ab") as growing:
                growing.write(b"more")
        return super().read(file_obj, offset, size)

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        self._changes()
        self._server.renamed.append(oldpath.decode())
        return super().rename(oldpath, newpath)

    def remove(self, path: bytes) -> Any:
        self._changes()
        return super().remove(path)

    def mkdir(self, path: bytes, attrs: Any) -> Any:
        self._changes()
        return super().mkdir(path, attrs)

    def _changes(self) -> None:
        if self._server.read_only:
            raise asyncssh.SFTPPermissionDenied("this server is read only")


class _Door(asyncssh.SSHServer):
    def __init__(self, public: asyncssh.SSHKey) -> None:
        self._public = public

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._public.public_data


@contextmanager
def sftp_server(root: Path, keys: Path) -> Iterator[Server]:
    """A server of this folder; the private key of its user is in the folder `keys`."""
    host_key, own = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    keys.mkdir(exist_ok=True)
    server = Server(root, key=keys / "bank.key", host_key=host_key.export_public_key().decode().strip())
    own.write_private_key(server.key)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host_key],
            server_factory=lambda: _Door(own),
            sftp_factory=lambda channel: _Files(channel, server),
            allow_scp=False,
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    server.port = acceptor.get_port()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_closed(acceptor), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def _closed(acceptor: asyncssh.SSHAcceptor) -> None:
    acceptor.close()
    await acceptor.wait_closed()
