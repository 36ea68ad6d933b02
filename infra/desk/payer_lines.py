"""What the bank's lines say of payers: read from the archived files at the moment it is shown, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

    from infra.desk.desk import Desk
    from infra.desk.vault import VaultDoor

# What a line says of its payer.
SAYING: Final = ("counterparty", "counterparty_account", "text")
# What is wrong with one file of the archive, while the others can be read.
_OF_THE_FILE: Final = ("vault_damaged", "file_key_destroyed")
_WHERE: Final = ("statement_no", "line_no", "detail_no", "raw_position")


class Place(NamedTuple):
    """Where a bank's line is: the file, the number of the statement, and the position in it."""

    file: str
    statement_no: int | None
    raw_position: str


Line = Mapping[str, str | None]


class Read(NamedTuple):
    """What the lines say, and what is wrong with the files that cannot be read, by their hashes."""

    lines: dict[Place, Line]
    troubles: dict[str, Exception]


def read_lines(desk: Desk, door: VaultDoor, places: Iterable[Place]) -> Read:
    """Read what these lines say; each file is opened and decrypted once, one after the other.

    What only a line's movement says, is said of the line too. A line that is not in its file says nothing. Raises
    VaultRefused if the master key cannot be used.
    """
    from ledger import zone_of
    from ledger.vault import VaultRefused
    from reconciliation.archive import Archive, ArchiveRefused
    from reconciliation.matching.accounts import OurAccounts
    from reconciliation.statements import Profile
    from reconciliation.steps.mapped_files import FileMappings

    # The same profile as when files are loaded, so that what was parsed then is used again.
    ours = OurAccounts(desk.books.store.now.bank_accounts())
    archive, profile = Archive(door.archive, door.key), Profile(zone_of(desk.terms), ours.flipping)
    mappings = FileMappings(desk.books.store.rules)
    wanted: dict[str, set[Place]] = {}
    for place in places:
        wanted.setdefault(place.file, set()).add(place)
    found = Read({}, {})
    for sha256, theirs in sorted(wanted.items()):
        try:
            lines = mappings.parsed(archive, sha256, profile).lines
        except (VaultRefused, ArchiveRefused) as trouble:
            if isinstance(trouble, VaultRefused) and trouble.code not in _OF_THE_FILE:
                raise
            found.troubles[sha256] = trouble
            continue
        found.lines.update(_said(lines.select([*_WHERE, *SAYING]), theirs))
    return found


def _said(lines: pa.Table, places: set[Place]) -> dict[Place, Line]:
    """What the lines at these places of one file say; of several at one place, the last one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    positions = pa.array(sorted({place.raw_position for place in places}), pa.string())
    at = {_key(row): row for row in lines.filter(pc.field("raw_position").isin(positions)).to_pylist()}
    theirs = {place: at.get((place.statement_no, place.raw_position), {}) for place in places}
    numbers = pa.array(sorted({row["line_no"] for row in theirs.values() if row}), pa.int32())
    of_movements = (pc.field("detail_no") == 0) & pc.field("line_no").isin(numbers)
    movements = {(row["statement_no"], row["line_no"]): row for row in lines.filter(of_movements).to_pylist()}
    return {place: _of_both(row, movements) for place, row in theirs.items()}


def _key(row: Mapping[str, Any]) -> tuple[int | None, str]:
    return row["statement_no"], row["raw_position"]


def _of_both(row: Mapping[str, Any], movements: Mapping[tuple[int, int], Mapping[str, Any]]) -> Line:
    movement = movements[row["statement_no"], row["line_no"]] if row else {}
    return {name: row[name] if row.get(name) is not None else movement.get(name) for name in SAYING}
