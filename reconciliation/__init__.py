"""Reconciliation compares what banks and payment providers report with what we are owed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Problem, Profile, read

__all__ = ["Parsed", "Problem", "Profile", "read"]

# The module of each exported name; a module is imported only when one of its names is used.
_HOMES = dict.fromkeys(__all__, "reconciliation.statements")


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
