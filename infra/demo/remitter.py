"""The region that says by remittance which claims its lumps pay: most in full, some in parts, and some not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from infra.demo.batches import Batch
from infra.demo.bills import CURRENCY, Owed
from infra.demo.fictions import REMITTER_NUMBER
from infra.demo.payments import Payment
from infra.demo.period import Period
from ledger.domain.terms import bank_days
from reconciliation.statements.x12_835.writer import (
    EraAdjustment,
    EraClaim,
    EraPayment,
    EraProviderAdjustment,
    write_x12_835,
)

File = tuple[str, bytes]

# The remittances of the month, counted from zero: of one, the lump is at the bank a day before the file.
_LATE: Final = 1
_DENIED_EACH: Final = 2
_AT: Final = time(9, 30)
_PAID, _DENIED = "1", "4"
# Claim adjustment reason codes: the amount exceeds the region's schedule; the time limit for the claim has passed.
_SCHEDULE: Final = ("CO", "45")
_TOO_LATE: Final = ("CO", "29")
_DEDUCTION: Final = "WO"


class Remitter:
    """The remittances of the month, one for each lump, with claims that are denied."""

    def __init__(self, period: Period, batches: Iterable[Batch], unpaid: Sequence[Owed]) -> None:
        self._period, self.batches = period, tuple(batches)
        self._denied: dict[date, Sequence[Owed]] = {
            batch.booked_on: unpaid[index * _DENIED_EACH : (index + 1) * _DENIED_EACH]
            for index, batch in enumerate(self.batches)
        }

    def shown_on(self, batch: Batch) -> date:
        """The day on which the file of a lump comes."""
        late = self.batches.index(batch) == _LATE
        return bank_days.after(batch.booked_on) if late else batch.booked_on

    def files_of(self, day: date) -> Iterator[File]:
        """The remittances that come on a bank day."""
        for number, batch in enumerate(self.batches, 1):
            if self.shown_on(batch) == day:
                at = datetime.combine(batch.booked_on, _AT)
                content = write_x12_835(at, [self._remittance(batch)], control=number)
                yield f"remittance-{batch.booked_on}.835", content

    def _remittance(self, batch: Batch) -> EraPayment:
        on = batch.booked_on
        claims = [_claim(one, f"{on:%Y%m%d}{index:06}") for index, one in enumerate(batch.payments, 1)]
        for index, one in enumerate(self._denied[on], 1):
            reason = EraAdjustment(*_TOO_LATE, one.amount_minor)
            control = f"{on:%Y%m%d}D{index:05}"
            claims.append(EraClaim(one.reference, one.amount_minor, 0, _DENIED, control, (reason,)))
        kept = -batch.left_out_minor
        return EraPayment(
            f"R{on:%Y%m%d}", REMITTER_NUMBER, on, claims, currency=CURRENCY, payer_name="REGION",
            adjustments=(EraProviderAdjustment(_DEDUCTION, kept),) if kept else (),
        )  # fmt: skip


def _claim(one: Payment, control: str) -> EraClaim:
    """A claim that is paid, in full or in part; the rest of another remittance's claim is claimed as such."""
    claimed = one.amount_minor if one.habit == "region_rest" else one.items[0].amount_minor
    less = claimed - one.amount_minor
    reasons = (EraAdjustment(*_SCHEDULE, less),) if less else ()
    return EraClaim(one.quoted[0].reference, claimed, one.amount_minor, _PAID, control, reasons)
