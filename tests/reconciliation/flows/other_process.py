"""Jobs run in a process of their own, as they need it: Prefect reads its settings when it is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.postgres import Urls

ROOT = Path(__file__).parents[3]
_RUN = """
import json, sys
from msgspec import to_builtins
from reconciliation import flows
def ran(job, given):
    if job == "reminders":
        return to_builtins(flows.reminders(**given))
    heard = []
    summary = flows.bank_day(progress=lambda done, total: heard.append([done, total]), **given)
    return {**to_builtins(summary), "ok": summary.ok, "heard": heard}
print(json.dumps([ran(job, given) for job, given in json.loads(sys.argv[1])]))
"""


def ran(
    environ: dict[str, str], urls: Urls, folder: Path, jobs: list[tuple[str, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """What each job (`bank_day` or `reminders`, and what it is given) said; a bank day also has what was `heard`."""
    own = {**environ, "RESKONTRA_WRITER_URL": urls.writer, "RESKONTRA_DATA_DIR": str(folder / "data"), **_traced()}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, json.dumps(jobs)],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _traced() -> dict[str, str]:
    """Where tests are traced, the job is, too: what it runs, no other test does."""
    tracing = getattr(sys.modules.get("tests.kit.covering"), "TRACING", None)
    return {} if tracing is None else {"COVERAGE_PROCESS_START": str(ROOT / "pyproject.toml")}
