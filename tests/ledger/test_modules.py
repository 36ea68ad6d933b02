"""Modules behind stand-ins: not imported before they are used, and themselves from then on."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO

import pytest

from ledger.modules import absent

JUDGED = """
import sys
from reconciliation.gate.bench import bench
with bench():
    pass
assert "great_expectations" in sys.modules
assert "sqlalchemy" not in sys.modules
import sqlalchemy.orm
print("scipy.linalg" in sys.modules, "altair.vegalite" in sys.modules)
import altair, scipy.stats
from scipy import stats
print(round(float(stats.entropy([1, 1])), 4), altair.Chart.__name__)
print("scipy.linalg" in sys.modules, "altair.vegalite" in sys.modules)
"""


def test_the_gate_starts_without_what_it_never_asks_of_the_library_and_hands_it_to_others_whole():
    run = subprocess.run([sys.executable, "-c", JUDGED], capture_output=True, text=True)
    assert run.stdout.splitlines() == ["False False", "0.6931 Chart", "True True"], run.stderr


def test_a_module_is_absent_for_the_thread_that_does_without_it_only():
    name = "this"
    sys.modules.pop(name, None)
    with absent(name), ThreadPoolExecutor(1) as other, redirect_stdout(StringIO()):
        with pytest.raises(ModuleNotFoundError, match="must not be imported here"):
            import_module(name)
        assert other.submit(import_module, name).result().__name__ == name
    assert sys.modules.pop(name)
