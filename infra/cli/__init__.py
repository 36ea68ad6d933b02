"""The command line `reskontra`: every job and report, for people and for scripts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.cli.entrance import app, main

__all__ = ["app", "main"]


if not TYPE_CHECKING:
    # This function is hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.entrance"), name)
