"""Where a secret is: in an environment variable or in a file; it is read when it is needed, and shown nowhere."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from reconciliation.places.refusals import PlaceTrouble

_FORM: Final = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:/.+")


def is_source(said: str) -> bool:
    """Whether a text says where a secret is: `env:VARIABLE` or `file:/PATH`."""
    return _FORM.fullmatch(said) is not None


def secret_at(source: str) -> str:
    """The secret, without the end of its last line; raises PlaceTrouble, which names where it should be."""
    kind, _, where = source.partition(":")
    if kind == "env":
        found = os.environ.get(where)
        if not found:
            raise PlaceTrouble(f"the environment variable {where} has no secret: set it where reskontra is started")
        return found
    try:
        return Path(where).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as trouble:
        why = getattr(trouble, "strerror", None) or "it is no text"
        raise PlaceTrouble(f"the secret in {where} cannot be read ({why}): check that it is there") from None
