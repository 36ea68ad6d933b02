"""The master keys of this process's vaults, wherever the rest of the books is."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Final

from tests.kit.staff import give_key

VAULT_KEYS: Final = Path(tempfile.mkdtemp(prefix="reskontra-keys-"))
# That of the entity `clinic`.
VAULT_KEY: Final = VAULT_KEYS / "clinic.key"
give_key(VAULT_KEY)
atexit.register(shutil.rmtree, VAULT_KEYS, ignore_errors=True)
