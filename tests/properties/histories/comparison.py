"""The comparison: what the reports show beside what the accountant's calculator makes of the same facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final, NamedTuple

import psycopg

from infra.desk import lists, refund, worklist
from projections import Books, Report
from projections.reports.aging_buckets import buckets
from tests.kit import calculator
from tests.kit.calculator import LAST_DAY, NEWEST, Clock, Figures
from tests.properties.histories.world import DAYS, FIRST, World, told

# What every report shows, as the calculator calls it.
FIGURES: Final = ("aged", "aged total", "open", "item", "ledger", "tie-out", "statement", "bank", "cut-over", "box")
_AGED: Final = (*(one.name for one in buckets(calculator.EDGES)), "unallocated_minor", "credit_minor")
_OF_ITEM: Final = {
    "original_minor": "raised",
    "paid_minor": "paid",
    "credited_minor": "credited",
    "written_off_minor": "written off",
    "rounded_off_minor": "rounded off",
    "days_past_due": "late",
}
_TIED: Final = ("ledger", "accounted_after", "occurred_after", "expected", "shown", "difference")
_WHOSE: Final = re.compile(r"\bh([0-9]+)[a-z-]")


class Difference(NamedTuple):
    """A figure that differs: on which pair of clocks, and both answers."""

    clock: Clock
    figure: tuple[str, str, str]
    shown: int
    reckoned: int


def clocks_of(dice: Random, last: int, count: int) -> list[Clock]:
    """Days in between, most as known now and the others at any position, and the ends of two months."""
    ends = [(date(2026, 9, 30), NEWEST), (date(2026, 10, 31), NEWEST), (FIRST + timedelta(days=DAYS), NEWEST)]
    drawn = [
        (FIRST + timedelta(days=dice.randrange(-20, DAYS + 5)), dice.choice((NEWEST, dice.randint(1, last))))
        for _ in range(count - len(ends))
    ]
    return [*ends, *drawn]


_OF_BANK: Final = {
    "bank_minor": "bank",
    "ledger_minor": "ledger",
    "difference_minor": "difference",
    "later_minor": "later",
    "to_explain_minor": "to explain",
    "details_minor": "details",
}
# What is still missing on the one side makes a difference here, and the calculator reckons that.
_UNTIED: Final = ("bank", "cut-over")
_NOT_IN_CUT_OVER: Final = "not in the cut-over"


def shown_at(books: Books, clock: Clock, accounts: Sequence[str]) -> Figures:
    """What the reports show on one pair of clocks, and how many of their totals differ; what is zero is left out."""
    as_of, known_at = clock[0], None if clock[1] == NEWEST else clock[1]
    found: Figures = {}

    def report(name: str, **given: Any) -> list[dict[str, Any]]:
        made: Report = books.report(name, as_of, known_at, **given)
        if name not in _UNTIED:
            found["untied", name, ""] = sum(1 for control in made.controls if control.difference_minor)
        rows: list[dict[str, Any]] = made.table.to_pylist()
        return rows

    for row in report("aging"):
        if row["payer"] != "total":
            key = f"{row['payer']} {row['currency']}"
            found |= {("aged", key, column): row[column] for column in _AGED}
            found |= {("aged total", key, column): row[column] for column in ("open_minor", "items")}
    for row in report("open-items"):
        found["open", row["item_id"], row["currency"]] = row["open_minor"]
        found |= {("item", row["item_id"], detail): row[column] for column, detail in _OF_ITEM.items()}
    for row in report("trial-balance"):
        key = " ".join(one for one in (row["role"], row["bank_account"], row["currency"]) if one)
        # A role has several rows, if its postings are on several accounts.
        for side in ("debit", "credit"):
            found["ledger", key, side] = found.get(("ledger", key, side), 0) + row[f"{side}_minor"]
    for row in report("tie-out"):
        key = f"{row['role']} {row['currency']}"
        found |= {("tie-out", key, part): row[f"{part}_minor"] for part in _TIED}
    found |= _of_return(books.report("vat-return", as_of, known_at))
    for row in report("bank"):
        found |= _of_bank(row)
    for row in report("cut-over"):
        key, of = f"{row['bank_account']} {row['booked_on']} {row['currency']}", f" in {row['seen_in']}"
        of = of if row["what"] == "payments" else ""
        found |= {
            ("cut-over", key, f"payments{of}"): row["payments"],
            ("cut-over", key, f"amount{of}"): row["amount_minor"],
        }
        found |= {("cut-over", key, "stated"): row["statement_minor"]} if not of else {}
        found |= {("cut-over", key, "difference"): row["difference_minor"]} if not of else {}
        named = ("bank", key, _NOT_IN_CUT_OVER)
        found |= {named: found[named] + row["difference_minor"]} if not of and named in found else {}
    for account in accounts:
        for row in report("account-statement", account=account):
            line = f"{row['currency']} {row['occurred_on']} {row['document']}"
            line += " rounded off" if row["text"] == "Small difference" else ""
            found["statement", account, f"{line} amount"] = row["debit_minor"] - row["credit_minor"]
            found["statement", account, f"{line} balance"] = row["balance_minor"]
    return {key: amount for key, amount in found.items() if amount}


def _of_return(made: Report) -> Figures:
    """The boxes of the VAT return of the month; what is taxed in another currency has none, so only kronor must tie."""
    taxed = [one for one in made.controls if (one.name, one.currency) == ("output_tax", "SEK")]
    untied = sum(1 for control in taxed if control.difference_minor)
    return {("untied", made.name, ""): untied} | {
        ("box", f"{row['box']} {row['currency']}", row["what"]): row["amount_minor"]
        for row in made.table.to_pylist()
        if row["box"] is not None
    }


def _of_bank(row: dict[str, Any]) -> Figures:
    if row["what"] == "gap":
        return {("bank", row["bank_account"], "gap"): 1}
    if row["what"] != "account":
        # The cut-over, which the calculator reckons, has the same difference of the day.
        day = f"{row['bank_account']} {row['through_on']} {row['currency']}"
        return {("bank", day, _NOT_IN_CUT_OVER): row["details_minor"]}
    # Before the first statement, an account begins with the balance that a person told, which is no sum of facts.
    begun = {"begun_minor": "begun"} if row["bank_minor"] is not None else {}
    return {("bank", row["bank_account"], detail): row[column] for column, detail in (_OF_BANK | begun).items()}


def differences(
    world: World, raw: psycopg.Connection[Any], clocks: Sequence[Clock], accounts: Sequence[Sequence[str]]
) -> list[Difference]:
    """Every figure that a report shows otherwise than the calculator reckons it; a few accounts a clock."""
    found = []
    every = sorted({account for asked in accounts for account in asked})
    reckonings = calculator.figures_at(raw, clocks, FIGURES, every)
    for clock, asked, reckoned in zip(clocks, accounts, reckonings, strict=True):
        wanted = {key: amount for key, amount in reckoned.items() if key[0] != "statement" or key[1] in asked}
        found += _differing(clock, shown_at(world.books, clock, asked), wanted)
    return found + _of_lists(world, raw)


def _of_lists(world: World, raw: psycopg.Connection[Any]) -> list[Difference]:
    """The lists of what waits for a person or the bank, which show what is known now and know no day."""
    clock, desk = (LAST_DAY, NEWEST), world.desk()
    shown: Figures = {}
    for row in worklist.receipts(desk).rows:
        shown["unallocated", row["receipt_id"], row["currency"]] = row["unallocated_minor"]
        shown |= {("whose", row["receipt_id"], row["account_id"]): 1} if row["account_id"] else {}
    for row in lists.page(desk, "refunds", {}).rows:
        shown |= {("refund", row["refund_id"], "owed"): row["payable_minor"]}
        shown |= {("refund", row["refund_id"], "transit"): row["transit_minor"]}
    for row in refund.compared(desk):
        shown |= {("untied", "refund list", row["name"]): row["difference_minor"]}
    for row in lists.page(desk, "movements", {}).rows:
        shown |= {("movement", row["part_id"], "unexplained"): abs(row["amount_minor"] - row["cleared_minor"])}
    given = {key: amount for key, amount in shown.items() if amount}
    return _differing(clock, given, calculator.figures(raw, *clock, ("unallocated", "whose", "refund", "movement")))


def _differing(clock: Clock, shown: Figures, reckoned: Figures) -> list[Difference]:
    return [
        Difference(clock, key, shown.get(key, 0), reckoned.get(key, 0))
        for key in sorted(shown.keys() | reckoned.keys())
        if shown.get(key, 0) != reckoned.get(key, 0)
    ]


def explained(world: World, raw: psycopg.Connection[Any], one: Difference) -> str:
    """A difference with its seed, its day, the first position that shows it, and the command that led there."""
    as_of, asked = one.clock
    kind, subject, _ = one.figure
    accounts = [subject] if kind == "statement" else []
    last = min(asked, world.books.journal.stable_position())
    ends = [end for (end,) in raw.execute(_ENDS, (last,))]
    reckoned = calculator.figures_at(raw, [(as_of, end) for end in ends], (kind,), accounts)
    position = last
    for end, figures in zip(ends, reckoned, strict=True):
        if shown_at(world.books, (as_of, end), accounts).get(one.figure, 0) != figures.get(one.figure, 0):
            position = end
            break
    return f"as of {as_of}, from position {position} on: {one.figure}: shown {one.shown}, reckoned {one.reckoned}\n" + (
        led_to(world, raw, position, subject)
    )


def led_to(world: World, raw: psycopg.Connection[Any], position: int, subject: str = "") -> str:
    """The seed and the commands of the history in which something went wrong, up to the one at a position."""
    ((key,),) = raw.execute(_KEY, (position,)).fetchall() or [("",)]
    named = _WHOSE.search(subject) or _WHOSE.match(key)
    seed = int(named[1]) if named else world.theirs.get(f"receipt-{subject}", -1)
    theirs = [entry for entry in world.log if entry.seed in (seed, -1)]
    at = next((number for number, entry in enumerate(theirs) if entry.key == key), len(theirs) - 1)
    return f"seed {seed}, command {key or 'of the bank'}\n{told(theirs[: at + 1])}"


_KEY: Final = "SELECT key FROM clinic.commands WHERE first_position <= %s ORDER BY first_position DESC LIMIT 1"
_ENDS: Final = "SELECT DISTINCT last_position FROM clinic.commands WHERE last_position <= %s ORDER BY 1"
