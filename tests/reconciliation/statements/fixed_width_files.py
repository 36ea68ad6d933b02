"""Files of the formats with fixed records, made up with all that their writers can write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from reconciliation.gate import Terms, Verdict, examine
from reconciliation.statements import Parsed, read
from reconciliation.statements.autogiro.writer import (
    AutogiroMandate,
    AutogiroPayment,
    AutogiroSection,
    write_autogiro,
    write_autogiro_mandates,
    write_autogiro_rejected,
)
from reconciliation.statements.coda.writer import CodaMovement, CodaStatement, write_coda
from reconciliation.statements.ktl.writer import KtlPayment, write_ktl
from reconciliation.statements.ocr_giro.writer import (
    AvtaleGiroMandate,
    OcrGiroAssignment,
    OcrGiroPayment,
    write_ocr_giro,
)
from reconciliation.statements.tito.writer import TitoMovement, TitoStatement, write_tito

DAY: Final = date(2026, 3, 4)
TERMS: Final = Terms(frozenset({"SEK", "NOK", "EUR"}), date(2020, 1, 1), date(2026, 12, 31))
ACCOUNT: Final = "86011117947"
KID: Final = "602243"
# By modulus 11; the last one ends in the check digit of 10.
KID_11: Final = "1234567892"
KID_HYPHEN: Final = "0023-"

PAYMENTS: Final = (
    OcrGiroPayment(1_250_00, KID, date(2026, 3, 3), payers_account="15032080119"),
    OcrGiroPayment(300_50, KID_11, date(2026, 3, 3), kind=15),
    OcrGiroPayment(-50_00, KID, date(2026, 3, 3), kind=18),
    OcrGiroPayment(75_00, "", date(2026, 3, 3), kind=21, text="kvittering 8817 på kortet"),
)
MANDATES: Final = (AvtaleGiroMandate(KID), AvtaleGiroMandate("1234567", change=2, notified=False))

CLOCK: Final = datetime(2026, 3, 4, 19, 50)  # noqa: DTZ001  banks write their own clock without zone
FINNISH: Final = "47300010416310"
VIITE: Final = "12345672"
MOVEMENTS: Final = (
    TitoMovement(49_00, DAY, "A1", name="KATRI ESIMERKKI", reference=VIITE, messages=["kiitos", "käynnistä"]),
    TitoMovement(
        150_00,
        DAY,
        "A2",
        said="SAAPUVAT VIITEMAKSUT",
        details=[TitoMovement(100_00, DAY, "A2-1", reference=VIITE), TitoMovement(50_00, DAY, "A2-2")],
    ),
    TitoMovement(-1_799_00, DAY, "A3", code="720", said="TILISIIRTO", name="VUOKRAAJA OY", account="47304720017517"),
    TitoMovement(7_00, DAY, "A4", kind=9),
    TitoMovement(8_00, DAY, "A5", announced=True),
)
KTL_PAYMENTS: Final = (
    KtlPayment(49_00, VIITE, DAY, FINNISH, "0304258800000001", "ESIMERKKI KÄ"),
    KtlPayment(-10_00, VIITE, DAY, FINNISH, "0304258800000002", "ESIMERKKI KA"),
    KtlPayment(30_00, VIITE, DAY, FINNISH, "0304258800000003", direct_debit=True),
    KtlPayment(20_00, VIITE, DAY, FINNISH, "0304258800000004", direct_debit=True, answer="1"),
)
BELGIAN: Final = "BE68539007547034"
STRUCTURED: Final = "010806817183"
CODA_MOVEMENTS: Final = (
    CodaMovement(250_00, DAY, "BR1", reference=STRUCTURED, name="KATRI VOORBEELD", account="BE43730004200601"),
    CodaMovement(
        90_00,
        DAY,
        "BR2",
        "20150000",
        details=[
            CodaMovement(60_00, DAY, "BR2", "60150000", message="mededeling één 1234574 " + "x" * 60, name="KATRI"),
            CodaMovement(30_00, DAY, "BR3", "60150000", reference=STRUCTURED),
        ],
    ),
    CodaMovement(
        99_00,
        DAY,
        "BR4",
        "30150000",
        reference=STRUCTURED,
        details=[CodaMovement(100_00, DAY, "BR4", "80150100"), CodaMovement(-1_00, DAY, "BR4", "80150006")],
    ),
    CodaMovement(-25_00, DAY, "BR5", "05011000", return_type="2", return_reason="MD01", end_to_end_id="E2E-7"),
    CodaMovement(-5_00, DAY, "BR6", "00137000", information="kosten " * 15),
)
BANKGIRO: Final = "9912346"
SECTIONS: Final = (
    AutogiroSection(
        "5491000003",
        DAY,
        1,
        [
            AutogiroPayment(300_00, "101", "1234574", DAY),
            AutogiroPayment(250_50, "102", "FAKTURA ÅR 26", DAY),
            AutogiroPayment(99_00, "103", "123455", DAY, answer="1"),
            AutogiroPayment(98_00, "104", "123455", DAY, answer="9"),
        ],
    ),
    AutogiroSection(
        "5491000003",
        DAY,
        1,
        [AutogiroPayment(40_00, "105", "UTBET", DAY), AutogiroPayment(41_00, "106", "UTBET", DAY, answer="2")],
        "16",
    ),
    AutogiroSection("5491000003", DAY, 1, [AutogiroPayment(20_00, "107", "123455", date(2026, 2, 27), "02")], "17"),
    AutogiroSection("5491000003", DAY, 1, [AutogiroPayment(15_00, "108", "123455", date(2026, 2, 26), "01")], "17"),
)
REJECTED: Final = write_autogiro_rejected(CLOCK, BANKGIRO, [AutogiroPayment(75_00, "101", "123455", DAY, "02")])

# A file of each format, by its name.
WRITTEN: Final[dict[str, bytes]] = {
    "ocrgiro": write_ocr_giro(
        17, DAY, [OcrGiroAssignment(ACCOUNT, 3, PAYMENTS), OcrGiroAssignment(ACCOUNT, 4, MANDATES)]
    ),
    "tito": write_tito(
        [TitoStatement(FINNISH, 3, CLOCK, DAY, DAY, MOVEMENTS, 2_000_00, iban="FI4947300010416310 POPFFI22")]
    ),
    "ktl": write_ktl(CLOCK, [KTL_PAYMENTS]),
    "coda": write_coda(
        DAY,
        [CodaStatement(BELGIAN, 44, DAY, DAY, CODA_MOVEMENTS, 1_000_00), CodaStatement(BELGIAN, 45, DAY, DAY, (), 3)],
    ),
    "autogiro": write_autogiro(CLOCK, BANKGIRO, SECTIONS),
    "autogiro.advice": write_autogiro_mandates(
        CLOCK, BANKGIRO, [AutogiroMandate("101", "3300001212121212", DAY), AutogiroMandate("102", "", DAY, "03", "33")]
    ),
    "avtalegiro": write_ocr_giro(18, DAY, [OcrGiroAssignment(ACCOUNT, 5, MANDATES)]),
}

# In a file of each format: bytes with an amount or a sign, and other ones, with which the file must not be booked.
AMOUNTS: Final[list[tuple[str, bytes, bytes]]] = [
    ("ocrgiro", b"00000000000125000", b"00000000000126000"),
    ("ocrgiro", b"-00000000000005000", b"000000000000005000"),
    ("ocrgiro", b"000000000000030050", b"-00000000000030050"),
    ("ocrgiro", b"00000000000157550", b"00000000000157551"),
    ("tito", b"+000000000000004900", b"-000000000000004900"),
    ("tito", b"+000000000000004900", b"+000000000000005900"),
    ("tito", b"+000000000000040000", b"+000000000000040001"),  # the closing balance
    ("tito", b"+000000000000019900", b"+000000000000019901"),
    ("autogiro", b"000000030000", b"000000030001"),
    ("autogiro", b"000000000000055050", b"000000000000056050"),
    ("autogiro", b"00000002 \r\n82", b"00000003 \r\n82"),
    ("autogiro", b"09202603049900000001000000000002", b"09202603049900000001000000000003"),
    ("coda", b"0000000000250000040326", b"0000000000251000040326"),
    ("coda", b"1000000000025000040326", b"0000000000025000040326"),
    ("coda", b"0000000001409000040326", b"0000000001409010040326"),  # the new balance
    ("coda", b"000000000439000", b"000000000439010"),
    ("ktl", b"A00000049000J", b"A00000059000J"),
    ("ktl", b"00000010001J", b"00000010000J"),
    ("ktl", b"900000200000007900", b"900000200000007901"),
]


def judged(data: bytes) -> Verdict:
    """What the gate says of a file."""
    return examine(read(data), TERMS)


def booked(parsed: Parsed) -> list[tuple[object, ...]]:
    """What of a file is money: its booked movements and their details."""
    return [
        (row["statement_no"], row["detail_no"], row["amount_minor"], row["booked_on"], row["reference"])
        for row in parsed.lines.to_pylist()
        if row["status"] == "booked"
    ]


def without_each_record(data: bytes) -> Iterator[bytes]:
    """The file without its first record, without its second one, and so on."""
    lines = data.splitlines(keepends=True)
    for index in range(len(lines)):
        yield b"".join(lines[:index] + lines[index + 1 :])
