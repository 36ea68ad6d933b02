"""The content of a file that asks our bank to collect payments, in the form of its scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.desk.vault import VaultDoor
    from ledger.domain.bank.declaration import BankAccount
    from ledger.domain.cash.mandate_facts import Scheme

Row = dict[str, Any]


class DebitFile(NamedTuple):
    """A file that is being made: its id, our bank account, the scheme, our number in it, and the due day."""

    file_id: str
    account: Row
    scheme: Scheme
    customer: str | None
    bic: str | None
    due_on: date


def suffix_of(scheme: Scheme) -> str:
    """How the names of a scheme's files end."""
    return ".txt" if scheme == "autogiro" else ".xml"


def content_of(
    desk: Desk, door: VaultDoor, file: DebitFile, rows: Sequence[Row]
) -> tuple[bytes | None, list[Row], list[tuple[str, Row]]]:
    """The file's bytes, the rows that are in it, and those that cannot be, each with the reason; raises Stopped."""
    return _autogiro(desk, file, rows)


def _autogiro(
    desk: Desk, file: DebitFile, rows: Sequence[Row]
) -> tuple[bytes | None, list[Row], list[tuple[str, Row]]]:
    from reconciliation.payment_orders.autogiro import Debit, DebitOrder, is_customer, write_debits, wrong_with

    if file.customer is None or not is_customer(file.customer):
        raise Stopped(Problem("customer_number_malformed", _NO_CUSTOMER, file.customer))
    found = [(row, Debit(row["mandate_id"], row["amount_minor"], row["reference"])) for row in rows]
    unfit = [(wrong, row) for row, debit in found if (wrong := wrong_with(debit)) is not None]
    fit = [(row, debit) for row, debit in found if wrong_with(debit) is None]
    if not fit:
        return None, [], [(str(code), row) for code, row in unfit]
    debits = [debit for _, debit in fit]
    order = DebitOrder(desk.today, file.due_on, _bankgiro(desk, file.account), file.customer, debits)
    return write_debits(order), [row for row, _ in fit], [(str(code), row) for code, row in unfit]


def _bankgiro(desk: Desk, account: Mapping[str, Any]) -> str:
    numbers = [one.number for one in declared(desk, account).aliases if one.kind == "bankgiro"]
    if not numbers:
        raise Stopped(Problem("bank_account_without_bankgiro", _NO_BANKGIRO, account["bank_account"]))
    return numbers[0]


def declared(desk: Desk, account: Mapping[str, Any]) -> BankAccount:
    """What was declared of a bank account of ours."""
    from ledger.domain.bank.account import BankAccountDeclared

    facts = desk.facts([f"bankaccount-{account['bank_account']}"])
    return [one for one in facts if isinstance(one, BankAccountDeclared)][-1].account


LEFT_OUT: Final[Mapping[str, str]] = {
    "amount_too_large": "The amount has more digits than the file can have. Ask the payer to pay it otherwise.",
    "reference_too_long": (
        "The request's reference has more than 16 characters, which Autogiro does not carry. Ask the payer to pay it "
        "otherwise."
    ),
}
_NO_CUSTOMER: Final = "say our customer number at Bankgirot, which has six digits, with --customer"
_NO_BANKGIRO: Final = (
    "this bank account has no bankgiro for which payments could be collected: give it one with `reskontra "
    "bank-account declare --alias`"
)
