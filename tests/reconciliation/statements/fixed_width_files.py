"""Files of the formats with fixed records, made up with all that their writers can write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from reconciliation.gate import Terms, Verdict, examine
from reconciliation.statements import Parsed, read
from reconciliation.statements.ocr_giro.writer import (
    AvtaleGiroMandate,
    OcrGiroAssignment,
    OcrGiroPayment,
    write_ocr_giro,
)

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

# A file of each format, by its name.
WRITTEN: Final[dict[str, bytes]] = {
    "ocrgiro": write_ocr_giro(
        17, DAY, [OcrGiroAssignment(ACCOUNT, 3, PAYMENTS), OcrGiroAssignment(ACCOUNT, 4, MANDATES)]
    ),
    "avtalegiro": write_ocr_giro(18, DAY, [OcrGiroAssignment(ACCOUNT, 5, MANDATES)]),
}

# In a file of each format: bytes with an amount or a sign, and other ones, with which the file must not be booked.
AMOUNTS: Final[list[tuple[str, bytes, bytes]]] = [
    ("ocrgiro", b"00000000000125000", b"00000000000126000"),
    ("ocrgiro", b"-00000000000005000", b"000000000000005000"),
    ("ocrgiro", b"000000000000030050", b"-00000000000030050"),
    ("ocrgiro", b"00000000000157550", b"00000000000157551"),
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
