"""The limits on a connection's waits: nothing in the journal waits for ever."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg.conninfo import conninfo_to_dict


class Waits(NamedTuple):
    """The longest waits, in seconds: for a connection, for a lock, for an answer, and for an idle client.

    For a lock or an answer, 0 means no limit.
    """

    connect: float = 10
    lock: float = 10
    statement: float = 300
    idle_in_transaction: float = 60


WAITS: Final = Waits()
# A server that disappears silently is noticed within a minute, even during a wait.
_LOST_NETWORK: Final = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def bounded(url: str, waits: Waits = WAITS, *settings: str) -> dict[str, Any]:
    """The settings of a libpq URL, with limits on waiting and with further server settings (`name=value`).

    If the URL also gives a connection setting of ours, the URL's value counts. If it also gives a server setting of
    ours, our value counts, because it comes later.
    """
    given: dict[str, Any] = dict(conninfo_to_dict(url))
    # A reader first asks for the stable position, then reads the facts up to it. Reading the facts needs a newer
    # snapshot than asking did, so the isolation is read committed, whatever the server's default is.
    ours = (
        f"lock_timeout={round(waits.lock * 1000)}",
        f"statement_timeout={round(waits.statement * 1000)}",
        r"default_transaction_isolation=read\ committed",
        "application_name=reskontra",
        *settings,
    )
    given["options"] = " ".join((given.get("options") or "", *(f"-c {setting}" for setting in ours))).strip()
    return {"connect_timeout": max(1, round(waits.connect))} | _LOST_NETWORK | given
