"""Marks of payers: who is protected, who is a minor and whose child, who is dead; reminders respect them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item_facts import HoldLifted, HoldPlaced, ReminderSent, ReminderSuppressed
from ledger.domain.receivables.mark import NOUN, EndMark, MarkAccount
from ledger.domain.receivables.mark_facts import (
    MANAGER,
    AccountMarked,
    AccountMarkEnded,
    Mark,
    is_protected,
    marks_of,
)
from tests.kit.book import DAY, Book, Raised, by, on, under
from tests.kit.care import (
    DUE,
    approve_erasure,
    credit,
    invoice,
    mark,
    open_account,
    open_clinic,
    remind,
    request_erasure,
    unmark,
)

LATER = DAY + timedelta(days=30)


def owing() -> Book:
    """Two patients and two guardians; p1 owes for two invoices."""
    return open_clinic().given(
        open_account("g1", "guardian"), open_account("g2", "guardian"), invoice("i1"), invoice("i2")
    )


def marks(book: Book, account: str = "p1") -> set[str]:
    """The marks in force."""
    state = book.states[f"account-{account}"]
    assert isinstance(state, Account)
    assert dict(marks_of(book.facts(f"account-{account}"))) == state.marks
    return set(state.marks)


def reminded(book: Book, item: str = "i1") -> str:
    """To whom a reminder is sent, or why none is."""
    (new,) = book.do(remind(item))
    if isinstance(new.fact, ReminderSent):
        return new.fact.addressed_to
    assert isinstance(new.fact, ReminderSuppressed)
    return f"none: {new.fact.why}"


@pytest.mark.parametrize("kind", ["confidential", "protected_registration", "minor", "dead"])
def test_a_mark_is_set_and_ended_on_its_day_with_a_reason(kind: Mark) -> None:
    said = AccountMarked(mark=kind, reason_code="REGISTER", guardian_id=None)
    book = owing().when(on(DAY, mark("p1", kind))).then(NewFact("account-p1", said, DAY))
    assert marks(book) == {kind}
    book.when(mark("p1", kind)).nothing_new()
    ended = AccountMarkEnded(mark=kind, reason_code="CHANGED")
    book.when(on(LATER, unmark("p1", kind))).then(NewFact("account-p1", ended, LATER))
    assert marks(book) == set()
    book.when(mark("p1", kind)).then(said)


def test_marks_of_different_kinds_hold_together() -> None:
    book = owing().given(mark("p1", "confidential"), mark("p1", "minor"), mark("p1", "dead"))
    book.given(unmark("p1", "minor"))
    assert marks(book) == {"confidential", "dead"}


def test_either_grade_protects() -> None:
    found = {
        kind: is_protected(marks_of([AccountMarked(mark=kind, reason_code="R", guardian_id=None)])) for kind in KINDS
    }
    assert found == {"confidential": True, "protected_registration": True, "minor": False, "dead": False}


KINDS: tuple[Mark, ...] = ("confidential", "protected_registration", "minor", "dead")


def test_a_minor_is_not_reminded_and_the_guardian_is() -> None:
    assert reminded(owing()) == "p1"
    assert reminded(owing().given(mark("p1", "minor", "g1"))) == "g1"


def test_of_a_minor_without_a_known_guardian_nobody_is_reminded() -> None:
    assert reminded(owing().given(mark("p1", "minor"))) == "none: minor"


@pytest.mark.parametrize("kind", ["minor", "dead"])
def test_a_guardian_who_is_dead_or_a_minor_gets_no_letter(kind: Mark) -> None:
    book = owing().given(mark("p1", "minor", "g1"), mark("g1", kind))
    assert reminded(book) == "none: minor"


def test_another_guardian_replaces_the_earlier_one() -> None:
    book = owing().given(mark("p1", "minor", "g1"), mark("p1", "minor", "g2"))
    assert reminded(book) == "g2"


def test_who_comes_of_age_gets_the_letter() -> None:
    assert reminded(owing().given(mark("p1", "minor", "g1"), unmark("p1", "minor"))) == "p1"


def test_a_payer_with_protected_identity_is_reminded() -> None:
    assert reminded(owing().given(mark("p1", "confidential"))) == "p1"


def test_nobody_writes_to_the_dead_even_of_an_item_that_nobody_held() -> None:
    book = owing().given(mark("p1", "dead"))
    assert reminded(book) == "none: dead"
    assert reminded(book.given(unmark("p1", "dead"))) == "p1"


def test_what_a_dead_payer_does_not_owe_any_more_is_paid() -> None:
    assert reminded(owing().given(mark("p1", "dead"), credit("c", "i1"))) == "none: paid"


def test_the_items_of_a_dead_payer_are_held_until_the_mark_ends() -> None:
    placed = HoldPlaced(hold_id="dead", reason_code="PAYER_DEAD", until_on=None)
    said = AccountMarked(mark="dead", reason_code="REGISTER", guardian_id=None)
    book = (
        owing()
        .when(mark("p1", "dead", items=("i1.1",)))
        .then(NewFact("account-p1", said), NewFact("item-i1.1", placed))
    )
    book.when(mark("p1", "dead", items=("i1.1", "i2.1"))).then(NewFact("item-i2.1", placed))
    book.when(mark("p1", "dead", items=("i1.1", "i2.1"))).nothing_new()
    lifted = HoldLifted(hold_id="dead", reason_code="CHANGED")
    book.when(unmark("p1", "dead", items=("i2.1",))).then(
        NewFact("account-p1", AccountMarkEnded(mark="dead", reason_code="CHANGED")), NewFact("item-i2.1", lifted)
    )


def test_only_the_dead_are_held() -> None:
    book = owing().given(mark("p1", "confidential", items=("i1.1",)))
    assert not book.states["item-i1.1"].holds  # type: ignore[attr-defined]


def test_the_day_of_a_reminder_does_not_matter() -> None:
    book = owing().given(on(LATER, mark("p1", "dead")))
    assert book.do(remind("i1", DUE, DUE))[0].fact.why == "dead"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "command",
    [
        MarkAccount(account_id="p1", mark="dead", reason_code=""),
        EndMark(account_id="p1", mark="confidential", reason_code=""),
    ],
)
def test_a_mark_needs_a_reason(command: MarkAccount | EndMark) -> None:
    owing().given(mark("p1", "confidential")).when(command).refused("reason_missing")


@pytest.mark.parametrize("guardian", ["p1", "r1", "g2", "p2"])
def test_not_everybody_can_be_a_guardian(guardian: str) -> None:
    book = owing().given(mark("g2", "dead"), mark("p2", "minor"))
    book.when(mark("p1", "minor", guardian)).refused("guardian_unfit")


def test_a_guardian_has_an_account() -> None:
    owing().when(mark("p1", "minor", "nobody")).refused("account_not_open")


@pytest.mark.parametrize("duty", ["front_desk", "nurse", "billing", "finance"])
@pytest.mark.parametrize("kind", ["confidential", "protected_registration"])
def test_whoever_may_not_read_a_protected_payer_does_not_end_the_protection(kind: Mark, duty: str) -> None:
    book = owing().given(mark("p1", kind))
    book.when(under(duty, unmark("p1", kind))).refused("payer_protected")
    assert marks(book.given(under("manager", unmark("p1", kind)))) == set()


def test_only_a_manager_names_the_guardian_of_a_protected_payer() -> None:
    book = owing().given(under("nurse", mark("p1", "minor", "g2")), mark("p1", "confidential"))
    book.when(under("nurse", mark("p1", "minor", "g1"))).refused("payer_protected")
    assert reminded(book.given(under("manager", mark("p1", "minor", "g1")))) == "g1"


@pytest.mark.parametrize("kind", ["minor", "dead"])
def test_other_marks_of_a_protected_payer_are_set_and_ended_as_ever(kind: Mark) -> None:
    book = owing().given(mark("p1", "confidential"))
    book.given(under("billing", mark("p1", kind)), under("billing", unmark("p1", kind)))
    assert marks(book) == {"confidential"}


def test_a_manager_acts_as_manager() -> None:
    assert [NOUN.duties[one][0] for one in (MarkAccount, EndMark)] == [MANAGER, MANAGER]


RAISED: Raised = {
    "guardian_of_no_minor": ((), mark("p1", "dead", "p2")),
    "guardian_unfit": ((), mark("p1", "minor", "p1")),
    "item_of_another_payer": ((), mark("p2", "dead", items=("i1.1",))),
    "mark_of_no_person": ((), mark("r1", "dead")),
    "mark_unknown": ((), unmark("p1", "dead")),
    "payer_erased": (
        (open_account("p9"), request_erasure("p9", "p9"), by("bo", approve_erasure("p9", "p9"))),
        mark("p9", "dead"),
    ),
    "payer_protected": ((mark("p1", "confidential"),), under("billing", unmark("p1", "confidential"))),
}
