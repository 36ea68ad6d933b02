"""The persons of an office at random: every fact about persons and what they may decide."""

from __future__ import annotations

from typing import Final

from ledger.domain.duty import DUTIES, person_actor
from ledger.domain.people.authority import GrantException
from ledger.domain.people.limit import SetLimit
from ledger.domain.people.person import EndDuty, GiveDuty
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.people.sign_in import GiveSignIn, WithdrawSignIn
from tests.kit.book import DAY, Ask, by

_COMMANDS: Final = (
    RegisterPerson(person_id="founder", sign_in="f", duties=DUTIES),
    RegisterPerson(person_id="bo", sign_in="b", duties=("finance", "nurse", "admin")),
    GiveDuty(person_id="bo", duty="approver"),
    EndDuty(person_id="bo", duty="nurse", reason_code="LEFT"),
    EndDuty(person_id="bo", duty="admin", reason_code="LEFT"),
    GiveSignIn(person_id="bo", sign_in="b2"),
    WithdrawSignIn(sign_in="b", reason_code="LOST"),
    SetLimit(set_by="founder", duty="approver", kind="write_off", currency="SEK", single_minor=1_000_00),
    GrantException(
        person_id="bo",
        kind="write_off",
        document="writeoff-w",
        amount_minor=2_000_00,
        currency="SEK",
        reason_code="URGENT",
        month=DAY,
    ),
)
STAFFING: Final[tuple[Ask, ...]] = tuple(by(person_actor("founder"), one) for one in _COMMANDS)
