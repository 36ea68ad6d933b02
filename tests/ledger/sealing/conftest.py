"""Books whose history is sealed in a folder of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.postgres import Urls
from ledger.journal import open_journal
from ledger.sealing import SealFolders, chain_of, export
from tests.conftest import BARE_TEMPLATE
from tests.kit.outsider import Published, proof_of
from tests.kit.sealed_books import SealedBooks


@pytest.fixture
def books(unstaffed_urls: Urls, tmp_path: Path) -> Iterator[SealedBooks]:
    """Empty books, nothing sealed."""
    with open_journal(unstaffed_urls.writer, "clinic") as journal:
        yield SealedBooks(journal, unstaffed_urls, SealFolders.of("clinic", tmp_path))


@pytest.fixture
def sealed(books: SealedBooks) -> SealedBooks:
    """Ten receipts under the first checkpoint at positions 1 to 10, six under the second at 11 to 16, three after."""
    books.append(1, 10)
    books.seal()
    books.append(11, 6)
    books.seal()
    books.append(17, 3)
    return books


@pytest.fixture
def key(sealed: SealedBooks, tmp_path: Path) -> Path:
    """The log's verifier key in a file, as an outsider got it."""
    path = tmp_path / "clinic.key"
    path.write_text(f"{chain_of(sealed.seals)[0].key}\n")
    return path


@pytest.fixture(scope="module")
def given_out(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Sixteen sealed facts exported, and the proof of one, made once."""
    urls, folder = databases.make(BARE_TEMPLATE), tmp_path_factory.mktemp("published")
    with open_journal(urls.writer, "clinic") as journal:
        books = SealedBooks(journal, urls, SealFolders.of("clinic", folder))
        for first, count in ((1, 10), (11, 6)):
            books.append(first, count)
            books.seal()
        export(journal, books.seals, folder / "export")
        proof_of(books, "receipt-r4@1", folder / "export")
        yield Published(folder / "export", chain_of(books.seals)[0].key)
    databases.finish(urls)


@pytest.fixture
def published(given_out: Published, tmp_path: Path) -> Published:
    """The same files, to be changed."""
    return Published(Path(shutil.copytree(given_out.folder, tmp_path / "given")), given_out.key)
