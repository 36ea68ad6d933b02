"""Reads what a payment is for: the structured references of a TxDtls, and the references in its free text."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ledger.domain.money import decimals_of
from reconciliation.statements.free_text import in_text
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import Reference, classify
from reconciliation.statements.shape import Line
from reconciliation.statements.values import to_minor
from reconciliation.statements.xml_fields import Amount, Fields


def refer(line: Line, fields: Fields, currency: str | None, country: str | None) -> None:
    """Set the text and references of a line: structured references, and beside them those in its texts.

    A reference field with words, such as `Ref:RF…`, is a text too. What the bank adds is searched if all else has none.
    """
    structured = fields.get("structured", ())
    free = fields.get("free") or [remark for block in structured for remark in block.get("remarks", ())]
    line.text = " ".join(free) if free else fields.get("additional")
    quote(line, [field for block in structured for field in _named(block, currency, country)], free, country)
    if not line.refers:
        _refer_by_bank(line, fields.get("additional"), country)


def refer_by_entry(line: Line, details: Sequence[Line] | None, country: str | None) -> None:
    """Set the references in what the bank wrote about an entry, if it has no more than one payment.

    `details` are all payments of the entry; null if there are more than those at hand.
    """
    if details is None or len(details) > 1:
        return
    only = details[0] if details else line
    if not only.refers:
        _refer_by_bank(only, line.text, country)


def _refer_by_bank(line: Line, text: str | None, country: str | None) -> None:
    """Set the references in what the bank wrote; it may quote the payer, or mean numbers of its own."""
    if text:
        line.hint(in_text([text], country), [text], of_payer=False)


def _named(block: Fields, currency: str | None, country: str | None) -> list[Field]:
    """The creditor reference of one Strd element, or else the numbers of the documents to which the element refers."""
    if "reference" in block:
        written = block["reference"]
        return [_field(written, classify(written, block.get("stated"), country), _pays(block, currency))]
    documents = block.get("documents", ())
    # An amount for several documents does not show how much of it is for each document.
    pays = _pays(block, currency) if len(documents) == 1 else None
    return [_field(number, classify(number, None, country), pays) for number in documents]


def _field(written: str, found: Reference, pays: int | None) -> Field:
    return Field(written, found if pays is None else msgspec.structs.replace(found, amount_minor=pays))


def _pays(block: Fields, currency: str | None) -> int | None:
    """The payment stated for a reference, in minor units; negative for a credit note, None if not in `currency`."""
    amount: Amount | None = block.get("remitted") or block.get("credited") or block.get("due")
    if amount is None or amount[0] != currency:
        return None
    decimals = decimals_of(currency)
    if decimals is None:
        return None
    sign = -1 if "credited" in block and "remitted" not in block else 1
    minor, exact = to_minor(amount[1] or "", decimals)
    return sign * minor if exact and minor is not None else None
