"""What must stand on the demo's page about remittances and direct debits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from infra.demo.direct_debits import Debit
from infra.demo.outcome import money

_STATUSES = {"paid": "settled", "rejected": "failed", "taken_back": "returned"}


def section(page: str, heading: str) -> str:
    """What stands on the page under a heading."""
    return page.partition(f"<h2>{heading}</h2>")[2].partition("<h2>")[0]


def remittances_are_shown(page: str, report: Sequence[dict[str, Any]]) -> None:
    """Each remittance and each of its reasons has a row, with the number of claims and what is paid less."""
    sums, shown = [row for row in report if row["what"] != "claim"], _rows(page, "Remittances")
    assert len(shown) == len(sums) > 2
    for row, text in zip(sums, shown, strict=True):
        assert row["remittance_ref"] in text
        assert f"<td>{row['claims']}</td>" in text
        assert money(row["adjusted_minor"]) in text


def debits_are_shown(page: str, debits: Sequence[Debit]) -> None:
    """What came of the direct debits of one day has a row each, with their number and their sum."""
    told = Counter(_STATUSES[one.outcome] for one in debits)
    shown = _rows(page, "Direct debits")
    assert len(shown) == len(told) == len(_STATUSES)
    for status, count in told.items():
        (text,) = [row for row in shown if status in row]
        assert f"<td>{count}</td>" in text
        assert money(sum(one.owed.amount_minor for one in debits if _STATUSES[one.outcome] == status)) in text


def _rows(page: str, heading: str) -> list[str]:
    return section(page, heading).partition("<tbody>")[2].split("<tr>")[1:]
