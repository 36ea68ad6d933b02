"""Writes the mandate file of Autogiro: it asks Bankgirot to register mandates for a bankgiro of ours, or to end them.

Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016, 7.2 (mandate file: TK01, TK03 and TK04), as public files
that were made by it show. No source at hand says how an account whose clearing number has five digits is written, nor
that a payer with a bankgiro has neither account nor identity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stdnum import luhn
from stdnum.se import orgnr

from ledger.domain.bank.account_number import account_number, is_right, kind_of
from reconciliation.payment_orders.autogiro import write_file

# Why a mandate cannot be in a file.
Wrong = Literal["payer_account_not_swedish", "payer_bankgiro_not_number", "payer_identity_not_swedish"]

# A clearing number of four digits, or of five if the fifth is a check digit that no file has, and the number itself.
_DOMESTIC: Final = re.compile(r"([1-9][0-9]{3})(?:-?[0-9])?[ ,-]+([0-9][0-9 .-]{0,15})", re.ASCII)
_CLOSED: Final = re.compile(r"([1-79][0-9]{3})([0-9]{1,12})", re.ASCII)
_LONGEST: Final = 12
_PERSON: Final = re.compile(r"(?:18|19|20)[0-9]{10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewMandate:
    """A mandate to register: its payer number, and whose account is debited, as the vault has them."""

    payer: str
    account: str
    identity: str | None

    def __repr__(self) -> str:
        return f"NewMandate({self.payer!r})"


@dataclass(frozen=True, slots=True)
class MandateOrder:
    """What Bankgirot is asked for our bankgiro; `customer` is our customer number there, `ended` are payer numbers."""

    created_on: date
    bankgiro: str
    customer: str
    new: Sequence[NewMandate]
    ended: Sequence[str]


def wrong_with(mandate: NewMandate) -> list[Wrong]:
    """All that keeps a mandate from a file; nothing if it can be in one."""
    if kind_of(mandate.account) == "bankgiro":
        number = account_number(mandate.account, "bankgiro")
        return [] if is_right(number, "bankgiro") and number == mandate.payer else ["payer_bankgiro_not_number"]
    found: list[Wrong] = [] if _account_of(mandate.account) is not None else ["payer_account_not_swedish"]
    return found if is_identity(mandate.identity) else [*found, "payer_identity_not_swedish"]


def is_identity(identity: str | None) -> bool:
    """Whether this is a personal or organisation number that Bankgirot takes."""
    return _identity_of(identity) is not None


def write_mandates(order: MandateOrder) -> bytes:
    """The file of an order, in ISO-8859-1; raises ValueError if it is empty or a mandate cannot be in it."""
    if not (order.new or order.ended) or any(wrong_with(one) for one in order.new):
        raise ValueError("the order has no mandates, or one that cannot be written")
    new = [("04", _fields(one)) for one in order.new]
    ended = [("03", {"payer": one.zfill(16)}) for one in order.ended]
    return write_file(order.created_on, order.bankgiro, order.customer, [*new, *ended])


def _fields(mandate: NewMandate) -> dict[str, str]:
    payer = {"payer": mandate.payer.zfill(16)}
    if kind_of(mandate.account) == "bankgiro":
        return payer
    account, identity = _account_of(mandate.account), _identity_of(mandate.identity)
    assert account is not None, "a mandate without an account cannot be in a file"
    assert identity is not None, "a mandate without an identity cannot be in a file"
    return payer | {"account": account, "identity": identity}


def _account_of(written: str) -> str | None:
    """The clearing number's four digits and the number in twelve; None for a number that is not written so."""
    if kind_of(written) != "bban":
        return None
    found = _DOMESTIC.fullmatch(written.strip()) or _CLOSED.fullmatch(written.strip())
    number = re.sub("[^0-9]", "", found[2]) if found else ""
    return f"{found[1]}{number.zfill(_LONGEST)}" if found and len(number) <= _LONGEST else None


def _identity_of(written: str | None) -> str | None:
    """A personal number in twelve digits, or an organisation number after two zeros; None if it is neither."""
    digits = re.sub("[^0-9]", "", written or "")
    if len(digits) == _LONGEST and _PERSON.fullmatch(digits) and luhn.is_valid(digits[2:]):
        return digits
    # The third digit of an organisation number is at least 2, that of a birth date at most 1.
    is_organisation = len(digits) == 10 and digits[2] >= "2" and orgnr.is_valid(digits)
    return f"00{digits}" if is_organisation else None
