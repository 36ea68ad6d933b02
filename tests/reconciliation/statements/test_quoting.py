"""Which references a line gets: of the reference fields, of the words within them, and of the texts beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from reconciliation.statements import read
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.shape import Line
from tests.reconciliation.statements.written_files import DAY, rows, transaction

CLOCK = datetime(2024, 7, 10)  # noqa: DTZ001  the clearing house writes its clock without zone


def line_of(*written: str, texts: tuple[str, ...] = (), country: str | None = "SE") -> Line:
    line = Line(1, 1, 1)
    quote(line, [Field(one, classify(one, None, country)) for one in written], texts, country)
    return line


def said(line: Line) -> list[tuple[Any, ...]]:
    own = (line.reference, line.reference_kind, None)
    return [own, *((one["reference"], one["kind"], one["found_as"]) for one in line.further_references)]


def test_a_field_is_the_lines_own_and_what_a_text_says_beside_it_is_kept() -> None:
    line = line_of("1234574", texts=("avser 1234574 och", "123455 tack"))
    assert said(line) == [("1234574", "ocr", None), ("123455", "ocr", "number")]
    line = line_of("1234574", "RF35123ABCZ", texts=("001234574, RF35 123A BCZ, OCR 123455",))
    assert said(line) == [("1234574", "ocr", None), ("RF35123ABCZ", "rf", None), ("123455", "ocr", "reference")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Faktura 1234574 tack", []),
        ("Faktura 1234574, 123455", ["123455"]),
        ("rf35 123a bcz", ["RF35123ABCZ"]),
        ("1234 tack", []),
    ],
)
def test_a_text_that_repeats_the_field_may_say_more(text: str, found: list[str]) -> None:
    assert [one["reference"] for one in line_of("1234574", texts=(text,)).further_references] == found


@pytest.mark.parametrize("written", ["1234574 8503122387", "8503122387 1234574"])
def test_a_field_of_several_numbers_is_read_like_a_text(written: str) -> None:
    line = line_of(written, texts=("123455",))
    together = "".join(written.split())
    numbers = {(one, "ocr", "number") for one in ("1234574", "8503122387", "123455", together)}
    assert said(line)[0] == (written, "text", None)
    assert set(said(line)[1:]) == numbers


@pytest.mark.parametrize("written", ["12345 74", "1 234 574", "RF35 123A BCZ", "1234 575"])
def test_the_groups_of_one_reference_are_one(written: str) -> None:
    line = line_of(written)
    assert (line.reference, *line.further_references) == ("".join(written.split()),)


@pytest.mark.parametrize(
    ("written", "personal"),
    [
        ("1099176 8503122386", True),
        ("RF12 9999 8503122386", True),
        ("1099176 850312", True),
        ("1099 176", False),
        ("RF12 9999 1", False),
    ],
)
def test_a_field_with_a_personal_number_among_its_words_is_marked(written: str, personal: bool) -> None:
    assert line_of(written).reference_personal is personal


def test_on_a_finnish_account_both_check_digits_are_tried() -> None:
    assert said(line_of("1001171", country="FI")) == [("1001171", "ocr", None)]
    assert said(line_of("12345672", texts=("1001171",), country="FI")) == [
        ("12345672", "viite", None),
        ("1001171", "ocr", "number"),
    ]


def test_statements_and_payment_files_keep_what_stands_beside_their_fields() -> None:
    strd = "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>1234574</Ref></CdtrRefInf></Strd>"
    (row,) = rows(read(transaction(f"<RmtInf><Ustrd>123455</Ustrd>{strd}</RmtInf>")), 1)
    assert (row["reference"], [one["reference"] for one in row["further_references"]]) == ("1234574", ["123455"])
    payment = BgMaxPayment(1, "1234574", information=["avser", "123455"])
    data = write_bgmax(CLOCK, [BgMaxSection("9912346", "12345678901", DAY, 1, [payment])])
    (row,) = rows(read(data), 1)
    assert (row["reference"], [one["reference"] for one in row["further_references"]]) == ("1234574", ["123455"])
