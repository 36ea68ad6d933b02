"""Modules of other libraries that a process never imports, or imports only on first use.

Libraries import more modules than we need, and some of these take longer to import than all our work.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any


def stand_in_for(*names: str) -> None:
    """Install substitutes for modules that are not imported yet; each imports the real module on first use.

    Python's own lazy loader is of no use here: `import name` reads an attribute of the module, and so loads it at once.
    """
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = _StandIn(name)


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Prevent the import of modules during the block, unless they are already imported.

    A library that would use the modules then works as if they were not installed. Other threads can still import them.
    """
    finder = _FindsNothing(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _FindsNothing(MetaPathFinder):
    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)
        self._thread = threading.get_ident()

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name in self._names and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} must not be imported here", name=name)


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} until the module is used")
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)
