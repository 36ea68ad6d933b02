"""An outsider with files it was given and the verifier alone, in a Python that does not know reskontra."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, NamedTuple

from ledger.sealing import prove, verifier
from tests.kit.sealed_books import SealedBooks

PROGRAM = Path(verifier.__file__)
# No site packages but as a plain folder: what points from there to our own folder is not followed.
ALONE = (
    "import sys, runpy, importlib.util;"
    "sys.path.append({packages!r});"
    "assert importlib.util.find_spec('cryptography');"
    "assert not any(importlib.util.find_spec(name) for name in ('ledger', 'infra', 'tests'));"
    "sys.argv = sys.argv[1:];"
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)


def ran(*given: object) -> tuple[int, str]:
    """The verifier's exit code and what it printed."""
    code = ALONE.format(packages=sysconfig.get_path("purelib"))
    command = [sys.executable, "-I", "-S", "-c", code, PROGRAM, *given]
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, cwd="/", check=False)
    return done.returncode, done.stdout + done.stderr


class Published(NamedTuple):
    """What an outsider was given: a folder of its own to change, and the key."""

    folder: Path
    key: verifier.Key

    @property
    def facts(self) -> Path:
        """The exported facts."""
        return self.folder / "facts.records"

    @property
    def checkpoint(self) -> verifier.Checkpoint:
        """The checkpoint over them."""
        return verifier.parse_checkpoint(verifier.parse_note(checkpoint_in(self.folder).read_text()).text)

    @property
    def proof(self) -> dict[str, Any]:
        """The proof of receipt-r4@1."""
        found: dict[str, Any] = json.loads((self.folder / "proof.json").read_text())
        return found


def proof_of(books: SealedBooks, fact: str, folder: Path) -> tuple[dict[str, Any], Path]:
    proof, path = prove(books.journal, books.seals, fact), folder / "proof.json"
    path.write_text(json.dumps(proof))
    return proof, path


def checkpoint_in(folder: Path) -> Path:
    (found,) = folder.glob("*.checkpoint")
    return found
