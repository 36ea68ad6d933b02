"""Whose account a direct debit is collected from: what the vault knows, read for this purpose and logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from infra.desk.erased import erased_on
from infra.desk.payee import Payee, newest
from infra.desk.protection import masked_of
from infra.desk.vault import VaultDoor, by, opened

if TYPE_CHECKING:
    from infra.desk.desk import Desk


def debtors_of(desk: Desk, door: VaultDoor, rows: Sequence[Mapping[str, Any]]) -> dict[str, Payee | str]:
    """For each collection the name and account number of whose account is debited, or why it cannot be ordered.

    It is the person whom the mandate names, or else the account's payer.
    """
    from ledger.vault import known

    subjects = {row["collection_id"]: str(row["payer_ref"] or row["account_id"]) for row in rows}
    everybody = sorted(set(subjects.values()))
    gone, there = erased_on(desk, everybody), known(door.url, desk.books.entity, everybody)
    hidden = masked_of(desk, everybody)
    found: dict[str, Payee | str] = {}
    with opened(desk, door) as vault:
        for id, subject in subjects.items():
            if subject in gone or subject not in there:
                found[id] = "payer_unknown"
            elif hidden[subject]:
                found[id] = "payer_protected"
            else:
                entries = vault.shown(subject, ["name", "payer_account"], "direct_debit", by(desk))
                name, account = newest(entries, "name"), newest(entries, "payer_account")
                if name is None or name.text is None:
                    found[id] = "payer_name_missing"
                elif account is None or account.text is None:
                    found[id] = "payer_account_missing"
                else:
                    found[id] = Payee(name.text, account.text)
    return found


LEFT_OUT: Final[Mapping[str, str]] = {
    "payer_account_missing": (
        "The vault has no account number of the payer. Put it with `reskontra vault put PAYER --kind payer_account`."
    ),
    "payer_account_no_iban": (
        "The payer's account number is no IBAN with right check digits, which SEPA needs. Put the right one with "
        "`reskontra vault put PAYER --kind payer_account`."
    ),
    "payer_name_missing": ("The vault has no name of the payer. Put it with `reskontra vault put PAYER --kind name`."),
    "payer_protected": "The payer's identity is protected, so a person with the duties manager and finance orders it.",
    "payer_unknown": (
        "The vault knows nothing of the payer, or the payer was erased. Put the name and the account number with "
        "`reskontra vault put PAYER --kind name` and `--kind payer_account`."
    ),
}
