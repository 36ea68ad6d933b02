"""Tells somebody once that an account is behind, and once that it has caught up; what was not told is told later.

An account that got files and is behind all the same has not caught up, and is not called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciliation.watchdog.channels import ChannelTrouble, Notice, channels
from reconciliation.watchdog.freshness import Behind, behind, reach_of

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.places import Places
    from reconciliation.store import ReconciliationStore


@dataclass(frozen=True, slots=True)
class Watched:
    """What is behind now, how many notices were sent by channel, and why a channel failed, by its name."""

    behind: tuple[Behind, ...]
    sent: dict[str, int]
    failed: dict[str, str]


def watch(books: Books, lists: ReconciliationStore, places: Places, now: datetime) -> Watched:
    """Compare what is loaded with what the places promise, and tell what is new of that on each channel.

    A channel that fails is tried again by the next run, and stops neither the others nor the run. Raises StoreTrouble.
    """
    books.follow()
    terms = books.terms()
    reached = reach_of(books, books.civil_day(now))
    found = behind(places.places, reached, now, terms.zone, terms.jurisdiction)
    lists.alerts.keep([(one.state, one.place, one.account, one.since_on) for one in found], now)
    sent, failed = {}, {}
    for name, send in channels(places.alerts).items():
        untold = lists.alerts.untold(name)
        if not untold:
            continue
        notices = [_notice(books.entity, row, found) for row in _once(untold, found)]
        try:
            send(books.entity, notices)
        except ChannelTrouble as trouble:
            failed[name] = str(trouble)
        else:
            lists.alerts.told(name, [(row["id"], row["what"]) for row in untold], now)
            sent[name] = len(notices)
    return Watched(tuple(found), sent, failed)


def _once(untold: Sequence[dict[str, Any]], found: Sequence[Behind]) -> list[dict[str, Any]]:
    """The notices to send: an account that got files and is behind all the same is told once, with both days."""
    behind_now = {(one.place, one.account) for one in found}
    still = {(row["place"], row["account"]) for row in untold if row["what"] == "cleared"} & behind_now
    return [row for row in untold if row["what"] == "cleared" or (row["place"], row["account"]) not in still]


def _notice(entity: str, row: dict[str, Any], found: Sequence[Behind]) -> Notice:
    since = row["since_on"]
    day = "anything of it is loaded" if since is None else f"the files of {since} are loaded"
    account = f"account {row['account']} ({row['place']})"
    still = next((one for one in found if (one.place, one.account) == (row["place"], row["account"])), None)
    if row["what"] == "cleared":
        said = "the first files are loaded" if since is None else f"the files of {since} are loaded"
        kind, sentence = "cleared", f"{account} has caught up: {said}"
        if still is not None:
            lacking = f"the files of {still.since_on} are not" if still.since_on else "what was expected since is not"
            kind, sentence = f"still_{still.state}", f"{account} is still {still.state}: {said}, but {lacking}"
    else:
        kind = row["state"]
        sentence = f"{account} is {kind}: by now it was expected that {day}"
    return Notice(
        f"{entity}-{row['id']}-{row['what']}", kind, row["place"], row["account"], since and str(since), sentence
    )
