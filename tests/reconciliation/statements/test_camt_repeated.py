"""Entries that repeat a form are read without their XML, and to the same rows as by the parser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from reconciliation.statements import Parsed, read
from reconciliation.statements.camt import repeated

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><CreDtTm>2026-10-05T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><IBAN>SE4550000000058398257466</IBAN></Id><Ccy>SEK</Ccy></Acct>
"""
TAIL = "</Stmt></BkToCstmrStmt></Document>\n"
MANY = 60


def entry(number: int, name: str = "Åsa Öberg", amount: str = "", more: str = "") -> str:
    return f"""<Ntry>
  <Amt Ccy="SEK">{amount or f"{number}.50"}</Amt><CdtDbtInd>crdt</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
  <BookgDt><Dt>2026-10-05</Dt></BookgDt><AcctSvcrRef> B{number} </AcctSvcrRef>
  <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>rcdt</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
  <NtryDtls>
    <TxDtls><Amt Ccy="SEK">{number}.00</Amt>{more}<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>
      <RmtInf><Ustrd>paid {number}</Ustrd><Ustrd>100117{number}</Ustrd></RmtInf></TxDtls>
    <TxDtls><Amt Ccy="SEK">0.50</Amt><RmtInf><Strd><RfrdDocInf><Nb>{number}</Nb></RfrdDocInf></Strd></RmtInf></TxDtls>
  </NtryDtls></Ntry>
"""


def other(number: int) -> str:
    return f'<Ntry><Amt Ccy="SEK">{number}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>\n'


def file(*entries: str, head: str = HEAD) -> str:
    return head + "".join(entries) + TAIL


def ordinary() -> list[str]:
    return [entry(number) for number in range(1, MANY)]


ODD: dict[str, list[str]] = {
    "one form": [],
    "another form between": [other(1), entry(1), other(2)],
    "many of another form": [one for number in range(MANY) for one in (other(number), entry(number))],
    "a reference to a character": [entry(7, "A &amp; B"), entry(8, "&#65;")],
    "a text of blanks": [entry(7, " "), entry(8, "\u00a0"), entry(9, "\n")],
    "a text of several lines": [entry(7, "A\nB"), entry(8)],
    "blanks around texts": [entry(7, " A\u2003"), entry(8, "\tB")],
    "a letter that is longer in upper case": [entry(7, "ŉß")],
    "a comment with an entry": [entry(7), f"<!-- {entry(8)} {entry(9)} -->", entry(10)],
    "a comment within an entry": [entry(7, "<!-- A -->B"), entry(8)],
    "a comment behind an end tag": [entry(7).replace("</Ntry>", f"</Ntry ><!-- {entry(8)} -->"), entry(9)],
    "a section of characters": [entry(7, "<![CDATA[</Nm></Ntry>]]>"), entry(8)],
    "an instruction": [f"<?x {entry(8)} ?>", entry(9)],
    "a status that nobody knows": [entry(7).replace("BOOK", "DONE"), entry(8)],
    "an amount that is no number": [entry(7, amount="x"), entry(8)],
    "charges": [entry(7, more='<Chrgs><Amt Ccy="SEK">1</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>')] * MANY,
    "an amount without a text": [entry(7).replace("0.50<", "<")] * MANY,
    "an entry of nothing": ["<Ntry></Ntry>", "<Ntry/>", entry(7)] * MANY,
    "no line ends": [entry(number).replace("\n", "") for number in range(MANY)],
    "line ends of Windows": [entry(number).replace("\n", "\r\n") for number in range(MANY)],
    "an entry within an entry": [entry(7).replace("<NtryDtls>", f"{other(1)}<NtryDtls>")] * MANY,
    "a detail within a detail": [entry(7).replace("<RmtInf>", "<TxDtls></TxDtls><RmtInf>")] * MANY,
    "a header within an entry": [entry(7).replace("<NtryDtls>", "<GrpHdr></GrpHdr><NtryDtls>")] * MANY,
    "a second statement": [entry(7), "</Stmt><Stmt><Id>S2</Id>", *ordinary()],
    "entries apart from each other": ["<Other>x</Other>", entry(7), "<Other/>", entry(8)] * MANY,
    # Faults, which only a parser that was given everything can place.
    "an ampersand": [entry(7, "A & B"), entry(8)],
    "an unknown entity": [entry(7, "&who;"), entry(8)],
    "a control character": [entry(7, "\x01"), entry(8)],
    "a character that XML forbids": [entry(7, "\uffff"), entry(8)],
    "the end of a section": [entry(7, "]]>"), entry(8)],
    "another end tag": [entry(7).replace("</Nm>", "</Name>"), entry(8)],
    "a prefix that is not declared": [entry(7).replace("<Ntry>", "<a:Ntry>").replace("</Ntry>", "</a:Ntry>")] * MANY,
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_rows_and_problems_are_those_of_the_parser(odd: list[str], monkeypatch: pytest.MonkeyPatch):
    data = file(*ordinary(), *odd, *ordinary()).encode()
    assert same_as_parser(data, monkeypatch)


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "UTF-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "Latin 1": lambda text: text.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "Latin 1, said to be UTF-8": lambda text: text.encode("latin-1"),
    "with a mark": lambda text: text.encode("utf-8-sig"),
    "without a declaration": lambda text: text.partition("\n")[2].encode(),
    "cut off": lambda text: text.encode()[:-400],
    "with a prefix": lambda text: (
        text.replace("<", "<n:").replace("<n:/", "</n:").replace("<n:?", "<?").replace("xmlns=", "xmlns:n=").encode()
    ),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_every_way_to_write_the_file_is_read_alike(written: Callable[[str], bytes], monkeypatch: pytest.MonkeyPatch):
    assert same_as_parser(written(file(*ordinary())), monkeypatch)


def test_entries_that_repeat_a_form_are_not_parsed_again(monkeypatch: pytest.MonkeyPatch):
    taken: list[repeated.Repeated] = []
    found = repeated.Source.repeated
    monkeypatch.setattr(repeated.Source, "repeated", lambda self: (taken.append(one) or one for one in found(self)))
    parsed = read(file(*ordinary()).encode())
    assert len(taken) == MANY - 2 - repeated._OFTEN  # The first is in one piece with the head.
    starts = [one.starts for one in taken]
    assert all(b - a == entry(1).count("\n") for a, b in pairwise(starts))
    assert parsed.lines["raw_position"].to_pylist()[-1] == f"Ntry {MANY - 1}, TxDtls 2, line {starts[-1] + 7}"


def test_a_file_with_too_many_forms_is_left_to_the_parser(monkeypatch: pytest.MonkeyPatch):
    forms = [entry(number).replace("<NtryDtls>", f"<X{number}>x</X{number}><NtryDtls>") for number in range(300)]
    assert same_as_parser(file(*ordinary(), *forms, *ordinary()).encode(), monkeypatch)


def same_as_parser(data: bytes, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a file is read as if no entry repeated a form."""
    here = read(data)
    monkeypatch.setattr(repeated, "_OFTEN", len(data))
    return _told(here) == _told(read(data))


def _told(parsed: Parsed) -> tuple[object, ...]:
    tables = [table.to_pylist() for table in (parsed.statements, parsed.lines, parsed.totals)]
    return (*tables, parsed.encoding, parsed.message, parsed.problems)
