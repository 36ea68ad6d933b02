"""The form of the table `alerts` in the places file: by which channels somebody is told that files are late."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from reconciliation.places.refusals import PlacesInvalid
from reconciliation.places.secret_source import is_source

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mail server, from whom and to whom; `password` is `env:VARIABLE` or `file:PATH`."""

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None


class Webhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address that takes JSON by POST; `token`, a bearer token, is `env:VARIABLE` or `file:PATH`."""

    url: str
    token: str | None = None


class Alerts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The channels; the log is one unless it is switched off."""

    log: bool = True
    mail: Mail | None = None
    webhook: Webhook | None = None


def require_alerts(alerts: Alerts, refuse: Callable[[str, str], PlacesInvalid]) -> None:
    """Check what the form alone does not; raises PlacesInvalid."""
    mail, webhook = alerts.mail, alerts.webhook
    if mail is not None:
        if not mail.to or not all(re.fullmatch(r"[^@\s]+@[^@\s]+", one) for one in (mail.sender, *mail.to)):
            raise refuse("mail.to", "give mail addresses, and one as `sender`")
        if (mail.user is None) != (mail.password is None):
            raise refuse("mail.password", "give `user` and `password`, or neither")
        if mail.password is not None and not is_source(mail.password):
            raise refuse("mail.password", "give env:VARIABLE or file:PATH, and never the secret itself")
        if mail.password is not None and mail.tls == "none":
            raise refuse("mail.tls", "a password is sent only over starttls or tls")
    if webhook is not None:
        parts = urlsplit(webhook.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise refuse("webhook.url", "give an address that begins with https://")
        if webhook.token is not None and not is_source(webhook.token):
            raise refuse("webhook.token", "give env:VARIABLE or file:PATH, and never the secret itself")
