"""What payment providers keep of ours: reserves, and what is settled and not paid out; the oldest is gone first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.reports.payout_calendar import Terms

# A posting on the reserve, and an amount of it.
_Part = tuple[Mapping[str, Any], int]


def held(found: Iterable[Mapping[str, Any]], terms: Mapping[str, Terms]) -> list[dict[str, Any]]:
    """A row for each day of payments that are settled and not paid out, oldest first, or of what we owe instead.

    `found` says of each day what came in and what went out, as settled by now. No file says of which payments a payout
    is that has only some of them, so what is left is explained by its age: it is of the newest days.
    """
    rows = []
    for account, days in _by_account(found):
        left = sum(one["in_minor"] + one["out_minor"] for one in days)
        side, of_days = _SIDES[left > 0], []
        for one in sorted(days, key=lambda one: one["since_on"], reverse=True):
            if not left:
                break
            part = min(one[side], left) if left > 0 else max(one[side], left)
            left -= part
            if part:
                of_days.append(_held(one, part, terms[account]))
        rows += reversed(of_days)
    return rows


def _held(one: Mapping[str, Any], amount_minor: int, terms: Terms) -> dict[str, Any]:
    due_on = terms.paid_out_on(one["since_on"]) if amount_minor > 0 else None
    named = {name: one[name] for name in ("bank_account", "currency", "since_on")}
    said = {"what": "held", "provider_ref": one["settlement_ref"], "amount_minor": amount_minor, "due_on": due_on}
    return named | said | {"status": terms.status(one["since_on"], due_on)}


_SIDES: Final = {True: "in_minor", False: "out_minor"}


def reserves(found: Iterable[Mapping[str, Any]], terms: Mapping[str, Terms]) -> list[dict[str, Any]]:
    """A row for each reserve that is still kept, oldest first, and for what was released although it was not kept.

    No file says which reserve a release is of; the oldest that was kept by then is released first.
    """
    rows = []
    for account, some in _by_account(found):
        kept, beyond = _kept(some)
        for one, left in kept:
            due_on = terms[account].released_on(one["since_on"])
            said = {"due_on": due_on, "status": terms[account].status(one["since_on"], due_on)}
            rows.append(_reserve(one, left) | said)
        rows += (_reserve(one, -amount) | {"due_on": None, "status": "differs"} for one, amount in beyond)
    return rows


def _by_account(found: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """The rows of each account and currency together, in their order."""
    of_account: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in found:
        of_account.setdefault((one["bank_account"], one["currency"]), []).append(one)
    yield from ((account, some) for (account, _), some in of_account.items())


def _kept(some: Iterable[Mapping[str, Any]]) -> tuple[list[_Part], list[_Part]]:
    """What is still kept of each reserve of an account, and what of each release no reserve explains."""
    kept: deque[_Part] = deque()
    beyond: list[_Part] = []
    # Of a day, what is kept comes first.
    for one in sorted(some, key=lambda one: (one["since_on"], one["amount_minor"] < 0)):
        if one["amount_minor"] > 0:
            kept.append((one, one["amount_minor"]))
            continue
        released = -one["amount_minor"]
        while released and kept:
            oldest, left = kept.popleft()
            gone = min(left, released)
            released -= gone
            if left > gone:
                kept.appendleft((oldest, left - gone))
        if released:
            beyond.append((one, released))
    return list(kept), beyond


def _reserve(one: Mapping[str, Any], amount_minor: int) -> dict[str, Any]:
    named = {name: one[name] for name in ("bank_account", "currency", "document", "since_on")}
    return named | {"what": "reserve", "provider_ref": one["settlement_ref"], "amount_minor": amount_minor}
