"""Jobs that run by themselves: the bank day and the reminders; the only home of Prefect."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.flows.banking import bank_day, serve
    from reconciliation.flows.reminding import reminders
    from reconciliation.flows.surroundings import settle_surroundings

__all__ = ["bank_day", "reminders", "serve", "settle_surroundings"]

# Where each exported name lives; Prefect starts only when a job is asked for.
_HOMES = {
    "bank_day": "banking",
    "reminders": "reminding",
    "serve": "banking",
    "settle_surroundings": "surroundings",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
