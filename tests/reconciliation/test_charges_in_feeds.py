"""What lines have beside their payments, such as the bank's charges, is booked once, whichever file says it first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ledger.domain.cash.reclassification import ReclassifyAsReceipt
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference, CamtStatement, write_camt054
from tests.kit.care import declare_bank_account
from tests.kit.clinic import ACCOUNT, DAY, PRICE, Clinic, reference_of
from tests.kit.giro import stated
from tests.kit.seeds import seeds

CHARGE = 1_00
NET = PRICE - CHARGE


def paid(number: int, amount_minor: int = PRICE, charges_minor: int | None = CHARGE) -> CamtDetail:
    """A payment of an invoice, of which the bank took its charge."""
    said = [CamtReference(reference_of(number))]
    payer = f"Payer {number}"
    return CamtDetail(amount_minor, references=said, counterparty=payer, charges_minor=charges_minor)


ONE = CamtEntry(NET, DAY, DAY, "X1", [paid(0)])
TWO = CamtEntry(NET, DAY, DAY, "X2", [paid(1)])
BOTH = CamtEntry(2 * NET, DAY, DAY, "X3", [paid(0), paid(1)])
NOBODY = CamtEntry(NET, DAY, DAY, "X1", [CamtDetail(PRICE, charges_minor=CHARGE)])
WHOLE = replace(ONE, details=())
NAMED = replace(ONE, details=[CamtDetail(counterparty="Payer 0")])
PARTLY = CamtEntry(PRICE + 50_00, DAY, DAY, "X4", [paid(7, PRICE - 50_00, None), paid(8, 50_00, None)])
RETURN = CamtEntry(-PRICE - CHARGE, DAY, DAY, "R1", [CamtDetail(-PRICE, charges_minor=CHARGE, return_reason="AC04")])


def ledger(clinic: Clinic) -> dict[str, int]:
    """The general ledger by role, without what is zero."""
    rows = clinic.books.report("trial-balance", DAY).table.to_pylist()
    found = {row["role"]: row["debit_minor"] - row["credit_minor"] for row in rows}
    return {role: minor for role, minor in found.items() if minor}


def told(*entries: CamtEntry, message: str = "N") -> bytes:
    """A notification of the account with these entries."""
    at = f"{DAY}T17:00:00"
    return write_camt054(message, at, [CamtStatement(message, ACCOUNT, "SEK", 1, at, DAY, DAY, entries)])


@pytest.mark.parametrize("first", ["statement", "notification"])
@pytest.mark.parametrize(
    ("statement", "notified", "charges_minor"),
    [
        ([ONE, TWO], [ONE, TWO], 2 * CHARGE),
        ([ONE, TWO], [BOTH], 2 * CHARGE),
        ([BOTH], [TWO, ONE], 2 * CHARGE),
        ([NOBODY], [ONE], CHARGE),
        ([WHOLE], [ONE], CHARGE),
        ([NAMED], [ONE], CHARGE),
        ([NAMED, replace(WHOLE, bank_ref="X2")], [ONE, TWO], 2 * CHARGE),
    ],
)
@pytest.mark.parametrize("declared", seeds([True], [False]))
def test_charges_are_booked_once(
    clinic: Clinic,
    statement: Sequence[CamtEntry],
    notified: Sequence[CamtEntry],
    charges_minor: int,
    first: str,
    declared: bool,
):
    if declared:
        clinic.do(declare_bank_account(ACCOUNT, "camt.053", "camt.054"))
    files = [stated(*statement), told(*notified)]
    clinic.load(*(files if first == "statement" else files[::-1]))
    number = charges_minor // CHARGE
    found = ledger(clinic)
    assert (found["bank"], found["bank_fees"]) == (number * NET, charges_minor)
    assert "bank_details" not in found
    assert "unallocated" not in found
    # The same again, in other lines and files, is nothing new.
    clinic.load(told(*notified[::-1], message="again"), stated(*statement, message="again"))
    assert ledger(clinic) == found


@pytest.mark.parametrize("first", ["statement", "notification"])
@pytest.mark.parametrize("statement", [RETURN, replace(RETURN, details=())])
def test_charges_of_a_return_are_booked_once(clinic: Clinic, statement: CamtEntry, first: str):
    clinic.do(declare_bank_account(ACCOUNT, "camt.053", "camt.054"))
    files = [stated(statement), told(RETURN)]
    clinic.load(*(files if first == "statement" else files[::-1]))
    found = ledger(clinic)
    assert (found["bank"], found["bank_fees"], found["bank_suspense"]) == (-PRICE - CHARGE, CHARGE, PRICE)
    assert "bank_details" not in found


@pytest.mark.parametrize("first", ["statement", "notification"])
def test_what_is_missing_of_a_line_waits_once_whatever_a_person_says_of_it(clinic: Clinic, first: str):
    clinic.do(declare_bank_account(ACCOUNT, "camt.053", "camt.054"))
    files = [stated(PARTLY), told(PARTLY)]
    files = files if first == "statement" else files[::-1]
    clinic.load(files[0])
    (part,) = clinic.facts("MovementClassified")
    clinic.do(ReclassifyAsReceipt(part_id=part.part_id, reason_code="ASKED"))
    clinic.books.follow()
    clinic.load(files[1])
    found = ledger(clinic)
    assert (found["bank"], found["unallocated"]) == (PRICE + 50_00, -PRICE - 50_00)
    assert not {"bank_details", "bank_suspense"} & found.keys()


FEE = CamtEntry(-CHARGE, DAY, DAY, "F1", code=("PMNT", "RCDT", "CHRG"))
GROSS = replace(ONE, amount_minor=PRICE, details=[paid(0, charges_minor=None)])
SILENT = replace(GROSS, details=())
OTHER = replace(ONE, amount_minor=PRICE - CHARGE // 2, details=[paid(0, charges_minor=CHARGE // 2)])
LESS = replace(ONE, details=[paid(0, NET, None)])
RETURNED = replace(RETURN, amount_minor=-PRICE, details=[CamtDetail(-PRICE, return_reason="AC04")])


def doubts(clinic: Clinic) -> list[str]:
    """What a person is told of contradictions, of all files."""
    return [one["code"] for one in clinic.desk.reviews() if one["code"] == "transaction_contradicts"]


@pytest.mark.parametrize("first", ["statement", "notification"])
@pytest.mark.parametrize(
    ("statement", "notified", "bank_minor", "charges_minor"),
    [
        ([GROSS, FEE], [ONE], NET, CHARGE),
        ([SILENT, FEE], [ONE], NET, CHARGE),
        ([ONE], [GROSS, FEE], NET, CHARGE),
        # The bank takes its charges on another day.
        ([GROSS], [ONE], PRICE, 0),
        ([SILENT], [ONE], PRICE, 0),
        ([ONE], [OTHER], NET, CHARGE),
        ([OTHER], [ONE], PRICE - CHARGE // 2, CHARGE // 2),
        ([RETURNED, FEE], [RETURN], -PRICE - CHARGE, CHARGE),
        ([RETURN], [RETURNED, FEE], -PRICE - CHARGE, CHARGE),
    ],
)
def test_charges_are_booked_as_the_statement_has_them(
    clinic: Clinic,
    statement: Sequence[CamtEntry],
    notified: Sequence[CamtEntry],
    bank_minor: int,
    charges_minor: int,
    first: str,
):
    clinic.do(declare_bank_account(ACCOUNT, "camt.053", "camt.054"))
    files = [stated(*statement), told(*notified)]
    clinic.load(*(files if first == "statement" else files[::-1]))
    found = ledger(clinic)
    assert (found["bank"], found.get("bank_fees", 0)) == (bank_minor, charges_minor)
    assert "bank_details" not in found
    assert len(doubts(clinic)) == (OTHER in [*statement, *notified])
    # The same again, in other files, is nothing new.
    clinic.load(told(*notified, message="again"), stated(*statement, message="again"))
    assert ledger(clinic) == found


@pytest.mark.parametrize("first", ["statement", "notification"])
@pytest.mark.parametrize("ids", [{}, {"bank_ref": None}])
@pytest.mark.parametrize("files", [(ONE, LESS), (LESS, ONE)])
def test_a_line_with_other_payments_in_another_file_is_booked_once_and_told(
    clinic: Clinic, files: tuple[CamtEntry, CamtEntry], ids: dict[str, None], first: str
):
    clinic.do(declare_bank_account(ACCOUNT, "camt.053", "camt.054"))
    by_payer = [replace(one, details=[replace(one.details[0], end_to_end_id="E1")], **ids) for one in files]
    statement, notified = by_payer if ids else files
    both = [stated(statement), told(notified)]
    clinic.load(*(both if first == "statement" else both[::-1]))
    found = ledger(clinic)
    assert found["bank"] == NET
    assert "bank_details" not in found
    assert len(clinic.facts("ReceiptRecorded")) == len(doubts(clinic)) == 1


@pytest.mark.parametrize("again", [ONE, replace(ONE, bank_ref=None)])
def test_charges_of_a_payment_that_may_come_again_are_not_booked_again(clinic: Clinic, again: CamtEntry):
    clinic.do(declare_bank_account(ACCOUNT, "camt.054"))
    clinic.load(told(replace(ONE, bank_ref=None)))
    found = ledger(clinic)
    clinic.load(told(again, TWO, message="again"))
    assert ledger(clinic)["bank_fees"] == 2 * found["bank_fees"] == 2 * CHARGE


def test_charges_of_lines_that_wait_for_their_details_are_the_banks(clinic: Clinic):
    clinic.do(declare_bank_account(ACCOUNT, "camt.053", "camt.054"))
    clinic.load(told(ONE), stated(NOBODY, replace(NOBODY, bank_ref="X9"), TWO))
    found = ledger(clinic)
    assert (found["bank_fees"], found["bank_details"]) == (3 * CHARGE, -PRICE)


@pytest.mark.parametrize("first", ["statement", "notification"])
def test_a_payment_less_its_charges_is_no_payment_of_another_payer(clinic: Clinic, first: str):
    other = replace(ONE, bank_ref="X8", details=[CamtDetail(counterparty="Bo Ek")])
    files = [stated(other), told(ONE)]
    clinic.load(*(files if first == "statement" else files[::-1]))
    found = ledger(clinic)
    assert (found["bank"], found["unallocated"], found["bank_details"]) == (NET, -NET, NET)


@pytest.mark.parametrize("first", ["statement", "notification"])
def test_charges_are_booked_once_if_files_are_loaded_in_pieces(clinic: Clinic, first: str):
    files = [stated(ONE, TWO), told(BOTH)]
    clinic.load(*(files if first == "statement" else files[::-1]), chunk=1)
    found = ledger(clinic)
    assert (found["bank"], found["bank_fees"]) == (2 * NET, 2 * CHARGE)
    assert not {"bank_details", "unallocated"} & found.keys()
