"""The tax that follows an item: relief with a write-off, due again with a recovery, due with the payment."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.receivables.credit_note import LineToCredit
from ledger.domain.receivables.following_tax import split
from ledger.domain.receivables.item_facts import ItemPart, TaxRelieved
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Book, on
from tests.kit.care import (
    allocate,
    approve_write_off,
    credit,
    invoice,
    open_clinic,
    receipt,
    request_write_off,
    reverse,
    taxed,
)

WHOLE = (taxed(1, 100_00, "SE-25"),)
MIXED = (taxed(1, 100_00, "SE-25"), taxed(2, 125_00, "SE-EXEMPT"))
CASH = DeclareTerms(terms=Terms(vat_method="cash"))
REVERSE = ReverseWriteOff(write_off_id="w", reason_code="PAID")


def written_off(*lines: Any, amount_minor: int | None = None) -> Book:
    return open_clinic().given(
        invoice("i1", *lines), request_write_off("w", "i1", amount_minor), approve_write_off("w")
    )


def by_code(book: Book, role: str) -> dict[str | None, int]:
    """What was posted to a role, by tax code; what is zero is left out."""
    sums: dict[str | None, int] = {}
    for new in book.log:
        for leg in book.catalogue.legs(new.fact):
            if leg.role == role:
                sums[leg.tax_code] = sums.get(leg.tax_code, 0) + leg.amount_minor
    return {code: amount for code, amount in sums.items() if amount}


def test_a_loss_is_net_of_the_tax_that_is_not_owed_any_more() -> None:
    book = written_off(*WHOLE)
    assert book.balances() == {"write_off_loss": 100_00, "revenue": -100_00}
    assert by_code(book, "write_off_loss") == {"SE-25": 100_00}


def test_a_loss_of_exempt_care_is_gross_and_needs_no_fact_of_its_tax() -> None:
    book = written_off(taxed(1, 250_00, "SE-EXEMPT"))
    assert not [new for new in book.log if isinstance(new.fact, TaxRelieved)]
    assert by_code(book, "write_off_loss") == {"SE-EXEMPT": 250_00}


def test_a_loss_of_several_tax_codes_is_divided_among_them() -> None:
    book = written_off(*MIXED, amount_minor=125_00)
    assert by_code(book, "write_off_loss") == {"SE-25": 50_00, "SE-EXEMPT": 62_50}
    assert by_code(book, "vat_output") == {"SE-25": -12_50}


def test_a_reversal_mirrors_the_write_off_exactly() -> None:
    for because in ("moved", "mistake"):
        book = written_off(*MIXED, amount_minor=33_33)
        book.given(ReverseWriteOff(write_off_id="w", reason_code="PAID", because=because))  # type: ignore[arg-type]
        assert by_code(book, "write_off_loss") == {}
        assert by_code(book, "vat_output") == {"SE-25": -25_00}


def test_what_is_recovered_is_income_net_of_the_tax_that_is_owed_again() -> None:
    book = written_off(*WHOLE).given(receipt("r", 125_00), allocate("r", "i1"))
    assert book.balances() == {
        "bank": 125_00,
        "write_off_loss": 100_00,
        "recovered_losses": -100_00,
        "revenue": -100_00,
        "vat_output": -25_00,
    }
    book.given(reverse("r"))
    assert by_code(book, "recovered_losses") == by_code(book, "vat_output") == {}


def test_the_rest_of_an_item_is_credited_and_no_tax_is_left() -> None:
    book = written_off(taxed(1, 100_03, "SE-25"), amount_minor=41_67)
    book.given(credit("c", "i1", LineToCredit(1, 125_04 - 41_67)))
    assert by_code(book, "vat_output") == {}


def test_what_is_credited_of_one_code_moves_the_relief_to_the_other() -> None:
    book = written_off(*MIXED, amount_minor=125_00).given(credit("c", "i1", LineToCredit(2, 125_00)))
    assert by_code(book, "vat_output") == {}
    assert by_code(book, "write_off_loss") == {"SE-25": 100_00}


def test_with_the_cash_method_tax_is_due_with_the_payment_part_by_part() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({}, {"SE-25": -25_00})
    book.given(receipt("r", 41_67), allocate("r", "i1"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({"SE-25": -8_33}, {"SE-25": -16_67})
    book.given(receipt("s", 83_33), allocate("s", "i1"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({"SE-25": -25_00}, {})
    book.given(reverse("r"), reverse("s"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({}, {"SE-25": -25_00})


def test_with_the_cash_method_a_loss_takes_tax_that_was_never_due() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE), receipt("r", 25_00), allocate("r", "i1"))
    book.given(request_write_off("w", "i1"), approve_write_off("w"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({"SE-25": -5_00}, {})
    assert by_code(book, "write_off_loss") == {"SE-25": 80_00}


def test_with_the_cash_method_a_credited_payment_is_due_no_more() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE), receipt("r", 125_00), allocate("r", "i1"))
    book.given(credit("c", "i1"))
    assert (by_code(book, "vat_output"), by_code(book, "vat_deferred")) == ({}, {})


def test_the_method_of_an_item_is_that_of_its_issue() -> None:
    book = open_clinic().given(CASH, invoice("i1", *WHOLE), DeclareTerms(terms=Terms()), invoice("i2", *WHOLE))
    book.given(receipt("r", 250_00), allocate("r", "i1", "i2"))
    assert by_code(book, "vat_output") == {"SE-25": -50_00}
    assert by_code(book, "vat_deferred") == {}


def test_tax_is_relieved_on_the_day_of_the_write_off_and_in_the_same_voucher() -> None:
    day = date(2024, 8, 1)
    book = open_clinic().given(invoice("i1", *WHOLE), on(day, request_write_off("w", "i1")))
    made = book.do(on(day, approve_write_off("w")))
    relieved = [new for new in made if isinstance(new.fact, TaxRelieved)]
    assert [(new.stream, new.on, new.corrects) for new in relieved] == [("item-i1.1", day, False)]
    assert (relieved[0].fact.document, relieved[0].fact.role) == ("writeoff-w", "write_off_loss")  # type: ignore[attr-defined]


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.data())
def test_parts_of_an_item_sum_to_it_whatever_the_steps(net: int, exempt: int, data: st.DataObject) -> None:
    parts = (ItemPart(1, net, round(net / 4), "SE-25"), ItemPart(2, exempt, 0, "SE-EXEMPT"))
    whole = net + round(net / 4) + exempt
    amount = data.draw(st.integers(0, whole))
    found = split(parts, whole, amount)
    assert sum(net + tax for net, tax in found.values()) == amount
    if amount == whole:
        assert found == {"SE-25": (net, round(net / 4)), "SE-EXEMPT": (exempt, 0)}


# 79.68 + 19.92 and 50.00 exempt, rounded up to 150.00; and 80.32 + 20.08, rounded down to 100.00.
UP, DOWN = (taxed(1, 79_68, "SE-25"), taxed(2, 50_00, "SE-EXEMPT")), (taxed(1, 80_32, "SE-25"),)


def rounded(*lines: Any, minor: int, cash: bool = False) -> Book:
    book = open_clinic().given(CASH) if cash else open_clinic()
    return book.given(invoice("i1", *lines, rounding_minor=minor))


def base(book: Book) -> dict[str | None, int]:
    """The net that output tax is posted for, by tax code, as the VAT return has it; what is zero is left out."""
    sums: dict[str | None, int] = {}
    for leg in (leg for new in book.log for leg in book.catalogue.legs(new.fact) if leg.role == "vat_output"):
        sums[leg.tax_code] = sums.get(leg.tax_code, 0) - leg.base_minor
    return {code: minor for code, minor in sums.items() if minor}


def test_rounding_is_in_no_base_of_tax_that_a_payment_makes_due() -> None:
    for lines, minor, whole, net in ((UP, 40, 150_00, 79_68), (DOWN, -40, 100_00, 80_32)):
        book = rounded(*lines, minor=minor, cash=True).given(receipt("r", whole), allocate("r", "i1"))
        assert base(book) == {"SE-25": net}
        assert base(book.given(credit("c", "i1"))) == {}


def test_a_loss_keeps_the_rounding_and_takes_the_whole_base_off_the_tax() -> None:
    for lines, minor, loss in (
        (UP, 40, {"SE-25": 79_68, "SE-EXEMPT": 50_00, None: 40}),
        (DOWN, -40, {"SE-25": 79_92}),
    ):
        book = rounded(*lines, minor=minor).given(request_write_off("w", "i1"), approve_write_off("w"))
        assert base(book) == by_code(book, "vat_output") == {}
        assert by_code(book, "write_off_loss") == loss


def test_parts_of_a_rounded_item_are_lost_recovered_and_paid_without_a_rest_of_the_base() -> None:
    for cash in (False, True):
        book = rounded(*UP, minor=40, cash=cash).given(request_write_off("w", "i1", 33_33), approve_write_off("w"))
        book.given(receipt("r", 70_00), allocate("r", "i1"), receipt("s", 80_00), allocate("s", "i1"))
        assert (base(book), by_code(book, "vat_output")) == ({"SE-25": 79_68}, {"SE-25": -19_92})
        book.given(reverse("r"), reverse("s"))
        assert sum(base(book).values()) == (0 if cash else 79_68 - 17_70)
        book.given(ReverseWriteOff(write_off_id="w", reason_code="PAID", because="moved"), credit("c", "i1"))
        assert base(book) == by_code(book, "vat_output") == by_code(book, "write_off_loss") == {}


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(-50, 50), st.data())
def test_a_share_of_the_rounding_is_in_no_part(net: int, exempt: int, rounding: int, data: st.DataObject) -> None:
    parts = (ItemPart(1, net, round(net / 4), "SE-25"), ItemPart(2, exempt, 0, "SE-EXEMPT"))
    whole = max(net + round(net / 4) + exempt + rounding, 1)
    amount = data.draw(st.integers(0, whole))
    found = split(parts, whole, amount)
    of_rounding = amount - sum(net + tax for net, tax in found.values())
    kept = whole - sum(one.net_minor + one.tax_minor for one in parts)
    assert abs(of_rounding * whole - kept * amount) * 2 <= whole
    if amount == whole:
        assert found == {"SE-25": (net, round(net / 4)), "SE-EXEMPT": (exempt, 0)}


def test_what_dividing_leaves_over_is_the_largest_nets() -> None:
    parts = (ItemPart(1, 1_00, 25, "SE-25"), ItemPart(2, 2_00, 0, "SE-EXEMPT"), ItemPart(3, 0, 0, "SE-12"))
    assert split(parts, 3_25, 1) == {"SE-25": (0, 0), "SE-EXEMPT": (1, 0), "SE-12": (0, 0)}
    assert split(parts, 3_25, 2) == {"SE-25": (1, 0), "SE-EXEMPT": (1, 0), "SE-12": (0, 0)}


def test_a_payer_who_owes_only_tax_has_no_net_that_could_take_a_rest() -> None:
    parts = (ItemPart(1, 0, 25_00, "SE-25"), ItemPart(2, 0, 12_00, "SE-12"))
    assert split(parts, 37_00, 1) == {"SE-25": (0, 1), "SE-12": (0, 0)}
    assert split(parts, 37_40, 37_40) == {"SE-25": (0, 25_00), "SE-12": (0, 12_00)}
