"""The page about the file of invoices says what the types say."""

from __future__ import annotations

import msgspec

from infra.desk.invoice_lines import decoded, numbered
from tests.house.invoice_docs import EXAMPLE, MEANINGS, PAGE, STRUCTS, page


def test_the_page_is_made_of_the_types():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.house.invoice_docs"


def test_every_meaning_is_of_a_field():
    names = {field.name for struct in STRUCTS.values() for field in msgspec.structs.fields(struct)}
    assert set(MEANINGS) <= names


def test_the_example_has_an_invoice_on_each_line():
    commands = [decoded(text) for _, text in numbered(EXAMPLE.read_bytes())]
    assert [len(one.payers) for one in commands] == [1, 2]
