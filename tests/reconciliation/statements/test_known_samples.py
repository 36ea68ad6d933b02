"""Files of other people's banks, where they lie beside the repository: each gives what was counted of it beforehand.

The tables in `known` were counted by programs that share nothing with the readers. A row says how many statements,
movements and details a file has, the signed sum of its movements in minor units by currency, and the code for which it
is refused, if it is. What cannot be said of a refused file is `-`.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from reconciliation.statements import Parsed, read
from tests.kit.inspection import SAMPLES

TABLES = Path(__file__).parent / "known"
COUNTED = ("statements", "movements", "details", "sums")


def rows() -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for table in sorted(TABLES.glob("*.tsv")):
        with table.open(encoding="utf-8", newline="") as lines:
            found += csv.DictReader(lines, delimiter="\t")
    return [row for row in found if (SAMPLES / row["path"]).exists()]


def counted(parsed: Parsed) -> dict[str, str]:
    lines = parsed.lines.select(["detail_no", "currency", "amount_minor"]).to_pylist()
    movements = [line for line in lines if line["detail_no"] == 0]
    sums: Counter[str] = Counter()
    for line in movements:
        sums[line["currency"]] += line["amount_minor"] or 0
    said = " ".join(f"{currency}:{sums[currency]}" for currency in sorted(sums)) or "0"
    numbers = (parsed.statements.num_rows, len(movements), len(lines) - len(movements))
    return dict(zip(COUNTED, (*map(str, numbers), said), strict=True))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["path"])
def test_a_file_gives_what_was_counted_of_it(row: dict[str, str]):
    parsed = read((SAMPLES / row["path"]).read_bytes())
    refused = {problem.code for problem in parsed.problems if problem.severity == "refuse"}
    assert (row["refused"] in refused) if row["refused"] else not refused
    found = counted(parsed)
    assert {name: row[name] for name in COUNTED if row[name] != "-"} == {
        name: found[name] for name in COUNTED if row[name] != "-"
    }


def test_each_file_of_a_table_is_there_once():
    paths = [row["path"] for row in rows()]
    assert len(paths) == len({*paths})
