"""The digest of a command's content: of what is said, and not of what was looked up."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.fact import Command
from ledger.domain.personal_data.subject import ApproveErasure, RequestErasure
from ledger.domain.receivables.mark import EndMark, MarkAccount
from ledger.execution.digest import digest_of

MARKED = MarkAccount(account_id="p1", mark="dead", reason_code="REGISTER", item_ids=("1.1",))
ENDED = EndMark(account_id="p1", mark="dead", reason_code="OTHER_PERSON", item_ids=("1.1",))
ASKED = RequestErasure(subject_id="p1", account_id="p1", ledger_position=7, reason_code="ASKED")
ERASED = ApproveErasure(subject_id="p1", account_id="p1", ledger_position=9)


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (MARKED, replace(MARKED, item_ids=("1.1", "2.1"))),
        (ENDED, replace(ENDED, item_ids=())),
        (ASKED, replace(ASKED, ledger_position=8, last_on=date(2026, 10, 1), streams_of=("item-1.1",))),
        (ERASED, replace(ERASED, account_id=None, ledger_position=10)),
    ],
)
def test_what_was_looked_up_is_no_other_content(command: Command, found: Command):
    assert digest_of(found) == digest_of(command)


@pytest.mark.parametrize(
    ("command", "other"),
    [
        (MARKED, replace(MARKED, reason_code="OTHER")),
        (ENDED, replace(ENDED, account_id="p2")),
        (ASKED, replace(ASKED, subject_id="p2")),
        (ERASED, replace(ERASED, subject_id="p2")),
    ],
)
def test_what_is_said_is(command: Command, other: Command):
    assert digest_of(other) != digest_of(command)
