"""Examples of facts about persons, their sign-ins and duties, and what they may decide."""

from __future__ import annotations

from typing import Final

from ledger.domain.fact import Fact
from ledger.domain.people.administration import AdministratorAdded, AdministratorRemoved
from ledger.domain.people.authority import AuthorityUsed, ExceptionGranted, ExceptionUsed
from ledger.domain.people.limit import LimitSet
from ledger.domain.people.person import DutyEnded, DutyGiven, PersonRegistered
from ledger.domain.people.sign_in import SignInGiven, SignInWithdrawn
from tests.museum.subjects import DAY, DUE

OF_PEOPLE: Final[tuple[Fact, ...]] = (
    SignInGiven(person_id="anna"),
    SignInWithdrawn(person_id="anna", reason_code="LEFT"),
    AdministratorAdded(person_id="anna"),
    AdministratorRemoved(person_id="anna"),
    PersonRegistered(person_id="anna"),
    DutyGiven(duty="approver", from_on=DAY, until_on=DUE),
    DutyEnded(duty="approver", last_on=DAY, reason_code="LEFT"),
    LimitSet(
        duty="approver", kind="write_off", currency="SEK", single_minor=1_000_00, month_minor=25_000_00, from_on=DAY
    ),
    AuthorityUsed(kind="write_off", document="writeoff-w-1", amount_minor=20_00, currency="SEK"),
    ExceptionUsed(kind="write_off", document="writeoff-w-1", amount_minor=20_00, currency="SEK"),
    ExceptionGranted(
        kind="write_off", document="writeoff-w-1", amount_minor=20_00, currency="SEK", reason_code="URGENT"
    ),
)
