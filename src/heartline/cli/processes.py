"""The processes of a server, each started by `heartline serve` as `python -m heartline.cli.processes NAME`.

They read HEARTLINE_DATA, HEARTLINE_PAGES (the socket file of the pages), HEARTLINE_HOST and HEARTLINE_PORT. Each ends
when the pipe to the supervisor closes, so that a killed supervisor leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec

from heartline.core.errors import HeartlineError


def prepare() -> None:
    """Make the folder and its database ready; print a sign-in token, or the problem that hinders."""
    from .program import from_system

    try:
        from heartline.server.shell import start

        start.prepare(_data())
        from heartline.server.accounts import audit, commands, writing

        writing.mirror()
        answer: dict[str, Any] = {"token": commands.create_signin_link(by=audit.COMMAND_LINE)}
    except HeartlineError as error:
        answer = {"problem": error.problem()}
    except OSError as error:
        explained = from_system(error)
        if explained is None:
            raise
        answer = {"problem": explained.problem()}
    sys.stdout.buffer.write(msgspec.json.encode(answer))


def front() -> None:
    """Serve the public port."""
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    Granian(
        "heartline.server.front:application", address=os.environ["HEARTLINE_HOST"],
        port=int(os.environ["HEARTLINE_PORT"]), interface=Interfaces.ASGI, loop=Loops.asyncio, factory=True,
        websockets=False, log_level=LogLevels.warning, respawn_failed_workers=True, respawn_interval=0.5,
    ).serve()  # fmt: skip


def pages() -> None:
    """Serve the pages on a socket file."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartline.server.settings")
    Path(os.environ["HEARTLINE_PAGES"]).unlink(missing_ok=True)  # a killed process leaves its socket file behind
    Granian(
        "heartline.server.shell.pages:application", uds=Path(os.environ["HEARTLINE_PAGES"]), uds_permissions=0o600,
        interface=Interfaces.WSGI, blocking_threads=4, websockets=False, log_level=LogLevels.warning,
        respawn_failed_workers=True, respawn_interval=0.5, workers_kill_timeout=5,
    ).serve()  # fmt: skip


def worker() -> None:
    """Run the jobs; where the processor is short, they leave it to what comes in and to who waits for a page."""
    _step_back()
    from heartline.server.shell import start

    start.django(_data())
    from heartline.server.jobs.worker import run

    run()


def loader() -> None:
    """Land what is received."""
    from heartline.server.shell import start

    start.django(_data())
    from heartline.server.collect.received.loading import run

    run()


BEHIND = 10
"""How far the jobs stand behind the others, in the steps of `nice`; HEARTLINE_JOBS_NICE says otherwise."""


def _step_back() -> None:
    """Let other processes go first, also where Linux shares the processor among sessions: each of ours is one."""
    behind = int(os.environ.get("HEARTLINE_JOBS_NICE") or BEHIND)
    os.nice(behind)
    with contextlib.suppress(OSError):  # another system, or one that shares it otherwise
        Path("/proc/self/autogroup").write_text(str(behind))


def _data() -> Path:
    return Path(os.environ["HEARTLINE_DATA"])


def _end_with_supervisor() -> None:
    """Wait until the supervisor's end of our standard input closes, then end this process and its children."""
    while os.read(0, 1):  # not sys.stdin: its lock, held here, would hang a forked child that closes its own
        pass
    os.killpg(os.getpgid(0), signal.SIGTERM)


if __name__ == "__main__":
    name = sys.argv[1]
    if name != "prepare":
        threading.Thread(target=_end_with_supervisor, daemon=True).start()
    {"prepare": prepare, "front": front, "pages": pages, "worker": worker, "loader": loader}[name]()
