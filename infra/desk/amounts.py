"""Converts amounts from units of the currency, as people write them, to minor units, as they are booked, and back."""

from __future__ import annotations

import re
from typing import Final

from infra.desk.problems import Problem, Stopped, quoted

# A point or a comma comes before the decimals. Thousands are separated by spaces only, because a point or comma there
# could be read as a decimal mark.
_WRITTEN: Final = re.compile(r"([0-9]{1,3}(?:([ \u00a0\u2009\u202f])[0-9]{3}(?:\2[0-9]{3})*)|[0-9]+)(?:[.,]([0-9]+))?")
_SPACES: Final = re.compile(r"[ \u00a0\u2009\u202f]")
_GROUP: Final = "\u202f"
_LARGEST: Final = 2**63 - 1


def minor_units(text: str, currency: str, *, zero: bool = False) -> int:
    """Return the amount that a person wrote, in minor units.

    Raises Stopped, which says what was expected, if the text is not an amount above zero. With `zero`, zero is also
    allowed.
    """
    from ledger.domain.money import decimals_of

    decimals = decimals_of(currency)
    if decimals is None:
        raise Stopped(Problem("currency_unknown", f"{quoted(currency)} is not a currency of ISO 4217"))
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise _malformed(text, currency, decimals)
    whole, fraction = _SPACES.sub("", found[1]), found[3] or ""
    if len(fraction) > decimals:
        raise _malformed(text, currency, decimals)
    digits = (whole + fraction.ljust(decimals, "0")).lstrip("0") or "0"
    # Python reads no number of thousands of digits.
    amount = int(digits) if len(digits) <= len(str(_LARGEST)) else None
    if amount is None or amount > _LARGEST:
        raise Stopped(Problem("amount_too_large", f"{quoted(text)} is too large for an amount"))
    if amount == 0 and not zero:
        raise Stopped(Problem("amount_not_positive", f"{quoted(text)} is zero; give an amount above zero"))
    return amount


def written(amount_minor: int, currency: str | None, *, grouped: bool = False) -> str:
    """Return an amount as people write it, or in minor units if ISO 4217 does not list the currency."""
    from ledger.domain.money import decimals_of
    from reconciliation.statements.values import to_text

    decimals = decimals_of(currency)
    if decimals is None:
        return f"{amount_minor} minor"
    whole, point, fraction = to_text(amount_minor, decimals).partition(".")
    if grouped:
        whole = f"{int(whole):,}".replace(",", _GROUP)
    return f"{'-' if amount_minor < 0 else ''}{whole}{point}{fraction}"


def _malformed(text: str, currency: str, decimals: int) -> Stopped:
    shown = f"as in 1250 or 1 250.{'5'.ljust(decimals, '0')}" if decimals else "as in 1250 or 1 250"
    has = {0: "no decimals", 1: "1 decimal"}.get(decimals, f"{decimals} decimals")
    sentence = f"{quoted(text)} is not an amount of {currency}, which has {has}; give an amount without a sign, {shown}"
    return Stopped(Problem("amount_malformed", sentence))
