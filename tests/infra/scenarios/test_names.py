"""A name stands for what a step made, wherever a command takes an id of that kind."""

from __future__ import annotations

import pytest

from infra.scenarios.names import Names, NameUnclear

ROWS = [
    {
        "invoice_id": "i1",
        "items": [{"item_id": "i1.1", "account_id": "p1", "reference": "1001171"}, {"item_id": "i1.2"}],
        "write_off_id": "w1",
        "key": "k1",
    }
]


@pytest.fixture
def names() -> Names:
    given = Names()
    given.give("A", ROWS, 12)
    given.give("B", [{"item_id": "b1"}])
    return given


@pytest.mark.parametrize(
    ("text", "takes", "meant"),
    [
        ("A", "INVOICE", "i1"),
        ("A", "ACCOUNT", "p1"),
        ("A", "WRITE_OFF", "w1"),
        ("A", "REFERENCE", "1001171"),
        ("A.2", "ITEM[=AMOUNT]", "i1.2"),
        ("A.1=100.00", "ITEM[=AMOUNT]", "i1.1=100.00"),
        ("B", "ITEM", "b1"),
        ("B=5", "ITEM[=AMOUNT]", "b1=5"),
        ("A", "POSITION|TIME", "12"),
        ("B", "POSITION|TIME", "B"),
        ("A", "SUBJECT", "invoice-i1"),
        ("writeoff-A", "SUBJECT", "writeoff-w1"),
        ("B", "SUBJECT", "item-b1"),
        ("refund-A", "SUBJECT", "refund-A"),
        # These are no names, or names of something else.
        ("A", "DATE", "A"),
        ("A", "KEY", "A"),
        ("B", "RECEIPT", "B"),
        ("C", "ITEM", "C"),
        ("A-1", "ITEM", "A-1"),
        ("i1.1", "ITEM", "i1.1"),
        ("item-B", "ITEM", "item-B"),
    ],
)
def test_a_name_means_what_the_option_takes(names: Names, text: str, takes: str, meant: str):
    assert names.meant(text, takes) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A", "A stands for 2 items; write A.1 for the first"),
        ("A.3", "A stands for 2 items, so there is no A.3"),
        ("B.2", "B stands for 1 items, so there is no B.2"),
    ],
)
def test_a_name_that_may_mean_two_things_is_unclear(names: Names, text: str, says: str):
    with pytest.raises(NameUnclear, match=says):
        names.meant(text, "ITEM")


def test_an_id_is_called_by_the_first_name_that_it_got(names: Names):
    names.give("C", [{"item_id": "b1"}])
    assert [names.called(id) for id in ("b1", "p1", "x")] == ["B", "A", None]
    assert list(names.kinds("A")) == ["invoice", "item", "account", "reference", "write_off"]
    assert names.kinds("A.2") == {"item": ["i1.2"]}
    assert [names.kinds(text) for text in ("D", "A=5", "item-A")] == [{}, {}, {}]
    with pytest.raises(NameUnclear, match=r"so there is no A\.3"):
        names.kinds("A.3")
