"""A damaged MT940 is refused by the reader or by its balances, and what the writer writes is what the reader reads."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import mt940
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.money import decimals_of
from ledger.domain.references import ocr as ocr_from
from reconciliation.gate import Terms, examine
from reconciliation.statements import Parsed, read
from reconciliation.statements.mt940.information_writer import MtInformation
from reconciliation.statements.mt940.statement_line import read_line
from reconciliation.statements.mt940.writer import MtMovement, MtReport, MtStatement, write_mt940, write_mt942
from reconciliation.statements.values import to_minor
from tests.kit.inspection import inspect
from tests.reconciliation.statements.written_files import DAY, PAYER, REMARK, STAMP, codes, rows

ACCOUNT = "DE89370400440532013000"
PAYER_ACCOUNT = "NL91ABNA0417164300"
TERMS = Terms(frozenset({"EUR"}), date(2020, 1, 1), date(2026, 12, 31))
MOVEMENTS = [
    MtMovement(
        125_00 + number,
        DAY,
        DAY,
        MtInformation(
            f"{REMARK} {ocr_from(str(10_000 + number))}", end_to_end_id="E1", name=PAYER, account=PAYER_ACCOUNT
        ),
        bank_reference=f"B{number}",
    )
    for number in range(3)
] + [MtMovement(-40_00, DAY, DAY, MtInformation(REMARK, "slashes"), bank_reference="B9", reversal=True)]
STATEMENT = MtStatement("R1", ACCOUNT, "EUR", 12, DAY, DAY, MOVEMENTS, 1000_00)
FILE = write_mt940([STATEMENT])
SECOND = replace(
    STATEMENT,
    number=13,
    opening_minor=1000_00 + sum(one.amount_minor for one in MOVEMENTS),
    movements=[replace(MOVEMENTS[0], bank_reference="B10")],
)


def proven(parsed: Parsed) -> bool:
    """Whether the reader refuses nothing and the balances of each statement foot, as the gate asks."""
    lines = rows(parsed)
    return not parsed.refused and all(
        None not in (head["opening_minor"], head["closing_minor"])
        and head["closing_minor"] - head["opening_minor"]
        == sum(line["amount_minor"] or 0 for line in lines if line["statement_no"] == head["statement_no"])
        for head in parsed.statements.to_pylist()
    )


def reasons(data: bytes) -> list[str]:
    return [reason.code for reason in examine(read(data), TERMS).refusals]


def test_a_whole_file_is_accepted_without_a_doubt():
    verdict = examine(read(write_mt940([STATEMENT, SECOND])), TERMS)
    assert (verdict.accepted, verdict.doubts, verdict.warnings) == (True, (), ())


def test_an_intraday_report_is_refused_even_if_it_adds_up():
    data = write_mt942([MtReport("R1", ACCOUNT, "EUR", 1, datetime.fromisoformat(STAMP), MOVEMENTS)])
    assert reasons(data) == ["intraday_report"]


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        # A movement is lost, changed, turned round or there twice.
        (b"CR125,00", b"CR125,10", "balances_do_not_foot"),
        (b"CR125,00", b"DR125,00", "balances_do_not_foot"),
        (b":61:2603040304CR125,01", b":NS:2603040304CR125,01", "balances_do_not_foot"),
        (b"RC", b"RD", "balances_do_not_foot"),
        (b":60F:C260304EUR1000,00", b":60F:D260304EUR1000,00", "balances_do_not_foot"),
        (b":62F:", b":64:", "balance_missing"),
        (b":60F:C260304EUR1000,00\r\n", b"", "balance_missing"),
        (b":62F:C260304EUR", b":62F:C260304USD", "balance_missing"),
        # A field is damaged.
        (b":62F:C", b":62F:X", "balance_unreadable"),
        (b":60F:C260304EUR1000,00", b":60F:C260304EUR1.000,00", "balance_unreadable"),
        (b":60F:C260304EUR1000,00", b":60F:C260304EUR1000,005", "balance_unreadable"),
        (b"CR125,00NTRF", b"XR125,00NTRF", "field_unreadable"),
        (b"CR125,00NTRF", b"CR1.25,00NTRF", "field_unreadable"),
        (b"CR125,00NTRF", b"CR" + b"9" * 16 + b",00NTRF", "field_unreadable"),
        (b":61:2603040304CR125,00", b":61:26O3040304CR125,00", "field_unreadable"),
        (b"CR125,00NTRF", b"CR125,001NTRF", "amount_too_precise"),
        (b":86:166?00", b":86:" + b"x" * 10_001 + b"166?00", "field_unreadable"),
        (b":61:", b":60F:C260304EUR1,00\r\n:61:", "record_out_of_place"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in FILE
    verdict = examine(read(FILE.replace(found, put, 1)), TERMS)
    assert code in [reason.code for reason in verdict.refusals]
    assert all(reason.raw_position for reason in verdict.refusals)


def test_a_file_cut_anywhere_is_never_proven_unless_only_its_last_mark_is_lost():
    whole = rows(read(FILE))
    end = FILE.index(b":62F:") + len(b":62F:C260304EUR1335,03")
    for length in range(len(FILE)):
        parsed = read(FILE[:length])
        assert not proven(parsed) or (length >= end and rows(parsed) == whole), length
    assert codes(read(FILE[: end - 30])) == ["file_truncated"]
    assert reasons(FILE[: end - 30]) == ["balance_missing"]


def test_any_movement_that_is_dropped_repeated_or_changed_breaks_the_proof():
    first, *others = FILE.split(b":61:")
    for number, one in enumerate(others[:-1]):
        before, after = others[:number], others[number + 1 :]
        for changed in (
            [*before, *after],
            [*before, one, one, *after],
            [*before, one.replace(b",0", b",9", 1), *after],
        ):
            assert not proven(read(b":61:".join([first, *changed])))


def test_of_several_statements_each_is_proven_alone():
    data = write_mt940([STATEMENT, SECOND])
    assert proven(read(data))
    assert not proven(read(data.replace(b"CR125,00", b"CR126,00", 1)))
    # A reference that is lost makes two messages one, with two opening balances.
    assert "record_out_of_place" not in codes(read(data))
    lost = data.replace(b":62F:", b":65:", 1).replace(b"-\r\n:20:R1\r\n:25:", b":21:", 1)
    assert "record_out_of_place" in codes(read(lost))


def test_no_payer_is_named_in_what_is_told_and_nothing_is_logged(caplog: pytest.LogCaptureFixture):
    # The library would log a line that it cannot read, with all that is in it.
    with caplog.at_level("DEBUG"):
        read(FILE)
        read_line("2603040304CR125,00NTRF" + PAYER + "\n\n" + REMARK)
        for old, new in ((b"CR125", b"XR125"), (b"0304CR", b"0431CR"), (b":62F:C", b":62F:X"), (b"166?", b"x" * 9_999)):
            parsed = read(FILE.replace(old, new))
            told = "\n".join(f"{problem.message} {problem.raw_position}" for problem in parsed.problems)
            assert parsed.problems
            assert not [one for one in (PAYER, PAYER_ACCOUNT, REMARK, ACCOUNT) if one in told]
    assert caplog.records == []


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0), st.binary(max_size=4)), max_size=8))
def test_a_file_damaged_anywhere_is_read_without_raising(damages):
    data = FILE
    for place, put in damages:
        place %= len(data)
        data = data[:place] + put + data[place + 1 :]
    inspect(data)


FRAGMENTS = [
    *(":61:", ":86:", ":60F:C260304EUR1,", ":62M:", ":20:X", ":28C:1/2", ":NS:", ":90D:1EUR1,", "20:", ":", "-"),
    *("-}{1:{4:", "2603040304", "260230", "C", "RD", "1,00", "NTRF", "//", "?20", "166", "EREF+", "/REMI/", "\n"),
]


@settings(max_examples=100)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
def test_any_order_of_fields_is_read_without_raising(parts: list[str]):
    inspect((":20:X\n:60F:C260304EUR1,00\n" + "".join(parts)).encode())


@pytest.mark.parametrize(
    "hostile",
    [
        b":86:" + b"1234574\n" * 100_000,
        b":86:" + b"/REMI/EREF+?20" * 50_000,
        b":61:260304C" + b"0" * 500_000 + b"\n",
        b":61:260304C1,00NTRF" + b"/" * 500_000 + b"\n",
        b":60F:C260304EUR1,\n" * 50_000,
        b":20:X\n" * 50_000,
        b"{1:" * 200_000,
        b":28C:" + b"9" * 500_000,
    ],
    ids=["lines", "keys", "zeros", "slashes", "balances", "messages", "blocks", "number"],
)
def test_a_hostile_file_takes_no_long_time(hostile: bytes):
    read(b":20:X\n:60F:C260304EUR1,00\n:61:260304C1,00NTRFX\n" + hostile)


words = st.text("abcdefghiäöüß ABC,.0123456789", min_size=1, max_size=100).map(lambda text: " ".join(text.split()))
ids = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=4, max_size=16).filter(lambda text: read_reference(text))
names = st.text("ABCDEFGHIJ abcdefghij", min_size=2, max_size=40).map(lambda text: " ".join(text.split())).filter(len)


def read_reference(text: str) -> bool:
    return any(letter in "123456789XYZ" for letter in text)


@st.composite
def movements(draw: st.DrawFn) -> tuple[MtMovement, dict[str, Any]]:
    """A movement, and what its row must say."""
    said = {"text": draw(words.filter(len)), "end_to_end_id": draw(ids), "counterparty": draw(names)}
    information = MtInformation(
        said["text"],
        draw(st.sampled_from(["subfields", "slashes"])),
        said["end_to_end_id"],
        said["counterparty"],
        PAYER_ACCOUNT,
    )
    minor, value_on = (
        draw(st.integers(-(10**11), 10**11).filter(bool)),
        draw(st.dates(date(2000, 1, 1), date(2079, 1, 1))),
    )
    bank, reversal = draw(st.none() | ids), draw(st.booleans())
    entry_on = draw(st.none() | st.just(value_on))
    line = MtMovement(minor, value_on, entry_on, information, bank_reference=bank or "", reversal=reversal)
    fixed = {"amount_minor": minor, "value_on": value_on, "bank_ref": bank, "reversal": reversal}
    return line, {**said, **fixed, "counterparty_account": PAYER_ACCOUNT}


@settings(max_examples=60)
@given(st.lists(movements(), max_size=4), st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(-(10**11), 10**11))
def test_what_is_written_is_read_and_the_library_reads_the_same_money(written, currency: str, opening: int):
    last = date(2079, 12, 31)
    lines = [line for line, _ in written]
    data = write_mt940([MtStatement("R1", ACCOUNT, currency, 12, date(2000, 1, 1), last, lines, opening)])
    parsed = read(data)
    assert (parsed.problems, proven(parsed)) == ((), True)
    for row, (_, meant) in zip(rows(parsed), written, strict=True):
        assert {name: row[name] for name in meant} == meant
    (other,) = mt940.parse_statements(data.decode(), options=mt940.Options.all())
    decimals = decimals_of(currency)
    assert decimals is not None
    assert [to_minor(f"{one.data['amount'].amount:f}", decimals)[0] for one in other] == [
        line.amount_minor for line in lines
    ]
    assert other.data["final_opening_balance"].amount.amount == Decimal(opening).scaleb(-decimals)


@pytest.mark.parametrize(
    "movement",
    [
        MtMovement(10**15, DAY),
        MtMovement(1, DAY, reference="x" * 17),
        MtMovement(1, DAY, information=MtInformation("x" * 65 + ":61:260304C1,00", "free")),
        MtMovement(1, DAY, information=MtInformation("x" * 53 + "-", "slashes")),
        MtMovement(1, DAY, information=MtInformation("Warum?")),
    ],
    ids=["amount", "reference", "field", "end", "subfields"],
)
def test_what_a_field_cannot_hold_is_not_written(movement: MtMovement):
    with pytest.raises(ValueError, match=r"longer|characters|begin|subfields"):
        write_mt940([replace(STATEMENT, movements=[movement])])


def test_random_bytes_spliced_into_a_file_do_not_stop_the_reader():
    chance = random.Random(941)
    for _ in range(150):
        begins, ends = sorted(chance.sample(range(len(FILE)), 2))
        read(FILE[:begins] + chance.randbytes(chance.randrange(40)) + FILE[ends:])
