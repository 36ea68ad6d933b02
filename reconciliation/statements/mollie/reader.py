"""Mollie's settlements, as its API gives them: JSON with the sums of each month, in amounts of four decimals.

A settlement is a statement of our balance at Mollie. Its first line is what was settled, with the sums as details and
what rounding adds as the last one; its second line is the payout, with the reference that our bank's line quotes. Only
settlements that are paid out are read. The export of a settlement is only shown (`export.py`). Source: Mollie, API
reference, Get settlement and List settlements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, tzinfo
from decimal import Decimal
from typing import Final

import msgspec

from ledger.domain.money import decimals_of
from reconciliation.statements.findings import Findings
from reconciliation.statements.kinds import Kind
from reconciliation.statements.mollie import export
from reconciliation.statements.mollie.settlement import Settlement, SettlementList
from reconciliation.statements.mollie.sums import Sums
from reconciliation.statements.problems import refuse
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Profile, Statement
from reconciliation.statements.traits import Traits
from reconciliation.statements.values import to_day, to_minor
from reconciliation.statements.xml_guard import HEAD_BYTES

_RESOURCE: Final = re.compile(rb'"resource"\s*:\s*"settlement"')
_MARK: Final = b"\xef\xbb\xbf"
_AGAIN: Final = "fetch the settlement again"


def recognise(head: bytes) -> str | None:
    """Recognise settlements by the name of their resource, and an export by its header."""
    is_object = head.removeprefix(_MARK).lstrip().startswith(b"{")
    return "mollie" if is_object and _RESOURCE.search(head) else export.recognise(head)


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a settlement, or a list of settlements; problems also: json_not_well_formed, json_out_of_place."""
    if export.recognise(data[:HEAD_BYTES]):
        return export.read(data, profile.zone)
    findings = Findings()
    statements, lines = Rows(STATEMENTS), Rows(LINES)
    for number, settlement in enumerate(_decoded(data.removeprefix(_MARK), findings), 1):
        statement, found = _read(number, settlement, profile.zone, findings)
        statements.add([statement])
        lines.add(found)
    return Parsed("mollie", None, "UTF-8", statements.table(), lines.kept(), Rows(TOTALS).table(), findings.told())


def _decoded(data: bytes, findings: Findings) -> Iterator[Settlement]:
    """The settlements of a file, one by one; what the decoder says names a field or a byte, and never a value."""
    try:
        listed = msgspec.json.decode(data, type=SettlementList).embedded
        for one in listed.settlements if listed else [data]:
            yield msgspec.json.decode(one, type=Settlement)
    except msgspec.ValidationError as wrong:
        told = f"the settlement is not as Mollie's API gives it ({wrong}): {_AGAIN}"
        findings.add(refuse("json_out_of_place", told, "file"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        told = f"the JSON is broken or cut off: {_AGAIN}"
        findings.add(refuse("json_not_well_formed", told, "file"))


def _read(number: int, settlement: Settlement, zone: tzinfo | None, findings: Findings) -> tuple[Statement, list[Line]]:
    """The statement of a settlement, and its lines."""
    currency = settlement.amount.currency.upper() if settlement.amount else None
    paid_minor, paid_on = _paid(number, settlement, findings), _day(number, settlement, zone, findings)
    lines = _Lines(number, settlement, currency, paid_on)
    settled = lines.line(1, "settlement", paid_minor, settlement.id)
    _checked(number, settlement, findings)
    sums = Sums(number, settlement, currency or "", findings)
    if paid_minor is not None and settlement.amount is not None:
        sums.round_to(Decimal(settlement.amount.value), paid_minor)
    payout = [lines.line(2, "payout", -paid_minor, settlement.reference)] if paid_minor else []
    statement = Statement(
        number,
        account=settlement.balance_id or (settlement.reference or "").partition(".")[0] or None,
        account_kind="merchant",
        currency=currency,
        statement_id=settlement.id,
        created_at=settlement.created_at,
        created_on=to_day(settlement.created_at, zone) if settlement.created_at else None,
        from_on=paid_on,
        to_on=paid_on,
        opening_minor=0,
        closing_minor=0,
    )
    return statement, [settled, *sums.details, *payout]


class _Lines:
    """Makes the lines of one settlement."""

    def __init__(self, number: int, settlement: Settlement, currency: str | None, paid_on: date | None) -> None:
        self._number, self._settlement, self._currency, self._paid_on = number, settlement, currency, paid_on

    def line(self, line_no: int, kind: Kind, amount_minor: int | None, bank_ref: str | None) -> Line:
        """A line on the day on which the settlement was paid."""
        return Line(
            self._number,
            line_no,
            0,
            self._paid_on,
            amount_minor=amount_minor,
            currency=self._currency,
            status="booked",
            bank_ref=bank_ref,
            raw_position=f"{self._settlement.id} amount",
            amount_exact=amount_minor is not None,
            kind=kind,
        )


def _paid(number: int, settlement: Settlement, findings: Findings) -> int | None:
    """What was paid, in minor units; problems: currency_unknown, amount_unreadable, amount_too_precise."""
    place, amount = f"{settlement.id} amount", settlement.amount
    decimals = decimals_of(amount.currency.upper()) if amount else None
    if amount is None or decimals is None:
        code = "amount_unreadable" if amount is None else "currency_unknown"
        told = f"the settlement must have an amount in a currency of ISO 4217: {_AGAIN}"
        findings.add(refuse(code, told, place, number))
        return None
    minor, exact = to_minor(amount.value, decimals)
    if minor is None or not exact:
        code = "amount_unreadable" if minor is None else "amount_too_precise"
        told = f"the amount must be a number with at most {decimals} decimals and 10^15 minor units: {_AGAIN}"
        findings.add(refuse(code, told, place, number))
        return None
    return minor


def _day(number: int, settlement: Settlement, zone: tzinfo | None, findings: Findings) -> date | None:
    """The day on which the settlement was paid out, if it is stated."""
    if settlement.settled_at is None:
        return None
    day = to_day(settlement.settled_at, zone)
    if day is None:
        told = f"settledAt must be a date of ISO 8601: {_AGAIN}"
        findings.add(refuse("date_unreadable", told, f"{settlement.id} settledAt", number))
    return day


def _checked(number: int, settlement: Settlement, findings: Findings) -> None:
    """Report a settlement that may still change, or is only a test."""
    if settlement.mode == "test":
        told = "the settlement is of Mollie's test mode, and tests are never booked: fetch it with the live key"
        findings.add(refuse("test_file", told, f"{settlement.id} mode", number))
    if settlement.status != "paidout":
        told = "the settlement is not paid out, so it may still change: fetch it again when Mollie has paid it"
        findings.add(refuse("settlement_not_final", told, f"{settlement.id} status", number))


TRAITS = (
    Traits(
        "mollie",
        "Settlements of Mollie, with their payouts",
        "Mollie, API reference: Get settlement, List settlements",
        "balances",
        holds="settlement",
        provider="mollie",
        sums=True,
    ),
    Traits(
        export.FORMAT,
        "Mollie's export of a settlement, with its payments",
        "Mollie, Settlement report: settlement exports (CSV)",
        None,
        holds="settlement",
        provider="mollie",
    ),
)
