"""What `reskontra inspect --json` says of a file, as far as the reader goes."""

from __future__ import annotations

from typing import Any

from reconciliation.statements import read
from reconciliation.statements.inspection import inspected


def inspect(data: bytes) -> dict[str, Any]:
    """Everything that can be read of a file, as plain JSON values."""
    return inspected(read(data))
