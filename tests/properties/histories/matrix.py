"""The matrix: every fact that moves money, how it is undone, before or after a late file, with one item or several."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any, Final, NamedTuple, get_args

from ledger import Recorded
from ledger.domain.approval import Because, Undone
from ledger.domain.catalogue import CATALOGUE

_BOTH: Final = get_args(Because)
_EVERY: Final = tuple(reason for part in get_args(Undone) for reason in get_args(part))
_NO_REASON: Final = ("",)


class Undoing(NamedTuple):
    """A fact that undoes another, the field by which both name the same thing, and the reasons that it may have.

    As field, `stream` is the fact's own. Without a reason, the reason is empty.
    """

    fact: str
    field: str
    reasons: tuple[str, ...] = _NO_REASON


# For each fact that moves money, what undoes it. A new fact needs a row here, or a line in `STAYS`.
UNDONE: Final[Mapping[str, tuple[Undoing, ...]]] = {
    "InvoiceIssued": (Undoing("CreditNoteIssued", "invoice_id"),),
    "CreditNoteIssued": (Undoing("CreditExcessMoved", "credit_note_id", _EVERY),),
    "ItemCredited": (Undoing("ItemExcessMoved", "credit_note_id", _EVERY),),
    "ReceiptRecorded": (Undoing("ReceiptRecalled", "stream"), Undoing("ReceiptVoided", "stream")),
    "ReceiptFound": (Undoing("ReceiptRecalled", "stream"),),
    "ReceiptRecalled": (Undoing("RecallReversed", "part_id"),),
    "ReceiptReclassified": (Undoing("ReceiptReclassified", "stream"),),
    "DifferenceClosed": (Undoing("DifferenceReopened", "allocation_id", _EVERY),),
    "ItemDifferenceClosed": (Undoing("ItemDifferenceReopened", "allocation_id", _EVERY),),
    "ReceiptAllocated": (Undoing("AllocationReversed", "allocation_id", _EVERY),),
    "ItemAllocated": (Undoing("ItemDeallocated", "allocation_id", _EVERY),),
    "CustomerCreditCreated": (Undoing("CustomerCreditWithdrawn", "document", _EVERY),),
    "CustomerCreditApplied": (Undoing("CustomerCreditReleased", "allocation_id", _EVERY),),
    "WriteOffApproved": (Undoing("WriteOffReversed", "stream", _BOTH), Undoing("LossRecovered", "stream")),
    "ItemWrittenOff": (Undoing("ItemRestored", "write_off_id", (*_BOTH, *_NO_REASON)),),
    "LossRecovered": (Undoing("RecoveryReversed", "allocation_id", _EVERY),),
    "ItemRestored": (Undoing("ItemWrittenOff", "write_off_id", _EVERY),),
    "RefundApproved": (
        Undoing("RefundFailed", "refund_id"),
        Undoing("RefundCancelled", "refund_id"),
        Undoing("RefundReturned", "refund_id"),
    ),
    "RefundSent": (Undoing("RefundFailed", "refund_id"), Undoing("RefundReturned", "refund_id")),
    "RefundFailed": (Undoing("RefundResumed", "refund_id"),),
    "RefundReturned": (Undoing("RefundResumed", "refund_id"),),
    "CustomerCreditRefunded": (
        Undoing("CustomerCreditRestored", "refund_id"),
        Undoing("CustomerCreditReclaimed", "stream"),
    ),
    "MovementClassified": (Undoing("MovementReclassified", "stream"), Undoing("ReceiptRecalled", "part_id")),
    "MovementReclassified": (Undoing("MovementReclassified", "stream"),),
    "BankOpeningRecorded": (Undoing("BankOpeningRecorded", "stream"),),
}
# Facts that nothing undoes: they stay, or their money is moved by further facts.
STAYS: Final = frozenset({"ItemRaised"})
# They say whose a receipt is, which changes a balance by nothing.
_WITHOUT_AMOUNT: Final = frozenset({"ReceiptIdentified", "IdentificationWithdrawn"})
# They follow an item's balance, and go back with what they follow; the calculator says what they must be on every day.
_FOLLOWING: Final = frozenset({"TaxRelieved", "TaxFellDue"})
# A bank line is late if it is loaded more than this many days after the bank booked it.
_LATE: Final = timedelta(days=11)
WHEN: Final = ("before a late file", "after a late file")
HOW_MANY: Final = ("one item and payer", "several items and payers")


class Cell(NamedTuple):
    """A fact, what undoes it and why, and the circumstances."""

    fact: str
    undone: str
    when: str
    how_many: str


def moving() -> set[str]:
    """The stored names of all facts that post or change a balance by an amount."""
    return {
        name
        for name, fact in CATALOGUE.facts.items()
        if (fact in CATALOGUE.posting or fact in CATALOGUE.changing) and name not in _WITHOUT_AMOUNT | _FOLLOWING
    }


def _way(undoing: str, reason: str) -> str:
    return f"{undoing} because {reason}" if reason else undoing


def cells() -> list[Cell]:
    """All cells that the histories must meet."""
    facts: dict[str, tuple[str, ...]] = dict.fromkeys((*UNDONE, *STAYS), ("stays",))
    for name, undoings in UNDONE.items():
        facts[name] += tuple(_way(one.fact, reason) for one in undoings for reason in one.reasons)
    return [Cell(name, way, *where) for name in facts for way in facts[name] for where in product(WHEN, HOW_MANY)]


class _History:
    """The facts of one history, in order."""

    def __init__(self, facts: list[Recorded]) -> None:
        self.facts = facts
        self.reasons = {one.envelope.key: one.fact.because for one in facts if hasattr(one.fact, "because")}
        raised: list[Any] = [one.fact for one in facts if one.name == "ItemRaised"]
        several = len(raised) > 1 and len({one.account_id for one in raised}) > 1
        self.how_many = HOW_MANY[several]
        self.late = [
            (one.position, one.envelope.occurred_on)
            for one in facts
            if one.name == "ReceiptRecorded" and _recorded_on(one) - one.envelope.occurred_on > _LATE
        ]

    def cells(self) -> Iterator[Cell]:
        """The cells that this history met."""
        undoing: dict[tuple[str, str, Any], list[Recorded]] = defaultdict(list)
        for one in self.facts:
            for field in _FIELDS.get(one.name, ()):
                undoing[one.name, field, _named(one, field)].append(one)
        for one in self.facts:
            if one.name not in UNDONE and one.name not in STAYS:
                continue
            undone = [
                (_way(found.name, self._reason(found, by)), found)
                for by in UNDONE.get(one.name, ())
                for found in undoing.get((by.fact, by.field, _named(one, by.field)), ())
                if found.position > one.position
            ]
            for way, last in undone or [("stays", one)]:
                yield from self._met(one, way, last)

    def _reason(self, undone: Recorded, by: Undoing) -> str:
        return "" if by.reasons == _NO_REASON else self.reasons.get(undone.envelope.key, "")

    def _met(self, one: Recorded, way: str, last: Recorded) -> Iterator[Cell]:
        if any(position > last.position and on <= _recorded_on(last) for position, on in self.late):
            yield Cell(one.name, way, WHEN[0], self.how_many)
        if any(position < one.position for position, _ in self.late):
            yield Cell(one.name, way, WHEN[1], self.how_many)


# By which fields a fact undoes others.
_FIELDS: Final = {
    fact: {one.field for undoings in UNDONE.values() for one in undoings if one.fact == fact}
    for fact in {one.fact for undoings in UNDONE.values() for one in undoings}
}


def _named(one: Recorded, field: str) -> Any:
    return one.stream if field == "stream" else getattr(one.fact, field)


def _recorded_on(one: Recorded) -> date:
    return one.envelope.recorded_at.date()


def met(facts: Iterable[tuple[int, Recorded]]) -> Counter[Cell]:
    """How often each cell was met, by the facts of each history."""
    histories: dict[int, list[Recorded]] = defaultdict(list)
    for seed, recorded in facts:
        histories[seed].append(recorded)
    return Counter(cell for own in histories.values() for cell in _History(own).cells())


def printed(found: Counter[Cell]) -> str:
    """The matrix, a line for each fact and what undoes it."""
    columns = list(product(WHEN, HOW_MANY))
    rows = dict.fromkeys((one.fact, one.undone) for one in cells())
    lines = [f"{'':24}{'':42}" + "".join(f"{when.split()[0]}, {how.split()[0]:8}" for when, how in columns)]
    for fact, way in rows:
        counts = "".join(f"{found[Cell(fact, way, *where)]:>8}       " for where in columns)
        lines.append(f"{fact:24}{way:42}{counts}")
    return "\n".join(lines)
