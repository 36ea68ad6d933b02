"""The page that says which files can be read; run it after a change of a format: python -m tests.house.format_docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from reconciliation.statements import TRAITS
from reconciliation.statements.traits import Holds, Proof, Traits
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "formats.md"
_HEAD: Final = """# Formats

Generated from the traits of the formats in `reconciliation/statements`.

`reskontra inspect FILES` shows everything that a file says, and `reskontra reconcile PATHS` books it. The format is
recognised by the content, never by the name of the file. Balances, numbers and sums are always checked, and a file that
is not proven is refused as a whole, with what to do; `--judge` shows the same without booking anything. Files of a
format that is only shown are refused by `reconcile`, with the reason. An archive (ZIP, gzip) or a PDF is refused:
unpack it, or ask for one of these formats. A table (CSV, XLSX) of any other sender is read by a [file
mapping](file_mappings.md)."""
_HOLDS: Final[Mapping[Holds, str]] = MappingProxyType(
    {
        "statement": "Statements of accounts at banks\n\nAlso notifications, and files with the payments of a sum.",
        "settlement": "Settlements of payment providers\n\nThe provider's account is declared with `reskontra "
        "provider-account declare`.",
        "remittance": "Remittances of payers\n\nFor what an insurer, a region or another payer pays one sum. The "
        "account at the payer is declared with `reskontra provider-account declare --provider payer --rail "
        "remittance`.",
        "advice": "Advice of mandates and orders\n\nWhat became of them. It moves no money.",
        "answers": "Answers to our payment orders\n\nWhat became of each payment. It moves no money.",
    }
)
_PROOFS: Final[Mapping[Proof | None, str]] = MappingProxyType(
    {
        "balances": "its balances and its movements add up",
        "movements": "a total, the details or a number confirms each movement",
        "deposits": "each deposit is the sum of its payments",
        "totals": "the number and the sums of its movements are stated",
        "stated": "a sum or a number of rows is stated, which the file mapping names",
        "accepted": "nothing, which was accepted of the file mapping",
        None: "nothing",
    }
)


def page() -> str:
    """All formats by what their files hold: what each is, who sends it, what proves it, and whether it is booked."""
    return "\n\n".join([_HEAD, *(_table(holds, about) for holds, about in _HOLDS.items())]) + "\n"


def _table(holds: Holds, about: str) -> str:
    rows = [_row(one) for one in TRAITS.values() if one.holds == holds]
    head = ["| format | what it is | where | what proves a file | booked | manual |", "|---|---|---|---|---|---|"]
    return f"## {about}\n\n" + "\n".join([*head, *rows])


def _row(one: Traits) -> str:
    where = f"`{one.provider}`" if one.provider else one.country or "everywhere"
    cells: Sequence[str] = (f"`{one.format}`", one.title, where, _PROOFS[one.proof], _booked(one), one.source)
    return f"| {' | '.join(cells)} |"


def _booked(one: Traits) -> str:
    if one.holds == "answers":
        return "no: a rejection makes its refund fail, and only a line of the bank settles one"
    if one.holds == "advice":
        return "only shown: it moves no money"
    if one.intraday:
        return "only shown: its movements come again in a later file"
    return "yes" if one.books else "only shown: a file that is cut looks whole"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
