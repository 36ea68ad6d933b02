"""The database of the books: made and upgraded, started, stopped, and asked how it is."""

from __future__ import annotations

from typing import Final

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import progress

COMMANDS: Final = Commands("db", "The database of the books: upgrade, start, stop, status.")


@COMMANDS.add("upgrade")
def upgrade(call: Call) -> Told:
    """Make the books, or bring them up to date.

    Read tables of another version are made anew from the journal beside the old ones, which takes as long as a
    rebuild. Doing it again changes nothing.
    """
    from infra import rooms

    with progress(0, "bringing the books up to date"):
        applied = rooms.upgrade(call.settings, call.entity)
    lines = [f"applied: {name}" for name in applied]
    page = [*lines, f"the books of {call.entity} are up to date" + ("" if applied else "; nothing new")]
    return Told(rows=[{"applied": name} for name in applied], page=page)


@COMMANDS.add("start")
def start(call: Call) -> Told:
    """Start the embedded server.

    It is laid out when it is new; of a served one it is only checked that it answers.
    """
    from infra import postgres

    postgres.start(call.settings)
    return _status(call)


@COMMANDS.add("stop")
def stop(call: Call) -> Told:
    """Stop the embedded server.

    Everything committed is safe.
    """
    from infra import postgres

    stopped = postgres.stop(call.settings)
    return Told(rows=[{"stopped": stopped}], page=["the server stopped" if stopped else "the server did not run"])


@COMMANDS.add("status", starts=False)
def status(call: Call) -> Told:
    """Say how the server is.

    Its release and whether that is old, whether it runs, and where; nothing is started.
    """
    return _status(call)


def _status(call: Call) -> Told:
    from infra import postgres

    found = postgres.status(call.settings, call.today)
    row = {
        "embedded": found.embedded,
        "running": found.running,
        "version": found.version,
        "place": found.place,
        "log": None if found.log is None else str(found.log),
        "pid": found.pid,
        "released_on": found.released_by,
        "outdated": found.outdated,
    }
    columns = [(name, name) for name in ("version", "running", "embedded", "place", "released_on", "outdated")]
    page: list[str | Table] = [Table(columns, [row])]
    if found.outdated:
        page.append(f"PostgreSQL {found.version} came out on {found.released_by}; newer releases fix what it does not")
    return Told(rows=[row], page=page)
