"""Read models of our bank accounts and their movements, fact by fact."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.bank.account import RecordBankOpening
from ledger.domain.bank.alias import Alias
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.payout import BookPayoutMovement, Side
from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout
from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.catalogue import CATALOGUE
from projections.read_models.model import Row
from projections.read_models.page import Before, fold
from projections.read_models.registry import KEYED
from tests.kit.care import declare_bank_account
from tests.kit.moved_lines import line_of
from tests.kit.providers import declare_provider_account
from tests.projections.memory_journal import Log

DAY = date(2024, 7, 10)
NONE_YET: Before = {model.table: {} for model in KEYED}


@pytest.fixture
def log() -> Log:
    """Nothing yet."""
    return Log()


def row(log: Log, table: str, *key: object) -> Row:
    """A row after all facts of the log."""
    return fold(log.recorded, NONE_YET, CATALOGUE).rows[table][key]


def test_the_newest_declaration_of_a_bank_account_holds(log: Log):
    for source in ("bgmax", "camt.053"):
        log.do(declare_bank_account("b1", source), on=DAY)
    log.do(RecordBankOpening(bank_account="b1", as_of=DAY, balance_minor=-5_00, source="statement"), on=DAY)
    first, second, opened = (row(log, "bank_accounts", "b1", one.position) for one in log.of("bankaccount-b1"))
    assert (first.opening_on, second.opening_minor) == (None, None)
    assert (opened.opening_on, opened.opening_minor, opened.opening_source) == (DAY, -5_00, "statement")
    assert opened.declared_at_position == second.declared_at_position == second.known_from_position
    assert row(log, "bank_feeds", "b1", first.declared_at_position, 1).format == "bgmax"
    assert row(log, "bank_feeds", "b1", second.declared_at_position, 1).format == "camt.053"


def test_a_number_is_free_for_another_account_after_it_was_withdrawn(log: Log):
    log.do(declare_bank_account("b1"), on=DAY)
    assert row(log, "bank_aliases", "b1.SEK").bank_account == "b1"
    log.do(declare_bank_account("b1", aliases=(Alias("N2", "bban"),)), on=DAY)
    assert row(log, "bank_aliases", "b1.SEK").bank_account is None
    log.do(declare_bank_account("b2", aliases=(Alias("b1", "bban"),)), on=DAY)
    assert row(log, "bank_aliases", "b1.SEK").bank_account == "b2"


def test_a_bank_movement_is_kept_with_its_role(log: Log):
    fee = BankLine(bank_account="b1", amount_minor=-15_00, currency="SEK", booked_on=DAY, line_key="k", file="h")
    log.do(ClassifyMovement(part_id="m", line=fee, role="bank_fees", rule="fee"), on=DAY)
    kept = row(log, "movements", "m")
    assert (kept.amount_minor, kept.role, kept.line_key, kept.file) == (-15_00, "bank_fees", "k", "h")


def test_a_split_movement_is_two_rows_that_sum_to_what_the_bank_booked(log: Log):
    debit = BankLine(bank_account="b1", amount_minor=-15_00, currency="SEK", booked_on=DAY, line_key="k", file="h")
    log.do(ClassifyMovement(part_id="m", line=debit, role="bank_suspense", rule="debit_unexplained"), on=DAY)
    log.do(ReclassifyMovement(part_id="m", role="suppliers", reason_code="X", amount_minor=5_00), on=DAY)
    whole, part = row(log, "movements", "m"), row(log, "movements", "m.1")
    assert (whole.amount_minor, whole.split_minor, whole.split_from, whole.role) == (
        -10_00,
        -5_00,
        None,
        "bank_suspense",
    )
    assert (part.amount_minor, part.split_minor, part.split_from, part.role) == (-5_00, 0, "m", "suppliers")
    assert (part.file, part.line_key, part.rule, part.reason_code) == ("h", "k", "debit_unexplained", "X")


def test_a_payout_gains_and_loses_a_movement_and_each_is_known_from_its_own_position(log: Log):
    sent = line_of("m1", -10_00)
    log.do(declare_provider_account(), on=DAY)
    lines = {
        "po": ("m1", replace(sent, bank_account="cards", held_by="card")),
        "own": ("m2", replace(sent, amount_minor=9_00)),
    }
    for payout_id, (part_id, line) in lines.items():
        side: Side = "sent" if line.held_by else "arrived"
        command = BookPayoutMovement(
            part_id=part_id,
            line=line,
            payout_id=payout_id,
            provider_account="cards",
            payout_ref=None,
            side=side,
            rule="x",
        )
        log.do(command, on=DAY)
    said = ReclassifyAsPayout(part_id="m2", payout_id="po", reason_code="X")
    log.do(said, on=DAY)
    log.do(replace(said, payout_id="own"), on=DAY)
    log.do(said, on=DAY)
    rows = fold(log.recorded, NONE_YET, CATALOGUE).rows["payouts"].values()
    amounts = {
        id: [one.amount_minor for one in sorted(rows, key=lambda one: one.recorded_at_position) if one.payout_id == id]
        for id in ("po", "own")
    }
    assert amounts == {"po": [10_00, 9_00, -9_00, 9_00], "own": [9_00, -9_00, 9_00, -9_00]}
    moved = row(log, "movements", "m2")
    assert (moved.role, moved.document, moved.counter_account) == ("payouts_in_transit", "payout-po", "cards")
