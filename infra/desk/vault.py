"""The use cases of the vault: put, show and find what is personal, and ask who read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk import names
from infra.desk.desk import Desk
from infra.desk.erased import erased_on, refuse_erased
from infra.desk.problems import Problem, Stopped
from infra.desk.protection import masked
from infra.desk.random_ids import random_id
from infra.desk.sign_in import holder

if TYPE_CHECKING:
    from ledger.domain.duty import Duty
    from ledger.vault import Occasion, Vault
    from ledger.vault.kinds import Kind
    from ledger.vault.purposes import Purpose

Row = dict[str, Any]
# Who deals with payers, and so may keep and read what is personal.
CLERKS: Final[tuple[Duty, ...]] = ("front_desk", "nurse", "billing", "manager", "finance")
# Who may read who read what, who may replace the key, and who may see the names of those who work here.
READING_THE_LOG: Final[tuple[Duty, ...]] = ("auditor", "admin")
REPLACING_KEYS: Final[tuple[Duty, ...]] = ("admin",)
NAMING: Final[tuple[Duty, ...]] = (*CLERKS, "auditor", "approver", "admin")


def deals_with_payers(desk: Desk) -> bool:
    """Whether whoever is at the desk may read who paid; lists are for everybody, known or not."""
    try:
        return desk.holds(*CLERKS)
    except Stopped:
        return False


class VaultDoor(NamedTuple):
    """Where the vault is, the file of its master key, and the folder of the bank files, which have keys too."""

    url: str
    key: Path
    archive: Path

    def __repr__(self) -> str:
        return f"VaultDoor(key={str(self.key)!r})"


def put(desk: Desk, door: VaultDoor, subject: str | None, kind: Kind, text: str, entry: str | None = None) -> Row:
    """Keep a text of a person: of an account's payer, of somebody the vault knows, or of somebody new.

    With an entry's id, the text is a new version of that entry.
    """
    desk.require(*CLERKS)
    with opened(desk, door) as vault:
        subject_id = random_id(desk.now) if subject is None else subject_of(desk, door, subject)
        refuse_erased(desk, subject_id)
        entry_id = entry or random_id(desk.now)
        kept, version = vault.put(subject_id, kind, text, entry_id, by(desk), replaces=entry is not None)
    return {"subject_id": subject_id, "entry_id": kept, "version": version, "kind": kind}


def show(
    desk: Desk, door: VaultDoor, subject: str, kinds: Collection[Kind], purpose: Purpose, *, history: bool = False
) -> Sequence[Row]:
    """What is known of a person now, or ever, without what is masked; the reading is logged with its purpose."""
    from ledger.vault.kinds import KINDS

    desk.require(*CLERKS)
    with opened(desk, door) as vault:
        subject_id = subject_of(desk, door, subject)
        refuse_erased(desk, subject_id)
        hidden = masked(desk, subject_id)
        found = vault.shown(subject_id, kinds or KINDS, purpose, by(desk), masked=hidden, history=history)
    return [
        one._asdict() | {"subject_id": subject_id, "masked": one.kind in hidden, "put_at": one.put_at.astimezone(UTC)}
        for one in found
    ]


def reason_text(desk: Desk, door: VaultDoor, entry: str | None) -> str | None:
    """Return the id of a reason in words, for a fact that never has the words; the vault must have such an entry."""
    from ledger.vault import has_reason

    if entry is not None and not has_reason(door.url, desk.books.entity, entry):
        raise Stopped(Problem("entry_unknown", _NO_REASON, None))
    return entry


def find(desk: Desk, door: VaultDoor, kind: Kind, text: str, purpose: Purpose) -> Sequence[str]:
    """The persons of whom exactly this is known, in whatever spelling, without those of whom this is masked.

    Whoever is erased in the book is not found, even if the key is not destroyed yet. The look-up is logged.
    """
    desk.require(*CLERKS)
    with opened(desk, door) as vault:
        found = vault.found(kind, text, purpose, by(desk))
    gone = erased_on(desk, found)
    return [one for one in found if kind not in masked(desk, one) and one not in gone]


def log(
    desk: Desk, door: VaultDoor, person: str | None = None, subject: str | None = None, on: date | None = None
) -> Sequence[Row]:
    """Who read what of whom, when and why: all of it, or one reader's, or of one person, or on one day.

    The reader is named by a sign-in, an id or its beginning, or as the log names them.
    """
    from ledger.domain.duty import person_actor, person_of_actor
    from ledger.vault.readings import Asked

    desk.require(*READING_THE_LOG)
    since, before = (None, None) if on is None else (_begins(desk, on), _begins(desk, on + timedelta(days=1)))
    reader = None if person is None else person_actor(names.person(desk, person_of_actor(person) or person))
    with opened(desk, door) as vault:
        subject_id = None if subject is None else subject_of(desk, door, subject)
        found = vault.readings(Asked(reader, subject_id, since, before))
    return [one._asdict() | {"at": one.at.astimezone(UTC)} for one in found]


def replace_key(desk: Desk, door: VaultDoor) -> int:
    """Replace the master key's secret for wrapping; returns how many keys of persons and files were wrapped anew."""
    from ledger.vault import replace_key as replaced
    from reconciliation.archive import Archive

    desk.require(*REPLACING_KEYS)
    archive = Archive(door.archive, door.key)
    return replaced(door.url, desk.books.entity, door.key, desk.now, archive.wrap_anew)


def require_own_key(door: VaultDoor, entity: str) -> None:
    """Raise VaultRefused if the master key is another vault's; whether the vault can be used now is not asked."""
    from ledger.vault import VaultRefused
    from ledger.vault import require_own_key as required

    try:
        required(door.url, entity, door.key)
    except VaultRefused as trouble:
        if trouble.code == "vault_key_other":
            raise


@contextmanager
def opened(desk: Desk, door: VaultDoor) -> Iterator[Vault]:
    """Open the vault of the desk's entity."""
    from ledger.vault import Vault

    with Vault(door.url, desk.books.entity, door.key) as vault:
        yield vault


def by(desk: Desk) -> Occasion:
    """Who is at the desk, and when."""
    from ledger.vault import Occasion

    return Occasion(desk.actor, desk.now, desk.correlation)


def subject_of(desk: Desk, door: VaultDoor, name: str) -> str:
    """Return the id of a person: one that the vault knows, one who works here under this sign-in, or an account's.

    An account may be named by the beginning of its id.
    """
    from ledger.vault import known

    if known(door.url, desk.books.entity, [name]):
        return name
    return holder(desk.books, desk.key, name) or names.account(desk, name)


def names_of(desk: Desk, door: VaultDoor, subject_ids: Collection[str], purpose: Purpose) -> dict[str, str | None]:
    """The names of persons of whom the vault knows one; each reading is logged with its purpose."""
    from ledger.vault import known

    desk.require(*NAMING)
    found: dict[str, str | None] = {}
    there, gone = known(door.url, desk.books.entity, subject_ids), erased_on(desk, subject_ids)
    with opened(desk, door) as vault:
        for id in subject_ids:
            if id in there and id not in gone:
                shown = vault.shown(id, ["name"], purpose, by(desk), masked=masked(desk, id))
                found[id] = next((one.text for one in shown), None)
    return found


def _begins(desk: Desk, day: date) -> datetime:
    from ledger import zone_of

    return datetime.combine(day, time.min, zone_of(desk.terms))


_NO_REASON: Final = (
    "the vault has no reason in words with this id; put it first, with `reskontra vault put ACCOUNT --kind "
    "reason_text`, which prints its id"
)
