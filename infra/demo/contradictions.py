"""What a provider's file says otherwise than the book: the provider answers that the book is right, so it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from infra.demo.staff import FINANCE
from infra.desk import quarantine
from infra.desk.desk import Occasion

if TYPE_CHECKING:
    from infra.desk.desk import Desk

_CLOSED_AT: Final = time(19, 0, tzinfo=UTC)
_CODE: Final = "transaction_contradicts"


def close_contradictions(desk: Desk, day: date) -> None:
    """Close what waits because a transaction contradicts the book, on the evening of a day; again, nothing waits."""
    finance = replace(desk, user=FINANCE.name, now=datetime.combine(day, _CLOSED_AT))
    desk.books.follow()
    for doubt in quarantine.open_doubts(desk):
        if doubt["code"] == _CODE:
            occasion = Occasion(f"demo-contradiction:{doubt['doubt_id']}")
            quarantine.close(finance, f"doubt-{doubt['id']}", "BOOK_IS_RIGHT", occasion)
