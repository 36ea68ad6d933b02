"""What the vault keeps of a person, and in which form each kind is looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, Literal, get_args

from stdnum.se import orgnr

from ledger.domain.bank.account_number import account_number
from ledger.domain.bank.account_number import is_right as is_account_number
from ledger.domain.bank.account_number import kind_of as account_kind

Kind = Literal[
    "name",
    "address",
    "email",
    "phone",
    "personal_number",
    "organisation_number",
    "guardian",
    "payer_account",
    "payee_account",
    "message_text",
    "reason_text",
    "note",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# A subject has one of each of these at a time: putting it again makes a new version.
SINGLE: Final[frozenset[Kind]] = frozenset({"name", "address", "personal_number", "organisation_number"})
# What may tell who somebody is or how they are reached; of a person with protected identity, few may see it. A reason
# in words may say that, too.
TELLING: Final[frozenset[Kind]] = frozenset(KINDS)


def _name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _email(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _phone(text: str) -> str:
    """The number with its country code, which is Sweden's if there is none. Source: ITU-T E.164."""
    digits = re.sub(r"[^\d+]", "", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    return f"+46{digits[1:]}" if digits.startswith("0") else digits


def _number(text: str) -> str:
    """A personal or organisation number without century and hyphen. Source: Act (1991:481) on registration, 18 §."""
    return re.sub(r"\D", "", text)[-10:]


def _account(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


# How a text is written where it is looked up: the same, however it was typed.
_FORMS: Final[Mapping[Kind, Callable[[str], str]]] = {
    "name": _name,
    "email": _email,
    "phone": _phone,
    "personal_number": _number,
    "organisation_number": _number,
    "payer_account": _account,
    "payee_account": _account,
}


def is_right(kind: Kind, text: str) -> bool:
    """Whether a text that somebody types can be what its kind says: the check digits of its number are right.

    A number of another country, which begins with letters, is taken as an organisation number as it is.
    """
    if kind in ("payer_account", "payee_account"):
        written = account_kind(text)
        return is_account_number(account_number(text, written), written)
    if kind == "organisation_number" and not text.strip()[:1].isalpha():
        return bool(orgnr.is_valid(_number(text))) and len(re.sub(r"\D", "", text)) in (10, 12)
    return True


def looked_up(kind: Kind, text: str) -> str | None:
    """The text in the form in which it is looked up; None if this kind is not, or if nothing of the text is left."""
    form = _FORMS.get(kind)
    return (form(text) or None) if form is not None else None
