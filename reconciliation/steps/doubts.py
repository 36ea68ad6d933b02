"""Doubts about the lines of a file, each with an identity that it has in every file that shows the line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from reconciliation.store import Doubted

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.gate import Doubt
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad

_DIGITS: Final = 24
# More doubts than any file leads to.
_MOST: Final = 1_000_000
_MONEY: Final = ("account", "currency", "booked_on")
# Doubts because a line's payments are not in the file, or not with their amounts.
_ABOUT_DETAILS: Final = ("details_missing", "details_without_amounts")
_SHOWN: Final = ("doubt_id", "bank_account", "booked_on", "currency", "amount_minor")


def doubt_id(about: str, code: str) -> str:
    """The identity of a doubt about something in the book or in a file: 24 hex digits."""
    return hashlib.sha256(f"{about}\x1f{code}".encode()).hexdigest()[:_DIGITS]


def doubted(loading: FileLoad, entries: pl.DataFrame, doubts: Sequence[Doubt]) -> list[Doubted]:
    """The doubts with their identities and the money that they are about.

    A line that is booked, or was before, is known by its key, so a doubt about it is the same in another file. A doubt
    about anything else is known by its place in this file.
    """
    numbers = pl.DataFrame([(one.statement_no, one.line_no) for one in doubts], _LINE, orient="row").drop_nulls()
    lines = entries.join(numbers.unique(), on=list(_LINE), how="semi", maintain_order="left")
    rows = lines.select("detail_no", "key", "movement_key", "amount_minor", "line_minor", *_LINE, *_MONEY).to_dicts()
    by_member = {(row["statement_no"], row["line_no"], row["detail_no"]): row for row in rows}
    by_line = {(row["statement_no"], row["line_no"]): row for row in reversed(rows)}
    found = []
    for one in doubts:
        member = by_member.get((one.statement_no, one.line_no, one.detail_no))
        line = by_line.get((one.statement_no, one.line_no))
        found.append(_of_member(one, member) if member else _of_line(one, line) if line else _of_file(one, loading))
    return found


def answered(books: Books, doubts: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Those of these doubts, by their identities, that other files have answered by now.

    A file that shows a line's payments in detail answers that these are missing. The read tables must be up to date.
    """
    asked = [one for one in doubts if one["code"] in _ABOUT_DETAILS and one["booked_on"] is not None]
    lines = [tuple(one[name] for name in _SHOWN) for one in asked]
    return frozenset(books.store.bank_lines.shown_in_detail(lines)) if lines else frozenset()


def still_open(day: BankDay, found: Sequence[Doubted], doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Those of these doubts that no person has closed or other files answered; the read tables must be up to date."""
    closed = day.books.store.bank_lines.closed_doubts([one.doubt_id for one in found])
    over = {*closed, *answered(day.books, [one._asdict() for one in found])}
    return tuple(doubt for one, doubt in zip(found, doubts, strict=True) if one.doubt_id not in over)


def open_of_file(day: BankDay, sha256: str) -> int:
    """The number of doubts that a file led to and that no person has closed, or other files answered."""
    rows = day.desk.quarantine(sha256, most=_MOST)
    found = [one["doubt_id"] for one in rows]
    return len(set(found) - day.books.store.bank_lines.closed_doubts(found).keys() - answered(day.books, rows))


def _of_member(doubt: Doubt, row: dict[str, Any]) -> Doubted:
    part = "line" if doubt.detail_no == 0 else "detail"
    return _placed(doubt, f"{part}-{row['key']}", row, row["amount_minor"])


def _of_line(doubt: Doubt, row: dict[str, Any]) -> Doubted:
    return _placed(doubt, f"line-{row['movement_key']}-{doubt.detail_no}", row, row["line_minor"])


def _of_file(doubt: Doubt, loading: FileLoad) -> Doubted:
    place = f"file-{loading.sha256}-{doubt.statement_no}-{doubt.line_no}-{doubt.detail_no}"
    return _placed(doubt, place, dict.fromkeys(_MONEY), None)


def _placed(doubt: Doubt, about: str, money: dict[str, Any], amount_minor: int | None) -> Doubted:
    return Doubted(
        doubt_id(about, doubt.code),
        doubt.code,
        doubt.sentence,
        doubt.statement_no,
        doubt.raw_position,
        money["account"],
        amount_minor,
        money["currency"],
        money["booked_on"],
    )


_LINE: Final = {"statement_no": pl.Int32, "line_no": pl.Int32}
