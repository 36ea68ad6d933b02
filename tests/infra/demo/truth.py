"""What the generator knows the month comes to, counted from its own plan and never from the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from infra.demo.accounts import GIRO_ACCOUNT, STATEMENT_ACCOUNT, SWISH_ACCOUNT
from infra.demo.batches import Batch
from infra.demo.bills import Owed
from infra.demo.corrections import Credit
from infra.demo.month import Month
from infra.demo.outgoings import OF_BANKGIRO, Movement, Refund
from infra.demo.payments import Payment
from infra.demo.provider_office import CARDS

# A payment's booking day, an item to which it must be applied, and how much of it is for that item, in minor units.
Applied = tuple[date, str, int]

BUCKETS: Final = ("current", "1-30", "31-60", "61-90", "91+")
MATCHED: Final = "matched"
_MATCHED_HABITS: Final = frozenset(
    {"on_time", "late", "partial", "rest", "overpaid", "paid_twice", "employer", "region", "region_rest", "insurer"}
)
_REASONS: Final[Mapping[str, str]] = {
    "unknown_reference": "reference_unknown",
    "two_references": "several_references",
    "customer_number": "reference_unknown",
    "not_divided": "details_without_amounts",
    "member_left_out": "details_contradict_line",
    "states_less": "payer_states_less",
    "twin": "no_reference",
    "misbooked": "no_reference",
}
_PAID_BACK: Final = frozenset({"approved", "sent", "settled"})
_ROLES: Final[Mapping[str, str]] = {
    "refund": "cash_in_transit",
    "returned_refund": "cash_in_transit",
    "payout": "payouts_in_transit",
    "charge": "bank_fees",
    "bankgiro_charge": "bank_fees",
}

_AT_BANKS: Final = {
    "statement": STATEMENT_ACCOUNT,
    "bankgiro": GIRO_ACCOUNT,
    "direct_debit": GIRO_ACCOUNT,
    "swish": SWISH_ACCOUNT,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many, and how much in minor units."""

    count: int = 0
    amount_minor: int = 0

    def plus(self, amount_minor: int) -> Tally:
        """One more."""
        return Tally(self.count + 1, self.amount_minor + amount_minor)


@dataclass(frozen=True, slots=True)
class Truth:
    """The month in sums: all in minor units of SEK, at the end of the month's last day.

    `payments` by habit, `reasons` by the match reason each receipt must get (`matched` for none), `receipts` by bank
    account, `captured` the payments by card, `remitted` those by remittance, `movements` by the role of the account
    they are booked on, `moved` by bank account: receipts and movements together. `shown` by booking day and the
    formats of the files that show a payment to the bankgiro. `opened` is what is open by (payer, aging bucket),
    `customer_credit` and `unallocated` what stands beside it; `control` is what the receivables' control accounts
    must show, which is the sum of `opened`. `applied` says how often each part of a payment must be applied; what is
    beyond what is open becomes customer credit.
    """

    accounts: int
    invoices: Tally
    issued: Mapping[str, Tally]
    credited: Tally
    written_off: Tally
    refunds: Mapping[str, Tally]
    payments: Mapping[str, Tally]
    reasons: Mapping[str, Tally]
    receipts: Mapping[str, Tally]
    captured: Tally
    remitted: Tally
    movements: Mapping[str, Tally]
    moved: Mapping[str, int]
    shown: Mapping[str, Tally]
    applied: Mapping[Applied, int]
    opened: Mapping[tuple[str, str], int]
    customer_credit: int
    unallocated: int

    @property
    def control(self) -> int:
        """What the receivables' control accounts show."""
        return sum(self.opened.values())


def reason_of(payment: Payment, *, bgmax: bool) -> str:
    """The match reason a receipt must get, by what stands in the file in which it comes first."""
    if payment.habit in _MATCHED_HABITS or _is_divided(payment):
        return MATCHED
    if payment.habit == "wrong_check_digit":
        # Bankgirot saw that the number is wrong and calls it text; elsewhere the reader sees it.
        return "reference_without_check_digit" if bgmax else "check_digit_wrong"
    if payment.habit == "without_reference":
        return "reference_without_check_digit" if bgmax and payment.form == "loose" else "no_reference"
    return _REASONS[payment.habit]


def _is_divided(payment: Payment) -> bool:
    """Whether the payer says how much is for each of several invoices, and deducts nothing."""
    return payment.habit == "two_references" and all((one.amount_minor or 0) > 0 for one in payment.quoted)


def _parts(payment: Payment) -> Iterator[Applied]:
    """What a payment that is matched is for: one item as a whole, or several whose whole amounts the payer states."""
    if not _is_divided(payment):
        (one,) = payment.items
        yield payment.booked_on, one.item_id, payment.amount_minor
        return
    for one in payment.items:
        yield payment.booked_on, one.item_id, one.amount_minor


def account_of(payment: Payment) -> str:
    """The account of ours that a payment comes in on, at a bank or at a payment provider."""
    return CARDS if payment.way == "card" else _AT_BANKS[payment.way].number


class _Sums:
    """Tallies by kind and by name."""

    def __init__(self) -> None:
        self._by_kind: dict[str, dict[str, Tally]] = {}

    def add(self, kind: str, name: str, amount_minor: int) -> None:
        named = self._by_kind.setdefault(kind, {})
        named[name] = named.get(name, Tally()).plus(amount_minor)

    def of(self, kind: str) -> dict[str, Tally]:
        return self._by_kind.get(kind, {})

    def whole(self, kind: str) -> Tally:
        named = self.of(kind).values()
        return Tally(sum(one.count for one in named), sum(one.amount_minor for one in named))


def truth(month: Month) -> Truth:
    """What the month must come to, if every file is loaded and every submission executed."""
    billed, credits, refunds = month.bills, month.credits, month.refunds
    write_offs = month._corrected.write_offs
    sums, applied = _Sums(), Counter[Applied]()
    owed = [one for bill in billed.bills for one in bill.owed]
    given_up = {one.owed.item_id for one in write_offs if one.outcome == "approved"}
    for payment in (one for one in month.payments if one.way != "bankgiro"):
        _count_payment(sums, applied, payment)
    # A payment that was taken back, and then came back, settles its item twice, and in the end once.
    won = month.cards.dispute.capture.payment._replace(booked_on=month.cards.dispute.won_on)
    applied.update(_parts(won))
    back = _count_debits(sums, applied, month)
    for payment, formats in _to_bankgiro(month):
        _count_payment(sums, applied, payment, bgmax="bgmax" in formats)
        sums.add("shown", f"{payment.booked_on} {' + '.join(formats)}", payment.amount_minor)
    for batch in month.batches:
        _count_batch(sums, applied, batch)
    for movement in month.movements:
        _count_movement(sums, movement)
    _count_office(sums, owed, credits, given_up, refunds)
    opened, excess = _left(owed, applied - Counter([*_parts(won), *_parts(back)]), credits, given_up, month.period.last)
    moved: Counter[str] = Counter()
    for kind in ("receipts", "moved"):
        moved.update({account: tally.amount_minor for account, tally in sums.of(kind).items()})
    return Truth(
        accounts=len(billed.accounts),
        invoices=Tally(len(billed.bills), sums.whole("issued").amount_minor),
        issued=sums.of("issued"),
        credited=sums.whole("credited"),
        written_off=sums.whole("written_off"),
        refunds=sums.of("refunds"),
        payments=sums.of("payments"),
        reasons=sums.of("reasons"),
        receipts=sums.of("receipts"),
        captured=sums.whole("captured"),
        remitted=sums.whole("remitted"),
        movements=sums.of("movements"),
        moved=dict(moved),
        shown=sums.of("shown"),
        applied=applied,
        opened=opened,
        customer_credit=excess - sum(one.amount_minor for one in refunds if one.outcome in _PAID_BACK),
        unallocated=sum(tally.amount_minor for reason, tally in sums.of("reasons").items() if reason != MATCHED),
    )


def _count_office(
    sums: _Sums, owed: Iterable[Owed], credits: Iterable[Credit], given_up: set[str], refunds: Iterable[Refund]
) -> None:
    for one in owed:
        sums.add("issued", one.payer, one.amount_minor)
        if one.item_id in given_up:
            sums.add("written_off", "all", one.amount_minor)
    for credit in credits:
        sums.add("credited", "all", sum(amount for _, amount in credit.taken))
    for refund in refunds:
        sums.add("refunds", refund.outcome, refund.amount_minor)


def _to_bankgiro(month: Month) -> Iterator[tuple[Payment, tuple[str, ...]]]:
    """Each payment to the bankgiro, and the formats of the files that show it."""
    for day in month.period.bank_days:
        for one in month._bankgiro_bank._paid(day):
            bgmax = day <= month.period.bgmax_until and not one.by_new_way
            notified = day >= month.period.notified_from
            yield one.payment, (*(("bgmax",) if bgmax else ()), *(("camt.054",) if notified else ()))


def _count_debits(sums: _Sums, applied: Counter[Applied], month: Month) -> Payment:
    """Count what is collected; returns the payment that was taken back, which settled its item for some days."""
    back = month.direct_debits.taken_back.payment
    _count_payment(sums, applied, back)
    sums.add("moved", account_of(back), -back.amount_minor)
    for one in month.direct_debits.debits:
        if one.outcome != "rejected":
            sums.add("shown", f"{one.due_on} autogiro", one.payment.amount_minor)
    return back


def _count_payment(sums: _Sums, applied: Counter[Applied], payment: Payment, *, bgmax: bool = False) -> None:
    reason = reason_of(payment, bgmax=bgmax)
    sums.add("payments", payment.habit, payment.amount_minor)
    if payment.way == "remittance":
        sums.add("remitted", "all", payment.amount_minor)
    elif payment.way == "card":
        sums.add("captured", account_of(payment), payment.amount_minor)
    else:
        sums.add("reasons", reason, payment.amount_minor)
        sums.add("receipts", account_of(payment), payment.amount_minor)
    if reason == MATCHED:
        applied.update(_parts(payment))
    if payment.charge_minor:
        sums.add("movements", "bank_fees", -payment.charge_minor)
        sums.add("moved", account_of(payment), -payment.charge_minor)


def _count_batch(sums: _Sums, applied: Counter[Applied], batch: Batch) -> None:
    if batch.advised:
        for payment in batch.payments:
            _count_payment(sums, applied, payment._replace(way="remittance"))
        sums.add("moved", STATEMENT_ACCOUNT.number, batch.moved_minor)
        sums.add("movements", "payouts_in_transit", batch.moved_minor)
        return
    if batch.stated:
        for payment in batch.payments:
            _count_payment(sums, applied, payment)
    else:
        whole = batch.payments[0]._replace(amount_minor=batch.named_minor)
        _count_payment(sums, applied, whole)
    if batch.charge_minor:
        sums.add("movements", "bank_fees", -batch.charge_minor)
        sums.add("moved", STATEMENT_ACCOUNT.number, -batch.charge_minor)
    if batch.left_out_minor:
        sums.add("movements", "bank_suspense", batch.left_out_minor)
        sums.add("moved", STATEMENT_ACCOUNT.number, batch.left_out_minor)


def _count_movement(sums: _Sums, movement: Movement) -> None:
    account = (GIRO_ACCOUNT if movement.what in OF_BANKGIRO else STATEMENT_ACCOUNT).number
    sums.add("moved", account, movement.amount_minor)
    sums.add("movements", _ROLES.get(movement.what, "bank_suspense"), movement.amount_minor)


def _left(
    owed: Iterable[Owed], applied: Mapping[Applied, int], credits: Iterable[Credit], given_up: set[str], on: date
) -> tuple[dict[tuple[str, str], int], int]:
    """What is open by payer and bucket, and what was paid or credited beyond it."""
    settled: Counter[str] = Counter()
    for (_, item_id, amount), times in applied.items():
        settled[item_id] += amount * times
    for credit in credits:
        for one, amount in credit.taken:
            settled[one.item_id] += amount
    opened: Counter[tuple[str, str]] = Counter()
    excess = 0
    for one in owed:
        left = one.amount_minor - settled[one.item_id]
        excess += max(-left, 0)
        if left > 0 and one.item_id not in given_up:
            opened[(one.payer, _bucket((on - one.due_on).days))] += left
    return dict(opened), excess


def _bucket(days_past_due: int) -> str:
    return BUCKETS[0] if days_past_due <= 0 else BUCKETS[min((days_past_due - 1) // 30 + 1, 4)]
