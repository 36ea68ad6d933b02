"""The content of a file that asks our bank to collect payments, in the form of its scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.debtor import LEFT_OUT as OF_DEBTORS
from infra.desk.debtor import debtors_of
from infra.desk.payee import Payee
from infra.desk.payment_order import NO_BIC
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.desk.vault import VaultDoor
    from ledger.domain.bank.declaration import BankAccount
    from ledger.domain.cash.mandate_facts import Scheme
    from reconciliation.payment_orders.pain008 import Creditor, Instrument

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
    if file.scheme == "autogiro":
        return _autogiro(desk, file, rows)
    return _sepa(desk, door, file, rows)


def _autogiro(
    desk: Desk, file: DebitFile, rows: Sequence[Row]
) -> tuple[bytes | None, list[Row], list[tuple[str, Row]]]:
    from reconciliation.payment_orders.autogiro import Debit, DebitOrder, write_debits, wrong_with

    customer = customer_of(file.customer)
    found = [(row, Debit(row["mandate_id"], row["amount_minor"], row["reference"])) for row in rows]
    unfit = [(wrong, row) for row, debit in found if (wrong := wrong_with(debit)) is not None]
    fit = [(row, debit) for row, debit in found if wrong_with(debit) is None]
    if not fit:
        return None, [], [(str(code), row) for code, row in unfit]
    debits = [debit for _, debit in fit]
    order = DebitOrder(desk.today, file.due_on, bankgiro_of(desk, file.account), customer, debits)
    return write_debits(order), [row for row, _ in fit], [(str(code), row) for code, row in unfit]


def _sepa(
    desk: Desk, door: VaultDoor, file: DebitFile, rows: Sequence[Row]
) -> tuple[bytes | None, list[Row], list[tuple[str, Row]]]:
    from ledger.domain.bank.account_number import account_number
    from reconciliation.payment_orders.pain008 import SepaDebit, SepaOrder, write_pain008, wrong_with

    ours = _creditor(desk, file)
    debtors = debtors_of(desk, door, rows)
    fit: list[tuple[Row, SepaDebit]] = []
    unfit: list[tuple[str, Row]] = []
    for row in rows:
        debtor = debtors[row["collection_id"]]
        if not isinstance(debtor, Payee):
            unfit += [(code, row) for code in debtor]
            continue
        id, minor, mandate = row["collection_id"], row["amount_minor"], row["mandate_id"]
        iban = account_number(debtor.account, "iban")
        debit = SepaDebit(id, minor, mandate, row["signed_on"], debtor.name, iban, row["reference"])
        wrong = wrong_with(debit)
        if wrong is None:
            fit.append((row, debit))
        else:
            unfit.append((wrong, row))
    if not fit:
        return None, [], unfit
    instrument: Instrument = "CORE" if file.scheme == "sepa_core" else "B2B"
    order = SepaOrder(file.file_id, desk.now, file.due_on, ours, instrument, [debit for _, debit in fit])
    return write_pain008(order), [row for row, _ in fit], unfit


def _creditor(desk: Desk, file: DebitFile) -> Creditor:
    """Our name, IBAN and creditor identifier; raises Stopped if one of them is missing."""
    from reconciliation.payment_orders.iso20022 import is_bic
    from reconciliation.payment_orders.pain008 import Creditor, is_creditor

    if file.customer is None or not is_creditor(file.customer):
        raise Stopped(Problem("creditor_identifier_malformed", _NO_CREDITOR, file.customer))
    if file.bic is not None and not is_bic(file.bic):
        raise Stopped(Problem("bic_malformed", NO_BIC, file.bic))
    if desk.terms.legal_name is None:
        raise Stopped(Problem("legal_name_missing", _NO_NAME))
    numbers = [one.number for one in declared(desk, file.account).aliases if one.kind == "iban"]
    if not numbers:
        raise Stopped(Problem("bank_account_without_iban", _NO_IBAN, file.account["bank_account"]))
    return Creditor(desk.terms.legal_name, numbers[0], file.customer, file.bic)


def customer_of(number: str | None) -> str:
    """Our customer number at the clearing house, if it is one; raises Stopped."""
    from reconciliation.payment_orders.autogiro import is_customer

    if number is None or not is_customer(number):
        raise Stopped(Problem("customer_number_malformed", _NO_CUSTOMER, number))
    return number


def bankgiro_of(desk: Desk, account: Mapping[str, Any]) -> str:
    """The bankgiro of a bank account of ours; raises Stopped if it has none."""
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
    **OF_DEBTORS,
    "amount_too_large": "The amount has more digits than the file can have. Ask the payer to pay it otherwise.",
    "mandate_not_signed": (
        "Nobody has said when the payer signed the mandate, which SEPA's file says. Cancel it and request it anew."
    ),
    "reference_too_long": (
        "The request's reference has more than 16 characters, which Autogiro does not carry. Ask the payer to pay it "
        "otherwise."
    ),
}
_NO_CUSTOMER: Final = "say our customer number at Bankgirot, which has six digits, with --customer"
_NO_CREDITOR: Final = (
    "say our creditor identifier for SEPA direct debits, with right check digits, with --customer, such as "
    "DE98ZZZ09999999999"
)
_NO_NAME: Final = "a direct debit names who collects: say it with `reskontra entity declare --legal-name`"
_NO_IBAN: Final = (
    "this bank account has no IBAN to which direct debits of SEPA could be collected: give it one with `reskontra "
    "bank-account declare --alias`"
)
_NO_BANKGIRO: Final = (
    "this bank account has no bankgiro for which payments could be collected: give it one with `reskontra "
    "bank-account declare --alias`"
)
