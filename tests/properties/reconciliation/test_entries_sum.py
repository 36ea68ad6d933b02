"""Whatever a bank writes, a booked line's entries sum to it to the unit, and nothing else is booked."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciliation.matching.identity import keyed
from tests.kit.seeds import examples
from tests.reconciliation.matching.written_files import EARLIEST, LATEST, BankFile, quoted

AMOUNTS = st.one_of(st.none(), st.integers(-500_00, 500_00), st.sampled_from([0, 250_00, -250_00, 10**15, -(10**15)]))
DAYS = st.one_of(st.none(), st.dates(date(2013, 1, 1), date(2026, 1, 1)), st.just(date(2199, 1, 1)))
REFERENCES = st.sampled_from([{}, quoted("1234566"), quoted("1234567"), quoted("HELLO")])
SAID = st.fixed_dictionaries(
    {},
    optional={
        "bank_ref": st.sampled_from(["B1", "B2", None]),
        "charges_minor": st.one_of(st.none(), st.integers(0, 50_00)),
        "reversal": st.booleans(),
        "value_on": DAYS,
        "amount_exact": st.sampled_from([True, True, True, False]),
    },
)
CURRENCIES = st.sampled_from(["SEK", "SEK", "SEK", "EUR", None])


@st.composite
def members(draw: st.DrawFn) -> dict[str, Any]:
    own = {"amount_minor": draw(AMOUNTS), "currency": draw(CURRENCIES)}
    return {**own, **draw(REFERENCES), **draw(SAID)}


@st.composite
def files(draw: st.DrawFn) -> BankFile:
    file = BankFile()
    for _ in range(draw(st.integers(1, 2))):
        file.statement(to_on=draw(DAYS), currency="SEK")
        for _ in range(draw(st.integers(0, 4))):
            status = draw(st.sampled_from(["booked", "booked", "booked", "pending", "info", None]))
            said = draw(SAID) | draw(REFERENCES)
            said |= {"status": status, "booked_on": draw(DAYS)}
            file.line(draw(AMOUNTS), *draw(st.lists(members(), max_size=4)), **said)
    return file


@examples(25)
@given(files())
def test_entries_sum_to_their_line_and_only_booked_lines_have_any(file: BankFile) -> None:
    rows = keyed(file.entries())
    sums: dict[tuple[int, int], int] = {}
    movements: dict[tuple[int, int], tuple[str, int]] = {}
    columns = ("statement_no", "line_no", "amount_minor", "key", "movement_key", "line_minor")
    for statement_no, line_no, amount, key, movement_key, line_minor in rows.select(columns).rows():
        assert amount != 0
        # All parts of a line say of which movement they are, by the key of the first, and what that is worth.
        first = movements.setdefault((statement_no, line_no), (key, line_minor))
        assert (movement_key, line_minor) == first
        sums[statement_no, line_no] = sums.get((statement_no, line_no), 0) + amount
    for line in file.lines:
        if line.detail_no == 0:
            booked = line.amount_minor if line.status == "booked" else None
            place = (line.statement_no, line.line_no)
            assert sums.pop(place, 0) == (booked or 0)
            assert movements.pop(place, (None, booked))[1] == booked
    assert not sums
    assert not movements
    assert rows["booked_on"].drop_nulls().is_between(EARLIEST, LATEST).all()
    assert rows["key"].n_unique() == rows.height


@examples(25)
@given(files())
def test_the_receipts_of_a_line_are_never_more_than_the_bank_booked_for_them(file: BankFile) -> None:
    """More than the line itself can only be what the bank says that it deducted or charged, to the unit."""
    receipts: dict[tuple[int, int], int] = {}
    columns = ("statement_no", "line_no", "amount_minor", "part")
    for statement_no, line_no, amount, part in file.entries().select(columns).iter_rows():
        if amount > 0 and part != "rest":
            receipts[statement_no, line_no] = receipts.get((statement_no, line_no), 0) + amount
    for (statement_no, line_no), received in receipts.items():
        line, *details = (one for one in file.lines if (one.statement_no, one.line_no) == (statement_no, line_no))
        deducted = -sum(min(one.amount_minor or 0, 0) for one in details)
        charges = line.charges_minor or 0, sum(one.charges_minor or 0 for one in details)
        assert line.amount_minor is not None
        allowed = {line.amount_minor + deducted + charge for charge in (0, charges[0], charges[1], sum(charges))}
        assert received <= max(line.amount_minor, 0) or received in allowed


@examples(25)
@given(files())
def test_an_entry_says_no_more_than_its_line_or_member_says(file: BankFile) -> None:
    said = {(line.statement_no, line.line_no, line.detail_no): line for line in file.lines}
    columns = ("statement_no", "line_no", "detail_no", "part", "amount_minor", "reference", "unsplit", "members")
    for statement_no, line_no, detail_no, part, amount, reference, unsplit, count in (
        file.entries().select(columns).iter_rows()
    ):
        line = said[statement_no, line_no, 0]
        if part == "detail":
            member = said[statement_no, line_no, detail_no]
            assert (amount, reference) == (member.amount_minor, member.reference)
            assert (member.currency, member.amount_exact) == ("SEK", True)
        elif part == "line":
            assert amount == line.amount_minor
            assert unsplit == (count > 1)
            lone = said[statement_no, line_no, 1].reference if count == 1 else None
            assert reference == (None if unsplit else line.reference or lone)
        else:
            assert reference is None
