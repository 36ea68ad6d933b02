"""A single value of an answer: whether it is as expected, and how it is shown to a person."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, Final, NamedTuple

from infra.desk.amounts import written
from infra.scenarios.amounts import minor_units
from infra.scenarios.names import Names, NameUnclear

_NONE: Final = "none"
_FLAGS: Final = {True: ("true", "yes"), False: ("false", "no")}


class Value(NamedTuple):
    """A value with the field that it is in, the currency of its row, and the names of the scenario."""

    field: str
    value: Any
    currency: str | None
    names: Names

    def equals(self, expected: str) -> bool:
        """Whether the value is the expected one, as a person writes it."""
        match self.value:
            case None:
                return expected == _NONE
            case bool():
                return expected in _FLAGS[self.value]
            case int() if self.field.endswith("_minor"):
                with suppress(ValueError):
                    return minor_units(expected, self.currency or "") == self.value
                return False
            case str():
                return self._is(expected)
        return expected == str(self.value)

    def shown(self) -> str:
        """Return the value as a person writes it; what has a name is called by it."""
        match self.value:
            case None:
                return _NONE
            case bool():
                return _FLAGS[self.value][1]
            case int() if self.field.endswith("_minor"):
                return written(self.value, self.currency)
            case str():
                name = self.names.called(self.value)
                return self.value if name is None else f"{name} ({self.value})"
            case list():
                return f"[{', '.join(self._replace(value=one).shown() for one in self.value)}]"
            case dict():
                inner = {
                    name: Value(name, one, self.value.get("currency"), self.names) for name, one in self.value.items()
                }
                return f"{{{', '.join(f'{name}: {one.shown()}' for name, one in inner.items())}}}"
        return str(self.value)

    def _is(self, expected: str) -> bool:
        with suppress(NameUnclear):
            if self.value in (expected, self.names.meant(expected, self.field.removesuffix("_id"))):
                return True
            if self.value == self.names.meant(expected, "SUBJECT"):
                return True
        if self.field.endswith("_at"):
            with suppress(ValueError):
                return datetime.fromisoformat(expected) == datetime.fromisoformat(self.value)
        return False
