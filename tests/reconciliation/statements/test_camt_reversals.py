"""Reversals move the account as their bank says it: by the standard, or as the account was declared."""

from __future__ import annotations

import pytest

from reconciliation.statements import Profile, read
from reconciliation.statements.camt.writer import CamtEntry, write_camt053
from tests.kit.inspection import GOLDEN
from tests.reconciliation.statements.written_files import (
    ACCOUNT,
    DAY,
    STAMP,
    camt,
    detail,
    entry,
    rows,
    statement,
    transaction,
)


@pytest.mark.parametrize(("direction", "sign"), [("CRDT", 1), ("DBIT", -1)])
@pytest.mark.parametrize("flips", [False, True])
def test_a_reversal_moves_the_account_as_it_says_unless_the_banks_profile_turns_it(direction, sign, flips):
    data = transaction('<Amt Ccy="SEK">5</Amt>', direction=direction).replace(b"<Sts>", b"<RvslInd>true</RvslInd><Sts>")
    parsed = read(data, Profile(flipping=((ACCOUNT, "SEK"),) if flips else ()))
    line, member = rows(parsed)
    assert (line["reversal"], line["amount_minor"]) == (True, -sign * 100_00 if flips else sign * 100_00)
    assert member["amount_minor"] == (-sign * 5_00 if flips else sign * 5_00)


def test_a_profile_turns_only_the_reversals_of_its_own_account_and_currency():
    reversed_ = CamtEntry(-125_00, DAY, DAY, "B1", (detail(1, -125_00),), reversal=True)
    accounts = [("SE4550000000058398257466", "SEK"), (ACCOUNT, "EUR"), (ACCOUNT, "SEK")]
    data = write_camt053(
        "M1", STAMP, [statement([reversed_], account=number, currency=code) for number, code in accounts]
    )
    parsed = read(data, Profile(flipping=((ACCOUNT, "EUR"),)))
    assert [row["amount_minor"] for row in rows(parsed, 0)] == [-125_00, 125_00, -125_00]
    assert [row["amount_minor"] for row in rows(parsed, 1)] == [-125_00, 125_00, -125_00]


def test_the_sides_that_a_bank_counts_prove_nothing_where_a_reversal_was_flipped():
    entries = [CamtEntry(125_00, DAY, DAY, "B1", (detail(1),), reversal=True)]
    data = write_camt053("M1", STAMP, [statement(entries)])
    for profile, credits in ((Profile(), 125_00), (Profile(flipping=((ACCOUNT, "SEK"),)), None)):
        (head,) = read(data, profile).statements.to_pylist()
        assert (head["declared_credit_minor"], head["declared_count"]) == (credits, 1)
        assert head["declared_sum_minor"] == 125_00


def test_a_german_statement_foots_only_with_its_accounts_profile_and_names_the_same_payer():
    data = (GOLDEN / "camt053_german_codes_and_reversal.xml").read_bytes()
    plain, flipped = read(data), read(data, Profile(flipping=(("DE89370400440532013000", "EUR"),)))
    sums = [sum(row["amount_minor"] for row in rows(one, 0)) for one in (plain, flipped)]
    (head,) = flipped.statements.to_pylist()
    assert [head["opening_minor"] + one == head["closing_minor"] for one in sums] == [False, True]
    assert [row["counterparty"] for row in rows(flipped, 1)] == ["Max Beispiel", "Erika Beispiel"]


@pytest.mark.parametrize("flips", [False, True])
def test_of_a_payment_to_us_that_was_reversed_the_other_side_is_its_debtor_however_the_bank_says_it(flips: bool):
    parties = "<RltdPties><Dbtr><Pty><Nm>D</Nm></Pty></Dbtr><Cdtr><Pty><Nm>C</Nm></Pty></Cdtr></RltdPties>"
    data = transaction(parties, direction="CRDT" if flips else "DBIT")
    data = data.replace(b"<Sts>", b"<RvslInd>true</RvslInd><Sts>")
    parsed = read(data, Profile(flipping=((ACCOUNT, "SEK"),) if flips else ()))
    assert [(row["amount_minor"], row["counterparty"]) for row in rows(parsed, 1)] == [(None, "D")]
    assert rows(parsed, 0)[0]["amount_minor"] == -100_00


def test_a_profile_turns_nothing_that_is_no_reversal():
    assert read(camt(), Profile(flipping=((ACCOUNT, "SEK"),))).lines.equals(read(camt()).lines)


def test_of_a_debit_that_came_back_the_other_side_is_still_the_debtor():
    body = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>D</Nm></Dbtr><Cdtr><Nm>C</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>"
    data = entry(body, direction="DBIT").replace(b"<Sts>", b"<RvslInd>1</RvslInd><Sts>")
    assert rows(read(data), 1)[0]["counterparty"] == "D"
