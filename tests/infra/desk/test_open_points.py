"""What is not done at the end of a period: each kind is found, up to its last day and no later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from infra.desk.open_points import line, open_points
from ledger.domain.fact import Dated
from ledger.domain.terms.entity import Terms
from projections.reports.gap import Gap
from projections.reports.loaded_through import Reached
from projections.reports.report import Control, SetAside

END = date(2026, 9, 30)
OLD = END - timedelta(30)
NEXT = END + timedelta(1)


def movement(id: str, booked_on: date, rule: str = "unknown", role: str = "bank_suspense") -> dict[str, Any]:
    return {
        "part_id": id,
        "booked_on": booked_on,
        "rule": rule,
        "role": role,
        "amount_minor": 100,
        "cleared_minor": 0,
        "split_minor": 0,
    }


def bank(what: str, difference: int, to_explain: int | None = None) -> dict[str, Any]:
    row = {"what": what, "bank_account": "b", "difference_minor": difference, "to_explain_minor": to_explain}
    row["details_minor"] = None
    return row | {"currency": "SEK", "from_on": OLD - timedelta(2), "through_on": OLD, "sequence": None}


def in_transit(rows: Sequence[tuple[str, str | None, str, int]]) -> Any:
    """The report of money in transit, with what, document, status and difference of each row."""
    names = ("what", "document", "status", "difference_minor")
    of = {"bank_account": "cards", "since_on": OLD}
    return SimpleNamespace(table=pa.Table.from_pylist([dict(zip(names, row, strict=True)) | of for row in rows]))


def tax(currency: str, credit: int, paid_later: int = 0) -> dict[str, Any]:
    """A row of the ledger: tax that waits for its payment, of which some was paid in time but is booked later."""
    row = {"role": "vat_deferred", "currency": currency, "debit_minor": 0, "credit_minor": credit}
    return row | {"occurred_after_minor": 0, "accounted_after_minor": paid_later}


NOTHING_LEFT: dict[str, Any] = {
    "controls": (),
    "set_aside": (),
    "terms": Terms(),
    "ledger": (),
    "bank": [],
    "details": [],
    "providers": {},
    "reached": (END,),
    "gap": None,
    "files": [],
    "movements": [],
    "receipts": [],
    "doubts": [],
    "reviews": [],
    "write_offs": {},
    "refunds": {},
}


class Desk:
    """A desk at which nothing is left to be done, unless it is said."""

    def __init__(self, **said: Any) -> None:
        found = NOTHING_LEFT | said
        asked = found["write_offs"], found["refunds"]
        streams = {
            f"{noun}-{id}": on
            for noun, which in zip(("writeoff", "refund"), asked, strict=True)
            for id, on in which.items()
        }
        now = SimpleNamespace(
            files_loading=lambda: found["files"],
            movements=lambda: found["movements"],
            receipts=lambda: pa.Table.from_pylist(found["receipts"]),
            bank_accounts=lambda: [{"bank_account": "b"}],
            provider_accounts=lambda: [{"bank_account": "cards"}],
            files_booked_by=lambda files, _: {one for one in files if one == "booked"},
            write_offs=lambda _: [{"write_off_id": id} for id in found["write_offs"]],
            refunds=lambda _: [{"refund_id": id} for id in found["refunds"]],
        )
        reports = {
            "tie-out": SimpleNamespace(controls=found["controls"]),
            "bank": SimpleNamespace(table=pa.Table.from_pylist(found["bank"])),
        }
        journal = SimpleNamespace(
            facts=lambda names: [(one, 1, Dated(None, streams[one])) for one in names]  # type: ignore[arg-type]
        )
        self.terms = found["terms"]
        # What was closed is no work any more.
        lines = SimpleNamespace(
            closed_doubts=lambda ids: {one: {} for one in ids if one == "closed"},
            shown_in_detail=lambda asked: [one[0] for one in asked if one[0] == "shown"],
        )
        self.lists = SimpleNamespace(quarantine=lambda most: found["doubts"], reviews=lambda most: found["reviews"])
        self.today = NEXT
        self.books = SimpleNamespace(
            store=SimpleNamespace(now=now, bank_lines=lines),
            report=lambda name, on: reports.get(name) or in_transit(found["providers"].get(on, ())),
            bank_reached=lambda: [
                Reached(f"b{number}", "b", "SEK", day, True, number != 2, None, None if number else found["gap"], END)
                for number, day in enumerate(found["reached"])
            ],
            set_aside=lambda: found["set_aside"],
            inputs=lambda _: SimpleNamespace(
                ledger=lambda: pa.Table.from_pylist(list(found["ledger"])),
                detail_days=lambda: pa.Table.from_pylist(found["details"]),
            ),
            journal=journal,
        )


def doubt(number: int, sha256: str, id: str = "open", booked_on: date | None = None) -> dict[str, Any]:
    of_line = {"bank_account": "b1", "currency": "SEK", "amount_minor": 91_00, "code": "details_missing"}
    return {"id": number, "sha256": sha256, "doubt_id": id, "booked_on": booked_on, **of_line}


def review(number: int, part_id: str | None) -> dict[str, Any]:
    return {"id": number, "part_id": part_id, "receipt_id": "r", "code": "debit_unexplained"}


CASES: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("facts_set_aside", {"set_aside": (SetAside("item-i1.1", 7, "HoldPlaced", "KeyError", 1),)}, ("item-i1.1",)),
    (
        "does_not_tie",
        {"controls": (Control("ar_patient", "SEK", 5, 4), Control("x", "SEK", 1, 1))},
        ("ar_patient SEK",),
    ),
    (
        "unpaid_tax",
        {
            "terms": Terms(fiscal_year_from=10),
            "ledger": (tax("SEK", 5), tax("EUR", 5, paid_later=5), tax("NOK", 5) | {"role": "vat_output"}),
        },
        ("SEK",),
    ),
    ("bank_differs", {"bank": [bank("account", 5, 0)]}, ("b",)),
    ("bank_gap", {"bank": [bank("account", 0, 0), bank("gap", 5)]}, ("b, 2026-08-29 to 2026-08-31",)),
    # What is missing may have come in and gone out again.
    ("bank_gap", {"bank": [bank("account", 0, 0), bank("gap", 0)]}, ("b, 2026-08-29 to 2026-08-31",)),
    # The statement after what is missing ends after the period, so that the report of its last day does not have it.
    (
        "bank_gap",
        {"reached": (OLD, END), "gap": Gap(OLD, END, 5, 6, ("1", "3"))},
        ("b0, 2026-08-31 to 2026-09-30",),
    ),
    (
        "bank_gap",
        {"bank": [bank("gap", 1) | {"bank_account": "b0"}], "gap": Gap(OLD - timedelta(2), END, 5, 6, ("1", "3"))},
        ("b0, 2026-08-29 to 2026-08-31",),
    ),
    ("statement_disputed", {"bank": [bank("disputed", 5)]}, ("b",)),
    ("bank_to_explain", {"bank": [bank("account", 0, 7)]}, ("b",)),
    ("statements_missing", {"reached": (END, END - timedelta(1), OLD)}, (f"b1, up to {END - timedelta(1)}",)),
    ("statements_missing", {"reached": (None,)}, ("b0, no statement",)),
    # What is missing begins after the period.
    ("statements_missing", {"reached": (OLD,), "gap": Gap(END, NEXT, 5, 6, (None, None))}, (f"b0, up to {OLD}",)),
    # What came since then is missing no more, and what is only late stops nothing.
    (
        "provider_breaks",
        {
            "providers": {
                END: [
                    ("payout", "payout-a", "missing", 0),
                    ("payout", "payout-b", "missing", 0),
                    ("captured", "receipt-c", "late", 0),
                    ("gap", None, "missing", 0),
                    ("account", None, "", 5),
                ],
                NEXT: [
                    ("payout", "payout-b", "missing", 0),
                    ("gap", None, "missing", 0),
                    ("account", None, "", 5),
                    ("payout", "payout-d", "missing", 0),
                ],
            }
        },
        ("cards, payout-b", f"cards, gap from {OLD}", f"cards, account from {OLD}"),
    ),
    ("files_loading", {"files": [{"sha256": "f"}]}, ("f",)),
    (
        "recalls_unassigned",
        {"movements": [movement("a", END, "recall_unexplained"), movement("b", NEXT, "recall_of_receipt", "recalls")]},
        ("a",),
    ),
    ("suspense_old", {"movements": [movement("a", OLD), movement("b", OLD + timedelta(1))]}, ("a",)),
    (
        "unallocated_old",
        {"receipts": [{"receipt_id": "a", "booked_on": OLD}, {"receipt_id": "b", "booked_on": OLD + timedelta(1)}]},
        ("a",),
    ),
    ("doubts_open", {"doubts": [doubt(1, "booked"), doubt(2, "later"), doubt(3, "booked", "closed")]}, ("doubt-1",)),
    # The line's own day counts, and not the days of other lines in the same file.
    # A doubt that another file has answered is no work.
    (
        "doubts_open",
        {"doubts": [doubt(1, "booked", booked_on=NEXT), doubt(2, "later", booked_on=END), doubt(3, "f", "shown", END)]},
        ("doubt-2",),
    ),
    (
        "reviews_open",
        {
            "movements": [movement("a", END, role="suppliers"), movement("b", NEXT, role="suppliers")],
            "reviews": [review(1, "a"), review(2, "b"), review(3, None)],
        },
        ("review-1",),
    ),
    ("write_offs_waiting", {"write_offs": {"w": END, "v": NEXT}}, ("w",)),
    ("refunds_waiting", {"refunds": {"f": END, "g": NEXT}}, ("f",)),
]


@pytest.mark.parametrize(("code", "said", "about"), CASES, ids=[f"{code} {about[0]}" for code, _, about in CASES])
def test_each_kind_of_unfinished_work_is_named(code: str, said: dict[str, Any], about: tuple[str, ...]):
    (point,) = open_points(Desk(**said), END)  # type: ignore[arg-type]
    assert (point.code, point.number, point.about) == (code, len(about), about)
    assert point.sentence.endswith(".")


def test_a_difference_from_the_bank_is_told_with_its_account_amount_and_day():
    (point,) = open_points(Desk(bank=[bank("account", -300_00, 0), bank("account", 0)]), END)  # type: ignore[arg-type]
    assert "b by -300.00 SEK on 2026-08-31; see `reskontra bank --as-of 2026-09-30`" in point.sentence
    (point,) = open_points(Desk(controls=(Control("x", "SEK", 5, 4),)), END)  # type: ignore[arg-type]
    assert "`reskontra tie-out --as-of 2026-09-30`" in point.sentence


def test_statements_that_do_not_reach_the_end_are_missing_beside_a_gap_unless_the_account_was_closed():
    gap, last = Gap(OLD, OLD + timedelta(5), 5, 6, ("1", "3")), END - timedelta(1)
    for closed, codes in ((False, ["bank_gap", "statements_missing"]), (True, ["bank_gap"])):
        desk: Any = Desk()
        desk.books.bank_reached = lambda closed=closed: [
            Reached("b", "b", "SEK", OLD, True, True, None, gap, last, closed)
        ]
        points = open_points(desk, END)
        assert [one.code for one in points] == codes
        assert closed or points[1].about == (f"b, up to {last}",)


def test_a_gap_is_told_with_its_days_and_what_to_do():
    gap = Gap(OLD, END, 5_00, 6_00, ("1", "3"))
    (point,) = open_points(Desk(gap=gap), END)  # type: ignore[arg-type]
    said = "a statement of b0 between 2026-08-31 and 2026-09-30 is missing (numbers 1 to 3), 1.00 SEK in all: load it"
    assert point.sentence.startswith(f"The statements of a bank account have a gap: {said}")
    assert line(point.row).count("b0") == 1


def test_a_point_names_whom_it_is_about_and_how_many_more_there_are():
    files = [{"sha256": f"f{number}"} for number in range(12)]
    (point,) = open_points(Desk(files=files), END)  # type: ignore[arg-type]
    assert line(point.row).startswith(f"files_loading (12): {point.sentence} Concerned: f0; f1; ")
    assert line(point.row).endswith("; f9; and 2 more.")
    (point,) = open_points(Desk(files=files[:1]), END)  # type: ignore[arg-type]
    assert line(point.row).endswith(" Concerned: f0.")


def test_where_everything_is_done_nothing_stops_a_close():
    assert open_points(Desk(), END) == []  # type: ignore[arg-type]
