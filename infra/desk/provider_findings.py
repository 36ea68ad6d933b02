"""What is missing at payment providers, or contradicts, in the words of every command that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from infra.desk.problems import Problem

if TYPE_CHECKING:
    from infra.desk.bank_findings import Written


def provider_problems(rows: Iterable[Mapping[str, Any]], written: Written) -> list[Problem]:
    """What somebody must do about rows of the report `money-in-transit` that are missing or contradict."""
    return [_problem(row, written) for row in rows]


def _problem(row: Mapping[str, Any], written: Written) -> Problem:
    if row["what"] == "account":
        by = written(row["difference_minor"], row["currency"])
        return Problem("clearing_unexplained", _UNEXPLAINED.format(**row, by=by), row["bank_account"])
    code, sentence = _SENTENCES[row["what"], row["status"]]
    said = {**row, "by": written(row["amount_minor"], row["currency"]), "ref": row["provider_ref"] or "without an id"}
    said |= {side: written(row[f"{side}_minor"] or 0, row["currency"]) for side in ("sent", "arrived")}
    return Problem(code, sentence.format(**said), row["document"] or row["bank_account"])


_SENTENCES: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("captured", "missing"): (
        "capture_missing",
        "on {bank_account}, {by} that were captured on {since_on} ({ref}) are in no settlement, and were expected by "
        "{due_on}: load a settlement file that is missing, or ask {sender}; void a payment that never was",
    ),
    ("held", "missing"): (
        "payout_not_made",
        "on {bank_account}, {by} of payments of {since_on} ({ref}) are settled and not paid out, which was expected by "
        "{due_on}: load the settlement file with the payout, or ask {sender}; if nothing is paid out until you "
        "withdraw it, say so with `reskontra provider-account declare {bank_account} --payout-terms`, as in "
        "3+1+5+by-hand",
    ),
    ("gap", "missing"): (
        "settlement_missing",
        "on {bank_account}, the balance that {sender} states changed by {by} between the settlement that ends on "
        "{since_on} and the one that begins on {due_on}: load the settlement file between them",
    ),
    ("payout", "missing"): (
        "payout_missing",
        "on {bank_account}, a payout of {by} was sent or came back on {since_on} ({ref}), and was expected on the "
        "other side by {due_on}: load a statement or a settlement file that is missing, or ask {sender}; if a line "
        "of our bank is it, say so with `reskontra movement reclassify --payout`",
    ),
    ("payout", "unannounced"): (
        "payout_unannounced",
        "on {bank_account}, a payout arrived on {since_on} that no settlement file shows ({by} on the way): load the "
        "file, or say with `reskontra movement reclassify` what the line was, with `--payout` if it is a payout of "
        "another amount",
    ),
    ("payout", "differs"): (
        "payout_differs",
        "on {bank_account}, {arrived} arrived of the payout of {since_on} ({ref}), and {sent} were sent; {by} differ: "
        "ask {sender} and the bank",
    ),
    ("reserve", "missing"): (
        "reserve_missing",
        "on {bank_account}, {by} that {sender} has kept since {since_on} ({ref}) were expected back by {due_on}: "
        "load a settlement file that is missing, or ask {sender}; say other terms with `reskontra provider-account "
        "declare`",
    ),
    ("reserve", "differs"): (
        "reserve_differs",
        "on {bank_account}, {sender} released more of its reserve than it had kept; {by} differ: ask {sender}, and "
        "say with `reskontra movement reclassify` what the money was",
    ),
}
_UNEXPLAINED: Final = (
    "on {bank_account}, the general ledger differs by {by} from what its payments and payouts explain: see `reskontra "
    "money-in-transit`, and run `reskontra verify`"
)
