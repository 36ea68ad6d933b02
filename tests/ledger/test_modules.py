"""Modules behind stand-ins: not imported before they are used, and themselves from then on."""

from __future__ import annotations

import subprocess
import sys

JUDGED = """
import sys
from reconciliation.gate.bench import bench
with bench():
    pass
assert "great_expectations" in sys.modules
print("scipy.linalg" in sys.modules, "altair.vegalite" in sys.modules)
import altair, scipy.stats
from scipy import stats
print(round(float(stats.entropy([1, 1])), 4), altair.Chart.__name__)
print("scipy.linalg" in sys.modules, "altair.vegalite" in sys.modules)
"""


def test_the_gate_starts_without_what_it_never_asks_of_the_library_and_hands_it_to_others_whole():
    run = subprocess.run([sys.executable, "-c", JUDGED], capture_output=True, text=True)
    assert run.stdout.splitlines() == ["False False", "0.6931 Chart", "True True"], run.stderr
