"""The page that says which duty may do what; run it after a change of one: python -m tests.house.duty_docs."""

from __future__ import annotations

from infra.cli.entrance import asked_of_all
from infra.desk.duties import ABOUT, Right, rights
from ledger.domain.duty import DUTIES
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "duties.md"
_HEAD = """# Duties

Generated from the nouns and the commands; `reskontra person duties` shows the same, and `--duty` what one duty may do.

Administrators give persons their duties: `reskontra person give-duty`. A person may have several, and one of the duties
marked is enough for a command. What a duty may decide at once and in a month can be limited: `reskontra limit set`.
Nobody approves what they asked for, and nobody changes their own duties or lifts a limit that binds them.

Commands that are not listed only read, or work with the login of the database's owner. The jobs `bank-day` and
`reminders` do what `reskontra reconcile` and `reskontra remind` do. The job `matching` matches receipts that wait with
the invoices that somebody issues."""


def page() -> str:
    """What each duty is for, and whose duty each command is."""
    duties = [f"| `{name}` | {about} |" for name, about in ABOUT.items()]
    columns = " | ".join(name.replace("_", " ") for name in DUTIES)
    commands = [_row(one) for one in rights(asked_of_all())]
    tables = [
        ["| duty | who has it |", "|---|---|", *duties],
        [f"| command | {columns} |", "|---" * (len(DUTIES) + 1) + "|", *commands],
    ]
    return "\n\n".join([_HEAD, *("\n".join(table) for table in tables)]) + "\n"


def _row(right: Right) -> str:
    return " | ".join([f"| `{right.command}`", *("x" if duty in right.duties else " " for duty in DUTIES)]) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
