"""What `reskontra inspect --json` says of a file, as far as the reader goes; and the golden statement files."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ledger.domain.terms.entity import Terms
from reconciliation.statements import TRAITS, Profile, read
from reconciliation.statements.inspection import inspected

GOLDEN = Path(__file__).parents[1] / "golden" / "statements"
# Formats by their names in the names of files and folders, which have no dot there.
FORMATS = {name.replace(".", ""): name for name in TRAITS}


def golden_files() -> list[Path]:
    """The statement files; the name of each begins with its format."""
    return sorted(path for path in GOLDEN.iterdir() if path.name.startswith(tuple(FORMATS)) and path.suffix != ".json")


def inspect(data: bytes) -> dict[str, Any]:
    """Everything that can be read of a file, as plain JSON values, with the days of the default zone."""
    return inspected(read(data, Profile(zone=ZoneInfo(Terms().zone))))
