"""File mappings, with everything that a test does not care about filled in."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from ledger.domain.bank.file_mapping_facts import FileMapping, MappedColumn, MappedWord, StatedFigure

HEADER: Final = ("Day", "Id", "Reference", "Amount", "Fee", "Type")


def columns(**named: str) -> tuple[MappedColumn, ...]:
    """The columns of a mapping: what each has, and its name."""
    return tuple(MappedColumn(field, name) for field, name in named.items())  # type: ignore[arg-type]


def mapped(**said: Any) -> FileMapping:
    """How a collector's settlements in kronor are read, unless said."""
    about: dict[str, Any] = {
        "from_on": date(2024, 1, 1),
        "bank_account": "cards",
        "at_provider": True,
        "currency": "SEK",
        "source": "the letter of the collector",
        "header": HEADER,
        "columns": columns(day="Day", id="Id", reference="Reference", amount="Amount", fee="Fee", type="Type"),
        "words": (MappedWord("paid", "payment"), MappedWord("sent", "payout")),
        "proof": "payout",
    }
    return FileMapping(**(about | said))


COLLECTOR: Final = mapped()


def of_bank(**said: Any) -> FileMapping:
    """How a bank's list of amounts with the balance after each is read, unless said."""
    about: dict[str, Any] = {
        "bank_account": "b1",
        "at_provider": False,
        "header": ("Day", "Text", "Amount", "Balance"),
        "columns": columns(day="Day", text="Text", amount="Amount", balance="Balance"),
        "words": (),
        "proof": "balances",
    }
    return mapped(**(about | said))


def figure(name: str, label: str, column: str | None = None) -> StatedFigure:
    """A figure that a row states."""
    return StatedFigure(name, label, column)  # type: ignore[arg-type]
