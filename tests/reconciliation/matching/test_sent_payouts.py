"""Which payout a file's payout is: the one of the line that quotes its number, or of the only line with its amount."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl
import pytest

from reconciliation.matching.payouts import Arrival, KnownPayout, PayoutOf
from reconciliation.matching.sent_payouts import Beside, Quoting, Sent, may_be_meant, sent

DAY: Final = date(2026, 9, 11)
WAITS: Final = KnownPayout("plan.x", "plan", None, "SEK", 0, 160_00, DAY)
LINE: Final = Arrival(
    "plan.x", "m1", "b1", "SEK", 160_00, DAY, None, None, "f1", 1, "Ntry 1", "payout_by_sender", None, ("HCCLAIMPMT",)
)
OTHER: Final = WAITS._replace(payout_id="plan.y")
OTHER_LINE: Final = LINE._replace(payout_id="plan.y", part_id="m2")


def payout(key: str, ref: str | None, amount_minor: int = -160_00, **said: Any) -> dict[str, Any]:
    of = {"account": "plan", "currency": "SEK", "settlement": None, "payment_ref": None, "kind": "payout"}
    return {"key": key, "bank_ref": ref, "amount_minor": amount_minor} | of | said


def found(rows: list[dict[str, Any]], known: list[KnownPayout], *lines: Arrival) -> Sent:
    return sent(pl.DataFrame(rows, schema_overrides={"payment_ref": pl.String}), known, lines)


def ids(of: Sent) -> dict[str, str]:
    return {key: one.payout_id for key, one in of.payouts.items()}


def saying(line: Arrival, *said: str, **more: Any) -> Arrival:
    return line._replace(said=said, **more)


def test_the_only_line_that_waits_with_the_amount_is_it():
    of = found([payout("k", "EFT0005001")], [WAITS], LINE)
    assert of.payouts["k"] == PayoutOf("plan.x", "plan", "EFT0005001", "payout_by_file")
    assert (of.joined, of.quoting, of.unsure) == ({"k": ("m1",)}, [], {})
    assert ids(found([payout("k", "EFT0005001")], [WAITS._replace(arrived_minor=1)], LINE)) == {"k": "plan.EFT0005001"}


def test_equal_lines_without_a_number_wait_for_a_person_who_sees_which_payouts_they_may_be():
    of = found([payout("k", "EFT0005001")], [WAITS, OTHER], LINE, OTHER_LINE)
    assert (ids(of), of.unsure) == ({"k": "plan.EFT0005001"}, {"m1": ("k",), "m2": ("k",)})
    # Nor is one line one of two equal payouts of the file, or of one that is under way.
    of = found([payout("k", "EFT0005001"), payout("l", "EFT0005002")], [WAITS], LINE)
    assert (ids(of), of.unsure) == ({"k": "plan.EFT0005001", "l": "plan.EFT0005002"}, {"m1": ("k", "l")})
    under_way = KnownPayout("plan.EFT0005002", "plan", "EFT0005002", "SEK", 160_00, 0, DAY)
    of = found([payout("k", "EFT0005001")], [WAITS, under_way], LINE)
    assert (ids(of), of.unsure) == ({"k": "plan.EFT0005001"}, {"m1": ("k",)})
    long_ago = under_way._replace(last_on=date(2026, 8, 1))
    assert ids(found([payout("k", "EFT0005001")], [WAITS, long_ago], LINE)) == {"k": "plan.x"}


def test_a_line_that_quotes_the_number_is_it_whatever_the_amount():
    quoting = saying(OTHER_LINE, "TRN*1*EFT0005001*199")
    assert ids(found([payout("k", "EFT0005001")], [WAITS, OTHER], LINE, quoting)) == {"k": "plan.y"}
    less = OTHER._replace(arrived_minor=150_00)
    of = found([payout("k", "EFT0005001")], [WAITS, less], LINE, quoting._replace(amount_minor=150_00))
    assert (ids(of), of.joined) == ({"k": "plan.y"}, {"k": ("m2",)})


def test_a_receipt_that_somebody_called_a_payout_is_not_moved_and_asks_nothing():
    quoting = saying(LINE, "EFT0005001"), saying(OTHER_LINE, "EFT0005001")
    assert found([payout("k", "EFT0005001")], [WAITS, OTHER], *quoting).quoting == [Quoting("m2", "k")]
    receipt = quoting[1]._replace(rule="receipt", reason_code="PAYOUT")
    assert found([payout("k", "EFT0005001")], [WAITS, OTHER], quoting[0], receipt).quoting == []
    receipt = receipt._replace(said=())
    assert found([payout("k", "EFT0005001")], [WAITS, OTHER], LINE, receipt).unsure == {"m1": ("k",)}


def test_each_of_two_equal_lines_is_the_payout_that_it_quotes():
    rows = [payout("k", "EFT0005001"), payout("l", "EFT0005002")]
    lines = (saying(LINE, "EFT0005002"), saying(OTHER_LINE, "EFT0005001"))
    assert ids(found(rows, [WAITS, OTHER], *lines)) == {"k": "plan.y", "l": "plan.x"}
    # What one says leaves the other one to the other payout.
    lines = (LINE, saying(OTHER_LINE, "EFT0005001"))
    assert ids(found(rows, [WAITS, OTHER], *lines)) == {"k": "plan.y", "l": "plan.x"}


@pytest.mark.parametrize("said", ["PAY EFT0005002", "po_1AbC9", "EFT0005002 po_1AbC9"])
def test_a_line_that_quotes_another_number_is_never_it(said: str):
    other = KnownPayout("plan.po", "plan", "po_1AbC9", "SEK", 50_00, 50_00, DAY)
    of = found([payout("k", "EFT0005001")], [WAITS, other], saying(LINE, said))
    assert (ids(of), of.unsure, of.quoting) == ({"k": "plan.EFT0005001"}, {}, [])


def test_a_line_may_quote_what_has_arrived_beside_what_it_is():
    before = KnownPayout("plan.po", "plan", "po_1AbC9", "SEK", 50_00, 50_00, DAY)
    line = saying(LINE, "EFT0005001 AFTER po_1AbC9")
    assert ids(found([payout("k", "EFT0005001")], [WAITS, before], line)) == {"k": "plan.x"}
    # Of two under way, it is the one with the amount.
    under_way = before._replace(arrived_minor=0)
    of = found([payout("k", "EFT0005001")], [WAITS, under_way], line)
    assert (ids(of), of.beside) == ({"k": "plan.x"}, {})


TWO: Final = [payout("k", "EFT0005001"), payout("l", "EFT0005002", 60_00)]


def of_all(of: Sent) -> dict[str, str]:
    return {key: of.payout_of(key) for key in of.payouts}


@pytest.mark.parametrize("amount_minor", [100_00, 99_00])
def test_a_line_that_quotes_several_payouts_of_a_file_is_all_of_them(amount_minor: int):
    line = saying(LINE, "EFT0005001 EFT0005002", amount_minor=amount_minor)
    of = found(TWO, [WAITS._replace(arrived_minor=amount_minor)], line)
    assert of_all(of) == {"k": "plan.x", "l": "plan.x"}
    assert ids(of) == {"k": "plan.x", "l": "plan.EFT0005002"}
    assert (of.joined, of.quoting) == ({"k": ("m1",)}, [])


def test_what_a_line_quotes_that_was_sent_before_is_paid_with_it():
    below = KnownPayout("plan.EFT0005002", "plan", "EFT0005002", "SEK", -60_00, 0, DAY)
    line = saying(LINE, "EFT0005001 EFT0005002", amount_minor=100_00)
    of = found(TWO[:1], [WAITS._replace(arrived_minor=100_00), below], line)
    assert (of_all(of), of.beside) == ({"k": "plan.x"}, {"plan.EFT0005002": Beside("plan.x", "k")})
    # The first file alone, in which nothing goes the line's way, says nothing.
    assert ids(found(TWO[1:], [WAITS._replace(arrived_minor=100_00)], line)) == {"l": "plan.EFT0005002"}


def test_a_payout_of_which_more_arrived_may_have_been_paid_with_one_of_the_file():
    more = KnownPayout("plan.EFT0005001", "plan", "EFT0005001", "SEK", 160_00, 100_00, DAY)
    line = saying(LINE, "EFT0005001 EFT0005002", payout_id=more.payout_id, amount_minor=100_00, rule="payout_by_id")
    of = found(TWO[1:], [more], line)
    assert (of_all(of), of.quoting) == ({"l": "plan.EFT0005001"}, [])
    # The line moves to the one that has its very amount, unless a person said what it is.
    exact = [payout("l", "EFT0005002", -100_00)]
    assert found(exact, [more], line).quoting == [Quoting("m1", "l")]
    assert found(exact, [more], line._replace(reason_code="PAYER_SAID")).quoting == []


def test_what_another_line_paid_in_part_is_not_paid_with_it():
    part = KnownPayout("plan.EFT0005001", "plan", "EFT0005001", "SEK", 160_00, 155_00, DAY)
    for amount in (200_00, 199_00, 205_00):
        line = saying(LINE, "EFT0005001 EFT0005003", amount_minor=amount)
        of = found([payout("k", "EFT0005003", -200_00)], [WAITS._replace(arrived_minor=amount), part], line)
        assert (ids(of), of.beside) == ({"k": "plan.x" if amount != 205_00 else "plan.EFT0005003"}, {})


def test_a_guess_that_quotes_several_payouts_moves_to_them_with_all_that_quote_them():
    taken = KnownPayout("plan.z", "plan", "77120934", "SEK", 100_00, 100_00, DAY)
    guess = saying(LINE, "EFT0005001 EFT0005002", payout_id="plan.z", amount_minor=100_00, rule="payout_by_amount")
    of = found(TWO, [taken], guess)
    assert (of_all(of), of.quoting) == (dict.fromkeys("kl", "plan.EFT0005001"), [Quoting("m1", "k")])
    some = saying(LINE, "EFT0005001 EFT0005002", amount_minor=60_00)
    rest = saying(OTHER_LINE, "EFT0005001 EFT0005002", amount_minor=40_00)
    of = found(TWO, [WAITS._replace(arrived_minor=60_00), OTHER._replace(arrived_minor=40_00)], some, rest)
    assert (of_all(of), of.quoting) == (dict.fromkeys("kl", "plan.x"), [Quoting("m2", "k")])


def test_short_numbers_are_paid_together_only_by_their_very_sum():
    rows = [payout("k", "E-1"), payout("l", "E-2", 60_00)]
    for amount, of_line in ((100_00, "plan.x"), (99_00, None)):
        line = saying(LINE, "PAY E-1 E-2", amount_minor=amount)
        of = found(rows, [WAITS._replace(arrived_minor=amount)], line)
        assert of_all(of) == {"k": of_line or "plan.E-1", "l": of_line or "plan.E-2"}


def test_numbers_that_may_be_persons_are_of_different_payouts():
    rows = [payout("k", "191212121212"), payout("l", "201212121212", -1)]
    assert len(set(ids(found(rows, [])).values())) == 2


def test_a_short_number_counts_as_a_word_with_the_amount():
    short = saying(OTHER_LINE, "PAY*E-2*X")
    assert ids(found([payout("k", "E-2")], [WAITS, OTHER], LINE, short)) == {"k": "plan.y"}
    less = found([payout("k", "E-2", -159_00)], [WAITS, OTHER], LINE, short)
    assert ids(less) == {"k": "plan.E-2"}
    within = found([payout("k", "E-2")], [WAITS, OTHER], LINE, saying(OTHER_LINE, "PAY E-20"))
    assert ids(within) == {"k": "plan.E-2"}


def test_a_line_that_was_taken_for_another_payout_by_its_amount_becomes_the_one_that_it_quotes():
    taken = KnownPayout("plan.EFT0005001", "plan", "EFT0005001", "SEK", 160_00, 160_00, DAY)
    line = saying(LINE, "PAY 77120934", payout_id="plan.EFT0005001", rule="payout_by_amount")
    of = found([payout("k", "77120934")], [taken], line)
    assert (ids(of), of.quoting) == ({"k": "plan.77120934"}, [Quoting("m1", "k")])
    # What a person said, or a number that the line quotes, is not decided anew.
    for kept in (line._replace(reason_code="PAYER_SAID"), line._replace(rule="payout_by_id")):
        assert found([payout("k", "77120934")], [taken], kept).quoting == []


def test_all_lines_that_quote_a_number_are_of_its_payout():
    lines = (saying(LINE, "EFT0005001", amount_minor=60_00), saying(OTHER_LINE, "EFT0005001", amount_minor=100_00))
    known = [WAITS._replace(arrived_minor=60_00), OTHER._replace(arrived_minor=100_00)]
    of = found([payout("k", "EFT0005001")], known, *lines)
    assert (ids(of), of.quoting) == ({"k": "plan.x"}, [Quoting("m2", "k")])


def test_only_lines_that_wait_or_have_the_amount_by_guess_may_be_meant():
    taken = KnownPayout("plan.z", "plan", "EFT0005009", "SEK", 160_00, 160_00, DAY)
    guess = LINE._replace(payout_id="plan.z", part_id="m3", rule="payout_by_amount")
    rows, known = pl.DataFrame([payout("k", "EFT0005001")]), [WAITS, taken]
    assert may_be_meant(rows, known, [LINE, guess]) == [LINE, guess]
    assert may_be_meant(rows, known, [guess._replace(rule="payout_by_id")]) == []
    assert may_be_meant(rows, known, [guess._replace(amount_minor=1)]) == []
    assert may_be_meant(rows.with_columns(account=pl.lit("cards")), known, [LINE, guess]) == []


def test_what_comes_back_is_of_the_payout_that_it_names_under_whichever_id_that_is_known():
    row = payout("k", "txn_3", 160_00, kind="payout_returned", settlement="po_2", payment_ref="po_1")
    assert ids(found([row], [])) == {"k": "plan.po_1"}
    known = KnownPayout("plan.x", "plan", "po_1", "SEK", 160_00, 160_00, DAY)
    assert ids(found([row], [known])) == {"k": "plan.x"}
    # Also of one of the same file, whichever stands first.
    assert ids(found([row, payout("l", "po_1")], [WAITS], LINE)) == {"k": "plan.x", "l": "plan.x"}


def test_what_comes_back_without_a_name_is_the_only_payout_that_our_bank_took_back():
    row = payout("k", "txn_3", 160_00, kind="payout_returned")
    back = KnownPayout("plan.x", "plan", "po_1", "SEK", 160_00, 0, DAY, came_back=True)
    assert ids(found([row], [back])) == {"k": "plan.x"}
    for known in ([], [back._replace(came_back=False)], [back, back._replace(payout_id="plan.y")]):
        assert ids(found([row], known)) == {"k": "plan.txn_3"}


def test_a_payout_that_came_and_went_is_the_files_only_if_a_line_quotes_it():
    gone = WAITS._replace(arrived_minor=0, came_back=True)
    lines = (LINE, LINE._replace(part_id="m2", amount_minor=-160_00))
    assert ids(found([payout("k", "EFT0005001")], [gone], *lines)) == {"k": "plan.EFT0005001"}
    quoting = (saying(lines[0], "EFT0005001"), lines[1])
    of = found([payout("k", "EFT0005001")], [gone], *quoting)
    assert (ids(of), of.joined) == ({"k": "plan.x"}, {"k": ("m1", "m2")})


def test_a_payout_below_zero_is_the_debit_that_came_before_it():
    debit = WAITS._replace(arrived_minor=-40_00)
    assert ids(found([payout("k", "po_1", 40_00)], [debit], LINE._replace(amount_minor=-40_00))) == {"k": "plan.x"}
