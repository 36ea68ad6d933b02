"""A clinic's items and one bank file of payments, of each of which is known what it may be matched with."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from ledger.domain.references import creditor_reference, ocr
from tests.reconciliation.matching.written_files import DAY, BankFile, Issued

PRICES: Final = (100_00, 200_00, 250_00, 275_00, 300_00, 400_00)


@dataclass
class World:
    """A clinic's items, and one bank file of payments, each with the case it belongs to and the item it truly pays."""

    rng: random.Random
    items: list[Issued] = field(default_factory=list)
    file: BankFile = field(default_factory=BankFile)
    # By line: the case, and what it may be matched with by itself.
    cases: list[tuple[str, str | None]] = field(default_factory=list)

    def issue(self, amount_minor: int | None = None, reference: str | None = None, **said: Any) -> Issued:
        """Issue an invoice, at one of the clinic's prices unless told, under an OCR or a creditor reference."""
        number = 10_000 + 7 * len(self.items)
        make = self.rng.choice((ocr, creditor_reference))
        about: dict[str, Any] = {"account_id": f"p{number}", "due_on": DAY + timedelta(self.rng.randint(-90, 30))}
        amount_minor = amount_minor or self.rng.choice(PRICES)
        item = Issued(f"i{number}.1", reference or make(f"{number}1"), amount_minor, **(about | said))
        self.items.append(item)
        return item

    def pay(
        self, case: str, amount_minor: int, *members: dict[str, Any], of: Issued | None = None, **said: Any
    ) -> None:
        """Write a line; `of` is the item that it may be matched with by itself."""
        self.file.line(amount_minor, *members, **said)
        self.cases.append((case, of.item_id if of else None))

    def unissued(self) -> str:
        """A valid reference of somebody else's."""
        return ocr(str(self.rng.randrange(10**8, 10**9)))
