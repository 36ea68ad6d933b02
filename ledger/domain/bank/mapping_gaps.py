"""What a file mapping lacks or contradicts, so that no file could be read by it for certain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ledger.domain.bank.file_mapping_facts import FileMapping

_MOST_COLUMNS: Final = 200
_DAY_FORMAT: Final = re.compile(r"(?:YYYY|YY|MM|DD|[-./ ])+")
# The figures of which a total needs any.
_TOTALS: Final = frozenset(("total", "credits", "debits", "fees"))
# Kinds that come in or go out.
_EITHER: Final = frozenset(("carried_over", "exchange", "other"))
_BALANCES: Final = frozenset(("opening_balance", "closing_balance"))
_CLAIM: Final = ("claimed", "reason_group", "reason")
_OF_PROVIDERS: Final = frozenset(("payment", "fee", "fee_tax", "payout", *_CLAIM))


def gaps(mapping: FileMapping) -> Iterator[str]:
    """What a mapping lacks or contradicts, in words that say what to change."""
    fields = Counter(one.field for one in mapping.columns)
    names = {_name(one) for one in mapping.header if _name(one)}
    yield from (f"columns: {one} is given twice" for one, count in fields.items() if count > 1)
    if not 1 < len(mapping.header) <= _MOST_COLUMNS or len(names) < sum(map(bool, map(_name, mapping.header))):
        yield f"header: give 2 to {_MOST_COLUMNS} names, each once"
    named = [one.column for one in mapping.columns]
    named += [one.column for one in mapping.figures if one.column is not None]
    yield from (f"columns: {one} is not in the header" for one in named if _name(one) not in names)
    if "day" not in fields:
        yield "columns: day is missing"
    if ("amount" in fields) == ("debit" in fields or "credit" in fields):
        yield "columns: give amount, or debit and credit, and not both"
    if mapping.unsigned and "amount" not in fields:
        yield "unsigned is of a column of the amount"
    if "fee_tax" in fields and "fee" not in fields:
        yield "columns: fee_tax needs a column of the fee"
    if "claimed" not in fields and fields.keys() & set(_CLAIM):
        yield "columns: reasons need a column of what was claimed"
    if mapping.decimal == mapping.thousands:
        yield "decimal and thousands are the same sign"
    if (mapping.until_on or mapping.from_on) < mapping.from_on:
        yield "until is before from"
    yield from _wrong_days(mapping)
    yield from _wrong_words(mapping, set(fields))
    yield from _wrong_proof(mapping, set(fields))


def _name(name: str) -> str:
    return " ".join(name.split()).casefold()


def _wrong_days(mapping: FileMapping) -> Iterator[str]:
    written = mapping.day_format
    parts = Counter(re.findall("YYYY|YY|MM|DD", written))
    years = parts["YYYY"] + parts["YY"]
    if not _DAY_FORMAT.fullmatch(written) or (years, parts["MM"], parts["DD"]) != (1, 1, 1):
        yield "day-format must have YYYY (or YY), MM and DD once, such as YYYY-MM-DD or DD.MM.YYYY"


def _wrong_words(mapping: FileMapping, fields: set[str]) -> Iterator[str]:
    words = Counter(one.word.casefold() for one in mapping.words)
    yield from (f"words: {one} is given twice" for one, count in words.items() if count > 1)
    if mapping.words and "type" not in fields:
        yield "words need a column of the type"
    if mapping.unsigned and any(one.kind in _EITHER for one in mapping.words):
        yield f"unsigned: nothing says the direction of {', '.join(sorted(_EITHER))}"
    if mapping.at_provider:
        if "type" in fields and not mapping.words:
            yield "the words of the column of the type are missing"
        if "balance" in fields:
            yield "columns: balance is of bank accounts only; a provider's balances are figures"
        return
    if mapping.words or mapping.unsigned or mapping.fees_below_zero or fields & _OF_PROVIDERS:
        yield "words, fees, payments, payouts and claims are of accounts at payment providers only"


def _wrong_proof(mapping: FileMapping, fields: set[str]) -> Iterator[str]:
    stated = Counter(one.figure for one in mapping.figures)
    yield from (f"figures: {one} is given twice" for one, count in stated.items() if count > 1)
    if len({one.label.casefold() for one in mapping.figures if one.column is None}) < sum(
        one.column is None for one in mapping.figures
    ):
        yield "figures: give labels that differ, or the column of each figure"
    proven = {
        "balances": "balance" in fields or stated.keys() >= _BALANCES,
        "payout": mapping.at_provider and ("paid_out" in stated or any(one.kind == "payout" for one in mapping.words)),
        "total": bool(_TOTALS & stated.keys()),
        "count": "count" in stated,
        "none": not stated and "balance" not in fields,
    }
    if not proven[mapping.proof]:
        yield f"proof: {_NEEDED[mapping.proof]}"
    if mapping.proof != "payout" and "paid_out" in stated:
        yield "figures: paid_out proves a file only by its payout; say proof = payout"
    if "payout" in fields and ("paid_out" in stated or mapping.proof != "payout"):
        yield "columns: payout is for files with rows of several payouts, which prove it"
    if _BALANCES & stated.keys() and mapping.proof != "balances":
        yield "figures: opening_balance and closing_balance prove a file by balances; say proof = balances"


_NEEDED: Final = {
    "balances": "balances needs a column of the balance, or the figures opening_balance and closing_balance",
    "payout": "payout is of payment providers, and needs a word for payouts or the figure paid_out",
    "total": "total needs one of the figures total, credits, debits and fees",
    "count": "count needs the figure count",
    "none": "none means that nothing is stated; a figure or a balance proves the file",
}
