"""Files of payment providers, as their writers write them, with made-up numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from reconciliation.gate import Verdict, examine
from reconciliation.statements import Parsed, Profile, read
from reconciliation.statements.adyen.writer import AdyenBatch, AdyenEntry, write_adyen
from reconciliation.statements.paypal.writer import PayPalSection, PayPalTransaction, write_paypal
from reconciliation.statements.stripe.writer import StripePayout, StripeTransaction, write_stripe_payouts
from tests.reconciliation.gate.files import TERMS

STOCKHOLM = Profile(zone=ZoneInfo("Europe/Stockholm"))
PAID = date(2026, 9, 18)


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A time in September 2026, in UTC."""
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC)


def stripe(*transactions: StripeTransaction, **said: object) -> bytes:
    """One payout of some transactions, or of a payment, a refund, a lost and a won dispute, and a fee."""
    usual = (
        StripeTransaction("txn_1", "charge", 600_00, 8_70, charge="ch_1", invoice="1234574", description="Faktura"),
        StripeTransaction("txn_2", "refund", -20_00, charge="ch_1", source="re_2", refund="R-7", created_at=at(15)),
        StripeTransaction("txn_3", "dispute", -50_00, 15_00, charge="ch_0", created_at=at(15)),
        StripeTransaction("txn_4", "dispute_reversal", 50_00, -15_00, charge="ch_0", created_at=at(16)),
        StripeTransaction("txn_5", "fee", -2_00, created_at=at(17), description="Radar"),
    )
    payout = StripePayout("po_1", at(17, 23), at(18, 0), transactions or usual, **said)  # type: ignore[arg-type]
    return write_stripe_payouts([payout])


PAYOUT_TEXT = "TX635094301XT batch 380, Kliniken_POS"


def adyen(*entries: AdyenEntry, **said: object) -> bytes:
    """One batch of some entries, or of a payment, a refund, a chargeback, a fee and the payout of what they leave."""
    usual = (
        AdyenEntry("Settled", 600_00, "P1", "M1", "1234574", "<auto>", split_minor=(3_00, 40, 1_20)),
        AdyenEntry("Refunded", -20_00, "P1", "M2", "1234574", "R-7", commission_minor=1_00),
        AdyenEntry("Chargeback", -50_00, "P0", "M3", "123455", commission_minor=7_50),
        AdyenEntry("Fee", -5_90, modification="Transaction Fees September 2026"),
        AdyenEntry("Balancetransfer", 10_00, modification="Transfer from batch 379"),
        AdyenEntry("MerchantPayout", -521_00, modification=PAYOUT_TEXT, created_at=datetime(2026, 9, 18, 0, 10)),  # noqa: DTZ001
    )
    return write_adyen([AdyenBatch(380, entries or usual, **said)])  # type: ignore[arg-type]


def paypal(*transactions: PayPalTransaction, **said: object) -> bytes:
    """One report of some transactions, or of a payment, a refund, a chargeback, a hold, a fee and a withdrawal."""
    usual = (
        PayPalTransaction("T1", "T0006", 600_00, 23_40, invoice="1234574", custom="besök", completed_at=at(17, 8)),
        PayPalTransaction("T2", "T1107", -20_00, -60, invoice="1234574", other="T1", tracking="R-7"),
        PayPalTransaction("T3", "T1201", -50_00, 160_00, other="T0"),
        PayPalTransaction("T4", "T2103", -10_00),
        PayPalTransaction("T5", "T0100", -2_00),
        PayPalTransaction("T6", "T0400", -400_00, bank="B77", completed_at=at(17, 23, 30)),
    )
    section = PayPalSection(transactions or usual, **{"opening_minor": {"SEK": 100_00}, **said})  # type: ignore[arg-type]
    return b"".join(write_paypal(section))


def judged(data: bytes) -> Verdict:
    """What the gate says of a file."""
    return examine(read(data, STOCKHOLM), TERMS)


def codes(parsed: Parsed) -> list[tuple[str, str]]:
    """The reader's problems, and where."""
    return [(problem.code, problem.raw_position) for problem in parsed.problems]
