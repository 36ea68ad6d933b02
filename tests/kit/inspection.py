"""What `reskontra inspect --json` says of a file, as far as the reader goes; and the golden statement files."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ledger.domain.terms.entity import Terms
from reconciliation.statements import TRAITS, Profile, read
from reconciliation.statements.inspection import inspected

GOLDEN = Path(__file__).parents[1] / "golden" / "statements"
# Other people's files, beside the repository or further up; nobody needs them, and the tests of them skip.
SAMPLES = next(
    (folder for above in Path(__file__).parents[3:] if (folder := above / "shared" / "samples").is_dir()),
    Path(__file__).parents[3] / "shared" / "samples",
)
# Formats by their names in the names of files and folders, which have no dot there.
FORMATS = {name.replace(".", ""): name for name in TRAITS}


def golden_files() -> list[Path]:
    """The statement files; the name of each begins with its format."""
    return sorted(path for path in GOLDEN.iterdir() if path.name.startswith(tuple(FORMATS)) and path.suffix != ".json")


def inspect(data: bytes) -> dict[str, Any]:
    """Everything that can be read of a file, as plain JSON values, with the days of the default zone."""
    return inspected(read(data, Profile(zone=ZoneInfo(Terms().zone))))
