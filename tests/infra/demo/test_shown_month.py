"""What the README shows of the demo is what the demo comes to: the aging, its picture, and the fact it proves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.demo.accounts import GIRO_ACCOUNT
from infra.demo.month import Month
from infra.demo.pictures import draw_aging
from infra.demo.run import INVOICES, SEED
from ledger.domain.receivables.invoice import IssueInvoice
from tests.infra.demo.conftest import paper_bank
from tests.infra.demo.test_pictures import lightness, texts
from tests.infra.demo.truth import BUCKETS, Truth, truth

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo() -> Month:
    return Month(SEED, invoices=INVOICES)


@pytest.fixture(scope="module")
def told(demo: Month) -> Truth:
    return truth(demo)


def shown_aging() -> dict[str, dict[str, int]]:
    """The aging in the README: by payer, minor units by column."""
    block = README.partition("```console\n$ reskontra aging ")[2].partition("```")[0]
    _, _, _, headings, *lines = block.splitlines()
    names = headings.split()
    rows = [dict(zip(names, line.split(), strict=True)) for line in lines if line.startswith("SEK ")]
    return {row["payer"]: {name: int(row[name].replace(".", "")) for name in names if "." in row[name]} for row in rows}


def test_the_aging_that_the_readme_shows_is_the_demos(told: Truth):
    shown = shown_aging()
    total, unidentified = shown.pop("total"), shown.pop("unidentified")
    cells = {(payer, bucket): row[bucket] for payer, row in shown.items() for bucket in BUCKETS}
    assert {cell: minor for cell, minor in cells.items() if minor} == {
        cell: minor for cell, minor in told.opened.items() if minor
    }
    assert total["open"] == told.control
    assert unidentified["unallocated"] == total["unallocated"] == -told.unallocated
    assert total["credit"] == -told.customer_credit
    for name, sum_ in total.items():
        assert sum_ == unidentified[name] + sum(row[name] for row in shown.values())


def test_each_payment_to_the_demos_bankgiro_is_booked_once(told: Truth, demo: Month):
    bank = paper_bank(GIRO_ACCOUNT)
    for day in demo.days:
        for name, content in demo.bank_files_of(day):
            if "bankgiro" in name:
                bank.deliver(content, on=day)
    assert (bank.balance, bank.details, bank.differences) == (told.moved[GIRO_ACCOUNT.number], 0, [])
    received = [row["amount_minor"] for row in bank.rows if row["in_detail"] and row["amount_minor"] > 0]
    assert (len(received), sum(received)) == (
        told.receipts[GIRO_ACCOUNT.number].count,
        told.receipts[GIRO_ACCOUNT.number].amount_minor,
    )


def test_the_picture_that_the_readme_shows_is_the_demos(told: Truth, demo: Month, tmp_path: Path):
    (name,) = re.findall(r"!\[[^\]]+\]\((docs/[^)]+)\)", README)
    payers = sorted({payer for payer, _ in told.opened})
    rows = [
        {"payer": payer, "bucket": bucket, "amount_minor": told.opened.get((payer, bucket), 0)}
        for payer in payers
        for bucket in BUCKETS
    ]
    drawn = draw_aging(rows, tmp_path / "aging.svg", BUCKETS, as_of=demo.days[-1])
    # Where letters end differs between machines; what they say, and the bars, does not.
    assert texts(ROOT / name) == texts(drawn), "run make picture"
    assert lightness(ROOT / name) == lightness(drawn)


def test_the_fact_that_the_readme_proves_is_one_of_the_demo_before_its_first_bank_day_seals(demo: Month):
    (named,) = re.findall(r"`… prove invoice-([^`]+)@1`", README)
    commands = [one.command for day in demo.lead_days for one in demo.submissions_of(day)]
    assert named in [one.invoice_id for one in commands if isinstance(one, IssueInvoice)]
