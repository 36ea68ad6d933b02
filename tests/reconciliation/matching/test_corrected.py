"""A statement that the bank sent again with other money is corrected once the next one begins with its balance."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from projections.store.matching_lookups import KnownStatement
from reconciliation.matching.corrected import corrected, difference, with_new
from reconciliation.matching.differences import CONTRADICTS, CORRECTED, key_of
from tests.reconciliation.matching.written_files import but, stated

DAY, NEXT, LATER = date(2024, 7, 10), date(2024, 7, 11), date(2024, 7, 12)
NAMED: dict[str, Any] = {"statement_id": "S1", "sequence": "1"}
FIRST = but(stated("a", 1, 0, 450), **NAMED)
AGAIN = but(stated("b", 1, 0, 400), **NAMED)
FOLLOWING = but(stated("c", 1, 400, 410), from_on=NEXT, to_on=NEXT)


def booked(*rows: tuple[str, int, str]) -> pl.DataFrame:
    """Movements of the first statement's day: file, amount and the key of the line."""
    account = FIRST.proven.bank_account
    known = [
        {"money_id": key, "bank_account": account, "in_detail": False, "file": file, "statement_no": 1}
        | {"amount_minor": amount, "line_key": key}
        for file, amount, key in rows
    ]
    return pl.DataFrame(known)


ALL = booked(("a", 400, "p1"), ("a", 50, "p2"))


@pytest.mark.parametrize("number", range(3))
def test_the_next_statement_proves_which_of_two_balances_holds_in_whatever_order_they_come(number: int) -> None:
    files = [AGAIN, FOLLOWING, FIRST]
    mine = files.pop(number)
    (one,) = corrected([mine], files)
    assert (one.statement, one.proof) == (AGAIN, mine)
    made = difference(one, ALL)
    assert made is not None
    assert (made.amount_minor, made.booked_on, made.part, made.statement) == (-50, DAY, CORRECTED, mine)


@pytest.mark.parametrize(
    ("again", "following"),
    [
        (AGAIN, but(FOLLOWING, from_on=DAY)),
        (AGAIN, but(FOLLOWING, opening_minor=420)),
        (AGAIN, but(FOLLOWING, bank_account="SE1")),
        (but(AGAIN, statement_id="S2"), FOLLOWING),
        (but(AGAIN, sequence=None), FOLLOWING),
        (but(AGAIN, opening_minor=1), FOLLOWING),
        (but(AGAIN, closing_minor=450), FOLLOWING),
    ],
)
def test_without_another_balance_under_the_same_name_and_a_proof_nothing_is_corrected(
    again: KnownStatement, following: KnownStatement
) -> None:
    assert corrected([following], [FIRST, again]) == []


def test_only_the_next_statement_and_the_files_that_have_one_of_them_decide() -> None:
    between = but(stated("d", 1, 450, 400), from_on=NEXT, to_on=NEXT)
    far = but(FOLLOWING, from_on=LATER, to_on=LATER)
    (one,) = corrected([far, between], [FIRST, AGAIN])
    assert (one.statement, difference(one, ALL)) == (FIRST, None)
    assert corrected([far], [FIRST, AGAIN, FOLLOWING]) == []


# The next statement, first after the old balance and then after the new one.
MOVED: dict[str, Any] = {"statement_id": "S2", "sequence": "2", "from_on": NEXT, "to_on": NEXT}
OLD, NEW = but(stated("c", 1, 450, 460), **MOVED), but(stated("d", 1, 400, 410), **MOVED)


@pytest.mark.parametrize("last", [NEW, AGAIN])
def test_a_next_statement_that_came_again_after_another_balance_proves_the_new_one(last: KnownStatement) -> None:
    known = [one for one in (FIRST, OLD, NEW, AGAIN) if one is not last]
    (one,) = corrected([last], known)
    assert (one.statement, one.proof) == (AGAIN, last)
    assert corrected([but(stated("e", 1, 410, 411), from_on=LATER, to_on=LATER)], [*known, last]) == []


@pytest.mark.parametrize(
    "new",
    [
        but(NEW, sum_minor=11),
        but(NEW, lines=2),
        but(NEW, statement_id="S3"),
        but(NEW, sequence=None),
        # It is the statement after the next, under the same name.
        but(NEW, opening_minor=460, closing_minor=470),
        but(NEW, opening_minor=440, closing_minor=450),
    ],
)
def test_what_is_another_statement_than_the_next_one_decides_nothing(new: KnownStatement) -> None:
    found = corrected([new], [FIRST, AGAIN, OLD])
    assert AGAIN not in [one.statement for one in found]


def test_nothing_is_booked_twice_nor_beside_what_is_not_the_statements() -> None:
    (one,) = corrected([FOLLOWING], [FIRST, AGAIN])
    mended = [("z", -50, key_of(AGAIN.proven, part)) for part in (CORRECTED, CONTRADICTS)]
    for made in mended:
        assert difference(one, pl.concat([ALL, booked(made)])) is None
    assert difference(one, booked(("a", 400, "p1"))) is None
    assert difference(one, booked(("a", 450, "p1"), ("y", -50, "other"))) is not None
    assert difference(one, booked(("a", 440, "p1"))) is None


def entry(amount: int, decision: str, key: str = "p3") -> pl.DataFrame:
    """A line of a file, as it is decided."""
    row = {"statement_no": 1, "key": key, "account": FIRST.proven.bank_account, "amount_minor": amount}
    return pl.DataFrame([row | {"decision": decision, "in_detail": False}], schema_overrides={"statement_no": pl.Int32})


@pytest.mark.parametrize("known", [(FIRST,), (FIRST, but(FOLLOWING, opening_minor=500))])
def test_a_line_that_the_bank_added_is_booked_once_also_if_the_next_statement_came_before(
    known: tuple[KnownStatement, ...],
) -> None:
    more, following = but(stated("b", 1, 0, 500), **NAMED), but(FOLLOWING, opening_minor=500, sha256="b", number=2)
    (one,) = corrected([more, following], known)
    assert one.statement == more
    assert difference(one, with_new(ALL, entry(50, "book"), "b")) is None
    made = difference(one, with_new(ALL, entry(50, "covered"), "b"))
    assert made is not None
    assert made.amount_minor == 50


def test_a_line_that_the_next_statement_contradicts_is_taken_back() -> None:
    (one,) = corrected([but(stated("b", 1, 0, 500), **NAMED)], [FIRST, but(FOLLOWING, opening_minor=450)])
    made = difference(one, with_new(ALL, entry(50, "book"), "b"))
    assert one.statement == FIRST
    assert made is not None
    assert made.amount_minor == -50
