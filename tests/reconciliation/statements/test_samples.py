"""Files of other people's banks and tests, where they lie beside the repository: none of them surprises the reader.

What is known of each was counted by another program and stands in their table (counts of statements, entries and
transactions, whether balances foot); of our own golden files it stands here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from reconciliation.statements import Parsed, read
from tests.kit.inspection import FORMATS, GOLDEN, SAMPLES, inspect

# Folders that are named otherwise than their formats.
FOLDERS = {"ocr_giro_no": ("ocrgiro", "avtalegiro"), "fi_tito_svm": ("tito", "ktl")}


class Known(NamedTuple):
    """A file and what another program found in it."""

    path: Path
    said: str


OWN = [
    Known(GOLDEN / "camt053_plain.xml", "camt.053.001.02; 1 stmt, 4 Ntry, 3 TxDtls; balance OK"),
    Known(GOLDEN / "camt053_codes_in_any_case.xml", "camt.053.001.02; 1 stmt, 4 Ntry, 3 TxDtls; balance OK"),
    Known(GOLDEN / "camt053_batch_with_fee.xml", "camt.053.001.08; 1 stmt, 3 Ntry, 6 TxDtls; balance OK"),
    Known(GOLDEN / "camt053_reversal_and_pending.xml", "camt.053.001.04; 1 stmt, 4 Ntry, 2 TxDtls; balance OK"),
    Known(GOLDEN / "camt053_times_with_offset.xml", "camt.053.001.08; 1 stmt, 3 Ntry, 0 TxDtls; balance OK"),
    Known(GOLDEN / "camt053_without_details.xml", "camt.053.001.03; 2 stmt, 2 Ntry, 0 TxDtls; balance OK"),
    Known(
        GOLDEN / "camt053_swiss_collective.xml",
        "camt.053.001.08; 1 stmt, 2 Ntry, 4 TxDtls; several Strd in one tx, InstdAmt; balance OK",
    ),
    Known(
        GOLDEN / "camt053_german_codes_and_reversal.xml",
        "camt.053.001.08; 1 stmt, 3 Ntry, 2 TxDtls; TxDtls without amount, RvslInd, RtrInf; BALANCE MISMATCH",
    ),
    Known(GOLDEN / "camt053_dutch.xml", "camt.053.001.02; 1 stmt, 3 Ntry, 2 TxDtls; RvslInd, RtrInf; balance OK"),
    Known(GOLDEN / "camt053_spanish.xml", "camt.053.001.09; 2 stmt, 3 Ntry, 1 TxDtls; balance OK"),
    # Of the two pages of one statement.
    Known(GOLDEN / "camt053_baltic_pages.xml", "camt.053.001.02; 1 stmt, 3 Ntry, 2 TxDtls; balance OK"),
    Known(GOLDEN / "camt052_within_the_day.xml", "camt.052.001.10; 1 stmt, 3 Ntry, 0 TxDtls; Sts=PDNG, no ValDt"),
    Known(GOLDEN / "camt054_nordic.xml", "camt.054.001.13; 3 stmt, 3 Ntry, 4 TxDtls; no balances"),
    Known(GOLDEN / "camt054_credits.xml", "camt.054.001.08; 1 stmt, 1 Ntry, 3 TxDtls; no balances"),
    Known(GOLDEN / "bgmax_deduction_and_extra_references.bgmax", "{'pay': 7, 'dep': 2, 'end': 1}"),
    Known(GOLDEN / "bgmax_reencoded.bgmax", "{'pay': 1, 'dep': 1, 'end': 1}"),
]


def known() -> list[Known]:
    table = SAMPLES / "PROVENANCE.tsv"
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()] if table.exists() else []
    # What is known of other formats stands in the tables of `known`.
    there = [row for row in rows if row[0].startswith(("bgmax", "camt")) and (SAMPLES / row[0]).exists()]
    return OWN + [Known(SAMPLES / row[0], row[-1]) for row in there]


def every_file() -> list[Path]:
    folders = [GOLDEN, *(path for path in SAMPLES.glob("*") if path.is_dir())]
    return sorted(path for folder in folders for path in folder.iterdir() if path.is_file())


def counts(parsed: Parsed) -> tuple[int, int, int]:
    details = parsed.lines.column("detail_no").to_pylist()
    return parsed.statements.num_rows, details.count(0), len(details) - details.count(0)


def foots(parsed: Parsed) -> bool:
    """Whether opening and booked movements give the closing, in each statement that has both."""
    lines = parsed.lines.to_pylist()
    return all(
        row["opening_minor"]
        + sum(
            line["amount_minor"]
            for line in lines
            if (line["statement_no"], line["detail_no"], line["status"]) == (row["statement_no"], 0, "booked")
        )
        == row["closing_minor"]
        for row in parsed.statements.to_pylist()
        if row["opening_minor"] is not None and row["closing_minor"] is not None
    )


@pytest.mark.parametrize("path", every_file(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_file_makes_the_reader_raise(path: Path):
    data = path.read_bytes()
    parsed = read(data)
    assert inspect(data)["format"] == parsed.format
    if path.parent != GOLDEN:
        # The names of a folder's formats begin with its name; a file of no format is refused.
        names = {
            name for plain, name in FORMATS.items() if plain.startswith(FOLDERS.get(path.parent.name, path.parent.name))
        }
        assert parsed.format in names or (parsed.format is None and parsed.refused)
    # Each file is read, or refused with a reason.
    assert parsed.refused or parsed.statements.num_rows > 0


@pytest.mark.parametrize("file", known(), ids=lambda file: file.path.name)
def test_as_many_statements_movements_and_members_are_read_as_another_program_counts(file: Known):
    parsed = read(file.path.read_bytes())
    if camt := re.search(r"(\d+) stmt, (\d+) Ntry, (\d+) TxDtls", file.said):
        assert counts(parsed) == tuple(map(int, camt.groups()))
    elif bgmax := re.search(r"'pay': (\d+), 'dep': (\d+)", file.said):
        assert counts(parsed) == (int(bgmax[2]), int(bgmax[2]), int(bgmax[1]))
    else:
        assert parsed.refused


@pytest.mark.parametrize("file", known(), ids=lambda file: file.path.name)
def test_balances_foot_where_another_program_finds_that_they_do(file: Known):
    parsed = read(file.path.read_bytes())
    if "BALANCE MISMATCH" in file.said:
        in_one_currency = "balance_in_other_currency" not in [problem.code for problem in parsed.problems]
        assert not (foots(parsed) and in_one_currency)
    if "balance OK" in file.said:
        assert foots(parsed)
    if "no balances" in file.said:
        rows = parsed.statements.to_pylist()
        assert all(None in (row["opening_minor"], row["closing_minor"]) for row in rows)


@pytest.mark.parametrize("file", known(), ids=lambda file: file.path.name)
def test_what_is_unusual_in_a_file_is_seen(file: Known):
    parsed = read(file.path.read_bytes())
    lines = parsed.lines.to_pylist()
    movements = [line for line in lines if line["detail_no"] == 0]
    seen = {
        "TxDtls without amount": any(line["detail_no"] and line["amount_minor"] is None for line in lines),
        "RvslInd": any(line["reversal"] for line in movements),
        "Sts=PDNG": any(line["status"] == "pending" for line in movements),
        "RtrInf": any(line["return_reason"] for line in lines),
        "no BookgDt": any(line["booked_on"] is None for line in movements),
        "no ValDt": any(line["value_on"] is None for line in movements),
        ">2 decimals": not all(line["amount_exact"] for line in lines),
        "several Strd in one tx": any(line["further_references"] for line in lines),
        "InstdAmt": any(line["instructed_minor"] is not None for line in lines),
        "TK21 deduction": any(line["detail_no"] and (line["amount_minor"] or 0) < 0 for line in lines),
    }
    for name, found in seen.items():
        if re.search(rf"(?<![\w=]){re.escape(name)}", file.said):
            assert found, name
