"""The page of formats says what the formats say of themselves."""

from __future__ import annotations

from reconciliation.statements import TRAITS
from tests.house.format_docs import PAGE, page


def test_the_page_is_made_of_the_traits():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.house.format_docs"


def test_every_format_has_one_row():
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert sorted(row.split("`")[1] for row in rows) == sorted(TRAITS)
