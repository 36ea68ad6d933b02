"""The adversarial battery: payments that must match nothing by themselves (A1-A11), and some that must be found."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import polars as pl

from ledger.domain.references import creditor_reference, ocr
from reconciliation.matching.candidates import MOST, candidates, slips
from reconciliation.matching.exact_match import asked, match
from reconciliation.matching.identity import keyed
from tests.reconciliation.matching.written_files import DAY, BankFile, Issued, Store, quoted, several, wrote

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


def _twins(world: World) -> None:
    one = world.issue()
    world.issue(one.open_minor, account_id=one.account_id, due_on=one.due_on)
    world.pay("A1", one.open_minor, {"counterparty": one.account_id})


def _other_reference(world: World) -> None:
    item = world.issue()
    said = {"counterparty": item.account_id, **quoted(world.unissued())}
    world.pay("A2", item.open_minor, said, booked_on=item.due_on)


def _one_slip(world: World) -> None:
    item = world.issue()
    reference = item.reference
    swaps = [
        place
        for place in range(2, len(reference) - 1)
        # Luhn's one blind spot is 09 for 90: what it does not see, no matcher can.
        if reference[place] != reference[place + 1] and {reference[place], reference[place + 1]} != {"0", "9"}
    ]
    if swaps and world.rng.random() < 0.4:
        place = world.rng.choice(swaps)
        slipped = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
    else:
        place = world.rng.randrange(2, len(reference))
        digit = world.rng.choice([digit for digit in "0123456789" if digit != reference[place]])
        slipped = reference[:place] + digit + reference[place + 1 :]
    world.pay("A3", item.open_minor, world.rng.choice((quoted, wrote))(slipped))


def _same_line_twice(world: World) -> None:
    item = world.issue()
    world.issue(item.open_minor, account_id=item.account_id)
    for _ in range(2):
        # Both are money; neither may reach the twin's invoice.
        world.pay("A4", item.open_minor, quoted(item.reference), of=item)


def _coincidental_sum(world: World) -> None:
    one, other = world.issue(), world.issue()
    world.pay("A5", one.open_minor + other.open_minor, {})


def _equal_prices(world: World) -> None:
    items = [world.issue(250_00) for _ in range(world.rng.randint(2, 5))]
    if world.rng.random() < 0.5:
        world.pay("A6", 250_00 * len(items), *({"counterparty": item.account_id} for item in items))
    else:
        world.pay("A6", 250_00 * len(items), *(quoted(item.reference) for item in items))


def _currency(world: World) -> None:
    item = world.issue(currency="EUR")
    world.pay("A7", item.open_minor, quoted(item.reference))


def _sign(world: World) -> None:
    item = world.issue()
    said = quoted(item.reference)
    kind = world.rng.randrange(3)
    if kind == 0:
        world.pay("A8", -item.open_minor, said)
    elif kind == 1:
        world.pay("A8", item.open_minor, {**said, "return_reason": world.rng.choice(["AC04", "AC06", "MD06"])})
    else:
        world.pay("A8", item.open_minor, said, reversal=True)


def _blank(world: World) -> None:
    item = world.issue()
    empty = {"reference": "", "reference_kind": "text"}
    world.pay("A9", item.open_minor, world.rng.choice([{}, {"counterparty": "", "text": ""}, quoted("0"), empty]))


def _generic(world: World) -> None:
    item = world.issue()
    word = world.rng.choice(["PAYMENT", "FAKTURA", "TACK", "INVOICE", "HYRA JULI", "2024-07"])
    world.pay("A10", item.open_minor, world.rng.choice((quoted, wrote))(word))


def _customer_number(world: World) -> None:
    number = world.unissued()
    issued_under_it = world.rng.random() < 0.5
    items = [world.issue(275_00, number if issued_under_it else None, account_id=f"c{number}") for _ in range(2)]
    world.pay("A11", items[0].open_minor, quoted(number))


def _late(world: World) -> None:
    item = world.issue(due_on=DAY - timedelta(60))
    days = world.rng.choice([3, 45])
    world.pay("C1-C2", item.open_minor, quoted(item.reference), of=item, booked_on=item.due_on + timedelta(days))


def _instalments(world: World) -> None:
    item = world.issue()
    first = world.rng.randrange(1, item.open_minor)
    for amount in (first, item.open_minor - first):
        world.pay("C3", amount, quoted(item.reference), of=item)


def _two_references(world: World) -> None:
    one, other = world.issue(), world.issue()
    said = several(one.reference, other.reference)
    world.pay("C4", one.open_minor + other.open_minor, said)


def _overpaid(world: World) -> None:
    item = world.issue()
    world.pay("C5", item.open_minor + world.rng.randrange(1, 500_00), quoted(item.reference), of=item)


def _written_otherwise(world: World) -> None:
    item = world.issue()
    reference, cut = item.reference, world.rng.randrange(1, len(item.reference) - 1)
    if reference.startswith("RF"):
        written = world.rng.choice([f"{reference[:4]}00{reference[4:]}", f"{reference[:cut]} {reference[cut:]}"])
    else:
        written = world.rng.choice([f"00{reference}", f" {reference[:cut]} {reference[cut:]}", f"0 {reference} "])
    world.pay("C6", item.open_minor, quoted(written.lower()), of=item)


MUST_NOT: Final[tuple[Callable[[World], None], ...]] = (
    _twins, _other_reference, _one_slip, _coincidental_sum, _equal_prices, _currency, _sign, _blank, _generic,
    _customer_number,
)  # fmt: skip
MUST: Final[tuple[Callable[[World], None], ...]] = (
    _same_line_twice, _late, _instalments, _two_references, _overpaid, _written_otherwise,
)  # fmt: skip


def world_of(seed: int, variants: int = 12) -> World:
    """Each case many times over, mixed, among invoices that nobody paid."""
    rng = random.Random(seed)
    world = World(rng)
    cases = [case for case in MUST_NOT + MUST for _ in range(variants)]
    rng.shuffle(cases)
    for case in cases:
        case(world)
    for _ in range(60):
        world.issue()
    return world


def entries_of(world: World) -> pl.DataFrame:
    """The file's receipts, keyed, each with its case and the item it may be matched with."""
    rows = keyed(world.file.entries())
    told = [world.cases[line - 1] for line in rows["line_no"]]
    rows = rows.with_columns(
        case=pl.Series([case for case, _ in told], dtype=pl.String),
        of=pl.Series([item for _, item in told], dtype=pl.String),
    )
    return rows.filter((pl.col("amount_minor") > 0) & (pl.col("part") != "rest"))


def exact(receipts: pl.DataFrame, items: list[Issued]) -> pl.DataFrame:
    """Our matcher, asking the store as a bank day does."""
    return match(receipts, Store(items).by_reference(asked(receipts)))


def suggested(matched: pl.DataFrame, items: list[Issued]) -> pl.DataFrame:
    """What it suggests for the rest."""
    store = Store(items, MOST)
    slipped = slips(matched)
    unmatched = matched.filter(pl.col("reason").is_not_null())
    amounts = unmatched.select("currency", "amount_minor").rows()
    return candidates(unmatched, slipped, store.by_reference(slipped["reference"]), store.by_amount(amounts))


def first_fit(receipts: pl.DataFrame, items: list[Issued]) -> dict[str, str]:
    """The matcher that most products are: the first open item of the amount, else of the reference's digits."""
    answer: dict[str, str] = {}
    for key, amount, reference in receipts.select("key", "amount_minor", "reference").rows():
        fits = [item for item in items if item.open_minor == amount]
        fits = fits or [item for item in items if reference and reference in item.reference]
        if fits:
            answer[key] = fits[0].item_id
    return answer
