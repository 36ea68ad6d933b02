"""The end of a run that somebody must look at: its message says why, and no fault of the program is traced."""

from __future__ import annotations

import logging
from typing import Any

from prefect import State
from prefect.exceptions import FailedRun
from prefect.states import Failed

from reconciliation.flows.environment import is_scheduled


def failed(message: str, found: Any = None) -> State[Any]:
    """The final state of a run with this message; whoever called the job gets what it found.

    A run of the schedule has no caller, and Prefect would take what it found for an error that is none. Prefect then
    raises the message as an error and logs where it was raised; of this, only the message is left.
    """
    for name in ("prefect.flow_runs", "prefect.engine"):
        logging.getLogger(name).addFilter(_in_one_line)
    return Failed(message=message, data=None if is_scheduled() else found)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Leave the message of what Prefect logs of a run that ended as failed with one; all else stays as it is."""
    fault = record.exc_info[1] if record.exc_info else None
    if isinstance(fault, FailedRun):
        record.msg, record.args, record.exc_info = "the run ended as failed: %s", (str(fault),), None
    return True
