"""Modules of other libraries that a process does without, or imports only once something of them is used.

For what libraries import beside what we use of them, and what takes longer to import than our work takes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any


def stand_in_for(*names: str) -> None:
    """Put a stand-in in the place of each module that is not imported yet; the real one follows on first use.

    The library's own lazy loader would not do: `import name` looks at the module at once, and so loads it.
    """
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = _StandIn(name)


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Modules that cannot be imported for as long as the block, unless they are already; for a process of one thread.

    A library that would make use of them then goes the way it goes where they are not installed.
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

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name in self._names:
            raise ModuleNotFoundError(f"{name} is left out here", name=name)


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} before it is used")
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)
