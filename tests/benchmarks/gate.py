"""gate: a million lines judged by the gate, beside the bank day of as many lines.

The bank day is measured with a tenth of the lines and counted ten times: it grows with its lines.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from infra.postgres import Urls
from ledger.vault.spool import Spool
from reconciliation.gate import Terms, Verdict, examine
from reconciliation.statements import read
from tests.benchmarks.bank_days import LINES, bank_day
from tests.benchmarks.clinic import DAY, bank_file
from tests.benchmarks.measurement import TRIAL, Row, seconds

TIMES: Final = max(1, 10 // TRIAL)
LIMIT: Final = 0.15


def gate(urls: Urls) -> Row:
    """One run; the first small file of a process loads Great Expectations and is not counted."""
    terms = Terms(frozenset({"SEK"}), DAY - timedelta(days=30), DAY + timedelta(days=7))
    assert examine(read(bank_file(10)), terms).accepted
    day = bank_day(urls)
    parsed = read(bank_file(TIMES * LINES), None, Spool().keep)
    verdicts: list[Verdict] = []
    judged, whole = seconds(lambda: verdicts.append(examine(parsed, terms))), TIMES * day.ours
    assert verdicts[0].accepted, verdicts[0].refusals
    return Row("gate", round(judged, 2), round(whole, 2), "s", round(judged / whole, 3), 1, None, limit=LIMIT)
