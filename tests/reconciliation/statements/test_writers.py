"""The writers follow the rules of the formats, so that the demo's bank is a bank."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxReference, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import (
    CamtDetail,
    CamtEntry,
    CamtReference,
    write_camt053,
    write_camt054,
)
from tests.kit.inspection import inspect
from tests.reconciliation.statements.written_files import DAY, STAMP, bgmax, detail, statement

SCHEMAS = Path(__file__).parents[4] / "shared" / "samples" / "xsd"
CLOCK = datetime(2026, 3, 9, 17, 30, 35, 10331)  # noqa: DTZ001  the clearing house writes its clock without zone


def everything() -> list[CamtEntry]:
    """Entries that use all that the writer can write."""
    references = (
        CamtReference("1234574", amount_minor=900_00),
        CamtReference("RF35123ABCZ"),
        CamtReference("210000000003139471430009017", "QRR", proprietary=True, amount_minor=-1_00),
    )
    rich = CamtDetail(
        1000_00, "E2E", "T", references, "å" * 300 + " <&>", "Anna & Co", "9912346", 90_00, "EUR", 5_00, "AC06"
    )
    return [
        CamtEntry(2000_00, DAY, DAY, "B1", (rich, detail(1, 1000_00)), charges_minor=5_00, text="batch"),
        CamtEntry(-10_00, DAY, DAY, "B2", (detail(2, -10_00),), reversal=True),
        CamtEntry(7_00, DAY, DAY, "B3", status="PDNG"),
        CamtEntry(0, DAY, DAY, status="INFO"),
    ]


def violations(data: bytes) -> list[str]:
    """What the ISO 20022 schema of the message objects to, where the schemas lie beside the repository."""
    root = etree.fromstring(data)
    version = etree.QName(root).namespace.rpartition(":")[2]
    return [
        fault.message
        for path in SCHEMAS.glob(f"*{version}.xsd")
        if not (schema := etree.XMLSchema(etree.parse(path))).validate(root)
        for fault in schema.error_log
    ]


def test_a_statement_and_a_notification_keep_the_order_and_widths_of_the_schema():
    full = [statement(everything()), statement([], account="50501055", scheme="BGNR", statement_id="ST-2")]
    for data in (write_camt053("MSG-1", STAMP, full), write_camt054("MSG-1", STAMP, full)):
        assert violations(data) == []
        order = [etree.QName(element).localname for element in etree.fromstring(data)[0][1]]
        assert order[:5] == ["Id", "ElctrncSeqNb", "CreDtTm", "FrToDt", "Acct"]
        assert order[-5:] == ["TxsSummry", "Ntry", "Ntry", "Ntry", "Ntry"]
        assert inspect(data)["problems"] == []


def test_pending_and_informative_entries_move_no_balance():
    (row,) = inspect(write_camt053("M", STAMP, [statement(everything())]))["statements"]
    assert row["closing_minor"] - row["opening_minor"] == 2000_00 - 10_00


def test_long_texts_are_cut_to_the_width_of_the_field():
    tree = etree.fromstring(write_camt053("M", STAMP, [statement(everything())]))
    texts = [element.text or "" for element in tree.iter("{*}Ustrd")]
    assert max(map(len, texts)) == 140
    assert "".join(texts[:3]) == "å" * 300 + " <&>"


@pytest.mark.parametrize("text", ["\x00", "\x1f", "\ufffe", "\ud800"])
def test_a_character_that_xml_forbids_is_not_written(text: str):
    with pytest.raises(ValueError, match="XML"):
        write_camt053("M", STAMP, [statement([CamtEntry(1, DAY, DAY, text=text)])])


def test_a_currency_without_known_decimals_is_not_written():
    with pytest.raises(ValueError, match="ISO 4217"):
        write_camt053("M", STAMP, [statement([], currency="ZZZ")])


def test_a_bgmax_file_is_of_eighty_columns_in_its_own_encoding():
    data = bgmax()
    assert {len(line) for line in data.split(b"\r\n")[:-1]} == {80}
    assert "hälsning".encode("latin-1") in data


def test_a_bgmax_section_stands_as_in_the_manual():
    payment = BgMaxPayment(
        1400_00,
        "1234574",
        channel=2,
        serial=14,
        sender="9912346",
        further=(BgMaxReference("123455", -500_00),),
        information=("Rad ett",),
        name="Åke",
        extra_name="c/o Bo",
        address="Gatan 1",
        postcode="123 45",
        town="Umeå",
        country="Sverige",
        country_code="SE",
        organisation="5560000001",
        image=1,
    )
    section = BgMaxSection(
        "5050-1055",
        "5491000003",
        DAY,
        74,
        [payment, BgMaxPayment(-500_00, "2345676", deduction=3)],
        plusgiro="8156086",
        deposit_type="K",
    )
    lines = write_bgmax(CLOCK, [section]).decode("latin-1").split("\r\n")
    assert [line.rstrip() for line in lines] == [
        "01BGMAX               0120260309173035010331P",
        "0500505010550008156086SEK",
        "200009912346                  123457400000000000014000022" + "0000000000141",
        "230009912346                   12345500000000000005000022" + "0000000000141",
        "25Rad ett",
        "26Åke                                c/o Bo",
        "27Gatan 1                            123 45",
        "28Umeå                               Sverige                            SE",
        "29005560000001",
        "210000000000                  234567600000000000005000021" + "00000000000003",
        "15" + "5491000003".zfill(35) + "2026030400074" + "000000000000090000" + "SEK" + "00000002" + "K",
        "70" + "00000001" + "00000001" + "00000001" + "00000001",
        "",
    ]


@pytest.mark.parametrize(
    "payment",
    [
        BgMaxPayment(1, "1" * 26),
        BgMaxPayment(10**18, "1"),
        BgMaxPayment(1, information=["x" * 51]),
        BgMaxPayment(1, sender="12-AB"),
        BgMaxPayment(1, name="€"),
    ],
    ids=["reference", "amount", "information", "sender", "letters"],
)
def test_what_a_column_cannot_hold_is_not_written(payment: BgMaxPayment):
    with pytest.raises(ValueError, match=r"longer|digits|encode"):
        write_bgmax(CLOCK, [BgMaxSection("50501055", "5491000003", DAY, 1, [payment])])
