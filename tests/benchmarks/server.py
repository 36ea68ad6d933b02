"""A durable server of the benchmarks' own, with the books of one entity."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.postgres import Urls, start, stop
from infra.settings import Settings
from tests.kit.staff import make_books

ENTITY = "clinic"


@contextmanager
def books() -> Iterator[Urls]:
    """URLs of fresh books on a server that syncs to disk as a production one does."""
    folder = Path(tempfile.mkdtemp(prefix="reskontra-bench-"))
    folder.chmod(0o711)
    settings = Settings(data_dir=folder / "data", state_dir=folder / "state")
    try:
        start(settings, child=True)
        yield make_books(settings, ENTITY)
    finally:
        stop(settings)
        shutil.rmtree(folder, ignore_errors=True)
