"""The master key is replaced while people work; a missing or another key is refused and never made anew."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Urls
from ledger.vault import Vault, VaultRefused, erase, found_vault, known, opened_keys, replacement, soundness
from ledger.vault.master_key import MasterKey, begin_replacement, make_key, read_key
from ledger.vault.readings import Asked
from ledger.vault.replacement import replace_key
from tests.ledger.vault.conftest import ANNA, AT

Opened = Callable[..., Vault]


def no_files(master: MasterKey) -> int:
    """There are no files."""
    return 0


def name_of(vault: Vault, subject: str) -> str | None:
    """The one name of a person."""
    (entry,) = vault.shown(subject, ["name"], "audit", ANNA)
    return entry.text


def test_everything_is_readable_with_the_new_key_and_nothing_with_the_old(
    opened: Opened, database_urls: Urls, key: Path
):
    vault = opened(key)
    for number in range(7):
        vault.put(f"p{number}", "name", f"Eva {number}", f"e{number}", ANNA)
    erase(database_urls.vault, "clinic", "p6", ANNA)
    old = key.read_bytes()
    assert replace_key(database_urls.vault, "clinic", key, AT, no_files) == 6
    assert replacement_count(key) == 1
    assert name_of(opened(key), "p1") == "Eva 1"
    assert name_of(vault, "p2") == "Eva 2", "who had the vault open reads the key again"
    vault.put("p8", "name", "Eva 8", "e8", ANNA)
    assert vault.found("name", "eva 3", "audit", ANNA) == ["p3"], "names are found as before"
    key.write_bytes(old)
    with pytest.raises(VaultRefused) as refused:
        name_of(opened(key), "p1")
    assert refused.value.code == "vault_key_other"


def replacement_count(key: Path) -> int:
    """How many secrets wrap keys."""
    return len(read_key(key).wrapping)


def test_two_keys_live_while_it_runs_and_an_interrupted_run_is_continued(
    opened: Opened, database_urls: Urls, key: Path, monkeypatch: pytest.MonkeyPatch
):
    vault = opened(key)
    for number in range(5):
        vault.put(f"p{number}", "name", f"Eva {number}", f"e{number}", ANNA)
    monkeypatch.setattr(replacement, "_AT_A_TIME", 2)
    monkeypatch.setattr(replacement, "_last", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_key(database_urls.vault, "clinic", key, AT, no_files)
    assert replacement_count(key) == 2
    half = opened(key)
    assert [name_of(half, f"p{number}") for number in range(5)] == [f"Eva {number}" for number in range(5)]
    monkeypatch.undo()
    assert replace_key(database_urls.vault, "clinic", key, AT, no_files) == 0
    assert replacement_count(key) == 1
    assert name_of(opened(key), "p4") == "Eva 4"


def _interrupted(*given: object) -> int:
    raise KeyboardInterrupt


def test_nobody_is_lost_who_is_new_while_it_runs(opened: Opened, database_urls: Urls, key: Path):
    vaults = [opened(key) for _ in range(3)]

    def put(worker: int) -> None:
        for turn in range(20):
            vaults[worker].put(f"p{worker}.{turn}", "name", f"Eva {turn}", f"e{worker}.{turn}", ANNA)

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(put, worker) for worker in range(3)]
        jobs += [pool.submit(replace_key, database_urls.vault, "clinic", key, AT, no_files)]
        for job in jobs:
            job.result()
        for _ in range(2):
            replace_key(database_urls.vault, "clinic", key, AT, no_files)
    last = opened(key)
    assert all(name_of(last, f"p{worker}.{turn}") == f"Eva {turn}" for worker in range(3) for turn in range(20))


def test_somebody_who_still_has_the_old_key_does_not_use_it_for_a_new_person(
    opened: Opened, database_urls: Urls, key: Path
):
    vault = opened(key)
    replace_key(database_urls.vault, "clinic", key, AT, no_files)
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    assert name_of(opened(key), "p1") == "Eva Ek"


def test_an_old_copy_of_the_key_is_not_used_any_more(opened: Opened, database_urls: Urls, key: Path):
    old = key.read_bytes()
    replace_key(database_urls.vault, "clinic", key, AT, no_files)
    key.write_bytes(old)
    uses: list[Callable[[], object]] = [
        lambda: found_vault(database_urls.vault, "clinic", key),
        lambda: opened(key).put("p1", "name", "Eva Ek", "e1", ANNA),
    ]
    for use in uses:
        with pytest.raises(VaultRefused, match="from before its last replacement") as refused:
            use()
        assert refused.value.code == "vault_key_other"
    assert not known(database_urls.vault, "clinic", ["p1"])


def test_two_at_once_are_not_admitted(database_urls: Urls, key: Path):
    with psycopg.connect(database_urls.vault, autocommit=True) as other:
        from ledger.journal.locks import alone

        with (
            alone(other, "clinic", "replacing the master key", AssertionError()),
            pytest.raises(VaultRefused) as refused,
        ):
            replace_key(database_urls.vault, "clinic", key, AT, no_files)
    assert refused.value.code == "vault_busy"
    assert replacement_count(key) == 1


def test_a_lost_key_is_not_made_anew(database_urls: Urls, key: Path):
    key.unlink()
    with pytest.raises(VaultRefused) as refused:
        found_vault(database_urls.vault, "clinic", key)
    assert refused.value.code == "vault_key_missing"
    assert not key.exists()


def test_another_key_is_refused(database_urls: Urls, tmp_path: Path):
    other = tmp_path / "other.key"
    make_key(other)
    with pytest.raises(VaultRefused) as refused:
        found_vault(database_urls.vault, "clinic", other)
    assert refused.value.code == "vault_key_other"
    with Vault(database_urls.vault, "clinic", other) as vault, pytest.raises(VaultRefused) as refused:
        vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    assert refused.value.code == "vault_key_other"


def test_a_vault_that_was_never_made_says_how(bare_urls: Urls, key: Path):
    with Vault(bare_urls.vault, "clinic", key) as vault, pytest.raises(VaultRefused, match="db upgrade") as refused:
        vault.readings(Asked())
    assert refused.value.code == "vault_missing"


def test_a_second_secret_is_added_once(key: Path):
    assert begin_replacement(key) == begin_replacement(key)
    assert replacement_count(key) == 2


@pytest.mark.parametrize("persons", [0, 1])
@pytest.mark.parametrize("secret", [None, "7a" * 32])
def test_an_older_or_wrong_copy_of_the_key_is_refused_before_it_is_changed(
    opened: Opened, database_urls: Urls, key: Path, persons: int, secret: str | None
):
    for number in range(persons):
        opened(key).put(f"p{number}", "name", "Eva Ek", f"e{number}", ANNA)
    assert opened_keys(database_urls.vault, "clinic", key) == persons
    old = key.read_text("ascii")
    replace_key(database_urls.vault, "clinic", key, AT, no_files)
    assert opened_keys(database_urls.vault, "clinic", key) == persons
    copy = old if secret is None else f"{old.split()[0]}\n{secret}\n"
    key.write_text(copy, "ascii")
    uses: list[Callable[[], object]] = [
        lambda: replace_key(database_urls.vault, "clinic", key, AT, no_files),
        lambda: opened_keys(database_urls.vault, "clinic", key),
    ]
    for use in uses:
        with pytest.raises(VaultRefused) as refused:
            use()
        assert refused.value.code == "vault_key_other"
    assert key.read_text("ascii") == copy


def test_every_key_of_a_person_is_opened_except_those_that_were_destroyed(
    opened: Opened, database_urls: Urls, key: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(soundness, "_AT_A_TIME", 2)
    vault = opened(key)
    for number in range(5):
        vault.put(f"p{number}", "name", f"Eva {number}", f"e{number}", ANNA)
    erase(database_urls.vault, "clinic", "p1", ANNA)
    assert opened_keys(database_urls.vault, "clinic", key) == 4
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute("UPDATE clinic_vault.subjects SET wrapped_key = wrapped_key || 'x' WHERE subject_id = 'p4'")
    with pytest.raises(VaultRefused) as refused:
        opened_keys(database_urls.vault, "clinic", key)
    assert refused.value.code == "vault_damaged"
