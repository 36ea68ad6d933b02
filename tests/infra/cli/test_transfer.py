"""A payment that was meant for another entity, transferred between two sets of real books."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from infra.postgres import Urls, connect_urls
from ledger import Submission, execute, open_journal
from ledger.domain.cash.transfer import DeclineTransfer, ReceiveTransfer
from ledger.domain.cash.transfer_facts import Quoted
from reconciliation.statements.camt.writer import CamtEntry
from tests.conftest import BARE_TEMPLATE
from tests.infra.cli.command_line import Answers, Reskontra
from tests.kit.clinic import paid, statement
from tests.kit.staff import make_books
from tests.kit.submissions import submit
from tests.kit.two_entities import BOOKED_ON, OTHERS, OURS, facts_of, iban, in_installation

ANSWERS: Answers = {
    "transfer send": ("{receipt} --to west --reason PAID_US", 1),
    "transfer continue": ("", 0),
    "transfer cancel": ("none --reason OURS", 1),
    "transfer list": ("", 0),
}
PAID = 250_00


class Group:
    """Entity north has an invoice of 250.00; its payer paid it to the bank account of entity south."""

    def __init__(self, owner: str, data: Path) -> None:
        self.south, self.north = (in_installation(owner, data, name) for name in (OURS, OTHERS))
        self.data = data

    def filled(self, north_keeps: str = "SEK") -> Group:
        """The books of both; those of north are in another currency if one is given."""
        for entity, currency in ((self.south, "SEK"), (self.north, north_keeps)):
            make_books(entity.settings, entity.name)
            entity.reskontra(f"entity declare --currencies {currency}")
            entity.reskontra(
                "bank-account", "declare", iban(len(entity.name) + ord(entity.name[0])), "--currency", currency
            )
        north = self.north.reskontra
        north("account open p1 --payer patient")
        north("series open inv --first 7001")
        north("invoice issue --id i1 --account p1 --series inv --amount 250.00 --service X --issued-on 2026-10-01")
        (item,) = north.json("open-items")["rows"]
        self.load(self.south.name, [paid(PAID, item["reference"], "b1", BOOKED_ON)])
        return self

    def load(self, name: str, entries: list[CamtEntry], opening: int = 0, number: int = 1) -> dict[str, Any]:
        """A statement of an entity's bank account."""
        entity = self.south if name == OURS else self.north
        path = self.data / f"{name}{number}.xml"
        account = iban(len(name) + ord(name[0]))
        path.write_bytes(statement(entries, opening, f"{name}{number}", BOOKED_ON, account=account, sequence=number))
        return entity.reskontra.json("reconcile", path, "--on", BOOKED_ON)

    def receipt(self) -> str:
        """The receipt in south's books."""
        return str(self.south.reskontra.json("receipts")["rows"][0]["receipt_id"])

    def owed(self) -> tuple[int, int]:
        """What south owes other entities, and what north claims from them."""
        return balance(self.south.reskontra, "2860"), balance(self.north.reskontra, "1660")

    def tied(self) -> bool:
        """Whether both entities' control accounts agree with their sub-ledgers."""
        return all(entity.reskontra("tie-out", code=None).code == 0 for entity in (self.south, self.north))


def balance(reskontra: Reskontra, account: str) -> int:
    rows = reskontra.json("trial-balance")["rows"]
    return sum(int(row["balance_minor"]) for row in rows if row["account"] == account)


def statuses(reskontra: Reskontra) -> dict[str, str]:
    return {row["transfer_id"]: row["status"] for row in reskontra.json("transfer list")["rows"]}


@pytest.fixture(scope="module")
def template(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Urls, Path]]:
    urls = databases.make(BARE_TEMPLATE)
    data = tmp_path_factory.mktemp("group") / "data"
    data.mkdir()
    Group(urls.owner, data).filled()
    yield urls, data
    databases.finish(urls)


@pytest.fixture
def group(databases: Any, template: tuple[Urls, Path]) -> Iterator[Group]:
    """Both books for one test; nothing is written into the data folder but bank files."""
    urls = databases.make(str(conninfo_to_dict(template[0].owner)["dbname"]))
    yield Group(urls.owner, template[1])
    databases.finish(urls)


def test_a_payment_reaches_the_entity_for_which_it_was_meant(group: Group):
    south, north = group.south.reskontra, group.north.reskontra
    sent = south.json(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1 --key k")
    assert (sent["rows"][0]["transfer_status"], sent["rows"][0]["amount_minor"]) == ("completed", PAID)
    assert (south.json("receipts")["rows"], group.owed()) == ([], (-PAID, PAID))
    (receipt,) = north.json("receipts")["rows"]
    assert (receipt["receipt_id"], receipt["rail"], receipt["reference"]) == ("t1", "transfer", "7001175")
    assert receipt["booked_on"] == str(BOOKED_ON)
    # It waits for a person like a bank's payment, with the item of its reference.
    assert (receipt["codes"], receipt["suggested"]) == (["transferred"], ["7001 = i1.1 (same_reference)"])
    assert "allocate it to that" in receipt["reasons"][0]
    asked = north("receipt payer t1 --purpose payment_enquiry", code=1).err
    assert "entity south received this payment for us, by transfer t1" in asked
    assert "Payment that another entity received for us" in north("history receipt-t1").out
    # The same once more changes nothing in either journal.
    before = [len(facts_of(entity)) for entity in (group.south, group.north)]
    again = south.json(f"transfer send {sent['rows'][0]['receipt_id']} --to north --reason PAID_US --id t1 --key k")
    assert again["rows"][0]["status"] == "nothing_new"
    assert south.json("transfer continue t1")["rows"][0]["status"] == "completed"
    assert [len(facts_of(entity)) for entity in (group.south, group.north)] == before
    north("allocate t1 --item 7001")
    assert north.json("open-items")["rows"] == []
    assert group.tied()
    assert (statuses(south), statuses(north)) == ({"t1": "completed"}, {"t1": "arrived"})
    # Nothing of south's file, line or bank account is in north's journal.
    assert {fact["envelope"]["correlation"] for fact in facts_of(group.north) if fact["stream"] == "transfer-t1"} == {
        fact["envelope"]["correlation"] for fact in facts_of(group.south) if "to_entity" in fact or fact.get("entity")
    }
    told = [row["fact"] for row in south.json("history transfer-t1")["rows"]]
    assert told == ["TransferBegun", "TransferCompleted"]


def test_what_south_pays_north_by_bank_clears_what_both_have_booked(group: Group):
    south, north = group.south.reskontra, group.north.reskontra
    south(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1")
    group.load(OURS, [CamtEntry(-PAID, BOOKED_ON, BOOKED_ON, "b2", code=("PMNT", "ICDT", "ESCT"))], PAID, 2)
    group.load(OTHERS, [paid(PAID, None, "b3", BOOKED_ON)])
    (debit,) = (row["part_id"] for row in south.json("movement list")["rows"] if row["in_suspense"])
    south(f"movement reclassify {debit} --role due_to_entities --reason SETTLED")
    (credit,) = (row["receipt_id"] for row in north.json("receipts")["rows"] if row["receipt_id"] != "t1")
    north(f"receipt reclassify {credit} --role due_from_entities --reason SETTLED")
    assert group.owed() == (0, 0)
    assert group.tied()


def test_a_transfer_whose_second_half_fails_is_under_way_until_it_goes_on(group: Group):
    south, north = group.south.reskontra, group.north.reskontra
    # Bo may not record anything in north.
    north("person end-duty bo finance --reason MOVED")
    answered = south.by("bo")(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1 --json", code=1)
    assert answered.codes == ["duty_ended", "transfer_under_way"]
    (row,) = south.json("transfer list")["rows"]
    assert (row["status"], row["waits_for"]) == ("under_way", "the word of entity north that it has it")
    assert "entity north has not said that it recorded it" in answered.out
    assert "is listed here once it is recorded here" in north("transfer list").out
    assert (group.owed(), statuses(north)) == ((-PAID, 0), {})
    assert south.by("bo")("transfer continue --json", code=1).codes == ["duty_ended", "transfer_under_way"]
    assert group.tied()
    assert south("transfer continue").out.startswith("1 of 1 transfer complete\n")
    assert (group.owed(), statuses(north)) == ((-PAID, PAID), {"t1": "arrived"})
    assert south("transfer continue").out.startswith("0 of 0 transfers complete\n")


def test_a_process_that_ended_between_any_two_steps_goes_on(group: Group):
    south = group.south.reskontra
    with psycopg.connect(group.north.settings.owner_url or "") as owner:
        owner.execute("REVOKE INSERT ON north.events FROM reskontra_north_writer")
    answered = south(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1 --json", code=1)
    assert answered.codes[-1] == "transfer_under_way"
    with psycopg.connect(group.north.settings.owner_url or "") as owner:
        owner.execute("GRANT INSERT ON north.events TO reskontra_north_writer")
    # North records it, but south cannot record that.
    with psycopg.connect(group.north.settings.owner_url or "") as owner:
        owner.execute("REVOKE INSERT ON south.events FROM reskontra_south_writer")
    assert "north has recorded it, but here it is not recorded yet" in south("transfer continue --json", code=1).out
    assert statuses(group.north.reskontra) == {"t1": "arrived"}
    with psycopg.connect(group.north.settings.owner_url or "") as owner:
        owner.execute("GRANT INSERT ON south.events TO reskontra_south_writer")
    assert south("transfer cancel t1 --reason OURS --json", code=1).codes == ["transfer_arrived"]
    south("transfer continue")
    assert (group.owed(), statuses(south)) == ((-PAID, PAID), {"t1": "completed"})
    assert len([fact for fact in facts_of(group.north) if fact["stream"] == "receipt-t1"]) == 1


def test_a_cancelled_transfer_never_arrives_and_its_money_is_unallocated(group: Group):
    south, north = group.south.reskontra, group.north.reskontra
    north("person end-duty bo finance --reason MOVED")
    receipt = group.receipt()
    south.by("bo")(f"transfer send {receipt} --to north --reason PAID_US --id t1", code=1)
    assert south.by("bo")("transfer cancel t1 --reason OURS --json", code=1).codes == ["duty_ended"]
    assert statuses(south) == {"t1": "under_way"}
    cancelled, again = (south.json("transfer cancel t1 --reason OURS --key K")["rows"][0] for _ in range(2))
    assert (cancelled["status"], again["status"]) == ("done", "nothing_new")
    assert (cancelled["transfer_status"], group.owed(), group.receipt()) == ("cancelled", (0, 0), receipt)
    assert statuses(north) == {"t1": "declined"}
    assert [row["entity"] for row in north.json("transfer list")["rows"]] == ["south"]
    assert south.json("transfer continue t1")["rows"][0]["status"] == "cancelled"
    assert group.tied()


def test_a_cancellation_that_was_cut_off_is_ended_by_the_same_command(group: Group):
    south, north = group.south.reskontra, group.north.reskontra
    north("person end-duty bo finance --reason MOVED")
    south.by("bo")(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1", code=1)
    with psycopg.connect(group.north.settings.owner_url or "") as owner:
        owner.execute("REVOKE INSERT ON south.events FROM reskontra_south_writer")
    south("transfer cancel t1 --reason OURS", code=1)
    with psycopg.connect(group.north.settings.owner_url or "") as owner:
        owner.execute("GRANT INSERT ON south.events TO reskontra_south_writer")
    assert (statuses(south), statuses(north)) == ({"t1": "under_way"}, {"t1": "declined"})
    assert south("transfer continue --json", code=1).codes == ["transfer_declined", "transfer_under_way"]
    south("transfer cancel t1 --reason OURS")
    assert (statuses(south), group.owed()) == ({"t1": "cancelled"}, (0, 0))


def test_of_an_arrival_and_a_cancellation_at_one_time_one_wins(group: Group):
    south = group.south.reskontra
    group.north.reskontra("person end-duty bo finance --reason MOVED")
    south.by("bo")(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1", code=1)
    begun = next(fact for fact in facts_of(group.south) if fact.get("transfer_id") == "t1")
    arrives = ReceiveTransfer(
        transfer_id="t1",
        entity=OURS,
        amount_minor=PAID,
        currency="SEK",
        quoted=msgspec.convert(begun["quoted"], Quoted),
    )
    submitted = [
        submit(command, key, BOOKED_ON)
        for key, command in (("a", arrives), ("b", DeclineTransfer(transfer_id="t1", entity=OURS)))
    ]
    urls = connect_urls(group.north.settings, OTHERS)
    together = Barrier(2)

    def one(submission: Submission) -> str:
        with open_journal(urls.writer, OTHERS) as journal:
            together.wait()
            return execute(journal, submission).status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, submitted)) == ["done", "refused"]
    arrived = statuses(group.north.reskontra)["t1"] == "arrived"
    south("transfer continue", code=0 if arrived else 1)
    south("transfer cancel t1 --reason OURS", code=1 if arrived else 0)
    assert group.owed() == ((-PAID, PAID) if arrived else (0, 0))


def test_what_is_left_of_a_payment_still_waits_for_a_person(group: Group):
    south = group.south.reskontra
    (before,) = south.json("receipts")["rows"]
    south(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1 --amount 100.00")
    (after,) = south.json("receipts")["rows"]
    assert before["reasons"]
    assert (after["unallocated_minor"], after["reasons"]) == (150_00, before["reasons"])


def test_a_transfer_is_moved_back_by_another_one(group: Group):
    south, north = group.south.reskontra, group.north.reskontra
    south(f"transfer send {group.receipt()} --to north --reason PAID_US --id t1")
    assert south("transfer cancel t1 --reason OURS --json", code=1).codes == ["transfer_ended"]
    north("transfer send t1 --to south --reason NOT_OURS --id t2")
    assert (balance(south, "2860"), balance(south, "1660")) == (-PAID, PAID)
    assert (balance(north, "2860"), balance(north, "1660")) == (-PAID, PAID)
    assert [row["receipt_id"] for row in south.json("receipts")["rows"]] == ["t2"]
    assert group.tied()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("{receipt} --to south --reason X", "transfer_to_itself"),
        ("{receipt} --to west --reason X", "entity_unknown"),
        ("{receipt} --to north --amount 250.01 --reason X", "amount_exceeds_unallocated"),
        ("none --to north --reason X", "receipt_unknown"),
    ],
)
def test_what_cannot_be_sent_leaves_both_books_as_they_were(group: Group, typed: str, code: str):
    before = [len(facts_of(entity)) for entity in (group.south, group.north)]
    answered = group.south.reskontra(f"transfer send {typed.format(receipt=group.receipt())} --json", code=1)
    assert answered.codes == [code]
    assert [len(facts_of(entity)) for entity in (group.south, group.north)] == before


def test_a_currency_that_the_other_entity_does_not_keep_is_refused_before_anything_is_recorded(
    databases: Any, tmp_path: Path
):
    urls = databases.make(BARE_TEMPLATE)
    group = Group(urls.owner, tmp_path).filled("EUR")
    before = [len(facts_of(entity)) for entity in (group.south, group.north)]
    answered = group.south.reskontra(f"transfer send {group.receipt()} --to north --reason X --json", code=1)
    assert answered.codes == ["currency_not_kept"]
    assert [len(facts_of(entity)) for entity in (group.south, group.north)] == before
    databases.finish(urls)
