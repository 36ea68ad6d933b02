"""However a bank cuts its movements into statements and files, each movement has one key, and keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projections.store.matching_lookups import KnownStatement
from tests.kit.seeds import examples
from tests.reconciliation.matching.written_files import BankFile, quoted

DAY = date(2024, 7, 8)
# Few enough that most movements have twins.
CONTENTS: tuple[dict[str, Any], ...] = (
    {},
    quoted("1234566"),
    {"bank_ref": "B1"},
    {"bank_ref": "0000"},
    {"counterparty": "P", "text": "x"},
)


@dataclass(frozen=True)
class Movement:
    """What really happened on the account."""

    day: int
    amount_minor: int
    content: int


@dataclass
class Book:
    """What was loaded so far: statements in the order in which their files were opened, files, keys."""

    known: list[KnownStatement] = field(default_factory=list)
    archive: dict[str, BankFile] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def load(self, file: BankFile) -> set[str]:
        """Load a file; the keys that are new."""
        keys = file.keys(self.known, self.archive)
        assert len(set(keys)) == len(keys)
        new = set(keys) - self.keys
        self.known += file.proven()
        self.archive[file.sha256] = file
        self.keys |= new
        return new


def written(
    movements: list[Movement], cuts: list[int], ends: set[int], name: str, balances: bool = True
) -> list[BankFile]:
    """Movements in statements that end at `cuts` or with their day, those in files that end after each of `ends`."""
    files, balance, done = [BankFile(f"{name}-0")], 0, 0
    stops = {place for place in range(1, len(movements)) if movements[place - 1].day != movements[place].day}
    for number, stop in enumerate(sorted({*cuts, *stops, len(movements)} - {0})):
        part, done = movements[done:stop], stop
        if not part:
            continue
        days = [DAY + timedelta(part[0].day), DAY + timedelta(part[-1].day)]
        file = files[-1]
        opening = balance if balances else None
        file.statement(opening, statement_id=f"{name}-{number}", from_on=days[0], to_on=days[-1])
        for movement in part:
            booked_on = DAY + timedelta(movement.day)
            file.line(movement.amount_minor, booked_on=booked_on, **CONTENTS[movement.content])
            balance += movement.amount_minor
        if number in ends:
            files.append(BankFile(f"{name}-{len(files)}"))
    return [file for file in files if file.statements]


def histories(amounts: list[int]) -> st.SearchStrategy[list[Movement]]:
    one = st.builds(Movement, st.integers(0, 2), st.sampled_from(amounts), st.integers(0, len(CONTENTS) - 1))
    return st.lists(one, min_size=1, max_size=12).map(lambda found: sorted(found, key=lambda movement: movement.day))


CUTS = st.lists(st.integers(1, 12), max_size=6)
ENDS = st.sets(st.integers(0, 10))


@examples(15)
@given(histories([99_00, 1_00]), CUTS, ENDS, CUTS, ENDS)
def test_every_cut_gives_each_movement_one_key_and_the_next_cut_gives_no_other(
    movements: list[Movement], cuts: list[int], ends: set[int], other_cuts: list[int], other_ends: set[int]
) -> None:
    # Balances that only rise prove where each statement stands.
    within = [cut for cut in cuts if cut <= len(movements)]
    book = Book()
    news = [book.load(file) for file in written(movements, within, ends, "first")]
    assert sum(map(len, news)) == len(movements) == len(book.keys)
    others = [cut for cut in other_cuts if cut <= len(movements)]
    for file in written(movements, others, other_ends, "second"):
        assert book.load(file) == set()


@examples(15)
@given(histories([99_00, 1_00]), CUTS, ENDS, st.integers(0, 8))
def test_a_load_taken_up_again_at_any_file_has_the_keys_it_had(
    movements: list[Movement], cuts: list[int], ends: set[int], place: int
) -> None:
    files = written(movements, [cut for cut in cuts if cut <= len(movements)], ends, "first")
    file = files[place % len(files)]
    book = Book()
    undisturbed = {one.sha256: book.load(one) for one in files}
    assert set(file.keys(book.known, book.archive)) == undisturbed[file.sha256]


@examples(15)
@given(histories([99_00, -99_00, 1_00]), CUTS, ENDS)
def test_the_same_cut_sent_again_under_other_ids_is_nothing_new_whatever_the_balances_do(
    movements: list[Movement], cuts: list[int], ends: set[int]
) -> None:
    within = [cut for cut in cuts if cut <= len(movements)]
    book = Book()
    for file in written(movements, within, ends, "first"):
        book.load(file)
    for file in written(movements, within, ends, "again"):
        assert book.load(file) == set()


@examples(15)
@given(histories([99_00, 1_00]))
def test_without_balances_one_file_still_counts_every_twin(movements: list[Movement]) -> None:
    cuts = list(range(1, len(movements), 2))
    (file,) = written(movements, cuts, set(), "notified", balances=False)
    book = Book()
    assert len(book.load(file)) == len(movements)
    again = written(movements, [], set(), "again", balances=False)
    assert [book.load(one) for one in again] == [set()]
