"""Two entities have two vaults: no role, no key and no ciphertext of the one is of any use in the other."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from infra import rooms
from infra.postgres import Urls, connect_urls
from infra.settings import Settings
from ledger.vault import Vault, VaultRefused, erase, known
from tests.kit.vault_key import VAULT_KEY, VAULT_KEYS
from tests.ledger.vault.conftest import ANNA


@pytest.fixture
def north(database_urls: Urls, tmp_path: Path) -> Urls:
    """Another entity in the same database."""
    settings = Settings(tmp_path, entity="north", owner_url=database_urls.owner, vault_keys=VAULT_KEYS)
    rooms.upgrade(settings, "north")
    return connect_urls(settings, "north")


def test_the_role_of_one_vault_has_no_right_in_the_other(database_urls: Urls, north: Urls):
    for table in ("entries", "subjects", "readings", "master_keys"):
        with psycopg.connect(database_urls.vault) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"SELECT * FROM north_vault.{table}")  # type: ignore[call-overload]
    for use in (
        lambda: known(database_urls.vault, "north", ["p1"]),
        lambda: erase(database_urls.vault, "north", "p1", ANNA),
    ):
        with pytest.raises(VaultRefused) as refused:
            use()
        assert refused.value.code in ("vault_closed", "vault_missing")


def test_the_key_of_one_entity_is_refused_by_the_other(north: Urls):
    with Vault(north.vault, "north", VAULT_KEY) as vault, pytest.raises(VaultRefused) as refused:
        vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    assert refused.value.code == "vault_key_other"


def test_the_same_id_is_another_person_in_the_other_vault(vault: Vault, database_urls: Urls, north: Urls):
    with Vault(north.vault, "north", VAULT_KEYS / "north.key") as other:
        vault.put("p1", "name", "Eva Ek", "e1", ANNA)
        other.put("p1", "name", "Eva Ek", "e1", ANNA)
        with psycopg.connect(database_urls.owner) as conn:
            digests = conn.execute("SELECT digest FROM clinic_vault.sought UNION SELECT digest FROM north_vault.sought")
            assert len(digests.fetchall()) == 2, "who has both tables cannot tell that it is the same name"
        erase(database_urls.vault, "clinic", "p1", ANNA)
        assert [one.text for one in other.shown("p1", ["name"], "audit", ANNA)] == ["Eva Ek"]


def test_what_is_copied_from_one_vault_into_the_other_cannot_be_read(vault: Vault, database_urls: Urls, north: Urls):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    with Vault(north.vault, "north", VAULT_KEYS / "north.key") as other:
        other.put("p1", "name", "Bo Alm", "e1", ANNA)
        with psycopg.connect(database_urls.owner) as conn:
            conn.execute(
                "UPDATE north_vault.entries SET ciphertext = (SELECT ciphertext FROM clinic_vault.entries); "
                "UPDATE north_vault.subjects SET wrapped_key = (SELECT wrapped_key FROM clinic_vault.subjects)"
            )
        with pytest.raises(VaultRefused) as refused:
            other.shown("p1", ["name"], "audit", ANNA)
    assert refused.value.code == "vault_damaged"


def test_an_entity_cannot_have_the_name_of_anothers_vault():
    from infra.settings import SettingsInvalid, entity_code

    with pytest.raises(SettingsInvalid, match="reserved"):
        entity_code("clinic_vault")
