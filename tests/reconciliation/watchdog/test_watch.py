"""Each fact is told once on each channel, to a real mail server and a real webhook, and once that it is over."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from reconciliation.places import Place, Places
from reconciliation.places.alert_form import Alerts, Mail, Webhook
from reconciliation.statements.paypal.writer import PayPalSection, PayPalTransaction, write_paypal
from reconciliation.watchdog import watch
from tests.kit.clinic import ACCOUNT, PRICE, Clinic, paid, reference_of, statement
from tests.kit.listeners import MailServer, WebhookServer, mail_server, webhook_server
from tests.kit.providers import declare_provider_account

MONDAY = date(2026, 10, 5)
TUESDAY_MORNING = datetime(2026, 10, 6, 7, tzinfo=UTC)
WEDNESDAY_MORNING = datetime(2026, 10, 7, 7, tzinfo=UTC)
SECRET = "TOKEN_OF_TEST"
PAYER = "Zzyzxcanary Ek"


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def hook() -> Iterator[WebhookServer]:
    with webhook_server() as server:
        yield server


@pytest.fixture
def places(mails: MailServer, hook: WebhookServer, monkeypatch: pytest.MonkeyPatch) -> Places:
    """The clinic's only account comes by a folder, and the mail server and the webhook have heard nothing yet."""
    monkeypatch.setenv(SECRET, "t0ken")
    mails.mails, mails.refuses, hook.posted, hook.code = [], None, [], 204
    mail = Mail("127.0.0.1", "books@clinic.example", ("a@clinic.example", "b@clinic.example"), mails.port, "none")
    return Places(
        {"seb": Place(accounts=(ACCOUNT,), folder="/srv/seb")}, Alerts(True, mail, Webhook(hook.url, f"env:{SECRET}"))
    )


def loaded(clinic: Clinic, day: date, number: int = 1) -> None:
    clinic.load(statement([paid(PRICE, reference_of(0), f"b{number}", day, PAYER)], on=day, sequence=number), on=day)


def test_what_is_late_is_told_once_and_that_it_came_once(
    clinic: Clinic, places: Places, mails: MailServer, hook: WebhookServer, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.WARNING, "reskontra.alerts")
    loaded(clinic, date(2026, 10, 2))

    first = watch(clinic.books, clinic.desk, places, TUESDAY_MORNING)

    assert [(one.account, one.state, one.since_on) for one in first.behind] == [(ACCOUNT, "late", MONDAY)]
    assert (first.sent, first.failed) == ({"log": 1, "mail": 1, "webhook": 1}, {})
    said = f"account {ACCOUNT} (seb) is late: by now it was expected that the files of 2026-10-05 are loaded"
    (mail,), ((headers, posted),) = mails.mails, hook.posted
    assert (mail["Subject"], mail["To"]) == (f"reskontra clinic: {said}", "a@clinic.example, b@clinic.example")
    assert said in mail.get_content()
    assert (headers["Authorization"], posted["entity"]) == ("Bearer t0ken", "clinic")
    assert [(one["kind"], one["since_on"], one["sentence"]) for one in posted["notices"]] == [
        ("late", "2026-10-05", said)
    ]
    logged = [one.getMessage() for one in caplog.records if one.name == "reskontra.alerts"]
    assert logged == [f"clinic: {said}"]

    again = watch(clinic.books, clinic.desk, places, TUESDAY_MORNING)
    assert (len(again.behind), again.sent) == (1, {})

    clinic.at = TUESDAY_MORNING
    clinic.load(statement([paid(PRICE, reference_of(1), "b2", MONDAY, PAYER)], PRICE, "S2", MONDAY, sequence=2))
    cleared = watch(clinic.books, clinic.desk, places, TUESDAY_MORNING)
    assert (cleared.behind, cleared.sent) == ((), {"log": 1, "mail": 1, "webhook": 1})
    assert hook.posted[-1][1]["notices"][0]["kind"] == "cleared"
    assert "has caught up: the files of 2026-10-05 are loaded" in mails.mails[-1].get_content()
    assert watch(clinic.books, clinic.desk, places, TUESDAY_MORNING).sent == {}
    told = json.dumps([posted for _, posted in hook.posted]) + str(mails.mails) + caplog.text
    assert PAYER not in told + "".join(str(one) for one in mails.mails)


def test_a_channel_that_fails_is_said_and_tried_again_and_stops_no_other(
    clinic: Clinic, places: Places, mails: MailServer, hook: WebhookServer
):
    loaded(clinic, date(2026, 10, 2))
    mails.refuses, hook.code = 554, 503
    first = watch(clinic.books, clinic.desk, places, TUESDAY_MORNING)
    assert (first.sent, first.failed) == (
        {"log": 1},
        {
            "mail": "the mail server 127.0.0.1 refused with code 554",
            "webhook": "the webhook answered with code 503",
        },
    )
    mails.refuses, hook.code = None, 200
    second = watch(clinic.books, clinic.desk, places, TUESDAY_MORNING)
    assert (second.sent, second.failed) == ({"mail": 1, "webhook": 1}, {})
    ids = {posted["notices"][0]["id"] for _, posted in hook.posted}
    assert len(ids) == 1, "what is sent twice has one id"


def test_what_was_never_told_is_not_told_to_be_over(clinic: Clinic, places: Places, hook: WebhookServer):
    loaded(clinic, date(2026, 10, 2))
    hook.code = 500
    watch(clinic.books, clinic.desk, places, TUESDAY_MORNING)
    hook.code, clinic.at = 200, TUESDAY_MORNING
    clinic.load(statement([paid(PRICE, reference_of(1), "b2", MONDAY)], PRICE, "S2", MONDAY, sequence=2))
    assert watch(clinic.books, clinic.desk, places, TUESDAY_MORNING).sent == {"log": 1, "mail": 1}


def test_what_was_late_and_is_missing_is_told_again_but_not_that_it_is_over(
    clinic: Clinic, places: Places, hook: WebhookServer
):
    loaded(clinic, date(2026, 10, 2))
    watch(clinic.books, clinic.desk, places, TUESDAY_MORNING)
    missing = watch(clinic.books, clinic.desk, places, WEDNESDAY_MORNING)
    assert [(one.state, one.since_on) for one in missing.behind] == [("missing", MONDAY)]
    kinds = [one["kind"] for _, posted in hook.posted for one in posted["notices"]]
    assert kinds == ["late", "missing"]


def test_an_account_that_got_files_and_is_still_behind_is_never_said_to_have_caught_up(
    clinic: Clinic, places: Places, mails: MailServer, hook: WebhookServer
):
    loaded(clinic, date(2026, 10, 2))
    watch(clinic.books, clinic.desk, places, WEDNESDAY_MORNING)
    clinic.at = WEDNESDAY_MORNING
    clinic.load(statement([paid(PRICE, reference_of(1), "b2", MONDAY)], PRICE, "S2", MONDAY, sequence=2))
    watch(clinic.books, clinic.desk, places, WEDNESDAY_MORNING)
    notices = hook.posted[-1][1]["notices"]
    assert [one["kind"] for one in notices] == ["still_late"]
    said = "is still late: the files of 2026-10-05 are loaded, but the files of 2026-10-06 are not"
    assert said in mails.mails[-1].get_content()
    assert "caught up" not in str(notices) + mails.mails[-1].get_content()


def test_an_account_at_a_provider_is_watched_by_the_last_day_of_its_files(clinic: Clinic, places: Places):
    clinic.do(declare_provider_account())
    of_cards = Places({"cards": Place(accounts=("cards",), folder="/srv")}, Alerts(log=False))
    (found,) = watch(clinic.books, clinic.desk, of_cards, TUESDAY_MORNING).behind
    assert (found.account, found.state, found.since_on) == ("cards", "late", None)


def of_wallet(day: date, opening_minor: int) -> bytes:
    at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    payment = PayPalTransaction(f"TX{day.day}", "T0006", 100_00, completed_at=at)
    ends = at.replace(hour=20)
    (file,) = write_paypal(PayPalSection([payment], {"SEK": opening_minor}, begins_at=at, ends_at=ends))
    return file


def test_a_provider_may_be_silent_until_the_balance_of_its_next_file_shows_that_one_is_missing(clinic: Clinic):
    clinic.do(declare_provider_account("MERCHANT123", provider="paypal", rail="wallet"))
    silent = Place(accounts=("MERCHANT123",), folder="/srv", longest_silence={"MERCHANT123": 3})
    of_wallets = Places({"wallets": silent}, Alerts(log=False))

    def watched() -> list[tuple[str, date | None]]:
        found = watch(clinic.books, clinic.desk, of_wallets, datetime(2026, 10, 8, 10, tzinfo=UTC))
        return [(one.state, one.since_on) for one in found.behind]

    clinic.load(of_wallet(date(2026, 10, 2), 0))
    assert watched() == []
    clinic.load(of_wallet(date(2026, 10, 6), 200_00))
    assert watched() == [("missing", MONDAY)]
    clinic.load(of_wallet(MONDAY, 100_00))
    assert watched() == []


@pytest.mark.parametrize(
    ("alerts", "says"),
    [
        (Alerts(False, Mail("127.0.0.1", "a@b", ("c@d",), 1)), "mail: the mail server 127.0.0.1 cannot be used"),
        (Alerts(False, webhook=Webhook("http://127.0.0.1:1/")), "webhook: the webhook does not answer (ConnectError)"),
        (
            Alerts(False, webhook=Webhook("http://127.0.0.1:1/", "env:NO_SUCH_TOKEN")),
            "webhook: the environment variable NO_SUCH_TOKEN has no secret",
        ),
    ],
)
def test_why_nobody_could_be_told(clinic: Clinic, places: Places, alerts: Alerts, says: str):
    found = watch(clinic.books, clinic.desk, Places(places.places, alerts), TUESDAY_MORNING)
    assert found.sent == {}
    assert says in next(f"{name}: {why}" for name, why in found.failed.items())


def test_a_password_is_not_sent_to_a_mail_server_without_encryption(
    clinic: Clinic, places: Places, mails: MailServer, monkeypatch: pytest.MonkeyPatch
):
    mail = Mail("127.0.0.1", "a@b", ("c@d",), mails.port, "starttls", "user", f"env:{SECRET}")
    found = watch(clinic.books, clinic.desk, Places(places.places, Alerts(False, mail)), TUESDAY_MORNING)
    assert found.failed == {"mail": "the mail server 127.0.0.1 cannot be used (SMTPNotSupportedError)"}
