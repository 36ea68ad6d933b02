"""Jobs run in a process of their own, as they need it: Prefect reads its settings when it is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.postgres import Urls
from tests.kit.vault_key import VAULT_KEYS

ROOT = Path(__file__).parents[3]
# Where tests are traced, the job is, too: what it runs, no other test does.
_TRACED = """
import atexit
from tests.kit.covering import TRACING
atexit.register(TRACING.save)
"""
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
    own = {**environ, "RESKONTRA_WRITER_URL": urls.writer, "RESKONTRA_DATA_DIR": str(folder / "data")}
    own["RESKONTRA_VAULT_KEYS"] = str(VAULT_KEYS)
    traced = getattr(sys.modules.get("tests.kit.covering"), "TRACING", None) is not None
    done = subprocess.run(
        [sys.executable, "-c", _TRACED + _RUN if traced else _RUN, json.dumps(jobs)],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found
