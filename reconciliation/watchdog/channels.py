"""The channels by which somebody is told: the log, mail by SMTP, and a webhook. No message has personal data.

Its text has names of places, ids of our own accounts, and days. A message may come twice if the program stops just
after it was sent; its id is then the same.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Final, NamedTuple

import httpx

from reconciliation.places.alert_form import Alerts, Mail, Webhook
from reconciliation.places.refusals import PlaceTrouble
from reconciliation.places.secret_source import secret_at

_PATIENCE_S: Final = 30.0
_LOG: Final = logging.getLogger("reskontra.alerts")


class ChannelTrouble(Exception):
    """Raised if nobody could be told on a channel; the next run tries again."""


class Notice(NamedTuple):
    """What somebody is told: an id that stays the same, its kind, what it is about, and a sentence."""

    id: str
    kind: str
    place: str
    account: str
    since_on: str | None
    sentence: str


Send = Callable[[str, Sequence[Notice]], None]


def channels(alerts: Alerts) -> dict[str, Send]:
    """The channels that are set, each by its name; each sends several notices in one message."""
    found: dict[str, Send] = {"log": _log} if alerts.log else {}
    mail, webhook = alerts.mail, alerts.webhook
    if mail is not None:
        found["mail"] = lambda entity, notices: _mail(mail, entity, notices)
    if webhook is not None:
        found["webhook"] = lambda entity, notices: _post(webhook, entity, notices)
    return found


def _log(entity: str, notices: Sequence[Notice]) -> None:
    for one in notices:
        _LOG.warning("%s: %s", entity, one.sentence)


def _mail(mail: Mail, entity: str, notices: Sequence[Notice]) -> None:
    message = EmailMessage()
    message["Subject"] = f"reskontra {entity}: {notices[0].sentence}" + (
        f" (and {len(notices) - 1} more)" if len(notices) > 1 else ""
    )
    message["From"], message["To"] = mail.sender, ", ".join(mail.to)
    message["Message-ID"] = f"<{notices[0].id}@reskontra.{entity}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(one.sentence for one in notices) + "\n\n`reskontra places watch` shows all places.\n")
    try:
        with _server(mail) as server:
            if mail.user is not None and mail.password is not None:
                server.login(mail.user, secret_at(mail.password))
            refused = server.send_message(message)
    except PlaceTrouble as trouble:
        raise ChannelTrouble(str(trouble)) from None
    except smtplib.SMTPResponseException as trouble:
        raise ChannelTrouble(f"the mail server {mail.host} refused with code {trouble.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as trouble:
        raise ChannelTrouble(f"the mail server {mail.host} cannot be used ({type(trouble).__name__})") from None
    if refused:
        raise ChannelTrouble(f"the mail server {mail.host} refused {len(refused)} of {len(mail.to)} addresses")


def _server(mail: Mail) -> smtplib.SMTP:
    if mail.tls == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=_PATIENCE_S, context=ssl.create_default_context())
    server = smtplib.SMTP(mail.host, mail.port, timeout=_PATIENCE_S)
    if mail.tls == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _post(webhook: Webhook, entity: str, notices: Sequence[Notice]) -> None:
    try:
        token = {} if webhook.token is None else {"Authorization": f"Bearer {secret_at(webhook.token)}"}
        answer = httpx.post(
            webhook.url,
            json={"entity": entity, "notices": [one._asdict() for one in notices]},
            headers={"Idempotency-Key": notices[0].id, **token},
            timeout=_PATIENCE_S,
            follow_redirects=False,
        )
    except PlaceTrouble as trouble:
        raise ChannelTrouble(str(trouble)) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as trouble:
        raise ChannelTrouble(f"the webhook does not answer ({type(trouble).__name__})") from None
    if not answer.is_success:
        raise ChannelTrouble(f"the webhook answered with code {answer.status_code}")
