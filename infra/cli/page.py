"""Prints a command's answer as text and tables with exact amounts; no meaning depends on colour alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from infra.cli.answer import Page, Row, Table
from infra.cli.table import LEAST_WIDTH, NOTHING, Cells, laid_out
from infra.desk.amounts import written
from infra.desk.progress import unwatched
from infra.desk.short_ids import short

if TYPE_CHECKING:
    from rich.console import Console

    from infra.desk.progress import Advance

# How many lines of a long list a terminal shows without --all.
MOST_ON_TERMINAL: Final = 200


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
            _line(f"these are the first {MOST_ON_TERMINAL} of {len(rows)} lines; --all lists all of them")


def note(text: str) -> None:
    """Print a note on standard error, apart from the answer."""
    print(readable(text), file=sys.stderr, flush=True)


def amount(minor: int, currency: str) -> str:
    """Return an amount with its currency."""
    return f"{money(minor, currency)} {currency}"


def money(minor: int | None, currency: str | None, *, grouped: bool = False) -> str:
    """Return an amount as people write it, or a dash if there is none."""
    return NOTHING if minor is None else written(minor, currency, grouped=grouped)


# These spaces keep the digits of an amount together; they are not control characters.
_SPACES: Final = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def readable(text: str) -> str:
    """Return the text on one line, with a mark for each control character that a bank file may smuggle in."""
    return "".join(sign if sign.isprintable() or sign in _SPACES else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _cell(row: Row, field: str, *, grouped: bool) -> str:
    value = row.get(field)
    if field.endswith("_minor"):
        return money(value, row.get("currency"), grouped=grouped)
    if grouped and isinstance(value, datetime):
        # With a space, a day and its time may stand below each other.
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    return _plainly(value)


def _plainly(value: Any) -> str:
    match value:
        case None | "" | () | []:
            return NOTHING
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
    """Return for each column whether it is right-aligned: amounts are, and so are columns that hold only integers."""
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
    lines = [[short(cell) for cell in line] for line in _cells(table, rows, grouped=True)]
    right = _to_the_right(table, rows)
    columns = zip(*lines, strict=True) if lines else [()] * len(right)
    # Only running text is wrapped, because a broken amount, day or id could be misread.
    texts = [
        not to_right and any(" " in cell for cell in column) for to_right, column in zip(right, columns, strict=True)
    ]
    width = max(console().width, LEAST_WIDTH)
    headings = [heading for heading, _ in table.columns]
    fitting = laid_out(Cells(headings, lines, right, texts), width)
    console(width=width).print(fitting.shown)
    if fitting.empty and lines:
        _line(f"left out because nothing is in them: {', '.join(fitting.empty)}")
    if fitting.same:
        _line(f"the same in every line: {', '.join(fitting.same)}")


def _line(text: str) -> None:
    print(text)


@cache
def console(stderr: bool = False, width: int | None = None) -> Console:
    """Return a rich console that prints text as it is, without interpreting markup."""
    from rich.console import Console

    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


@contextmanager
def progress(total: int, what: str) -> Iterator[Advance]:
    """Show a progress bar on the terminal during long work; yields a function that advances the bar.

    Without a terminal there is no bar. A total of zero means that the amount of work is not known.
    """
    if not sys.stderr.isatty():
        with unwatched(total, what) as nowhere:
            yield nowhere
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()]
    if total:
        columns.insert(2, MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total or None)
        yield lambda count, total=None: bar.update(task, advance=count, total=total)
