"""A long X12 835 is given to the parser in pieces, and says the same as if it were given whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciliation.statements import read
from reconciliation.statements.x12_835 import pieces
from reconciliation.statements.x12_835.writer import write_x12_835
from tests.reconciliation.statements.test_x12_835 import CLOCK, PAYMENT, changed

SEVERAL = write_x12_835(CLOCK, [replace(PAYMENT, trace=f"T-{number}") for number in range(7)])
# The number of pieces is that of the transactions, except for what is not one group of one interchange.
IN_PIECES = {
    "sound": (SEVERAL, 7),
    "ends of lines besides": (SEVERAL.replace(b"~\n", b"~\r\n"), 7),
    "no ends of lines": (SEVERAL.replace(b"~\n", b"~"), 7),
    "empty segments": (SEVERAL.replace(b"~\nSE", b"~\n~\nSE"), 7),
    "wrong counts": (changed("GE*7*", "GE*8*", SEVERAL).replace(b"SE*24*", b"SE*23*"), 7),
    "segments that belong nowhere": (SEVERAL.replace(b"CLP*INV-1002", b"CLX*INV-1002"), 7),
    "an end too much": (changed("ST*835*0003", "SE*1*1~\nST*835*0003", SEVERAL), 7),
    "a transaction without start": (changed("ST*835*0003", "N9*835*0003", SEVERAL), 6),
    "another transaction": (changed("ST*835*0003", "ST*270*0003", SEVERAL), 7),
    "segments between transactions": (SEVERAL.replace(b"~\nST", b"~\nQQ*1~\nST"), 1),
    "cut": (SEVERAL[: len(SEVERAL) // 2], 1),
    "no end": (changed("IEA*", "IEX*", SEVERAL), 1),
    "two files": (SEVERAL + SEVERAL, 1),
}


@pytest.mark.parametrize(("data", "expected"), IN_PIECES.values(), ids=IN_PIECES.keys())
def test_a_file_is_read_in_pieces_as_it_is_whole(data: bytes, expected: int, monkeypatch: pytest.MonkeyPatch):
    whole = read(data)
    monkeypatch.setattr(pieces, "_AT_ONCE", 1)
    parts = read(data)
    assert len(list(pieces.pieces(data, b"*", b"~"))) == expected
    assert (parts.problems, parts.message) == (whole.problems, whole.message)
    for name in ("statements", "lines", "totals"):
        assert getattr(parts, name).to_pylist() == getattr(whole, name).to_pylist()
