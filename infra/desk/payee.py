"""Who gets a refund and on which account: what the vault knows of the payee, read for this purpose and logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.desk import Desk
from infra.desk.erased import erased_on
from infra.desk.protection import masked_of
from infra.desk.vault import VaultDoor, by, opened

if TYPE_CHECKING:
    from ledger.vault import Entry, Vault


class Payee(NamedTuple):
    """The name and account number of a refund's payee; neither is shown by anything that prints this."""

    name: str
    account: str

    def __repr__(self) -> str:
        return "Payee()"


def payees_of(desk: Desk, door: VaultDoor, refunds: Sequence[Mapping[str, Any]]) -> dict[str, Payee | str]:
    """For each refund its payee, or the code of the reason why it cannot be paid out by an order.

    The payee is the person whom the request named, or else the account's payer.
    """
    from ledger.vault import known

    if not refunds:
        return {}
    subjects = {row["refund_id"]: str(row["payee_ref"] or row["account_id"]) for row in refunds}
    everybody = sorted(set(subjects.values()))
    gone, there = erased_on(desk, everybody), known(door.url, desk.books.entity, everybody)
    hidden, approved = masked_of(desk, everybody), _approved(desk, list(subjects))
    found: dict[str, Payee | str] = {}
    with opened(desk, door) as vault:
        for id, subject in subjects.items():
            if subject in gone:
                found[id] = "payee_erased"
            elif subject not in there:
                found[id] = "payee_unknown"
            elif hidden[subject]:
                found[id] = "payee_protected"
            else:
                found[id] = _payee(desk, vault, subject, approved[id])
    return found


def _payee(desk: Desk, vault: Vault, subject: str, approved_at: datetime) -> Payee | str:
    entries = vault.shown(subject, ["name", "payee_account"], "refund", by(desk))
    name, account = newest(entries, "name"), newest(entries, "payee_account")
    if name is None or name.text is None:
        return "payee_name_missing"
    if account is None or account.text is None:
        return "payee_account_missing"
    if account.put_at > approved_at and account.put_by == desk.actor:
        return "payee_account_by_sender"
    return Payee(name.text, account.text)


def newest(entries: Sequence[Entry], kind: str) -> Entry | None:
    """The entry of a kind that was put last."""
    return max((one for one in entries if one.kind == kind), key=lambda one: one.put_at, default=None)


def _approved(desk: Desk, refund_ids: Sequence[str]) -> dict[str, datetime]:
    """When each of these refunds was approved."""
    from ledger.domain.cash.refund_facts import RefundApproved

    return {
        stream.removeprefix("refund-"): one.envelope.recorded_at
        for stream, facts in desk.books.journal.read([f"refund-{id}" for id in refund_ids]).items()
        for one in facts
        if isinstance(one.fact, RefundApproved)
    }


LEFT_OUT: Final[Mapping[str, str]] = {
    "end_to_end_id_malformed": (
        "The refund's id is too long for a bank. Order it at the bank, and record that with `reskontra refund send "
        "--end-to-end-id`."
    ),
    "other_currency": "The refund's currency is not the bank account's. Order it from an account in its currency.",
    "payee_account_by_sender": (
        "You put the payee's account number yourself after the refund was approved, so another person with the duty "
        "finance orders it."
    ),
    "payee_account_missing": (
        "The vault has no account number of the payee. Put it with `reskontra vault put PAYEE --kind payee_account`."
    ),
    "payee_account_not_payable": (
        "The payee's account number is no IBAN, bankgiro or plusgiro with right check digits. Put the right one with "
        "`reskontra vault put PAYEE --kind payee_account`, such as BG 5050-1055 or PG 28 65 43-4."
    ),
    "payee_erased": (
        "The payee was erased, so nothing says to whom it would be paid. Cancel the refund, and request a new one with "
        "--payee-ref."
    ),
    "payee_name_missing": (
        "The vault has no name of the payee, and a bank pays nobody without one. Put it with `reskontra vault put "
        "PAYEE --kind name`."
    ),
    "payee_protected": "The payee's identity is protected, so a person with the duties manager and finance orders it.",
    "payee_unknown": (
        "The vault knows nothing of the payee, who is the account's payer or whom --payee-ref named. Put the name and "
        "the account number with `reskontra vault put PAYEE --kind name` and `--kind payee_account`."
    ),
    "refund_not_approved": "Only a refund that is approved and not sent can be ordered; see `reskontra refund list`.",
}
