"""What happens to the sums of a file: each payment is settled once, and what an earlier run has booked stays so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

import polars as pl

from projections.store.provider_lookups import ForSettlements
from reconciliation.matching import pairing
from reconciliation.steps.captured_sums import SUMMED, UNSURE, decided

OCTOBER = date(2026, 10, 1)


def entry(key: str, amount: int, number: int | None, day: int, **said: Any) -> dict[str, Any]:
    settled_on = OCTOBER.replace(day=day)
    about = {"key": key, "movement_key": key, "amount_minor": amount, "transactions": number, "statement_no": day}
    about |= {"account": "mollie", "currency": "SEK", "kind": "payment", "decision": pairing.BOOK, "is_sum": True}
    return about | {"booked_on": settled_on, "settled_on": settled_on, "made_on": settled_on} | said


def captured(name: str, amount: int, day: int, account: str = "mollie") -> dict[str, Any]:
    about = {"receipt_id": name, "bank_account": account, "currency": "SEK", "amount_minor": amount}
    return about | {"booked_on": OCTOBER.replace(day=day), "payment_ref": f"tr_{name}"}


class Book:
    """What the book has of an account."""

    def __init__(self, waiting: list[dict[str, Any]], booked: Collection[str] = ()) -> None:
        self._waiting, self._booked = waiting, booked

    def unsettled(self, accounts: Collection[str]) -> list[dict[str, Any]]:
        return [one for one in self._waiting if one["bank_account"] in accounts]

    def settled_days(self, accounts: Collection[str]) -> list[tuple[str, date]]:
        return [("mollie", OCTOBER)]

    def booked(self, money_ids: Collection[str]) -> list[str]:
        return [id for id in money_ids if id in self._booked]


def decisions(entries: list[dict[str, Any]], book: Book) -> tuple[list[str], dict[str, list[str]]]:
    frame, said = decided(pl.DataFrame(entries), cast("ForSettlements", book))
    waiting = {key: [one["receipt_id"] for one in some] for key, some in said.waiting.items()}
    return frame["decision"].to_list(), waiting


A, B, C = captured("a", 400, 5), captured("b", 200, 6), captured("c", 300, 12)


def test_settlements_of_a_file_settle_in_the_order_of_their_days() -> None:
    later, first = entry("t", 300, 1, 15), entry("s", 600, 2, 8)
    assert decisions([later, first], Book([A, B, C])) == ([SUMMED, SUMMED], {})
    # The first is of other payments, so its own wait for a person; the second settles what came after it.
    assert decisions([later, entry("s", 700, 2, 8)], Book([A, B, C])) == ([SUMMED, UNSURE], {"s": ["a", "b"]})


def test_a_sum_is_a_receipt_if_no_payment_waits() -> None:
    alone = [entry("s", 600, 2, 8)]
    assert decisions(alone, Book([])) == ([pairing.BOOK], {})
    # Neither one of a later day nor one on another account waits with it.
    assert decisions(alone, Book([C, captured("x", 600, 5, "wallet")])) == ([pairing.BOOK], {})


def test_what_an_earlier_run_of_the_file_has_booked_stays_as_it_was_booked() -> None:
    assert decisions([entry("s", 600, 2, 8)], Book([A, B], ["20261008-s"])) == ([pairing.BOOK], {})


def test_only_sums_of_payments_that_are_new_are_asked_about() -> None:
    others = [{"kind": "refund"}, {"decision": pairing.AGAIN}, {"is_sum": False}]
    entries = [entry(f"s{no}", 600, 2, 8, **said) for no, said in enumerate(others)]
    found, waiting = decisions(entries, Book([A, B]))
    assert (found, waiting) == ([pairing.BOOK, pairing.AGAIN, pairing.BOOK], {})
