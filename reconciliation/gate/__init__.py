"""The gate decides whether a file is sound: it refuses the whole file, or accepts it with or without doubts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.gate.bench import GateBroken
    from reconciliation.gate.code import Code
    from reconciliation.gate.codes import CODES, GATE_VERSION
    from reconciliation.gate.examination import examine
    from reconciliation.gate.verdict import Doubt, ExpectationResult, Reason, Terms, Verdict

__all__ = [
    "CODES",
    "GATE_VERSION",
    "Code",
    "Doubt",
    "ExpectationResult",
    "GateBroken",
    "Reason",
    "Terms",
    "Verdict",
    "examine",
]

# The module of each exported name; Great Expectations is imported only when a file is examined.
_HOMES = {
    **dict.fromkeys(("CODES", "GATE_VERSION"), "codes"),
    "Code": "code",
    **dict.fromkeys(("Doubt", "ExpectationResult", "Reason", "Terms", "Verdict"), "verdict"),
    "examine": "examination",
    "GateBroken": "bench",
}


if not TYPE_CHECKING:
    # `__getattr__` is hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
