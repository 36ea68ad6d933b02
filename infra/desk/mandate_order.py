"""The use case of saying mandates to the clearing house: a file that asks it to register new ones and to end others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.bank_account import declared_as
from infra.desk.debit_file import bankgiro_of, customer_of
from infra.desk.debtor import LEFT_OUT, Holder, holders_of
from infra.desk.order_folder import MOST, Ordered, OrderFolder, Row, record_all
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from infra.desk.desk import Desk, Occasion
    from infra.desk.vault import VaultDoor
    from ledger.domain.cash.mandate_sending import SendMandate
    from reconciliation.payment_orders.autogiro_mandates import NewMandate


class Told(NamedTuple):
    """For which account of ours, with which number there, and which mandates; without any, all that wait for a file."""

    bank_account: str
    customer: str | None
    mandates: Sequence[str] = ()


def order(desk: Desk, door: VaultDoor, folder: Path, told: Told, occasion: Occasion) -> Ordered:
    """Write a file with what the clearing house must be told of mandates, and record it; raises Stopped.

    A file that an earlier run recorded and could not finish gets its name first.
    """
    from ledger.domain.cash.mandate_facts import MandateSent
    from ledger.domain.cash.mandate_sending import SendMandate
    from reconciliation.payment_orders.autogiro_mandates import MandateOrder, write_mandates

    desk.require_for(SendMandate)
    orders = OrderFolder(folder, ".txt", lambda file: _is_recorded(desk, file))
    with orders.alone():
        finished, earlier = orders.finish()
        again = orders.ordered_before(desk, MandateSent)
        if again is not None:
            return Ordered([], [*finished, *again], [])
        account = declared_as(desk, told.bank_account)
        rows, left_out = _chosen(desk, account["bank_account"], told.mandates)
        if not rows:
            # What a file would need is asked for only if there is one.
            return Ordered([], finished, left_out)
        bankgiro, customer, taken = bankgiro_of(desk, account), customer_of(told.customer), rows[:MOST]
        new, wrong = _new(desk, door, [row for row in taken if row["status"] == "requested"])
        left_out += [Problem(code, LEFT_OUT[code], f"mandate {id}") for id, codes in wrong.items() for code in codes]
        taken = [row for row in taken if row["mandate_id"] not in wrong]
        if not taken:
            return Ordered([], finished, left_out)
        ended = [row["mandate_id"] for row in taken if row["status"] == "cancelled"]
        content = write_mandates(MandateOrder(desk.today, bankgiro, customer, new, ended))

        def record(sha256: str) -> int | None:
            return record_all(desk, [_sending(row, sha256) for row in taken], occasion)

        file_id = desk.id(None, occasion).replace("-", "")
        named, position = orders.write(file_id, content, record, earlier)
        named |= {"rules_confirmed": False, "rules_source": _SOURCE}
    said = [{"step": _step(row), **{key: row[key] for key in _SAID}} for row in taken]
    return Ordered(said, [*finished, named], left_out, max(0, len(rows) - MOST), position)


def _chosen(desk: Desk, bank_account: str, asked: Sequence[str]) -> tuple[list[Row], list[Problem]]:
    """The mandates that wait for a file, and those of which it was asked and that do not."""
    desk.books.follow()
    rows = desk.books.store.collections.to_send(bank_account)
    if not asked:
        return rows, []
    known = {row["mandate_id"]: row for row in rows}
    problems = [Problem("mandate_not_to_send", _NOTHING, one) for one in asked if one not in known]
    return [known[one] for one in dict.fromkeys(asked) if one in known], problems


def _new(desk: Desk, door: VaultDoor, rows: Sequence[Row]) -> tuple[list[NewMandate], dict[str, Sequence[str]]]:
    """The mandates to register, and those that cannot be in the file, each with all that is missing or wrong."""
    from reconciliation.payment_orders.autogiro_mandates import NewMandate, is_identity, wrong_with

    fit: list[NewMandate] = []
    wrong: dict[str, Sequence[str]] = {}
    for id, holder in holders_of(desk, door, rows).items() if rows else ():
        if not isinstance(holder, Holder):
            wrong[id] = [holder]
            continue
        if holder.account is None:
            lacks = [] if is_identity(holder.identity) else ["payer_identity_not_swedish"]
            wrong[id] = ["payer_account_missing", *lacks]
            continue
        mandate = NewMandate(id, holder.account, holder.identity)
        if found := wrong_with(mandate):
            wrong[id] = found
        else:
            fit.append(mandate)
    return fit, wrong


def _sending(row: Mapping[str, Any], sha256: str) -> SendMandate:
    from ledger.domain.cash.mandate_sending import SendMandate

    return SendMandate(mandate_id=row["mandate_id"], step=_step(row), order_file=sha256)  # type: ignore[arg-type]


def _step(row: Mapping[str, Any]) -> str:
    return "registration" if row["status"] == "requested" else "ending"


def _is_recorded(desk: Desk, file: str) -> bool:
    desk.books.follow()
    return desk.books.store.collections.sent_by(file)


_SAID: Final = ("mandate_id", "account_id")
_SOURCE: Final = "public files made by Bankgirot, Bg Autogiro, Technical Manual, July 2016, 7.2"
_NOTHING: Final = (
    "the clearing house needs not be told anything of this mandate for this bank account; `reskontra mandate list` "
    "shows what waits for a file"
)
