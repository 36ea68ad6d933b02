"""The places of the tests: a drop folder and a real SFTP server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciliation.places import Place
from tests.kit.clinic import Clinic
from tests.kit.sftp_server import Server, sftp_server
from tests.reconciliation.places.stand import Stand, at_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("sftp")
    with sftp_server(root, root.parent / "keys-of-bank") as server:
        yield server


@pytest.fixture(params=["folder", "sftp"])
def stand(request: pytest.FixtureRequest, clinic: Clinic, tmp_path: Path, server: Server) -> Iterator[Stand]:
    if request.param == "folder":
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        yield Stand(clinic, inbox, Place(accounts=("54910000003",), folder=str(inbox)))
        return
    inbox = server.root / tmp_path.name
    inbox.mkdir()
    yield Stand(clinic, inbox, at_server(server, f"/{inbox.name}"))
    for name in ("breaks_after", "denied", "read_only", "grows"):
        setattr(server, name, getattr(Server(server.root), name))


@pytest.fixture
def remote(clinic: Clinic, tmp_path: Path, server: Server) -> Iterator[Stand]:
    inbox = server.root / tmp_path.name
    inbox.mkdir()
    yield Stand(clinic, inbox, at_server(server, f"/{inbox.name}"))
    for name in ("breaks_after", "denied", "read_only", "grows"):
        setattr(server, name, getattr(Server(server.root), name))
