"""Bank files written row by row, as the readers hand them on, and what a bank or a clinic would put into them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import msgspec
import polars as pl
import pyarrow as pa

from reconciliation.matching.continuity import chains, earlier
from reconciliation.matching.entries import entries
from reconciliation.matching.identity import keyed, with_content
from reconciliation.statements.references import classify, in_text
from reconciliation.statements.shape import LINES, STATEMENTS, Line, Rows, Statement

ACCOUNT: Final = "SE3550000000054910000003"
DAY: Final = date(2024, 7, 10)
EARLIEST: Final = date(2014, 7, 11)
LATEST: Final = date(2024, 7, 18)


@dataclass(frozen=True)
class Known:
    """A statement as the read tables remember it."""

    sha256: str
    number: int
    opening_minor: int | None
    closing_minor: int | None
    bank_account: str = ACCOUNT
    currency: str = "SEK"
    statement_id: str | None = "S1"
    from_on: date | None = DAY
    to_on: date | None = DAY
    lines: int = 1
    sum_minor: int = 0
    complete: bool = True


@dataclass
class BankFile:
    """A file in the making: statements, each with its lines, each with its members."""

    sha256: str = "file-1"
    statements: list[Statement] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def statement(self, opening_minor: int | None = None, **said: Any) -> BankFile:
        """Begin a statement of the day; its closing balance follows from its lines."""
        number = len(self.statements) + 1
        about: dict[str, Any] = {
            "account": ACCOUNT,
            "currency": "SEK",
            "statement_id": f"S{number}",
            "from_on": DAY,
            "to_on": DAY,
        }
        self.statements.append(Statement(number, opening_minor=opening_minor, **(about | said)))
        return self

    def line(self, amount_minor: int | None, *members: Mapping[str, Any], **said: Any) -> BankFile:
        """A booked line of the day, with members that inherit its day, currency and status, as the readers do it."""
        if not self.statements:
            self.statement()
        statement = self.statements[-1]
        line_no = 1 + sum(one.detail_no == 0 and one.statement_no == statement.statement_no for one in self.lines)
        about: dict[str, Any] = {
            "booked_on": DAY,
            "currency": statement.currency,
            "status": "booked",
            "raw_position": f"Ntry {line_no}",
            "amount_minor": amount_minor,
            **said,
        }
        self.lines.append(Line(statement.statement_no, line_no, 0, **about))
        inherited = {name: about.get(name) for name in ("booked_on", "value_on", "currency", "status")}
        for detail_no, member in enumerate(members, 1):
            row: dict[str, Any] = {**inherited, "raw_position": f"Ntry {line_no}, TxDtls {detail_no}", **member}
            self.lines.append(Line(statement.statement_no, line_no, detail_no, **row))
        return self

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """Lines and statements in the one Arrow shape."""
        lines, statements = Rows(LINES), Rows(STATEMENTS)
        lines.add(self.lines)
        statements.add(self.statements)
        return lines.table(), statements.table()

    def entries(self) -> pl.DataFrame:
        """What is to be booked."""
        return entries(*self.tables(), EARLIEST, LATEST)

    def proven(self, complete: bool = True) -> list[Known]:
        """The statements as the book proves them once the file is opened for loading."""
        return [self._proven(statement, complete) for statement in self.statements]

    def keys(self, known: Sequence[Known] = (), archive: Mapping[str, BankFile] | None = None) -> list[str]:
        """The keys of its entries, given what the book knows and the archive keeps."""
        return self.keyed(known, archive)["key"].to_list()

    def keyed(self, known: Sequence[Known] = (), archive: Mapping[str, BankFile] | None = None) -> pl.DataFrame:
        """Its entries with their keys."""
        found = chains(self.proven(complete=False), known)
        files = {**(archive or {}), self.sha256: self}
        named = {one.sha256 for chain in found.values() for one in chain}
        return keyed(self.entries(), earlier(found, {sha: with_content(files[sha].entries()) for sha in named}))

    def _proven(self, statement: Statement, complete: bool) -> Known:
        booked = [
            line.amount_minor or 0
            for line in self.lines
            if line.statement_no == statement.statement_no and line.detail_no == 0 and line.status == "booked"
        ]
        opening = statement.opening_minor
        return Known(
            self.sha256,
            statement.statement_no,
            opening,
            None if opening is None else opening + sum(booked),
            statement.account or "",
            statement.currency or "",
            statement.statement_id,
            statement.from_on,
            statement.to_on,
            len(booked),
            sum(booked),
            complete,
        )


@dataclass(frozen=True)
class Issued:
    """An item that was issued, as the read tables have it."""

    invoice_id: str
    reference: str
    open_minor: int
    currency: str = "SEK"
    share: int = 1
    account_id: str = "p1"
    issued_on: date = date(2024, 6, 3)
    due_on: date = date(2024, 7, 3)

    def paid(self) -> Issued:
        """The same, closed."""
        return replace(self, open_minor=0)


_ISSUED: Final = pa.schema([
    ("reference", pa.string()), ("invoice_id", pa.string()), ("share", pa.int64()), ("account_id", pa.string()),
    ("issued_on", pa.date32()), ("due_on", pa.date32()), ("open_minor", pa.int64()), ("currency", pa.string()),
    ("of", pa.int64()),
])  # fmt: skip


def table_of(items: Iterable[Issued], of: int = 1) -> pa.Table:
    """Items as a table; `of` how many there are of each."""
    rows = [{**vars(item), "of": of} for item in items]
    return pa.Table.from_pylist(rows, schema=_ISSUED)


class Store:
    """All items ever issued, answering as the read tables do: a few of each, and how many there are."""

    def __init__(self, items: Iterable[Issued], most: int = 5) -> None:
        self.items = list(items)
        self._most = most

    def by_reference(self, references: Iterable[str]) -> pa.Table:
        """Items ever issued with each reference, open ones first."""
        return self._few([[item for item in self.items if item.reference == asked] for asked in set(references)])

    def by_amount(self, amounts: Iterable[tuple[str, int]]) -> pa.Table:
        """Open items of each currency and amount, the oldest due first."""
        return self._few(
            [
                [item for item in self.items if (item.currency, item.open_minor) == asked and item.open_minor > 0]
                for asked in set(amounts)
            ]
        )

    def _few(self, found: Iterable[list[Issued]]) -> pa.Table:
        tables = [table_of([])]
        for items in found:
            items.sort(key=lambda item: (item.open_minor <= 0, item.due_on, item.invoice_id, item.share))
            tables.append(table_of(items[: self._most], len(items)))
        return pa.concat_tables(tables)


def quoted(raw: str, country: str = "SE") -> dict[str, Any]:
    """What the readers make of a reference field with this content."""
    line = Line(0, 0, 0)
    line.refer([classify(raw, None, country)])
    return _said(line)


def wrote(*texts: str, country: str = "SE") -> dict[str, Any]:
    """What the readers make of a free text with this content."""
    line = Line(0, 0, 0, text=" ".join(texts))
    line.hint(in_text(texts, country))
    return {**_said(line), "text": line.text}


def several(*raw: str) -> dict[str, Any]:
    """What the readers make of several reference fields."""
    line = Line(0, 0, 0)
    line.refer([classify(one, None, "SE") for one in raw])
    return _said(line)


def _said(line: Line) -> dict[str, Any]:
    names = ("reference", "reference_kind", "reference_valid", "reference_amount_minor", "further_references")
    return {name: msgspec.structs.asdict(line)[name] for name in names}


def sha_of(text: str) -> str:
    """A hash such as the archive gives."""
    return hashlib.sha256(text.encode()).hexdigest()
