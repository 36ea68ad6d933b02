"""The fact that the README proves is one that the demo records, before its first bank day seals."""

from __future__ import annotations

import re
from pathlib import Path

from infra.demo.month import Month
from infra.demo.run import INVOICES, SEED
from ledger.domain.receivables.invoice import IssueInvoice

README = Path(__file__).parents[3] / "README.md"


def test_the_fact_that_the_readme_proves_is_an_invoice_of_the_demo():
    (named,) = re.findall(r"`… prove invoice-([^`]+)@1`", README.read_text(encoding="utf-8"))
    month = Month(SEED, invoices=INVOICES)
    commands = [one.command for day in month.lead_days for one in month.submissions_of(day)]
    assert named in [one.invoice_id for one in commands if isinstance(one, IssueInvoice)]
