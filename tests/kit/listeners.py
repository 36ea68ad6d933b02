"""Real servers on this machine that listen to alerts: one for mail (SMTP), and one for a webhook (HTTP)."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass
class MailServer:
    """Mails that came; with `refuses`, every mail is answered with this code instead."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: int | None = None


@dataclass
class WebhookServer:
    """What was posted, each with its headers; `code` is what is answered."""

    url: str = ""
    posted: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    code: int = 204


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that takes mail without asking who sends it."""
    server = MailServer()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self._data()
                elif word == b"QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 fine")

        def _data(self) -> None:
            if server.refuses is not None:
                self._say(f"{server.refuses} no")
                return
            self._say("354 go on")
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            message = message_from_bytes(b"".join(lines), policy=policy.default)
            server.mails.append(cast(EmailMessage, message))
            self._say("250 taken")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as listening, _running(listening):
        server.port = listening.server_address[1]
        yield server


@contextmanager
def webhook_server() -> Iterator[WebhookServer]:
    """A server that takes JSON."""
    server = WebhookServer()

    class Post(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.posted.append((dict(self.headers), json.loads(body)))
            self.send_response(server.code)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Post) as listening, _running(listening):
        server.url = f"http://127.0.0.1:{listening.server_address[1]}/alerts"
        yield server


@contextmanager
def _running(listening: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=lambda: listening.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown()
        thread.join(10)
