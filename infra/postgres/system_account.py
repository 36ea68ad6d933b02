"""The operating-system account under which the embedded server runs, because PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.postgres.errors import DatabaseUnavailable

# A clean environment: the caller's PGDATA, PGHOST or foreign locale must not reach the server.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


@dataclass(frozen=True, slots=True)
class Account:
    """The account that runs the server; `uid` and `gid` are our own unless root switches to another account."""

    uid: int
    gid: int
    name: str

    @property
    def stepping_down(self) -> dict[str, Any]:
        """The arguments that make a subprocess run as this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, args: Sequence[str | Path], text_in: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program to its end, in `/` and without our environment."""
        try:
            return subprocess.run(  # noqa: S603 - the arguments are paths of ours, and no shell reads them
                [str(arg) for arg in args],
                input=text_in,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=ENVIRONMENT,
                umask=0o077,
                check=False,
                **self.stepping_down,
            )
        except OSError as trouble:
            # Either the account cannot reach the program, or this machine does not let root switch to the account.
            return subprocess.CompletedProcess(list(map(str, args)), 126, "", f"{trouble.strerror}: {args[0]}")

    def can_enter(self, folder: Path) -> bool:
        """Test whether the account can enter this folder and every folder above it."""
        return self.run(["/bin/sh", "-c", 'cd "$0"', folder]).returncode == 0

    def own(self, path: Path) -> None:
        """Make this account the owner of a file or folder of ours."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path | None, wished: str | None) -> Account:
    """Return the account that runs the cluster at `data`: the current user, or for root another account.

    Root runs an existing cluster as the cluster's owner. Root runs a new cluster as `wished` (RESKONTRA_PG_USER); if
    `wished` is not set, as `postgres` or `nobody`. No account is ever created.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), "the current user")
    if data is not None and (data / "PG_VERSION").is_file():
        owner = (data / "PG_VERSION").stat()
        if owner.st_uid == 0:
            raise DatabaseUnavailable(f"the database in {data} belongs to root, but PostgreSQL refuses to run as root")
        return Account(owner.st_uid, owner.st_gid, f"uid {owner.st_uid}")
    for name in (wished,) if wished else ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise DatabaseUnavailable(
        f"root needs another account to run PostgreSQL, but there is no {wished or 'postgres or nobody'}; name an "
        "existing one in RESKONTRA_PG_USER, or set RESKONTRA_DATABASE_URL to a running server"
    )


def make_open_folder(folder: Path) -> None:
    """Create a folder that every account may enter; existing folders keep their rights."""
    if not folder.is_dir():
        make_open_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
