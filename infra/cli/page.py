"""Pages for people: tables, exact amounts, and nothing that is said by colour alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from infra.cli.answer import Page, Row, Table
from infra.desk.amounts import written

if TYPE_CHECKING:
    from rich.console import Console

    from infra.desk.progress import Advance

# How many lines of a long list a terminal shows without --all.
MOST_ON_TERMINAL: Final = 200
_NOTHING: Final = "-"
# A cell this short stays on one line; if that makes a table wider than the terminal, the terminal wraps it.
_SHORT: Final = 36


def print_page(page: Page, *, everything: bool = False) -> None:
    """Print a page on standard output: rich tables on a terminal, plain columns in a pipe or a file."""
    terminal = sys.stdout.isatty()
    for block in page:
        if isinstance(block, str):
            _line(readable(block))
            continue
        rows = block.rows
        cut = terminal and block.long and not everything and len(rows) > MOST_ON_TERMINAL
        if block.title:
            _line(readable(block.title))
        if terminal:
            _rich(block, rows[:MOST_ON_TERMINAL] if cut else rows)
        else:
            _plain(block, rows)
        if cut:
            _line(f"the first {MOST_ON_TERMINAL} of {len(rows)}; --all lists the rest")


def note(text: str) -> None:
    """Print a note on standard error, beside the answer."""
    print(readable(text), file=sys.stderr, flush=True)


def amount(minor: int, currency: str) -> str:
    """An amount with its currency."""
    return f"{money(minor, currency)} {currency}"


def money(minor: int | None, currency: str | None, *, grouped: bool = False) -> str:
    """An amount as people write it; a line where there is none."""
    return _NOTHING if minor is None else written(minor, currency, grouped=grouped)


# They keep the digits of an amount together and are no control characters.
_SPACES: Final = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def readable(text: str) -> str:
    """The text on one line; control characters that a bank file smuggles in are replaced by a mark."""
    return "".join(sign if sign.isprintable() or sign in _SPACES else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _cell(row: Row, field: str, *, grouped: bool) -> str:
    value = row.get(field)
    if field.endswith("_minor"):
        return money(value, row.get("currency"), grouped=grouped)
    return _plainly(value)


def _plainly(value: Any) -> str:
    match value:
        case None | "" | () | []:
            return _NOTHING
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="seconds")
        case list() | tuple():
            return ", ".join(map(_plainly, value))
    return readable(str(value))


def _cells(table: Table, rows: Sequence[Row], *, grouped: bool) -> list[list[str]]:
    return [[_cell(row, field, grouped=grouped) for _, field in table.columns] for row in rows]


def _to_the_right(table: Table, rows: Sequence[Row]) -> list[bool]:
    """Amounts and counts are aligned right; a column that holds only integers is a column of counts."""
    return [
        field.endswith("_minor") or (bool(rows) and all(type(row.get(field)) in (int, type(None)) for row in rows))
        for _, field in table.columns
    ]


def _plain(table: Table, rows: Sequence[Row]) -> None:
    headings = [heading for heading, _ in table.columns]
    cells = [headings, *_cells(table, rows, grouped=False)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = _to_the_right(table, rows)
    for line in cells:
        parts = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ]
        _line("  ".join(parts).rstrip())


def _rich(table: Table, rows: Sequence[Row]) -> None:
    from rich import box
    from rich.table import Table as RichTable

    cells = _cells(table, rows, grouped=True)
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    needed = 1
    for index, ((heading, _), to_right) in enumerate(zip(table.columns, _to_the_right(table, rows), strict=True)):
        longest = max([len(heading), *(len(line[index]) for line in cells)])
        # Only running text is wrapped: half an amount or half an id would be wrong.
        width = longest if longest <= _SHORT else None
        needed += (width or _SHORT) + 2
        shown.add_column(heading, justify="right" if to_right else "left", width=width, overflow="fold")
    for line in cells:
        shown.add_row(*line)
    console(width=max(needed, console().width)).print(shown)


def _line(text: str) -> None:
    print(text)


@cache
def console(stderr: bool = False, width: int | None = None) -> Console:
    """The terminal, through rich, which prints text as it is and interprets no markup."""
    from rich.console import Console

    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


@contextmanager
def progress(total: int, what: str) -> Iterator[Advance]:
    """A progress bar on the terminal during long work, and a function that moves it on.

    Without a terminal there is no bar. A total of zero means that nobody knows how long the work is.
    """
    if not sys.stderr.isatty():
        yield lambda count, total=None: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()]
    if total:
        columns.insert(2, MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total or None)
        yield lambda count, total=None: bar.update(task, advance=count, total=total)
