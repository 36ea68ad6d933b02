"""Credit notes that were issued; the command `credit` issues one."""

from __future__ import annotations

from typing import Final

from infra.cli import lists
from infra.cli.invocation import Commands

COMMANDS: Final = Commands("credit-note", "Credit notes that were issued; `credit INVOICE` issues one.")

lists.add(COMMANDS, "list", "credit-notes")
