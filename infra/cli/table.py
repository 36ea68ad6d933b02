"""Lays a table out within the width of a terminal, with every cell whole: only running text is wrapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from rich.console import RenderableType

# A narrower terminal is treated as if it had so many columns, and wraps the rest itself.
LEAST_WIDTH: Final = 80
NOTHING: Final = "-"
# A text is wrapped into no fewer columns than its longest word has, up to this many; a longer word is folded.
_WORD: Final = 20
# At most so many rows are shown as columns, side by side.
_MOST_TURNED: Final = 8


class Cells(NamedTuple):
    """The cells of a table as texts; `right` and `texts` say which columns are right-aligned and which may wrap."""

    headings: Sequence[str]
    lines: Sequence[Sequence[str]]
    right: Sequence[bool]
    texts: Sequence[bool]

    def columns(self) -> list[Sequence[str]]:
        """Return the cells by column."""
        return list(zip(*self.lines, strict=True)) if self.lines else [() for _ in self.headings]

    def only(self, kept: Sequence[int]) -> Cells:
        """Return some of the columns."""
        return Cells(
            [self.headings[index] for index in kept],
            [[line[index] for index in kept] for line in self.lines],
            [self.right[index] for index in kept],
            [self.texts[index] for index in kept],
        )


class LaidOut(NamedTuple):
    """A table as it fits, and what it leaves out: the empty columns, and those that say the same in each row."""

    shown: RenderableType
    empty: Sequence[str] = ()
    same: Sequence[str] = ()


def laid_out(cells: Cells, width: int) -> LaidOut:
    """Return the table within the width, changed no more than needed.

    It is shown unwrapped, else without empty columns, else without columns that say the same in each row, else turned,
    else as records.
    """
    if sum(natural(cells)) + 2 * (len(cells.headings) - 1) <= width:
        return LaidOut(_table(cells, natural(cells), 2))
    columns = cells.columns()
    full = [index for index, column in enumerate(columns) if any(cell != NOTHING for cell in column)]
    differing = [index for index in full if cells.right[index] or not _same(columns[index])]
    empty = [heading for index, heading in enumerate(cells.headings) if index not in full]
    same = [f"{cells.headings[index]} {columns[index][0]}" for index in full if index not in differing]
    for kept, told in ((full, ()), (differing, same)):
        for gap in (2, 1):
            widths = fitted(cells.only(kept), width, gap)
            if widths is not None:
                return LaidOut(_table(cells.only(kept), widths, gap), empty, told)
    fuller = cells.only(full)
    return LaidOut(_turned(fuller, width) or _records(fuller), empty)


def _same(column: Sequence[str]) -> bool:
    """Whether several rows say the same."""
    return len(column) > 1 and len(set(column)) == 1


def natural(cells: Cells) -> list[int]:
    """Return the width of each column if nothing is wrapped."""
    return [max([len(head), *map(len, column)]) for head, column in zip(cells.headings, cells.columns(), strict=True)]


def fitted(cells: Cells, width: int, gap: int) -> list[int] | None:
    """Return the width of each column, or None if no widths keep every amount, number, day and id on one line."""
    columns = cells.columns()
    words = [_longest_word([heading]) for heading in cells.headings]
    whole = [max([word, *map(len, column)]) for word, column in zip(words, columns, strict=True)]
    widths = [
        max(word, min(_WORD, _longest_word(column))) if text else one
        for word, column, text, one in zip(words, columns, cells.texts, whole, strict=True)
    ]
    left = width - gap * (len(columns) - 1) - sum(widths)
    if left < 0:
        return None
    # Headings get what brings them on one line, then the texts what they want, those that want least first.
    wanted = [max(0, len(heading) - width) for heading, width in zip(cells.headings, widths, strict=True)]
    left = _given(widths, wanted, left)
    _given(widths, [max(0, one - width) for one, width in zip(whole, widths, strict=True)], left)
    return widths


def _given(widths: list[int], wanted: Sequence[int], left: int) -> int:
    """Widen the columns by what they want, as far as the width that is left goes; returns the rest."""
    wanting = sorted((more, index) for index, more in enumerate(wanted) if more)
    for place, (more, index) in enumerate(wanting):
        given = min(more, left // (len(wanting) - place))
        widths[index] += given
        left -= given
    return left


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split(" ")), default=0)


def _table(cells: Cells, widths: Sequence[int], gap: int) -> RenderableType:
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, gap - 1, 0, 0), show_edge=False)
    for heading, width, right in zip(cells.headings, widths, cells.right, strict=True):
        shown.add_column(heading, justify="right" if right else "left", width=width, overflow="fold")
    for line in cells.lines:
        shown.add_row(*line)
    return shown


def _turned(cells: Cells, width: int) -> RenderableType | None:
    """Return a table of few rows with its columns as lines; None if that does not fit either."""
    needed = max(map(len, cells.headings), default=0) + sum(2 + max(map(len, line), default=0) for line in cells.lines)
    if needed > width or len(cells.lines) > _MOST_TURNED:
        return None
    from rich.table import Table

    shown = Table.grid(padding=(0, 2, 0, 0))
    shown.add_column(no_wrap=True)
    for _ in cells.lines:
        shown.add_column(justify="right", no_wrap=True)
    for heading, column in zip(cells.headings, cells.columns(), strict=True):
        shown.add_row(heading, *column)
    return shown


def _records(cells: Cells) -> RenderableType:
    """Return each row as lines of heading and value, as `psql` does if a row is too wide."""
    from rich.table import Table

    shown = Table.grid(padding=(0, 2, 0, 0))
    shown.add_column(justify="right", no_wrap=True)
    shown.add_column(overflow="fold")
    for line in cells.lines:
        for heading, cell in _told(cells.headings, line):
            shown.add_row(heading, cell)
        shown.add_row("", "")
    return shown


def _told(headings: Sequence[str], line: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from ((heading, cell) for heading, cell in zip(headings, line, strict=True) if cell != NOTHING)
