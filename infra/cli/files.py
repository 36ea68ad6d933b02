"""The command that lists the bank's files and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.cli import lists
from infra.cli.invocation import Call, Commands
from infra.desk import received_files
from infra.desk.vault import CLERKS, deals_with_payers
from projections.store.lists.files import STATUSES

if TYPE_CHECKING:
    from infra.desk.desk import Desk

COMMANDS: Final = Commands()


def _counted(call: Call, desk: Desk) -> lists.Below:
    counts = received_files.counts(received_files.listed(desk, {}))
    totals = [{"name": status, "files": counts[status]} for status in STATUSES]
    said = [f"of all files, {counts['refused']} are refused, {counts['unreplaced']} of these without a replacement"]
    if counts["refused"]:
        said.append(
            "`reskontra doubt close file-HASH --reason CODE` sets aside a refused file that needs nobody any more"
        )
    if not deals_with_payers(desk):
        said.append(f"names are left out: they are shown to persons with one of the duties {', '.join(CLERKS)}")
    return lists.Below(said, totals)


lists.add(COMMANDS, "files", "files", _counted)
