"""The master key: made once, private, and the source of keys that say nothing of each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.vault.master_key import make_key, read_key
from ledger.vault.refusals import VaultRefused


def test_it_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path):
    path = tmp_path / "keys" / "clinic.vault"
    with ThreadPoolExecutor(8) as many:
        made = list(many.map(lambda _: make_key(path), range(8)))
    assert len(set(made)) == 1
    assert read_key(path) == made[0]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_key_says_where_it_should_be(tmp_path: Path):
    with pytest.raises(VaultRefused, match="RESKONTRA_VAULT_KEYS") as refused:
        read_key(tmp_path / "clinic.vault")
    assert refused.value.code == "vault_key_missing"


@pytest.mark.parametrize("text", ["", "not hexadecimal", "00ff", "å"])
def test_a_damaged_key_is_no_key(tmp_path: Path, text: str):
    (tmp_path / "clinic.vault").write_text(text, encoding="utf-8")
    with pytest.raises(VaultRefused) as refused:
        read_key(tmp_path / "clinic.vault")
    assert refused.value.code == "vault_key_unreadable"


def test_keys_differ_by_purpose_and_by_entity(tmp_path: Path):
    first, second = (make_key(tmp_path / name) for name in ("a.vault", "b.vault"))
    assert len({one.derived(purpose) for one in (first, second) for purpose in ("sign-in", "e-mail")}) == 4
    assert first.keyed_hash("sign-in", "anna") == first.keyed_hash("sign-in", "anna")
    assert len({first.keyed_hash("sign-in", name) for name in ("anna", "Anna", "bo")}) == 3
    assert first.keyed_hash("sign-in", "anna") != second.keyed_hash("sign-in", "anna")


def test_the_secret_is_not_shown(tmp_path: Path):
    path = tmp_path / "clinic.vault"
    assert path.exists() is False
    key = make_key(path)
    assert path.read_text(encoding="ascii").strip() not in repr(key)
