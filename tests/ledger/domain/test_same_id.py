"""The same id with other content is refused, never called nothing new; where it is, a reason is written down here."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Literal, get_args, get_origin

from msgspec.structs import replace

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.duty import DUTIES
from ledger.domain.fact import Command
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.refusals import Refused
from ledger.domain.terms.measured import MEASURED, Measured
from tests.kit.book import Ask, Book, asked, by
from tests.kit.every_command import STORY
from tests.kit.extremes import Leaf, leaves_of, with_all

NOTHING = "nothing new"
# The id is the hash of the file's content, so what is said of that content cannot differ but by another program.
HASHED = "The id is the hash of what is recorded."
# A bank's line, however its later files describe it: the same money is booked once, whatever they call it.
OF_A_LINE = "A bank says the same money again in other words."
# What is in force is in force; the state does not keep why, and the first reason stays in the journal.
IN_FORCE = "What is asked for is in force already; its first reason and day stay."
# The evidence under which something was decided, which is another one each time.
EVIDENCE = "It is what was known when it was asked for."
_LINE = (
    "bank_account bank_id_key booked_on end_to_end_key file held_by in_detail movement_id movement_minor payment_ref "
    "raw_position "
    "statement_no value_on"
)
# By command, the fields that may differ although nothing is new, and why.
MAY_DIFFER: dict[str, dict[str, str]] = {
    "ApproveErasure": {EVIDENCE: "account_id last_on ledger_position"},
    "BeginTransfer": {IN_FORCE: "reason_code"},
    "BookRefundMovement": {OF_A_LINE: f"{_LINE} bank_ref return_reason"},
    "BookPayoutMovement": {OF_A_LINE: f"{_LINE} payout_id payout_ref rule side"},
    "CancelTransfer": {IN_FORCE: "reason_code"},
    "CloseDoubt": {IN_FORCE: "code file money_id raw_position"},
    "ClassifyMovement": {OF_A_LINE: f"{_LINE} counter_account role rule tax_code"},
    "CompleteFile": {HASHED: "allocations before_opening in_doubt movements receipts seen_before"},
    "DeclineTransfer": {IN_FORCE: "entity"},
    "GiveDuty": {IN_FORCE: "duty from_on"},
    "IdentifyReceipt": {IN_FORCE: "method"},
    "IngestFile": {
        HASHED: "bank_account books chunks closing_minor currency format from_on incoming_minor lines opening_minor "
        "read_by sequence statement_id sum_minor to_on"
    },
    "MarkAccount": {IN_FORCE: "on reason_code"},
    "RecallReceipt": {IN_FORCE: "amount_minor reason_code"},
    "ReverseRecall": {IN_FORCE: "reason_code"},
    "ReclassifyAsPayout": {IN_FORCE: "reason_code"},
    "ReclassifyAsRefund": {IN_FORCE: "reason_code"},
    "ReclassifyMovement": {IN_FORCE: "amount_minor reason_code"},
    "RecordReceipt": {OF_A_LINE: "file"},
    "RejectFile": {HASHED: "format reasons"},
    "RemindItem": {EVIDENCE: "bank_differs bank_loaded_through channel ledger_position on"},
    "SettleTransactions": {
        OF_A_LINE: "amount_minor asked_key charged_for charges_minor currency file id_key kind money_id paid_currency "
        "paid_minor part_of settled_on settlement_ref tax_minor transactions"
    },
    "AdjudicateClaims": {
        OF_A_LINE: "amount_minor claim_ref claim_status claimed_minor control_ref currency file money_id paid_minor "
        "paid_on reason reason_group remittance_ref"
    },
    "SetLimit": {IN_FORCE: "from_on"},
    "VoidReceipt": {IN_FORCE: "reason_code"},
    "WithdrawBankAccount": {IN_FORCE: "reason_code"},
    "AllocateReceipt": {
        IN_FORCE: "on rule",
        "The money that was used is no more than this.": "amount_minor",
        "No money was left for it, so the facts do not name it.": "credit_account",
    },
    "ApplyCredit": {IN_FORCE: "on"},
    "AcceptMandate": {IN_FORCE: "active_from on"},
    "CancelMandate": {IN_FORCE: "advised ended_by on reason_code"},
    "FailCollection": {IN_FORCE: "on"},
    "RejectMandate": {IN_FORCE: "on reason_code"},
    "RequestMandate": {IN_FORCE: "on"},
    "ReturnCollection": {IN_FORCE: "on"},
    "ReopenCollection": {IN_FORCE: "on reason_code"},
    "SettleCollection": {IN_FORCE: "on short"},
}


def others(leaf: Leaf) -> tuple[Any, ...]:
    """Other possible values of a field."""
    name, kind = leaf
    if get_origin(kind) is Literal:
        return get_args(kind)
    values: dict[Any, tuple[Any, ...]] = {
        int: (7, 300_00),
        date: (date(2024, 7, 20), date(2024, 7, 5), date(2024, 7, 31)),
        bool: (True, False),
    }
    return values.get(kind, ("EUR",) if name.endswith("currency") else ("other",))


class Story:
    """The story of every command, in a book in memory; what each command again, or with other content, leads to."""

    def __init__(self) -> None:
        self.book = Book()
        self.book.states[MEASURED] = Measured(begins_on=date(2024, 5, 1), has_vouchers=False, currencies=())
        self.again: dict[str, set[str]] = defaultdict(set)
        self.changed: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for name in ("anna", "bo"):
            self.do(by("anna", RegisterPerson(person_id=name, sign_in=name * 8, duties=DUTIES)))
        for ask in STORY:
            self.do(ask)
            self.repeat(ask)

    def do(self, ask: Ask) -> None:
        self.book.do(ask, self.envelope(ask))

    def envelope(self, ask: Ask) -> Any:
        return replace(asked(ask).envelope, actor=f"person:{asked(ask).actor}")

    def repeat(self, ask: Ask) -> None:
        command = asked(ask).command
        name = type(command).__name__
        self.again[name].add(self.answer(ask, command))
        for leaf in leaves_of(type(command)):
            for value in others(leaf):
                if (other := with_all(command, leaf[0], value)) != command:
                    self.changed[name][leaf[0]].add(self.answer(ask, other))

    def answer(self, ask: Ask, command: Command) -> str:
        try:
            return "done" if self.book.decide(asked(ask)._replace(command=command), self.envelope(ask)) else NOTHING
        except Refused as refused:
            return refused.code


def test_other_content_is_never_called_nothing_new() -> None:
    story = Story()
    assert set(story.again) == {command.__name__ for command in CATALOGUE.rules}
    found = {
        name: {field for field, answers in fields.items() if NOTHING in answers}
        for name, fields in story.changed.items()
    }
    documented = {
        name: {field for fields in reasons.values() for field in fields.split()} for name, reasons in MAY_DIFFER.items()
    }
    assert {name: fields for name, fields in found.items() if fields} == documented
