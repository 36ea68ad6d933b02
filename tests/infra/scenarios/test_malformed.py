"""Whatever can be wrong with a scenario file is found before anything runs, with its line and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cli.command_line import KnownCommands
from infra.scenarios.mistake import Mistake
from infra.scenarios.reader import read_scenario
from infra.scenarios.scenario import Scenario

ISSUE = """  - on: 2026-10-01
    do: invoice issue
    with: {account: p1, series: A, amount: 400.10, service: VISIT}
"""
TABLE = """  - on: 2026-10-12
    load:
      format: camt.053
      account: SE4550000000058398257466
      rows:
        - {amount: 400.10, name: R1}
"""


def read(folder: Path, text: str) -> Scenario:
    """Read a file with this text."""
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path, KnownCommands())


def steps(text: str) -> str:
    """A file with these steps, the first of which is on line 3."""
    return f"# A case.\nsteps:\n{text}"


def changed(text: str, before: str, after: str) -> str:
    assert before in text
    return steps(text.replace(before, after))


def issue(before: str, after: str) -> str:
    """A file with one invoice, in which a part is changed."""
    return changed(ISSUE, before, after)


def table(before: str, after: str) -> str:
    """A file with one table, in which a part is changed."""
    return changed(TABLE, before, after)


def expecting(text: str) -> str:
    """A file with one invoice, of whose answer something is expected on line 6."""
    return steps(f"{ISSUE}    expect: {text}\n")


def asking(text: str) -> str:
    """A file that only asks, on line 3."""
    return steps(f"  - {{on: 2026-10-01, expect: {text}}}\n")


YAML = {
    "not YAML": (steps("  - {on: 2026-10-01\n  - x"), 4, "this is not YAML: "),
    "tabs": ("# A case.\nsteps:\n\t- x\n", 3, "this is not YAML: "),
    "a control character": ("# A case.\nsteps:\n  - \x01\n", 3, "contains a control character; remove it"),
    "two documents": (steps(ISSUE + "---\na: b\n"), 6, "this is not YAML: "),
    "nothing": ("# A case.\n", 1, "the file has no steps"),
    "an alias": (steps("  - &first {on: 2026-10-01}\n  - *first\n"), 3, "repeated by `*`; write it out"),
    "a tag": (issue("400.10", "!!float 400.10"), 5, "the tag float is not read; leave it out"),
    "a tag of Python": (issue("p1", "!!python/name:os.system p1"), 5, "is not read; leave it out"),
    "no value": (issue("do: invoice issue", "do:"), 4, "a value is missing; write one, or leave the key out"),
    "a key of several words": (issue("do: invoice issue", "[do, not]: invoice issue"), 4, "a key must be a word"),
    "a key given twice": (
        issue("amount: 400.10", "amount: 400.10, account: p2"),
        5,
        "'account' is given twice, first on line 5; keep one",
    ),
}
FILES = {
    "no comment": ("steps:\n" + ISSUE, 1, "begin the file with a comment that says what the situation is"),
    "an empty comment": ("#\nsteps:\n" + ISSUE, 1, "begin the file with a comment"),
    "a list": ("# A case.\n- x\n", 2, "a scenario is written as `key: value`"),
    "no steps": ("# A case.\nentity: {zone: Europe/Oslo}\n", 2, "write `steps:` and at least one step"),
    "an unknown key": ("# A case.\nstep:\n" + ISSUE, 2, "'step' is not known here; did you mean 'steps'?"),
    "steps that are one": (
        "# A case.\nsteps: {on: 2026-10-01}\n",
        2,
        "`steps` is a list; begin each of its lines with",
    ),
    "an empty list of steps": ("# A case.\nsteps: []\n", 2, "`steps` is a list"),
    "an unknown term": ("# A case.\nentity: {currency: SEK}\nsteps:\n" + ISSUE, 2, "did you mean 'currencies'?"),
    "an unknown zone": ("# A case.\nentity: {zone: Mars/Base}\nsteps:\n" + ISSUE, 2, "'Mars/Base' is not a time zone"),
    "an account without a currency": (
        "# A case.\nbank-accounts:\n  - {account: x1}\nsteps:\n" + ISSUE,
        3,
        "bank-account declare: Missing option '--currency'",
    ),
    "a further entity with an impossible name": (
        "# A case.\nentities: [ours]\nsteps:\n" + ISSUE,
        2,
        "'ours' is no name of a further entity",
    ),
    "defaults of no command": (
        "# A case.\ndefaults: {issue: {a: b}}\nsteps:\n" + ISSUE,
        2,
        "'issue' is not known here",
    ),
    "unknown defaults": ("# A case.\ndefaults:\n  remind: {of: x}\nsteps:\n" + ISSUE, 3, "the command has: on"),
}
STEPS = {
    "an entity that the file does not name": (
        issue("do: invoice issue", "entity: north\n    do: invoice issue"),
        4,
        "name the entity under `entities` first",
    ),
    "an unknown key": (issue("with:", "wiht:"), 5, "'wiht' is not known here; did you mean 'with'?"),
    "do and load": (issue("do: invoice issue", "do: remind\n    load: x"), 5, "give `do` or `load`, not both"),
    "nothing to do": (steps("  - {on: 2026-10-01, as: anna}\n"), 3, "the step does nothing"),
    "options of nothing": (asking("{verify: sound}, with: {a: b}"), 3, "`with` belongs to a step with `do`, `load`"),
    "the name of nothing": (asking("{verify: sound}, name: A"), 3, "`name` belongs to a step with `do`, `load`"),
    "a name with a point": (steps(ISSUE + "    name: A.1\n"), 6, "'A.1' is not a name; use letters, digits and"),
    "a name given twice": (
        steps(f"{ISSUE}    name: A\n{ISSUE}    name: A\n"),
        10,
        "the name A is given twice, first on line 6",
    ),
    "a row's name given twice": (steps(f"{ISSUE}    name: R1\n{TABLE}"), 12, "the name R1 is given twice, first on"),
    "a name of what is refused": (
        steps(f"{ISSUE}    name: A\n    expect: {{refused: series_not_open}}\n"),
        6,
        "a step that is refused makes nothing; leave out `name`",
    ),
    "an unknown command": (issue("invoice issue", "invoice isue"), 4, "did you mean 'invoice issue'?"),
    "a group of commands": (issue("invoice issue", "refund"), 4, "'refund' is not known here"),
    "a command that reaches outside": (issue("invoice issue", "db stop"), 4, "'db stop' is not known here"),
    "a command in a command": (issue("invoice issue", "rehearse"), 4, "'rehearse' is not known here"),
    "an unknown option": (issue("account:", "acount:"), 5, "'acount' is not known here; did you mean 'account'?"),
    "another entity": (issue("account:", "entity: other, account:"), 5, "'entity' is not known here"),
    "a missing option": (
        steps("  - {on: 2026-10-01, do: account open}\n"),
        3,
        "account open: Missing option '--payer'",
    ),
    "a missing argument": (steps("  - {on: 2026-10-01, do: identify, with: {account: a}}\n"), 3, "Missing argument"),
    "a bad value": (issue("service: VISIT", "due-on: soon, service: V"), 4, "'soon' is not a day; give one such as"),
    "two values": (issue("p1", "[p1, p2]"), 5, "`account` takes one value"),
    "fields as a value": (issue("p1", "{a: b}"), 5, "`account` is a single value, without further lines below it"),
    "options that are a text": (issue("{account: p1, series: A, amount: 400.10, service: VISIT}", "x"), 5, "`with` is"),
    "a flag with a value": (
        steps("  - on: 2026-10-01\n    do: seal now\n    with: {while-loading: 7}\n"),
        5,
        "`while-loading` takes no value; write `while-loading: true`, or leave it out",
    ),
}
CLOCK = {
    "no day": (issue("on: 2026-10-01\n    ", ""), 3, "the first step must say when it is; write `on: 2026-10-01`"),
    "a bad day": (issue("2026-10-01", "1 October"), 3, "'1 October' is not a day; write one such as 2026-10-31"),
    "a day without hyphens": (issue("2026-10-01", "20261001"), 3, "'20261001' is not a day"),
    "a time without its offset": (issue("on: 2026-10-01", "at: 2026-10-01T12:00"), 3, "is not a time with its offset"),
    "a day and a time": (issue("on:", "at: 2026-10-01T12:00Z\n    on:"), 3, "give `on` or `at`, not both"),
    "backwards": (
        steps(ISSUE.replace("10-01", "10-02") + ISSUE),
        6,
        "the clock would run backwards, from 2026-10-02T10:00Z to 2026-10-01T10:00Z; put the steps in order",
    ),
}
TABLES = {
    "no source": (steps("  - {on: 2026-10-12, load: {names: {A: Ntry 1}}}\n"), 3, "give the file's `path`, its `text`"),
    "two sources": (steps("  - {on: 2026-10-12, load: {path: a, text: b}}\n"), 3, "give the file's `path`, its `text`"),
    "no such file": (steps("  - {on: 2026-10-12, load: {path: a.xml}}\n"), 3, "there is no file 'a.xml' beside the"),
    "a list": (steps("  - {on: 2026-10-12, load: [a.xml]}\n"), 3, "`load` is written as `key: value`"),
    "an option that is the file": (
        steps("  - {on: 2026-10-12, load: x, with: {path: a.xml}}\n"),
        3,
        "the file of the step is what `load` says; leave it out here",
    ),
    "an unknown format": (table("camt.053", "camt.53"), 5, "'camt.53' is not known here; did you mean 'camt.053'?"),
    "an unknown key": (table("account:", "acount:"), 6, "did you mean 'account'?"),
    "no account": (table("      account: SE4550000000058398257466\n", ""), 5, "the table has no `account`; give it"),
    "no rows": (
        table("      rows:\n        - {amount: 400.10, name: R1}\n", ""),
        5,
        "the table has no `rows`; give it",
    ),
    "an unknown currency": (table("rows:", "currency: KRO\n      rows:"), 7, "'KRO' is not a currency of ISO 4217"),
    "a row without an amount": (table("amount: 400.10, ", ""), 8, "the row has no `amount`; give it, below zero for"),
    "an amount with a comma": (table("400.10", "'400,10'"), 8, "'400,10' is not an amount of SEK"),
    "an amount with three decimals": (table("400.10", "400.100"), 8, "'400.100' is not an amount of SEK"),
    "a bad opening": (table("rows:", "opening: much\n      rows:"), 7, "'much' is not an amount of SEK"),
    "a bad day": (table("name: R1", "on: soon"), 8, "'soon' is not a day"),
    "a bad number": (table("rows:", "sequence: one\n      rows:"), 7, "'one' is not a number"),
    "a bad code": (table("name: R1", "code: PMNT"), 8, "'PMNT' is not a bank's code; write one such as PMNT/RCDT/ESCT"),
    "a bad status": (table("name: R1", "status: book"), 8, "`status` can be: BOOK, PDNG, INFO"),
    "a reversal that is none": (table("name: R1", "reversal: no"), 8, "`reversal` can be: true"),
    "a bad name": (table("name: R1", "name: R-1"), 8, "'R-1' is not a name"),
    "a detail of a detail": (
        table("name: R1", "details: [{amount: 1, details: []}]"),
        8,
        "'details' is not known here",
    ),
    "details of a giro payment": (table("camt.053", "bgmax").replace("name: R1", "details: []"), 8, "'details' is not"),
    "an opening where there is none": (table("camt.053", "camt.054\n      opening: 1"), 6, "'opening' is not known"),
}
EXPECTED = {
    "a text": (expecting("done"), 6, "`expect` is written as `key: value`"),
    "a count that is none": (expecting("{count: some}"), 6, "'some' is not a number of rows"),
    "rows that are a text": (expecting("{rows: many}"), 6, "`rows` is a list"),
    "no rows": (expecting("{rows: []}"), 6, "an empty `rows` compares nothing; to say that there are none, write"),
    "a row that is a text": (expecting("{totals: [x]}"), 6, "a row of `totals` is written as `key: value`"),
    "nothing": (expecting("{items: [{}]}"), 6, "`{}` compares nothing; name a field and its value"),
    "an unknown report": (asking("{agin: {a: b}}"), 3, "'agin' is not known here; did you mean 'aging'?"),
    "an unknown word": (asking("{aging: fine}"), 3, "without further fields, an answer can be: sound, tied"),
    "a report without its subject": (asking("{history: {count: 1}}"), 3, "history: Missing argument 'SUBJECT'"),
    "a bad option of a report": (asking("{aging: {as_of: soon}}"), 3, "'soon' is not a day"),
    "a bad position": (asking("{aging: {known_at: 2026-10-01}}"), 3, "neither a position in the journal"),
}
ALL = {
    f"{kind}: {what}": case
    for kind, cases in (
        ("YAML", YAML),
        ("file", FILES),
        ("step", STEPS),
        ("clock", CLOCK),
        ("table", TABLES),
        ("expected", EXPECTED),
    )
    for what, case in cases.items()
}


@pytest.mark.parametrize(("text", "line", "says"), ALL.values(), ids=ALL.keys())
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str):
    with pytest.raises(Mistake) as found:
        read(tmp_path, text)
    assert says in found.value.sentence
    assert found.value.line == line
    assert str(found.value).startswith(f"{tmp_path}/case.yaml:{line}: ")


@pytest.mark.parametrize("text", [ISSUE, TABLE])
def test_without_the_mistake_the_file_is_read(tmp_path: Path, text: str):
    assert read(tmp_path, steps(text)).about == "A case."


def test_a_file_that_is_not_utf_8_or_not_there_is_named(tmp_path: Path):
    path = tmp_path / "case.yaml"
    with pytest.raises(Mistake, match=r"case\.yaml:1: the file cannot be read"):
        read_scenario(path, KnownCommands())
    path.write_bytes("# Åke".encode("latin-1"))
    with pytest.raises(Mistake, match=r"case\.yaml:1: the file is not text in UTF-8"):
        read_scenario(path, KnownCommands())
