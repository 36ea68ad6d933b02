"""The administrators: once there is one, there is never none."""

from __future__ import annotations

from ledger.domain.duty import person_actor
from ledger.domain.people.person import EndDuty
from tests.kit.book import Raised, by
from tests.ledger.domain.people.test_person import FOUNDED, end, founded, register


def test_one_of_two_administrators_can_end_the_other_and_not_themselves():
    book = founded().given(register("bo", "admin"))
    book.when(end("founder", "admin")).refused("duty_to_oneself")
    book.given(by(person_actor("bo"), EndDuty(person_id="founder", duty="admin", reason_code="LEFT")))
    book.when(by(person_actor("founder"), EndDuty(person_id="bo", duty="admin", reason_code="LEFT"))).refused(
        "last_administrator"
    )


RAISED: Raised = {
    "last_administrator": (
        (FOUNDED, register("bo")),
        by(person_actor("bo"), EndDuty(person_id="founder", duty="admin", reason_code="LEFT")),
    )
}
