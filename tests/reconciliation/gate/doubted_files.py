"""Files that must be accepted with doubts, by the code of the doubt and the lines it names."""

from __future__ import annotations

from datetime import date
from typing import Final

from reconciliation.statements import Parsed
from tests.reconciliation.gate.files import bgmax, camt053, camt054, movement, pays

COIN: Final = movement(1, 500_00)

# One file a row: the code, the file, the lines in doubt as (line, detail); detail 0 is the line itself.
DOUBTED: Final[list[tuple[str, Parsed, list[tuple[int, int]]]]] = [
    ("booked_on_missing", camt053(COIN, movement(2, 5_00, booked_on=None)), [(2, 0)]),
    (
        "booked_on_beyond_belief",
        camt053(COIN, movement(2, 5_00, booked_on=date(2199, 1, 1)), movement(3, 5_00, booked_on=date(2019, 12, 31))),
        [(2, 0), (3, 0)],
    ),
    ("booked_on_beyond_belief", camt053(movement(1, 5_00, booked_on=date(9999, 12, 31))), [(1, 0)]),
    ("value_on_beyond_belief", camt053(COIN, movement(2, 5_00, value_on=date(2199, 1, 1))), [(2, 0)]),
    (
        "bank_ref_repeated",
        camt053(movement(1, 5_00, bank_ref="X"), movement(2, 6_00, bank_ref="Y"), movement(3, 7_00, bank_ref="X")),
        [(1, 0), (3, 0)],
    ),
    ("details_do_not_sum", camt053(COIN, movement(2, 750_00, pays(500_00), pays(249_99))), [(2, 0)]),
    ("details_do_not_sum", camt053(movement(1, 750_00, pays(780_00), charges_minor=29_99)), [(1, 0)]),
    # Charges are taken from us, never given.
    ("details_do_not_sum", camt053(movement(1, 780_00, pays(750_00), charges_minor=30_00)), [(1, 0)]),
    ("details_do_not_sum", camt054(movement(1, 5_00, pays(6_00)), declared_sum_minor=5_00), [(1, 0)]),
    ("details_without_amounts", camt053(COIN, movement(2, 750_00, pays(), pays())), [(2, 0)]),
    ("details_without_amounts", camt053(movement(1, 750_00, pays(500_00), pays(), pays(250_00))), [(1, 0)]),
    ("details_missing", camt053(COIN, movement(2, 750_00, declared_details=3)), [(2, 0)]),
    (
        "details_count_differs",
        camt053(COIN, movement(2, 750_00, pays(500_00), pays(250_00), declared_details=3)),
        [(2, 0)],
    ),
    (
        "amount_not_exact",
        camt053(movement(1, 5_00, amount_exact=False), movement(2, 750_00, pays(750_00, amount_exact=False))),
        [(1, 0), (2, 1)],
    ),
    ("amount_zero", camt053(COIN, movement(2, 0), movement(3, 5_00, pays(5_00), pays(0))), [(2, 0), (3, 2)]),
    ("amount_zero", bgmax(movement(1, 5_00, pays(5_00), pays(0), declared_details=2)), [(1, 2)]),
    (
        "detail_currency_differs",
        camt053(COIN, movement(2, 750_00, pays(250_00), pays(500_00, currency="EUR"))),
        [(2, 2)],
    ),
    (
        "reference_check_digit_wrong",
        camt053(
            movement(1, 5_00, reference="657866", reference_kind="ocr", reference_valid=True),
            movement(2, 5_00, reference="657867", reference_kind="ocr", reference_valid=False),
            movement(3, 5_00, pays(5_00, reference="RF19539007547034", reference_kind="rf", reference_valid=False)),
            movement(4, 5_00, reference="FAKTURA", reference_kind="text"),
        ),
        [(2, 0), (3, 1)],
    ),
    (
        "text_damaged",
        camt053(
            movement(1, 5_00, text="Räkning för ögonvård, tack\tså mycket\n"),
            movement(2, 5_00, text="R\ufffdkning"),
            movement(3, 5_00, pays(5_00, counterparty="Sm\x8cgen")),
            movement(4, 5_00, text="a\x00b", counterparty="a\x07b"),
        ),
        [(2, 0), (3, 1), (4, 0)],
    ),
]
