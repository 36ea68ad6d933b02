"""The page of reports says what the registry says."""

from __future__ import annotations

from tests.house.report_docs import PAGE, page


def test_the_page_is_made_of_the_registry():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.house.report_docs"
