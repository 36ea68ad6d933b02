"""Writes X12 835 files as American payers do, for the demo's payer and for tests of the reader.

Source of segments and elements: ASC X12N 835 (005010X221A1) and ASC X12.5 (interchange control).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ledger.domain.money import decimals_of
from reconciliation.statements.values import to_text

# A CAS segment has six reasons of one group, a PLB segment six adjustments of one provider.
_MOST: Final = 6
_VERSION: Final = "005010X221A1"


@dataclass(frozen=True, slots=True)
class EraAdjustment:
    """Why less is paid than was claimed (CAS): the group and code of the reason, and the amount."""

    group: str
    code: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class EraProcedure:
    """A service of a claim (SVC), by the code of its procedure, with its own adjustments."""

    code: str
    claimed_minor: int
    paid_minor: int
    adjustments: Sequence[EraAdjustment] = ()


@dataclass(frozen=True, slots=True)
class EraClaim:
    """A claim (CLP), by the number that the provider gave it; status 22 takes back what an earlier claim was paid."""

    number: str
    claimed_minor: int
    paid_minor: int
    status: str = "1"
    control: str = "C0"
    adjustments: Sequence[EraAdjustment] = ()
    services: Sequence[EraProcedure] = ()
    patient: str = "EXEMPEL*ANNA"
    member: str = "XXX000000000"


@dataclass(frozen=True, slots=True)
class EraProviderAdjustment:
    """What the payer takes besides all claims (PLB), or gives if the amount is negative."""

    code: str
    amount_minor: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class EraPayment:
    """One payment (ST to SE): its claims less what the payer takes besides them."""

    trace: str
    payer: str
    paid_on: date
    claims: Sequence[EraClaim]
    adjustments: Sequence[EraProviderAdjustment] = ()
    method: str = "ACH"
    account: str = ""
    currency: str = ""
    payer_name: str = "EXAMPLE HEALTH PLAN"
    payee_name: str = "EXAMPLE CLINIC"

    @property
    def amount_minor(self) -> int:
        """What is paid (BPR02)."""
        return sum(claim.paid_minor for claim in self.claims) - sum(one.amount_minor for one in self.adjustments)


@dataclass(frozen=True, slots=True)
class EraForm:
    """With which characters a payer ends elements, components and segments, and whether it fills the header."""

    element: str = "*"
    component: str = ":"
    segment: str = "~"
    after_segment: str = "\n"
    filled: bool = True


def write_x12_835(
    created_at: datetime,
    payments: Sequence[EraPayment],
    control: int = 1,
    production: bool = True,
    form: EraForm = EraForm(),
) -> bytes:
    """Write an interchange with one group; raises ValueError if a value has a character that ends something."""
    group = ["GS", "HP", "PAYER", "PROVIDER", f"{created_at:%Y%m%d}", f"{created_at:%H%M}", "1", "X", _VERSION]
    segments = [_header(created_at, control, production, form), group]
    for number, payment in enumerate(payments, 1):
        body = [["ST", "835", f"{number:04}"], *_payment(payment, form)]
        segments += [*body, ["SE", str(len(body) + 1), f"{number:04}"]]
    segments += [["GE", str(len(payments)), "1"], ["IEA", "1", f"{control:09}"]]
    ends = {form.element, form.segment}
    if any(end in element for segment in segments for element in segment for end in ends):
        raise ValueError("a value has a character that ends an element or a segment")
    end = form.segment + form.after_segment
    return "".join(form.element.join(segment) + end for segment in segments).encode()


def _header(created_at: datetime, control: int, production: bool, form: EraForm) -> list[str]:
    widths = (2, 10, 2, 10, 2, 15, 2, 15)
    values = ("00", "", "00", "", "ZZ", "PAYER", "ZZ", "PROVIDER")
    filled = [value.ljust(width if form.filled else 0) for value, width in zip(values, widths, strict=True)]
    stamp, usage = [f"{created_at:%y%m%d}", f"{created_at:%H%M}"], "P" if production else "T"
    return ["ISA", *filled, *stamp, "^", "00501", f"{control:09}", "0", usage, form.component]


def _payment(payment: EraPayment, form: EraForm) -> list[list[str]]:
    currency = payment.currency or "USD"
    to = ["01", "999999999", "DA", payment.account] if payment.account else ["", "", "", ""]
    fixed = ["I", _amount(payment.amount_minor, currency), "C", payment.method, "", "", "", "", "", payment.payer, ""]
    segments = [
        ["BPR", *fixed, *to, f"{payment.paid_on:%Y%m%d}"],
        ["TRN", "1", payment.trace, payment.payer],
        *([["CUR", "PR", payment.currency]] if payment.currency else []),
        ["N1", "PR", payment.payer_name],
        ["N3", "1 EXAMPLE STREET"],
        ["N4", "EXAMPLE", "NY", "10001"],
        ["PER", "BL", "EXAMPLE DESK", "TE", "5555550100"],
        ["N1", "PE", payment.payee_name, "XX", "1999999984"],
        *([["LX", "1"]] if payment.claims else []),
    ]
    for claim in payment.claims:
        segments += _claim(claim, currency, form)
    for start in range(0, len(payment.adjustments), _MOST):
        segment = ["PLB", "1999999984", f"{payment.paid_on:%Y}1231"]
        for one in payment.adjustments[start : start + _MOST]:
            reference = [one.reference] if one.reference else []
            segment += [form.component.join([one.code, *reference]), _amount(one.amount_minor, currency)]
        segments.append(segment)
    return segments


def _claim(claim: EraClaim, currency: str, form: EraForm) -> list[list[str]]:
    amounts = [_amount(claim.claimed_minor, currency), _amount(claim.paid_minor, currency)]
    last, _, first = claim.patient.partition("*")
    segments = [
        ["CLP", claim.number, claim.status, *amounts, "", "12", claim.control],
        *_reasons(claim.adjustments, currency),
        ["NM1", "QC", "1", last, first, "", "", "", "MI", claim.member],
    ]
    for service in claim.services:
        amounts = [_amount(service.claimed_minor, currency), _amount(service.paid_minor, currency)]
        segments += [
            ["SVC", form.component.join(["HC", service.code]), *amounts],
            *_reasons(service.adjustments, currency),
        ]
    return segments


def _reasons(adjustments: Sequence[EraAdjustment], currency: str) -> list[list[str]]:
    segments = []
    for group in dict.fromkeys(one.group for one in adjustments):
        members = [one for one in adjustments if one.group == group]
        for start in range(0, len(members), _MOST):
            written = [[one.code, _amount(one.amount_minor, currency), ""] for one in members[start : start + _MOST]]
            # Blank elements at the end of a segment are not written.
            segments.append(["CAS", group, *[element for reason in written for element in reason][:-1]])
    return segments


def _amount(minor: int, currency: str) -> str:
    """A number without needless zeros, as the standard asks."""
    text = to_text(minor, decimals_of(currency) or 0)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"-{text}" if minor < 0 else text
