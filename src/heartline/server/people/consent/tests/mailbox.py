"""A mail server for tests: speaks SMTP on a socket of this machine and keeps what it is given."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class _Session(socketserver.StreamRequestHandler):
    """One client, line by line (RFC 5321)."""

    server: Server

    def handle(self) -> None:
        """Answer until the client leaves."""
        self._say("220 test")
        while line := self.rfile.readline():
            word = line.decode().strip().upper()
            if word == "DATA":
                self._say("354 go on")
                self.server.kept.append(self._data())
                self._say("250 kept")
            elif word.startswith("RCPT") and self.server.refuses:
                self._say("451 not now")
            elif word.startswith("RCPT") and any(name.upper() in word for name in self.server.unknown):
                self._say("550 nobody here")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 test" if word.startswith(("EHLO", "HELO")) else "250 good")

    def _data(self) -> EmailMessage:
        raw = b""
        while (line := self.rfile.readline()) != b".\r\n":
            raw += line[1:] if line.startswith(b"..") else line
        return message_from_bytes(raw, policy=policy.default)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    """Keeps mails; refuses all of them while it is told to, and those to addresses that it does not know."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.kept: list[EmailMessage] = []
        self.refuses = False
        self.unknown: set[str] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


@contextmanager
def listening() -> Iterator[Server]:
    """Run a mail server as long as it is needed."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
