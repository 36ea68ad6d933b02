"""What is wrong between the ledger and the bank, in the words of every command that compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from infra.desk.counts import counted
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from projections.reports.gap import Gap

_BEYOND: Final = (
    "on {account}, files show {what} that the statements of these days do not have: {days}. `reskontra cut-over` "
    "shows each day. If a day near these has as much more on the statements, or the statements of the next bank days "
    "are not loaded, the bank books the money later, perhaps in parts: load these and the next file with payments, and "
    "it agrees by itself. If `reskontra bank` names a statement that is missing, load it. If the next days' statements "
    "are loaded and none of them has the money, {then}"
)
# So many days are named in a sentence; the report `bank` has them all.
_DAYS: Final = 5
# How an amount is written with its currency.
Written = Callable[[int, str], str]


def bank_problems(rows: Iterable[Mapping[str, Any]], written: Written) -> list[Problem]:
    """What is wrong in the rows of the report `bank`.

    That is differences, statements that are missing or disputed, and money that waits because statements contradict the
    book.
    """
    problems = []
    for row in rows:
        if is_wrong(row):
            problems.append(Problem(_CODES[row["what"]], _sentence(row, written), row["bank_account"]))
        if row["to_explain_minor"]:
            problems.append(to_explain(row, written))
    return problems


def to_explain(row: Mapping[str, Any], written: Written) -> Problem:
    """That an account has money that waits because statements contradict the book, and where it says what to do."""
    by = written(row["to_explain_minor"], row["currency"])
    return Problem("bank_difference_open", _TO_EXPLAIN.format(**row, by=by), row["bank_account"])


def in_excess(rows: Sequence[Mapping[str, Any]], written: Written) -> Iterator[Problem]:
    """What files show beyond the statements of each account, by days of the report `bank`: payments, then returns."""
    from reconciliation.steps.excess_words import COUNTED_TWICE, NEVER_TAKEN

    said = {
        "details_exceed_statements": ("payments", f"a payment is counted twice: {COUNTED_TWICE}"),
        "returns_exceed_statements": ("returns or charges", f"the bank took nothing: {NEVER_TAKEN}"),
    }
    for code, (what, then) in said.items():
        days = [row for row in rows if excess_code(row["details_minor"]) == code]
        for account in dict.fromkeys(row["bank_account"] for row in days):
            named = on_days(days, account, written)
            yield Problem(code, _BEYOND.format(account=account, what=what, days=named, then=then), account)


def excess_code(details_minor: int) -> str:
    """The code of what files show beyond the statements: payments above zero, returns and charges below."""
    return "details_exceed_statements" if details_minor > 0 else "returns_exceed_statements"


def on_days(rows: Sequence[Mapping[str, Any]], account: str, written: Written) -> str:
    """The amounts and days on which detail files and statements of an account differ, the oldest days first."""
    mine = [row for row in rows if row["bank_account"] == account]
    shown = [f"{written(abs(row['details_minor']), row['currency'])} on {row['through_on']}" for row in mine[:_DAYS]]
    more = [f"and {counted(len(mine) - _DAYS, 'other day')}"] if len(mine) > _DAYS else []
    return ", ".join([*shown, *more])


def missing_statement(bank_account: str, currency: str, gap: Gap, written: Written) -> Problem:
    """What is missing between two statements of an account, and what to do."""
    from projections.reports.bank import of_gap

    row = {"what": "gap", "bank_account": bank_account, "currency": currency, **of_gap(gap)}
    return Problem("bank_gap", _sentence(row, written), bank_account)


def is_wrong(row: Mapping[str, Any]) -> bool:
    """Whether the ledger differs from the bank, or a statement is missing or disputed."""
    return row["what"] == "gap" or (row["what"] in _CODES and bool(row["difference_minor"]))


def _sentence(row: Mapping[str, Any], written: Written) -> str:
    sentence = _SENTENCES[row["what"]]
    if row["what"] == "gap" and not row["difference_minor"]:
        sentence = _NUMBER_LEFT_OUT
    elif row["what"] == "gap" and _follow(row["sequence"] or ""):
        sentence = _CONTRADICTING
    numbers = f" (numbers {row['sequence']})" if row["sequence"] else ""
    by = row["difference_minor"]
    told = {
        "numbers": numbers,
        "difference": written(by, row["currency"]),
        # With a number before it, there is a statement before it, and no opening balance.
        "opening": "" if numbers and not (row["sequence"] or "").startswith("?") else _OPENING.format(**row),
        "more": f"{written(abs(by), row['currency'])} {'less' if by < 0 else 'more'}",
    }
    return sentence.format(**row, **told)


def _follow(sequence: str) -> bool:
    """Whether the numbers of the statements before and after a gap follow each other."""
    before, _, after = sequence.partition(" to ")
    return before.isdecimal() and after.isdecimal() and int(after) == int(before) + 1


_CODES: Final = {"account": "ledger_is_not_bank", "gap": "bank_gap", "disputed": "statement_disputed"}
_TO_EXPLAIN: Final = (
    "on {bank_account}, {by} was booked because statements contradict the book, and it waits for a person: `reskontra "
    "quarantine` says what to do, step by step"
)
_NUMBER_LEFT_OUT: Final = (
    "a statement of {bank_account} between {from_on} and {through_on} is missing: its number is left out (numbers "
    "{sequence}), although the balances join; load it. If the bank says that there is none, `reskontra bank-account "
    "declare {bank_account} --currency {currency} --numbers-from {through_on}` says so"
)
_CONTRADICTING: Final = (
    "two statements of {bank_account} (numbers {sequence}) do not join: the one from {through_on} on begins with "
    "{more} than the one through {from_on} ends with. No number is left out, so the bank may have corrected "
    "one of them: ask it, and load what it sends"
)
_OPENING: Final = "; if {from_on} is the day of the opening balance, `reskontra bank-account opening` corrects that"
_SENTENCES: Final = {
    "account": (
        "the bank's balance of {bank_account} on {through_on} is {more} than the ledger's: look for a "
        "missing statement, at what `reskontra quarantine` lists, and at the opening balance"
    ),
    "gap": (
        "a statement of {bank_account} between {from_on} and {through_on} is missing{numbers}, {difference} in all: "
        "load it{opening}"
    ),
    "disputed": (
        "statement {sequence} of {bank_account} through {through_on} came again, and its closing balance differs by "
        "{difference}: load the next statement, which says what holds"
    ),
}
