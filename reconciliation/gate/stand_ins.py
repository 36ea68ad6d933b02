"""Modules that are imported only once something of them is asked for, under their own name until then."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


def stand_in_for(*names: str) -> None:
    """Put a stand-in in the place of each module that is not imported yet; the real one follows on first use.

    The library's own lazy loader would not do: `import name` looks at the module at once, and so loads it.
    """
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = _StandIn(name)


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} before it is used")
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)
