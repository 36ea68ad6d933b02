"""Whose account a direct debit is collected from: what the vault knows, read for this purpose and logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.erased import erased_on
from infra.desk.payee import Payee, newest
from infra.desk.protection import masked_of
from infra.desk.vault import VaultDoor, by, opened

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.vault import Entry
    from ledger.vault.kinds import Kind


_OF_PAYEES: Final[tuple[Kind, Kind]] = ("name", "payer_account")


class Holder(NamedTuple):
    """The account number and the identity of whose account is debited; neither is shown by what prints this."""

    account: str | None
    identity: str | None

    def __repr__(self) -> str:
        return "Holder()"


def debtors_of(desk: Desk, door: VaultDoor, rows: Sequence[Mapping[str, Any]]) -> dict[str, Payee | list[str]]:
    """For each collection the name and account number of whose account is debited, or all that keeps it from a file."""
    found: dict[str, Payee | list[str]] = {}
    for id, entries in _entries_of(desk, door, rows, "collection_id", ["name", "payer_account"]).items():
        if isinstance(entries, str):
            found[id] = [entries]
            continue
        name, account = (_text(entries, kind) for kind in _OF_PAYEES)
        if name is None or account is None:
            missing = (("payer_name_missing", name), ("payer_account_missing", account))
            found[id] = [code for code, text in missing if text is None]
        else:
            found[id] = Payee(name, account)
    return found


def holders_of(desk: Desk, door: VaultDoor, rows: Sequence[Mapping[str, Any]]) -> dict[str, Holder | str]:
    """For each mandate the account number and identity of whose account is debited, or why nothing may be read.

    What the vault does not have is null.
    """
    kinds: list[Kind] = ["payer_account", "personal_number", "organisation_number"]
    found: dict[str, Holder | str] = {}
    for id, entries in _entries_of(desk, door, rows, "mandate_id", kinds).items():
        if isinstance(entries, str):
            found[id] = entries
            continue
        account, person, organisation = (_text(entries, one) for one in kinds)
        found[id] = Holder(account, person or organisation)
    return found


def _text(entries: Sequence[Entry], kind: Kind) -> str | None:
    entry = newest(entries, kind)
    return None if entry is None else entry.text


def _entries_of(
    desk: Desk, door: VaultDoor, rows: Sequence[Mapping[str, Any]], named: str, kinds: Sequence[Kind]
) -> dict[str, Sequence[Entry] | str]:
    """For each row what the vault knows of whose account is debited, or why nothing may be read.

    It is the person whom the mandate names, or else the account's payer.
    """
    from ledger.vault import known

    subjects = {row[named]: str(row["payer_ref"] or row["account_id"]) for row in rows}
    everybody = sorted(set(subjects.values()))
    gone, there = erased_on(desk, everybody), known(door.url, desk.books.entity, everybody)
    hidden = masked_of(desk, everybody)
    found: dict[str, Sequence[Entry] | str] = {}
    with opened(desk, door) as vault:
        for id, subject in subjects.items():
            if subject in gone or subject not in there:
                found[id] = "payer_unknown"
            elif hidden[subject]:
                found[id] = "payer_protected"
            else:
                found[id] = vault.shown(subject, list(kinds), "direct_debit", by(desk))
    return found


LEFT_OUT: Final[Mapping[str, str]] = {
    "payer_account_missing": (
        "The vault has no account number of the payer. Put it with `reskontra vault put PAYER --kind payer_account`."
    ),
    "payer_account_not_swedish": (
        "The payer's account number is not written as a clearing number and a number, such as 8901-3232323232, which "
        "Autogiro needs. Put the right one with `reskontra vault put PAYER --kind payer_account`."
    ),
    "payer_bankgiro_not_number": (
        "The payer's account is a bankgiro, so that must be the mandate's number. Cancel the mandate and request it "
        "anew, or put a bank account with `reskontra vault put PAYER --kind payer_account`."
    ),
    "payer_identity_not_swedish": (
        "The vault has no personal number of twelve digits and no organisation number of the payer, which Autogiro "
        "needs. Put it with `reskontra vault put PAYER --kind personal_number` or `--kind organisation_number`."
    ),
    "payer_account_no_iban": (
        "The payer's account number is no IBAN with right check digits, which SEPA needs. Put the right one with "
        "`reskontra vault put PAYER --kind payer_account`."
    ),
    "payer_name_missing": ("The vault has no name of the payer. Put it with `reskontra vault put PAYER --kind name`."),
    "payer_protected": "The payer's identity is protected, so a person with the duties manager and finance orders it.",
    "payer_unknown": (
        "The vault knows nothing of the payer, or the payer was erased. Put the name and the account number with "
        "`reskontra vault put PAYER --kind name` and `--kind payer_account`; to register a mandate of Autogiro, put "
        "the account number and `--kind personal_number` or `--kind organisation_number`."
    ),
}
