"""A bank account without a database: files are delivered and decided about as on a bank day; what they book is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa

from ledger.domain.terms.entity import Terms
from projections.store.matching_lookups import KnownStatement
from reconciliation import Parsed, read
from reconciliation.matching.accounts import OurAccounts
from reconciliation.matching.differences import CONTRADICTS, CORRECTS
from reconciliation.matching.pairing import BOOK
from reconciliation.statements import Profile
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtStatement, write_camt053
from reconciliation.steps.file_load import FileLoad
from tests.kit.clinic import ACCOUNT, DAY

_ROW = pa.schema(
    [
        ("movement_id", pa.string()),
        ("movement_minor", pa.int64()),
        ("amount_minor", pa.int64()),
        ("line_key", pa.string()),
        ("bank_account", pa.string()),
        ("booked_on", pa.date32()),
        ("file", pa.string()),
        ("statement_no", pa.int32()),
        ("bank_id_key", pa.string()),
        ("money_id", pa.string()),
        ("raw_position", pa.string()),
        ("end_to_end_key", pa.string()),
        ("in_detail", pa.bool_()),
        ("role", pa.string()),
        ("rule", pa.string()),
        ("format", pa.string()),
        ("part", pa.string()),
    ]
)
_DIFFERENCES = (CONTRADICTS, CORRECTS)
_SEEN = pa.schema(
    [
        *((name, pa.string()) for name in ("money_id", "format", "line_key", "bank_id_key", "file")),
        ("booked_on", pa.date32()),
        ("statement_no", pa.int32()),
        ("raw_position", pa.string()),
    ]
)
OURS: dict[str, Any] = {
    "bank_account": ACCOUNT,
    "currency": "SEK",
    "numbers": (ACCOUNT,),
    "ledger_account": "1930",
    "feeds": [],
    "opening_on": None,
    "reversal_flips_sign": False,
}


@dataclass
class PaperBank:
    """What is booked on our account, and the statements that were delivered.

    `new` is what the last file booked, and `sums` the debits of which it has the payments.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    known: list[KnownStatement] = field(default_factory=list)
    files: dict[str, Parsed] = field(default_factory=dict)
    again: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    ours: dict[str, Any] = field(default_factory=lambda: dict(OURS))
    new: pl.DataFrame = field(default_factory=pl.DataFrame)
    sums: list[str] = field(default_factory=list)

    def parsed(self, sha256: str, profile: Profile | None = None) -> Parsed:
        """A file, as the archive gives it."""
        return self.files[sha256]

    def statements(self, bank_accounts: Collection[str]) -> Sequence[KnownStatement]:
        """The statements that were delivered, as the read tables have them."""
        return [one for one in self.known if one.proven.bank_account in bank_accounts]

    def booked(self, bank_accounts: Collection[str], from_on: date, to_on: date, files: Collection[str]) -> pa.Table:
        """What is booked, as the read tables have it."""
        found = [
            row
            for row in self.rows
            if row["bank_account"] in bank_accounts and (from_on <= row["booked_on"] <= to_on or row["file"] in files)
        ]
        found.sort(key=lambda row: (row["booked_on"], row["movement_id"], row["line_key"]))
        return pa.Table.from_pylist(found, schema=_ROW)

    def seen(self, money_ids: Collection[str]) -> pa.Table:
        """Payments that were seen again, as the read tables have them."""
        return pa.Table.from_pylist([one for one in self.again if one["money_id"] in money_ids], schema=_SEEN)

    def debits_assigned(self, parts: Collection[str], *, wholly: bool) -> list[str]:
        """Those of these debits with nothing assigned: all, because nobody works here; so with all assigned, none."""
        return [] if wholly else list(parts)

    def debits_of_orders(self, order_ids: Collection[str]) -> dict[str, list[str]]:
        """None, because nobody orders direct debits here."""
        return {}

    def deliver(self, content: bytes, *, only: int | None = None, on: date = DAY) -> list[str]:
        """Load a file; what was decided about each of its entries. With `only`, the load stops after so many."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.files[sha256] = read(content)
        assert not self.files[sha256].problems
        load = FileLoad(sha256, self, on, Terms(), OurAccounts([self.ours]))  # type: ignore[arg-type]
        entries = load.entries(self)  # type: ignore[arg-type]
        stated = [KnownStatement(sha256, number, one, complete=True) for number, one in enumerate(load.proven(), 1)]
        if not any(one.sha256 == sha256 for one in self.known):
            self.known += stated
        known = [row["line_key"] for row in self.rows]
        self.new = entries.filter((pl.col("decision") == BOOK) & ~pl.col("key").is_in(known))
        for row in self.new.head(entries.height if only is None else only).to_dicts():
            self._book(row, sha256)
        self.sums = entries.filter(pl.col("amount_minor") < 0)["sum_booked_as"].drop_nulls().to_list()
        for booked in (row for row in self.rows if row["money_id"] in self.sums):
            booked |= {"part": "lump", "role": "bank_details"}
        for row in entries.filter(pl.col("seen_as").is_not_null()).to_dicts():
            said = {name: row[name] for name in ("bank_id_key", "booked_on", "statement_no", "raw_position")}
            named = {"line_key": row["key"], "money_id": row["seen_as"], "format": self.files[sha256].format}
            self.again.append(said | named | {"file": sha256})
        self.decisions = entries["decision"].to_list()
        return self.decisions

    def _book(self, row: dict[str, Any], sha256: str) -> None:
        booked = {name: row[name] for name in _ROW.names if name in row}
        named = {"movement_id": row["movement_key"], "movement_minor": row["line_minor"], "line_key": row["key"]}
        told = {"bank_account": row["account"], "file": sha256, "format": self.files[sha256].format}
        waits = "bank_suspense" if row["amount_minor"] < 0 else "unallocated"
        role = "bank_details" if row["part"] == "lump" else waits
        self.rows.append(booked | named | told | {"money_id": row["key"], "role": role})

    @property
    def balance(self) -> int:
        """The money of the bank account."""
        return sum(row["amount_minor"] for row in self.rows if not row["in_detail"])

    @property
    def details(self) -> int:
        """What detail files show, less what the statements have of it."""
        lumps = sum(row["amount_minor"] for row in self.rows if row["part"] == "lump")
        return sum(row["amount_minor"] for row in self.rows if row["in_detail"]) - lumps

    @property
    def payments(self) -> list[int]:
        """The payments that are booked, each with its payer's money."""
        return sorted(row["amount_minor"] for row in self.rows if row["part"] in ("line", "detail"))

    @property
    def amounts(self) -> list[int]:
        """The booked amounts, without differences."""
        return sorted(row["amount_minor"] for row in self.rows if row["part"] not in _DIFFERENCES)

    @property
    def differences(self) -> list[int]:
        """The booked differences, and what corrects them."""
        return [row["amount_minor"] for row in self.rows if row["part"] in _DIFFERENCES]


def entry(amount_minor: int, on: date = DAY, bank_ref: str | None = None, **said: Any) -> CamtEntry:
    """A booked movement of one payer; `said` are the payer's details."""
    return CamtEntry(amount_minor, on, on, bank_ref=bank_ref, details=(CamtDetail(amount_minor, **said),))


def but(one: CamtEntry, **said: Any) -> CamtEntry:
    """The same movement with one thing changed, in the line or in its only detail."""
    names = set(CamtEntry.__slots__)
    line = {name: value for name, value in said.items() if name in names and name != "text"}
    (detail,) = one.details
    changed = replace(detail, **{name: value for name, value in said.items() if name not in line})
    return replace(one, **line, details=(changed,))


def said_by(
    entries: Sequence[CamtEntry],
    opening_minor: int = 0,
    statement_id: str = "S1",
    on: date = DAY,
    to: date | None = None,
    message: str = "M",
    sequence: int = 1,
) -> bytes:
    """A camt.053 file with one statement; `message` makes it another file with the same content."""
    at = f"{on}T20:00:00"
    stated = CamtStatement(statement_id, ACCOUNT, "SEK", sequence, at, on, to or on, entries, opening_minor)
    return write_camt053(message, at, [stated])
