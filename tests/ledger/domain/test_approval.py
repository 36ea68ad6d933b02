"""Four eyes: said once for all that is asked for and decided, and a rule between persons, whoever records it."""

from __future__ import annotations

import ast
from types import SimpleNamespace

import pytest

from ledger.domain.approval import decided_by
from ledger.domain.cash.refund import ApproveRefund, RejectRefund
from ledger.domain.cash.refund_facts import RefundApproved, RefundRequested
from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff, RejectWriteOff
from ledger.domain.disputes_and_relief.write_off_facts import WriteOffApproved, WriteOffRequested
from ledger.domain.refusals import Refused
from tests.house.source import modules
from tests.kit.book import Ask, Asked, Book, asked, by
from tests.kit.care import allocate, invoice, open_clinic, receipt, request_refund, request_write_off

# What is asked for, and what another decides on it.
REQUESTS: dict[str, Ask] = {"refund": request_refund("x", 60_00), "write-off": request_write_off("x", "i1")}
APPROVALS: dict[str, Ask] = {"refund": ApproveRefund(refund_id="x"), "write-off": ApproveWriteOff(write_off_id="x")}
REJECTIONS: dict[str, Ask] = {
    "refund": RejectRefund(refund_id="x", reason_code="NO"),
    "write-off": RejectWriteOff(write_off_id="x", reason_code="NO"),
}
STEPS = [(kind, step) for steps in (APPROVALS, REJECTIONS) for kind, step in steps.items()]


def book_with(request: Ask) -> Book:
    """p1 owes 250.00 and has 100.00 of customer credit; something was asked for."""
    return open_clinic().given(invoice("i1"), receipt("r", 100_00), allocate("r", rest_to="p1"), request)


def for_another(actor: str, person: str, ask: Ask) -> Asked:
    """What one person does because another asked for it."""
    return by(actor, ask)._replace(on_behalf_of=person)


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_who_asked_decides_nothing(kind: str, step: Ask) -> None:
    book_with(by("anna", REQUESTS[kind])).when(by("anna", step)).refused("approver_is_requester")


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_who_asked_decides_nothing_by_the_hand_of_another_either(kind: str, step: Ask) -> None:
    book = book_with(by("anna", REQUESTS[kind]))
    book.when(for_another("bo", "anna", step)).refused("approver_is_requester")


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_who_asked_by_the_hand_of_another_decides_nothing(kind: str, step: Ask) -> None:
    book = book_with(for_another("bo", "anna", REQUESTS[kind]))
    book.when(by("anna", step)).refused("approver_is_requester")
    book.when(by("bo", step)).refused("approver_is_requester")
    book.when(for_another("carl", "bo", step)).refused("approver_is_requester")
    assert book.decide(by("carl", step))


@pytest.mark.parametrize("kind", REQUESTS)
def test_the_facts_say_who_asked_and_who_approved(kind: str) -> None:
    book = book_with(for_another("clerk", "anna", REQUESTS[kind]))
    (requested,) = [new.fact for new in book.log if isinstance(new.fact, RefundRequested | WriteOffRequested)]
    assert (requested.requester, requested.on_behalf_of) == ("clerk", "anna")
    approved = book.do(for_another("bo", "carl", APPROVALS[kind]))[0].fact
    assert isinstance(approved, RefundApproved | WriteOffApproved)
    assert approved.approver == "bo"


def test_another_person_may_decide() -> None:
    envelope = asked(by("bo", REQUESTS["refund"])).envelope
    assert decided_by(envelope, SimpleNamespace(requester="anna", on_behalf_of=None), "x") == "bo"
    with pytest.raises(Refused, match=r"approver_is_requester \(x\)"):
        decided_by(envelope, SimpleNamespace(requester="bo", on_behalf_of=None), "x")


def test_the_rule_stands_once() -> None:
    raising = [
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.args[0]) == "'approver_is_requester'"
    ]
    assert raising == ["ledger.domain.approval"]
