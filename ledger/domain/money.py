"""Money is an integer of minor units with a currency; one function rounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.domain.refusals import Refused


def round_half_up(numerator: int, denominator: int) -> int:
    """Minor units of an exact ratio, halves away from zero; the only rounding of money there is."""
    if denominator <= 0:
        raise ValueError("the denominator must be above zero")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def spread(amount_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`amount_minor` over `weights`, to the unit: cumulative rounding, so that the parts sum exactly."""
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights are zero or above, and not all zero")
    parts: list[int] = []
    reached = given = 0
    for weight in weights:
        reached += weight
        upto = round_half_up(amount_minor * reached, total)
        parts.append(upto - given)
        given = upto
    return tuple(parts)


def require_positive(amounts: Iterable[int], about: str) -> None:
    """Refuse an amount of zero or below."""
    if any(amount <= 0 for amount in amounts):
        raise Refused("amount_not_positive", about)
