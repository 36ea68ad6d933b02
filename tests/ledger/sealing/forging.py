"""Parquet taken apart and put together again with whatever a forger likes in it, and what the program says of it."""

from __future__ import annotations

import gzip
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from ledger.sealing import verifier
from tests.kit.outsider import Published, checkpoint_in

FLAG, I16, I32, I64, DOUBLE, BYTES, LIST, STRUCT = 1, 4, 5, 6, 7, 8, 9, 12

# A struct is a list of fields, so that one may stand in it twice.
Struct = list["Field"]


class Field(NamedTuple):
    """A field of a Thrift struct: its number, kind and value; of a list, the kind of its items and these."""

    number: int
    kind: int
    value: Any


class Raw(NamedTuple):
    """Bytes that are written as they are where a value should stand."""

    data: bytes


def at(fields: Struct, number: int) -> Any:
    """The value of the field of this number; 0 where there is none."""
    return next((one.value for one in fields if one.number == number), 0)


def put(fields: Struct, number: int, kind: int, value: Any) -> None:
    """Let a field have this value, in the order of the numbers."""
    fields[:] = sorted([*(one for one in fields if one.number != number), Field(number, kind, value)])


def chunks(footer: Struct, group: int = 0) -> list[Struct]:
    """What the footer tells of the columns of a row group."""
    return [at(chunk, 3) for chunk in at(at(footer, 4)[1][group], 1)[1]]


def varint(number: int) -> bytes:
    """A number in groups of seven bits, the last ones first."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def zigzag(number: int) -> bytes:
    """A signed number."""
    return varint(number * 2 if number >= 0 else -number * 2 - 1)


def written(fields: Struct) -> bytes:
    """A struct in Thrift's compact protocol; a number that does not rise stands in full."""
    found, last = b"", 0
    for number, kind, value in fields:
        shown = (1 if value else 2) if kind == FLAG else kind
        step = number - last
        found += bytes([step << 4 | shown]) if 0 < step < 16 else bytes([shown]) + zigzag(number)
        found += b"" if kind == FLAG else _value(kind, value)
        last = number
    return found + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if isinstance(value, Raw):
        return value.data
    if kind == BYTES:
        return varint(len(value)) + value
    if kind == STRUCT:
        return written(value)
    if kind == LIST:
        inner, items = value
        head = bytes([len(items) << 4 | inner]) if len(items) < 15 else bytes([240 | inner]) + varint(len(items))
        return head + b"".join(_value(inner, item) for item in items)
    return zigzag(value)


def taken_apart(data: bytes, start: int = 0) -> tuple[Struct, int]:
    """A struct, and where it ends."""
    fields: Struct = []
    place, number = start, 0
    while head := data[place]:
        place += 1
        number += head >> 4
        kind = head & 15
        if kind in (1, 2):
            fields.append(Field(number, FLAG, kind == 1))
            continue
        value, place = _taken(data, place, kind)
        fields.append(Field(number, kind, value))
    return fields, place + 1


def _taken(data: bytes, place: int, kind: int) -> tuple[Any, int]:
    if kind == STRUCT:
        return taken_apart(data, place)
    if kind == LIST:
        inner, length = data[place] & 15, data[place] >> 4
        place += 1
        if length == 15:
            length, place = _number(data, place)
        items = []
        for _ in range(length):
            item, place = _taken(data, place, inner)
            items.append(item)
        return (inner, items), place
    number, place = _number(data, place)
    if kind == BYTES:
        return data[place : place + number], place + number
    return (number >> 1) ^ -(number & 1), place


def _number(data: bytes, place: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        found |= (data[place] & 127) << shift
        place, shift = place + 1, shift + 7
        if data[place - 1] < 128:
            return found, place


def split(path: Path) -> tuple[bytes, Struct]:
    """All before the footer, and the footer."""
    data = path.read_bytes()
    end = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    return data[:end], taken_apart(data, end)[0]


def joined(path: Path, body: bytes, footer: Struct | bytes) -> None:
    """The file of these."""
    told = footer if isinstance(footer, bytes) else written(footer)
    if path.exists():
        path.chmod(0o600)
    path.write_bytes(body + told + struct.pack("<I", len(told)) + b"PAR1")


def change_footer(path: Path, change: Callable[[Struct], object]) -> None:
    """Let the footer of a file be another one over the same pages."""
    body, footer = split(path)
    change(footer)
    joined(path, body, footer)


def structs(fields: Struct) -> Iterator[Struct]:
    """A struct and all that lie in it."""
    yield fields
    for _, kind, value in fields:
        for inner in [value] if kind == STRUCT else value[1] if kind == LIST and value[0] == STRUCT else []:
            yield from structs(inner)


def packed(values: Sequence[int] | Sequence[bytes]) -> bytes:
    """Values as a plain page has them, by gzip."""
    plain = (struct.pack("<q", one) if isinstance(one, int) else struct.pack("<I", len(one)) + one for one in values)
    return gzip.compress(b"".join(plain), mtime=0)


def first_page(path: Path, column: int) -> tuple[Struct, bytes]:
    """The header of a column's first page, and the page."""
    body, footer = split(path)
    header, end = taken_apart(body, at(chunks(footer)[column], 9))
    return header, body[end : end + at(header, 3)]


def replace_page(path: Path, column: int, header: Struct, page: bytes) -> None:
    """Let one column of a file of one row group be this page alone, and the footer tell of it rightly."""
    body, footer = split(path)
    (group,) = at(footer, 4)[1]
    told = chunks(footer)
    start, length = at(told[column], 9), at(told[column], 7)
    new = written(header) + page
    put(told[column], 7, I64, len(new))
    put(told[column], 6, I64, len(new) - len(page) + at(header, 2))
    for later in told[column + 1 :]:
        put(later, 9, I64, at(later, 9) + len(new) - length)
    for total, place in ((2, 6), (6, 7)):
        put(group, total, I64, sum(at(one, place) for one in told))
    joined(path, body[:start] + new + body[start + length :], footer)


def answer(published: Published, *given: object) -> tuple[int, str]:
    """The program's exit code and its one line, of an export or of what is given."""
    asked = given or ("export", checkpoint_in(published.folder), published.facts)
    with redirect_stdout(StringIO()) as out:
        code = verifier.main([str(one) for one in (*asked, "--key", published.key)])
    return code, out.getvalue()


def refusal(published: Published, *given: object) -> str:
    """Why the program says, in one line and soon, that this does not hold."""
    began = time.monotonic()
    code, out = answer(published, *given)
    assert (code, out[:15], out.count("\n")) == (1, "DOES NOT HOLD: ", 1), out
    assert time.monotonic() - began < 10
    return out[15:-1]
