"""Files of all formats that have a writer, each with so many payments, for the benchmarks of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from ledger.domain.references import ocr
from reconciliation.statements.adyen.writer import AdyenBatch, AdyenEntry, write_adyen
from reconciliation.statements.autogiro.writer import AutogiroPayment, AutogiroSection, write_autogiro
from reconciliation.statements.bai2.writer import Bai2Account, Bai2Movement, write_bai2
from reconciliation.statements.coda.writer import CodaMovement, CodaStatement, write_coda
from reconciliation.statements.klarna.writer import KlarnaSettlement, KlarnaTransaction, write_klarna
from reconciliation.statements.ktl.writer import KtlPayment, write_ktl
from reconciliation.statements.mollie.writer import MollieMonth, MollieSettlement, MollieSum, write_mollie
from reconciliation.statements.mt940.information_writer import MtInformation
from reconciliation.statements.mt940.writer import MtMovement, MtReport, MtStatement, write_mt940, write_mt942
from reconciliation.statements.norma43.writer import Norma43Account, Norma43Movement, write_norma43
from reconciliation.statements.ocr_giro.writer import OcrGiroAssignment, OcrGiroPayment, write_ocr_giro
from reconciliation.statements.ofx.writer import OfxMovement, OfxStatement, write_ofx
from reconciliation.statements.paypal.writer import PayPalSection, PayPalTransaction, write_paypal
from reconciliation.statements.stripe.writer import (
    StripePayout,
    StripeTransaction,
    write_stripe_activity,
    write_stripe_payouts,
)
from reconciliation.statements.swish.writer import SwishPayment, write_swish
from reconciliation.statements.tito.writer import TitoMovement, TitoStatement, write_tito
from reconciliation.statements.x12_835.writer import EraAdjustment, EraClaim, EraPayment, write_x12_835
from tests.benchmarks.clinic import giro_file

DAY: Final = date(2026, 9, 17)
CLOCK: Final = datetime(2026, 9, 18, 6, 30)  # noqa: DTZ001  banks write their own clock without zone
PRICE: Final = 450_00
NAME: Final = "ANNA EXEMPEL"
WORDS: Final = "BETALNING AV FAKTURA"
# No statement is longer: in some formats, a number in it has four digits.
_MOST: Final = 5_000


# A settlement of Mollie has so many sums if payers use ten methods: what came in, and what it cost.
MOLLIE_SUMS: Final = 20


def _references(count: int) -> Iterator[tuple[int, list[str]]]:
    """The statements of a file, by number, each with the references of its payments."""
    for number, start in enumerate(range(0, count, _MOST), 1):
        yield number, [ocr(f"{10_000_000 + one}") for one in range(start, min(start + _MOST, count))]


def _mt(references: list[str]) -> list[MtMovement]:
    return [
        MtMovement(PRICE, DAY, DAY, MtInformation(f"{WORDS} {one}", end_to_end_id=one, name=NAME), bank_reference=one)
        for one in references
    ]


def _mt940(count: int) -> bytes:
    return write_mt940(
        [
            MtStatement(f"R{number}", "DE89370400440532013000", "EUR", number, DAY, DAY, _mt(references))
            for number, references in _references(count)
        ]
    )


def _mt942(count: int) -> bytes:
    return write_mt942(
        [
            MtReport(f"R{number}", "DE89370400440532013000", "EUR", number, CLOCK, _mt(references))
            for number, references in _references(count)
        ]
    )


def _norma43(count: int) -> bytes:
    accounts = [
        Norma43Account(
            "2100", "0418", f"{200_051_332 + number:010}", DAY, DAY, 0,
            [Norma43Movement(PRICE, DAY, DAY, first_reference=one, text=WORDS) for one in references],
        )
        for number, references in _references(count)
    ]  # fmt: skip
    return write_norma43(accounts)


def _bai2(count: int) -> bytes:
    accounts = [
        Bai2Account(f"01234{number:05}", "USD", 0, [Bai2Movement(PRICE, "195", one, one, WORDS) for one in references])
        for number, references in _references(count)
    ]
    return write_bai2(CLOCK, DAY, accounts)


def _ofx(count: int) -> bytes:
    statements = [
        OfxStatement(
            f"01234{number:05}", "USD", DAY, DAY, PRICE * len(references),
            [OfxMovement(PRICE, DAY, one, "CREDIT", NAME, f"{WORDS} {one}") for one in references],
        )
        for number, references in _references(count)
    ]  # fmt: skip
    return write_ofx(DAY, statements)


def _ocr_giro(count: int) -> bytes:
    assignments = [
        OcrGiroAssignment("86011117947", number, [OcrGiroPayment(PRICE, one, DAY) for one in references])
        for number, references in _references(count)
    ]
    return write_ocr_giro(17, DAY, assignments)


def _tito(count: int) -> bytes:
    statements = [
        TitoStatement(
            "47300010416310", number, CLOCK, DAY, DAY,
            [TitoMovement(PRICE, DAY, one, name=NAME, messages=[f"{WORDS} {one}"]) for one in references],
        )
        for number, references in _references(count)
    ]  # fmt: skip
    return write_tito(statements)


def _ktl(count: int) -> bytes:
    return write_ktl(
        CLOCK,
        [
            [KtlPayment(PRICE, one, DAY, "47300010416310", one, NAME) for one in found]
            for _, found in _references(count)
        ],
    )


def _coda(count: int) -> bytes:
    statements = [
        CodaStatement(
            "BE68539007547034", number, DAY, DAY,
            [CodaMovement(PRICE, DAY, one, message=f"{WORDS} {one}", name=NAME) for one in references],
        )
        for number, references in _references(count)
    ]  # fmt: skip
    return write_coda(DAY, statements)


def _autogiro(count: int) -> bytes:
    sections = [
        AutogiroSection("5491000003", DAY, number, [AutogiroPayment(PRICE, "101", one, DAY) for one in references])
        for number, references in _references(count)
    ]
    return write_autogiro(CLOCK, "9912346", sections)


def _x12_835(count: int) -> bytes:
    payments = [
        EraPayment(
            f"T{number}", "1123456789", DAY,
            [EraClaim(one, PRICE, PRICE - 50_00, control=one, adjustments=_REDUCED) for one in references],
        )
        for number, references in _references(count)
    ]  # fmt: skip
    return write_x12_835(CLOCK, payments)


_REDUCED: Final = (EraAdjustment("CO", "45", 50_00),)


def _adyen(count: int) -> bytes:
    batches = [
        AdyenBatch(number, [AdyenEntry("Settled", PRICE, one, one, one, commission_minor=5_00) for one in references])
        for number, references in _references(count)
    ]
    return write_adyen(batches)


def _klarna(count: int) -> bytes:
    settlements = [
        KlarnaSettlement(
            f"PAYREF{number}", "2026-09-18T07:45:00Z",
            [KlarnaTransaction("SALE", PRICE, one, one, merchant_reference=one) for one in references],
        )
        for number, references in _references(count)
    ]  # fmt: skip
    return write_klarna(settlements)


def _mollie(count: int) -> bytes:
    """Settlements with a month's sums by method; Mollie writes no single payment into them."""
    settlements = []
    for number, start in enumerate(range(0, count, MOLLIE_SUMS), 1):
        sums = [MollieSum("iDEAL", "ideal", Decimal("450.00"))] * min(MOLLIE_SUMS, count - start)
        settlements.append(
            MollieSettlement(
                f"stl_{number}",
                f"1234567.2609.{number}",
                f"{450 * len(sums)}.00",
                "2026-09-17T22:30:00+00:00",
                {(2026, 9): MollieMonth(sums)},
            )
        )
    return write_mollie(settlements)


def _paypal(count: int) -> bytes:
    transactions = [
        PayPalTransaction(one, "T0006", PRICE, 5_00, invoice=one)
        for _, references in _references(count)
        for one in references
    ]
    return b"".join(write_paypal(PayPalSection(transactions)))


def _stripe(references: list[str]) -> list[StripeTransaction]:
    return [StripeTransaction(f"txn_{one}", "charge", PRICE, 5_00, charge=one, invoice=one) for one in references]


def _stripe_payouts(count: int) -> bytes:
    return write_stripe_payouts(
        StripePayout(f"po_{number}", CLOCK, CLOCK, _stripe(references)) for number, references in _references(count)
    )


def _stripe_activity(count: int) -> bytes:
    return write_stripe_activity(one for _, references in _references(count) for one in _stripe(references))


def _swish(count: int) -> bytes:
    payments = [
        SwishPayment(
            PRICE, DAY, DAY, "SE4550000000058398257466", "1231234567", one, name=NAME, message=f"{WORDS} {one}"
        )
        for _, references in _references(count)
        for one in references
    ]
    return write_swish(date(2026, 9, 18), payments)


# By the format's name; camt has a benchmark of its own.
FILES: Final[Mapping[str, Callable[[int], bytes]]] = MappingProxyType(
    {
        "bgmax": giro_file,
        "mt940": _mt940,
        "mt942": _mt942,
        "norma43": _norma43,
        "bai2": _bai2,
        "ofx": _ofx,
        "ocrgiro": _ocr_giro,
        "tito": _tito,
        "ktl": _ktl,
        "coda": _coda,
        "autogiro": _autogiro,
        "x12_835": _x12_835,
        "adyen": _adyen,
        "klarna": _klarna,
        "mollie": _mollie,
        "paypal": _paypal,
        "stripe": _stripe_payouts,
        "stripe.activity": _stripe_activity,
        "swish.handelsbanken": _swish,
    }
)
