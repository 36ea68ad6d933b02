"""What jobs do beside their work: whether they start, what they try again, what they show finance people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ledger import JournalUnavailable
from projections import Control, Loading, ReadStoreUnavailable
from projections.reports.gap import Gap
from reconciliation.flows.environment import JobServerUnavailable, settle_environment
from reconciliation.gate import Doubt, Reason
from reconciliation.proposals.proposal import Match, Review
from reconciliation.reminded import Decided, Lagging, Reminded
from reconciliation.steps.outcomes import Judged
from reconciliation.steps.summary import DaySummary, FileSummary
from reconciliation.store import StoreTrouble

ON = date(2026, 10, 5)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The bank day's job, imported with the settings of a job's process."""
    settled: dict[str, str] = {}
    settle_environment(settled, "unused", tmp_path_factory.mktemp("data"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settled.items():
            patch.setenv(name, value)
        patch.delenv("PREFECT_API_URL", raising=False)
        from reconciliation.flows import bank_day_job

        yield bank_day_job


@pytest.fixture
def served(job: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Prefect is asked to run on a schedule, instead of doing so for ever."""
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(job._bank_day, "serve", lambda **named: asked.append(named))
    return asked


def test_a_bank_day_is_scheduled_for_its_folder_one_at_a_time(job: ModuleType, served: list[dict[str, Any]]):
    job.serve("clinic", "/inbox", "0 6 * * 1-5", "Europe/Stockholm")
    (asked,) = served
    assert (asked["schedule"].cron, asked["schedule"].timezone) == ("0 6 * * 1-5", "Europe/Stockholm")
    assert (asked["name"], asked["parameters"]) == ("bank-day-clinic", {"entity": "clinic", "paths": ["/inbox"]})
    assert (asked["limit"], asked["global_limit"]) == (1, 1)


@pytest.fixture
def stranger() -> Iterator[str]:
    """The URL of a server that knows nothing of Prefect; a port where nobody listens would be tried for seconds."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()
        thread.join()


def test_where_no_prefect_server_answers_nothing_is_scheduled(
    job: ModuleType, served: list[dict[str, Any]], stranger: str, monkeypatch: pytest.MonkeyPatch
):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setenv("PREFECT_API_URL", stranger)
    with (
        temporary_settings({PREFECT_API_URL: stranger}),
        pytest.raises(JobServerUnavailable, match=f"no Prefect server answers at {stranger}, where PREFECT_API_URL"),
    ):
        job.serve("clinic", "/inbox", "0 6 * * *", "Europe/Stockholm")
    assert served == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/api", "127.0.0.1:1", "no url"])
def test_an_address_that_leads_nowhere_is_said(job: ModuleType, url: str, monkeypatch: pytest.MonkeyPatch):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from reconciliation.flows.environment import START_SERVER, require_server

    monkeypatch.setenv("PREFECT_API_URL", url)
    with temporary_settings({PREFECT_API_URL: url}), pytest.raises(JobServerUnavailable) as said:
        require_server()
    assert url in str(said.value)
    assert START_SERVER in str(said.value)


def test_a_step_is_tried_again_only_after_what_may_pass(job: ModuleType):
    from prefect.states import Failed

    passing = (JournalUnavailable("x"), ReadStoreUnavailable("x"), StoreTrouble("x"), ConnectionRefusedError())
    lasting = (ValueError("x"), FileNotFoundError(), KeyError("x"), JobServerUnavailable("x"))
    for step, task in job._TASKS.items():
        again = [task.retry_condition_fn(task, None, Failed(data=error)) for error in (*passing, *lasting)]
        assert again == [True] * len(passing) + [False] * len(lasting), step


@pytest.fixture
def shown(job: ModuleType, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What a day shows on Prefect's pages, by key."""
    from reconciliation.flows import artifacts

    found: dict[str, dict[str, Any]] = {}
    for create in ("create_table_artifact", "create_markdown_artifact"):
        monkeypatch.setattr(artifacts, create, lambda key, **content: found.update({key: content}))
    return found


def doubtful_day() -> DaySummary:
    """A refused file, and one that is half loaded: a match, a doubt and a review."""
    reason = Reason("SUM_DIFFERS", "The sum differs.", "Stmt 1")
    doubt = Doubt(1, 2, 0, "DATE_ODD", "The date is odd.", "Ntry 2")
    review = Review("r-1", None, "NO_REFERENCE", ("No reference.", "Two candidates."), ({}, {}), "Ntry 3")
    match = Match("Ntry 1", ON, 250_00, "SEK", "1018", "i1.1", 250_00, "exact", "reference", "r1", "r1")
    refused = FileSummary("bad.xml", Judged("ab" * 32, "refused", refusals=(reason,)))
    half = FileSummary("day.xml", Judged("cd" * 32, "loading", entries=3, doubts=(doubt,)), matched=1, reviewed=1)
    half.matches.append(match)
    half.reviews.append(review)
    control = Control("ar_patient", "SEK", 100_00, 90_00)
    loading = Loading("cd" * 32, "camt.053", 3, 1)
    return DaySummary("clinic", ON, files=[refused, half], position=7, controls=[control], loading=[loading])


def test_what_waits_for_a_person_is_shown_with_its_reason(job: ModuleType, shown: dict[str, dict[str, Any]]):
    job.show_day(doubtful_day())
    assert [list(row.values()) for row in shown["bank-day-quarantine"]["table"]] == [
        ["abababababab", "Stmt 1", "SUM_DIFFERS", "The sum differs.", None, 0],
        ["cdcdcdcdcdcd", "Ntry 2", "DATE_ODD", "The date is odd.", None, 0],
        ["cdcdcdcdcdcd", "Ntry 3", "NO_REFERENCE", "No reference. Two candidates.", "r-1", 2],
    ]
    assert (
        shown["bank-day-quarantine"]["description"]
        == "clinic, 2026-10-05: refusals, doubts and reviews of this run's files that wait for a person: 3; `reskontra "
        "quarantine` lists those of all files"
    )
    assert [(row["file"], row["item_id"]) for row in shown["bank-day-matches"]["table"]] == [("cdcdcdcdcdcd", "i1.1")]


def test_a_refused_file_is_shown_by_hash_and_codes(job: ModuleType, shown: dict[str, dict[str, Any]]):
    job.show_day(doubtful_day())
    assert shown["bank-day-refused"]["table"] == [{"file": "abababababab", "sha256": "ab" * 32, "codes": "SUM_DIFFERS"}]
    assert shown["bank-day-refused"]["description"] == "clinic, 2026-10-05: refused files: 1"


def test_a_file_that_could_not_be_archived_is_shown_without_its_name_and_path(
    job: ModuleType, shown: dict[str, dict[str, Any]]
):
    reason = Reason("file_unreadable", "/in/Eva Ek.xml cannot be read: check it.", "Eva Ek.xml")
    job.show_day(DaySummary("clinic", ON, files=[FileSummary("Eva Ek.xml", Judged("", "refused", refusals=(reason,)))]))
    assert "Eva" not in str(shown)
    assert [list(row.values())[:4] for row in shown["bank-day-quarantine"]["table"]] == [
        ["not archived", None, "file_unreadable", "the file could not be archived: `reskontra files` says why"]
    ]


def test_a_run_that_somebody_must_look_at_ends_as_failed_with_its_summary_and_names_the_refused_files(
    job: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    logged: list[str] = []

    class Log:
        def error(self, sentence: str, *given: object) -> None:
            logged.append(sentence % given)

    monkeypatch.setattr(job, "get_run_logger", Log)
    day = doubtful_day()
    state = job._failed(day)
    assert (state.is_failed(), state.data is day) == (True, True)
    assert state.message == (
        "refused files: 1, abababababab (SUM_DIFFERS); files are only partly loaded: load them again; the book "
        "does not tie out; `reskontra files`, `reskontra bank` and `reskontra verify` say what to do"
    )
    assert logged[0] == "file abababababab is refused: SUM_DIFFERS"
    assert not job._bank_day.retries


OF_THE_BANK: dict[str, Any] = {
    "bank_account": "b1",
    "from_on": date(2026, 9, 1),
    "through_on": ON,
    "sequence": "1 to 3",
    "difference_minor": 0,
    "to_explain_minor": None,
}
EQUAL = OF_THE_BANK | {"what": "account", "to_explain_minor": 0}
WRONG = {
    "missing": ([EQUAL, OF_THE_BANK | {"what": "gap"}], "statements are missing on b1: load them; `reskontra files`"),
    "disputed": ([EQUAL, OF_THE_BANK | {"what": "disputed"}], "the bank contradicts itself on b1; `reskontra files`"),
    "to explain": (
        [EQUAL | {"to_explain_minor": -9000}],
        "money that contradicts the bank waits for a person on b1, see `reskontra quarantine`; `reskontra files`",
    ),
}


@pytest.mark.parametrize(("bank", "said"), WRONG.values(), ids=WRONG)
def test_a_run_in_which_something_is_wrong_with_the_bank_ends_as_failed_and_warns_of_each_account(
    job: ModuleType,
    shown: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    bank: list[dict[str, Any]],
    said: str,
):
    from reconciliation.flows.run_log import lines_of, warnings_of

    day = DaySummary("clinic", ON, tied=True, bank=bank)
    warned: list[str] = []
    monkeypatch.setattr(job, "get_run_logger", lambda: SimpleNamespace(warning=warned.append))
    assert job._failed(day).message.startswith(said)
    assert (day.ok, warned) == (False, list(warnings_of(day)))
    assert len(warned) == 1
    assert "bank account b1" in warned[0]
    job.show_day(day)
    but = "ties out, but something is wrong with the bank's statements"
    assert shown["bank-day-tie-out"]["markdown"].startswith(f"# clinic, 2026-10-05: the book {but}\n")
    assert list(lines_of(day))[-1] == f"the book of clinic {but} on 2026-10-05, at position 0"
    assert not any("b1" in line for line in lines_of(day))


def test_the_log_of_a_run_says_what_happened_to_each_file_and_the_book(job: ModuleType):
    from reconciliation.flows.run_log import lines_of

    day = doubtful_day()
    day.files[1].done = 3
    assert list(lines_of(day)) == [
        "file abababababab: refused (SUM_DIFFERS)",
        "file cdcdcdcdcdcd: loaded, 3 lines, 1 matched, 2 wait for a person",
        "the book of clinic does not tie out on 2026-10-05, at position 7",
    ]
    assert next(lines_of(DaySummary("clinic", ON, tied=True))) == "no file came"


def test_reminders_that_the_bank_keeps_back_are_said_with_the_day(job: ModuleType):
    from reconciliation.flows.run_log import reminders_line, reminders_wrong

    sound = Reminded(ON, ON, loading=0, due=3, sent=2, suppressed=1, refused=0)
    assert reminders_wrong(sound) is None
    assert reminders_line(sound).startswith("reminders of 2026-10-05: 3 due, 2 sent, 1 not sent, 0 refused; ")
    late = Reminded(ON, None, loading=1, due=0, sent=0, suppressed=0, refused=0, lagging=(Lagging("b1", None),))
    assert reminders_wrong(late) == (
        "bank files are only partly loaded: load them again; the bank's files are not loaded up to 2026-10-05; "
        "`reskontra remind --dry-run` says more"
    )
    gap = Gap(ON, ON, 0, 5, ("1", "3"))
    two = (Lagging("b1", ON, gap=gap), Lagging("b2", ON))
    items = (Decided("i", "p", "SEK", ON, 5, "not_sent", "bank_not_loaded"),)
    missing = "statements are missing on b1"
    for lagging, said in ((two[:1], missing), (two, f"{missing}; the bank's files are not loaded up to 2026-10-05")):
        late = Reminded(ON, None, loading=0, due=1, sent=0, suppressed=1, refused=0, lagging=lagging, items=items)
        assert reminders_wrong(late) == f"{said}; `reskontra remind --dry-run` says more"


def test_a_server_that_stops_during_a_run_is_no_fault_of_the_program(
    job: ModuleType, stranger: str, monkeypatch: pytest.MonkeyPatch
):
    from reconciliation.flows import environment

    monkeypatch.setenv("PREFECT_API_URL", stranger)
    answers = iter([True, False])
    monkeypatch.setattr(environment, "_answers", lambda: next(answers))
    with pytest.raises(JobServerUnavailable, match=f"server at {stranger} stopped answering"), environment.on_server():
        raise ConnectionError("all connection attempts failed")
    monkeypatch.setattr(environment, "_answers", lambda: True)
    with pytest.raises(ZeroDivisionError), environment.on_server():
        raise ZeroDivisionError


def test_a_day_that_does_not_tie_out_is_shown_with_what_is_missing(job: ModuleType, shown: dict[str, dict[str, Any]]):
    job.show_day(doubtful_day())
    lines = shown["bank-day-tie-out"]["markdown"].splitlines()
    assert lines[0] == "# clinic, 2026-10-05: the book DOES NOT TIE OUT"
    assert "Loaded 1 of 3 entries of file cdcdcdcdcdcd." in lines
    assert "| ar_patient | SEK | 10000 | 9000 | 1000 |" in lines


def test_a_missing_statement_is_shown_beside_the_bank(job: ModuleType, shown: dict[str, dict[str, Any]]):
    day = doubtful_day()
    money = {"bank_minor": 9_00, "ledger_minor": None, "difference_minor": 7_00, "later_minor": None}
    gap = {
        "what": "gap",
        "bank_account": "b1",
        "currency": "SEK",
        "from_on": ON,
        "through_on": ON,
        "sequence": "2 to 4",
    }
    day.bank = [gap | money | {"to_explain_minor": None, "details_minor": None}]
    job.show_day(day)
    lines = shown["bank-day-tie-out"]["markdown"].splitlines()
    assert f"| gap | b1 | SEK | {ON} | {ON} | 2 to 4 | 900 |  | 700 |  |  |  |" in lines
