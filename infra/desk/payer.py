"""The use case of asking who paid: only the bank's file says it; the reading is logged like one of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk import names
from infra.desk.desk import Desk
from infra.desk.erased import erased_on
from infra.desk.naming_files import payers_of
from infra.desk.problems import Problem, Stopped
from infra.desk.protection import masked
from infra.desk.vault import CLERKS, VaultDoor, by, opened

if TYPE_CHECKING:
    from ledger.domain.cash.receipt_facts import Payment
    from ledger.vault.kinds import Kind
    from ledger.vault.purposes import Purpose

# What a bank's line says of the payer, by the kind of text that it is.
_SAID: Final[dict[Kind, str]] = {
    "name": "counterparty",
    "payer_account": "counterparty_account",
    "message_text": "text",
}


class Paid(NamedTuple):
    """Who paid a receipt, as the bank's file says; a text is None if the file does not say it, or if it is masked."""

    receipt_id: str
    account_id: str | None
    name: str | None
    payer_account: str | None
    message_text: str | None
    masked: bool


def who_paid(desk: Desk, door: VaultDoor, receipt: str, purpose: Purpose) -> Paid:
    """Return what the bank's file says of a receipt's payer; of a payer with protected identity, it is masked.

    It stays masked after the payment was taken back, or after somebody took back whose it was. Raises Stopped if
    somebody was erased of whom the receipt ever was: the file would say who that was.
    """
    from ledger.domain.cash.receipt import Receipt

    desk.require(*CLERKS)
    receipt_id = names.receipt(desk, receipt)
    journal = desk.books.journal
    stream = f"receipt-{receipt_id}"
    state = journal.catalogue.remember(stream, None, (dated for _, _, dated in journal.facts([stream])))
    assert isinstance(state, Receipt), "a name of a receipt was found"
    if state.payment.file is None:
        raise Stopped(Problem("payer_unsaid", _why_unsaid(desk, receipt_id, state.payment), receipt_id))
    payers = payers_of(desk, receipt_id)
    if erased_on(desk, payers):
        raise Stopped(Problem("subject_erased", _ERASED, receipt_id))
    hidden = frozenset(kind for payer in payers for kind in masked(desk, payer))
    kinds = [kind for kind in _SAID if kind not in hidden]
    with opened(desk, door) as vault:
        vault.noted(state.account_id or receipt_id, kinds, purpose, by(desk))
    said = _said(desk, door, state.payment) if kinds else {}
    texts = {kind: said.get(_SAID[kind]) if kind in kinds else None for kind in _SAID}
    return Paid(receipt_id, state.account_id, **texts, masked=bool(hidden))


def _why_unsaid(desk: Desk, receipt_id: str, payment: Payment) -> str:
    """Why no bank's file of this entity says who paid."""
    from ledger.domain.cash.transfer_facts import TransferArrived

    if not payment.by_transfer:
        return _BY_HAND
    (arrived,) = (one for one in desk.facts([f"transfer-{receipt_id}"]) if isinstance(one, TransferArrived))
    return _BY_TRANSFER.format(transfer=receipt_id, entity=arrived.entity)


def _said(desk: Desk, door: VaultDoor, payment: Payment) -> dict[str, Any]:
    """What the line of a payment says; what only its movement says, is said of it too."""
    import pyarrow.compute as pc

    from ledger import zone_of
    from reconciliation.archive import Archive
    from reconciliation.statements import Profile

    assert payment.file is not None, "only a bank's line has a position in a file"
    lines = Archive(door.archive, door.key).parsed(payment.file, Profile(zone=zone_of(desk.terms))).lines
    of_statement = lines.filter(pc.field("statement_no") == payment.statement_no)
    found = of_statement.filter(pc.field("raw_position") == payment.raw_position).to_pylist()
    if not found:
        return {}
    own = found[-1]
    (movement, *_) = of_statement.filter(
        (pc.field("line_no") == own["line_no"]) & (pc.field("detail_no") == 0)
    ).to_pylist()
    return {name: own[name] if own[name] is not None else movement[name] for name in _SAID.values()}


_ERASED: Final = "a payer of this receipt was erased, so who paid it is not shown any more"
_BY_TRANSFER: Final = (
    "entity {entity} received this payment for us, by transfer {transfer}: only the bank file of that entity says who "
    "paid, so ask somebody who works there"
)
_BY_HAND: Final = "no bank's file says who paid this receipt, because a person recorded it"
