"""A second reader of X12 835, which shares nothing with the one of the program: what it finds must be the same."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import NamedTuple


class Claim(NamedTuple):
    """A claim: its numbers, status and amounts, and its adjustments by group and code."""

    number: str
    control: str
    status: str
    paid: Decimal
    claimed: Decimal
    adjustments: dict[tuple[str, str], Decimal]


class Advice(NamedTuple):
    """A transaction: the trace number and amount, the claims, and the adjustments of the provider."""

    trace: str
    paid: Decimal
    claims: list[Claim]
    provider: list[tuple[str, str, Decimal]]
    declared: int
    segments: int


def advices(data: bytes) -> list[Advice]:
    """All 835 transactions that have a payment, without any doubt about the rest of the file."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    element = text[3]
    component, terminator = text.split(element, 16)[16][:2]
    found: list[Advice] = []
    open_: list[list[str]] = []
    for segment in text.split(terminator):
        parts = segment.strip("\r\n").split(element)
        open_ = [parts] if parts[0] == "ST" else [*open_, parts]
        if parts[0] == "SE" and open_[0][:2] == ["ST", "835"] and open_[1][0] == "BPR":
            found.append(_advice(open_, component))
    return found


def _advice(segments: list[list[str]], component: str) -> Advice:
    trace = next((parts[2] for parts in segments if parts[0] == "TRN"), "")
    claims: list[Claim] = []
    provider = []
    for name, *parts in segments:
        if name == "CLP":
            paid, claimed, control = Decimal(parts[3]), Decimal(parts[2]), parts[6] if len(parts) > 6 else ""
            claims.append(Claim(parts[0], control, parts[1], paid, claimed, Counter()))
        elif name == "CAS":
            for code, amount in zip(parts[1::3], parts[2::3], strict=False):
                claims[-1].adjustments[parts[0], code] += Decimal(amount)
        elif name == "PLB":
            for code, amount in zip(parts[2::2], parts[3::2], strict=True):
                reason, _, reference = code.partition(component)
                provider.append((reason, reference.partition(component)[0], Decimal(amount)))
    return Advice(trace, Decimal(segments[1][2]), claims, provider, int(segments[-1][1]), len(segments))
