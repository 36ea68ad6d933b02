"""Items: what one payer owes for one reason."""

from __future__ import annotations

from typing import Final

from infra.cli import lists
from infra.cli.invocation import Commands

COMMANDS: Final = Commands("item", "Items: what one payer owes for one reason, such as an invoice.")

lists.add(COMMANDS, "list", "items")
