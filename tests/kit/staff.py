"""The persons of the tests' books: each has every duty, and is known by a name that is also their id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from infra import rooms
from infra.cli.caller import Terminal
from infra.postgres import Urls, connect_urls
from infra.settings import Settings
from ledger import Envelope, Journal, Submission, execute, open_journal
from ledger.domain.duty import DUTIES, person_actor
from ledger.domain.people.registration import RegisterPerson
from ledger.vault.master_key import MasterKey, read_key

SINCE: Final = date(2000, 1, 3)
# A key that everybody may know: nothing that tests keep is secret.
_KEY: Final = "5e" * 32
_WRAPPING: Final = "6f" * 32
# The person who runs the tests.
ME: Final = "me"
NAMES: Final = ("anna", "bo", ME)
# The keys of the commands that register them.
STAFFING: Final = frozenset(f"register-{name}" for name in NAMES)


def give_key(path: Path) -> MasterKey:
    """Write the key of the tests' books, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(f"{_KEY}\n{_WRAPPING}\n", encoding="ascii")
    return read_key(path)


def user() -> str:
    """The name by which this machine knows the person who runs the tests."""
    return Terminal().user()


def staff(journal: Journal, key: MasterKey, names: Iterable[str] = NAMES) -> None:
    """Register persons with every duty; the first of them registers themselves and then the others."""
    first, *_ = named = list(names)
    submitted = [Submission(_register(name, key), _envelope(first, f"register-{name}")) for name in named]
    assert {one.status for one in execute(journal, submitted)} == {"done"}


def _register(name: str, key: MasterKey) -> RegisterPerson:
    sign_in = key.keyed_hash("sign-in", user() if name == ME else name)
    return RegisterPerson(person_id=name, sign_in=sign_in, duties=DUTIES)


def _envelope(actor: str, key: str) -> Envelope:
    at = datetime(SINCE.year, SINCE.month, SINCE.day, 8, tzinfo=UTC)
    return Envelope(occurred_on=SINCE, accounting_date=SINCE, recorded_at=at, actor=person_actor(actor), key=key)


def make_books(settings: Settings, entity: str) -> Urls:
    """Make an entity's books, with persons, on a server that runs; returns where they are."""
    key = give_key(replace(settings, entity=entity).vault_key)
    rooms.upgrade(settings, entity)
    urls = connect_urls(settings, entity)
    with open_journal(urls.writer, entity) as journal:
        staff(journal, key)
    return urls
