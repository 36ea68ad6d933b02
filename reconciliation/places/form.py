"""The form of the places file: where files of each bank and payment provider come, and when.

It is a TOML file, one for each entity, because it says how this machine reaches others, which is no fact of the book.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import time
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from reconciliation.places.alert_form import Alerts, require_alerts
from reconciliation.places.refusals import PlacesInvalid
from reconciliation.places.secret_source import is_source

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
# A file with such a name is not finished, as the programs that send files call it.
UNFINISHED: Final = (".tmp", ".temp", ".part", ".partial", ".filepart", ".writing", ".crdownload")
AfterTaking = Literal["move", "delete", "leave"]
Refuse = Callable[[str, str], PlacesInvalid]


class Sftp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SFTP server: `host_key` is its public key as in known_hosts, without the host's name.

    `key` (a private key) or `password` is `env:VARIABLE` or `file:PATH`, never the secret itself.
    """

    host: str
    user: str
    host_key: str
    folder: str = "."
    port: int = 22
    key: str | None = None
    password: str | None = None


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where files of some of our accounts come: a drop folder, or a folder on an SFTP server.

    `schedule` is a cron expression in `timezone`, or in the entity's zone. On a bank day, `expected_by` is the hour by
    which the accounts are loaded through the bank day that lies `behind` bank days before it. Of an account of which
    days without a booking bring no file, `longest_silence` says how many bank days in a row that may be. With
    `done_suffix`, a file is complete once there is another one with its name and this suffix; without it, once it did
    not change for `settled_seconds`.
    """

    accounts: tuple[str, ...]
    folder: str | None = None
    sftp: Sftp | None = None
    after_taking: AfterTaking = "move"
    done_suffix: str | None = None
    settled_seconds: float = 5.0
    schedule: str = "30 6 * * *"
    timezone: str | None = None
    expected_by: time = time(9)
    behind: int = 1
    longest_silence: dict[str, int] = {}


class Reminding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which hour of a bank day, in the entity's zone, the schedule sends reminders."""

    at: time


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The places of an entity, each by its name, who is told if files are late, and when reminders are sent."""

    places: dict[str, Place] = {}
    alerts: Alerts = Alerts()
    reminders: Reminding | None = None

    def chosen(self, names: Sequence[str]) -> dict[str, Place]:
        """The places of these names; raises PlacesInvalid if there is none of a name."""
        unknown = [name for name in names if name not in self.places]
        if unknown:
            known = ", ".join(self.places) or "none"
            raise PlacesInvalid(f"there is no place {unknown[0]!r}; the file of places has: {known}")
        return {name: self.places[name] for name in names}


def places_file(entity: str, data_dir: Path, folder: Path | None = None) -> Path:
    """The places file of an entity: in its folder, or else in the folder `places` of the data folder."""
    return (folder or data_dir / "places") / f"{entity}.toml"


def read_places(path: Path) -> Places:
    """Read a places file; no file means no place. Raises PlacesInvalid."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Places()
    except OSError as trouble:
        raise PlacesInvalid(f"{path} cannot be read ({trouble.strerror}): check its rights") from None
    try:
        found = msgspec.toml.decode(content, type=Places)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise PlacesInvalid(f"{path}: {wrong}; docs/places.md says what the file has") from None
    for name, place in found.places.items():
        _require(path, name, place)
    require_alerts(found.alerts, lambda field, expected: PlacesInvalid(f"{path}: {field} of alerts: {expected}"))
    return found


def _require(path: Path, name: str, place: Place) -> None:
    def refuse(field: str, expected: str) -> PlacesInvalid:
        return PlacesInvalid(f"{path}: {field} of place {name!r}: {expected}")

    if not _NAME.fullmatch(name):
        raise refuse("the name", "give up to 40 small letters, digits and hyphens, beginning with a letter")
    if not place.accounts:
        raise refuse("accounts", "name at least one of our accounts, as `reskontra bank-account list` shows it")
    if (place.folder is None) == (place.sftp is None):
        raise refuse("folder", "give either `folder`, or a table `sftp`")
    if place.folder is not None and not Path(place.folder).is_absolute():
        raise refuse("folder", "give the whole path of the folder, beginning with /")
    if not 0 <= place.behind <= 10:
        raise refuse("behind", "give a number of bank days from 0 to 10")
    for account, days in place.longest_silence.items():
        if account not in place.accounts or not 1 <= days <= 60:
            raise refuse("longest_silence", "give accounts of the place, each with a number of bank days from 1 to 60")
    if not 0 <= place.settled_seconds <= 600:
        raise refuse("settled_seconds", "give from 0 to 600 seconds")
    if place.done_suffix is not None and not re.fullmatch(r"\.[A-Za-z0-9._-]{1,20}", place.done_suffix):
        raise refuse("done_suffix", "give a suffix such as .done")
    if len(place.schedule.split()) != 5:
        raise refuse("schedule", "give minute, hour, day, month and weekday, such as '30 6 * * 1-5'")
    if place.timezone is not None:
        try:
            ZoneInfo(place.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise refuse("timezone", "give a time zone such as Europe/Stockholm") from None
    if place.sftp is not None:
        _require_sftp(place.sftp, refuse)


def _require_sftp(sftp: Sftp, refuse: Refuse) -> None:
    if (sftp.key is None) == (sftp.password is None):
        raise refuse("sftp.key", "give either `key` or `password`")
    for field, said in (("sftp.key", sftp.key), ("sftp.password", sftp.password)):
        if said is not None and not is_source(said):
            raise refuse(field, "give env:VARIABLE or file:PATH, and never the secret itself")
    if not re.fullmatch(r"[a-z0-9@.-]+ [A-Za-z0-9+/=]+( .*)?", sftp.host_key):
        raise refuse("sftp.host_key", "give the server's public key, such as `ssh-ed25519 AAAA...` of `ssh-keyscan`")
    if not 0 < sftp.port < 65536:
        raise refuse("sftp.port", "give a port from 1 to 65535")
