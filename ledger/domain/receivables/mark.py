"""Marks of a payer: protected identity, minor with a guardian, dead; whoever is dead is held and not reminded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from ledger.domain.fact import DatedCommand, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import Account, account_of
from ledger.domain.receivables.item import item_of, mirrored
from ledger.domain.receivables.item_facts import HoldLifted, HoldPlaced
from ledger.domain.receivables.mark_facts import (
    MANAGER,
    PROTECTING,
    AccountMarked,
    AccountMarkEnded,
    Mark,
    is_protected,
)
from ledger.domain.refusals import Refused

# The hold of a dead payer's items has this id, and its reason code.
_HOLD: Final = "dead"
_REASON: Final = "PAYER_DEAD"
# Regions, insurers and employers are no persons.
_PERSONS: Final = ("patient", "guardian")

# Commands


class MarkAccount(DatedCommand, frozen=True):
    """Mark a payer; `guardian_id` is the account of a minor's guardian, `item_ids` the open items of a dead payer."""

    looked_up: ClassVar[tuple[str, ...]] = ("item_ids",)

    account_id: str
    mark: Mark
    reason_code: str
    guardian_id: str | None = None
    item_ids: tuple[str, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """The account, the guardian's, and the items."""
        accounts = (self.account_id,) if self.guardian_id is None else (self.account_id, self.guardian_id)
        return (*(stream_of("account", one) for one in accounts), *(stream_of("item", one) for one in self.item_ids))


class EndMark(DatedCommand, frozen=True):
    """End a mark; `item_ids` are the items that are held because the payer was marked as dead."""

    looked_up: ClassVar[tuple[str, ...]] = ("item_ids",)

    account_id: str
    mark: Mark
    reason_code: str
    item_ids: tuple[str, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """The account and the items."""
        return (stream_of("account", self.account_id), *(stream_of("item", one) for one in self.item_ids))


# Decide


def mark(states: States, command: MarkAccount, envelope: Envelope) -> Decision:
    """Mark the payer, with a reason; the same mark again changes nothing, and another guardian replaces the earlier.

    The given items of a dead payer are held until the mark ends.
    """
    account = payer_of(states, command.account_id)
    if account.payer not in _PERSONS:
        raise Refused("mark_of_no_person", command.account_id)
    _require_guardian(states, command)
    if command.guardian_id is not None and is_protected(account.marks):
        _require_reader(command.account_id, envelope)
    held = command.item_ids if command.mark == "dead" else ()
    on = command.on or envelope.occurred_on
    placed = HoldPlaced(hold_id=_HOLD, reason_code=_REASON, until_on=None)
    holds = tuple(mirrored(one, placed, on) for one in held if not _is_held(states, one, account))
    known = account.marks.get(command.mark)
    if known is not None and known.guardian_id == command.guardian_id:
        return holds
    fact = AccountMarked(mark=command.mark, reason_code=command.reason_code, guardian_id=command.guardian_id)
    return (NewFact(stream_of("account", command.account_id), fact, on), *holds)


def end(states: States, command: EndMark, envelope: Envelope) -> Decision:
    """End a mark that is in force, with a reason; the holds of a payer who is not dead after all are lifted.

    Protection is ended only by whoever may read who the payer is.
    """
    account = account_of(states, command.account_id)
    if command.mark not in account.marks:
        raise Refused("mark_unknown", command.account_id)
    if command.mark in PROTECTING:
        _require_reader(command.account_id, envelope)
    on = command.on or envelope.occurred_on
    lifted = HoldLifted(hold_id=_HOLD, reason_code=command.reason_code)
    held = command.item_ids if command.mark == "dead" else ()
    holds = tuple(mirrored(one, lifted, on) for one in held if _is_held(states, one, account))
    fact = AccountMarkEnded(mark=command.mark, reason_code=command.reason_code)
    return (NewFact(stream_of("account", command.account_id), fact, on), *holds)


def payer_of(states: States, account_id: str) -> Account:
    """The open account of a payer who was not erased, or a refusal."""
    account = account_of(states, account_id)
    if account.erased:
        raise Refused("payer_erased", account_id)
    return account


def require_payers(states: States, account_ids: Iterable[str]) -> None:
    """Refuse if one of these payers was erased."""
    for account_id in account_ids:
        payer_of(states, account_id)


def addressee(states: States, account_id: str) -> str | None:
    """The account whose payer gets a letter: the payer's own, a minor's guardian's, or None if there is nobody."""
    account = account_of(states, account_id)
    if "minor" not in account.marks:
        return account_id
    guardian_id = account.marks["minor"].guardian_id
    if guardian_id is None:
        return None
    guardian = account_of(states, guardian_id)
    return None if guardian.marks.keys() & {"minor", "dead"} else guardian_id


def _require_guardian(states: States, command: MarkAccount) -> None:
    if command.guardian_id is None:
        return
    if command.mark != "minor":
        raise Refused("guardian_of_no_minor", command.account_id)
    guardian = payer_of(states, command.guardian_id)
    itself = command.guardian_id == command.account_id
    if itself or guardian.payer not in _PERSONS or guardian.marks.keys() & {"minor", "dead"}:
        raise Refused("guardian_unfit", command.guardian_id)


def _require_reader(account_id: str, envelope: Envelope) -> None:
    """Refuse whoever may not read who a protected payer is; a person whose duty nobody knows is not refused."""
    if envelope.duty not in (None, MANAGER):
        raise Refused("payer_protected", account_id)


def _is_held(states: States, item_id: str, account: Account) -> bool:
    item = item_of(states, item_id)
    if item.raised.account_id != account.account_id:
        raise Refused("item_of_another_payer", item_id)
    return _HOLD in item.holds


# Registration

NOUN: Final = Noun(
    "mark",
    rules={MarkAccount: mark, EndMark: end},
    duties={
        # A manager acts as such, because only a manager may do all of it.
        MarkAccount: (MANAGER, "front_desk", "nurse", "billing", "finance"),
        EndMark: (MANAGER, "billing", "finance"),
    },
    refusals={
        "guardian_of_no_minor": "Only a minor has a guardian; leave the guardian out.",
        "guardian_unfit": (
            "This account cannot be the guardian's: it is the minor's own, another minor's, a dead payer's, or no "
            "person's."
        ),
        "item_of_another_payer": "The item is owed by another payer than the one who is marked.",
        "mark_of_no_person": "Only a person can be marked so; this payer is a region, an insurer or an employer.",
        "mark_unknown": "The payer has no such mark.",
        "payer_erased": (
            "The payer of this account was erased, so nothing is billed, credited or noted on it any more: open "
            "another account. Money that still comes is its sender's: open an account for the sender, identify the "
            "receipt as theirs, and refund it from there. What is open again here can be written off."
        ),
        "payer_protected": (
            "The payer's identity is protected, so only a manager, who may read who it is, ends the protection or "
            "names a guardian, who would get the letters. Ask a manager to do it."
        ),
    },
)
