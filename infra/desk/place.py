"""The use cases of places: where files of banks and payment providers come, checked against the book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.desk.own_files import refuse_others, refuse_own
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from infra.settings import Settings
    from reconciliation.places import Place
    from reconciliation.watchdog import Watched


def places_of(desk: Desk, settings: Settings, names: Sequence[str] = ()) -> dict[str, Place]:
    """The places of these names, or all; raises Stopped or PlacesInvalid if one of them cannot be right."""
    from reconciliation.places import read_places

    found = read_places(settings.places_file)
    chosen = found.chosen(names) if names else found.places
    _require_right(desk, settings, chosen)
    return chosen


def listed(desk: Desk, places: Mapping[str, Place]) -> list[dict[str, Any]]:
    """Each place, with when the last file was taken there."""
    last = desk.lists.places.last_taken()
    return [
        {
            "place": name,
            "kind": "folder" if place.sftp is None else "sftp",
            "where": place.folder if place.sftp is None else f"{place.sftp.host}:{place.sftp.port}",
            "accounts": list(place.accounts),
            "schedule": place.schedule,
            "timezone": place.timezone or desk.terms.zone,
            "expected_by": f"{place.expected_by:%H:%M}",
            "behind": place.behind,
            "longest_silence": dict(place.longest_silence),
            "after_taking": place.after_taking,
            "last_taken_at": last.get(name),
        }
        for name, place in places.items()
    ]


def watched(desk: Desk, settings: Settings) -> Watched:
    """Look which accounts are behind, and tell what is new of that; raises Stopped or PlacesInvalid."""
    from reconciliation.places import read_places
    from reconciliation.watchdog import watch

    found = read_places(settings.places_file)
    _require_right(desk, settings, found.places)
    return watch(desk.books, desk.lists, found, desk.now)


def _require_right(desk: Desk, settings: Settings, places: Mapping[str, Place]) -> None:
    """Refuse places that cannot be right, and none at all."""
    if not places:
        sentence = f"no place is named in {settings.places_file}; docs/places.md says how to write that file"
        raise Stopped(Problem("places_missing", sentence))
    folders = [Path(one.folder) for one in places.values() if one.folder is not None]
    refuse_own(settings, folders)
    refuse_others(settings, folders)
    _require_accounts(desk, places)


def _require_accounts(desk: Desk, places: Mapping[str, Place]) -> None:
    """Refuse places of accounts that the book does not have; files of no account of ours would only be refused."""
    desk.books.follow()
    now = desk.books.store.now
    known = {row["bank_account"] for row in (*now.bank_accounts(), *now.provider_accounts())}
    problems = [
        Problem(
            "place_account_unknown",
            f"place {name} is for account {account}, which is not declared: correct the file of places, or declare it "
            "with `reskontra bank-account declare` or `reskontra provider-account declare`",
            name,
        )
        for name, place in places.items()
        for account in place.accounts
        if account not in known
    ]
    if problems:
        raise Stopped(*problems)
