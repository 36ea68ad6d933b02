"""Creates a new cluster, all or nothing, with checksums, a permanent sort order, and a password for every role."""

import os
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from infra.postgres import binaries, cluster_folders, passwords
from infra.postgres.binaries import Binaries
from infra.postgres.cluster_folders import ClusterFolders
from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.system_account import Account, account_for
from infra.settings import Settings

DATABASE = "reskontra"

# Settings for a small machine, written once into postgresql.conf, where an operator may change them. Statements and
# error details stay out of the log, because they may contain personal data.
CONFIGURATION = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "wal_level": "logical",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """An existing cluster, the account that owns it, and the programs of its major version."""

    folders: ClusterFolders
    account: Account
    binaries: Binaries


def found(settings: Settings) -> Cluster | None:
    """The cluster of these books, or None if it was never created."""
    known = cluster_folders.recorded(settings)
    if known is None or not known.initialised:
        return None
    account = account_for(known.data, settings.server_account)
    return Cluster(known, account, binaries.choose(major_of(known)))


def major_of(known: ClusterFolders) -> int | None:
    """The major version of PostgreSQL that an existing cluster needs, or None if there is no cluster."""
    try:
        return int((known.data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def laid_out(settings: Settings, durable: bool) -> Cluster:
    """The cluster of these books, created now if there is none; the caller holds the lock.

    `durable=False` skips the syncs, for tests.
    """
    existing = found(settings)
    if existing is not None:
        return existing
    known = cluster_folders.recorded(settings)
    account = account_for(known.data if known else None, settings.server_account)
    if known is None or not known.home.is_dir():
        known = cluster_folders.choose(settings, account)
    account.own(known.home)
    programs = binaries.choose(None)
    if major_of(known) is None:
        _lay_out(known, account, binaries.within_reach(programs, account, settings.state_dir), durable)
    known = replace(known, initialised=True)
    cluster_folders.record(known)
    return Cluster(known, account, binaries.choose(major_of(known)))


def _lay_out(known: ClusterFolders, account: Account, programs: Binaries, durable: bool) -> None:
    """Build the cluster under another name; only a complete one gets the name `data`."""
    secret = passwords.ensured(known.root, (passwords.SUPERUSER, passwords.OWNER))
    for leftover in known.home.glob("data.*.new"):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in known.home.glob("data.*.password"):
        leftover.unlink(missing_ok=True)
    # A new name each time: a killed attempt may have left a running initdb behind.
    scratch = known.home / f"data.{secrets.token_hex(3)}.new"
    try:
        _initdb(scratch, account, programs, secret[passwords.SUPERUSER], durable)
        with open(scratch / "postgresql.conf", "a") as conf:
            conf.write("\n# reskontra: you may change these\n")
            conf.writelines(f"{name} = '{value}'\n" for name, value in CONFIGURATION.items())
            conf.flush()
            os.fsync(conf.fileno())
        _make_owner(scratch, account, programs, secret[passwords.OWNER], durable)
        scratch.rename(known.data)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _initdb(scratch: Path, account: Account, programs: Binaries, password: str, durable: bool) -> None:
    # From version 17 on, the sort order is PostgreSQL's own, so that no update of the operating system can change it.
    provider = ["--locale-provider=builtin"] if programs.major >= 17 else []
    password_file = scratch.with_suffix(".password")
    try:
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        account.own(password_file)
        done = account.run([
            programs.initdb, "-D", scratch, "-U", passwords.SUPERUSER, "-A", "scram-sha-256",
            f"--pwfile={password_file}", "-E", "UTF8", *provider, "--locale=C.UTF-8", "--data-checksums",
            "--no-instructions", *([] if durable else ["--no-sync"]),
        ])  # fmt: skip
    finally:
        password_file.unlink(missing_ok=True)
    if done.returncode != 0:
        raise DatabaseUnavailable(_refusal(scratch, "initdb", done.stderr or done.stdout))


def _make_owner(scratch: Path, account: Account, programs: Binaries, password: str, durable: bool) -> None:
    """Create the database and the role that owns the books, before any server listens.

    The owner is not a superuser, so that it needs the same rights here as on an external server.
    """
    statements = (
        f"CREATE ROLE {passwords.OWNER} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'",
        f"GRANT pg_signal_backend, pg_read_all_stats TO {passwords.OWNER}",
        f"CREATE DATABASE {DATABASE} OWNER {passwords.OWNER}",
    )
    done = account.run(
        [
            programs.postgres, "--single", "-D", scratch, "-c", "exit_on_error=on",
            *([] if durable else ["-F"]), "postgres",
        ],
        text_in="".join(f"{statement}\n" for statement in statements),
    )  # fmt: skip
    if done.returncode != 0:
        raise DatabaseUnavailable(_refusal(scratch, "postgres --single", done.stderr.replace(password, "***")))


def _refusal(scratch: Path, program: str, said: str) -> str:
    last = "\n".join(f"  {line}" for line in said.strip().splitlines()[-8:])
    return (
        f"the database cannot be created in {scratch.parent}, and no part of it was kept. {program} "
        f"said:\n{last}\ncheck that the disk has 100 MB free and that the folder is writable, then try again"
    )
