"""The use cases of mandates: payers' leave to collect from their bank accounts what they owe."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from infra.desk import names
from infra.desk.bank_account import declared_as
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.vault import VaultDoor
    from ledger.domain.cash.mandate_facts import EndedBy, Scheme


class Given(NamedTuple):
    """What a payer gave: the scheme, our bank account, whose account is debited, the signature, the agreed notice."""

    scheme: Scheme
    bank_account: str
    payer_ref: str | None = None
    signed_on: date | None = None
    notice_days: int | None = None


class Ended(NamedTuple):
    """Who ended a mandate and why, and whether the clearing house knows it already."""

    by: EndedBy
    reason: str
    advised: bool = False


def request(desk: Desk, account: str, mandate: str, given: Given, occasion: Occasion) -> Done:
    """Record a mandate that a payer gave, under the number by which the bank is to know it."""
    from ledger.domain.cash.mandate import RequestMandate

    command = RequestMandate(
        mandate_id=mandate,
        account_id=names.account(desk, account),
        scheme=given.scheme,
        bank_account=declared_as(desk, given.bank_account)["bank_account"],
        payer_ref=given.payer_ref,
        signed_on=given.signed_on,
        notice_days=given.notice_days,
    )
    return desk.record(command, occasion, mandate_id=mandate)


def accept(desk: Desk, mandate: str, active_from: date | None, occasion: Occasion) -> Done:
    """Record that the payer's bank accepted a mandate, and from which day on it may be used."""
    from ledger.domain.cash.mandate import AcceptMandate

    command = AcceptMandate(mandate_id=mandate, active_from=active_from)
    return desk.record(command, occasion, mandate_id=mandate)


def reject(desk: Desk, mandate: str, reason: str, occasion: Occasion) -> Done:
    """Record that the payer's bank rejected a mandate."""
    from ledger.domain.cash.mandate import RejectMandate

    return desk.record(RejectMandate(mandate_id=mandate, reason_code=reason), occasion, mandate_id=mandate)


def amend(desk: Desk, door: VaultDoor, mandate: str, reason: str, payer_ref: str | None, occasion: Occasion) -> Done:
    """Record that the payer's account is another one; raises Stopped if a bank refused the only number in the vault."""
    from ledger.domain.cash.mandate import AmendMandate

    desk.require_for(AmendMandate)
    _require_new_number(desk, door, mandate, payer_ref)
    command = AmendMandate(mandate_id=mandate, reason_code=reason, payer_ref=payer_ref)
    return desk.record(command, occasion, mandate_id=mandate)


def _require_new_number(desk: Desk, door: VaultDoor, mandate: str, payer_ref: str | None) -> None:
    """Of a SEPA mandate that is held, a number of the same person must have come into the vault since then.

    The number in a mandate of Autogiro is Bankgirot's.
    """
    from ledger.vault import put_since

    desk.books.follow()
    row = desk.books.store.collections.mandate(mandate)
    if row is None or row["held_for"] is None or row["scheme"] == "autogiro":
        return
    before, now = (str(one or row["account_id"]) for one in (row["payer_ref"], payer_ref))
    if before == now and not put_since(door.url, desk.books.entity, now, "payer_account", row["since"]):
        raise Stopped(Problem("account_number_unchanged", _UNCHANGED, f"mandate {mandate}, held for {row['held_for']}"))


def cancel(desk: Desk, mandate: str, ended: Ended, occasion: Occasion) -> Done:
    """Record that a mandate ended; returns with how many collections are under way with it."""
    from ledger.domain.cash.mandate import CancelMandate

    command = CancelMandate(mandate_id=mandate, ended_by=ended.by, reason_code=ended.reason, advised=ended.advised)
    done = desk.record(command, occasion, mandate_id=mandate)
    under_way = [one for one in desk.books.store.collections.of_mandates([mandate]) if one["status"] == "ordered"]
    return done._replace(more={"under_way": len(under_way)})


_UNCHANGED: Final = (
    "the vault has no account number of the payer that came after the bank refused the last one; put the new number "
    "there first (`vault put PERSON --kind payer_account`)"
)
