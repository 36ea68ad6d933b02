"""Writes out the fees that are agreed with payment providers, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.desk.amounts import written

if TYPE_CHECKING:
    from infra.desk.desk import Desk


def agreed_fees(desk: Desk) -> dict[str, list[str]]:
    """By account at a provider, what is agreed from which day on, as people read it."""
    newest = {
        (row["bank_account"], row["kind"], row["from_on"]): row for row in desk.books.store.settlements.agreed_fees()
    }
    found: dict[str, list[str]] = {}
    for id, kind, first in sorted(newest):
        found.setdefault(id, []).append(f"{kind}:{first} {_told(newest[id, kind, first])}")
    return found


def _told(row: dict[str, Any]) -> str:
    """What is agreed, as in 1.5% + 1.80, at least 3.00, plus 25% tax."""
    if row["rate_ppm"] is None:
        return "nothing"
    currency = row["currency"]
    words = [f"{_percent(row['rate_ppm'])} + {written(row['fixed_minor'], currency)}"]
    for name, word in (("least_minor", "at least"), ("most_minor", "at most")):
        if row[name] is not None:
            words.append(f"{word} {written(row[name], currency)}")
    if row["tax_ppm"] is not None:
        words.append(f"plus {_percent(row['tax_ppm'])} tax")
    return ", ".join(words)


def _percent(ppm: int) -> str:
    whole, part = divmod(abs(ppm), 10_000)
    text = f"{whole}.{part:04}".rstrip("0").rstrip(".")
    return f"{'-' if ppm < 0 else ''}{text}%"
