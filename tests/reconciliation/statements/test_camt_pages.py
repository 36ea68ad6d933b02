"""A statement in pages is one statement if its pages are in one file; else each page is proven by its own balances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reconciliation.gate import examine
from reconciliation.statements import Parsed, read
from tests.reconciliation.gate.files import TERMS
from tests.reconciliation.statements.written_files import ACCOUNT, BOOKED, codes, rows


class Page(NamedTuple):
    """One page: its number and whether it is the last, its balances in order, its entries in kronor, what it counts."""

    number: int | None
    last: bool | None
    balances: str
    amounts: Sequence[int]
    counts: int | None = None
    statement_id: str = "S"


def written(*pages: Page, paged: str = "StmtPgntn", message: str = "") -> bytes:
    """A file with these pages as its statements."""
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><CreDtTm>2026-11-02T20:00:00</CreDtTm>{message}</GrpHdr>"
        f"{''.join(_statement(page, paged) for page in pages)}</BkToCstmrStmt></Document>"
    ).encode()


def pagination(name: str, number: int | None, last: bool | None) -> str:
    if number is None and last is None:
        return ""
    page = "" if number is None else f"<PgNb>{number}</PgNb>"
    return f"<{name}>{page}<LastPgInd>{str(last).lower()}</LastPgInd></{name}>"


def _statement(page: Page, paged: str) -> str:
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-02</Dt></Dt></Bal>"
        for kind, amount in (balance.split(":") for balance in page.balances.split())
    )
    entries = "".join(
        f'<Ntry><Amt Ccy="SEK">{abs(amount)}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{BOOKED}</Ntry>'
        for amount, direction in ((amount, "CRDT" if amount > 0 else "DBIT") for amount in page.amounts)
    )
    totals = f"<TxsSummry><TtlNtries><NbOfNtries>{page.counts}</NbOfNtries></TtlNtries></TxsSummry>"
    return (
        f"<Stmt><Id>{page.statement_id}</Id>{pagination(paged, page.number, page.last)}<ElctrncSeqNb>9</ElctrncSeqNb>"
        f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>SEK</Ccy></Acct>{balances}{totals if page.counts else ''}{entries}"
        "</Stmt>"
    )


def stated(parsed: Parsed) -> list[tuple[object, ...]]:
    """Each statement's number, pages and balances."""
    names = ("statement_no", "first_page", "last_page", "opening_minor", "closing_minor")
    return [tuple(row[name] for name in names) for row in parsed.statements.to_pylist()]


def foots(parsed: Parsed) -> bool:
    """Whether each statement's opening balance and entries give its closing balance."""
    sums = {row["statement_no"]: 0 for row in parsed.statements.to_pylist()}
    for row in rows(parsed):
        sums[row["statement_no"]] += int(str(row["amount_minor"]))
    return all(
        closing is not None and opening + sums[number] == closing for number, _, _, opening, closing in stated(parsed)
    )


FIRST = Page(1, False, "OPBD:100 ITBD:130", [10, 20])
MIDDLE = Page(2, False, "ITBD:130 ITBD:125", [-5])
LAST = Page(3, True, "ITBD:125 CLBD:200", [75])
WHOLE = [(1, 1, 3, 100_00, 200_00)]


def test_pages_in_one_file_are_one_statement_with_one_count_of_entries():
    parsed = read(written(FIRST, MIDDLE, LAST, Page(None, None, "OPBD:1 CLBD:2", [1], statement_id="T")))
    assert stated(parsed) == [*WHOLE, (2, None, None, 1_00, 2_00)]
    assert [(row["statement_no"], row["line_no"]) for row in rows(parsed)] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]
    assert (codes(parsed), foots(parsed)) == ([], True)


def test_pages_without_interim_balances_and_pages_that_repeat_the_statements_balances_are_proven_together():
    without = [Page(1, False, "OPBD:100", [10, 20]), Page(2, False, "", []), Page(3, True, "CLBD:200", [-5, 75])]
    repeated = [one._replace(balances="OPBD:100 CLBD:200") for one in (FIRST, MIDDLE, LAST)]
    for pages in (without, repeated):
        parsed = read(written(*pages))
        assert (stated(parsed), codes(parsed)) == (WHOLE, [])
        assert foots(parsed)
        assert not foots(read(written(*pages[:2], pages[2]._replace(amounts=[75, 1]))))


def test_a_page_alone_is_proven_by_its_own_balances_and_the_others_are_said_to_be_missing():
    for page in (FIRST, MIDDLE, LAST):
        for data in (
            written(page),
            written(page._replace(number=None, last=None), message=pagination("MsgPgntn", page.number, page.last)),
        ):
            parsed = read(data)
            opening, closing = (balance.partition(":")[2] for balance in page.balances.split())
            assert stated(parsed) == [(1, page.number, page.number, int(opening) * 100, int(closing) * 100)]
            assert codes(parsed) == ["page_of_several"]
            assert f"only page {page.number} of several" in parsed.problems[0].message
            assert foots(parsed)


def test_the_gate_accepts_pages_that_are_proven_alone_and_no_others():
    alone = [page._replace(statement_id=f"S{page.number}") for page in (FIRST, MIDDLE, LAST)]
    # Two pages of one statement that do not follow each other are no repetition.
    parsed = read(written(*alone, FIRST, LAST))
    assert parsed.statements.num_rows == 5
    assert examine(parsed, TERMS).accepted
    wrong = read(written(*alone[:2], LAST._replace(amounts=[74])))
    assert [(one.code, one.raw_position) for one in examine(wrong, TERMS).refusals] == [
        ("balances_do_not_foot", "statement 3")
    ]


def test_a_page_that_cannot_be_proven_alone_names_the_page_that_is_missing():
    missing = {
        "page 2": [Page(1, False, "OPBD:100", [10])],
        "page 1": [Page(2, True, "CLBD:200", [10])],
        "page 1 and page 4": [Page(2, False, "", [10]), Page(3, False, "", [10])],
        "the page after it": [Page(None, False, "OPBD:100", [10])],
    }
    for named, pages in missing.items():
        parsed = read(written(*pages))
        assert codes(parsed) == ["page_missing"]
        assert f"without {named}:" in parsed.problems[0].message
        assert parsed.refused


def test_pages_that_do_not_connect_are_refused():
    parsed = read(written(FIRST, MIDDLE._replace(balances="ITBD:131 ITBD:126"), LAST))
    assert "pages_do_not_connect" in codes(parsed)
    assert parsed.refused
    # Page 2 is missing in the middle: pages that do not follow each other are not joined.
    assert stated(read(written(FIRST, LAST))) == [(1, 1, 1, 100_00, 130_00), (2, 3, 3, 125_00, 200_00)]


def test_totals_declared_for_each_page_are_added_and_those_of_the_whole_statement_prove_no_page():
    of_pages = [FIRST._replace(counts=2), MIDDLE._replace(counts=1), LAST._replace(counts=1)]
    (row,) = read(written(*of_pages)).statements.to_pylist()
    assert row["declared_count"] == 4
    of_whole = [one._replace(counts=4) for one in (FIRST, MIDDLE, LAST)]
    for pages in (of_whole, of_whole[:1]):
        parsed = read(written(*pages))
        assert parsed.statements["declared_count"].to_pylist() == [None]
        assert foots(parsed)


def test_interim_balances_of_a_statement_without_pages_prove_nothing():
    parsed = read(written(FIRST._replace(number=None, last=None)))
    assert stated(parsed) == [(1, None, None, 100_00, None)]
    assert not foots(parsed)
