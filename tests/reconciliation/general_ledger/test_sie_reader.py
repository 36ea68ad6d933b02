"""SIE files are read as the standard has them; whatever else comes is refused with its line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciliation.general_ledger.comparison import balances, through
from reconciliation.general_ledger.sie import Balances, Head, SieVoucher, Transaction
from reconciliation.general_ledger.sie_reader import LONGEST, SieMalformed, read
from reconciliation.general_ledger.sie_writer import balance_lines, head_lines, voucher_lines
from tests.kit.plain_sie import read_plainly

DAY = date(2026, 10, 1)
HEAD = Head(
    kind="4E",
    program="reskontra",
    version="1",
    generated_on=date(2026, 11, 2),
    generated_by="job:export",
    company="Kliniken Åäö AB",
    company_id="clinic",
    years={0: (date(2026, 1, 1), date(2026, 12, 31)), -1: (date(2025, 1, 1), date(2025, 12, 31))},
    currency="SEK",
    accounts={"1510": "Kundfordringar", "3010": 'Vård "momsfri"'},
    organisation_number="556677-8899",
)
# A file as another program wrote it: tabs, plain fields, object lists, added and struck lines, unknown records.
OTHERS = b"""#FLAGGA 0
#PROGRAM "Annat program" 3.61
#FORMAT PC8
#GEN 20261102
#SIETYP 4
#PROSA "Fritext med \\"citat\\""
#FNAMN "F\x94retaget AB"
#RAR 0 20260101 20261231
#RAR -1 20250101 20251231
#OMFATTN 20261031

#KONTO\t1510\tKundfordringar
#KONTO 3010 "F\x94rs\x84ljning"
#NYTT 1 2 3
#IB 0 1510 100
#IB -1 1510 70.5
#UB 0 1510 350.50
#RES 0 3010 -250.5 -12
#PSALDO 0 202610 1930 {} 12.5
#PSALDO 0 202610 1930 {1 "0123"} 9
#PSALDO 0 202609 1930 1
#VER A 567 20261008 "Porto" 20261009 AN
{
   #TRANS 1510 { } 250.50
   #BTRANS 6110 {} 800.00
   #RTRANS 3010 {1 "0123"} -250.5
   #TRANS 3010 {1 "0123"} -250.5 "" "Ny rad"
}
#VER "" "" 20261010
{
}
"""


def test_another_programs_file_is_read():
    file = read(OTHERS)
    assert (file.company, file.currency, through(file)) == ("Företaget AB", "SEK", date(2026, 10, 31))
    assert file.accounts["3010"] == "Försäljning"
    assert balances(file) == {"1510": 350_50, "3010": -250_50, "1930": 13_50}
    (porto, empty) = file.vouchers
    assert (porto.series, porto.number, porto.on, porto.text) == ("A", "567", date(2026, 10, 8), "Porto")
    assert porto.transactions == (Transaction("1510", 250_50), Transaction("3010", -250_50))
    assert (empty.number, empty.transactions) == ("", ())


@pytest.mark.parametrize(
    ("before", "after", "line", "expected"),
    [
        (b"#FLAGGA 0\n", b"", 1, "#FLAGGA first"),
        (b"#FORMAT PC8\n", b"", 1, "#FORMAT PC8"),
        (b"#FORMAT PC8", b"#FORMAT UTF8", 3, "#FORMAT PC8"),
        (b"#SIETYP 4\n", b"", 1, "#SIETYP 4"),
        (b"#SIETYP 4", b"#SIETYP 2", 5, "#SIETYP 4"),
        (b"#GEN 20261102\n", b"", 30, "#GEN"),
        (b"#FLAGGA 0\n", b"#FLAGGA 0\n#KSUMMA\n", 32, "cut off"),
        (b"F\x94retaget", "Företaget".encode(), 7, "the line is UTF-8"),
        (b"#FLAGGA", b"\xef\xbb\xbf#FLAGGA", 1, "the file is UTF-8"),
        (b"Porto", b"Por\x00to", 22, "control character"),
        (b"Porto", b"P" * LONGEST, 22, "at most 16384 characters"),
        (b'"Porto"', b'"Porto', 22, "matching quotation marks"),
        (b"#TRANS 1510 { } 250.50", b"#TRANS 1510 { } 250,50", 24, "at most two decimals"),
        (b"#TRANS 1510 { } 250.50", b"#TRANS 1510 { } 250.505", 24, "at most two decimals"),
        (b"#TRANS 1510 { } 250.50", b"#TRANS 1510 { } +250.50", 24, "at most two decimals"),
        (b"#TRANS 1510 { } 250.50", b"#TRANS 1510 { }", 24, "lacks an amount"),
        (b"#TRANS 1510 { } 250.50", b"#TRANS 15X0 { } 250.50", 24, "an account in digits"),
        (b"#TRANS 1510 { } 250.50", b"#TRANS 1510 { } 250.49", 22, "sums to zero; it sums to -0.01"),
        (b"20261008", b"20261308", 22, "YYYYMMDD"),
        (b"20261008", b"261008", 22, "YYYYMMDD"),
        (b"#RAR 0", b"#RAR 1", 8, "a year as 0, -1"),
        (b'"Porto" 20261009 AN\n{', b'"Porto" 20261009 AN', 23, "only between the braces"),
        (b"}\n#VER", b"#VER", 28, "} before the next voucher"),
        (b"{\n}\n", b"{\n", 29, "cut off"),
        (b"#OMFATTN", b"OMFATTN", 10, "begins with #"),
        (b"{\n}\n", b"{\n#KONTO 1 a\n}\n", 31, "only #TRANS"),
        (b'#VER "" "" 20261010\n{\n}\n', b"{\n", 29, "{ only after #VER"),
        (b'#VER "" "" 20261010\n{\n}\n', b"}\n", 29, "} only after"),
    ],
)
def test_what_breaks_the_standard_is_refused_with_its_line(before: bytes, after: bytes, line: int, expected: str):
    assert before in OTHERS
    with pytest.raises(SieMalformed) as refused:
        read(OTHERS.replace(before, after, 1))
    assert expected in refused.value.expected
    assert refused.value.line == line


def test_an_empty_file_is_none():
    with pytest.raises(SieMalformed, match="line 1: expected the record #FLAGGA first"):
        read(b"")


TEXT = st.text(max_size=30)
SOME = st.lists(
    st.tuples(TEXT, st.lists(st.tuples(st.integers(-(10**12), 10**12), TEXT, st.booleans()), max_size=4)), max_size=6
)


@given(SOME)
@example([('a\\"b\n\x7f€ ', [(5, 'x"y', True), (-5, "", False)])])
def test_what_is_written_is_read_alike_by_both_readers(said: Sequence[tuple[str, list[tuple[int, str, bool]]]]):
    vouchers = []
    for number, (text, lines) in enumerate(said, 1):
        made = [Transaction("1510", minor, of, objects=(("20", "b-1"),) if bank else ()) for minor, of, bank in lines]
        made.append(Transaction("3010", -sum(one.amount_minor for one in made)))
        vouchers.append(SieVoucher("KR", str(number), DAY, text, tuple(made), DAY, "user:anna"))
    sums = Balances({"1510": 5}, {"1510": 12_345}, {"3010": -7})
    content = head_lines(HEAD) + balance_lines(sums) + voucher_lines(vouchers)
    file, plain = read(content), read_plainly(content, "4E")
    amounts = [[(one.account, one.amount_minor) for one in voucher.transactions] for voucher in vouchers]
    assert [[(one.account, one.amount_minor) for one in voucher.transactions] for voucher in file.vouchers] == amounts
    assert [[(account, int(amount * 100)) for account, _, amount in one.lines] for one in plain.vouchers] == amounts
    assert [one.text for one in file.vouchers] == [one.text for one in plain.vouchers]
    assert (file.company, file.accounts["3010"]) == ("Kliniken Åäö AB", 'Vård "momsfri"')
    assert (file.opening, file.closing, file.result) == ({"1510": 5}, {"1510": 12_345}, {"3010": -7})
    assert plain.records["ORGNR"] == [["556677-8899"]]
