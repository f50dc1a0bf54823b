"""A mailbox for tests: speaks as much IMAP (RFC 9051) on a socket of this machine as reading what came back needs."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Session(socketserver.StreamRequestHandler):
    server: Office

    def handle(self) -> None:
        self._say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            tag, _space, said = line.decode().strip().partition(" ")
            word = said.upper()
            if word.startswith("LOGIN") and self.server.password not in said:
                self._say(f"{tag} NO not you")
                continue
            if word.startswith("CAPABILITY"):
                self._say("* CAPABILITY IMAP4rev1")
            elif word.startswith("SELECT"):
                self._say(f"* {len(self.server.mails)} EXISTS")
            elif word.startswith("SEARCH"):
                fresh = [str(at + 1) for at in range(len(self.server.mails)) if at not in self.server.seen]
                self._say(f"* SEARCH {' '.join(fresh)}")
            elif found := re.match(r"FETCH (\d+)", word):
                raw = self.server.mails[int(found[1]) - 1]
                self._say(f"* {found[1]} FETCH (BODY[] {{{len(raw)}}}")
                self.wfile.write(raw + b")\r\n")
            elif found := re.match(r"STORE (\d+) \+FLAGS .*SEEN", word):
                self.server.seen.add(int(found[1]) - 1)
            self._say(f"{tag} OK done")
            if word.startswith("LOGOUT"):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Office(socketserver.ThreadingTCPServer):
    """Keeps mails, and which of them were seen."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[bytes] = []
        self.seen: set[int] = set()
        self.password = "let-me-in"

    @property
    def address(self) -> str:
        """Where it is, as HEARTLINE_RETURNS says it."""
        return f"imap://back:{self.password}@127.0.0.1:{self.server_address[1]}/INBOX"


@contextmanager
def office() -> Iterator[Office]:
    """Open one."""
    with Office() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()
