"""Steps are carried out as they are written, with the scenario's clock, person and names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from infra.cli.command_line import KnownCommands
from infra.scenarios.mistake import Mistake
from infra.scenarios.play import Played, play
from infra.scenarios.reader import read_scenario
from infra.scenarios.use_cases import Answer, Moment
from reconciliation.places import read_places
from reconciliation.statements import read

ISSUED = {"invoice_id": "i1", "items": [{"item_id": "i1.1", "account_id": "p1", "reference": "1001171"}]}
ISSUE = """  - on: 2026-10-01
    as: anna
    do: invoice issue
    with: {account: p1, series: A, amount: 400.10, service: VISIT}
    name: A
"""
LOAD = """  - on: 2026-10-12
    load:
      format: camt.053
      account: SE45 5000 0000 0583 9825 7466
      rows:
        - {amount: 400.10, reference: A, payer: Eva Ek, name: R1}
        - {amount: -50, on: 2026-10-11, end-to-end: E1}
        - {amount: 30, name: B, details: [{amount: 10, bank-ref: D1}, {amount: 20, name: B2}]}
"""


class Recorder:
    """Answers commands as it is told, and notes what was asked, when and by whom.

    What it is not told about a bank file is that every detail became a receipt, called by its line and number.
    """

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, list[str]]] = []
        self.moments: list[Moment] = []
        self.files: list[bytes] = []

    def __call__(self, command: str, words: Sequence[str], moment: Moment) -> Answer:
        if command == "person register":
            return {"ok": True, "position": 1, "rows": [], "totals": [], "problems": []}
        self.asked.append((command, list(words)))
        self.moments.append(moment)
        given = self.answers.pop(0) if self.answers else {}
        if command == "reconcile" and Path(words[-1]).is_file():
            self.files.append(Path(words[-1]).read_bytes())
            given = {"rows": [{"matches": booked(self.files[-1])}]} | given
        return {"ok": True, "position": 12, "rows": [], "totals": [], "problems": []} | given


def booked(file: bytes) -> list[dict[str, Any]]:
    return [
        {"raw_position": one["raw_position"], "receipt_id": f"r{one['line_no']}.{one['detail_no']}"}
        for one in read(file).lines.to_pylist()
        if one["detail_no"] > 0
    ]


def played(folder: Path, text: str, *answers: dict[str, Any]) -> tuple[Played, Recorder]:
    (folder / "own").mkdir(exist_ok=True)
    path = folder / "case.yaml"
    path.write_text(f"# A case.\n{text}", encoding="utf-8")
    recorder = Recorder(*answers)
    return play(read_scenario(path, KnownCommands()), recorder, folder / "own"), recorder


def test_a_step_is_the_command_that_a_person_would_type(tmp_path: Path):
    text = f"""entity: {{zone: Asia/Tokyo, currencies: [SEK, EUR]}}
bank-accounts: [{{account: 1234567, currency: SEK}}]
defaults:
  invoice issue: {{payer: patient, amount: 1.00}}
steps:
{ISSUE}  - do: allocate
    with: {{item: [A, A.1=5.00], receipt: r-1}}
  - at: 2026-10-02T23:30-01:00
    as: bo
    do: seal now
    with: {{while-loading: true}}
  - expect: {{aging: {{known_at: A, as_of: 2026-10-01}}, history: {{subject: A}}}}
"""
    found, recorder = played(tmp_path, text, {}, {}, {"rows": [ISSUED]})
    assert recorder.asked == [
        ("entity declare", ["--currencies=SEK", "--currencies=EUR", "--zone=Asia/Tokyo"]),
        ("bank-account declare", ["--currency=SEK", "--", "1234567"]),
        (
            "invoice issue",
            ["--account=p1", "--series=A", "--amount=400.10", "--service=VISIT", "--payer=patient"],
        ),
        ("allocate", ["--item=i1.1", "--item=i1.1=5.00", "--", "r-1"]),
        ("seal now", ["--while-loading"]),
        ("aging", ["--as-of=2026-10-01", "--known-at=12"]),
        ("history", ["--", "invoice-i1"]),
    ]
    noon, late = datetime(2026, 10, 1, 3, tzinfo=UTC), datetime(2026, 10, 3, 0, 30, tzinfo=UTC)
    assert recorder.moments == [Moment(noon, "anna")] * 4 + [Moment(late, "bo")] * 3
    assert (found.status, found.steps) == ("ok", 8)


def test_noon_is_that_of_the_zone_that_was_declared_last(tmp_path: Path):
    text = """steps:
  - {on: 2026-10-01, do: remind}
  - {on: 2026-10-02, do: entity declare, with: {zone: Asia/Tokyo}}
  - {on: 2026-10-03, do: remind}
"""
    _, recorder = played(tmp_path, text)
    assert [moment.at.hour for moment in recorder.moments] == [10, 10, 3]
    assert {moment.person for moment in recorder.moments} == {"clerk"}


def test_a_step_that_is_refused_stops_the_file_unless_that_is_expected(tmp_path: Path):
    refused = {"ok": False, "problems": [{"code": "series_not_open", "sentence": "Open it.", "about": None}]}
    text = f"steps:\n{ISSUE}  - do: remind\n"
    found, recorder = played(tmp_path, text, refused)
    assert (found.status, found.steps, len(recorder.asked)) == ("stopped", 2, 1)
    assert [tuple(one) for one in found.differences] == [(5, "invoice issue", "done", "series_not_open: Open it.")]
    expected = text.replace("    name: A\n", "    expect: {refused: series_not_open}\n")
    found, recorder = played(tmp_path, expected, refused)
    assert (found.status, len(recorder.asked)) == ("ok", 2)
    found, recorder = played(tmp_path, expected, {})
    assert (found.status, len(recorder.asked)) == ("differs", 2)


def test_a_table_becomes_the_file_that_it_describes_and_its_rows_get_names(tmp_path: Path):
    use = "  - {do: identify, with: {receipt: R1, account: B2}}\n  - {do: identify, with: {receipt: B2, account: x}}\n"
    last = "  - {do: identify, with: {receipt: B.1, account: x}}\n"
    _, recorder = played(tmp_path, f"steps:\n{ISSUE}{LOAD}{use}{last}", {"rows": [ISSUED]})
    lines = read(recorder.files[0]).lines.to_pylist()
    whole = [(one["amount_minor"], str(one["booked_on"])) for one in lines if one["detail_no"] == 0]
    assert whole == [(400_10, "2026-10-12"), (-50_00, "2026-10-11"), (30_00, "2026-10-12")]
    detail = next(one for one in lines if one["detail_no"] == 1)
    assert (detail["reference"], detail["counterparty"]) == ("1001171", "Eva Ek")
    assert [words[-1] for command, words in recorder.asked if command == "identify"] == [
        "r1.1",
        "r3.2",
        "r3.1",
    ]


def test_a_row_of_which_nothing_was_made_cannot_have_a_name(tmp_path: Path):
    with pytest.raises(Mistake, match=r"case\.yaml:13: R1 names nothing"):
        played(tmp_path, f"steps:\n{ISSUE}{LOAD}", {"rows": [ISSUED]}, {"rows": [{"matches": [], "reviews": []}]})


def test_statements_of_an_account_follow_one_another(tmp_path: Path):
    first = LOAD.replace("      rows:", "      opening: 1000.00\n      rows:").replace(", name: R1", "")
    first = first.replace(", name: B2", "").replace(", name: B", "")
    second = first.replace("      opening: 1000.00\n", "").replace("10-12", "10-13")
    _, recorder = played(tmp_path, f"steps:\n{first}{second}")
    stated = [read(file).statements.to_pylist()[0] for file in recorder.files]
    figures = [(one["opening_minor"], one["closing_minor"]) for one in stated]
    assert figures == [(1000_00, 1380_10), (1380_10, 1760_20)]
    assert [str(one["to_on"]) for one in stated] == ["2026-10-12", "2026-10-13"]


def test_a_table_without_a_day_is_booked_on_the_entitys_day_even_just_after_midnight(tmp_path: Path):
    table = "{format: camt.053, account: 1234567, rows: [{amount: 5}]}"
    text = f"steps:\n  - {{at: 2026-10-12T22:30Z, load: {table}}}\n  - {{at: 2026-10-13T22:30+02:00, load: {table}}}\n"
    _, recorder = played(tmp_path, text)
    assert [str(read(file).lines["booked_on"][0]) for file in recorder.files] == ["2026-10-13", "2026-10-13"]


def test_a_number_that_is_no_iban_is_in_the_file_as_it_is_written(tmp_path: Path):
    text = LOAD.replace("SE45 5000 0000 0583 9825 7466", "6112-345 678 901").replace(", name: R1", "")
    text = text.replace(", name: B2", "").replace(", name: B", "")
    again = text.replace("6112-345 678 901", "6112345678901")
    _, recorder = played(tmp_path, f"steps:\n{text}{again}")
    assert b"<Id>6112-345 678 901</Id>" in recorder.files[0]
    # It is the same account, so the second statement follows the first.
    assert [read(file).statements["opening_minor"].to_pylist() for file in recorder.files] == [[0], [380_10]]
    assert read(recorder.files[1]).statements["sequence"].to_pylist() == ["2"]


@pytest.mark.parametrize(
    ("format", "account", "kind"),
    [("camt.054", "54910000\n      scheme: BGNR", "bankgiro"), ("bgmax", "5491-0000", "bankgiro")],
)
def test_other_formats_are_written_too(tmp_path: Path, format: str, account: str, kind: str):
    text = f"""steps:
  - on: 2026-10-12
    load:
      format: {format}
      account: {account}
      rows: [{{amount: 400.10, reference: 1001171, text: hello, name: R1}}, {{amount: -5.10}}]
"""
    use = "  - {do: identify, with: {receipt: R1, account: x}}\n"
    _, recorder = played(tmp_path, text + use)
    parsed = read(recorder.files[0])
    assert parsed.format == format
    assert not parsed.refused
    (statement,) = parsed.statements.to_pylist()
    assert (statement["account"], statement["account_kind"]) == ("54910000", kind)
    details = [one for one in parsed.lines.to_pylist() if one["detail_no"] > 0]
    assert [one["amount_minor"] for one in details] == [400_10, -5_10]
    assert details[0]["reference"] == "1001171"
    assert recorder.asked[-1][1][-1] == "r1.1"


def test_a_file_is_given_as_text_or_by_its_path_and_its_places_get_names(tmp_path: Path):
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / "day.xml").write_bytes(b"from the bank")
    text = """steps:
  - on: 2026-10-12
    load: |
      first
      second
  - {load: {text: short, names: {R1: Ntry 1}}, with: {declare: true}}
  - {load: {path: days/day.xml}}
  - {do: reconcile, with: {path: [days, days/day.xml]}}
  - {do: identify, with: {receipt: R1, account: x}}
"""
    reviews = [{"raw_position": f"Ntry {number}, line 1", "receipt_id": f"r{number}"} for number in (1, 10)]
    _, recorder = played(tmp_path, text, {}, {"rows": [{"reviews": reviews}]})
    assert recorder.files[:3] == [b"first\nsecond\n", b"short", b"from the bank"]
    own = tmp_path / "own" / "files"
    assert recorder.asked[1][1][0] == "--declare"
    assert recorder.asked[3][1] == ["--", f"{own}/days", f"{own}/days/day.xml"]
    assert recorder.asked[4][1][-1] == "r1"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("reference: A", "reference: A.2", r"case\.yaml:10: the table cannot be written: A stands for 1 references"),
        ("payer: Eva Ek", r'payer: "\x01"', r"case\.yaml:10: the table cannot be written: Nm contains a character"),
    ],
)
def test_a_table_that_cannot_be_written_is_named(tmp_path: Path, before: str, after: str, says: str):
    with pytest.raises(Mistake, match=says):
        played(tmp_path, f"steps:\n{ISSUE}{LOAD.replace(before, after)}", {"rows": [ISSUED]})


@pytest.mark.parametrize(
    ("step", "line"),
    [("do: hold place\n    with: {item: A, reason: X}", 9), ("expect: {open-items: {A.5: none}}", 8)],
)
def test_a_name_that_may_mean_two_things_is_named_with_its_line(tmp_path: Path, step: str, line: int):
    two = {"rows": [{"items": [{"item_id": "i1.1"}, {"item_id": "i1.2"}]}]}
    with pytest.raises(Mistake, match=rf"case\.yaml:{line}: A "):
        played(tmp_path, f"steps:\n{ISSUE}  - {step}\n", two)


def test_a_file_is_dropped_into_the_folder_of_its_place_and_the_place_is_visited(tmp_path: Path):
    text = """# A case.
places:
  seb: {accounts: [b1, b2], done-suffix: .done, expected-by: "08:30:00", behind: 0}
steps:
  - {on: 2026-10-12, drop: {place: seb, file: a.xml, text: whole, bytes: 3, visit: no}}
  - {on: 2026-10-12, drop: {place: seb, file: b.xml, copy-of: a.xml}, with: {on: 2026-10-11}}
"""
    path, places_file = tmp_path / "case.yaml", tmp_path / "books" / "clinic.toml"
    path.write_text(text, encoding="utf-8")
    recorder = Recorder()
    found = play(read_scenario(path, KnownCommands()), recorder, tmp_path, places_file=places_file)
    assert found.status == "ok"
    assert recorder.asked == [("places take", ["--on=2026-10-11", "--", "seb"])]
    place = read_places(places_file).places["seb"]
    assert (place.accounts, place.done_suffix, place.expected_by, place.behind) == (
        ("b1", "b2"),
        ".done",
        time(8, 30),
        0,
    )
    assert place.settled_seconds == 0
    files = {one.name: one.read_bytes() for one in Path(place.folder or "").iterdir()}
    assert files == {"a.xml": b"who", "b.xml": b"whole"}
