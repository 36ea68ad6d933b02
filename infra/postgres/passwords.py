"""The passwords of the embedded server's roles, generated in the data folder and readable only by its owner."""

import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.postgres.errors import DatabaseUnavailable
from ledger.disk import write_whole

SUPERUSER = "reskontra_superuser"
OWNER = "reskontra_owner"


def kept(root: Path) -> Mapping[str, str]:
    """Each role's password, by the role's name; empty before the first role is created."""
    path = root / "passwords.json"
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (PermissionError, ValueError) as trouble:
        raise DatabaseUnavailable(
            f"{path} cannot be read; run as the user who owns it, or restore it from a backup"
        ) from trouble
    return found


def ensured(root: Path, roles: Iterable[str]) -> Mapping[str, str]:
    """The passwords of all roles, including the given ones; a new password is stored before its role is created.

    The caller must hold the lock of the books' server.
    """
    known = dict(kept(root))
    missing = [role for role in roles if role not in known]
    if missing:
        known.update((role, secrets.token_urlsafe(24)) for role in missing)
        write_whole(root / "passwords.json", json.dumps(known, indent=1, sort_keys=True))
    return known
