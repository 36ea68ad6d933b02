"""Commands that upgrade the books, and that start, stop and show their database server."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.page import progress

COMMANDS: Final = Commands("db", "Upgrade the books; start, stop or show their database server.")


@COMMANDS.add("upgrade")
def upgrade(call: Call) -> Answer:
    """Create the books, or bring them up to date.

    If the read tables are of another version, they are rebuilt from the journal, which takes as long as `rebuild`.
    Running the command again changes nothing.
    """
    from infra import rooms

    with progress(0, "bringing the books up to date"):
        applied = rooms.upgrade(call.settings, call.entity)
    lines = [f"applied: {name}" for name in applied]
    page = [*lines, f"the books of {call.entity} are up to date" + ("" if applied else "; nothing new")]
    return Answer(rows=[{"applied": name} for name in applied], page=page)


@COMMANDS.add("start")
def start(call: Call) -> Answer:
    """Start the embedded server.

    Creates the database cluster if there is none, and ends `db stop --hold`. If you use your own server, this only
    checks that it answers.
    """
    from infra import postgres

    postgres.release(call.settings)
    postgres.start(call.settings)
    return _status(call)


@COMMANDS.add("stop")
def stop(
    call: Call,
    hold: Annotated[
        bool,
        typer.Option("--hold", help="Keep it stopped, so that its folder can be copied, until `db start` is typed."),
    ] = False,
) -> Answer:
    """Stop the embedded server.

    Committed data is safe. The next command that needs the server starts it again, unless it is held.
    """
    from infra import postgres

    stopped = postgres.stop(call.settings, call.now if hold else None)
    page = ["the server stopped" if stopped else "the server was not running"]
    page += ["no command starts it until you type `reskontra db start`"] if hold else []
    return Answer(rows=[{"stopped": stopped, "held": hold}], page=page)


@COMMANDS.add("status", starts=False)
def status(call: Call) -> Answer:
    """Show the status of the server.

    Shows the server's release, whether it needs an update, whether it is running, and its data folder or URL. Starts
    nothing.
    """
    return _status(call)


def _status(call: Call) -> Answer:
    from infra import postgres

    found = postgres.status(call.settings, call.today)
    row = {
        "embedded": found.embedded,
        "running": found.running,
        "version": found.version,
        "location": found.location,
        "log": None if found.log is None else str(found.log),
        "pid": found.pid,
        "released_on": found.released_by,
        "outdated": found.outdated,
    }
    columns = [(name, name) for name in ("version", "running", "embedded", "location", "released_on", "outdated")]
    page: list[str | Table] = [Table(columns, [row])]
    if found.outdated:
        page.append(
            f"PostgreSQL {found.version} was released on {found.released_by} or earlier and lacks the fixes of "
            "newer releases"
        )
    return Answer(rows=[row], page=page)
