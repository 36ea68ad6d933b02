"""File mappings as people type them: requested from a file, approved by another person, shown, previewed and tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers

ANSWERS: Answers = {
    "file-mapping request": ("lender missing.toml", 1),
    "file-mapping approve": ("none", 1),
    "file-mapping reject": ("none --reason COLUMN", 1),
    "file-mapping end": ("none --reason MOVED", 1),
    "file-mapping preview": ("none missing.csv", 1),
    "file-mapping try": ("none", 1),
    "file-mapping show": ("none", 1),
    "file-mapping list": ("", 0),
}
LENDER = """account = "lender"
from = 2026-01-01
source = "the lender's letter"
header = ["Day", "Id", "Amount", "Fee", "Type"]
marks = ["Lender AB"]
proof = "payout"
decimal = ","

[columns]
day = "Day"
id = "Id"
amount = "Amount"
fee = "Fee"
type = "Type"

[words]
"paid" = "payment"

[figures]
fees = {label = "Sum", column = "Fee"}
paid_out = "Sent"
"""
TABLE = """Lender AB
Day;Id;Amount;Fee;Type
2026-10-01;L-1;100,00;2,50;paid
Sum;;;2,50;
Sent;97,50;;;
"""


@pytest.fixture
def lender(clinic: Clinic, tmp_path: Path) -> tuple[Clinic, Path, Path]:
    """A clinic with an account at a lender, and the files of a mapping and of a table."""
    clinic.reskontra("provider-account declare lender --currency SEK --provider mapped --rail lender")
    mapping, table = tmp_path / "lender.toml", tmp_path / "table.csv"
    mapping.write_text(LENDER, encoding="utf-8")
    table.write_text(TABLE, encoding="utf-8")
    return clinic, mapping, table


def held(clinic: Clinic) -> list[tuple[int, str]]:
    return [(row["version"], row["held"]) for row in clinic.reskontra.json("file-mapping list")["rows"]]


def test_a_mapping_is_requested_by_one_person_and_approved_by_another(lender: tuple[Clinic, Path, Path]):
    clinic, mapping, _ = lender
    reskontra = clinic.reskontra
    asked = reskontra("file-mapping", "request", "lender", mapping)
    assert "it waits to be approved, not by you, with `reskontra file-mapping approve lender`" in asked.out
    assert reskontra("file-mapping approve lender --json", code=1).codes == ["approver_is_requester"]
    assert held(clinic) == [(1, "requested")]
    reskontra.by("bo")("file-mapping approve lender")
    assert held(clinic) == [(1, "now")]
    reskontra("file-mapping end lender --reason MOVED --last yesterday")
    assert held(clinic) == [(1, "ended")]


def test_what_is_shown_can_be_requested_as_the_next_version(lender: tuple[Clinic, Path, Path]):
    clinic, mapping, _ = lender
    reskontra = clinic.reskontra
    reskontra("file-mapping", "request", "lender", mapping)
    written = reskontra("file-mapping show lender").out
    assert written.strip() == LENDER.strip()
    reskontra.by("bo")("file-mapping reject lender --reason COLUMN")
    mapping.write_text(written, encoding="utf-8")
    reskontra("file-mapping", "request", "lender", mapping)
    assert held(clinic) == [(1, "rejected"), (2, "requested")]


def test_a_preview_of_claims_shows_what_was_claimed_and_why_less_is_paid(clinic: Clinic, tmp_path: Path):
    reskontra, table = clinic.reskontra, tmp_path / "claims.csv"
    reskontra("provider-account declare region --currency SEK --provider mapped --rail remittance")
    mapping = Path(__file__).parents[2] / "scenarios" / "mapped_files" / "region_claims.toml"
    table.write_text(
        "Beslut;Ärende;Faktura;Yrkat;Beviljat;Orsak\n2026-09-10;K-1;1001171;1200,00;1000,00;45\nUtbetalt;1000,00;;;;\n",
        encoding="utf-8",
    )
    reskontra("file-mapping", "request", "region", mapping)
    page = reskontra("file-mapping", "preview", "region", table).out
    assert all(word in page for word in ("claimed", "1200.00", "45 200.00"))


def test_a_preview_shows_lines_and_sums_and_stores_nothing(lender: tuple[Clinic, Path, Path]):
    clinic, mapping, table = lender
    reskontra = clinic.reskontra
    reskontra("file-mapping", "request", "lender", mapping)
    found = reskontra.json("file-mapping", "preview", "lender", table)
    assert [(one["kind"], one["amount_minor"], one["charges_minor"]) for one in found["rows"]] == [
        ("payment", 100_00, 2_50),
        ("payout", -97_50, None),
    ]
    (sums,) = found["totals"]
    assert (sums["in_minor"], sums["out_minor"], sums["charges_minor"]) == (100_00, -97_50, 2_50)
    assert reskontra.json("files")["rows"] == []
    table.write_text(TABLE.replace("97,50", "97,49"), encoding="utf-8")
    assert reskontra("file-mapping", "preview", "lender", table, "--json", code=1).codes == ["balances_do_not_foot"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("proof =", "proofs =", "proofs"),
        ('"payment"', '"paying"', "words"),
        ('"payout"', '"sure"', "proof"),
        ("2026-01-01", "soon", "not TOML"),
        ('decimal = ","', 'decimal = ";"', "decimal"),
    ],
)
def test_a_mistake_in_the_file_is_named(lender: tuple[Clinic, Path, Path], old: str, new: str, told: str):
    clinic, mapping, _ = lender
    mapping.write_text(LENDER.replace(old, new, 1), encoding="utf-8")
    answer = clinic.reskontra("file-mapping", "request", "lender", mapping, code=1)
    assert told in answer.err
    assert "docs/file_mappings.md" in answer.err
