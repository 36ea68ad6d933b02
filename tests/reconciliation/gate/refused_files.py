"""Files that must be refused, by the code of the reason and the places it names."""

from __future__ import annotations

from datetime import date
from typing import Final

from reconciliation.statements import Parsed
from tests.reconciliation.gate.files import (
    bgmax,
    camt053,
    camt054,
    control,
    file,
    movement,
    ocr_giro,
    pays,
    settled,
    settlement,
    statement,
)

LARGEST: Final = 2**63 - 1
COIN: Final = movement(1, 500_00)
PAYOUT: Final = movement(2, -600_00, kind="payout")
MUCH: Final = [{"group": "CO", "code": "45", "amount_minor": sign * 6 * 10**14} for sign in (1, -1)]
DEPOSIT: Final = movement(1, 750_00, pays(500_00), pays(250_00), declared_details=2)

# One file a row: the code, the file, the positions of the reasons.
REFUSED: Final[list[tuple[str, Parsed, list[str]]]] = [
    ("intraday_report", file("camt.052", [statement([COIN])], [COIN]), ["statement 1"]),
    ("intraday_report", file("mt942", [statement([COIN])], [COIN]), ["statement 1"]),
    ("format_not_provable", file("pdf", [statement([COIN])], [COIN]), ["statement 1"]),
    ("file_is_advice", file("avtalegiro", [statement([])]), ["statement 1"]),
    ("statement_missing", file("camt.053", []), ["file"]),
    (
        "statement_repeated",
        file("camt.053", [statement([COIN]), statement([], statement_id="ST-1", statement_no=2)], [COIN]),
        ["statement 1", "statement 2"],
    ),
    ("currency_unknown", camt053(movement(1, 5_00, currency="SKE"), currency="SKE"), ["statement 1"]),
    ("currency_not_kept", camt053(movement(1, 5_00, currency="NOK"), currency="NOK"), ["statement 1"]),
    # A notification may name its currency in its movements only.
    (
        "currency_not_kept",
        camt054(movement(1, 5_00, currency="NOK"), currency=None, declared_sum_minor=5_00),
        ["statement 1"],
    ),
    ("statement_date_beyond_belief", camt053(COIN, to_on=date(2199, 1, 1)), ["statement 1"]),
    ("statement_date_beyond_belief", camt053(COIN, to_on=date(9999, 12, 31)), ["statement 1"]),
    ("statement_date_beyond_belief", camt053(COIN, from_on=date(1926, 11, 2)), ["statement 1"]),
    ("statement_period_reversed", camt053(COIN, from_on=date(2026, 11, 3)), ["statement 1"]),
    (
        "sum_too_large",
        camt053(movement(1, LARGEST), movement(2, LARGEST), movement(3, 2), opening_minor=0, closing_minor=0),
        ["statement 1"],
    ),
    # What came in and went out again is too much as well.
    (
        "sum_too_large",
        camt053(movement(1, LARGEST), movement(2, -LARGEST), movement(3, -2), opening_minor=0, closing_minor=-2),
        ["statement 1"],
    ),
    # Details that come and go sum to little, but no book can have each of them.
    ("details_too_large", settlement(settled(1, 0, pays(6 * 10**14), pays(-6 * 10**14))), ["statement 1"]),
    (
        "details_too_large",
        settlement(settled(1, 600_00, pays(600_00, claimed_minor=1 + 10**15)), PAYOUT),
        ["statement 1"],
    ),
    ("details_too_large", settlement(settled(1, 600_00, pays(600_00, adjustments=MUCH)), PAYOUT), ["statement 1"]),
    ("balance_missing", camt053(COIN, closing_minor=None), ["statement 1"]),
    ("balance_missing", camt053(COIN, opening_minor=None, closing_minor=500_00), ["statement 1"]),
    ("balances_do_not_foot", camt053(COIN, closing_minor=100_500_01), ["statement 1"]),
    ("balances_do_not_foot", camt053(COIN, closing_minor=99_500_00), ["statement 1"]),
    # 64 bits do not wrap around.
    (
        "balances_do_not_foot",
        camt053(movement(1, 1), opening_minor=LARGEST, closing_minor=-LARGEST - 1),
        ["statement 1"],
    ),
    # A pending movement has not moved the balance.
    (
        "balances_do_not_foot",
        camt053(COIN, movement(2, 9_00, status="pending"), closing_minor=100_509_00),
        ["statement 1"],
    ),
    ("declared_count_differs", camt053(COIN, declared_count=2), ["statement 1"]),
    ("declared_count_differs", camt054(DEPOSIT, declared_sum_minor=750_00, declared_count=2), ["statement 1"]),
    ("declared_credits_differ", camt053(COIN, declared_credit_minor=500_01), ["statement 1"]),
    ("declared_debits_differ", camt053(movement(1, -500_00), declared_debit_minor=500_01), ["statement 1"]),
    ("declared_sum_differs", camt053(COIN, movement(2, -90_00), declared_sum_minor=500_00), ["statement 1"]),
    ("totals_missing", file("bai2", [statement([COIN])], [COIN]), ["statement 1"]),
    (
        "totals_missing",
        file("bai2", [statement([COIN], declared_count=1, declared_credit_minor=500_00)], [COIN]),
        ["statement 1"],
    ),
    ("totals_missing", ocr_giro(COIN, declared_count=None), ["statement 1"]),
    ("totals_missing", ocr_giro(COIN, declared_sum_minor=None), ["statement 1"]),
    ("declared_count_differs", ocr_giro(COIN, declared_count=2), ["statement 1"]),
    ("declared_sum_differs", ocr_giro(COIN, declared_sum_minor=500_01), ["statement 1"]),
    ("control_totals_missing", bgmax(DEPOSIT, totals=()), ["statement 1"]),
    (
        "control_total_differs",
        bgmax(DEPOSIT, totals=[control("payments", 3, 2), control("deposits", 1, 1)]),
        ["record 9"],
    ),
    ("amount_missing", camt053(COIN, movement(2, None)), ["Ntry 2"]),
    ("currencies_mixed", camt053(COIN, movement(2, 5_00, currency="EUR")), ["Ntry 2"]),
    ("currencies_mixed", camt053(COIN, movement(2, 5_00, currency=None)), ["Ntry 2"]),
    ("deposit_does_not_sum", bgmax(movement(1, 750_01, pays(500_00), pays(250_00), declared_details=2)), ["Ntry 1"]),
    ("deposit_does_not_sum", bgmax(movement(1, 750_00, declared_details=0)), ["Ntry 1"]),
    ("deposit_does_not_sum", bgmax(movement(1, 750_00, pays(750_00), pays(), declared_details=2)), ["Ntry 1"]),
    ("deposit_count_differs", bgmax(movement(1, 750_00, pays(500_00), pays(250_00), declared_details=3)), ["Ntry 1"]),
    # The charges are taken from the payments, so the payments alone are no explanation.
    (
        "settlement_does_not_sum",
        settlement(settled(1, 600_00, pays(600_00, charges_minor=9_00)), PAYOUT),
        ["Ntry 1"],
    ),
    ("settlement_does_not_sum", settlement(settled(1, 600_00), PAYOUT), ["Ntry 1"]),
    ("settlement_does_not_sum", settlement(settled(1, 600_00, pays(600_00), pays()), PAYOUT), ["Ntry 1"]),
    # What is missing of a settlement is missing of its payout.
    (
        "balances_do_not_foot",
        settlement(settled(1, 591_00, pays(600_00, charges_minor=9_00)), PAYOUT),
        ["statement 1"],
    ),
    # Nothing but the amounts of the movements: no totals, no counts, no amounts of details.
    ("movement_unproven", camt054(COIN, movement(2, 250_00, pays())), ["Ntry 1", "Ntry 2"]),
    # The details of movement 2 contradict it, those of movement 3 leave one out; a count proves no amounts of several.
    (
        "movement_unproven",
        camt054(
            DEPOSIT,
            movement(2, 750_00, pays(500_00), pays(249_99)),
            movement(3, 750_00, pays(750_00), pays()),
            declared_count=3,
        ),
        ["Ntry 2", "Ntry 3"],
    ),
    # A declared sum of the credits says nothing about a debit.
    ("movement_unproven", camt054(COIN, movement(2, -5_00), declared_credit_minor=500_00), ["Ntry 2"]),
    (
        "booking_day_unknown",
        camt053(
            movement(1, 5_00, booked_on=None, value_on=date(2199, 1, 1)),
            movement(2, 0, booked_on=None, value_on=None),
            from_on=None,
            to_on=None,
            created_on=None,
        ),
        ["Ntry 1"],
    ),
]
