"""The grammar: every text of every command has a form that is written down, and no form is written for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Envelope
from ledger.domain.grammar import FORMS, LISTS, MOST_MINOR, NUMBERS, ends_of, text_of


def fields_of(kind: type[msgspec.Struct]) -> Iterator[tuple[str, Any]]:
    """Every field of a struct and of the structs in it, with the plain type of its value or of its list's entries."""
    for name, hint in get_type_hints(kind).items():
        if name in kind.__struct_fields__:
            for plain in _plain(hint):
                yield name, plain
                if isinstance(plain, type) and issubclass(plain, msgspec.Struct):
                    yield from fields_of(plain)


def _plain(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _plain(part)


EVERY = {found for kind in (*CATALOGUE.rules, Envelope) for found in fields_of(kind)}
OF_TEXT = {name for name, plain in EVERY if plain is str}


@pytest.mark.parametrize("name", sorted(OF_TEXT))
def test_the_form_of_a_text_is_written_down(name: str) -> None:
    assert name in FORMS, f"say in ledger/domain/grammar.py what {name} may contain"


def test_no_form_number_or_list_is_written_for_nothing() -> None:
    names = {name for name, _ in EVERY}
    assert set(FORMS) - OF_TEXT == set()
    assert (NUMBERS.keys() | LISTS.keys()) - names == set()


def test_every_amount_is_called_one() -> None:
    assert ends_of("amount_minor") == (-MOST_MINOR, MOST_MINOR)
    assert ends_of("line_id") == (0, 2**31 - 1)
    assert all(first <= last < 2**63 for first, last in map(ends_of, {name for name, _ in EVERY}))


def test_a_text_is_told_how_long_it_may_be() -> None:
    assert text_of(3).wrong("Åsa") is None
    assert text_of(3).wrong("Åsas") == "text_malformed"
    assert text_of(3).expected == "up to 3 characters in one line"


@pytest.mark.parametrize("text", ["Eva\n", "\tEva", "Eva\u2028", "\x1bEva", "Eva\u202e"])
def test_a_text_is_one_line_to_its_ends(text: str) -> None:
    assert text_of(9).wrong(text) == "text_malformed"
