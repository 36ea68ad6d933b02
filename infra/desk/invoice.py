"""The use case of issuing one invoice, with a single line and payer, under the entity's terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.first_time import first_time
from infra.desk.item import split
from infra.desk.matching_again import match_early
from infra.desk.problems import Problem, Stopped, quoted
from infra.desk.terms import only_currency

if TYPE_CHECKING:
    from infra.desk.first_time import FirstTime
    from infra.settings import Settings
    from ledger.domain.fact import Command
    from ledger.domain.receivables.account import Payer
    from ledger.domain.receivables.invoice import InvoiceIssued, IssueInvoice
    from ledger.domain.receivables.invoice_parts import Owed, PayerAsked
    from ledger.domain.receivables.request import PaymentRequested


@dataclass(frozen=True)
class Billed:
    """An invoice as people type it: to whom, for what, and how much including VAT; the terms supply what is left out.

    `share` is what further payers owe, each as ACCOUNT=AMOUNT; the service then costs the sum of all shares.

    If no VAT is given, it is what the tax code's rate makes it on the day of the service.
    If the account is not open, it is opened for the kind of payer in `payer`. If the series is not open, `first` opens
    it at this number; its references begin with `reference_prefix`.
    """

    account: str
    series: str
    amount: str
    service: str
    currency: str | None = None
    service_on: date | None = None
    issued_on: date | None = None
    due_on: date | None = None
    vat: str | None = None
    vat_code: str = "SE-EXEMPT"
    payer: Payer | None = None
    first: int | None = None
    share: Sequence[str] | None = None
    reference_prefix: str | None = None


def issue(desk: Desk, settings: Settings, billed: Billed, occasion: Occasion, id: str | None = None) -> Done:
    """Issue an invoice with the next number of its series; returns its items and references.

    Without a key, an id that somebody gives is the invoice's key too, as in a file. A payment that came before is
    matched with it: `early_receipts`.
    """
    if id is not None and occasion.key is None:
        occasion = replace(occasion, key=key_of(id))
    invoice_id = desk.id(id, occasion)
    command = _command(desk, invoice_id, billed, first_time(desk, occasion.key))
    # Of an invoice that is dated ahead, they are open from today on.
    before = Occasion(on=None if occasion.on is None else min(occasion.on, desk.today))
    opened = [(one, before) for one in _opening(desk, billed)]
    done = desk.record_together([*opened, (command, occasion)], invoice_id=invoice_id)
    issued, items = items_of(desk, [invoice_id])[invoice_id]
    more = {name: getattr(issued, name) for name in ("series", "number", "issued_on", "due_on", "rounding_minor")}
    early = match_early(desk, settings, items) if done.outcome.status == "done" else ()
    came = {"items": items, "early_receipts": [{"receipt_id": one} for one in early]}
    return done._replace(more={**more, "currency": issued.currency, **came})


def key_of(invoice_id: str) -> str:
    """Return the key of an invoice whose id somebody gave, in a file or alone: the same id is the same invoice."""
    return f"invoice:{invoice_id}"


def _opening(desk: Desk, billed: Billed) -> Iterator[Command]:
    """The commands that open the invoice's account, if a kind of payer is given, and its series, if a first number is.

    They are recorded with the invoice or not at all.
    """
    from ledger.domain.receivables.account import OpenAccount
    from ledger.domain.receivables.number_series import OpenSeries

    if billed.payer is not None:
        yield OpenAccount(account_id=billed.account, payer=billed.payer)
    if billed.first is not None and not desk.facts([f"series-{billed.series}"]):
        yield OpenSeries(series=billed.series, first=billed.first, reference_prefix=billed.reference_prefix or "")


def _command(desk: Desk, invoice_id: str, billed: Billed, first: FirstTime) -> IssueInvoice:
    from ledger.domain.receivables.invoice import IssueInvoice
    from ledger.domain.receivables.invoice_parts import InvoiceLine, PayerAsked
    from ledger.domain.terms.tax_codes import tax_within

    currency = only_currency(desk, first.terms, billed.currency, "the invoice's currency")
    on = billed.issued_on or first.today
    shares = [_share(desk, one, currency) for one in billed.share or ()]
    amount, service_on = minor_units(billed.amount, currency, zero=True), billed.service_on or on
    gross = amount + sum(one.amount_minor for one in shares)
    if billed.vat is not None:
        vat = minor_units(billed.vat, currency, zero=True)
    else:
        vat = tax_within(billed.vat_code, service_on, gross)
    # An account that is opened with the invoice gets exactly the id that was typed.
    owing = billed.account if billed.payer is not None else names.account(desk, billed.account)
    line = InvoiceLine(1, billed.service, service_on, gross - vat, billed.vat_code, vat)
    return IssueInvoice(
        invoice_id=invoice_id,
        series=billed.series,
        currency=currency,
        issued_on=on,
        due_on=billed.due_on or on + timedelta(days=first.terms.days_to_pay),
        lines=(line,),
        payers=(PayerAsked(owing, amount), *shares),
    )


def _share(desk: Desk, text: str, currency: str) -> PayerAsked:
    """Parse what a further payer owes."""
    from ledger.domain.receivables.invoice_parts import PayerAsked

    account, amount = split(text)
    if amount is None:
        raise Stopped(Problem("share_malformed", f"{quoted(text)} is not ACCOUNT=AMOUNT, as in region-1=2100.00"))
    return PayerAsked(names.account(desk, account), minor_units(amount, currency, zero=True))


def items_of(desk: Desk, invoice_ids: Sequence[str]) -> dict[str, tuple[InvoiceIssued, list[dict[str, Any]]]]:
    """Return issued invoices by id, each with its payers' shares and the references of their payment requests.

    A share of zero has neither item nor reference.
    """
    from ledger.domain.receivables.invoice import InvoiceIssued
    from ledger.domain.receivables.request import PaymentRequested

    issued = [one for one in desk.facts([f"invoice-{id}" for id in invoice_ids]) if isinstance(one, InvoiceIssued)]
    requests = desk.facts([f"request-{one.item_id}" for invoice in issued for one in invoice.owed])
    asked = {item: one for one in requests if isinstance(one, PaymentRequested) for item in one.items}
    return {invoice.invoice_id: (invoice, [_shared(invoice, one, asked) for one in invoice.owed]) for invoice in issued}


def _shared(invoice: InvoiceIssued, one: Owed, asked: Mapping[str, PaymentRequested]) -> dict[str, Any]:
    return {
        "item_id": one.item_id if one.amount_minor else None,
        "account_id": one.account_id,
        "reference": asked[one.item_id].reference if one.amount_minor else None,
        "currency": invoice.currency,
        "amount_minor": one.amount_minor,
    }
