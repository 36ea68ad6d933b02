"""The use case of asking who paid: only the bank's file says it; the reading is logged like one of the vault."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from infra.desk import names
from infra.desk.desk import Desk
from infra.desk.erased import erased_on
from infra.desk.naming_files import payers_of
from infra.desk.payer_lines import Line, Place, read_lines
from infra.desk.problems import Problem, Stopped
from infra.desk.protection import masked_of
from infra.desk.vault import CLERKS, VaultDoor, by, opened

if TYPE_CHECKING:
    from ledger.domain.cash.receipt import Receipt
    from ledger.domain.fact import Dated
    from ledger.vault.kinds import Kind
    from ledger.vault.purposes import Purpose

# Why who paid is not shown.
Unsaid = Literal["masked", "erased", "by_hand", "by_transfer", "file_not_readable"]

# What a bank's line says of the payer, by the kind of text that it is.
_SAID: Final[dict[Kind, str]] = {
    "name": "counterparty",
    "payer_account": "counterparty_account",
    "message_text": "text",
}


class Paid(NamedTuple):
    """Who paid a receipt, as the bank's file says; a text is None if the file does not say it, or if it is masked.

    `unsaid` is why nothing is shown; None if the file was asked.
    """

    receipt_id: str
    account_id: str | None
    name: str | None = None
    payer_account: str | None = None
    message_text: str | None = None
    masked: bool = False
    unsaid: Unsaid | None = None


class Paying(NamedTuple):
    """Who paid each receipt, and what is wrong with the files of those that are `file_not_readable`."""

    receipts: dict[str, Paid]
    troubles: dict[str, Exception]


def who_paid(desk: Desk, door: VaultDoor, receipt: str, purpose: Purpose) -> Paid:
    """Return what the bank's file says of a receipt's payer; of a payer with protected identity, it is masked.

    Raises Stopped, or what is wrong with the file, if nothing else can be said.
    """
    desk.require(*CLERKS)
    receipt_id = names.receipt(desk, receipt)
    found = who_paid_each(desk, door, [receipt_id], purpose)
    match found.receipts[receipt_id].unsaid:
        case "by_hand":
            raise Stopped(Problem("payer_unsaid", _BY_HAND, receipt_id))
        case "by_transfer":
            raise Stopped(Problem("payer_unsaid", _by_transfer(desk, receipt_id), receipt_id))
        case "erased":
            raise Stopped(Problem("subject_erased", _ERASED, receipt_id))
        case "file_not_readable":
            raise found.troubles[receipt_id]
    return found.receipts[receipt_id]


def who_paid_each(desk: Desk, door: VaultDoor, receipt_ids: Collection[str], purpose: Purpose) -> Paying:
    """What the banks' files say of the payers of these receipts; each file is opened once.

    Whose texts are read is logged before a file is opened: one entry for each payer, or receipt of an unknown payer. A
    receipt that ever was a protected payer's is masked, also after it was taken back. Nothing is said of one that ever
    was somebody's who was erased: the file would say who that was. Raises Stopped if the person may not read this.
    """
    desk.require(*CLERKS)
    states, payers = _states(desk, receipt_ids), payers_of(desk, receipt_ids)
    everybody = sorted(frozenset().union(*payers.values()))
    gone, hidden = erased_on(desk, everybody), masked_of(desk, everybody)
    of_each = {id: frozenset(kind for payer in payers[id] for kind in hidden[payer]) for id in states}
    unsaid = {id: _unsaid(state, erased=not gone.keys().isdisjoint(payers[id])) for id, state in states.items()}
    kinds = {id: [kind for kind in _SAID if kind not in of_each[id]] for id in states if unsaid[id] is None}
    # Of one payer, a receipt of two payers may be masked, and another one not.
    of_subject: dict[str, set[Kind]] = {}
    for id, shown in kinds.items():
        of_subject.setdefault(states[id].account_id or id, set()).update(shown)
    noted = {subject: [kind for kind in _SAID if kind in shown] for subject, shown in of_subject.items()}
    with opened(desk, door) as vault:
        vault.noted(noted, purpose, by(desk))
    places = {id: place for id, read in kinds.items() if read and (place := _place(states[id]))}
    read = read_lines(desk, door, places.values())
    paid = {
        id: _paid(Paid(id, state.account_id, masked=bool(of_each[id]), unsaid=unsaid[id]), kinds.get(id, []), line)
        for id, state in states.items()
        for line in [read.lines.get(places[id]) if id in places else None]
    }
    return Paying(paid, {id: read.troubles[place.file] for id, place in places.items() if place.file in read.troubles})


def _paid(paid: Paid, kinds: Sequence[Kind], line: Line | None) -> Paid:
    """Add what the line says, in the kinds that may be shown."""
    if paid.unsaid is not None:
        return paid
    if not kinds:
        return paid._replace(unsaid="masked")
    if line is None:
        return paid._replace(unsaid="file_not_readable")
    texts: dict[str, Any] = {kind: line[_SAID[kind]] for kind in kinds}
    return paid._replace(**texts)


def _states(desk: Desk, receipt_ids: Collection[str]) -> dict[str, Receipt]:
    """The receipts as the facts say, each under its id."""
    from ledger.domain.cash.receipt import Receipt

    journal = desk.books.journal
    facts: dict[str, list[Dated]] = {f"receipt-{id}": [] for id in receipt_ids}
    for stream, _, dated in journal.facts(facts):
        facts[stream].append(dated)
    found = {}
    for stream, theirs in facts.items():
        state = journal.catalogue.remember(stream, None, theirs)
        assert isinstance(state, Receipt), "a name of a receipt was found"
        found[stream.removeprefix("receipt-")] = state
    return found


def _unsaid(state: Receipt, *, erased: bool) -> Unsaid | None:
    if state.payment.file is None:
        return "by_transfer" if state.payment.by_transfer else "by_hand"
    return "erased" if erased else None


def _place(state: Receipt) -> Place | None:
    payment = state.payment
    if payment.file is None or payment.raw_position is None:
        return None
    return Place(payment.file, payment.statement_no, payment.raw_position)


def _by_transfer(desk: Desk, receipt_id: str) -> str:
    """Which entity's bank file says who paid."""
    from ledger.domain.cash.transfer_facts import TransferArrived

    (arrived,) = (one for one in desk.facts([f"transfer-{receipt_id}"]) if isinstance(one, TransferArrived))
    return _BY_TRANSFER.format(transfer=receipt_id, entity=arrived.entity)


_ERASED: Final = "a payer of this receipt was erased, so who paid it is not shown any more"
_BY_TRANSFER: Final = (
    "entity {entity} received this payment for us, by transfer {transfer}: only the bank file of that entity says who "
    "paid, so ask somebody who works there"
)
_BY_HAND: Final = "no bank's file says who paid this receipt, because a person recorded it"
