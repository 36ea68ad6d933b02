"""A small clinic whose books are made with the command line, and the bank file that pays its invoices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import psycopg

from infra.settings import load
from ledger.domain.terms.entity import Terms
from reconciliation.archive import Archive
from reconciliation.statements.camt.writer import CamtEntry
from reconciliation.steps.day import BankDay
from reconciliation.steps.loop import run
from reconciliation.store import ReconciliationStore
from tests.infra.cli.command_line import Reskontra
from tests.kit.clinic import paid as paid_in
from tests.kit.clinic import statement

IBAN = "SE6699900000001234567890"
BOOKED_ON = date(2026, 11, 10)
# What `verify` checks, in its order.
CHECKS = [
    "facts",
    "postings",
    "number series",
    "bank files",
    "periods",
    "seals",
    "sealed facts",
    "control totals",
    "read tables",
    "tie-out",
    "bank",
    "archived years",
    "vault",
    "archive",
    "erasures",
    "positions",
]


def today() -> date:
    """The clinic's day, which begins before that of UTC."""
    return datetime.now(ZoneInfo(Terms().zone)).date()


AT = datetime(2026, 11, 10, 18, tzinfo=UTC)


class Clinic:
    """Invoices i1, i2, i3 of 150, 250 and 350 kronor, issued on 1, 2 and 3 October 2026 to p1, p1 and p2."""

    def __init__(self, reskontra: Reskontra, folder: Path, reference: dict[str, str]) -> None:
        self.reskontra = reskontra
        self.folder = folder
        self.reference = reference

    @classmethod
    def opened(cls, reskontra: Reskontra, folder: Path) -> Self:
        """Its books, made with the commands a person would give."""
        reskontra(f"bank-account declare {IBAN} --currency SEK")
        for account in ("p1", "p2"):
            reskontra(f"account open {account} --payer patient")
        reskontra("series open inv --first 1001 --reference-prefix 4")
        reskontra("series open cre --reference-kind none")
        made = cls(reskontra, folder, {})
        for number, (account, amount) in enumerate((("p1", 15000), ("p1", 25000), ("p2", 35000)), 1):
            made.issue(f"i{number}", account, amount, f"2026-10-0{number}")
        return made

    def moved(self, reskontra: Reskontra, folder: Path) -> Clinic:
        """The same books in another database."""
        return Clinic(reskontra, folder, dict(self.reference))

    def issue(self, invoice: str, account: str, amount_minor: int, issued_on: str) -> None:
        """One more invoice."""
        answer = self.reskontra.json(
            f"invoice issue --id {invoice} --account {account} --series inv --amount {amount_minor / 100:.2f} "
            f"--currency SEK --service VISIT --issued-on {issued_on}"
        )
        self.reference[invoice] = answer["rows"][0]["items"][0]["reference"]

    def statement(self, entries: Sequence[CamtEntry], name: str = "day.xml", sequence: int = 1) -> Path:
        """A camt.053 of these movements, written as the bank would; its opening balance is what came before."""
        path = self.folder / name
        path.write_bytes(statement(entries, 1000_00, f"S{sequence}", BOOKED_ON, account=IBAN, sequence=sequence))
        return path

    def next_day(self, opening_minor: int, amounts_minor: Sequence[int], payer: str = "Eva Ek") -> Path:
        """A camt.053 of the day after, with payments without a reference."""
        path, on = self.folder / "next-day.xml", BOOKED_ON + timedelta(days=1)
        entries = [paid_in(amount, None, f"N{number}", on, payer) for number, amount in enumerate(amounts_minor, 1)]
        path.write_bytes(statement(entries, opening_minor, "S2", on, account=IBAN, sequence=2))
        return path

    def day(self) -> Path:
        """i1 paid exactly, i2 paid 50.00 too much, 35.00 without a reference, a charge, and a debit."""
        return self.statement(
            [
                paid(1, 150_00, self.reference["i1"]),
                paid(2, 300_00, self.reference["i2"]),
                paid(3, 35_00),
                CamtEntry(-15_00, BOOKED_ON, BOOKED_ON, "B4", code=("PMNT", "MDOP", "CHRG")),
                CamtEntry(-70_00, BOOKED_ON, BOOKED_ON, "B5", code=("PMNT", "ICDT", "ESCT")),
            ]
        )

    def load(self, path: Path) -> None:
        """The bank day's own steps over one file, without the flow around them."""
        url = self.reskontra.environ["RESKONTRA_WRITER_URL"]
        from projections import open_books

        settings = load(self.reskontra.environ, self.folder)
        with open_books(url, "clinic") as books, ReconciliationStore(url, "clinic") as desk:
            run(BankDay(books, Archive(settings.archive, settings.vault_key), desk, BOOKED_ON, AT), [path])

    def unmatched(self) -> str:
        """The receipt that no rule could place."""
        (row,) = self.reskontra.json("receipts")["rows"]
        return str(row["receipt_id"])


def paid(number: int, amount_minor: int, reference: str | None = None) -> CamtEntry:
    """A payment in, quoting a reference or none."""
    return paid_in(amount_minor, reference, f"B{number}", BOOKED_ON, "Eva Ek")


def data(clinic: Clinic) -> Path:
    """The folder of its books."""
    return Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"])


def spoil(clinic: Clinic, *statements: str) -> None:
    """What only the owner of the database can do; each statement changes something."""
    with psycopg.connect(clinic.reskontra.environ["RESKONTRA_DATABASE_URL"]) as owner:
        for statement in statements:
            assert owner.execute(statement).rowcount, statement  # type: ignore[call-overload]
