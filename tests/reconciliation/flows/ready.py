"""What a bank day imports: processes forked from here neither import it again nor look for garbage in it."""

from __future__ import annotations

import gc
from importlib import import_module

from reconciliation.flows import bank_day_job
from reconciliation.gate.bench import Bench

# The gate's suites come last, because the bench decides what of Great Expectations is imported.
READY = (bank_day_job, Bench(), import_module("reconciliation.gate.suites"))
gc.freeze()
