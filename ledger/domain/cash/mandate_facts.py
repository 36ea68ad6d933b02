"""The facts of a mandate: a payer's leave to collect from their bank account what they owe."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

from ledger.domain.fact import Fact

# Autogiro is Bankgirot's scheme in Sweden; the other two are of the European Payments Council.
Scheme = Literal["autogiro", "sepa_core", "sepa_b2b"]
# Who ended a mandate: the payer, the payer's bank or its clearing house, or we.
EndedBy = Literal["payer", "payers_bank", "us"]


# What the clearing house is asked: to register a mandate, or to take it out.
SentStep = Literal["registration", "ending"]

Status = Literal["requested", "accepted", "rejected", "cancelled"]


class MandateRequested(Fact, frozen=True):
    """A payer gave us leave to collect what an account owes; the bank knows it by the mandate's id.

    `bank_account` is our account that gets the money. `payer_ref` is the vault's id of the person whose account is
    debited, and never an account number; null for the account's own payer. `notice_days` is how long before a
    collection the payer must be told of it, if that was agreed; null for what the scheme says.
    """

    mandate_id: str
    account_id: str
    scheme: Scheme
    bank_account: str
    payer_ref: str | None
    signed_on: date | None
    notice_days: int | None


class MandateAccepted(Fact, frozen=True):
    """The payer's bank accepted the mandate, or needs not be asked: collections may be due from the fact's day on.

    They may be due from `active_from` on instead, if the bank gave that later day.
    """

    mandate_id: str
    active_from: date | None = None

    def active_on(self, on: date) -> date:
        """From which day on collections may be due, if the fact is of this day."""
        return max(on, self.active_from or on)


class MandateRejected(Fact, frozen=True):
    """The payer's bank rejected the mandate, for a reason by its code."""

    mandate_id: str
    reason_code: str


class MandateAmended(Fact, frozen=True):
    """The payer's account is another one; the vault keeps its number with the person `payer_ref`, if not the payer."""

    mandate_id: str
    payer_ref: str | None
    reason_code: str


class MandateCancelled(Fact, frozen=True):
    """The mandate ended: nothing more is collected with it. What is under way is the bank's to answer.

    `advised` is true if the clearing house knows it, so that it needs not be told.
    """

    mandate_id: str
    ended_by: EndedBy
    reason_code: str
    advised: bool = False

    @property
    def to_be_said(self) -> bool:
        """Whether the clearing house must be told, if it has the mandate."""
        return not self.advised and self.ended_by != "payers_bank"


class MandateSent(Fact, frozen=True):
    """A file asks the clearing house to register the mandate, or to take it out because it has ended.

    `order_file` is the hash of the file.
    """

    mandate_id: str
    step: SentStep
    order_file: str


class MandateHeld(Fact, frozen=True):
    """A bank refused a direct debit for a reason that is the mandate's, so nothing is collected with it as it is.

    The payer's other account, or a person's word for another collection with it, ends this.
    """

    mandate_id: str
    collection_id: str
    reason_code: str


class MandateUsed(Fact, frozen=True):
    """Something is collected with the mandate, due on a day."""

    collection_id: str
    due_on: date


MandateFact = (
    MandateRequested
    | MandateAccepted
    | MandateRejected
    | MandateAmended
    | MandateCancelled
    | MandateHeld
    | MandateUsed
    | MandateSent
)

# Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016, 5.3 (payer numbers); European Payments Council,
# EPC016-06, AT-01 (the unique mandate reference). Neither may be too long for its field.
_PAYER_NUMBER: Final = re.compile(r"[1-9][0-9]{0,15}")
_LONGEST_REFERENCE: Final = 35


def can_be_number(id: str, scheme: Scheme) -> bool:
    """Whether a scheme can carry this number of a mandate."""
    if scheme == "autogiro":
        return bool(_PAYER_NUMBER.fullmatch(id))
    return len(id) <= _LONGEST_REFERENCE
