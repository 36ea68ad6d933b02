"""The museum of facts: what was once stored is read strictly, in the bytes it was stored in, for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Envelope
from ledger.journal.codec import CODEC, UnknownFact
from tests.museum import make
from tests.museum.examples import EXAMPLES

STORED = make.stored_examples()


def test_every_fact_of_the_catalogue_has_an_example() -> None:
    assert set(EXAMPLES) == set(CATALOGUE.facts)
    assert set(STORED) == {CODEC.names[type(fact)] for fact in EXAMPLES.values()}


def test_all_that_is_in_the_museum_is_decoded_into_the_fact_of_its_name() -> None:
    """Empty until shapes are frozen; whatever stands there is read for ever."""
    for path in sorted(make.FACTS.glob("*.json")):
        read = CODEC.decode(path.stem, path.read_bytes().rstrip(b"\n"))
        assert type(read.fact) is CATALOGUE.facts[path.stem.partition(".")[0]]
        assert isinstance(read.envelope, Envelope)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_fills_every_field(name: str) -> None:
    empty = [
        where
        for where, value in _values(msgspec.json.decode(msgspec.json.encode(EXAMPLES[name])))
        if value in (None, [], {})
    ]
    assert not empty


def _values(content: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every value within, and where it stands."""
    yield where, content
    within = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in within:
        yield from _values(value, f"{where}.{name}")


@pytest.mark.parametrize("name", sorted(STORED))
def test_what_is_stored_is_decoded_and_encoded_into_the_very_bytes(name: str) -> None:
    read = CODEC.decode(name, STORED[name])
    assert type(read.fact) is CATALOGUE.facts[name.partition(".")[0]]
    assert CODEC.encode(read.fact, CODEC.encode_envelope(read.envelope)) == STORED[name]


@pytest.mark.parametrize("name", sorted(STORED))
@pytest.mark.parametrize("part", ["fact", "envelope"])
def test_a_field_nobody_knows_and_a_field_that_is_missing_are_refused(name: str, part: str) -> None:
    content = json.loads(STORED[name])
    more = {**content, part: {**content[part], "unheard_of": 1}}
    with pytest.raises(msgspec.ValidationError, match="unheard_of"):
        CODEC.decode(name, json.dumps(more).encode())
    first = next(iter(content[part]))
    less = {**content, part: {key: value for key, value in content[part].items() if key != first}}
    with pytest.raises(msgspec.ValidationError, match=first):
        CODEC.decode(name, json.dumps(less).encode())


def test_an_amount_that_is_no_whole_number_is_refused() -> None:
    kept = STORED["ReceiptRecorded"]
    with pytest.raises(msgspec.ValidationError, match="amount_minor"):
        CODEC.decode("ReceiptRecorded", kept.replace(b'"amount_minor":31000', b'"amount_minor":310.5'))


def test_a_name_without_a_fact_is_unknown() -> None:
    with pytest.raises(UnknownFact):
        CODEC.decode("InvoicePaid", b"{}")


def test_what_is_in_the_museum_is_never_written_again(tmp_path: Path) -> None:
    assert make.make(tmp_path) == sorted(STORED)
    kept = tmp_path / "AccountOpened.json"
    kept.write_bytes(b"older")
    (tmp_path / "NumberTaken.json").unlink()
    assert make.make(tmp_path) == ["NumberTaken"]
    assert kept.read_bytes() == b"older"
