"""A clerk's day is typed as its page says, and needs no id that the commands before did not show in short."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from infra.cli import page
from infra.cli.caller import Terminal
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference, CamtStatement, write_camt053
from tests.infra.cli.command_line import Reskontra

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "clerk-day.md"
IBAN = "SE4550000000058398257466"
# What a program made up, whole or in part; what has only digits is a number, a reference, an amount or a day.
MADE_UP = re.compile(r"\b(?=[0-9a-f-]*[a-f])(?=[0-9a-f-]*[0-9])[0-9a-f-]{8,}\b")
WIDTH = 120


class Typed(NamedTuple):
    """A command of the page, who types it, and on which day."""

    on: date
    user: str
    words: list[str]


def commands() -> Iterator[Typed]:
    """The commands of the page, in order."""
    on = date.min
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"## (\d+ \w+ \d{4}): .*", line):
            on = datetime.strptime(heading[1], "%d %B %Y").replace(tzinfo=UTC).date()
        elif command := re.fullmatch(r"(\w+)\$ reskontra (.*)", line):
            yield Typed(on, command[1], shlex.split(command[2]))


class Clerk(Terminal):
    """A terminal at which somebody sits on a day of the page."""

    def __init__(self, typed: Typed, minute: int) -> None:
        self._typed = typed
        self._at = datetime(typed.on.year, typed.on.month, typed.on.day, 8 + minute // 60, minute % 60, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the page's time."""
        return self._at

    def user(self) -> str:
        """Return who types."""
        return self._typed.user

    def knows(self, user: str) -> bool:
        """Return true: the persons of the page are no users of this machine."""
        return True


@pytest.mark.timeout(600)
def test_the_day_needs_no_id_that_was_not_shown_in_short(
    reskontra: Reskontra, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    shown = ""
    for minute, typed in enumerate(commands()):
        unseen = [id for word in typed.words for id in MADE_UP.findall(word) if id not in shown]
        assert not unseen, f"{typed}: nothing has shown {unseen}"
        code, out = answer(reskontra, typed, minute, monkeypatch, capsys)
        assert code == 0, f"{typed}: {out}"
        # A sentence may be longer: the terminal wraps it.
        assert all(len(line) <= WIDTH for line in out.splitlines() if "  " in line or "\u2500" in line), (
            f"{typed}: {out}"
        )
        shown += out


def answer(
    reskontra: Reskontra,
    typed: Typed,
    minute: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int, str]:
    """What a terminal shows, without colours."""
    from infra.cli import app

    for name, value in reskontra.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    page.console.cache_clear()
    with pytest.raises(SystemExit) as ended:
        app(typed.words, prog_name="reskontra", obj=Clerk(typed, minute))
    page.console.cache_clear()
    said = capsys.readouterr()
    return int(ended.value.code or 0), re.sub(r"\x1b\[[0-9;]*m", "", said.out + said.err)


def statement(name: str, number: int, on: date, through: date, opening: int, entries: list[CamtEntry]) -> bytes:
    """The bank's file of some days."""
    at = f"{through}T18:00:00"
    made = CamtStatement(name, IBAN, "SEK", number, at, on, through, entries, opening_minor=opening)
    return write_camt053(f"M{number}", at, [made])


def paid(minor: int, id: str, on: date, reference: str | None = None, payer: str = "Eva Ek") -> CamtEntry:
    """A payment, and which reference it quotes."""
    references = (CamtReference(reference),) if reference else ()
    return CamtEntry(minor, on, on, id, (CamtDetail(amount_minor=minor, references=references, counterparty=payer),))


def files() -> dict[str, bytes]:
    """The bank's files of the page, as our writer writes them."""
    day, later = date(2026, 10, 12), date(2026, 11, 12)
    entries = [
        paid(400_00, "B1", day, "1001171"),
        paid(250_00, "B2", day, "1002179"),
        paid(500_00, "B3", day, "1003177"),
        paid(300_00, "B4", day, "1004175"),
        paid(300_00, "B5", day, "1004175"),
        paid(275_00, "B6", day, "1005174"),
        paid(180_00, "B7", day),
        CamtEntry(-15_00, day, day, "B8", code=("PMNT", "MDOP", "CHRG")),
        CamtEntry(-70_00, day, day, "B9", code=("PMNT", "ICDT", "ESCT")),
    ]
    total = sum(one.amount_minor for one in entries)
    return {
        "clerk-day.xml": statement("S1", 1, day, day, 1000_00, entries),
        "clerk-day-next.xml": statement(
            "S2",
            2,
            date(2026, 10, 13),
            date(2026, 11, 15),
            1000_00 + total,
            [
                CamtEntry(-300_00, later, later, "B10", (CamtDetail(amount_minor=-300_00, counterparty="Doris Dahl"),)),
            ],
        ),
    }


@pytest.mark.parametrize("name", sorted(files()))
def test_the_banks_files_of_the_day_are_as_our_writer_writes_them(name: str):
    assert (ROOT / "docs" / "examples" / name).read_bytes() == files()[name]
