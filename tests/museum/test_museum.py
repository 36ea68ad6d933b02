"""The museum of facts: what was once stored is read strictly, in the bytes it was stored in, for ever."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from ledger.domain.catalogue import FACTS
from ledger.domain.fact import Envelope
from ledger.journal.codec import CODEC, UnknownFact
from tests.museum import make
from tests.museum.examples import EXAMPLES

MUSEUM = sorted(make.FACTS.glob("*.json"))
NEWEST = {CODEC.name_of(fact) for fact in EXAMPLES.values()}


def stored(path: Path) -> bytes:
    return path.read_bytes().rstrip(b"\n")


def test_every_fact_of_the_catalogue_has_an_example_and_a_museum_file() -> None:
    assert set(EXAMPLES) == set(FACTS)
    assert {path.stem for path in MUSEUM} >= NEWEST


@pytest.mark.parametrize("path", MUSEUM, ids=lambda path: path.stem)
def test_it_is_decoded_into_the_fact_of_its_name(path: Path) -> None:
    read = CODEC.decode(path.stem, stored(path))
    assert type(read.fact) is FACTS[path.stem.partition(".")[0]]
    assert isinstance(read.envelope, Envelope)


@pytest.mark.parametrize("name", sorted(NEWEST))
def test_the_newest_shape_is_encoded_into_the_very_bytes_that_are_kept(name: str) -> None:
    kept = stored(make.FACTS / f"{name}.json")
    read = CODEC.decode(name, kept)
    assert CODEC.encode(read.fact, CODEC.encode_envelope(read.envelope)) == kept


@pytest.mark.parametrize("name", sorted(NEWEST))
@pytest.mark.parametrize("part", ["fact", "envelope"])
def test_a_field_nobody_knows_and_a_field_that_is_missing_are_refused(name: str, part: str) -> None:
    content = json.loads(stored(make.FACTS / f"{name}.json"))
    more = {**content, part: {**content[part], "unheard_of": 1}}
    with pytest.raises(msgspec.ValidationError, match="unheard_of"):
        CODEC.decode(name, json.dumps(more).encode())
    first = next(iter(content[part]))
    less = {**content, part: {key: value for key, value in content[part].items() if key != first}}
    with pytest.raises(msgspec.ValidationError, match=first):
        CODEC.decode(name, json.dumps(less).encode())


def test_an_amount_that_is_no_whole_number_is_refused() -> None:
    kept = stored(make.FACTS / "ReceiptRecorded.json")
    with pytest.raises(msgspec.ValidationError, match="amount_minor"):
        CODEC.decode("ReceiptRecorded", kept.replace(b'"amount_minor":31000', b'"amount_minor":310.5'))


def test_a_name_without_a_fact_is_unknown() -> None:
    with pytest.raises(UnknownFact):
        CODEC.decode("InvoicePaid", b"{}")


def test_what_is_in_the_museum_is_never_written_again(tmp_path: Path) -> None:
    assert make.make(tmp_path) == sorted(NEWEST)
    kept = tmp_path / "AccountOpened.json"
    kept.write_bytes(b"older")
    (tmp_path / "NumberTaken.json").unlink()
    assert make.make(tmp_path) == ["NumberTaken"]
    assert kept.read_bytes() == b"older"
