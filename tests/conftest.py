"""The databases of the tests: one PostgreSQL for each test process, one fresh database for each test."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from infra import rooms
from infra.postgres import Urls, connect_urls, start, stop
from infra.settings import Settings
from ledger import open_journal
from ledger.vault.master_key import read_key
from tests.kit.arrow_types import read_types_once
from tests.kit.databases import in_database
from tests.kit.seeds import TIER
from tests.kit.staff import give_key, staff
from tests.kit.vault_key import VAULT_KEYS

# The same examples every time, and no limit that a busy machine would miss.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True)
hypothesis.settings.load_profile("tests")

# All that collecting makes stays until the end; looking for garbage in it takes as long as making it.
gc.disable()

ENTITY = "clinic"
TEMPLATE = "books_template"
# The same without persons: nobody may give a command there.
BARE_TEMPLATE = "bare_template"
# Files go to the next process that is free: the longest first, so that none is left alone with one at the end.
LONGEST = (
    "reconciliation/flows/test_job_server.py",
    "scenarios/test_scenarios.py",
    "infra/cli/test_crossing.py",
    "projections/test_reports_against_sql.py",
    "properties/histories/",
    "statements/test_fuzz.py",
    "infra/demo/test_run.py",
    "reconciliation/test_memory.py",
    "infra/serving/test_serve.py",
    "infra/cli/test_verify_spoilt_books.py",
    "infra/cli/test_own_books.py",
    "faults/",
)


def pytest_configure(config: pytest.Config) -> None:
    """Say, before the first test is imported, which tests are run, and on which processor."""
    TIER.soaks = config.option.markexpr == "soak"
    _keep_to_one_processor()


def _keep_to_one_processor() -> None:
    """Give each process of the tests a processor of its own, with its server and all that it starts.

    A process and those that it waits for take turns anyway. To wake another on the other processor takes a fifth of all
    time.
    """
    worker, processes = os.environ.get("PYTEST_XDIST_WORKER"), os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")
    if worker is None or not hasattr(os, "sched_setaffinity"):
        return
    allowed = sorted(os.sched_getaffinity(0))
    # Where there are more processors than processes, a process may find one that nobody needs.
    if len(allowed) == int(processes):
        os.sched_setaffinity(0, {allowed[int(worker.removeprefix("gw"))]})


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Read the files backwards in every second process: what the other has compiled need not be compiled again."""
    report = yield
    if isinstance(collector, pytest.Directory) and os.environ.get("PYTEST_XDIST_WORKER", "gw0")[-1] in "13579":
        report.result.reverse()
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, in the same order in all processes."""
    items.sort(key=lambda item: (_place(str(item.path)), item.path))


def _place(file: str) -> int:
    return next((at for at, name in enumerate(LONGEST) if name in file), len(LONGEST))


def pytest_collection_finish() -> None:
    """Look for garbage again, but not in what collecting made."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests record as `printed`, also if they ran in another process."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, text in report.user_properties:
            if name == "printed":
                terminalreporter.write_line(f"{report.nodeid}\n{text}")


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can enter even when root's own temporary folders are private."""
    yield from _folder(_plain_disk())


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """The same in memory where there is enough of it; programs may not run from there."""
    yield from _folder(_fast_disk())


@pytest.fixture(scope="session")
def test_server(fast_folder: Path, open_folder: Path) -> Iterator[Settings]:
    """The one server of this test process: it dies with it, and syncs nothing to the disk."""
    settings = Settings(data_dir=fast_folder / "shared", state_dir=open_folder / "state", vault_keys=VAULT_KEYS)
    start(settings, child=True, durable=False)
    give_key(settings.vault_key)
    rooms.upgrade(settings, ENTITY)
    urls = connect_urls(settings, ENTITY)
    _hash_passwords_once(urls)
    read_types_once(urls.reader)
    yield settings
    stop(settings)


def _hash_passwords_once(urls: Urls) -> None:
    """Hash the same passwords once instead of 4,096 times: that is half of a connection's time, and there are many."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("SET scram_iterations = 1")
        for url in (urls.owner, urls.writer, urls.reader, urls.vault):
            said = conninfo_to_dict(url)
            role, password = sql.Identifier(str(said["user"])), sql.Literal(said["password"])
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))


class Databases:
    """Fresh databases, each a copy of a template, dropped in the background when its test has ended."""

    def __init__(self, settings: Settings) -> None:
        self._urls = connect_urls(settings, ENTITY)
        self._conn = psycopg.connect(in_database(self._urls, "postgres").owner, autocommit=True)
        # Nobody may connect to the copy that is copied from, or PostgreSQL refuses to copy it.
        self._conn.execute(f"CREATE DATABASE {BARE_TEMPLATE} TEMPLATE reskontra ALLOW_CONNECTIONS false")
        with open_journal(self._urls.writer, ENTITY) as journal:
            staff(journal, read_key(settings.vault_key))
        self._conn.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE reskontra ALLOW_CONNECTIONS false")
        # To drop one, the server ends its sessions and writes a checkpoint; meanwhile the next test runs.
        self._aside = ThreadPoolExecutor(1)
        self._dropping: list[Future[None]] = []

    def make(self, template: str = TEMPLATE) -> Urls:
        """A database of one's own, as the template has it."""
        while self._dropping and self._dropping[0].done():
            self._dropping.pop(0).result()
        name = f"books_{uuid.uuid4().hex[:12]}"
        self._conn.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return in_database(self._urls, name)

    def finish(self, urls: Urls) -> None:
        """Let this database go."""
        self._dropping.append(self._aside.submit(self._drop, conninfo_to_dict(urls.owner)["dbname"]))

    def _drop(self, name: str) -> None:
        with psycopg.connect(in_database(self._urls, "postgres").owner, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server; what is left of the databases goes with its folder."""
        self._aside.shutdown()
        self._conn.close()


@pytest.fixture(scope="session")
def databases(test_server: Settings) -> Iterator[Databases]:
    """Where tests get databases from, for those that want one in a fixture of a wider scope."""
    made = Databases(test_server)
    yield made
    made.close()


@pytest.fixture
def database_urls(databases: Databases) -> Iterator[Urls]:
    """The four URLs of entity `clinic` in a database of this test's own, made and up to date."""
    urls = databases.make()
    yield urls
    databases.finish(urls)


@pytest.fixture
def unstaffed_urls(databases: Databases) -> Iterator[Urls]:
    """The same without persons and without a fact: the first command must register somebody."""
    urls = databases.make(BARE_TEMPLATE)
    yield urls
    databases.finish(urls)


@pytest.fixture
def bare_urls(databases: Databases) -> Iterator[Urls]:
    """The same roles in an empty database of this test's own: no schema, no table."""
    urls = databases.make("template1")
    yield urls
    databases.finish(urls)


@pytest.fixture
def database_environ(database_urls: Urls, tmp_path: Path) -> dict[str, str]:
    """The variables with which any process of ours uses this test's database, as a served one."""
    return served(database_urls, tmp_path / "data")


def served(urls: Urls, data: Path) -> dict[str, str]:
    """The variables with which a process of ours uses a database as a served one; its user has every duty there."""
    return {
        "RESKONTRA_DATA_DIR": str(data),
        "RESKONTRA_DATABASE_URL": urls.owner,
        "RESKONTRA_WRITER_URL": urls.writer,
        "RESKONTRA_READER_URL": urls.reader,
        "RESKONTRA_VAULT_URL": urls.vault,
        "RESKONTRA_VAULT_KEYS": str(VAULT_KEYS),
    }


@pytest.fixture(scope="module")
def new_books(fast_folder: Path, open_folder: Path) -> Iterator[Callable[..., Settings]]:
    """Gives settings for books that do not exist yet, with an embedded server of their own, stopped afterwards.

    Their state folder, where the server lies when its account cannot enter the data folder, is always open.
    """
    made: list[Settings] = []

    def books(folder: Path | None = None) -> Settings:
        data_dir = (folder or fast_folder / uuid.uuid4().hex[:8]) / "data"
        made.append(Settings(data_dir=data_dir, state_dir=open_folder / "state"))
        return made[-1]

    yield books
    for settings in made:
        stop(settings)


def _folder(below: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="reskontra-", dir=below))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def _fast_disk() -> str | None:
    """Memory as a disk, when it is large enough; a small /dev/shm, as in containers, would fill up."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4_000_000_000 else _plain_disk()


def _plain_disk() -> str | None:
    """Root's own temporary folder may be private, /tmp never is."""
    return "/tmp" if os.geteuid() == 0 else None
