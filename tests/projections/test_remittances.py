"""What payers said of claims, from rows alone: what is not paid, by reason and claim, and what of it is booked."""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.reports.remittances import controls, rows_of
from projections.reports.report import Control


def claim(key: str, claimed: int | None, paid: int, booked: int | None = None, **said: Any) -> dict[str, Any]:
    of = {"remittance_id": "e1", "bank_account": "plan", "currency": "USD", "remittance_ref": "EFT1"}
    of |= {"paid_on": date(2026, 11, 3), "claim_ref": key, "control_ref": None, "claim_status": "1"}
    figures = {"claim_key": key, "claimed_minor": claimed, "paid_minor": paid, "booked_minor": booked}
    return of | figures | {"document": f"receipt-{key}"} | said


def reason(key: str, group: str | None, code: str | None, amount: int, of: str = "e1") -> dict[str, Any]:
    return {"remittance_id": of, "claim_key": key, "reason_group": group, "reason": code, "amount_minor": amount}


def test_a_remittance_is_its_claims_their_reasons_and_what_has_none():
    claims = [claim("a", 100, 100, 100), claim("b", 100, 60, 60), claim("c", 50, 0), claim("d", None, 7, 7)]
    found = rows_of(claims, [reason("b", "CO", "45", 10), reason("b", "PR", "1", 20), reason("c", "CO", "45", 50)])
    names = ("what", "reason_group", "claims", "claimed_minor", "paid_minor", "adjusted_minor", "unexplained_minor")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("remittance", None, 4, 250, 167, 80, 10),
        ("reason", "CO", 2, None, None, 60, None),
        ("reason", "PR", 1, None, None, 20, None),
        ("claim", None, None, 100, 60, 30, 10),
        ("claim", None, None, 50, 0, 50, 0),
    ]
    assert [row["patient_minor"] for row in found if row["what"] == "claim"] == [20, 0]


def test_two_remittances_with_a_claim_of_one_key_keep_their_reasons_apart():
    claims = [claim("a", 100, 60, 60), claim("a", 100, 90, 90, remittance_id="e2", remittance_ref="EFT2")]
    found = rows_of(claims, [reason("a", "CO", "45", 40), reason("a", "PR", "1", 10, of="e2")])
    assert [(row["remittance_ref"], row["adjusted_minor"]) for row in found if row["what"] == "reason"] == [
        ("EFT1", 40),
        ("EFT2", 10),
    ]


def test_each_row_has_the_id_of_its_remittance_also_if_the_payer_gave_it_none():
    claims = [claim("a", 100, 60, remittance_ref=None), claim("b", 9, 8, remittance_id="e2", remittance_ref=None)]
    found = rows_of(claims, [reason("a", "CO", "45", 40), reason("b", "CO", "45", 1, of="e2")])
    assert [(row["what"], row["remittance_id"]) for row in found] == [
        (what, id) for id in ("e1", "e2") for what in ("remittance", "reason", "claim")
    ]


def test_what_a_payer_pays_is_compared_with_what_is_booked():
    assert controls([claim("a", 100, 100, 100), claim("b", 100, -30, -30), claim("c", 10, 10)]) == (
        Control("plan", "USD", 80, 70),
    )
