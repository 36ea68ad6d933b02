"""remittance: an X12 835 that pays 50,000 invoices in one lump, end to end, against a plain read of the same file.

Seconds by stage: the day of the remittance, then the day of the bank's line with the lump, which must meet it.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from infra.postgres import Urls
from ledger import execute
from ledger.domain.bank.alias import Alias
from ledger.domain.references import ocr
from projections import open_books
from reconciliation.archive import Archive
from reconciliation.statements.x12_835.writer import EraAdjustment, EraClaim, EraPayment, write_x12_835
from reconciliation.steps.day import BankDay
from reconciliation.steps.loop import run
from reconciliation.store import ReconciliationStore
from tests.benchmarks.clinic import DAY, FIRST, PRICE, open_invoices
from tests.benchmarks.measurement import TRIAL, Row, Stages, seconds
from tests.kit.clinic import ISSUED, statement
from tests.kit.giro import lump
from tests.kit.providers import declare_provider_account
from tests.kit.submissions import submit
from tests.kit.vault_key import VAULT_KEY

ITEMS: Final = 50_000 // TRIAL
PAYER: Final = "1999999999"
TRACE: Final = "EFT0004711"
REDUCED: Final = (EraAdjustment("CO", "45", 50_00),)


def remittance(urls: Urls) -> Row:
    """One run, as books grow with it; the plain read is timed three times beside it."""
    open_invoices(urls, ITEMS)
    data = remittance_file(ITEMS)
    baseline = min(seconds(lambda: plain_sum(data)) for _ in range(3))
    timed = Stages()

    with tempfile.TemporaryDirectory() as folder, open_books(urls.writer, "clinic") as books:
        account = declare_provider_account(
            "plan", provider="payer", rail="remittance", aliases=(Alias(PAYER, "merchant"),)
        )
        execute(books.journal, submit(account, "plan", ISSUED))
        books.follow()
        line = replace(lump(ITEMS * PRICE, "L1"), text=f"HCCLAIMPMT TRN*1*{TRACE}*{PAYER}")
        files = {"claims.835": data, "lump.xml": statement([line])}
        with ReconciliationStore(urls.writer, "clinic") as desk:
            archive = Archive(Path(folder) / "archive", VAULT_KEY)
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
                day = BankDay(books, archive, desk, DAY, datetime(2026, 10, 5, 18, tzinfo=UTC))
                summary = run(day, [Path(folder) / name], call=timed)
                if name == "claims.835":
                    assert summary.files[0].matched == ITEMS, summary
        assert books.report("money-in-transit", DAY).tied
        assert not books.store.settlements.payouts(date.max)
    total = sum(timed.spent.values())
    rounded = timed.rounded()
    return Row(
        "remittance", round(total, 2), round(baseline, 2), "s", round(total / baseline, 1), 1, None, stages=rounded
    )


def remittance_file(items: int) -> bytes:
    """One payment with so many claims, each for an invoice and paid in full."""
    claims = [
        EraClaim(ocr(f"{FIRST + number}1"), PRICE + 50_00, PRICE, control=f"C{number}", adjustments=REDUCED)
        for number in range(items)
    ]
    paid = EraPayment(TRACE, PAYER, DAY, claims, currency="SEK")
    return write_x12_835(datetime(2026, 10, 5, 6, tzinfo=UTC), [paid])


def plain_sum(data: bytes) -> tuple[int, Decimal]:
    """What any program does at least: split the segments and sum what is paid for the claims."""
    claims = [segment.split("*") for segment in data.decode().split("~") if segment.lstrip().startswith("CLP*")]
    return len(claims), sum((Decimal(claim[4]) for claim in claims), Decimal(0))
