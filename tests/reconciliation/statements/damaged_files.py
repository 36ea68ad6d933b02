"""Damages files as disks, transfers and people do, and says whether what is read of one still proves its own sums."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Final, TypeAlias

from reconciliation.statements import TRAITS, Parsed

Row: TypeAlias = dict[str, Any]
Damage: TypeAlias = Callable[[bytes, Random], bytes]

# Bytes that mean something in some format, and such as no format has.
_TELLING: Final = b"0123456789-+., \t\r\n\x00\x1a\xff<>&\"'*:~|/;{}ABCDSE"
_MANY: Final = 400
# In bytes: several damages of one file in a row, each of them 400 lines more, would fill the memory.
_LARGE: Final = 1_000_000
_ACTION: Final = re.compile(r"[:;] (ask|check|compare|decrypt|export|fetch|find|join|load|look|unpack) ")


def _at(data: bytes, dice: Random) -> int:
    return dice.randrange(len(data)) if data else 0


def flipped(data: bytes, dice: Random) -> bytes:
    """One bit is another."""
    at = _at(data, dice)
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :] if data else data


def overwritten(data: bytes, dice: Random) -> bytes:
    """One byte is another."""
    at = _at(data, dice)
    return data[:at] + bytes([dice.choice(_TELLING)]) + data[at + 1 :]


def miscounted(data: bytes, dice: Random) -> bytes:
    """One digit is another."""
    places = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return data
    at = dice.choice(places)
    return data[:at] + bytes([48 + (data[at] - 48 + dice.randrange(1, 10)) % 10]) + data[at + 1 :]


def without_a_line(data: bytes, dice: Random) -> bytes:
    """One line is missing."""
    lines, at = _lines(data, dice)
    return b"".join(lines[:at] + lines[at + 1 :])


def with_a_line_twice(data: bytes, dice: Random) -> bytes:
    """One line comes twice."""
    lines, at = _lines(data, dice)
    return b"".join([*lines[:at], *lines[at : at + 1], *lines[at:]])


def with_lines_swapped(data: bytes, dice: Random) -> bytes:
    """Two lines are in each other's place."""
    lines, at = _lines(data, dice)
    other = dice.randrange(len(lines)) if lines else 0
    if lines:
        lines[at], lines[other] = lines[other], lines[at]
    return b"".join(lines)


def cut_off(data: bytes, dice: Random) -> bytes:
    """The end is missing."""
    return data[: _at(data, dice)]


def with_a_hole(data: bytes, dice: Random) -> bytes:
    """A piece is missing."""
    start, end = sorted((_at(data, dice), _at(data, dice)))
    return data[:start] + data[end:]


def with_a_piece_elsewhere(data: bytes, dice: Random) -> bytes:
    """A piece of the file stands in another place, too."""
    start = _at(data, dice)
    piece, at = data[start : start + dice.randrange(1, 200)], _at(data, dice)
    return data[:at] + piece + data[at:]


def with_noise(data: bytes, dice: Random) -> bytes:
    """Any bytes stand in the middle."""
    at = _at(data, dice)
    return data[:at] + dice.randbytes(dice.randrange(1, 40)) + data[at:]


def with_a_line_often(data: bytes, dice: Random) -> bytes:
    """One line comes very often, as far as the file does not become large."""
    lines, at = _lines(data, dice)
    often = min(_MANY, (_LARGE - len(data)) // len(lines[at])) if lines else 0
    return b"".join([*lines[:at], *lines[at : at + 1] * max(often, 1), *lines[at:]])


def _lines(data: bytes, dice: Random) -> tuple[list[bytes], int]:
    lines = data.splitlines(keepends=True)
    return lines, dice.randrange(len(lines)) if lines else 0


# What changes a single byte or line, so that a proof must see it wherever it changes money.
SMALL: Final[Sequence[Damage]] = (
    flipped,
    overwritten,
    miscounted,
    without_a_line,
    with_a_line_twice,
    with_lines_swapped,
)
ANY: Final[Sequence[Damage]] = (
    *SMALL,
    cut_off,
    with_a_hole,
    with_a_piece_elsewhere,
    with_noise,
    with_a_line_often,
)


def unhelpful(parsed: Parsed) -> list[str]:
    """The reasons to refuse or to doubt that do not say what a person should do."""
    told = [problem.message for problem in parsed.problems if problem.severity != "warning"]
    return [
        one for one in told if not _ACTION.search(one) and not one.endswith("more problems of this kind were found")
    ]


def booked_sums(parsed: Parsed) -> Mapping[str | None, int]:
    """The sum of what the booked movements change the balance by, by currency."""
    sums: Counter[str | None] = Counter()
    told = ["detail_no", "status", "currency", "amount_minor", "kind", "charges_minor"]
    for line in parsed.lines.select(told).to_pylist():
        if line["detail_no"] == 0 and line["status"] == "booked":
            sums[line["currency"]] += _net(line)
    return {currency: total for currency, total in sums.items() if total}


def proves_its_sums(parsed: Parsed) -> bool:
    """Whether the booked sums are those of the balances, of the details or of the stated totals, as the format asks."""
    movements: dict[int, list[Row]] = defaultdict(list)
    details: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for line in parsed.lines.to_pylist():
        if line["detail_no"]:
            details[line["statement_no"], line["line_no"]].append(line)
        else:
            movements[line["statement_no"]].append(line)
    proof = TRAITS[parsed.format or ""].proof
    statements = parsed.statements.to_pylist()
    if not statements or any(total["declared"] not in (None, total["found"]) for total in parsed.totals.to_pylist()):
        return False
    for statement in statements:
        read = movements[statement["statement_no"]]
        booked = [line for line in read if line["status"] == "booked"]
        if not _as_declared(statement, booked, read):
            return False
        if proof == "balances" and not _foots(statement, booked):
            return False
        if proof == "totals" and None in (statement["declared_count"], _declared_gross(statement)):
            return False
        if proof == "deposits" and not all(
            _sums(line, details[line["statement_no"], line["line_no"]]) for line in booked
        ):
            return False
    return True


def _foots(statement: Row, booked: Sequence[Row]) -> bool:
    ends = (statement["opening_minor"], statement["closing_minor"])
    return None not in ends and ends[0] + sum(map(_net, booked)) == ends[1]


def _net(line: Row) -> int:
    """What a movement changes the balance by: a provider keeps its charges, and a bank's amount is without them."""
    kept = line["charges_minor"] if line["kind"] is not None else None
    return (line["amount_minor"] or 0) - (kept or 0)


def _sums(line: Row, details: Sequence[Row]) -> bool:
    """Whether details sum to their movement, with or without what was charged."""
    amounts = [detail["amount_minor"] for detail in details]
    if None in amounts:
        return False
    charged = line["charges_minor"] or sum(detail["charges_minor"] or 0 for detail in details)
    return line["amount_minor"] in (sum(amounts), sum(amounts) - charged)


def _declared_gross(statement: Row) -> int | None:
    sides = (statement["declared_credit_minor"], statement["declared_debit_minor"])
    total: int | None = statement["declared_sum_minor"]
    return total if total is not None or None in sides else sum(sides)


def _as_declared(statement: Row, booked: Sequence[Row], read: Sequence[Row]) -> bool:
    """Whether each figure that the statement declares is that of the booked movements, or of all movements."""
    figures: dict[str, Callable[[list[int]], Sequence[int]]] = {
        "declared_count": lambda amounts: [len(amounts)],
        "declared_credit_minor": lambda amounts: [sum(amount for amount in amounts if amount > 0)],
        "declared_debit_minor": lambda amounts: [-sum(amount for amount in amounts if amount < 0)],
        "declared_sum_minor": lambda amounts: [sum(map(abs, amounts)), abs(sum(amounts))],
    }
    sides = [[line["amount_minor"] or 0 for line in lines] for lines in (booked, read)]
    return all(
        statement[name] is None or abs(statement[name]) in [one for amounts in sides for one in figure(amounts)]
        for name, figure in figures.items()
    )
