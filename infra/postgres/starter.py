"""The program that starts the embedded server for a run of the schedule, and says in one line why it cannot."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.postgres.errors import DatabaseTrouble
from infra.postgres.server import start
from infra.settings import load


def main() -> None:
    """Start the server of the books that the environment names."""
    try:
        start(load(os.environ, Path.cwd()))
    except DatabaseTrouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
