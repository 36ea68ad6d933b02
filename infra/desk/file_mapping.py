"""The use cases of file mappings: request, approve, reject and end one; list and show them; preview and try one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.desk import bank_account, bank_file, provider_account, reviewed_versions
from infra.desk.desk import Desk, Done, Listed, Occasion
from infra.desk.first_time import first_time
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.settings import Settings


class Previewed(NamedTuple):
    """The lines that a version reads in files, the sums of each file, and what is wrong with each, by its path."""

    lines: list[dict[str, Any]]
    sums: list[dict[str, Any]]
    problems: dict[str, list[dict[str, Any]]]


def request(desk: Desk, id: str, path: Path, occasion: Occasion) -> Done:
    """Request a mapping or its next version, as a file says it; another person must approve it."""
    from infra.desk import mapping_form
    from ledger.domain.bank.file_mapping import RequestFileMapping

    written = mapping_form.read(path)
    account, at_provider = _account(desk, written.account)
    mapping = mapping_form.made(written, account, at_provider, first_time(desk, occasion.key).today)
    return desk.record(RequestFileMapping(mapping_id=id, file_mapping=mapping), occasion, mapping_id=id)


def approve(desk: Desk, name: str, unproven_accepted: bool, occasion: Occasion) -> Done:
    """Approve a mapping, or its version, that somebody else requested."""
    from ledger.domain.bank.file_mapping import ApproveFileMapping

    id, version = _named(desk, name)
    command = ApproveFileMapping(mapping_id=id, version=version, unproven_accepted=unproven_accepted)
    return desk.record(command, occasion, mapping_id=id)


def reject(desk: Desk, name: str, reason: str, occasion: Occasion) -> Done:
    """Reject a mapping, or its version, that somebody else requested."""
    from ledger.domain.bank.file_mapping import RejectFileMapping

    id, version = _named(desk, name)
    command = RejectFileMapping(mapping_id=id, version=version, reason_code=reason)
    return desk.record(command, occasion, mapping_id=id)


def end(desk: Desk, id: str, reason: str, last_on: date | None, occasion: Occasion) -> Done:
    """End a mapping after a day; after today if none is given."""
    from ledger.domain.bank.file_mapping import EndFileMapping

    day = last_on or first_time(desk, occasion.key).today
    return desk.record(EndFileMapping(mapping_id=id, reason_code=reason, last_on=day), occasion, mapping_id=id)


def listed(desk: Desk) -> Listed:
    """List all versions of all mappings, with `held`: whether each counts now, later, or no more, or waits."""
    position = desk.books.follow()
    rows = desk.books.store.rules.file_mappings()
    shown = [
        {name: value for name, value in row.items() if name != "content"}
        | {"held": reviewed_versions.held(row, rows, "mapping_id", desk.today)}
        for row in rows
    ]
    return Listed(shown, position)


def shown(desk: Desk, name: str) -> Listed:
    """Return a version, with `written`: the mapping as a person would write it."""
    import msgspec

    from infra.desk import mapping_form
    from ledger.domain.bank.file_mapping_facts import FileMapping

    row = _version(desk, name)
    written = mapping_form.toml(msgspec.json.decode(row.pop("content"), type=FileMapping))
    return Listed([row | {"written": written}], desk.books.store.position())


def previewed(desk: Desk, name: str, paths: Sequence[Path]) -> Previewed:
    """Read files by a version, whether it was approved or not, and judge them; nothing is stored."""
    from reconciliation.steps.mapped_files import known

    version = known(_version(desk, name), pinned=True)
    belief = bank_file.Belief(desk.terms, desk.today)
    found = Previewed([], [], {})
    for path in paths:
        shown = bank_file.inspect(path, desk.terms, belief, bank_file.Reading(mappings=(version,)))
        lines = [
            {"file": path.name, **detail} for statement in shown["statements"] for detail in _money(statement["lines"])
        ]
        found.lines.extend(lines)
        found.sums.append({"file": path.name, "format": shown["format"], "read_by": shown["message"]} | _sums(lines))
        found.problems[str(path)] = shown["problems"]
    return found


def tried(desk: Desk, settings: Settings, name: str) -> Listed:
    """Read the tables of the archive by a version, and compare what is booked with what it would read."""
    from reconciliation.archive import Archive
    from reconciliation.steps import mapping_trial
    from reconciliation.steps.mapped_files import known

    version = known(_version(desk, name), pinned=True)
    archive = Archive(settings.archive, settings.vault_key)
    rows = mapping_trial.tried(desk.books, archive, desk.today, version)
    return Listed(rows, desk.books.store.position())


def _money(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines, with the transactions of a settlement in place of its sum."""
    return [one for line in lines for one in (line["details"] or [line])]


def _sums(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    amounts = [line["amount_minor"] or 0 for line in lines]
    days = sorted(line["booked_on"] for line in lines if line["booked_on"])
    return {
        "lines": len(lines),
        "from_on": days[0] if days else None,
        "to_on": days[-1] if days else None,
        "currency": next((line["currency"] for line in lines), None),
        "in_minor": sum(one for one in amounts if one > 0),
        "out_minor": sum(one for one in amounts if one < 0),
        "charges_minor": sum(line["charges_minor"] or 0 for line in lines),
    }


def _account(desk: Desk, name: str) -> tuple[dict[str, Any], bool]:
    """The account of ours that a mapping names, and whether it is at a payment provider."""
    try:
        return provider_account.declared_as(desk, name), True
    except Stopped:
        return bank_account.declared_as(desk, name), False


def _version(desk: Desk, name: str) -> dict[str, Any]:
    id, version = _named(desk, name)
    rows = desk.books.store.rules.file_mappings()
    found = [one for one in rows if (one["mapping_id"], one["version"]) == (id, version)]
    if not found:
        sentence = "there is no such file mapping, or no such version of it; see `reskontra file-mapping list`"
        raise Stopped(Problem("file_mapping_unknown", sentence, name))
    return found[0]


def _named(desk: Desk, name: str) -> tuple[str, int]:
    desk.books.follow()
    return reviewed_versions.named(name, desk.books.store.rules.file_mappings(), "mapping_id")
