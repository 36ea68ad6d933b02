"""The fold of whole pages beside its oracle: fact by fact, stream by stream, row by row, as plainly as it can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import Journal, Recorded, open_journal
from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.catalogue import CATALOGUE
from projections import ReadStore, follow
from projections.read_models.account_balances import AccountBalance, settle
from projections.read_models.model import Key, Row
from projections.read_models.page import KEYS, Before, fold, touched
from projections.read_models.page import lines as lines_of
from projections.read_models.registry import KEYED, LINES
from tests.kit.care import open_account, receipt
from tests.kit.office.draws import ACCOUNTS
from tests.kit.replay import replay
from tests.projections.memory_journal import Log
from tests.projections.months import FIRST, month

Tables = dict[str, dict[Key, Row]]
# Open, credit, number of open items, unallocated.
Balances = dict[Key, list[int]]
PAYERS = dict.fromkeys(ACCOUNTS, "patient")
# Which facts give an account customer credit, and which take it; what they change is not asked of the catalogue.
CREDIT_SIGNS = {
    "CustomerCreditCreated": 1,
    "CustomerCreditRestored": 1,
    "CustomerCreditWithdrawn": -1,
    "CustomerCreditApplied": -1,
    "CustomerCreditReleased": 1,
    "CustomerCreditReclaimed": 1,
    "CustomerCreditRefunded": -1,
}


def plainly(facts: Iterable[Recorded]) -> tuple[Tables, Balances]:
    """Every table and balance, from the rows of one stream at a time and how each fact changes what they count for."""
    streams: dict[tuple[str, str], dict[Key, Any]] = defaultdict(dict)
    balances: Balances = defaultdict(lambda: [0, 0, 0, 0])
    for recorded in facts:
        kind = type(recorded.fact)
        for model in KEYED:
            if kind not in model.facts:
                continue
            rows = streams[model.table, recorded.stream]
            for row in model.evolve(rows, recorded):
                key = tuple(getattr(row, column) for column in model.key)
                if model.share is not None:
                    count(balances, model.share(row), 1)
                    if key in rows:
                        count(balances, model.share(rows[key]), -1)
                rows[key] = row
        if recorded.name in CREDIT_SIGNS:
            fact: Any = recorded.fact
            amount = CREDIT_SIGNS[recorded.name] * fact.amount_minor
            balances[recorded.stream.removeprefix("account-"), fact.currency][1] += amount
    tables: Tables = {model.table: {} for model in KEYED}
    for (table, _), rows in streams.items():
        tables[table] |= rows
    return tables, dict(balances)


def count(balances: Balances, share: Any, sign: int) -> None:
    if share.account_id is not None:
        amounts = balances[share.account_id, share.currency]
        amounts[0] += sign * share.open_minor
        amounts[2] += sign * share.open_items
        amounts[3] += sign * share.unallocated_minor


def in_pages(facts: list[Recorded], cuts: Iterable[int]) -> tuple[Tables, dict[Key, AccountBalance], Tables]:
    """The same by pages, each given no rows but those it asks for; and the lines that the pages tell."""
    tables: Tables = {model.table: {} for model in KEYED}
    balances: dict[Key, AccountBalance] = {}
    told: Tables = {model.table: {} for model in LINES}
    places = sorted({0, *cuts, len(facts)})
    for start, stop in pairwise(places):
        batch = facts[start:stop]
        page = fold(batch, asked_for(batch, tables), CATALOGUE)
        for table, rows in page.rows.items():
            tables[table] |= rows
        balances |= {(one.account_id, one.currency): one for one in settle(page.moved, balances, PAYERS)}
        for model in LINES:
            told[model.table] |= {KEYS[model.table](line): line for line in lines_of(model, batch, page, CATALOGUE)}
    return tables, balances, told


def asked_for(batch: list[Recorded], tables: Tables) -> Before:
    return {
        table: {key: row for key, row in tables[table].items() if key[0] in ids}
        for table, ids in touched(batch).items()
    }


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 150), max_size=12))
def test_pages_cut_anywhere_make_what_the_plain_fold_makes(seed: int, cuts: list[int]):
    facts = month(seed, 120).recorded
    tables, balances = plainly(facts)
    _, _, told = in_pages(facts, ())

    by_page = in_pages(facts, (cut for cut in cuts if cut < len(facts)))

    assert by_page[0] == tables
    assert {
        key: [one.open_minor, one.credit_minor, one.open_items, one.unallocated_minor]
        for key, one in by_page[1].items()
    } == balances
    assert by_page[2] == told


def test_an_account_that_money_only_passed_within_a_page_has_its_balance_in_any_pages():
    log = Log().do(open_account("p1"), open_account("p2"), receipt("r", 100_00), on=FIRST)
    for account in ("p1", "p2"):
        log.do(IdentifyReceipt(receipt_id="r", account_id=account), on=FIRST)
    whole = in_pages(log.recorded, ())[1]
    assert {key: one.unallocated_minor for key, one in whole.items()} == {("p1", "SEK"): 0, ("p2", "SEK"): 100_00}
    assert in_pages(log.recorded, range(len(log.recorded)))[1] == whole


@pytest.mark.parametrize("model", KEYED, ids=lambda model: model.table)
def test_a_table_replayed_from_the_journal_alone_is_what_the_plain_fold_makes(model: Any):
    log = month(11, 400)
    halfway = log.recorded[200].position
    assert replay(log, model) == plainly(log.recorded)[0][model.table]
    assert replay(log, model, upto=halfway) == plainly(log.recorded[:201])[0][model.table]


@pytest.fixture
def journal(unstaffed_urls):
    with open_journal(unstaffed_urls.writer, "clinic") as journal:
        yield journal


def test_a_table_replayed_from_the_stored_journal_is_the_read_table(unstaffed_urls, journal: Journal):
    month(5, 400).put_into(journal)
    with ReadStore(unstaffed_urls.writer, "clinic") as store:
        follow(journal, store)
        found = store.now.items(open_only=False).to_pylist()
    (model,) = (one for one in KEYED if one.table == "items")
    replayed = [msgspec.structs.asdict(row) for row in replay(journal, model).values()]
    assert len(found) > 20
    assert {row["item_id"]: row for row in found} == {row["item_id"]: row for row in replayed}
