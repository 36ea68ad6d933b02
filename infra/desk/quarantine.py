"""The use cases of the quarantine: list doubts about bank lines and unexplained movements, close and reopen them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final, NamedTuple

from infra.desk.amounts import written
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.movement import is_unexplained, left_minor
from infra.desk.problems import Problem, Stopped, quoted
from infra.desk.received_files import refused_file
from infra.desk.vault import deals_with_payers

# At most this many rows are listed.
_MOST: Final = 100_000
_Row = dict[str, Any]


class Quarantine(NamedTuple):
    """Doubts about bank lines (their money is booked nevertheless) and unexplained bank movements."""

    doubts: list[_Row]
    movements: list[_Row]
    position: int


def quarantine(desk: Desk, *, closed: bool = False) -> Quarantine:
    """Return what waits for a person, or what persons have closed, each with its money, file and place."""
    position = desk.books.follow()
    found = desk.books.store.bank_lines.closed_doubts()
    if closed:
        doubts = [row for row in desk.lists.quarantine(most=_MOST) if row["doubt_id"] in found]
    else:
        doubts = open_doubts(desk)
    reviews = [row for row in desk.lists.reviews(most=_MOST) if row["part_id"] is not None]
    reviews = [row for row in reviews if (_id_of(row) in found) == closed]
    named = _names(desk)
    money = desk.books.store.bank_lines.parts([row["part_id"] for row in reviews])
    said = [_doubt(row) | _where(row, named) | _closing(found.get(row["doubt_id"])) for row in doubts]
    movements: list[_Row] = []
    for row in reviews:
        booked = money.get(row["part_id"])
        of = movements if booked is not None and is_unexplained(booked) else said
        of.append(_where(row, named) | _review(row, booked) | _closing(found.get(_id_of(row))))
    if not closed:
        asked = {row["part_id"] for row in reviews}
        movements += [_in_suspense(row, named) for row in _unexplained(desk) if row["part_id"] not in asked]
    return Quarantine(said, movements, position)


def _unexplained(desk: Desk) -> list[_Row]:
    """The movements of which some money is in suspense, oldest first."""
    return [row for row in desk.books.store.now.movements() if is_unexplained(row)]


def open_doubts(desk: Desk) -> list[_Row]:
    """The doubts about bank lines that no person has closed and no file has answered, oldest first."""
    from reconciliation.steps.doubts import answered

    rows = desk.lists.quarantine(most=_MOST)
    closed = desk.books.store.bank_lines.closed_doubts([row["doubt_id"] for row in rows])
    over = {*closed, *answered(desk.books, rows)}
    return [row for row in rows if row["doubt_id"] not in over]


def open_reviews(desk: Desk) -> list[_Row]:
    """The reviews of movements that are neither explained nor closed by a person, oldest first."""
    rows = [row for row in desk.lists.reviews(most=_MOST) if row["part_id"] is not None]
    closed = desk.books.store.bank_lines.closed_doubts([_id_of(row) for row in rows])
    return [row for row in rows if _id_of(row) not in closed]


def close(desk: Desk, id: str, reason: str, occasion: Occasion) -> Done:
    """Record that a person looked into a doubt, a review or a refused file, given its id, and what they found."""
    from ledger.domain.bank.doubt import CloseDoubt

    desk.require_for(CloseDoubt)
    about = _about(desk, id)
    if about.review is not None:
        _require_explained(desk, id, about.review)
    command = CloseDoubt(
        doubt_id=about.doubt_id,
        code=about.code,
        reason_code=reason,
        money_id=None if about.review is None else about.review["part_id"],
        file=about.file,
        raw_position=about.raw_position,
    )
    return desk.record(command, occasion, doubt_id=about.doubt_id, id=id)


def reopen(desk: Desk, id: str, reason: str, occasion: Occasion) -> Done:
    """Let what a person closed wait again, with a reason."""
    from ledger.domain.bank.doubt import ReopenDoubt

    desk.require_for(ReopenDoubt)
    command = ReopenDoubt(doubt_id=_about(desk, id).doubt_id, reason_code=reason)
    return desk.record(command, occasion, doubt_id=command.doubt_id, id=id)


class _About(NamedTuple):
    """What somebody closes or reopens: a doubt, the review of a movement, or a refused file."""

    doubt_id: str
    code: str
    file: str | None
    raw_position: str | None = None
    review: _Row | None = None


def _about(desk: Desk, id: str) -> _About:
    """What the lists call by this id; raises Stopped."""
    desk.books.follow()
    kind, _, name = id.partition("-")
    if kind == "file":
        from reconciliation.steps.refused_file import REFUSED, of_refused

        sha256 = refused_file(desk, name)
        return _About(of_refused(sha256), REFUSED, sha256)
    if kind == "movement":
        sentence = f"{quoted(id)} is money in suspense; say what it was with `reskontra movement reclassify`"
        raise Stopped(Problem("movement_in_suspense", sentence, name))
    if kind not in ("doubt", "review") or not (name.isascii() and name.isdecimal()) or len(name) > _LONGEST:
        sentence = f"{quoted(id)} is not an id in a list; give one such as doubt-12, review-7 or file-3dd2bedf1e32"
        raise Stopped(Problem("id_malformed", sentence))
    row = desk.lists.doubt(int(name)) if kind == "doubt" else desk.lists.review(int(name))
    if row is None:
        raise Stopped(Problem("doubt_unknown", f"there is no {id}; `reskontra quarantine` lists what there is", id))
    if kind == "review":
        _require_open(row, id)
        return _About(_id_of(row), row["code"], row["sha256"], row["raw_position"], row)
    return _About(row["doubt_id"], row["code"], row["sha256"], row["raw_position"])


def _id_of(review: Mapping[str, Any]) -> str:
    """The identity of a review, in the book: of the money, and why it waits."""
    from reconciliation.steps.doubts import doubt_id

    return doubt_id(str(review["part_id"]), str(review["code"]))


def _require_open(review: Mapping[str, Any], id: str) -> None:
    """Refuse a review that waits no more because its money was explained, and one of a payment, which is allocated."""
    if review["receipt_id"] is not None:
        sentence = (
            f"{id} is about a payment that waits, receipt {review['receipt_id']}: say what it pays with `reskontra "
            "allocate`, or what it was with `reskontra receipt reclassify`"
        )
        raise Stopped(Problem("receipt_waits", sentence, review["receipt_id"]))
    if review["closed_at"] is not None:
        sentence = f"{id} waits no more: its money was explained ({review['closing_reason']})"
        raise Stopped(Problem("review_explained", sentence, id))


def _require_explained(desk: Desk, id: str, review: Mapping[str, Any]) -> None:
    """Refuse to close the review of a bank movement that is in suspense: closing it would explain nothing."""
    movement = desk.books.store.now.movement(review["part_id"])
    # Another review of the movement, such as a possible repeat, may be closed before the movement is explained.
    asks = movement is not None and review["code"] == movement["rule"]
    if movement is not None and asks and is_unexplained(movement):
        sentence = (
            f"the money of {id} is still in suspense; say what it was with `reskontra movement reclassify "
            f"{review['part_id']}`, which also closes the review"
        )
        raise Stopped(Problem("movement_in_suspense", sentence, review["part_id"]))


def _doubt(row: Mapping[str, Any]) -> _Row:
    named = ("sha256", "doubt_id", "statement_no", "code", "sentence", "raw_position", *_MONEY)
    shown = {name: row[name] for name in named}
    return {"id": f"doubt-{row['id']}", **shown, "charges_minor": None, "part_id": None, "candidates": [], "fits": []}


def _in_suspense(row: Mapping[str, Any], named: Mapping[str, list[str]]) -> _Row:
    """A movement that a person booked in suspense, or that nobody asks about: it waits like the others."""
    left = _left(row)
    shown = {name: left[name] for name in ("raw_position", "part_id", "statement_no", *_MONEY)}
    said = {"id": f"movement-{row['part_id']}", "code": "movement_in_suspense", "sentence": _SUSPENDED}
    nothing: _Row = {"doubt_id": None, "charges_minor": None, "candidates": [], "fits": []}
    return _where({**row, "sha256": row["file"]}, named) | {"sha256": row["file"]} | shown | said | nothing


def _review(row: Mapping[str, Any], money: Mapping[str, Any] | None) -> _Row:
    shown = {name: row[name] for name in ("sha256", "code", "raw_position", "part_id", "candidates")}
    fits = [_fitting(one) for one in row["candidates"]]
    # What is not booked has the money that its file says or, because it may be a repeat, that of what it may repeat.
    booked = _left(money) or row["money"] or next(iter(row["candidates"]), {})
    of_money = {name: booked.get(name) for name in (*_MONEY, "charges_minor")}
    said = {"sentence": " ".join(row["reasons"]), "doubt_id": _id_of(row), "statement_no": booked.get("statement_no")}
    return {"id": f"review-{row['id']}", **shown, **said, "fits": fits, **of_money}


def _left(movement: Mapping[str, Any] | None) -> dict[str, Any]:
    """A movement with the amount that nobody has explained, if it is unexplained."""
    if movement is None or not is_unexplained(movement):
        return dict(movement or {})
    return {**movement, "amount_minor": left_minor(movement)}


def _fitting(booked: Mapping[str, Any]) -> str:
    """Return what a person needs to see of a payment that a line may have taken back or repeat, or of a payout."""
    currency, charged = booked["currency"], booked.get("charges_minor")
    said = f"{written(booked['amount_minor'], currency)} {currency} of {booked['booked_on']}"
    less = f", charged {written(charged, currency)}" if charged else ""
    id = booked.get("receipt_id") or booked.get("payout_id") or booked["part_id"]
    return f"{id} ({said}{less})"


def _names(desk: Desk) -> dict[str, list[str]]:
    """The names under which each file came, for persons to whom these are shown."""
    named: dict[str, list[str]] = {}
    if not deals_with_payers(desk):
        return named
    for row in desk.lists.received():
        named.setdefault(row["sha256"] or "", []).append(row["name"])
    return named


def _where(row: Mapping[str, Any], named: Mapping[str, list[str]]) -> _Row:
    sha256 = row["sha256"]
    names = sorted(named.get(sha256 or "", ()))
    number = row.get("statement_no")
    place = ", ".join(one for one in (number and f"statement {number}", row["raw_position"]) if one)
    return {
        "file": (sha256 or "")[:12] or None,
        "file_names": names,
        "place": place or None,
        "opened_at": row["opened_at"].astimezone(UTC) if row.get("opened_at") else None,
    }


def _closing(found: Mapping[str, Any] | None) -> _Row:
    """Who closed it, when and why."""
    if found is None:
        return {}
    return {"closed_by": found["decided_by"], "closed_on": found["decided_on"], "closed_because": found["reason_code"]}


_SUSPENDED: Final = (
    "A person booked this movement, or left it, in suspense. Say what it was, with `reskontra movement reclassify`, or "
    "which receipt it took back, with `reskontra receipt recall`."
)
_MONEY: Final = ("bank_account", "currency", "amount_minor", "booked_on")
# The longest number that a row of a list can have.
_LONGEST: Final = 18
