"""Commands for persons: who works for the entity, what they may do, and how the machine knows them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, cast

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Duties, DutyName, Everything, Id, Key, PersonName, ReasonCode, day
from infra.cli.options import duty as duty_name
from infra.cli.outcome import recorded
from infra.desk import person, vault
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from infra.desk.duties import ABOUT, rights
from ledger.vault.purposes import Purpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.desk.desk import Done
    from ledger.domain.duty import Duty

COMMANDS: Final = Commands(
    "person", "Persons of the entity: register them, give and end their duties, and say how the machine knows them."
)

AskedFor: TypeAlias = Annotated[
    Purpose | None, typer.Option("--purpose", help="Show names, too, and log why you read them.")
]
_COLUMNS: Final = (
    ("person", "person_id"),
    ("you", "you"),
    ("registered", "registered_on"),
    ("sign-ins", "sign_ins"),
    ("duty", "duty"),
    ("from", "from_on"),
    ("until", "until_on"),
    ("held", "held"),
)
_ABOUT: Final = (("duty", "duty"), ("who has it", "about"))
_RIGHTS: Final = (("command", "command"), ("duties", "duties"))
_OneDuty = Annotated[
    str | None, typer.Option("--duty", parser=duty_name, metavar="DUTY", help="Only what this duty may do.")
]
_SIGN_IN: Final = "The name of the operating-system user, of which the book keeps a keyed hash"
_SignIn = Annotated[str, typer.Argument(metavar="SIGN_IN", help=f"{_SIGN_IN}.")]


@COMMANDS.add("register", gives=("RegisterPerson",))
def register(
    call: Call,
    sign_in: Annotated[
        str | None, typer.Argument(metavar="SIGN_IN", help=f"{_SIGN_IN}; your own if you give none.")
    ] = None,
    duty: Duties = None,
    id: Id = None,
    key: Key = None,
) -> Answer:
    """Register a person.

    The entity's first person registers themselves, with the duty admin; after that, administrators register the others.
    `reskontra person duties` lists what each duty may do.
    """
    with call.desk() as desk:
        name = desk.user if sign_in is None else sign_in
        done = person.register(desk, name, cast("Sequence[Duty]", duty or ()), Occasion(key), id)
    return recorded(done, *_notes(call, done, name))


@COMMANDS.add("list", needs={"--purpose": vault.NAMING})
def list_persons(call: Call, purpose: AskedFor = None, everything: Everything = False) -> Answer:
    """List the persons and their duties, how many sign-ins each has, and who of them you are.

    The book knows sign-ins only as keyed hashes, so it cannot list them. With a purpose, names are shown, too, if the
    vault has them; that they were read is logged. Put a name there with `vault put SIGN_IN --kind name`.
    """
    with call.desk() as desk:
        rows, position = person.persons(desk)
        if purpose is not None:
            known = vault.names_of(desk, call.vault, dict.fromkeys(row["person_id"] for row in rows), purpose)
            rows = [row | {"name": known.get(row["person_id"])} for row in rows]
    columns = _COLUMNS if purpose is None else (("name", "name"), *_COLUMNS)
    said = f"{counted(len({row['person_id'] for row in rows}), 'person')} of {call.entity}"
    return Answer(rows=rows, position=position, page=[said, Table(columns, rows, long=True)])


@COMMANDS.add("duties", starts=False)
def list_duties(call: Call, duty: _OneDuty = None) -> Answer:
    """List what each duty is for, and which duties may give each command.

    One of the duties is enough. Commands that are not listed only read, or work with the login of the database's owner.
    """
    from infra.cli.entrance import asked_of_all

    found = [one for one in rights(asked_of_all()) if duty is None or duty in one.duties]
    about = [{"duty": name, "about": said} for name, said in ABOUT.items() if duty in (None, name)]
    rows = [one._asdict() for one in found]
    return Answer(rows=rows, page=[Table(_ABOUT, about), Table(_RIGHTS, rows)])


@COMMANDS.add("give-duty", gives=("GiveDuty",))
def give_duty(
    call: Call,
    name: PersonName,
    duty: DutyName,
    from_on: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="The first day; today if you give none.")
    ] = None,
    until_on: Annotated[
        date | None, typer.Option("--until", parser=day, metavar="DATE", help="The last day; none if you give none.")
    ] = None,
    key: Key = None,
) -> Answer:
    """Give a person a duty; nobody gives themselves one."""
    with call.desk() as desk:
        return recorded(person.give_duty(desk, name, cast("Duty", duty), Occasion(key), from_on, until_on))


@COMMANDS.add("end-duty", gives=("EndDuty",))
def end_duty(call: Call, name: PersonName, duty: DutyName, reason: ReasonCode, key: Key = None) -> Answer:
    """End a person's duty from today on; nobody ends their own."""
    with call.desk() as desk:
        return recorded(person.end_duty(desk, name, cast("Duty", duty), reason, Occasion(key)))


@COMMANDS.add("give-sign-in", gives=("GiveSignIn",))
def give_sign_in(call: Call, name: PersonName, sign_in: _SignIn, key: Key = None) -> Answer:
    """Give a person one more sign-in, such as their user on another machine."""
    with call.desk() as desk:
        done = person.give_sign_in(desk, name, sign_in, Occasion(key))
    return recorded(done, *_notes(call, done, sign_in))


@COMMANDS.add("withdraw-sign-in", gives=("WithdrawSignIn",))
def withdraw_sign_in(call: Call, sign_in: _SignIn, reason: ReasonCode, key: Key = None) -> Answer:
    """Withdraw a sign-in; from now on, this user of the machine may only read."""
    with call.desk() as desk:
        return recorded(person.withdraw_sign_in(desk, sign_in, reason, Occasion(key)))


def _notes(call: Call, done: Done, sign_in: str) -> list[str]:
    """Say what may be wrong with a sign-in that was given to a person."""
    notes = []
    if not call.caller.knows(sign_in):
        notes.append("note: this machine has no user of this name; if the name is misspelt, withdraw the sign-in")
    if done.more["spelt_otherwise"]:
        notes.append("note: another person has this sign-in in other letters; if they are one person, withdraw one")
    return notes
