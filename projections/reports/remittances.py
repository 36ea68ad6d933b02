"""Remittances: what payers said of our claims, why they pay less, and what of it is booked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from projections.reports.report import Built, Column, Control, Definition, Option, first_of_month, table_of

if TYPE_CHECKING:
    from projections.reports.report_inputs import Inputs

COLUMNS: Final = (
    Column(
        "what",
        "what",
        "code",
        "`remittance`; `reason` for a reason why its claims are paid less; `claim` for one that is not paid as claimed",
    ),
    Column("bank_account", "account", "id", "our account at the payer"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("remittance_id", "remittance", "id", "our id of it, which its reasons and claims have too"),
    Column("remittance_ref", "its number", "text", "the payer's id of it; null if the payer's file has none"),
    Column("paid_on", "paid", "day", "day on which the payer pays"),
    Column("claim_ref", "claim", "text", "the number that we gave the claim"),
    Column("control_ref", "payer's number", "text", "the number that the payer gave the claim", listed=False),
    Column("claim_status", "status", "code", "the payer's code of what the claim is, such as `22` for a reversal"),
    Column("reason_group", "group", "code", "the payer's group of reasons, such as `CO` (contract) or `PR` (patient)"),
    Column("reason", "reason", "code", "the payer's code of the reason"),
    Column("claims", "number", "count", "how many claims"),
    Column("claimed_minor", "claimed", "money", "what we claimed, as the payer states it"),
    Column("paid_minor", "paid", "money", "what the payer pays; below zero if it takes back"),
    Column("adjusted_minor", "not paid", "money", "what the payer gives reasons for not paying"),
    Column(
        "patient_minor",
        "of it patient's",
        "money",
        "how much of it the patient owes, as the payer says (group `PR`)",
    ),
    Column("unexplained_minor", "no reason", "money", "claimed less paid, for which the payer gives no reason"),
    Column("document", "document", "id", "stream of the payment; of a claim that is paid something"),
)
_NOTHING: Final[dict[str, Any]] = {one.name: None for one in COLUMNS}
_PATIENT: Final = "PR"
_REMITTANCE: Final = ("bank_account", "currency", "remittance_id", "remittance_ref", "paid_on")


def rows_of(claims: Iterable[Mapping[str, Any]], adjustments: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row for each remittance, for each reason in it, and for each claim that is not paid as claimed.

    `claims` are in the order of their remittances.
    """
    reasons: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for one in adjustments:
        reasons.setdefault(one["remittance_id"], {}).setdefault(one["claim_key"], []).append(one)
    found: list[dict[str, Any]] = []
    for id, members in groupby(claims, itemgetter("remittance_id")):
        mine = reasons.get(id, {})
        told = [_claim(one, mine.get(one["claim_key"], ())) for one in members]
        of_all = [reason for some in mine.values() for reason in some]
        head = {name: told[0][name] for name in _REMITTANCE}
        found.append(_NOTHING | head | {"what": "remittance", "claims": len(told)} | _summed(told))
        found += [_NOTHING | head | one for one in _by_reason(of_all)]
        found += [one for one in told if one["adjusted_minor"] or one["unexplained_minor"]]
    return found


def _claim(one: Mapping[str, Any], reasons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The row of a claim, with its figures."""
    adjusted = sum(reason["amount_minor"] for reason in reasons)
    claimed = one["claimed_minor"]
    row = _NOTHING | {name: one[name] for name in (*_REMITTANCE, "claim_ref", "control_ref", "claim_status")}
    return row | {
        "what": "claim",
        "claimed_minor": claimed,
        "paid_minor": one["paid_minor"],
        "adjusted_minor": adjusted,
        "patient_minor": sum(reason["amount_minor"] for reason in reasons if reason["reason_group"] == _PATIENT),
        "unexplained_minor": 0 if claimed is None else claimed - one["paid_minor"] - adjusted,
        "document": one["document"],
    }


def _summed(told: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    names = ("claimed_minor", "paid_minor", "adjusted_minor", "patient_minor", "unexplained_minor")
    return {name: sum(one[name] or 0 for one in told) for name in names}


def _by_reason(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row for each reason, with the number of claims and the amount."""
    sums: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in reasons:
        sums.setdefault((one["reason_group"] or "", one["reason"] or ""), []).append(one)
    return [
        {
            "what": "reason",
            "reason_group": group or None,
            "reason": reason or None,
            "claims": len({one["claim_key"] for one in some}),
            "adjusted_minor": sum(one["amount_minor"] for one in some),
        }
        for (group, reason), some in sorted(sums.items())
    ]


def controls(claims: Iterable[Mapping[str, Any]]) -> tuple[Control, ...]:
    """What payers say that they pay for claims, beside what is booked of it, by account."""
    sums: dict[tuple[str, str], list[int]] = {}
    for one in claims:
        total = sums.setdefault((one["bank_account"], one["currency"]), [0, 0])
        total[0] += one["paid_minor"]
        total[1] += one["booked_minor"] or 0
    return tuple(Control(account, currency, *total) for (account, currency), total in sorted(sums.items()))


# Definition


def _build(inputs: Inputs, from_on: date | None = None) -> Built:
    assert inputs.as_of is not None, "remittances are shown up to a day"
    claims, adjustments = inputs.adjudicated(from_on or first_of_month(inputs.as_of))
    said = claims.to_pylist()
    return Built(table_of(rows_of(said, adjustments.to_pylist()), COLUMNS), controls(said))


REPORT: Final = Definition(
    "remittances",
    "Remittances of payers",
    "What insurers, regions and other payers said of our claims, and why they pay less.\n\nShows the remittances that "
    "are paid from the first day, by default that of the month, to the day of the report: a row for each, then one for "
    "each reason why its claims are paid less, and one for each claim that is not paid as claimed. Reasons are the "
    "payer's own groups and codes. They change no claim of ours: what a claim is not paid stays open on its invoice, "
    "until somebody bills the patient, credits it or writes it off.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(Option("from_on", "day", "The first day of payment; by default the first day of the month."),),
    begins=first_of_month,
    long=True,
    untied="something that a payer says it pays for a claim is not booked: see `reskontra quarantine`",
)
