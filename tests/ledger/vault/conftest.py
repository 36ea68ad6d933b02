"""A vault in a database of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.postgres import Urls
from ledger.vault import Occasion, Vault
from tests.kit.vault_key import VAULT_KEY

AT = datetime(2026, 11, 10, 9, tzinfo=UTC)
ANNA = Occasion("user:anna", AT, "work-1")
KEY = VAULT_KEY


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A copy of the clinic's master key, for tests that change or lose it."""
    path = tmp_path / "vault-keys" / "clinic.key"
    path.parent.mkdir()
    path.touch(mode=0o600)
    path.write_bytes(KEY.read_bytes())
    return path


@pytest.fixture
def opened(database_urls: Urls) -> Iterator[Callable[..., Vault]]:
    """Opens the clinic's vault, as often as a test needs it."""
    with ExitStack() as ending:
        yield lambda path=KEY: ending.enter_context(Vault(database_urls.vault, "clinic", path))


@pytest.fixture
def vault(opened: Callable[..., Vault]) -> Vault:
    """The clinic's vault."""
    return opened()
