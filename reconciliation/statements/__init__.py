"""Reads the bytes of a bank's or provider's file into an Arrow shape that is the same for all formats."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.statements.formats import TRAITS, read
    from reconciliation.statements.problems import Problem
    from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed, Profile

__all__ = ["LINES", "STATEMENTS", "TOTALS", "TRAITS", "Parsed", "Problem", "Profile", "read"]

# The module of each exported name; pyarrow and lxml are imported only when a file is read.
_HOMES = {
    "Problem": "problems",
    **dict.fromkeys(("TRAITS", "read"), "formats"),
    **dict.fromkeys(("LINES", "STATEMENTS", "TOTALS", "Parsed", "Profile"), "shape"),
}


if not TYPE_CHECKING:
    # `__getattr__` is hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
