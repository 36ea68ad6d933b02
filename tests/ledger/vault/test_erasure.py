"""An erased person is lost for ever, whoever has the master key; the others are as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Urls
from ledger.vault import Vault, VaultRefused, erase, known, unerased
from tests.ledger.vault.conftest import ANNA, AT

BO = ANNA._replace(person="user:bo", at=AT + timedelta(days=1))


def erased(urls: Urls, subject: str) -> str:
    """Bo erases a person; who erased the person first."""
    return erase(urls.vault, "clinic", subject, BO).erased_by


def test_an_erased_person_is_lost_and_nobody_else_is(vault: Vault, database_urls: Urls):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    vault.put("p2", "name", "Bo Alm", "e2", ANNA)
    assert unerased(database_urls.vault, "clinic", ["p1", "p2", "p3"]) == ["p1", "p2"]
    assert erased(database_urls, "p1") == "user:bo"
    assert erase(database_urls.vault, "clinic", "p1", ANNA).erased_at == BO.at, "a second time changes nothing"
    assert unerased(database_urls.vault, "clinic", ["p1", "p2"]) == ["p2"]
    assert known(database_urls.vault, "clinic", ["p1"])
    assert vault.found("name", "Eva Ek", "payment_enquiry", ANNA) == []
    uses: list[Callable[[], object]] = [
        lambda: vault.shown("p1", ["name"], "audit", ANNA),
        lambda: vault.put("p1", "name", "Eva", "e3", ANNA),
    ]
    for use in uses:
        with pytest.raises(VaultRefused) as refused:
            use()
        assert refused.value.code == "subject_erased"
    assert [one.text for one in vault.shown("p2", ["name"], "audit", ANNA)] == ["Bo Alm"]


def test_a_tombstone_without_a_key_stays_as_it_is(vault: Vault, database_urls: Urls):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    erased(database_urls, "p1")
    with psycopg.connect(database_urls.owner) as conn:
        kept = conn.execute("SELECT wrapped_key, master_key FROM clinic_vault.subjects WHERE subject_id = 'p1'")
        assert kept.fetchone() == (None, None)
        with pytest.raises(psycopg.errors.RaiseException, match="stays erased"):
            conn.execute("UPDATE clinic_vault.subjects SET erased_by = 'x' WHERE subject_id = 'p1'")


def test_it_needs_no_master_key(opened: Callable[..., Vault], database_urls: Urls, key: Path):
    opened(key).put("p1", "name", "Eva Ek", "e1", ANNA)
    key.unlink()
    assert erased(database_urls, "p1") == "user:bo"


def test_whoever_has_nothing_in_the_vault_gets_nothing_there_later(
    opened: Callable[..., Vault], database_urls: Urls, key: Path
):
    assert erased(database_urls, "p9") == "user:bo"
    with pytest.raises(VaultRefused) as refused:
        opened(key).put("p9", "name", "Eva Ek", "e1", ANNA)
    assert refused.value.code == "subject_erased"
