"""Cases of the battery: what payers write into a text, and how they divide a payment."""

from __future__ import annotations

from ledger.domain.references import creditor_reference, luhn_digit, ocr
from tests.reconciliation.matching.clinic_world import World
from tests.reconciliation.matching.written_files import quoted, quoted_beside, several_with, wrote


def _personal_number(world: World) -> str:
    """A personal number with a right check digit, as people write it."""
    day = f"{world.rng.randrange(40, 100):02}{world.rng.randrange(1, 13):02}{world.rng.randrange(1, 29):02}"
    digits = f"{day}{world.rng.randrange(1000):03}"
    number = digits + luhn_digit(digits)
    return world.rng.choice([number, f"19{number}", f"{number[:6]}-{number[6:]}"])


def beside_other_numbers(world: World) -> None:
    """Our reference beside numbers that are nobody's reference."""
    item = world.issue()
    reference = item.reference if item.reference.startswith("RF") else world.rng.choice(["", "OCR "]) + item.reference
    words = [reference, _personal_number(world), f"kundnr {world.unissued()}", "tel 070-1234566"]
    kept = [reference, *world.rng.sample(words[1:], world.rng.randint(1, 3))]
    world.rng.shuffle(kept)
    world.pay("B1", item.open_minor, wrote(world.rng.choice([" ", ", ", " / "]).join(kept)), of=item)


def with_marks_around(world: World) -> None:
    """Our reference behind a label, and among punctuation."""
    item = world.issue()
    label = "Ref:" if item.reference.startswith("RF") else "OCR:"
    before, after = world.rng.choice([(label, "."), (f"({label} ", ")"), ("betaln.", ";tack"), ("#", "/2024")])
    world.pay("B2", item.open_minor, wrote(f"{before}{item.reference}{after}"), of=item)


def in_groups(world: World) -> None:
    """A creditor reference in groups, or broken over two lines."""
    item = world.issue(reference=creditor_reference(f"{world.rng.randrange(10**11, 10**12)}"))
    groups = [item.reference[place : place + 4] for place in range(0, len(item.reference), 4)]
    written = world.rng.choice([" ", "-"]).join(groups)
    cut = world.rng.randrange(5, len(item.reference) - 1)
    world.pay("B3", item.open_minor, wrote(*world.rng.choice([
        [f"faktura {written} tack"], [f"faktura {item.reference[:cut]}", f"{item.reference[cut:]} tack"],
        ["faktura " + " ".join(groups[:2]), " ".join(groups[2:])],
    ])), of=item)  # fmt: skip


def divided(world: World) -> None:
    """Several requests, each with the amount that the payer states."""
    items = [world.issue() for _ in range(world.rng.randint(2, 4))]
    said = [(item.reference, world.rng.randrange(1, 2 * item.open_minor)) for item in items]
    world.pay("B4", sum(amount for _, amount in said), several_with(*said), of=items[0])


def part_of_a_longer_number(world: World) -> None:
    """A longer number that begins or ends like our reference, perhaps broken there."""
    item = world.issue(reference=ocr(f"{world.rng.randrange(10**6, 10**7)}"))
    longer = world.rng.choice(["{0}{1}", "{1}{0}", "{1}{0}{1}"]).format(item.reference, world.rng.randrange(1, 10))
    texts = [f"faktura {longer}"]
    if longer.startswith(item.reference) and world.rng.random() < 0.5:
        texts = [f"faktura {item.reference}", f"{longer[len(item.reference) :]} tack"]
    world.pay("N1", item.open_minor, wrote(*texts))


def text_of_two(world: World) -> None:
    """Two requests in one text."""
    one, other = world.issue(), world.issue()
    world.pay("N2", one.open_minor, wrote(f"{one.reference} och {other.reference}, {_personal_number(world)}"))


def beside_a_foreign_reference(world: World) -> None:
    """Our reference beside one that is said to be a reference, and is none of ours."""
    item = world.issue()
    foreign = world.rng.choice([creditor_reference(world.unissued()), f"OCR {world.unissued()}"])
    world.pay("N3", item.open_minor, wrote(f"{foreign}, {item.reference}"))


def amounts_that_do_not_sum(world: World) -> None:
    """Several requests with amounts that are not the payment."""
    one, other = world.issue(), world.issue()
    wrong = world.rng.choice([-1, 1, -other.open_minor])
    said = (one.reference, one.open_minor), (other.reference, other.open_minor + wrong)
    world.pay("N4", one.open_minor + other.open_minor, several_with(*said))


def amount_for_somebody_else(world: World) -> None:
    """A payment divided between us and a reference that is none of ours."""
    item = world.issue()
    said = (item.reference, item.open_minor), (world.unissued(), 100_00)
    world.pay("N5", item.open_minor + 100_00, several_with(*said))


def beside_a_personal_number_in_the_field(world: World) -> None:
    """Our reference and a personal number in one reference field."""
    item = world.issue()
    words = [item.reference, _personal_number(world).replace("-", "")]
    world.rng.shuffle(words)
    world.pay("B5", item.open_minor, quoted(" ".join(words)), of=item)


def field_with_words_beside(world: World) -> None:
    """Our reference in the field, and in the text the same again or numbers that are nobody's reference."""
    item = world.issue()
    text = world.rng.choice([item.reference, f"kund {world.unissued()}", _personal_number(world)])
    amount = world.rng.choice([item.open_minor, item.open_minor + 1_00])
    world.pay("B6", amount, quoted_beside(item.reference, text), of=item)


def field_and_text_of_two(world: World) -> None:
    """One request in the field, and another one in the text."""
    one, other = world.issue(), world.issue()
    amount = world.rng.choice([one.open_minor, other.open_minor, one.open_minor + other.open_minor])
    text = world.rng.choice([other.reference, f"{one.reference} och {other.reference}"])
    world.pay("N6", amount, quoted_beside(one.reference, text))


def two_of_which_one_is_mistyped(world: World) -> None:
    """Two requests with one amount, and a digit of the second one is wrong."""
    one, other = world.issue(), world.issue()
    place = world.rng.randrange(4, len(other.reference))
    wrong = world.rng.choice([digit for digit in "0123456789" if digit != other.reference[place]])
    written = other.reference[:place] + wrong + other.reference[place + 1 :]
    said = world.rng.choice([wrote(f"{one.reference} {written}"), quoted_beside(one.reference, written)])
    world.pay("N7", one.open_minor + other.open_minor, said)


def number_of_an_invoice(world: World) -> None:
    """Only the invoice's number, with the right amount."""
    item = world.issue(number=100_000 + len(world.items))
    said = world.rng.choice([wrote(f"faktura {item.number}"), quoted(str(item.number))])
    world.pay("N8", item.open_minor, said)
