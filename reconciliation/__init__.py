"""What banks and providers say, beside what we are owed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Problem, Profile, read

__all__ = ["Parsed", "Problem", "Profile", "read"]

# Where each exported name lives; nothing is imported before it is asked for.
_HOMES = dict.fromkeys(__all__, "reconciliation.statements")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
