"""Fetch what is new of a source, in a process of its own that ends in time."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from heartline.core.errors import Unavailable

from .asked import Asked
from .plan import Connect

CHILD = "heartline.collect.connecting.child"
SECONDS = 3600.0


class NotFetched(Unavailable):
    """A source that could not be read; `values` fill the sentence in another language."""

    def __init__(self, code: str, values: Mapping[str, Any] | None = None) -> None:
        self.values = dict(values or {})
        reason, remedy = SENTENCES[code]
        super().__init__(code, reason.format(**self.values), field="connect", remedy=remedy.format(**self.values))


SENTENCES: dict[str, tuple[str, str]] = {
    "no_cursor": ("{table} has no column “{cursor}”.", "It has: {columns}."),
    "bad_cursor": ("“{said}” is neither a time nor an id, so nobody knows what came after it.", "Name another column."),
    "no_table": ("There is no table {table}, or it may not be read.", "Look for a typing error; see who may read it."),
    "bad_query": ("The database does not understand the query: {said}", "Mend the query."),
    "not_allowed": ("The database does not allow it: {said}", "Let this user read the table."),
    "wrong_secret": ("The other side refuses the password or token.", "Enter it again, or have a new one made."),
    "not_found": ("There is nothing at this address.", "Look for a typing error in address and path."),
    "too_often": ("The other side says that it is asked too often.", "Ask less often."),
    "server_failed": ("The other side failed (status {status}).", "It is tried again at the next time."),
    "refused": ("The other side refuses the request (status {status}).", "Look at its parameters."),
    "not_json": ("What came is not JSON.", "Look for a typing error in address and path."),
    "no_rows": ("No list of rows was found in what came.", "Say where it is: `rows: data.items`."),
    "no_feed": ("What came is neither RSS nor Atom nor a JSON feed.", "Look for a typing error in the address."),
    "not_trusted": ("The certificate of the other side is not right.", "Have it renewed."),
    "not_https": ("{host} is asked without encryption.", "Name it with https://."),
    "no_connection": ("Nobody answers at this address.", "See whether it is right, and open to this machine."),
    "unknown_host": ("There is no machine {host}.", "Look for a typing error."),
    "private_host": (
        "{host} is in a network of your own.", "An administrator may allow that for this connection."
    ),
    "never_host": ("{host} is an address that is never asked.", "Name the machine of the source."),
    "other_host": ("The source leads on to another machine, {host}.", "Only the machine that was named is asked."),
    "no_bucket": ("There is no such bucket.", "Look for a typing error in its name."),
    "no_folder": ("There is no folder {folder}.", "Look for a typing error."),
    "bad_file": ("The file {file} cannot be read.", "See whether it is what its name says."),
    "not_installed": ("What fetches is not installed.", "Install it: pip install 'heartline[connect]'."),
    "too_slow": ("It took longer than {seconds} s and was stopped.", "Ask for less, or give the cursor a beginning."),
    "no_answer": ("It did not go through: {said}", "Try again; then ask whoever runs the source."),
    "ended": ("What fetches ended without a word; most likely it needed too much memory.", "Ask for less at a time."),
}  # fmt: skip


def fetch(
    connect: Connect, folder: Path, cursors: Mapping[str, Mapping[str, Any]], *, secret: str = "",
    private: bool = False, limit: int | None = None, seconds: float = SECONDS,
    tries: int = 5,
) -> dict[str, tuple[int, dict[str, Any]]]:  # fmt: skip
    """Fetch what is new of every table into a file of the folder.

    Parameters
    ----------
    cursors
        What was kept of each table.
    private
        Whether machines of the own network may be asked.
    limit
        At most so many rows of each table.
    tries
        How often a request is tried where the other side is busy or fails.

    Returns
    -------
    dict
        Of each table its rows, and what is to be kept of it.

    Raises
    ------
    NotFetched
        With the code of one of `SENTENCES`.
    """
    asked = Asked(
        connect.kind, connect.url, connect.options, {one.name: one.options for one in connect.tables},
        connect.overlap_s, cursors, secret, private, str(folder), limit, seconds, tries,
    )  # fmt: skip
    said = _run(msgspec.json.encode(asked, enc_hook=str) + b"\n", seconds)
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for line in said:
        if "table" in line:
            found[line["table"]] = (int(line["rows"]), dict(line["after"]))
        elif not line["ok"]:
            raise NotFetched(line["code"], line["values"])
        else:
            return found
    raise NotFetched("ended")


def _run(asked: bytes, seconds: float) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="heartline-connect-") as scratch:
        child = subprocess.Popen(  # noqa: S603  (our own program; what it is asked reaches it as data)
            [sys.executable, "-I", "-W", "ignore", "-m", CHILD],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=scratch,
            env=_environment(scratch),
        )  # fmt: skip
        timer = threading.Timer(seconds, child.kill)
        timer.daemon = True
        timer.start()
        try:
            out, _ = child.communicate(asked)
        finally:
            late = not timer.is_alive()
            timer.cancel()
            child.kill()
            child.wait()
    if late:
        raise NotFetched("too_slow", {"seconds": f"{seconds:g}"})
    return [msgspec.json.decode(line) for line in out.splitlines()]


def _environment(scratch: str) -> dict[str, str]:
    """Give the process nothing of ours; what it writes beside its files goes with the scratch folder."""
    return {
        "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": scratch, "TZ": "UTC",
        "DLT_DATA_DIR": scratch, "DLT_CONFIG_FOLDER": scratch, "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "PGPASSFILE": "/dev/null", "PGSYSCONFDIR": scratch,
    }  # fmt: skip
