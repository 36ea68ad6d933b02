"""Reads a statement line (`:61:`) with the library mt-940, and keeps from it what it would misread.

The library is given one line at a time, so memory does not grow with the file, a line without a type is not written
over by the next one, and a line that cannot be read stands alone. Before that, the line is put into the one form that
the library reads rightly:

- Dates stay with us: it stops at 30 February as an entry date, knows no year before 2000, and takes an entry date in
  January for one of the wrong year if the value date is in November.
- Amounts lose their leading zeros and get a comma, because it cuts off what follows the 15th character.
- The marks EC and ED (expected, in MT942) become C and D, because it does not know them, or takes ED for a credit.
- A bank's reference of more than 23 characters is cut before, because no pattern of it would fit such a line.
- A reference of more than 16 characters is given to its pattern for such references, because its usual one would take
  the rest of it, and the bank's own reference, for supplementary details.
- Details that begin like a field get a blank before them, because it would read them as that field.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NamedTuple

from reconciliation.statements.mt940.values import amount

# Value date, entry date (or blanks), mark, the third letter of the currency, amount; then type and references.
_LINE: Final = re.compile(
    r"\s*([0-9]{6})([0-9]{4}|\s{4})?\s?(R?[CD]|E[CD])([A-Z]?)\s?([0-9][0-9.,]*)\s*([^\n]*)(?:\n(.*))?",
    re.IGNORECASE | re.DOTALL,
)
_ANY_DAY: Final = "000101"
_TYPE_WIDTH: Final = 4
_REFERENCE: Final = 16
_BANK_REFERENCE: Final = 23
# What banks write in place of a reference, or to say that it is in the field :86:.
_NO_REFERENCE: Final = re.compile(r"NON?REF|NOT ?PROVIDED|[EKMP]REF\+?|MARF|[\W_0]*|.", re.IGNORECASE)
# A pattern of the library that does not fit raises RuntimeError; what does not fit its types raises the others.
_MISREAD: Final = (RuntimeError, ValueError, ArithmeticError, LookupError)


class StatementLine(NamedTuple):
    """The parts of a statement line; dates are as they are written, and the amount has its sign and a point."""

    value_day: str
    entry_day: str | None
    expected: bool
    reversal: bool
    amount: str
    kind: str | None
    reference: str | None
    bank_reference: str | None
    details: str


def read_line(content: str) -> StatementLine | None:
    """The parts of a statement line; None if the line does not have the form that SWIFT gives it."""
    match = _LINE.fullmatch(content)
    plain = amount(match[5]) if match else None
    if match is None or plain is None:
        return None
    mark, rest = match[3].upper(), match[6]
    details = " ".join((match[7] or "").split())
    details = f" {details}" if details.startswith(":") else details
    before, slashes, behind = rest.partition("//")
    head = f"{_ANY_DAY}{mark.removeprefix('E')}{plain.replace('.', ',')}"
    shown = head + before + slashes + behind[:_BANK_REFERENCE]
    found = _parsed(f"{shown}\n{details}" if details else shown, _is_long(rest))
    if found is None:
        return None
    return StatementLine(
        match[1],
        match[2] if match[2] and match[2].strip() else None,
        mark.startswith("E"),
        mark.startswith("R"),
        format(found["amount"].amount, "f"),
        (found["id"] or "").strip() or None,
        given(found["customer_reference"]),
        given((found["bank_reference"] or "") + behind[_BANK_REFERENCE:]),
        (found["extra_details"] or "").strip(),
    )


def given(reference: str | None) -> str | None:
    """A reference; None if it is one of the words that banks write in place of a reference."""
    stripped = (reference or "").strip()
    return None if _NO_REFERENCE.fullmatch(stripped) else stripped


def _is_long(rest: str) -> bool:
    """Whether the reference goes on behind its 16 characters, without a blank or the bank's own reference."""
    start = rest[_TYPE_WIDTH : _TYPE_WIDTH + _REFERENCE + 1]
    return len(start) > _REFERENCE and not re.search(r"\s|//", start)


def _parsed(line: str, long: bool) -> dict[str, Any] | None:
    """What the library reads of a line; None if no pattern of it fits."""
    library, options, usual, longer, longest = _library()
    for pattern in (longer, usual, longest) if long else (usual, longer, longest):
        transactions = library.models.Transactions(tags={pattern.id: pattern}, options=options)
        try:
            transactions.parse(f":61:{line}")
        except _MISREAD:
            continue
        if len(transactions) == 1:
            data: dict[str, Any] = transactions[0].data
            return data
    return None


@cache
def _library() -> tuple[Any, Any, Any, Any, Any]:
    """The library, with the options that mend its old faults, and its patterns for statement lines.

    Its log is silent, because it would quote lines that it cannot read, with the names in them.
    """
    import mt940

    mt940.tags.logger.setLevel(100)
    tags = mt940.tags
    return mt940, mt940.Options.all(), tags.Statement(), tags.StatementGLS(), tags.StatementASNB()
