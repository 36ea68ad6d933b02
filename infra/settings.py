"""The operator's settings: the folder of the books, the server, and the legal entity."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ledger.domain import identifier
from ledger.sealing import SealFolders
from ledger.vault import key_file

DATA_DIR_NAME = ".reskontra"
DEFAULT_ENTITY = "clinic"
DEFAULT_STATE_DIR = "/var/lib/reskontra"
GROUP_SCHEMA = "reskontra_group"

# Each entity has a schema of its own, and another one for its vault. So an entity's code cannot be a name that
# PostgreSQL uses, one that belongs to the schema shared by all entities, or one that another entity's vault could have.
_OF_VAULT = "_vault"
RESERVED_CODES = frozenset({"public", "information_schema", "group", GROUP_SCHEMA})
_URLS = ("RESKONTRA_DATABASE_URL", "RESKONTRA_WRITER_URL", "RESKONTRA_READER_URL", "RESKONTRA_VAULT_URL")


class SettingsInvalid(ValueError):
    """A setting that cannot be used; the message names it and what was expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the books are: data folder, optional server URLs, the entity, and who runs the embedded server.

    `owner_url`, `writer_url`, `reader_url`, `vault_url` are libpq URLs and are left out of `repr`, because they contain
    passwords. `seals` and `keys` are the folders for the seals and private keys of all entities, `vault_keys` that of
    the master keys of their vaults, and `places` that of the files of places; None means below the data folder.
    `job_server` is the Prefect server that shows jobs and runs schedules. `server_account` and `state_dir` matter only
    if root starts the embedded server.
    """

    data_dir: Path
    entity: str = DEFAULT_ENTITY
    owner_url: str | None = field(default=None, repr=False)
    writer_url: str | None = field(default=None, repr=False)
    reader_url: str | None = field(default=None, repr=False)
    vault_url: str | None = field(default=None, repr=False)
    server_account: str | None = None
    state_dir: Path = Path(DEFAULT_STATE_DIR)
    seals: Path | None = None
    keys: Path | None = None
    vault_keys: Path | None = None
    places: Path | None = None
    job_server: str | None = None

    @property
    def sealing(self) -> SealFolders:
        """The folder of the entity's seals, and the file of its private key."""
        return SealFolders.of(self.entity, self.data_dir, self.seals, self.keys)

    @property
    def vault_key(self) -> Path:
        """The file of the entity's master key, from which the keys of its vault derive."""
        return key_file(self.entity, self.data_dir, self.vault_keys)

    @property
    def places_file(self) -> Path:
        """The file that says where files of the entity's banks and payment providers come."""
        # Most commands do without reconciliation, and start sooner.
        from reconciliation.places import places_file

        return places_file(self.entity, self.data_dir, self.places)

    @property
    def archive(self) -> Path:
        """The folder of the entity's bank files."""
        return self.data_dir / "archive" / self.entity

    @property
    def archived_years(self) -> Path:
        """The folder of the entity's archived years, if no other is given when they are archived."""
        return self.data_dir / "archived-years" / self.entity

    @property
    def payment_orders(self) -> Path:
        """The folder of the payment orders that are written for the entity's banks."""
        return self.data_dir / "payment-orders" / self.entity

    @property
    def direct_debits(self) -> Path:
        """The folder of the direct debits that are ordered from the entity's banks."""
        return self.data_dir / "direct-debits" / self.entity

    @property
    def mandate_orders(self) -> Path:
        """The folder of the mandates that are said to the entity's clearing house."""
        return self.data_dir / "mandate-orders" / self.entity

    @property
    def own_places(self) -> tuple[Path, ...]:
        """All folders and files that are this entity's own; beside each are those of the other entities."""
        return (
            self.archive,
            self.archived_years,
            self.payment_orders,
            self.direct_debits,
            self.mandate_orders,
            self.sealing.folder,
            self.sealing.key,
            self.vault_key,
            self.places_file,
        )


def load(environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read the settings from the environment without creating anything.

    Raises SettingsInvalid, naming the variable.
    """
    owner, writer, reader, vault = (environ.get(name) or None for name in _URLS)
    if owner is None and (writer or reader or vault):
        raise SettingsInvalid(
            "RESKONTRA_WRITER_URL, RESKONTRA_READER_URL or RESKONTRA_VAULT_URL is set without RESKONTRA_DATABASE_URL; "
            "set the owner's URL too, or none of the four to use the embedded server"
        )
    return Settings(
        data_dir=_data_dir(environ.get("RESKONTRA_DATA_DIR") or None, cwd.resolve()),
        entity=entity_code(environ.get("RESKONTRA_ENTITY") or DEFAULT_ENTITY, named="RESKONTRA_ENTITY"),
        owner_url=owner,
        writer_url=writer,
        reader_url=reader,
        vault_url=vault,
        server_account=environ.get("RESKONTRA_PG_USER") or None,
        state_dir=_absolute(environ.get("RESKONTRA_STATE_DIR") or DEFAULT_STATE_DIR, cwd.resolve()),
        seals=_folder(environ.get("RESKONTRA_SEAL_DIR"), cwd.resolve()),
        keys=_folder(environ.get("RESKONTRA_SEAL_KEYS"), cwd.resolve()),
        vault_keys=_folder(environ.get("RESKONTRA_VAULT_KEYS"), cwd.resolve()),
        places=_folder(environ.get("RESKONTRA_PLACES"), cwd.resolve()),
        job_server=environ.get("PREFECT_API_URL") or None,
    )


def entity_code(code: str, named: str = "entity") -> str:
    """The checked code of a legal entity; it becomes the name of its schema and roles."""
    try:
        identifier.entity_code(code)
    except ValueError as wrong:
        raise SettingsInvalid(f"{named} {wrong}") from None
    if code in RESERVED_CODES or code.startswith("pg_") or code.endswith(_OF_VAULT):
        raise SettingsInvalid(f"{named} {code!r} is reserved by the database; choose another, such as {code[:26]}_care")
    return code


def vault_schema(entity: str) -> str:
    """The schema of an entity's vault."""
    return f"{entity}{_OF_VAULT}"


def create_data_dir(data_dir: Path) -> None:
    """Create the data folder if needed; an existing folder keeps its rights."""
    if not data_dir.is_dir():
        try:
            data_dir.mkdir(parents=True)
        except OSError as trouble:
            raise SettingsInvalid(
                f"the data folder {data_dir} cannot be created ({trouble.strerror}); set RESKONTRA_DATA_DIR to a "
                "folder that you can write to"
            ) from trouble
        # A server started by root runs under another account, which must enter the folder but need not list it.
        data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _data_dir(named: str | None, cwd: Path) -> Path:
    if named is not None:
        return _absolute(named, cwd)
    for folder in (cwd, *cwd.parents):
        found = folder / DATA_DIR_NAME
        if os.path.isdir(found):
            _refuse_foreign(found)
            return found.resolve()
    return cwd / DATA_DIR_NAME


def _refuse_foreign(found: Path) -> None:
    """Refuse a data folder that was found in this or a parent folder but belongs to another user.

    Our books could otherwise end up on that user's server.
    """
    if found.stat().st_uid != os.geteuid():
        raise SettingsInvalid(
            f"the data folder {found} belongs to another user; to use it anyway, set RESKONTRA_DATA_DIR={found}"
        )


def _folder(named: str | None, cwd: Path) -> Path | None:
    return _absolute(named, cwd) if named else None


def _absolute(named: str, cwd: Path) -> Path:
    return (cwd / Path(named).expanduser()).resolve()
