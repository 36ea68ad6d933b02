"""The use cases of erasure: ask to erase a person, approve or reject that, and check that every key is destroyed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.check import Check
from infra.desk.counts import counted
from infra.desk.desk import Desk, Done, Listed, Occasion
from infra.desk.naming_files import files_naming, last_day_of
from infra.desk.problems import Problem, Stopped
from infra.desk.vault import VaultDoor, by, subject_of

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.archive import Archive

# The hash of a bank file.
_FILE: Final = re.compile(r"[0-9a-f]{64}")
# What may still be open; of the other documents, only the days count.
_MAY_BE_OPEN: Final = ("item-", "receipt-", "refund-", "writeoff-")

# Of these, only facts that change what is owed belong to a voucher.
_WITHOUT_VOUCHERS: Final = ("account-", "item-")


class _Known(NamedTuple):
    """What the book has of a person: the account, the last day, and the streams that may be open."""

    account_id: str | None
    last_on: date | None
    ledger_position: int
    streams_of: tuple[str, ...]


def request(desk: Desk, door: VaultDoor, subject: str, reason: str, occasion: Occasion) -> Done:
    """Ask to erase a person; refused while money is open or the law keeps the accounts."""
    from ledger.domain.personal_data.subject import RequestErasure

    subject_id = _subject(desk, door, subject)
    command = RequestErasure(subject_id=subject_id, reason_code=reason, **_known(desk, subject_id)._asdict())
    return desk.record(command, occasion, subject_id=subject_id)


def approve(desk: Desk, door: VaultDoor, subject: str, occasion: Occasion) -> Done:
    """Erase a person whose erasure somebody else asked for: record it, then destroy the person's key.

    If the command is interrupted after it was recorded, the next one destroys the key. The result names the bank files
    that may still say who it was, and until when the law keeps each.
    """
    from ledger.domain.personal_data.subject import ApproveErasure
    from ledger.vault import erase

    subject_id = _subject(desk, door, subject)
    command = ApproveErasure(subject_id=subject_id, **_known(desk, subject_id)._asdict())
    done = desk.record(command, occasion, subject_id=subject_id)
    if _FILE.fullmatch(subject_id):
        _archive(door).destroy(subject_id)
    else:
        _refuse_if_billed_meanwhile(desk, subject_id)
        erase(door.url, desk.books.entity, subject_id, by(desk))
        done = done._replace(more={**done.more, "bank_files": files_naming(desk, subject_id)})
    return done


def reject(desk: Desk, door: VaultDoor, subject: str, reason: str, occasion: Occasion) -> Done:
    """Reject an erasure that somebody else asked for."""
    from ledger.domain.personal_data.subject import RejectErasure

    subject_id = _subject(desk, door, subject)
    return desk.record(RejectErasure(subject_id=subject_id, reason_code=reason), occasion, subject_id=subject_id)


def listed(desk: Desk, door: VaultDoor) -> Listed:
    """Return every person whose erasure was asked for, and what became of it.

    An erasure is unfinished if it is in the book, and the key still exists.
    """
    position = desk.books.follow()
    rows = desk.books.store.now.erasures()
    left = _left(door, desk.books, [row["subject_id"] for row in rows if row["status"] == "erased"])
    return Listed([row | {"status": "unfinished"} if row["subject_id"] in left else row for row in rows], position)


def check(books: Books, door: VaultDoor) -> Check:
    """Check that of every person and bank file that was erased by a fact, the key is destroyed."""
    from ledger.sealing import Finding
    from ledger.vault import VaultRefused

    name, code = "erasures", "erasure_unfinished"
    erased = [row["subject_id"] for row in books.store.now.erasures("erased")]
    try:
        left = _left(door, books, erased)
    except VaultRefused as trouble:
        return Check(name, False, str(trouble), trouble.code)
    findings = tuple(Finding(code, _UNFINISHED.format(subject=one), one) for one in left)
    if findings:
        return Check(
            name, False, f"{counted(len(left), 'key')} of erased persons and files still exist", code, findings
        )
    said = f"{counted(len(erased), 'key')} destroyed" if erased else "nobody was erased"
    return Check(name, True, said, code)


def _subject(desk: Desk, door: VaultDoor, name: str) -> str:
    """Return the id of a person, or the hash of a bank file that is in the book."""
    if not _FILE.fullmatch(name):
        return subject_of(desk, door, name)
    if not desk.books.journal.read([f"file-{name}"]):
        raise Stopped(Problem("subject_unknown", _NO_FILE, name))
    return name


def _archive(door: VaultDoor) -> Archive:
    from reconciliation.archive import Archive

    return Archive(door.archive, door.key)


def _left(door: VaultDoor, books: Books, erased: Sequence[str]) -> list[str]:
    """Those of these persons and bank files whose key still exists."""
    from ledger.vault import unerased

    archive = _archive(door)
    files = [one for one in erased if _FILE.fullmatch(one)]
    return [*unerased(door.url, books.entity, erased), *(one for one in files if not archive.unreadable(one))]


def _known(desk: Desk, subject_id: str) -> _Known:
    position = desk.books.follow()
    if _FILE.fullmatch(subject_id):
        return _known_of_file(desk, subject_id, position)
    now = desk.books.store.now
    account_id = subject_id if now.account(subject_id) is not None else None
    streams = now.streams_of_account(subject_id) if account_id is not None else []
    refunds = [f"refund-{row['refund_id']}" for row in now.refunds() if row["payee_ref"] == subject_id]
    of_person = [*streams, *refunds]
    journal = desk.books.journal
    # That an account was opened or marked, or an item held or reminded of, is no voucher; all that the other documents
    # say may belong to one.
    days = [
        max(one.envelope.occurred_on, one.envelope.accounting_date)
        for stream, facts in journal.read(of_person).items()
        for one in facts
        if not stream.startswith(_WITHOUT_VOUCHERS) or journal.catalogue.changes(one.fact)
    ]
    minors = [f"account-{row['account_id']}" for row in now.marked_accounts() if row["guardian_id"] == subject_id]
    may_be_open = [one for one in of_person if one.startswith(_MAY_BE_OPEN)]
    return _Known(account_id, max(days, default=None), position, tuple(dict.fromkeys([*may_be_open, *minors])))


def _known_of_file(desk: Desk, sha256: str, position: int) -> _Known:
    return _Known(None, last_day_of(desk, sha256), position, (f"file-{sha256}",))


def _refuse_if_billed_meanwhile(desk: Desk, subject_id: str) -> None:
    """Keep the key of a person for whom somebody recorded something at the moment of the approval."""
    open_items: list[Any] = desk.books.store.now.items(account_id=subject_id).column("item_id").to_pylist()
    if open_items:
        raise Stopped(Problem("subject_not_settled", _MEANWHILE, f"item {open_items[0]}"))


_UNFINISHED: Final = (
    "{subject} is erased in the book, but the key exists: run `reskontra vault approve-erasure {subject}` again"
)
_NO_FILE: Final = "the book knows no bank file with this hash; `reskontra files` lists the files"
_MEANWHILE: Final = (
    "the person was billed while the erasure was approved, so the key was not destroyed; credit or settle the item, "
    "then run the command again"
)
