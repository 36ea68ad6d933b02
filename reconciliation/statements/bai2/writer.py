"""Writes BAI2 files as banks do, for the demo's bank and for tests of the reader.

Source of records and fields: BAI, Cash Management Balance Reporting Specifications, Version 2, October 2005.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

_TEXT_WIDTH = 60
_NOT_FREE = re.compile(r"[,/\r\n]")


@dataclass(frozen=True, slots=True)
class Bai2Movement:
    """A movement (16); its amount is positive if it raises the balance, and its code must say the same."""

    amount_minor: int
    code: str
    bank_ref: str = ""
    customer_ref: str = ""
    text: str = ""
    value_on: date | None = None


@dataclass(frozen=True, slots=True)
class Bai2Account:
    """An account (03 to 49) on one day; the closing balance and the sums of both sides follow from its movements."""

    account: str
    currency: str
    opening_minor: int
    movements: Sequence[Bai2Movement]


def write_bai2(
    created_at: datetime, as_of: date, accounts: Sequence[Bai2Account], modifier: str = "2", status: str = "1"
) -> bytes:
    """Write a file of one group; `created_at` is the bank's local time, without a zone.

    A reference with a comma or a slash, and a text that ends with a slash, raise ValueError.
    """
    written = [_account(account) for account in accounts]
    total = sum(control for _, control in written)
    records = [record for lines, _ in written for record in lines]
    lines = [
        f"01,122099999,123456789,{created_at:%y%m%d},{created_at:%H%M},1,,,2/",
        f"02,123456789,122099999,{status},{as_of:%y%m%d},2359,,{modifier}/",
        *records,
        f"98,{total},{len(accounts)},{len(records) + 2}/",
        f"99,{total},1,{len(records) + 4}/",
    ]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def _account(account: Bai2Account) -> tuple[list[str], int]:
    """An account's records and its control total."""
    amounts = [movement.amount_minor for movement in account.movements]
    credits, debits = (sum(abs(one) for one in amounts if (one > 0) == raised) for raised in (True, False))
    balances = {
        "010": account.opening_minor,
        "015": account.opening_minor + sum(amounts),
        "100": credits,
        "400": debits,
    }
    stated = [f"{code},{amount},," for code, amount in balances.items()]
    lines = [f"03,{account.account},{account.currency},{','.join(stated[:2])}/", f"88,{','.join(stated[2:])}/"]
    lines += [line for movement in account.movements for line in _movement(movement)]
    control = sum(balances.values()) + sum(map(abs, amounts))
    return [*lines, f"49,{control},{len(lines) + 1}/"], control


def _movement(movement: Bai2Movement) -> list[str]:
    if _NOT_FREE.search(movement.bank_ref + movement.customer_ref) or movement.text.endswith("/"):
        raise ValueError("references have no commas and slashes, and a text does not end with a slash")
    funds = f"V,{movement.value_on:%y%m%d}," if movement.value_on else "Z"
    first = f"16,{movement.code},{abs(movement.amount_minor)},{funds},{movement.bank_ref},{movement.customer_ref},"
    text, *more = _wrapped(movement.text)
    return [f"{first}{text}/", *(f"88,{line}/" for line in more)]


def _wrapped(text: str) -> list[str]:
    """A text in lines of whole words; a word that is longer than a line has one of its own."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _TEXT_WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines
