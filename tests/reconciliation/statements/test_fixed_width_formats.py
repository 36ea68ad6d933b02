"""What holds for every format with fixed records: it is recognised, proven, and refused if a part of it is missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from tests.kit.inspection import inspect
from tests.reconciliation.statements.fixed_width_files import AMOUNTS, WRITTEN, booked, judged, without_each_record

BOOKED = {name: data for name, data in WRITTEN.items() if TRAITS[name].books}
ADVICE = {name: data for name, data in WRITTEN.items() if TRAITS[name].holds == "advice"}
# No message may say these words of a payer, which the files contain.
PRIVATE = ("15032080119", "KATRI", "Katri", "8817")


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_is_known_by_its_content_and_has_no_problems(name: str):
    parsed = read(WRITTEN[name])
    assert (parsed.format, parsed.problems) == (name, ())
    assert parsed.encoding == "ISO-8859-1"


@pytest.mark.parametrize("name", BOOKED)
def test_a_whole_file_is_proven(name: str):
    verdict = judged(BOOKED[name])
    assert (verdict.accepted, verdict.doubts) == (True, ())
    assert booked(read(BOOKED[name]))


@pytest.mark.parametrize("name", ADVICE)
def test_what_is_only_advice_is_read_and_never_booked(name: str):
    parsed = read(ADVICE[name])
    assert parsed.lines.num_rows
    assert booked(parsed) == []
    assert [reason.code for reason in judged(ADVICE[name]).refusals] == ["file_is_advice"]


@pytest.mark.parametrize("name", BOOKED)
def test_a_file_without_one_of_its_records_is_refused_or_doubted_or_has_the_same_money(name: str):
    whole = booked(read(BOOKED[name]))
    for index, data in enumerate(without_each_record(BOOKED[name])):
        parsed = read(data)
        if parsed.refused or booked(parsed) == whole:
            continue
        verdict = judged(data)
        # Where balances prove the money, only the details may be fewer.
        assert not verdict.accepted or [doubt.code for doubt in verdict.doubts] == ["details_do_not_sum"], index


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_cut_off_anywhere_is_refused_unless_no_money_is_lost(name: str):
    data = WRITTEN[name]
    whole = read(data).lines
    last_record = data.rstrip().rindex(b"\n") + 1
    for length in [*range(0, last_record, 37), last_record, last_record + 20]:
        parsed = read(data[:length])
        assert parsed.refused or parsed.lines == whole or not judged(data[:length]).accepted, length


@pytest.mark.parametrize(("name", "found", "put"), AMOUNTS)
def test_a_changed_amount_or_sign_makes_the_proof_fail(name: str, found: bytes, put: bytes):
    assert WRITTEN[name].count(found) >= 1
    assert len(found) == len(put)
    assert not judged(WRITTEN[name].replace(found, put, 1)).accepted


@pytest.mark.parametrize("name", WRITTEN)
def test_a_record_that_is_too_long_or_shifted_by_a_tab_is_refused_with_its_place(name: str):
    lines = WRITTEN[name].split(b"\r\n")
    for damage, code in ((b"x" * 999, "record_too_long"), (b"\t1", "record_holds_control_character")):
        problems = read(b"\r\n".join([lines[0], lines[1] + damage, *lines[2:]])).problems
        assert (code, "record 2") in [(problem.code, problem.raw_position) for problem in problems]


@pytest.mark.parametrize("name", WRITTEN)
def test_line_ends_blanks_and_the_encoding_do_not_change_what_is_read(name: str):
    whole = read(WRITTEN[name])
    stripped = b"\n".join(line.rstrip() for line in WRITTEN[name].split(b"\r\n")) + b"\n\x1a"
    assert read(stripped).lines == whole.lines
    text = WRITTEN[name].decode("latin-1")
    recoded = read(text.encode())
    assert recoded.lines == whole.lines
    assert [problem.code for problem in recoded.problems] == ([] if text.isascii() else ["encoding_changed"])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(WRITTEN)), st.lists(st.tuples(st.integers(0), st.binary(max_size=3)), max_size=6))
def test_a_file_damaged_anywhere_is_read_without_raising_and_no_payer_is_named(name: str, damages):
    data = WRITTEN[name]
    for place, put in damages:
        place %= len(data)
        data = data[:place] + put + data[place + 1 :]
    said = "\n".join(f"{problem.message} {problem.raw_position}" for problem in read(data).problems)
    inspect(data)
    assert not any(word in said for word in PRIVATE)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(WRITTEN)), st.integers(1, 200), st.binary(max_size=200))
def test_any_bytes_behind_the_beginning_of_a_file_are_read_without_raising(name: str, length: int, more: bytes):
    inspect(WRITTEN[name][:length] + more)
