"""The embedded cluster's folders: beside the books or, if the server has no access to that place, in a state folder."""

import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.system_account import Account, make_open_folder
from infra.settings import Settings, create_data_dir
from ledger.disk import alone, write_whole

# The file that records where the cluster's folders are.
_RECORD: Final = "place.json"

PORT = 5432
LOCK_TIMEOUT_S = 180
# The kernel's sun_path holds 108 bytes, including the terminating zero byte.
SOCKET_PATH_LIMIT = 107
_TAKEN = (
    "another process has been starting or stopping the database in {root} for {seconds} s; "
    "look for a hung reskontra process, end it and try again"
)


@dataclass(frozen=True, slots=True)
class ClusterFolders:
    """The folders of one cluster: we own `root` in the data folder, and the server's account owns `home`."""

    root: Path
    home: Path
    initialised: bool

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "server.log"

    @property
    def alive(self) -> Path:
        """A file that the server and all its children keep locked as long as any of them lives."""
        return self.home / "alive"


def recorded(settings: Settings) -> ClusterFolders | None:
    """The folders chosen earlier for these books, or None if no cluster was ever created."""
    root = settings.data_dir / "postgres"
    try:
        record = json.loads((root / _RECORD).read_text())
    except FileNotFoundError:
        return None
    except (PermissionError, ValueError) as trouble:
        raise DatabaseUnavailable(
            f"{root / _RECORD} cannot be read; run as the user who owns it, restore it from a backup, "
            "or set RESKONTRA_DATA_DIR to another folder"
        ) from trouble
    folders = ClusterFolders(root, Path(record["home"]) if record["home"] else root / "server", record["initialised"])
    if folders.initialised and not (folders.data / "PG_VERSION").is_file():
        raise DatabaseUnavailable(
            f"the database of these books was in {folders.data} and is no longer there; put that folder back or "
            f"restore a backup; only if you need nothing from that database, remove {root} to start again"
        )
    return folders


def choose(settings: Settings, account: Account) -> ClusterFolders:
    """Choose and create the home of a new cluster, and record it before the cluster is created."""
    root = settings.data_dir / "postgres"
    home = root / "server" if account.can_enter(root) else _state_home(settings, account)
    home.mkdir(mode=0o700, exist_ok=True)
    folders = ClusterFolders(root, home, initialised=False)
    record(folders)
    return folders


def record(folders: ClusterFolders) -> None:
    """Record the cluster's path; for a cluster beside the books, record null, because the data folder may be moved."""
    near = folders.home == folders.root / "server"
    content = {"home": None if near else str(folders.home), "initialised": folders.initialised}
    write_whole(folders.root / _RECORD, json.dumps(content))


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Hold the lock of these books' server, so that processes that start at the same time start only one server."""
    root = settings.data_dir / "postgres"
    create_data_dir(settings.data_dir)
    try:
        if not root.is_dir():
            root.mkdir(exist_ok=True)
            root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        taken = DatabaseUnavailable(_TAKEN.format(root=root, seconds=LOCK_TIMEOUT_S))
        with alone(root / "lock", LOCK_TIMEOUT_S, taken):
            if os.geteuid() == 0:
                os.chown(root / "lock", root.stat().st_uid, root.stat().st_gid)
            yield
    except OSError as trouble:
        named = f" ({trouble.filename})" if trouble.filename else ""
        raise DatabaseUnavailable(
            f"the database below {root} cannot be used ({trouble.strerror}{named}): free some space, run as the user "
            "who owns it, or name another folder in RESKONTRA_DATA_DIR or RESKONTRA_STATE_DIR"
        ) from trouble


def socket_dir(folders: ClusterFolders, account: Account) -> Path:
    """Create the folder of the server's socket, at a short enough path; only `account` and root can enter it."""
    wanted = folders.home / "run"
    if _too_long_or_odd(wanted):
        key = hashlib.sha256(str(folders.home).encode()).hexdigest()[:12]
        # In /tmp, anybody can create this folder before we do, so its owner and rights are checked below.
        wanted = Path("/run" if os.geteuid() == 0 else "/tmp", f"reskontra-{account.uid}-{key}")  # noqa: S108
    try:
        wanted.mkdir(mode=0o700)
        account.own(wanted)
    except FileExistsError:
        pass
    facts = wanted.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != account.uid or stat.S_IMODE(facts.st_mode) != 0o700:
        raise DatabaseUnavailable(
            f"{wanted} should be a private folder of {account.name} for the database socket, but is not; "
            "remove it, or set RESKONTRA_DATA_DIR to a folder with a shorter name"
        )
    return wanted


def _too_long_or_odd(folder: Path) -> bool:
    """Return whether the socket's path is too long or has a forbidden character.

    For example, if a path contains a comma or a quotation mark, libpq and the server read it as a list of hosts.
    """
    path = str(folder / f".s.PGSQL.{PORT}")
    return (
        len(os.fsencode(path)) > SOCKET_PATH_LIMIT or any(sign in path for sign in ",\"'\\") or not path.isprintable()
    )


def _state_home(settings: Settings, account: Account) -> Path:
    clusters = settings.state_dir / "clusters"
    make_open_folder(clusters)
    if not account.can_enter(clusters):
        raise DatabaseUnavailable(
            f"{account.name} can enter neither {settings.data_dir} nor {clusters}; "
            "name a folder it can enter in RESKONTRA_STATE_DIR, or another account in RESKONTRA_PG_USER"
        )
    # A new name each time, so that data of discarded books never reappears in new books.
    books = hashlib.sha256(str(settings.data_dir).encode()).hexdigest()[:12]
    return clusters / f"{books}-{secrets.token_hex(3)}"
