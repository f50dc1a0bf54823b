"""A process that reserves: FOLDER make PEOPLE, then FOLDER reserve WORKER. All workers ask the same people."""

from __future__ import annotations

import sys
from pathlib import Path

ASKS = 4


def main(folder: Path, what: str, said: str) -> None:
    """Make people whom a company may write to, or ask all of them for many things, one after the other."""
    from heartline.server.shell import start

    start.prepare(folder)
    from heartline.server.people.eligibility import desk, rules
    from heartline.server.people.eligibility.models import Ours
    from heartline.server.people.eligibility.tests.company import purposes, reached
    from heartline.server.shell import eligible
    from heartline.server.shell.eligible import Ask, Candidate
    from heartline.server.shell.opened import workspace

    if what == "make":
        purposes(workspace().lake)
        Ours.objects.create(pk=1, body=rules.Company(cooldown_days=0, caps={"email": (2, 30)}, quiet=None).body())
        for number in range(int(said)):
            reached(f"user_id:{number}", email=f"p{number}@shop.example")
        return
    desk.AT_ONCE = 7
    people = int(sys.argv[4])
    for number in range(ASKS):
        name = f"survey:{said}_{number}"
        ask = Ask(name, name, "surveys", "email")
        some = [Candidate(f"user_id:{person}", f"{name}:{person}") for person in range(people)]
        print(eligible.desk().reserve(ask, some, lambda verdicts: None)["asked"])  # noqa: T201  (its result)


def run() -> None:
    """Do what was asked for."""
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    run()
