"""The scheduled jobs: the bank day and the reminders. No other package uses Prefect."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.flows.bank_day_job import bank_day, serve
    from reconciliation.flows.deployments import serve_places
    from reconciliation.flows.environment import START_SERVER, server_command, settle_environment
    from reconciliation.flows.reminder_job import reminders

__all__ = ["START_SERVER", "bank_day", "reminders", "serve", "serve_places", "server_command", "settle_environment"]

# The module of each exported name; Prefect is imported only when a job is used.
_HOMES = {
    "bank_day": "bank_day_job",
    "reminders": "reminder_job",
    "serve": "bank_day_job",
    "serve_places": "deployments",
    **dict.fromkeys(("START_SERVER", "server_command", "settle_environment"), "environment"),
}


if not TYPE_CHECKING:
    # `__getattr__` is hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
