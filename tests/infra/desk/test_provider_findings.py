"""What is said of money at payment providers names whom to ask, and what to do."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from infra.desk.provider_findings import provider_problems
from projections.reports.money_in_transit import COLUMNS, of_accounts

DAY: Final = date(2026, 9, 7)
MISSING: Final = {"what": "held", "bank_account": "a", "currency": "SEK", "provider_ref": None, "amount_minor": 100_00}


@pytest.mark.parametrize(
    ("senders", "asked"),
    [(("INKASSOBOLAGET",), "INKASSOBOLAGET"), (("50501055", "Insurer"), "Insurer"), (("50501055",), "Our plan")],
)
def test_whoever_pays_out_is_asked_by_the_name_of_the_account(senders: tuple[str, ...], asked: str) -> None:
    account: dict[str, Any] = {"bank_account": "a", "name": "Our plan", "provider": "mapped", "rail": "collector"}
    account |= {"currency": "SEK", "senders": senders}
    row = MISSING | {"since_on": DAY, "due_on": DAY, "status": "missing"}
    (_, shown) = of_accounts([account], [row], [])
    assert set(shown) == {one.name for one in COLUMNS}
    (problem,) = provider_problems([shown], lambda minor, currency: f"{minor / 100:.2f} {currency}")
    assert problem.code == "payout_not_made"
    assert f"ask {asked};" in problem.sentence
    assert "3+1+5+by-hand" in problem.sentence
