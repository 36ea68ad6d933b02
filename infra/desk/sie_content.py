"""What our book has for the general ledger, in the shapes of SIE: the head of a file, its vouchers, and its totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from infra.desk.desk import Desk
from infra.desk.sign_in import reader

if TYPE_CHECKING:
    from ledger.domain.chart_of_accounts import Leg
    from ledger.domain.terms.mapping_facts import AccountMapped
    from projections.inputs import BookInputs
    from projections.vouchers import Voucher
    from reconciliation.general_ledger.sie import Head, Kind, SieVoucher

# The series of our vouchers in the general ledger: Swedish kundreskontra, accounts receivable.
SERIES: Final = "KR"
# A free dimension of SIE, by which vouchers name the bank account whose money a posting is.
_BANK_ACCOUNTS: Final = "20"


def head_of(desk: Desk, inputs: BookInputs, kind: Kind, from_on: date, currency: str) -> Head:
    """The head of a file whose last day is the day of the inputs."""
    from ledger.domain.terms.fiscal_year import fiscal_year
    from ledger.version import VERSION
    from reconciliation.general_ledger.sie import Head

    assert inputs.as_of is not None
    banks = {row["bank_account"]: row["name"] for row in inputs.bank_accounts()}
    return Head(
        kind=kind,
        program="reskontra",
        version=VERSION,
        generated_on=desk.today,
        generated_by=_generated_by(desk),
        company=desk.terms.legal_name or desk.books.entity,
        company_id=desk.books.entity,
        years={0: fiscal_year(inputs.as_of, inputs.terms.fiscal_year_from)},
        currency=currency,
        accounts=accounts_between(inputs, from_on),
        organisation_number=organisation_number(desk.terms.vat_number),
        note=f"Accounts receivable, {from_on} to {inputs.as_of}, known at position {inputs.known_at}",
        through_on=inputs.as_of,
        dimensions={_BANK_ACCOUNTS: ("Bankkonto", banks)},
    )


def _generated_by(desk: Desk) -> str | None:
    """Who made the file, if the book knows them: whoever may read the book may make it, and the name is optional."""
    from ledger.domain.duty import person_actor

    if desk.job is not None:
        return desk.actor
    person_id = reader(desk.books, desk.key, desk.user)
    return None if person_id is None else person_actor(person_id)


def organisation_number(vat_number: str | None) -> str | None:
    """The organisation number within a Swedish VAT number; None for a person's, which is a personal number."""
    digits = (vat_number or "").removeprefix("SE")
    # The third digit of a legal person's number is at least 2; of a personal number, it begins the month.
    if len(digits) != len("556677889901") or not digits.isdigit() or digits[2] < "2":
        return None
    return f"{digits[:6]}-{digits[6:10]}"


def accounts_between(inputs: BookInputs, from_on: date) -> dict[str, str]:
    """The ledger accounts that some role has on some of the days, with their names."""
    from ledger.domain.terms.standard_mapping import account_name

    assert inputs.as_of is not None
    found: dict[str, list[str]] = {}
    for one in inputs.chart.mappings():
        if one.from_on <= inputs.as_of and (one.until_on is None or from_on <= one.until_on):
            found.setdefault(one.account, []).append(account_name(one))
    return {account: " / ".join(dict.fromkeys(names)) for account, names in found.items()}


def _of_accounts(inputs: BookInputs) -> dict[str, list[AccountMapped]]:
    """The mappings up to the day of the inputs, by ledger account."""
    assert inputs.as_of is not None
    found: dict[str, list[AccountMapped]] = {}
    for one in inputs.chart.mappings():
        if one.from_on <= inputs.as_of:
            found.setdefault(one.account, []).append(one)
    return found


def sie_vouchers(vouchers: Iterable[Voucher], inputs: BookInputs, currency: str) -> Iterator[SieVoucher]:
    """The vouchers as a general ledger takes them in, without opening balances and without other currencies."""
    from ledger import civil_day
    from reconciliation.general_ledger.sie import SieVoucher, Transaction

    for one in vouchers:
        lines = [
            Transaction(
                _account(inputs, one.accounting_date, leg),
                leg.amount_minor,
                inputs.catalogue.sentence(recorded.fact),
                objects=((_BANK_ACCOUNTS, leg.bank_account),) if leg.bank_account else (),
            )
            for recorded, leg, _ in one.lines
            if leg.currency == currency
        ]
        if one.number is not None and lines:
            first = one.first
            yield SieVoucher(
                SERIES,
                str(one.number),
                one.accounting_date,
                f"{first.stream}: {inputs.catalogue.sentence(first.fact)}",
                lines,
                civil_day(inputs.terms, first.envelope.recorded_at),
                first.envelope.on_behalf_of or first.envelope.actor,
            )


def _account(inputs: BookInputs, on: date, leg: Leg) -> str:
    return inputs.chart.of_leg(leg, on).account


class Sums:
    """The totals of an export by account: debits and credits of vouchers, and what opening balances posted.

    Vouchers with postings in other currencies are counted by currency.
    """

    def __init__(self) -> None:
        self.debit: Counter[str] = Counter()
        self.credit: Counter[str] = Counter()
        self.opening: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()

    def take(self, vouchers: Iterable[Voucher], inputs: BookInputs, currency: str) -> None:
        """Add the postings of these vouchers and opening balances."""
        for one in vouchers:
            if one.number is not None:
                self.left_out.update({leg.currency for _, leg, _ in one.lines} - {currency})
            for _, leg, _ in one.lines:
                if leg.currency == currency:
                    account = _account(inputs, one.accounting_date, leg)
                    if one.number is None:
                        self.opening[account] += leg.amount_minor
                    else:
                        (self.debit if leg.amount_minor > 0 else self.credit)[account] += abs(leg.amount_minor)

    def rows(self, inputs: BookInputs, head: Head, balances: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
        """One row for each account with postings; `balances` are the opening balances of a file that has them."""
        mappings = _of_accounts(inputs)
        opening = self.opening if balances is None else Counter(balances)
        return [
            {
                "account": account,
                "name": head.accounts.get(account),
                "role": ", ".join(dict.fromkeys(one.role for one in mappings.get(account, ()))),
                "confirmed": all(one.confirmed for one in mappings.get(account, ())),
                "currency": head.currency,
                "opening_minor": opening[account],
                "debit_minor": self.debit[account],
                "credit_minor": self.credit[account],
                "change_minor": self.debit[account] - self.credit[account],
            }
            for account in sorted({*self.debit, *self.credit, *+opening, *-opening})
        ]
