"""The first days of the demo's month, in which everything happens that the tests of the real jobs ask for."""

from __future__ import annotations

from datetime import date

from infra.demo.month import Month
from infra.demo.period import Period


class EarlySwitch(Period):
    """The month, but with the bankgiro's change of formats in its first days."""

    @property
    def notified_from(self) -> date:  # type: ignore[override]
        return self.bank_days[4]

    @property
    def bgmax_until(self) -> date:  # type: ignore[override]
        return self.bank_days[5]


class FirstDays(Month):
    """The month up to its second Friday, with which the bankgiro's second statement comes."""

    def __init__(self, seed: int, invoices: int) -> None:
        super().__init__(seed, invoices=invoices)
        self.period = EarlySwitch(self.period.year, self.period.month)

    @property
    def days(self) -> tuple[date, ...]:
        return super().days[:9]


class Broken(FirstDays):
    """The first four of them, and of the bank's files no reader can read one."""

    @property
    def days(self) -> tuple[date, ...]:
        return super().days[:4]

    def bank_files_of(self, day: date) -> list[tuple[str, bytes]]:
        """A file where the bank sends any."""
        return [("broken.xml", f"<Document>{day}".encode())] if super().bank_files_of(day) else []

    def provider_files_of(self, day: date) -> list[tuple[str, bytes]]:
        """None."""
        return []
