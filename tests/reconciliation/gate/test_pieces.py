"""A file that is judged in pieces has the verdict that it has as a whole, wherever it is divided."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from reconciliation.gate import Verdict, examine, walk
from reconciliation.statements import LINES, Parsed
from reconciliation.statements.kept import Kept
from reconciliation.statements.problems import doubt
from tests.reconciliation.gate.doubted_files import DOUBTED
from tests.reconciliation.gate.files import TERMS, camt053, file, movement, pays, settled, settlement, statement
from tests.reconciliation.gate.refused_files import REFUSED

# A movement, others between it and one that looks the same, and one with the same id.
APART: Final = [
    movement(1, 20_00, pays(20_00, reference="657866"), bank_ref=None),
    *(movement(number, 10_00 + number) for number in range(2, 9)),
    movement(9, 20_00, pays(20_00, reference="657866"), bank_ref=None),
    movement(10, 7_00, bank_ref="B4"),
    movement(11, 7_00, bank_ref="B4"),
    movement(12, 30_00, *(pays(10_00, amount_exact=number != 2) for number in range(3))),
]
PAID: Final = settled(1, 2_990, *({"amount_minor": 1_000, "charges_minor": 10 * (n == 1)} for n in range(3)))
MIXED: Final = camt053(*APART)
SAID: Final = doubt("amount_too_precise", "too precise", "Ntry 12, TxDtls 3", 1, 12)
FILES: Final = {
    **{f"refused {code} {number}": parsed for number, (code, parsed, _) in enumerate(REFUSED)},
    **{f"doubted {code} {number}": parsed for number, (code, parsed, _) in enumerate(DOUBTED)},
    "alike in different pieces": MIXED,
    "a doubt about a detail": file("camt.053", [statement(APART)], APART, problems=[SAID]),
    "a settlement in pieces": settlement(PAID, movement(2, -2_990, kind="payout")),
    "a settlement in pieces that does not sum": settlement(settled(1, 3_000, *3 * [{"amount_minor": 999}])),
    "not in order": replace(MIXED, kept=Kept.of(MIXED.lines.take(list(reversed(range(MIXED.kept.num_rows)))))),
}


def judged(parsed: Parsed, monkeypatch: pytest.MonkeyPatch, rows: int) -> Verdict:
    """The verdict on a file of which so many rows are measured at once."""
    monkeypatch.setattr(walk, "PIECE_ROWS", rows)
    batches = parsed.lines.to_batches(max_chunksize=1)
    return examine(replace(parsed, kept=Kept.from_batches(batches, LINES)), TERMS)


@pytest.mark.parametrize("name", FILES)
def test_pieces_have_the_verdict_of_the_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = examine(FILES[name], TERMS)
    for rows in (1, 3):
        assert judged(FILES[name], monkeypatch, rows) == whole


def test_what_is_alike_in_different_pieces_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = judged(MIXED, monkeypatch, 1)
    assert {"bank_ref_repeated"} == {one.code for one in verdict.doubts if one.line_no in (10, 11)}
    assert [one.code for one in verdict.warnings] == ["line_repeated"]
