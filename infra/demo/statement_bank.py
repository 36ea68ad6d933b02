"""The bank of the demo's camt.053 account: a file for each bank day; one comes late, some overlap or come again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from infra.demo import fictions
from infra.demo.accounts import STATEMENT_ACCOUNT
from infra.demo.batches import Batch
from infra.demo.bills import CURRENCY
from infra.demo.camt_parts import detail_of, entry_of, payer_account
from infra.demo.outgoings import Movement
from infra.demo.payments import Payment
from infra.demo.period import Period
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtStatement, write_camt053

File = tuple[str, bytes]
Line = Payment | Batch | Movement

# The bank days with unusual files; 0 is the first bank day of the month.
RECUT_OF, RECUT_ON = 8, 9
OVERLAPPING_ON: Final = 12
REPEATED_OF, REPEATED_ON = 4, 6
PENDING_ON: Final = (3, 9, 14)
_PENDING_LINES: Final = 2

_NO_ID_PER_MILLE: Final = 30
_CREDIT: Final = ("PMNT", "RCDT", "ESCT")
_DEBIT: Final = ("PMNT", "ICDT", "ESCT")


class StatementBank:
    """All lines of the statement account in the month, and the files that contain them."""

    def __init__(self, seed: int, period: Period, lines: Iterable[Line]) -> None:
        self._seed, self._period = seed, period
        self._lines: dict[date, list[Line]] = {day: [] for day in period.bank_days}
        for line in lines:
            self._lines[line.booked_on].append(line)

    def files_of(self, day: date) -> Iterator[File]:
        """The files of a bank day."""
        index = self._period.bank_days.index(day)
        if index == OVERLAPPING_ON:
            yield self._file(self._period.bank_days[index - 1 : index + 1], "overlapping")
        elif day != self._period.missing_on:
            yield self._file((day,))
        if day == self._period.found_on:
            yield self._file((self._period.missing_on,))
        if index == RECUT_ON:
            yield self._file((self._period.bank_days[RECUT_OF],), "recut")
        if index == REPEATED_ON:
            _, content = self._file((self._period.bank_days[REPEATED_OF],))
            yield f"camt053-account-{day}-sent-again.xml", content

    def _file(self, days: Sequence[date], cut: str = "") -> File:
        """Return the statement of some days; a `recut` statement has a new id and lists its lines in reverse order."""
        bank_days = self._period.bank_days
        last = days[-1]
        index = bank_days.index(last)
        entries = [entry for day in days for entry in self._entries(day)]
        if index in PENDING_ON:
            coming = [one for one in self._entries(bank_days[index + 1]) if one.bank_ref and len(one.details) == 1]
            entries += [replace(one, status="PDNG") for one in coming[:_PENDING_LINES]]
        id = f"{last:%Y%m%d}-{index + 1:03}" + (f"-{cut}" if cut else "")
        created_at = f"{last}T{19 if cut else 18}:30:00"
        statement = CamtStatement(
            statement_id=f"S{id}",
            account=STATEMENT_ACCOUNT.number,
            currency=CURRENCY,
            sequence=index + 1,
            created_at=created_at,
            from_on=days[0],
            to_on=last,
            entries=entries[::-1] if cut == "recut" else entries,
            opening_minor=self._opening(days[0]),
        )
        name = f"camt053-account-{last}" + (f"-{cut}" if cut else "") + ".xml"
        return name, write_camt053(f"M{id}", created_at, [statement])

    def _opening(self, day: date) -> int:
        earlier = (one for booked_on, lines in self._lines.items() if booked_on < day for one in lines)
        return STATEMENT_ACCOUNT.opening_minor + sum(moved_minor(one) for one in earlier)

    def _entries(self, day: date) -> list[CamtEntry]:
        """The day's lines as the bank writes them; every call returns the same lines."""
        rng = fictions.randomness(self._seed, "statement", day)
        lines = list(self._lines[day])
        rng.shuffle(lines)
        return [self._entry(line, f"{day:%Y%m%d}{index:06}", rng) for index, line in enumerate(lines, 1)]

    def _entry(self, line: Line, bank_ref: str, rng: Random) -> CamtEntry:
        if isinstance(line, Batch):
            return _of_batch(line, bank_ref)
        if isinstance(line, Movement):
            return _of_movement(line, bank_ref, rng)
        if line.habit == "twin":
            nobody = CamtDetail(counterparty="Fiktiva Tvillingsson", text="Betalning")
            return CamtEntry(line.amount_minor, line.booked_on, line.booked_on, details=(nobody,), code=_CREDIT)
        if line.habit == "misbooked":
            return CamtEntry(
                line.amount_minor, line.booked_on, line.booked_on, bank_ref, text="Insättning", code=_CREDIT
            )
        no_id = not line.charge_minor and rng.randrange(1000) < _NO_ID_PER_MILLE
        return entry_of(line, None if no_id else bank_ref, rng)


def moved_minor(line: Line) -> int:
    """Return the amount by which a line changes the account: the payment less the bank's charge."""
    if isinstance(line, Batch):
        return line.moved_minor
    return line.amount_minor - (line.charge_minor if isinstance(line, Payment) else 0)


def _of_batch(batch: Batch, bank_ref: str) -> CamtEntry:
    if batch.advised:
        lump = CamtDetail(counterparty=batch.payer, counterparty_account=fictions.REMITTER_ACCOUNT, text="Utbetalning")
        return CamtEntry(batch.moved_minor, batch.booked_on, batch.booked_on, bank_ref, (lump,), code=_CREDIT)
    details = [
        detail_of(
            payment,
            counterparty=batch.payer,
            amount_minor=payment.amount_minor if batch.stated else None,
            bank_ref=f"{bank_ref}-{index:05}" if batch.with_ids else None,
        )
        for index, payment in enumerate(batch.payments, 1)
    ]
    return CamtEntry(
        batch.moved_minor, batch.booked_on, batch.booked_on, bank_ref, details,
        charges_minor=batch.charge_minor or None, text="Samlingsinsättning", code=_CREDIT,
    )  # fmt: skip


def _of_movement(line: Movement, bank_ref: str, rng: Random) -> CamtEntry:
    def entry(code: tuple[str, str, str], text: str | None = None, detail: CamtDetail | None = None) -> CamtEntry:
        details = (detail,) if detail else ()
        reversal = line.what == "reversal"
        return CamtEntry(
            line.amount_minor,
            line.booked_on,
            line.booked_on,
            bank_ref,
            details,
            reversal=reversal,
            text=text,
            code=code,
        )

    end_to_end = line.end_to_end_id or "NOTPROVIDED"
    match line.what:
        case "supplier":
            return entry(_DEBIT, None, CamtDetail(counterparty=rng.choice(fictions.SUPPLIERS), text="Månadens räkning"))
        case "tax":
            return entry(_DEBIT, None, CamtDetail(counterparty=fictions.TAX_OFFICE))
        case "payout":
            named = CamtDetail(counterparty=line.by, text="PAYOUT")
            return entry(_CREDIT if line.amount_minor > 0 else _DEBIT, None, named)
        case "pay":
            return entry(("PMNT", "ICDT", "SALA"), fictions.STAFF)
        case "charge":
            return entry(("ACMT", "MDOP", "CHRG"), "Bankens avgifter")
        case "reversal":
            return entry(("PMNT", "RCDT", "RPCR"), "Rättelse av insättning")
        case "refund":
            person = CamtDetail(
                line.amount_minor,
                end_to_end,
                counterparty=fictions.person(rng),
                counterparty_account=payer_account(rng),
            )
            return entry(_DEBIT, None, person)
        case "returned_refund":
            back = CamtDetail(line.amount_minor, end_to_end, text="Kontot avslutat", return_reason="AC04")
            return entry(("PMNT", "RCDT", "RRTN"), None, back)
        case _:
            raise AssertionError(f"unknown movement {line.what}")
