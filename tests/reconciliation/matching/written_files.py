"""Bank files written row by row, as the readers hand them on, and what a bank or a clinic would put into them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import msgspec
import polars as pl
import pyarrow as pa

from ledger.domain.bank.file import StatementProven
from projections.store.matching_lookups import KnownStatement
from reconciliation.matching.continuity import chains, earlier
from reconciliation.matching.entries import entries
from reconciliation.matching.identity import keyed, with_content
from reconciliation.statements.free_text import in_text
from reconciliation.statements.kept import Kept
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, Line, Statement

ACCOUNT: Final = "SE3550000000054910000003"
DAY: Final = date(2024, 7, 10)
EARLIEST: Final = date(2014, 7, 11)
LATEST: Final = date(2024, 7, 18)


def stated(
    sha256: str, number: int, opening_minor: int | None, closing_minor: int | None, **said: Any
) -> KnownStatement:
    """A statement of the day as the read tables remember it, of a complete file unless said."""
    about: dict[str, Any] = {
        "bank_account": ACCOUNT,
        "currency": "SEK",
        "statement_id": "S1",
        "from_on": DAY,
        "to_on": DAY,
        "lines": 1,
        "sum_minor": 0,
    }
    complete = said.pop("complete", True)
    proven = StatementProven(opening_minor=opening_minor, closing_minor=closing_minor, **(about | said))
    return KnownStatement(sha256, number, proven, complete)


def but(one: KnownStatement, **other: Any) -> KnownStatement:
    """The same statement, but for what is said."""
    proven = {name: other.pop(name) for name in set(other) & {*StatementProven.__struct_fields__}}
    return one._replace(proven=msgspec.structs.replace(one.proven, **proven), **other)


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

    def tables(self) -> tuple[Kept, pa.Table]:
        """Lines and statements in the one Arrow shape."""
        lines, statements = Rows(LINES), Rows(STATEMENTS)
        lines.add(self.lines)
        statements.add(self.statements)
        return lines.kept(), statements.table()

    def entries(self) -> pl.DataFrame:
        """What is to be booked."""
        return entries(*self.tables(), EARLIEST, LATEST)

    def proven(self, complete: bool = True) -> list[KnownStatement]:
        """The statements as the book proves them once the file is opened for loading."""
        return [self._proven(statement, complete) for statement in self.statements]

    def keys(self, known: Sequence[KnownStatement] = (), archive: Mapping[str, BankFile] | None = None) -> list[str]:
        """The keys of its entries, given what the book knows and the archive keeps."""
        return self.keyed(known, archive)["key"].to_list()

    def keyed(
        self, known: Sequence[KnownStatement] = (), archive: Mapping[str, BankFile] | None = None
    ) -> pl.DataFrame:
        """Its entries with their keys."""
        found = chains(self.proven(complete=False), known)
        files = {**(archive or {}), self.sha256: self}
        named = {one.sha256 for chain in found.values() for one in chain}
        return keyed(self.entries(), earlier(found, {sha: with_content(files[sha].entries()) for sha in named}))

    def _proven(self, statement: Statement, complete: bool) -> KnownStatement:
        booked = [
            line.amount_minor or 0
            for line in self.lines
            if line.statement_no == statement.statement_no and line.detail_no == 0 and line.status == "booked"
        ]
        opening = statement.opening_minor
        return stated(
            self.sha256,
            statement.statement_no,
            opening,
            None if opening is None else opening + sum(booked),
            bank_account=statement.account or "",
            currency=statement.currency or "",
            statement_id=statement.statement_id,
            from_on=statement.from_on,
            to_on=statement.to_on,
            lines=len(booked),
            sum_minor=sum(booked),
            complete=complete,
        )


@dataclass(frozen=True)
class Issued:
    """An item that a payer was asked for by a request of the same id, as the read tables have both."""

    item_id: str
    reference: str
    open_minor: int
    currency: str = "SEK"
    account_id: str = "p1"
    arose_on: date = date(2024, 6, 3)
    due_on: date = date(2024, 7, 3)
    number: int | None = None

    def paid(self) -> Issued:
        """The same, closed."""
        return replace(self, open_minor=0)


_ITEMS: Final = pa.schema([
    ("item_id", pa.string()), ("account_id", pa.string()), ("arose_on", pa.date32()), ("due_on", pa.date32()),
    ("open_minor", pa.int64()), ("currency", pa.string()), ("of", pa.int64()),
])  # fmt: skip
_REQUESTS: Final = pa.schema([("reference", pa.string()), ("request_id", pa.string()), *_ITEMS])
_NUMBERED: Final = pa.schema([("number", pa.int64()), *_ITEMS])


def requests_of(items: Iterable[Issued], of: int = 1) -> pa.Table:
    """The requests for these items as a table; `of` how many there are of each reference."""
    return pa.Table.from_pylist([_row(item, of) for item in items], schema=_REQUESTS)


def items_of(items: Iterable[Issued], of: int = 1) -> pa.Table:
    """Items as a table; `of` how many there are of each amount."""
    return pa.Table.from_pylist([_row(item, of) for item in items], schema=_ITEMS)


def numbered_items(items: Iterable[Issued], of: int = 1) -> pa.Table:
    """Items as a table, with the numbers of their invoices."""
    return pa.Table.from_pylist([_row(item, of) for item in items], schema=_NUMBERED)


def _row(item: Issued, of: int) -> dict[str, Any]:
    return {**vars(item), "request_id": item.item_id, "of": of}


class Store:
    """All items ever issued, answering as the read tables do: a few of each, and how many there are."""

    def __init__(self, items: Iterable[Issued], most: int = 5) -> None:
        self.items = list(items)
        self._most = most

    def by_reference(self, references: Iterable[str], most: int | None = None) -> pa.Table:
        """Requests ever made with each reference, open ones first."""
        asked = [[item for item in self.items if item.reference == one] for one in set(references)]
        return self._few(requests_of, asked)

    def by_number(self, numbers: Iterable[int], most: int | None = None) -> pa.Table:
        """Items of the invoices with each number, open ones first."""
        asked = [[item for item in self.items if item.number == one] for one in set(numbers)]
        return self._few(numbered_items, asked)

    def by_amount(self, amounts: Iterable[tuple[str, int]], most: int | None = None) -> pa.Table:
        """Open items of each currency and amount, the oldest due first."""
        asked = [
            [item for item in self.items if (item.currency, item.open_minor) == one and item.open_minor > 0]
            for one in set(amounts)
        ]
        return self._few(items_of, asked)

    def _few(self, table: Callable[..., pa.Table], found: Iterable[list[Issued]]) -> pa.Table:
        tables = [table([])]
        for items in found:
            items.sort(key=lambda item: (item.open_minor <= 0, item.due_on, item.item_id))
            tables.append(table(items[: self._most], len(items)))
        return pa.concat_tables(tables)


def quoted(raw: str, country: str = "SE", pays: int | None = None) -> dict[str, Any]:
    """What the readers make of a reference field with this content, and the amount that the payer states for it."""
    line = Line(0, 0, 0)
    quote(line, [Field(raw, msgspec.structs.replace(classify(raw, None, country), amount_minor=pays))], [], country)
    return _said(line)


def quoted_beside(raw: str, *texts: str) -> dict[str, Any]:
    """What the readers make of a reference field and a free text with this content."""
    return several_beside(" ".join(texts), (raw, None))


def several_beside(text: str, *raw: tuple[str, int | None]) -> dict[str, Any]:
    """What the readers make of reference fields, perhaps with amounts, and of a free text."""
    line = Line(0, 0, 0, text=text)
    read = [Field(one, msgspec.structs.replace(classify(one, None, "SE"), amount_minor=amount)) for one, amount in raw]
    quote(line, read, [text], "SE")
    return {**_said(line), "text": text}


def wrote(*texts: str, country: str = "SE") -> dict[str, Any]:
    """What the readers make of a free text with this content."""
    line = Line(0, 0, 0, text=" ".join(texts))
    line.hint(in_text(texts, country), texts)
    return {**_said(line), "text": line.text}


def several(*raw: str) -> dict[str, Any]:
    """What the readers make of several reference fields."""
    line = Line(0, 0, 0)
    quote(line, [Field(one, classify(one, None, "SE")) for one in raw], [], "SE")
    return _said(line)


def several_with(*raw: tuple[str, int]) -> dict[str, Any]:
    """What the readers make of several reference fields, each with the amount that the payer states for it."""
    line = Line(0, 0, 0)
    line.refer([msgspec.structs.replace(classify(one, None, "SE"), amount_minor=amount) for one, amount in raw])
    return _said(line)


def _said(line: Line) -> dict[str, Any]:
    names = ("reference", "reference_kind", "reference_valid", "reference_amount_minor", "reference_personal")
    return {name: msgspec.structs.asdict(line)[name] for name in (*names, "further_references")}


def sha_of(text: str) -> str:
    """A hash such as the archive gives."""
    return hashlib.sha256(text.encode()).hexdigest()
