"""A process that tells other systems until it is killed: FOLDER make URL URL, then FOLDER tell."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path


def main(folder: Path, what: str, urls: list[str]) -> None:
    """Make systems with these addresses, or tell them."""
    from heartline.server.shell import start

    start.prepare(folder)
    from heartline.server.accounts import commands as accounts
    from heartline.server.accounts.models import Role
    from heartline.server.act.outbound import commands, fanning, sending

    if what == "make":
        by = accounts.create_user(email="alice@example.org", role=Role.ADMIN, by="test")
        for number, url in enumerate(urls):
            hearing = commands.Hearing(("interactions",))
            commands.create(by=by, name=f"system {number}", url=url, hearing=hearing)
        return
    fanning.AT_ONCE = 7
    sending.HELD = timedelta(seconds=1)
    while True:
        fanning.fan_out()
        sending.start_due()
        time.sleep(0.02)


def run() -> None:
    """Do what was asked for."""
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])


if __name__ == "__main__":
    run()
