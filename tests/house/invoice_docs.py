"""The page about the file of invoices; run it after a change of its fields: python -m tests.house.invoice_docs."""

from __future__ import annotations

import typing
from typing import Final

import msgspec

from infra.desk.invoice_file import MOST_LISTED
from infra.desk.invoice_lines import expected
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_days import MOST_AHEAD
from ledger.domain.receivables.invoice_parts import InvoiceLine, PartAsked, PayerAsked
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "invoice-file.md"
EXAMPLE = ROOT / "docs" / "examples" / "invoices.jsonl"
STRUCTS: Final[dict[str, type[msgspec.Struct]]] = {
    "An invoice": IssueInvoice,
    "A line (`lines`)": InvoiceLine,
    "A payer (`payers`)": PayerAsked,
    "A payer's part of a line (`parts`)": PartAsked,
}
# What each field means, unless its type says so itself.
MEANINGS: Final[dict[str, str]] = {
    "invoice_id": "your id of the invoice; the same id again is the same invoice",
    "series": "the number series, which must be open",
    "currency": "the currency of all amounts (ISO 4217)",
    "issued_on": f"the day of issue, at most {MOST_AHEAD} days ahead",
    "due_on": f"the due date, at most {MOST_AHEAD} days after the day of issue",
    "lines": "what is billed; at least one line",
    "payers": "who owes how much; the shares sum to the lines, their VAT and the rounding",
    "rounding_minor": "what rounds the sum up, or below zero down; without it, the entity's terms decide",
    "care_unit": "the unit that gave the care, as a code",
    "care_case": "the case, as a code",
    "line_id": "the line's number within the invoice",
    "service_code": "what was done, as a code",
    "service_on": "the day on which it was done",
    "amount_minor": "the amount: of a line without VAT (a discount is below zero), of a payer all that they owe",
    "vat_code": "the tax code: the rate of VAT, or the legal ground for charging none",
    "vat_minor": "the VAT of the line: the amount times the code's rate, rounded to minor units",
    "quantity_milli": "how much of the service, in thousandths of the unit",
    "unit": "the unit of the quantity, as a code",
    "price_ref": "where the price is written, as a code",
    "parts": "what the payer owes of each line; if no payer has them, the lines are divided by the payers' amounts",
    "net_minor": "the payer's share of the line without VAT",
    "tax_minor": "the payer's share of the VAT of the line",
    "account_id": "the payer's account, which must be open",
    "reference": "only for an invoice that an older system numbered: its payment reference, with the right check digit",
    "reference_kind": "the kind of that reference",
}
_HEAD = f"""# The file of invoices

The field tables are generated from the program's types (`python -m tests.house.invoice_docs`).

`reskontra invoice issue --file FILE.jsonl` issues all invoices of a file, or none if anything is wrong. Each line is
one invoice as JSON (UTF-8), and **all amounts are in minor units, as whole numbers: 400.00 kronor are written 40000**.
On the command line, people write 400.00. [An example](examples/invoices.jsonl) has an invoice of one payer on its first
line, and one that a patient and a region share on its second:

```json
{{example}}
```

Before anything is recorded, every line is read and decided. What cannot be read and what would be refused is said at
once, line by line, with the field and what was expected, and for at most {MOST_LISTED} lines; then how many more
there are. Texts of the file are never repeated in an error, because they may name somebody:

```
invoices.jsonl line 2: payers[0].amount_minor: expected a whole number of minor units (400.00 is written 40000), got a
text
```

An id that is twice in a file is an error, and so is a field that is twice in an object. The same file again issues
nothing: an invoice's id is also its idempotency key, here and for `invoice issue --id` without a key of its own, so it
does not matter which of the two comes first. Other content under the same id is refused. The answer (`--json`) has a
row for each line: `line`, `invoice_id`, `status` (`done`, or `nothing_new` if the invoice was issued before), `number`,
and `items`, each with `item_id`, `account_id`, `reference`, `currency` and `amount_minor`."""


def page() -> str:
    """How to write the file, and the fields of each of its objects."""
    first = EXAMPLE.read_text(encoding="utf-8").splitlines()[0]
    return "\n\n".join([_HEAD.replace("{example}", first), *(_fields(*one) for one in STRUCTS.items())]) + "\n"


def meaning(struct: type[msgspec.Struct], name: str) -> str:
    """What a field means; KeyError if nothing says so."""
    hint = typing.get_type_hints(struct, include_extras=True)[name]
    said = [one.description for one in getattr(hint, "__metadata__", ()) if isinstance(one, msgspec.Meta)]
    return said[0] if said and said[0] else MEANINGS[name]


def _fields(title: str, struct: type[msgspec.Struct]) -> str:
    hints = typing.get_type_hints(struct)
    rows = [
        " | ".join(
            (f"| `{one.name}`", expected(one.name, hints[one.name]), _needed(one), f"{meaning(struct, one.name)} |")
        )
        for one in msgspec.structs.fields(struct)
    ]
    return "\n".join([f"## {title}\n", "| field | value | needed | meaning |", "|---|---|---|---|", *rows])


def _needed(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "yes"
    return "no" if field.default in (None, msgspec.NODEFAULT) else f"no; {field.default}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
