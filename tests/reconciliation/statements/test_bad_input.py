"""Whatever is handed in, reading never raises: it is told what is wrong, and nothing of a payer is said."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import Parsed, read
from tests.kit.inspection import inspect
from tests.reconciliation.statements.written_files import (
    ACCOUNT,
    PAYER,
    PAYER_ACCOUNT,
    REMARK,
    bgmax,
    camt,
    codes,
    one_entry,
    rows,
)

CAMT, BGMAX = camt(), bgmax()


def refusals(data: bytes) -> list[str]:
    return [problem.code for problem in read(data).problems if problem.severity == "refuse"]


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("statement.xml", data)
    return packed.getvalue()


def with_password(data: bytes) -> bytes:
    """A ZIP whose first entry says it is encrypted (bit 0 of its flag)."""
    packed = bytearray(zipped(data))
    packed[6] |= 1
    return bytes(packed)


CONTAINERS = {
    "nothing": (b"", "file_empty"),
    "blanks": (b"\xef\xbb\xbf \r\n\x00\x00\x1a", "file_empty"),
    "zip": (zipped(CAMT), "file_compressed"),
    "zip of nothing": (b"PK\x05\x06" + bytes(18), "file_compressed"),
    "gzip": (gzip.compress(CAMT), "file_compressed"),
    "bzip2": (bz2.compress(CAMT), "file_compressed"),
    "xz": (lzma.compress(BGMAX), "file_compressed"),
    "zip with password": (with_password(CAMT), "file_encrypted"),
    "PDF": (b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF", "file_is_document"),
    "PDF with password": (b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>\n%%EOF", "file_encrypted"),
    "Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_is_document"),
    "Excel with password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "file_encrypted",
    ),
    "PGP": (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n-----END PGP MESSAGE-----\n", "file_encrypted"),
    "web page": (b"\n<!DOCTYPE html><html><body>Log in</body></html>", "file_is_document"),
    "JSON": (b'{"statements": []}', "format_unknown"),
    "letters": (b"Hello", "format_unknown"),
    "noise": (bytes(range(256)) * 40, "format_unknown"),
    "other XML": (b"<invoice><amount>1</amount></invoice>", "format_unknown"),
    "no message": (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "statement_missing"),
    "Autogiro": (b"01AUTOGIRO".ljust(80) + b"\r\n", "format_unknown"),
}


@pytest.mark.parametrize(("data", "code"), CONTAINERS.values(), ids=CONTAINERS.keys())
def test_what_is_no_statement_is_refused_with_the_reason(data: bytes, code: str):
    assert refusals(data) == [code]
    assert inspect(data)["statements"] == []


def with_dtd(dtd: str, reference: str = "") -> bytes:
    return CAMT.replace(b"<Document", f"<!DOCTYPE Document {dtd}><Document".encode(), 1).replace(
        PAYER.encode(), reference.encode() or PAYER.encode()
    )


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SECRET = Path(__file__).as_uri()
DTDS = {
    "plain": with_dtd("[]"),
    "billion laughs": with_dtd(f'[<!ENTITY l0 "lol">{LAUGHS}]', "&l9;"),
    "quadratic": with_dtd(f'[<!ENTITY a "{"a" * 50_000}">]', "&a;" * 5_000),
    "file": with_dtd(f'[<!ENTITY x SYSTEM "{SECRET}">]', "&x;"),
    "host": with_dtd('[<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]', "&x;"),
    "parameter": with_dtd('[<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]'),
    "external": with_dtd('SYSTEM "http://127.0.0.1:9/camt.dtd"'),
    "default attribute": with_dtd('[<!ATTLIST Amt Ccy CDATA "EUR">]'),
    "after a comment": b"<!-- <Document> -->" + with_dtd("[]").partition(b"?>")[2],
    "far away": b"<!--" + b"x" * 70_000 + b"-->" + with_dtd("[]").partition(b"?>")[2],
    "UTF-16": with_dtd("[]").partition(b"?>")[2].decode().encode("utf-16"),
    "no camt": b"<!DOCTYPE lolz [<!ENTITY lol 'lol'>]><lolz>&lol;</lolz>",
}


@pytest.mark.parametrize("data", DTDS.values(), ids=DTDS.keys())
def test_a_document_type_is_refused_before_anything_is_parsed(data: bytes):
    parsed = read(data)
    assert refusals(data) == ["xml_document_type"]
    assert parsed.lines.num_rows == 0


def test_words_that_look_like_a_document_type_are_no_document_type():
    assert refusals(CAMT.replace(b"<Document", b"<!-- <!DOCTYPE x> --><Document")) == []
    assert refusals(CAMT.replace(REMARK.encode(), b"<![CDATA[<!DOCTYPE x>]]>")) == []


FAULTS = {
    "no end": (CAMT[: len(CAMT) // 2], "file_truncated"),
    "no last bracket": (CAMT.rstrip()[:-1], "file_truncated"),
    "wrong end": (CAMT.replace(b"</Ntry>", b"</Nrty>", 1), "xml_not_well_formed"),
    "two roots": (CAMT + CAMT.partition(b"?>")[2], "xml_not_well_formed"),
    "lone ampersand": (CAMT.replace(REMARK.encode(), b"A & B", 1), "xml_not_well_formed"),
    "unknown entity": (CAMT.replace(REMARK.encode(), b"&who;", 1), "xml_not_well_formed"),
    "control character": (CAMT.replace(REMARK.encode(), b"\x01", 1), "xml_not_well_formed"),
    "ISO-8859-1 said to be UTF-8": (CAMT.decode().encode("latin-1"), "encoding_wrong"),
    "unknown encoding": (CAMT.replace(b"UTF-8", b"EBCDIC-77", 1), "encoding_wrong"),
    "very deep": (CAMT.replace(b"<Ntry>", b"<a>" * 300 + b"</a>" * 300 + b"<Ntry>", 1), "xml_limit_exceeded"),
    "very long": (CAMT.replace(REMARK.encode(), b"x" * 11_000_000, 1), "xml_limit_exceeded"),
    "entry in entry": (CAMT.replace(b"<NtryDtls>", b"<Ntry></Ntry><NtryDtls>", 1), "xml_out_of_place"),
    "entry outside": (CAMT.replace(b"<Stmt>", b"<Ntry></Ntry><Stmt>", 1), "xml_out_of_place"),
    "statement in statement": (CAMT.replace(b"<Ntry>", b"<Stmt></Stmt><Ntry>", 1), "xml_out_of_place"),
    "transaction in transaction": (CAMT.replace(b"<Refs>", b"<TxDtls></TxDtls><Refs>", 1), "xml_out_of_place"),
    "other namespace": (CAMT.replace(b"camt.053.001.08", b"camt.054.001.08"), "namespace_contradicts"),
    "payment's namespace": (CAMT.replace(b"camt.053.001.08", b"pain.001.001.09"), "namespace_contradicts"),
}


@pytest.mark.parametrize(("data", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_xml_that_is_wrong_is_refused_with_the_reason(data: bytes, code: str):
    assert refusals(data)[0] == code


def test_an_unknown_namespace_is_only_said():
    parsed = read(CAMT.replace(b"camt.053.001.08", b"bank:special"))
    assert (codes(parsed), parsed.refused, parsed.lines.num_rows) == (["namespace_unknown"], False, 6)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_any_encoding_that_a_file_declares_or_marks_is_read(encoding: str):
    recoded = CAMT.decode().replace("UTF-8", encoding[:6].upper().rstrip("-")).encode(encoding)
    assert inspect(recoded)["statements"] == inspect(CAMT)["statements"]


@pytest.mark.parametrize("rest", [b"abc", b"a\x00,\x00b\x00\n\x00\x00\xd8", b"\x00\xd8" * 4])
def test_a_file_that_only_begins_like_two_bytes_a_letter_is_refused(rest: bytes):
    assert codes(read(b"<\x00" + rest)) == ["format_unknown"]


def test_of_a_file_cut_off_what_was_whole_is_shown():
    cut = CAMT[: CAMT.rindex(b"<Ntry>") + 20]
    (statement,) = inspect(cut)["statements"]
    assert (statement["account"], len(statement["lines"])) == (ACCOUNT, 2)
    assert "2 complete movements" in inspect(cut)["problems"][0]["message"]


def test_of_a_batch_cut_off_the_members_handed_over_are_shown():
    member = "<TxDtls><Amt Ccy='SEK'>1.00</Amt></TxDtls>" * 20_003
    head = "<Amt Ccy='SEK'>7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>"
    whole = one_entry(f"{head}<NtryDtls>{member}</NtryDtls>")
    (statement,) = inspect(whole[:-100])["statements"]
    (line,) = statement["lines"]
    assert (line["amount_minor"], len(line["details"])) == (7_00, 20_000)


WITHOUT_DECLARATION = CAMT.partition(b"?>")[2].lstrip()
# Each file with the encoding in which programs write blanks and marks around it.
FORMS = {
    "camt": (CAMT, "utf-8"),
    "camt without declaration": (WITHOUT_DECLARATION, "utf-8"),
    "camt on one line": (CAMT.replace(b"\n", b""), "utf-8"),
    "camt with mark": (codecs.BOM_UTF8 + CAMT, "utf-8"),
    "camt in UTF-16": (codecs.BOM_UTF16_LE + WITHOUT_DECLARATION.decode().encode("utf-16-le"), "utf-16-le"),
    "camt in UTF-16, mark first": (codecs.BOM_UTF16_BE + WITHOUT_DECLARATION.decode().encode("utf-16-be"), "utf-16-be"),
    "BgMax": (BGMAX, "utf-8"),
    "BgMax of ASCII": (BGMAX.replace(REMARK.encode("latin-1"), b"x" * len(REMARK)), "utf-8"),
}
AFTER = ("\x1a", "\x1a\x1a\x00", "\0" * 600, "\r\n\r\n", "\n \t\x0c", "\ufeff", "\r\n\x1a\ufeff\n")
BEFORE = ("\n", "\r\n \t", "\0\0", "\x1a", "\n\ufeff", "\ufeff\r\n")


@pytest.mark.parametrize(("data", "encoding"), FORMS.values(), ids=FORMS.keys())
def test_blanks_marks_and_ends_of_file_around_the_content_are_no_part_of_it(data: bytes, encoding: str):
    plain = read(data)
    assert not plain.refused
    for blanks in AFTER:
        parsed = read(data + blanks.encode(encoding))
        assert (parsed.lines, parsed.statements, parsed.problems) == (plain.lines, plain.statements, plain.problems)
    # A mark before the first character says that the file was re-encoded; of BgMax this is reported.
    marked = {problem.code for problem in plain.problems} | {"encoding_changed"}
    for blanks in BEFORE:
        parsed = read(blanks.encode(encoding) + data)
        assert parsed.lines.drop(["raw_position"]) == plain.lines.drop(["raw_position"]), blanks
        assert {problem.code for problem in parsed.problems} <= marked


def test_a_line_number_is_that_of_the_file_as_it_came_even_after_blank_lines():
    for data in (CAMT, WITHOUT_DECLARATION, BGMAX):
        (first, *_), (moved, *_) = rows(read(data)), rows(read(b"\r\n\n" + data))
        number = int(str(first["raw_position"]).split()[-1])
        assert str(moved["raw_position"]).split()[-1] == str(number + 2)


def test_content_after_the_end_is_not_called_a_missing_end():
    for more in (b"<!-- a comment", b"\n--boundary--", b"<Document><half"):
        assert refusals(CAMT + more) == ["xml_not_well_formed"]
    in_wide = WITHOUT_DECLARATION.decode().replace(REMARK, "&who;").encode("utf-16")
    assert refusals(in_wide) == ["xml_not_well_formed"]


def test_a_file_cut_at_any_byte_is_refused_even_if_blanks_follow_the_cut():
    small = one_entry('<Amt Ccy="SEK">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>')
    for data in (small, small.decode().encode("utf-16"), bgmax(1)):
        whole = read(data).lines
        for length in range(len(data)):
            parsed = read(data[:length] + b"\x1a")
            assert parsed.refused or parsed.lines == whole, length
        assert not read(data.rstrip() + b"\x1a").refused


@given(st.integers(0, len(CAMT) - 1))
def test_a_camt_file_cut_anywhere_is_refused_unless_only_blanks_are_lost(length: int):
    assert bool(refusals(CAMT[:length])) == bool(CAMT[length:].strip())


@given(st.integers(0, len(BGMAX) - 1))
def test_a_bgmax_file_cut_anywhere_is_refused_unless_only_blanks_are_lost(length: int):
    assert bool(refusals(BGMAX[:length])) == bool(BGMAX[length:].strip())


def told(parsed: Parsed) -> str:
    return "\n".join(f"{problem.message} {problem.raw_position}" for problem in parsed.problems)


@settings(max_examples=300)
@given(st.sampled_from([CAMT, BGMAX]), st.lists(st.tuples(st.integers(0), st.binary(max_size=3)), max_size=8))
def test_a_file_damaged_anywhere_is_read_without_raising_and_no_payer_is_named(data: bytes, damages):
    for place, put in damages:
        place %= len(data)
        data = data[:place] + put + data[place + 1 :]
    parsed = read(data)
    inspect(data)
    for private in (PAYER, PAYER_ACCOUNT, ACCOUNT, REMARK):
        assert private not in told(parsed)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_raising(data: bytes):
    assert read(data).refused


@given(st.binary(max_size=200))
def test_any_bytes_behind_a_known_start_are_read_without_raising(data: bytes):
    for start in (CAMT[: CAMT.index(b"<Ntry>")], BGMAX[:82], b"<BkToCstmrStmt>", b"01BGMAX"):
        assert read(start + data).refused


def test_a_statement_that_stops_before_its_first_entry_says_what_is_whole_of_its_head():
    whole = (
        b"<Stmt><Id>S1</Id><ElctrncSeqNb>12</ElctrncSeqNb><Acct><Id><IBAN>SE4550000000058398257466</IBAN></Id></Acct>"
    )
    start = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    (stated,) = read(start + whole + b"<Bal><Amt").statements.to_pylist()
    assert (stated["sequence"], stated["account"]) == ("12", "SE4550000000058398257466")
    # A number of which only the beginning is there is no number.
    (stated,) = read(start + whole[: whole.index(b"2</Elc")]).statements.to_pylist()
    assert (stated["statement_id"], stated["sequence"]) == ("S1", None)
