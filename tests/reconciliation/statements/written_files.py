"""Small statement files for the tests, as a bank would write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from ledger.domain.references import ocr as ocr_from
from reconciliation.statements import Parsed
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxReference, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import (
    CamtDetail,
    CamtEntry,
    CamtReference,
    CamtStatement,
    write_camt053,
)

DAY = date(2026, 3, 4)
STAMP = "2026-03-04T20:15:00+01:00"
ACCOUNT = "SE3550000000054910000003"
PAYER = "Anna Exempel"
PAYER_ACCOUNT = "SE4550000000058398257466"
REMARK = "hemlig hälsning"
BOOKED = "<Sts><Cd>BOOK</Cd></Sts>"


def detail(number: int, amount_minor: int | None = 125_00) -> CamtDetail:
    return CamtDetail(
        amount_minor,
        f"E2E-{number}",
        f"T{number}",
        (CamtReference(ocr_from(str(10_000 + number))),),
        REMARK,
        PAYER,
        PAYER_ACCOUNT,
    )


def statement(entries: Sequence[CamtEntry], **changed: object) -> CamtStatement:
    given: dict[str, object] = {
        "statement_id": "ST-1",
        "account": ACCOUNT,
        "currency": "SEK",
        "sequence": 44,
        "created_at": STAMP,
        "from_on": DAY,
        "to_on": DAY,
        "entries": entries,
        "opening_minor": 1_000_00,
        **changed,
    }
    return CamtStatement(**given)  # type: ignore[arg-type]


def camt(entries: int = 3) -> bytes:
    lines = [CamtEntry(125_00, DAY, DAY, f"B{number}", (detail(number),)) for number in range(1, entries + 1)]
    return write_camt053("MSG-1", STAMP, [statement(lines)])


def one_entry(body: str, version: str = "camt.053.001.08", head: str = "<Ccy>SEK</Ccy>") -> bytes:
    """A statement whose one entry is written by hand."""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><BkToCstmrStmt><Stmt><Id>S</Id>'
        f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id>{head}</Acct><Ntry>{body}</Ntry></Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(body: str, amount: str = "100.00", currency: str = "SEK", direction: str = "CRDT") -> bytes:
    """A statement whose one entry is booked and says more in its body."""
    return one_entry(f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{BOOKED}{body}')


def transaction(body: str, **changed: str) -> bytes:
    """The same, where the only transaction of the entry says it."""
    return entry(f"<NtryDtls><TxDtls>{body}</TxDtls></NtryDtls>", **changed)


def bgmax(payments: int = 3, **changed: object) -> bytes:
    paid = [
        BgMaxPayment(
            125_00,
            ocr_from(str(10_000 + number)),
            serial=number,
            name=PAYER,
            information=(REMARK,),
            further=(BgMaxReference(ocr_from("777")),),
        )
        for number in range(1, payments + 1)
    ]
    section = BgMaxSection("5050-1055", "5491000003", DAY, 7, paid)
    return write_bgmax(datetime(2026, 3, 4, 17, 30, 35, 10331), [section], **changed)  # type: ignore[arg-type]  # noqa: DTZ001


def codes(parsed: Parsed) -> list[str]:
    return [problem.code for problem in parsed.problems]


def rows(parsed: Parsed, detail_no: int | None = None) -> list[dict[str, object]]:
    """Lines as plain rows: all, or those that are movements (0) or a certain member."""
    found: list[dict[str, object]] = parsed.lines.to_pylist()
    return [row for row in found if detail_no is None or row["detail_no"] == detail_no]
