"""How each command is typed with the names, numbers, files and folders of another entity in place of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from tests.kit.commands import Parameter, parameters_of
from tests.kit.two_entities import OURS, Entity

# What a parameter names, by the word that help shows for it: one of the entity's things, several if it may be named in
# different ways. A new word needs a line here.
NAMES: Final = {
    "ACCOUNT": ("account",),
    "ACCOUNT=AMOUNT": ("share",),
    "ALLOCATION": ("allocation",),
    "CHECKPOINT": ("checkpoint",),
    "ENTRY": ("entry",),
    "FACT": ("fact",),
    "FILE": ("archive", "key", "checkpoint", "archived", "sought"),
    "FILE.jsonl": ("archive",),
    "FOLDER": ("archived_folder", "archive_folder", "seals", "keys", "all"),
    "HOLD": ("hold",),
    "ID": ("invoice", "account", "receipt", "review"),
    "INVOICE": ("invoice", "number", "reference"),
    "ITEM": ("item", "number", "reference", "invoice"),
    "ITEM=LINE:AMOUNT": ("item_line",),
    "ITEM[=AMOUNT]": ("item", "reference"),
    "KEY": ("command_key", "log_key"),
    "MANDATE": ("mandate",),
    "MAPPING": ("mapping",),
    "MOVEMENT": ("movement",),
    "NAME": ("series",),
    "NUMBER": ("number",),
    "PART": ("invoice", "account", "receipt"),
    "PATH": ("archive", "archive_folder", "seals", "all"),
    "PERSON": ("person", "sign_in"),
    "POSITION": ("position",),
    "POSITION|TIME": ("position",),
    "RECEIPT": ("receipt",),
    "REF": ("account",),
    "REFERENCE": ("reference",),
    "REFUND": ("refund",),
    "RULE": ("rule",),
    "SIGN_IN": ("sign_in",),
    "SUBJECT": ("invoice", "account", "receipt", "refund_stream", "reference"),
    "TRANSFER": ("refund",),
    "WHO": ("person",),
    "WRITE_OFF": ("loss",),
}
# What names nothing of anybody's.
PLAIN: Final = {
    "AMOUNT": "1.00",
    "BASE": "EUR",
    "BIC": "ESSESESS",
    "CRON": "0 6 * * *",
    "COLLECTION": "none",
    "DATE": "2026-11-10",
    "DAYS": "3+1+5",
    "DIGITS": "9",
    "DUTY": "nurse",
    # Whoever names another entity means it: what these commands do there has tests of its own.
    "ENTITIES": OURS,
    "ENTITY": "west",
    "FORMAT[:FROM..UNTIL]": "bgmax",
    "KIND": "name",
    "LINE=AMOUNT": "1=1.00",
    "MONTH": "2025-11",
    "PAYOUT": "none",
    "PLACE": "seb",
    "PORT": "4200",
    "PROVIDER": "stripe",
    "PROVIDER-ACCOUNT": "cards",
    "QUOTE": "SEK",
    "RATE": "11.4325",
    "ROLE": "suppliers",
    "TEXT": "text",
    "UNIT": "north",
    "YEAR": "2026",
    "YYYY-MM": "2026-10",
    "ZONE": "Europe/Stockholm",
    "true|false": "true",
    "invoice|cash": "invoice",
}
# What a command needs of which help says no more than the word.
SPECIAL: Final = {
    ("bank-account declare", "number"): ("bank_account",),
    ("bank-account opening", "account"): ("bank_account",),
    ("bank-account declare", "--ledger-account"): ("bank_account",),
    ("demo", "files"): ("archive", "key", "checkpoint", "archived"),
    ("doubt close", "id"): ("review",),
    ("doubt reopen", "id"): ("review",),
    ("limit except", "subject"): ("refund_stream",),
}
# What a command needs besides what its parser says.
NEEDED: Final = {
    ("allocate", "--item"),
    ("group aging", "--entities"),
    ("group tie-out", "--entities"),
    ("group trial-balance", "--entities"),
    ("identify", "--account"),
    ("invoice issue", "--account"),
    ("invoice issue", "--amount"),
    ("invoice issue", "--series"),
    ("invoice issue", "--service"),
    ("movement reclassify", "--role"),
    ("receipt reclassify", "--role"),
}
# Without a path they would run a whole month, or never end; with a path to what is the other entity's they are tried.
ENDLESS: Final = frozenset({"demo", "serve-bank-day"})


class Typed(NamedTuple):
    """A command as it is typed, and the words in it that name something of the other entity."""

    words: tuple[str, ...]
    others: tuple[str, ...]


def typed(command: str, own: Mapping[str, str], others: Mapping[str, str]) -> Iterator[Typed]:
    """The command with everything named as the other entity names it, and then with each single thing so."""
    needed = [one for one in parameters_of(command) if one.needed or (command, one.option) in NEEDED]
    ways = max([1, *(len(_names(command, one)) for one in needed)])
    if command not in ENDLESS:
        for way in range(ways):
            yield _typed(command, dict.fromkeys(needed, (others, way)))
    for chosen in parameters_of(command):
        for way in range(len(_names(command, chosen))):
            yield _typed(command, {**dict.fromkeys(needed, (own, 0)), chosen: (others, way)})


def _typed(command: str, given: Mapping[Parameter, tuple[Mapping[str, str], int]]) -> Typed:
    values = {one: _value(command, one, *given[one]) for one in parameters_of(command) if one in given}
    options = [word for one, value in values.items() if one.option for word in (one.option, value)]
    arguments = [value for one, value in values.items() if not one.option]
    return Typed((*command.split(), *options, *arguments), tuple(sorted(values.values(), key=len, reverse=True)))


def _names(command: str, parameter: Parameter) -> tuple[str, ...]:
    if parameter.flag or parameter.choices:
        return ()
    return SPECIAL.get((command, parameter.option or parameter.name)) or NAMES.get(parameter.takes, ())


def _value(command: str, parameter: Parameter, things: Mapping[str, str], way: int) -> str:
    names = _names(command, parameter)
    if names:
        return things[names[way % len(names)]]
    if parameter.choices:
        return parameter.choices[0]
    if parameter.takes == "CODE":
        return "SEK" if parameter.option in ("--currency", "--currencies") else "CODE"
    return PLAIN[parameter.takes]


def things_of(entity: Entity) -> dict[str, str]:
    """What an entity's things are called, and where its files and folders are."""
    settings, name = entity.settings, entity.name
    return {
        **entity.things,
        "invoice": f"{name}bill2",
        "share": f"{entity.things['account']}=1.00",
        "item_line": f"{entity.things['item']}=1:1.00",
        "fact": f"invoice-{name}bill2@1",
        "hold": f"{name}hold",
        "refund": f"{name}refund",
        "refund_stream": f"refund-{name}refund",
        "loss": f"{name}loss",
        "rule": f"{name}rule",
        "mapping": f"{name}mapping",
        "person": f"{name}person",
        "sign_in": f"{name}user",
        "sought": str(settings.data_dir / f"{name}-name.txt"),
        "command_key": f"{name}key1",
        "archive_folder": str(settings.archive),
        "archived_folder": str(settings.archived_years),
        "archived": str(next(settings.archived_years.iterdir())),
        "seals": str(settings.sealing.folder),
        "key": str(settings.sealing.key),
        "keys": str(settings.sealing.key.parent),
        "all": str(settings.data_dir),
    }
